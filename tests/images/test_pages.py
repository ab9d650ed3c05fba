"""Files that hold more than one picture, and the one that counts."""

import numpy as np
import pytest
from PIL import Image

from artextract.images import decode, inspect
from artextract.images import limits as size_limits
from tests.images.made import encoded, painting, tiff

SMALL, PICTURE, OTHER = painting(30, 20), painting(60, 40), painting(60, 40, seed=3)
REDUCED, PAGE, MASK = ({254: (4, [kind])} for kind in (1, 2, 4))


def shown(*pages):
    return np.asarray(decode(tiff(*pages)).image)


@pytest.mark.parametrize("preview", [{}, REDUCED, {255: (3, [2])}])
@pytest.mark.parametrize("order", "<>")
def test_a_preview_before_the_picture(preview, order, tmp_path):
    path = tmp_path / "scan.tif"
    path.write_bytes(tiff((SMALL, preview), (PICTURE, {}), (SMALL, REDUCED), order=order))
    seen, facts = decode(path), inspect(path)
    assert np.array_equal(np.asarray(seen.image), PICTURE) and "later page" in seen.notes[0]
    assert (facts.width, facts.height) == (60, 40)


def test_a_mask_and_a_reduced_version_do_not_count_however_large():
    large = painting(120, 80)
    assert np.array_equal(shown((PICTURE, {}), (large, MASK), (large, REDUCED)), PICTURE)
    assert np.array_equal(shown((large[..., :1], MASK | {262: (3, [4])}), (PICTURE, {})), PICTURE)
    assert np.array_equal(shown((SMALL, MASK), (PICTURE, REDUCED)), PICTURE), "better than nothing"


def test_the_first_of_equal_pages():
    seen = decode(tiff((PICTURE, PAGE), (OTHER, PAGE)))
    assert np.array_equal(np.asarray(seen.image), PICTURE) and seen.notes == ()


def test_a_page_that_cannot_be_decoded_or_is_too_large_is_passed_over(monkeypatch):
    strange = (painting(120, 80), {262: (3, [99])})
    assert np.array_equal(shown((PICTURE, {}), strange), PICTURE)
    monkeypatch.setattr(size_limits, "MAX_PIXELS", 5000)
    monkeypatch.setattr("artextract.images.pages.MAX_PIXELS", 5000)
    assert np.array_equal(shown((PICTURE, {}), (painting(120, 80), {})), PICTURE)


def test_pages_that_lead_back_to_themselves():
    data = bytearray(tiff((SMALL, {}), (PICTURE, {})))
    first = int.from_bytes(data[4:8], "little")
    data[-4:] = first.to_bytes(4, "little")
    assert np.array_equal(np.asarray(decode(bytes(data)).image), PICTURE)


def with_page_inside(outer, inner, order="<"):
    """A TIFF of one page, which says where another is (SubIFDs)."""
    (values, tags), mark = outer, 0x7ABCDEF1
    data = bytearray(tiff((values, tags | {330: (4, [mark])}), inner, order=order))
    end = "little" if order == "<" else "big"
    first = int.from_bytes(data[4:8], end)
    link = first + 2 + 12 * int.from_bytes(data[first : first + 2], end)
    second = bytes(data[link : link + 4])
    data[link : link + 4] = bytes(4)
    return bytes(data.replace(mark.to_bytes(4, end), second))


@pytest.mark.parametrize("order", "<>")
def test_the_picture_inside_a_page_that_is_a_preview(order):
    for tags in (REDUCED, {}):
        seen = decode(with_page_inside((SMALL, tags), (PICTURE, {}), order))
        assert np.array_equal(np.asarray(seen.image), PICTURE) and "later page" in seen.notes[0]
    seen = decode(with_page_inside((PICTURE, {}), (SMALL, REDUCED), order))
    assert np.array_equal(np.asarray(seen.image), PICTURE) and seen.notes == ()
    raw = (painting(120, 80), {262: (3, [32803])})  # of a camera: nothing that we decode
    assert np.array_equal(np.asarray(decode(with_page_inside((SMALL, REDUCED), raw, order)).image), SMALL)


@pytest.mark.parametrize("offset", [1, 8, 0x7FFFFFFF])
def test_a_page_inside_that_is_nowhere(offset):
    data = tiff((PICTURE, {330: (4, [offset])}))
    assert np.array_equal(np.asarray(decode(data).image), PICTURE)


@pytest.mark.parametrize("form, options", [("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("AVIF", {})])
def test_the_first_frame_of_an_animation(form, options):
    frames = [Image.fromarray(PICTURE), Image.fromarray(OTHER)]
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:], **options)
    assert np.abs(np.asarray(decode(data).image, int) - PICTURE).mean() < 12


def test_the_first_picture_of_a_camera_that_takes_two():
    data = encoded(Image.fromarray(PICTURE), "MPO", save_all=True, append_images=[Image.fromarray(OTHER)], quality=95)
    seen = decode(data)
    assert seen.format == "MPO" and np.abs(np.asarray(seen.image, int) - PICTURE).mean() < 6
