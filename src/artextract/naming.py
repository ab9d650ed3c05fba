"""What a painting is called where it is shown: by its title, else by a title that the name of its file tells, else by
the name of its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from artextract.labels import canonical_key
from artextract.printable import one_line

YEAR_AT_END = re.compile(r"[-_ ](1[3-9]\d\d|20[0-2]\d)(?:-\d{1,2})?(?:\s?\(\d+\))?$")
"""A year at the end, a number of copies or versions behind it: "1915", "1915-1", "1890(1)"."""
_COPY = re.compile(r"[-_ ]?\(\d{1,3}\)$")
_IN_BRACKETS = re.compile(r"[-_ ]*[(\[](?:c(?:a|irca)?\.?[-_ ]?)?(?:1[3-9]\d\d|20[0-2]\d)(?:[-–/]\d{2,4})?[)\]]$", re.I)
_BY_MACHINES = re.compile(
    r"(?:img|image|dsc[a-z]?|dscn|dscf|pict?|picture|photo|foto|bild|scan|screenshot|screen[-_ ]shot|pxl|mvimg|vid|file"
    r"|page|unnamed|download|painting|whatsapp[-_ ]image)?[-_ ]?[\d\W_]*(?:(?:wa|at|copy)[-_ ]?[\d\W_]*)*",
    re.IGNORECASE,
)
"""Names that cameras, scanners and programs give: "IMG_1234", "DSC00012", "scan-003", "20200101_120000"."""
_HASH = re.compile(r"[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_ROMAN = re.compile(r"\b(?:i{2,3}|iv|vi{1,3}|ix|x[iv]+)\b|(?<= )i$")
_ARTIST_FIRST = re.compile(r"[^\W_A-Z]+(?:[-.'][^\W_A-Z]+)*_[^_]*-[^_]*|[^\W_A-Z]+(?:[-.'][^\W_A-Z]+)+_[^_]+")
"""One underscore between words that hyphens join, as in "rembrandt_the-night-watch"."""


def name_of(title: str | None, path: str | None, artist: str | None = None) -> str:
    """``title``, or what ``path`` tells. ``artist`` is known to be no part of the title.

    >>> name_of(None, "images/rembrandt_the-night-watch-1642.jpg")
    'The night watch'
    >>> name_of(None, "IMG_1234.jpg")
    'IMG_1234.jpg'
    """
    return title or title_from_file(path or "", artist) or PurePosixPath(path or "").name


def caption_of(title: str | None, path: str | None, artist: str | None = None) -> str:
    """``name_of`` on one line, in square brackets where it is no title of the table, as library catalogues mark what
    they supply.

    >>> caption_of(None, "images/rembrandt_the-night-watch-1642.jpg")
    '[The night watch]'
    """
    name = one_line(title or name_of(None, path, artist))
    return name if title else f"[{name}]"


class Captioned:
    """What can be shown with a caption: it has the title of the table, a file, and labels."""

    title: str | None
    path: str
    labels: Mapping[str, str | None]

    @property
    def caption(self) -> str:
        """As ``caption_of`` tells it."""
        return caption_of(self.title, self.path, self.labels.get("artist"))


def maker_of(record: Mapping[str, Any]) -> str | None:
    """Who painted it, also where that is no label of the collection."""
    return record.get("painter") or record.get("artist")


def title_from_file(path: str, artist: str | None = None) -> str | None:
    """The title that the name of a file tells; None where it is a number, or a name that a machine gave."""
    stem = unquote(PurePosixPath(path).stem).strip()
    if _of_machine(stem):
        return None
    title = _without_years(_without_artist(stem, artist))
    if not _WORD.search(title):
        return None
    title = " ".join((title if " " in title else _words(title)).split())
    return title[:1].upper() + title[1:]


def _of_machine(stem: str) -> bool:
    return not _WORD.search(stem) or bool(_BY_MACHINES.fullmatch(stem) or _HASH.fullmatch(stem))


def _without_artist(stem: str, artist: str | None) -> str:
    for divider in ("_", " - ", " – "):
        first, found, rest = stem.partition(divider)
        if found and (_is_artist(first, artist) or (_WORD.search(rest) and _ARTIST_FIRST.fullmatch(stem))):
            return rest
    before = _written_as(artist).match(stem) if artist else None
    return stem[before.end() :] if before and _WORD.search(stem[before.end() :]) else stem


def _written_as(artist: str) -> re.Pattern[str]:
    """How a file's name may begin with the artist's: any characters for spaces, and for letters beyond ASCII, which
    become others or are lost on the way ("arnold-b__cklin_")."""
    letters = (
        re.escape(letter) if re.match("[A-Za-z0-9]", letter) else r"[\W_]+" if letter.isascii() else r"[\W_]*\w{0,2}?"
        for letter in artist.strip()
    )
    return re.compile("".join(letters) + r"[-_ ]+", re.IGNORECASE)


def _is_artist(text: str, artist: str | None) -> bool:
    """Whether a text is the artist's name or a part of it: "rembrandt" of "Rembrandt van Rijn"."""
    here, known = set((canonical_key(text) or "").split("_")), set((canonical_key(artist) or "").split("_"))
    return here != {""} and here <= known


def _without_years(title: str) -> str:
    for ending in (_COPY, YEAR_AT_END, _IN_BRACKETS):
        shorter = ending.sub("", title).strip(" -_,;")
        title = shorter if _WORD.search(shorter) else title
    return title


def _words(slug: str) -> str:
    """A slug as words.

    A lone s behind one is a genitive, a lone d or l before a vowel an article, and what can be a Roman number is
    one."""
    text = re.sub(r"[-_]", " ", slug)
    text = re.sub(r"(?<=[^\W\d_]{2}) s(?= |$)", "’s", text)
    text = re.sub(r"(?<![^ ])([dl]) (?=[aeiouhyàâéèêîôù])", r"\1’", text, flags=re.IGNORECASE)
    return _ROMAN.sub(lambda found: found[0].upper(), text)
