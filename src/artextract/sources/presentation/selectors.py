"""Which part of a picture a document means: selectors of the Image API, media fragments, outlines in SVG.

https://iiif.io/api/annex/openannotation/ and https://www.w3.org/TR/media-frags/ (4.2)."""

from __future__ import annotations

import math
import re
from typing import Any
from urllib.parse import unquote

from artextract.download.image_part import WHOLE, Part
from artextract.sources.presentation.plain import address, listed, local_type

MAX_OUTLINE = 100_000
"""Letters of an outline that are read."""
_NUMBER = re.compile(r"[-+]?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9})(?:[eE][-+]?\d{1,2})?")
_SHAPE = re.compile(r"<(?:\w{1,10}:)?(rect|polygon|polyline|circle|ellipse|path|image)\b([^<>]*)")
_ATTRIBUTE = re.compile(r"([\w-]{1,20})\s{0,5}=\s{0,5}[\"']([^\"']*)[\"']")
_STEP = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])([^MmLlHhVvCcSsQqTtAaZz]*)")
_PER_STEP = {"M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "S": 4, "Q": 4, "C": 6, "A": 7}


def part_of(resource: dict[str, Any]) -> Part | None:
    """The part that a specific resource selects of its source; None where it selects in a way that is not known."""
    for selector in _selectors(resource.get("selector")):
        kind = local_type(selector)
        if kind == "imageapiselector" or "region" in selector or "rotation" in selector:
            return _of_image_api(str(selector.get("region") or "full"), str(selector.get("rotation") or "0"))
        if kind == "svgselector":
            found = outline(str(selector.get("value") or selector.get("chars") or ""))
        else:
            found = of_fragment(str(selector.get("value") or ""))
        if found:
            return found
    return None if listed(resource.get("selector")) else WHOLE


def of_fragment(where: str) -> Part | None:
    """The part in "xywh=percent:0,0,50,50", alone or behind the # of an address; None where there is none."""
    fragment = where.rpartition("#")[2] if "#" in where else where
    for piece in unquote(fragment[:500]).split("&"):
        name, _, value = piece.partition("=")
        if name.strip() == "xywh":
            unit, _, numbers = value.rpartition(":")
            return _of_numbers(numbers, unit.strip().lower() == "percent")
    return None


def of_request(where: str, service: str) -> Part:
    """The part that an address asks for, which is one of an image service: ".../10,10,80,60/full/90/default.jpg"."""
    base, pieces = service.rstrip("/"), where.partition("#")[0].split("/")
    if not base or not where.startswith(base + "/") or len(pieces) < 5:
        return WHOLE
    return _of_image_api(unquote(pieces[-4]), unquote(pieces[-2])) or WHOLE


def outline(svg: str) -> Part | None:
    """The box around the shapes of an SVG, in its pixels; None where no shape is read. Linear in the text."""
    found: list[tuple[float, float]] = []
    for shape in _SHAPE.finditer(svg[:MAX_OUTLINE]):
        given = dict(_ATTRIBUTE.findall(shape[2]))
        found += _points(shape[1], given)
    if not found:
        return None
    left, right = min(x for x, _ in found), max(x for x, _ in found)
    top, bottom = min(y for _, y in found), max(y for _, y in found)
    return Part((left, top, right - left, bottom - top), outline=True) if right > left and bottom > top else None


def _selectors(value: Any, depth: int = 0) -> list[dict[str, Any]]:
    """All selectors, of a choice the default first."""
    found: list[dict[str, Any]] = []
    for selector in listed(value):
        if isinstance(selector, str):
            found.append({"type": "FragmentSelector", "value": selector})
        elif isinstance(selector, dict) and "choice" in local_type(selector) and depth < 4:
            for name in ("default", "item", "items"):
                found += _selectors(selector.get(name), depth + 1)
        elif isinstance(selector, dict):
            found.append(selector if selector.get("value") else selector | {"value": address(selector)})
    return found


def _of_image_api(region: str, rotation: str) -> Part | None:
    region = region.strip()
    mirrored = rotation.strip().startswith("!")
    try:
        turn = float(rotation.strip().lstrip("!") or 0) % 360
    except ValueError:
        turn = 0.0
    turn = turn if math.isfinite(turn) else 0.0
    if region in ("full", "", "max"):
        return Part(rotation=turn, mirrored=mirrored)
    if region == "square":
        return Part(square=True, rotation=turn, mirrored=mirrored)
    found = _of_numbers(region.removeprefix("pct:"), region.startswith("pct:"))
    return found and Part(found.region, found.percent, rotation=turn, mirrored=mirrored)


def _of_numbers(numbers: str, percent: bool) -> Part | None:
    pieces = numbers.split(",", 4)
    try:
        x, y, w, h = (float(piece) for piece in pieces)
    except ValueError:
        return None
    return Part((x, y, w, h), percent) if all(map(math.isfinite, (x, y, w, h))) and w > 0 and h > 0 else None


def _points(shape: str, given: dict[str, str]) -> list[tuple[float, float]]:
    def number(name: str) -> float:
        match = _NUMBER.match(given.get(name, "").strip())
        return float(match[0]) if match else 0.0

    if shape in ("rect", "image"):
        x, y = number("x"), number("y")
        return [(x, y), (x + number("width"), y + number("height"))]
    if shape in ("circle", "ellipse"):
        across, down = number("r") or number("rx"), number("r") or number("ry")
        return [(number("cx") - across, number("cy") - down), (number("cx") + across, number("cy") + down)]
    if shape == "path":
        return _of_path(given.get("d", ""))
    numbers = [float(match) for match in _NUMBER.findall(given.get("points", ""))]
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def _of_path(steps: str) -> list[tuple[float, float]]:
    """Ends and control points of a path: the box around them holds the curve, but for arcs, of which the ends count."""
    found: list[tuple[float, float]] = []
    x = y = 0.0
    start = (0.0, 0.0)
    for step, arguments in _STEP.findall(steps):
        kind, relative = step.upper(), step.islower()
        if kind == "Z":
            x, y = start
            continue
        numbers = [float(match) for match in _NUMBER.findall(arguments)]
        count = _PER_STEP[kind]
        for at in range(0, len(numbers) - count + 1, count):
            group = numbers[at : at + count]
            if kind == "H":
                x = group[0] + (x if relative else 0)
            elif kind == "V":
                y = group[0] + (y if relative else 0)
            else:
                group = group[5:] if kind == "A" else group
                pairs = [
                    (a + (x if relative else 0), b + (y if relative else 0))
                    for a, b in zip(group[::2], group[1::2], strict=True)
                ]
                found += pairs[:-1]
                x, y = pairs[-1]
            found.append((x, y))
            if kind == "M" and not at:
                start = (x, y)
    return found
