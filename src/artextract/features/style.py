"""Style: what a network that was trained on paintings sees in one, by the metric that was learned with it."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator, Sequence

import numpy as np
from PIL import Image, ImageDraw

from artextract.features import SKETCH_SIDE
from artextract.features.pictures import resized
from artextract.lettering import font
from artextract.model.metric import pooled_and_attended, read_metric
from artextract.model.predictor import Predictor, ranked


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
        cosines = [float(x @ y / max(np.linalg.norm(x) * np.linalg.norm(y), 1e-12)) for x, y in zip(*parts)]
        alike = [name for name, cosine in zip(self.predictor.attributes, cosines) if cosine >= 0.6]
        apart = [name for name, cosine in zip(self.predictor.attributes, cosines) if cosine < 0.2]
        said = f"To the network they are close in {_listed(alike)}" if alike else "The network puts them into different neighbourhoods"
        return said + (f", and apart in {_listed(apart)}." if alike and apart else ".")

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


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
