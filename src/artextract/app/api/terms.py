"""Which persons, labels and models have an address in Linked Art: those that the collection, its model or a reviewer
names, so that no address makes us say what nobody said."""

from __future__ import annotations

from artextract.app.api.workspace import Workspace
from artextract.app.exports import decisions_of, name_of_model
from artextract.export.linked_art import MAKERS
from artextract.export.listing import SOFTWARE


def known_terms(workspace: Workspace, kind: str, of: str = "") -> set[str]:
    """The names of a ``kind`` of ``export.linked_art_terms``; of a "type" those of the attribute ``of``."""
    paintings, predictor = workspace.engine().paintings, workspace.predictor
    classes = {} if predictor is None else predictor.model.labels.classes
    labels = {*paintings.labels, *classes}
    if kind == "attribute":
        return labels
    if kind == "certainty":
        return {"unsure", "new"}
    if kind == "software":
        return {SOFTWARE} | ({name_of_model(predictor)} if predictor else set())
    decisions = decisions_of(workspace.root)
    found = {one["reviewer"] for one in decisions} if kind == "person" else set()
    for attribute in {*MAKERS} if kind == "person" else {of} & labels:
        found |= set(paintings.column(attribute)) if attribute in paintings.frame else set()
        found |= set(classes.get(attribute, ()))
        for one in decisions:
            found |= {one["old"], one["new"]} if one["attribute"] == attribute else set()
    return found - {None}
