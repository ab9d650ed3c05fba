"""The search ends no worse than it began, gives the better half more epochs, and goes on where it was stopped."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from artextract.errors import InputError
from artextract.train.options import TrainOptions
from artextract.train.running import LabelOptions
from artextract.train.tune import SPACE, drawn, tune
from tests.raising import raises

DEFAULT = TrainOptions(epochs=8, seed=3)


@dataclass
class FittedHistory:
    history: list
    best_epoch: int


class Fits:
    """A training that is known: the score is a function of the options and of the epochs; every call is counted."""

    def __init__(self, score, fail_at=None):
        self.score, self.fail_at, self.calls = score, fail_at, []

    def __call__(self, options):
        if len(self.calls) == self.fail_at:
            raise KeyboardInterrupt
        self.calls.append(options)
        return FittedHistory([{"seconds": 0.5}, {"val_macro_f1": self.score(options), "seconds": 0.5}], 2)


def by_dropout(options):
    return 1 - options.dropout


def test_the_best_options_are_found_and_the_better_half_goes_on(tmp_path):
    fits = Fits(by_dropout)
    best, best_row = tune(fits, DEFAULT, 8, tmp_path / "t.csv", "a")
    wanted = min((drawn(DEFAULT, trial) for trial in range(8)), key=lambda options: options.dropout)
    assert best == wanted and best_row["val_macro_f1"] == pytest.approx(1 - wanted.dropout)
    rounds = {epochs: [options for options in fits.calls if options.epochs == epochs] for epochs in (2, 4, 8)}
    assert len(rounds[2]) == 8 and 4 <= len(rounds[4]) <= 5 and 2 <= len(rounds[8]) <= 3
    kept = sorted(options.dropout for options in rounds[2])[:4]
    assert set(kept) <= {options.dropout for options in rounds[4]}
    assert len(best_row["rows"]) == len(fits.calls) and "optimistic" in best_row["note"]


def test_the_given_options_reach_the_last_round_and_win_where_they_are_best(tmp_path):
    worst_first = Fits(
        lambda options: (
            0.9 if options == DEFAULT else (0.1 if options == replace(DEFAULT, epochs=options.epochs) else 0.5)
        )
    )
    best, best_row = tune(worst_first, DEFAULT, 6, tmp_path / "t.csv", "a")
    assert best == DEFAULT and best_row["best_trial"] == 0
    assert best_row["val_macro_f1"] == best_row["val_macro_f1_as_given"] == 0.9


def test_a_stopped_search_goes_on(tmp_path):
    path = tmp_path / "t.csv"
    with pytest.raises(KeyboardInterrupt):
        tune(Fits(by_dropout, fail_at=5), DEFAULT, 6, path, "a")
    assert len(pd.read_csv(path)) == 5
    again, alone = Fits(by_dropout), Fits(by_dropout)
    found = tune(again, DEFAULT, 6, path, "a")
    assert found == tune(alone, DEFAULT, 6, tmp_path / "other.csv", "a")
    assert len(again.calls) == len(alone.calls) - 5
    assert tune(Fits(by_dropout, fail_at=0), DEFAULT, 6, path, "a") == found  # all is known
    more = Fits(by_dropout)
    tune(more, DEFAULT, 8, path, "a")
    assert sum(options.epochs == 2 for options in more.calls) == 2


def test_another_search_or_a_broken_file_begins_anew(tmp_path):
    path = tmp_path / "t.csv"
    tune(Fits(by_dropout), DEFAULT, 2, path, "a")
    other = Fits(by_dropout)
    tune(other, DEFAULT, 2, path, "b")
    path.write_text("no,table\n1", encoding="utf-8")
    broken = Fits(by_dropout)
    tune(broken, DEFAULT, 2, path, "b")
    assert len(other.calls) == len(broken.calls) == 2 * 3


def test_what_is_drawn_follows_from_seed_and_trial():
    assert drawn(DEFAULT, 0) is DEFAULT
    assert drawn(DEFAULT, 4) == drawn(DEFAULT, 4) != drawn(DEFAULT, 5)
    assert drawn(DEFAULT, 4) != replace(drawn(replace(DEFAULT, seed=9), 4), seed=3)
    rates = np.array([drawn(DEFAULT, trial).learning_rate for trial in range(1, 400)])
    assert 3e-4 <= rates.min() < 4e-4 and 4e-3 < rates.max() <= 5e-3
    assert abs(np.median(np.log10(rates)) - np.log10(3e-4 * 5e-3) / 2) < 0.1  # even in the logarithm
    changed = {
        name
        for trial in range(1, 40)
        for name in SPACE
        if getattr(drawn(DEFAULT, trial), name) != getattr(DEFAULT, name)
    }
    assert changed == set(SPACE)


def test_what_cannot_be_searched_is_named(tmp_path):
    with raises(InputError, "too-few-trials", "1"):
        tune(Fits(by_dropout), DEFAULT, 1, tmp_path / "t.csv", "a")
    with raises(InputError, "no-validation"):
        tune(
            lambda options: FittedHistory([{"train_loss": 1.0, "seconds": 1.0}], 1), DEFAULT, 2, tmp_path / "t.csv", "a"
        )


def test_a_training_takes_what_was_found(sample_collection, tmp_path):
    from artextract.model.saved import open_model
    from artextract.train.run import train_model

    options = TrainOptions(epochs=2, width=16, hidden=8, batch_size=16)
    summary = train_model(
        sample_collection,
        tmp_path / "m",
        labels=LabelOptions(attributes=("genre",)),
        baselines=(),
        options=options,
        trials=2,
    )
    tuning, config = summary["tuning"], open_model(tmp_path / "m").config
    assert {name: config["options"][name] for name in SPACE} == tuning["best"] and config["options"]["epochs"] == 2
    assert (
        summary["validation"]["val_macro_f1"] == pytest.approx(tuning["val_macro_f1"])
        and tuning["val_macro_f1"] >= tuning["val_macro_f1_as_given"]
    )
    assert len(pd.read_csv(tmp_path / "m" / "tuning.csv")) == 4 and not list((tmp_path / "m").glob("*unfinished*"))
    with raises(InputError, "tune-while-fine-tuning"):
        train_model(sample_collection, tmp_path / "m2", options=replace(options, finetune=True), trials=2)
