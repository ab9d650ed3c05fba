"""Letters that DejaVu Sans lacks: those of another typeface of the computer, else a box, and a line that says so."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

from artextract import typefaces
from artextract.drawing_text import fitted, font
from artextract.export.pdf_sheet import as_pdf
from artextract.export.sheet import contact_sheet
from artextract.typefaces import drawn, explained, is_truetype, typeface

HARBOUR = "\u6e2f Harbour"


def made_font(path: Path, letters: str, truetype: bool = True) -> Path:
    """A typeface whose every letter is a black square of its own size."""
    names = [".notdef", *(f"u{ord(letter):04X}" for letter in dict.fromkeys(letters))]
    builder = FontBuilder(1000, isTTF=truetype)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): f"u{ord(letter):04X}" for letter in letters})
    glyphs = {}
    for place, name in enumerate(names):
        pen = TTGlyphPen(None) if truetype else T2CharStringPen(1000, None)
        side = 300 + 10 * place
        pen.moveTo((0, 0)), pen.lineTo((0, side)), pen.lineTo((side, side)), pen.lineTo((side, 0)), pen.closePath()
        glyphs[name] = pen.glyph() if truetype else pen.getCharString()
    if truetype:
        builder.setupGlyf(glyphs)
    else:
        builder.setupCFF("Made", {"FullName": "Made"}, glyphs, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Made", "styleName": "Regular", "psName": "Made-Regular"})
    builder.setupOS2(sTypoAscender=800)
    builder.setupPost()
    builder.save(path)
    return path


@pytest.fixture
def installed(monkeypatch):
    """A computer with these typefaces, beside those that come with matplotlib."""

    def use(*paths):
        monkeypatch.setattr(typefaces, "_installed", lambda: paths)
        monkeypatch.setattr(typefaces, "_known", {})
        typefaces._chosen.cache_clear()

    use()
    yield use
    typefaces._chosen.cache_clear()


def test_letters_that_no_typeface_has_are_boxes_and_it_is_said(installed):
    assert drawn("Tomoe \u5df4\u5fa1\u524d") == "Tomoe \u25a1\u25a1\u25a1"
    assert drawn("\u0e20\u0e32\u0e1e") == "\u25a1\u25a1\u25a1" and drawn(
        "Blue\U000e0100 \u0416\u03b1\u05d0\u0627\u0301"
    ) == ("Blue \u0416\u03b1\u05d0\u0627\u0301")
    assert explained(["Tomoe \u5df4", "\u0e20", "plain"]) == [
        "\u25a1 stands for letters (CJK, Thai) that no typeface of the computer has that made this"
    ]
    assert "letters (CJK, Symbols) that" in explained(["\u5df4 \U0001f3a8 \U0001f469\u200d\U0001f3a8"])[0]
    assert explained(["plain", "\u0416"]) == []


def test_a_typeface_of_the_computer_is_used_that_has_them(installed, tmp_path):
    other = made_font(tmp_path / "other.ttf", "A\u0e20")
    right = made_font(tmp_path / "right.ttf", HARBOUR + "\u2026")
    installed(other, right)
    assert typeface("Harbour") != right and typeface(HARBOUR) == typeface(HARBOUR, bold=True) == right
    assert drawn(HARBOUR) == HARBOUR and explained([HARBOUR]) == []
    assert font(20, text=HARBOUR).path == right and fitted(HARBOUR, 20, 70) == "\u6e2f\u2026"
    assert typeface("\u0e20") == other, "of another script, another one"


@pytest.mark.parametrize("truetype", [True, False])
def test_sheets_are_drawn_with_it_and_nothing_is_warned_of(installed, listing, tmp_path, truetype):
    strange = replace(listing, title=HARBOUR, summary="\u6e2f \u0e20")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        boxes, sheet = as_pdf(strange), np.asarray(contact_sheet(strange))
        face = made_font(tmp_path / "made.otf", HARBOUR + "0123456789 /\u00b7", truetype)
        installed(face)
        assert is_truetype(face) == truetype
        letters = as_pdf(strange)
        assert not np.array_equal(np.asarray(contact_sheet(strange)), sheet)
    assert b"Made" not in boxes and b"Made" in letters
    assert (b"/FontFile2" in letters) == truetype, "outlines that are not TrueType are drawn"
