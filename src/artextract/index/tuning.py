"""What an approximate index is measured by: queries, and the rows that are truly nearest to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artextract.index.ranking import Arrays, vectors_of
from artextract.index.scales import compared, densities
from artextract.index.units import unit_and_norm

RECALL = 0.995
"""What is tuned for; the promise is 0.99, and queries from elsewhere are found a little less well."""
TRIED_QUERIES = 120
CANDIDATES = (200, 300, 400, 600, 800, 1200, 1600)
"""How many rows may be ranked exactly."""
LEANING = 0.8
NEAREST = 10
_CHUNK = 16_384
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """A query: ``vectors`` by feature, and the ``own`` rows that it is made of, which are no answers."""

    vectors: dict[str, Floats]
    own: tuple[int, ...]


def asked_of(index: Arrays, random: np.random.Generator) -> list[Asked]:
    """``TRIED_QUERIES`` queries.

    Half of them are rows, a quarter is between two, and a quarter is also unlike a third: such lie where no row is."""
    rows = random.choice(len(index), min(TRIED_QUERIES, len(index)), replace=False)
    vectors = [vectors_of(index, int(row)) for row in rows]
    asked = []
    for place in range(len(rows)):
        parts = [(place + step) % len(rows) for step in range((1, 2, 1, 3)[place % 4])]
        signs = (0.5, 0.5, -0.5)[: len(parts)]
        there = [name for name in vectors[place] if all(name in vectors[part] for part in parts)]
        mixed = {
            name: np.sum(
                [sign * unit_and_norm(vectors[part][name])[0] for sign, part in zip(signs, parts, strict=True)], axis=0
            )
            for name in there
        }
        asked.append(Asked(mixed if len(parts) > 1 else vectors[place], tuple(int(rows[part]) for part in parts)))
    return asked


def leaning_to(name: str, weights: Mapping[str, float]) -> dict[str, float]:
    """A mix with ``LEANING`` of its weight on a feature, or half of what is left where it has more already."""
    total = sum(weights.values())
    own = weights[name] / total
    most = max(LEANING, (1 + own) / 2)
    rest = {other: weight / total * (1 - most) / (1 - own) for other, weight in weights.items() if other != name}
    return {name: most, **rest} if rest else {name: 1.0}


def nearest_of_all(
    index: Arrays, asked: Sequence[Asked], mixes: Sequence[Mapping[str, float]], metrics: Sequence[str]
) -> list[dict[str, list[set[int]]]]:
    """The ``NEAREST`` rows of each query, by each mix and metric; all rows are looked at, and read once."""
    best = [
        {metric: (np.full((len(asked), NEAREST), -np.inf), np.full((len(asked), NEAREST), -1)) for metric in metrics}
        for _ in mixes
    ]
    sides = {name: _Side(index, name, asked) for name in dict.fromkeys(name for mix in mixes for name in mix)}
    for start in range(0, len(index), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(index)))
        cosines = {name: side.cosines(index, rows) for name, side in sides.items()}
        known = {name: np.isfinite(values) for name, values in cosines.items()}
        for metric in metrics:
            standard = {name: side.standard(index, cosines[name], metric, rows) for name, side in sides.items()}
            for mix, found in zip(mixes, best, strict=True):
                total = np.sum([np.float32(weight) * standard[name] for name, weight in mix.items()], axis=0)
                total[~np.any([known[name] for name in mix], axis=0)] = -np.inf
                for place, one in enumerate(asked):
                    total[place, [own - start for own in one.own if start <= own < start + len(rows)]] = -np.inf
                found[metric] = _merged(*found[metric], total, rows)
    return [
        {
            metric: [set(at[score > -np.inf].tolist()) for score, at in zip(*found[metric], strict=True)]
            for metric in metrics
        }
        for found in best
    ]


class _Side:
    """All queries by one feature."""

    def __init__(self, index: Arrays, name: str, asked: Sequence[Asked]):
        self.name = name
        lacking = np.zeros(index.block(name).shape[1], dtype=np.float32)
        vectors = np.stack([one.vectors.get(name, lacking) for one in asked])
        self.units, lengths = unit_and_norm(vectors)
        self.sides = lengths[:, None], densities(self.units, index.referred(name))[:, None]

    def cosines(self, index: Arrays, rows: NDArray[np.int64]) -> Floats:
        """Float32 (Q, n), NaN where a query or a row lacks the feature."""
        part = slice(int(rows[0]), int(rows[-1]) + 1)
        found = self.units @ np.asarray(index.block(self.name)[part]).T
        found[self.sides[0][:, 0] == 0] = np.nan
        found[:, index.norms(self.name)[part] == 0] = np.nan
        return found

    def standard(self, index: Arrays, cosines: Floats, metric: str, rows: NDArray[np.int64]) -> Floats:
        """The same on the common scale, 0 where missing."""
        sides = index.norms(self.name)[rows], index.density(self.name)[rows]
        values = index.scale(self.name, metric).standard(compared(cosines, metric, self.sides, sides))
        return np.nan_to_num(np.asarray(values, dtype=np.float32))


def _merged(
    scores: NDArray[np.float64], at: NDArray[np.int64], total: NDArray[np.floating], rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    most = min(NEAREST, total.shape[1])
    here = np.argpartition(-total, most - 1, axis=1)[:, :most]
    scores = np.concatenate([scores, np.take_along_axis(total, here, axis=1)], axis=1)
    at = np.concatenate([at, rows[here]], axis=1)
    chosen = np.argsort(-scores, axis=1, kind="stable")[:, :NEAREST]
    return np.take_along_axis(scores, chosen, axis=1), np.take_along_axis(at, chosen, axis=1)
