"""Forty bits, flipped one at a time in whatever is stored of a collection, its index and a model: each is noticed."""

import random
import shutil

import pytest

from artextract.app.commands.doctor import _findings
from artextract.doctor import examine
from artextract.errors import MismatchError
from artextract.features.store import shard_damage
from artextract.index import damage_of
from artextract.model.checking import model_damage
from artextract.model.probe import load_probes
from artextract.model.saved import open_model
from artextract.search.build import build_index
from tests.conftest import paint, write_collection
from tests.damage import flip
from tests.raising import raises

FLIPS = 40
LOOSE = ("README.md", "metrics.json", ".lock")


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flips") / "c"
    write_collection(folder, [paint("red", "bands", seed) for seed in range(4)])
    build_index(folder, ("palette", "composition"))
    return folder


@pytest.fixture(scope="module")
def model(trained_model, tmp_path_factory):
    return shutil.copytree(trained_model, tmp_path_factory.mktemp("flips") / "model")


def test_forty_bits_are_forty_noticed(collection, model):
    stored = [*collection.glob("features/*/shard-*/*"), *collection.glob("index/**/*"), *model.glob("*")]
    stored = sorted(path for path in stored if path.is_file() and path.name not in LOOSE)
    draw, noticed = random.Random(0), 0
    for _ in range(FLIPS):
        path = draw.choice(stored)
        whole = path.read_bytes()
        flip(path, draw.randrange(8 * len(whole)))
        if "index" in path.parts:
            found = damage_of(collection / "index")
        else:
            found = model_damage(model) if path.parent == model else shard_damage(path.parent)
        noticed += bool(found)
        path.write_bytes(whole)
    assert noticed == FLIPS
    assert not damage_of(collection / "index") and not model_damage(model)


def test_the_doctor_lists_what_is_damaged(collection, model):
    paths = [
        *collection.glob("features/palette@*/shard-000000/vectors.npy"),
        *collection.glob("index/segment-*/composition.npy"),
        model / "metric.safetensors",
    ]
    before = examine(collection, model, quick=True)
    assert not {finding.kind for finding in before.findings if finding.kind.startswith("damaged")}
    wholes = [path.read_bytes() for path in paths]
    for path in paths:
        flip(path, 8 * path.stat().st_size - 20)
    report = examine(collection, model, quick=True)
    for path, whole in zip(paths, wholes, strict=True):
        path.write_bytes(whole)
    for kind, path in zip(("damaged_features", "damaged_index", "damaged_model"), paths, strict=True):
        found = report.find(kind)
        assert found.severity == "error" and [item["path"] for item in found.items] == [str(path)]
        assert str(path) in _findings(report.as_dict())


@pytest.mark.parametrize(
    "name, at, code, use",
    [
        ("probe.safetensors", -3, "probe-damaged", lambda m: load_probes(m.folder / "probe.safetensors", {})),
        ("trained_on.parquet", 60, "model-damaged", lambda m: m.trained_on()),
        ("splits.parquet", 60, "model-damaged", lambda m: m.splits()),
    ],
)
def test_a_part_of_a_model_is_compared_when_it_is_read(model, name, at, code, use):
    path = model / name
    whole = path.read_bytes()
    flip(path, 8 * (at % len(whole)))
    try:
        with raises(MismatchError, code):
            use(open_model(model))
    finally:
        path.write_bytes(whole)
    use(open_model(model))
