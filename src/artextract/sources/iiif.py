"""IIIF as a source: an image service, a manifest, or a collection of manifests, nested and paged."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pandas as pd

from artextract.dates import years_of
from artextract.download import Wanted, fetch_images, host_of
from artextract.download.batch import Harvest
from artextract.download.iiif_image import Request
from artextract.download.image_part import cut_out
from artextract.errors import ImageError, InputError, NothingUsableError
from artextract.files import user_path
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import assemble
from artextract.sources.folder import DEFAULT_LABELS
from artextract.sources.ids import painting_ids
from artextract.sources.import_report import ImportReport
from artextract.sources.options import Fetching
from artextract.sources.presentation.documents import Picture
from artextract.sources.presentation.metadata import columns_of
from artextract.sources.presentation.plain import address, listed
from artextract.sources.presentation.reader import MAX_EMPTY, Reader
from artextract.sources.presentation.text import CUT

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
MAX_ALTERNATES = 200
"""Addresses of further pictures of a canvas that are kept."""
CANVASES = ("auto", "views", "paintings")


@dataclass(frozen=True)
class IIIFOptions:
    """What is taken of the documents.

    ``canvases``: "views", so that the canvases of a manifest share ``object`` and do not find each other in a search,
    or "paintings", where each is a work of its own, or "auto": paintings where the canvases have names of their own
    that are no pages, sides or details, and in our own exports. ``first_only`` takes the first canvas of each manifest.
    ``limit`` counts images. ``rights`` is for what states none. ``qualified_artists`` makes "workshop of ..." the
    label of such a work."""

    first_only: bool = False
    canvases: str = "auto"
    qualified_artists: bool = False
    label_columns: Sequence[str] | None = None
    limit: int | None = None
    rights: str | None = None


def import_iiif(
    addresses: str | Sequence[str],
    out: str | Path,
    options: IIIFOptions = IIIFOptions(),
    *,
    fetching: Fetching = Fetching(),
    split: str = "stratified",
    seed: int = 0,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import what one or more addresses show: of an ``info.json`` (or the image service itself), a manifest, or a
    collection; also a local JSON file of these.

    Every canvas is a row, and ``page`` counts those of a manifest from 1. The hosts that the documents name need not be
    given in ``fetching``. Pairs of metadata become columns: the usual names of artist, date, medium, style, genre,
    school and so on are recognised in several languages, others keep their own; ``year`` and ``year_end`` are read from
    the date.

    An artist stands without dates and nationality. A work after an artist, or from the workshop, has no ``artist``, and
    ``qualified_attribution`` says "workshop of ..."; ``qualified_artists`` makes that the label.

    Of a canvas with several pictures the one that covers the most of it is taken, of a choice the default;
    ``alternates`` lists the others. A region or rotation that a document selects is asked of the service, or cut out
    here, and stands in ``region`` and ``rotation``. Where a service gives nothing, the plain address is taken.

    A document inside a collection that cannot be had is skipped and listed. Raises ``InputError`` where a given address
    cannot be had or is nothing of IIIF, and ``NothingUsableError`` where no image can."""
    if options.canvases not in CANVASES:
        raise InputError(
            f"canvases cannot be '{options.canvases}'", f"they are {' or '.join(CANVASES)}", code="unknown-canvases"
        )
    out, given = user_path(out), [addresses] if isinstance(addresses, str) else list(addresses)
    client = fetching.client(*filter(host_of, given))
    reader = Reader(client, fetching.documents(client, out), progress, MAX_EMPTY)
    pictures = itertools.chain.from_iterable(reader.pictures(one, options.first_only) for one in given)
    items, twice = _items(pictures, options.limit, lambda picture: _row(picture, options))
    if not items:
        raise NothingUsableError(
            f"there are no images in '{given[0]}'",
            "; ".join(f"{where}: {why}" for where, why in reader.skipped[:1]),
            code="no-images",
        )
    wanted = [Wanted(item.name, partial(item.addresses, reader, fetching.side)) for item in items]
    harvest = fetch_images(wanted, out, client, progress)
    if not harvest.files:
        first = harvest.failures[0]
        raise NothingUsableError(
            f"none of {counted(len(items), 'image')} could be fetched: {first.reason}",
            f"the first was {first.url or first.name}; the same command tries again",
            code="nothing-fetched",
        )
    kept, unusable = _usable(items, harvest)
    if not kept:
        raise NothingUsableError(
            f"none of {counted(len(items), 'image')} could be used: {unusable[0][1]}",
            f"the first was {unusable[0][0]}",
            code="no-usable-image",
        )
    frame, labels = _table(kept, options.label_columns)
    report = assemble(frame, out, labels=labels, protocol=split, seed=seed, progress=progress)
    report.skipped += reader.skipped + [(failure.url or failure.name, failure.reason) for failure in harvest.failures]
    report.skipped += unusable
    if len(kept) > 1 and frame["object"].nunique() == 1:
        report.notes.append(
            "all images are views of one object, so that a search leaves them out of each other's answers; if they are"
            " works of their own: --canvases paintings"
        )
    report.notes += harvest.notes() + (
        [f"{counted(twice, 'image is', 'images are')} named more than once: the first counts"] if twice else []
    )
    plain = sum(
        item.picture.service is not None and harvest.urls.get(item.name) == item.picture.image
        for item in items
        if item.name in harvest.files
    )
    report.notes += _notes([item.picture for item in items], kept, reader.without, plain, options.canvases)
    return report


