"""The open data of the National Gallery of Art, Washington: its tables joined, its published images fetched.

The tables: https://github.com/NationalGalleryOfArt/opendata, columns as in its ``sql_tables``, meanings by its data
dictionary. The tables are CC0; of the images only those marked ``openaccess`` are. ``maxpixels`` is the side of the
square that an image may at most be fetched in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from artextract.download import Wanted, fetch_images
from artextract.download.iiif_image import confined
from artextract.errors import InputError, NothingUsableError
from artextract.files import user_path
from artextract.labels import canonical_key, display_name
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import assemble
from artextract.sources.ids import painting_ids
from artextract.sources.import_report import ImportReport
from artextract.sources.nga_artists import MAKES, NGAArtist, artists_of, clean, main_artist, qualified_attribution
from artextract.sources.nga_tables import TERMS, local_tables, read_tables
from artextract.sources.options import Fetching
from artextract.spelling import Spelling

TABLES_AT = "https://raw.githubusercontent.com/NationalGalleryOfArt/opendata/main/data"
OPEN = "open access (CC0); courtesy National Gallery of Art, Washington"
NOT_OPEN = "not open access; terms of use of the National Gallery of Art, Washington"
UNKNOWN = "not stated in the table; terms of use of the National Gallery of Art, Washington"
LABELS = ("style", "artist", "genre", "school")


@dataclass(frozen=True)
class NGAFilters:
    """Which objects are imported: several values of one filter mean any of them, different filters must all hold.

    An empty ``classification`` means all. ``artist`` is a name in either order or the last name; ``years`` (first,
    last) keeps what may have been made in them; ``style`` and ``theme`` also match the gallery's normalised terms.
    ``open_access`` keeps the images that the gallery gives free (CC0). ``qualified_artists`` makes "workshop of ..."
    the label of such a work, and lets the filter for artists take it, too. ``limit`` ends after so many objects."""

    classification: Sequence[str] = ("Painting",)
    artist: Sequence[str] = ()
    years: tuple[float, float] | None = None
    school: Sequence[str] = ()
    style: Sequence[str] = ()
    theme: Sequence[str] = ()
    open_access: bool = False
    qualified_artists: bool = False
    limit: int | None = None


def import_nga(
    out: str | Path,
    *,
    csv: str | Path | None = None,
    tables_at: str = TABLES_AT,
    filters: NGAFilters = NGAFilters(),
    alternates: bool = False,
    fetching: Fetching = Fetching(),
    split: str = "stratified",
    seed: int = 0,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import objects with their primary view, in the order of their object ids.

    ``csv`` is a local clone (or its folder ``data``); without it the tables are fetched from ``tables_at`` once, and
    again where ``fetching`` says so. ``filters`` choose the objects. ``alternates``
    imports the other views too, as rows with the same ``object``. An image is never fetched larger than ``maxpixels``.

    A work after an artist, or from the workshop, circle or school, is none by that artist: its ``artist`` is empty and
    ``qualified_attribution`` says "workshop of ...".

    Columns besides those of every table: ``object``, ``view``, ``alternates`` (addresses), ``year``, ``year_end``,
    ``date``, ``artists``, ``attribution``, ``nationality``, ``medium``, ``series``, ``parent``, ``classification``,
    ``accession``, ``credit``, ``dimensions``, ``wikidata`` (of the object), ``ulan`` and ``artist_wikidata`` (of the
    artist that is the label), ``alt`` (alternative text), ``url``, ``image_url`` and one list per type of term. A label
    (style, genre, school) is given where the terms leave one choice; an unknown artist is none.

    Raises ``InputError`` for tables that are not there or lack columns, ``NothingUsableError`` where nothing passes the
    filters or no image can be had."""
    out = user_path(out)
    client = fetching.client(tables_at)
    tables = read_tables(local_tables(csv) if csv else None, tables_at, fetching.documents(client, out), progress)
    tables["objects_terms"] = tables["objects_terms"].assign(
        _key=[canonical_key(term) for term in tables["objects_terms"]["term"]]
    )
    artists = artists_of(tables)
    objects, notes = _chosen(tables, artists, filters)
    images = _views(tables["published_images"], filters.open_access)
    rows = _rows(objects, images, tables, artists, alternates, filters, notes)
    if not rows:
        raise NothingUsableError(
            "no object matches these filters", "; ".join(notes) or "try fewer filters", code="no-object-passes"
        )
    for row, name in zip(rows, painting_ids(row["_key"] for row in rows), strict=False):
        row["_name"] = name
        row["image_url"] = confined(client.name(row.pop("_service")), min(fetching.side, row.pop("_most")))
    harvest = fetch_images(
        [Wanted(row["_name"], lambda url=row["image_url"]: [url]) for row in rows],  # type: ignore[misc]  # its default
        out,
        client,
        progress,
    )
    if not harvest.files:
        first = harvest.failures[0]
        raise NothingUsableError(
            f"none of {counted(len(rows), 'image')} could be fetched: {first.reason}",
            f"the first was {first.url}; the same command tries again",
            code="nothing-fetched",
        )
    frame = pd.DataFrame([row for row in rows if row["_name"] in harvest.files])
    frame["path"] = [str(harvest.files[name]) for name in frame.pop("_name")]
    for name in ("year", "year_end"):
        frame[name] = frame[name].astype("Int64")
    report = assemble(frame, out, labels=LABELS, protocol=split, seed=seed, progress=progress)
    report.skipped += [(failure.url, failure.reason) for failure in harvest.failures]
    report.notes += [*harvest.notes(), *notes]
    return report


