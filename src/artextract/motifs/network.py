"""Describes every cell of a picture by the middle stages of the default backbone; OpenVINO runs it."""

from __future__ import annotations

import contextlib
import math
import shutil
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from artextract.backbones import DEFAULT, get_backbone, require_torch
from artextract.files import cache_dir
from artextract.motifs import CELLS, MOST_ASPECT, PIXELS
from artextract.runtime import cpu_count, save_ir

_LAYOUT = 1
"""Raise it when the network would give other numbers."""


def grid_of(size: tuple[int, int], cells: float = CELLS, least: int = 4) -> tuple[int, int]:
    """Columns and rows of about ``cells`` cells in all for a picture of ``size`` (width, height), whose proportions
    they keep up to ``MOST_ASPECT``; at least ``least`` of each."""
    aspect = min(max(size[0] / size[1], 1 / MOST_ASPECT), MOST_ASPECT)
    columns, rows = round(math.sqrt(cells * aspect)), round(math.sqrt(cells / aspect))
    return max(least, columns), max(least, rows)


class LocalNetwork:
    """``version`` changes with the weights and with what is taken of the network. Threads may share one."""

    def __init__(self, cache: str | Path | None = None):
        """Raises ``WeightsUnavailableError`` where the network was never exported here and torch cannot be imported."""
        self.backbone = get_backbone(DEFAULT)
        self.version = f"{self.backbone.version}-{_LAYOUT}"
        self._folder = (Path(cache) if cache else cache_dir()) / "openvino" / f"local-{DEFAULT}@{self.version}"
        self._compiled: Any = None
        self._lock = Lock()

    def describe(self, image: Image.Image, grid: tuple[int, int]) -> np.ndarray:
        """An RGB picture, whatever its proportions, as ``float32 (rows, columns, C)`` for a grid of (columns, rows)."""
        size = (grid[0] * PIXELS, grid[1] * PIXELS)
        return self.run(np.asarray(image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)))

    @property
    def channels(self) -> int:
        """C of what it gives."""
        with self._lock:
            return int(self._network().output(0).partial_shape[1].get_length())

    def run(self, pixels: np.ndarray) -> np.ndarray:
        """``uint8 (16 rows, 16 columns, 3)`` as ``float32 (rows, columns, C)``."""
        transform = self.backbone.transform
        mean, std = (np.array(values, np.float32) for values in (transform.mean, transform.std))
        x = (pixels.astype(np.float32) / 255 - mean) / std
        with self._lock:
            output = self._network()(np.ascontiguousarray(x.transpose(2, 0, 1)[None]))[0]
            return np.ascontiguousarray(output[0].transpose(1, 2, 0))

    def _network(self) -> Any:
        if self._compiled is None:
            from artextract.backbones.openvino_import import openvino

            settings = {
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_NUM_THREADS": cpu_count(),
                "INFERENCE_PRECISION_HINT": "f32",
                "ENABLE_CPU_PINNING": False,
            }
            core = openvino.Core()
            self._compiled = core.compile_model(self._exported(core), "CPU", settings)
        return self._compiled

    def _exported(self, core: Any) -> Any:
        path = self._folder / "network.xml"
        if path.is_file():
            try:
                return core.read_model(path)
            except RuntimeError:  # a damaged export is made again
                shutil.rmtree(self._folder, ignore_errors=True)
        require_torch(self.backbone.name)
        from artextract.backbones.local_stages import read_local_model

        model = read_local_model(self.backbone)
        with contextlib.suppress(OSError):  # a cache that cannot be written costs time, not the result
            save_ir(model, self._folder)
        return model
