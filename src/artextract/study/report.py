"""What follows from a study: how far raters agree, which mix they prefer, and how well each ranks by their grades.

With intervals, and in words where there is too little to say.

Repeated questions tell how consistent a rater is, and nothing else: everything else counts the first answer only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from artextract.csv_file import harmless
from artextract.evaluate.retrieval.significance import compared_pairs, holm, intervals
from artextract.metrics.agreement import alpha_interval, krippendorff_alpha
from artextract.metrics.preference import (
    Contests,
    lacks_maximum,
    least_errors,
    pair_rates,
    strengths,
    two_way_spread,
    win_rates,
)
from artextract.metrics.retrieval import average_precision, ndcg_at_k, precision_at_k
from artextract.said import Said
from artextract.study.design import notes_on
from artextract.study.store import Judgement, StudyData

RELEVANT = 2.0
"""A painting is relevant from this mean grade up."""
LEVELS = {"pairwise": "nominal", "graded": "ordinal"}
FEWEST_QUERIES = 5
"""With fewer, means of grades have no interval: so few cannot be drawn anew in enough ways."""
FEW_RATERS, FEW_QUERIES, LOW_ALPHA, HASTY = 5, 20, 0.667, 700
"""Below these the report warns; ``LOW_ALPHA`` is Krippendorff's own for tentative conclusions (2004, page 241),
``HASTY`` in milliseconds, the median of a rater."""
SURE = 0.05
COLUMNS = (
    "study",
    "time",
    "rater",
    "task",
    "kind",
    "query",
    "first",
    "second",
    "mixes_of_first",
    "mixes_of_second",
    "left",
    "chosen",
    "grade",
    "repeat",
    "milliseconds",
)


def study_report(data: StudyData) -> dict[str, Any]:
    """Plain values for JSON. Figures that are undefined are None, and ``warnings`` say why."""
    mixes = list(data.settings["mixes"])
    first_answers = [judgement for judgement in data.judgements if not judgement.repeat]
    by_kind: dict[str, list[Judgement]] = {kind: [] for kind in data.settings["kinds"]}
    for judgement in first_answers:
        by_kind[data.tasks[judgement.task]["kind"]].append(judgement)
    warnings = _general_warnings(data, first_answers)
    document: dict[str, Any] = {
        "name": data.name,
        "made": data.made,
        "kinds": list(data.settings["kinds"]),
        "k": data.settings["k"],
        "mixes": data.settings["weights"],
        "queries": len(data.drawn["queries"]),
        "shared": data.drawn["shared"],
        "passed_over": data.drawn["passed_over"],
        "notes": notes_on(data.settings["queries"], len(data.drawn["queries"]), _lacks_pairwise(data)),
        "judgements": len(data.judgements),
        "repeats": len(data.judgements) - len(first_answers),
        "raters": _raters(data),
        "coverage": {kind: _coverage(data, kind, own) for kind, own in by_kind.items()},
        "agreement": {kind: _agreement(data, kind, own, warnings) for kind, own in by_kind.items()},
        "consistency": {kind: _consistency(data, kind) for kind in by_kind},
        "preference": _preference(data, mixes, by_kind["pairwise"], warnings) if "pairwise" in by_kind else None,
        "grades": _grades(data, mixes, by_kind["graded"], warnings) if "graded" in by_kind else None,
    }
    return document | {"warnings": warnings}


def judgement_frame(data: StudyData) -> pd.DataFrame:
    """A row for every judgement in force, oldest first.

    ``chosen`` is the painting preferred, or "equal"; ``mixes_of_first`` and ``mixes_of_second`` found the two."""
    rows = []
    for judgement in data.judgements:
        task = data.tasks[judgement.task]
        pairwise = task["kind"] == "pairwise"
        rows.append(
            {
                "study": data.name,
                "time": judgement.time,
                "rater": harmless(judgement.rater),
                "task": judgement.task,
                "kind": task["kind"],
                "query": task["query"],
                "first": task["first"],
                "second": task["second"],
                "mixes_of_first": _joined(pair[0] for pair in task["contests"]),
                "mixes_of_second": _joined(pair[1] for pair in task["contests"]),
                "left": task["second"] if judgement.swapped else task["first"],
                "chosen": {1: task["first"], -1: task["second"], 0: "equal"}[judgement.answer] if pairwise else None,
                "grade": None if pairwise else judgement.answer,
                "repeat": int(judgement.repeat),
                "milliseconds": judgement.milliseconds,
            }
        )
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"grade": "Int64", "milliseconds": "Int64"})


def _joined(mixes: Iterable[str]) -> str:
    return harmless("|".join(dict.fromkeys(mixes)))


def _raters(data: StudyData) -> list[dict[str, Any]]:
    """Per rater, most judgements first: how many, the median seconds of one, how often the left was chosen of left and
    right, and how many repeats agreed."""
    own: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in data.judgements:
        own[judgement.rater].append(judgement)
    rows = []
    for rater, judgements in sorted(own.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        times = [judgement.milliseconds / 1000 for judgement in judgements if judgement.milliseconds is not None]
        sides = [
            (judgement.answer > 0) != judgement.swapped
            for judgement in judgements
            if data.tasks[judgement.task]["kind"] == "pairwise" and judgement.answer
        ]
        again = [first.answer == second.answer for first, second in _twice(judgements)]
        rows.append(
            {
                "rater": rater,
                "judgements": len(judgements),
                "median_seconds": float(np.median(times)) if times else None,
                "left": float(np.mean(sides)) if sides else None,
                "repeats": len(again),
                "repeats_equal": int(np.sum(again)),
                "last": judgements[-1].time,
            }
        )
    return rows


def _coverage(data: StudyData, kind: str, judgements: Sequence[Judgement]) -> dict[str, Any]:
    """How many tasks there are, have been judged, and have been judged by two or more.

    How many judgements a task has on average."""
    tasks = sum(task["kind"] == kind for task in data.tasks.values())
    times = Counter(judgement.task for judgement in judgements)
    return {
        "tasks": tasks,
        "judged": len(times),
        "judged_twice": sum(count >= 2 for count in times.values()),
        "judgements": len(judgements),
        "per_task": len(judgements) / tasks if tasks else None,
    }


def _agreement(data: StudyData, kind: str, judgements: Sequence[Judgement], warnings: list[str]) -> dict[str, Any]:
    raters = {rater: row for row, rater in enumerate(dict.fromkeys(judgement.rater for judgement in judgements))}
    units = {task: column for column, task in enumerate(dict.fromkeys(judgement.task for judgement in judgements))}
    ratings = np.full((len(raters), len(units)), np.nan)
    for judgement in judgements:
        ratings[raters[judgement.rater], units[judgement.task]] = judgement.answer
    doubly = int((np.isfinite(ratings).sum(0) >= 2).sum()) if ratings.size else 0
    alpha = krippendorff_alpha(ratings, LEVELS[kind]) if doubly else None
    if judgements and not doubly:
        warnings.append(
            Said(
                f"not-judged-twice-{kind}",
                f"No {kind} question has been judged by two raters yet, so nothing can be said of their agreement.",
            )
        )
    elif judgements and alpha is None:
        warnings.append(
            Said(
                f"all-the-same-{kind}",
                f"All {kind} judgements that could be compared are the same, so agreement could as well be chance.",
            )
        )
    elif alpha is not None and alpha < LOW_ALPHA:
        text = (
            f"Raters agree little on {kind} questions (alpha {{alpha:.2f}}; {{least}} is asked for before single"
            " judgements are relied on). Means over many of them can still be sure."
        )
        warnings.append(Said(f"agree-little-{kind}", text, alpha=float(alpha), least=LOW_ALPHA))
    return {
        "alpha": alpha,
        "level": LEVELS[kind],
        "ci": alpha_interval(ratings, LEVELS[kind]) if alpha is not None else None,
        "units": doubly,
        "raters": len(raters),
    }


def _consistency(data: StudyData, kind: str) -> dict[str, Any]:
    """How often a rater answered the same when asked again, with the interval of C. Clopper and E. Pearson (1934), and
    for grades how far the two were apart."""
    own: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in data.judgements:
        if data.tasks[judgement.task]["kind"] == kind:
            own[judgement.rater].append(judgement)
    pairs = [(first.answer, second.answer) for judgements in own.values() for first, second in _twice(judgements)]
    if not pairs:
        return {"repeats": 0, "equal": None, "ci": None, "mean_difference": None}
    equal = sum(a == b for a, b in pairs)
    ends = binomtest(equal, len(pairs)).proportion_ci(0.95, "exact")
    apart = float(np.mean([abs(a - b) for a, b in pairs])) if kind == "graded" else None
    return {
        "repeats": len(pairs),
        "equal": equal / len(pairs),
        "ci": [float(ends.low), float(ends.high)],
        "mean_difference": apart,
    }


def _twice(judgements: Sequence[Judgement]) -> list[tuple[Judgement, Judgement]]:
    """A rater's first and second answers to the questions that came again."""
    first = {judgement.task: judgement for judgement in judgements if not judgement.repeat}
    return [
        (first[judgement.task], judgement) for judgement in judgements if judgement.repeat and judgement.task in first
    ]


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


