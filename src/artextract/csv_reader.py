"""Reads any table of text that people save as CSV: every cell is text, as it is written.

What was taken for granted about encoding, separator and lines is told, never guessed in silence."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from artextract.csv_file import without_apostrophe
from artextract.errors import InputError
from artextract.files import user_path
from artextract.objects import Address, ImageFile
from artextract.printable import counted, one_line

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NO_TEXT = {
    b"PK\x03\x04": "a spreadsheet or an archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet",
    b"PAR1": "a parquet file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
}
_UNDEFINED = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
"""Bytes that mean nothing in Windows-1252; Latin-1 has a control character for each."""
_LONGEST_CELL = 1 << 24
_NAMED_LINES = 5
_END = "\x1dend\x1d"
"""Added as a last row: read as such, all quotation marks before it were closed."""


@dataclass(frozen=True)
class Sheet:
    """A table of text.

    ``rows`` have as many cells as ``header``; an empty cell is None. ``lines``: the line in the file at which each row
    begins, from 1. ``unread``: (line, reason) of rows that were set aside. ``notes``: what people should know of how
    the file was read."""

    header: list[str]
    rows: list[list[str | None]]
    lines: list[int]
    unread: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def column(self, name: str) -> list[str | None]:
        place = self.header.index(name)
        return [row[place] for row in self.rows]


def read_sheet(path: str | ImageFile, expected: Iterable[str] = (), encoding: str | None = None) -> Sheet:
    """Read a CSV file: UTF-8 or UTF-16 with or without a mark, else Windows-1252.

    Parted by commas, semicolons, tabs or bars, or as a first line ``sep=;`` says.

    ``expected`` are names of which a header has one: they decide the separator, in any case. Blanks around cells fall
    away. A row that is longer than the header is set aside, for nobody knows which of its cells is one too many; a
    shorter one is filled up. Raises ``InputError`` for a file that cannot be read as a table."""
    path = path if isinstance(path, Address) else user_path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error), "check the file and its permissions") from error
    text, notes = _decoded(data, path, encoding)
    text, said = _separator_line(text)
    separator = said or _separator(text, {name.casefold() for name in expected})
    if separator != "," and not said:
        notes.append(f"{path.name} is read with {SEPARATORS.get(separator, repr(separator))} between its cells")
    return _sheet(_records(text, separator, path, first=2 if said else 1), path, notes)


def _unreadable(path: ImageFile, why: str, mend: str = "save it as comma-separated UTF-8 text") -> InputError:
    return InputError(f"'{path}' cannot be read as CSV: {why}", mend, code="unreadable-csv")


def _decoded(data: bytes, path: ImageFile, encoding: str | None) -> tuple[str, list[str]]:
    notes: list[str] = []
    for start, what in _NO_TEXT.items():
        if data.startswith(start):
            raise _unreadable(path, f"it is {what}", "save the table as CSV (comma-separated UTF-8 text)")
    known = encoding or next((name for mark, name in _MARKS.items() if data.startswith(mark)), None) or _wide(data)
    if known is None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            text = data.decode("utf-8", errors="replace")
            spoilt = text.count("\ufffd")
            if sum(not letter.isascii() for letter in text) > 2 * spoilt:
                notes.append(f"{path.name} has {spoilt} characters that are not UTF-8, the first in line {line}")
                return text.removeprefix("\ufeff").replace("\0", ""), notes
            text = data.decode("latin-1" if any(byte in data for byte in _UNDEFINED) else "cp1252")
            words = (word for word in re.split(r"[\s,;|\"]+", text) if not word.isascii())
            such = next((f" (such as '{one_line(word, 40)}')" for word in words), "")  # else there are only blanks
            notes.append(
                f"{path.name} is not UTF-8 (line {line}) and was read as Windows-1252{such};"
                " if letters look wrong, save it as UTF-8, or name its encoding with --encoding"
            )
    else:
        try:
            text = data.decode(known)
        except (UnicodeError, LookupError) as error:
            raise _unreadable(path, f"it is not {known} ({error})", "save it as UTF-8, or name another encoding") from (
                error
            )
        if not known.startswith("utf-8") and not encoding:
            notes.append(f"{path.name} was read as {known.upper()}")
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        notes.append(f"{text.count(chr(0))} NUL characters in {path.name} were left out")
        text = text.replace("\0", "")
    return text, notes


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: of mostly Western text every other byte is 0."""
    start = data[:4000]
    if len(start) < 4 or start.count(0) < len(start) // 4:
        return None
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else None


