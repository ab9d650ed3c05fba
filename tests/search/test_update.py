"""A collection follows its folder, and its index follows it."""

import os

import pytest

from artextract.app.opening import begin, place_of
from artextract.errors import NothingUsableError
from artextract.search import update as module
from artextract.search.asking.engine import SearchEngine
from artextract.search.unfinished import open_unfinished
from artextract.search.update import Update, bring_up_to_date
from artextract.sources import assemble
from artextract.sources.folder import FolderOptions, import_folder
from artextract.sources.new_files import remembered
from artextract.table import read_paintings
from tests.conftest import paint
from tests.search.colours_only import of_colours
from tests.sources.test_folder import make


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    of_colours(monkeypatch, module)


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
    assert sorted(looked_at) == ["b.png", "broken.png", "new.png"], "what has not changed is not read again"
    assert names(tmp_path / "out") == ["a.png", "b.png", "new.png"]
    engine = SearchEngine.open(tmp_path / "out")
    assert len(engine.index) == 3 and "Cubism" in engine.paintings.column("style").tolist()

    (folder / "labels.csv").write_text("path,style\na.png,Fauvism\n")
    labels = bring_up_to_date(tmp_path / "out")
    assert labels == Update(3, 0, 0, 0, 1, 3, index_written=False, table_written=True)
    assert remembered(tmp_path / "out").options["seed"] == 3


def test_the_options_of_the_import_stay(tmp_path):
    folder = make(tmp_path / "in", ["Cubism/a.png", "Fauvism/b.png"])
    import_folder(
        folder,
        tmp_path / "out",
        options=FolderOptions(folder_labels={"style": "parent"}, label_columns=("style",), rights="CC0"),
    )
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
        if sizes[-1] == 6:
            raise KeyboardInterrupt
        return items

    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(place.collection, progress=stops)
    engine = open_unfinished(place.collection)
    assert len(engine.listing.listed()) == 6 and not engine.is_stale and engine.features == {}
    done = bring_up_to_date(place.collection)
    assert set(sizes) == {2, 6} and engine.is_stale
    assert done.paintings == 20 and done.new == 14 and remembered(place.collection).whole
    kept = [name for name in looked_at if name < "06.png"]
    assert sorted(kept) == names(place.collection)[:6], "what a step has read is not read again"


def test_the_first_paintings_can_be_searched_while_the_rest_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FIRST", 2)
    monkeypatch.setattr(module, "SEARCHED", 4)
    monkeypatch.setattr(module, "GROWTH", 2)
    folder, out = make(tmp_path / "in", [f"{n}.png" for n in range(9)]), tmp_path / "out"
    begin(place_of(folder, out))
    seen, computed = [], []

    def progress(items, total, caption):
        engine = open_unfinished(out)
        seen.append((engine.n_searchable, len(engine.paintings)))
        if engine.n_searchable:
            assert engine.is_unfinished and not engine.is_stale
            hits = engine.search(engine.paintings.ids[0], k=9).hits
            assert len(hits) == engine.n_searchable - 1, "what was not looked at is not found"
        for item in items:
            computed.append(caption)
            yield item

    bring_up_to_date(out, progress=progress)
    assert seen[0] == (0, 2) and {(2, 2), (4, 4), (4, 8), (4, 9), (8, 9)} <= set(seen)
    assert computed.count("computing palette") == 9, "nothing is computed twice"
    assert not (out / "index.unfinished").exists()
    whole = SearchEngine.open(out)
    assert whole.n_searchable == 9 and not whole.is_unfinished
