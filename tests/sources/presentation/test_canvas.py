"""Which picture of a canvas is taken."""

import pytest

from artextract.download.image_part import WHOLE, Part
from artextract.sources.presentation.canvas import taken


def image(name, **more):
    return {"id": f"http://x/{name}.jpg", "type": "Image", **more}


def canvas(*bodies, targets=(), motivation="painting", **more):
    notes = [
        {"type": "Annotation", "motivation": motivation, "body": body, "target": target}
        for body, target in zip(bodies, [*targets, *["http://x/c"] * len(bodies)], strict=False)
    ]
    return {"id": "http://x/c", "type": "Canvas", "width": 100, "height": 50, "items": [{"items": notes}]} | more


def names(found):
    best, left = found
    return [one.image.removeprefix("http://x/").removesuffix(".jpg") for one in ([best] if best else []) + left]


def found_in(*bodies, **more):
    return taken(canvas(*bodies, **more), lambda where: None)


@pytest.mark.parametrize(
    "kind", ["Image", "dctypes:Image", "dcTypes:Image", "dcterms:Image", "http://purl.org/dc/dcmitype/StillImage", None]
)
def test_old_names_of_the_type(kind):
    body = {"@id": "http://x/a.jpg"} | ({"@type": kind} if kind else {})
    note = {"@type": "oa:Annotation", "motivation": "sc:painting", "resource": body}
    assert names(taken({"@id": "c", "images": [note]}, lambda where: None)) == ["a"]


@pytest.mark.parametrize(
    "motivation, there",
    [("painting", 1), ("sc:painting", 1), (["painting"], 1), ("", 1), (None, 1), ([], 1), ("tagging", 0), (["x"], 0)],
)
def test_motivations(motivation, there):
    assert len(names(found_in(image("a"), motivation=motivation))) == there


@pytest.mark.parametrize(
    "body",
    [
        {"id": "http://x/a.pdf"},
        {"id": "http://x/a", "format": "application/pdf"},
        {"id": "http://x/v.mp4", "type": "Video"},
        {"type": "TextualBody", "value": "a"},
        {"type": "Image"},
        7,
        None,
    ],
)
def test_what_is_no_image(body):
    assert found_in(body) == (None, [])


def test_the_picture_that_covers_the_most_is_taken():
    assert names(found_in(image("detail"), image("whole"), targets=["http://x/c#xywh=0,0,30,20"])) == [
        "whole",
        "detail",
    ]
    assert names(found_in(image("a"), image("b"))) == ["a", "b"]
    halves = ["http://x/c#xywh=percent:0,0,40,100", "http://x/c#xywh=percent:40,0,60,100"]
    assert names(found_in(image("left"), image("right"), targets=halves)) == ["right", "left"]
    target = {"type": "SpecificResource", "source": "http://x/c", "selector": {"value": "xywh=0,0,10,10"}}
    assert names(found_in(image("small"), image("large"), targets=[target])) == ["large", "small"]


def test_of_a_choice_the_default_is_taken():
    best, left = found_in({"type": "Choice", "items": [image("visible"), image("xray"), image("infrared")]})
    assert names((best, left)) == ["visible", "xray", "infrared"] and all(one.choice for one in (best, *left))
    old = {"@type": "oa:Choice", "default": {"@id": "http://x/d.jpg"}, "item": [{"@id": "http://x/i.jpg"}]}
    assert names(found_in(old)) == ["d", "i"]
    assert names(found_in({"type": "Choice", "items": [{"type": "Video", "id": "http://x/v"}, image("still")]})) == [
        "still"
    ]
    assert names(found_in([{"id": "http://x/t.vtt", "type": "Text"}, image("a")])) == ["a"]


def test_parts_of_pictures():
    chosen = {
        "type": "SpecificResource",
        "source": image("a"),
        "selector": {"type": "ImageApiSelector", "region": "1,2,3,4"},
    }
    best, _ = found_in(chosen)
    assert best.part == Part((1, 2, 3, 4)) and best.image == "http://x/a.jpg" and not best.unread
    best, _ = found_in(image("a") | {"id": "http://x/a.jpg#xywh=5,6,7,8"})
    assert best.part == Part((5, 6, 7, 8)) and best.image == "http://x/a.jpg"
    service = {"id": "http://x/i", "type": "ImageService3", "profile": "level2"}
    best, _ = found_in({"id": "http://x/i/pct:0,0,50,50/max/0/default.jpg", "type": "Image", "service": [service]})
    assert best.part == Part((0, 0, 50, 50), True) and best.image == ""
    best, _ = found_in(chosen | {"selector": {"type": "PointSelector", "x": 1}})
    assert best.part == WHOLE and best.unread
    best, _ = found_in({"type": "SpecificResource", "source": "http://x/a.jpg"})
    assert best.part == WHOLE and best.image == "http://x/a.jpg" and not best.unread


def test_pages_that_stand_elsewhere():
    page = {"id": "http://x/page", "items": canvas(image("a"))["items"][0]["items"]}
    reference = {"id": "c", "items": [{"id": "http://x/page", "type": "AnnotationPage"}]}
    assert names(taken(reference, {"http://x/page": page}.get)) == ["a"]
    assert taken(reference, lambda where: None) == (None, [])


def test_endless_nesting_ends():
    body = image("a")
    for _ in range(50):
        body = {"type": "Choice", "items": [body]}
    assert found_in(body) == (None, [])