def _chosen(
    tables: dict[str, pd.DataFrame], artists: dict[str, list[NGAArtist]], filters: NGAFilters
) -> tuple[pd.DataFrame, list[str]]:
    objects = tables["objects"]
    objects = (
        objects.assign(_number=pd.to_numeric(objects["objectid"], errors="coerce"))
        .dropna(subset="_number")
        .sort_values("_number", kind="stable")
    )
    for name in ("beginyear", "endyear"):
        objects[name] = pd.to_numeric(objects[name], errors="coerce")
    keep = pd.Series(True, index=objects.index)
    if filters.classification:
        keep &= (
            objects["classification"]
            .map(canonical_key)
            .isin(_keys(filters.classification, objects["classification"], "classification"))
        )
    notes = []
    if filters.artist:
        everyone = [entry for entries in artists.values() for entry in entries]
        wanted = _keys(
            filters.artist,
            [entry.name for entry in everyone],
            "artist",
            set().union(*(entry.keys for entry in everyone)),
        )
        named = objects["objectid"].map(lambda number: any(entry.keys & wanted for entry in artists.get(number, ())))
        by = objects["objectid"].map(
            lambda number: any(entry.keys & wanted and not entry.qualifier for entry in artists.get(number, ()))
        )
        if not filters.qualified_artists and (left := int((keep & named & ~by).sum())):
            notes.append(
                f"{counted(left, 'object is', 'objects are')} after, related to, or by the workshop or a follower of"
                " the artist, and left out; to take them: --qualified-artists"
            )
        keep &= named if filters.qualified_artists else by
    if filters.years:
        first, last = filters.years
        keep &= (objects["beginyear"].fillna(objects["endyear"]) <= last) & (
            objects["endyear"].fillna(objects["beginyear"]) >= first
        )
    for kind, values in (("School", filters.school), ("Style", filters.style), ("Theme", filters.theme)):
        if values:
            keep &= objects["objectid"].isin(_with_terms(tables["objects_terms"], kind, values))
    virtual = objects["isvirtual"].eq("1") & keep
    if virtual.any():
        notes.append(f"{counted(int(virtual.sum()), 'virtual object')} (records for a set of works) left out")
    return objects[keep & ~virtual], notes


def _with_terms(terms: pd.DataFrame, kind: str, values: Sequence[str]) -> set[str]:
    ours = terms[terms["termtype"].eq(kind)]
    normal = {"Style": "visualbrowserstyle", "Theme": "visualbrowsertheme"}.get(kind)
    normal_keys = terms[normal].map(canonical_key) if normal else pd.Series(dtype=object)
    wanted = _keys(values, [*ours["term"], *(terms[normal].dropna() if normal else ())], kind.lower())
    return set(ours["objectid"][ours["_key"].isin(wanted)]) | (
        set(terms["objectid"][normal_keys.isin(wanted)]) if normal else set()
    )


def _keys(values: Sequence[str], there: Iterable[str], what: str, keys: set[str] | None = None) -> set[str | None]:
    """The canonical keys of what was asked for; raises ``InputError`` for what is nowhere in the tables."""
    names: dict[str | None, str] = {}
    for name in there:
        names.setdefault(canonical_key(name), display_name(name) or "")
    for value in values:
        key = canonical_key(value)
        if key not in (keys if keys is not None else names):
            near = [name for other, name in names.items() if key and other and key in other][:5]
            near = near or Spelling(list(filter(None, names.values()))).near(value)
            raise InputError(
                f"no object has the {what} '{value}'",
                f"there is, for instance: {', '.join(near)}" if near else "check the spelling",
                code="no-such-value",
            )
    return {canonical_key(value) for value in values}


def _views(images: pd.DataFrame, open_access: bool) -> dict[str, list[dict[str, Any]]]:
    """Object id -> its published images, primary views first, each kind by its sequence."""
    images = images[images["iiifurl"].notna() & images["depictstmsobjectid"].notna()]
    if open_access:
        images = images[images["openaccess"].eq("1")]
    images = images.assign(
        _later=images["viewtype"].ne("primary"), _order=pd.to_numeric(images["sequence"], errors="coerce").fillna(0)
    )
    for name in ("width", "height", "maxpixels"):
        images[name] = pd.to_numeric(images[name], errors="coerce")
    found: dict[str, list[dict[str, Any]]] = {}
    for image in images.sort_values(["_later", "_order", "uuid"], kind="stable").to_dict("records"):
        found.setdefault(image["depictstmsobjectid"], []).append(image)
    return found


