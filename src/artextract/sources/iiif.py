"""IIIF as a source: an image service, a manifest, or a collection of manifests, nested and paged."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import pandas as pd

from artextract.errors import InputError, NothingUsableError
from artextract.labels import canonical_key
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import ImportReport, assemble, painting_ids
from artextract.sources.download import Client, Documents, FetchError, Wanted, fetch_images, host_of
from artextract.sources.download.iiif_image import image_addresses
from artextract.sources.folder import DEFAULT_LABELS
from artextract.sources.iiif_documents import Picture, address, is_whole, kind_of, parts, pictures
from artextract.sources.options import Fetching
from artextract.table import COLUMNS

USUAL = {
    "artist": (
        "artist, artists, creator, creators, author, painter, maker, makers, artist maker, artist name, creator s,"
        " kunstler, kunstler in, maler, urheber, artiste, auteur, peintre, artista, autor, pittore, pintor,"
        " vervaardiger, kunstenaar, schilder, maker s"
    ),
    "date": (
        "date, dates, date created, created, creation date, date of creation, production date, date made, year, dating,"
        " period of creation, datum, datierung, jahr, entstehungszeit, entstehungsdatum, date de creation, datation,"
        " annee, fecha, ano, data, datazione, jaar, datering"
    ),
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
}
_DULL = {
    "",
    "iiif",
    "manifest",
    "manifests",
    "info",
    "presentation",
    "canvas",
    "canvases",
    "collection",
    "default",
    "index",
    "v2",
    "v3",
    "2",
    "3",
    "json",
}

NOT_STATED = "not stated"
CANVASES = ("views", "paintings")
_END = object()
_CENTURY = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)(?=(?:\s{0,9}(?:-|–|/|to|or|and)\s{0,9}\d{1,2}(?:st|nd|rd|th)){0,4}[\s-]{1,9}centur)",
    re.IGNORECASE,
)


def import_iiif(
    addresses: str | Sequence[str],
    out: str | Path,
    *,
    first_only: bool = False,
    canvases: str = "views",
    label_columns: Sequence[str] | None = None,
    limit: int | None = None,
    rights: str | None = None,
    fetching: Fetching = Fetching(),
    split: str = "stratified",
    seed: int = 0,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import what one or more addresses show: of an ``info.json`` (or the image service itself), a manifest, or a
    collection; also a local JSON file of these.

    Every canvas is a row, and ``page`` counts those of a manifest from 1. ``canvases``: "views", so that the canvases
    of a manifest share ``object`` and do not find each other in a search, or "paintings", where each is a work of its
    own. ``first_only`` takes the first canvas of each manifest. ``limit`` counts images. ``rights`` is for what states
    none. The hosts that the documents name need not be given in ``fetching``. Pairs of metadata become columns: the
    usual names of artist, date, medium, style, genre, school and so on are recognised in several languages, others keep
    their own; ``year`` and ``year_end`` are read from the date.

    A document inside a collection that cannot be had is skipped and listed. Raises ``InputError`` where a given address
    cannot be had or is nothing of IIIF, and ``NothingUsableError`` where no image can."""
    if canvases not in CANVASES:
        raise InputError(
            f"canvases cannot be '{canvases}'", f"they are {' or '.join(CANVASES)}", code="unknown-canvases"
        )
    out, given = Path(out), [addresses] if isinstance(addresses, str) else list(addresses)
    client = fetching.client(*filter(host_of, given))
    reader = _Reader(client, fetching.documents(client, out), progress)
    rows: dict[str, dict[str, Any]] = {}
    wanted: list[Wanted] = []
    twice = 0
    for picture in itertools.chain.from_iterable(reader.pictures(one, first_only) for one in given):
        row = _row(picture, rights)
        if canvases == "paintings":
            row["object"] = picture.canvas
        if row["_key"] in rows:
            twice += 1
            continue
        rows[row["_key"]] = row
        wanted.append(Wanted(painting_ids([row["_key"]])[0], partial(reader.image_addresses, picture, fetching.side)))
        if len(rows) == limit:
            break
    if not rows:
        raise NothingUsableError(
            f"there are no images in '{given[0]}'",
            "; ".join(f"{where}: {why}" for where, why in reader.skipped[:1]),
            code="no-images",
        )
    harvest = fetch_images(wanted, out, client, progress)
    if not harvest.files:
        first = harvest.failures[0]
        raise NothingUsableError(
            f"none of the {len(rows)} images could be fetched: {first.reason}",
            f"the first was {first.url or first.name}; the same command tries again",
            code="nothing-fetched",
        )
    kept = [
        row | {"path": str(harvest.files[item.name]), "image_url": harvest.urls[item.name]}
        for item, row in zip(wanted, rows.values(), strict=False)
        if item.name in harvest.files
    ]
    frame = pd.DataFrame(kept)
    for name in ("year", "year_end"):
        frame[name] = pd.to_numeric(frame[name]).astype("Int64")
    labels = tuple(label_columns or DEFAULT_LABELS)
    if absent := [name for name in label_columns or () if name not in frame]:
        raise InputError(
            f"there is no column '{absent[0]}'",
            f"the columns are: {', '.join(name for name in frame if not name.startswith('_'))}",
            code="unknown-column",
        )
    frame = frame.reindex(columns=list(dict.fromkeys([*frame.columns, *labels]))).astype(dict.fromkeys(labels, object))
    report = assemble(frame, out, labels=labels, protocol=split, seed=seed, progress=progress)
    report.skipped += reader.skipped + [(failure.url or failure.name, failure.reason) for failure in harvest.failures]
    if len(kept) > 1 and frame["object"].nunique() == 1:
        report.notes.append(
            "all images are views of one object, so that a search leaves them out of each other's answers; if they are"
            " works of their own: --canvases paintings"
        )
    report.notes += harvest.notes() + ([f"{twice} images stand more than once, and count once"] if twice else [])
    return report


