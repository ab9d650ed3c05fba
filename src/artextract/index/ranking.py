"""The rows of an index most like a query, in any mix of features, and what each feature has in that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from artextract.index import CROWDED, Found
from artextract.index.scales import Scale, compared, densities
from artextract.index.stacked import Stacked
from artextract.index.units import unit_and_norm

SAMPLE = 2_000
"""Where not all rows are looked at, what is less similar is counted among so many, drawn at random."""
Query = Mapping[str, NDArray[np.float32]]
Floats = NDArray[np.float64]


class Arrays(Protocol):
    """The rows of an index as arrays, which is what ranking takes: ``block`` (N, dim) of unit length, zero where
    missing, ``norms`` and ``density`` float32 (N,). ``sample`` are at most ``SAMPLE`` positions drawn at random,
    ascending; ``sampled`` and ``referred`` are the rows of a block there, and at ``scales.references``."""

    @property
    def features(self) -> tuple[str, ...]: ...

    @property
    def sample(self) -> NDArray[np.int64]: ...

    def __len__(self) -> int: ...

    def block(self, feature: str) -> NDArray[np.float32] | Stacked: ...

    def sampled(self, feature: str) -> NDArray[np.float32]: ...

    def referred(self, feature: str) -> NDArray[np.float32]: ...

    def norms(self, feature: str) -> NDArray[np.float32]: ...

    def density(self, feature: str) -> NDArray[np.float32]: ...

    def scale(self, feature: str, metric: str) -> Scale: ...


@dataclass(frozen=True, eq=False)
class Ranked:
    """``positions`` int (n,), best first; the rest as of ``index.Found``."""

    positions: NDArray[np.int64]
    scores: Floats
    similarities: dict[str, Floats]
    contributions: dict[str, Floats]
    closer_than: dict[str, Floats]
    all_closer_than: Floats
    n_candidates: int
    exact: bool = True

    def found(self, ids: Sequence[str]) -> Found:
        """The same with the ids of the rows, ``ids`` being those of all."""
        return Found(
            [ids[position] for position in self.positions],
            self.scores,
            self.similarities,
            self.contributions,
            self.closer_than,
            self.all_closer_than,
            self.n_candidates,
            self.exact,
        )


def rank(
    index: Arrays,
    query: Query,
    weights: Mapping[str, float],
    k: int,
    allowed: NDArray[np.bool_] | None = None,
    metric: str = "cosine",
    further: Mapping[str, Floats] | None = None,
    candidates: NDArray[np.int64] | None = None,
    left_out: NDArray[np.bool_] | None = None,
    own: Mapping[str, np.float32] | None = None,
) -> Ranked:
    """Rank rows as ``VectorIndex.nearest`` does.

    ``allowed`` and ``left_out`` are bool (N,), ``own`` what ``crowding`` gives where it is known already.

    ``candidates`` (positions) restricts the exact look to those rows; the parts of the collection that are less similar
    are then taken from a sample. Features without weight are looked at for what is found, and for that sample."""
    mask = np.ones(len(index), dtype=bool) if allowed is None else np.array(allowed, dtype=bool)
    left_out = np.zeros(len(index), dtype=bool) if left_out is None else left_out
    mask &= ~left_out
    further = further or {}
    names = list(dict.fromkeys((*index.features, *further)))
    counting = [name for name in names if weights.get(name, 0) > 0 and (name in query or name in further)]
    own = crowding(index, query, metric) if own is None else own

    def scored(chosen: list[str], rows: NDArray[np.int64]) -> dict[str, tuple[Floats, Floats]]:
        return {name: _scored(index, name, query, metric, further, rows, own.get(name)) for name in chosen}

    looked = np.arange(len(index)) if candidates is None else np.asarray(candidates)
    weighing = scored(counting, looked)
    total, anything = _total(weighing, weights, len(looked))
    usable = np.flatnonzero(mask[looked] & anything)
    n_candidates = len(usable) if candidates is None else int(np.count_nonzero(mask))
    best = _best(total, usable, k)

    sample = index.sample
    by_all = weighing if candidates is None else scored(counting, sample)
    if candidates is not None:
        _agree(by_all, sample, weighing, looked)
    all_total, all_anything = (total, anything) if candidates is None else _total(by_all, weights, len(sample))
    others = ~left_out[looked if candidates is None else sample]
    resting = [name for name in names if name not in counting]
    by_sample, others_of_sample = scored(resting, sample), ~left_out[sample]
    found = {name: (raw[best], standard[best]) for name, (raw, standard) in weighing.items()}
    if len(sample) == len(index):
        found |= {name: (raw[looked[best]], standard[looked[best]]) for name, (raw, standard) in by_sample.items()}
    else:
        found |= scored(resting, looked[best])
    less = {name: by_all[name][0][others] if name in by_all else by_sample[name][0][others_of_sample] for name in names}
    return Ranked(
        positions=looked[best],
        scores=total[best],
        similarities={name: found[name][0] for name in names},
        contributions={name: weights.get(name, 0.0) * found[name][1] for name in names},
        closer_than={name: _below(less[name], found[name][0], name in further) for name in names},
        all_closer_than=_below(
            np.where(all_anything, all_total, np.nan)[others], total[best], set(counting) <= further.keys()
        ),
        n_candidates=n_candidates,
        exact=candidates is None,
    )


def _agree(
    sampled: Mapping[str, tuple[Floats, Floats]],
    sample: NDArray[np.int64],
    looked_at: Mapping[str, tuple[Floats, Floats]],
    rows: NDArray[np.int64],
) -> None:
    """Give those of the sample that were looked at the values that they have there: products of other shapes are
    rounded otherwise, and a hit must not be less than itself."""
    _, there, here = np.intersect1d(sample, rows, return_indices=True)
    for name, of_sample in sampled.items():
        for values, known in zip(of_sample, looked_at[name], strict=True):
            values[there] = known[here]


def sample_of(n: int) -> NDArray[np.int64]:
    """The positions of the sample of ``n`` rows, ascending."""
    return np.arange(n) if n <= SAMPLE else np.sort(np.random.default_rng(0).choice(n, SAMPLE, replace=False))


def _best(total: Floats, usable: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """The ``k`` of the places ``usable`` with the largest totals, best first; equal ones in row order."""
    k = min(k, len(usable))
    if not k:
        return usable[:0]
    best = np.sort(usable[np.argpartition(-total[usable], k - 1)[:k]])
    best = best[np.argsort(-total[best], kind="stable")]
    worst = total[best[-1]]
    tied = usable[total[usable] == worst]
    return np.concatenate([best[total[best] > worst], np.sort(tied)])[:k]


def crowding(index: Arrays, query: Query, metric: str) -> dict[str, np.float32]:
    """How crowded it is around a query by each feature; nothing for a metric that does not ask."""
    if metric not in CROWDED:
        return {}
    asked = {name: unit_and_norm(query[name][None])[0] for name in index.features if name in query}
    return {name: densities(unit, index.referred(name))[0] for name, unit in asked.items()}


def similarities(
    index: Arrays,
    feature: str,
    vectors: np.ndarray,
    metric: str = "cosine",
    rows: np.ndarray | None = None,
    own: np.float32 | None = None,
) -> np.ndarray:
    """How similar the query vectors ``(Q, dim)``, in the feature's space, are to the rows (all, or those positions):
    float32 ``(Q, n)``, NaN where a row lacks the feature. ``own`` is how crowded it is around the one query, where that
    is known."""
    units, lengths = unit_and_norm(vectors)
    norms = index.norms(feature)
    if rows is not None and rows is index.sample:
        cosine, norms = units @ index.sampled(feature).T, norms[rows]
    elif rows is not None and len(rows) < len(index):
        block, norms = index.block(feature), norms[rows]
        cosine = block.cosines(units, rows) if isinstance(block, Stacked) else units @ np.asarray(block[rows]).T
    else:
        block = index.block(feature)
        cosine = block.products(units) if isinstance(block, Stacked) else units @ np.asarray(block).T
    if metric == "cosine":
        values = cosine
    else:
        dense = index.density(feature)
        dense = dense if rows is None else dense[rows]
        if own is None:
            against = index.referred(feature) if metric in CROWDED else np.empty((0, units.shape[1]), np.float32)
            crowded = densities(units, against)
        else:
            crowded = np.full(len(units), own)
        values = compared(cosine, metric, (lengths[:, None], crowded[:, None]), (norms, dense))
    return np.where(norms > 0, values, np.nan).astype(np.float32)


def vectors_of(index: Arrays, position: int) -> dict[str, NDArray[np.float32]]:
    """A row's vector per feature in its space, at its full length, without those that it lacks."""
    found = {name: np.asarray(index.block(name)[position]) * index.norms(name)[position] for name in index.features}
    return {name: vector for name, vector in found.items() if vector.any()}


