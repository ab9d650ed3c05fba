"""What a museum says of who made a work: a name without its dates, or a name that is qualified ("workshop of ...").

A work after an artist, or from the workshop, circle or school, is none by that artist: it has no artist to learn, and
the words are kept. Linear in the text, of which the first ``READ`` letters count."""

from __future__ import annotations

import re
from dataclasses import dataclass

from artextract.labels import canonical_key
from artextract.sources import person_words as words
from artextract.sources.person_words import fold, phrases

READ = 300
"""Letters of a name that are read; no name is that long, and lists of them are split before."""
_BEFORE = sorted(
    ((phrase, kind) for kind, text in words.BEFORE.items() for phrase in phrases(text)), key=lambda pair: -len(pair[0])
)
_ALONE = {
    phrase: kind for table in (words.BEFORE, words.AFTER) for kind, text in table.items() for phrase in phrases(text)
}
_JOINED = {
    "werkstatt",
    "umkreis",
    "umfeld",
    "nachfolger",
    "nachfolge",
    "workshop",
    "schule",
    *phrases(words.AFTER["and workshop"]),
}
_MAKERS, _OTHERS, _GENERATIONS = map(set, map(phrases, (words.MAKERS, words.OTHERS, words.GENERATIONS)))
_UNKNOWN, _GENERIC, _NATIONS, _LIFE, _PARTICLES = (
    set(text.split()) for text in (words.UNKNOWN, words.GENERIC, words.NATIONALITIES, words.LIFE, words.PARTICLES)
)
_YEAR = re.compile(r"(?<!\d)\d{3,4}(?!\d)|\d\s*(?:th|st|nd|rd)\b|\bcentur|\bjh\b|jahrhundert|siecle|secolo|siglo|eeuw")
_WORD = re.compile(r"[\w.]+")
_KEPT_LAST = {"daniel chester french"}
"""Names that end as a nationality does."""


@dataclass(frozen=True)
class Artist:
    """``name``: without dates and nationality, "" where nobody is named.

    ``qualifier``: "" for a work by that artist, else as "workshop of", in English whatever the language;
    ``nationality``: "" where it does not stand beside the name; ``maker``: False for a person with another role, such
    as a sitter."""

    name: str
    qualifier: str = ""
    nationality: str = ""
    maker: bool = True

    @property
    def label(self) -> str | None:
        """The artist to learn: None for nobody, for a qualified name, and for who did not make the work."""
        return self.name if self.name and self.maker and not self.qualifier else None

    @property
    def qualified(self) -> str | None:
        """ "workshop of Rembrandt"; None where the name is not qualified."""
        return qualify(self.name, self.qualifier) if self.qualifier and self.name and self.maker else None


def qualify(name: str, qualifier: str) -> str:
    return f"{name} {qualifier}" if qualifier.startswith("and ") else f"{qualifier} {name}"


def read_artist(text: str) -> Artist:
    """Take apart what stands in a field for the artist: "Workshop of Rembrandt (Dutch, 1606-1669)", "Artist: Gogh,
    Vincent van, 1853 - 1890", "Rembrandt, Umkreis", "Unbekannter Maler"."""
    text = text.strip()[:READ]
    role, text = _role(text)
    if role == "other":
        return Artist(text, maker=False)
    qualifier = qualifier_of_role(role)
    text, found = _before(text)
    text, after, nation = _without_tail(text)
    if not found:
        text, found = _behind_nobody(text)
    name = _forward(re.sub(r"\s+", " ", text).strip(" ,;:"))
    return Artist("" if is_unknown(name) else name, found or after or qualifier, nation)


def qualifier_of_role(role: str | None) -> str:
    """The qualifier in the name of a role: "artist after" is "after", "related artist" is "related to"; "" for roles
    that make a work."""
    words_of = re.sub(r"[\s,;:()\[\]/–—-]+", " ", fold(role or "")).strip(" .")
    if words_of in _ALONE:
        return _ALONE[words_of]
    rest = " ".join(
        word for word in words_of.split() if word not in ("artist", "painter", "maker", "printmaker", "the")
    )
    if rest in _ALONE:
        return _ALONE[rest]
    if rest == "related" or rest.startswith("related "):
        return "related to"
    return (
        "after"
        if "after" in rest.split()
        else next((kind for phrase, kind in _BEFORE if f"{rest} ".startswith(f"{phrase} ")), "")
    )


def makes(role: str | None) -> bool:
    """Whether who has this role made the work: not so for publishers, sitters or donors."""
    return fold(role or "").strip() not in _OTHERS


def is_unknown(name: str) -> bool:
    """Whether a name names nobody: "Unknown", "Anonym", "French School", "Unbekannter Maler, 17. Jh."."""
    if canonical_key(name) is None:
        return True
    found = [word.strip(".") for word in _WORD.findall(fold(name))]
    known = all(
        word in _UNKNOWN or word in _GENERIC or word in _NATIONS or word.rstrip("thsndre").isdigit() or not word
        for word in found
    )
    return known and any(word in _UNKNOWN or word in _NATIONS for word in found)


def _role(text: str) -> tuple[str, str]:
    """The role before a colon and the rest; "other" for one that makes no work, "" where there is none."""
    head, colon, rest = text.partition(":")
    role = fold(head).strip()
    if not colon or not rest.strip():
        return "", text
    if role in _OTHERS:
        return "other", rest.strip()
    if role in _MAKERS or qualifier_of_role(role):
        return role, rest.strip()
    return "", text


