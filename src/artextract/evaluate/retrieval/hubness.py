"""Hubs: paintings that are among the nearest of very many others, and those that are among the nearest of none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from artextract.evaluate.retrieval.relevance import LeftOut
from artextract.evaluate.retrieval.variants import Variant, chunk_rows, mixed, standard_of_rows
from artextract.index import VectorIndex
from artextract.metrics.retrieval import skewness
from artextract.progress import Progress, no_progress

NEAREST = 10
MOST_ROWS = 20_000


def hubness(
    index: VectorIndex,
    variants: Sequence[Variant],
    left_out: LeftOut,
    most_rows: int = MOST_ROWS,
    seed: int = 0,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """How unevenly paintings are among the ``NEAREST`` of others, per variant, over all pairs of the collection, or of
    ``most_rows`` drawn at random.

    N_10 is how many paintings have one among their ten nearest (duplicates left out). Gives {"paintings", "results":
    {variant: {"skewness", "in_no_ten" (the part with N_10 = 0), "largest" (the largest N_10 over the mean)}}}; None
    where nothing has any neighbours. Variants of raw vectors are passed over."""
    random = np.random.default_rng(seed)
    rows = (
        np.arange(len(index))
        if len(index) <= most_rows
        else np.sort(random.choice(len(index), most_rows, replace=False))
    )
    judged = [variant for variant in variants if not variant.raw]
    features = [name for name in index.features if any(name in variant.counting for variant in judged)]
    counts = {variant.name: np.zeros(len(index), dtype=int) for variant in judged}
    step = chunk_rows(len(index))
    starts = range(0, len(rows), step)
    outside = np.ones(len(index), dtype=bool)
    outside[rows] = False
    for start in progress(starts, len(starts), "hubness"):
        chunk = rows[start : start + step]
        standard = standard_of_rows(index, chunk, features, sorted({variant.metric for variant in judged}))
        out = left_out.mask(chunk) | outside
        for variant in judged:
            scores = np.where(out, np.float32(-np.inf), mixed(standard, variant, len(index)))
            k = min(NEAREST, len(index) - 1)
            nearest = np.argpartition(scores, -k, axis=1)[:, -k:] if k else np.empty((len(chunk), 0), dtype=int)
            found = nearest[np.take_along_axis(scores, nearest, axis=1) > -np.inf]
            counts[variant.name] += np.bincount(found, minlength=len(index))
    return {"paintings": len(rows), "results": {name: _of_counts(found[rows]) for name, found in counts.items()}}


def _of_counts(counts: np.ndarray) -> dict[str, float | None] | None:
    if not counts.any():
        return None
    return {
        "skewness": skewness(counts),
        "in_no_ten": float((counts == 0).mean()),
        "largest": float(counts.max() / counts.mean()),
    }
