"""Who made the objects of the National Gallery of Art: its table of people and roles, with what stands around the
names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from artextract.labels import canonical_key
from artextract.sources.attribution import makes, qualifier_of_role, qualify, read_artist

MAKES = ("artist", "painter")
"""The roles that need not be said."""


@dataclass(frozen=True)
class NGAArtist:
    """``name`` as the gallery shows it, with what stands before and after it ("Follower of").

    ``plain`` without; ``qualifier``: "" for who made the work, else as "follower of"; ``keys``: what the artist can be
    asked for by."""

    name: str
    plain: str
    role: str
    qualifier: str
    known: bool
    nationality: str | None
    ulan: str | None
    wikidata: str | None
    keys: frozenset[str]


def artists_of(tables: dict[str, pd.DataFrame]) -> dict[str, list[NGAArtist]]:
    """Object id -> its artists in the gallery's order."""
    links = tables["objects_constituents"]
    links = links[links["roletype"].astype(str).str.lower().eq("artist")].merge(
        tables["constituents"], on="constituentid"
    )
    order = pd.to_numeric(links["displayorder"], errors="coerce").fillna(1e9)
    found: dict[str, list[NGAArtist]] = {}
    for link in links.assign(_order=order).sort_values("_order", kind="stable").to_dict("records"):
        if entry := _artist(link):
            found.setdefault(link["objectid"], []).append(entry)
    return found


def main_artist(artists: Sequence[NGAArtist]) -> NGAArtist | None:
    """Who made the work: the first artist or painter, else the first with another role that makes works.

    None where all are qualified. An anonymous artist is one, too."""
    makers = [entry for entry in artists if not entry.qualifier and makes(entry.role)]
    return next((entry for entry in makers if entry.role in MAKES), makers[0] if makers else None)


def qualified_attribution(artists: Sequence[NGAArtist]) -> str | None:
    """ "workshop of Rembrandt van Rijn", several with "; " between them; None where nothing is qualified.

    That another artist is related to the work says nothing of who made it."""
    named = [
        qualify(entry.plain, entry.qualifier)
        for entry in artists
        if entry.qualifier and entry.qualifier != "related to"
    ]
    related = [qualify(entry.plain, entry.qualifier) for entry in artists if entry.qualifier == "related to"]
    return "; ".join(dict.fromkeys(named or (related if main_artist(artists) is None else []))) or None


def clean(text: str | None) -> str | None:
    """Text without the marks for italics that the data dictionary describes: underscores around words, and simple
    HTML."""
    if text is None:
        return None
    text = re.sub(r"</?(?:i|em|b|strong|p|br|sup|sub)\b[^<>]*>", "", text)
    text = re.sub(r"(?<!\w)_(?=\S)(.{0,300}?\S)_(?!\w)", r"\1", text)
    return re.sub(r"\s+", " ", text).strip() or None


def _artist(link: dict[str, Any]) -> NGAArtist | None:
    name, keys = _named(link["forwarddisplayname"], link["preferreddisplayname"], link["lastname"])
    if not name:
        return None
    prefix, suffix = clean(link["prefix"]), clean(link["suffix"])
    role = (link["role"] or "artist").lower()
    qualifier = _qualifier(role, prefix or "", suffix or "")
    return NGAArtist(
        name=" ".join(part for part in (prefix, name, suffix) if part),
        plain=name,
        role=role,
        qualifier=qualifier,
        known=(link["constituenttype"] or "").lower() != "anonymous",
        nationality=link["nationality"],
        ulan=link["ulanid"],
        wikidata=link["wikidataid"],
        keys=keys,
    )


@lru_cache(maxsize=100_000)  # people made many objects each
def _named(forward: str | None, preferred: str | None, last: str | None) -> tuple[str | None, frozenset[str]]:
    name = clean(forward or preferred)
    return name, frozenset(key for other in (name, preferred, last) if (key := canonical_key(other)))


@lru_cache(maxsize=10_000)  # of some hundred thousand links few differ
def _qualifier(role: str, prefix: str, suffix: str) -> str:
    around = read_artist(f"{prefix} X{', ' if suffix else ''}{suffix}".strip()).qualifier
    if prefix and not around and re.search(r"\b(?:of|to|after|by)$", prefix, re.IGNORECASE):
        around = prefix.lower()  # another wording of the same kind
    return qualifier_of_role(role) or around
