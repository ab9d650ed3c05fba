"""Which picture to ask of an IIIF image service: as large as needed, within what the service allows.

Image API 1.1, 2.1 and 3.0: https://iiif.io/api/image/1.1/, https://iiif.io/api/image/2.1/ and
https://iiif.io/api/image/3.0/ (sizes: sections 4.2; limits and profiles: 5.2 to 5.6)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from artextract.download.answers import FetchError
from artextract.download.image_part import WHOLE, Part
from artextract.images import LARGE

SIDE = 1024
"""Default length in pixels of the longer side: more than any feature reads, and small enough to be polite."""


def confined(service: str, side: int) -> str:
    """The request for a picture that fits in a square of ``side`` pixels, for services known to take that form."""
    return f"{service.rstrip('/')}/full/!{side},{side}/0/default.jpg"


@dataclass(frozen=True)
class Request:
    """``url``: what to ask for; ``left``: what is still to be cut out of the answer, where the service cannot do it.

    ``size``: of the source whose pixels ``left`` counts, None where it is that of the answer; ``spare``: it is for
    services that do not keep what their description promises."""

    url: str
    left: Part = WHOLE
    size: tuple[int, int] | None = None
    spare: bool = False


def image_addresses(info: dict[str, Any], side: int = SIDE) -> list[str]:
    """Requests for the whole picture, the longer side about ``side`` pixels, best first, from the service's
    ``info.json``.

    Nothing is scaled up. ``maxWidth``, ``maxHeight`` and ``maxArea`` are kept. A service that scales is asked for a
    width; one of level 0 for the smallest of its listed sizes that is large enough, else for the largest. Raises
    ``FetchError`` for what is no description of such a service."""
    return [request.url for request in image_requests(info, side) if not request.spare]


def image_requests(info: dict[str, Any], side: int = SIDE, part: Part = WHOLE, base: str = "") -> list[Request]:
    """As ``image_addresses``, for a part of the picture: a service of level 1 cuts regions, one of level 2 turns by
    quarters, and what it cannot do is left to be done here. ``base`` is the service's address, where its description
    does not say it."""
    version, level, limits, features = _described(info)
    service = info.get("id") or info.get("@id") or base
    width, height = _number(info.get("width")), _number(info.get("height"))
    if not isinstance(service, str) or not service or not width or not height:
        raise FetchError("the image service does not say its address and size", code="incomplete-image-service")
    base, name = service.rstrip("/"), "native" if version == 1 else "default"
    left, top, right, bottom = part.box(width, height)
    if right - left < 1 or bottom - top < 1:
        raise FetchError(f"the region {part.words()} lies outside the picture", "outside", code="region-outside")
    scales, turns = level > 0 or "sizeByW" in features, _turns(part, level, features)
    if scales and (level > 0 or "regionByPx" in features or part.words() == "full"):
        region = "full" if part.words() == "full" else f"{left},{top},{right - left},{bottom - top}"
        wide = _width(right - left, bottom - top, side, limits)
        url = f"{base}/{region}/{wide},/{part.turned() if turns else 0}/{name}.jpg"
        if part.is_whole:
            return [Request(url)]
        whole = f"{base}/full/{_width(width, height, _larger(side, part, width, height), limits)},/0/{name}.jpg"
        return [
            Request(url, WHOLE if turns else part.only_turned),
            Request(whole, part, (width, height), spare=True),
        ]
    side = _larger(side, part, width, height)
    if scales:
        return [Request(f"{base}/full/{_width(width, height, side, limits)},/0/{name}.jpg", part, (width, height))]
    return [
        Request(f"{base}/full/{size}/0/{name}.jpg", part, None if part.is_whole else (width, height), spare)
        for size, spare in _listed_sizes(info, version, (width, height), side, limits)
    ]


def _larger(side: int, part: Part, width: int, height: int) -> int:
    """The side to ask the whole picture in, so that the part that is cut out here has about ``side`` pixels."""
    left, top, right, bottom = part.box(width, height)
    return math.ceil(min(side * max(width, height) / max(right - left, bottom - top, 1), 4 * side))


def _listed_sizes(
    info: dict[str, Any], version: int, whole: tuple[int, int], side: int, limits: dict[str, int]
) -> list[tuple[str, bool]]:
    """How the smallest listed size that is large enough is asked for, else the whole, else the largest, and whether
    that is spare: folders of static files may lack the whole, and have the listed sizes only."""
    width, height = whole
    sizes = sorted(
        (w, h)
        for size in _list(info.get("sizes"))
        if isinstance(size, dict) and (w := _number(size.get("width"))) and (h := _number(size.get("height")))
    )
    sizes = [size for size in sizes if _within(*size, limits)]
    fits = width * height <= LARGE and _within(width, height, limits)
    enough = next((size for size in sizes if max(size) >= min(side, max(width, height))), None)
    w, h = enough or (sizes[-1] if sizes else whole)
    forms = [f"{w},{h}", f"{w},"] if version == 3 else [f"{w},", f"{w},{h}"]  # static files have one of the two names
    if enough is None and (fits or not sizes):
        return [("max" if version == 3 else "full", False), *((form, True) for form in forms if sizes)]
    return [(form, False) for form in forms]


def _turns(part: Part, level: int, features: set[str]) -> bool:
    """Whether a service turns and mirrors as the part asks."""
    if part.mirrored and "mirroring" not in features:
        return False
    if part.rotation % 90:
        return "rotationArbitrary" in features
    return not part.rotation or level >= 2 or bool({"rotationBy90s", "rotationArbitrary"} & features)


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
        else 1
        if re.search(r"image-api/|image/1", context + named)
        else 0
    )
    if not version:
        raise FetchError("it is no image service of the IIIF Image API 1, 2 or 3", code="not-iiif")
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
