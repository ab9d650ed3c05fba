"""The contract that every source keeps, run on each row of the registry."""

import pytest

from artextract.labels import canonical_key
from artextract.sources import SOURCES
from artextract.sources.folder import FolderOptions
from artextract.table import SPLITS, read_paintings
from tests.sources.museum import Museum, iiif_example, nga_example
from tests.sources.test_folder import make
from tests.sources.test_huggingface import write_dataset
from tests.sources.test_join import collection
from tests.sources.test_webdataset import write_webdataset
from tests.sources.test_wikiart import write_wikiart


def folder(tmp_path):
    images = make(tmp_path / "in", [f"{style}/{i}.png" for style in ("Cubism", "Art_Nouveau") for i in range(8)])
    return {"images": images, "options": FolderOptions(folder_labels={"style": "parent"})}


def wikiart(tmp_path):
    images, csv = write_wikiart(tmp_path)
    return {"images": images, "csv": csv}


def sample(tmp_path):
    return {"count": 12}


def huggingface(tmp_path):
    return {"dataset": write_dataset(tmp_path / "in")}


def nga(tmp_path):
    return nga_example(Museum(), tmp_path / "in")


def iiif(tmp_path):
    return iiif_example(Museum())


def webdataset(tmp_path):
    return {"dataset": write_webdataset(tmp_path / "in")}


def join(tmp_path):
    rows = [{"split": "train", "style": "Cubism", "artist": "albert-anker"}]
    return {"collections": [collection(tmp_path / name, rows) for name in ("first", "second")]}


EXAMPLES = {
    "folder": folder,
    "wikiart": wikiart,
    "sample": sample,
    "huggingface": huggingface,
    "webdataset": webdataset,
    "nga": nga,
    "iiif": iiif,
    "join": join,
}


def test_every_source_has_an_example():
    assert set(EXAMPLES) == set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_keeps_the_contract(name, tmp_path):
    arguments = EXAMPLES[name](tmp_path)
    watched = []

    def progress(items, total, caption):
        watched.append((total, caption))
        return items

    report = SOURCES[name](out=tmp_path / "c", seed=1, progress=progress, **arguments)
    table = read_paintings(tmp_path / "c")
    assert table.records() == report.paintings.records() and len(table) > 0 and watched
    assert (
        all(table.column("rights"))
        and all(table.column("source"))
        and all(path.exists() for path in table.image_paths())
    )
    assert set(table.column("split")) <= {*SPLITS, None} and "train" in set(table.column("split"))
    for label in table.labels:
        names = [value for value in table.column(label) if value is not None]
        assert all(canonical_key(value) for value in names)
        assert len(set(names)) == len({canonical_key(value) for value in names})
    again = SOURCES[name](out=tmp_path / "d", seed=1, **arguments).paintings
    assert again.ids == table.ids and list(again.column("split")) == list(table.column("split"))
    summary = report.summary()
    assert summary["paintings"] == len(table) == sum(summary["splits"].values())
