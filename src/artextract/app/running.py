"""Runs the application until it is stopped, as "serve" and "open" do."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvicorn
from threadpoolctl import threadpool_limits

from artextract.app.server import config
from artextract.errors import InputError

STOP_WAITS = 1
"""Seconds that a server which is stopped gives to the answers under way."""


def address_of(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def run(app: Any, host: str, port: int, answers: Callable[[], object] = lambda: None) -> None:
    """Serve until SIGINT or SIGTERM; ``answers`` is called once the server answers, in a thread of its own."""
    # Several searches at once, each on all cores, get in each other's way: 31 a second, not 45, on two cores.
    threadpool_limits(1, user_api="blas")
    with suppress(KeyboardInterrupt):
        _Server(config(app, host, port, STOP_WAITS), answers).run()


class _Server(uvicorn.Server):
    def __init__(self, settings: uvicorn.Config, answers: Callable[[], object]):
        super().__init__(settings)
        self._answers = answers

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            threading.Thread(target=self._answers, daemon=True).start()


def free_port(host: str, port: int) -> int:
    """The port, or for 0 any that is free; raises ``InputError`` where nothing can listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        if os.name != "nt":  # there it would let two servers share a port
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except (OSError, OverflowError, UnicodeError) as error:
            raise InputError(
                f"cannot listen at {host}:{port}: {str(getattr(error, 'strerror', None) or error).rstrip('.')}",
                "choose another --port, or stop what uses it"
                if getattr(error, "errno", None) == errno.EADDRINUSE
                else "choose another --host or --port",
                code="cannot-listen",
            ) from error
        number: int = trial.getsockname()[1]
        return number
