"""Semantic: what a painting shows, as a vector in a space that pictures share with words (CLIP or SigLIP)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from artextract.backbones import get_backbone
from artextract.backbones.text import TextTower, find_joint, read_projection
from artextract.drawing_text import FAINT, INK, LINE, PAPER, fit, font
from artextract.errors import InputError, WeightsUnavailableError
from artextract.features import Colour, Feature, Settings
from artextract.features.deep import Deep
from artextract.files import HEADERS, cache_dir, write_array
from artextract.objects import ImageFile
from artextract.said import Said

if TYPE_CHECKING:
    from artextract.features.feature import Positions

PROMPTS = ("a painting of {}", "an old picture of {}", "a work of art that shows {}", "{} in a painting")
"""Short texts are asked in several sentences, whose vectors are averaged: Radford et al., "Learning transferable visual
models from natural language supervision", ICML 2021, section 3.1.4. The sentences are ours."""
SHORT = 6
"""Texts of at most so many words are put into ``PROMPTS``; a longer one is a sentence already, and is taken as it
is."""
NEAR, FAR = 6, 18
"""A picture is near to its ``NEAR`` words of highest cosine, and far from all behind the first ``FAR``. Ranks, since
the height of a cosine means little and differs from one checkpoint to the next."""
SUBJECTS = (
    "a portrait",
    "a self-portrait",
    "a group portrait",
    "a woman",
    "a man",
    "a child",
    "an old man",
    "a mother and child",
    "a nude",
    "a crowd",
    "a couple",
    "a king or a queen",
    "a soldier",
    "a saint",
    "an angel",
    "the Madonna and Child",
    "the crucifixion",
    "the Last Supper",
    "a biblical scene",
    "a scene from mythology",
    "a battle",
    "a historical event",
    "a ceremony",
    "dancers",
    "musicians",
    "people at a table",
    "peasants at work",
    "bathers",
    "an interior",
    "a church",
    "a church interior",
    "a castle",
    "ruins",
    "a street",
    "a city",
    "a square with people",
    "a bridge",
    "a harbour",
    "a windmill",
    "a village",
    "a landscape",
    "mountains",
    "a forest",
    "a single tree",
    "a field with haystacks",
    "a garden",
    "a river",
    "a lake",
    "a waterfall",
    "a beach",
    "the sea",
    "a shipwreck",
    "sailing boats",
    "a snowy landscape",
    "a stormy sky",
    "a sunset",
    "a moonlit night",
    "a still life",
    "flowers in a vase",
    "fruit",
    "dead game",
    "books and a skull",
    "a musical instrument",
    "a horse",
    "a dog",
    "a cat",
    "cattle",
    "birds",
    "abstract shapes",
    "geometric forms",
    "splashes of paint",
    "ornament",
    "a poster with letters",
    "a sketch",
    "calligraphy",
)
"""What paintings are compared with in words: subjects of Western and East Asian painting, as a catalogue would name
them."""
BAR = "#33658a"
PICTURE, COLUMN, ROW, MARGIN = (352, 608), 240, 44, 16
"""Pixels of the sketch: the box of the picture, the width of the words beside it, the height of a word, and the space
around all."""


