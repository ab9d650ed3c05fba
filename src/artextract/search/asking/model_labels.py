"""The labels that the trained model of an index gives its paintings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from artextract.features import Feature
from artextract.index import VectorIndex
from artextract.table import Paintings


def model_feature(features: Iterable[Feature]) -> Feature | None:
    """The feature whose vectors a trained model gave; None where there is none."""
    return next((feature for feature in features if feature.predictor is not None), None)


def label_feature(index: VectorIndex, features: Iterable[Feature]) -> Feature | None:
    """``model_feature``, where its vectors in the index still hold the labels that the model gave: those that were
    centred or whitened do not."""
    feature = model_feature(features)
    return feature if feature is not None and index.space(feature.name).name == "raw" else None


def predicted_labels(
    index: VectorIndex, features: Mapping[str, Feature], paintings: Paintings
) -> dict[str, list[str | None]]:
    """Per label column of the table that the model of the index knows, its label for each painting of the index, None
    where it is not sure; empty without ``label_feature``."""
    feature = label_feature(index, features.values())
    if feature is None or feature.predictor is None:
        return {}
    sure = feature.predictor.is_sure
    found: dict[str, list[str | None]] = {}
    for rows in index.scan(feature.name):
        for name, pairs in feature.labels(rows.units).items():
            if name in paintings.labels:
                found.setdefault(name, []).extend(label if sure(name, p) else None for label, p in pairs)
    return found
