"""One canonical key per label, so that ``Art_Nouveau_Modern`` meets ``Art Nouveau`` in every source and command."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

ALIASES = {
    "art_nouveau_modern": "art_nouveau",
    "ukiyoe": "ukiyo_e",
}
"""Other keys under which the same class is known; the canonical one is on the right."""

UNDIVIDED = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H"}
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ŧ": "t", "Ŧ": "T", "ŋ": "n", "Ŋ": "N"}
    | {"ı": "i"}
)
"""Letters that NFKD does not take apart, as Unicode's CLDR writes them in ASCII (transform Latin-ASCII)."""

MISSING = {
    "",
    "na",
    "nan",
    "none",
    "null",
    "n_a",
    "#_n_a",
    "unknown",
    "unknown_artist",
    "unknown_genre",
    "unknown_style",
}
"""Keys that stand for "no label"; question marks alone do too."""

_SIGNS = frozenset("?#*!%")
"""Punctuation that tells labels apart; so do all symbols, such as + and =."""
_ACCENTED_BELOW = 0x530
"""Where the Latin, Greek and Cyrillic letters end of which marks are only accents."""
_LETTER_OF_ITS_OWN = {"и\u0306", "у\u0306"}
_WRAPPED = re.compile(r"\s*\[[^\[\]]*\]\s*")
_SLUG = re.compile(r"[^\W_A-Z]+(?:-[^\W_A-Z]+)+")
_PLAIN = re.compile(r"[a-z0-9]+")
_LONGEST_KEPT = 500
_MINUS = "\u2212"

_PARTICLES = {
    "van",
    "von",
    "der",
    "den",
    "de",
    "da",
    "di",
    "del",
    "della",
    "des",
    "du",
    "la",
    "le",
    "el",
    "af",
    "ter",
    "ten",
}


@lru_cache(maxsize=200_000)  # a label stands on many rows
def _key_of(text: str) -> str | None:
    text = _letters(text)
    key = "_".join(_tokens(text, signs=True))
    if key in MISSING or not key.strip("?_"):
        return None
    return f"[_{key}_]" if _WRAPPED.fullmatch(text) else ALIASES.get(key, key)


def canonical_key(label: object) -> str | None:
    """The key under which a label is compared, or None where there is no label.

    NFKD, accents of Latin, Greek and Cyrillic letters dropped, case folded, aliases resolved; words, and signs that
    mean something, are parted by underscores, and spaces and other punctuation count no more than that: "Vincent van
    Gogh", ``vincent-van-gogh`` and ``Vincent_van_Gogh`` are one. "A+" is neither "A-" nor "A". A label with a question
    mark, and one in square brackets, is another than the one without: catalogues mark by that what is not certain.
    """
    if label is None or label != label:
        return None
    text = str(label)
    return _key_of(text) if len(text) <= _LONGEST_KEPT else _key_of.__wrapped__(text)


def folded(text: object) -> str:
    """Words alone, parted by underscores, folded as by ``canonical_key``: for finding a word in a text. "" for none."""
    if text is None or text != text:
        return ""
    key = "_".join(_tokens(_letters(str(text)), signs=False))
    return ALIASES.get(key, key)


def without_doubt(label: str) -> str:
    """The label that a curator was not sure of: "Rembrandt" for "Rembrandt?", "Rembrandt (?)" and "[Rembrandt]"."""
    text = label.strip()
    text = text[1:-1] if _WRAPPED.fullmatch(text) else text
    return text.replace("(?)", " ").replace("[?]", " ").strip().rstrip("?").rstrip() or label


