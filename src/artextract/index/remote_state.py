"""What the folder of a collection keeps of an index at a server: the files that ``remote`` names."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.checksums import checksum, read_signed, signed
from artextract.errors import MismatchError
from artextract.files import write_aside, write_json
from artextract.forms import misfit
from artextract.index import STORE

FORMAT = 1
_FORM = {
    "format": int,
    "store": str,
    "collection": str,
    "config": {str: object},
    "rows": str,
    "columns": str,
    "last": int,
    "dead": [int],
    "kind": str,
    "parts": {str: [object]},
    "fields": {str: [str]},
}


def state_of(folder: Path) -> dict[str, Any]:
    """What ``store.json`` says; raises ``MismatchError`` where it, or a file that it names, is damaged."""
    try:
        state: dict[str, Any] = read_signed(folder / STORE)
        problem = misfit(state, _FORM)
        if problem:
            raise ValueError(problem)
        if state["format"] != FORMAT:
            raise MismatchError(
                f"the index in '{folder}' is of format {state['format']}, this version reads {FORMAT}",
                "build it again with: artextract index COLLECTION",
                code="index-format",
            )
        for name, known in state["files"].items():
            if checksum(folder / name).as_dict() != known:
                raise ValueError(f"'{name}' is not what was written")
        return state
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(folder, error) from error


def write_state(
    folder: Path,
    state: Mapping[str, Any],
    ids: Sequence[str],
    hashes: Sequence[str],
    arrays: Mapping[str, NDArray[Any]],
) -> None:
    """Put a state in force, with its rows, and clear away what it does not name."""
    mark, spaces = uuid.uuid4().hex[:8], state["config"]["spaces"]
    rows, columns = f"rows-{mark}.json", f"columns-{mark}.npz"
    write_json(folder / rows, {"ids": list(ids), "hashes": list(hashes)})
    with write_aside(folder / columns) as aside, open(aside, "wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    files = {name: checksum(folder / name).as_dict() for name in (rows, columns, spaces)}
    write_json(folder / STORE, signed({**state, "rows": rows, "columns": columns, "files": files}))
    for old in folder.iterdir():
        if old.name not in {STORE, ".lock", rows, columns, spaces} and not old.name.startswith("aside-"):
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)


def damaged(folder: Path, error: Exception) -> MismatchError:
    """What is raised where the files of a folder are not what was written."""
    return MismatchError(
        f"the index in '{folder}' is damaged ({error})",
        "build it again with: artextract index COLLECTION",
        code="index-damaged",
    )
