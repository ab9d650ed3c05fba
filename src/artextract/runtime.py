"""Runs a backbone over many images as fast as this machine can: files are decoded in threads beside the network.

On a CPU the network runs in OpenVINO. It is exported from torch once, with the preprocessing inside, to

    CACHE/openvino/NAME@VERSION-1/network.xml, .bin    uint8 (N, S, S, 3) -> map float32 (N, C, H, W), vector float32
                                                       (N, D)
                                 /precision.json       what "fast" may mean, by processor
                                 /compiled/            OpenVINO's own cache of compiled networks
                    NAME@VERSION-1-int8.TABLE/         the same network in INT8, of a table of ``backbones/int8.py``

and from then on nothing here imports torch. On a GPU the network runs in torch (``backbones/torch_engine.py``).
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from artextract.backbones import Backbone, require_torch
from artextract.backbones.int8 import int8_version
from artextract.errors import ImageError, InputError
from artextract.files import cache_dir, folder_aside, read_json, write_json
from artextract.precision import PRECISIONS
from artextract.processor import is_found, sums_of_bytes_fit

DEVICES = ("auto", "cpu", "cuda")
FAST_COSINE = 0.999
"""In "fast" every picture's vector and map keep at least this cosine with those of float32."""
_TRIAL_COSINE = 0.9999
"""Asked of the drawn pictures on which a precision is tried: in bfloat16 the worst of 500 paintings lost ten times as
much."""
_LAYOUT = 1
"""Stands behind the version in a folder's name: raise it when the exported graph changes, so that older ones are not
read."""

Item = TypeVar("Item")
Value = TypeVar("Value")
Chunk = tuple[np.ndarray, np.ndarray]
Result = tuple[np.ndarray, np.ndarray, np.ndarray | None]


