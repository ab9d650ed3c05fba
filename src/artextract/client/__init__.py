"""A client of a server of ArtExtract, for programs: every call that /docs names, typed, by httpx and the standard
library alone.

    from artextract.client import Client

    with Client("http://127.0.0.1:8000") as client:
        for hit in client.search(id="p03", k=5)["hits"]:
            print(hit["id"], hit["score"])
"""

from __future__ import annotations

from artextract.client.collection import CollectionCalls
from artextract.client.connection import ApiError, Connection
from artextract.client.export import ExportCalls
from artextract.client.jobs import JobCalls
from artextract.client.lists import ListCalls
from artextract.client.map import MapCalls
from artextract.client.review import ReviewCalls
from artextract.client.search import SearchCalls
from artextract.client.server import ServerCalls
from artextract.client.study import StudyCalls
from artextract.client.works import WorkCalls

__all__ = ["ApiError", "Client"]


class Client(
    ServerCalls,
    CollectionCalls,
    SearchCalls,
    JobCalls,
    MapCalls,
    ReviewCalls,
    StudyCalls,
    ListCalls,
    WorkCalls,
    ExportCalls,
    Connection,
):
    """Calls a server. Answers are plain dicts with the fields of ``artextract.client.answers``; what is refused raises
    ``ApiError``. For one thread; close it, or use it in a ``with`` statement."""
