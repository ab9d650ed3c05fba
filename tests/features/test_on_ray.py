"""Pictures described on the machines of a Ray cluster: the same rows, also where a machine or a process ends."""

import json
import os
import shutil
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artextract.app.cli import main
from artextract.errors import InputError
from artextract.features import get_feature
from artextract.features.on_ray import RayCluster, Share, Task, _again
from artextract.files import read_json
from artextract.motifs import DIMENSIONS
from artextract.motifs.describing import Describer
from artextract.motifs.network import LocalNetwork
from tests.conftest import paint, write_collection
from tests.features.deadly import Deadly
from tests.features.ray_machines import WHY_NOT, can_be, two_machines
from tests.raising import raises

ROOT = Path(__file__).parents[2]


def stored(collection: Path) -> dict[str, dict[str, np.ndarray]]:
    """Store -> SHA-256 -> vector; no row may be there twice."""
    found: dict[str, dict[str, np.ndarray]] = {}
    for shard in sorted((collection / "features").glob("*/shard-*")):
        rows = found.setdefault(shard.parent.name, {})
        for key, vector in zip(read_json(shard / "hashes.json"), np.load(shard / "vectors.npy"), strict=True):
            assert key not in rows
            rows[key] = vector
    return found


def assert_same_bits(one: Path, other: Path) -> None:
    first, second = stored(one), stored(other)
    assert first.keys() == second.keys() and first
    for name in first:
        assert first[name].keys() == second[name].keys()
        for key, vector in first[name].items():
            assert np.array_equal(vector, second[name][key], equal_nan=True), (name, key)


def test_a_share_is_tried_again_and_then_in_halves():
    bad: list[tuple[int, str]] = []
    share = Share(np.arange(10, 15), deaths=1)
    assert _again(share, lambda *error: bad.append(error)) == [share]
    halves = _again(Share(share.positions, deaths=2), lambda *error: bad.append(error))
    assert [half.positions.tolist() for half in halves] == [[10, 11, 12], [13, 14]] and not bad
    assert [half.deaths for half in halves] == [1, 1]
    assert _again(Share(np.array([12]), 2), lambda *error: bad.append(error)) == []
    assert bad == [(12, "2 processes ended over it")]


def test_without_ray_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with raises(InputError, "ray-not-installed"):
        RayCluster("auto").__enter__()


def test_a_training_reads_maps_of_the_cluster(small_collection, tmp_path, monkeypatch):
    """The weights are those of one machine, to the bit."""
    pytest.importorskip("ray", reason="Ray is not in this environment: make test-engines")
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'src'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    run = {"attributes": "genre", "epochs": 2, "width": 16, "hidden": 8, "batch-size": 4, "baselines": "none"}
    options = [text for name, value in run.items() for text in (f"--{name}", str(value))]
    weights = []
    for name, ray in (("here", []), ("there", ["--ray", "local"])):
        collection, model = shutil.copytree(small_collection, tmp_path / name), tmp_path / f"{name}-model"
        shutil.rmtree(collection / "features", ignore_errors=True)
        assert main(["train", str(collection), "--out", str(model), *options, *ray]) == 0
        weights.append(read_json(model / "config.json")["weights_sha256"])
    assert weights[0] == weights[1]
    assert_same_bits(tmp_path / "here", tmp_path / "there")


@pytest.fixture(scope="module")
def local():
    """A cluster of this machine alone."""
    pytest.importorskip("ray", reason="Ray is not in this environment: make test-engines")
    os.environ["PYTHONPATH"] = f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    with RayCluster("local") as cluster:
        yield cluster


def test_where_no_cluster_is_that_is_said(tmp_path):
    pytest.importorskip("ray", reason="Ray is not in this environment: make test-engines")
    with raises(InputError, "no-ray-cluster", "127.0.0.1:9"):
        RayCluster("127.0.0.1:9").__enter__()


