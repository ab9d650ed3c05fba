"""Random search over the options of a training, judged on validation, with successive halving.

Every trial is kept as it ends. torch is not needed here.

J. Bergstra, Y. Bengio, "Random Search for Hyper-Parameter Optimization" (2012); K. Jamieson, A. Talwalkar,
"Non-stochastic Best Arm Identification and Hyperparameter Optimization" (2016), figure 3: many trials get few epochs,
the better half of them more."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from artextract.errors import InputError
from artextract.files import write_aside
from artextract.printable import counted
from artextract.train.options import TrainOptions
from artextract.train.scores import score

FILE_NAME = "tuning.csv"
PARTS = (4, 2, 1)
"""A round trains for this part of the epochs."""
SPACE: dict[str, Callable[[np.random.Generator], float | int]] = {
    "learning_rate": lambda random: _log_uniform(random, 3e-4, 5e-3),
    "batch_size": lambda random: int(random.choice([32, 64, 128])),
    "width": lambda random: int(random.choice([128, 256, 384, 512])),
    "hidden": lambda random: int(random.choice([64, 128, 192, 256])),
    "dropout": lambda random: _rounded(random.uniform(0.1, 0.6)),
    "weight_decay": lambda random: _log_uniform(random, 1e-3, 0.3),
    "label_smoothing": lambda random: _rounded(random.uniform(0.0, 0.2)),
    "mixup": lambda random: float(random.choice([0.0, 0.2, 0.4, 0.8])),
    "balance": lambda random: _rounded(random.uniform(0.0, 1.0)),
}
"""How each option is drawn."""
COLUMNS = ("search", "trial", "epochs", "val_macro_f1", "best_epoch", "seconds", *SPACE)


class Trial(Protocol):
    """What a training of one trial gives."""

    history: list[dict[str, float]]
    best_epoch: int


def tune(
    fit: Callable[[TrainOptions], Trial],
    default: TrainOptions,
    trials: int,
    path: Path,
    search: str,
    *,
    write: bool = True,
    say: Callable[[str], None] = lambda text: None,
) -> tuple[TrainOptions, dict[str, Any]]:
    """The best of ``trials`` options for ``fit``, and a document of the search.

    Trial 0 is ``default`` and reaches the last round whatever its score, so the best is at least as good as it on
    validation, after as many epochs. Each round trains anew, since a learning rate falls over the epochs that it is
    given. ``search`` names what is searched over: trials of the same name in ``path`` are taken as they are, also where
    more trials are wanted now. Raises ``InputError`` for fewer than two trials, and where no validation painting has a
    label."""
    if trials < 2:
        raise InputError(
            f"{counted(trials, 'trial is', 'trials are')} no search",
            "ask for at least 2: the first are the options as given",
            code="too-few-trials",
        )
    known = _read(path, search)
    going = list(range(trials))
    budgets = sorted({max(1, default.epochs // part) for part in PARTS})
    for number, budget in enumerate(budgets, 1):
        for trial in going:
            if (trial, budget) not in known:
                known[trial, budget] = _judged(fit, replace(drawn(default, trial), epochs=budget), search, trial)
                if write:
                    _write(path, known)
                row = known[trial, budget]
                say(
                    f"trial {trial}{' (as given)' if trial == 0 else ''}, {counted(budget, 'epoch')}: validation"
                    " macro-F1"
                    f" {row['val_macro_f1']:.3f} in {row['seconds']:.0f} s"
                )
        ranked = sorted(going, key=lambda trial: (-known[trial, budget]["val_macro_f1"], trial))
        going = sorted({0, *ranked[: math.ceil(trials / 2**number)]})
    best = ranked[0]
    rows = [known[key] for key in sorted(known) if key[0] < trials and key[1] in budgets]
    return drawn(default, best), {
        "trials": trials,
        "best_trial": best,
        "best": {name: getattr(drawn(default, best), name) for name in SPACE},
        "val_macro_f1": known[best, budget]["val_macro_f1"],
        "val_macro_f1_as_given": known[0, budget]["val_macro_f1"],
        "rows": [{name: row[name] for name in COLUMNS if name != "search"} for row in rows],
        "note": (
            f"chosen as the best of {trials} on the validation paintings, so its validation score is optimistic: judge"
            " it on test; baseline networks are trained with the same options, which were not searched for them"
        ),
    }


def drawn(default: TrainOptions, trial: int) -> TrainOptions:
    """The options of a trial: ``default`` for 0, else drawn from ``SPACE``, as follows from the seed and the trial
    alone."""
    if trial == 0:
        return default
    random = np.random.default_rng((default.seed, trial))
    values: dict[str, Any] = {name: draw(random) for name, draw in SPACE.items()}
    return replace(default, **values)


def _judged(fit: Callable[[TrainOptions], Trial], options: TrainOptions, search: str, trial: int) -> dict[str, Any]:
    fitted = fit(options)
    best = fitted.history[fitted.best_epoch - 1]
    reached = score(best)
    if reached is None:
        raise InputError(
            "there are no labelled validation paintings to tune by",
            "split the collection with validation paintings, or leave out --tune",
            code="no-validation",
        )
    seconds = sum(epoch["seconds"] for epoch in fitted.history)
    judged = {
        "search": search,
        "trial": trial,
        "epochs": options.epochs,
        "val_macro_f1": float(reached),
        "best_epoch": fitted.best_epoch,
        "seconds": seconds,
    }
    return judged | {name: getattr(options, name) for name in SPACE}


def _read(path: Path, search: str) -> dict[tuple[int, int], dict[str, Any]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows: list[dict[str, Any]] = [
                {name: text if name == "search" else json.loads(text) for name, text in row.items()}
                for row in csv.DictReader(file)
            ]
        return {
            (row["trial"], row["epochs"]): row for row in rows if row["search"] == search and set(row) == set(COLUMNS)
        }
    except (OSError, ValueError, TypeError, KeyError):  # none yet, or not such a table: the search begins anew
        return {}


def _write(path: Path, known: dict[tuple[int, int], dict[str, Any]]) -> None:
    with write_aside(path) as aside, aside.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(known[key] for key in sorted(known))


def _log_uniform(random: np.random.Generator, low: float, high: float) -> float:
    return _rounded(math.exp(random.uniform(math.log(low), math.log(high))))


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
