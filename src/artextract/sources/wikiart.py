"""WikiArt in the ArtGAN layout: ``STYLE/artist_title.jpg`` with the official CSV files of three tasks.

The lists: W. R. Tan et al., "Improved ArtGAN for Conditional Synthesis of Natural Image and Artwork" (2019), 81,446
paintings."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any, cast

import pandas as pd

from artextract.errors import InputError, NothingUsableError
from artextract.images import image_files
from artextract.labels import display_name, name_from_slug, repair_mojibake
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import Origin, assemble
from artextract.sources.file_years import agreeing, year_from_file
from artextract.sources.import_report import ImportReport
from artextract.sources.places import require_folder

TASKS = ("style", "artist", "genre")
RIGHTS = "WikiArt; images for non-commercial research only"


def import_wikiart(
    images: str | Path,
    csv: str | Path,
    out: str | Path,
    *,
    artists: str = "official",
    split: str = "official",
    seed: int = 0,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import the images that are there, labelled by the lists below ``csv``.

    Style, genre and artist come from the lists; an image in no list keeps the style of its folder and is only trained
    on. ``artists`` is "official" (the 23 of the artist list) or "from-names" (every artist, from the file names). A
    painting held out by any task is test in all. The column "painter" names the artist of every file, whether or not
    artists are learned from the list; "year" is the one that the file's name ends in, where it can be (``file_years``).
    Raises ``InputError`` for lists that are not there or not of this layout."""
    if artists not in ("official", "from-names"):
        raise InputError(
            f"there is no artist source '{artists}'", "choose official or from-names", code="unknown-artist-source"
        )
    images, csv = require_folder(images), require_folder(csv)
    listed, preferred, notes = read_lists(csv)
    files = image_files(images)
    if not files:
        raise NothingUsableError(
            f"there are no images below '{images}'", "give the folder whose folders are the styles", code="no-images"
        )
    rows = pd.DataFrame(
        {"path": [str(path) for path in files], "_key": [path.relative_to(images).as_posix() for path in files]}
    )
    rows["_match"] = [_match_key(key) for key in rows["_key"]]
    missing = int((~listed.index.isin(rows["_match"])).sum())
    rows = rows.join(listed, on="_match").drop(columns="_match")
    unlisted = rows["_listed"].isna()
    if unlisted.all():
        raise InputError(
            f"no image below '{images}' is in the lists ('{rows['_key'].iloc[0]}' is not)",
            "give the folder whose folders are the styles",
            code="no-image-in-lists",
        )
    crossed = int(rows.pop("_crossed").fillna(False).astype(bool).sum())
    if crossed:
        notes.append(
            f"{counted(crossed, 'painting is', 'paintings are')} in one task's train list and another's val list:"
            " they are test"
        )
    folder_style = rows["_key"].str.split("/").str[0].where(rows["_key"].str.contains("/"))
    rows["style"] = rows["style"].where(rows["style"].notna() | ~unlisted, folder_style)
    rows["painter"] = [artist_from_file(key) for key in rows["_key"]]
    if artists == "from-names":
        rows["artist"] = rows["painter"]
    rows["title"] = [title_from_file(key) for key in rows["_key"]]
    years = agreeing([year_from_file(key) for key in rows["_key"]], rows["painter"].tolist())
    if any(year is not None for year in years):
        rows["year"] = pd.Series(years, index=rows.index, dtype="Int64")
    rows["source"], rows["rights"] = "wikiart", RIGHTS
    report = assemble(
        rows,
        out,
        labels=TASKS,
        protocol=split,
        preferred=preferred,
        seed=seed,
        origin=Origin(images),
        progress=progress,
    )
    report.missing, report.notes = missing, notes + report.notes
    if int(unlisted.sum()):
        report.notes.append(
            f"{counted(int(unlisted.sum()), 'image is', 'images are')} in no list: the style is that of the folder,"
            " and the split never test"
        )
    return report


