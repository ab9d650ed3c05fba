"""A server of the application on a free port of this machine, for tests that need a real one."""

import socket
import threading
import time
from contextlib import contextmanager

import uvicorn

from artextract.app.server import config


@contextmanager
def serving(app, port: int | None = None):
    """Yields the address, such as http://127.0.0.1:40123/."""
    if port is None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    server = uvicorn.Server(config(app, "127.0.0.1", port))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended before it had begun"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(60)
