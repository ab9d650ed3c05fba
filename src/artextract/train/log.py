"""What is known of a training while it runs: a line per epoch for people, ``history.csv`` and ``history.json``, and
TensorBoard's files where asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from artextract.errors import InputError
from artextract.files import write_aside, write_json
from artextract.model import saved
from artextract.train.scores import MACRO_F1, in_words, score

History = list[dict[str, float]]


class TrainingLog:
    """Called with the history after every epoch.

    The files are written whole each time, so that a training that was stopped and goes on leaves one without gaps.

    The main network's files are ``history.csv`` and ``history.json``, a baseline's have its name in front. Raises
    ``InputError`` where TensorBoard is asked for and missing."""

    def __init__(self, out: Path, say: Callable[[str], None], tensorboard: bool = False, name: str = saved.MAIN):
        self.out, self.say, self.name = out, say, name
        self._open_board = _summary_writer() if tensorboard else None
        self._board: Any = None

    def of(self, name: str) -> TrainingLog:
        """The log of a baseline."""
        return TrainingLog(self.out, self.say, self._open_board is not None, name)

    def __call__(self, history: History) -> None:
        self.say(epoch_line(history[-1]))
        prefix = "" if self.name == saved.MAIN else f"{self.name}-"
        with write_aside(self.out / f"{prefix}{saved.HISTORY_FILE}") as aside:
            pd.DataFrame(history).to_csv(aside, index=False)
        write_json((self.out / f"{prefix}{saved.HISTORY_FILE}").with_suffix(".json"), history)
        if self._open_board:
            self._to_tensorboard(history[-1])

    def _to_tensorboard(self, epoch: dict[str, float]) -> None:
        number = int(epoch["epoch"])
        if self._board is None and self._open_board is not None:
            self._board = self._open_board(self.out / "tensorboard" / self.name, purge_step=number)
        for name, value in epoch.items():
            if name != "epoch":
                self._board.add_scalar(name, value, number)
        self._board.flush()


def epoch_line(epoch: dict[str, float]) -> str:
    line = f"epoch {epoch['epoch']:3d}  {epoch['seconds']:6.1f} s  training loss {epoch['train_loss']:.3f}"
    if score(epoch) is not None:
        mean = f"  macro-F1 {epoch[MACRO_F1]:.3f}" if MACRO_F1 in epoch else ""
        line += f"  validation loss {epoch['val_loss']:.3f}{mean} ({in_words(epoch)})"
    return line


def _summary_writer() -> Callable[..., Any]:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise InputError(
            "TensorBoard is not installed", "pip install 'artextract[tensorboard]'", code="tensorboard-not-installed"
        ) from error
    return SummaryWriter
