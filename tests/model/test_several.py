"""Labels of which several can be right: their targets, temperatures and thresholds."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar
from sklearn.metrics import f1_score, log_loss

from artextract.model.label_map import LABELS, LabelMap, build_label_map, target_columns
from artextract.model.several import Several, fit_binary_temperature, several_for, thresholds
from artextract.table import Paintings

LISTS = [
    ["Surrealism", "expressionism"],
    ["Expressionism"],
    None,
    ["Surrealism", "Surrealism", "Expressionism"],
    ["n/a"],
]


def table(folder):
    n = len(LISTS)
    fixed = {"path": "x", "source": "s", "rights": "r", "width": 1, "height": 1}
    lists = {"style": [one and one[0] for one in LISTS], "style_all": LISTS, "genre": ["a", "b", "a", "b", None]}
    needed = {"id": [f"p{i}" for i in range(n)], "sha256": [str(i) for i in range(n)]}
    return Paintings(pd.DataFrame({**needed, **fixed, **lists}), folder, ("style", "genre"))


def test_every_label_of_a_painting_counts_once():
    lists = np.array([*LISTS, None], dtype=object)[:-1]
    one = several_for(lists, 2)
    assert one == Several(["Expressionism", "Surrealism"], [3, 2], 3)
    assert one.targets(lists).tolist() == [[1, 1], [1, 0], [-1, -1], [1, 1], [-1, -1]]
    assert several_for(lists, 3) is None


def test_a_label_map_holds_them_behind_all_others(tmp_path):
    paintings = table(tmp_path)
    paintings.write()
    labels = build_label_map(paintings, {"style": 2, "genre": 2})
    assert labels.kinds == {"genre": "label", "style": LABELS} and labels.output_sizes == {"genre": 2, "style": 2}
    assert (
        labels.targets(paintings)[:, 1:].tolist()
        == labels.several["style"].targets(paintings.all_labels("style")).tolist()
    )
    assert target_columns(labels.output_sizes, labels.kinds) == [slice(0, 1), slice(1, 3)]
    assert LabelMap.from_dict(labels.as_dict()) == labels
    assert labels.hash != LabelMap(labels.classes, labels.counts).hash


def test_the_temperature_has_the_lowest_binary_cross_entropy():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (200, 4))
    truth = rng.random((200, 4)) < 1 / (1 + np.exp(-logits / 2.5))

    def loss(temperature):
        return log_loss(truth.ravel(), 1 / (1 + np.exp(-logits.ravel() / temperature)))

    best = minimize_scalar(loss, bounds=(0.1, 10), method="bounded").x
    assert fit_binary_temperature(logits, truth) == pytest.approx(best, rel=1e-2)
    assert fit_binary_temperature(logits[:9], truth[:9]) == 1.0


def test_thresholds_are_those_of_the_highest_f1():
    rng = np.random.default_rng(0)
    truth = rng.random((150, 3)) < [0.4, 0.2, 0.02]
    probabilities = np.clip(0.3 * truth + rng.random((150, 3)) * 0.6, 0, 1)
    found = thresholds(probabilities, truth)
    grid = np.linspace(0, 1, 301)
    for k in range(2):
        best = max(f1_score(truth[:, k], probabilities[:, k] >= at, zero_division=0) for at in grid)
        assert f1_score(truth[:, k], probabilities[:, k] >= found[k]) == pytest.approx(best, abs=1e-3)
    together = max(f1_score(truth.ravel(), probabilities.ravel() >= at, zero_division=0) for at in grid)
    assert f1_score(truth.ravel(), probabilities.ravel() >= found[2]) == pytest.approx(together, abs=1e-3)
    assert thresholds(probabilities[:0], truth[:0]) == [0.5] * 3
