"""Shards in the form of the Hugging Face hub, drawn here with the schema of ``huggan/wikiart``."""

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from artextract.errors import InputError, NothingUsableError
from artextract.images import content_hash
from artextract.sources import huggingface, huggingface_shards
from artextract.sources.huggingface import import_huggingface
from artextract.table import read_paintings
from tests.raising import raises

CLASSES = {
    "artist": ["Unknown Artist", "boris-kustodiev", "pierre-auguste-renoir", "joaquã\u00adn-sorolla"],
    "genre": ["abstract_painting", "portrait", "Unknown Genre"],
    "style": ["Abstract_Expressionism", "Art_Nouveau", "Ukiyo_e"],
}
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def picture(seed, format="JPEG"):
    small = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(small).resize((40, 30), Image.Resampling.BICUBIC).save(stream, format)
    return stream.getvalue()


def features(classes=CLASSES):
    labels = {
        name: {"num_classes": len(names), "names": names, "id": None, "_type": "ClassLabel"}
        for name, names in classes.items()
    }
    return {"image": {"decode": True, "id": None, "_type": "Image"}, **labels}


def write_shard(path, rows, metadata=True, schema=None):
    schema = schema or pa.schema([("image", IMAGE), *((name, pa.int64()) for name in CLASSES)])
    if metadata:
        schema = schema.with_metadata({b"huggingface": json.dumps({"info": {"features": features()}})})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, row_group_size=3)


def row(number):
    return {
        "image": {"bytes": picture(number), "path": None},
        "artist": number % 4,
        "genre": number % 3,
        "style": number % 3,
    }


def write_dataset(folder, count=24, shards=3, metadata=True):
    size = count // shards
    for shard in range(shards):
        rows = [row(number) for number in range(shard * size, (shard + 1) * size)]
        write_shard(folder / "data" / f"train-{shard:05d}-of-{shards:05d}.parquet", rows, metadata)
    return folder


def by_content(table):
    return {record["sha256"]: record for record in table.records()}


def check_labels(table, count=24):
    records = by_content(table)
    for number in range(count):
        record = records[content_hash(picture(number))]
        assert record["artist"] == [None, "Boris Kustodiev", "Pierre Auguste Renoir", "Joaquín Sorolla"][number % 4]
        assert record["genre"] == ["abstract painting", "portrait", None][number % 3]
        assert record["style"] == ["Abstract Expressionism", "Art Nouveau", "Ukiyo e"][number % 3]
        assert record["rights"] == "WikiArt; images for non-commercial research only"


def test_shards_become_a_collection(tmp_path):
    report = import_huggingface(write_dataset(tmp_path / "in"), tmp_path / "c")
    table = read_paintings(tmp_path / "c")
    assert len(table) == 24 and not report.skipped
    check_labels(table)
    for path, record in zip(table.image_paths(), table.records(), strict=False):
        assert (
            content_hash(path.read_bytes()) == record["sha256"]
            and path.suffix == ".jpg"
            and not record["path"].startswith("/")
        )


