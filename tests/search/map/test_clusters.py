"""Clusters of clear groups are found, named by what stands out in them, and measured as scikit-learn measures them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from artextract.errors import InputError
from artextract.search.map import clusters as module
from artextract.search.map.clusters import Term, agreement, find_clusters, log_odds, names, representatives, terms
from tests.raising import raises


def groups(count: int, each: int, seed: int = 0, dim: int = 8) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    centres = np.eye(dim)[:count] * 10
    truth = np.repeat(np.arange(count), [each + 3 * (count - i) for i in range(count)])
    return centres[truth] + random.normal(0, 0.5, (len(truth), dim)), truth


@pytest.mark.parametrize("method", module.METHODS)
def test_the_silhouette_finds_how_many_groups_there_are(method):
    points, truth = groups(6, 20)
    found, silhouettes = find_clusters(points, method=method)
    assert max(silhouettes, key=silhouettes.get) == 6 and silhouettes[6] > 0.7
    assert (found == truth).all()  # the largest is number 0


def test_a_number_that_is_asked_for_is_given():
    points, _ = groups(6, 20)
    found, silhouettes = find_clusters(points, 3)
    assert set(found) == {0, 1, 2} and set(silhouettes) == {3}
    assert (np.diff(np.bincount(found)) <= 0).all()


def test_a_tree_of_a_sample_takes_the_others_by_the_nearest_mean(monkeypatch):
    monkeypatch.setattr(module, "SAMPLE", 40)
    points, truth = groups(4, 40)
    found, _ = find_clusters(points, 4, "agglomerative")
    assert (found == truth).all()


def test_same_points_do_not_break_it():
    found, silhouettes = find_clusters(np.zeros((20, 4)))
    assert len(found) == 20 and silhouettes == {}


@pytest.mark.parametrize(
    "points, count, method, code, named",
    [
        (30, 30, "kmeans", "invalid-count", "30"),
        (30, 1, "kmeans", "invalid-count", "1"),
        (4, None, "kmeans", "too-few-paintings", "4"),
        (30, 3, "dbscan", "unknown-clustering", "dbscan"),
    ],
)
def test_what_cannot_be_is_refused(points, count, method, code, named):
    with raises(InputError, code, named):
        find_clusters(np.random.default_rng(0).normal(size=(points, 3)), count, method)


def test_the_first_representative_is_the_medoid():
    points, truth = groups(3, 15, seed=4)
    for number, rows in enumerate(representatives(points, truth)):
        own = np.flatnonzero(truth == number)
        distance = cdist(points[own], points[own])
        assert rows[0] == own[distance.sum(1).argmin()]
        assert rows == own[np.argsort(distance[distance.sum(1).argmin()])[:3]].tolist()


def test_log_odds_by_hand():
    """20 of 30 inside and 10 of 70 outside; the prior of 20 paintings adds 20 * 30 / 100 = 6 to each side."""
    own, other = 26, 16
    expected = (math.log(own / (50 - own)) - math.log(other / (90 - other))) / math.sqrt(1 / own + 1 / other)
    assert log_odds({"sea": 20}, {"sea": 30}, 30, 100)["sea"] == pytest.approx(expected)


@given(st.integers(0, 30), st.integers(1, 200), st.integers(31, 60), st.integers(230, 400))
def test_a_share_like_everywhere_does_not_stand_out(inside, outside, n_inside, n_everywhere):
    z = log_odds({"x": inside}, {"x": inside + outside}, n_inside, n_everywhere).get("x")
    assert z is None or (z > 0) == (inside / n_inside > outside / (n_everywhere - n_inside)) or abs(z) < 1e-9


def test_what_stands_out_and_the_name():
    clusters = np.repeat([0, 1, 2], 30)
    labels = {
        "style": ["Ukiyo-e"] * 28 + ["Cubism"] * 32 + ["Baroque"] * 15 + [None] * 15,
        "artist": ["Hiroshige"] * 20 + ["Hokusai"] * 10 + ["Braque"] * 33 + [None] * 27,
    }
    found = terms(clusters, labels, ["View of the sea"] * 90)
    assert [t.value for t in found[0]][:2] == ["Ukiyo-e", "Hiroshige"]
    best = found[0][0]
    assert (best.column, best.share, best.elsewhere) == ("style", pytest.approx(28 / 30), 0.0) and best.z > 3
    assert names(found, [["Work"]] * len(found))[:2] == ["Ukiyo-e · Hiroshige", "Cubism · Braque"]
    assert all(term.column != "title" for own in found for term in own)  # all share those words


def test_one_lonely_label_names_no_cluster():
    clusters = np.repeat([0, 1], 50)
    assert terms(clusters, {"artist": ["Manet", "Manet"] + [None] * 68 + ["Monet"] * 30})[0] == []


def test_title_words_name_what_no_label_does():
    clusters = np.repeat([0, 1], 40)
    found = terms(
        clusters,
        {"style": ["Cubism"] * 80},
        ["Harbour at Dawn"] * 20 + [None] * 20 + ["The Old Mill"] * 20 + [None] * 20,
    )
    assert {t.value for t in found[0]} == {"harbour", "dawn"} and names(found, [["Work"]] * len(found))[1] == "mill"


def test_names_are_never_the_same():
    def term(column, value, z):
        return Term(column, value, 0.5, 0.1, z)

    one = [term("style", "Baroque", 5.0), term("genre", "portrait", 4.0), term("artist", "Hals", 3.0)]
    works = [[f"“{letter}”" for letter in letters] for letters in ("A", "B", "C", "CD", "EF", "EF", "E")]
    given_names = names([one, [one[1], one[0], one[2]], one[:2], one[:2], [], [], []], works)
    assert given_names == [
        "Baroque · portrait",
        "portrait · Baroque · Hals",
        "Baroque · portrait · “C”",
        "Baroque · portrait · “D”",
        "“E”",
        "“F”",
        "“E” · (2)",
    ]


def test_agreement_is_perfect_absent_or_undefined():
    clusters = np.repeat([0, 1, 2], 20)
    random = np.random.default_rng(0)
    figures = agreement(
        clusters,
        {
            "same": [f"c{number}" for number in clusters],
            "random": [str(value) for value in random.integers(0, 10, 60)],
            "one": ["x"] * 60,
            "none": [None] * 60,
            "half": ["a" if number else None for number in clusters],
        },
    )
    assert figures["same"] == {
        "n": 60,
        "classes": 3,
        "nmi": pytest.approx(1),
        "ami": pytest.approx(1),
        "ari": pytest.approx(1),
    }
    assert (
        figures["random"]["nmi"] > 0.05 and abs(figures["random"]["ami"]) < 0.1 and abs(figures["random"]["ari"]) < 0.1
    )
    for column in ("one", "none", "half"):
        assert figures[column]["nmi"] is figures[column]["ami"] is figures[column]["ari"] is None
    assert figures["half"]["n"] == 40 and figures["none"]["n"] == 0