def _scored(
    index: Arrays,
    name: str,
    query: Mapping[str, np.ndarray],
    metric: str,
    further: Mapping[str, np.ndarray],
    rows: np.ndarray,
    own: np.float32 | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Raw and standard similarities of a feature for the given rows, float64 (n,); NaN where missing."""
    if name in further:
        raw = np.asarray(further[name], dtype=float)
        return raw[rows], scale_from_elsewhere(raw).standard(raw[rows])
    if name not in query:
        nothing = np.full(len(rows), np.nan)
        return nothing, nothing
    raw = similarities(index, name, query[name][None], metric, rows, own)[0].astype(float)
    return raw, index.scale(name, metric).standard(raw)


def scale_from_elsewhere(raw: Floats) -> Scale:
    """The scale of similarities that are no vectors, (N,) with NaN where missing."""
    there = raw[np.isfinite(raw)]
    return Scale(0.0, (float(np.quantile(there, 0.99)) or 1.0) if len(there) else 1.0, ())


def _total(
    scored: Mapping[str, tuple[Floats, Floats]], weights: Mapping[str, float], n: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """The weighted sum over features, and which rows have any of them."""
    total, anything = np.zeros(n), np.zeros(n, dtype=bool)
    for name, (_, standard) in scored.items():
        there = np.isfinite(standard)
        total += np.where(there, weights[name] * standard, 0)
        anything |= there
    return total, anything


def _below(everything: np.ndarray, values: np.ndarray, missing_is_less: bool = False) -> np.ndarray:
    """The part of ``everything`` that is less than each value.

    NaN for NaN. What is NaN in ``everything`` does not count, or counts as less (a painting without the words)."""
    there = everything[np.isfinite(everything)]
    if not len(there):
        return np.full(len(values), np.nan)
    missing = len(everything) - len(there) if missing_is_less else 0
    order = np.sort(values)  # of the two it is the short list that is sorted
    less = (
        missing
        + np.cumsum(np.bincount(np.searchsorted(order, there, side="right"), minlength=len(order) + 1))[
            np.searchsorted(order, values, side="left")
        ]
    )
    return np.where(np.isfinite(values), np.minimum(less / max(1, missing + len(there) - 1), 1.0), np.nan)
