"""Requests for parts of pictures, and parts cut out here; addresses and pixels by hand."""

import numpy as np
import pytest
from PIL import Image

from artextract.download import FetchError
from artextract.download.iiif_image import image_addresses, image_requests
from artextract.download.image_part import Part, cut_out
from artextract.errors import ImageError
from tests.raising import raises

LIBRARY = "http://library.stanford.edu/iiif/image-api"
REGION = Part((100, 100, 900, 600))


def info(level=2, **more):
    base = {"@context": "http://iiif.io/api/image/3/context.json", "id": "http://x/i", "width": 1800, "height": 1200}
    return base | {"type": "ImageService3", "profile": f"level{level}"} | more


def asked(description, part, side=450):
    requests = [one for one in image_requests(description, side, part) if not one.spare]
    return [(one.url.removeprefix("http://x/i/"), one.left, one.size) for one in requests]


def test_a_region_is_asked_of_a_service_that_cuts():
    assert asked(info(1), REGION) == [("100,100,900,600/450,/0/default.jpg", Part(), None)]
    assert asked(info(1), REGION, 2000) == [("100,100,900,600/900,/0/default.jpg", Part(), None)]
    assert asked(info(1), Part((50, 50, 50, 50), True)) == [("900,600,900,600/450,/0/default.jpg", Part(), None)]
    assert asked(info(1), Part(square=True)) == [("300,0,1200,1200/450,/0/default.jpg", Part(), None)]
    assert asked(info(1), Part((1700, 0, 900, 600)))[0][0] == "1700,0,100,600/75,/0/default.jpg"


def test_what_a_service_cannot_do_is_left():
    turned = Part((100, 100, 900, 600), rotation=90)
    assert asked(info(2), turned) == [("100,100,900,600/450,/90/default.jpg", Part(), None)]
    assert asked(info(1), turned) == [("100,100,900,600/450,/0/default.jpg", Part(rotation=90), None)]
    assert asked(info(1, extraFeatures=["rotationBy90s"]), turned)[0][1].is_whole
    assert asked(info(2), Part(rotation=30)) == [("full/450,/0/default.jpg", Part(rotation=30), None)]
    assert asked(info(2), Part(mirrored=True)) == [("full/450,/0/default.jpg", Part(mirrored=True), None)]
    assert asked(info(2, extraFeatures=["mirroring"]), Part(mirrored=True)) == [
        ("full/450,/!0/default.jpg", Part(), None)
    ]
    by_width = info(0, extraFeatures=["sizeByW"])
    assert asked(by_width, REGION) == [("full/900,/0/default.jpg", REGION, (1800, 1200))]


