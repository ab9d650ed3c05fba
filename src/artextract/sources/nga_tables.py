"""Reads the tables of the National Gallery of Art's open data."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from artextract.download import Documents, FetchError
from artextract.errors import InputError
from artextract.files import user_path
from artextract.progress import Progress

TABLES = {
    "objects": [
        "objectid",
        "accessionnum",
        "title",
        "displaydate",
        "beginyear",
        "endyear",
        "medium",
        "attribution",
        "creditline",
        "classification",
        "parentid",
        "isvirtual",
        "series",
    ],
    "published_images": [
        "uuid",
        "iiifurl",
        "viewtype",
        "sequence",
        "width",
        "height",
        "maxpixels",
        "depictstmsobjectid",
    ],
    "objects_constituents": ["objectid", "constituentid", "displayorder", "roletype", "role"],
    "constituents": ["constituentid", "preferreddisplayname", "forwarddisplayname", "nationality", "constituenttype"],
    "objects_terms": ["objectid", "termtype", "term", "visualbrowsertheme", "visualbrowserstyle"],
}
"""The columns that each table must have; ``OPTIONAL`` came to the data set later, or are absent from older copies."""


OPTIONAL = {
    "objects": ["dimensions", "wikidataid"],
    "published_images": ["openaccess", "assistivetext"],
    "objects_constituents": ["prefix", "suffix"],
    "constituents": ["lastname", "ulanid", "wikidataid"],
}


TERMS = {
    "Style": "styles",
    "School": "schools",
    "Theme": "themes",
    "Technique": "techniques",
    "Keyword": "keywords",
    "Place Executed": "places",
}
"""Type of term -> the column that lists its terms."""


def local_tables(folder: str | Path) -> Path:
    path = user_path(folder)
    for place in (path, path / "data"):
        if (place / "objects.csv").is_file():
            return place
    raise InputError(
        f"there is no objects.csv in '{folder}' or '{path / 'data'}'",
        "give the folder of a clone of NationalGalleryOfArt/opendata",
        code="nga-tables-missing",
    )


def read_tables(
    folder: Path | None, tables_at: str, documents: Documents, progress: Progress
) -> dict[str, pd.DataFrame]:
    tables = {}
    for name, columns in progress(TABLES.items(), len(TABLES), "reading tables"):
        url = f"{tables_at.rstrip('/')}/{name}.csv"
        if folder:
            path = folder / f"{name}.csv"
        else:
            try:
                path = documents.file(url)
            except FetchError as error:
                hint = "with a local clone use --csv DIR; or try again later, what was fetched is kept"
                raise InputError(
                    error.message if error.kind == "unreachable" else f"{url} cannot be fetched: {error.message}",
                    hint,
                    code=error.code,
                ) from error
        tables[name] = _read_table(path, path if folder else url, [*columns, *OPTIONAL.get(name, [])], columns)
    return tables


def _read_table(path: Path, shown: Path | str, wanted: list[str], needed: list[str]) -> pd.DataFrame:
    """The wanted columns as text, None where empty, names in lower case."""
    try:
        frame = pd.read_csv(
            path,
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",
            usecols=lambda name: name.strip().lower() in wanted,
        )
    except (ValueError, OSError) as error:
        raise InputError(
            f"'{shown}' cannot be read as CSV: {error}",
            "fetch it again, with --refresh or a new clone",
            code="unreadable-csv",
        ) from error
    frame.columns = [name.strip().lower() for name in frame.columns]
    absent = [name for name in needed if name not in frame]
    if absent:
        raise InputError(
            f"'{shown}' has no column '{absent[0]}'",
            "give the tables of the National Gallery of Art's open data, not shortened",
            code="unknown-column",
        )
    frame = frame.reindex(columns=wanted).astype(object)
    return frame.where(frame.notna() & (frame != ""), None)
