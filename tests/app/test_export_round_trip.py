"""What was exported comes back: as a folder with its table, as JSON, and as the metadata of a manifest."""

import json

import pandas as pd
import pytest

from artextract.app.cli import main
from artextract.export.iiif import OURS
from artextract.labels import canonical_key
from artextract.sources.folder import FolderOptions, import_folder
from artextract.sources.presentation.documents import pictures
from artextract.table import read_paintings
from tests.conftest import paint

COLUMNS = ["title", "style", "artist", "date", "medium", "rights"]


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    images = tmp_path_factory.mktemp("round") / "images"
    (images / "room").mkdir(parents=True)
    paths = ["a.png", "room/b, c.png", "room/d.png"]
    for number, path in enumerate(paths):
        paint("green", "discs", number).save(images / path)
    pd.DataFrame(
        {
            "path": paths,
            "title": ["Sea; waves, “wild”", "A very " + "long " * 400 + "title", None],
            "style": ["Cubism", None, "Baroque"],
            "artist": ["Paul Cézanne", "Ōta", None],
            "date": ["c. 1890-95", None, "16th century"],
            "medium": ["oil on canvas", "ink", None],
            "rights": ["CC0", "CC BY 4.0", "ask the museum"],
        }
    ).to_csv(images / "labels.csv", index=False)
    out = images.parent / "collection"
    import_folder(images, out)
    return out


def export(collection, out, *options):
    assert main(["export", str(collection), "--out", str(out), *options]) == 0
    return out


def cells(table):
    frame = table.frame.set_index("id")[COLUMNS].astype(object)
    return frame.where(frame.notna(), None).to_dict("index")


def test_a_table_in_the_folder_of_the_images(collection, tmp_path):
    root = collection.parent
    csv = export(collection, root / "images" / "table.csv", "--relative")
    assert sorted(pd.read_csv(csv)["path"]) == ["a.png", "room/b, c.png", "room/d.png"]
    import_folder(root / "images", tmp_path / "again", options=FolderOptions(labels_csv=csv))
    csv.unlink()
    assert cells(read_paintings(tmp_path / "again")) == cells(read_paintings(collection))


def test_json_says_the_same(collection, tmp_path):
    rows = json.loads(export(collection, tmp_path / "t.json", "--format", "json", "--relative").read_text())
    assert {row["id"]: {name: row[name] for name in COLUMNS} for row in rows} == cells(read_paintings(collection))
    assert all((tmp_path / row["path"]).resolve().is_file() for row in rows)


def test_a_manifest_says_the_same_and_that_it_is_ours(collection, tmp_path):
    document = json.loads(export(collection, tmp_path / "m.json", "--format", "iiif").read_text())
    assert [one["profile"] for one in document["seeAlso"]] == [OURS]
    found = {}
    for picture in pictures(document):
        columns = {canonical_key(label): "; ".join(value) for label, value in picture.metadata.items()}
        found[columns["identifier"]] = {name: columns.get(name) for name in COLUMNS}
    wanted = cells(read_paintings(collection))
    for row in wanted.values():
        row["rights"] = None  # stands elsewhere in a manifest
    assert found == wanted
