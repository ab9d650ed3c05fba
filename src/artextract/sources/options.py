"""What the sources that fetch have in common."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from artextract.download import Client, Documents, Manners
from artextract.download.batch import RECORDS
from artextract.download.client import private_hosts_allowed
from artextract.download.iiif_image import SIDE


@dataclass(frozen=True)
class Fetching:
    """How images and documents are fetched.

    ``side`` is the longer side to ask for, in pixels, within what a host allows. ``refresh`` fetches tables and
    documents anew; images that are here stay. ``hosts`` are further hosts that may be fetched from or redirected to.
    ``manners`` is how gently a host is asked. ``private_hosts`` allows hosts in the user's own network that only a
    document names, or whose addresses turn out to be private; the environment's ``ARTEXTRACT_ALLOW_PRIVATE_HOSTS=1``
    does the same."""

    side: int = SIDE
    refresh: bool = False
    hosts: tuple[str, ...] = ()
    manners: Manners = Manners()
    private_hosts: bool = False

    def client(self, *named: str) -> Client:
        """A client for ``hosts`` and for those that are ``named`` here, as ``Client`` takes them.

        Empty names do not count."""
        private = self.private_hosts or private_hosts_allowed()
        return Client([*filter(None, named), *self.hosts], self.manners, private)

    def documents(self, client: Client, out: Path) -> Documents:
        """The documents of a collection: fetched once, then read from its folder ``out``."""
        return Documents(client, out / RECORDS / "documents", self.refresh)
