"""Changed views: always the same for a file, never too small, and never of another hue."""

import colorsys

import numpy as np
import pytest
from PIL import Image

from artextract import augment
from artextract.errors import ImageError
from artextract.images import MIN_SIDE, Transform, open_image

TRANSFORM = Transform(64)


def picture(size, seed=0, tint=(1.0, 0.55, 0.25)):
    """Soft warm fields with grain."""
    rng = np.random.default_rng(seed)
    width, height = size
    soft = np.asarray(
        Image.fromarray(rng.integers(40, 220, (4, 4), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC), float
    )
    return Image.fromarray(
        np.clip(soft[..., None] * tint + rng.normal(0, 2, (height, width, 1)), 0, 255).astype(np.uint8)
    )


def changed(image, seed):
    return augment.augmented(image, np.random.default_rng(seed))


def test_the_same_chance_gives_the_same_picture_and_another_another():
    image = picture((200, 150))
    assert np.array_equal(changed(image, 3), changed(image, 3))
    assert len({np.asarray(changed(image, seed)).tobytes() for seed in range(10)}) == 10


def test_a_view_follows_from_the_bytes_of_the_file_and_its_number(tmp_path):
    for name, image in (("a", picture((200, 150))), ("b", picture((200, 150), seed=1))):
        image.save(tmp_path / f"{name}.png")
    (tmp_path / "copy.png").write_bytes((tmp_path / "a.png").read_bytes())
    first = np.asarray(augment.view_of_file(tmp_path / "a.png", 0, TRANSFORM))
    assert np.array_equal(augment.view_of_file(tmp_path / "copy.png", 0, TRANSFORM), first)
    sizes = [
        augment.view_of_file(tmp_path / name, view, TRANSFORM).size
        for name, view in (("a.png", 1), ("a.png", 2), ("b.png", 0))
    ]
    assert len({(first.shape[1], first.shape[0]), *sizes}) == 4  # each is cropped in its own way
    (tmp_path / "bad.png").write_bytes(b"no")
    with pytest.raises(ImageError):
        augment.view_of_file(tmp_path / "bad.png", 0, TRANSFORM)


def test_a_view_is_made_of_the_small_file_that_a_network_is_shown(tmp_path):
    """So no view has more pixels than that file, whatever the size of the picture."""
    picture((400, 300)).save(tmp_path / "a.png")
    sides = [max(augment.view_of_file(tmp_path / "a.png", n, Transform(64, jpeg_side=100)).size) for n in range(6)]
    assert max(sides) <= 100 and len(set(sides)) > 1


@pytest.mark.parametrize("size", [(MIN_SIDE, MIN_SIDE), (MIN_SIDE, 400), (900, 17), (97, 95), (320, 240)], ids=str)
def test_no_side_falls_below_the_least(size):
    sizes = np.array([changed(picture(size), seed).size for seed in range(60)])
    assert (sizes >= MIN_SIDE).all() and (sizes <= np.array(size)).all()


def test_much_of_the_picture_stays():
    areas = [np.prod(changed(picture((400, 300)), seed).size) for seed in range(20)]
    assert min(areas) > 0.4 * augment.SMALLEST_SIDE**2


def mean_hue(image):
    """The angle of the mean colour, in degrees."""
    return 360 * colorsys.rgb_to_hsv(*(np.asarray(image, float).mean((0, 1)) / 255))[0]


@pytest.mark.parametrize("tint", [(1.0, 0.55, 0.25), (0.3, 0.5, 1.0), (0.4, 0.9, 0.5)], ids=str)
def test_the_hue_stays(tint):
    image = picture((200, 150), tint=tint)
    assert max(abs(mean_hue(changed(image, seed)) - mean_hue(image)) for seed in range(40)) < 4


def test_real_paintings_keep_their_hue(wikiart_data):
    paths = sorted((wikiart_data / "images").rglob("*.jpg"))[::2500]
    gaps = []
    for path in paths:
        image = open_image(path, at_least=96)
        saturated = colorsys.rgb_to_hsv(*(np.asarray(image, float).mean((0, 1)) / 255))[1] > 0.2
        whole = [augment._compressed(image, np.random.default_rng(seed)) for seed in range(3)]
        gaps += [abs(mean_hue(one) - mean_hue(image)) for one in whole if saturated]
    assert gaps and max(gaps) < 4
