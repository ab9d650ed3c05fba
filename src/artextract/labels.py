"""One canonical key per label, so that ``Art_Nouveau_Modern`` meets ``Art Nouveau`` in every source and command."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

ALIASES = {
    "art_nouveau_modern": "art_nouveau",
    "ukiyoe": "ukiyo_e",
}
"""Other keys under which the same class is known; the canonical one is on the right."""

_UNDIVIDED = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i"}
)
"""Letters that NFKD does not take apart."""

MISSING = {"", "na", "nan", "none", "null", "n_a", "unknown", "unknown_artist", "unknown_genre", "unknown_style"}
"""Keys that stand for "no label"."""

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


def canonical_key(label: object) -> str | None:
    """The key under which a label is compared, or None where there is no label.

    NFKD, accents dropped, case folded, every run of spaces and punctuation one underscore, aliases resolved:
    "Vincent van Gogh", ``vincent-van-gogh`` and ``Vincent_van_Gogh`` are one.
    """
    if label is None or label != label:
        return None
    text = unicodedata.normalize("NFKD", repair_mojibake(str(label)).translate(_UNDIVIDED))
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    key = re.sub(r"[\W_]+", "_", text).strip("_")
    if key in MISSING:
        return None
    return ALIASES.get(key, key)


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
