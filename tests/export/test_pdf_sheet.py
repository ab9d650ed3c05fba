"""The PDF of a list: pages, and text that can be selected."""

import re
import zlib
from dataclasses import replace

from artextract.export.pdf_sheet import COLUMNS, ROWS, _captions, as_pdf
from artextract.images import opened


def pages_of(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", data))


def of_length(listing, count: int):
    first = listing.paintings.frame.iloc[[0] * count]
    return replace(
        listing, paintings=replace(listing.paintings, frame=first.assign(id=[f"n{n}" for n in range(count)]))
    )


def test_captions_have_the_note_and_the_rights(listing):
    noted = replace(listing, notes={"p00": "see the letter"})
    assert [text for text, _, _ in _captions(noted, noted.records[0])] == [
        "=HYPERLINK(1)",
        "Ada, 1880/85",
        "see the letter",
        "CC0",
    ]


def test_pages_pictures_and_text(listing, tmp_path):
    data = as_pdf(listing)
    assert data.startswith(b"%PDF") and pages_of(data) == 1
    assert len(re.findall(rb"/Subtype /Image", data)) == len(listing)
    jpegs = re.findall(rb"/DCTDecode[^\0]*?stream\r?\n(\xff\xd8.*?\xff\xd9)\r?\nendstream", data, re.S)
    assert len(jpegs) == len(listing) and all(opened(jpeg).convert("RGB").getbbox() for jpeg in jpegs)
    streams = [
        zlib.decompress(part) for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S) if part[:1] == b"x"
    ]
    assert b"/ToUnicode" in data and any(b" Tj" in stream or b" TJ" in stream for stream in streams), "text is text"
    assert pages_of(as_pdf(of_length(listing, COLUMNS * ROWS + 1))) == 2
    lost = replace(listing, paintings=replace(listing.paintings, root=tmp_path))
    assert b"/Subtype /Image" not in as_pdf(lost)


def test_what_is_said_of_rights_has_a_page_where_the_last_is_full(listing):
    assert pages_of(as_pdf(of_length(listing, COLUMNS * ROWS))) == 2