def _letters(text: str) -> str:
    """Case, forms and accents folded; the marks of scripts that are not read without them stay."""
    if text.isascii():
        return text.casefold()
    text = unicodedata.normalize("NFKD", repair_mojibake(text).translate(UNDIVIDED)).casefold()
    kept, base = [], " "
    for letter in unicodedata.normalize("NFKD", text):
        if not unicodedata.combining(letter):
            base = letter
        elif ord(base) < _ACCENTED_BELOW and base + letter not in _LETTER_OF_ITS_OWN:
            continue
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def _tokens(text: str, signs: bool) -> list[str]:
    """Runs of letters, marks and digits and, if asked for, runs of signs.

    A hyphen is a sign, a minus, only at the edge of a word, as in "A-" and "-5"; characters that nobody sees are not
    there."""
    if not signs and text.isascii():
        return _PLAIN.findall(text)
    text = "".join(c for c in text if c.isascii() or unicodedata.category(c) != "Cf")
    found: list[list[str]] = []
    last = ""
    for place, letter in enumerate(text):
        kind = last if _is_mark(letter) else _kind(letter)  # a mark is a part of what it stands on
        if kind == "dash":
            before, after = text[place - 1 : place], text[place + 1 : place + 2]
            edge = (not after.strip() and _kind(before) in ("word", "sign")) or (
                not before.strip() and _kind(after) == "word"
            )
            letter, kind = (_MINUS, "sign") if edge else (letter, "")
        if kind == "word" or (kind and signs):
            if kind == last:
                found[-1].append(letter)
            else:
                found.append([letter])
        last = kind
    return ["".join(run) for run in found]


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _kind(letter: str) -> str:
    if letter.isalnum() or (letter and _is_mark(letter)):
        return "word"
    category = unicodedata.category(letter) if letter else ""
    if letter in _SIGNS or (category.startswith("S") and category != "Sk"):
        return "sign"
    return "dash" if category == "Pd" else ""


def repair_mojibake(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1 and then put in lower case, as WikiArt's file names have it: ``eugã¨ne`` is
    "eugène".

    Text that is not of that kind is returned as it is.
    """
    if not any(c in text for c in "ãâÃÂ"):
        return text
    raised = re.sub("[ãâ](?=[\u0080-\u00bf])", lambda m: m[0].upper(), text)
    try:
        return raised.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def as_written(labels: Iterable[object]) -> list[str | None]:
    """Labels as people wrote them.

    A spelling of machines, such as ``Art_Nouveau_Modern`` or ``paul-cezanne``, becomes the name that people gave the
    same label, the commonest first, or else the words in it. None for no label."""
    labels = list(labels)
    names: dict[str, Counter[str]] = {}
    for label in labels:
        key = canonical_key(label)
        if key is not None and not _is_machine_made(str(label)):
            names.setdefault(key, Counter())[str(display_name(label))] += 1
    best = {key: min(found, key=lambda name: (-found[name], name)) for key, found in names.items()}
    unified = {canonical_key(name): name for name in unify(labels) if name is not None}
    return [
        None
        if (key := canonical_key(label)) is None
        else (best.get(key) or unified[key])
        if _is_machine_made(str(label))
        else display_name(label)
        for label in labels
    ]


def _is_machine_made(label: str) -> bool:
    """Words joined by underscores, or in small letters by hyphens."""
    return "_" in label or ("-" in label and _SLUG.fullmatch(label.strip()) is not None)


def display_name(label: object) -> str | None:
    """The name shown to people: underscores as spaces, spelling and case as they came; None where there is no label."""
    if canonical_key(label) is None:
        return None
    text = unicodedata.normalize("NFC", repair_mojibake(str(label)))
    return re.sub(r"[\s_]+", " ", text).strip()


def name_from_slug(slug: str) -> str | None:
    """ "vincent-van-gogh" -> "Vincent van Gogh", for names that come as parts of file names."""
    words = [w for w in re.split(r"[\s_-]+", unicodedata.normalize("NFC", repair_mojibake(slug))) if w]
    named = [w if i and w in _PARTICLES else w.capitalize() for i, w in enumerate(words)]
    return display_name(" ".join(named))


def unify(labels: Iterable[object], preferred: Iterable[str] = ()) -> list[str | None]:
    """Give every label with the same key the same display name.

    ``preferred`` names win over all others; otherwise the commonest spelling does, ties by alphabet.
    """
    labels = list(labels)
    chosen = {canonical_key(name): display_name(name) for name in preferred}
    seen: dict[str, Counter[str | None]] = {}
    for label in labels:
        key = canonical_key(label)
        if key is not None and key not in chosen:
            seen.setdefault(key, Counter())[display_name(label)] += 1
    for key, names in seen.items():
        chosen[key] = min(names, key=lambda name: (-names[name], name))
    return [chosen.get(canonical_key(label)) for label in labels]


def classes_of(labels: Iterable[object]) -> dict[str, tuple[str, int]]:
    """The classes in a column of labels: key -> (name, how many), the name as it is written most often."""
    spellings: dict[str, Counter[str]] = {}
    for label in labels:
        key = canonical_key(label)
        if key is not None:
            spellings.setdefault(key, Counter())[str(label)] += 1
    return {key: (min(names, key=lambda name: (-names[name], name)), names.total()) for key, names in spellings.items()}
