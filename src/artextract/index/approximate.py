"""An approximate FAISS index that proposes candidates, which are then ranked exactly; for collections too large to look
at every row.

A row is one vector of all features of a mix, of which one inner product is the score of any mix of these (``fused``).
Vectors of paintings fill far fewer dimensions than they have, so their mean is taken off and they are turned to the
``MOST_DIRECTIONS`` directions in which they differ most; how crowded it is around them stands beside. They are kept as
8-bit numbers in a graph (HNSW: Y. Malkov, D. Yashunin, "Efficient and robust approximate nearest neighbor search using
Hierarchical Navigable Small World graphs", TPAMI 2020). Under a filter that few pass, the numbers of those that do are
gone through instead. How many candidates a mix needs is chosen by measurement; one that needs too many is searched
exactly."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError, MismatchError
from artextract.files import write_aside
from artextract.index.config import WALKS, Description, IndexConfig
from artextract.index.fused import Fused
from artextract.index.ranking import Arrays, Query
from artextract.index.threads import one_thread
from artextract.index.tuning import CANDIDATES, RECALL, Asked, asked_of, leaning_to, nearest_of_all
from artextract.printable import counted
from artextract.progress import Progress, no_progress

REBUILD = "build it again with: artextract index COLLECTION"
METRICS = ("csls-half", "cosine")
"""By these it is tuned; by any other a search looks at all rows."""
MOST_DIRECTIONS = 256
LINKS, WIDTH_BUILT = 16, 100
"""The graph's M, and how many neighbours are weighed up while it is built."""
STARTS = 16_384
"""Rows drawn at random; walks through the graph begin at the ``WALKS`` nearest of them to a query, one after the other.
From one alone it does not find its way to what lies between two paintings: the nearest of it are in places that no link
joins."""
BEGUN_BESIDE = 4
"""So many of those that pass a filter are begun at as well."""
FEW = 4
"""Where walks find less than this part of the candidates, the rows that pass a filter are gone through."""
WALK, STEP = 6_000, 15
"""So many rows that pass a filter are gone through in the time that a walk takes to begin, and that one more row in
view takes it, of which the narrower the filter, the more are needed. The cheaper way is gone."""
FIT_ROWS = 10_000
_ONE_BY_ONE = 1
"""FAISS's ``search_type``: a walk from each beginning."""
_CROWDED = 0.1
"""How much it weighs, while the graph is built, how crowded it is around two rows: hardly."""
_CHUNK = 16_384
Floats = NDArray[np.float32]


def _faiss() -> Any:
    """FAISS, loaded when it is needed; its types know little of what is used here."""
    import faiss

    return faiss


class NumberedArrays(Arrays, Protocol):
    """Rows as arrays, each with a number that removals do not change: ``serials`` int (N,), ascending."""

    @property
    def config(self) -> IndexConfig: ...

    @property
    def serials(self) -> NDArray[np.int64]: ...


def build_approximate(
    index: NumberedArrays,
    folder: Path,
    weights: Mapping[str, float],
    seed: int = 0,
    progress: Progress = no_progress,
) -> Description:
    """Build and tune it for a mix, write it into a folder, and give its description.

    As many of ``tuning.CANDIDATES`` are ranked as it takes until ``RECALL`` of the exact ten nearest are among them,
    of rows and of combined queries, by each of ``METRICS``: for the mix, for such as lean to a feature, and for each
    feature alone. Raises
    ``InputError`` for fewer than 1,000 rows."""
    faiss = _faiss()

    if len(index) < 1000:
        raise InputError(
            f"{counted(len(index), 'painting is', 'paintings are')} too few for an approximate index",
            "leave it out: every search looks at all of them in milliseconds",
            code="too-few-for-approximate-index",
        )
    used = {name: weight for name, weight in weights.items() if weight > 0}
    random = np.random.default_rng(seed)
    fused = _fused(index, used)
    sample = _rows(index, fused, np.sort(random.choice(len(index), min(len(index), FIT_ROWS), replace=False)))
    shift, turn = _directions(sample, fused)
    graph = faiss.IndexHNSWSQ(len(turn), faiss.ScalarQuantizer.QT_8bit, LINKS, faiss.METRIC_L2)
    graph.hnsw.efConstruction = WIDTH_BUILT
    graph.train(sample @ turn.T + shift)
    numbered = faiss.IndexIDMap(graph)
    _add(index, fused, numbered, shift, turn, np.arange(len(index)), progress)
    turning = faiss.LinearTransform(turn.shape[1], len(turn), True)
    faiss.copy_array_to_vector(turn.ravel(), turning.A)
    faiss.copy_array_to_vector(shift, turning.b)
    turning.is_trained = True
    rows = int(index.serials[-1]) + 1
    description = Description(_file(), used, rows, rows, CANDIDATES[-1], 0.0, {}, {}, WALKS)
    searched = Approximate(index, description, faiss.IndexPreTransform(turning, numbered))
    description = searched.tuned(random)
    _write(searched.built, folder / description.file)
    return description


