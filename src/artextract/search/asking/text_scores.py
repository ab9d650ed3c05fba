"""How well paintings answer to words: by their texts, and by features that know words."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import numpy as np

from artextract.errors import InputError, WeightsUnavailableError
from artextract.features import Feature
from artextract.index import VectorIndex
from artextract.search.asking.result import WORDS
from artextract.search.asking.words import WordIndex


def text_scores(
    words: str, index: VectorIndex, features: Mapping[str, Feature], texts: WordIndex
) -> dict[str, np.ndarray]:
    """What words add to a search: as "words" the score of the texts, ``float64 (N,)`` with NaN for paintings that have
    none of the words, and the likeness of pictures to them by each of ``features`` that knows words."""
    found: dict[str, np.ndarray] = {}
    for name, feature in features.items():
        with suppress(WeightsUnavailableError):
            text = feature.text_vector(words)
            if text is not None:
                found[name] = likeness_to_text(index, name, text)
    scores = np.full(len(index), np.nan)
    try:
        positions, values = texts.search(words, known_only=True)
        scores[positions] = values
    except InputError:
        if not found:
            raise
    return {WORDS: scores} | found


def likeness_to_text(index: VectorIndex, name: str, text: np.ndarray) -> np.ndarray:
    """How much more like a text each picture is than the average picture, by the feature ``name``: float64 (N,), NaN
    for pictures without it. Words and pictures lie apart in their space, so only more or less than the average says
    anything."""
    matrix = index.space(name).matrix
    direction = text if matrix is None else text @ matrix
    parts = [np.where(rows.norms > 0, rows.units @ direction, np.nan) for rows in index.scan(name)]
    cosine = np.concatenate(parts) if parts else np.empty(0)
    likeness: np.ndarray = cosine - np.nanmean(cosine)
    return likeness