def test_a_licence_of_the_card_is_not_taken_for_that_of_wikiart(tmp_path):
    folder = write_dataset(tmp_path / "in", count=4, shards=1)
    (folder / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n")
    table = import_huggingface(folder, tmp_path / "c").paintings
    assert set(table.column("rights")) == {"cc-by-4.0, by the dataset's card"}


@pytest.mark.parametrize("card", ["dataset_infos.json", "README.md"])
def test_class_names_beside_the_shards(card, tmp_path):
    folder = write_dataset(tmp_path / "in", metadata=False)
    if card == "README.md":
        names = "".join(
            f"  - name: {name}\n    dtype:\n      class_label:\n        names:\n"
            + "".join(f"          '{i}': {n}\n" for i, n in enumerate(classes))
            for name, classes in CLASSES.items()
        )
        head = f"license: unknown\ndataset_info:\n  features:\n  - name: image\n    dtype: image\n{names}"
        (folder / card).write_text(f"---\n{head}---\n# WikiArt\n", encoding="utf-8")
    else:
        (folder / card).write_text(json.dumps({"huggan--wikiart": {"description": "", "features": features()}}))
    check_labels(import_huggingface(folder, tmp_path / "c").paintings)
    check_labels(import_huggingface(folder / "data", tmp_path / "d").paintings)


def test_classes_that_are_no_labels_keep_their_names(tmp_path):
    table = import_huggingface(
        write_dataset(tmp_path / "in"), tmp_path / "c", label_columns=("genre",), split="artist-disjoint"
    ).paintings
    assert table.labels == ("genre",) and set(table.column("style")) == {
        "Abstract Expressionism",
        "Art Nouveau",
        "Ukiyo e",
    }
    sides = [set(table.in_split(side).column("artist")) - {None} for side in ("train", "val", "test")]
    assert (
        not sides[0] & sides[1]
        and not sides[0] & sides[2]
        and set.union(*sides) == {"Boris Kustodiev", "Pierre Auguste Renoir", "Joaquín Sorolla"}
    )


def test_class_numbers_that_nothing_names_are_an_error(tmp_path):
    with raises(InputError, "class-names-missing", "'style'"):
        import_huggingface(write_dataset(tmp_path / "in", metadata=False), tmp_path / "c")


def test_a_second_run_reads_nothing_again(tmp_path, monkeypatch):
    folder = write_dataset(tmp_path / "in")
    first = import_huggingface(folder, tmp_path / "c").paintings
    monkeypatch.setattr(huggingface, "read_shard", None)
    assert import_huggingface(folder, tmp_path / "c").paintings.records() == first.records()


def test_a_killed_run_goes_on(tmp_path, monkeypatch):
    """Killed in the second shard: of the first nothing is read again, of the second no image is written again."""
    folder = write_dataset(tmp_path / "in")
    seen = []

    def killed(items, total, caption):
        for item in items:
            seen.append(caption)
            if len(seen) == 13:
                raise KeyboardInterrupt
            yield item

    with pytest.raises(KeyboardInterrupt):
        import_huggingface(folder, tmp_path / "c", progress=killed)
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "c" / "images").rglob("*.jpg")}
    assert len(written) == 12 and not list((tmp_path / "c").rglob(".*"))
    captions = set()

    def progress(items, total, caption):
        captions.add(caption)
        return items

    table = import_huggingface(folder, tmp_path / "c", progress=progress).paintings
    assert captions == {"shard 2 of 3", "shard 3 of 3", "reading images"}
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert table.records() == import_huggingface(folder, tmp_path / "d").paintings.records()


def test_the_limit_and_what_follows_it(tmp_path):
    folder = write_dataset(tmp_path / "in")
    assert len(import_huggingface(folder, tmp_path / "c", limit=11).paintings) == 11
    assert len(import_huggingface(folder, tmp_path / "c", limit=5).paintings) == 5
    check_labels(import_huggingface(folder, tmp_path / "c").paintings)


def test_an_image_that_was_lost_is_written_again(tmp_path):
    folder = write_dataset(tmp_path / "in")
    import_huggingface(folder, tmp_path / "c").paintings.image_paths()[0].unlink()
    report = import_huggingface(folder, tmp_path / "c")
    assert len(report.paintings) == 24 and not report.skipped


def test_bad_rows_and_bad_shards_are_listed(tmp_path):
    folder = write_dataset(tmp_path / "in")
    rows = [
        row(100),
        row(101) | {"image": None},
        row(102) | {"image": {"bytes": b"", "path": "x.jpg"}},
        row(103) | {"image": {"bytes": b"no", "path": None}},
    ]
    write_shard(folder / "data" / "train-a.parquet", [*rows, row(104) | {"artist": -1, "genre": None, "style": 99}])
    (folder / "data" / "train-b.parquet").write_bytes(b"PAR1 no parquet")
    report = import_huggingface(folder, tmp_path / "c")
    record = by_content(report.paintings)[content_hash(picture(104))]
    assert len(report.paintings) == 26 and (record["artist"], record["genre"], record["style"]) == (None, None, None)
    where = [place for place, _ in report.skipped]
    assert (
        "train-a.parquet, row 1" in where
        and "train-a.parquet, row 2" in where
        and "train-b.parquet" in where
        and len(where) == 4
    )
    assert "not an image" in {reason for place, reason in report.skipped if place.endswith(".img")}.pop()


