"""Images or stored feature maps to probabilities per attribute, on the fast runtime and without torch."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Callable, Sequence

import numpy as np

from artextract.backbones import Backbone, get_backbone
from artextract.errors import MismatchError
from artextract.model.export import export_network
from artextract.model.saved import SavedModel, open_model
from artextract.runtime import extract


class Predictor:
    """A trained model, ready to answer."""

    def __init__(self, model: SavedModel):
        self.model = model
        self.attributes = list(model.labels.classes)

    @staticmethod
    def open(folder: str | Path) -> Predictor:
        return Predictor(open_model(folder))

    @cached_property
    def backbone(self) -> Backbone:
        """The backbone of the training; raises ``MismatchError`` where this machine has other weights under its name."""
        kept = self.model.config["backbone"]
        backbone = get_backbone(self.model.backbone_name, geometry=kept["transform"]["geometry"])
        if backbone.version != kept["version"]:
            raise MismatchError(
                f"the model was trained on {kept['name']} at version {kept['version']}, this machine has {backbone.version}",
                "install the package versions that the model was trained with, or train it again",
            )
        return backbone

    @property
    def precision(self) -> str:
        return self.model.config["backbone"]["precision"]

    @cached_property
    def _network(self):
        from artextract.backbones.quiet import openvino

        return openvino.Core().compile_model(export_network(self.model), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def probabilities(self, maps: np.ndarray) -> dict[str, np.ndarray]:
        """Feature maps (N, C, H, W) to ``float32 (N, K)`` per attribute."""
        results = self._network(np.ascontiguousarray(maps, dtype=np.float32))
        return {name: np.array(results[i]) for i, name in enumerate(self.attributes)}

    def predict(self, paths: Sequence[str | Path], on_error: Callable[[int, str], None], top: int = 5) -> list[dict[str, Any]]:
        """Ranked labels for image files, in their order; a file that cannot be read is left out and told to ``on_error``."""
        answers = []
        for positions, _, maps in extract(self.backbone, list(paths), maps=True, on_error=on_error, device="cpu", precision=self.precision):
            found = self.probabilities(maps)
            for row, position in enumerate(positions):
                ranked = {name: self._ranked(name, found[name][row], top) for name in self.attributes}
                answers.append({"path": str(Path(paths[position]).resolve()), "attributes": ranked})
        return answers

    def _ranked(self, name: str, probabilities: np.ndarray, top: int) -> list[dict[str, Any]]:
        classes = self.model.labels.classes[name]
        order = np.argsort(-probabilities, kind="stable")[:top]
        return [{"label": classes[i], "probability": float(probabilities[i])} for i in order]
