"""Which mix raters prefer: the part of a study's report about pairwise questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from artextract.evaluate.retrieval.significance import holm
from artextract.metrics.preference import (
    Contests,
    lacks_maximum,
    least_errors,
    pair_rates,
    strengths,
    two_way_spread,
    win_rates,
)
from artextract.said import Said
from artextract.study.store import Judgement, StudyData

SURE = 0.05


def contests_of(data: StudyData, mixes: Sequence[str], judgements: Sequence[Judgement]) -> Contests:
    """One contest for every judgement and every pair of mixes that stands behind its question."""
    place = {mix: number for number, mix in enumerate(mixes)}
    queries: dict[str, int] = {}
    raters: dict[str, int] = {}
    rows = []
    for judgement in judgements:
        task = data.tasks[judgement.task]
        query, rater = queries.setdefault(task["query"], len(queries)), raters.setdefault(judgement.rater, len(raters))
        rows += [
            (place[first], place[second], (judgement.answer + 1) / 2, query, rater)
            for first, second in task["contests"]
        ]
    columns = list(zip(*rows, strict=False)) or [(), (), (), (), ()]
    firsts, seconds, of_query, by = (np.array(columns[i], dtype=int) for i in (0, 1, 3, 4))
    return Contests(len(mixes), firsts, seconds, np.array(columns[2], dtype=float), of_query, by)


@dataclass(frozen=True)
class _Compared:
    """Figures of m mixes, and of every two.

    ``prior``: the strengths exist by the prior only. ``games``: how many contests two mixes had, (m, m). ``pairs`` are
    the places of two mixes; what is of pairs has their order, as has ``p``, that both are preferred equally often."""

    prior: bool
    games: np.ndarray
    pairs: list[tuple[int, int]]
    strength: np.ndarray
    strength_ci: list[list[float] | None]
    rate: np.ndarray
    rate_ci: list[list[float] | None]
    pair_rate: np.ndarray
    pair_ci: list[list[float] | None]
    difference: np.ndarray
    difference_ci: list[list[float] | None]
    p: np.ndarray


def preference(
    data: StudyData, mixes: list[str], judgements: Sequence[Judgement], warnings: list[str]
) -> dict[str, Any]:
    """Strengths and win rates of every mix, and every two compared.

    ``strength`` is in natural log odds, 0 the mean of the mixes; ``rate`` the part of its questions that a mix won.

    Intervals and p (that the two are preferred equally often) allow for other queries and other raters; p is corrected
    by Holm's method over all pairs."""
    contests = contests_of(data, mixes, judgements)
    sides = [(j.answer > 0) != j.swapped for j in judgements if j.answer]
    ties = sum(j.answer == 0 for j in judgements)
    document: dict[str, Any] = {
        "judgements": len(judgements),
        "contests": len(contests),
        "queries": len(np.unique(contests.query)),
        "ties": ties / len(judgements) if judgements else None,
        "left": float(np.mean(sides)) if sides else None,
        "prior": False,
    }
    if not len(contests):
        text = "No pairwise question has been judged yet, so there is no preference to report."
        warnings.append(Said("no-preference-yet", text))
        empty = [
            {"mix": mix, "strength": None, "ci": None, "rate": None, "rate_ci": None, "contests": 0} for mix in mixes
        ]
        return document | {"mixes": empty, "pairs": []}
    wins = contests.wins()
    figures = _compared(contests, wins, data.settings["seed"])
    document["prior"] = figures.prior
    document["mixes"] = _of_mixes(mixes, figures)
    document["pairs"] = _of_pairs(mixes, figures)
    warnings += _preference_warnings(document, connected=bool(np.isfinite(figures.strength[0])))
    return document


