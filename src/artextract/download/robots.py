"""What a host asks of robots: its robots.txt, by RFC 9309, and the headers by which it keeps images out of machine
learning.

The standard library's parser knows no wildcards and takes the first rule that fits instead of the longest, hence this
one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import quote, urlsplit

AGENT = "artextract"
"""The name that a robots.txt and a robots tag may call us by."""
OPT_OUT_TAGS = ("noai", "noimageai")
_WITH_VALUE = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")
"""Directives of a robots tag that have a colon of their own; any other word before a colon is the name of a robot."""


@dataclass(frozen=True)
class Rules:
    """Rules as (allowed, pattern) in the order of the file.

    ``delay`` in seconds between two requests, 0 where none is asked."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        """The longest pattern that fits decides, an "allow" before a "disallow" of the same length.

        Without one all is allowed (RFC 9309, 2.2.2)."""
        parts = urlsplit(url)
        path = _plain((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        fitting = [(len(pattern), allowed) for allowed, pattern in self.rules if _fits(pattern, path)]
        return max(fitting)[1] if fitting else True


def read_rules(text: str, agent: str = AGENT) -> Rules:
    """The rules of a robots.txt that hold for ``agent``: those of all groups that name it, else those of the groups for
    "*"."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    delays: dict[str, float] = {}
    named: set[str] = set()  # of the names that count, so that many names before many rules are no product
    inside = False
    for line in text.lstrip("\ufeff").splitlines():
        field, colon, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if not colon:
            continue
        if field == "user-agent":
            named = set() if inside else named
            inside = False
            if value.lower() in (agent, "*"):
                named.add(value.lower())
                groups.setdefault(value.lower(), [])
        elif field in ("allow", "disallow"):
            inside = True
            for name in named if value else ():
                groups[name].append((field == "allow", _plain(value)))
        elif field == "crawl-delay":
            inside = True
            if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
                delays.update({name: float(value) for name in named})
    ours = agent if agent in groups else "*"
    return Rules(tuple(groups.get(ours, ())), delays.get(ours, 0.0))


def opt_out(headers: Mapping[str, str] | Message) -> str | None:
    """How the headers of an answer keep the image out of machine learning, or None.

    ``X-Robots-Tag: noai`` or ``noimageai``, for all or for us by name, and ``TDM-Reservation: 1`` (W3C community
    group's TDM Reservation Protocol)."""
    for tag in _all(headers, "X-Robots-Tag"):
        agent = "*"
        for part in tag.lower().split(","):
            name, colon, rest = part.partition(":")
            if colon and name.strip() not in _WITH_VALUE:
                agent, part = name.strip(), rest
            if agent in ("*", AGENT) and part.strip() in OPT_OUT_TAGS:
                return f"X-Robots-Tag: {part.strip()}"
    if any(value.strip() == "1" for value in _all(headers, "TDM-Reservation")):
        return "TDM-Reservation: 1"
    return None


def _all(headers: Mapping[str, str] | Message, name: str) -> list[str]:
    several = getattr(headers, "get_all", None)
    return list(several(name) or ()) if several else [headers[name]] if name in headers else []


def _plain(path: str) -> str:
    """One spelling of percent-encoding: what is no plain ASCII is encoded, and the digits are upper case."""
    return re.sub("%[0-9a-fA-F]{2}", lambda match: match[0].upper(), quote(path, safe="/?&=*$:,;!@()+'~%"))


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as the pattern says.

    Its parts between wildcards are looked for from left to right, which needs no going back."""
    ends = pattern.endswith("$")
    first, *others = (pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(first):
        return False
    if ends and not others:
        return path == first
    at = len(first)
    for number, part in enumerate(others):
        if ends and number == len(others) - 1:
            return path.endswith(part) and len(path) - len(part) >= at
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True