def test_a_shard_damaged_inside_keeps_what_could_be_read(tmp_path):
    path = tmp_path / "in" / "train.parquet"
    write_shard(path, [row(number) for number in range(60)])
    data = bytearray(path.read_bytes())
    group = pq.ParquetFile(path).metadata.row_group(15).column(0)
    start = group.dictionary_page_offset or group.data_page_offset
    data[start : start + group.total_compressed_size] = bytes(group.total_compressed_size)
    path.write_bytes(bytes(data))
    report = import_huggingface(path, tmp_path / "c")
    assert 0 < len(report.paintings) <= 45 and len(report.skipped) == 1 and "damaged after" in report.skipped[0][1]


def test_another_dataset_plain_binary_and_text_labels(tmp_path):
    text = pa.string()
    schema = pa.schema(
        [
            ("id", text),
            ("photo", pa.binary()),
            ("style", text),
            ("school", text),
            ("year", pa.float64()),
            ("tags", pa.list_(text)),
        ]
    )
    rows = [
        {
            "id": f"x{i}",
            "photo": picture(i, "PNG"),
            "style": ["Cubism", "cubism", None][i % 3],
            "school": "Paris",
            "tags": [],
        }
        | {"year": [1900.0, float("nan")][i % 2]}
        for i in range(6)
    ]
    write_shard(tmp_path / "in" / "part.parquet", rows, metadata=False, schema=schema)
    (tmp_path / "in" / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n")
    table = import_huggingface(tmp_path / "in", tmp_path / "c").paintings
    assert (
        table.labels == ("style",)
        and set(table.column("style")) == {"Cubism", None}
        and set(table.column("school")) == {"Paris"}
    )
    assert (
        set(table.column("hf_id")) == {f"x{i}" for i in range(6)}
        and "tags" not in table.frame
        and set(table.column("year")) == {1900.0, None}
    )
    assert set(table.column("rights")) == {"cc-by-4.0, by the dataset's card"} and all(
        path.suffix == ".png" for path in table.image_paths()
    )
    table = import_huggingface(
        tmp_path / "in", tmp_path / "c", image_column="photo", label_columns=("school",), rights="mine"
    ).paintings
    assert table.labels == ("school",) and set(table.column("rights")) == {"mine"}
    for bad, code, named in (
        ({"image_column": "style"}, "no-image-column", "'style'"),
        ({"label_columns": ("x",)}, "unknown-column", "'x'"),
        ({"label_columns": ("year",)}, "class-names-missing", "'year'"),
        ({"label_columns": ("tags",)}, "not-a-label-column", "'tags'"),
        ({"label_columns": ("id",)}, "reserved-column", "'id'"),
    ):
        with raises(InputError, code, named):
            import_huggingface(tmp_path / "in", tmp_path / "d", **bad)


def test_names_inside_the_images_and_the_same_image_twice(tmp_path):
    rows = [row(i) | {"image": {"bytes": picture(i % 3), "path": f"far/Étude {i}.jpg"}} for i in range(6)]
    write_shard(tmp_path / "in" / "train.parquet", rows)
    table = import_huggingface(tmp_path / "in", tmp_path / "c").paintings
    assert len(set(table.ids)) == 6 and all(painting_id.startswith("etude-") for painting_id in table.ids)
    assert len(list((tmp_path / "c" / "images").rglob("*.jpg"))) == 3


def test_what_cannot_be_imported_is_named(tmp_path):
    with raises(InputError, "file-missing"):
        import_huggingface(tmp_path / "nothing" / "here", tmp_path / "c")
    (tmp_path / "empty").mkdir()
    with raises(InputError, "no-parquet"):
        import_huggingface(tmp_path / "empty", tmp_path / "c")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "empty" / "x.parquet")
    with raises(InputError, "no-image-column"):
        import_huggingface(tmp_path / "empty", tmp_path / "c")
    (tmp_path / "empty" / "x.parquet").write_bytes(b"")
    with raises(NothingUsableError, "no-images"):
        import_huggingface(tmp_path / "empty", tmp_path / "c")


