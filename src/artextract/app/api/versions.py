"""The version of the calls. Programs use addresses below /api/v1/, which stay when a later version changes a call; the
routes are written once, below /api/, where the page's own addresses are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

BEGINS = "/api/"
VERSION = "/api/v1/"


class Versioned:
    """ASGI middleware around all others: /api/v1/X is the route /api/X."""

    def __init__(self, app: Any):
        self._app = app

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        if scope["type"] == "http" and scope["path"].startswith(VERSION):
            scope = {**scope, "path": BEGINS + scope["path"].removeprefix(VERSION)}
        await self._app(scope, receive, send)
