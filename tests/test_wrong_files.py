"""Files that are well-formed but wrong give a sentence and a code, never an error of ours. They are tried without
checksums, as an older version wrote them, so that what notices is the form alone."""

import io
import json
import shutil

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file, save_file

from artextract.errors import ArtExtractError
from artextract.images import content_hash
from artextract.model.export import load_trained
from artextract.model.metric import read_metric
from artextract.model.predictor import Predictor
from artextract.model.probe import load_probes
from artextract.model.saved import open_model
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from artextract.search.index_options import IndexOptions
from tests.conftest import paint, write_collection


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wrong") / "c"
    write_collection(folder, [paint("red", "bands", seed) for seed in range(4)])
    build_index(folder, ("palette", "composition"), options=IndexOptions(spaces={"composition": "centred"}))
    for path in folder.glob("**/checksums.json"):
        path.unlink()
    config = folder / "index" / "config.json"
    config.write_text(json.dumps({k: v for k, v in read(config).items() if k not in ("checksum", "files")}))
    return folder


@pytest.fixture(scope="module")
def model(trained_model, tmp_path_factory):
    folder = shutil.copytree(trained_model, tmp_path_factory.mktemp("wrong") / "model")
    (folder / "checksums.json").unlink()
    return folder


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def search(collection):
    SearchEngine.open(collection).search("p01", 2)


def use(folder):
    opened = open_model(folder)
    assert Predictor(opened).backbone and all(
        Predictor(opened).is_sure(name, 1.0) in (True, False) for name in ["style"]
    )
    read_metric(folder)
    load_probes(folder / "probe.safetensors", opened.config["probes"])
    opened.trained_on(), opened.splits(), opened.history()
    for name in opened.networks:
        load_trained(opened, name)


def refused(path, data, work):
    """Whether a file of other contents is refused in a sentence; any other error fails the test."""
    whole = path.read_bytes()
    path.write_bytes(data)
    try:
        work()
    except ArtExtractError as error:
        assert error.message and error.hint and error.code not in ("", "error"), error.message
        return True
    finally:
        path.write_bytes(whole)
    return False


def other_values(value):
    """JSON that is well-formed and of another form than ``value``, and whether it must be refused."""
    for other in ([], 3, "text", None, [value]):
        if type(other) is not type(value):
            yield other, True
    for key, inner in value.items():
        yield {k: v for k, v in value.items() if k != key}, False
        yield value | {key: [inner] if not isinstance(inner, list) else {"0": 1}}, True
        yield value | {key: 3 if not isinstance(inner, int) else "3"}, True
        if isinstance(inner, dict):
            yield value | {key: {name: [one] for name, one in inner.items()} or {"a": [1]}}, False
        if isinstance(inner, list) and inner:
            yield value | {key: [[one] for one in inner]}, True


FREE = ("settings", "split", "validation", "options", "hash", "skipped", "temperatures", "baselines", "probes", "kinds")
"""Parts that may hold anything, or stand for themselves."""


@pytest.mark.parametrize("name", ["index/config.json", "index/segment-*/rows.json"])
def test_json_of_an_index(collection, name):
    (path,) = collection.glob(name)
    search(collection)
    for other, must in other_values(read(path)):
        said = refused(path, json.dumps(other).encode(), lambda: search(collection))
        assert said or not must, other
    for data in (b"", b"\xff\xfe", b"[" * 100_000, b"NaN"):
        assert refused(path, data, lambda: search(collection))


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


@pytest.mark.parametrize("name", ["palette.npy", "palette.norms.npy", "composition.density.npy"])
def test_arrays_of_an_index(collection, name):
    (path,) = collection.glob(f"index/segment-*/{name}")
    array = np.load(path)
    others = [
        npy(array.astype(np.float64)),
        npy(array[:-1]),
        npy(array[None]),
        npy(np.full(array.shape, {}, dtype=object)),
        npy(array.astype(">f4")),
        b"",
        b"\x93NUMPY\x01\x00\x10\x00{'descr': (((   \n",
    ]
    for data in others:
        assert refused(path, data, lambda: search(collection)), data[:80]