def _preference(
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


def _grades(data: StudyData, mixes: list[str], judgements: Sequence[Judgement], warnings: list[str]) -> dict[str, Any]:
    """nDCG@k, P@k, AP@k and the mean grade of every mix, by the mean grade of each painting over its raters.

    A query counts once every painting that any mix found for it has a grade: then all mixes are judged to the same
    depth, and no painting is taken for dissimilar because nobody has looked. Gains are mean grades; the ideal is the
    best order of all paintings graded for the query, whoever found them. Relevant is what has ``RELEVANT`` or more;
    AP@k is divided by all that is. nDCG is undefined for a query of which nothing has a grade above 0, AP where nothing
    is relevant."""
    k = data.settings["k"]
    given: dict[tuple[str, str], list[int]] = defaultdict(list)
    for judgement in judgements:
        task = data.tasks[judgement.task]
        given[task["query"], task["first"]].append(judgement.answer)
    graded: dict[str, dict[str, float]] = defaultdict(dict)
    for (query, painting), answers in given.items():
        graded[query][painting] = float(np.mean(answers))
    measures = (f"ndcg@{k}", f"p@{k}", f"map@{k}", "grade")
    values: dict[str, dict[str, list[float | None]]] = {}
    pools = {
        query: {painting for mix in mixes for painting in data.results[mix].get(query, [])}
        for query in data.drawn["queries"]
    }
    whole = {query: graded[query] for query, pool in pools.items() if query in graded and pool <= graded[query].keys()}
    for query, grades in whole.items():
        values[query] = {mix: _measures(data.results[mix].get(query, []), grades, k) for mix in mixes}
    document: dict[str, Any] = {
        "k": k,
        "relevant_from": RELEVANT,
        "judgements": len(judgements),
        "queries": len(pools),
        "queries_graded": len(whole),
        "distribution": _distribution(judgements),
        "measures": list(measures),
    }
    complete = {
        name: [query for query, of_mix in values.items() if all(row[column] is not None for row in of_mix.values())]
        for column, name in enumerate(measures)
    }
    document["queries_judged"] = {name: len(queries) for name, queries in complete.items()}
    columns = {
        name: (
            np.array([[values[query][mix][column] for mix in mixes] for query in complete[name]]).reshape(
                -1, len(mixes)
            )
        )
        for column, name in enumerate(measures)
    }
    seed = data.settings["seed"]
    ends = {name: intervals(table, seed) if len(table) >= FEWEST_QUERIES else None for name, table in columns.items()}
    document["mixes"] = _grades_of_mixes(mixes, columns, ends)
    document["pairs"] = []
    for name, table in columns.items():
        if len(table) >= FEWEST_QUERIES:
            document["pairs"] += compared_pairs({mix: table[:, [i]] for i, mix in enumerate(mixes)}, [name], seed)
    for pair in document["pairs"]:
        pair["sure"] = bool(pair["p_holm"] < SURE and not pair["ci"][0] <= 0 <= pair["ci"][1])
    if not judgements:
        warnings.append(Said("nothing-graded", "No painting has been graded yet, so nDCG and its like are undefined."))
    else:
        warnings += _grade_warnings(len(pools), len(whole), len(complete[measures[0]]))
    return document


def _grades_of_mixes(
    mixes: Sequence[str], columns: Mapping[str, np.ndarray], ends: Mapping[str, np.ndarray | None]
) -> list[dict[str, Any]]:
    """By mix and measure the mean and its interval; ``columns``: measure -> values (queries, mixes)."""
    return [
        {
            "mix": mix,
            **{
                name: {
                    "value": float(table[:, i].mean()) if len(table) else None,
                    "ci": None if (end := ends[name]) is None else end[i].tolist(),
                }
                for name, table in columns.items()
            },
        }
        for i, mix in enumerate(mixes)
    ]


def _grade_warnings(queries: int, graded: int, with_ndcg: int) -> list[str]:
    warnings: list[str] = []
    if graded < queries:
        text = (
            "All that was found has been graded for {graded} of {queries} queries; the others do not count yet,"
            " since an ungraded painting is neither right nor wrong."
        )
        warnings.append(Said("partly-graded", text, graded=graded, queries=queries))
    if 0 < with_ndcg < FEWEST_QUERIES:
        text = "Means over fewer than {least} queries have no interval, and mixes are not compared by them."
        warnings.append(Said("too-few-graded", text, least=FEWEST_QUERIES))
    if with_ndcg < graded:
        text = (
            "For {n} queries no painting has a grade above 0, so no order is better than another: they do not count for"
            " nDCG."
        )
        warnings.append(Said("no-grade-above-0", text, n=graded - with_ndcg))
    return warnings


def _measures(found: Sequence[str], grades: dict[str, float], k: int) -> list[float | None]:
    """nDCG@k, P@k, AP@k and mean grade of one list, of which everything is graded."""
    gains, everything = np.array([grades[painting] for painting in found], dtype=float), np.array(list(grades.values()))
    relevant, n_relevant = gains >= RELEVANT, int((everything >= RELEVANT).sum())
    return [
        ndcg_at_k(gains, everything, k) if everything.max() > 0 else None,
        precision_at_k(relevant, k),
        average_precision(relevant, n_relevant) if n_relevant else None,
        float(gains.mean()) if len(gains) else None,
    ]


def _distribution(judgements: Sequence[Judgement]) -> list[int]:
    return [sum(judgement.answer == grade for judgement in judgements) for grade in range(4)]


def _general_warnings(data: StudyData, judgements: Sequence[Judgement]) -> list[str]:
    raters, queries = (
        {judgement.rater for judgement in judgements},
        {data.tasks[judgement.task]["query"] for judgement in judgements},
    )
    if not judgements:
        return [Said("nobody-judged", "Nobody has judged yet.")]
    warnings: list[str] = []
    if len(raters) == 1:
        text = (
            "One rater alone has judged: the intervals say how other queries might turn out, nothing about other"
            " people."
        )
        warnings.append(Said("one-rater", text))
    elif len(raters) < FEW_RATERS:
        text = (
            "{n} raters have judged. Fewer than {least} hardly show how much people differ, so the intervals may be too"
            " narrow."
        )
        warnings.append(Said("few-raters", text, n=len(raters), least=FEW_RATERS))
    if len(queries) < FEW_QUERIES:
        text = (
            "{n} queries have been judged. Below {least} the intervals are too narrow, and another draw of queries may"
            " turn the order round."
        )
        warnings.append(Said("few-queries", text, n=len(queries), least=FEW_QUERIES))
    for rater in _raters(data):
        if rater["median_seconds"] is not None and rater["judgements"] >= 5 and rater["median_seconds"] * 1000 < HASTY:
            text = "{rater} took {seconds:.1f} s a question: too fast to have looked."
            warnings.append(Said("too-fast", text, rater=rater["rater"], seconds=rater["median_seconds"]))
    return warnings


def _lacks_pairwise(data: StudyData) -> bool:
    return "pairwise" in data.settings["kinds"] and not any(task["kind"] == "pairwise" for task in data.tasks.values())


def _float(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
