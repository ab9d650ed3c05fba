"""What the command line and the web application add to an export: what the model says of paintings, and what reviewers
decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from artextract.errors import InputError
from artextract.export.listing import Said, SaidNumber
from artextract.features import Feature
from artextract.model.predictor import Predictor
from artextract.objects import ImageFile
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.review import ReviewStore
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.model_labels import label_feature, model_feature

READ_AT_ONCE = 200
"""So many pictures are read by a network for an export at most; where the index holds what it says there is no
limit."""


AT_ONCE = 64
"""Pictures that a network is given at once."""


def filters_in_words(where: Sequence[str], text: str) -> list[str]:
    """What a list was limited to, to stand under its title."""
    return [*where, *([f"with the words “{text.strip()}”"] if text.strip() else [])]


def predictions_of(
    engine: SearchEngine, ids: Sequence[str], predictor: Predictor | None = None, progress: Progress = no_progress
) -> tuple[Mapping[str, Mapping[str, Said | SaidNumber]], str]:
    """id -> attribute -> label, probability and whether the model is unsure, and the name of the model.

    All ``ids`` are of the index; ``predictor`` is None for the model of the index (``model_feature``).

    Raises ``InputError`` where there is no model, and where one that is not of the index would have to read more than
    ``READ_AT_ONCE`` pictures."""
    if predictor is None:
        given_by = model_feature(engine.features.values())
        predictor = None if given_by is None else given_by.predictor
    if predictor is None:
        raise InputError(
            "there is no model that could say what paintings are",
            "index the feature 'style', or leave predictions out",
            code="no-model",
        )
    feature = label_feature(engine.index, engine.features.values())
    own = feature.predictor if feature is not None else None
    if feature is not None and own is not None and own.model.embedding_version == predictor.model.embedding_version:
        return _stored(engine, feature, ids), name_of_model(predictor)
    if len(ids) > READ_AT_ONCE:
        raise InputError(
            f"the model would have to read {counted(len(ids), 'picture')}",
            f"export at most {READ_AT_ONCE} with predictions, or index the collection with this model",
            code="too-many-to-read",
        )
    return predictions_by_reading(
        {one: engine.records.path_of(one) for one in ids}, predictor, progress
    ), name_of_model(predictor)


def predictions_by_reading(
    paths: Mapping[str, ImageFile], predictor: Predictor, progress: Progress = no_progress
) -> dict[str, dict[str, Said | SaidNumber]]:
    """What a model says of image files, by id; a file that cannot be read is left out."""
    found: dict[str, dict[str, Said | SaidNumber]] = {}
    names = list(paths)
    starts = range(0, len(names), AT_ONCE)
    for start in progress(starts, len(starts), "reading pictures"):
        some = names[start : start + AT_ONCE]
        lost: set[int] = set()
        answers = predictor.predict([paths[name] for name in some], lambda place, _: lost.add(place), top=1)  # noqa: B023
        read = [name for place, name in enumerate(some) if place not in lost]
        for painting, answer in zip(read, answers, strict=True):
            found[painting] = {
                attribute: _said(attribute, best["label"], best["probability"], answer)
                for attribute, (best,) in answer["attributes"].items()
            } | {
                attribute: SaidNumber(**number, unsure=attribute in answer["unsure"])
                for attribute, number in answer["numbers"].items()
            }
    return found


def name_of_model(predictor: Predictor) -> str:
    return f"{predictor.model.folder.resolve().name} ({predictor.model.embedding_version})"


def _stored(engine: SearchEngine, feature: Feature, ids: Sequence[str]) -> dict[str, dict[str, Said]]:
    rows = engine.index.rows(feature.name, ids)
    there = np.flatnonzero(rows.norms > 0)
    if not len(there):
        return {}
    labels, doubts = feature.labels(rows.units[there]), feature.doubts(rows.units[there])
    return {
        ids[row]: {name: _said(name, *labels[name][place], doubts[place]) for name in labels}
        for place, row in enumerate(there.tolist())
    }


def _said(attribute: str, label: str, probability: float, doubts: Mapping[str, Any]) -> Said:
    """``doubts`` are those of ``Predictor.doubts`` for one picture."""
    novelty, one = doubts["novelty"].get(attribute), doubts["sets"].get(attribute)
    return Said(
        label,
        probability,
        attribute in doubts["unsure"],
        novelty["score"] if novelty else None,
        novelty["new"] if novelty else False,
        tuple(one["labels"]) if one else (),
        one["coverage"] if one else None,
    )


def decisions_of(collection: str | Path) -> list[dict[str, Any]]:
    """The decisions in force, as ``export.Listing`` takes them."""
    return [
        {
            "id": d.painting,
            "attribute": d.attribute,
            "action": d.action,
            "old": d.old_label,
            "new": d.new_label,
            "reviewer": d.reviewer,
            "time": d.time,
            "note": d.note,
        }
        for d in ReviewStore(collection).current()
    ]
