"""What a search asks for: a painting, an image, a part of either, several of them with plus and minus, or colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from artextract.errors import ImageError, InputError
from artextract.features.cielab import hex_to_rgb
from artextract.images import MIN_SIDE

MINUS = 0.5
"""How much what is unwanted counts beside what is wanted, as in J. Rocchio, "Relevance feedback in information
retrieval" (1971)."""
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})(?:\s*[=:]\s*([0-9.]+)\s*(%?))?")


@dataclass(frozen=True)
class Query:
    """``vectors``: one ``float32 (dim,)`` per feature, in the feature's space.

    ``missing`` says why a feature of the index has none. ``ids`` and ``sha256`` are paintings that the answer leaves
    out. ``id``, ``path`` and ``region`` name a single source, None where they do not apply; ``wanted`` and ``unwanted``
    are the parts of a combined query."""

    vectors: dict[str, np.ndarray] = field(repr=False)
    id: str | None = None
    path: str | None = None
    sha256: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    region: tuple[float, float, float, float] | None = None
    colours: tuple[tuple[str, float], ...] = ()
    wanted: tuple[Query, ...] = field(default=(), repr=False)
    unwanted: tuple[Query, ...] = field(default=(), repr=False)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[Query, ...]:
        """Of a combined query: what is wanted, and then what is not."""
        return self.wanted + self.unwanted

    @property
    def name(self) -> str:
        return self.id or self.path or "the picture"


def combined(plus: Sequence[Query], minus: Sequence[Query] = ()) -> Query:
    """One query of several: per feature the mean of the wanted directions, less ``MINUS`` times the mean of the
    unwanted ones.

    A feature is that of those queries that have it; what no wanted query has is missing. Raises ``InputError`` where
    nothing is wanted."""
    if not plus:
        raise InputError(
            "nothing is wanted, only what is not", "give at least one painting to be like", code="nothing-wanted"
        )
    if len(plus) == 1 and not minus:
        return plus[0]
    both = Query({}, wanted=tuple(plus), unwanted=tuple(minus))
    vectors = {}
    for name in dict.fromkeys(name for query in plus for name in query.vectors):
        direction = np.sum(list(directions(both, name).values()), axis=0)
        lengths = [np.linalg.norm(query.vectors[name]) for query in plus if name in query.vectors]
        vectors[name] = (_unit(direction) * np.mean(lengths)).astype(np.float32)
    missing = {name: reason for query in plus for name, reason in query.missing.items() if name not in vectors}
    return replace(
        both,
        vectors=vectors,
        sha256=tuple(key for query in both.parts for key in query.sha256),
        ids=tuple(key for query in both.parts for key in query.ids),
        missing=missing,
    )


def directions(query: Query, feature: str) -> dict[int, np.ndarray]:
    """The terms whose sum is the direction of a combined query by a feature: for each part that has it, by its place
    among those wanted and then those unwanted, its direction ``(dim,)`` times how much it counts."""
    terms = {}
    for parts, first, weight in ((query.wanted, 0, 1.0), (query.unwanted, len(query.wanted), -MINUS)):
        there = sum(feature in part.vectors for part in parts)
        for place, part in enumerate(parts, first):
            if feature in part.vectors:
                terms[place] = weight / there * _unit(part.vectors[feature])
    return terms


def parse_region(text: str) -> tuple[float, float, float, float]:
    """ "0.1,0.2,0.5,0.6" (left, top, right, bottom as fractions of width and height) as numbers.

    Raises ``InputError`` for anything else."""
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"'{text}' is not a region",
            "write left,top,right,bottom as fractions: 0.1,0.2,0.5,0.6",
            code="invalid-region",
        ) from None
    return checked_region((left, top, right, bottom))


def checked_region(region: Sequence[float]) -> tuple[float, float, float, float]:
    """The region itself; raises ``InputError`` where it is none."""
    if len(region) != 4 or not all(np.isfinite(region)):
        raise InputError(
            f"{tuple(region)} is not a region",
            "give left, top, right and bottom as fractions of width and height",
            code="invalid-region",
        )
    left, top, right, bottom = map(float, region)
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise InputError(
            f"the region {left:g},{top:g},{right:g},{bottom:g} does not lie in the picture",
            "left < right and top < bottom, all from 0 to 1",
            code="invalid-region",
        )
    return left, top, right, bottom


def cropped(image: Image.Image, region: Sequence[float]) -> Image.Image:
    """The part of a picture that a region names; raises ``ImageError`` where too little is left to see."""
    left, top, right, bottom = checked_region(region)
    box = (
        round(left * image.width),
        round(top * image.height),
        round(right * image.width),
        round(bottom * image.height),
    )
    if box[2] - box[0] < MIN_SIDE or box[3] - box[1] < MIN_SIDE:
        raise ImageError(
            f"the region is too small ({box[2] - box[0]} x {box[3] - box[1]} pixels, at least {MIN_SIDE} on each side)",
            code="region-too-small",
        )
    return image.crop(box)


def parse_colours(text: str) -> tuple[tuple[str, float], ...]:
    """ "#1b3a5c=60%,#d9a441=40%" as (("#1b3a5c", 0.6), ("#d9a441", 0.4)).

    Colours without a share divide equally what is left. Raises ``InputError`` for anything else."""
    shares: dict[str, float | None] = {}
    for part in text.split(","):
        found = _COLOUR.fullmatch(part.strip())
        if not found:
            raise InputError(
                f"'{part.strip()}' is not a colour", "write colours as: #1b3a5c=60%,#d9a441=40%", code="invalid-colour"
            )
        try:
            share = None if found[2] is None else float(found[2]) / (100 if found[3] else 1)
        except ValueError:
            raise InputError(
                f"'{found[2]}' is not a share", "write colours as: #1b3a5c=60%,#d9a441=40%", code="invalid-share"
            ) from None
        code = f"#{found[1].lower()}"
        if code in shares:
            raise InputError(
                f"the colour {code} is named twice", "name it once, with the sum of its shares", code="colour-twice"
            )
        shares[code] = share
    given = sum(share for share in shares.values() if share is not None)
    open_ones = sum(share is None for share in shares.values())
    rest = max(0.0, 1 - given) / open_ones if open_ones else 0.0
    filled = {code: rest if share is None else share for code, share in shares.items()}
    total = sum(filled.values())
    if not total > 0 or any(share <= 0 for share in filled.values()):
        raise InputError(f"the shares of '{text}' leave a colour nothing", "give shares above 0", code="invalid-share")
    return tuple((code, share / total) for code, share in filled.items())


def colour_picture(colours: Sequence[tuple[str, float]]) -> Image.Image:
    """A picture of 128 x 128 pixels with these colours in these proportions."""
    counts = np.floor(np.cumsum([share for _, share in colours]) * 128 * 128 + 0.5).astype(int)
    pixels = np.empty((128 * 128, 3), dtype=np.uint8)
    start = 0
    for (code, _), end in zip(colours, counts, strict=False):
        pixels[start:end] = hex_to_rgb([code])
        start = end
    return Image.fromarray(pixels.reshape(128, 128, 3))


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
