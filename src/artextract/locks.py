"""A lock on an open file that ends with the process which holds it, on every system."""

from __future__ import annotations

import sys


def lock(handle: int) -> None:
    """Lock the file of an open descriptor, at once or not at all. Raises ``OSError`` where another process holds it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # one byte, which need not be there
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
