"""Run a command of ``artextract`` and kill it, with all its processes, at the N-th rename of a file.

    python killed.py NUMBER before|after COUNTER ARGUMENTS...

``COUNTER`` is a file that grows by a byte with each rename, in whichever process. ``NUMBER`` 0 kills nothing. Processes
that Python starts with "spawn" or "forkserver" import this file again, and so count too."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

NUMBER, MOMENT, COUNTER = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def _counted() -> int:
    with open(COUNTER, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(b".")
        return file.tell()


def _watched(rename: Callable[..., Any]) -> Callable[..., Any]:
    def renamed(*places: Any, **options: Any) -> Any:
        strike = _counted() == NUMBER
        if strike and MOMENT == "before":
            os.killpg(0, signal.SIGKILL)
        done = rename(*places, **options)
        if strike:
            os.killpg(0, signal.SIGKILL)
        return done

    return renamed


os.replace, os.rename = _watched(os.replace), _watched(os.rename)

if __name__ == "__main__":
    from artextract.app.cli import main

    sys.exit(main(sys.argv[4:]))
