"""The ArtGAN layout and its traps, on lists that we write in its form; and the real lists, where they are."""

import numpy as np
import pytest
from PIL import Image

from artextract.errors import InputError, NothingUsableError
from artextract.sources.wikiart import artist_from_file, import_wikiart, read_lists, title_from_file
from tests.raising import raises


@pytest.fixture
def wikiart(tmp_path):
    return *write_wikiart(tmp_path), tmp_path / "out"


def write_wikiart(tmp_path):
    """Images and lists with every trap of the official ones."""
    csv, images = tmp_path / "csv", tmp_path / "images"
    for folder in ("Style", "Genre", "Artist"):
        (csv / folder).mkdir(parents=True)
    (csv / "Style/style_class.txt").write_text("0 Art_Nouveau\n1 Cubism\n")
    (csv / "Genre/genre_class").write_text("0 landscape\n1 genre_painting\n")
    (csv / "Artist/artist_class").write_text("0 Paul_Cezanne\n1 Vincent_van_Gogh\n")
    names = [f"Cubism/paul-cezanne_work-{i}.jpg" for i in range(12)]
    nouveau = [f"Art_Nouveau_Modern/eugã¨ne-grasset_plate-{i}, no. 2.jpg" for i in range(12)]
    crossed = "Cubism/vincent-van-gogh_ears-of-wheat-1890(1).jpg"

    def crlf(rows):
        return "".join(f"{path},{label}\r\n" for path, label in rows).encode()

    (csv / "Style/style_train.csv").write_bytes(
        crlf([*((n, 1) for n in names[:8]), *((n, 0) for n in nouveau[:8]), (crossed, 1), ("Cubism/not_here.jpg", 1)])
    )
    (csv / "Style/style_val.csv").write_bytes(crlf([*((n, 1) for n in names[8:11]), *((n, 0) for n in nouveau[8:])]))
    (csv / "Genre/genre_train.csv").write_bytes(crlf([(names[0], 0), (names[1], 1), (names[1], 1), (nouveau[0], 0)]))
    (csv / "Genre/genre_val.csv").write_bytes(crlf([(crossed, 0)]))
    artist = "(Path to image),, (Groundtruth class)\n\n"
    (csv / "Artist/artist_train").write_text(artist + "".join(f"{n},,0\n" for n in names[:6]) + f"{crossed},,1\n")
    (csv / "Artist/artist_val").write_text(artist + f"{names[9]},,0\n")
    rng = np.random.default_rng(0)
    for name in [*names, *nouveau, crossed]:
        path = images / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)).resize((48, 48)).save(path)
    (images / nouveau[3]).write_bytes(b"corrupt")
    return images, csv


def test_the_traps(wikiart):
    images, csv, out = wikiart
    report = import_wikiart(images, csv, out)
    table = report.paintings
    by_file = {p.name: table.record(i) for i, p in enumerate(table.image_paths())}
    assert any(note.startswith("1 painting is in one task's train") for note in report.notes)
    assert report.missing == 1 and [reason for _, reason in report.skipped] == ["not an image that can be decoded"]
    assert set(table.column("style")) == {"Art Nouveau", "Cubism"}  # the folder is Art_Nouveau_Modern
    assert by_file["paul-cezanne_work-1.jpg"]["genre"] == "genre painting"  # listed twice
    assert by_file["paul-cezanne_work-0.jpg"]["artist"] == "Paul Cezanne"
    assert (
        by_file["vincent-van-gogh_ears-of-wheat-1890(1).jpg"]["split"] == "test"
    )  # in one task's train, another's val
    assert all(by_file[f"paul-cezanne_work-{i}.jpg"]["split"] == "test" for i in (8, 9, 10))
    unlisted = by_file["paul-cezanne_work-11.jpg"]
    assert (unlisted["split"], unlisted["style"], unlisted["genre"]) == ("train", "Cubism", None)
    assert by_file["eugã¨ne-grasset_plate-0, no. 2.jpg"]["genre"] == "landscape"  # a comma inside the path
    assert set(table.column("rights")) == {"WikiArt; images for non-commercial research only"}
    assert {"train", "val", "test"} == set(table.column("split"))


def test_artists_from_names(wikiart):
    images, csv, out = wikiart
    table = import_wikiart(images, csv, out, artists="from-names").paintings
    assert set(table.column("artist")) == {"Paul Cezanne", "Vincent van Gogh", "Eugène Grasset"}


def test_the_same_import_twice_is_the_same_table(wikiart):
    images, csv, out = wikiart
    assert import_wikiart(images, csv, out).paintings.records() == import_wikiart(images, csv, out).paintings.records()


def test_names():
    assert artist_from_file("Realism/vincent-van-gogh_pine-trees.jpg") == "Vincent van Gogh"
    assert artist_from_file("Realism/nothing.jpg") is None
    assert title_from_file("Realism/vincent-van-gogh_pine-trees-1884.jpg") == "Pine trees 1884"


def test_lists_that_are_not_there(wikiart, tmp_path):
    images, csv, out = wikiart
    (tmp_path / "nothing").mkdir()
    with raises(InputError, "list-missing", "style_class"):
        import_wikiart(images, tmp_path / "nothing", out)
    with raises(NothingUsableError, "no-images"):
        import_wikiart(tmp_path / "nothing", csv, out)
    with raises(InputError, "unknown-artist-source"):
        import_wikiart(images, csv, out, artists="guess")
    with raises(InputError, "no-image-in-lists"):
        import_wikiart(images.parent, csv, out)  # a level too high
    (csv / "Genre/genre_val.csv").write_text("only text\n")
    with raises(InputError, "list-format"):
        import_wikiart(images, csv, out)
    (csv / "Genre/genre_val.csv").write_text("a/b_c.jpg,9\n")
    with raises(InputError, "class-without-name", "9"):
        import_wikiart(images, csv, out)


def test_the_official_lists(wikiart_data):
    listed, names, notes = read_lists(wikiart_data / "csv")
    assert (len(names["style"]), len(names["genre"]), len(names["artist"])) == (27, 10, 23)
    assert len(listed) == 81_446 or abs(len(listed) - 81_446) < 10
    assert listed["style"].notna().sum() == 57_025 + 24_421
    assert int(listed[["style", "artist", "genre"]].notna().all(axis=1).sum()) == 16_250
    assert int(listed["_crossed"].sum()) == 566 and any(note.startswith("1 row ") for note in notes)
