"""Colours of an embedded profile to sRGB. What a profile is called says nothing: only what it does counts."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

BROKEN = "its colour profile is broken and was ignored"
UNFIT = "its colour profile is for other colours than it has and was ignored"
SAME = 2
"""Levels of 255 by which a profile may differ from sRGB and still be taken for it, so that the many ways of writing
sRGB down leave a picture as it is."""
_SPACES = {"RGB": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK"}


def to_srgb(profile: bytes | None, mode: str) -> tuple[ImageCms.ImageCmsTransform | None, str | None]:
    """What turns a picture of ``mode`` (RGB, L or CMYK) with this profile into sRGB, None where it is sRGB already, and
    a note where the profile cannot be used.

    A grey picture with an RGB profile is to be made RGB first: ask for "RGB" then (``wants_rgb``)."""
    if profile is None:
        return None, None
    if len(profile) < 128 or profile[36:40] != b"acsp":
        return None, BROKEN
    if profile[16:20] != _SPACES.get(mode):
        return None, UNFIT
    try:
        return _transform(profile, mode), None
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None, BROKEN


def wants_rgb(profile: bytes | None) -> bool:
    return profile is not None and profile[16:20] == b"RGB "


@lru_cache(maxsize=1)
def lab_to_srgb() -> ImageCms.ImageCmsTransform:
    """For CIELAB pictures, whose white is that of D50 as in TIFF 6.0, section 23."""
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    transform = ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), mode, "RGB")
    if mode == "CMYK":
        return transform
    probe = _probe(mode)
    seen = np.asarray(transform.apply(probe), dtype=int)
    return None if np.abs(seen - np.asarray(probe.convert("RGB"), dtype=int)).max() <= SAME else transform


def _probe(mode: str) -> Image.Image:
    """Colours all over the cube, or every grey."""
    if mode == "L":
        return Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
    steps = np.linspace(0, 255, 16).round().astype(np.uint8)
    return Image.fromarray(np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(64, 64, 3))