def _compared(contests: Contests, wins: np.ndarray, seed: int) -> _Compared:
    """The figures of the mixes of ``contests``, and of every two of them."""
    m = len(wins[0])
    upper = np.triu_indices(m, 1)
    pairs = list(zip(*(side.tolist() for side in upper), strict=False))
    # where each kind of figure stands in a row of ``statistics``
    strength, rate = slice(0, m), slice(m, 2 * m)
    pair_rate = slice(2 * m, 2 * m + len(pairs))
    difference = slice(2 * m + len(pairs), 2 * m + 2 * len(pairs))

    def statistics(weights: np.ndarray) -> np.ndarray:
        drawn = contests.wins(weights)
        fitted = strengths(drawn)
        return np.concatenate(
            [
                fitted,
                win_rates(drawn),
                pair_rates(drawn)[:, upper[0], upper[1]],
                fitted[:, upper[0]] - fitted[:, upper[1]],
            ],
            axis=1,
        )

    values = statistics(np.ones((1, len(contests))))[0]
    games = (wins + wins.swapaxes(1, 2))[0]
    least = np.zeros(len(values))
    least[rate] = least_errors(values[rate], games.sum(1))
    least[pair_rate] = least_errors(values[pair_rate], games[upper])
    spread = two_way_spread(statistics, contests.query, contests.rater, seed=seed).at_least(least)
    ends = spread.around(values)
    rate_ends = [None if end is None else [max(0.0, end[0]), min(1.0, end[1])] for end in ends]
    prior = bool(lacks_maximum(wins)[0]) and bool(np.isfinite(values[0]))
    if prior:  # how far such strengths scatter says more of the half wins than of the mixes
        ends = [end if rate.start <= place < pair_rate.stop else None for place, end in enumerate(ends)]
    return _Compared(
        prior,
        games,
        pairs,
        values[strength],
        ends[strength],
        values[rate],
        rate_ends[rate],
        values[pair_rate],
        rate_ends[pair_rate],
        values[difference],
        ends[difference],
        spread.p(values, 0.5)[pair_rate],
    )


def _of_mixes(mixes: Sequence[str], figures: _Compared) -> list[dict[str, Any]]:
    return [
        {
            "mix": mix,
            "strength": _float(figures.strength[i]),
            "ci": figures.strength_ci[i],
            "rate": _float(figures.rate[i]),
            "rate_ci": figures.rate_ci[i],
            "contests": int(round(figures.games[i].sum())),
        }
        for i, mix in enumerate(mixes)
    ]


def _of_pairs(mixes: Sequence[str], figures: _Compared) -> list[dict[str, Any]]:
    p = figures.p
    corrected = np.full(len(p), np.nan)
    corrected[np.isfinite(p)] = holm(p[np.isfinite(p)])
    found: list[dict[str, Any]] = [
        {
            "first": mixes[i],
            "second": mixes[j],
            "contests": int(round(figures.games[i, j])),
            "rate": _float(figures.pair_rate[n]),
            "ci": figures.pair_ci[n],
            "strength_difference": _float(figures.difference[n]),
            "strength_ci": figures.difference_ci[n],
            "p": _float(p[n]),
            "p_holm": _float(corrected[n]),
        }
        for n, (i, j) in enumerate(figures.pairs)
    ]
    for pair in found:
        pair["sure"] = bool(
            pair["p_holm"] is not None
            and pair["p_holm"] < SURE
            and pair["ci"] is not None
            and not pair["ci"][0] <= 0.5 <= pair["ci"][1]
        )
    return found


def _preference_warnings(document: dict[str, Any], connected: bool) -> list[str]:
    warnings: list[str] = []
    if document["prior"]:
        text = (
            "A mix, or several, never lost or never won against the rest. Its strength would be infinite, so half a win"
            " for each side was added to every pair of mixes, and strengths have no intervals."
        )
        warnings.append(Said("never-lost", text))
    if not connected:
        text = "Not all mixes have been compared yet, not even by way of others, so strengths are unknown."
        warnings.append(Said("not-connected", text))
    if document["pairs"] and not any(pair["sure"] for pair in document["pairs"]):
        text = (
            "No preference between two mixes is sure: those that seem to lead may do so by chance. Judge more"
            " questions, and with more raters, before choosing one."
        )
        warnings.append(Said("no-sure-preference", text))
    return warnings


def _float(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
