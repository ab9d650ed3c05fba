"""The linear probe is what scikit-learn fits, and a fair opponent."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.preprocessing import StandardScaler

from artextract.model.probe import (
    C_GRID,
    CLASS_WEIGHTS,
    chosen_in_words,
    fit_probe,
    load_probes,
    majority_probabilities,
    save_probes,
)


def data(seed, n, classes=3, dim=12):
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 1.2, (classes, dim))
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, n)
    scale = np.linspace(0.1, 30, dim)
    return ((centres[labels] + rng.normal(0, 1, (n, dim))) * scale + 7).astype(np.float32), labels


@pytest.mark.parametrize("classes", [2, 3])
def test_it_is_logistic_regression_on_standardised_vectors(classes):
    (train, labels), (val, val_labels) = data(1, 300, classes), data(2, 120, classes)
    probe = fit_probe(train, labels, val, val_labels, classes)
    scaler = StandardScaler().fit(train)
    reference = LogisticRegression(
        C=probe.chosen["C"], class_weight=probe.chosen["class_weight"], max_iter=5000, tol=1e-8
    )
    reference.fit(scaler.transform(train), labels)
    expected = softmax(np.log(reference.predict_proba(scaler.transform(val))) / probe.chosen["temperature"], axis=1)
    assert np.abs(probe.probabilities(val) - expected).max() < 5e-3


def test_the_choice_is_the_best_on_validation():
    (train, labels), (val, val_labels) = data(1, 60), data(2, 200)
    probe = fit_probe(train, labels, val, val_labels, 3)
    scaler = StandardScaler().fit(train)
    scores = {}
    for weight in CLASS_WEIGHTS:
        for strength in C_GRID:
            model = LogisticRegression(C=strength, class_weight=weight, max_iter=5000, tol=1e-8)
            model.fit(scaler.transform(train), labels)
            scores[weight, strength] = f1_score(val_labels, model.predict(scaler.transform(val)), average="macro")
    assert probe.chosen["val_macro_f1"] == pytest.approx(max(scores.values()), abs=5e-3)
    assert scores[probe.chosen["class_weight"], probe.chosen["C"]] == pytest.approx(max(scores.values()), abs=5e-3)
    assert chosen_in_words(probe.chosen).startswith(f"C = {probe.chosen['C']:g}, ")


def test_without_validation_and_with_classes_never_seen():
    train, labels = data(1, 60)
    probe = fit_probe(train, labels, train[:0], labels[:0], 5)
    probabilities = probe.probabilities(train)
    assert probabilities.shape == (60, 5) and probabilities[:, 3:].max() == 0 and np.allclose(probabilities.sum(1), 1)


def test_saved_and_loaded(tmp_path):
    train, labels = data(1, 60)
    probe = fit_probe(train, labels, train[:0], labels[:0], 3)
    save_probes(tmp_path / "p.safetensors", {"style": probe})
    again = load_probes(tmp_path / "p.safetensors", {"style": probe.chosen})["style"]
    assert (again.probabilities(train) == probe.probabilities(train)).all()


def test_the_majority():
    assert majority_probabilities(np.array([1, 5, 2]), 2).tolist() == [[0, 1, 0]] * 2


def test_the_probe_is_calibrated_like_the_network():
    (train, labels), (val, val_labels) = data(1, 60), data(2, 300)
    probe = fit_probe(train, labels, val, val_labels, 3)
    assert 0.1 <= probe.chosen["temperature"] <= 10 and probe.chosen["temperature"] != 1.0


def test_one_class_alone_gives_its_frequency():
    train, labels = data(1, 20)
    probe = fit_probe(train, np.zeros_like(labels), train[:0], labels[:0], 3)
    assert np.allclose(probe.probabilities(train), [1, 0, 0], atol=1e-6)


def test_what_does_not_converge_is_passed_over(monkeypatch):
    from artextract.model import probe as module

    monkeypatch.setattr(module, "MAX_ITERATIONS", 2)
    (train, labels), (val, val_labels) = data(1, 60), data(2, 60)
    probe = fit_probe(train, labels, val, val_labels, 3)
    assert np.isfinite(probe.probabilities(val)).all()
    if probe.chosen["C"] is None:
        assert "frequencies" in chosen_in_words(probe.chosen)
    else:
        assert probe.chosen["not_converged"] and "did not converge" in chosen_in_words(probe.chosen)
