"""Which typeface has the letters of a text: DejaVu Sans, which comes with matplotlib and has those of Europe and the
Near East, else one that this computer has. What none has is drawn as a box, and can be told."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from artextract.printable import LONGEST, one_line

BOX = "□"
"""Drawn in the place of a letter that no typeface has."""
_NOT_USED = ("Last Resort", "STIX", "cm", "DejaVu")
"""How the typefaces begin that come with matplotlib for formulas, or draw boxes as letters."""
_CANDIDATES = 4


def typeface(text: str, bold: bool = False) -> Path:
    """The file of the typeface that has most letters of a text; DejaVu Sans where it has as many as any."""
    return _chosen(one_line(text), bold)


def drawn(text: str, bold: bool = False, longest: int = LONGEST) -> str:
    """The text on one line with a box for each letter that its typeface lacks; marks that it lacks fall away."""
    text = one_line(text, longest)
    face = _opened(typeface(text, bold))
    box = next((sign for sign in (BOX, "?", " ") if face.get_char_index(ord(sign))), "")
    return "".join(
        letter if face.get_char_index(ord(letter)) else "" if _is_mark(letter) else box for letter in text
    ).strip()


def missing_scripts(texts: Iterable[str]) -> list[str]:
    """The scripts of letters that are drawn as boxes in some of these texts, such as "Cjk", in their order."""
    found: dict[str, None] = {}
    for text in texts:
        face = _opened(typeface(one_line(text)))
        found |= {_script(letter): None for letter in one_line(text) if _is_missing(face, letter)}
    return sorted(found)


def explained(texts: Iterable[str]) -> list[str]:
    """A line that says what the boxes in these texts are, where there are any."""
    scripts = missing_scripts(texts)
    if not scripts:
        return []
    shown = ", ".join(scripts[:6])
    return [f"{BOX} stands for letters ({shown}) that no typeface of the computer has that made this"]


def is_truetype(path: Path) -> bool:
    """Whether the outlines of a typeface are TrueType's, which a PDF can hold as they are, and not PostScript's."""
    with path.open("rb") as file:
        start = file.read(16)
        if start.startswith(b"ttcf"):
            file.seek(int.from_bytes(start[12:16], "big"))
            start = file.read(4)
    return not start.startswith(b"OTTO")


@lru_cache(maxsize=4096)
def _chosen(text: str, bold: bool) -> Path:
    own = _dejavu(bold)
    missing = [letter for letter in text if _is_missing(_opened(own), letter)]
    if not missing:
        return own
    scripts = dict.fromkeys(_script(letter) for letter in missing)
    faces = [own, *(path for script in scripts for path in _faces_of(script, tuple(missing)))]
    return min(faces, key=lambda path: sum(_is_missing(_opened(path), letter) for letter in text))


_known: dict[str, tuple[Path, ...]] = {}


def _faces_of(script: str, letters: tuple[str, ...]) -> tuple[Path, ...]:
    """Typefaces of this computer that have the first of these letters that is of a script, upright and of usual weight
    first. They are looked for once a script, since there may be hundreds."""
    if script not in _known:
        letter = ord(next(letter for letter in letters if _script(letter) == script))
        found = (path for path in _installed() if _opened(path).get_char_index(letter))
        _known[script] = tuple(itertools.islice(found, _CANDIDATES))
    return _known[script]


@lru_cache
def _installed() -> tuple[Path, ...]:
    from matplotlib import font_manager

    faces = [
        (
            face.style != "normal",
            str(face.weight) not in ("400", "normal", "regular", "book"),
            "Serif" in face.name,
            face,
        )
        for face in font_manager.fontManager.ttflist
        if not face.name.startswith(_NOT_USED)
    ]
    ordered = sorted(faces, key=lambda row: (*row[:3], row[3].name, row[3].fname))
    return tuple(path for *_, face in ordered if (path := Path(face.fname)).is_file())


@lru_cache(maxsize=32)
def _opened(path: Path) -> Any:
    from matplotlib.ft2font import FT2Font

    return FT2Font(str(path))


@lru_cache
def _dejavu(bold: bool) -> Path:
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name


def _is_missing(face: Any, letter: str) -> bool:
    return not _is_mark(letter) and not face.get_char_index(ord(letter))


def _is_mark(letter: str) -> bool:
    """Whether it is no letter of its own: a joiner, a variation of the one before."""
    return unicodedata.category(letter) in ("Cf", "Mn", "Me")


def _script(letter: str) -> str:
    """The first word of a letter's name, which is that of its script; "Symbols" of what is no letter."""
    if unicodedata.category(letter)[0] in "SPC":
        return "Symbols"
    name = unicodedata.name(letter, "unknown").split(maxsplit=1)[0]
    return name.capitalize() if name != "CJK" else name
