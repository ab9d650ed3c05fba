"""The files of an embedded index: segments, the fitted spaces, and the lock of the one who writes."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artextract.checksums import write_checksums
from artextract.errors import InputError
from artextract.files import HEADERS, folder_aside, read_json, write_aside, write_json
from artextract.forms import misfit
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
        write_checksums(aside)
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


def read_rows(segment: Path) -> tuple[list[str], list[str]]:
    """The ids and content hashes of a segment, in row order; raises ``ValueError`` where they do not fit together."""
    rows = read_json(segment / "rows.json")
    problem = misfit(rows, {"ids": [object], "hashes": [object]})
    if problem:
        raise ValueError(f"rows.json: {problem}")
    ids, hashes = rows["ids"], rows["hashes"]
    if len(ids) != len(hashes):
        raise ValueError("the lists of ids and hashes differ in length")
    if not all(isinstance(text, str) for texts in (ids, hashes) for text in texts):
        raise ValueError("the lists of ids and hashes hold something else")
    return ids, hashes


def read_spaces(path: Path, blocks: Sequence[Block]) -> dict[str, Space]:
    """The spaces that ``write_spaces`` wrote; raises ``ValueError`` where they are not of the blocks."""
    try:
        with HEADERS, np.load(path, allow_pickle=False) as saved:
            arrays = {name: saved[name] for name in saved.files}
    except FileNotFoundError:
        raise
    except Exception as error:  # NumPy and zipfile raise much
        raise ValueError(f"'{path.name}' cannot be read ({error})") from error
    spaces = {
        block.name: Space(block.space, *(arrays.get(f"{block.name}.{part}") for part in ("mean", "matrix")))
        for block in blocks
    }
    for block in blocks:
        if not _fits(spaces[block.name], block.dim):
            raise ValueError(f"'{path.name}' does not hold the space of '{block.name}'")
    return spaces


def _fits(space: Space, dim: int) -> bool:
    """Whether the arrays of a space lead to vectors of ``dim`` numbers."""
    mean, matrix = space.mean, space.matrix
    for array, axes in ((mean, 1), (matrix, 2)):
        if array is not None and (array.dtype != np.float32 or array.ndim != axes or not np.isfinite(array).all()):
            return False
    if matrix is not None:
        return matrix.shape[1] == dim and mean is not None and matrix.shape[0] == len(mean)
    return mean is None or len(mean) == dim


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
