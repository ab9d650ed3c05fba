"""Checksums of stored files: they tell what a worn disk or a broken copy has changed.

    FOLDER/checksums.json    {"vectors.npy": {"size": 6272, "blocks": ["9f0c...", ...]}, ...}

Each file has its size and the BLAKE2b digest (16 bytes) of each of its blocks of 1 MiB, so that of a large file only
what is read needs to be compared. Comparing costs about a second for each GB. A folder that an older version wrote has
no checksums: nothing is known of it, and it counts as whole until it is written again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artextract.files import json_text, parse_json, read_json, write_json

FILE_NAME = "checksums.json"
BLOCK = 1 << 20
_DIGEST_SIZE = 16
BLANK = b"blake2b:" + b"0" * 2 * _DIGEST_SIZE
"""What stands in a file in the place of its own checksum while that is reckoned."""


@dataclass(frozen=True)
class Checksum:
    """The size of a file in bytes, and the digest of each of its blocks as hex."""

    size: int
    blocks: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"size": self.size, "blocks": list(self.blocks)}

    @staticmethod
    def from_dict(saved: Any) -> Checksum:
        """Raises ``ValueError`` for anything but what ``as_dict`` gives."""
        match saved:
            case {"size": int(size), "blocks": list(blocks)} if all(isinstance(block, str) for block in blocks):
                return Checksum(size, tuple(blocks))
        raise ValueError("a checksum has another form")


Checksums = Mapping[str, Checksum]


def checksum(path: str | Path) -> Checksum:
    """The checksum of a file as it is now."""
    blocks = tuple(_digest(block) for block in _blocks(Path(path)))
    return Checksum(Path(path).stat().st_size, blocks)


def write_checksums(folder: str | Path, names: Iterable[str] | None = None) -> None:
    """Write ``checksums.json`` about some files of a folder (by default all that are in it); of those named, what is
    not there is left out."""
    folder = Path(folder)
    if names is None:
        names = (path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    there = sorted(name for name in names if name != FILE_NAME and (folder / name).is_file())
    write_json(folder / FILE_NAME, {name: checksum(folder / name).as_dict() for name in there})


def update_checksums(folder: str | Path, *names: str) -> None:
    """Bring ``checksums.json`` up to date for files that were written anew; a folder that has none stays without.

    Raises ``ValueError`` where it is damaged."""
    folder = Path(folder)
    known = read_checksums(folder)
    if known is None:
        return
    now = {name: checksum(folder / name) for name in names if (folder / name).is_file()}
    kept = {name: one for name, one in known.items() if name not in names} | now
    write_json(folder / FILE_NAME, {name: kept[name].as_dict() for name in sorted(kept)})


def read_checksums(folder: str | Path) -> dict[str, Checksum] | None:
    """What a folder's ``checksums.json`` says, by the names of files; None where there is none.

    Raises ``ValueError`` where it is damaged itself."""
    try:
        saved = read_json(Path(folder) / FILE_NAME)
    except FileNotFoundError:
        return None
    if not isinstance(saved, dict):
        raise ValueError(f"'{FILE_NAME}' is not a list of checksums by name")
    return {name: Checksum.from_dict(one) for name, one in saved.items()}


def damage(folder: str | Path, names: Iterable[str] | None = None, sizes_only: bool = False) -> dict[str, str]:
    """What is wrong with the files of a folder, as name -> reason.

    Empty where all is as it was written, or nothing is known.

    ``names`` chooses among the files. With ``sizes_only`` nothing is read but ``checksums.json``."""
    folder = Path(folder)
    try:
        known = read_checksums(folder)
    except (OSError, ValueError):
        return {FILE_NAME: "it cannot be read"}
    if known is None:
        return {}
    found = {}
    for name in known if names is None else names:
        reason = changed(folder / name, known.get(name), sizes_only)
        if reason:
            found[name] = reason
    return found


def changed(path: Path, known: Checksum | None, size_only: bool = False) -> str:
    """Why a file is not what was written; "" where it is. None for ``known`` says that its folder does not list it."""
    if known is None:
        return f"{FILE_NAME} does not list it"
    try:
        if path.stat().st_size != known.size:
            return f"it has {path.stat().st_size} bytes, {known.size} were written"
        if not size_only and checksum(path) != known:
            return "its contents are not what was written"
    except FileNotFoundError:
        return "it is missing"
    except OSError as error:
        return error.strerror or str(error)
    return ""


def signed(value: Mapping[str, Any], text: Callable[[Any], str] = json_text) -> dict[str, Any]:
    """A value with its own checksum, under "checksum".

    ``text`` is how it will be written, as ``write_json`` does by default."""
    return {**value, "checksum": _digest(text({**value, "checksum": ""}).encode())}


def read_signed(path: str | Path, required: bool = False) -> Any:
    """The value of a JSON file that was written of a ``signed`` one, as that was.

    One without a checksum is of an older version, unless that is ``required``.

    Raises ``ValueError`` where any byte of it is another."""
    data = Path(path).read_bytes()
    saved = parse_json(data)
    if isinstance(saved, dict) and "checksum" in saved:
        own = saved.pop("checksum")
        if _digest(data.replace(f'"{own}"'.encode(), b'""')) != own:
            raise ValueError("its contents are not what was written")
    elif required:
        raise ValueError("it has no checksum")
    return saved


def seal(path: Path) -> None:
    """Put the checksum of a file into itself, in the place that ``BLANK`` keeps there.

    It is that of the file with ``BLANK``. Raises ``ValueError`` where the file has no such place."""
    data = path.read_bytes()
    at = data.rindex(BLANK)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(_sealed_with(_digest(data)))


def is_sealed(data: bytes, own: bytes) -> bool:
    """Whether bytes, in which ``own`` stands where ``BLANK`` stood, are still those that ``seal`` left."""
    at = max(0, data.rfind(own))
    digest = hashlib.blake2b(digest_size=_DIGEST_SIZE)
    for part in (memoryview(data)[:at], BLANK, memoryview(data)[at + len(own) :]):
        digest.update(part)
    return own == _sealed_with(digest.hexdigest())


def _sealed_with(digest: str) -> bytes:
    return b"blake2b:" + digest.encode()


class CheckedFile:
    """A file that is compared with its checksum as it is read: each block once, when it is first asked for."""

    def __init__(self, path: Path, known: Checksum | None):
        """Without ``known`` nothing is compared."""
        self.path = path
        self._known = known
        self._unseen = set(range(len(known.blocks))) if known else set()

    def require(self, start: int = 0, stop: int | None = None) -> None:
        """Compare the blocks that hold the bytes ``start`` to ``stop`` (all by default), unless that was done before.

        Raises ``ValueError`` where one is not what was written. A file that has been removed meanwhile is passed over:
        who opened it before has it still."""
        if not self._unseen or self._known is None:
            return
        last = len(self._known.blocks) - 1 if stop is None else (max(stop, 1) - 1) // BLOCK
        wanted = self._unseen.intersection(range(start // BLOCK, last + 1))
        if not wanted:
            return
        try:
            with self.path.open("rb") as file:
                for number in sorted(wanted):
                    file.seek(number * BLOCK)
                    if _digest(file.read(BLOCK)) != self._known.blocks[number]:
                        raise ValueError(f"the contents of '{self.path.name}' are not what was written")
                    self._unseen.discard(number)
        except FileNotFoundError:
            self._unseen.clear()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _digest(block: bytes) -> str:
    return hashlib.blake2b(block, digest_size=_DIGEST_SIZE).hexdigest()
