"""What is kept for the search for details: whole, resumed, brought up to date, mended."""

import shutil

import numpy as np
import pytest

from artextract.errors import InputError, MismatchError
from artextract.motifs.build import build_motifs, has_motifs, read_projection, version_of
from artextract.motifs.candidates import CONFIG, Candidates
from artextract.motifs.find import MotifIndex
from artextract.motifs.projection import Projection, packed, unpacked
from artextract.motifs.store import MotifStore
from artextract.table import read_paintings
from tests.motifs.conftest import scene
from tests.raising import raises


@pytest.fixture
def collection(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path / "c")
    return tmp_path / "c"


def test_a_projection_whitens_and_survives_its_file():
    random = np.random.default_rng(0)
    cells = (random.normal(size=(4000, 70)) * np.linspace(0.5, 4, 70) + 3).astype(np.float32)
    fitted = Projection.fitted(cells)
    raw = cells @ fitted.matrix + fitted.shift
    assert np.abs(raw.mean(0)).max() < 0.01
    assert np.allclose(np.cov(raw.T), np.eye(64), atol=0.03)
    again = Projection.of_array(fitted.array)
    assert np.array_equal(again(cells), fitted(cells)) and again.digest == fitted.digest


def test_eight_bits_keep_the_cosine():
    units = np.random.default_rng(1).normal(size=(500, 64))
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    assert (units * unpacked(packed(units))).sum(1).min() > 0.999


def test_nothing_is_done_twice(collection, network):
    again = build_motifs(collection, network=network)
    assert (again.n_described, again.added, again.removed, again.damaged) == (24, 0, 0, ())
    assert has_motifs(collection) and not has_motifs(collection / "images")


def test_what_changes_is_brought_up_to_date(collection, network):
    scene(99).save(collection / "images/p05.png")
    (collection / "images/p06.png").unlink()
    report = build_motifs(collection, network=network)
    assert (report.n_described, report.added, report.removed) == (23, 1, 2)
    assert [name for name, _ in report.skipped] == ["p06"]
    index = MotifIndex.open(collection, network)
    found = index.find(scene(99).crop((16, 16, 128, 128)), 1)
    row = read_paintings(collection).ids.index("p05")
    assert found[0].key == read_paintings(collection).column("sha256").tolist()[row]


def test_a_killed_run_goes_on_from_whole_shards(collection, network):
    folder = collection / "motifs"
    version = version_of(network, read_projection(folder))
    (folder / CONFIG).unlink()
    before = (folder / version / "shard-000000/cells.npy").stat().st_mtime_ns
    report = build_motifs(collection, network=network)
    assert report.added == 24 and (folder / version / "shard-000000/cells.npy").stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["cells.npy", "grids.npy", "hashes.json"])
def test_a_damaged_shard_is_made_again(collection, network, name):
    folder = collection / "motifs"
    path = folder / version_of(network, read_projection(folder)) / "shard-000000" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    report = build_motifs(collection, network=network)
    assert len(report.damaged) == 1 and report.n_described == 24
    assert len(MotifStore(path.parents[1])) == 24


def test_a_damaged_index_of_neighbours_is_made_again(collection, network):
    path = next((collection / "motifs").glob("*.faiss"))
    data = bytearray(path.read_bytes())
    data[-9] ^= 0xFF
    path.write_bytes(data)
    assert "neighbours" in build_motifs(collection, network=network).damaged[0]
    path = next((collection / "motifs").glob("*.faiss"))
    path.write_bytes(path.read_bytes()[:-9])
    with raises(MismatchError, "motifs-damaged"):
        MotifIndex.open(collection, network)


def test_a_collection_that_was_not_prepared(tmp_path, network):
    with raises(InputError, "no-motifs"):
        MotifIndex.open(tmp_path, network)


def test_the_neighbours_are_those_of_a_plain_product(prepared, network):
    folder = prepared / "motifs"
    projection = read_projection(folder)
    version = version_of(network, projection)
    store, index = MotifStore(folder / version), Candidates.open(folder, version)
    query = store.cells(index.hashes[3]).reshape(-1, 64)[:5]
    cosines, serials, places = index.nearest(query)
    every = np.concatenate([store.cells(index.hashes[number]).reshape(-1, 64) for number in range(24)])
    slow = np.sort(query @ every.T, axis=1)[:, ::-1][:, : cosines.shape[1]]
    assert np.allclose(cosines, slow, atol=1e-4)
    assert (serials[:, 0] == 3).all() and places[:, 0].tolist() == [0, 1, 2, 3, 4]