class Engine(Protocol):
    """A network ready to run. ``chunk`` is the number of pictures it likes to get at a time."""

    backbone: Backbone
    chunk: int

    def run(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``uint8 (N, S, S, 3)`` -> maps ``float32 (N, C, H, W)`` and vectors ``float32 (N, D)``."""

    def stream(self, chunks: Iterable[Chunk], maps: bool) -> Iterator[Result]:
        """(positions, pixels) -> (positions, vectors float32, maps float16 or None), in order, several chunks in
        flight."""


def open_engine(
    backbone: Backbone, device: str = "auto", precision: str = "fast", cache: str | Path | None = None
) -> Engine:
    """Make a backbone ready to run.

    ``device``: "cpu" is OpenVINO, "cuda" is torch on a GPU, "auto" takes the GPU where there is one. ``precision``:
    "strict" is float32, "fast" a shorter float where the device has one and ``FAST_COSINE`` is kept, "int8" is
    8-bit integers, for the backbones that have a table (``backbones/int8.py``). ``cache`` takes the place of
    ``files.cache_dir()``. Raises ``InputError`` for weights that cannot be read or have no such table, for a processor
    on which integers would overflow, and for a GPU that is not there."""
    if device not in DEVICES:
        raise InputError(f"there is no device '{device}'", f"choose one of {', '.join(DEVICES)}", code="unknown-device")
    if precision not in PRECISIONS:
        raise InputError(
            f"there is no precision '{precision}'", f"choose one of {', '.join(PRECISIONS)}", code="unknown-precision"
        )
    if device == "cuda" or (device == "auto" and backbone.family != "onnx" and _gpu_in_sight()):
        from artextract.backbones.torch_engine import TorchEngine, gpu_ready

        if gpu_ready():
            return TorchEngine(backbone, precision)
        if device == "cuda":
            raise InputError("torch finds no GPU on this machine", "use device 'cpu' or 'auto'", code="no-gpu")
    if precision == "int8" and not sums_of_bytes_fit():
        raise InputError(
            "this processor has no VNNI, without which sums of 8-bit products overflow and INT8 gives wrong features",
            "use --precision fast; an index or model made in INT8 is made anew with it",
            code="int8-without-vnni",
        )
    if not is_found():
        raise InputError(
            "/proc/cpuinfo is not there, without which OpenVINO does not find the processor",
            "mount it: mount -t proc proc /proc",
            code="no-proc",
        )
    return OpenVinoEngine(backbone, precision, Path(cache) if cache else cache_dir())


def extract(
    backbone: Backbone,
    paths: Sequence[Any],
    *,
    maps: bool,
    on_error: Callable[[int, str], None],
    batch_size: int = 32,
    device: str = "auto",
    precision: str = "fast",
    engine: Engine | None = None,
    read: Callable[[Any], np.ndarray] | None = None,
) -> Iterator[Result]:
    """Run a backbone over image files, in order: yields (positions ``int64 (n,)``, vectors ``float32 (n, D)``, maps
    ``float16 (n, C, H, W)`` or None), with n <= ``batch_size``.

    A file that cannot be used goes to ``on_error(position, reason)`` and has no row. ``paths`` may hold whatever
    ``Transform.read`` takes, or ``read``, which then turns each into ``uint8 (S, S, 3)``.
    """
    engine = engine or open_engine(backbone, device, precision)
    pictures = read_ahead(paths, read or backbone.transform.read, on_error)
    chunks = _chunks(pictures, min(engine.chunk, batch_size))
    yield from _batches(engine.stream(chunks, maps), batch_size)


def read_ahead(
    sources: Sequence[Item],
    read: Callable[[Item], Value],
    on_error: Callable[[int, str], None],
    workers: int | None = None,
) -> Iterator[tuple[int, Value]]:
    """``read`` every source in threads and yield (position, value) in order, at most ``4 * workers`` sources ahead.

    One thread more than there are cores keeps them all busy beside a network, which the kernel then gives what is left.

    An ``ImageError`` goes to ``on_error(position, reason)`` in the caller's thread and skipped; any other error is
    raised."""
    workers = workers or cpu_count() + 1
    todo = iter(enumerate(sources))
    pool = ThreadPoolExecutor(workers, thread_name_prefix="read-ahead")
    waiting: deque[tuple[int, Future]] = deque()
    try:
        while True:
            waiting.extend((at, pool.submit(read, source)) for at, source in islice(todo, 4 * workers - len(waiting)))
            if not waiting:
                return
            position, future = waiting.popleft()
            try:
                value = future.result()
            except ImageError as error:
                on_error(position, error.message)
            else:
                yield position, value
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def cpu_count() -> int:
    """Cores that this process may use: its affinity, and in a container its quota of CPU time."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()[:2]
        return max(1, min(cores, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no such file, or a quota of "max"
        return cores


class OpenVinoEngine:
    """A network on the CPU. Threads may share one engine."""

    def __init__(self, backbone: Backbone, precision: str, cache: Path):
        from artextract.backbones.openvino_import import openvino

        self.backbone = backbone
        self._int8 = precision == "int8"
        self.chunk = 8 if self._int8 else 4  # on two cores, two streams; 4 was 5-25 % faster than 8, 16 or 32 in float
        suffix = f"-{int8_version(backbone)}" if self._int8 else ""
        self.folder = cache / "openvino" / f"{_file_name(backbone)}@{backbone.version}-{_LAYOUT}{suffix}"
        self._core = openvino.Core()
        self._model = self._exported()
        self._compiled: dict[str, Any] = {}
        self.precision = self._fast_precision() if precision == "fast" else "f32"  # of what is not in integers

    def run(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        maps = np.empty((len(pixels), *self.backbone.map_shape), np.float32)
        vectors = np.empty((len(pixels), self.backbone.dim), np.float32)
        starts = range(0, len(pixels), self.chunk)
        chunks = ((np.arange(at, min(at + self.chunk, len(pixels))), pixels[at : at + self.chunk]) for at in starts)
        for positions, some_vectors, some_maps in self._flow(chunks, "map"):
            maps[positions], vectors[positions] = some_maps, some_vectors
        return maps, vectors

    def stream(self, chunks: Iterable[Chunk], maps: bool) -> Iterator[Result]:
        return self._flow(chunks, "half map" if maps else "vector")

    def _flow(self, chunks: Iterable[Chunk], wanted: str) -> Iterator[Result]:
        from artextract.backbones.openvino_import import openvino

        network = self._network(wanted)
        most = network.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS") + 1
        free: list = []
        running: deque = deque()

        def oldest() -> Result:
            request, positions, _ = running.popleft()
            request.wait()
            outputs = [np.array(request.get_output_tensor(i).data) for i in range(len(network.outputs))]
            free.append(request)
            return positions, outputs[0], outputs[1] if len(outputs) > 1 else None

        try:
            for positions, pixels in chunks:
                if len(running) == most:
                    yield oldest()
                request = free.pop() if free else network.create_infer_request()
                pixels = np.ascontiguousarray(pixels)
                request.set_input_tensor(openvino.Tensor(pixels, shared_memory=True))
                request.start_async()
                running.append((request, positions, pixels))  # the tensor is a view: the pixels must live as long
            while running:
                yield oldest()
        finally:
            for request, *_ in running:
                request.wait()

    def _network(self, wanted: str) -> Any:
        if wanted not in self._compiled:
            self._compiled[wanted] = self._compile(wanted, self.precision)
        return self._compiled[wanted]

    def _compile(self, wanted: str, precision: str) -> Any:
        """``wanted``: "vector", or both vector and "map" (float32) or "half map" (float16, converted inside the
        graph)."""
        from artextract.backbones.openvino_import import openvino

        model = self._model.clone()
        outputs = {output.any_name: output for output in model.outputs}
        chosen = [outputs["vector"]] if wanted == "vector" else [outputs["vector"], outputs["map"]]
        model = openvino.Model(chosen, model.get_parameters(), "backbone")
        if wanted == "half map":
            post = openvino.preprocess.PrePostProcessor(model)
            post.output(1).tensor().set_element_type(openvino.Type.f16)
            model = post.build()
        settings = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "INFERENCE_NUM_THREADS": cpu_count(),
            "INFERENCE_PRECISION_HINT": precision,
            "ENABLE_CPU_PINNING": False,  # pinned threads would wait for cores that decode
        }
        if self.folder.is_dir() and os.access(self.folder, os.W_OK):
            settings["CACHE_DIR"] = str(self.folder / "compiled")
        return self._core.compile_model(model, "CPU", settings)

    def _exported(self) -> Any:
        path = self.folder / "network.xml"
        if path.is_file():
            try:
                return self._core.read_model(path)
            except RuntimeError:  # a damaged export is made again
                shutil.rmtree(self.folder, ignore_errors=True)
        if self.backbone.family == "onnx":
            from artextract.backbones import onnx_file

            model = onnx_file.read_model(self.backbone)
        else:
            require_torch(self.backbone.name)
            from artextract.backbones import torch_engine

            model = torch_engine.read_model(self.backbone, self._int8)
        model = _with_preprocessing(model, self.backbone)
        with contextlib.suppress(OSError):  # a cache that cannot be written costs time, not the result
            save_ir(model, self.folder)
        return model

    def _fast_precision(self) -> str:
        """The processor's first native short float that keeps the cosine on drawn pictures.

        Tried once and remembered."""
        from artextract.backbones.openvino_import import openvino

        able = self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        candidates = [name for name, capability in (("f16", "FP16"), ("bf16", "BF16")) if capability in able]
        if not candidates:
            return "f32"
        processor = (
            f"{self._core.get_property('CPU', 'FULL_DEVICE_NAME')} {','.join(able)} openvino {openvino.__version__}"
        )
        path = self.folder / "precision.json"
        known = _read_or_empty(path)
        if known.get(processor) not in ("f32", *candidates):
            known[processor] = next((name for name in candidates if self._lowest_cosine(name) >= _TRIAL_COSINE), "f32")
            with contextlib.suppress(OSError):
                write_json(path, known)
        return known[processor]

    def _lowest_cosine(self, precision: str) -> float:
        pictures = trial_pictures(self.backbone.transform.size)
        results = [self._compile("map", name)(pictures).to_tuple() for name in ("f32", precision)]
        return min(float(cosines(a, b).min()) for a, b in zip(*results, strict=True))


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The cosine of each row of ``a`` with the same row of ``b``, further axes flattened; ``float64 (N,)``."""
    a, b = (np.asarray(rows, np.float64).reshape(len(rows), -1) for rows in (a, b))
    return (a * b).sum(1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-12)


def trial_pictures(size: int, count: int = 6, seed: int = 0) -> np.ndarray:
    """Drawn pictures ``uint8 (count, size, size, 3)``: soft fields of colour, edges and grain, from faint to strong."""
    return _drawn_pictures(size, count, seed).copy()


@lru_cache(8)  # a process that opens several networks tries most of them at one size
def _drawn_pictures(size: int, count: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    pictures = []
    for number in range(count):
        picture = np.broadcast_to(random.uniform(40, 215, 3), (size, size, 3)).copy()
        for _ in range(12):
            turn, cut, wave = random.uniform(0, 2 * np.pi), random.uniform(-1, 1), random.uniform(2, 60)
            field = np.cos(turn) * x + np.sin(turn) * y - cut
            picture += (np.sin(wave * field) * (field > 0))[..., None] * random.normal(0, 4 + 8 * number, 3)
        picture += random.normal(0, 1 + 3 * number, (size, size, 1))
        pictures.append(np.clip(picture, 0, 255).astype(np.uint8))
    return np.stack(pictures)


def _with_preprocessing(model: Any, backbone: Backbone) -> Any:
    """The graph behind uint8 (N, S, S, 3) pixels, with outputs named "map" and "vector"."""
    from artextract.backbones.openvino_import import openvino

    size, transform = backbone.transform.size, backbone.transform
    for output, name in zip(model.outputs, ("map", "vector"), strict=True):
        output.get_tensor().set_names({name})
    model.reshape([-1, 3, size, size])
    steps = openvino.preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    steps.input().preprocess().convert_layout(openvino.Layout("NCHW")).convert_element_type(openvino.Type.f32).mean(
        [255 * value for value in transform.mean]
    ).scale([255 * value for value in transform.std])
    return steps.build()


def save_ir(model: Any, folder: Path) -> None:
    """Write an OpenVINO model as ``folder/network.xml`` and ``.bin``, in full precision.

    The folder appears in one step."""
    from artextract.backbones.openvino_import import openvino

    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder_aside(folder.parent)
    try:
        openvino.save_model(model, aside / "network.xml", compress_to_fp16=False)
        aside.chmod(0o755)
        os.rename(aside, folder)
    except OSError:
        if not folder.is_dir():  # another process was first
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _file_name(backbone: Backbone) -> str:
    return backbone.name.partition(":")[0]


def _read_or_empty(path: Path) -> dict[str, str]:
    try:
        return read_json(path)
    except (OSError, ValueError):
        return {}


def _gpu_in_sight() -> bool:
    """Whether a driver of a GPU that torch could use is loaded; looked up here since importing torch takes seconds."""
    return any(os.path.exists(path) for path in ("/dev/nvidiactl", "/dev/kfd", r"C:\Windows\System32\nvcuda.dll"))


def _chunks(pictures: Iterator[tuple[int, np.ndarray]], size: int) -> Iterator[Chunk]:
    while group := list(islice(pictures, size)):
        yield np.array([position for position, _ in group]), np.stack([pixels for _, pixels in group])


def _batches(results: Iterator[Result], size: int) -> Iterator[Result]:
    held: list[Result] = []
    count = 0
    for result in results:
        if held and count + len(result[0]) > size:
            yield _joined(held)
            held, count = [], 0
        held.append(result)
        count += len(result[0])
    if held:
        yield _joined(held)


def _joined(parts: list[Result]) -> Result:
    positions, vectors, maps = zip(*parts, strict=True)
    return np.concatenate(positions), np.concatenate(vectors), None if maps[0] is None else np.concatenate(maps)
