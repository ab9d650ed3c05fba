"""Every wrong file that a stranger may send, made here, and what is said to it; right files, and what cameras put
behind them."""

import io
import struct
import time
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from artextract.app.uploads import FORMATS, read_upload
from artextract.errors import InputError
from artextract.images import open_image
from tests.conftest import paint
from tests.images.made import painting, tiff
from tests.raising import raises

MOST = 100_000_000
PICTURE = paint("green", "discs", 7)
SCRIPT = b"<script>alert(document.cookie)</script>"
PROGRAM = b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"This program cannot be run in DOS mode.\r\n" + bytes(100)
FILM = struct.pack(">I", 24) + b"ftypmp42" + bytes(12) + struct.pack(">I", 400) + b"mdat" + bytes(range(196)) * 2


def saved(form: str, image: Image.Image = PICTURE, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("evil.class", "not a picture")
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG whose header promises so many pixels; its data are zeros, which pack to almost nothing."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    packed = zlib.compressobj(9)
    data = b"".join([*(packed.compress(bytes(3 * width + 1)) for _ in range(min(height, 2000))), packed.flush()])
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def with_segment(jpeg: bytes, marker: int, data: bytes) -> bytes:
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data + jpeg[2:]


def refused(data: bytes, most: int = MOST) -> str:
    with pytest.raises(InputError) as error:
        read_upload(data, most)
    assert error.value.hint and "\n" not in error.value.message and len(error.value.message) < 160
    return error.value.message


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "empty"),
        (b"Dear Sir, enclosed find my painting.", "not a picture"),
        (bytes(1000), "not a picture"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "SVG"),
        (b"\xef\xbb\xbf <svg viewBox='0 0 1 1'/>", "SVG"),
        (b"%PDF-1.7\n1 0 obj\n", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (struct.pack(">I", 28) + b"ftypheic" + bytes(16), "HEIC"),
        (FILM, "film"),
        (b"8BPS\0\1" + bytes(30), "Photoshop"),
        (archive(), "archive"),
        (PROGRAM, "program"),
        (b"<!DOCTYPE html><title>x</title>", "web page"),
        (saved("ICO"), "not a picture"),
        (saved("EPS"), "PostScript"),
        (saved("PDF"), "PDF"),
    ],
)
def test_what_is_no_picture_is_named(data, said):
    assert said in refused(data)


def test_the_size_is_read_from_the_header():
    begun = time.process_time()
    assert "200 megapixels; this server takes at most 100" in refused(saved("PNG", Image.new("1", (20_000, 10_000))))
    bomb = png_of(30_000, 30_000)
    assert len(bomb) < 300_000 and "900 megapixels" in refused(bomb)
    assert "too few" in refused(saved("PNG", Image.new("RGB", (8, 400))))
    assert "1 megapixels; this server takes at most 0" in refused(
        saved("JPEG", Image.new("RGB", (1000, 1000))), 400_000
    )
    assert time.process_time() - begun < 60, "900 megapixels were decoded"


def test_profiles_and_texts_that_unpack_to_too_much():
    zeros = zlib.compress(bytes(100_000_000))
    for bomb in (chunk(b"iCCP", b"x\0\0" + zeros), chunk(b"zTXt", b"x\0\0" + zeros)):
        assert "unpack to far more" in refused(png_of(64, 64, bomb))
    texts = PngImagePlugin.PngInfo()
    for number in range(75):
        texts.add_text(f"t{number}", "x" * 950_000, zip=True)
    assert "unpack to far more" in refused(saved("PNG", pnginfo=texts))