def test_static_files_are_asked_for_a_listed_size_and_cut_here():
    sizes = [{"width": wide, "height": wide * 2 // 3} for wide in (300, 900, 1800)]
    assert asked(info(0, sizes=sizes), REGION) == [
        ("full/900,600/0/default.jpg", REGION, (1800, 1200)),
        ("full/900,/0/default.jpg", REGION, (1800, 1200)),
    ]
    assert asked(info(0), REGION) == [("full/max/0/default.jpg", REGION, (1800, 1200))]


def test_a_service_that_does_not_keep_its_word_is_asked_for_the_whole():
    spare = image_requests(info(2), 450, REGION)[-1]
    assert (spare.url, spare.left, spare.size) == ("http://x/i/full/900,/0/default.jpg", REGION, (1800, 1200))
    assert spare.spare and len(image_requests(info(2), 450)) == 1


def test_parts_of_parts():
    inner = Part((0, 0, 45, 30), rotation=90)
    assert Part(rotation=90).of(inner) == Part((0, 0, 45, 30), rotation=180)
    assert REGION.of(inner) == Part((100, 100, 900, 600), rotation=90) and Part().of(inner) == inner
    assert Part(mirrored=True).of(Part(mirrored=True)).is_whole and Part(rotation=270).of(inner).rotation == 0


@pytest.mark.parametrize("inner", [Part(rotation=90, mirrored=mirrored) for mirrored in (False, True)])
@pytest.mark.parametrize(
    "outer", [Part(rotation=turn, mirrored=mirrored) for turn in (0, 90) for mirrored in (False, True)]
)
def test_turns_one_after_the_other_are_one_turn(inner, outer, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    first = cut_out(tmp_path / "a.png", inner, None, tmp_path / "b.png")
    both = cut_out(first, outer, None, tmp_path / "c.png")
    once = cut_out(tmp_path / "a.png", outer.of(inner), None, tmp_path / "d.png")
    with Image.open(both) as two, Image.open(once) as one:
        assert np.array_equal(np.asarray(two), np.asarray(one))


def test_static_files_may_lack_the_whole():
    small = info(0, sizes=[{"width": 150, "height": 100}, {"width": 300, "height": 200}])
    names = [(one.url.split("/")[5], one.spare) for one in image_requests(small, 1024)]
    assert names == [("max", False), ("300,200", True), ("300,", True)]
    assert image_addresses(small, 1024) == ["http://x/i/full/max/0/default.jpg"]


def test_a_region_outside_is_an_error():
    with raises(FetchError, "region-outside", "5000,0,10,10"):
        image_requests(info(2), 450, Part((5000, 0, 10, 10)))


@pytest.mark.parametrize(
    "description, address",
    [
        ({"@context": f"{LIBRARY}/1.1/context.json", "profile": f"{LIBRARY}/1.1/compliance.html#level1"}, "450,"),
        ({"profile": f"{LIBRARY}/compliance.html#level2"}, "450,"),
        ({"@context": f"{LIBRARY}/1.1/context.json", "profile": f"{LIBRARY}/1.1/compliance.html#level0"}, "full"),
        ({"@context": f"{LIBRARY}/1.1/context.json"}, "full"),
        (
            {
                "@context": "http://iiif.io/api/image/1/context.json",
                "profile": "http://iiif.io/api/image/1/level1.json",
            },
            "450,",
        ),
    ],
)
def test_version_1(description, address):
    described = description | {"@id": "http://x/i", "width": 1800, "height": 1200}
    assert image_addresses(described, 450) == [f"http://x/i/full/{address}/0/native.jpg"]


def test_a_description_without_its_address_has_that_of_the_service():
    described = {"identifier": "i", "profile": f"{LIBRARY}/compliance.html#level1", "width": 1800, "height": 1200}
    (request,) = image_requests(described, 450, base="http://x/i/")
    assert request.url == "http://x/i/full/450,/0/native.jpg"


@pytest.fixture
def drawn(tmp_path):
    pixels = np.zeros((60, 90, 3), dtype=np.uint8)
    pixels[:30, :45] = (255, 0, 0)  # red is left above
    Image.fromarray(pixels).save(tmp_path / "whole.png")
    return tmp_path / "whole.png"


@pytest.mark.parametrize(
    "part, size, shape, red",
    [
        (Part((0, 0, 45, 30)), None, (45, 30), "everywhere"),
        (Part((0, 0, 900, 600)), (1800, 1200), (45, 30), "everywhere"),
        (Part((50, 50, 50, 50), True), None, (45, 30), "nowhere"),
        (Part(rotation=90), None, (60, 90), "right above"),
        (Part(rotation=180), None, (90, 60), "right below"),
        (Part(rotation=270), None, (60, 90), "left below"),
        (Part(mirrored=True), None, (90, 60), "right above"),
        (Part(rotation=90, mirrored=True), None, (60, 90), "right below"),
        (Part(square=True), None, (60, 60), "left above"),
    ],
)
def test_parts_are_cut_out(part, size, shape, red, drawn, tmp_path):
    with Image.open(cut_out(drawn, part, size, tmp_path / "part.png")) as image:
        assert image.size == shape
        wide, high = image.size
        corners = {"left": 2, "right": wide - 3}, {"above": 2, "below": high - 3}
        found = [
            f"{across} {down}"
            for across, x in corners[0].items()
            for down, y in corners[1].items()
            if image.getpixel((x, y)) == (255, 0, 0)
        ]
    assert found == ([red] if " " in red else [] if red == "nowhere" else found) and (len(found) == 4) == (
        red == "everywhere"
    )


def test_too_little_is_no_picture(drawn, tmp_path):
    for part in (Part((0, 0, 10, 10)), Part((500, 500, 30, 30))):
        with raises(ImageError, "region-too-small", part.words(), "16"):
            cut_out(drawn, part, None, tmp_path / "part.png")
