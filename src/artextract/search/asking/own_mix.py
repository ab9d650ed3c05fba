"""The mix that a collection is searched with unless another is asked for, where people have chosen one: in
``COLLECTION/mix.json``, with the choices before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from artextract.errors import InputError
from artextract.files import read_json, write_json

FILE_NAME = "mix.json"


def choices(root: str | Path) -> list[dict[str, Any]]:
    """What was chosen, the latest last: "weights" by feature (None: the mix of ``weights.DEFAULT`` again), "study"
    whose raters prefer it, "by" and "time". Nothing where the file is missing or none of ours."""
    try:
        kept = read_json(Path(root) / FILE_NAME)
    except (InputError, OSError, ValueError):
        return []
    return kept if isinstance(kept, list) and all(isinstance(one, dict) for one in kept) else []


def own_mix(root: str | Path) -> dict[str, float] | None:
    """The weights in force; None where none were chosen."""
    chosen = choices(root)
    weights = chosen[-1].get("weights") if chosen else None
    if not isinstance(weights, dict):
        return None
    return {str(name): float(weight) for name, weight in weights.items() if isinstance(weight, (int, float))}


def chosen_mix(root: str | Path, features: Iterable[str]) -> dict[str, float] | None:
    """The weights in force of the features that are there; None where nothing was chosen or nothing of it is there."""
    there = set(features)
    mix = {name: weight for name, weight in (own_mix(root) or {}).items() if name in there}
    return mix if sum(mix.values()) > 0 else None


def choose_mix(root: str | Path, weights: Mapping[str, float] | None, study: str = "", by: str = "") -> dict[str, Any]:
    """Choose the mix of a collection, None for the built-in one, and give the choice.

    Raises ``InputError`` where the collection cannot be written to."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    made = {"weights": None if weights is None else dict(weights), "study": study, "by": by, "time": time}
    try:
        write_json(Path(root) / FILE_NAME, [*choices(root), made])
    except OSError as error:
        raise InputError(
            f"the mix could not be kept: {error.strerror}",
            "see whether the collection's folder may be written to",
            code="mix-not-kept",
        ) from error
    return made