@pytest.mark.parametrize(
    "form, options", [("PNG", {}), ("JPEG", {"quality": 95}), ("WEBP", {}), ("GIF", {}), ("TIFF", {}), ("BMP", {})]
)
def test_a_file_cut_short_says_so(form, options):
    whole = saved(form, **options)
    assert "truncated" in refused(whole[: len(whole) * 2 // 3])


def test_a_damaged_picture_says_so():
    data = bytearray(saved("PNG"))
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    assert "damaged" in refused(bytes(data))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF"])
def test_only_the_first_of_many_frames_is_read(form, monkeypatch):
    frames = [Image.new("RGB", (40, 40), (value % 256, 0, 255 - value % 256)) for value in range(300)]
    given = read_upload(saved(form, frames[0], save_all=True, append_images=frames[1:]), MOST)
    assert (given.width, given.height) == (40, 40)
    assert np.abs(np.asarray(given.image, dtype=int) - np.array([0, 0, 255])).max() < 12


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    "behind, said",
    [
        (archive(), "archive"),
        (b"\n%PDF-1.4\n1 0 obj\n", "PDF"),
        (SCRIPT, "script"),
        (b"<?php system($_GET[0]); ?>", "script"),
        (PROGRAM, "program"),
    ],
)
def test_another_file_behind_the_picture_is_refused(form, behind, said):
    assert said in refused(saved(form) + behind)


@pytest.mark.parametrize(
    "data, said",
    [
        (with_segment(saved("JPEG"), 0xFE, b"<?php echo 1; __HALT_COMPILER();"), "script"),
        (with_segment(saved("JPEG"), 0xFE, archive()), "archive"),
        (with_segment(saved("JPEG"), 0xFE, b"%PDF-1.5\n"), "PDF"),
        (with_segment(saved("JPEG"), 0xE0, (b"*/=1;alert(1);/*" + bytes(0x2F2A - 2))[: 0x2F2A - 2]), "script"),
        (saved("GIF")[:6] + b"/*" + saved("GIF")[8:] + b"*/=1;alert(1)", "script"),
        (saved("PNG") + b"#!/bin/sh\nrm -rf /\n", "script"),
        (saved("PNG") + b"Rar!\x1a\x07\x01\x00" + bytes(40), "archive"),
        (saved("PNG") + b"\x7fELF\x02\x01\x01\0" + bytes(60), "program"),
        (saved("PNG") + b"The plans of the vault are as follows: first door on the left.", "text"),
    ],
)
def test_other_polyglots_are_refused(data, said):
    assert said in refused(data)


@pytest.mark.parametrize(
    "behind",
    [
        b"\0" * 300,
        b"\r\n",
        saved("JPEG", PICTURE.resize((40, 30))),
        FILM,
        bytes(range(256)) * 3 + b"SEFHe\0\0\0SEFT",
        FILM + bytes(20) + b"SEFT",
    ],
)
def test_what_cameras_put_behind_a_picture_passes(behind):
    data = saved("JPEG", quality=95) + behind
    given = read_upload(data, MOST)
    assert given.source is data and np.array_equal(np.asarray(given.image), np.asarray(open_image(data, at_least=1600)))


def test_two_pictures_in_one_jpeg_are_the_first():
    data = saved("MPO", save_all=True, append_images=[Image.new("RGB", (160, 120))])
    assert np.abs(np.asarray(read_upload(data, MOST).image, dtype=int) - np.asarray(PICTURE)).mean() < 6


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_the_list_is_read(form):
    given = read_upload(saved(form), MOST)
    assert (given.width, given.height) == PICTURE.size and given.image.mode == "RGB"
    assert np.abs(np.asarray(given.image, dtype=int) - np.asarray(PICTURE)).mean() < 25


def test_sizes_are_of_the_upright_picture():
    turned = Image.Exif()
    turned[0x0112] = 6
    for form in ("JPEG", "PNG", "TIFF"):
        given = read_upload(saved(form, exif=turned), MOST)
        assert (given.width, given.height) == (120, 160) == given.image.size


def test_no_random_picture_is_taken_for_a_polyglot():
    random = np.random.default_rng(0)
    for _ in range(3):
        noise = Image.fromarray(random.integers(0, 256, (200, 200, 3), dtype=np.uint8))
        for form in ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP"):
            assert read_upload(saved(form, noise), MOST).width == 200


def test_nothing_but_clear_refusals_of_broken_files():
    random = np.random.default_rng(1)
    whole = {form: saved(form) for form in FORMATS}
    for data in whole.values():
        for _ in range(25):
            broken = bytearray(data)
            for at in random.integers(0, min(len(data), 400), 4):
                broken[at] = random.integers(0, 256)
            try:
                read_upload(bytes(broken), MOST)
            except InputError as error:
                assert error.message and error.hint


def test_of_a_tiff_whose_first_page_is_a_preview_the_picture_is_measured():
    pages = ((painting(30, 20), {254: (4, [1])}), (painting(60, 40), {}))
    assert read_upload(tiff(*pages), 2400).width == 60
    with raises(InputError, "picture-too-large", "60 x 40"):
        read_upload(tiff(*pages), 2399)
    tiny = (painting(12, 8), {254: (4, [1])})
    assert read_upload(tiff(tiny, pages[1]), 2400).height == 40
