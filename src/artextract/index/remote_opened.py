"""What is known here of an index at a server, and its rows, which come from there when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.files import HEADERS, read_json
from artextract.index import BATCH, Rows
from artextract.index.config import Configured, IndexConfig
from artextract.index.fused import Floats, Fused
from artextract.index.remote_filter import Filter
from artextract.index.remote_server import Address, Server, batches, server_at
from artextract.index.remote_where import Where
from artextract.index.scales import Scale
from artextract.index.segments import read_spaces
from artextract.index.spaces import Space
from artextract.kept import Kept

COUNTS_KEPT = 256
"""Filters of which it is remembered how many rows the server lets pass."""
MOST_KEPT = 1 << 25
"""Numbers of the rows that were fetched last, which stay at hand: 128 MB of them."""


class Opened(Configured):
    """The ``state`` of a folder (``remote_state``), read; ``ranking.Arrays`` but for its blocks."""

    def __init__(self, folder: Path, state: Mapping[str, Any], server: Server | None = None):
        self.folder, self.state = folder, dict(state)
        self.config = IndexConfig.from_dict(state["config"])
        self.server = server_at(state["store"]) if server is None else server
        self.fused = Fused({name: (part[0], part[1], part[2]) for name, part in state["parts"].items()})
        rows = read_json(folder / state["rows"])
        self.ids, self.hashes = rows["ids"], rows["hashes"]
        with HEADERS, np.load(folder / state["columns"], allow_pickle=False) as saved:
            self.serials: NDArray[np.int64] = saved["serials"]
            self._norms: dict[str, Floats] = {name: saved[f"{name}.norms"] for name in self.features}
            self._density: dict[str, Floats] = {name: saved[f"{name}.density"] for name in self.features}
            self._sampled: dict[str, Floats] = {name: saved[f"{name}.sampled"] for name in self.features}
            self.sample: NDArray[np.int64] = saved["sample"]
        self.spaces = read_spaces(folder / self.config.spaces, self.config.blocks)
        self._fetched = np.empty(0, dtype=np.int64), np.empty((0, self.fused.dim), dtype=np.float32)
        self._counts: Kept[Where, int] = Kept(COUNTS_KEPT)
        self._place = {painting_id: position for position, painting_id in enumerate(self.ids)}
        if not len(self.ids) == len(self.hashes) == len(self.serials) == len(self._place):
            raise ValueError("the lists of rows do not fit together")

    @property
    def address(self) -> Address:
        return self.server.address

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def version(self) -> str:
        return f"{self.state['collection']}-{self.state['columns']}"

    @property
    def generation(self) -> str:
        return str(self.state["collection"])

    @property
    def approximate(self) -> dict[str, Any] | None:
        return None if self.state["kind"] == "FLAT" else {"kind": self.state["kind"], "store": self.address.text}

    def position(self, painting_id: str) -> int | None:
        return self._place.get(painting_id)

    def space(self, feature: str) -> Space:
        return self.spaces[feature]

    def scale(self, feature: str, metric: str) -> Scale:
        return self.config.scales[feature][metric]

    def has(self, feature: str) -> NDArray[np.bool_]:
        return np.asarray(self._norms[feature] > 0)

    def norms(self, feature: str) -> Floats:
        return self._norms[feature]

    def density(self, feature: str) -> Floats:
        return self._density[feature]

    def block(self, feature: str) -> Floats:
        raise NotImplementedError("the vectors are at the server")

    def sampled(self, feature: str) -> Floats:
        return self._sampled[feature]

    def referred(self, feature: str) -> Floats:
        return self._sampled[feature][self._norms[feature][self.sample] > 0]

    def rows(self, feature: str, ids: Sequence[str]) -> Rows:
        at = np.array([self._place[painting_id] for painting_id in ids], dtype=np.int64)
        return self._rows(feature, ids, at)

    def scan(self, feature: str, batch: int = BATCH) -> Iterator[Rows]:
        for part in batches(len(self), batch):
            yield self._rows(feature, self.ids[part], np.arange(len(self))[part])

    def _rows(self, feature: str, ids: Sequence[str], at: NDArray[np.int64]) -> Rows:
        kept, fetched = self._fetched
        if not np.array_equal(kept, at):  # features are asked for one after the other, and come together
            fetched = self.server.fetch(self.state["collection"], self.serials[at].tolist(), self.fused.dim)
            if fetched.size <= MOST_KEPT:
                self._fetched = at, fetched
        norms = self._norms[feature][at]
        units = np.where(norms[:, None] > 0, self.fused.units(fetched, feature), np.float32(0))
        return Rows(ids, units, norms, self._density[feature][at])

    def filter(self) -> Filter:
        """What ``remote_filter`` asks of it."""
        state = self.state
        return Filter(
            self.serials, state["last"], state["dead"], state["fields"], self._count_of, self.server.most_listed
        )

    def _count_of(self, where: Where) -> int:
        return self._counts.get(where, lambda: self.server.count(self.state["collection"], where))