class Semantic(Feature):
    """The projected picture vector of a CLIP or SigLIP checkpoint: the one that its training held against captions.

    The whole painting is squashed to the network's square, as for ``deep``, where CLIP's own processor would cut the
    ends off. The vision half runs as a backbone (OpenVINO on a processor, shared with ``deep`` over the same
    checkpoint, torch on a GPU), CLIP's last matrix in NumPy. Words run in torch, and those of ``SUBJECTS`` only once:
    their vectors are kept in the cache folder.

    Such networks are trained on pairs from the web: they know famous paintings by name and share the web's prejudices
    about who and what is shown."""

    name = "semantic"
    description = "what is shown, in a space that pictures share with words (CLIP or SigLIP)"
    about = "their subject"
    colour = Colour("#7b5ea7", "#b095dd")
    presets = {"same subject": 100}

    def __init__(self, source: str = "clip", device: str = "auto", precision: str = "fast"):
        """``source`` is what ``backbones.text.find_joint`` takes, which says what is raised.

        The rest goes to ``Deep``."""
        self.checkpoint = find_joint(source)
        self.text = TextTower(self.checkpoint)
        self._projection = read_projection(self.checkpoint)
        self._deep = Deep(get_backbone(self.checkpoint.backbone_name), device, precision)
        self.store_name = f"semantic-{self.checkpoint.kind}"
        self.version = f"1-{self._deep.version}"
        self.decoded_at = self._deep.decoded_at

    @classmethod
    def made(cls, settings: Settings) -> Self:
        return cls(settings.semantic, precision="fast" if settings.precision == "int8" else settings.precision)

    @property
    def dim(self) -> int:
        return self.checkpoint.dim

    def extract(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray]]:
        for positions, vectors in self._deep.extract(paths, on_error):
            yield positions, self._projected(vectors)

    def vector(self, image: Image.Image) -> np.ndarray:
        return self._projected(self._deep.vector(image))

    def prepare(self) -> None:
        """Export and compile the vision half for single pictures, so that a search by picture needs no torch."""
        self._deep.prepare()

    def text_vector(self, words: str) -> np.ndarray:
        """The unit vector ``float32 (dim,)`` of a text, whose cosine with a picture's vector says how well it names the
        picture.

        Cosines of words with pictures are low throughout (0.2 to 0.35 is a good match in CLIP): their order means
        something, their height does not. Raises ``InputError`` for an empty text, ``WeightsUnavailableError`` where
        torch or the tokenizer is missing."""
        if not words.strip():
            raise InputError(
                "there are no words to look for", "give some, such as: a harbour at night", code="no-words"
            )
        vector: np.ndarray = self._text_vectors([words])[0]
        return vector

    def nearest(self, vector: np.ndarray, n: int = NEAR) -> list[tuple[str, float]]:
        """The ``n`` of ``SUBJECTS`` that a picture's vector is nearest to, nearest first, each with its cosine -1..1;
        none where it is NaN. Raises as ``text_vector``."""
        if np.isnan(vector).any():
            return []
        cosines = self._subjects @ (vector / np.linalg.norm(vector))
        return [(SUBJECTS[i], float(cosines[i])) for i in np.argsort(-cosines, kind="stable")[:n]]

    def explain(self, a: np.ndarray, b: np.ndarray) -> str:
        if np.isnan(a).any() or np.isnan(b).any():
            return ""
        try:
            first, second = ([word for word, _ in self.nearest(vector, len(SUBJECTS))] for vector in (a, b))
        except WeightsUnavailableError:  # pictures can be compared without the half that knows words
            return ""
        shared = [word for word in first[:NEAR] if word in second[:NEAR]]
        of_first = next((word for word in first[:NEAR] if word not in second[:FAR]), None)
        of_second = next((word for word in second[:NEAR] if word not in first[:FAR]), None)
        if not shared:
            text = "They show different things: the first is nearest to {first}, the second to {second}."
            return Said("subjects-apart", text, first=_quoted(first[0]), second=_quoted(second[0]))
        near = [_quoted(word) for word in shared[:3]]
        if of_first and of_second:
            text = "Both are near to {near}; the first alone to {first}, the second alone to {second}."
            return Said("subjects-each", text, near=near, first=_quoted(of_first), second=_quoted(of_second))
        if of_first:
            text = "Both are near to {near}; the first alone to {word}."
            return Said("subjects-first", text, near=near, word=_quoted(of_first))
        if of_second:
            text = "Both are near to {near}; the second alone to {word}."
            return Said("subjects-second", text, near=near, word=_quoted(of_second))
        return Said("subjects", "Both are near to {near}.", near=near)

    def sketch(self, image: Image.Image) -> Image.Image:
        try:
            words = self.nearest(self.vector(image), len(SUBJECTS))
        except WeightsUnavailableError:
            words = []
        picture = ImageOps.contain(image, PICTURE, Image.Resampling.LANCZOS)
        height = max(picture.height, ROW * NEAR + 20) if words else picture.height
        sheet = Image.new("RGB", (picture.width + COLUMN + 3 * MARGIN, height + 2 * MARGIN), PAPER)
        sheet.paste(picture, (MARGIN, MARGIN))
        draw = ImageDraw.Draw(sheet)
        left, right = picture.width + 2 * MARGIN, sheet.width - MARGIN
        draw.text(
            (left, MARGIN),
            "nearer than the average word" if words else "the text half is not here",
            fill=FAINT,
            font=font(14),
        )
        average = float(np.mean([cosine for _, cosine in words] or [0.0]))
        for number, (word, cosine) in enumerate(words[:NEAR]):
            top = MARGIN + 32 + ROW * number
            part = (cosine - average) / max(words[0][1] - average, 1e-6)
            draw.text((left, top), fit(word, font(15), right - left - 50), fill=INK, font=font(15))
            draw.text((right, top), f"{cosine:z.2f}", fill=FAINT, font=font(15), anchor="ra")
            draw.rectangle((left, top + 22, right, top + 26), fill=LINE)
            draw.rectangle((left, top + 22, left + (right - left) * max(0.0, part), top + 26), fill=BAR)
        return sheet

    def _projected(self, vectors: np.ndarray) -> np.ndarray:
        return vectors if self._projection is None else vectors @ self._projection.T

    @cached_property
    def _subjects(self) -> np.ndarray:
        """Unit vectors of ``SUBJECTS``, float32 (n, dim), from the cache folder where they are there."""
        key = hashlib.sha256(repr((SUBJECTS, PROMPTS, SHORT)).encode()).hexdigest()[:12]
        path = cache_dir() / "words" / f"{self.store_name}@{self._deep.backbone.version}-{key}.npy"
        with suppress(OSError, ValueError, EOFError):  # not there yet, or damaged: made again
            with HEADERS:
                known: np.ndarray = np.load(path)
            if known.shape == (len(SUBJECTS), self.dim):
                return known
        vectors = self._text_vectors(SUBJECTS)
        with suppress(OSError):  # a cache that cannot be written costs time, not the result
            write_array(path, vectors)
        return vectors

    def _text_vectors(self, texts: Sequence[str]) -> np.ndarray:
        asked = [
            [prompt.format(text) for prompt in PROMPTS] if len(text.split()) <= SHORT else [text] for text in texts
        ]
        vectors = iter(_unit(self.text.vectors([sentence for group in asked for sentence in group])))
        return _unit(np.stack([np.mean([next(vectors) for _ in group], axis=0) for group in asked]))


def _quoted(word: str) -> Said:
    return Said("subject", "'{subject}'", subject=word)


def _unit(rows: np.ndarray) -> np.ndarray:
    unit: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
