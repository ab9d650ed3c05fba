"""Which part of a picture a document selects; boxes by hand."""

import pytest

from artextract.download.image_part import WHOLE, Part
from artextract.sources.presentation.selectors import of_fragment, of_request, outline, part_of


@pytest.mark.parametrize(
    "selector, part",
    [
        ({"type": "ImageApiSelector", "region": "100,100,900,600"}, Part((100, 100, 900, 600))),
        ({"@type": "iiif:ImageApiSelector", "region": "pct:10,20,30.5,40"}, Part((10, 20, 30.5, 40), True)),
        ({"type": "ImageApiSelector", "rotation": "90"}, Part(rotation=90)),
        ({"type": "ImageApiSelector", "region": "square", "rotation": "!270"}, Part(None, False, True, 270, True)),
        ({"type": "ImageApiSelector", "region": "full", "rotation": "0"}, WHOLE),
        ({"type": "FragmentSelector", "value": "xywh=1,2,3,4"}, Part((1, 2, 3, 4))),
        ({"@type": "oa:FragmentSelector", "value": "xywh=pixel:1,2,3,4"}, Part((1, 2, 3, 4))),
        ({"type": "FragmentSelector", "value": "t=1,2&xywh=percent:0,0,50,50"}, Part((0, 0, 50, 50), True)),
        ("xywh=1,2,3,4", Part((1, 2, 3, 4))),
        (
            [{"type": "PointSelector", "x": 1}, {"type": "FragmentSelector", "value": "xywh=1,2,3,4"}],
            Part((1, 2, 3, 4)),
        ),
        (
            {"@type": "oa:Choice", "default": {"@type": "oa:FragmentSelector", "value": "xywh=5,6,7,8"}, "item": []},
            Part((5, 6, 7, 8)),
        ),
        (
            {"type": "SvgSelector", "value": "<svg><rect x='1' y='2' width='3' height='4'/></svg>"},
            Part((1, 2, 3, 4), outline=True),
        ),
        ({"type": "ImageApiSelector", "region": "1,2,3"}, None),
        ({"type": "FragmentSelector", "value": "xywh=a,b,c,d"}, None),
        ({"type": "FragmentSelector", "value": "xywh=0,0,0,10"}, None),
        ({"type": "FragmentSelector", "value": "xywh=0,0,inf,10"}, None),
        ({"type": "PointSelector", "x": 1, "y": 2}, None),
        ({"type": "SvgSelector", "value": "<svg/>"}, None),
        (7, None),
        (None, WHOLE),
        ([], WHOLE),
    ],
)
def test_selectors(selector, part):
    assert part_of({"type": "SpecificResource", "source": "x", "selector": selector}) == part


@pytest.mark.parametrize(
    "svg, box",
    [
        ("<polygon points='10,20 30,5 50,40'/>", (10, 5, 40, 35)),
        ('<svg:circle cx="50" cy="60" r="10"/>', (40, 50, 20, 20)),
        ("<ellipse cx='50' cy='60' rx='20' ry='10'/>", (30, 50, 40, 20)),
        ("<path d='M10,20 L30,20 L30 60 Z'/>", (10, 20, 20, 40)),
        ("<path d='m10 20 h20 v40 h-20 z'/>", (10, 20, 20, 40)),
        ("<path d='M10 20H30V60H10z m5 5 l100 0'/>", (10, 20, 105, 40)),
        ("<path d='M0 0 C 0 50 100 50 100 0'/>", (0, 0, 100, 50)),
        ("<path d='M0 0 A 5 5 0 0 1 10 20'/>", (0, 0, 10, 20)),
        ("<rect x='1e1' y='0' width='5' height='5'/><rect x='0' y='0' width='1' height='1'/>", (0, 0, 15, 5)),
    ],
)
def test_the_box_around_an_outline(svg, box):
    assert outline(svg).region == box


def test_hostile_outlines_are_read_in_one_pass():
    for svg in (
        "<path d='" + "M" * 200_000,
        "<rect " * 100_000,
        "<path d='" + "1" * 200_000 + "'/>",
        '<rect x="' * 50_000,
    ):
        outline(svg)


def test_parts_in_addresses():
    assert of_fragment("http://x/a.jpg#xywh=1,2,3,4") == Part((1, 2, 3, 4)) and of_fragment("http://x/a.jpg") is None
    assert of_request("http://x/i/10,10,80,60/full/90/default.jpg", "http://x/i") == Part((10, 10, 80, 60), rotation=90)
    assert of_request("http://x/i/full/max/0/default.jpg", "http://x/i").is_whole
    assert of_request("http://y/other.jpg", "http://x/i") == WHOLE == of_request("http://x/i/a.jpg", "http://x/i")


def test_boxes_stay_inside():
    assert Part((-10, 5, 30, 1000)).box(100, 50) == (0, 5, 20, 50)
    assert Part((25, 50, 50, 50), True).box(200, 100) == (50, 50, 150, 100)
    assert Part(square=True).box(100, 60) == (20, 0, 80, 60) and WHOLE.box(7, 9) == (0, 0, 7, 9)
    left, _, right, _ = Part((500, 0, 10, 10)).box(100, 50)
    assert left == right
