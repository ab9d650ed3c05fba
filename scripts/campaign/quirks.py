"""Documents of IIIF, whole, and with one value changed into something that nobody expects there."""

from __future__ import annotations

import copy
import random
from typing import Any

HOST = "http://museum.example"
"""Stands in all documents for the server that gives them."""

_SERVICE = {"@id": f"{HOST}/img/a", "@type": "ImageService2", "profile": "http://iiif.io/api/image/2/level2.json"}
_PAIRS = {"Artist": "Anna Meer (1850-1912)", "Date": "c. 1890-1895", "Style": "Impressionism", "Medium": "oil"}


def version_3() -> dict[str, Any]:
    """A manifest of Presentation 3: a plain canvas, a Choice, a region, and an image on its own."""
    body = {"id": f"{HOST}/img/a/full/max/0/default.jpg", "type": "Image", "format": "image/jpeg"}
    served = body | {"width": 800, "height": 600, "service": [_SERVICE]}
    selector = {"type": "ImageApiSelector", "region": "0,0,400,300", "rotation": "90"}
    bodies = [
        served,
        {"type": "Choice", "items": [served, body | {"id": f"{HOST}/xray.jpg"}]},
        {"type": "SpecificResource", "source": served, "selector": selector},
        body | {"id": f"{HOST}/plain.jpg"},
    ]
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{HOST}/3.json",
        "type": "Manifest",
        "label": {"en": ["The Night"], "de": ["Die Nacht"]},
        "metadata": [{"label": {"en": [name]}, "value": {"none": [value]}} for name, value in _PAIRS.items()],
        "summary": {"en": ["A night."]},
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
        "requiredStatement": {"label": {"en": ["Attribution"]}, "value": {"en": ["The Museum"]}},
        "homepage": [{"id": f"{HOST}/night", "type": "Text", "label": {"en": ["The Night"]}}],
        "navDate": "1890-01-01T00:00:00Z",
        "items": [_canvas(number, body) for number, body in enumerate(bodies, 1)],
    }


def _canvas(number: int, body: dict[str, Any]) -> dict[str, Any]:
    place = f"{HOST}/canvas/{number}"
    note = {"id": f"{place}/note", "type": "Annotation", "motivation": "painting", "body": body, "target": place}
    page = {"id": f"{place}/page", "type": "AnnotationPage", "items": [note]}
    label = {"none": [f"view {number}"]}
    return {"id": place, "type": "Canvas", "label": label, "width": 800, "height": 600, "items": [page]}


def version_2() -> dict[str, Any]:
    """A manifest of Presentation 2, with language lists and a Choice of its kind."""
    resource = {"@id": f"{HOST}/img/b/full/full/0/default.jpg", "@type": "dctypes:Image", "service": _SERVICE}
    choice = {"@type": "oa:Choice", "default": resource, "item": [{"@id": f"{HOST}/c.jpg", "@type": "dctypes:Image"}]}
    canvases = [
        {
            "@id": f"{HOST}/canvas2/{number}",
            "@type": "sc:Canvas",
            "label": f"p. {number}",
            "width": 800,
            "height": 600,
            "images": [{"@type": "oa:Annotation", "motivation": "sc:painting", "resource": given}],
        }
        for number, given in enumerate((resource, choice), 1)
    ]
    return {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": f"{HOST}/2.json",
        "@type": "sc:Manifest",
        "label": [{"@value": "Die Nacht", "@language": "de"}, {"@value": "The Night", "@language": "en"}],
        "metadata": [{"label": name, "value": value} for name, value in _PAIRS.items()],
        "attribution": "The Museum",
        "license": "http://creativecommons.org/publicdomain/zero/1.0/",
        "sequences": [{"@type": "sc:Sequence", "canvases": canvases}],
    }


def collection() -> dict[str, Any]:
    """A collection that holds a manifest, names another and has a page that comes next."""
    return {
        "id": f"{HOST}/collection.json",
        "type": "Collection",
        "label": {"en": ["All"]},
        "items": [version_3(), {"id": f"{HOST}/2.json", "type": "Manifest", "label": {"en": ["b"]}}],
        "first": {"id": f"{HOST}/3.json", "type": "Manifest"},
    }


def service() -> dict[str, Any]:
    """The description of an image service, ``info.json``."""
    return {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": f"{HOST}/img/d",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level1",
        "width": 800,
        "height": 600,
        "maxWidth": 400,
        "maxArea": 120_000,
        "sizes": [{"width": 100, "height": 75}, {"width": 400, "height": 300}],
        "tiles": [{"width": 256, "scaleFactors": [1, 2]}],
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
    }


WHOLE = {"version 3": version_3, "version 2": version_2, "collection": collection, "service": service}


def _deep(depth: int) -> list[Any]:
    nest: list[Any] = []
    for _ in range(depth):
        nest = [nest]
    return nest


ODD: tuple[Any, ...] = (
    *(None, "", " ", 0, -1, 3.5, 10**30, 1e308, True, False, [], {}, [None], [[]], [{}], {"": None}, {"@value": None}),
    *("NaN", "a" * 5000, "\x00", "line\nbreak\r", "\u202egnp", "\ud7ff\ue000", "=1+1", "<b>x</b>" * 500, " " * 3000),
    *("../../etc/passwd", "http://", "http://[", "https://user@:99999/x", "file:///etc/passwd", "javascript:1", "//x"),
    *(f"{HOST}/img/../../x", f"{HOST}/%ff%00", f"{HOST}/loop.json", {"id": f"{HOST}/3.json", "type": "Manifest"}),
    *({"id": 7, "type": []}, {"type": "Choice"}, {"type": "Canvas", "items": "x"}, ["a", 1, None], _deep(60)),
    *("31.02.1890", "19th-18th century", "c. 99999", "-5 BC", "1890" * 200, "pct:0,0,0,0", "-1,-1,0,0", "1e9,1,1,1"),
)


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a document, from the outside to the inside."""
    found = [path] if path else []
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in inner:
        found += places(value, (*path, key))
    return found


def changed(random_: random.Random) -> tuple[str, dict[str, Any]]:
    """One document with one or two values replaced, removed or doubled, and words for it."""
    name = random_.choice(tuple(WHOLE))
    document, words = copy.deepcopy(WHOLE[name]()), []
    for _ in range(random_.choice((1, 1, 2))):
        path = random_.choice(places(document))
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        way = random_.choice(("replaced", "replaced", "replaced", "removed", "listed"))
        if way == "removed":
            del holder[path[-1]]
        else:
            holder[path[-1]] = [holder[path[-1]]] * 2 if way == "listed" else copy.deepcopy(random_.choice(ODD))
        words.append(f"{'.'.join(map(str, path))} {way}")
        if not places(document):
            break
    return f"{name}: {', '.join(words)}", document
