"""Many images into a collection: a few at once, each looked at before it counts, with a journal of what is done and a
list of what failed."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from artextract.download.answers import FetchError
from artextract.download.client import Client
from artextract.errors import ImageError
from artextract.files import write_aside
from artextract.images import content_hash, inspect
from artextract.progress import Progress, no_progress

RECORDS = "import"
"""Folder in the collection for what an import keeps to go on from: the journal, documents, halves of files."""
JOURNAL = "downloads.jsonl"
FAILURES = "failures.csv"
_ENDINGS = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "TIFF": ".tif",
    "GIF": ".gif",
    "JPEG2000": ".jp2",
    "AVIF": ".avif",
    "BMP": ".bmp",
    "MPO": ".mpo",
    "PPM": ".ppm",
    "TGA": ".tga",
    "HEIF": ".heic",
}


@dataclass(frozen=True)
class Wanted:
    """One image.

    ``name``: of the file in the collection, without ending, the same in every run; ``addresses``: gives the URLs to
    try, best first.

    The addresses are asked for late, since to know the sizes that a server has may need a document of it.
    """

    name: str
    addresses: Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Failure:
    name: str
    url: str
    kind: str
    reason: str


@dataclass
class Harvest:
    """``files``: name -> path of an image that was verified.

    ``urls``: name -> where it came from; ``fetched`` of them in this run."""

    files: dict[str, Path] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    fetched: int = 0

    def opted_out(self) -> int:
        return sum(failure.kind == "opted out" for failure in self.failures)

    def notes(self) -> list[str]:
        lines = [f"{self.fetched} images fetched, {len(self.files) - self.fetched} were here already"]
        if out := self.opted_out():
            lines.append(
                f"{out} left out, since their hosts keep them out of machine learning or ask robots not to fetch them"
            )
        reasons = Counter(failure.reason for failure in self.failures if failure.kind != "opted out")
        lines += [f"{count} failed: {reason}" for reason, count in reasons.most_common(5)]
        if self.failures:
            lines.append(
                f"what is not here, and why: {FAILURES} in the collection; the same command asks again for what failed"
            )
        return lines


def fetch_images(wanted: Sequence[Wanted], out: Path, client: Client, progress: Progress = no_progress) -> Harvest:
    """Fetch what is not in ``out/images`` yet, and write ``out/failures.csv`` where something is not to be had.

    An image counts when its type is one of pictures, its length is what was announced, and it decodes to the end; then
    it is renamed into place and recorded with its SHA-256 in the journal. What is recorded and has that hash is not
    asked for again, and neither is what a host has opted out of."""
    journal = _Journal(out / RECORDS / JOURNAL)
    harvest = Harvest()

    def attempt(item: Wanted) -> tuple[Wanted, str, Path | Failure, bool]:
        url = ""
        try:
            for url in (addresses := list(item.addresses())):
                if kept := journal.kept(item.name, url, out):
                    return item, url, kept, False
            if not addresses:
                raise FetchError("it has no address to fetch it from", code="no-address")
            for number, url in enumerate(addresses, 1):
                if reason := journal.left_out(item.name, url):
                    raise FetchError(reason, "opted out", code="opted-out")
                try:
                    return item, url, _fetch(item.name, url, out, client, journal), True
                except FetchError as error:
                    if error.kind == "opted out":
                        journal.write({"name": item.name, "url": url, "left_out": error.message})
                    if number == len(addresses) or error.kind != "failed" or error.again:
                        raise
            raise AssertionError("the last address returns or raises")
        except FetchError as error:
            return item, url, Failure(item.name, url, error.kind, error.message), False

    with ThreadPoolExecutor(client.manners.at_once) as pool:
        try:
            for item, url, result, fetched in progress(pool.map(attempt, wanted), len(wanted), "fetching images"):
                if isinstance(result, Failure):
                    harvest.failures.append(result)
                else:
                    harvest.files[item.name], harvest.urls[item.name] = result, url
                    harvest.fetched += fetched
        except BaseException:
            client.stop()
            pool.shutdown(cancel_futures=True)
            raise
    _write_failures(out / FAILURES, harvest.failures)
    return harvest


def _fetch(name: str, url: str, out: Path, client: Client, journal: _Journal) -> Path:
    part = out / RECORDS / "partial" / f"{hashlib.sha256(f'{name} {url}'.encode()).hexdigest()[:32]}.part"
    for last in (False, True):
        kind = client.to_file(url, part, image=True)
        try:
            if (
                kind
                and not kind.startswith("image/")
                and kind not in ("application/octet-stream", "binary/octet-stream")
            ):
                raise FetchError(f"the server sent {kind}, no image", code="not-an-image")
            facts = inspect(part)
            if not facts.complete:
                raise ImageError("file is truncated", code="truncated-file")
            ending = _ENDINGS.get(facts.format, ".img")
        except ImageError as error:
            part.unlink(missing_ok=True)
            if (
                last or error.code != "truncated-file"
            ):  # without an announced length only the decoder sees that the end is missing
                raise FetchError(f"what the server sent cannot be used: {error.message}", code=error.code) from error
            continue
        except FetchError:
            part.unlink(missing_ok=True)
            raise
        path = Path("images", name + ending)
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        size = part.stat().st_size
        os.replace(part, out / path)
        journal.write({"name": name, "url": url, "path": path.as_posix(), "sha256": facts.sha256, "bytes": size})
        return out / path
    raise AssertionError("the second try returns or raises")


class _Journal:
    """One line of JSON for each image that is done or left out; a line that a kill cut short counts as not written."""

    def __init__(self, path: Path):
        self._path, self._lock = path, Lock()
        self._entries: dict[str, dict[str, Any]] = {}
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        for line in text.splitlines():
            try:
                entry = json.loads(line)
                self._entries[entry["name"]] = entry
            except (ValueError, KeyError, TypeError):
                continue
        if text.count("\n") != len(self._entries) or not text.endswith("\n"):
            with write_aside(path) as aside:
                aside.write_text(
                    "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in self._entries.values()),
                    encoding="utf-8",
                )
        path.parent.mkdir(parents=True, exist_ok=True)

    def kept(self, name: str, url: str, out: Path) -> Path | None:
        """The file of an earlier run, where it was asked for the same and the file is still what it was."""
        entry = self._entries.get(name, {})
        if entry.get("url") != url or "sha256" not in entry:
            return None
        path = out / entry["path"]
        try:
            return path if path.stat().st_size == entry["bytes"] and content_hash(path) == entry["sha256"] else None
        except OSError:
            return None

    def left_out(self, name: str, url: str) -> str | None:
        entry = self._entries.get(name, {})
        return entry.get("left_out") if entry.get("url") == url else None

    def write(self, entry: dict[str, Any]) -> None:
        with self._lock:
            self._entries[entry["name"]] = entry
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _write_failures(path: Path, failures: list[Failure]) -> None:
    if not failures:
        path.unlink(missing_ok=True)
        return
    with write_aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["name", "url", "kind", "reason"])
        writer.writeheader()
        writer.writerows(asdict(failure) for failure in failures)