def extend_approximate(index: NumberedArrays, folder: Path, description: Description) -> Description:
    """Put the rows that were added since into the graph, as another file; gives its description."""
    faiss = _faiss()

    searched = Approximate.open(index, folder, description, mapped=False)
    new = np.arange(np.searchsorted(index.serials, description.rows), len(index))
    fused = _fused(index, description.weights)
    numbered = faiss.downcast_index(searched.built.index)
    _add(index, fused, numbered, searched.shift, searched.turn, new)
    searched.built.ntotal = numbered.ntotal
    description = replace(description, file=_file(), rows=int(index.serials[-1]) + 1)
    _write(searched.built, folder / description.file)
    return description


def damaged(file: str) -> MismatchError:
    """What is raised where the file of an approximate index is missing or damaged."""
    return MismatchError(
        f"the approximate index '{file}' is missing or damaged", REBUILD, code="approximate-index-damaged"
    )


class Approximate:
    """An approximate index, ready to be asked; ``open`` reads a written one."""

    def __init__(self, index: NumberedArrays, description: Description, built: Any):
        """Raises ``ValueError`` where ``built`` is not of the index."""
        faiss = _faiss()

        self.index, self.description, self.built = index, description, built
        self.fused = _fused(index, description.weights)
        if not isinstance(built, faiss.IndexPreTransform) or built.d != self.fused.dim:
            raise ValueError("it holds something else")
        turning, numbered = faiss.downcast_VectorTransform(built.chain.at(0)), faiss.downcast_index(built.index)
        self.graph = faiss.downcast_index(numbered.index)
        self.storage = faiss.downcast_index(self.graph.storage)
        self.turn: Floats = faiss.vector_to_array(turning.A).reshape(turning.d_out, turning.d_in)
        self.shift: Floats = faiss.vector_to_array(turning.b)
        serials = faiss.vector_to_array(numbered.id_map)
        if not len(serials) == self.graph.ntotal == self.storage.ntotal:
            raise ValueError("its rows do not fit together")
        at = np.searchsorted(index.serials, serials).clip(max=len(index) - 1).astype(np.int32)
        self._position = np.where(index.serials[at] == serials, at, np.int32(-1))
        """Of each node of the graph its row, or -1 where that was removed."""
        self._there = self._position >= 0
        left = self._position[self._there]
        if not (left == np.arange(len(left))).all():
            raise ValueError("its rows are in another order")

    @staticmethod
    def open(index: NumberedArrays, folder: Path, description: Description, mapped: bool = True) -> Approximate:
        """Read what was written, or only map it into memory.

        Raises ``MismatchError`` where it is missing or damaged."""
        faiss = _faiss()

        try:
            file = str(folder / description.file)
            built = faiss.read_index(file, faiss.IO_FLAG_MMAP_IFC) if mapped else faiss.read_index(file)
            return Approximate(index, description, built)
        except (RuntimeError, ValueError, MemoryError, AttributeError) as error:
            raise damaged(description.file) from error

    def covers(self, weights: Mapping[str, float], query: Query, metric: str) -> bool:
        """Whether it was built of every feature that counts, and finds what this mix of them asks for."""
        return metric in METRICS and self._enough(weights, query) is not None

    def candidates(
        self,
        query: Query,
        weights: Mapping[str, float],
        k: int,
        allowed: NDArray[np.bool_] | None = None,
        metric: str = "cosine",
        own: Mapping[str, np.float32] | None = None,
    ) -> NDArray[np.int64]:
        """Positions of the rows worth an exact look, ascending: the best that it knows of those ``allowed``, and all
        rows that were added since it was built; ``own`` as of ``rank``."""
        n = max(self._enough(weights, query) or CANDIDATES[-1], 10 * k)
        passing = len(self.index) if allowed is None else int(np.count_nonzero(allowed))
        if allowed is not None and passing <= n:
            return np.flatnonzero(allowed)
        found = self._proposed(self._asked(query, weights, metric, own), n, allowed, passing)
        added = np.arange(np.searchsorted(self.index.serials, self.description.rows), len(self.index))
        return np.union1d(found, added)

    def tuned(self, random: np.random.Generator) -> Description:
        """Its description with the candidates that each mix needs, and the recall of the mix that it was built for."""
        asked = asked_of(self.index, random)
        built = self.description.weights
        several = list(built) if len(built) > 1 else []
        mixes = [built, *(leaning_to(name, built) for name in several), *({name: 1.0} for name in several)]
        truth = nearest_of_all(self.index, asked, mixes, METRICS)
        reached = [self._enough_for(asked, mix, truth[place]) for place, mix in enumerate(mixes)]
        (n, recall), others = reached[0], iter(reached[1:])
        leaning, alone = (
            {name: n for name, (n, recall) in zip(several, others, strict=False) if recall >= RECALL}
            for _ in ("leaning", "alone")
        )
        return replace(self.description, candidates=n, recall=recall, leaning=leaning, alone=alone)

    def _enough_for(
        self, asked: list[Asked], mix: Mapping[str, float], truth: Mapping[str, list[set[int]]]
    ) -> tuple[int, float]:
        recall = 0.0
        for n in CANDIDATES:
            recall = 1.0
            for metric in METRICS:
                parts: dict[bool, list[float]] = {}
                for one, nearest in zip(asked, truth[metric], strict=True):
                    if nearest:
                        found = self._proposed(self._asked(one.vectors, mix, metric), n, None, len(self.index))
                        reached = len(nearest & set(found.tolist())) / len(nearest)
                        parts.setdefault(len(one.own) > 1, []).append(reached)
                recall = min([recall, *(float(np.mean(part)) for part in parts.values())])
            if recall >= RECALL:
                break
        return n, recall

    def _enough(self, weights: Mapping[str, float], query: Query) -> int | None:
        """How many candidates a mix needs: as many as that of the mixes measured, between which and the one that it was
        built for it lies, that needs most; None where that needs too many, or is not known."""
        built, known = self.description.weights, self.description
        counting = {name: weight for name, weight in weights.items() if weight > 0 and name in query}
        total = sum(counting.values())
        if not counting or not counting.keys() <= built.keys():
            return None
        needed: list[int | None] = [known.candidates if known.recall >= RECALL else None]
        for name, weight in counting.items():
            if weight / total > leaning_to(name, built)[name] + 1e-6:
                needed.append(known.alone.get(name))
            elif weight / total > built[name] / sum(built.values()) + 1e-6:
                needed.append(known.leaning.get(name))
        if len(built) > 1 and len(counting) == 1:
            needed = needed[1:]
        there = [n for n in needed if n is not None]
        return max(there) if len(there) == len(needed) else None

    def _asked(
        self, query: Query, weights: Mapping[str, float], metric: str, own: Mapping[str, np.float32] | None = None
    ) -> Floats:
        """The query as the graph knows rows. What the mean adds to every score alike need not be known."""
        asked = self.fused.query(self.index, query, weights, metric, own)
        for start, dim, _ in self.fused.parts.values():
            asked[start + dim + 1] /= _CROWDED**2
        return np.asarray(self.turn @ asked)

    def _proposed(self, asked: Floats, n: int, allowed: NDArray[np.bool_] | None, passing: int) -> NDArray[np.int64]:
        faiss = _faiss()

        n_rows, select, nodes = len(self.index), None, None
        if allowed is not None and n_rows - passing > n:
            nodes = np.zeros(len(self._there), dtype=bool)
            nodes[self._there] = allowed[: np.count_nonzero(self._there)]
            packed = np.packbits(nodes, bitorder="little")
            select = faiss.IDSelectorBitmap(packed)
        else:  # more are asked for, and those that do not pass are taken out
            n += n_rows - passing
        width = int(n * (n_rows / max(1, passing)) ** 0.5)
        found = np.empty(0, dtype=np.int64)
        if select is None or passing > WALK + STEP * width:
            found = self._walked(asked, n, faiss.SearchParametersHNSW(efSearch=width, sel=select), nodes)
        if select is not None and len(found) < n // FEW:  # none walked, or what passes lies elsewhere
            with one_thread():
                found = self.storage.search(asked[None], n, params=faiss.SearchParameters(sel=select))[1][0]
        rows = self._position[found[found >= 0]].astype(np.int64)
        rows = rows[rows >= 0]
        return np.sort(rows if allowed is None else rows[allowed[rows]])

    def _walked(
        self, asked: Floats, n: int, params: Any, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """The nodes that walks through the graph find, ``n`` or fewer; ``allowed`` are those that ``params`` select."""
        faiss = _faiss()

        nodes, vectors = self._starts
        likeness = vectors @ asked
        nearest = np.argsort(-likeness)
        begun = nearest[: self.description.walks]
        if allowed is not None:  # what passes may lie where the nearest of all do not
            begun = np.concatenate([begun, nearest[allowed[nodes[nearest]]][:BEGUN_BESIDE]])
        sign = np.float32(1 if hasattr(faiss.HNSW, "is_similarity") else -1)  # an older FAISS counts downwards
        arrays = asked, nodes[begun], sign * likeness[begun], np.empty(n, np.float32), np.empty(n, np.int64)
        pointers = [faiss.swig_ptr(array) for array in arrays]
        with one_thread():
            self.graph.search_level_0(1, pointers[0], n, *pointers[1:], len(begun), _ONE_BY_ONE, params)
        return arrays[-1][arrays[-1] >= 0]

    @cached_property
    def _starts(self) -> tuple[NDArray[np.int32], Floats]:
        """Nodes int32 (S,), drawn at random, and their vectors (S, D)."""
        there = self.graph.ntotal
        nodes = np.sort(np.random.default_rng(0).choice(there, min(STARTS, there), replace=False)).astype(np.int32)
        return nodes, self.storage.reconstruct_batch(nodes.astype(np.int64))


def _fused(index: NumberedArrays, weights: Mapping[str, float]) -> Fused:
    return Fused.of([block for block in index.config.blocks if block.name in weights], index.config.scales, weights)


def _rows(index: NumberedArrays, fused: Fused, rows: NDArray[np.int64]) -> Floats:
    return fused.rows(
        {name: np.asarray(index.block(name)[rows]) for name in fused.parts},
        {name: index.norms(name)[rows] for name in fused.parts},
        {name: index.density(name)[rows] for name in fused.parts},
    )


def _directions(sample: Floats, fused: Fused) -> tuple[Floats, Floats]:
    """What turns rows (D, dim), so that of some rows the mean lies at 0 when the shift (D,) is added: into the
    directions in which they differ most, and below these how crowded it is by each feature."""
    crowded = np.array([start + dim + 1 for start, dim, _ in fused.parts.values()])
    likeness = np.setdiff1d(np.arange(fused.dim), crowded)
    mean = sample.mean(axis=0, dtype=np.float64).astype(np.float32)
    apart = (sample - mean)[:, likeness]
    _, directions = np.linalg.eigh(apart.T @ apart)
    most = min(MOST_DIRECTIONS, len(likeness))
    turn = np.zeros((most + len(crowded), fused.dim), dtype=np.float32)
    turn[:most, likeness] = directions[:, ::-1][:, :most].T
    turn[most + np.arange(len(crowded)), crowded] = _CROWDED
    return -(turn @ mean), turn


def _add(
    index: NumberedArrays,
    fused: Fused,
    numbered: Any,
    shift: Floats,
    turn: Floats,
    rows: NDArray[np.int64],
    progress: Progress = no_progress,
) -> None:
    faiss = _faiss()

    _measure(numbered, faiss.METRIC_L2)
    parts = [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]
    for part in progress(parts, len(parts), "approximate index"):
        numbered.add_with_ids(_rows(index, fused, part) @ turn.T + shift, index.serials[part])
    _measure(numbered, faiss.METRIC_INNER_PRODUCT)


def _measure(numbered: Any, metric: int) -> None:
    """Rows are linked by their distance, and found by their inner product with the query.

    Those that lie far out would else be linked to all others. As all rows have the same length before the mean is taken
    off, the two agree."""
    faiss = _faiss()

    graph = faiss.downcast_index(numbered.index)
    for one in (numbered, graph, faiss.downcast_index(graph.storage)):
        one.metric_type = metric
    graph.hnsw.is_similarity = metric == faiss.METRIC_INNER_PRODUCT


def _file() -> str:
    return f"approximate-{uuid.uuid4().hex[:8]}.faiss"


def _write(built: Any, path: Path) -> None:
    faiss = _faiss()

    with write_aside(path) as aside:
        faiss.write_index(built, str(aside))
