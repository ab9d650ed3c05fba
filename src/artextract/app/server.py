"""The server under the application: uvicorn, with limits for who sends slowly or too much."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_BYTES = 64 * 2**10
"""Request line and headers together."""
HEAD_SECONDS = 20.0
"""From the first byte of a request, or from the connection, to the end of its headers."""
CONNECTIONS = 500
"""Open at once; who comes then is told that the server is busy."""


class PatientProtocol(H11Protocol):
    """Closes connections whose headers do not come to their end, nor what a request has after its answer."""

    head_seconds = HEAD_SECONDS
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        begun = self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]
        if begun or self._is_answered_early():
            self._wait()
        else:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_answered_early():
            self._wait()

    def _is_answered_early(self) -> bool:
        return self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def config(app: Any, host: str, port: int, stop_waits: int = 1) -> uvicorn.Config:
    """``stop_waits``: seconds that a server which is stopped gives to the answers under way."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=PatientProtocol,
        ws="none",
        proxy_headers=False,  # api/proxy.py reads them, and only from proxies that the server was told of
        log_level="warning",
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_graceful_shutdown=stop_waits,
    )