def _rows(
    objects: pd.DataFrame,
    images: dict[str, list[dict[str, Any]]],
    tables: dict[str, pd.DataFrame],
    artists: dict[str, list[NGAArtist]],
    alternates: bool,
    filters: NGAFilters,
    notes: list[str],
) -> list[dict[str, Any]]:
    chosen = tables["objects_terms"]["objectid"].isin(objects["objectid"])
    terms = {number: group for number, group in tables["objects_terms"][chosen].groupby("objectid")}  # noqa: C416
    rows, without, count = [], {"none": 0, "alternate": 0}, 0
    for item in objects.to_dict("records"):
        views = images.get(item["objectid"], [])
        if not views or views[0]["_later"]:
            without["alternate" if views else "none"] += 1
            continue
        if count == filters.limit:
            break
        count += 1
        shared = _about(item, artists.get(item["objectid"], []), terms.get(item["objectid"]), filters.qualified_artists)
        for number, view in enumerate(views if alternates else views[:1]):
            key = f"nga/nga-{item['objectid']}" + (f"-{view['uuid'][:8]}" if number else "")
            others = [other["iiifurl"] for other in views if other is not view]
            rows.append(shared | _of_view(view, number, others) | {"_key": key})
    if doubtful := sum(row["qualified_attribution"] is not None and row["view"] == "primary" for row in rows):
        notes.append(
            f"{counted(doubtful, 'object is', 'objects are')} after an artist, or by the workshop, a follower or the"
            " like: the column qualified_attribution says so, and "
            + (
                "so does the label artist"
                if filters.qualified_artists
                else "that artist is not their label (--qualified-artists)"
            )
        )
    if without["none"]:
        notes.append(f"left out: {counted(without['none'], 'object has', 'objects have')} no published image that fits")
    if without["alternate"]:
        notes.append(f"left out: {counted(without['alternate'], 'object has', 'objects have')} alternate views only")
    return rows


def _of_view(view: dict[str, Any], number: int, others: list[str]) -> dict[str, Any]:
    most = [
        value for value in (view["maxpixels"], max(view["width"], view["height"])) if value > 0
    ]  # not so where one is missing
    return {
        "view": "alternate" if number else "primary",
        "alternates": others,
        "alt": clean(view["assistivetext"]),
        "rights": {"1": OPEN, "0": NOT_OPEN}.get(view["openaccess"], UNKNOWN),
        "_service": view["iiifurl"],
        "_most": int(min(most, default=1 << 30)),
    }


def _about(
    item: dict[str, Any], artists: list[NGAArtist], terms: pd.DataFrame | None, qualified: bool
) -> dict[str, Any]:
    """What all views of an object share."""
    main, attribution = main_artist(artists), qualified_attribution(artists)
    listed = {column: _terms(terms, kind) for kind, column in TERMS.items()}
    return {
        "title": clean(item["title"]),
        "source": "nga",
        "artist": main.name if main and main.known else attribution if qualified and not main else None,
        "style": _only(_values(terms, "visualbrowserstyle"), listed["styles"]),
        "genre": _only(_values(terms, "visualbrowsertheme"), listed["themes"]),
        "school": _only(listed["schools"]),
        "object": item["objectid"],
        "artists": [entry.name if entry.role in MAKES else f"{entry.name} ({entry.role})" for entry in artists],
        "qualified_attribution": attribution,
        "attribution": clean(item["attribution"]),
        "nationality": main.nationality if main else None,
        "ulan": main.ulan if main and main.known else None,
        "artist_wikidata": main.wikidata if main and main.known else None,
        "date": clean(item["displaydate"]),
        "year": item["beginyear"],
        "year_end": item["endyear"],
        "medium": clean(item["medium"]),
        "dimensions": clean(item["dimensions"]),
        "wikidata": item["wikidataid"],
        "series": clean(item["series"]),
        "parent": item["parentid"],
        "classification": item["classification"],
        "accession": item["accessionnum"],
        "credit": clean(item["creditline"]),
        "url": f"https://www.nga.gov/artworks/{item['objectid']}",
        **listed,
    }


def _terms(terms: pd.DataFrame | None, kind: str) -> list[str | None]:
    return (
        []
        if terms is None
        else list(dict.fromkeys(clean(term) for term in terms["term"][terms["termtype"].eq(kind)] if term))
    )


def _values(terms: pd.DataFrame | None, column: str) -> list[str]:
    return [] if terms is None else list(dict.fromkeys(terms[column].dropna()))


def _only(*choices: Sequence[str | None]) -> str | None:
    """The single value of the first list that has any; None where it has several."""
    first = next((choice for choice in choices if choice), [])
    return first[0] if len(first) == 1 else None