def read_lists(csv: Path) -> tuple[pd.DataFrame, dict[str, list[str]], list[str]]:
    """The six lists joined into one row per painting, the display names per task, and notes for people.

    The index is the path key; columns are the tasks (display names), ``_listed`` ("val" where any task holds the
    painting out, else "train") and ``_crossed`` (in one task's train and another's val)."""
    found: dict[str, dict[str, Any]] = {}
    names: dict[str, list[str]] = {}
    twice = 0
    for task in TASKS:
        classes = _read_classes(_list_file(csv, task, "class"))
        names[task] = list(classes.values())
        for part in ("train", "val"):
            path = _list_file(csv, task, part)
            for row_path, label in _read_list(path):
                if label not in classes:
                    raise InputError(
                        f"'{path}' uses class {label}, which '{task}_class' does not name",
                        "use the lists of one release",
                        code="class-without-name",
                    )
                entry = found.setdefault(_match_key(row_path), {})
                twice += task in entry
                entry.setdefault(task, classes[label])
                entry["_listed"] = "val" if part == "val" else entry.get("_listed", "train")
                entry.setdefault("parts", set()).add(part)
    for entry in found.values():
        entry["_crossed"] = len(entry.pop("parts")) == 2
    listed = pd.DataFrame.from_dict(found, orient="index", columns=[*TASKS, "_listed", "_crossed"])
    notes = []
    if twice:
        notes.append(f"{counted(twice, 'row stands', 'rows stand')} twice in a list; the first counts")
    return listed, names, notes


_BETWEEN = re.compile(r"(?<!_)_(?!_)")
"""One underscore parts artist and title; several in a row are letters that an archive has lost."""
_WHOLE_NAMES = {"joaqun-sorolla": "Joaquín Sorolla"}
"""Names that have lost letters, where they are many paintings' own."""


def artist_from_file(key: str) -> str | None:
    """ "Impressionism/claude-monet_water-lilies.jpg" -> "Claude Monet"; None where the name has no artist part."""
    artist, *title = _BETWEEN.split(Path(key).name, maxsplit=1)
    slug = re.sub("_+", "", artist)
    return _WHOLE_NAMES.get(slug) or name_from_slug(slug) if title else None


def title_from_file(key: str) -> str:
    stem = Path(key).stem
    words = re.sub(r"[\s_-]+", " ", repair_mojibake(_BETWEEN.split(stem, maxsplit=1)[-1])).strip()
    return words[:1].upper() + words[1:]


def _list_file(csv: Path, task: str, part: str) -> Path:
    wanted = {f"{task}_{part}{suffix}" for suffix in ("", ".csv", ".txt")}
    for path in sorted(csv.rglob("*")):
        if path.name.lower() in wanted and path.is_file():
            return path
    raise InputError(
        f"'{csv}' has no list '{task}_{part}'",
        "give the folder with the ArtGAN lists Style, Genre and Artist",
        code="list-missing",
    )


def _read_classes(path: Path) -> dict[int, str]:
    classes: dict[int, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        number, _, name = line.strip().partition(" ")
        if number.isdigit() and name:
            classes[int(number)] = cast(str, display_name(name))
    return classes


def _read_list(path: Path) -> list[tuple[str, int]]:
    """Rows of one list; the header and the blank line of the artist files match nothing and fall away."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines if (row := _row(line))]
    if not rows:
        raise InputError(
            f"'{path}' holds no row of the kind 'path,class number'",
            "use the official ArtGAN lists, untouched",
            code="list-format",
        )
    return rows


def _row(line: str) -> tuple[str, int] | None:
    """ "Cubism/a.jpg,4" as its path and number; the path may have commas of its own."""
    head, comma, number = line.strip().rpartition(",")
    number, path = number.strip(), head.rstrip().rstrip(",").rstrip()
    return (path, int(number)) if comma and path and number.isdecimal() and len(number) < 10 else None


def _match_key(path: str) -> str:
    """Unicode spellings of one file name meet here: unpacked archives differ in normal form, and some repair the
    mojibake."""
    return unicodedata.normalize("NFC", repair_mojibake(path.strip().replace("\\", "/")))
