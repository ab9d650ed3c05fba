"""What is written as a table, and read by spreadsheets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.errors import InputError
from artextract.files import user_path, write_aside
from artextract.printable import one_line

_WHOLE = 2**53
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def require_csv(path: str | Path) -> None:
    """Raise ``InputError`` for a name that does not end in .csv, before the work is done."""
    if Path(path).suffix.lower() != ".csv":
        raise InputError(f"'{path}' does not end in .csv", "give a file name that does", code="wrong-file-ending")


def write_frame(path: str | Path, frame: pd.DataFrame) -> Path:
    """A table as CSV that no spreadsheet calculates, numbers with five digits."""
    require_csv(path)
    with write_aside(path) as aside:
        for_sheets(frame).to_csv(aside, index=False, float_format="%.5g")
    return user_path(path)


def for_sheets(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose cells are as ``written`` has them, and whose whole numbers have no ".0" where some are missing."""
    columns = []
    for _, values in frame.items():
        if pd.api.types.is_float_dtype(values.dtype):
            numbers = values.to_numpy(dtype=float, na_value=np.nan)
            known = numbers[~np.isnan(numbers)]
            if len(known) and (known == np.floor(known)).all() and (np.abs(known) < _WHOLE).all():
                values = values.astype("Int64")
        elif not (pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype)):
            values = pd.Series([written(value) for value in values], index=frame.index, dtype=object)
        columns.append(values)
    table = pd.DataFrame(dict(enumerate(columns)), index=frame.index)
    table.columns = pd.Index([harmless(one_line(str(name), None)) for name in frame.columns])
    return table


def cell(value: Any) -> Any:
    """A value as a cell that no spreadsheet calculates: the items of a list parted by semicolons, numbers as numbers,
    None for what is missing. Words stay as they are, line breaks too, which stand in quotation marks."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return cell("; ".join(_CONTROLS.sub("", str(whole(item))) for item in value))
    if value is None or pd.isna(value):
        return None
    return value if isinstance(value, (int, float, np.number, np.bool_)) else harmless(str(value))


def written(value: Any) -> Any:
    """``cell`` without the control characters that end a text for some readers, or that they refuse."""
    found = cell(_CONTROLS.sub("", value) if isinstance(value, str) else value)
    return _CONTROLS.sub("", found) if isinstance(found, str) else found


def whole(value: Any) -> Any:
    """1880.0 as 1880, all else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def harmless(text: str) -> str:
    """A text that no spreadsheet calculates: one that would begin a formula gets an apostrophe in front, as
    https://owasp.org/www-community/attacks/CSV_Injection advises."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def without_apostrophe(text: str) -> str:
    """The text that ``harmless`` was given, so that what we write can be read back."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
