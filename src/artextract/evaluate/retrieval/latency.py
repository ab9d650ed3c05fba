"""How long a search takes, on the machine that it was measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from artextract.search.asking.engine import SearchEngine

SEARCHES, IMAGES = 100, 20


def latency(engine: SearchEngine, searches: int = SEARCHES, images: int = IMAGES, seed: int = 0) -> dict[str, Any]:
    """Time searches for ten by the default mix: by ids drawn at random, and with image files (describing included),
    which are read as any new image is.

    Gives {"machine": {"processor", "cores", "system"}, "paintings", "by_id", "by_image": {"n", "p50_ms", "p95_ms"} or
    None where no image could be read, "throughput": [{"threads", "n", "per_second"}, ...]} with one thread and with as
    many as there are cores. What else the machine does meanwhile counts too."""
    random = np.random.default_rng(seed)
    ids = [engine.index.ids[row] for row in random.choice(len(engine.index), searches)]
    paths = engine.paintings.image_paths()
    files = [path for row in random.permutation(len(engine.index))[: 4 * images] if (path := paths[row]).is_file()][
        :images
    ]
    engine.search(ids[0])  # what is opened once is not timed
    if files and engine.features:
        engine.search(files[0])
    cores = os.cpu_count() or 1
    rates = []
    for threads in sorted({1, cores}):
        with ThreadPoolExecutor(threads) as pool:
            started = perf_counter()
            list(pool.map(engine.search, ids))
            rates.append({"threads": threads, "n": len(ids), "per_second": len(ids) / (perf_counter() - started)})
    return {
        "machine": {"processor": processor(), "cores": cores, "system": f"{platform.system()} {platform.machine()}"},
        "paintings": len(engine.index),
        "by_id": _timed(engine.search, ids),
        "by_image": _timed(engine.search, files) if files and engine.features else None,
        "throughput": rates,
    }


def processor() -> str:
    """The processor's name as the system gives it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _timed(search: Callable[[Any], Any], sources: Sequence[Any]) -> dict[str, Any]:
    seconds = []
    for source in sources:
        started = perf_counter()
        search(source)
        seconds.append(perf_counter() - started)
    p50, p95 = (1000 * float(value) for value in np.percentile(seconds, [50, 95]))
    return {"n": len(seconds), "p50_ms": p50, "p95_ms": p95}
