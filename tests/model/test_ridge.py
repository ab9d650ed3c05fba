"""The ridge regression is what scikit-learn fits, with the strength that is best on validation."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge as Reference
from sklearn.preprocessing import StandardScaler

from artextract.errors import MismatchError
from artextract.model.ridge import ALPHAS, fit_ridge, half_width, load_ridges, save_ridges
from tests.raising import raises


def data(seed, n, dim=12):
    rng = np.random.default_rng(seed)
    vectors = (rng.normal(0, 1, (n, dim)) * np.linspace(0.1, 30, dim) + 7).astype(np.float32)
    return vectors, 1850 + 4 * vectors[:, 1] - vectors[:, 5] + rng.normal(0, 20, n)


@pytest.mark.parametrize("rows", [8, 200])
def test_it_is_ridge_regression_on_standardised_vectors(rows):
    (train, truth), (val, val_truth) = data(1, rows), data(2, 80)
    ridge = fit_ridge(train, truth, val, val_truth)
    scaler = StandardScaler().fit(train)
    models = [Reference(alpha=alpha).fit(scaler.transform(train), truth) for alpha in ALPHAS]
    errors = [np.abs(model.predict(scaler.transform(val)) - val_truth).mean() for model in models]
    assert ridge.alpha == ALPHAS[int(np.argmin(errors))]
    expected = models[int(np.argmin(errors))].predict(scaler.transform(val))
    assert ridge.predict(val) == pytest.approx(expected, abs=0.05)
    assert ridge.half_width == pytest.approx(half_width(np.abs(ridge.predict(val) - val_truth)), abs=1e-3)


def test_without_validation_a_strength_is_fixed_and_nothing_is_promised():
    train, truth = data(1, 50)
    ridge = fit_ridge(train, truth, train[:0], truth[:0])
    assert ridge.alpha in ALPHAS and ridge.half_width is None


def test_it_is_read_as_it_was_written(tmp_path):
    train, truth = data(1, 50)
    ridge = fit_ridge(train, truth, train, truth)
    path, chosen = tmp_path / "ridge.safetensors", {"year": {"alpha": ridge.alpha, "half_width": ridge.half_width}}
    save_ridges(path, {"year": ridge})
    assert load_ridges(path, chosen)["year"].predict(train) == pytest.approx(ridge.predict(train))
    assert load_ridges(tmp_path / "none", {}) == {}
    with raises(MismatchError, "probe-damaged"):
        ridge.predict(train[:, :3])
    path.write_bytes(b"no")
    with raises(MismatchError, "probe-damaged", str(path)):
        load_ridges(path, chosen)
