"""The few options of a training that matter most, in three groups for who does not want to choose each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Preset:
    """``epochs``, ``patience``, ``views`` as of ``TrainOptions``.

    ``detail`` as of ``Transform``; ``baselines`` parted by commas, or "none". ``about`` says for what it is."""

    about: str
    epochs: int = 10
    patience: int = 4
    views: int = 0
    detail: int | None = None
    baselines: str = "linear_probe,linear_head,no_rnn"

    @property
    def settings(self) -> dict[str, Any]:
        """What it sets, by the names of the options."""
        return {name: value for name, value in asdict(self).items() if name != "about"}

    def in_words(self) -> str:
        """ "--epochs 10 --patience 4 --views 0"."""
        return " ".join(f"--{name} {value}" for name, value in self.settings.items() if value is not None)


STANDARD = "standard"
PRESETS = {
    "quick": Preset("a first model in minutes", epochs=4, patience=2, baselines="none"),
    STANDARD: Preset("compared with its baselines"),
    "best": Preset(
        "for pictures that differ from the training files, by the starter model's recipe with more epochs; three times"
        " as much is extracted",
        epochs=20,
        patience=6,
        views=2,
        detail=112,
    ),
}
