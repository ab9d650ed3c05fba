"""What follows from judgements: that known preferences are recovered, figures that can be worked by hand, and words
where there is too little."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from artextract.study.report import COLUMNS, judgement_frame, study_report
from artextract.study.store import Judgement, Studies
from tests.study.simulated import Raters, data_of, drawn, judge


def graded_data(grades):
    """A study of two mixes, three queries, k = 2, in which raters gave ``grades[rater][painting]``."""
    study = drawn(("a", "b"), 3, 2, ("graded",))
    empty = data_of(study, None, 0, 0)
    number = {task["first"]: task_id for task_id, task in empty.tasks.items()}
    judgements = [
        Judgement(place, number[painting], rater, False, False, grade, None, "")
        for place, (rater, painting, grade) in enumerate((r, p, g) for r, own in grades.items() for p, g in own.items())
    ]
    return replace(empty, judgements=judgements)


def test_the_order_is_recovered(tmp_path):
    studies = Studies(tmp_path)
    studies.add(drawn(("b", "c", "a"), 10, 2, per_rater=40))
    judge(studies, Raters({"a": 2.0, "b": 0.5, "c": -1.0}, by_query=0.3, by_rater=0.2), [f"r{i}" for i in range(7)])
    data = studies.read("Simulated")
    report = study_report(data)
    json.dumps(report, allow_nan=False)
    mixes = {row["mix"]: row for row in report["preference"]["mixes"]}
    assert mixes["a"]["strength"] > mixes["b"]["strength"] > mixes["c"]["strength"] and sum(
        row["strength"] for row in mixes.values()
    ) == pytest.approx(0, abs=1e-6)
    for pair in report["preference"]["pairs"]:
        if {pair["first"], pair["second"]} == {"a", "c"}:
            assert pair["sure"] and pair["p"] <= pair["p_holm"] and (pair["rate"] > 0.5) == (pair["first"] == "a")
    assert all(row["ci"][0] < row["strength"] < row["ci"][1] for row in mixes.values())
    grades = {row["mix"]: row["ndcg@2"]["value"] for row in report["grades"]["mixes"]}
    assert grades["a"] > grades["b"] > grades["c"]
    assert (
        report["agreement"]["graded"]["alpha"] > 0.3
        and report["repeats"] > 0
        and report["consistency"]["graded"]["repeats"] > 0
    )
    frame = judgement_frame(data)
    assert tuple(frame.columns) == COLUMNS and len(frame) == len(data.judgements) == 280
    pairwise = frame[frame.kind == "pairwise"]
    assert (
        (pairwise.chosen == "equal") | (pairwise.chosen == pairwise["first"]) | (pairwise.chosen == pairwise["second"])
    ).all()
    wins = pairwise[(pairwise.repeat == 0) & (pairwise.chosen != "equal")]
    won = [row.mixes_of_first if row.chosen == row.first else row.mixes_of_second for row in wins.itertuples()]
    assert won.count("a") > won.count("b") > won.count("c")


def test_no_preference_is_seldom_sure():
    """Of 40 studies in which all mixes are worth the same; raters and queries differ in their tastes."""
    sure = 0
    for seed in range(40):
        study = drawn(("a", "b"), 20, 3, ("pairwise",), pairs=2, seed=seed)
        sure += any(
            pair["sure"]
            for pair in study_report(data_of(study, Raters({"a": 0, "b": 0}, seed=seed), 5, 30, seed))["preference"][
                "pairs"
            ]
        )
    assert sure <= 5


def test_grades_by_hand():
    """Query q0: a finds 3, 1 and b 2, 0; the mean of two raters counts for q0-a-1. q1 has no grade above 0, q2 is not
    graded whole."""
    anna = {
        "q0-a-1": 3,
        "q0-a-2": 1,
        "q0-b-1": 2,
        "q0-b-2": 0,
        "q1-a-1": 0,
        "q1-a-2": 0,
        "q1-b-1": 0,
        "q1-b-2": 0,
        "q2-a-1": 3,
    }
    report = study_report(graded_data({"Anna": anna, "Ben": {"q0-a-1": 2}}))["grades"]
    assert (
        report["queries"] == 3
        and report["queries_graded"] == 2
        and report["queries_judged"] == {"ndcg@2": 1, "p@2": 2, "map@2": 1, "grade": 2}
    )
    a, b = report["mixes"]
    everything = np.array([[2.5, 1, 2, 0]])
    assert (
        a["ndcg@2"]["value"]
        == pytest.approx(ndcg_score(everything, [[4, 3, 2, 1]], k=2))
        == pytest.approx((2.5 + 1 / np.log2(3)) / (2.5 + 2 / np.log2(3)))
    )
    assert b["ndcg@2"]["value"] == pytest.approx(ndcg_score(everything, [[2, 1, 4, 3]], k=2))
    assert (a["p@2"]["value"], b["p@2"]["value"]) == (0.25, 0.25)  # half of q0, none of q1
    assert (a["map@2"]["value"], b["map@2"]["value"]) == (0.5, 0.5)  # the first of two relevant
    assert a["grade"]["value"] == pytest.approx((2.5 + 1) / 4) and a["grade"]["ci"] is None and report["pairs"] == []
    assert report["distribution"] == [5, 1, 2, 2]


def test_nothing_and_little_is_said_in_words():
    empty = study_report(data_of(drawn(), None, 0, 0))
    assert "Nobody has judged yet." in empty["warnings"]
    assert empty["preference"]["mixes"][0]["strength"] is None and empty["grades"]["mixes"][0]["ndcg@3"] == {
        "value": None,
        "ci": None,
    }
    assert empty["agreement"]["pairwise"]["alpha"] is None and empty["consistency"]["pairwise"]["equal"] is None
    one = study_report(
        data_of(drawn(kinds=("pairwise",)), Raters({"a": 9, "b": 0, "c": 0}, equal=0, by_query=0, by_rater=0), 1, 30)
    )
    warnings = " ".join(one["warnings"])
    assert (
        "One rater alone" in warnings
        and "12 queries" in warnings
        and "never lost" in warnings
        and "two raters yet" in warnings
    )
    ahead = next(pair for pair in one["preference"]["pairs"] if pair["first"] == "a")
    assert ahead["rate"] == 1 and ahead["ci"][0] < 0.9 and ahead["strength_ci"] is None
    assert one["preference"]["prior"] and np.isfinite([row["strength"] for row in one["preference"]["mixes"]]).all()


def test_haste_and_agreement_are_reported():
    data = data_of(drawn(kinds=("pairwise",)), Raters({"a": 1, "b": 0, "c": 0}), 6, 36)
    data = replace(
        data, judgements=[replace(j, milliseconds=200 if j.rater == "r3" else 3000) for j in data.judgements]
    )
    report = study_report(data)
    hasty = [text for text in report["warnings"] if "too fast" in text]
    assert len(hasty) == 1 and hasty[0].startswith("r3")
    alike = [
        Judgement(i, task, rater, False, False, 1 - 2 * (task % 2), None, "")
        for i, (task, rater) in enumerate((t, r) for t in data.tasks for r in ("x", "y", "z"))
    ]
    assert study_report(replace(data, judgements=alike))["agreement"]["pairwise"]["alpha"] == pytest.approx(1)
    rng = np.random.default_rng(0)
    guessed = [replace(j, answer=int(rng.integers(-1, 2))) for j in alike]
    assert abs(study_report(replace(data, judgements=guessed))["agreement"]["pairwise"]["alpha"]) < 0.2


def test_repeats_count_for_consistency_alone():
    data = data_of(drawn(kinds=("pairwise",)), Raters({"a": 1, "b": 0, "c": 0}), 2, 20)
    first = data.judgements[0]
    again = [
        replace(first, id=900, repeat=True),
        replace(data.judgements[1], id=901, repeat=True, answer=(data.judgements[1].answer + 2) % 3 - 1),
    ]
    before, after = study_report(data), study_report(replace(data, judgements=data.judgements + again))
    assert after["consistency"]["pairwise"] | {"ci": None} == {
        "repeats": 2,
        "equal": 0.5,
        "ci": None,
        "mean_difference": None,
    }
    assert before["preference"] == after["preference"] and before["agreement"] == after["agreement"]


def test_what_looks_like_a_formula_is_text():
    data = data_of(drawn(kinds=("pairwise",)), Raters({"a": 1, "b": 0, "c": 0}), 1, 3)
    data = replace(data, judgements=[replace(j, rater="=1+1") for j in data.judgements])
    assert set(judgement_frame(data)["rater"]) == {"'=1+1"}
