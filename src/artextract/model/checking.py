"""Whether the files of a model's folder are still what a training wrote.

``checksums.json`` is written when the training is done. The weights are compared with the hash in ``config.json``
whenever a model is opened; probes and metric with their checksum when they are read, which costs a second for each GB;
tables by the checksums that parquet keeps of its pages; everything by ``artextract doctor --model``. A folder of an
older version has no checksums and opens as it is. Class names are bound by their hash; the rest of ``config.json`` and
the history are text that people may edit, so only the doctor compares them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from artextract.checksums import FILE_NAME, changed, damage, read_checksums, update_checksums, write_checksums
from artextract.errors import MismatchError

MEND = "copy the whole model folder again, or train it again"
_LOOSE = ("README.md",)
"""Edited by people."""


def write_model_checksums(folder: str | Path) -> None:
    """Write what is known of the files of a trained model, all but those that people edit."""
    names = (path.name for path in Path(folder).iterdir() if not path.name.startswith("."))
    write_checksums(folder, [name for name in names if name not in _LOOSE])


def written_anew(folder: str | Path, name: str) -> None:
    """Tell the checksums of a file that was written after the training."""
    with suppress(ValueError):  # damaged checksums stay as they are, for the doctor to find
        update_checksums(folder, name)


def require_written(path: Path, code: str = "model-damaged", mend: str = MEND) -> None:
    """Raise ``MismatchError`` where a file of a model is not what was written.

    Nothing is known of one that is not listed."""
    try:
        known = (read_checksums(path.parent) or {}).get(path.name)
        reason = changed(path, known) if known is not None and path.is_file() else ""
    except (OSError, ValueError) as error:
        path, reason = path.with_name(FILE_NAME), str(error)
    if reason:
        raise MismatchError(f"'{path}' is damaged: {reason}", mend, code=code)


def model_damage(folder: str | Path) -> dict[str, str]:
    """Every file of a model that is not what was written, as name -> reason; empty where nothing is known."""
    return damage(folder)
