"""The files of an embedded index: segments, the fitted spaces, and the lock of the one who writes."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError
from artextract.files import folder_aside, write_aside, write_json
from artextract.index.config import Block
from artextract.index.scales import densities
from artextract.index.spaces import Space

Floats = NDArray[np.float32]


def densities_of(units: Floats, norms: Floats, against: Floats) -> Floats:
    return np.where(norms > 0, densities(units, against), 0).astype(np.float32)


def write_segment(
    folder: Path,
    ids: Sequence[str],
    hashes: Sequence[str],
    made: Mapping[str, tuple[Floats, Floats]],
    dense: Mapping[str, Floats],
) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder_aside(folder)
    try:
        write_json(aside / "rows.json", {"ids": list(ids), "hashes": list(hashes)})
        for name, (units, norms) in made.items():
            np.save(aside / f"{name}.npy", np.ascontiguousarray(units, dtype=np.float32))
            np.save(aside / f"{name}.norms.npy", np.asarray(norms, dtype=np.float32))
            np.save(aside / f"{name}.density.npy", dense[name])
        aside.chmod(0o755)
        segment = f"segment-{uuid.uuid4().hex[:8]}"
        aside.rename(folder / segment)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return segment


def write_spaces(path: Path, spaces: Mapping[str, Space]) -> None:
    arrays = {f"{name}.{part}": value for name, space in spaces.items() for part, value in space.arrays().items()}
    with write_aside(path) as aside:
        np.savez(aside, **arrays)  # type: ignore[arg-type]


def read_spaces(path: Path, blocks: Sequence[Block]) -> dict[str, Space]:
    with np.load(path) as saved:
        return {
            block.name: Space(block.space, *(saved.get(f"{block.name}.{part}") for part in ("mean", "matrix")))
            for block in blocks
        }


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """One writer at a time, where the system can tell (POSIX); a killed one leaves nothing locked."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                f"another process is writing the index in '{folder}'", "wait until it is done", code="index-locked"
            ) from None
        yield
