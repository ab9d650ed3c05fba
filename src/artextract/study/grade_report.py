"""What graded paintings say of the mixes: the part of a study's report about grades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from artextract.evaluate.retrieval.significance import compared_pairs, intervals
from artextract.metrics.retrieval import average_precision, ndcg_at_k, precision_at_k
from artextract.said import Said
from artextract.study.preference_report import SURE
from artextract.study.store import Judgement, StudyData

RELEVANT = 2.0
"""A painting is relevant from this mean grade up."""


FEWEST_QUERIES = 5
"""With fewer, means of grades have no interval: so few cannot be drawn anew in enough ways."""


def grades(data: StudyData, mixes: list[str], judgements: Sequence[Judgement], warnings: list[str]) -> dict[str, Any]:
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
