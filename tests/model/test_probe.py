"""The linear probe is what scikit-learn fits, and a fair opponent."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from artextract.model.probe import fit_probe, load_probes, majority_probabilities, save_probes


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
    said = []
    probe = fit_probe(train, labels, val, val_labels, 3, said.append)
    scores = [float(text.rsplit(" ", 1)[1]) for text in said]
    assert probe.chosen["val_macro_f1"] == pytest.approx(max(scores), abs=5e-4) and len(scores) >= 6


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
    said = []
    probe = fit_probe(train, labels, val, val_labels, 3, said.append)
    assert any("did not converge" in text for text in said) and np.isfinite(probe.probabilities(val)).all()
