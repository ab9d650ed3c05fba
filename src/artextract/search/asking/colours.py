"""Paintings in the colours that were asked for: how far their colours would have to be moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from artextract.features.cielab import bin_colours, hex_to_rgb, rgb_to_lab
from artextract.features.transport import ground, transport
from artextract.index import VectorIndex

FEATURE = "palette"


def colour_ways(
    index: VectorIndex, colours: Sequence[tuple[str, float]], allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.float64] | None:
    """How far the colours of each painting of the index would have to be moved to be the wanted ones
    ("#rrggbb", share), as ``features.transport`` says: float64 (N,), NaN where it has no palette.

    ``allowed`` bool (N,) are those that may be found. None where no colours are asked for, and where the index no
    longer has the amounts of colours, because it turns their space."""
    if not colours or FEATURE not in index.features or index.space(FEATURE).matrix is not None:
        return None
    codes, shares = zip(*colours, strict=True)
    distances = ground(bin_colours(), rgb_to_lab(hex_to_rgb(codes)))
    mean = index.space(FEATURE).mean
    found, start = [], 0
    for rows in index.scan(FEATURE):
        end = start + len(rows.ids)
        parts = rows.units * rows.norms[:, None]
        if mean is not None:
            parts += mean
        parts *= parts
        parts /= np.maximum(parts.sum(axis=1, keepdims=True), np.float32(1e-12))
        way = transport(
            parts.astype(np.float64), distances, np.array(shares), None if allowed is None else allowed[start:end]
        )
        found.append(np.where(rows.norms > 0, way, np.nan))
        start = end
    return np.concatenate(found) if found else np.empty(0)


def likeness(ways: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how much each way is shorter than the mean one; NaN stays."""
    return np.asarray(np.nanmean(ways) - ways) if np.isfinite(ways).any() else ways
