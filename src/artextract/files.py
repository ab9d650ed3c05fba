"""Files that a killed run leaves whole, and the cache directory."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote_to_bytes

import numpy as np

ASIDE = ".aside-"
"""How the names of files and folders begin that are not whole yet."""
WINDOWS = os.name == "nt"
LEFT_BEHIND = 24 * 3600.0
"""Seconds after which nobody writes any more what was not changed meanwhile: whoever did was killed."""
HEADERS = Lock()
"""Held while NumPy reads the header of an array, a Python literal: two threads that parse literals at once can get a
SystemError from Python 3.11 (https://github.com/python/cpython/issues/106905), and a whole file would seem damaged."""
_FILE_URL = re.compile(r"file:(//(localhost)?(?=/)(/(?=[A-Za-z]:))?|(?=//[^/])|(?=/[^/]))", re.IGNORECASE)
_looked_into: set[Path] = set()


def clear_leftovers(folder: str | Path) -> None:
    """Remove what killed runs left half written in a folder, once a process.

    What is younger than a day may still be worked on. What cannot be removed stays."""
    folder = Path(folder).absolute()
    if folder in _looked_into:
        return
    _looked_into.add(folder)
    latest = time.time() - LEFT_BEHIND
    with suppress(OSError):
        for left in list(folder.glob(f"{ASIDE}*")):
            with suppress(OSError):
                if all(path.lstat().st_mtime < latest for path in (left, *left.glob("*"))):
                    if left.is_dir() and not left.is_symlink():
                        shutil.rmtree(left, ignore_errors=True)
                    else:
                        left.unlink()


def folder_aside(parent: str | Path) -> Path:
    """A new folder to fill, which its maker renames into place; those that killed runs left there are removed."""
    clear_leftovers(parent)
    return Path(tempfile.mkdtemp(dir=parent, prefix=ASIDE))


def user_path(path: str | Path) -> Path:
    """A path that a person gave: a leading ``~`` is the home folder, unless there is no such user, and a ``file:`` URL,
    as file managers copy it, is the path of its file."""
    text = os.fspath(path)
    return Path(
        os.fsdecode(unquote_to_bytes(without_file_url(text))) if is_file_url(text) else os.path.expanduser(text)
    )


def is_file_url(text: str) -> bool:
    return _FILE_URL.match(text) is not None


def without_file_url(text: str) -> str:
    """The path in a ``file:`` URL, with escapes as they stand; any other text as it is. "file:///C:/x" is "C:/x", and
    "file://server/share/x" is "//server/share/x", a share in the network."""
    return _FILE_URL.sub("", text, count=1)


@contextmanager
def write_aside(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success it takes the place of ``path`` in one step.

    What killed runs left beside it is removed. The temporary name keeps the suffix, since several writers choose their
    format by it.
    """
    path = user_path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{ASIDE}{path.stem[:60]}-", suffix=path.suffix)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        aside.chmod(0o644)
        _put(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _put(aside: Path, path: Path) -> None:
    """Windows replaces no file while somebody reads it: there it is tried for some seconds."""
    for wait in (0.05, 0.1, 0.2, 0.5, 1.0, 2.0) if WINDOWS else ():
        try:
            os.replace(aside, path)
            return
        except PermissionError:
            time.sleep(wait)
    os.replace(aside, path)


def json_text(value: Any) -> str:
    """A value as ``write_json`` writes it."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: str | Path, value: Any) -> None:
    with write_aside(path) as aside:
        aside.write_text(json_text(value), encoding="utf-8")


def read_json(path: str | Path) -> Any:
    """The value of a JSON file; raises ``ValueError`` where it is none."""
    return parse_json(user_path(path).read_bytes())


def parse_json(data: bytes) -> Any:
    """The value of JSON in UTF-8; raises ``ValueError`` for anything else, and for lists nested without end."""
    try:
        return json.loads(data.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def read_array(path: str | Path, dtype: Any, shape: tuple[int | None, ...]) -> np.ndarray:
    """An array of a .npy file, memory-mapped for reading.

    ``shape`` has None where any length will do. Raises ``ValueError`` where the file holds anything else, and never
    unpickles."""
    try:
        array = _mapped(path)
    except OSError:
        raise
    except Exception as error:  # a header is a Python literal, so a damaged one can raise almost anything
        raise ValueError(f"'{Path(path).name}' is no array that can be read ({error})") from error
    fits = array.ndim == len(shape) and all(want in (None, have) for want, have in zip(shape, array.shape, strict=True))
    if array.dtype != np.dtype(dtype) or not fits:
        wanted = ", ".join("any" if length is None else str(length) for length in shape)
        raise ValueError(
            f"'{Path(path).name}' holds {array.dtype} of shape {array.shape}, not {np.dtype(dtype)} of ({wanted})"
        )
    return array


def _mapped(path: str | Path) -> np.ndarray:
    with HEADERS:
        try:
            return np.lib.format.open_memmap(path, mode="r")
        except SystemError:  # another thread parsed something else meanwhile
            return np.lib.format.open_memmap(path, mode="r")


def write_array(path: str | Path, array: np.ndarray) -> None:
    with write_aside(path) as aside, aside.open("wb") as file:
        np.save(file, array)


def cache_dir() -> Path:
    """Where compiled networks are kept: ``$ARTEXTRACT_CACHE``, or ``artextract`` in the user's cache directory."""
    chosen = os.environ.get("ARTEXTRACT_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "artextract"
