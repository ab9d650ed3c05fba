"""What a long run has done so far, in a folder of its own, so that a run that was killed goes on there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from artextract.files import read_array, write_aside


@contextmanager
def kept_until_done(parent: str | Path, key: str) -> Iterator[Path]:
    """The folder ``parent/key``, which a run that ends well removes with all of ``parent``, and any other leaves.

    ``key`` names all that the work depends on; the folders of other keys are of an earlier state and are removed. Where
    nothing may be written, it is a temporary folder that nothing is found in again."""
    parent = Path(parent)
    try:
        for other in parent.glob("*"):
            if other.name != key:
                shutil.rmtree(other, ignore_errors=True)
        (parent / key).mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=parent / key).close()
    except OSError:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
        return
    yield parent / key
    shutil.rmtree(parent, ignore_errors=True)


def save_array(path: Path, array: np.ndarray) -> None:
    """An array as .npy, which appears in one step."""
    with write_aside(path) as aside:
        np.save(aside, array)


def saved_array(path: Path, dtype: object, shape: tuple[int | None, ...]) -> np.ndarray | None:
    """An array that ``save_array`` wrote, memory-mapped; None where it is missing, damaged or another."""
    with suppress(OSError, ValueError):
        return read_array(path, dtype, shape)
    return None
