"""Files that a killed run leaves whole, and the cache directory."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np


def user_path(path: str | Path) -> Path:
    """A path that a person gave: a leading ``~`` is the home folder, unless there is no such user."""
    return Path(os.path.expanduser(path))


@contextmanager
def write_aside(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success it takes the place of ``path`` in one step.

    The temporary name keeps the suffix, since several writers choose their format by it.
    """
    path = user_path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        aside.chmod(0o644)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def write_json(path: str | Path, value: Any) -> None:
    with write_aside(path) as aside:
        aside.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def read_json(path: str | Path) -> Any:
    return json.loads(user_path(path).read_text(encoding="utf-8"))


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
