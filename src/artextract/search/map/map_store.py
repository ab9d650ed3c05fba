"""Maps of a collection, computed once and kept in ``COLLECTION/maps``, in memory alone where that cannot be written
to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from artextract.checksums import read_signed, signed
from artextract.files import write_aside
from artextract.kept import Kept
from artextract.progress import Progress, no_progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.map.layout import Basis, Map, make_basis, map_on
from artextract.table import Paintings
from artextract.year_ranges import FIRST, LAST

FORMAT = 2
IN_MEMORY, ON_DISK, BASES = 6, 40, 2
"""Maps that are remembered and kept as files; of more the oldest go."""
DIGITS = 5

Document = dict[str, Any]


class MapStore:
    """The maps of one collection; safe for several threads.

    A map is named by the index, the labels (which name its clusters), the method, the weights and the seed."""

    def __init__(self, root: str | Path):
        self.folder = Path(root) / "maps"
        self._maps: Kept[str, Document] = Kept(IN_MEMORY)
        self._bases: Kept[str, Basis] = Kept(BASES)
        self._versions: WeakKeyDictionary[SearchEngine, str] = WeakKeyDictionary()
        self._lock = Lock()

    def version(self, engine: SearchEngine) -> str:
        """A name of the index and labels that an engine has open, another one for others."""
        with self._lock:
            if engine not in self._versions:
                paintings = engine.paintings
                labels = pd.util.hash_pandas_object(
                    paintings.frame[["title", *paintings.labels, *_years(paintings)]], index=False
                ).to_numpy()
                named = repr((FORMAT, engine.index.version, paintings.labels)).encode()
                self._versions[engine] = hashlib.sha256(named + labels.tobytes()).hexdigest()[:16]
            return self._versions[engine]

    def name(self, engine: SearchEngine, method: str, weights: Mapping[str, float] | None = None, seed: int = 0) -> str:
        """The name of a map; weights that come to the same mix have the same.

        Raises ``InputError`` for weights that cannot be."""
        return f"{self.version(engine)}-{method}-{_digest(_mix(engine, weights), seed)}"

    def find(
        self, engine: SearchEngine, method: str, weights: Mapping[str, float] | None = None, seed: int = 0
    ) -> Document | None:
        """A map that is there, as ``document`` gives it, else None; what cannot be read is not there."""
        name = self.name(engine, method, weights, seed)
        kept = self._maps.peek(name)
        if kept is not None:
            return kept
        try:
            found: Document = read_signed(self.folder / f"{name}.json")
            if found["index"] != self.version(engine) or len(found["x"]) != len(engine.index):
                return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        self._maps.put(name, found)
        return found

    def make(
        self,
        engine: SearchEngine,
        method: str,
        weights: Mapping[str, float] | None = None,
        seed: int = 0,
        progress: Progress = no_progress,
    ) -> Document:
        """Compute a map and keep it, and before it the one by PCA, which costs nothing more.

        Files of maps of other indexes are removed. Raises what ``make_map`` raises."""
        name = self.name(engine, method, weights, seed)
        basis = self._basis(engine, weights, seed, progress)
        first = self.name(engine, "pca", weights, seed)
        if first != name and self._maps.peek(first) is None:  # it is there at once, to be looked at meanwhile
            self._keep(engine, first, map_on(basis, "pca"))
        return self._keep(engine, name, map_on(basis, method, progress))

    def _keep(self, engine: SearchEngine, name: str, found: Map) -> Document:
        made = document(found, self.version(engine), engine)
        self._maps.put(name, made)
        try:
            with write_aside(self.folder / f"{name}.json") as aside:
                aside.write_text(_text(signed(made, _text)), encoding="utf-8")
            self._tidy(engine)
        except OSError:  # a collection that may not be written to has its maps all the same
            pass
        return made

    def _basis(self, engine: SearchEngine, weights: Mapping[str, float] | None, seed: int, progress: Progress) -> Basis:
        name = f"{self.version(engine)}-{_digest(_mix(engine, weights), seed)}"
        return self._bases.get(name, lambda: make_basis(engine, weights, seed=seed, progress=progress))

    def _tidy(self, engine: SearchEngine) -> None:
        files = sorted(self.folder.glob("[0-9a-f]*-*.json"), key=lambda file: -file.stat().st_mtime)
        own = [file for file in files if file.name.startswith(f"{self.version(engine)}-")]
        for file in {*files} - {*own[:ON_DISK]}:
            file.unlink(missing_ok=True)


def document(found: Map, version: str, engine: SearchEngine) -> Document:
    """A map as plain values with one array each for all paintings of the index, in its order: "ids", "x", "y" (0..1, y
    down; None where a painting lacks all features of the mix), "cluster" (-1 there) and "placed" (1 where it was put
    at its nearest)."""
    n = len(engine.index)
    rows = np.array([engine.index.position(painting_id) for painting_id in found.paintings.ids], dtype=int)
    x, y = (np.full(n, None, dtype=object) for _ in "xy")
    x[rows], y[rows] = (np.round(found.places[:, axis].astype(float), DIGITS).tolist() for axis in (0, 1))
    cluster, placed = np.full(n, -1), np.zeros(n, dtype=int)
    cluster[rows], placed[rows] = found.clusters, found.placed
    return {
        "index": version,
        "method": found.method,
        "weights": found.weights,
        "seed": found.seed,
        "n": len(rows),
        "skipped": n - len(rows),
        "fitted": int((~found.placed).sum()),
        "explained": found.explained,
        "years": None if found.years is None else list(found.years),
        "clustering": found.clustering,
        "silhouettes": {str(k): value for k, value in found.silhouettes.items()},
        "agreement": found.agreement,
        "clusters": [asdict(c) for c in found.named],
        "ids": list(engine.index.ids),
        "x": x.tolist(),
        "y": y.tolist(),
        "cluster": cluster.tolist(),
        "placed": placed.tolist(),
    }


def _years(paintings: Paintings) -> list[str]:
    """The columns of years that there are, which place paintings on a map by time."""
    return [name for name in (FIRST, LAST) if name in paintings.frame and name not in paintings.labels]


def _text(value: Document) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _mix(engine: SearchEngine, weights: Mapping[str, float] | None) -> dict[str, float]:
    return {name: weight for name, weight in engine.weights_of(weights).items() if weight}


def _digest(mix: Mapping[str, float], seed: int) -> str:
    return hashlib.sha256(
        repr((sorted((name, round(weight, 6)) for name, weight in mix.items()), seed)).encode()
    ).hexdigest()[:12]
