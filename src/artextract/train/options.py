"""Every choice of a training, as plain values; torch is not needed to read, write or check them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from artextract.errors import InputError

RNN_TYPES = ("gru", "lstm", "rnn", "none")
SCANS = ("snake", "rows", "columns", "crossed")
ATTENTIONS = ("additive", "multihead", "none")
IMBALANCES = ("logit-adjustment", "effective-number", "focal", "sampling", "none")
TASK_WEIGHTS = ("equal", "learned")


@dataclass(frozen=True)
class TrainOptions:
    """How to train.

    Network: ``rnn``, ``bidirectional``, ``layers``, ``hidden`` (recurrent state per direction), ``width`` (tokens),
    ``scan``, ``attention``, ``dropout``.

    Imbalance: "logit-adjustment" adds ``balance`` times the log prior to the logits in training (Menon et al. 2021);
    "effective-number" weights classes (Cui et al. 2019, beta = 0.999) to the power ``balance``; "focal" has gamma =
    ``gamma`` (Lin et al. 2017); "sampling" draws paintings by the inverse frequency of their classes to the power
    ``balance``; "none".

    ``task_weights``: "equal", "learned" (Kendall et al. 2018), or a weight per attribute. ``mixup`` is the Beta
    parameter of H. Zhang et al. (2018), on feature maps (0: none); ``average`` the decay per step of the running mean
    of the weights that is validated and kept (0: none). ``views`` augmented views of each painting are stored and drawn
    from.

    Fine-tuning (``finetune``): the backbone is trained too, its last ``unfreeze`` stages, one more stage from epoch to
    epoch: from pixels, or with ``views`` from what the stages below made of them, which is stored. Each stage's
    learning rate is ``layer_decay`` of that of the stage above it, the last one's ``backbone_rate`` of the network's.

    ``preset`` names the group of options (``presets.py``) that these were begun with; it is recorded, and changes
    nothing."""

    rnn: str = "gru"
    bidirectional: bool = True
    attention: str = "additive"
    scan: str = "snake"
    layers: int = 1
    width: int = 256
    hidden: int = 128
    dropout: float = 0.4
    epochs: int = 10
    patience: int = 4
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    imbalance: str = "logit-adjustment"
    balance: float = 0.5
    gamma: float = 2.0
    task_weights: str | dict[str, float] = field(default="equal")
    mixup: float = 0.4
    average: float = 0.99
    views: int = 0
    finetune: bool = False
    unfreeze: int = 3
    layer_decay: float = 0.7
    backbone_rate: float = 0.1
    mixed_precision: bool = False
    seed: int = 0
    preset: str | None = None

    def __post_init__(self) -> None:
        for name, allowed in (
            ("rnn", RNN_TYPES),
            ("scan", SCANS),
            ("attention", ATTENTIONS),
            ("imbalance", IMBALANCES),
        ):
            if getattr(self, name) not in allowed:
                raise InputError(
                    f"there is no {name} '{getattr(self, name)}'",
                    f"choose one of {', '.join(allowed)}",
                    code="unknown-option",
                )
        if isinstance(self.task_weights, str) and self.task_weights not in TASK_WEIGHTS:
            raise InputError(
                f"there are no task weights '{self.task_weights}'",
                f"choose one of {', '.join(TASK_WEIGHTS)}, or a weight per attribute",
                code="unknown-task-weights",
            )
        if isinstance(self.task_weights, dict) and not all(weight > 0 for weight in self.task_weights.values()):
            raise InputError(
                "a task weight is not above 0",
                "leave the attribute out with --attributes instead",
                code="invalid-weight",
            )
        for name in ("layers", "width", "hidden", "epochs", "patience", "batch_size", "unfreeze"):
            if getattr(self, name) < 1:
                raise InputError(
                    f"{name} is {getattr(self, name)}", f"give a {name} of at least 1", code="invalid-option"
                )
        for name in ("dropout", "label_smoothing", "average"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(
                    f"{name} is {getattr(self, name)}", f"give a {name} from 0 to below 1", code="invalid-option"
                )
        if (
            not self.learning_rate > 0
            or min(self.weight_decay, self.balance, self.gamma, self.mixup, self.views, self.seed) < 0
        ):
            raise InputError(
                "a training option is negative, or the learning rate is 0",
                "see: artextract train --help",
                code="invalid-option",
            )
        if not 0 < self.layer_decay <= 1 or not 0 < self.backbone_rate <= 1:
            raise InputError(
                "layer_decay and backbone_rate lie above 0 and up to 1",
                "see: artextract train --help",
                code="invalid-option",
            )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
