"""Calls about the server itself."""

from __future__ import annotations

from pathlib import Path

from artextract.client.answers.server import AddedAnswer, Health, Session, SignedIn, UpdateAnswer
from artextract.client.connection import Connection


class ServerCalls(Connection):
    def health(self) -> Health:
        """Whether the server answers, and which index it searches."""
        return self._json("GET", "health")

    def session(self) -> Session:
        """The token of writes, which the client asks for by itself."""
        return self._json("GET", "session")

    def sign_in(self, name: str, password: str) -> SignedIn:
        """Sign in, where the server has users; lasts 12 hours, or until the server is stopped."""
        return self._json("POST", "sign-in", body={"name": name, "password": password}, writes=True)

    def sign_out(self) -> SignedIn:
        """Sign out."""
        return self._json("POST", "sign-out", writes=True)

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
