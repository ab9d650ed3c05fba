"""Ids of paintings, made of the paths of their files."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Container, Iterable
from pathlib import Path

from artextract.labels import UNDIVIDED


def painting_ids(keys: Iterable[str], known: Container[str] = ()) -> list[str]:
    """Ids from the paths inside a source: readable, fit for URLs, and the same on every machine and in every run.

    The slug of the file's name and 8 hex digits of the SHA-256 of the whole path, in Unicode NFC with forward slashes
    (macOS lists names in NFD). Where two paths have one NFC, the bytes of the second count as they are. An id of
    ``known`` stays as an older version made it, which left letters such as "ø" and "ß" out."""
    keys = [str(key).replace(os.sep, "/") for key in keys]
    exact = {key for key in keys if key == _normal(key)}
    seen: set[str] = set()
    ids = []
    for key in keys:
        normal = _normal(key)
        if normal in seen or (key != normal and normal in exact):
            normal = key
        seen.add(normal)
        digest = hashlib.sha256(os.fsencode(normal)).hexdigest()
        older = f"{_slug(_stem(key))}-{digest[:8]}"
        ids.append(older if older in known else f"{_slug(_stem(key).casefold().translate(UNDIVIDED))}-{digest[:8]}")
    return ids


def _normal(key: str) -> str:
    return unicodedata.normalize("NFC", key)


def _stem(key: str) -> str:
    return Path(_normal(key)).stem


def _slug(stem: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:60].strip("-") or "painting"
