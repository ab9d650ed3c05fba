"""Contact sheets: what is written under the pictures, and that the pictures are there."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from artextract.drawing_text import font
from artextract.errors import InputError
from artextract.export import FORMATS, file_name
from artextract.export.sheet import BOX, GAP, captions, contact_sheet, wrapped
from tests.export.conftest import HITS
from tests.raising import raises


def test_captions_tell_the_rights(listing):
    lines = [[text for text, _ in captions(listing, record)] for record in listing.records]
    assert lines[0] == ["=HYPERLINK(1)", "Ada, 1880/85", "Cubism, portrait", "CC0"]
    assert lines[1][:3] == ["<b>Bold</b>", "Bo, 1881", "perhaps Cubism (61%)"]
    assert lines[3][:2] == ["p03.png", "Ada, 44, p03"], "where there is no title the file and the id are told"
    assert all(
        any(record["rights"].startswith(line[:20]) for line in found)
        for record, found in zip(listing.records, lines, strict=False)
    )
    assert [text for text, _ in captions(replace(listing, hits=HITS), listing.records[0])][0].startswith("1  ")


def test_the_pictures_lie_in_rows(listing):
    sheet = np.asarray(contact_sheet(listing)).astype(int)
    blue = (sheet[..., 2] > sheet[..., 0] + 40).any(axis=0)
    found = [bool(blue[GAP + place * (BOX + GAP) : GAP + place * (BOX + GAP) + 160].any()) for place in range(5)]
    assert found == [True] * 5 and sheet.shape[1] == GAP + 5 * (BOX + GAP)
    assert Image.open(io.BytesIO(FORMATS["contact-sheet"].bytes_of(listing))).size == (sheet.shape[1], sheet.shape[0])


def test_a_lost_picture_leaves_a_frame(listing, tmp_path):
    sheet = contact_sheet(replace(listing, paintings=replace(listing.paintings, root=tmp_path)))
    assert np.asarray(sheet).std() > 0


def test_an_empty_list_is_drawn_too(listing):
    assert contact_sheet(replace(listing, paintings=listing.paintings.rows([]))).height > 100


@given(st.text(alphabet="abc de", max_size=60), st.integers(1, 4))
def test_wrapped_lines_fit_and_keep_the_words(text, most):
    face = font(14)
    lines = wrapped(text, 14, 60, most)
    assert len(lines) <= most and all(face.getlength(line) <= 60 for line in lines)
    if not any(line.endswith("…") for line in lines):
        assert " ".join(lines).split() == text.split()


def test_too_long_lists_are_refused(listing):
    with raises(InputError, "list-too-long", "5", "4"):
        replace(FORMATS["contact-sheet"], most=4).bytes_of(listing)


@pytest.mark.parametrize(
    "title, name",
    [
        ("Blue, not green?", "Blue, not green.csv"),
        ("", "paintings.csv"),
        ("../../etc/passwd", "etcpasswd.csv"),
        ("a\r\nb", "a b.csv"),
        ("Kähler “Öl”", "Kähler “Öl”.csv"),
        ("...", "paintings.csv"),
        ("con", "con paintings.csv"),
        ("x" * 300, "x" * 80 + ".csv"),
    ],
)
def test_file_names(title, name):
    assert file_name(title, FORMATS["csv"]) == name
