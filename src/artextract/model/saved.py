"""A model's folder: what is in it, read and written without torch.

model.safetensors   weights of the network after the backbone
backbone.safetensors  only where the backbone was trained with it
probe.safetensors   the linear probe
ridge.safetensors   the ridge regression of each number
metric.safetensors  the metric of the similarity search, learned on the training paintings
answer_sets.safetensors  how improbable the true labels of validation paintings were taken to be
novelty.safetensors     where the classes lie, to tell what is new
linear_head.safetensors, no_rnn.safetensors   further baselines: networks trained with the same loss
config.json         backbone, transform, network, options, hashes
labels.json         kinds, class names, bins of numbers and training counts, with a hash
trained_on.parquet  hashes of the images it has seen, so that an evaluation can leave them out
classes.json        what each class covers, where somebody has written that down (``scripts/starter_collection.py``)
splits.parquet      the split of every painting of its collection, by which the training went
history.csv, history.json   one row per epoch, written as the training goes on; NAME-history.* are those of the
                            baselines
checksums.json      of what the training wrote (see ``checking``)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from artextract.errors import InputError, MismatchError
from artextract.files import read_json, user_path
from artextract.images import content_hash
from artextract.model.checking import MEND
from artextract.model.config_form import ModelConfig, with_present_names, wrong_config, wrong_labels, wrong_together
from artextract.model.label_map import LabelMap

FORMAT = 2
CONFIG_FILE, LABELS_FILE, WEIGHTS_FILE, PROBES_FILE = (
    "config.json",
    "labels.json",
    "model.safetensors",
    "probe.safetensors",
)
BACKBONE_WEIGHTS_FILE, TRAINED_ON_FILE, HISTORY_FILE = "backbone.safetensors", "trained_on.parquet", "history.csv"
SPLITS_FILE, CLASSES_FILE = "splits.parquet", "classes.json"
RIDGES_FILE = "ridge.safetensors"
METRIC_FILE = "metric.safetensors"
ANSWER_SETS_FILE, NOVELTY_FILE = "answer_sets.safetensors", "novelty.safetensors"
METRICS_FILE, REPORT_FOLDER = "metrics.json", "report"
MAIN = "model"
BASELINES = ("linear_head", "no_rnn")
"""Networks that are trained for comparison with the main one: a linear classifier on the mean token, and the
network without recurrence."""


@dataclass(frozen=True)
class SavedModel:
    """A model on disk whose parts were found to belong together."""

    folder: Path
    config: dict[str, Any]
    labels: LabelMap

    @property
    def networks(self) -> dict[str, dict[str, Any]]:
        """Every network of the folder as its entry in ``config.json``: "network" (its configuration) and
        "weights_sha256"; the main one is ``MAIN``."""
        return {
            MAIN: {"network": self.config["network"], "weights_sha256": self.config["weights_sha256"]},
            **self.config.get("baselines", {}),
        }

    @property
    def backbone_name(self) -> str:
        """The name under which ``get_backbone`` finds the backbone.

        One that was trained with the model lies in its folder."""
        name = self.config["backbone"]["name"]
        return (
            f"{name.partition(':')[0]}:{self.folder / BACKBONE_WEIGHTS_FILE}"
            if self.config["backbone"].get("trained")
            else name
        )

    @property
    def embedding_version(self) -> str:
        """What tells the embedding of this model from that of any other: 12 hex digits of weights, metric and
        backbone."""
        metric = self.folder / METRIC_FILE
        parts = (
            self.config["weights_sha256"],
            content_hash(metric) if metric.is_file() else "",
            self.config["backbone"]["version"],
        )
        return content_hash(" ".join(parts).encode())[:12]

    def trained_on(self) -> pd.DataFrame:
        """``sha256`` and ``phash`` of every training and validation image.

        Raises ``MismatchError`` where the file is damaged."""
        return _read_table(self.folder / TRAINED_ON_FILE, ("sha256", "phash"))

    def splits(self) -> pd.DataFrame:
        """``id``, ``sha256`` and ``split`` of every painting of the training's collection.

        Raises ``MismatchError`` where the file is damaged."""
        return _read_table(self.folder / SPLITS_FILE, ("id", "sha256", "split"))

    def history(self) -> pd.DataFrame:
        """A row an epoch; raises ``MismatchError`` where the file is damaged."""
        path = self.folder / HISTORY_FILE
        try:
            return pd.read_csv(path)
        except (OSError, ValueError) as error:
            raise _damaged(path, error) from error


def _read_table(path: Path, texts: tuple[str, ...]) -> pd.DataFrame:
    """A parquet file of the folder, in which the columns ``texts`` must be there and hold texts or nothing."""
    try:
        read = pq.read_table(path, page_checksum_verification=True)
        read.validate(full=True)
        table = read.to_pandas()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _damaged(path, error) from error
    for name in texts:
        if name not in table:
            raise _damaged(path, f"it has no column '{name}'")
        if not all(isinstance(value, str) for value in table[name].dropna()):
            raise _damaged(path, f"its column '{name}' does not hold texts")
    return table


def _damaged(path: Path, reason: object) -> MismatchError:
    return MismatchError(f"'{path}' is damaged: {reason}", MEND, code="model-damaged")


def weights_file(network: str) -> str:
    """The file of a network of the folder: of ``MAIN`` or one of ``BASELINES``."""
    return f"{network}.safetensors"


def open_model(folder: str | Path) -> SavedModel:
    """Read a model's folder; raises ``InputError`` where it is none and ``MismatchError`` where its parts do not belong
    together."""
    folder = user_path(folder)
    if not (folder / CONFIG_FILE).is_file():
        raise InputError(
            f"'{folder}' is not a model: it has no {CONFIG_FILE}",
            "make one with: artextract train COLLECTION --out MODEL",
            code="not-a-model",
        )
    try:
        config, written = read_json(folder / CONFIG_FILE), read_json(folder / LABELS_FILE)
        if not isinstance(config, dict):
            raise ValueError(f"{CONFIG_FILE} is not a set of names and values")
        if wrong_labels(written):
            raise ValueError(f"{LABELS_FILE}: {wrong_labels(written)}")
        labels = LabelMap.from_dict(written)
        weights_hash = content_hash(folder / WEIGHTS_FILE)
    except (OSError, ValueError) as error:
        raise InputError(
            f"the model '{folder}' is damaged: {error}",
            "train it again, or copy the whole folder",
            code="model-damaged",
        ) from error
    if config.get("format") != FORMAT:
        raise MismatchError(
            f"the model '{folder}' has format {config.get('format')}, this version reads {FORMAT}",
            "train it again",
            code="model-format",
        )
    config = with_present_names(config)
    wrong = wrong_config(config)
    if wrong:
        raise _damaged(folder / CONFIG_FILE, wrong)
    if labels.hash != config["labels_sha256"]:
        raise MismatchError(
            f"the class names in '{folder / LABELS_FILE}' are not those that the model was trained with",
            "restore the file",
            code="class-names-differ",
        )
    if weights_hash != config["weights_sha256"]:
        raise MismatchError(
            f"the weights in '{folder / WEIGHTS_FILE}' are not those of its {CONFIG_FILE}",
            "restore the file",
            code="weights-differ",
        )
    wrong = wrong_together(ModelConfig(config), written)
    if wrong:
        raise _damaged(folder / CONFIG_FILE, wrong)
    return SavedModel(folder, ModelConfig(config), labels)
