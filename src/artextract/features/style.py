"""Style: what a network that was trained on paintings sees in one, by the metric that was learned with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from PIL import Image, ImageDraw

from artextract.drawing_text import font
from artextract.features import SKETCH_SIDE, Colour, Feature, Settings
from artextract.features.pictures import resized
from artextract.model.metric import pooled_and_attended
from artextract.model.predictor import Predictor, ranked
from artextract.objects import ImageFile
from artextract.said import Said

if TYPE_CHECKING:
    from artextract.features.feature import Positions
    from artextract.runtime import Engine

PROBABILITIES = 0.02
"""The length of the probabilities beside that of the metric's part, which is 1: they add at most 0.0004 to a cosine."""


class Style(Feature):
    """The embedding of a trained CNN-RNN: its pooled maps in the learned metric, and the vectors by which it knows each
    attribute (``model.metric``).

    A model without a metric gives the vectors of its attributes alone. The roots of the probabilities stand behind
    them, ``PROBABILITIES`` long in all, so that a vector also says what the network took the painting for. The version
    is made of the hashes of weights, metric and backbone, so that an index made with one model refuses another."""

    name = "style"
    store_name = "style"
    description = "manner, hand and kind of painting, as a network trained on paintings has learned to tell them"
    about = "what the trained network sees in them"
    colour = Colour("#c05640", "#e08a74")
    presets = {"same hand": 60, "same subject": 70}

    def __init__(self, model: str | Path | None = None):
        self.predictor: Predictor = Predictor.open(model)
        self.metric = self.predictor.metric
        self.version = f"2-{self.predictor.model.embedding_version}"
        self.decoded_at = self.predictor.model.config["backbone"]["transform"]["size"]
        self._engine: Engine | None = None

    @classmethod
    def made(cls, settings: Settings) -> Self:
        return cls(settings.model)

    @property
    def dim(self) -> int:
        network = self.predictor.model.config["network"]
        width = network["hidden"] * (2 if network["bidirectional"] else 1)
        return (len(self.predictor.attributes) * width if self.metric is None else self.metric.dim) + sum(self._sizes)

    def extract(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray]]:
        from artextract.runtime import extract

        for positions, _, maps in extract(
            self.predictor.backbone,
            paths,
            maps=True,
            on_error=on_error,
            device="cpu",
            precision=self.predictor.precision,
        ):
            assert maps is not None
            yield positions, self._vectors(maps)

    def vector(self, image: Image.Image) -> np.ndarray:
        vector: np.ndarray = self._vectors(self._maps(image))[0]
        return vector

    def prepare(self) -> None:
        """Export and compile the networks, so that a search needs no torch."""
        self.vector(Image.new("RGB", (64, 64)))

    def labels(self, vectors: np.ndarray) -> dict[str, list[tuple[str, float]]]:
        """What the network took paintings for, from their vectors ``(N, dim)``: per attribute the most probable label
        and its probability 0..1."""
        found = {}
        for name, shares in self._probabilities(vectors).items():
            classes = self.predictor.model.labels.classes[name]
            found[name] = [
                (classes[best], float(row[best])) for row, best in zip(shares, shares.argmax(axis=1), strict=False)
            ]
        return found

    def doubts(self, vectors: np.ndarray) -> list[dict[str, Any]]:
        """What the model says of its doubt about paintings, from their vectors ``(N, dim)``, as
        ``Predictor.doubts_about``."""
        if not self.predictor.attributes:
            return super().doubts(vectors)
        embedding = None
        if self.metric is not None:
            length = np.linalg.norm(vectors[:, : self.metric.matrix.shape[1]], axis=1, keepdims=True)
            embedding = vectors[:, : self.metric.dim] / np.maximum(length, 1e-12)
        return self.predictor.doubts_about(self._probabilities(vectors), embedding)

    def _probabilities(self, vectors: np.ndarray) -> dict[str, np.ndarray]:
        """What the network said of paintings, (N, K) per attribute, from their vectors ``(N, dim)``."""
        roots = vectors[:, vectors.shape[1] - sum(self._sizes) :]
        found, start = {}, 0
        for name, size in zip(self.predictor.attributes, self._sizes, strict=False):
            squares = roots[:, start : start + size] ** 2
            found[name] = squares / np.maximum(squares.sum(axis=1, keepdims=True), 1e-30)
            start += size
        return found

    def explain(self, a: np.ndarray, b: np.ndarray) -> str:
        if np.isnan(a).any() or np.isnan(b).any():
            return ""
        both, differ = [], []
        for name, ((first, p), (second, q)) in self.labels(np.stack([a, b])).items():
            if first == second:
                both.append(Said("takes-for", "{label} ({first:.0%} and {second:.0%})", label=first, first=p, second=q))
            else:
                apart = {"attribute": name, "label": first, "share": p, "other": second, "its": q}
                differ.append(
                    Said("takes-apart", "by {attribute} ({label}, {share:.0%}, and {other}, {its:.0%})", **apart)
                )
        if both and differ:
            text = "To the network both look most like {both}, and differ {differ}."
            return Said("takes-both-and-apart", text, both=both, differ=differ)
        if both:
            return Said("takes-both", "To the network both look most like {both}.", both=both)
        return Said("takes-them", "To the network they differ {differ}.", differ=differ)

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
        answer = self.predictor.answer(maps)
        pooled, attended = pooled_and_attended(answer, maps)
        embedding = attended.reshape(len(attended), -1) if self.metric is None else self.metric(pooled, attended)
        roots = np.concatenate([np.sqrt(answer.probabilities[name]) for name in self.predictor.attributes], axis=1)
        return np.concatenate([embedding, roots * (PROBABILITIES / np.sqrt(len(self._sizes)))], axis=1).astype(
            np.float32
        )

    @property
    def _sizes(self) -> list[int]:
        return [len(self.predictor.model.labels.classes[name]) for name in self.predictor.attributes]