class _Reader:
    """Walks through documents, each once; ``skipped`` pairs the address of one that cannot be had with the reason."""

    def __init__(self, client: Client, documents: Documents, progress: Progress):
        self._client, self._documents, self._progress = client, documents, progress
        self._seen: set[str] = set()
        self.skipped: list[tuple[str, str]] = []

    def pictures(self, where: str, first_only: bool) -> Iterator[Picture]:
        root = self._root(where)
        if kind_of(root) == "image":
            yield Picture(
                address(root),
                address(root),
                1,
                1,
                "",
                "",
                root,
                None,
                _said(root, "rights", "license"),
                _said(root, "attribution"),
                "",
                "",
            )
            return
        ahead = [iter([root])]
        while (
            ahead
        ):  # depth first, so that the order of the documents is the order of the rows, and no further than is asked for
            part = next(ahead[-1], _END)
            if part is _END:
                ahead.pop()
                continue
            document = root if part is root else self._whole(part)
            if document is None:
                continue
            if kind_of(document) == "manifest":
                found = pictures(document)
                yield from itertools.islice(found, 1) if first_only else found
                continue
            inside = parts(document)
            leaf = len(inside) > 1 and not any(
                isinstance(part, dict) and kind_of(part) == "collection" for part in inside
            )
            ahead.append(iter(self._progress(inside, len(inside), "reading manifests") if leaf else inside))

    def image_addresses(self, picture: Picture, side: int) -> list[str]:
        """What to ask for; raises ``FetchError`` where the service cannot be read."""
        if picture.service is None:
            return [self._client.name(cast(str, picture.image))]
        info = picture.service
        if (
            not {"width", "height", "sizes"} <= info.keys()
        ):  # an address alone, or a hint of what the service is: its limits stand in its own description
            info = self._documents.json(self._client.name(f"{address(info).rstrip('/')}/info.json"))
        return [self._client.name(found) for found in image_addresses(info, side)]

    def _root(self, where: str) -> dict[str, Any]:
        if not host_of(where):
            return self._checked(_read_file(where), where)
        try:
            document = self._documents.json(where)
            self._seen.add(where)
            return self._checked(document, where)
        except FetchError as error:
            hint = (
                "try again later, what was fetched is kept"
                if error.kind in ("unreachable", "busy")
                else "give the address of an info.json, a manifest or a collection"
            )
            raise InputError(
                error.message if error.kind == "unreachable" else f"'{where}' cannot be read: {error.message}", hint
            ) from error

    @staticmethod
    def _checked(document: dict[str, Any], where: str) -> dict[str, Any]:
        if not kind_of(document):
            raise InputError(
                f"'{where}' is no image service, manifest or collection of IIIF",
                "give the address of an info.json, a manifest or a collection",
                code="not-iiif",
            )
        return document

    def _whole(self, part: Any) -> dict[str, Any] | None:
        """A part of a collection: as it stands there, or fetched; None for what was seen before, is something else, or
        cannot be had."""
        where = address(part)
        if isinstance(part, str):
            part = {"id": part}
        if not isinstance(part, dict) or where in self._seen:
            return None
        self._seen.add(where)
        if kind_of(part) and is_whole(part):
            return part
        try:
            document = self._documents.json(self._client.name(where))
        except FetchError as error:
            self.skipped.append((where, error.message))
            return None
        if kind_of(document) not in ("manifest", "collection"):
            self.skipped.append((where, "it is no manifest or collection"))
            return None
        return document


