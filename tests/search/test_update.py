"""A collection follows its folder, and its index follows it."""

import functools
import os

import pytest

from artextract.app.opening import begin, place_of
from artextract.errors import NothingUsableError
from artextract.search import update as module
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from artextract.search.unfinished import open_unfinished
from artextract.search.update import Update, bring_up_to_date
from artextract.sources import assemble
from artextract.sources.folder import import_folder
from artextract.sources.new_files import remembered
from artextract.table import read_paintings
from tests.conftest import paint
from tests.sources.test_folder import make


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Indexes of colours alone: no network is read."""
    monkeypatch.setattr(module, "build_index", functools.partial(build_index, features=("palette",)))
    monkeypatch.setattr(module, "options_of", lambda root: {})


@pytest.fixture
def looked_at(monkeypatch):
    """The names of the files that were read, in order."""
    names, inspect = [], assemble.inspect
    monkeypatch.setattr(assemble, "inspect", lambda path: names.append(os.path.basename(path)) or inspect(path))
    return names


def names(collection):
    return sorted(path.name for path in read_paintings(collection).image_paths())


def test_new_changed_and_gone(tmp_path, looked_at):
    folder = make(tmp_path / "in", ["a.png", "b.png", "c.png"])
    (folder / "labels.csv").write_text("path,style\na.png,Cubism\n")
    import_folder(folder, tmp_path / "out", seed=3)
    first = bring_up_to_date(tmp_path / "out")
    assert first == Update(3, 0, 0, 0, 0, 3, index_written=True, table_written=False)
    assert bring_up_to_date(tmp_path / "out") == Update(3, 0, 0, 0, 0, 3, index_written=False, table_written=False)

    make(folder, ["new.png"], seed=1)
    paint("red", "bands", 0).save(folder / "b.png")
    (folder / "c.png").unlink()
    (folder / "broken.png").write_bytes(b"no picture")
    looked_at.clear()
    assert bring_up_to_date(tmp_path / "out") == Update(3, 1, 1, 1, 1, 3, index_written=True, table_written=True)
    assert looked_at == ["b.png", "broken.png", "new.png"], "what has not changed is not read again"
    assert names(tmp_path / "out") == ["a.png", "b.png", "new.png"]
    engine = SearchEngine.open(tmp_path / "out")
    assert len(engine.index) == 3 and "Cubism" in engine.paintings.column("style").tolist()

    (folder / "labels.csv").write_text("path,style\na.png,Fauvism\n")
    labels = bring_up_to_date(tmp_path / "out")
    assert labels == Update(3, 0, 0, 0, 1, 3, index_written=False, table_written=True)
    assert remembered(tmp_path / "out").options["seed"] == 3


def test_the_options_of_the_import_stay(tmp_path):
    folder = make(tmp_path / "in", ["Cubism/a.png", "Fauvism/b.png"])
    import_folder(folder, tmp_path / "out", folder_labels={"style": "parent"}, label_columns=("style",), rights="CC0")
    make(folder, ["Fauvism/c.png"], seed=1)
    bring_up_to_date(tmp_path / "out")
    paintings = read_paintings(tmp_path / "out")
    assert sorted(paintings.column("style")) == ["Cubism", "Fauvism", "Fauvism"] and paintings.labels == ("style",)
    assert set(paintings.column("rights")) == {"CC0"}


def test_a_folder_that_is_gone_takes_nothing_away(tmp_path):
    folder = make(tmp_path / "in", ["a.png", "b.png"])
    import_folder(folder, tmp_path / "out")
    bring_up_to_date(tmp_path / "out")
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(NothingUsableError):
        bring_up_to_date(tmp_path / "out")
    assert len(SearchEngine.open(tmp_path / "out").index) == 2


def test_a_first_import_in_steps(tmp_path, monkeypatch, looked_at):
    """There are some paintings at once, more after each step, and nothing is read twice; stopped, it goes on."""
    monkeypatch.setattr(module, "FIRST", 2)
    monkeypatch.setattr(module, "GROWTH", 3)
    folder, sizes = make(tmp_path / "in", [f"{number:02d}.png" for number in range(20)]), []
    place = place_of(folder)
    begin(place)
    assert names(place.collection) == ["00.png", "01.png"] and not remembered(place.collection).whole

    def stops(items, total, caption):
        sizes.append(len(read_paintings(place.collection)))
        if len(sizes) == 2:
            raise KeyboardInterrupt
        return items

    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(place.collection, progress=stops)
    engine = open_unfinished(place.collection)
    assert len(engine.listing.listed()) == 6 and not engine.is_stale and engine.features == {}
    done = bring_up_to_date(place.collection, progress=lambda items, *_: sizes.append(engine.is_stale) or items)
    assert sizes[:2] == [2, 6] and sizes[2] is False and sizes[-1] is True
    assert done.paintings == 20 and done.new == 14 and remembered(place.collection).whole
    kept = [name for name in looked_at if name < "06.png"]
    assert sorted(kept) == names(place.collection)[:6], "what a step has read is not read again"
