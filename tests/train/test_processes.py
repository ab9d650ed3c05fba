"""Two processes train as one does."""

import importlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file

from artextract.app.cli import main
from artextract.errors import ArtExtractError
from artextract.files import read_json, write_json
from artextract.train import processes
from artextract.train.processes import launch
from tests.raising import raises

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


def test_a_process_that_fails_is_reported():
    with raises(ArtExtractError, "process-failed"):
        launch("tests.train.no_such_module", 2, {})


def test_two_processes_are_one(small_collection, tmp_path, capfd):
    """By the command, with what must be added up over the processes. What they say goes to the files they inherit."""
    run = {"epochs": 4, "patience": 4, "width": 16, "hidden": 8, "batch-size": 4, "dropout": 0, "mixup": 0}
    run |= {"attributes": "style,genre", "baselines": "no_rnn", "task-weights": "learned", "imbalance": "sampling"}
    options = ["--json", *(text for name, value in run.items() for text in (f"--{name}", str(value)))]
    for count in ("1", "2"):
        code = main(["train", str(small_collection), "--out", str(tmp_path / count), "--processes", count, *options])
        done = capfd.readouterr()
        assert code == 0, done.err
        document = json.loads(done.out)
        assert document["epochs"] == 4 and list(document["baselines"]) == ["no_rnn"]
        assert done.err.count("epoch   1") == 2  # the network's and the baseline's, of the first process only
    one, two = (pd.read_csv(tmp_path / count / "history.csv") for count in ("1", "2"))
    assert len(one) == 4 and np.allclose(one[["train_loss", "val_loss"]], two[["train_loss", "val_loss"]], atol=1e-4)
    one, two = (load_file(tmp_path / count / "model.safetensors") for count in ("1", "2"))
    for name, value in one.items():
        assert np.allclose(two[name], value, atol=2e-3), name


def test_what_a_process_refuses_is_the_error_of_the_command(small_collection, tmp_path, monkeypatch, capsys):
    """The first process is this one, which was launched with the call of the command."""

    def launched(module, count, call):
        write_json(tmp_path / "call.json", call)
        importlib.import_module(module).main(str(tmp_path))
        return read_json(tmp_path / "answer.json")

    monkeypatch.setattr(processes, "launch", launched)
    wrong = ["train", str(small_collection), "--processes", "2", "--out", str(tmp_path / "w"), "--attributes", "school"]
    assert main([*wrong, "--json"]) == 2
    said = capsys.readouterr()
    error = json.loads(said.out)["error"]
    assert error["code"] == "unknown-column" and "'school'" in error["message"] and "Traceback" not in said.err