def _separator_line(text: str) -> tuple[str, str | None]:
    """Take off the line ``sep=;`` with which Excel names the separator."""
    said = re.match(r'"?sep=([^\w\s"]|\t)"?[,;\t ]*(\r\n|\n|\r)', text, re.IGNORECASE)
    return (text[said.end() :], said[1]) if said else (text, None)


def _separator(text: str, expected: set[str]) -> str:
    """The one that gives a header with an expected name, else the one that parts the header most often."""

    def fit(separator: str) -> tuple[bool, int]:
        header: list[str] = next((row for row in _reader(text, separator) if any(cell.strip() for cell in row)), [])
        names = {name.strip().casefold() for name in header}
        return bool(names & expected), len(header)

    return max(SEPARATORS, key=fit)


def _reader(text: str, separator: str) -> Any:
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)


def _records(text: str, separator: str, path: ImageFile, first: int) -> list[tuple[int, list[str]]]:
    """(line, cells) of every row that is not empty; raises for a quotation mark that never closes."""
    records, line, cells = [], first, []
    reader = _reader(f"{text}\n{_END}\n", separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, [_cell(cell) for cell in cells]))
            line = reader.line_num + first
    except csv.Error as error:
        raise _unreadable(path, f"line {line}: {error}") from error
    if cells != [_END]:  # it lies inside a quotation
        raise _unreadable(
            path, f"a quotation mark opens in line {records[-1][0]} and never closes", "close it, or take it away"
        )
    return records[:-1]


def _cell(text: str) -> str:
    text = text.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:  # how Excel is told that 0012 is text
        text = text[2:-1].replace('""', '"')
    return without_apostrophe(text)


def _sheet(records: list[tuple[int, list[str]]], path: ImageFile, notes: list[str]) -> Sheet:
    if not records:
        raise _unreadable(path, "it is empty", "give it a line of column names and a line per image")
    (_, names), *rest = records
    width = max((place for place, name in enumerate(names, 1) if name), default=0)
    used = {place for _, cells in rest for place, cell in enumerate(cells[: len(names)]) if cell}
    header = [name or f"column {place}" for place, name in enumerate(names, 1)]
    keep = [place for place, name in enumerate(names) if name or place in used]
    unnamed = [header[place] for place in keep if not names[place]]
    if unnamed:
        notes.append(f"{path.name} has columns without a name; they are called {', '.join(unnamed)}")
    header = _distinct([header[place] for place in keep], path, notes)
    rows, lines, unread, short = [], [], [], []
    for line, cells in rest:
        extra = [cell for cell in cells[len(names) :] if cell]
        if extra:
            unread.append(
                (
                    line,
                    f"it has {counted(len(cells), 'cell')} and the header {len(names)}; put quotation marks around a"
                    " cell that"
                    " holds the separator",
                )
            )
            continue
        if len(cells) < width:
            short.append(line)
        cells = cells + [""] * (len(names) - len(cells))
        rows.append([cells[place] or None for place in keep])
        lines.append(line)
    if short:
        notes.append(
            f"in {_lines(short)} of {path.name} there are fewer cells than in the header; the others are empty"
        )
    if unread:
        notes.append(f"not read of {path.name}: {_lines([line for line, _ in unread])}, since {unread[0][1]}")
    return Sheet(header, rows, lines, unread, notes)


def _distinct(header: list[str], path: ImageFile, notes: list[str]) -> list[str]:
    """Names that differ in any case: the second "style" becomes "style_2"."""
    taken = {name.casefold() for name in header}
    seen: set[str] = set()
    named = []
    for name in header:
        if name.casefold() in seen:
            other = next(f"{name}_{n}" for n in itertools.count(2) if f"{name}_{n}".casefold() not in taken)
            notes.append(f"{path.name} has two columns '{name}'; the second is kept as '{other}'")
            taken.add(other.casefold())
            name = other
        seen.add(name.casefold())
        named.append(name)
    return named


def _lines(numbers: list[int]) -> str:
    listed = ", ".join(map(str, numbers[:_NAMED_LINES]))
    return f"line{'s' * (len(numbers) > 1)} {listed}" + (
        f" and {len(numbers) - _NAMED_LINES} more" if len(numbers) > _NAMED_LINES else ""
    )
