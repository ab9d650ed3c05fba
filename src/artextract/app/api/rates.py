"""How much one address may ask for: a bucket of tokens that fills again (token bucket)."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from artextract.app.api.access import GUARDED
from artextract.images.iiif_request import QUALITIES

SECONDS = 20
"""A bucket holds what the rate gives in so many seconds: a page with its pictures comes at once."""
ADDRESSES = 10_000
"""So many are remembered; those longest unseen are forgotten first."""
PICTURES, PICTURE = ("/api/images/", "/iiif/"), 0.05
"""What a picture costs, in requests: a page has sixty."""
LISTING, LIST = "/api/paintings", 0.2
"""What a page of a list costs: who drags the scrollbar through a large gallery asks for forty in a second."""
LABORIOUS = 2.0
"""What a picture costs that is enlarged or turned by an odd angle, which takes seconds; no viewer asks for one."""


class Buckets:
    """``rate``: requests a second, of each address."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic):
        self._rate, self._most, self._now = rate, max(1.0, rate * SECONDS), now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str, cost: float = 1.0) -> float:
        """Take ``cost`` out of the bucket of an address; where there is not so much, the seconds until there is."""
        now = self._now()
        left, then = self._left.pop(address, (self._most, now))
        left = min(self._most, left + (now - then) * self._rate)
        fits = left >= cost
        self._left[address] = (left - cost if fits else left, now)
        if len(self._left) > ADDRESSES:
            self._left.popitem(last=False)
        return 0.0 if fits else (cost - left) / self._rate


class Limited:
    """ASGI middleware: who asks too often is told to wait. The page's own files cost nothing."""

    def __init__(self, app: Any, buckets: Buckets, refuse: Callable[..., Any]):
        self._app, self._buckets, self._refuse = app, buckets, refuse

    async def __call__(self, scope: dict, receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith(GUARDED) and path != "/api/health":
            wait = self._buckets.wait(network_of((scope.get("client") or ("",))[0]), cost_of(path))
            if wait:
                headers = {"Retry-After": str(max(1, math.ceil(wait)))}
                refused = self._refuse(
                    429, "this address asks too often", "wait a moment", headers, code="too-many-requests"
                )
                return await refused(scope, receive, send)
        await self._app(scope, receive, send)


def cost_of(path: str) -> float:
    """What a call costs, in requests."""
    if path == LISTING:
        return LIST
    if not path.startswith(PICTURES):
        return 1.0
    *_, size, rotation, name = ["", "", *path.split("/")]
    if path.startswith("/iiif/") and name.partition(".")[0] in QUALITIES:  # .../REGION/SIZE/ROTATION/QUALITY.FORMAT
        upright = rotation.removeprefix("!") in ("0", "90", "180", "270")
        return PICTURE if upright and not size.startswith("^") else LABORIOUS
    return PICTURE


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the network of 64 bits that one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4 or found.ipv4_mapped:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))