@dataclass
class _Item:
    """A picture of a document, its row of the table, and what is asked for once its turn to be fetched has come."""

    picture: Picture
    row: dict[str, Any]
    requests: list[Request] = field(default_factory=list)

    @property
    def name(self) -> str:
        return painting_ids([self.row["_key"]])[0]

    def addresses(self, reader: Reader, side: int) -> list[str]:
        self.requests = reader.requests(self.picture, side)
        return [request.url for request in self.requests]


def _items(
    pictures: Iterable[Picture], limit: int | None, row_of: Callable[[Picture], dict[str, Any]]
) -> tuple[list[_Item], int]:
    """The first ``limit`` pictures, each once, and how many were there again."""
    items: dict[str, _Item] = {}
    twice = 0
    for picture in pictures:
        row = row_of(picture)
        if row["_key"] in items:
            twice += 1
            continue
        items[row["_key"]] = _Item(picture, row)
        if len(items) == limit:
            break
    return list(items.values()), twice


def _usable(items: Sequence[_Item], harvest: Harvest) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """The rows of the images that were fetched, with their files, and the addresses of those of which nothing could be
    cut out, with the reason."""
    kept, unusable = [], []
    for item in items:
        if item.name not in harvest.files:
            continue
        url = harvest.urls[item.name]
        try:
            path = _part(harvest.files[item.name], next(one for one in item.requests if one.url == url))
        except ImageError as error:
            unusable.append((url, error.message))
            continue
        kept.append(item.row | {"path": str(path), "image_url": url})
    return kept, unusable


