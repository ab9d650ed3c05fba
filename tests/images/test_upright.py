"""Turns written down in EXIF, in every format that has it, and EXIF that is broken."""

import zlib

import numpy as np
import pytest
from PIL import Image

from artextract.images import decode, inspect
from artextract.images.upright import BROKEN
from tests.images.made import chunk, encoded, painting, tiff

PICTURE = painting(64, 48)
STORED = {  # the inverse of what EXIF says shows the picture upright (CIPA DC-008, 4.6.4)
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}
GARBAGE = (
    b"garbage-and-more-garbage",
    b"Exif\0\0II*\0",
    b"II*\0\xff\xff\xff\xff",
    b"",
    b"MM\0*\0\0\0\x08\xff\xff" + b"\x01" * 40,
)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", STORED)
def test_every_turn_in_every_format(form, orientation, tmp_path):
    if form not in Image.SAVE and not Image.init() and form not in Image.SAVE:
        pytest.skip(f"this Pillow writes no {form}")
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](PICTURE)))
    path = tmp_path / "turned"
    path.write_bytes(encoded(stored, form, exif=exif, **({} if form in ("TIFF", "PNG") else {"quality": 95})))
    facts, shown = inspect(path), decode(path)
    assert (facts.width, facts.height) == (shown.width, shown.height) == shown.image.size == (64, 48)
    assert np.abs(np.asarray(shown.image, int) - PICTURE).mean() < 5
    assert np.asarray(shown.image, int)[:8, -8:].mean() > np.asarray(shown.image, int)[:8, :8].mean() + 60


@pytest.mark.parametrize("orientation", [0, 9, 6000])
def test_a_turn_that_does_not_exist_is_none(orientation):
    data = tiff((PICTURE, {274: (3, [orientation])}))
    assert np.array_equal(np.asarray(decode(data).image), PICTURE)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_broken_exif_loses_no_picture(garbage):
    png = encoded(Image.fromarray(PICTURE), "PNG")
    data = png[:33] + chunk(b"eXIf", garbage) + png[33:]
    seen = decode(data)
    assert np.array_equal(np.asarray(seen.image), PICTURE)
    assert set(seen.notes) <= {BROKEN} and (garbage != GARBAGE[0] or seen.notes == (BROKEN,))
    for form in ("JPEG", "WEBP"):
        seen = decode(encoded(Image.fromarray(PICTURE), form, exif=b"Exif\0\0" + garbage, quality=95))
        assert seen.image.size == (64, 48) and set(seen.notes) <= {BROKEN}


def test_broken_sub_directories_of_a_tiff():
    for pointer in (0, 7, 2**31, 2**32 - 1):
        data = tiff((PICTURE, {34665: (4, [pointer]), 34853: (4, [pointer])}))
        assert np.array_equal(np.asarray(decode(data).image), PICTURE)


def test_exif_behind_the_pixels_of_a_png():
    exif = Image.Exif()
    exif[0x0112] = 3
    png = encoded(Image.fromarray(np.ascontiguousarray(PICTURE[::-1, ::-1])), "PNG")
    end = len(png) - 12
    assert zlib.crc32(png[end + 4 : -4]) == int.from_bytes(png[-4:], "big")
    data = png[:end] + chunk(b"eXIf", exif.tobytes()[6:]) + png[end:]
    assert np.array_equal(np.asarray(decode(data).image), PICTURE)
