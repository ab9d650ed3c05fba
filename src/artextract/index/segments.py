"""The files of an embedded index: segments, the fitted spaces, and the lock of the one who writes."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from artextract.index.stacked import Stacked
from artextract.locks import lock

Floats = NDArray[np.float32]
_ROWS = 8192


def densities_of(units: Floats | Stacked, norms: Floats, against: Floats) -> Floats:
    found = np.zeros(len(norms), dtype=np.float32)
    for part in slices(len(norms)):
        found[part] = np.where(norms[part] > 0, densities(units[part], against), 0)
    return found


class NewSegment:
    """A segment that is being written: ``with NewSegment(folder, ids, hashes) as new`` takes its arrays, and at the end
    it appears under ``name``, whole, with checksums; or not at all."""

    def __init__(self, folder: Path, ids: Sequence[str], hashes: Sequence[str]):
        self.name = f"segment-{uuid.uuid4().hex[:8]}"
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._aside = folder_aside(folder)
        write_json(self._aside / "rows.json", {"ids": list(ids), "hashes": list(hashes)})

    def __enter__(self) -> NewSegment:
        return self

    def block(self, block: Block, parts: Iterable[Floats], n: int) -> None:
        """Write the units of a feature, ``n`` rows (n, dim), of which ``parts`` has some at a time."""
        path = self._aside / f"{block.name}.npy"
        if not n:
            np.save(path, np.empty((0, block.dim), dtype=block.dtype))
            return
        whole = np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(block.dtype), shape=(n, block.dim))
        start = 0
        for part in parts:
            whole[start : start + len(part)] = part
            start += len(part)
        whole.flush()

    def written(self, block: Block) -> Stacked:
        """The units of a feature as they were written."""
        part = np.lib.format.open_memmap(self._aside / f"{block.name}.npy", mode="r")
        return Stacked([part], [np.arange(len(part))])

    def column(self, block: Block, name: str, values: Floats) -> None:
        """Write "norms" or "density" of a feature, float32 (n,)."""
        np.save(self._aside / f"{block.name}.{name}.npy", np.asarray(values, dtype=np.float32))

    def __exit__(self, kind: object, *error: object) -> None:
        try:
            if kind is None:
                write_checksums(self._aside)
                self._aside.chmod(0o755)
                self._aside.rename(self._folder / self.name)
        finally:
            shutil.rmtree(self._aside, ignore_errors=True)


def slices(n: int) -> Iterator[slice]:
    """The rows 0 to ``n``, some thousand at a time."""
    return (slice(start, min(start + _ROWS, n)) for start in range(0, n, _ROWS))


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
    """One writer at a time; a killed one leaves nothing locked."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "wb") as file:
        try:
            lock(file.fileno())
        except OSError:
            raise InputError(
                f"another process is writing the index in '{folder}'", "wait until it is done", code="index-locked"
            ) from None
        yield
