"""What an answer says, and why there is none: lengths, parts, packing, waits, and errors in words."""

from __future__ import annotations

import http.client
import json
import socket
import zlib
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from artextract.download.connect import TooSlowError
from artextract.errors import ArtExtractError

_CHUNK = 1 << 16


class FetchError(ArtExtractError):
    """Why one address could not be fetched.

    ``kind`` is one of "unreachable", "busy", "failed", "refused", "opted out" and "stopped", by which an import decides
    how to go on; ``again``: the same request may do better later; ``wait``: seconds that the host asked for."""

    code = "not-fetched"

    def __init__(
        self, message: str, kind: str = "failed", again: bool = False, wait: float | None = None, code: str = ""
    ):
        super().__init__(message, code=code)
        self.kind, self.again, self.wait = kind, again, wait


class SlowError(FetchError):
    """The time of the whole request is over."""


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After asks for, as a number or a date; None where it is missing or senseless.

    ``now`` is as of ``time.time``."""
    if value is None:
        return None
    if (seconds := _whole(value.strip())) is not None:
        return float(seconds)
    try:
        return max(0.0, parsedate_to_datetime(value[:100]).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def resumable(url: str, part: Path, note: Path) -> tuple[int, dict[str, str]]:
    """How many bytes are here of this very file, and the headers that ask for the rest on condition that it is still
    the same."""
    try:
        left = json.loads(note.read_text(encoding="utf-8"))
        size = part.stat().st_size
        if left["url"] == url and left["validator"] and 0 < size < left["bytes"]:
            return size, {"Range": f"bytes={size}-", "If-Range": left["validator"]}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return 0, {}


def extent(answer: http.client.HTTPResponse, start: int) -> tuple[int, int | None]:
    """From which byte the answer goes on, and how many the whole file has, where that is said."""
    said = _whole(answer.headers.get("Content-Length", ""))
    if answer.status != 206:
        return 0, said
    unit, _, rest = answer.headers.get("Content-Range", "").partition(" ")
    span, _, total = rest.partition("/")
    first = span.partition("-")[0]
    if unit != "bytes" or first != str(start) or not start:
        raise FetchError("the server sent another part of the file than was asked for", "range", code="wrong-range")
    whole = _whole(total)
    return start, whole if whole is not None else start + said if said is not None else None


def validator(headers: http.client.HTTPMessage) -> str | None:
    """What If-Range takes: a strong ETag, else the date of the last change (RFC 9110, 13.1.5)."""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified")


def _whole(text: str) -> int | None:
    """A number of at most 18 digits; headers may have any letters, among them digits of no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def is_packed(headers: http.client.HTTPMessage) -> bool:
    """Whether the body is packed by gzip, though it was not asked for so: some hosts keep their files in that form."""
    return headers.get("Content-Encoding", "").strip().lower() in ("gzip", "x-gzip", "deflate")


def unpacked(unpacker: Any, chunk: bytes, most: int) -> bytes:
    """Of what a chunk unpacks to no more than ``most`` bytes and one."""
    try:
        return bytes(unpacker.decompress(chunk, most + 1))
    except zlib.error as error:
        raise FetchError(f"the packed answer cannot be unpacked ({error})", code="undecodable-answer") from error


def read_some(answer: http.client.HTTPResponse, slow: str) -> bytes:
    try:
        return answer.read1(
            _CHUNK
        )  # gives what one packet brought: a server that drips cannot hold us past the deadline
    except TooSlowError as error:
        raise SlowError(slow, code="too-slow") from error
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"the line broke ({words_of(error)})", again=True, code="connection-broken") from error


def words_of(error: BaseException) -> str:
    cause = getattr(error, "reason", None)
    cause = cause if isinstance(cause, BaseException) else error
    if isinstance(cause, socket.gaierror):
        return "its name cannot be looked up"
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return str(cause) or type(cause).__name__


def shown(url: str) -> str:
    return url if len(url) <= 200 else f"{url[:199]}…"
