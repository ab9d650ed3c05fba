"""Calls about maps of the collection."""

from __future__ import annotations

from collections.abc import Sequence

from artextract.client.answers.collection import Painting
from artextract.client.answers.map import ChosenComparison, Column, MapAnswer, MapOptions, Passing
from artextract.client.connection import Connection


class MapCalls(Connection):
    """``weights`` as "deep=0.7,palette=0.3"; the default mix without."""

    def map(self, *, method: str = "tsne", weights: str = "") -> MapAnswer:
        """A map, or how far it is: ask again until it is done."""
        return self._json("GET", "map", query={"method": method, "weights": weights})

    def map_again(self, *, method: str = "tsne", weights: str = "") -> MapAnswer:
        """Try a map again that failed."""
        return self._json("POST", "map/again", body={"method": method, "weights": weights}, writes=True)

    def map_options(self) -> MapOptions:
        """The ways to map, and the columns that points can be coloured by."""
        return self._json("GET", "map/options")

    def map_column(self, name: str) -> Column:
        """The values of a column for all paintings, in the order of the map."""
        return self._json("GET", "map/column", query={"name": name})

    def map_passing(self, *, where: Sequence[str] = (), text: str = "") -> Passing:
        """Which paintings of the map pass the filters."""
        return self._json("GET", "map/passing", query={"where": where, "text": text})

    def map_paintings(self, ids: Sequence[str]) -> list[Painting]:
        """Paintings by their ids, at most 100."""
        return self._json("GET", "map/paintings", query={"id": ids})

    def map_chosen(self, ids: Sequence[str]) -> ChosenComparison:
        """How the labels of some paintings differ from those of the rest."""
        return self._json("POST", "map/chosen", body={"ids": list(ids)}, writes=True)
