"""The loop learns what can be learned, stops when it should, and repeats itself."""

import numpy as np
import pytest
import torch

from artextract.metrics.classification import expected_calibration_error
from artextract.model.missing import MISSING
from artextract.train.loop import all_logits, channel_statistics, temperatures, validate
from artextract.train.losses import MaskedLoss
from artextract.train.options import IMBALANCES
from artextract.train.processes import Processes
from tests.train.drawn import COUNTS, options, rows, train


def test_it_learns_both_attributes_with_labels_missing():
    fitted = train(rows(0, 160), rows(1, 80))
    best = fitted.history[fitted.best_epoch - 1]
    assert best["val_macro_f1_style"] > 0.9 and best["val_macro_f1_genre"] > 0.9


def test_the_kept_weights_are_those_of_the_best_epoch():
    val = rows(1, 60, noise=1.5)
    fitted = train(rows(0, 60, noise=1.5), val, epochs=6, patience=6)
    scores = [epoch["val_macro_f1"] for epoch in fitted.history]
    assert fitted.best_epoch == 1 + int(np.argmax(scores)) and len(scores) == 6
    again = validate(fitted.network, val, MaskedLoss(COUNTS, options()), Processes(alone=True))
    assert again["val_macro_f1"] == pytest.approx(max(scores))


def test_it_stops_when_validation_no_longer_rises():
    val = rows(1, 40)
    val.targets[:] = np.random.default_rng(0).integers(0, 2, val.targets.shape)  # nothing to be learned
    fitted = train(rows(0, 60), val, epochs=40, patience=3)
    assert len(fitted.history) == fitted.best_epoch + 3 < 40


def test_the_same_seed_gives_the_same_weights():
    first, again, other = (
        train(rows(0, 40), rows(1, 20), epochs=2, seed=seed).network.state_dict() for seed in (3, 3, 4)
    )
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_without_validation_labels_the_training_loss_decides():
    val = rows(1, 10)
    val.targets[:] = MISSING
    fitted = train(rows(0, 40), val, epochs=3)
    assert "val_macro_f1" not in fitted.history[0] and 1 <= fitted.best_epoch <= 3


@pytest.mark.parametrize(
    "changes",
    [
        *({"imbalance": name} for name in IMBALANCES),
        {"task_weights": "learned"},
        {"mixup": 0.0, "average": 0.0},
        {"mixed_precision": True},
    ],
    ids=str,
)
def test_every_choice_learns(changes):
    history = train(rows(0, 120), rows(1, 60), **{"epochs": 6, "patience": 6} | changes).history
    assert max(epoch["val_macro_f1"] for epoch in history) > 0.6


def test_channel_statistics_are_means_over_paintings_and_places():
    maps = rows(0, 50).maps
    mean, std = channel_statistics(maps)
    assert np.allclose(mean, maps.astype(np.float64).mean((0, 2, 3)), atol=1e-4)
    assert np.allclose(std, maps.astype(np.float64).std((0, 2, 3)), atol=1e-4)


@pytest.mark.parametrize("imbalance", ["logit-adjustment", "effective-number", "sampling"])
def test_favouring_rare_classes_helps_them(imbalance):
    learned, val = rows(0, 200, noise=1.2), rows(1, 200, noise=1.2)
    learned.targets[:, 0] = np.where(
        (learned.targets[:, 0] == 2) & (np.arange(200) % 8 > 0), MISSING, learned.targets[:, 0]
    )
    known = learned.targets[learned.targets[:, 0] >= 0, 0]
    counts = {"style": np.bincount(known, minlength=3).tolist(), "genre": [100, 100]}

    def recall(chosen):
        network = train(learned, val, counts=counts, epochs=4, balance=1.0, imbalance=chosen).network
        predicted = all_logits(network, val)[0].argmax(1).numpy()
        return np.mean(predicted[val.targets[:, 0] == 2] == 2)

    assert recall(imbalance) > recall("none")


def test_temperatures_undo_over_and_underconfidence():
    learned, val, test = rows(0, 200, noise=1.5), rows(1, 300, noise=1.5), rows(2, 300, noise=1.5)
    network = train(learned, val, epochs=6).network
    known = test.targets[:, 0] != MISSING
    for factor in (0.6, 20.0):
        with torch.no_grad():
            network.heads.linear[0].weight.mul_(factor)
            network.heads.linear[0].bias.mul_(factor)
        logits = all_logits(network, test)[0][known]
        raw = expected_calibration_error(test.targets[known, 0], logits.softmax(1).numpy())
        temperature = temperatures(all_logits(network, val), val.targets)[0]
        calibrated = expected_calibration_error(test.targets[known, 0], (logits / temperature).softmax(1).numpy())
        assert calibrated < raw and calibrated < 0.1


def test_few_validation_rows_leave_the_temperature_alone():
    assert train(rows(0, 40), rows(1, 12), epochs=1).network.temperature.tolist() == [1.0, 1.0]


def test_the_history_is_reported_after_every_epoch():
    epochs_seen = []
    fitted = train(
        rows(0, 40),
        rows(1, 20),
        epochs=3,
        watch=lambda history: epochs_seen.append([epoch["epoch"] for epoch in history]),
    )
    assert epochs_seen == [[1], [1, 2], [1, 2, 3]] and [epoch["epoch"] for epoch in fitted.history] == [1, 2, 3]
