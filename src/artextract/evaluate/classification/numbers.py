"""Judges the attributes that are numbers: the network, the same rows under its opponents, and the figures of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from artextract.evaluate.classification.document import NumberBaseline, NumberFigures, NumberScores
from artextract.evaluate.classification.figures import SEEN, UNKNOWN, UNSEEN
from artextract.metrics.bootstrap import interval
from artextract.metrics.numbers import Measures, number_intervals, number_summary, resampled_numbers
from artextract.model.numbers import numbers_of, quantiles
from artextract.model.predictor import Predictor
from artextract.model.ridge import load_ridges
from artextract.model.saved import RIDGES_FILE
from artextract.table import Paintings
from artextract.year_ranges import FIRST as YEAR

NEAR_YEARS = 25.0
NEAR_PART = 0.1
"""An answer is near within 25 years; for other numbers within this part of the span of nine training paintings in
ten."""
MEDIAN, RIDGE = "median", "ridge"


@dataclass(frozen=True)
class Answered:
    """``answer`` ``float (n,)`` and the ends of its intervals, where there are any."""

    answer: np.ndarray
    ends: tuple[np.ndarray, np.ndarray] | None = None

    @staticmethod
    def around(answer: np.ndarray, half_width: float | None) -> Answered:
        return Answered(answer, None if half_width is None else (answer - half_width, answer + half_width))


@dataclass(frozen=True)
class JudgedNumber:
    """One number on the rows judged.

    ``positions``: ``int (n,)`` rows of the evaluation's table; ``truth``: ``float (n,)``; ``network`` and ``baselines``
    are the answers. ``near``: how far off an answer may be to count as near. ``wanted``: the share that the intervals
    shall hold. ``artists`` as in ``figures.Judged``. ``unsure``: which answers of the network are marked so, ``bool
    (n,)``; None where the model has no table for it (``model.carried``)."""

    positions: np.ndarray
    truth: np.ndarray
    network: Answered
    baselines: dict[str, Answered]
    near: float
    wanted: float
    artists: np.ndarray | None = None
    unsure: np.ndarray | None = None


def judge_numbers(
    predictor: Predictor,
    rows: Paintings,
    distributions: Mapping[str, Mapping[str, np.ndarray]],
    vectors: np.ndarray,
    artists: np.ndarray | None,
    network: str,
) -> dict[str, JudgedNumber]:
    """Per number that the table has: ``distributions`` of the network, under the name ``network``, and of each baseline
    network, ``(N, K)`` per attribute; ``vectors`` are pooled features (N, D)."""
    model = predictor.model
    unsure = predictor.unsure_numbers({label: distributions[network][label] for label in predictor.attributes})
    ridges = load_ridges(model.folder / RIDGES_FILE, model.config["ridges"]) if predictor.numbers else {}
    judged = {}
    for name in predictor.numbers:
        if name not in rows.frame:
            continue
        truth, bins, kept = numbers_of(rows, name), model.labels.numbers[name], model.config["numbers"][name]
        known = ~np.isnan(truth)
        answers = predictor.read_numbers({name: distributions[network][name][known]})[name]
        baselines = {
            MEDIAN: Answered.around(np.full(known.sum(), kept["median"]), kept["median_half_width"]),
            **(
                {RIDGE: Answered.around(ridges[name].predict(vectors[known]), ridges[name].half_width)}
                if name in ridges
                else {}
            ),
            **{
                other: Answered(quantiles(found[name][known], bins.edges, (0.5,))[:, 0])
                for other, found in distributions.items()
                if other != network
            },
        }
        low, high = quantiles(np.array([bins.counts], dtype=float), bins.edges, (0.05, 0.95))[0]
        judged[name] = JudgedNumber(
            positions=np.flatnonzero(known),
            truth=truth[known],
            network=Answered(answers.median, (answers.low, answers.high)),
            baselines=baselines,
            near=NEAR_YEARS if name == YEAR else float(NEAR_PART * (high - low)),
            wanted=answers.coverage,
            artists=None if artists is None else artists[known],
            unsure=unsure[name][known] if name in unsure else None,
        )
    return judged


def joined(parts: Sequence[JudgedNumber]) -> JudgedNumber:
    """The rows of several judged parts of a collection one behind the other; opponents that all of them have."""
    first = parts[0]
    unsure = [part.unsure for part in parts if part.unsure is not None]
    names = [name for name in first.baselines if all(name in part.baselines for part in parts)]
    return JudgedNumber(
        positions=np.concatenate([part.positions for part in parts]),
        truth=np.concatenate([part.truth for part in parts]),
        network=_joined([part.network for part in parts]),
        baselines={name: _joined([part.baselines[name] for part in parts]) for name in names},
        near=float(np.mean([part.near for part in parts])),
        wanted=first.wanted,
        unsure=np.concatenate(unsure) if len(unsure) == len(parts) else None,
    )


def number_figures(judged: JudgedNumber) -> NumberFigures:
    """One number's entry of ``evaluate --json``: plain values, None for what is undefined."""
    scores, measures = _scores(judged, judged.network)
    figures: NumberFigures = {
        **scores,
        "near": judged.near,
        "wanted_coverage": judged.wanted,
        "baselines": {name: _baseline(judged, one, scores, measures) for name, one in judged.baselines.items()},
    }
    if judged.unsure is not None and judged.unsure.any():
        figures["sure"] = _scores(judged, judged.network, ~judged.unsure)[0]
        figures["unsure"] = _scores(judged, judged.network, judged.unsure)[0]
    if judged.artists is not None:
        figures["seen_artists"] = _scores(judged, judged.network, judged.artists == SEEN)[0]
        figures["unseen_artists"] = _scores(judged, judged.network, judged.artists == UNSEEN)[0]
        figures["unknown_artists"] = int((judged.artists == UNKNOWN).sum())
    return figures


def _scores(
    judged: JudgedNumber, answered: Answered, rows: np.ndarray | None = None
) -> tuple[NumberScores, Measures | None]:
    rows = np.ones(len(judged.truth), dtype=bool) if rows is None else rows
    ends = None if answered.ends is None else (answered.ends[0][rows], answered.ends[1][rows])
    given = judged.truth[rows], answered.answer[rows], ends, judged.near
    figures = {"n": int(rows.sum()), **number_summary(*given)}
    if not rows.any():
        return cast(NumberScores, {**figures, "ci": None}), None
    measures = resampled_numbers(*given)
    return cast(NumberScores, {**figures, "ci": number_intervals(measures)}), measures


def _baseline(
    judged: JudgedNumber, answered: Answered, network: NumberScores, of_network: Measures | None
) -> NumberBaseline:
    figures, measures = _scores(judged, answered)
    if of_network is None or measures is None or network["mae"] is None or figures["mae"] is None:
        return {**figures, "difference": {"mae": {"value": None, "ci": None}}}
    return {
        **figures,
        "difference": {
            "mae": {"value": network["mae"] - figures["mae"], "ci": interval(of_network["mae"] - measures["mae"])}
        },
    }


def _joined(parts: Sequence[Answered]) -> Answered:
    ends = [part.ends for part in parts if part.ends is not None]
    return Answered(
        np.concatenate([part.answer for part in parts]),
        (np.concatenate([low for low, _ in ends]), np.concatenate([high for _, high in ends]))
        if len(ends) == len(parts)
        else None,
    )
