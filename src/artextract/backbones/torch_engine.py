"""The torch side of ``runtime``: a network on a GPU, and the export of a network to OpenVINO."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor

from artextract.backbones import Backbone, load_network


def gpu_ready() -> bool:
    return torch.cuda.is_available()


def read_model(backbone: Backbone, int8: bool = False) -> Any:
    """The network as an ``openvino.Model``: float32 (N, 3, S, S) -> map, vector.

    Through OpenVINO's frontend itself: ``openvino.convert_model`` would trace the network three times over to check the
    trace."""
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    from artextract.backbones.openvino_import import openvino

    size = backbone.transform.size
    frontend = openvino.frontend.FrontEndManager().load_by_framework("pytorch")
    network = load_network(backbone, int8)
    threads = torch.get_num_threads()
    torch.set_num_threads(
        1
    )  # for the two pictures of a trace; threads that wait for each other made it up to four times as long
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter(
                "ignore"
            )  # tracing warns of every branch on a shape; the contract tests compare what comes out
            example = torch.zeros(2, 3, size, size)
            traced = TorchScriptPythonDecoder(network, example_input=example, trace_kwargs={"check_trace": False})
            return frontend.convert(frontend.load(traced))
    finally:
        torch.set_num_threads(threads)


class TorchEngine:
    """A network in torch: float16 autocast in "fast" on a GPU, plain float32 in "strict" (and without TF32), and in
    "int8" float32 that is rounded as OpenVINO's integers are."""

    chunk = 64

    def __init__(self, backbone: Backbone, precision: str, device: str = "cuda"):
        self.backbone = backbone
        self.precision = "f16" if precision == "fast" and device == "cuda" else "f32"
        self._device = torch.device(device)
        self._network = load_network(backbone, precision == "int8").to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        transform = backbone.transform
        self._mean, self._std = (
            torch.tensor(values, device=self._device).view(1, 3, 1, 1) * 255
            for values in (transform.mean, transform.std)
        )

    def run(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        maps = np.empty((len(pixels), *self.backbone.map_shape), np.float32)
        vectors = np.empty((len(pixels), self.backbone.dim), np.float32)
        for at in range(0, len(pixels), self.chunk):
            some_maps, some_vectors = self._forward(pixels[at : at + self.chunk])
            maps[at : at + self.chunk] = some_maps.float().cpu().numpy()
            vectors[at : at + self.chunk] = some_vectors.float().cpu().numpy()
        return maps, vectors

    def stream(
        self, chunks: Iterable[tuple[np.ndarray, np.ndarray]], maps: bool
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
        # The GPU works through what was queued while the next files are decoded; only taking a result waits for it.
        running: deque[tuple[np.ndarray, Tensor, Tensor | None]] = deque()
        for positions, pixels in chunks:
            some_maps, some_vectors = self._forward(pixels)
            running.append((positions, some_vectors, some_maps.half() if maps else None))
            if len(running) > 2:
                yield _taken(*running.popleft())
        while running:
            yield _taken(*running.popleft())

    @torch.inference_mode()
    def _forward(self, pixels: np.ndarray) -> tuple[Tensor, Tensor]:
        on_gpu = self._device.type == "cuda"
        batch = torch.from_numpy(np.ascontiguousarray(pixels))
        batch = (batch.pin_memory() if on_gpu else batch).to(self._device, non_blocking=True)
        x = (batch.permute(0, 3, 1, 2).float() - self._mean) / self._std
        exact = torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)
        short = torch.autocast(self._device.type, torch.float16, enabled=self.precision == "f16")
        with exact if on_gpu and self.precision == "f32" else nullcontext(), short:
            output: tuple[Tensor, Tensor] = self._network(x.contiguous(memory_format=torch.channels_last))
            return output


def _taken(
    positions: np.ndarray, vectors: Tensor, maps: Tensor | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    return positions, vectors.float().cpu().numpy(), None if maps is None else maps.cpu().contiguous().numpy()
