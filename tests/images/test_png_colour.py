"""PNG that says in plain numbers what its colours are, against arithmetic with published matrices."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from artextract.images import decode
from artextract.images.png_colour import HIGH_RANGE, SENSELESS, UNKNOWN

RGB = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
SRGB = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
P3 = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
P3_TO_SRGB = np.array([[1.2249, -0.2247, 0], [-0.0420, 1.0419, 0], [-0.0197, -0.0786, 1.0979]])
"""Of light, by https://www.w3.org/TR/css-color-4/#color-conversion-code."""


def png(pixels, gamma=None, chromaticity=None, srgb=False, texts=(), cicp=None):
    """The bytes of a PNG with these chunks in front of its pixels; numbers as the file has them, times 100,000."""
    file, info = io.BytesIO(), PngInfo()
    for name in texts:
        info.add_text(name, "0.1")
    Image.fromarray(pixels).save(file, "PNG", pnginfo=info)
    data, chunks = file.getvalue(), b""
    for name, body in (
        (b"gAMA", None if gamma is None else struct.pack(">I", gamma)),
        (b"cHRM", None if chromaticity is None else struct.pack(">8I", *chromaticity)),
        (b"sRGB", b"\0" if srgb else None),
        (b"cICP", cicp and bytes(cicp)),
    ):
        if body is not None:
            chunks += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return data[:33] + chunks + data[33:]


def encoded(light):
    """Light in 0..1 as levels of sRGB."""
    light = light.clip(0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def light_of(levels):
    said = levels / 255
    return np.where(said <= 0.04045, said / 12.92, ((said + 0.055) / 1.055) ** 2.4)


def shown(data):
    seen = decode(data)
    return np.asarray(seen.image, dtype=float), seen.notes


@pytest.mark.parametrize("gamma", [100_000, 55_556, 30_000])
def test_gamma_is_that_of_the_file(gamma):
    pixels, notes = shown(png(RGB, gamma))
    assert np.abs(pixels - encoded((RGB / 255) ** (100_000 / gamma))).max() <= 2 and notes == ()


def test_gamma_of_a_grey_picture():
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    pixels, notes = shown(png(grey, 100_000))
    assert np.abs(pixels - encoded(grey / 255)[..., None]).max() <= 2 and notes == ()


def test_primaries_are_those_of_the_file():
    pixels, notes = shown(png(RGB, 45_455, P3))
    expected = encoded(light_of(RGB) @ P3_TO_SRGB.T)
    assert np.abs(pixels - expected).max() <= 3 and np.abs(pixels - RGB).max() > 20 and notes == ()


@pytest.mark.parametrize(
    "said",
    [
        {"gamma": 45_455},
        {"gamma": 45_455, "chromaticity": SRGB},
        {"gamma": 45_000, "chromaticity": SRGB},
        {"chromaticity": SRGB},
        {"gamma": 100_000, "chromaticity": P3, "srgb": True},
        {"texts": ("gamma", "chromaticity", "srgb")},
        {},
    ],
    ids=str,
)
def test_srgb_stays_as_it_is(said):
    pixels, notes = shown(png(RGB, **said))
    assert np.array_equal(pixels, RGB) and notes == ()


@pytest.mark.parametrize(
    "said",
    [
        {"gamma": 0},
        {"gamma": 4_000_000_000},
        {"chromaticity": (0,) * 8},
        {"chromaticity": (31270, 32900, *(30000,) * 6)},
        {"chromaticity": (31270, 32900, 64000, 0, 30000, 60000, 15000, 6000)},
        {"chromaticity": (4_000_000_000,) * 8},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_ignored_with_a_note(said):
    pixels, notes = shown(png(RGB, **said))
    assert np.array_equal(pixels, RGB) and notes == (SENSELESS,)


def test_cicp_comes_before_all_else():
    expected = encoded(light_of(RGB) @ P3_TO_SRGB.T)
    pixels, notes = shown(png(RGB, 30_000, SRGB, srgb=True, cicp=(12, 13, 0, 1)))
    assert np.abs(pixels - expected).max() <= 3 and notes == ()
    linear, _ = shown(png(RGB, cicp=(1, 8, 0, 1)))
    assert np.abs(linear - encoded(RGB / 255)).max() <= 2
    assert np.array_equal(shown(png(RGB, 30_000, cicp=(1, 13, 0, 1)))[0], RGB)


@pytest.mark.parametrize(
    "cicp, note", [((9, 16, 0, 1), HIGH_RANGE), ((9, 18, 0, 1), HIGH_RANGE), ((99, 13, 0, 1), UNKNOWN), ((1, 2), None)]
)
def test_cicp_that_cannot_be_shown_right_is_said(cicp, note):
    pixels, notes = shown(png(RGB, cicp=cicp))
    assert np.array_equal(pixels, RGB) and notes == ((note,) if note else ())
