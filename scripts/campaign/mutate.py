"""Picture files of every format that Pillow writes here, and seeded damage to them."""

from __future__ import annotations

import functools
import io
import random
import warnings

import numpy as np
from PIL import Image, ImageCms

from scripts.campaign.material import picture

NOT_PICTURES = {"PDF", "HDF5", "BUFR", "GRIB", "WMF", "PALM"}
"""Formats that Pillow writes and never reads back."""
WAYS = {
    "JPEG": [{"quality": 80}, {"progressive": True}, {"subsampling": 0, "optimize": True}],
    "PNG": [{}, {"compress_level": 0}],
    "TIFF": [{"compression": name} for name in ("raw", "tiff_lzw", "tiff_deflate", "packbits", "jpeg")],
    "WEBP": [{"quality": 60}, {"lossless": True}],
    "GIF": [{}, {"interlace": 1}],
    "JPEG2000": [{}, {"irreversible": True, "quality_mode": "rates", "quality_layers": [20]}],
}
"""Options of formats that have several kinds of files."""
LENGTHS = (b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\xff\xff")
"""What is written over fields that may be lengths, sizes or offsets."""


@functools.cache
def files() -> tuple[tuple[str, bytes], ...]:
    """Names such as "TIFF CMYK" and whole files of 96 x 72 pixels, in every mode that each format takes; some carry
    EXIF and a colour profile."""
    Image.init()
    base = picture(1)
    deep = Image.fromarray(np.asarray(base.convert("L")).astype(np.uint16) * 257)
    views = [base, *(base.convert(mode) for mode in ("L", "1", "P", "RGBA", "LA", "CMYK", "YCbCr", "LAB", "I", "F"))]
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a picture"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = []
    for name in sorted(set(Image.SAVE) & set(Image.OPEN) - NOT_PICTURES):
        for image in [*views, deep]:
            for number, options in enumerate(WAYS.get(name, [{}])):
                profiles = {"exif": exif, "icc_profile": profile} if number == 0 else {}
                stream = io.BytesIO()
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")  # Pillow gives up some formats in years to come
                        image.save(stream, name, **options, **profiles)
                except Exception:  # Pillow refuses what a format has not, each in its own way
                    continue
                made.append((f"{name} {image.mode}", stream.getvalue()))
    return tuple(made)


def damaged(random_: random.Random) -> tuple[str, bytes]:
    """One file with damage, and words for both."""
    name, data = random_.choice(files())
    changed, words = bytearray(data), []
    for _ in range(random_.choice((1, 1, 1, 2, 3))):
        if not changed:
            break
        words.append(random_.choice(tuple(_DAMAGES)))
        _DAMAGES[words[-1]](random_, changed)
    return f"{name}: {', '.join(words)}", bytes(changed)


def _place(random_: random.Random, data: bytearray) -> int:
    """Half of all damage is in the first 512 bytes, where the headers are."""
    return random_.randrange(min(len(data), 512) if random_.random() < 0.5 else len(data))


def _flip(random_: random.Random, data: bytearray) -> None:
    for _ in range(random_.randint(1, 16)):
        data[_place(random_, data)] ^= 1 << random_.randrange(8)


def _overwrite(random_: random.Random, data: bytearray) -> None:
    at = _place(random_, data)
    data[at : at + 4] = random_.choice(LENGTHS)[: len(data) - at]


def _noise(random_: random.Random, data: bytearray) -> None:
    at = _place(random_, data)
    data[at : at + 64] = random_.randbytes(len(data[at : at + 64]))


def _cut(random_: random.Random, data: bytearray) -> None:
    del data[_place(random_, data) :]


def _drop(random_: random.Random, data: bytearray) -> None:
    at = _place(random_, data)
    del data[at : at + random_.randint(1, 200)]


def _repeat(random_: random.Random, data: bytearray) -> None:
    at = _place(random_, data)
    data[at:at] = data[at : at + random_.randint(1, 400)]


def _splice(random_: random.Random, data: bytearray) -> None:
    other = random_.choice(files())[1]
    at = _place(random_, data)
    data[at:] = other[random_.randrange(len(other)) :]


_DAMAGES = {
    "bits flipped": _flip,
    "lengths overwritten": _overwrite,
    "noise": _noise,
    "cut": _cut,
    "bytes dropped": _drop,
    "bytes repeated": _repeat,
    "spliced": _splice,
}
