"""What is written as a table, and read by spreadsheets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from artextract.errors import InputError
from artextract.files import user_path, write_aside

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def require_csv(path: str | Path) -> None:
    """Raise ``InputError`` for a name that does not end in .csv, before the work is done."""
    if Path(path).suffix.lower() != ".csv":
        raise InputError(f"'{path}' does not end in .csv", "give a file name that does", code="wrong-file-ending")


def write_frame(path: str | Path, frame: pd.DataFrame) -> Path:
    require_csv(path)
    with write_aside(path) as aside:
        frame.to_csv(aside, index=False, float_format="%.5g")
    return user_path(path)


def harmless(text: str) -> str:
    """A text that no spreadsheet calculates: one that would begin a formula gets an apostrophe in front, as
    https://owasp.org/www-community/attacks/CSV_Injection advises."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def without_apostrophe(text: str) -> str:
    """The text that ``harmless`` was given, so that what we write can be read back."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
