"""Texts of IIIF: languages chosen, HTML taken off, lengths bounded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from artextract.sources.presentation.plain import words

MAX_TEXT = 5_000
"""Letters of one text that are kept."""
MAX_MARKUP = 50_000
"""Letters of one text that are looked at, HTML and all."""
CUT = " […]"
"""The end of a text that was longer."""
_LINES = 200
_NESTED = 4  # "<<b>b>" is a tag once the inner one is off
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])")
_INLINE = words(
    "a abbr acronym address b bdi bdo big button cite code data del dfn em font i img input ins kbd label mark "
    "meter output picture q s samp small span strike strong sub sup time tt u var wbr link meta"
)
_BLOCK = words(
    "article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol p pre section summary table tbody td tfoot th "
    "thead tr ul"
)
_HIDDEN = {"script", "style", "iframe", "object", "svg", "template", "noscript", "textarea", "title"}
_CONTROL = {code: None for code in [*range(32), *range(127, 160)] if chr(code) not in "\t\n\r\x85"}
_LINK = re.compile(r"https?://[^\s\"'<>\\]{1,2000}")


def text(value: Any) -> str:
    """One line of text from a label in any of the forms of versions 2 and 3: in English, else in no language, else in
    the first that there is; at most ``MAX_TEXT`` letters."""
    return cut("; ".join(" ".join(line.split()) for line in values(value)))


def values(value: Any) -> list[str]:
    """The values of a label one by one, in the language that ``text`` chooses, with their line breaks; without HTML."""
    by_language: dict[str, list[str]] = {}
    for language, line in _lines(value):
        by_language.setdefault(language.lower().partition("-")[0], []).append(line)
    chosen = next(
        (by_language[language] for language in ("en", "none", "", "@none", "und") if language in by_language),
        next(iter(by_language.values()), []),
    )
    return [line for line in map(plain, chosen[:_LINES]) if line]


def links(value: Any) -> list[str]:
    """The web addresses in a label in any of its languages, those in HTML, too, without the point after them."""
    found = (match[0].rstrip(".,;:)]") for _, line in _lines(value) for match in _LINK.finditer(line[:MAX_MARKUP]))
    return list(dict.fromkeys(map(html.unescape, found)))


def cut(line: str, most: int = MAX_TEXT) -> str:
    return line if len(line) <= most else line[: most - len(CUT)].rstrip() + CUT


def plain(markup: str) -> str:
    """The text of a piece of HTML: tags that HTML knows are taken off, scripts and the like with what is inside them;
    what only looks like a tag stays. Linear in the length, of which ``MAX_MARKUP`` letters count."""
    markup, long = markup[:MAX_MARKUP], len(markup) > MAX_MARKUP
    for _ in range(_NESTED):
        markup, before = _without_tags(markup), markup
        if markup == before:
            break
    lines = html.unescape(markup).translate(_CONTROL).split("\n")
    return cut("\n".join(filter(None, (" ".join(line.split()) for line in lines))) + (CUT if long else ""))


def _without_tags(markup: str) -> str:
    found: list[str] = []
    at, end = 0, -1
    while (start := markup.find("<", at)) >= 0:
        if markup.startswith("<!--", start):
            found.append(markup[at:start])
            closed = markup.find("-->", start)
            at = closed + 3 if closed >= 0 else len(markup)
            continue
        if end < start:
            end = markup.find(">", start)
        if end < 0:
            break
        tag = _TAG.match(markup, start)
        name = tag[2].lower() if tag else ""
        if name not in _INLINE and name not in _BLOCK and name not in _HIDDEN:
            found.append(markup[at : start + 1])
            at = start + 1
            continue
        found.append(markup[at:start])
        at = end + 1
        if name in _BLOCK:
            found.append("\n")
        elif tag and name in _HIDDEN and not tag[1]:
            closing = re.compile(f"</{name}[^>]*>", re.IGNORECASE).search(markup, at)
            at = closing.end() if closing else len(markup)
    found.append(markup[at:])
    return "".join(found)


def _lines(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, (str, int, float)):
        yield "", str(value)
    elif isinstance(value, list):
        for item in value:
            yield from _lines(item)
    elif isinstance(value, dict) and "@value" in value:
        yield str(value.get("@language") or ""), str(value["@value"])
    elif isinstance(value, dict):
        for language, lines in value.items():
            lines = lines if isinstance(lines, list) else [lines]
            yield from ((str(language), str(line)) for line in lines if isinstance(line, (str, int, float)))
