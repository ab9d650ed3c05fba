"""Answers compressed by gzip, for those who take it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware


class Compressed(GZipMiddleware):
    """Starlette's looks for the word in ``Accept-Encoding`` alone, so that ``gzip;q=0``, which refuses it, would ask
    for it. Those within see no such header either."""

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        if scope["type"] == "http" and not takes_gzip(Headers(scope=scope).getlist("accept-encoding")):
            kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        await super().__call__(scope, receive, send)


def takes_gzip(accepted: list[str]) -> bool:
    """Whether the values of ``Accept-Encoding`` name gzip with a weight above 0 (RFC 9110, 12.5.3). ``*`` asks for
    nothing by name, and is answered as it is."""
    for coding in ",".join(accepted).split(","):
        name, *parameters = (part.strip().casefold() for part in coding.split(";"))
        if name in ("gzip", "x-gzip"):
            weights = [text.removeprefix("q=").strip() for text in parameters if text.startswith("q=")]
            return not any(_is_zero(text) for text in weights)
    return False


def _is_zero(text: str) -> bool:
    try:
        return float(text) <= 0
    except ValueError:
        return True
