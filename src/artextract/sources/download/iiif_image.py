"""Which picture to ask of an IIIF image service: as large as needed, within what the service allows.

Image API 2.1 and 3.0: https://iiif.io/api/image/2.1/ and https://iiif.io/api/image/3.0/ (sizes: sections 4.2; limits
and profiles: 5.2 to 5.6)."""

from __future__ import annotations

import math
import re
from typing import Any

from artextract.images import LARGE
from artextract.sources.download.client import FetchError

SIDE = 1024
"""Default length in pixels of the longer side: more than any feature reads, and small enough to be polite."""


def confined(service: str, side: int) -> str:
    """The request for a picture that fits in a square of ``side`` pixels, for services known to take that form."""
    return f"{service.rstrip('/')}/full/!{side},{side}/0/default.jpg"


def image_addresses(info: dict[str, Any], side: int = SIDE) -> list[str]:
    """Requests for the whole picture, the longer side about ``side`` pixels, best first, from the service's
    ``info.json``.

    Nothing is scaled up. ``maxWidth``, ``maxHeight`` and ``maxArea`` are kept. A service that scales is asked for a
    width; one of level 0 for the smallest of its listed sizes that is large enough, else for the largest. Raises
    ``FetchError`` for what is no description of such a service."""
    version, level, limits, features = _described(info)
    service = info.get("id") or info.get("@id")
    width, height = _number(info.get("width")), _number(info.get("height"))
    if not isinstance(service, str) or not width or not height:
        raise FetchError("the image service does not say its address and size")
    base = f"{service.rstrip('/')}/full"
    if level > 0 or "sizeByW" in features:
        return [f"{base}/{_width(width, height, side, limits)},/0/default.jpg"]
    sizes = sorted(
        (w, h)
        for size in info.get("sizes") or []
        if isinstance(size, dict) and (w := _number(size.get("width"))) and (h := _number(size.get("height")))
    )
    sizes = [size for size in sizes if _within(*size, limits)]
    whole = width * height <= LARGE and _within(width, height, limits)
    enough = next((size for size in sizes if max(size) >= min(side, max(width, height))), None)
    if enough is None and (whole or not sizes):
        return [f"{base}/{'max' if version == 3 else 'full'}/0/default.jpg"]
    w, h = enough or sizes[-1]
    return [
        f"{base}/{form}/0/default.jpg" for form in ((f"{w},{h}", f"{w},") if version == 3 else (f"{w},", f"{w},{h}"))
    ]  # static files have one of the two names


def _described(info: dict[str, Any]) -> tuple[int, int, dict[str, int], set[str]]:
    """Version, level, limits, and further features of a service."""
    context = " ".join(map(str, _list(info.get("@context")))) + f" {info.get('type', '')} {info.get('@type', '')} "
    profiles = _list(info.get("profile"))
    named = " ".join(profile for profile in profiles if isinstance(profile, str))
    version = (
        3
        if re.search(r"image/3/|ImageService3", context)
        else 2
        if re.search(r"image/2/|ImageService2", context + named)
        else 0
    )
    if not version:
        raise FetchError("it is no image service of the IIIF Image API 2 or 3")
    extras = [profile for profile in profiles if isinstance(profile, dict)] + [info]
    limits = {
        name: number
        for name in ("maxWidth", "maxHeight", "maxArea")
        for extra in extras
        if (number := _number(extra.get(name)))
    }
    if "maxWidth" in limits:
        limits.setdefault("maxHeight", limits["maxWidth"])
    features = {
        str(feature) for extra in extras for name in ("supports", "extraFeatures") for feature in _list(extra.get(name))
    }
    level = re.search(r"level([012])", named)
    return version, int(level[1]) if level else 0, limits, features


def _width(width: int, height: int, side: int, limits: dict[str, int]) -> int:
    """The largest width, at most the picture's, whose height (rounded by the server) keeps every limit too."""
    scale = min(
        1.0,
        side / max(width, height),
        limits.get("maxWidth", math.inf) / width,
        limits.get("maxHeight", math.inf) / height,
    )
    scale = min(scale, math.sqrt(limits.get("maxArea", math.inf) / (width * height)))
    chosen = max(1, math.floor(width * scale + 1e-6))
    while chosen > 1 and not _within(chosen, math.ceil(height * chosen / width), limits):
        chosen -= 1
    return chosen


def _within(width: int, height: int, limits: dict[str, int]) -> bool:
    return (
        width <= limits.get("maxWidth", math.inf)
        and height <= limits.get("maxHeight", math.inf)
        and width * height <= limits.get("maxArea", math.inf)
    )


def _number(value: Any) -> int | None:
    """A positive number, at most 2^31 - 1: no side or area of a picture is larger, and floats hold it."""
    try:
        return min(int(value), 2**31 - 1) if int(value) > 0 else None
    except (TypeError, ValueError, OverflowError):
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
