"""The information of an image that our own service of the IIIF Image API 3.0 gives."""

from __future__ import annotations

from typing import Any

from artextract.images.iiif_request import FORMATS, MOST_AREA, QUALITIES, is_limited

CONTEXT = "http://iiif.io/api/image/3/context.json"
PROFILE = "http://iiif.io/api/image/3/level2.json"
TILE = 512
"""Pixels of a side."""


def information(address: str, width: int, height: int, rights: str | None) -> dict[str, Any]:
    """info.json of a picture of so many pixels at ``address``.

    ``rights`` is a URI of Creative Commons or RightsStatements.org, or None."""
    factors = scale_factors(width, height)
    document = {
        "@context": CONTEXT,
        "id": address,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": width,
        "height": height,
        "maxArea": MOST_AREA if is_limited(width, height) else None,
        "sizes": [
            {"width": -(-width // factor), "height": -(-height // factor)}
            for factor in reversed(factors)
            if width * height <= MOST_AREA * factor**2
        ],
        "tiles": [{"width": TILE, "height": TILE, "scaleFactors": factors}],
        "rights": rights,
        "preferredFormats": ["webp", "jpg"],
        "extraFormats": [one for one in FORMATS if one not in ("jpg", "png")],
        "extraQualities": [one for one in QUALITIES if one != "default"],
        "extraFeatures": [
            "canonicalLinkHeader",
            "mirroring",
            "profileLinkHeader",
            "rotationArbitrary",
            "sizeUpscaling",
        ],
    }
    return {name: value for name, value in document.items() if value is not None}


def scale_factors(width: int, height: int) -> list[int]:
    """1, 2, 4, ... until one tile holds all."""
    factors = [1]
    while max(width, height) > TILE * factors[-1]:
        factors.append(2 * factors[-1])
    return factors
