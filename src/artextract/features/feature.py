"""What a feature is: how it describes a painting, and what is said about it wherever it is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from PIL import Image

from artextract.backbones import DEFAULT as DEFAULT_BACKBONE
from artextract.features.shapes import Drawing, drawn
from artextract.objects import ImageFile

if TYPE_CHECKING:
    from artextract.backbones import Backbone
    from artextract.model.predictor import Predictor

SKETCH_SIDE = 640
Positions = Sequence[int] | np.ndarray


@dataclass(frozen=True)
class Settings:
    """What features need to know: ``backbone``, by name or itself, for those that run one, ``precision`` of networks,
    and ``model``, the folder of a trained model or None for the starter model, for those that take what it has
    learned."""

    backbone: str | Backbone = DEFAULT_BACKBONE
    precision: str = "fast"
    model: str | Path | None = None
    semantic: str = "clip"
    """The checkpoint of ``semantic``: see ``backbones.text.find_joint``."""


@dataclass(frozen=True)
class Colour:
    """A colour "#rrggbb" for light and one for dark surroundings."""

    light: str
    dark: str


@dataclass(frozen=True)
class Overlay:
    """What the drawing of a feature is called, and what is seen in it."""

    title: str
    caption: str


class Feature(ABC):
    """One way to describe a painting.

    A subclass must give ``name``, ``store_name``, ``version``, ``dim``, ``description``, ``decoded_at``, ``extract``
    and ``vector`` (``pictures.PictureFeature`` has ``extract``); all else has a default.

    Vectors are ``float32 (dim,)``, of any length: two paintings are as similar as the cosine of their vectors (the
    index scales them). A vector of NaN says that the painting does not have the feature (no face, no figure).
    ``store_name`` and ``version`` change with anything that changes the vectors: they name the folder in which these
    are kept. ``decoded_at`` is the ``at_least`` with which ``extract`` decodes files."""

    name: str
    store_name: str
    version: str
    description: str
    decoded_at: int

    space: str = "raw"
    """The space of ``index.spaces`` in which paintings are compared unless the user names one. "centred" suits a
    feature whose neutral point is that of no collection: paintings are compared by how they differ from the average."""
    about: str = ""
    """What a likeness is about, to go on from "alike in": "their light". By default the name in quotes."""
    needs: str = ""
    """What a painting must show to have the feature, as a noun that takes "a": "figure". "" where all have it."""
    colour: Colour = Colour("#767169", "#a39d93")
    """The colour of the feature's bars and marks on the page."""
    presets: ClassVar[Mapping[str, int]] = {}
    """The feature's weight, 1..100, in each of the mixes of ``features.PRESETS`` that it belongs to."""
    overlay: Overlay | None = None
    """What ``drawing`` is called on the page; None for a feature that draws nothing."""
    thread_safe: bool = False
    """Whether several threads may describe pictures at the same time; a network's engine answers one at a time."""
    predictor: Predictor | None = None
    """The trained model that the feature takes its vectors from, if it does so."""

    @classmethod
    def made(cls, settings: Settings) -> Self:
        """The feature with these settings.

        Raises ``InputError`` and ``WeightsUnavailableError`` where it needs what is not there."""
        return cls()

    @property
    @abstractmethod
    def dim(self) -> int:
        """The length of the vectors."""

    @abstractmethod
    def extract(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray]]:
        """Pairs of positions in ``paths`` and their vectors ``float32 (n, dim)``.

        A bad image goes to ``on_error`` instead."""

    @abstractmethod
    def vector(self, image: Image.Image) -> np.ndarray:
        """The vector ``float32 (dim,)`` of one upright RGB picture.

        The same as ``extract`` gives for its file, where that is decoded with ``at_least=decoded_at``."""

    def explain(self, a: np.ndarray, b: np.ndarray) -> str:
        """What the paintings of two vectors ``float32 (dim,)``, as ``extract`` gave them, share by this feature and in
        what they differ: a sentence or two for a curator. "" where one does not have the feature, and by default."""
        return ""

    def drawing(self, image: Image.Image) -> Drawing:
        """What the feature sees in an RGB picture, to lie over it; empty where that is nothing.

        Raises ``ArtExtractError`` where its models are not here."""
        return Drawing()

    def sketch(self, image: Image.Image) -> Image.Image:
        """The picture, of at most ``SKETCH_SIDE`` pixels on its longer side, with what this feature sees drawn upon it
        or beside it; by default the shapes of ``drawing``."""
        picture = image.copy()
        picture.thumbnail((SKETCH_SIDE, SKETCH_SIDE))
        return drawn(picture, self.drawing(image).shapes)

    def require(self) -> None:
        """Raise ``InputError``, which tells the remedy, where new pictures cannot be described on this machine."""
        return

    def prepare(self) -> None:
        """Make ready, once an index is built, what a search would otherwise wait for."""
        return

    def text_vector(self, words: str) -> np.ndarray | None:
        """The unit vector ``float32 (dim,)`` of a text in the space of the pictures' vectors.

        None where the feature knows no words."""
        return None

    def labels(self, vectors: np.ndarray) -> dict[str, list[tuple[str, float]]]:
        """Per attribute that the feature can name, the most probable label of each of ``vectors (N, dim)`` and its
        probability 0..1; none by default."""
        return {}

    def doubts(self, vectors: np.ndarray) -> list[dict[str, Any]]:
        """For each of ``vectors (N, dim)`` what there is to doubt of its ``labels``, as ``Predictor.doubts_about`` says
        it; of a feature that names nothing, nothing."""
        return [{"unsure": [], "sets": {}, "novelty": {}} for _ in vectors]


class MapFeature(Feature):
    """A feature that runs a backbone and can show its map: where in the picture what it found lies."""

    backbone: Backbone

    @abstractmethod
    def extract_with_maps(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray, np.ndarray]]:
        """As ``extract``, with the feature maps ``float16 (n, C, H, W)`` that training reads."""

    @abstractmethod
    def map_and_vector(self, image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
        """The feature map ``float32 (C, H, W)`` of an RGB picture, with no channels but the network's own, and its
        vector ``float32 (dim,)``."""

    @abstractmethod
    def drawing_of(self, cells: np.ndarray, size: tuple[int, int]) -> Drawing:
        """The drawing from the map ``(C, H, W)`` of a picture of ``size`` (width, height)."""