def test_the_command(tmp_path, capsys):
    from artextract.app.cli import main

    folder = write_dataset(tmp_path / "in")
    command = ["import", "huggingface", str(folder), "--out", str(tmp_path / "c"), "--json"]
    assert main([*command, "--limit", "9", "--columns", "style,genre", "--rights", "mine"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["paintings"] == 9 and set(document["labels"]) == {"style", "genre"}
    assert main(["import", "huggingface", str(tmp_path / "no" / "where"), "--out", str(tmp_path / "c"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "file-missing"
    with pytest.raises(SystemExit):
        main(["import", "huggingface", "--help"])
    assert "artextract import huggingface" in capsys.readouterr().out.split("example:")[1]


class FakeFile:
    def __init__(self, path, size):
        self.path, self.size = path, size


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """The hub's client with one dataset behind it; ``fetched`` lists what was downloaded."""
    import huggingface_hub
    from huggingface_hub.errors import EntryNotFoundError

    folder, fetched = write_dataset(tmp_path / "server"), []

    def tree(self, name, *, recursive, revision, repo_type):
        assert (name, repo_type, recursive) == ("someone/paintings", "dataset", True)
        return [
            FakeFile(path.relative_to(folder).as_posix(), path.stat().st_size)
            for path in folder.rglob("*")
            if path.is_file()
        ]

    def download(name, path, *, repo_type, revision, local_dir):
        if not (folder / path).is_file():
            raise EntryNotFoundError(path)
        fetched.append(path)
        target = local_dir / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((folder / path).read_bytes())
        return str(target)

    monkeypatch.setattr(huggingface_shards, "_knock", lambda name: None)
    monkeypatch.setattr(huggingface_hub.HfApi, "list_repo_tree", tree)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    monkeypatch.chdir(tmp_path)
    return fetched


def test_the_hub_shard_by_shard(hub, tmp_path):
    table = import_huggingface("someone/paintings", tmp_path / "c", limit=8).paintings
    assert hub == ["data/train-00000-of-00003.parquet"] and len(table) == 8
    table = import_huggingface("someone/paintings", tmp_path / "c").paintings
    assert hub == [f"data/train-{i:05d}-of-00003.parquet" for i in range(3)]
    check_labels(table)
    assert not list((tmp_path / "c").rglob("train-*.parquet"))
    assert table.ids == import_huggingface(tmp_path / "server", tmp_path / "d").paintings.ids


def test_a_hub_that_breaks_off_says_how_to_go_on(hub, tmp_path, monkeypatch):
    import huggingface_hub

    download = huggingface_hub.hf_hub_download

    def breaks(name, path, **options):
        if "00001" in path:
            raise ConnectionError("gone")
        return download(name, path, **options)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", breaks)
    with raises(InputError, "dataset-not-here") as error:
        import_huggingface("someone/paintings", tmp_path / "c")
    assert "give their folder" in error.value.hint and "goes on where it stopped" in error.value.hint
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    assert (
        len(import_huggingface("someone/paintings", tmp_path / "c").paintings) == 24
        and hub.count("data/train-00000-of-00003.parquet") == 1
    )


def test_a_hub_that_is_away(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with raises(InputError, "dataset-not-here", "huggan/wikiart") as error:
        import_huggingface("huggan/wikiart", tmp_path / "c")
    assert "https://huggingface.co/datasets/huggan/wikiart" in error.value.hint


def test_published_splits_of_shards_are_kept(tmp_path):
    for name, numbers in (
        ("train-00000-of-00001", range(8)),
        ("validation-00000-of-00001", (8, 9)),
        ("test", (10, 11)),
    ):
        write_shard(tmp_path / "in" / "data" / f"{name}.parquet", [row(number) for number in numbers])
    table = import_huggingface(tmp_path / "in", tmp_path / "out").paintings
    assert table.protocol == "published" and table.column("split").tolist().count("train") == 8
    assert table.column("split").tolist() == table.column("published_split").tolist()
    again = import_huggingface(tmp_path / "in", tmp_path / "out", split="stratified").paintings
    assert again.protocol == "stratified" and set(again.column("published_split")) == {"train", "val", "test"}


def test_published_splits_that_only_the_card_names(tmp_path):
    for number, name in enumerate(("a", "b")):
        write_shard(tmp_path / "in" / f"{name}.parquet", [row(6 * number + i) for i in range(6)])
    (tmp_path / "in" / "README.md").write_text(
        "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: a*\n  - split: test\n"
        "    path: b.parquet\n---\n"
    )
    table = import_huggingface(tmp_path / "in", tmp_path / "out").paintings
    assert table.protocol == "published" and table.column("split").tolist().count("test") == 6