def test_rows_and_maps_are_those_of_one_machine(local, small_collection):
    """Also what could not be read, and why."""
    paths = [*sorted((small_collection / "images").iterdir())[:20], small_collection / "paintings.parquet"]
    feature = get_feature("deep")
    for maps in (False, True):
        seen: dict[str, tuple[dict, list]] = {}
        for where in ("here", "there"):
            bad: list[tuple[int, str]] = []
            report = lambda *error, bad=bad: bad.append(error)  # noqa: E731
            if where == "here":
                batches = feature.extract_with_maps(paths, report) if maps else feature.extract(paths, report)
            else:
                make = partial(get_feature, "deep")
                batches = local.describe(Task(make, feature.version, str(small_collection), maps), paths, report)
            rows = {int(p): values for ps, *arrays in batches for p, *values in zip(ps, *arrays, strict=True)}
            seen[where] = rows, bad
        assert seen["here"][1] == seen["there"][1] and seen["here"][1][0][0] == 20
        assert seen["here"][0].keys() == seen["there"][0].keys() == set(range(20))
        for position, values in seen["here"][0].items():
            assert all(np.array_equal(a, b) for a, b in zip(values, seen["there"][0][position], strict=True))
            assert len(values) == 1 + maps


def test_cells_of_motifs_are_those_of_one_machine(local, small_collection, tmp_path):
    """Pictures of other proportions have other grids."""
    random = np.random.default_rng(3)
    paths = [*sorted((small_collection / "images").iterdir())[:6], small_collection / "paintings.parquet"]
    Image.open(paths[0]).resize((300, 90)).save(tmp_path / "wide.png")
    paths.append(tmp_path / "wide.png")
    projection = random.normal(size=(LocalNetwork().channels + 1, DIMENSIONS)).astype(np.float32)
    here, make = Describer.of(projection), partial(Describer.of, projection)
    bad: tuple[list, list] = ([], [])
    task = Task(make, here.version, str(small_collection))
    batches = here.extract(paths, lambda *error: bad[0].append(error))
    there = local.describe(task, paths, lambda *error: bad[1].append(error))
    first, second = (
        {int(p): cells for ps, grids in rows for p, cells in zip(ps, grids, strict=True)} for rows in (batches, there)
    )
    assert first.keys() == second.keys() == {*range(6), 7} and bad[0] == bad[1] and bad[0][0][0] == 6
    assert first[0].shape != first[7].shape and all(np.array_equal(first[place], second[place]) for place in first)


def test_what_a_machine_refuses_is_the_error(local, small_collection, tmp_path):
    paths = sorted((small_collection / "images").iterdir())
    make = partial(get_feature, "palette")
    with raises(InputError, "other-version-on-the-cluster", "0.1"):
        list(local.describe(Task(make, "0.1", str(small_collection)), paths, lambda *error: None))
    with raises(InputError, "not-on-the-cluster", "gone"):
        list(local.describe(Task(make, make().version, str(tmp_path / "gone")), paths, lambda *error: None))


def test_a_picture_that_ends_processes_costs_itself_alone(local, small_collection):
    bad: list[tuple[int, str]] = []
    paths = sorted((small_collection / "images").iterdir())[:6]
    task = Task(partial(Deadly, "p03.png"), "1", str(small_collection))
    batches = local.describe(task, paths, lambda *error: bad.append(error))
    rows = {int(p): v for ps, vectors in batches for p, v in zip(ps, vectors, strict=True)}
    assert sorted(rows) == [0, 1, 2, 4, 5] and [position for position, _ in bad] == [3]
    assert "ended over it" in bad[0][1] and all(rows[p].tolist() == [p, 1.0] for p in rows)


@pytest.mark.slow
def test_a_machine_that_is_killed_costs_nothing(tmp_path, monkeypatch):
    """Two machines in networks of their own; the second dies while it describes pictures."""
    pytest.importorskip("ray", reason="Ray is not in this environment: make test-engines")
    if not can_be():
        pytest.skip(WHY_NOT)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'src'}{os.pathsep}{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    schemes, layouts = ("red", "green", "blue", "grey"), ("bands", "discs")
    images = [paint(schemes[n % 4], layouts[n // 4 % 2], n) for n in range(900)]
    here, there = write_collection(tmp_path / "here", images), tmp_path / "there"
    shutil.copytree(here, there)
    assert main(["index", str(here), "--features", "palette,texture"]) == 0
    with two_machines(Path("/tmp")) as machines:
        running = machines.run(
            "index", str(there), "--features", "palette,texture", "--ray", machines.address, "--json"
        )
        while running.poll() is None and not list((there / "features").glob("palette*/shard-000000")):
            time.sleep(0.05)
        machines.kill(machines.second)
        out, err = running.communicate(timeout=200)
        assert running.returncode == 0, err
        assert json.loads(out)["paintings"] == 900 and ("is gone" in err or "has ended" in err)
    assert_same_bits(here, there)
