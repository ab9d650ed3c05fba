"""Calls about the server itself."""

from __future__ import annotations

from pathlib import Path

from artextract.client.answers.server import AddedAnswer, Health, Session, UpdateAnswer
from artextract.client.connection import Connection


class ServerCalls(Connection):
    def health(self) -> Health:
        """Whether the server answers, and which index it searches."""
        return self._json("GET", "health")

    def session(self) -> Session:
        """The token of writes, which the client asks for by itself."""
        return self._json("GET", "session")

    def updating(self) -> UpdateAnswer:
        """How far the collection is brought up to date with its folder."""
        return self._json("GET", "updating")

    def update(self) -> UpdateAnswer:
        """Take what is new, changed or gone in the folder."""
        return self._json("POST", "updating", writes=True)

    def add(self, picture: bytes | str | Path, name: str) -> AddedAnswer:
        """Copy a picture, a file or its bytes, into the collection; ``update`` takes it in."""
        return self._send("POST", "added", query={"name": name}, file=bytes_of(picture), writes=True).json()


def bytes_of(picture: bytes | str | Path) -> bytes:
    return picture if isinstance(picture, bytes) else Path(picture).read_bytes()