def test_spaces_of_an_index(collection):
    (path,) = collection.glob("index/spaces-*.npz")
    with np.load(path) as saved:
        arrays = {name: saved[name] for name in saved.files}
    key, mean = "composition.mean", arrays["composition.mean"]
    others = [{key: mean[:-1]}, {key: mean[None]}, {key: mean.astype(int)}, {key: mean * np.nan}]
    others += [{key: mean.astype(object)}, {"composition.matrix": np.eye(len(mean) + 1, dtype=np.float32)}]
    for other in others:
        file = io.BytesIO()
        np.savez(file, **(arrays | other))
        assert refused(path, file.getvalue(), lambda: search(collection)), other
    assert refused(path, npy(mean), lambda: search(collection))


def parquet(frame):
    file = io.BytesIO()
    frame.to_parquet(file)
    return file.getvalue()


def test_the_table_of_a_collection(collection):
    path = collection / "paintings.parquet"
    frame = pd.read_parquet(path)
    others = [
        frame[["title"]],
        frame.drop(columns="sha256"),
        frame.assign(width="wide"),
        frame.assign(id=1),
        frame.assign(id="a"),
        frame.assign(split="holdout"),
        frame.assign(path=[{"a": 1}] * 4),
        pd.DataFrame(),
    ]
    for other in others:
        assert refused(path, parquet(other), lambda: search(collection)), list(other)


@pytest.mark.parametrize("name", ["config.json", "labels.json"])
def test_json_of_a_model(model, name):
    path = model / name
    use(model)
    value = read(path)
    for other, must in other_values(value):
        changed = [k for k in value if isinstance(other, dict) and other.get(k) != value[k]]
        said = refused(path, json.dumps(other).encode(), lambda: open_model(model))
        assert said or not must or changed[0] in FREE, (changed, str(other)[:100])
    for key in ("backbone", "network", "sure_from", "baselines", "probes"):
        if name == "config.json":
            assert refused(
                path, json.dumps({k: v for k, v in value.items() if k != key}).encode(), lambda: use(model)
            ) or (key == "baselines")
    style = value.get("classes", {}).get("style")
    if style:
        twice = value | {"classes": value["classes"] | {"style": [style[0].upper(), *style[:-1]]}}
        assert refused(path, json.dumps(twice).encode(), lambda: open_model(model))


@pytest.mark.parametrize("name", ["trained_on.parquet", "splits.parquet"])
def test_tables_of_a_model(model, name):
    path = model / name
    frame = pd.read_parquet(path)
    opened = open_model(model)
    for other in (frame.drop(columns="sha256"), frame.assign(sha256=1), frame.assign(sha256=1.5), pd.DataFrame()):
        assert refused(path, parquet(other), lambda: (opened.trained_on(), opened.splits())), list(other)
    assert refused(path, b"PAR1", lambda: (opened.trained_on(), opened.splits()))


@pytest.mark.parametrize("name", ["model", "linear_head", "no_rnn", "probe", "metric"])
def test_weights_of_a_model(model, name):
    path, config = model / f"{name}.safetensors", model / "config.json"
    arrays, kept = load_file(path), config.read_text()
    first = min(arrays)
    others = [
        {k: v for k, v in arrays.items() if k != first},
        arrays | {first: np.zeros((2, 3, 4), np.float32)},
        arrays | {k: np.zeros(v.shape, np.int8) for k, v in arrays.items() if name in ("probe", "metric")},
        {"other": arrays[first]},
    ]
    others[2] |= {} if name in ("probe", "metric") else {"more": arrays[first]}
    datas = [b"", b"\xff" * 64, b"\x02" + b"\x00" * 7 + b"[]"]
    for other in others:
        save_file(other, model / "other")
        datas.append((model / "other").read_bytes())
        (model / "other").unlink()
    for data in datas:
        if f'"{content_hash(path)}"' in kept:  # as if the weights were meant to be these
            config.write_text(kept.replace(content_hash(path), content_hash(data)))
        try:
            assert refused(path, data, lambda: use(model)), name
        finally:
            config.write_text(kept)
