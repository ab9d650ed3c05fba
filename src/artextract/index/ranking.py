"""The rows of an index most like a query, in any mix of features, and what each feature has in that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from artextract.index.embedded import EmbeddedIndex, unit_and_norm
from artextract.index.scales import Scale, compared, densities, references


@dataclass(frozen=True)
class Found:
    """Rows of the index, best first: ``positions`` int (n,), ``scores`` float64 (n,), and per feature (n,) the raw
    ``similarities``, the ``contributions``, which sum to the score, and ``closer_than``, the part of the collection (of
    the paintings that have the feature) that is less similar to the query by it; NaN where row or query lacks the
    feature. ``all_closer_than`` (n,) is that part by the whole score. ``n_candidates`` is how many rows could have been
    found; ``exact`` tells whether all of them were looked at."""

    positions: np.ndarray
    scores: np.ndarray
    similarities: dict[str, np.ndarray]
    contributions: dict[str, np.ndarray]
    closer_than: dict[str, np.ndarray]
    all_closer_than: np.ndarray
    n_candidates: int
    exact: bool = True


def rank(
    index: EmbeddedIndex,
    query: Mapping[str, np.ndarray],
    weights: Mapping[str, float],
    k: int,
    allowed: np.ndarray | None = None,
    metric: str = "cosine",
    further: Mapping[str, np.ndarray] | None = None,
    candidates: np.ndarray | None = None,
    left_out: np.ndarray | None = None,
) -> Found:
    """The ``k`` rows with the largest ``sum of weight x standard similarity``, fewer only where fewer are allowed and
    have any of the features that count.

    ``query`` has a vector ``(dim,)`` per feature, in the feature's space, without those that it lacks; ``weights`` of
    features not named are 0. ``allowed`` is a boolean mask (N,), applied before the search, not after; ``left_out``
    marks rows that are the query itself, neither found nor part of what a hit is compared with. ``further`` adds
    features that are no vectors, as similarities ``(N,)`` with NaN where lacking. A similarity is put on the common
    scale by the distribution over pairs of the collection (``Scale.standard``), so that weights mean the same for all
    features; a row that lacks a feature has 0 there, as the mean pair has. ``candidates`` (positions) restricts the
    exact look to those rows; the parts of the collection that are less similar are then taken from a sample. Equal
    scores stand in row order."""
    mask = np.ones(len(index), dtype=bool) if allowed is None else np.array(allowed, dtype=bool)
    left_out = np.zeros(len(index), dtype=bool) if left_out is None else left_out
    mask &= ~left_out
    further = further or {}
    names = list(dict.fromkeys((*index.features, *further)))
    counting = [name for name in names if weights.get(name, 0) > 0 and (name in query or name in further)]
    looked = np.arange(len(index)) if candidates is None else np.asarray(candidates)
    looked_sample = (
        looked
        if candidates is None
        else np.sort(np.random.default_rng(0).choice(len(index), min(2000, len(index)), replace=False))
    )
    scored = {name: _scored(index, name, query, metric, further, looked) for name in names}
    total, anything = _total(scored, weights, counting, len(looked))
    usable = np.flatnonzero(mask[looked] & anything)
    n_candidates = len(usable) if candidates is None else int(mask.sum())
    k = min(k, len(usable))
    best = np.sort(usable[np.argpartition(-total[usable], k - 1)[:k]]) if k else usable[:0]
    best = best[np.argsort(-total[best], kind="stable")]
    worst = total[best[-1]] if k else 0.0
    tied = usable[total[usable] == worst] if k else usable[:0]
    best = np.concatenate([best[total[best] > worst], np.sort(tied)])[:k]
    others = ~left_out[looked if candidates is None else looked_sample]
    if candidates is None:
        all_scored, all_total, all_anything = scored, total, anything
    else:
        all_scored = {name: _scored(index, name, query, metric, further, looked_sample) for name in names}
        all_total, all_anything = _total(all_scored, weights, counting, len(looked_sample))
    similarities = {name: raw[best] for name, (raw, _) in scored.items()}
    return Found(
        positions=looked[best],
        scores=total[best],
        similarities=similarities,
        contributions={name: weights.get(name, 0.0) * standard[best] for name, (_, standard) in scored.items()},
        closer_than={
            name: _below(all_scored[name][0][others], raw[best], name in further) for name, (raw, _) in scored.items()
        },
        all_closer_than=_below(
            np.where(all_anything, all_total, np.nan)[others], total[best], set(counting) <= further.keys()
        ),
        n_candidates=n_candidates,
        exact=candidates is None,
    )


def similarities(
    index: EmbeddedIndex, feature: str, vectors: np.ndarray, metric: str = "cosine", rows: np.ndarray | None = None
) -> np.ndarray:
    """How similar the query vectors ``(Q, dim)``, in the feature's space, are to the rows (all, or those positions):
    float32 ``(Q, n)``, NaN where a row lacks the feature."""
    units, lengths = unit_and_norm(vectors)
    block, norms = index.block(feature), index.norms(feature)
    if rows is not None and len(rows) < len(index):
        block, norms = block[rows], norms[rows]
    cosine = units @ np.asarray(block).T
    if metric == "cosine":
        values = cosine
    else:
        dense = index.density(feature)
        dense = dense if rows is None else dense[rows]
        against = (
            np.asarray(index.block(feature)[references(index.norms(feature))])
            if metric == "csls"
            else np.empty((0, units.shape[1]), np.float32)
        )
        values = compared(cosine, metric, (lengths[:, None], densities(units, against)[:, None]), (norms, dense))
    return np.where(norms > 0, values, np.nan).astype(np.float32)


def _scored(
    index: EmbeddedIndex,
    name: str,
    query: Mapping[str, np.ndarray],
    metric: str,
    further: Mapping[str, np.ndarray],
    rows: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Raw and standard similarities of a feature for the given rows, float64 (n,); NaN where lacking."""
    if name in further:
        raw = np.asarray(further[name], dtype=float)
        there = raw[np.isfinite(raw)]
        scale = Scale(0.0, float(np.quantile(there, 0.99)) or 1.0, ()) if len(there) else Scale(0.0, 1.0, ())
        return raw[rows], scale.standard(raw[rows])
    if name not in query:
        nothing = np.full(len(rows), np.nan)
        return nothing, nothing
    raw = similarities(index, name, query[name][None], metric, rows)[0].astype(float)
    return raw, index.scale(name, metric).standard(raw)


