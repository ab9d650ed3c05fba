"""What is painted on a canvas: which of its pictures is taken, and which are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from artextract.download.image_part import WHOLE, Part
from artextract.sources.presentation.plain import address, listed, local_type
from artextract.sources.presentation.selectors import of_fragment, of_request, part_of

Follow = Callable[[str], "dict[str, Any] | None"]
"""Gives the document at an address, None where it cannot be had."""
_NO_IMAGE = re.compile(
    r"\.(?:pdf|mp3|mp4|m4a|m4v|webm|ogg|ogv|wav|mov|mpd|m3u8|vtt|txt|html?|xml|json|glb|gltf|obj|stl)$"
)
_IMAGES = {"", "image", "stillimage"}


@dataclass(frozen=True)
class Painted:
    """One picture on a canvas.

    ``service``: the description of an image service, complete or with its address only; ``image``: a plain address, ""
    where there is none; ``size``: of the picture, where it is said; ``part``: what of it is painted; ``unread``: a
    selector that is not understood; ``choice``: it is one of several for the same place; ``area``: the share of the
    canvas that it covers."""

    service: dict[str, Any] | None
    image: str
    size: tuple[int, int] | None
    part: Part
    unread: bool
    choice: bool
    area: float


def taken(canvas: dict[str, Any], follow: Follow) -> tuple[Painted | None, list[Painted]]:
    """The picture that covers the most of the canvas, of equal ones the first, of a choice the default; and those that
    are not taken. Further bodies of the same annotation count as not taken."""
    found = [painted for note in _annotations(canvas, follow) for painted in _painted(note, canvas)]
    if not found:
        return None, []
    best = max(found, key=lambda painted: painted.area)
    return best, [painted for painted in found if painted is not best]


def _annotations(canvas: dict[str, Any], follow: Follow) -> Iterator[dict[str, Any]]:
    yield from (note for note in listed(canvas.get("images")) if isinstance(note, dict))
    for page in listed(canvas.get("items")):
        if isinstance(page, str):
            page = {"id": page}
        if not isinstance(page, dict):
            continue
        if "items" not in page and address(page):  # a page that only its address stands for
            page = follow(address(page)) or {}
        yield from (note for note in listed(page.get("items")) if isinstance(note, dict))


def _painted(note: dict[str, Any], canvas: dict[str, Any]) -> Iterator[Painted]:
    motives = [str(motive) for motive in listed(note.get("motivation")) if motive]
    if motives and not any(re.split(r"[:/#]", motive)[-1].lower() == "painting" for motive in motives):
        return
    area = _area(note.get("target") or note.get("on"), canvas)
    for body in listed(note.get("resource") or note.get("body")):
        for image, part, choice in _resolved(body):
            kind, form = local_type(image), str(image.get("format") or "image/").lower()
            where, service = address(image), service_of(image)
            if kind not in _IMAGES or not (where or service) or not (service or form.startswith("image/")):
                continue
            if not kind and not service and _NO_IMAGE.search(where.partition("?")[0].lower()):
                continue
            within = of_fragment(where) if "#" in where else None
            asked = of_request(where, address(service)) if service else WHOLE
            chosen = (part or WHOLE).of(within or WHOLE).of(asked)
            plain = "" if service and not asked.is_whole else where.partition("#")[0]
            yield Painted(service, plain, _size(image), chosen, part is None, choice, area)


def _resolved(body: Any, choice: bool = False, depth: int = 0) -> Iterator[tuple[dict[str, Any], Part | None, bool]]:
    """Through choices and specific resources to the images themselves, with the part of each that is meant."""
    if isinstance(body, str):
        body = {"id": body}
    if not isinstance(body, dict) or depth > 4:
        return
    kind = local_type(body)
    if kind == "choice":
        options = [item for name in ("default", "items", "item") for item in listed(body.get(name))]
        for option in options:
            yield from _resolved(option, len(options) > 1, depth + 1)
    elif kind in ("composite", "list", "independents"):
        for item in listed(body.get("items") or body.get("item")):
            yield from _resolved(item, choice, depth + 1)
    elif kind == "specificresource" or (not kind and ("source" in body or "full" in body) and "selector" in body):
        part = part_of(body)
        for source in listed(body.get("source") or body.get("full"))[:1]:
            for image, inner, chosen in _resolved(source, choice, depth + 1):
                yield image, (None if part is None or inner is None else part.of(inner)), chosen
    else:
        yield body, WHOLE, choice


def service_of(body: dict[str, Any]) -> dict[str, Any] | None:
    """The image service among the services of a picture."""
    for service in listed(body.get("service")):
        if isinstance(service, str):
            service = {"@id": service}
        if not isinstance(service, dict) or not address(service):
            continue
        said = (
            f"{service.get('type', '')} {service.get('@type', '')} {service.get('@context', '')}"
            f" {service.get('profile', '')}"
        )
        if re.search(r"ImageService|api/image|image-api|level[012]", said) or said.strip() == "":
            return service
    return None


def _area(target: Any, canvas: dict[str, Any]) -> float:
    """The share of a canvas that an annotation is put on; 1 where it says nothing of a part."""
    target = next(iter(listed(target)), None)
    part = None
    if isinstance(target, dict) and target.get("selector"):
        part = part_of(target)
    elif "#" in address(target):
        part = of_fragment(address(target))
    if part is None or part.region is None:
        return 1.0
    across, down = (_positive(canvas.get(name)) for name in ("width", "height"))
    full = 10_000.0 if part.percent else across * down
    return min(1.0, part.region[2] * part.region[3] / full) if full else 0.5


def _size(image: dict[str, Any]) -> tuple[int, int] | None:
    width, height = (_positive(image.get(name)) for name in ("width", "height"))
    return (int(width), int(height)) if width and height else None


def _positive(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 < value < 1e9 else 0.0