def _table(rows: Sequence[dict[str, Any]], label_columns: Sequence[str] | None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows as a table that has all its label columns, and their names.

    Raises ``InputError`` for a column that was named and is not there."""
    frame = pd.DataFrame(rows)
    for name in ("year", "year_end"):
        frame[name] = pd.to_numeric(frame[name]).astype("Int64")
    if absent := [name for name in label_columns or () if name not in frame]:
        raise InputError(
            f"there is no column '{absent[0]}'",
            f"the columns are: {', '.join(name for name in frame if not name.startswith('_'))}",
            code="unknown-column",
        )
    labels = tuple(label_columns or DEFAULT_LABELS)
    columns = list(dict.fromkeys([*frame.columns, *labels]))
    return frame.reindex(columns=columns).astype(dict.fromkeys(labels, object)), labels


def _part(picture: Path, request: Request) -> Path:
    """The file of a picture, or of what is to be cut out of it; raises ``ImageError``."""
    if request.left.is_whole:
        return picture
    return cut_out(picture, request.left, request.size, picture.with_name(f"{picture.stem}-part.png"))


def _notes(
    taken: Sequence[Picture], kept: Sequence[dict[str, Any]], without: int, plain: int, canvases: str
) -> list[str]:
    """What was not taken as it stands, each with its count."""
    texts = (value for row in kept for value in row.values() if isinstance(value, str))
    counts = {
        ("canvas has", "canvases have", " no image, but nothing, sound, video or text"): (without,),
        (
            "canvas has",
            "canvases have",
            " several images: the one that covers the most was taken; alternates has the {} others",
        ): (
            sum(len(one.others) > one.choices for one in taken),
            sum(len(one.others) - one.choices for one in taken),
        ),
        (
            "canvas offers",
            "canvases offer",
            " a choice of images: the default was taken; alternates has the {} others",
        ): (
            sum(one.choices > 0 for one in taken),
            sum(min(one.choices, len(one.others)) for one in taken),
        ),
        (
            "image is part of a larger one",
            "images are parts of larger ones",
            ", or turned, as their documents select (columns region, rotation)",
        ): (sum(not one.part.is_whole for one in taken),),
        ("image is", "images are", " cut along an outline: the box around it was taken"): (
            sum(one.part.outline for one in taken),
        ),
        ("image is", "images are", " selected in a way that is not understood: the whole was taken"): (
            sum(one.unread for one in taken),
        ),
        ("image came", "images came", " from their plain address, since their image service gave none"): (plain,),
        (
            "picture has",
            "pictures have",
            " no artist, but a workshop, a follower or the like (qualified_attribution; as labels:"
            " --qualified-artists)",
        ): (sum(bool(row.get("qualified_attribution")) and not row.get("artist") for row in kept),),
        ("picture has", "pictures have", " several artists: the first is the label, all are in the column artists"): (
            sum(isinstance(row.get("artists"), list) for row in kept),
        ),
        ("text was", "texts were", " cut, being too long"): (sum(value.endswith(CUT) for value in texts),),
    }
    notes = [
        counted(count[0], one, many) + what.format(*count[1:])
        for (one, many, what), count in counts.items()
        if count[0]
    ]
    if canvases == "auto" and (works := Counter(one.manifest for one in taken if one.works)):
        canvases_of, manifests = counted(sum(works.values()), "canvas", "canvases"), counted(len(works), "manifest")
        notes.append(
            f"taken as paintings of their own, since they have names of their own: {canvases_of} of {manifests}; if"
            " they are views of one: --canvases views"
        )
    return notes


def _row(picture: Picture, options: IIIFOptions) -> dict[str, Any]:
    columns = columns_of(picture, options.qualified_artists)
    said, tail = columns.pop("title", ""), _tail(picture.manifest)
    titled = picture.label or said
    title = titled or tail.replace("-", " ")
    works = options.canvases == "paintings" or (options.canvases == "auto" and picture.works)
    if picture.works and works:
        title = said if picture.ours else picture.canvas_label  # our labels are cut, and name what has no title
    elif picture.of > 1 and picture.canvas_label and picture.canvas_label != titled:
        title = f"{title}, {picture.canvas_label}"
    if picture.date and not columns.get("date"):
        columns["date"] = picture.date
    first, last = years_of(columns.get("date", ""))
    if picture.ours and not first:
        first, last = columns.get("year"), columns.get("year_end")
    columns = {name: value for name, value in columns.items() if name not in ("year", "year_end")}
    if picture.others:
        columns["alternates"] = list(picture.others[:MAX_ALTERNATES])
    if not picture.part.is_whole:
        columns |= {"region": picture.part.words(), "rotation": picture.part.turned()}
    elif picture.service is not None:
        columns |= _service(picture.service)
    return {
        "_key": (
            f"{picture.canvas.partition('://')[2] or picture.canvas}/{tail}"
            + (f"-{picture.number}" if picture.of > 1 else "")
        ),
        "title": title or None,
        "source": "iiif",
        "rights": (
            picture.rights
            or options.rights
            or NOT_STATED
            + (f"; to be shown with it: {picture.attribution}" if picture.attribution else "; see its source")
        ),
        "object": picture.canvas if works else picture.manifest,
        "page": picture.number,
        "view": None if works and picture.works else picture.canvas_label or None,
        "year": first,
        "year_end": last,
        "attribution": picture.attribution or None,
        "summary": picture.summary or None,
        "url": picture.page or picture.manifest,
        "manifest": picture.manifest,
        "canvas": picture.canvas,
        **columns,
    }


def _service(service: dict[str, Any]) -> dict[str, str]:
    """Where the whole picture can be had, for exports that name the museum's own service."""
    profile = next((one for one in listed(service.get("profile")) if isinstance(one, str)), "")
    known = address(service).startswith(("http://", "https://"))
    return {"image_service": address(service), "image_profile": profile} if known else {}


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
