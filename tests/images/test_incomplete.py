"""A JPEG without its end is shown as far as it goes; other files that end too early are refused."""

import numpy as np
import pytest
from PIL import Image

from artextract.errors import ImageError
from artextract.images import decode, inspect, open_image
from artextract.images.decoder import INCOMPLETE
from tests.images.made import encoded, painting
from tests.raising import raises

PICTURE = Image.fromarray(painting(400, 300))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("cut", [1, 2, 40])
def test_the_last_bytes_are_missing(mode, progressive, cut, tmp_path):
    data = encoded(PICTURE.convert(mode), "JPEG", quality=90, progressive=progressive)
    path = tmp_path / "cut.jpg"
    path.write_bytes(data[:-cut])
    seen, facts, whole = decode(path), inspect(path), open_image(data)
    assert seen.notes == facts.notes == (INCOMPLETE,) and not seen.complete and not facts.complete
    assert (facts.width, facts.height) == (400, 300)
    assert np.abs(np.asarray(seen.image, int)[:270] - np.asarray(whole)[:270]).mean() < 3


def test_a_tenth_is_missing_and_the_rest_is_there():
    data = encoded(PICTURE, "JPEG", quality=95)
    seen = decode(data[: len(data) * 9 // 10])
    assert 0.02 < seen.missing < 0.2
    there = int(300 * (1 - seen.missing)) - 40  # the last rows of blocks are there in part
    assert np.array_equal(np.asarray(seen.image)[:there], np.asarray(open_image(data))[:there])
    reduced = decode(data[: len(data) * 9 // 10], at_least=60)
    assert reduced.image.size == (200, 150) and reduced.notes == (INCOMPLETE,)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
def test_too_much_is_missing(share):
    data = encoded(PICTURE, "JPEG", quality=95)
    with raises(ImageError, "truncated-file"):
        open_image(data[: int(len(data) * share)])


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "TGA"])
def test_other_formats_without_their_end(form):
    data = encoded(PICTURE, form)
    with pytest.raises(ImageError):
        open_image(data[: len(data) * 2 // 3])


def test_a_whole_file_has_no_note():
    assert decode(encoded(PICTURE, "JPEG")).notes == ()
