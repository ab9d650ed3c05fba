"""What was asked for, counted for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats) and written
to an access log in the combined format of Apache and nginx."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator
from datetime import datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from threading import Lock
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from artextract.app.api.access import part_of
from artextract.app.api.guards import error_answer
from artextract.errors import InputError
from artextract.version import __version__

BOUNDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds, of the histogram."""
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


class Metrics:
    """Counts of requests; for several threads. ``parts`` are the names that a path may be counted under, so that
    strangers cannot make up new ones. ``gauges`` tells what is so now, by name and help."""

    def __init__(self, parts: Collection[str], gauges: Callable[[], dict[tuple[str, str], float]]):
        self._parts, self._gauges = frozenset(parts), gauges
        self._lock = Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: Counter[tuple[str, float]] = Counter()
        self._sums: Counter[str] = Counter()
        self._bytes = self._running = 0

    def begin(self) -> None:
        with self._lock:
            self._running += 1

    def end(self, method: str, path: str, status: int, size: int, seconds: float) -> None:
        part = part_of(path) or "page"
        part = part if part in self._parts or part == "page" else "other"
        with self._lock:
            self._running -= 1
            self._bytes += size
            self._requests[method if method in METHODS else "other", part, status] += 1
            self._sums[part] += seconds  # type: ignore[assignment]
            for bound in (*BOUNDS, float("inf")):
                self._seconds[part, bound] += seconds <= bound

    def text(self) -> str:
        return "\n".join([*self._lines(), ""])

    def _lines(self) -> Iterator[str]:
        with self._lock:
            requests, seconds, sums = dict(self._requests), dict(self._seconds), dict(self._sums)
            size, running = self._bytes, self._running
        yield from _head("artextract_info", "The version that runs.", "gauge")
        yield f'artextract_info{{version="{__version__}"}} 1'
        yield from _head("artextract_requests_total", "Requests that were answered.", "counter")
        for (method, part, status), count in sorted(requests.items()):
            yield f'artextract_requests_total{{method="{method}",part="{part}",status="{status}"}} {count}'
        yield from _head("artextract_request_seconds", "How long answers took.", "histogram")
        for part, total in sorted(sums.items()):
            for bound in BOUNDS:
                yield f'artextract_request_seconds_bucket{{part="{part}",le="{bound}"}} {seconds[part, bound]}'
            count = seconds[part, float("inf")]
            yield f'artextract_request_seconds_bucket{{part="{part}",le="+Inf"}} {count}'
            yield f'artextract_request_seconds_sum{{part="{part}"}} {total:.6f}'
            yield f'artextract_request_seconds_count{{part="{part}"}} {count}'
        yield from _head("artextract_answered_bytes_total", "Bytes of the bodies of answers.", "counter")
        yield f"artextract_answered_bytes_total {size}"
        yield from _head("artextract_requests_running", "Requests that are being answered.", "gauge")
        yield f"artextract_requests_running {running}"
        for (name, about), value in self._gauges().items():
            yield from _head(f"artextract_{name}", about, "gauge")
            yield f"artextract_{name} {value:g}"


async def metrics_answer(metrics: Metrics, everybody: bool, request: Request) -> Response:
    """The figures, for this machine alone unless ``everybody`` may read them."""
    client = request.client.host if request.client else ""
    if not everybody and client not in ("127.0.0.1", "::1"):
        return error_answer(
            403, "figures are for the machine of the server", "start it with --metrics", code="metrics-not-allowed"
        )
    return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _head(name: str, about: str, kind: str) -> tuple[str, str]:
    return f"# HELP {name} {about}", f"# TYPE {name} {kind}"


def access_log(path: str | Path) -> Callable[[str], None]:
    """Appends lines to a file, which is opened anew when it was moved away (logrotate). Raises ``InputError`` where it
    cannot be written."""
    try:
        handler = WatchedFileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise InputError(
            f"the access log '{path}' cannot be written: {error.strerror}", "choose another file", code="unwritable-log"
        ) from error
    return lambda line: handler.emit(logging.LogRecord("access", logging.INFO, "", 0, line, None, None))


def combined(scope: dict, visitor: str, status: int, size: int, when: datetime) -> str:
    """A line of the combined format. Whatever is not plain ASCII stands as \\xhh, as nginx writes it, so that nobody
    can forge a line or steer a terminal."""
    headers = Headers(scope=scope)
    address = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    asked = b"%s %s%s HTTP/%s" % (
        scope["method"].encode(),
        address,
        b"?" + query if query else b"",
        scope["http_version"].encode(),
    )
    client, user = (_plain(text.encode()).replace(" ", "_") for text in ((scope.get("client") or ("-",))[0], visitor))
    referer, agent = (headers.get(name, "-").encode("latin-1", "replace") for name in ("referer", "user-agent"))
    return (
        f"{client} - {user or '-'} [{when:%d/%b/%Y:%H:%M:%S %z}]"
        f' "{_plain(asked)}" {status} {size} "{_plain(referer)}" "{_plain(agent)}"'
    )


def _plain(data: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in data)


class Watched:
    """ASGI middleware around all but ``Proxied``: counts, and writes the log."""

    def __init__(self, app: Any, metrics: Metrics, log: Callable[[str], None] | None):
        self._app, self._metrics, self._log = app, metrics, log

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun, when, status, size = time.monotonic(), datetime.now().astimezone(), 500, 0
        facts: dict[str, str] = {}

        async def counted(message: Any) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        self._metrics.begin()
        try:
            await self._app({**scope, "facts": facts}, receive, counted)
        finally:
            path = scope["path"].replace("/api/v1/", "/api/", 1)
            self._metrics.end(scope["method"], path, status, size, time.monotonic() - begun)
            if self._log is not None:
                self._log(combined(scope, facts.get("visitor", "-"), status, size, when))
