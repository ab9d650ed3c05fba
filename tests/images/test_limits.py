"""Decoding within a budget: large pictures are made smaller on the way; those that do not fit wait or are refused."""

import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from artextract.errors import ImageError, InputError
from artextract.images import decode, inspect, limits, open_image
from tests.images.made import encoded, painting
from tests.raising import raises

LARGE = 10_000
PICTURE = Image.fromarray(painting(320, 240))
STATUS = Path("/proc/self/status")


@cache
def modes() -> dict[str, bytes]:
    """The same picture in every way of keeping it."""
    deep = Image.fromarray(np.asarray(PICTURE.convert("L")).astype(np.uint16) * 257)
    return {
        "rgb": encoded(PICTURE, "PNG"),
        "rgba": encoded(PICTURE.convert("RGBA"), "PNG"),
        "palette": encoded(PICTURE.quantize(128), "PNG"),
        "deep grey": encoded(deep, "PNG"),
        "tiff": encoded(PICTURE, "TIFF", compression="tiff_lzw"),
        "webp": encoded(PICTURE, "WEBP", lossless=True),
        "cmyk": encoded(PICTURE.convert("CMYK"), "TIFF"),
        "jpeg": encoded(PICTURE, "JPEG", quality=95),
    }


@pytest.mark.parametrize("name", modes())
def test_a_large_picture_is_reduced_where_less_is_asked_for(name, monkeypatch, tmp_path):
    monkeypatch.setattr("artextract.images.decoder.LARGE", LARGE)
    monkeypatch.setattr("artextract.images.colour.STRIP", 5000)
    path = tmp_path / "large"
    path.write_bytes(modes()[name])
    whole, reduced = open_image(path), decode(path, at_least=25)
    assert whole.size == (reduced.width, reduced.height) == (320, 240) and reduced.image.size == (80, 60)
    expected = np.asarray(whole.resize((80, 60), Image.Resampling.BOX), dtype=int)
    assert np.abs(np.asarray(reduced.image, dtype=int) - expected).mean() < 2
    facts = inspect(path)
    assert (facts.width, facts.height) == (320, 240) and facts.phash is not None
    assert open_image(path, at_least=200).size == (320, 240)


@pytest.mark.skipif(not features.check("jpg_2000"), reason="this Pillow has no JPEG 2000")
@pytest.mark.parametrize("levels, size", [(6, (40, 30)), (2, (40, 30)), (1, (40, 30))])
def test_jpeg_2000_gives_one_of_its_own_sizes(levels, size, monkeypatch):
    monkeypatch.setattr("artextract.images.decoder.LARGE", LARGE)
    for options in ({}, {"no_jp2": True}):
        data = encoded(PICTURE, "JPEG2000", num_resolutions=levels, **options)
        seen = decode(data, at_least=15)
        assert seen.image.size == size and (seen.width, seen.height) == (320, 240)
        expected = np.asarray(PICTURE.resize(size, Image.Resampling.BOX), dtype=int)
        assert (
            np.abs(np.asarray(seen.image, dtype=int) - expected).mean() < 8
        )  # its filter is no mean, and lies between the pixels


def test_other_pictures_keep_their_pixels():
    for data in (encoded(PICTURE, "PNG"), encoded(PICTURE, "TIFF")):
        assert np.array_equal(np.asarray(open_image(data, at_least=16)), np.asarray(PICTURE))


def test_what_needs_more_than_is_allowed_is_refused(monkeypatch):
    monkeypatch.setenv(limits.MEMORY_VARIABLE, "1")
    with raises(ImageError, "too-much-memory") as error:
        open_image(encoded(Image.new("RGBA", (500, 500)), "PNG"))
    assert limits.MEMORY_VARIABLE in error.value.message
    assert open_image(encoded(PICTURE, "PNG")).size == (320, 240)
    monkeypatch.setenv(limits.MEMORY_VARIABLE, "3")
    assert open_image(encoded(Image.new("RGBA", (500, 500)), "PNG")).size == (500, 500)


@pytest.mark.parametrize("said", ["lots", "0", "-5", "2.5", "2 GB", "²"])
def test_a_limit_that_is_no_number(said, monkeypatch):
    monkeypatch.setenv(limits.MEMORY_VARIABLE, said)
    with raises(InputError, "invalid-setting"):
        open_image(encoded(PICTURE, "PNG"))


def test_the_largest_pictures_that_are_taken_fit():
    """In full, with what Pillow keeps them in and what is given back, four bytes a pixel each."""
    assert limits.allowed_memory() >= 8 * limits.MAX_PIXELS


def test_never_more_at_once_than_is_allowed(monkeypatch):
    monkeypatch.setenv(limits.MEMORY_VARIABLE, "10")
    million = 2**20
    inside: list[int] = []
    most: list[int] = []
    guard = threading.Lock()

    def work(needed: int) -> None:
        with limits.memory(needed):
            with guard:
                inside.append(needed)
                most.append(sum(inside))
            threading.Event().wait(0.002)
            with guard:
                inside.remove(needed)

    threads = [threading.Thread(target=work, args=(million * size,)) for size in (10, 4, 3, 9, 1, 10, 2, 5) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads) and max(most) <= 10 * million


def test_a_large_picture_is_not_put_off_by_small_ones(monkeypatch):
    monkeypatch.setenv(limits.MEMORY_VARIABLE, "10")
    order: list[str] = []
    threads = []

    def work(name: str, needed: int) -> None:
        with limits.memory(needed * 2**20):
            order.append(name)

    with limits.memory(4 * 2**20):
        for name, needed in (("large", 9), ("small", 1)):
            threads.append(threading.Thread(target=work, args=(name, needed)))
            threads[-1].start()
            threading.Event().wait(0.05)
        assert order == []
    for thread in threads:
        thread.join(20)
    assert order == ["large", "small"]


def test_of_large_pictures_one_is_decoded_at_a_time():
    """Two of 256 megapixels as RGB would otherwise just fit beside each other."""
    needed = 4 * limits.MAX_PIXELS
    assert 2 * needed < limits.allowed_memory() < 4 * needed
    with limits.memory(needed):
        assert 2 * limits._taken > limits.allowed_memory()
        with limits.memory(limits.LARGE):  # a small one finds room
            pass


def test_what_is_held_is_given_back_after_an_error():
    for _ in range(3):
        with pytest.raises(ImageError):
            open_image(encoded(PICTURE, "PNG")[:500])
    assert limits._taken == 0


@pytest.mark.skipif(not STATUS.is_file(), reason="only Linux tells the peak of a process")
@pytest.mark.parametrize("mode, most", [("RGBA", 5.5), ("I;16", 3.5), ("RGB", 5.5)])
def test_the_peak_is_one_copy_of_the_picture(mode, most, tmp_path):
    """Bytes a pixel that an import takes at its peak, in a process of its own: what Pillow keeps (4, 2, 4) and little
    else. Before, it took 20, 17 and 8."""
    side = 2500
    path = tmp_path / "large.png"
    Image.new(mode, (side, side), 90).save(path, compress_level=1)
    code = (
        "import re, sys\nfrom artextract.images import decoder, inspect\ndecoder.LARGE = 10**6\n"
        "from artextract.images import colour\ncolour.STRIP = 10**5\n"
        "def peak(): return int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) * 1024\n"
        "inspect(sys.argv[2])\nbefore = peak()\ninspect(sys.argv[1])\nprint(peak() - before)"
    )
    small = tmp_path / "small.png"
    PICTURE.save(small)
    ended = subprocess.run([sys.executable, "-c", code, path, small], capture_output=True, text=True, check=True)
    assert int(ended.stdout) / side**2 < most
