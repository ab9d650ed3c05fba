"""Uploads on their way in: on disk, in files without a name, and only so many and so much at once."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import IO

from artextract.errors import ArtExtractError

AT_ONCE = 32
"""Uploads that are on their way in at once."""
ALL_BYTES = 2**30
"""What they may have brought together."""


class BusyError(ArtExtractError):
    status = 503
    code = "too-busy"

    def __init__(self) -> None:
        super().__init__("too much is being sent to this server at once", "try again in a minute")


class Spool:
    """For one event loop. The system removes the files when they are closed, and those of a server that was killed."""

    def __init__(self, at_once: int = AT_ONCE, all_bytes: int = ALL_BYTES):
        self._room, self._bytes = at_once, all_bytes

    @contextmanager
    def _file(self) -> Iterator[IO[bytes]]:
        if self._room <= 0:
            raise BusyError
        self._room -= 1
        try:
            with tempfile.TemporaryFile(prefix="artextract-") as file:
                yield file
        finally:
            self._room += 1

    @contextmanager
    def _held(self) -> Iterator[Callable[[int], None]]:
        held = 0

        def hold(count: int) -> None:
            nonlocal held
            if count > self._bytes:
                raise BusyError
            self._bytes -= count
            held += count

        try:
            yield hold
        finally:
            self._bytes += held

    @contextmanager
    def place(self) -> Iterator[Upload]:
        """Room for one upload; raises ``BusyError`` where there is none."""
        with self._file() as file, self._held() as hold:
            yield Upload(file, hold)


class Upload:
    def __init__(self, file: IO[bytes], hold: Callable[[int], None]):
        self._file, self._hold = file, hold

    async def fill(self, chunks: AsyncIterator[bytes], most: int, too_large: Exception) -> None:
        """Raises ``too_large`` past ``most`` bytes, and ``BusyError`` where all uploads together are too much."""
        got = 0
        async for chunk in chunks:
            got += len(chunk)
            if got > most:
                raise too_large
            self._hold(len(chunk))
            self._file.write(chunk)

    def read(self) -> bytes:
        self._file.seek(0)
        return self._file.read()
