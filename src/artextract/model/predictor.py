"""Images or stored feature maps to probabilities per attribute, on the fast runtime and without torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from artextract.backbones import Backbone, get_backbone
from artextract.errors import ImageError, MismatchError
from artextract.model.export import export_network
from artextract.model.numbers import Calibration, Numbers, read_off
from artextract.model.saved import MAIN, SavedModel, open_model
from artextract.model.starter import starter_folder
from artextract.runtime import extract


@dataclass(frozen=True)
class Answer:
    """What a network says of N feature maps, per attribute: calibrated ``probabilities`` float32 (N, K), where it
    looked (``attention`` float32 (N, H, W), each map summing to 1), and the vectors that it classifies (``embeddings``
    float32 (N, D)). ``distributions`` float32 (N, K) over the bins are those of the attributes that are numbers, which
    stand in ``attention`` too."""

    probabilities: dict[str, np.ndarray]
    attention: dict[str, np.ndarray]
    embeddings: dict[str, np.ndarray]
    distributions: dict[str, np.ndarray] = field(default_factory=dict)


class Predictor:
    """A trained model, ready to answer."""

    def __init__(self, model: SavedModel):
        self.model = model
        self.attributes = list(model.labels.classes)
        self.numbers = list(model.labels.numbers)
        self._networks: dict[str, Any] = {}

    @staticmethod
    def open(folder: str | Path | None = None) -> Predictor:
        """The model in a folder; without one the starter model of the package."""
        return Predictor(open_model(starter_folder() if folder is None else folder))

    @cached_property
    def backbone(self) -> Backbone:
        """The backbone of the training; raises ``MismatchError`` where this machine has other weights under its
        name."""
        kept = self.model.config["backbone"]
        transform = kept["transform"]
        backbone = get_backbone(
            self.model.backbone_name, transform["geometry"], finer=kept["finer"], detail=transform.get("detail")
        )
        if backbone.version != kept["version"]:
            raise MismatchError(
                f"the model was trained on {kept['name']} at version {kept['version']}, this machine has"
                f" {backbone.version}",
                "install the package versions that the model was trained with, or train it again",
                code="backbone-version",
            )
        return backbone

    @property
    def precision(self) -> str:
        return str(self.model.config["backbone"]["precision"])

    def answer(self, maps: np.ndarray) -> Answer:
        """All that the network says of feature maps (N, C, H, W)."""
        return self._answer(MAIN, maps)

    def probabilities(self, maps: np.ndarray) -> dict[str, np.ndarray]:
        """Feature maps (N, C, H, W) to calibrated probabilities ``float32 (N, K)`` per attribute."""
        return self._answer(MAIN, maps).probabilities

    def attention(self, maps: np.ndarray) -> dict[str, np.ndarray]:
        """Where the network looked: ``float32 (N, H, W)`` per attribute, each map summing to 1."""
        return self._answer(MAIN, maps).attention

    def embeddings(self, maps: np.ndarray) -> dict[str, np.ndarray]:
        """The vectors that the network classifies, ``float32 (N, D)`` per attribute."""
        return self._answer(MAIN, maps).embeddings

    def baseline_answers(self, maps: np.ndarray) -> dict[str, Answer]:
        """As ``answer``, of each network that was trained to be beaten, by its name."""
        return {name: self._answer(name, maps) for name in self.model.networks if name != MAIN}

    def _answer(self, name: str, maps: np.ndarray) -> Answer:
        results = self._compiled(name)(np.ascontiguousarray(maps, dtype=np.float32))
        every = [*self.attributes, *self.numbers]
        *found, shares, vectors = (np.array(results[i]) for i in range(len(every) + 2))
        classes = len(self.attributes)
        return Answer(
            dict(zip(self.attributes, found[:classes], strict=True)),
            {attribute: shares[:, i].reshape(-1, *maps.shape[2:]) for i, attribute in enumerate(every)},
            {attribute: vectors[:, i] for i, attribute in enumerate(self.attributes or self.numbers)},
            dict(zip(self.numbers, found[classes:], strict=True)),
        )

    def read_numbers(self, distributions: dict[str, np.ndarray]) -> dict[str, Numbers]:
        """Median and interval of every distribution of an answer, calibrated on validation."""
        kept = self.model.config["numbers"] if distributions else {}
        return {
            name: read_off(values, self.model.labels.numbers[name], Calibration.from_dict(kept[name]))
            for name, values in distributions.items()
        }

    def _compiled(self, name: str) -> Any:
        if name not in self._networks:
            from artextract.backbones.openvino_import import openvino

            self._networks[name] = openvino.Core().compile_model(
                export_network(self.model, name), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
            )
        return self._networks[name]

    def predict(
        self, paths: Sequence[str | Path], on_error: Callable[[int, str], None], top: int = 5
    ) -> list[dict[str, Any]]:
        """Ranked labels for image files, in their order, and "numbers": the median and the interval ("low", "high",
        "coverage") of each; a file that cannot be read is left out and reported to ``on_error``.

        ``unsure`` names the attributes whose best label is less probable than what was right often enough on validation
        (``confidence.py``)."""
        answers = []
        for position, found in self.each(paths, top):
            if isinstance(found, ImageError):
                on_error(position, found.message)
            else:
                answers.append(found)
        return answers

    def each(self, paths: Sequence[str | Path], top: int = 5) -> Iterator[tuple[int, dict[str, Any] | ImageError]]:
        """``predict`` as it goes: (position, what is said of it), in the order of ``paths``, the error in the place of
        a file that cannot be read."""
        lost: dict[int, ImageError] = {}
        told = 0

        def read(position: int) -> np.ndarray:
            try:
                return self.backbone.transform.read(paths[position])
            except ImageError as error:
                lost[position] = error
                raise

        places = range(len(paths))
        for positions, _, maps in extract(
            self.backbone, places, read=read, maps=True, on_error=_kept, device="cpu", precision=self.precision
        ):
            assert maps is not None, "maps were asked for"
            for position, said in zip(positions.tolist(), self.documents(maps, top), strict=True):
                yield from ((before, lost.pop(before)) for before in range(told, position))
                yield position, {"path": str(Path(paths[position]).resolve())} | said
                told = position + 1
        yield from ((position, lost.pop(position)) for position in range(told, len(paths)))

    def documents(self, maps: np.ndarray, top: int = 5) -> list[dict[str, Any]]:
        """What ``predict`` says of each of N feature maps (N, C, H, W), as plain values."""
        answer = self.answer(maps)
        found, numbers = answer.probabilities, self.read_numbers(answer.distributions)
        said = []
        for row in range(len(maps)):
            best = {name: ranked(self.model.labels.classes[name], found[name][row], top) for name in self.attributes}
            unsure = [name for name, labels in best.items() if not self.is_sure(name, labels[0]["probability"])]
            said.append(
                {
                    "attributes": best,
                    "unsure": unsure,
                    "numbers": {name: one.row(row) for name, one in numbers.items()},
                }
            )
        return said

    def is_sure(self, attribute: str, probability: float) -> bool:
        """Whether answers with so high a top probability were right often enough on validation; False where nothing
        was."""
        threshold = self.model.config["sure_from"][attribute]
        return threshold is not None and probability >= threshold


def ranked(classes: list[str], probabilities: np.ndarray, top: int) -> list[dict[str, Any]]:
    """The ``top`` most probable classes, best first, as ``{"label", "probability"}``; ties in the order of the
    classes."""
    order = np.argsort(-probabilities, kind="stable")[:top]
    return [{"label": classes[i], "probability": float(probabilities[i])} for i in order]


def _kept(position: int, reason: str) -> None:
    """Errors are kept where they are raised, with their code."""
