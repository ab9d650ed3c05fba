"""How much each feature counts in a search."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from artextract.errors import InputError

if TYPE_CHECKING:
    from artextract.features import Feature

OVERALL = "overall"
"""The name of the default mix among those that are offered by name."""

DEFAULT = {"style": 0.5, "deep": 0.3, "palette": 0.2}
"""The mix used when no weights are given, of the features that are there; on the common scale, so that equal weights
count equally. Chosen among the 66 in steps of a tenth by graded nDCG@10, artist P@1 and genre P@5 of validation queries
of two collections, and kept with the present starter model (``benchmarks/mixes.py``); ``docs/results.md`` has the
curve."""

DEFAULT_METRIC = "csls-half"
"""How vectors are compared unless asked otherwise."""


def parse_weights(text: str) -> dict[str, float]:
    """ "deep=0.7,palette=0.3" as a dict; raises ``InputError`` for anything else."""
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        try:
            number = float(value)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            raise InputError(
                f"'{part.strip()}' is not a weight", "write weights as: deep=0.7,palette=0.3", code="invalid-weight"
            )
        weights[name.strip()] = number
    return weights


def named_mix(name: str, features: Iterable[Feature]) -> dict[str, float] | None:
    """The weights of a mix of ``features.PRESETS`` by its name, of those features alone, to be given to
    ``resolve_weights``; None, the default mix, for "overall". "same hand" may be written "hand" or "same-hand".

    Raises ``InputError`` for an unknown name, and where too little of it is there (``features.LEAST``)."""
    from artextract.features import PRESETS, presets_of

    asked = " ".join(name.lower().replace("-", " ").replace("_", " ").split())
    if asked == OVERALL:
        return None
    full = next((known for known in PRESETS if asked in (known, known.removeprefix("same "))), None)
    if full is None:
        raise InputError(
            f"there is no mix '{name}'", f"choose from {', '.join((OVERALL, *PRESETS))}", code="unknown-mix"
        )
    there = {preset.name: preset.weights for preset in presets_of(features)}
    if full not in there:
        raise InputError(
            f"too little of the mix '{full}' is in the index",
            "index more features, such as: artextract index COLLECTION --features all",
            code="mix-not-indexed",
        )
    return {feature: float(weight) for feature, weight in there[full].items()}


def resolve_weights(weights: Mapping[str, float] | None, there: Sequence[str]) -> dict[str, float]:
    """Weights that sum to 1 for every feature that is there, 0 for those not named; None asks for the default mix.

    Raises ``InputError`` for a feature that is not there, a weight that is negative or not finite, and weights that are
    all 0."""
    if weights is None:
        weights = {name: DEFAULT[name] for name in there if name in DEFAULT} or dict.fromkeys(there, 1.0)
    for name, weight in weights.items():
        if name not in there:
            raise InputError(
                f"the feature '{name}' is not in the index",
                f"indexed are: {', '.join(there)}",
                code="feature-not-indexed",
            )
        if not math.isfinite(weight) or weight < 0:
            raise InputError(
                f"the weight of '{name}' is {weight}", "weights are numbers from 0 up", code="invalid-weight"
            )
    total = sum(weights.values())
    if not total > 0:
        raise InputError("all weights are 0", "give at least one feature a weight above 0", code="all-weights-zero")
    return {name: weights.get(name, 0.0) / total for name in there}
