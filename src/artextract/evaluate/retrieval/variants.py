"""The ways of searching that are compared, and what each gives a whole collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from artextract.errors import InputError
from artextract.features import Feature, presets_of
from artextract.features.store import FeatureStore
from artextract.files import user_path
from artextract.index import CROWDED, METRICS, VectorIndex
from artextract.index.scales import compared, densities, references
from artextract.index.units import unit_and_norm
from artextract.search.asking.weights import named_mix, resolve_weights

DEFAULT = "default"
EVERY = "all"
"""Stands for all mixes that have a name and of which anything is indexed."""
Standard = dict[tuple[str, str], np.ndarray]
"""(feature, metric) -> standard similarities ``float32 (n, N)`` of n queries with all rows, NaN where either lacks the
feature."""


@dataclass(frozen=True)
class Variant:
    """``weights`` sum to 1; ``raw`` is the vector of a single feature as the backbone gave it, neither centred nor
    scaled."""

    name: str
    weights: dict[str, float]
    metric: str = "cosine"
    raw: bool = False

    @property
    def counting(self) -> tuple[str, ...]:
        return tuple(name for name, weight in self.weights.items() if weight > 0)


def variants_of(
    index: VectorIndex,
    mixes: Sequence[Mapping[str, float] | str] = (),
    metrics: Sequence[str] = ("cosine", "csls"),
    features: Iterable[Feature] = (),
) -> list[Variant]:
    """Each feature alone, the default mix, and ``mixes``, by cosine and by each of ``metrics``: "deep", "deep:csls";
    and "deep:raw" where "deep" is indexed otherwise. A mix may be the name of one that ``features`` belong to, or
    ``EVERY``.

    Raises ``InputError`` for a metric, a feature or a name that is not there, and for weights that are none.
    """
    features = list(features)
    for metric in metrics:
        if metric not in METRICS:
            raise InputError(
                f"there is no metric '{metric}'", f"choose from {', '.join(METRICS)}", code="unknown-metric"
            )
    asked = list(dict.fromkeys(("cosine", *metrics)))
    named = {name: {name: 1.0} for name in index.features} | {DEFAULT: resolve_weights(None, index.features)}
    for mix in mixes:
        if isinstance(mix, str):
            wanted = [preset.name for preset in presets_of(features)] if mix == EVERY else [mix]
            named |= {name: resolve_weights(named_mix(name, features), index.features) for name in wanted}
        else:
            named[weights_text(mix)] = resolve_weights(mix, index.features)
    found = [
        Variant(name if metric == "cosine" else f"{name}:{metric}", weights, metric)
        for name, weights in named.items()
        for metric in asked
    ]
    raw = "deep" in index.features and index.space("deep").name != "raw"
    return ([Variant("deep:raw", {"deep": 1.0}, raw=True)] if raw else []) + found


def chunk_rows(n: int) -> int:
    """How many queries to score at once against ``n`` rows, so that an array of scores keeps to some 10 MB."""
    return max(1, min(128, 2_500_000 // n))


def weights_text(weights: Mapping[str, float]) -> str:
    """Weights as ``--weights`` takes them; those that are 0 are not named."""
    return ",".join(f"{name}={weight:g}" for name, weight in weights.items() if weight > 0)


def raw_vectors(collection: str | Path, index: VectorIndex, feature: str) -> np.ndarray | None:
    """The vectors of a feature as it gave them, scaled to unit length, ``float32 (N, dim)`` with zeros where missing;
    None where the store no longer has them all."""
    store = FeatureStore(user_path(collection) / "features" / index.versions[feature])
    if any(key not in store for key in index.hashes):
        return None
    return unit_and_norm(store.vectors(index.hashes))[0]


def standard_of_rows(index: VectorIndex, rows: np.ndarray, features: Sequence[str], metrics: Sequence[str]) -> Standard:
    """Of rows (n,) of the index, with one matrix product per feature for all metrics."""
    ids = [index.ids[row] for row in rows]
    found = {}
    for name in features:
        asked = index.rows(name, ids)
        sides = asked.norms[:, None], asked.densities[:, None]
        parts: dict[str, list[np.ndarray]] = {metric: [] for metric in metrics}
        for batch in index.scan(name):
            cosine = asked.units @ batch.units.T
            for metric in metrics:
                parts[metric].append(compared(cosine, metric, sides, (batch.norms, batch.densities)))
        for metric in metrics:
            found[name, metric] = _standard(index, name, metric, np.concatenate(parts[metric], 1), asked.norms == 0)
    return found


def standard_of_vectors(index: VectorIndex, vectors: Mapping[str, np.ndarray], metric: str = "cosine") -> Standard:
    """Of one query (``search.asking.query.Query.vectors``), shapes (1, N); features that it lacks are left out."""
    found = {}
    for name, vector in vectors.items():
        units, norms = unit_and_norm(vector[None])
        sides = norms[:, None], _densities(index, name, units, metric)[:, None]
        parts = [
            compared(units @ batch.units.T, metric, sides, (batch.norms, batch.densities)) for batch in index.scan(name)
        ]
        values = np.concatenate(parts, axis=1)
        found[name, metric] = _standard(index, name, metric, values, np.zeros(1, dtype=bool))
    return found


def _densities(index: VectorIndex, name: str, units: np.ndarray, metric: str) -> np.ndarray:
    """How crowded it is around the vectors of a query, float32 (n,); 0 where the metric does not ask for it."""
    if metric not in CROWDED:
        return np.zeros(len(units), dtype=np.float32)
    chosen = references(index.has(name).astype(np.float32))
    return densities(units, index.rows(name, [index.ids[row] for row in chosen]).units)


def mixed(standard: Standard, variant: Variant, n: int) -> np.ndarray:
    """The scores of a variant, ``float32 (n, N)``: weight times standard similarity, 0 where missing.

    Minus infinity where a row or the query has nothing that counts."""
    parts = [
        (weight, standard[key])
        for name, weight in variant.weights.items()
        if weight > 0 and (key := (name, variant.metric)) in standard
    ]
    if not parts:
        return np.full((1, n), -np.inf, dtype=np.float32)
    if len(parts) == 1:
        weight, values = parts[0]
        return np.where(np.isnan(values), np.float32(-np.inf), np.float32(weight) * values)
    total, nothing = np.zeros_like(parts[0][1]), np.ones(parts[0][1].shape, dtype=bool)
    for weight, values in parts:
        missing = np.isnan(values)
        total += np.where(missing, np.float32(0), np.float32(weight) * values)
        nothing &= missing
    total[nothing] = -np.inf
    return total


def _standard(index: VectorIndex, name: str, metric: str, values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    values = index.scale(name, metric).standard(values).astype(np.float32, copy=False)
    absent = ~index.has(name)
    if absent.any():
        values[:, absent] = np.nan
    values[missing] = np.nan
    return values
