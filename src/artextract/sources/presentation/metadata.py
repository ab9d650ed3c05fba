"""From the metadata of a manifest to the columns of a table: usual labels in several languages, artists, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from artextract.labels import canonical_key
from artextract.sources.attribution import Artist, makes, qualifier_of_role, read_artist
from artextract.sources.person_words import MAKERS, fold, phrases
from artextract.sources.presentation.documents import Picture
from artextract.sources.presentation.rights import LABELS as RIGHTS
from artextract.sources.presentation.text import cut
from artextract.table import COLUMNS

USUAL = {
    "artist": (
        "artist, artists, creator, creators, author, painter, maker, makers, artist maker, artist name, creator s,"
        " artist s, painter s, artist creator, attributed artist, made by, created by, kunstler, kunstler in,"
        " kunstler innen, maler, maler in, urheber, urheber in, artiste, artistes, auteur, auteurs, createur, peintre,"
        " artista, artisti, artistas, autor, autore, autori, autores, pittore, pintor, vervaardiger, vervaardigers,"
        " kunstenaar, kunstenaars, schilder, maker s"
    ),
    "people": (
        "people, person, persons, contributor, contributors, agents, constituents, associated people, names, personen,"
        " beteiligte, beteiligte personen, personnes, contributeurs, persone, personas, betrokkenen"
    ),
    "date": (
        "date, dates, date created, created, creation date, date of creation, production date, date made, year, dating,"
        " date statement, date text, display date, date display, date range, date s, date of work, date of production,"
        " execution date, period of creation, date and place, place and date, date place, datum, datierung, jahr,"
        " entstehungszeit, entstehungsdatum, entstehungsjahr, date de creation, date d execution, datation, annee,"
        " fecha, fecha de creacion, ano, data, datazione, anno, jaar, datering"
    ),
    "culture_date": "culture date, culture and date, nationality date, kultur datierung",
    "medium": (
        "medium, media, material, materials, technique, technique s, material s, materials and techniques, medium and"
        " support, medium technique, physical medium, material technik, materialien, technik, technique et support,"
        " materiaux, tecnica, materia, materiaal, materiaal en techniek"
    ),
    "style": "style, styles, movement, art movement, stil, stilrichtung, mouvement, stijl, estilo, stile",
    "genre": "genre, genres, gattung",
    "school": "school, schule, ecole, scuola, escuela",
    "nationality": "nationality, artist nationality, culture, kultur, nationalite, nacionalidad",
    "credit": "credit, credit line, creditline, courtesy",
    "accession": (
        "accession number, accession no, object number, inventory number, inventory no, inventarnummer, inventaire,"
        " numero d inventaire, objectnummer, inv no"
    ),
    "title": "title, titel, titre, titolo, titulo",
}
"""Column -> the labels under which manifests usually give it, as canonical keys with spaces."""
_COLUMN = {label.strip().replace(" ", "_"): column for column, labels in USUAL.items() for label in labels.split(",")}
_OWN = {
    *COLUMNS,
    "object",
    "view",
    "page",
    "year",
    "year_end",
    "attribution",
    "summary",
    "url",
    "manifest",
    "canvas",
    "image_url",
    "image_service",
    "image_profile",
    "alternates",
    "region",
    "rotation",
    "artists",
    "artist_written",
    "qualified_attribution",
}
_OF_TABLES = {
    "title",
    "year",
    "year_end",
    "attribution",
    "summary",
    "artists",
    "artist_written",
    "qualified_attribution",
}
"""Columns that our own exports give back."""
_OF_EXPORTS = {"rank", "score", "image_url", "region", "rotation", "width", "height"}
"""What our own exports say of a search or of a file, and not of a painting."""
MAX_NAME = 60
"""Letters of a column's name."""
MAX_ARTISTS = 50


def columns_of(picture: Picture, qualified: bool = False) -> dict[str, Any]:
    """Column -> text, of the metadata of a canvas; several values of one label are joined by "; ".

    Of the artists, "artist" is the first that made the work and is known, without dates and nationality, or, where it
    is ``qualified``, "workshop of ..."; "artists" lists several, "artist_written" is what stood there, and
    "qualified_attribution" names who the work is after, or from the workshop of."""
    found: dict[str, list[str]] = {}
    for label, said in picture.metadata.items():
        key = (canonical_key(label) or "metadata")[:MAX_NAME].rstrip("_")
        column = key if picture.ours else _COLUMN.get(key, key)
        if picture.ours and key in _OF_EXPORTS:
            continue
        keep = _OF_TABLES if picture.ours else {"title"}
        column = f"iiif_{column}" if column in _OWN and column not in keep else column
        found.setdefault(column, []).extend(said)
    for value in found.pop("culture_date", []):
        culture, _, date = value.rpartition(",")
        found.setdefault("date", []).append(date.strip() if re.search(r"\d", date) else value)
        if culture and re.search(r"\d", date):
            found.setdefault("nationality", []).append(culture.strip())
    columns: dict[str, Any] = {name: _joined(said) for name, said in found.items() if name not in RIGHTS}
    if not picture.ours:
        columns |= _artists(found.get("artist", []), found.get("people", []), columns, qualified)
    return columns


def _artists(named: list[str], people: list[str], columns: dict[str, Any], qualified: bool) -> dict[str, Any]:
    artists = [artist for line in _separate(named) if (artist := read_artist(line)).maker]
    written = _joined(named)
    if not artists:
        lines = [line for line in _separate(people) if _is_maker(line)]
        artists, written = [read_artist(line) for line in lines], _joined(lines)
    if not artists and not written:
        return {}
    labels = list(dict.fromkeys(artist.label for artist in artists if artist.label))
    doubtful = list(dict.fromkeys(artist.qualified for artist in artists if artist.qualified))
    label = labels[0] if labels else doubtful[0] if doubtful and qualified else None
    made: dict[str, Any] = {"artist": label}
    if len(labels) > 1:
        made["artists"] = labels
    if doubtful:
        made["qualified_attribution"] = "; ".join(doubtful)
    if written != label:
        made["artist_written"] = written
    nation = _nation(artists, label)
    return made | ({"nationality": nation} if nation and "nationality" not in columns else {})


def _nation(artists: Iterable[Artist], label: str | None) -> str:
    return next((artist.nationality for artist in artists if artist.nationality and artist.label == label), "")


def _is_maker(line: str) -> bool:
    head, colon, _ = line.partition(":")
    role = fold(head[:60]).strip()
    return bool(colon) and makes(role) and (role in set(phrases(MAKERS)) or bool(qualifier_of_role(role)))


def _separate(lines: list[str]) -> Iterator[str]:
    """The people of a field one by one; a line break before dates, or inside parentheses, separates nobody."""
    pieces = (piece.strip() for line in lines for piece in re.split(r";(?![^()]{0,200}\))", line))
    yield from list(filter(None, pieces))[:MAX_ARTISTS]


def _joined(said: list[str]) -> str:
    return cut("; ".join(dict.fromkeys(" ".join(line.split()) for line in said)))