def _total(
    scored: Mapping[str, tuple[np.ndarray, np.ndarray]], weights: Mapping[str, float], counting: list[str], n: int
) -> tuple[np.ndarray, np.ndarray]:
    """The weighted sum over the features that count, and which rows have any of them."""
    total, anything = np.zeros(n), np.zeros(n, dtype=bool)
    for name in counting:
        standard = scored[name][1]
        there = np.isfinite(standard)
        total += np.where(there, weights[name] * standard, 0)
        anything |= there
    return total, anything


def _below(everything: np.ndarray, values: np.ndarray, lacking_is_less: bool = False) -> np.ndarray:
    """The part of ``everything`` that is less than each value; NaN for NaN. What is NaN in ``everything`` does not
    count, or counts as less (a painting without the words)."""
    there = everything[np.isfinite(everything)]
    if not len(there):
        return np.full(len(values), np.nan)
    lacking = len(everything) - len(there) if lacking_is_less else 0
    order = np.sort(values)  # of the two it is the short list that is sorted
    less = (
        lacking
        + np.cumsum(np.bincount(np.searchsorted(order, there, side="right"), minlength=len(order) + 1))[
            np.searchsorted(order, values, side="left")
        ]
    )
    return np.where(np.isfinite(values), np.minimum(less / max(1, lacking + len(there) - 1), 1.0), np.nan)
