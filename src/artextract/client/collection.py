"""Calls about the paintings of the collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from artextract.client.answers.collection import (
    CollectionFacts,
    FacetsAnswer,
    Ids,
    LabelFacet,
    Layout,
    PaintingDetails,
    PaintingPage,
    Place,
)
from artextract.client.answers.models import Predictions
from artextract.client.connection import Connection, in_path


class CollectionCalls(Connection):
    """``where`` are expressions such as "style=Cubism", all of which must hold; ``text`` are words that a painting's
    texts must have; ``sort`` names an order."""

    def collection(self) -> CollectionFacts:
        """What there is to look at: counts, label values, features and the default weights."""
        return self._json("GET", "collection")

    def paintings(
        self, *, offset: int = 0, limit: int = 60, where: Sequence[str] = (), text: str = "", sort: str = ""
    ) -> PaintingPage:
        """A page of paintings that pass the filters."""
        query = {"offset": offset, "limit": limit, "where": where, "text": text, "sort": sort}
        return self._json("GET", "paintings", query=query)

    def painting(self, painting_id: str) -> PaintingDetails:
        """One painting with all that is known of it."""
        return self._json("GET", f"paintings/{in_path(painting_id)}")

    def catalogue(self, painting_id: str) -> dict[str, Any]:
        """The fields of a painting as they were imported, and the corrections that people made."""
        return self._json("GET", f"catalogue/{in_path(painting_id)}")

    def layout(self, *, where: Sequence[str] = (), text: str = "", sort: str = "") -> Layout:
        """The shapes of all paintings that pass the filters, in order."""
        return self._json("GET", "layout", query={"where": where, "text": text, "sort": sort})

    def ids(self, *, where: Sequence[str] = (), text: str = "", sort: str = "") -> Ids:
        """The ids of all paintings that pass the filters, in order."""
        return self._json("GET", "ids", query={"where": where, "text": text, "sort": sort})

    def facets(self, *, where: Sequence[str] = (), text: str = "") -> FacetsAnswer:
        """How many paintings have each label and each span of numbers."""
        return self._json("GET", "facets", query={"where": where, "text": text})

    def facet(self, column: str, *, find: str = "", where: Sequence[str] = (), text: str = "") -> LabelFacet:
        """The labels of one column, those that contain ``find``."""
        query = {"find": find, "where": where, "text": text}
        return self._json("GET", f"facets/{in_path(column)}", query=query)

    def place(self, painting_id: str, *, where: Sequence[str] = (), text: str = "", sort: str = "") -> Place:
        """Which painting comes before and which after it in a list."""
        query = {"where": where, "text": text, "sort": sort}
        return self._json("GET", f"places/{in_path(painting_id)}", query=query)

    def image(self, painting_id: str, *, size: Literal[400, 1600] = 400) -> bytes:
        """The picture as JPEG."""
        return self._bytes("GET", f"images/{in_path(painting_id)}", query={"size": size})

    def predictions(self, painting_id: str, *, top: int = 5) -> Predictions:
        """What the model takes a painting for, beside its own labels."""
        return self._json("GET", f"predictions/{in_path(painting_id)}", query={"top": top})

    def attention(self, painting_id: str, attribute: str) -> bytes:
        """Where the network looked for an attribute, as PNG."""
        return self._bytes("GET", f"attention/{in_path(painting_id)}", query={"attribute": attribute})
