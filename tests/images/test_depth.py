"""Which value is white in pictures of more than 8 bits, and which end is black."""

import numpy as np
import pytest
from PIL import Image

from artextract.images import open_image
from artextract.images.depth import white_of
from tests.images.made import chunk, encoded, painting, png16, tiff

COLOUR = painting()
GREY = np.asarray(Image.fromarray(COLOUR).convert("L"))[..., None]
MAX, MAX_OF_KIND, PHOTOMETRIC, SAMPLE_FORMAT = 281, 341, 262, 339


def bits(values: np.ndarray, count: int, depth: type = np.uint16) -> np.ndarray:
    """The same picture with white at ``2**count - 1``."""
    return np.rint(values.astype(float) * (2**count - 1) / 255).astype(depth)


def error(data: bytes, expected: np.ndarray) -> int:
    """The largest difference from what is expected, in levels of 255."""
    return int(np.abs(np.asarray(open_image(data), dtype=int) - expected).max())


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("count", [10, 12, 16])
def test_every_depth_in_16_bits_shows_the_same_picture(order, deflate, count):
    for values in (GREY, COLOUR):
        assert error(tiff((bits(values, count), {}), order=order, deflate=deflate), values) <= 1
    reversed_grey = 2**count - 1 - bits(GREY, count)
    assert error(tiff((reversed_grey, {PHOTOMETRIC: (3, [0])}), order=order, deflate=deflate), GREY) <= 1


@pytest.mark.parametrize("count", [10, 12, 16])
def test_every_depth_in_a_png(count):
    for values in (GREY, COLOUR):
        assert error(png16(bits(values, count)), values) <= 1
        for whole in (2**count - 1, 65535):
            opaque = np.full((*values.shape[:2], 1), whole, np.uint16)
            assert error(png16(np.concatenate([bits(values, count), opaque], axis=2)), values) <= 1


def test_transparency_of_12_bits():
    half = np.full((*COLOUR.shape[:2], 1), 2048, np.uint16)
    laid_on_white = (255 + COLOUR.astype(float)) / 2
    assert error(png16(np.concatenate([bits(COLOUR, 12), half], axis=2)), laid_on_white) <= 2


def test_white_is_zero_of_8_bits():
    assert error(tiff((255 - GREY, {PHOTOMETRIC: (3, [0])})), GREY) == 0


@pytest.mark.parametrize("tag", [MAX, MAX_OF_KIND])
def test_a_dark_picture_stays_dark_where_the_file_says_what_white_is(tag):
    dark = bits(GREY // 8, 12)
    assert error(tiff((dark, {tag: (3, [4095])})), GREY // 8) <= 1
    for values in (GREY // 8, COLOUR // 8, COLOUR):
        assert error(tiff((bits(values, 14), {tag: (3, [16383] * values.shape[2])})), values) <= 1


def test_a_statistic_in_the_tag_is_no_white():
    values = bits(GREY // 2, 16)
    assert error(tiff((values, {MAX: (3, [int(values.max())])})), GREY // 2) <= 1


def test_significant_bits_of_a_png():
    said = chunk(b"sBIT", bytes([12]))
    assert error(png16(bits(GREY // 8, 12), said), GREY // 8) <= 1
    assert error(png16(bits(GREY, 16), said), GREY) <= 1, "scaled up, as the specification asks"
    assert error(png16(bits(COLOUR // 8, 12), chunk(b"sBIT", bytes([12] * 3))), COLOUR // 8) <= 1


def test_whole_numbers_of_32_bits_and_signed_ones():
    for order in "<>":
        assert error(tiff((bits(GREY, 32, np.uint32), {}), order=order), GREY) <= 1
        signed = {SAMPLE_FORMAT: (3, [2])}
        assert error(tiff((bits(GREY, 15), signed), order=order), GREY) <= 1
        around_zero = (bits(GREY, 16).astype(int) - 32768).astype(np.int16).view(np.uint16)
        assert error(tiff((around_zero, signed), order=order), GREY) <= 1


def test_floats_that_overshoot_or_are_no_numbers():
    values = GREY[..., 0] / np.float32(255)
    strange = values.copy()
    strange[0, :3] = np.nan, np.inf, -np.inf
    strange[1] *= np.float32(1.02)
    shown = np.asarray(open_image(encoded(Image.fromarray(strange), "TIFF")))[..., 0].astype(int)
    assert shown[0, :3].tolist() == [0, 255, 0]
    assert np.abs(shown[2:] - GREY[2:, :, 0]).max() <= 1
    large = encoded(Image.fromarray(values * 65535), "TIFF")
    assert error(large, GREY) <= 1


@pytest.mark.parametrize(
    "highest, white",
    [(200, 65535), (511, 65535), (512, 1023), (1023, 1023), (1024, 4095), (4095, 4095), (4096, 65535), (16383, 65535)],
)
def test_white_by_the_highest_value(highest, white):
    assert white_of(highest, None) == white
    assert white_of(highest, 32767) == 32767
    assert white_of(highest, highest - 1) == white, "a declared white that is too low is not believed"
