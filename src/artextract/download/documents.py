"""Documents of a data set (JSON, CSV) that stay in the collection, so that a second run asks for none of them again."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from threading import RLock
from typing import Any

from artextract.download.answers import FetchError
from artextract.download.client import Client

MAX_TABLE_BYTES = 2_000_000_000
"""A table of a museum's whole collection is larger than any picture may be."""
MAX_JSON_BYTES = 50_000_000
"""What is read into memory as a whole; the manifest of a book of a thousand pages has a tenth of it."""


class Documents:
    """What ``client`` fetches is kept in ``folder`` under the hash of its address.

    ``refresh`` asks for everything anew, once. Several threads may ask for one document: the first fetches it, the
    others wait for it."""

    def __init__(self, client: Client, folder: Path, refresh: bool = False):
        self._client, self._folder, self._refresh = client, folder, refresh
        self._fresh: set[str] = set()
        self._locks: dict[str, RLock] = {}

    def file(self, url: str, max_bytes: int = MAX_TABLE_BYTES) -> Path:
        """The local path of a document; raises ``FetchError``."""
        name = hashlib.sha256(url.encode()).hexdigest()[:32]
        path = self._folder / f"{name}.data"
        with self._lock(url):
            if not path.is_file() or (self._refresh and url not in self._fresh):
                part = self._folder / f"{name}.part"
                self._client.to_file(url, part, image=False, max_bytes=max_bytes)
                os.replace(part, path)
                self._fresh.add(url)
        return path

    def json(self, url: str) -> dict[str, Any]:
        """A document that is one JSON object; raises ``FetchError`` for anything else."""
        with self._lock(url):
            path = self.file(url, MAX_JSON_BYTES)
            try:
                value = json.loads(path.read_text(encoding="utf-8-sig"))
            except (ValueError, RecursionError) as error:  # the latter of lists in lists in lists
                path.unlink()
                raise FetchError("the answer is no JSON", code="unreadable-json") from error
            if not isinstance(value, dict):
                path.unlink()
                raise FetchError("the answer is no JSON object", code="unreadable-json")
        return value

    def _lock(self, url: str) -> RLock:
        return self._locks.setdefault(url, RLock())
