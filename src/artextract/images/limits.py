"""How small and how large a picture may be, and how much memory all decoding together may take."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock

from artextract.errors import ImageError, InputError

MIN_SIDE = 16
"""Images with a side shorter than this many pixels show nothing and are refused."""
MAX_PIXELS = 256_000_000
"""Larger images are refused; a museum's 200-megapixel master still passes."""
LARGE = 40_000_000
"""Pictures of more pixels are made smaller while they are decoded, where less is asked for, and one at a time."""
MEMORY_VARIABLE = "ARTEXTRACT_IMAGE_MEMORY"
MEMORY = 2048
"""Megabytes (2**20 bytes) that all pictures being decoded may take together, unless ``MEMORY_VARIABLE`` says else."""


def check_size(width: int, height: int) -> None:
    """Raise ``ImageError`` where a picture is too small to show anything or too large to decode."""
    if min(width, height) < MIN_SIDE:
        raise ImageError(f"too small ({width} x {height} pixels, at least {MIN_SIDE} on each side)", code="too-small")
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"too large ({width * height / 1e6:.0f} megapixels, at most {MAX_PIXELS / 1e6:.0f})", code="too-large"
        )


def allowed_memory() -> int:
    """Bytes that decoding may take; raises ``InputError`` where the environment says something that is no number."""
    said = os.environ.get(MEMORY_VARIABLE, "").strip()
    if not said:
        return MEMORY * 2**20
    if not said.isascii() or not said.isdigit() or int(said) == 0:
        raise InputError(
            f"{MEMORY_VARIABLE} is '{said[:40]}', no number of megabytes",
            f"set it to a whole number such as {MEMORY}, or leave it unset",
            code="invalid-setting",
        )
    return int(said) * 2**20


_line = Lock()
_changed = Condition()
_taken = 0


@contextmanager
def memory(needed: int) -> Iterator[None]:
    """Hold ``needed`` bytes of the allowed memory, as a semaphore weighted by bytes: a thread waits until those before
    it leave enough. They are served in the order in which they come, so that a large picture is not put off for ever
    by small ones. What needs more than ``LARGE`` pixels take holds more than half of all, so that of the large pictures
    one is decoded at a time.

    Raises ``ImageError`` for a picture that needs more than is allowed for all."""
    global _taken
    allowed = allowed_memory()
    if needed > allowed:
        raise ImageError(
            f"too large to decode here: it takes about {needed / 2**30:.1f} GB of memory, and {allowed / 2**30:.1f} GB"
            f" are allowed ({MEMORY_VARIABLE}, in megabytes, allows more)",
            code="too-much-memory",
        )
    if needed > 4 * LARGE:
        needed = max(needed, allowed // 2 + 1)
    with _line, _changed:
        _changed.wait_for(lambda: _taken + needed <= allowed)
        _taken += needed
    try:
        yield
    finally:
        with _changed:
            _taken -= needed
            _changed.notify_all()
