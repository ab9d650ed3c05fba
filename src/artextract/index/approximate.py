"""An approximate FAISS index that proposes candidates, which are then ranked exactly; for collections too large to look
at every row.

The features of a mix stand side by side, each row scaled by the root of its weight on the common scale, and behind each
a 1 where the row has it, by which the mean pair is taken off: one inner product with the scaled query is the score of
any mix of these features. Vectors of paintings fill far fewer dimensions than they have, so their mean is taken off and
they are turned to the ``MOST_DIRECTIONS`` directions in which they differ most. Rows are sorted into cells and kept as
8-bit numbers (``IVF,SQ8``); how many cells are looked at, and how many rows are ranked exactly, is chosen by
measurement."""

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
from artextract.index.ranking import Arrays, Query, rank, similarities, vectors_of
from artextract.index.units import unit_and_norm
from artextract.progress import Progress, no_progress

REBUILD = "build it again with: artextract index COLLECTION"
RECALL = 0.995
"""What is tuned for, on rows of the index; the promise is 0.99, and queries from elsewhere are found a little less
well."""
TRIED_QUERIES = 100
CANDIDATES = (200, 400, 800, 1600)
"""How many rows may be ranked exactly."""
MOST_DIRECTIONS = 128
FIT_ROWS = 20_000
MOST_CELLS = 0.25
"""A mix that needs a larger part of the cells is searched exactly."""
_CHUNK = 16_384
_AT_ONCE = 20
_CELL_ROWS_TRAINED = 64


class NumberedArrays(Arrays, Protocol):
    """Rows as arrays, each with a number that removals do not change: ``serials`` int (N,), ascending."""

    @property
    def serials(self) -> NDArray[np.int64]: ...


