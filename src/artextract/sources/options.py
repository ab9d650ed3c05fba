"""What the sources that fetch have in common."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from artextract.sources.download import Client, Documents, Manners
from artextract.sources.download.batch import RECORDS
from artextract.sources.download.iiif_image import SIDE


@dataclass(frozen=True)
class Fetching:
    """How images and documents are fetched.

    ``side`` is the longer side to ask for, in pixels, within what a host allows. ``refresh`` fetches tables and
    documents anew; images that are here stay. ``hosts`` are further hosts that may be fetched from or redirected to.
    ``manners`` is how gently a host is asked."""

    side: int = SIDE
    refresh: bool = False
    hosts: tuple[str, ...] = ()
    manners: Manners = Manners()

    def client(self, *named: str) -> Client:
        """A client for ``hosts`` and for those that are ``named`` here; empty names do not count."""
        return Client([*filter(None, named), *self.hosts], self.manners)

    def documents(self, client: Client, out: Path) -> Documents:
        """The documents of a collection: fetched once, then read from its folder ``out``."""
        return Documents(client, out / RECORDS / "documents", self.refresh)
