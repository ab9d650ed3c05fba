"""Face: how heads are turned, raised and tilted, how large they are and where they stand.

Angles are in degrees, as the viewer sees the head: ``yaw`` is positive for a head turned to the viewer's right,
``pitch`` for a raised one, ``roll`` for one that leans over clockwise, to the viewer's right. A head that looks
straight out of the picture has none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from artextract.features import SKETCH_SIDE, Colour, Overlay
from artextract.features.figures import CHIN, FOREHEAD, LEFT, LONG_SIDE, NOSE, RIGHT, FigureFeature, Head, find_heads
from artextract.features.pictures import resized
from artextract.features.shapes import Dot, Drawing, Line, Shape, Words, box, drawn, places
from artextract.features.wording import larger
from artextract.said import Said, clauses

SHARES = {"yaw": 0.40, "pitch": 0.16, "roll": 0.14, "others": 0.15, "size": 0.06, "x": 0.03, "y": 0.03, "count": 0.03}
"""How much of the squared length of a vector each group of numbers has; "others" is the mean over all heads, which is
shorter the less they agree."""
HARMONICS = {"yaw": (1, 2, 3), "pitch": (2, 4), "roll": (1, 2, 3)}
"""Multiples of an angle whose cosine and sine stand in the vector: similarity falls to a half some 35, 25 and 35
degrees away."""
SMALLEST, LARGEST, MOST = 1 / 64, 1.0, 16
"""Heads, in units of the longer side, and their number are told apart between these bounds."""


@dataclass(frozen=True)
class Faces:
    """What a vector says: angles of the largest head in degrees, its height and centre in units of the picture's (its
    longer side, its width and height), and the number of heads."""

    yaw: float
    pitch: float
    roll: float
    size: float
    x: float
    y: float
    count: int


class Face(FigureFeature):
    """The largest head, with a summary of all.

    Each angle stands in the vector as cosines and sines of its multiples, so that the cosine of two vectors falls
    smoothly as heads turn away from each other and nowhere jumps, and that it does not matter which orientation is
    called none."""

    name = "face"
    store_name = "face"
    version = "1"
    description = "which way heads are turned, raised or tilted, how large and where they are"
    decoded_at = LONG_SIDE // 2
    about = "the turn of the heads"
    needs = "face"
    colour = Colour("#5b6bb0", "#97a5e6")
    presets = {"same pose": 30}
    overlay = Overlay("Heads", "Faces, and where they look to.")
    dim = 2 * sum(len(multiples) for multiples in HARMONICS.values()) * 2 + 8

    def vector(self, image: Image.Image) -> np.ndarray:
        heads = find_heads(image)
        return face_vector(heads, image.size) if heads else np.full(self.dim, np.nan, dtype=np.float32)

    def compared(self, a: np.ndarray, b: np.ndarray) -> str:
        one, other = read(a), read(b)
        first, second = in_words(one), in_words(other)
        main = "" if one.count == other.count == 1 else "main "
        code = "-main" if main else ""
        if first == second:
            text = f"both {main}heads are {{stance}}"
            said = Said(f"heads-alike{code}", text, stance=first)
        elif in_words(_mirrored(one)) == second:
            text = (
                f"the {main}heads are turned the opposite way, one the mirror image of the other: the first is "
                "{stance}, the second {its}"
            )
            said = Said(f"heads-mirrored{code}", text, stance=first, its=second)
        else:
            text = f"the first {main}head is {{stance}}, the second {{its}}"
            said = Said(f"heads-apart{code}", text, stance=first, its=second)
        return clauses([said, *larger(one.size, other.size), *_counts(one.count, other.count)])

    def drawing(self, image: Image.Image) -> Drawing:
        heads = find_heads(image)
        shapes = [shape for number, head in enumerate(heads) for shape in _direction(head, number == 0, image.size)]
        says: str = Said("no-face", "no face found")
        if heads:
            text = "{n} head" + ("s" if len(heads) > 1 else "") + " found; angles: turn, rise, tilt"
            says = Said("heads-found", text, n=len(heads))
        return Drawing(tuple(shapes), says=says)

    def sketch(self, image: Image.Image) -> Image.Image:
        return drawn(resized(image, SKETCH_SIDE), self.drawing(image).shapes)


def _direction(head: Head, is_largest: bool, size: tuple[int, int]) -> list[Shape]:
    """A box about a face, a pin from its nose to where it looks, and the angles where there is room for them."""
    points = head.points[:, :2]
    (left, top), (right, bottom) = places(np.stack([points.min(axis=0), points.max(axis=0)]), size)
    forward, _ = axes(head.points)
    nose, tip = places(np.stack([points[NOSE], points[NOSE] + forward[:2] * head.height]), size)
    shapes: list[Shape] = [
        Line(box(left, top, right, bottom), "#e4572e" if is_largest else "#f2b134", 3 if is_largest else 2, closed=True)
    ]
    shapes += [Line((nose, tip), "#ffffff", 3, 2), Dot(tip, 4, "#ffffff")]
    long = max(size)
    if (right - left) * size[0] * SKETCH_SIDE > 40 * long:
        line = long / size[1] / SKETCH_SIDE  # a pixel of a sketch, in parts of its height
        yaw, pitch, roll = angles(head.points)
        shapes.append(
            Words(
                (left, bottom + 3 * line if bottom + 20 * line < 1 else top - 21 * line),
                f"{yaw:+.0f}° {pitch:+.0f}° {roll:+.0f}°",
            )
        )
    return shapes


def axes(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two unit vectors of a head, from its points float64 (49, 3): out of the face, and across it from the viewer's
    left to right.

    Across is the mean of the lines that join the two sides of the face, down the line from forehead to chin, and out of
    the face what is square to both."""
    across = (points[RIGHT] - points[LEFT]).mean(axis=0)
    forward = np.cross(points[CHIN] - points[FOREHEAD], across)
    return forward / np.linalg.norm(forward), across / np.linalg.norm(across)