@dataclass(frozen=True)
class Description:
    """What is known of a written approximate index: its ``file``; the ``weights`` it was built for; how many ``cells``
    it has and how many are ``looked_at`` for these weights, and for each feature alone; how many ``candidates`` are
    ranked exactly; the recall of the ten nearest that this reached; and the number of the first row that it does not
    hold, ``rows``."""

    file: str
    weights: dict[str, float]
    cells: int
    rows: int
    looked_at: int
    recall: float
    looked_at_alone: dict[str, int]
    candidates: int = CANDIDATES[0]

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
    ``TRIED_QUERIES`` rows drawn at random, ``RECALL`` of the exact ten nearest are found after re-ranking the
    candidates, for the mix and for each feature alone; what was reached is kept in the description. Raises
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
    mean, turn = _directions(_rows(index, used, np.sort(random.permutation(sample)[:FIT_ROWS])))
    within = faiss.index_factory(len(turn), f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT)
    within.train(np.concatenate([(_rows(index, used, part) - mean) @ turn.T for part in _parts(sample)]))
    for rows in progress(_parts(np.arange(len(index))), -(-len(index) // _CHUNK), "approximate index"):
        turned = np.asarray((_rows(index, used, rows) - mean) @ turn.T, dtype=np.float32)
        within.add_with_ids(turned, index.serials[rows])
    turning = faiss.LinearTransform(turn.shape[1], len(turn), False)
    faiss.copy_array_to_vector(turn.ravel(), turning.A)
    turning.is_trained = True
    built = faiss.IndexPreTransform(turning, within)
    name = f"approximate-{uuid.uuid4().hex[:8]}.faiss"
    tuned = _tuned(index, built, used, random)
    with write_aside(folder / name) as aside:
        faiss.write_index(built, str(aside))
    return Description(name, used, cells, int(index.serials[-1]) + 1, *tuned)


def _parts(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]


def _directions(sample: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The mean of some rows, and the directions (d, dim) in which they differ most. Taking off the mean changes every
    score of a query alike, so it need not be known when a query is turned."""
    mean = sample.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(np.cov(sample - mean, rowvar=False, bias=True))
    turn = directions[:, ::-1][:, :MOST_DIRECTIONS].T
    return mean.astype(np.float32), np.ascontiguousarray(turn, dtype=np.float32)


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
            if _cells(self._faiss) != description.cells or self._faiss.d != width:
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
        since it was built. Where few rows are ``allowed``, as many more cells are looked at, so that as many rows are
        compared."""
        n = max(self.description.candidates, 10 * k)
        looked_at = self._looked_at(weights, query) or self.description.cells
        if allowed is not None:
            passing = int(np.count_nonzero(allowed))
            if passing <= n:
                return np.flatnonzero(allowed)
            looked_at = min(self.description.cells, -(-looked_at * len(allowed) // passing))
        found = _proposed(self._faiss, self.index, self.description.weights, query, weights, n, looked_at, allowed)
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
    params: Any = faiss.SearchParametersIVF(**settings)
    if isinstance(built, faiss.IndexPreTransform):
        params = faiss.SearchParametersPreTransform(index_params=params)  # type: ignore[call-arg]
    _, serials = built.search(np.concatenate(parts)[None], n, params=params)
    serials = serials[0][(serials[0] >= 0) & (serials[0] <= index.serials[-1])]
    positions = np.searchsorted(index.serials, serials)
    return np.sort(positions[index.serials[positions] == serials])  # rows removed since are passed over


def _cells(built: Any) -> int:
    """How many cells it has; 0 where it is of another kind."""
    import faiss

    if isinstance(built, faiss.IndexPreTransform):  # an older version wrote none
        built = faiss.downcast_index(built.index)
    return getattr(built, "nlist", 0)


def _tuned(
    index: NumberedArrays, built: Any, weights: Mapping[str, float], random: np.random.Generator
) -> tuple[int, float, dict[str, int], int]:
    """How many cells to look at for the mix, and the recall of the ten nearest that this reached; the cells for each
    feature alone, without those for which it takes too many; and how many rows to rank exactly."""
    queries = random.choice(len(index), min(TRIED_QUERIES, len(index)), replace=False)
    vectors = [vectors_of(index, int(row)) for row in queries]
    cells = _cells(built)
    alone = [{name: 1.0} for name in weights if len(weights) > 1]
    truth = dict(zip(map(str, (weights, *alone)), _nearest(index, queries, vectors, [weights, *alone]), strict=True))

    def nearest(mix: Mapping[str, float], row: int, vector: Query, candidates: NDArray[np.int64]) -> set[int]:
        best = rank(index, vector, mix, 11, candidates=candidates).positions.tolist()
        return set([at for at in best if at != row][:10])

    def recall(mix: Mapping[str, float], looked_at: int, n: int) -> float:
        found = [
            nearest(mix, row, vector, _proposed(built, index, weights, vector, mix, n, looked_at, None))
            for row, vector in zip(queries, vectors, strict=True)
        ]
        return float(np.mean([len(a & b) / len(a) for a, b in zip(truth[str(mix)], found, strict=True) if a]))

    def tuned(mix: Mapping[str, float], n: int, most: int) -> tuple[int, float]:
        looked_at = 1
        while (reached := recall(mix, looked_at, n)) < RECALL and looked_at < most:
            looked_at = min(2 * looked_at, most)
        return looked_at, reached

    enough = (n for n in CANDIDATES if all(recall(mix, cells, n) >= RECALL for mix in (weights, *alone)))
    candidates = next(enough, CANDIDATES[-1])
    looked_at, reached = tuned(weights, candidates, cells)
    by_feature = {next(iter(mix)): tuned(mix, candidates, max(1, int(MOST_CELLS * cells))) for mix in alone}
    known = {name: looked for name, (looked, found) in by_feature.items() if found >= RECALL}
    return looked_at, reached, known, candidates


def _nearest(
    index: NumberedArrays,
    queries: NDArray[np.int64],
    vectors: list[dict[str, NDArray[np.float32]]],
    mixes: list[Mapping[str, float]],
) -> list[list[set[int]]]:
    """The ten nearest of each query by each mix, the query itself left out; all rows are looked at, and read once for
    ``_AT_ONCE`` queries."""
    found: list[list[set[int]]] = [[] for _ in mixes]
    for start in range(0, len(queries), _AT_ONCE):
        rows, asked = queries[start : start + _AT_ONCE], vectors[start : start + _AT_ONCE]
        standard = {}
        for name in dict.fromkeys(name for mix in mixes for name in mix):
            lacking = np.zeros(index.block(name).shape[1], dtype=np.float32)
            there = similarities(index, name, np.stack([vector.get(name, lacking) for vector in asked]))
            there[[name not in vector for vector in asked]] = np.nan
            standard[name] = index.scale(name, "cosine").standard(there)
        for place, mix in enumerate(mixes):
            total = np.zeros((len(rows), len(index)), dtype=np.float32)
            unknown = np.ones_like(total, dtype=bool)
            for name, weight in mix.items():
                total += np.float32(weight) * np.nan_to_num(standard[name])
                unknown &= np.isnan(standard[name])
            total[unknown] = -np.inf
            total[np.arange(len(rows)), rows] = -np.inf
            best = np.argpartition(-total, 10, axis=1)[:, :10]
            found[place] += [set(at[one[at] > -np.inf].tolist()) for at, one in zip(best, total, strict=True)]
    return found
