"""Reading ahead, extraction over files, the cache of exported networks, and the promised closeness on real
paintings."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artextract import runtime
from artextract.backbones import get_backbone, load_network
from artextract.errors import ImageError, InputError
from artextract.runtime import FAST_COSINE, cosines, extract, open_engine, read_ahead, trial_pictures
from tests.raising import raises

REAL = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="module")
def backbone():
    return get_backbone()


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache of this module's own, in which the default backbone is exported once."""
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("cache")
    patch.setenv("ARTEXTRACT_CACHE", str(folder))
    yield folder
    patch.undo()


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """In torch: for so few pictures more threads are slower, far slower where other programs want the cores."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def engine(backbone, cache):
    return open_engine(backbone, "cpu")


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    """Ten good pictures, with a cut, an empty, a textual and a missing file among them at 2, 5, 9 and 12."""
    folder = tmp_path_factory.mktemp("pictures")
    paths = []
    for number, pixels in enumerate(trial_pictures(120, 10)):
        paths.append(folder / f"{number}.jpg")
        Image.fromarray(pixels).resize((150, 120)).save(paths[-1], quality=95)
    cut, empty, text = folder / "cut.jpg", folder / "empty.jpg", folder / "text.jpg"
    cut.write_bytes(paths[0].read_bytes()[:900])
    empty.touch()
    text.write_text("no picture")
    for at, path in ((2, cut), (5, empty), (9, text), (12, folder / "missing.jpg")):
        paths.insert(at, path)
    return paths


def test_read_ahead_keeps_the_order_and_skips_what_cannot_be_read():
    def read(number: int) -> int:
        time.sleep(0.002 * (number % 3))
        if number % 10 == 7:
            raise ImageError(f"bad {number}")
        return number * number

    bad = []
    values = list(read_ahead(range(40), read, lambda position, reason: bad.append((position, reason)), workers=4))
    assert values == [(number, number * number) for number in range(40) if number % 10 != 7]
    assert bad == [(7, "bad 7"), (17, "bad 17"), (27, "bad 27"), (37, "bad 37")]


def test_read_ahead_reads_only_a_little_ahead_and_stops_when_nobody_listens(monkeypatch):
    """What was handed to the threads is counted, and all of it is over before the counts are compared."""
    handed, begun, pools = [], [], []

    class Pool(ThreadPoolExecutor):
        def __init__(self, *given, **named):
            super().__init__(*given, **named)
            pools.append(self)

        def submit(self, work, number):
            handed.append(number)
            return super().submit(work, number)

    monkeypatch.setattr(runtime, "ThreadPoolExecutor", Pool)
    ahead = read_ahead(range(1000), lambda number: begun.append(number) or number, lambda *_: None, workers=2)
    assert [next(ahead) for _ in range(3)] == [(0, 0), (1, 1), (2, 2)]
    assert handed == list(range(8 + 2)), "4 for each worker, and one more for each that was taken"
    ahead.close()
    pools[0].shutdown(wait=True)
    assert len(pools) == 1 and handed == list(range(10)) and set(begun) <= set(handed)


def test_read_ahead_uses_the_workers_it_is_given_and_tells_errors_in_the_callers_thread():
    barrier = threading.Barrier(3, timeout=60)
    threads = []

    def read(number: int) -> int:
        barrier.wait()
        raise ImageError("bad")

    assert list(read_ahead(range(3), read, lambda *_: threads.append(threading.current_thread()), workers=3)) == []
    assert threads == [threading.current_thread()] * 3


def test_read_ahead_lets_other_errors_through():
    with pytest.raises(ZeroDivisionError):
        list(read_ahead([1, 0], lambda number: 1 / number, lambda *_: None))
    assert list(read_ahead([], str, lambda *_: None)) == []


@pytest.mark.parametrize("maps", [False, True])
@pytest.mark.parametrize("batch_size", [1, 3, 32])
def test_extract_skips_bad_files_and_keeps_rows_aligned(backbone, engine, files, maps, batch_size):
    bad, positions, vectors, some_maps = {}, [], [], []
    for at, rows, cells in extract(
        backbone, files, maps=maps, on_error=bad.__setitem__, batch_size=batch_size, engine=engine
    ):
        assert len(at) == len(rows) <= batch_size and rows.dtype == np.float32 and at.dtype == np.int64
        assert cells is None if not maps else cells.dtype == np.float16
        positions += at.tolist()
        vectors.append(rows)
        some_maps.append(cells)
    assert bad == {
        2: "file is truncated",
        5: "file is empty",
        9: "not an image that can be decoded",
        12: "file is missing",
    }
    assert positions == [at for at in range(14) if at not in bad]
    wanted_maps, wanted = engine.run(np.stack([backbone.transform.read(files[at]) for at in positions]))
    assert cosines(np.concatenate(vectors), wanted).min() > 0.9999  # where there are short floats, those are rounded
    if maps:
        assert cosines(np.concatenate(some_maps), wanted_maps).min() > FAST_COSINE


def test_extract_of_nothing_usable_is_empty(backbone, engine, files):
    bad = []
    assert (
        list(extract(backbone, [files[5]], maps=False, on_error=lambda *failure: bad.append(failure), engine=engine))
        == []
    )
    assert bad == [(0, "file is empty")]
    assert list(extract(backbone, [], maps=True, on_error=lambda *_: None, engine=engine)) == []


def test_run_of_no_pictures_has_shapes(backbone, engine):
    maps, vectors = engine.run(np.empty((0, 224, 224, 3), np.uint8))
    assert maps.shape == (0, *backbone.map_shape) and vectors.shape == (0, backbone.dim)


def test_threads_may_share_an_engine(engine):
    pictures = trial_pictures(224, 6)
    wanted = engine.run(pictures)[1]
    results = {}
    threads = [threading.Thread(target=lambda n=n: results.__setitem__(n, engine.run(pictures)[1])) for n in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert all(np.allclose(results[n], wanted, atol=1e-4) for n in range(4))


def test_an_extraction_that_is_given_up_leaves_the_engine_whole(backbone, engine, files):
    started = extract(backbone, files, maps=False, on_error=lambda *_: None, batch_size=1, engine=engine)
    next(started)
    started.close()
    assert len(engine.run(trial_pictures(224, 1))[1]) == 1


def test_with_the_export_in_the_cache_nothing_imports_torch_or_prints_or_calls_out(
    backbone, engine, files, cache, tmp_path
):
    code = f"""
