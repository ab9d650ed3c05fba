"""Style: what a network that was trained on paintings sees in one, by the metric that was learned with it."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator, Sequence

import numpy as np
from PIL import Image, ImageDraw

from artextract.features import SKETCH_SIDE
from artextract.features.pictures import resized
from artextract.features.wording import listed
from artextract.lettering import font
from artextract.model.metric import pooled_and_attended, read_metric
from artextract.model.predictor import Predictor, ranked

CLOSE = 0.4
"""The cosine from which an attribute's vectors count as close: of 221 paintings, one pair in ten has more, and of each painting and its nearest two in three."""


class Style:
    """The embedding of a trained CNN-RNN: its pooled maps in the learned metric, and the vectors by which it knows each attribute (``model.metric``).

    A model without a metric gives the vectors of its attributes alone. The version is made of the hashes of weights, metric and backbone, so that an index made
    with one model refuses another.
    """

    name = "style"
    store_name = "style"
    description = "manner, hand and kind of painting, as a network trained on paintings has learned to tell them"

    def __init__(self, model: str | Path | None = None):
        self.predictor = Predictor.open(model)
        self.metric = read_metric(self.predictor.model.folder)
        self.version = self.predictor.model.embedding_version
        self.decoded_at = self.predictor.model.config["backbone"]["transform"]["size"]
        self._engine = None

    @property
    def dim(self) -> int:
        if self.metric is not None:
            return self.metric.dim
        network = self.predictor.model.config["network"]
        return len(self.predictor.attributes) * network["hidden"] * (2 if network["bidirectional"] else 1)

    def extract(
        self, paths: Sequence[Path], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Sequence[int], np.ndarray]]:
        from artextract.runtime import extract

        for positions, _, maps in extract(self.predictor.backbone, paths, maps=True, on_error=on_error, device="cpu", precision=self.predictor.precision):
            yield positions, self._vectors(maps)

    def vector(self, image: Image.Image) -> np.ndarray:
        return self._vectors(self._maps(image))[0]

    def prepare(self) -> None:
        """Export and compile the networks, so that a search needs no torch."""
        self.vector(Image.new("RGB", (64, 64)))

    def explain(self, a: np.ndarray, b: np.ndarray) -> str:
        if self.metric is None or np.isnan(a).any() or np.isnan(b).any():
            return ""
        parts = self.metric.attributes_of(a), self.metric.attributes_of(b)
        cosines = dict(zip(self.predictor.attributes, map(_cosine, *parts)))
        close = [name for name, cosine in cosines.items() if cosine >= CLOSE]
        apart = [name for name, cosine in cosines.items() if cosine < 0]
        if close:
            return f"The network would file them close together by {listed(close)}{f', and apart by {listed(apart)}' if apart else ''}."
        size = self.metric.matrix.shape[1]
        if _cosine(a[:size], b[:size]) > max(cosines.values()):
            return f"What the network finds alike is the grain of the two pictures, more than their {listed(list(cosines))}."
        return f"The network would not file them together by {listed(list(cosines), 'or')}."

    def sketch(self, image: Image.Image) -> Image.Image:
        """The picture with the labels that the network finds most probable below it."""
        found = self.predictor.probabilities(self._maps(image))
        picture = resized(image, SKETCH_SIDE - 80)
        lines = []
        for name in self.predictor.attributes:
            best = ranked(self.predictor.model.labels.classes[name], found[name][0], 1)[0]
            lines.append(f"{name}: {best['label']} ({best['probability']:.0%})")
        sheet = Image.new("RGB", (picture.width, picture.height + 20 * len(lines) + 8), "white")
        sheet.paste(picture)
        draw = ImageDraw.Draw(sheet)
        for row, line in enumerate(lines):
            draw.text((4, picture.height + 4 + 20 * row), line, fill="black", font=font(14))
        return sheet

    def _maps(self, image: Image.Image) -> np.ndarray:
        from artextract.runtime import open_engine

        backbone = self.predictor.backbone
        if self._engine is None:
            self._engine = open_engine(backbone, "cpu", self.predictor.precision)
        return self._engine.run(np.stack([backbone.transform.pixels(image)]))[0]

    def _vectors(self, maps: np.ndarray) -> np.ndarray:
        pooled, attended = pooled_and_attended(self.predictor, maps)
        return attended.reshape(len(attended), -1) if self.metric is None else self.metric(pooled, attended)


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-12))
