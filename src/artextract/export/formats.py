"""The formats that lists of paintings are exported in, and what their files are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from artextract.errors import InputError
from artextract.export.iiif import as_manifest
from artextract.export.linked_art import as_linked_art
from artextract.export.listing import Listing
from artextract.export.pdf_sheet import as_pdf
from artextract.export.rows import as_csv, as_json
from artextract.export.sheet import as_contact_sheet
from artextract.printable import counted


@dataclass(frozen=True)
class Format:
    """``most`` paintings fit into a file; ``takes`` names what may stand in it beside what is known of them.

    ``needs_address``: it is made of addresses on the web."""

    title: str
    about: str
    extension: str
    media_type: str
    most: int
    write: Callable[[Listing], bytes]
    takes: tuple[str, ...] = ("predictions", "decisions")
    needs_address: bool = False

    def bytes_of(self, listing: Listing) -> bytes:
        """The file; raises ``InputError`` for a list that is longer than ``most``."""
        if len(listing) > self.most:
            self.refuse(len(listing))
        return self.write(listing)

    def refuse(self, count: int) -> NoReturn:
        """Raise ``InputError`` for a list of so many paintings."""
        raise InputError(
            f"the list has {counted(count, 'painting')}, and this format, {self.title}, holds at most {self.most:,}",
            "narrow the list down, or choose another format",
            code="list-too-long",
        )


FORMATS = {
    "csv": Format("Table", "For a spreadsheet: one row a painting.", ".csv", "text/csv; charset=utf-8", 50_000, as_csv),
    "json": Format("JSON", "For programs: all that is known, nested.", ".json", "application/json", 50_000, as_json),
    "contact-sheet": Format(
        "Contact sheet",
        "To print: small pictures with captions and rights.",
        ".png",
        "image/png",
        500,
        as_contact_sheet,
        ("predictions",),
    ),
    "pdf": Format(
        "PDF",
        "To print: pages of pictures with captions, notes and rights.",
        ".pdf",
        "application/pdf",
        500,
        as_pdf,
        (),
    ),
    "iiif": Format(
        "IIIF manifest",
        "For viewers: a canvas for each painting, with annotations.",
        ".manifest.json",
        'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"',
        5_000,
        as_manifest,
        needs_address=True,
    ),
    "linked-art": Format(
        "Linked Art",
        "For museum systems: objects, makers, dates, pictures and rights.",
        ".linked-art.json",
        'application/ld+json;profile="https://linked.art/ns/v1/linked-art.json"',
        5_000,
        as_linked_art,
        needs_address=True,
    ),
}
"""Name -> format, in the order in which they are offered."""


def format_of(name: str) -> Format:
    """Raises ``InputError`` for an unknown name."""
    if name not in FORMATS:
        raise InputError(
            f"there is no export format '{name}'", f"choose one of {', '.join(FORMATS)}", code="unknown-export-format"
        )
    return FORMATS[name]


def file_name(title: str, format: Format) -> str:
    """A title as the name of a file that every system takes: "Blue, not green?" as "Blue, not green.csv"."""
    text = unicodedata.normalize("NFC", title)
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text if c not in '<>:"/\\|?*')
    text = re.sub(r" +", " ", text).strip(" .")[:80].rstrip(" .")
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", text):
        text = f"{text} paintings"
    return f"{text or 'paintings'}{format.extension}"