import socket, sys
sys.modules["torch"] = sys.modules["transformers"] = None
def refuse(*args, **kwargs): raise AssertionError("a call to the network")
socket.socket.connect = socket.getaddrinfo = refuse
from artextract.backbones import get_backbone
from artextract.runtime import extract
rows = list(extract(get_backbone(), {[str(path) for path in files[:3]]}, maps=True, on_error=lambda *_: None))
assert rows[0][2].shape == (2, 1280, 7, 7)
"""
    environment = {"PATH": "/usr/bin", "HOME": str(tmp_path), "ARTEXTRACT_CACHE": str(cache)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_a_first_export_prints_nothing_calls_nowhere_and_leaves_nothing_but_the_cache(tmp_path):
    code = """
import socket
def refuse(*args, **kwargs): raise AssertionError("a call to the network")
socket.socket.connect = socket.getaddrinfo = refuse
from artextract.backbones import get_backbone
from artextract.runtime import open_engine, trial_pictures
open_engine(get_backbone(), "cpu").run(trial_pictures(224, 1))
"""
    (tmp_path / "home").mkdir()
    environment = {"PATH": "/usr/bin", "HOME": str(tmp_path / "home"), "ARTEXTRACT_CACHE": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list((tmp_path / "home").iterdir()) == []


def test_a_damaged_or_unwritable_cache_costs_time_only(tmp_path, monkeypatch):
    from tests.backbones.tiny import write_weights

    small = get_backbone(f"custom:{write_weights('custom', tmp_path, 0)}")
    pictures = trial_pictures(128, 2)
    wanted = open_engine(small, "cpu", "strict", tmp_path / "cache").run(pictures)[1]
    (export,) = (tmp_path / "cache/openvino").iterdir()
    for blob in (export / "compiled").iterdir():
        blob.write_bytes(blob.read_bytes()[:-1000])
    assert np.array_equal(open_engine(small, "cpu", "strict", tmp_path / "cache").run(pictures)[1], wanted)
    (export / "network.xml").write_text("<net")
    assert np.array_equal(open_engine(small, "cpu", "strict", tmp_path / "cache").run(pictures)[1], wanted)
    assert (export / "network.xml").stat().st_size > 1000
    (tmp_path / "file").touch()
    assert np.allclose(
        open_engine(small, "cpu", "fast", tmp_path / "file").run(pictures)[1], wanted, rtol=0.05, atol=0.05
    )


def test_a_short_float_is_taken_only_where_it_keeps_the_cosine(engine, monkeypatch):
    able = ["FP32", "FP16", "BF16"]
    lowest = {"f16": 0.99995, "bf16": 0.9999999}

    class Processor:
        def get_property(self, device: str, name: str):
            return able if name == "OPTIMIZATION_CAPABILITIES" else "a made-up processor"

    monkeypatch.setattr(engine, "_core", Processor())
    monkeypatch.setattr(engine, "_lowest_cosine", lambda precision: lowest[precision])
    monkeypatch.setattr(runtime, "write_json", lambda path, value: None)
    assert engine._fast_precision() == "f16"
    lowest["f16"] = 0.999
    assert engine._fast_precision() == "bf16"
    lowest["bf16"] = 0.99
    assert engine._fast_precision() == "f32"
    able[1:] = []
    assert engine._fast_precision() == "f32"


@pytest.mark.parametrize("asked", [{"device": "tpu"}, {"precision": "exact"}])
def test_an_unknown_device_or_precision_is_refused(backbone, asked):
    with pytest.raises(InputError):
        open_engine(backbone, **asked)


def test_asking_for_a_gpu_that_is_not_there_is_reported(backbone):
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with raises(InputError, "no-gpu"):
        open_engine(backbone, "cuda")


def test_the_torch_engine_agrees_with_openvino(backbone, engine, files):
    """On the processor, where every machine can run it; on a GPU only the device differs."""
    from artextract.backbones.torch_engine import TorchEngine

    other = TorchEngine(backbone, "strict", device="cpu")
    pictures = trial_pictures(224, 3)
    for ours, theirs in zip(engine.run(pictures), other.run(pictures), strict=True):
        assert ours.dtype == theirs.dtype and cosines(ours, theirs).min() > FAST_COSINE
    one, another = (
        list(extract(backbone, files[:7], maps=True, on_error=lambda *_: None, engine=e))[0] for e in (engine, other)
    )
    assert one[0].tolist() == another[0].tolist() and one[2].dtype == another[2].dtype == np.float16
    assert cosines(one[1], another[1]).min() > FAST_COSINE and cosines(one[2], another[2]).min() > FAST_COSINE


def test_on_a_gpu_fast_and_strict_keep_their_cosine(backbone):
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no GPU on this machine")
    pictures = trial_pictures(224, 16)
    wanted = open_engine(backbone, "cpu", "strict").run(pictures)
    for precision, least in (("strict", 0.99999), ("fast", FAST_COSINE)):
        for ours, theirs in zip(open_engine(backbone, "cuda", precision).run(pictures), wanted, strict=True):
            assert cosines(ours, theirs).min() >= least


@pytest.mark.parametrize("folder", ["gallery", "wikiart/images"])
def test_on_real_paintings_fast_and_strict_keep_their_cosine(backbone, engine, folder):
    found = sorted((REAL / folder).rglob("*.jpg"))
    if not found:
        pytest.skip(f"no real paintings in {REAL / folder}")
    import torch

    pictures = np.stack([backbone.transform.read(path) for path in found[:: max(1, len(found) // 12)][:12]])
    network = load_network(backbone)
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.inference_mode():
        wanted = [out.numpy() for out in network(x)]
    for ours, theirs in zip(engine.run(pictures), wanted, strict=True):
        assert cosines(ours, theirs).min() >= FAST_COSINE
    for ours, theirs in zip(open_engine(backbone, "cpu", "strict").run(pictures), wanted, strict=True):
        assert cosines(ours, theirs).min() >= 0.99999
