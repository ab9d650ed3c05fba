"""The log grows with the training."""

import sys

import pandas as pd
import pytest

from artextract.errors import InputError
from artextract.files import read_json
from artextract.train.log import TrainingLog
from artextract.train.run import train_model
from artextract.train.running import Running
from tests.raising import raises

EPOCHS = [
    {
        "epoch": n,
        "train_loss": 2.0 / n,
        "seconds": 1.5,
        "val_loss": 1.0,
        "val_macro_f1_style": 0.1 * n,
        "val_macro_f1": 0.1 * n,
    }
    for n in (1, 2, 3)
]


def test_it_is_whole_after_every_epoch(tmp_path):
    said = []
    log = TrainingLog(tmp_path / "m", said.append)
    for n in (1, 2, 3):
        log(EPOCHS[:n])
        log.of("no_rnn")(EPOCHS[:1])
        assert read_json(tmp_path / "m" / "history.json") == EPOCHS[:n]
        pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "m" / "history.csv"), pd.DataFrame(EPOCHS[:n]))
    assert read_json(tmp_path / "m" / "no_rnn-history.json") == EPOCHS[:1]
    assert said[0] == "epoch   1     1.5 s  training loss 2.000  validation loss 1.000  macro-F1 0.100 (style 0.100)"


def test_an_epoch_without_validation_has_its_line(tmp_path):
    said = []
    TrainingLog(tmp_path, said.append)([{"epoch": 1, "train_loss": 2.0, "seconds": 0.1}])
    assert said == ["epoch   1     0.1 s  training loss 2.000"]


def test_tensorboard_that_is_missing_is_reported_before_anything_is_done(small_collection, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with raises(InputError, "tensorboard-not-installed"):
        train_model(small_collection, tmp_path / "m", running=Running(tensorboard=True))
    assert not (tmp_path / "m").exists()


def test_tensorboard_gets_every_figure(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = TrainingLog(tmp_path, lambda text: None, tensorboard=True)
    for n in (1, 2, 3):
        log(EPOCHS[:n])
    again = TrainingLog(tmp_path, lambda text: None, tensorboard=True)  # a training that goes on repeats its last epoch
    again(EPOCHS[:3])
    events = EventAccumulator(str(tmp_path / "tensorboard" / "model"))
    events.Reload()
    assert set(events.Tags()["scalars"]) == set(EPOCHS[0]) - {"epoch"}
    assert [(event.step, pytest.approx(event.value)) for event in events.Scalars("val_macro_f1")] == [
        (1, 0.1),
        (2, 0.2),
        (3, 0.3),
    ]
