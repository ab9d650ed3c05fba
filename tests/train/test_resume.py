"""A training that is killed anywhere ends, when called again, with the weights of one that was not."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
import torch

from artextract.app.cli import main
from artextract.backbones import get_backbone
from artextract.files import read_json
from artextract.model.label_map import build_label_map
from artextract.progress import no_progress
from artextract.table import read_paintings
from artextract.train import loop
from artextract.train.checkpoint import FILE_NAME, Checkpoint
from artextract.train.context import Context
from artextract.train.finetune import finetune
from artextract.train.options import TrainOptions
from artextract.train.processes import Processes
from artextract.train.run import train_model
from artextract.train.running import LabelOptions
from tests.train.drawn import rows, train


class Killed(BaseException):
    pass


class KilledAt:
    """Progress that raises at the given step of the training, counted over the epochs, after having let it through."""

    def __init__(self, step):
        self.left = step

    def __call__(self, items, total, caption):
        for item in items:
            if caption.startswith("epoch"):
                self.left -= 1
            yield item
            if self.left == 0:
                raise Killed


def same(a, b):
    assert a.best_epoch == b.best_epoch
    assert [{k: v for k, v in epoch.items() if k != "seconds"} for epoch in a.history] == [
        {k: v for k, v in epoch.items() if k != "seconds"} for epoch in b.history
    ]
    first, second = a.network.state_dict(), b.network.state_dict()
    return all(torch.equal(first[name], second[name]) for name in first)


@pytest.fixture
def saving(monkeypatch):
    """Every step is saved."""
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"task_weights": "learned", "imbalance": "sampling", "average": 0.0},
        {"layers": 2, "scan": "crossed", "rnn": "lstm"},
    ],
    ids=str,
)
def test_stored_maps(saving, tmp_path, changes):
    data = rows(0, 70), rows(1, 30)  # five steps an epoch
    whole = train(*data, epochs=3, **changes)
    for step in (1, 5, 6, 13, 15) if not changes else (2, 8):
        file = tmp_path / f"{step}.pt"
        with pytest.raises(Killed):
            train(*data, epochs=3, unfinished=file, progress=KilledAt(step), **changes)
        assert same(train(*data, epochs=3, unfinished=file, **changes), whole), step


def test_it_may_be_killed_again_and_again(saving, tmp_path):
    data, kills = (rows(0, 70), rows(1, 30)), 0
    while True:
        try:
            fitted = train(*data, epochs=3, unfinished=tmp_path / FILE_NAME, progress=KilledAt(2))
            break
        except Killed:
            kills += 1
    assert kills > 6 and same(fitted, train(*data, epochs=3))


def test_it_may_be_killed_by_who_watches(tmp_path):
    data = rows(0, 70), rows(1, 30)

    def watch(history):
        if len(history) == 2:
            raise Killed

    with pytest.raises(Killed):
        train(*data, epochs=3, unfinished=tmp_path / FILE_NAME, watch=watch)
    assert same(train(*data, epochs=3, unfinished=tmp_path / FILE_NAME), train(*data, epochs=3))


@pytest.mark.parametrize("changes", [{"epochs": 2}, {"epochs": 40, "patience": 1}], ids=str)
def test_a_finished_training_is_not_trained_again(tmp_path, changes):
    data = rows(0, 40), rows(1, 40, noise=3.0)
    done = train(*data, unfinished=tmp_path / FILE_NAME, **changes)

    def refuse(items, total, caption):
        raise AssertionError("it trains again")

    assert same(train(*data, unfinished=tmp_path / FILE_NAME, progress=refuse, **changes), done)


def swapped(data):
    data.targets[[0, 1]] = data.targets[[1, 0]]
    return data


@pytest.mark.parametrize(
    "other",
    [
        lambda file: train(rows(0, 40), rows(1, 20), epochs=2, unfinished=file, dropout=0.1),
        lambda file: train(rows(0, 40), rows(1, 20), epochs=2, unfinished=file, seed=5),
        lambda file: train(rows(0, 40), rows(1, 20), epochs=2, unfinished=file, about="other images"),
        lambda file: train(swapped(rows(0, 40)), rows(1, 20), epochs=2, unfinished=file),
        lambda file: train(rows(0, 40), swapped(rows(1, 20)), epochs=2, unfinished=file),
    ],
)
def test_the_state_of_another_training_is_not_taken(tmp_path, other):
    train(rows(0, 40), rows(1, 20), epochs=2, unfinished=tmp_path / FILE_NAME)
    histories = []
    train(rows(0, 40), rows(1, 20), epochs=2, unfinished=tmp_path / FILE_NAME, watch=histories.append)
    assert not histories
    assert same(other(tmp_path / FILE_NAME), other(None))


def test_a_damaged_state_is_no_state(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"half")
    assert Checkpoint(tmp_path / FILE_NAME, "x").load() is None and Checkpoint(None, "x").load() is None


def test_fine_tuning(saving, sample_collection, tmp_path):
    table = read_paintings(sample_collection)
    table = table.rows(
        np.concatenate([np.flatnonzero(table.column("split") == side)[:n] for side, n in (("train", 5), ("val", 2))])
    )
    labels = build_label_map(table.in_split("train"), {"genre": 1})
    chosen = TrainOptions(epochs=2, width=16, hidden=8, batch_size=2, finetune=True, unfreeze=2, learning_rate=5e-3)

    def tuned(out, progress=no_progress):
        backbone = get_backbone("efficientnet_lite0", multi_scale=True)
        return finetune(
            backbone,
            tmp_path,
            table,
            labels,
            chosen,
            "fast",
            out,
            Context(Processes(alone=True), progress=progress),
        )

    whole, weights = tuned(tmp_path / "whole")
    for step in (1, 5):  # three steps an epoch; the backbone learns in the second
        with pytest.raises(Killed):
            tuned(tmp_path / str(step), KilledAt(step))
        again, other = tuned(tmp_path / str(step))
        assert same(again, whole) and other.read_bytes() == weights.read_bytes()


def test_a_killed_command_goes_on(saving, sample_collection, tmp_path, capsys):
    """A process of its own is killed; what goes on is the same command in this one."""
    out, chosen = tmp_path / "killed", {"epochs": 3, "width": 64, "hidden": 32, "batch_size": 4}
    options = [text for name, value in chosen.items() for text in (f"--{name.replace('_', '-')}", str(value))]
    command = ["train", str(sample_collection), "--out", str(out), *options]
    command += ["--attributes", "genre", "--baselines", "none", "--json"]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    run = [sys.executable, "-c", CODE, *command]
    killed = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=one_thread)
    for _ in range(600):
        if (out / FILE_NAME).exists() or killed.poll() is not None:
            break
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL and not (out / "config.json").exists()
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        assert main(command) == 0, capsys.readouterr().err
        train_model(
            sample_collection,
            tmp_path / "whole",
            labels=LabelOptions(attributes=("genre",)),
            baselines=(),
            options=TrainOptions(**chosen),
        )
    finally:
        torch.set_num_threads(threads)
    first, second = (read_json(folder / "config.json") for folder in (tmp_path / "whole", out))
    assert first["weights_sha256"] == second["weights_sha256"] and not list(out.glob(f"*{FILE_NAME}"))
    assert pd.read_csv(out / "history.csv")["epoch"].tolist() == [1, 2, 3]


CODE = """
import sys
from artextract.app.cli import main
from artextract.train import loop

loop.CHECKPOINT_SECONDS = -1.0
sys.exit(main(sys.argv[1:]))
"""
