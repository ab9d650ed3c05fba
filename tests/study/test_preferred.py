"""The mix that raters prefer: raters whose weights are known, and too few of them."""

import numpy as np
import pytest
from scipy.special import expit

from artextract.errors import NothingUsableError
from artextract.index import FeatureVectors, create_index
from artextract.study import preferred
from artextract.study.preferred import compared, offered_mix, preferred_mix
from artextract.study.store import Judgement, StudyData
from tests.raising import raises

FEATURES = ("deep", "style", "palette")
TRUTH = np.array([0.6, 0.1, 0.3])
STEEP = 2.5


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    random = np.random.default_rng(0)
    ids = [f"p{row:03d}" for row in range(120)]
    made = {name: FeatureVectors(f"{name}@1", random.normal(size=(120, 12)).astype(np.float32)) for name in FEATURES}
    made["palette"].vectors[7] = np.nan
    return create_index(tmp_path_factory.mktemp("index"), ids, ids, made)


def likeness(index, one, other):
    """The slow way, from one search for each pair."""
    query = {name: rows.units[0] for name in FEATURES for rows in [index.rows(name, [one])] if rows.norms[0] > 0}
    found = index.nearest(query, dict.fromkeys(FEATURES, 1.0), 120, left_out=[one])
    place = list(found.ids).index(other)
    return np.nan_to_num([found.contributions[name][place] for name in FEATURES])


def similarities(index, feature):
    """Cosines of all with all, NaN where either lacks the feature."""
    rows = index.rows(feature, index.ids)
    there = rows.norms > 0
    return np.where(there[:, None] & there, rows.units @ rows.units.T, np.nan)


def study(index, judgements, queries=40, raters=6, truth=TRUTH, seed=0, kind="pairwise"):
    random = np.random.default_rng(seed)
    tasks, given = {}, []
    likes = sum(
        w * np.nan_to_num(index.scale(f, "cosine").standard(similarities(index, f).astype(float)))
        for f, w in zip(FEATURES, truth, strict=True)
    )
    for number in range(judgements):
        query, (one, other) = number % queries, random.choice(np.arange(queries, 120), 2, replace=False).tolist()
        chance = expit(STEEP * (likes[query, one] - likes[query, other]))
        answer = 0 if random.random() < 0.1 else 1 if random.random() < chance else -1
        tasks[number] = {
            "kind": kind,
            "query": index.ids[query],
            "first": index.ids[one],
            "second": index.ids[other],
            "contests": [],
        }
        given.append(Judgement(number, number, f"r{number % raters}", False, False, answer, 2000, ""))
    return StudyData("S", "", {"seed": 0, "kinds": [kind], "mixes": {}}, {"queries": []}, {}, tasks, given)


def test_planted_weights_are_recovered(index, monkeypatch):
    monkeypatch.setattr(preferred, "ROUNDS", 60)
    found = preferred_mix(index, study(index, 1200))
    weights = np.array([found["weights"][name] for name in FEATURES])
    assert np.abs(weights - TRUTH).max() < 0.08 and weights.sum() == pytest.approx(1, abs=1e-3)
    for truth, row in zip(TRUTH, found["features"], strict=True):
        assert row["ci"][0] <= truth <= row["ci"][1] and row["ci"][1] - row["ci"][0] < 0.35
    check = found["held_out"]
    assert found["verdict"] == "better" and check["gain_ci"][0] > 0
    assert check["learned"]["log_loss"] < check["default"]["log_loss"] < check["guess"]
    assert found["option"].startswith("deep=0.")


def test_raters_of_the_default_mix_do_not_make_another_one_better(index, monkeypatch):
    monkeypatch.setattr(preferred, "ROUNDS", 5)
    default = np.array([0.1, 0.7, 0.2])
    found = preferred_mix(index, study(index, 600, truth=default))
    assert found["verdict"] != "better", found["held_out"]
    assert abs(found["weights"]["style"] - 0.7) < 0.15


def test_too_few_are_refused(index):
    for data in (study(index, 30), study(index, 300, queries=8), study(index, 0)):
        with raises(NothingUsableError, "too-few-judgements", "queries"):
            preferred_mix(index, data)
    offered = offered_mix(index, study(index, 30))
    assert offered["weights"] is None and "at least 60" in offered["why"]


def test_judgements_against_every_feature_give_no_mix(index):
    with raises(NothingUsableError, "no-preferred-mix"):
        preferred_mix(index, study(index, 300, truth=-np.ones(3)))


def test_differences_are_those_of_the_search(index):
    data = study(index, 12)
    data.tasks[0]["first"] = "p007"  # which has no palette
    rows = compared(index, data)
    assert rows.features == FEATURES
    for row in (0, 5):
        task = data.tasks[data.judgements[row].task]
        expected = likeness(index, task["query"], task["first"]) - likeness(index, task["query"], task["second"])
        assert np.allclose(rows.differences[row], expected, atol=1e-5)


def test_grades_are_pairs_and_repeats_and_lost_paintings_count_nothing(index):
    tasks = {
        number: {"kind": "graded", "query": "p000", "first": f"p{number:03d}", "second": None, "contests": []}
        for number in (1, 2, 3)
    } | {9: {"kind": "graded", "query": "p000", "first": "lost", "second": None, "contests": []}}
    given = [
        Judgement(place, task, "r", repeat, False, grade, 1, "")
        for place, (task, grade, repeat) in enumerate(
            [(1, 3, False), (2, 0, False), (3, 3, False), (1, 0, True), (9, 2, False)]
        )
    ]
    rows = compared(index, StudyData("S", "", {}, {}, {}, tasks, given))
    assert rows.preferred.tolist() == [1, 0] and rows.counts.tolist() == [0.5, 0.5]
