"""All features of a painting in one vector, of which one inner product gives the score of any mix.

A feature stands in it as its units, times about the root of the weight that it has by default on the common scale: a
power of two, so that the units come back to the bit. Then stands a 1 where the painting has it, by which the mean pair
is taken off, then how crowded it is around it, for the metrics that ask. What a painting lacks is zero. The query's
parts carry the weights, so that any mix asks the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.index.config import Block
from artextract.index.ranking import Arrays, Query
from artextract.index.scales import Scale, densities
from artextract.index.units import unit_and_norm

Floats = NDArray[np.float32]
LINEAR = {"cosine": (1.0, 0.0), "csls": (2.0, 1.0), "csls-half": (2.0, 0.5)}
"""Metrics that are sums: how often the cosine counts, and how much of both densities is taken off."""


@dataclass(frozen=True)
class Fused:
    """The layout of such vectors: per feature its place, dim and root.

    Only a graph depends on how large the root is: a query makes up for it."""

    parts: dict[str, tuple[int, int, float]]

    @staticmethod
    def of(blocks: Sequence[Block], scales: Mapping[str, Mapping[str, Scale]], weights: Mapping[str, float]) -> Fused:
        """A feature without weight by default gets an equal share, or it could never be searched by."""
        parts, start = {}, 0
        for block in blocks:
            weight = weights.get(block.name, 0.0) or 1 / len(blocks)
            root = np.sqrt(weight / scales[block.name]["cosine"].reach)
            parts[block.name] = (start, block.dim, float(2.0 ** np.round(np.log2(root))))
            start += block.dim + 2
        return Fused(parts)

    @property
    def dim(self) -> int:
        return sum(dim + 2 for _, dim, _ in self.parts.values())

    def rows(self, units: Mapping[str, Floats], norms: Mapping[str, Floats], dense: Mapping[str, Floats]) -> Floats:
        """Vectors (n, dim) of rows."""
        n = len(next(iter(norms.values())))
        found = np.zeros((n, self.dim), dtype=np.float32)
        for name, (start, dim, root) in self.parts.items():
            found[:, start : start + dim] = units[name] * np.float32(root)
            found[:, start + dim] = norms[name] > 0
            found[:, start + dim + 1] = dense[name]
        return found

    def units(self, rows: Floats, feature: str) -> Floats:
        """The units (n, dim) of a feature, back from vectors."""
        start, dim, root = self.parts[feature]
        return np.asarray(rows[:, start : start + dim] / np.float32(root))

    def query(
        self,
        index: Arrays,
        query: Query,
        weights: Mapping[str, float],
        metric: str,
        crowded_own: Mapping[str, np.float32] | None = None,
    ) -> Floats:
        """The vector (dim,) whose inner product with a row is its score.

        ``crowded_own`` is what ``ranking.crowding`` gives, where it is known."""
        cosines, crowded = LINEAR[metric]
        asked = np.zeros(self.dim, dtype=np.float64)
        for name, (start, dim, root) in self.parts.items():
            weight = weights.get(name, 0.0)
            if weight <= 0 or name not in query:
                continue
            unit, scale = unit_and_norm(query[name][None])[0], index.scale(name, metric)
            known = (crowded_own or {}).get(name)
            own = 0.0 if not crowded else float(densities(unit, index.referred(name))[0] if known is None else known)
            asked[start : start + dim] = unit[0] * (cosines * weight / scale.reach / root)
            asked[start + dim] = -(scale.mean + crowded * own) * weight / scale.reach
            asked[start + dim + 1] = -crowded * weight / scale.reach
        return asked.astype(np.float32)

    def as_dict(self) -> dict[str, list[Any]]:
        return {name: list(part) for name, part in self.parts.items()}
