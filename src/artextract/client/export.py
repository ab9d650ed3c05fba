"""Calls that give lists of paintings as files and documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from artextract.client.answers.export import ExportFacts, SelectionFacts
from artextract.client.connection import Connection, Query, in_path

Format = Literal["csv", "json", "contact-sheet", "iiif", "linked-art"]
Kind = Literal["person", "software", "type", "attribute", "certainty"]


class ExportCalls(Connection):
    """A list is ``ids`` in their order, or else the paintings that pass ``where`` and ``text``, in the order ``sort``;
    ``predictions`` and ``decisions`` add what the model and reviewers say of them."""

    def export_formats(self) -> ExportFacts:
        """The formats that lists can be exported in."""
        return self._json("GET", "export")

    def export(
        self,
        format: Format,
        *,
        title: str = "",
        ids: Sequence[str] | None = None,
        search: Mapping[str, Any] | None = None,
        where: Sequence[str] = (),
        text: str = "",
        sort: str = "",
        predictions: bool = False,
        decisions: bool = False,
        regions: Sequence[Mapping[str, Any]] | None = None,
    ) -> bytes:
        """A list as a file; ``search``: the arguments of a search whose hits it is."""
        body: dict[str, Any] = {"format": format, "title": title, "ids": None if ids is None else list(ids)}
        body |= {"search": search, "where": list(where), "text": text, "sort": sort, "regions": regions}
        return self._bytes("POST", "export", body={**body, "predictions": predictions, "decisions": decisions})

    def selection(self, ids: Sequence[str]) -> SelectionFacts:
        """Some paintings by their ids, and which ids there are not."""
        return self._json("POST", "selection", body={"ids": list(ids)}, writes=True)

    def iiif_manifest(
        self,
        *,
        ids: Sequence[str] = (),
        list: str = "",
        where: Sequence[str] = (),
        text: str = "",
        sort: str = "",
        title: str = "",
        predictions: bool = False,
        decisions: bool = False,
    ) -> dict[str, Any]:
        """A list as a IIIF Presentation 3.0 manifest."""
        query = _listed(ids, list, where, text, sort, title, predictions, decisions)
        return self._json("GET", "iiif/manifest", query=query)

    def iiif_table(
        self,
        *,
        ids: Sequence[str] = (),
        list: str = "",
        where: Sequence[str] = (),
        text: str = "",
        sort: str = "",
        title: str = "",
        predictions: bool = False,
        decisions: bool = False,
    ) -> dict[str, Any]:
        """The list of a manifest as JSON."""
        query = _listed(ids, list, where, text, sort, title, predictions, decisions)
        return self._json("GET", "iiif/table", query=query)

    def iiif_canvas(
        self, painting_id: str, *, part: str = "", box: Sequence[str] = (), text: Sequence[str] = ()
    ) -> dict[str, Any]:
        """One painting as a canvas of IIIF, or a part of it."""
        query = {"part": part, "box": box, "text": text}
        return self._json("GET", f"iiif/canvas/{in_path(painting_id)}", query=query)

    def linked_art(
        self,
        *,
        ids: Sequence[str] = (),
        list: str = "",
        where: Sequence[str] = (),
        text: str = "",
        sort: str = "",
        title: str = "",
        predictions: bool = False,
        decisions: bool = False,
    ) -> dict[str, Any]:
        """A list as a Set of Linked Art."""
        query = _listed(ids, list, where, text, sort, title, predictions, decisions)
        return self._json("GET", "linked-art", query=query)

    def linked_art_term(self, kind: Kind, name: str, *, of: str = "") -> dict[str, Any]:
        """What objects of Linked Art refer to: a person, a type, ..."""
        return self._json("GET", "linked-art-terms", query={"kind": kind, "name": name, "of": of})

    def linked_art_object(self, painting_id: str) -> dict[str, Any]:
        """One painting as a HumanMadeObject of Linked Art."""
        return self._json("GET", f"linked-art/{in_path(painting_id)}")


def _listed(
    ids: Sequence[str],
    list: str,
    where: Sequence[str],
    text: str,
    sort: str,
    title: str,
    predictions: bool,
    decisions: bool,
) -> Query:
    return {
        "ids": ids,
        "list": list,
        "where": where,
        "text": text,
        "sort": sort,
        "title": title,
        "predictions": predictions,
        "decisions": decisions,
    }
