"""The years that names of files end in, as ``the-birth-of-venus-1485.jpg`` of WikiArt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from artextract.naming import YEAR_AT_END

LATEST = 2025
WORKING_LIFE = 50
"""A year further than this from the middle one of its artist is taken for a part of the title."""
_ENOUGH = 3
"""So many years of an artist tell when the artist lived."""


def year_from_file(name: str) -> int | None:
    """The year at the end of a file's name; None where there is none from 1300 to ``LATEST``."""
    found = YEAR_AT_END.search(Path(name).stem)
    return int(found[1]) if found and int(found[1]) <= LATEST else None


def agreeing(years: Sequence[int | None], artists: Sequence[str | None]) -> list[int | None]:
    """The years (N,) without those that cannot be: further than ``WORKING_LIFE`` from the middle of all the artist's,
    where at least ``_ENOUGH`` are known."""
    of_artist: dict[str, list[int]] = {}
    for year, artist in zip(years, artists, strict=True):
        if year is not None and artist is not None:
            of_artist.setdefault(artist, []).append(year)
    middle = {artist: float(np.median(known)) for artist, known in of_artist.items() if len(known) >= _ENOUGH}
    return [
        year if year is None or artist not in middle or abs(year - middle[artist]) <= WORKING_LIFE else None
        for year, artist in zip(years, artists, strict=True)
    ]
