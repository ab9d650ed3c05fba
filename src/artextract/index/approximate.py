"""An approximate FAISS index that proposes candidates, which are then ranked exactly; for collections too large to look
at every row.

The features of a mix stand side by side, each row scaled by the root of its weight on the common scale, and behind each
a 1 where the row has it, by which the mean pair is taken off: one inner product with the scaled query is the score of
any mix of these features. Rows are sorted into cells and kept as 8-bit numbers (``IVF,SQ8``); how many cells are looked
at is chosen by measurement."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError, MismatchError
from artextract.files import write_aside
from artextract.index.ranking import Arrays, Query, rank, vectors_of
from artextract.index.units import unit_and_norm
from artextract.progress import Progress, no_progress

REBUILD = "build it again with: artextract index COLLECTION"
RECALL = 0.995
"""What is tuned for, on rows of the index; the promise is 0.99, and queries from elsewhere are found a little less
well."""
TRIED_QUERIES = 100
CANDIDATES = 200
MOST_CELLS = 0.25
"""A mix that needs a larger part of the cells is searched exactly."""
_CHUNK = 16_384
_CELL_ROWS_TRAINED = 64


class NumberedArrays(Arrays, Protocol):
    """Rows as arrays, each with a number that removals do not change: ``serials`` int (N,), ascending."""

    @property
    def serials(self) -> NDArray[np.int64]: ...


@dataclass(frozen=True)
class Description:
    """What is known of a written approximate index: its ``file``; the ``weights`` it was built for; how many ``cells``
    it has and how many are ``looked_at`` for these weights, and for each feature alone; the recall of the ten nearest
    that this reached; and the number of the first row that it does not hold, ``rows``."""

    file: str
    weights: dict[str, float]
    cells: int
    rows: int
    looked_at: int
    recall: float
    looked_at_alone: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """As the config keeps it."""
        values = asdict(self)
        values["recall@10"] = values.pop("recall")
        return values

    @staticmethod
    def from_dict(saved: Mapping[str, Any]) -> Description:
        return Description(recall=saved["recall@10"], **{k: v for k, v in saved.items() if k != "recall@10"})


def build_approximate(
    index: NumberedArrays,
    folder: Path,
    weights: Mapping[str, float],
    seed: int = 0,
    progress: Progress = no_progress,
) -> Description:
    """Build and tune it for a mix, write it into a folder, and give its description.

    Cells: about four times the root of the number of rows. The number of cells looked at is doubled until, on
    ``TRIED_QUERIES`` rows drawn at random, ``RECALL`` of the exact ten nearest are found after re-ranking
    ``CANDIDATES``, for the mix and for each feature alone; what was reached is kept in the description. Raises
    ``InputError`` for fewer than 1,000 rows."""
    import faiss

    if len(index) < 1000:
        raise InputError(
            f"{len(index)} paintings are too few for an approximate index",
            "leave it out: every search looks at all of them in milliseconds",
            code="too-few-for-approximate-index",
        )
    used = {name: weight for name, weight in weights.items() if weight > 0}
    random = np.random.default_rng(seed)
    cells = max(16, int(4 * len(index) ** 0.5))
    cells = min(cells, len(index) // 39)
    sample = np.sort(random.choice(len(index), min(len(index), _CELL_ROWS_TRAINED * cells), replace=False))
    built = faiss.index_factory(
        sum(index.block(name).shape[1] + 1 for name in used), f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT
    )
    built.train(_rows(index, used, sample))
    for start in progress(range(0, len(index), _CHUNK), -(-len(index) // _CHUNK), "approximate index"):
        rows = np.arange(start, min(start + _CHUNK, len(index)))
        built.add_with_ids(_rows(index, used, rows), index.serials[rows])
    name = f"approximate-{uuid.uuid4().hex[:8]}.faiss"
    looked_at, recall, alone = _tuned(index, built, used, random)
    with write_aside(folder / name) as aside:
        faiss.write_index(built, str(aside))
    return Description(name, used, cells, int(index.serials[-1]) + 1, looked_at, recall, alone)


def damaged(file: str) -> MismatchError:
    """What is raised where the file of an approximate index is missing or damaged."""
    return MismatchError(
        f"the approximate index '{file}' is missing or damaged", REBUILD, code="approximate-index-damaged"
    )


class Approximate:
    """The written index, opened; raises ``MismatchError`` where its file is missing or damaged."""

    def __init__(self, index: NumberedArrays, folder: Path, description: Description):
        import faiss

        self.index = index
        self.description = description
        width = sum(index.block(name).shape[1] + 1 for name in description.weights)
        try:
            self._faiss: Any = faiss.read_index(str(folder / description.file), faiss.IO_FLAG_MMAP)
            if getattr(self._faiss, "nlist", 0) != description.cells or self._faiss.d != width:
                raise ValueError("it holds something else")
        except (RuntimeError, ValueError, MemoryError) as error:
            raise damaged(description.file) from error

    def covers(self, weights: Mapping[str, float], query: Query) -> bool:
        """Whether it was built of every feature that counts, and finds what this mix of them asks for without looking
        at most of its cells."""
        return self._looked_at(weights, query) is not None

    def candidates(
        self, query: Query, weights: Mapping[str, float], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """Positions of the rows worth an exact look, ascending: the best that it knows of, and all rows that were added
        since it was built."""
        found = _proposed(
            self._faiss,
            self.index,
            self.description.weights,
            query,
            weights,
            max(CANDIDATES, 10 * k),
            self._looked_at(weights, query) or self._faiss.nlist,
            allowed,
        )
        added = np.arange(np.searchsorted(self.index.serials, self.description.rows), len(self.index))
        return np.union1d(found, added)

    def _looked_at(self, weights: Mapping[str, float], query: Query) -> int | None:
        """The cells for the mix that it was built for; for any other those of the most demanding of its features; None
        where those are most of them, or not known."""
        counting = {name: weight for name, weight in weights.items() if weight > 0 and name in query}
        built = self.description.weights
        if counting.keys() == built.keys() and np.allclose(
            [counting[name] / sum(counting.values()) for name in built],
            [built[name] / sum(built.values()) for name in built],
        ):
            return (
                self.description.looked_at
                if self.description.looked_at <= max(1, MOST_CELLS * self.description.cells)
                else None
            )
        alone = self.description.looked_at_alone
        return max(alone[name] for name in counting) if counting and counting.keys() <= alone.keys() else None


def _rows(index: NumberedArrays, weights: Mapping[str, float], rows: NDArray[np.int64]) -> NDArray[np.float32]:
    parts = []
    for name, weight in weights.items():
        parts.append(
            np.asarray(index.block(name)[rows]) * np.float32(np.sqrt(weight / index.scale(name, "cosine").reach))
        )
        parts.append((index.norms(name)[rows] > 0)[:, None].astype(np.float32))
    return np.ascontiguousarray(np.concatenate(parts, axis=1))


def _proposed(
    built: Any,
    index: NumberedArrays,
    used: Mapping[str, float],
    query: Query,
    weights: Mapping[str, float],
    n: int,
    looked_at: int,
    allowed: NDArray[np.bool_] | None,
) -> NDArray[np.int64]:
    import faiss

    parts = []
    for name, weight in used.items():
        vector = unit_and_norm(query[name])[0] if name in query else np.zeros(index.block(name).shape[1], np.float32)
        scale = index.scale(name, "cosine")
        now = weights.get(name, 0.0) / scale.reach if name in query else 0.0
        parts.append(vector * np.float32(now / np.sqrt(weight / scale.reach)))
        parts.append(np.array([-now * scale.mean], dtype=np.float32))
    settings: dict[str, Any] = {"nprobe": looked_at}
    if allowed is not None:
        bits = np.zeros(int(index.serials[-1]) + 1, dtype=bool)
        bits[index.serials[allowed]] = True
        packed = np.packbits(bits, bitorder="little")
        settings["sel"] = faiss.IDSelectorBitmap(packed)  # type: ignore[call-arg, arg-type]
    _, serials = built.search(np.concatenate(parts)[None], n, params=faiss.SearchParametersIVF(**settings))
    serials = serials[0][(serials[0] >= 0) & (serials[0] <= index.serials[-1])]
    positions = np.searchsorted(index.serials, serials)
    return np.sort(positions[index.serials[positions] == serials])  # rows removed since are passed over


def _tuned(
    index: NumberedArrays, built: Any, weights: Mapping[str, float], random: np.random.Generator
) -> tuple[int, float, dict[str, int]]:
    """How many cells to look at for the mix, and the recall of the ten nearest that this reached; and for each feature
    alone, without those for which it takes too many."""
    queries = random.choice(len(index), min(TRIED_QUERIES, len(index)), replace=False)
    vectors = [vectors_of(index, int(row)) for row in queries]

    def tuned(mix: Mapping[str, float], most: int) -> tuple[int, float]:
        def nearest(row: int, vector: Query, candidates: NDArray[np.int64] | None = None) -> set[int]:
            return set(
                [at for at in rank(index, vector, mix, 11, candidates=candidates).positions.tolist() if at != row][:10]
            )

        exact = [nearest(row, vector) for row, vector in zip(queries, vectors, strict=False)]
        looked_at = 1
        while True:
            proposed = (
                _proposed(built, index, weights, vector, mix, CANDIDATES, looked_at, None) for vector in vectors
            )
            found = [nearest(row, vector, rows) for row, vector, rows in zip(queries, vectors, proposed, strict=False)]
            recall = float(np.mean([len(a & b) / len(a) for a, b in zip(exact, found, strict=False) if a]))
            if recall >= RECALL or looked_at >= most:
                return looked_at, recall
            looked_at = min(2 * looked_at, most)

    looked_at, recall = tuned(weights, built.nlist)
    alone = {name: tuned({name: 1.0}, max(1, int(MOST_CELLS * built.nlist))) for name in weights if len(weights) > 1}
    return looked_at, recall, {name: cells for name, (cells, reached) in alone.items() if reached >= RECALL}
