"""The loop learns what can be learned, stops when it should, and repeats itself."""

import numpy as np
import pytest
import torch

from artextract.model.missing import MISSING
from artextract.metrics.classification import expected_calibration_error
from artextract.train.loop import Rows, TrainOptions, all_logits, channel_statistics, fit, temperatures, validate

SHAPE, CLASSES = (12, 3, 3), {"style": 3, "genre": 2}
COUNTS = [[40, 40, 40], [60, 60]]


def rows(seed, n, noise=0.5):
    """The style is a channel that is on, the genre whether the top or the bottom row is bright: the second needs the place of a token."""
    rng = np.random.default_rng(seed)
    style, genre = rng.integers(0, 3, n), rng.integers(0, 2, n)
    maps = rng.normal(0, noise, (n, *SHAPE))
    maps[np.arange(n), style] += 1.0
    for i in range(n):
        maps[i, 6:, 0 if genre[i] else 2] += 1.0
    targets = np.stack([style, genre], 1)
    targets[rng.random((n, 2)) < 0.3] = MISSING
    return Rows(maps.astype(np.float16), targets)


def options(**changes):
    return TrainOptions(**({"width": 24, "hidden": 12, "epochs": 12, "batch_size": 16, "learning_rate": 5e-3, "average": 0.8} | changes))


def run(train, val, **changes):
    chosen = options(**changes)
    return fit(train, val, chosen.network_config(SHAPE, CLASSES), COUNTS, chosen)


def test_it_learns_both_attributes_with_labels_missing():
    fitted = run(rows(0, 160), rows(1, 80))
    best = fitted.history[fitted.best_epoch - 1]
    assert best["val_macro_f1_style"] > 0.9 and best["val_macro_f1_genre"] > 0.9


def test_the_kept_weights_are_those_of_the_best_epoch():
    val = rows(1, 60, noise=1.5)
    fitted = run(rows(0, 60, noise=1.5), val, epochs=8, patience=8)
    scores = [epoch["val_macro_f1"] for epoch in fitted.history]
    assert fitted.best_epoch == 1 + int(np.argmax(scores)) and len(scores) == 8
    assert validate(fitted.network, val)["val_macro_f1"] == pytest.approx(max(scores))


def test_it_stops_when_validation_no_longer_rises():
    val = rows(1, 40)
    val.targets[:] = np.random.default_rng(0).integers(0, 2, val.targets.shape)  # nothing to be learned
    fitted = run(rows(0, 60), val, epochs=40, patience=3)
    assert len(fitted.history) == fitted.best_epoch + 3 < 40


def test_the_same_seed_gives_the_same_weights():
    first, again, other = (run(rows(0, 40), rows(1, 20), epochs=2, seed=seed).network.state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_without_validation_labels_the_training_loss_decides():
    val = rows(1, 10)
    val.targets[:] = MISSING
    fitted = run(rows(0, 40), val, epochs=3)
    assert "val_macro_f1" not in fitted.history[0] and 1 <= fitted.best_epoch <= 3


def test_channel_statistics_are_means_over_paintings_and_places():
    data = rows(0, 50)
    mean, std = channel_statistics(data, np.random.default_rng(0))
    assert np.allclose(mean, data.maps.astype(np.float64).mean((0, 2, 3)), atol=1e-4)
    assert np.allclose(std, data.maps.astype(np.float64).std((0, 2, 3)), atol=1e-4)


def test_full_balance_helps_the_rare_class():
    train, val = rows(0, 200, noise=1.2), rows(1, 200, noise=1.2)
    train.targets[:, 0] = np.where((train.targets[:, 0] == 2) & (np.arange(200) % 8 > 0), MISSING, train.targets[:, 0])
    counts = [np.maximum(np.bincount(train.targets[train.targets[:, 0] >= 0, 0], minlength=3), 1).tolist(), [100, 100]]

    def recall(balance):
        chosen = options(epochs=5, balance=balance)
        network = fit(train, val, chosen.network_config(SHAPE, CLASSES), counts, chosen).network
        with torch.no_grad():
            predicted = network(torch.from_numpy(val.maps).float())[0].argmax(1).numpy()
        return np.mean(predicted[val.targets[:, 0] == 2] == 2)

    assert recall(1.0) > recall(0.0)


def test_temperatures_undo_over_and_underconfidence():
    train, val, test = rows(0, 200, noise=1.5), rows(1, 300, noise=1.5), rows(2, 300, noise=1.5)
    network = run(train, val, epochs=6).network
    known = test.targets[:, 0] != MISSING
    for factor in (0.2, 4.0):
        with torch.no_grad():
            network.heads.linear[0].weight.mul_(factor)
            network.heads.linear[0].bias.mul_(factor)
        logits = all_logits(network, test)[0][known]
        network.temperature.fill_(1.0)
        raw = expected_calibration_error(test.targets[known, 0], logits.softmax(1).numpy())
        temperature = temperatures(network, val)[0]
        calibrated = expected_calibration_error(test.targets[known, 0], (logits / temperature).softmax(1).numpy())
        assert calibrated < raw and calibrated < 0.1


def test_few_validation_rows_leave_the_temperature_alone():
    assert temperatures(run(rows(0, 40), rows(1, 20), epochs=1).network, rows(1, 12)) == [1.0, 1.0]
