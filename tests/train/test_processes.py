"""Two processes train as one does."""

import importlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

from artextract.app.cli import main
from artextract.errors import ArtExtractError
from artextract.files import read_json, write_json
from artextract.train import processes
from artextract.train.processes import Processes, launch
from tests.raising import raises
from tests.train.two_processes import twenty_steps

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


def test_two_processes_are_one():
    changes = {"task_weights": "learned", "imbalance": "sampling"}
    two, one = launch("tests.train.two_processes", 2, changes), twenty_steps(Processes(alone=True), **changes)
    assert len(two["history"]) == len(one.history) == 4
    for a, b in zip(two["history"], one.history, strict=False):
        assert a["train_loss"] == pytest.approx(b["train_loss"], abs=1e-4) and a["val_loss"] == pytest.approx(
            b["val_loss"], abs=1e-4
        )
    for name, value in one.network.state_dict().items():
        assert np.allclose(two["weights"][name], value.numpy(), atol=2e-3), name


def test_a_process_that_fails_is_told_of():
    with raises(ArtExtractError, "process-failed"):
        launch("tests.train.no_such_module", 2, {})


def test_the_command_in_two_processes(small_collection, tmp_path, capfd):
    """What the processes say goes to the files that they inherit."""
    command = ["train", str(small_collection), "--processes", "2", "--json"]
    quick = [
        "--epochs",
        "2",
        "--width",
        "16",
        "--hidden",
        "8",
        "--batch-size",
        "4",
        "--attributes",
        "genre",
        "--baselines",
        "no_rnn",
    ]
    code = main([*command, "--out", str(tmp_path / "m"), *quick])
    done = capfd.readouterr()
    assert code == 0, done.err
    document = json.loads(done.out)
    assert document["epochs"] == 2 and list(document["baselines"]) == ["no_rnn"]
    assert done.err.count("epoch   1") == 2  # the network's and the baseline's, of the first process only


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
