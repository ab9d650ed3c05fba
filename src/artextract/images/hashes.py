"""Hashes of a file and of a picture."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.fft import dctn

from artextract.objects import Address


def content_hash(source: str | Path | Address | bytes) -> str:
    """SHA-256 of the bytes of a file, as 64 hex digits."""
    if isinstance(source, Address):
        source = source.read_bytes()
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with open(source, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def perceptual_hash(image: Image.Image) -> str | None:
    """64 bits (16 hex digits) that survive rescaling and recompression; None for a picture without structure.

    The signs, against their median, of the lowest 8 x 8 cosine coefficients of a 32 x 32 grey picture, as in
    C. Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010), section 3.2.1.
    """
    grey = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BOX), dtype=np.float32)
    if grey.std() < 2.0:
        return None
    low = dctn(grey, norm="ortho")[:8, :8].ravel()
    return np.packbits(low > np.median(low[1:])).tobytes().hex()