def years_of(date: str) -> tuple[int | None, int | None]:
    """First and last year that a date names, both None where it names none: "c. 1503-06", "1880/1885", "17th century",
    "1640s"."""
    if re.search(r"\b(b\.?\s?c\.?(\s?e\.?)?|v\.\s?chr|av\. j)", date, re.IGNORECASE):
        return None, None
    found: list[int] = []
    for match in re.finditer(r"(?<!\d)(1\d{3}|20\d{2})(?!\d)(s\b)?(?:\s*[-–—/]\s*(\d{1,2})(?![\d-]))?", date):
        year = int(match[1])
        found += [year, year + (9 if year % 100 else 99)] if match[2] else [year]
        if match[3]:  # the end may leave out what it shares with the beginning
            end = year - year % 10 ** len(match[3]) + int(match[3])
            found += [end] if end > year else []
    if not found:
        centuries = [int(match[1]) for match in _CENTURY.finditer(date)]
        found = [year for century in centuries if 1 <= century <= 21 for year in (100 * century - 99, 100 * century)]
    return (min(found), max(found)) if found else (None, None)


def _row(picture: Picture, rights: str | None) -> dict[str, Any]:
    columns: dict[str, str] = {}
    for label, value in picture.metadata.items():
        key = canonical_key(label) or "metadata"
        column = _COLUMN.get(key, key)
        column = f"iiif_{column}" if column in _OWN and column != "title" else column
        columns[column] = f"{columns[column]}; {value}" if column in columns and columns[column] != value else value
    titled, tail = picture.label or columns.pop("title", ""), _tail(picture.manifest)
    columns.pop("title", None)
    title = titled or tail.replace("-", " ")
    if picture.of > 1 and picture.canvas_label and picture.canvas_label != titled:
        title = f"{title}, {picture.canvas_label}"
    first, last = years_of(columns.get("date", ""))
    stated = (
        picture.rights
        or columns.pop("rights", "")
        or columns.pop("iiif_rights", "")
        or columns.pop("license", "")
        or rights
    )
    return {
        "_key": (
            f"{picture.canvas.partition('://')[2] or picture.canvas}/{tail}"
            + (f"-{picture.number}" if picture.of > 1 else "")
        ),
        "title": title or None,
        "source": "iiif",
        "rights": (
            stated
            or NOT_STATED
            + (f"; to be shown with it: {picture.attribution}" if picture.attribution else "; see its source")
        ),
        "object": picture.manifest,
        "page": picture.number,
        "view": picture.canvas_label or None,
        "year": first,
        "year_end": last,
        "attribution": picture.attribution or None,
        "summary": picture.summary or None,
        "url": picture.page or picture.manifest,
        "canvas": picture.canvas,
        **columns,
    }


def _tail(url: str) -> str:
    """The part of an address that names the thing: the last that is no usual word, "SK-A-1" of
    ".../iiif/SK-A-1/manifest.json"."""
    names = [
        re.sub(r"\.(json|jsonld|jpg|jpeg|png|tif|tiff|jp2)$", "", unquote(part), flags=re.IGNORECASE)
        for part in urlsplit(url).path.split("/")
    ]
    return next(
        (re.sub(r"[^\w-]+", "-", name).strip("-") for name in reversed(names) if name.lower() not in _DULL), "painting"
    )


def _said(info: dict[str, Any], *names: str) -> str:
    return next((str(info[name]) for name in names if isinstance(info.get(name), str)), "")


def _read_file(where: str) -> dict[str, Any]:
    path = Path(where).expanduser()
    if not path.is_file():
        raise InputError(
            f"'{where}' is no web address, and there is no such file",
            "give the address of an info.json, a manifest or a collection",
            code="no-address",
        )
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"'{where}' cannot be read as JSON: {error}",
            "give a manifest or collection of IIIF",
            code="unreadable-json",
        ) from error
    return value if isinstance(value, dict) else {}
