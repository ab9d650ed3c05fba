"""Whether an index fits a collection."""

from types import SimpleNamespace

import numpy as np

from artextract.app.tables import index_summary
from artextract.errors import MismatchError, NothingUsableError
from artextract.file_states import GONE
from artextract.index import FeatureVectors, create_index, open_index
from artextract.search.build import build_index, require_same
from artextract.search.index_options import index_folder, options_of
from artextract.sources.folder import import_folder
from artextract.table import read_paintings
from tests.conftest import paint, write_collection
from tests.damage import flip
from tests.raising import raises
from tests.sources.test_folder import make


def paintings(ids, hashes):
    """What of a table is looked at."""
    columns = {"id": np.array(ids), "sha256": np.array(hashes)}
    return SimpleNamespace(
        ids=ids, column=columns.__getitem__, has_cells=lambda name, cells: columns[name].tolist() == list(cells)
    )


def test_the_index_must_fit_the_collection_and_the_features(tmp_path):
    vectors = {"colour": FeatureVectors("colour@1", np.eye(3, dtype=np.float32))}
    ids, hashes = ["a", "b", "c", "bad"], ["1", "2", "3", "?"]
    index = create_index(tmp_path, ids[:3], hashes[:3], vectors, {"bad": "damaged"})
    require_same(index, paintings(ids, hashes), {"colour": "colour@1"})
    require_same(index, paintings(ids[::-1], hashes[::-1]), {})
    with raises(MismatchError, "index-outdated", "1", "0"):
        require_same(index, paintings([*ids, "new"], [*hashes, "h"]), {})
    with raises(MismatchError, "index-outdated", "0", "1"):
        require_same(index, paintings(ids[1:], hashes[1:]), {})
    with raises(MismatchError, "index-outdated", "1"):
        require_same(index, paintings(ids, ["other", *hashes[1:]]), {})
    with raises(MismatchError, "feature-version", "colour", "1", "2"):
        require_same(index, paintings(ids, hashes), {"colour": "colour@2"})


def test_files_that_changed_or_went_away_are_noticed(tmp_path):
    names = ["a.png", "b.png", "c.png"]
    import_folder(make(tmp_path / "in", names), tmp_path / "out")
    ids = {path.name: key for key, path in zip(*_ids_and_paths(tmp_path / "out"), strict=True)}
    build_index(tmp_path / "out", ["palette"])
    make(tmp_path / "in", ["a.png"], seed=7)
    (tmp_path / "in" / "b.png").unlink()
    report = build_index(tmp_path / "out", ["palette"])
    assert report.changed == [ids["a.png"]] and report.skipped == [(ids["b.png"], GONE)]
    assert (report.added, report.removed, report.n_indexed) == (1, 1, 2)
    index = open_index(index_folder(tmp_path / "out"))
    require_same(index, read_paintings(tmp_path / "out"), {})
    for name in names:
        (tmp_path / "in" / name).unlink(missing_ok=True)
    for rebuild in (False, True):
        with raises(NothingUsableError, "no-usable-image"):
            build_index(tmp_path / "out", ["palette"], rebuild=rebuild)


def _ids_and_paths(collection):
    table = read_paintings(collection)
    return table.ids, table.image_paths()


def test_what_is_damaged_is_made_again_and_reported(tmp_path):
    collection = write_collection(tmp_path / "c", [paint("red", "bands", seed) for seed in range(4)])
    assert build_index(collection, ("palette", "composition")).damaged == ()
    before = open_index(collection / "index").rows("palette", ["p01"]).units
    for name in ("index/segment-*/palette.npy", "features/palette@*/shard-000000/vectors.npy"):
        (file,) = collection.glob(name)
        flip(file)
    with raises(MismatchError, "index-damaged"):
        open_index(collection / "index")
    assert options_of(collection)[0] == ("palette", "composition"), "the index is made again as it was"
    report = build_index(collection, *options_of(collection))
    assert not report.updated and len(report.damaged) == 2, report.damaged
    assert report.damaged[0].endswith("shard-000000.damaged") and "palette.npy" in report.damaged[1]
    assert "damaged, and recomputed" in index_summary(report.as_dict())
    assert np.array_equal(open_index(collection / "index").rows("palette", ["p01"]).units, before)
    again = build_index(collection, *options_of(collection))
    assert again.updated and again.damaged == ()
