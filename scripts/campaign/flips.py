"""Single bits of stored files are flipped; ``artextract doctor`` has to notice, and a search has to answer or to say
what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

from artextract.model.starter import starter_folder
from scripts.campaign.material import command, indexed_collection, is_defect
from scripts.campaign.tally import Tally

PASSED_OVER = (".lock", ".sqlite", ".sqlite-wal", ".sqlite-shm", ".md", ".csv", "LICENSE", "files.parquet")
"""Endings of files that are nobody's results: locks, texts for readers, what files looked like, which are looked at
again where anything differs; and SQLite files, which look after themselves."""


def flip_bits(tally: Tally, numbers: range, work: Path, with_model: bool = True) -> None:
    """A bit of a stored file of a small collection, or of a copy of the starter model, for each number.

    A flip that nobody notices is a loss, but where the doctor looks at no stored vectors at all: there it is only
    counted."""
    whole = work / "flips"
    collection = indexed_collection(whole)
    options = []
    if with_model:
        shutil.copytree(starter_folder(), whole / "model")
        options = ["--model", str(whole / "model")]
    files = [
        path
        for folder in (collection, whole / "model")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.stat().st_size and not path.name.endswith(PASSED_OVER)
    ]
    before = _examined(collection, options)
    notices = _notices_noise(files, collection, options, before)
    tally.figures["doctor checks stored vectors:"] = "yes" if notices else "no"
    for number, random_ in tally.trials(numbers):
        path = random_.choice(files)
        data = bytearray(kept := path.read_bytes())
        at, bit = random_.randrange(len(data)), random_.randrange(8)
        data[at] ^= 1 << bit
        path.write_bytes(data)
        where = f"flip {number}, bit {bit} of byte {at} of {path.relative_to(whole)}"
        try:
            said = _examined(collection, options)
            code, document, errors = command(["search", str(collection), str(_a_picture(whole))])
        finally:
            path.write_bytes(kept)
        if is_defect(document):
            tally.lose(f"{where}: the search ends in a defect: {errors.strip().splitlines()[-1:]}")
        elif "defect" in said:
            tally.lose(f"{where}: the doctor ends in a defect")
        elif said != before:
            tally.counts["noticed by doctor"] += 1
        elif code:
            tally.counts["noticed by a search only"] += 1
        elif notices:
            tally.lose(f"{where}: unnoticed")
        else:
            tally.counts["unnoticed"] += 1


def _a_picture(whole: Path) -> Path:
    return next(iter(sorted((whole / "pictures").rglob("*.png"))))


def _examined(collection: Path, options: list[str]) -> str:
    """All that the doctor says, as one text."""
    code, document, _ = command(["doctor", str(collection), *options])
    return f"defect {code}" if is_defect(document) else f"{code} {sorted(document.items(), key=str)}"


def _notices_noise(files: list[Path], collection: Path, options: list[str], before: str) -> bool:
    """Whether the doctor sees that the end of a file of vectors has become zeros."""
    path = next(path for path in files if path.suffix == ".npy" and "features" in path.parts)
    kept = path.read_bytes()
    path.write_bytes(kept[:-64] + bytes(64))
    try:
        return _examined(collection, options) != before
    finally:
        path.write_bytes(kept)
