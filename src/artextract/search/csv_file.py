"""What is written as a table beside a picture."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from artextract.errors import InputError
from artextract.files import write_aside


def require_csv(path: str | Path) -> None:
    """Raise ``InputError`` for a name that does not end in .csv, before the work is done."""
    if Path(path).suffix.lower() != ".csv":
        raise InputError(f"'{path}' does not end in .csv", "give a file name that does")


def write_frame(path: str | Path, frame: pd.DataFrame) -> Path:
    require_csv(path)
    with write_aside(path) as aside:
        frame.to_csv(aside, index=False, float_format="%.5g")
    return Path(path)
