"""Changes that a photograph of a painting may have gone through, and that leave its style, its maker and its subject as
they are.

Framing (crop, aspect, mirror), sharpness (size, blur, sharpening), exposure and JPEG. No change of hue or saturation:
an artist's colours are evidence."""

from __future__ import annotations

import hashlib
import math

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from artextract.images import MIN_SIDE, Transform, open_image, through_jpeg
from artextract.objects import ImageFile

VERSION = 2
"""Part of the name under which views are stored: raise it when a view would come out differently."""

CROP_AREA = (0.5, 1.0)
CROP_ASPECT = (0.75, 4 / 3)
EXPOSURE = (0.88, 1.12)
JPEG_QUALITY = (35, 95)
SMALLEST_SIDE = 96


def augmented(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """A changed copy of an upright RGB picture."""
    image = _cropped(image, random)
    if random.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if random.random() < 0.5:
        image = _smaller(image, random)
    softness = (
        random.random()
    )  # photographs are mostly softer than the small files of a data set, which were often reduced without smoothing
    if softness < 0.45:
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 1.5) * min(image.size) / 224))
    elif softness < 0.6:
        image = image.filter(
            ImageFilter.UnsharpMask(
                radius=1.5 * min(image.size) / 224, percent=int(random.uniform(40, 160)), threshold=0
            )
        )
    for kind in (ImageEnhance.Brightness, ImageEnhance.Contrast):
        image = kind(image).enhance(random.uniform(*EXPOSURE))
    return _compressed(image, random) if random.random() < 0.5 else image


def view_of_file(path: ImageFile, view: int, transform: Transform) -> Image.Image:
    """View number ``view`` of an image file: the same whenever and wherever it is made, for it follows from the file's
    bytes.

    It is for ``transform.resized``. Raises ``ImageError``.
    """
    data = path.read_bytes()
    image = transform.as_small_file(open_image(data, transform.size))
    digest = hashlib.sha256(data + view.to_bytes(4, "big")).digest()
    return augmented(image, np.random.default_rng(int.from_bytes(digest[:8], "big")))


def _cropped(image: Image.Image, random: np.random.Generator) -> Image.Image:
    width, height = image.size
    area = random.uniform(*CROP_AREA)
    stretch = math.exp(random.uniform(*np.log(CROP_ASPECT)))
    wide = min(1.0, math.sqrt(area * stretch))
    high = min(1.0, math.sqrt(area / stretch))
    size = max(MIN_SIDE, round(width * wide)), max(MIN_SIDE, round(height * high))
    left, top = (
        int(random.integers(0, max(1, whole - part + 1))) for whole, part in zip(image.size, size, strict=False)
    )
    return image.crop((left, top, min(width, left + size[0]), min(height, top + size[1])))


def _smaller(image: Image.Image, random: np.random.Generator) -> Image.Image:
    least = min(1.0, SMALLEST_SIDE / min(image.size))
    factor = math.exp(random.uniform(math.log(least), 0.0))
    width, height = (max(MIN_SIDE, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _compressed(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return through_jpeg(image, int(random.integers(*JPEG_QUALITY)))