def _before(text: str) -> tuple[str, str]:
    """The text without what qualifies the name before it, and the qualifier."""
    folded = fold(text)
    skipped = len(folded) - len(folded.lstrip("([ "))
    for phrase, kind in _BEFORE:
        if not folded.startswith(phrase, skipped):
            continue
        rest = folded[skipped + len(phrase) :]
        if not phrase.endswith("'") and rest[:1] not in (" ", ":", ")", "]", "\n", "\t"):
            continue
        last = phrase.split()[-1]
        if last in _PARTICLES and text[skipped + len(phrase) - len(last)].isupper():
            continue  # the particle of a name, as in "Atelier Van Lieshout"
        name = text[skipped + len(phrase) :].lstrip(" :)],\n\t")
        name = re.sub(r"^(?:the|an?)\s+", "", name, flags=re.IGNORECASE)
        if not name or (kind == "after" and phrase == "nach" and not name[:1].isupper()):
            continue
        deeper, further = _before(name)
        return deeper, f"{kind} {further}".strip()
    return text, ""


def _behind_nobody(text: str) -> tuple[str, str]:
    """ "Unknown artist after Raphael" as "Raphael" and "after"."""
    folded = fold(text)
    for phrase, kind in _BEFORE:
        at = folded.find(f" {phrase} ")
        if at > 0 and is_unknown(text[:at]):
            return text[at + len(phrase) + 2 :], kind
    return text, ""


def _without_tail(text: str) -> tuple[str, str, str]:
    """The text without dates, nationality and qualifiers behind the name; the qualifier and the nationality."""
    qualifier = nation = ""
    dated = False
    while True:
        text = text.rstrip(" ,;:.\n\t") if not text.endswith(".") else text.rstrip(" ,;:\n\t")
        head, tail, mark = _split_tail(text)
        if not head:
            break
        plain = re.sub(r"\s+", " ", fold(tail)).strip(" ()[].,;:") if tail else ""
        if plain in _ALONE or f"{plain}." in _ALONE:
            qualifier = qualifier or _ALONE.get(plain) or _ALONE[f"{plain}."]
        elif _is_life(plain, mark == "," and len(head.split()) < 2):
            nation = _nation(tail) or nation
            dated = dated or bool(_YEAR.search(plain))
        else:
            break
        text = head
    head, tail = _dates_without_comma(text)
    if tail:
        text, dated = head, True
    last = text.split()
    if last and (joined := _joined(fold(text))):
        text, qualifier = text[: joined[0]].rstrip(" -,"), qualifier or joined[1]
    elif dated and not nation and len(last) > 2 and fold(text) not in _KEPT_LAST and _nation(last[-1]):
        nation, text = _nation(last[-1]), text.rstrip()[: -len(last[-1])].rstrip()
    return text, qualifier, nation


def _split_tail(text: str) -> tuple[str, str, str]:
    """What stands before the last parenthesis, line or comma, that part, and its mark; empty where there is none."""
    if text.endswith((")", "]")):
        at = max(text.rfind("("), text.rfind("["))
        return (text[:at].rstrip(), text[at:], "(") if at > 0 else ("", "", "")
    at = max(text.rfind("\n"), text.rfind(","), text.rfind(";"))
    if at <= 0:
        return "", "", ""
    return text[:at].rstrip(), text[at + 1 :], "\n" if text[at] == "\n" else ","


def _is_life(plain: str, single: bool) -> bool:
    """Whether a part is dates, nationality or the like.

    ``single``: one word stands before it, so that it may be a given name: only dates count."""
    if not plain or _YEAR.search(plain):
        return True
    found = [word.strip(".") for word in _WORD.findall(plain)]
    if not found or found[0] in _LIFE:
        return True
    return not single and (
        plain in _MAKERS or all(word in _NATIONS or word in _LIFE or word in _UNKNOWN for word in found)
    )


def _dates_without_comma(text: str) -> tuple[str, str]:
    """ "Ada Exemple 1859-1891" taken apart; the second is "" where no dates stand at the end."""
    match = re.search(
        r"\s[(*†°]?(?:(?:c|ca|circa|um|b|born|geb|d|died|fl|active)\.?\s?)?\d{4}(?:\s?[-–—/]\s?(?:\d{2,4})?)?\??\)?$",
        text,
    )
    return (text[: match.start()].rstrip(" ,"), match[0]) if match else (text, "")


def _joined(folded: str) -> tuple[int, str] | None:
    """Where a qualifier begins that stands behind the name without a mark, as in "Rembrandt Werkstatt"."""
    for phrase in _JOINED:
        at = len(folded) - len(phrase)
        if at > 1 and folded.endswith(phrase) and folded[at - 1] in " -":
            return at, _ALONE[phrase]
    return None


def _nation(text: str) -> str:
    """The nationality that a part names, as it is written there; "" where it names none."""
    first = re.split(r"[,;(\[\n]", text.strip(" ()[]\n"), maxsplit=1)[0].strip()
    kept = []
    for word in first.split():
        parts = re.split(r"[-/]", fold(word))
        if not all(part.strip(".") in _NATIONS for part in parts):
            break
        kept.append(word)
    return " ".join(kept) if kept and kept[0][:1].isupper() else ""


def _forward(name: str) -> str:
    """ "Gogh, Vincent van" as "Vincent van Gogh"; two names with a comma between them stay as they are."""
    parts = [part.strip() for part in name.split(",")]
    generation = f" {parts.pop()}" if len(parts) > 1 and fold(parts[-1]) in _GENERATIONS else ""
    if len(parts) != 2 or not all(parts):
        return name if not generation or len(parts) != 1 else parts[0] + generation
    last, first = parts
    named = [[word for word in part.split() if fold(word) not in _PARTICLES] for part in parts]
    fits = all(word[:1].isupper() for word in named[1]) and not re.search(r"\d", name)
    if not fits or not named[0] or (len(named[0]) > 1 and len(named[1]) > 1) or len(first.split()) > 4:
        return name
    return f"{first} {last}{generation}"