def angles(points: np.ndarray) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees of a head's points: where its face looks to, and how it is tilted about that
    line."""
    forward, across = axes(points)
    level = np.cross(forward, (0.0, 1.0, 0.0))
    level /= np.linalg.norm(level)
    below = np.cross(level, forward)
    yaw, pitch = np.arctan2(forward[0], -forward[2]), np.arcsin(np.clip(-forward[1], -1, 1))
    roll = np.arctan2(across @ below, across @ level)
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))


def face_vector(heads: Sequence[Head], size: tuple[int, int]) -> np.ndarray:
    """The vector float32 (dim,), of length 1 or a little less, of heads in a picture of that width and height, the
    largest first."""
    turned = np.stack([_orientation(angles(head.points)) for head in heads])
    sizes = np.array([head.height for head in heads])
    x, y = heads[0].centre * max(size) / size
    scale = np.log(np.clip(sizes[0], SMALLEST, LARGEST) / SMALLEST) / np.log(LARGEST / SMALLEST)
    count = np.log(min(len(heads), MOST)) / np.log(MOST)
    rest = [
        np.sqrt(SHARES[name]) * _arc(part)
        for name, part in (("size", scale), ("x", np.clip(x, 0, 1)), ("y", np.clip(y, 0, 1)), ("count", count))
    ]
    orientation = sum(SHARES[name] for name in HARMONICS)
    others = np.sqrt(SHARES["others"] / orientation) * np.average(turned, axis=0, weights=sizes)
    return np.concatenate([turned[0], others, *rest]).astype(np.float32)


def read(vector: np.ndarray) -> Faces:
    """What a vector says; the inverse of ``face_vector`` for the largest head and the numbers."""
    values, start = [], 0
    for _name, multiples in HARMONICS.items():
        values.append(float(np.degrees(np.arctan2(vector[start + 1], vector[start]))) / multiples[0])
        start += 2 * len(multiples)
    parts = [float(np.arctan2(vector[at + 1], vector[at]) / (np.pi / 2)) for at in range(2 * start, 2 * start + 8, 2)]
    scale, x, y, count = parts
    yaw, pitch, roll = values
    return Faces(yaw, pitch, roll, SMALLEST * (LARGEST / SMALLEST) ** scale, x, y, round(MOST**count))


def in_words(face: Faces) -> list[str]:
    """A head's orientation for a curator: ["turned three-quarters to the left", "lowered a little"]."""
    side = "right" if face.yaw > 0 else "left"
    turn = abs(face.yaw)
    if turn < 10:
        words = ["seen from the front"]
    elif turn < 25:
        words = [f"turned a little to the {side}"]
    elif turn < 60:
        words = [f"turned three-quarters to the {side}"]
    else:
        words = [f"in profile to the {side}"]
    if abs(face.pitch) >= 10:
        words.append(("raised" if face.pitch > 0 else "lowered") + (" a little" if abs(face.pitch) < 22 else ""))
    if abs(face.roll) >= 10:
        words.append(
            "tilted "
            + ("a little " if abs(face.roll) < 22 else "")
            + ("to the right" if face.roll > 0 else "to the left")
        )
    return words


def _mirrored(face: Faces) -> Faces:
    return Faces(-face.yaw, face.pitch, -face.roll, face.size, 1 - face.x, face.y, face.count)


def _counts(one: int, other: int) -> list[str]:
    text = "the first painting shows {faces}, the second {others}"
    return [] if one == other else [Said("face-counts", text, faces=_number(one), others=_number(other))]


def _number(count: int) -> str:
    if count == 1:
        return Said("face-one", "one face")
    return Said("faces", "{n} faces", n=count) if count < MOST else Said("faces-or-more", "{n} faces or more", n=MOST)


def _orientation(turned: tuple[float, float, float]) -> np.ndarray:
    parts = []
    for (name, multiples), value in zip(HARMONICS.items(), np.radians(turned), strict=False):
        parts += [
            np.sqrt(SHARES[name] / len(multiples)) * np.array([np.cos(times * value), np.sin(times * value)])
            for times in multiples
        ]
    return np.concatenate(parts)


def _arc(part: float) -> np.ndarray:
    """A number from 0 to 1 as a place on a quarter of a circle."""
    return np.array([np.cos(part * np.pi / 2), np.sin(part * np.pi / 2)])
