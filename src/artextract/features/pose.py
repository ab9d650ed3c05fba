"""Pose: how the main figure holds its body and limbs, whatever its place and size in the picture.

Directions are as the viewer sees them, limbs are the figure's own: the reversed pose has another vector. ``mirrored``
gives that of the reversed pose, to search with, and ``explain`` says when one painting shows the pose of the other in
reverse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from artextract.features import SKETCH_SIDE, Colour, Overlay
from artextract.features.figures import LONG_SIDE, SEEN, Figure, FigureFeature, find_figures
from artextract.features.pictures import resized
from artextract.features.shapes import Dot, Drawing, Line, Shape, drawn, places
from artextract.features.wording import larger
from artextract.said import Said, clauses

LIMBS = {
    "trunk": ((23, 24), (11, 12), 1.0),
    "neck": ((11, 12), (7, 8), 0.35),
    "gaze": ((7, 8), (0,), 0.2),
    "shoulders": ((12,), (11,), 0.7),
    "hips": ((24,), (23,), 0.4),
    "left upper arm": ((11,), (13,), 0.55),
    "left forearm": ((13,), (15,), 0.5),
    "left thigh": ((23,), (25,), 0.8),
    "left shin": ((25,), (27,), 0.75),
    "right upper arm": ((12,), (14,), 0.55),
    "right forearm": ((14,), (16,), 0.5),
    "right thigh": ((24,), (26,), 0.8),
    "right shin": ((26,), (28,), 0.75),
}
"""From which joints to which, and how long a limb is beside the torso where it lies in the plane of the picture."""
IMPORTANCE = {"trunk": 1.0, "neck": 0.6, "gaze": 0.6, "shoulders": 0.6, "hips": 0.4}
"""Of the directions of limbs; 1 where not given."""
JOINTS = (13, 14, 15, 16, 25, 26, 27, 28)
"""Elbows, wrists, knees, ankles: also compared by their place beside the torso."""
USUAL = np.array(
    [(0.45, 0.1), (-0.45, 0.1), (0.4, 0.5), (-0.4, 0.5), (0.25, 1.25), (-0.25, 1.25), (0.25, 2.0), (-0.25, 2.0)]
)
"""Where these joints are, from the middle of the torso in torso lengths, in a figure that stands and looks at us: what
is compared is the difference."""
HARMONICS = 2
"""Multiples of a direction whose cosine and sine stand in the vector."""
PLACES, POSTURE, OTHERS, NOTES = 0.35, 1.0, 0.3, 0.02
"""Scale of the groups beside the directions of limbs. The notes (size of the figure, how many there are) are for
``explain`` and hardly count."""
SMALLEST, MOST = 1 / 64, 16

_NAMES = tuple(LIMBS)
_LIMB_VALUES = 2 * HARMONICS * len(_NAMES)
_PLACE_VALUES = 2 * len(JOINTS)
_SWAPPED = tuple(
    _NAMES.index(name.replace("left", "?").replace("right", "left").replace("?", "right")) for name in _NAMES
)
_BONES = (
    (11, 12),
    (11, 13),
    (13, 15),
    (12, 14),
    (14, 16),
    (11, 23),
    (12, 24),
    (23, 24),
    (23, 25),
    (25, 27),
    (24, 26),
    (26, 28),
    (27, 31),
    (28, 32),
    (7, 0),
    (0, 8),
)

_MAIN, _OTHERS = "#e4572e", "#f2b134"


@dataclass(frozen=True)
class Stance:
    """What a vector says.

    ``limbs``: name -> (direction in degrees, 0 to the viewer's right and 90 upwards, weight 0..1). ``facing``: degrees,
    0 towards the viewer, 90 to the viewer's right, 180 away; ``hip``: degrees by which the thighs are bent forward
    against the trunk; both with a weight, the latter that of the legs that are seen. ``size``: torso length in units of
    the picture's longer side."""

    limbs: dict[str, tuple[float, float]]
    facing: float
    hip: float
    legs: float
    size: float
    count: int


class Pose(FigureFeature):
    """The main figure's limbs, the posture they make, and a summary of the limbs of the other figures.

    The direction of every limb stands in the vector as cosines and sines of its multiples, weighed by how well the limb
    is seen and by how far it lies in the plane of the picture: of an arm that points at us no direction can be read. So
    a limb that is hidden in one of two paintings adds nothing, and similarity falls smoothly as limbs turn."""

    name = "pose"
    store_name = "pose"
    version = "1"
    description = "how the main figure holds body, arms and legs, wherever it stands and however large it is"
    decoded_at = LONG_SIDE // 2
    about = "the pose of their figures"
    needs = "figure"
    colour = Colour("#a84a6f", "#dd86a9")
    presets = {"same pose": 70}
    overlay = Overlay("Pose", "The skeletons of the figures.")
    dim = _LIMB_VALUES + _PLACE_VALUES + 4 + 2 * len(_NAMES) + 2

    def vector(self, image: Image.Image) -> np.ndarray:
        figures = find_figures(image)
        return pose_vector(figures) if figures else np.full(self.dim, np.nan, dtype=np.float32)

    def compared(self, a: np.ndarray, b: np.ndarray) -> str:
        one, other = read(a), read(b)
        first, second = in_words(one), in_words(other)
        shared = [words for words in first if words in second]
        straight, reversed_ = _cosine(a, b), _cosine(mirrored(a), b)
        parts: list[str] = []
        if reversed_ > max(0.7, straight + 0.05):
            text = "the second shows nearly the pose of the first in reverse, as in a mirror"
            parts.append(Said("pose-mirrored", text))
        if shared and one.count == other.count == 1:
            parts.append(Said("pose-both", "both show one figure {stance}", stance=shared))
        elif shared:
            parts.append(Said("pose-both-main", "both main figures are {stance}", stance=shared))
        for name, own, others in (("first", first, second), ("second", second, first)):
            stance = [words for words in own if words not in others]
            if stance:
                seen = "seen " if stance[0].startswith("with") else ""
                parts.append(Said(f"pose-{name}", f"the {name} is {seen}{{stance}}", stance=stance))
        parts += larger(one.size, other.size)
        if one.count != other.count:
            text = "{figures} could be read in the first painting, {others} in the second"
            parts.append(Said("pose-counts", text, figures=_number(one.count), others=_number(other.count)))
        return clauses(parts)

    def drawing(self, image: Image.Image) -> Drawing:
        figures = find_figures(image)
        shapes = [
            shape
            for number, figure in reversed(list(enumerate(figures)))
            for shape in _skeleton(figure, number == 0, image.size)
        ]
        key = ((_MAIN, "the main figure"), (_OTHERS, "others")) if len(figures) > 1 else ()
        return Drawing(tuple(shapes), says=_found(len(figures)), key=key)

    def sketch(self, image: Image.Image) -> Image.Image:
        return drawn(resized(image, SKETCH_SIDE), self.drawing(image).shapes)


def _skeleton(figure: Figure, is_main: bool, size: tuple[int, int]) -> list[Shape]:
    """Bones and joints that are seen."""
    joints, thick = places(figure.joints, size), max(2, min(6, round(figure.torso * SKETCH_SIDE / 25)))
    bones = [(joints[start], joints[end]) for start, end in _BONES if min(figure.visible[[start, end]]) > SEEN]
    seen = [joint for joint in np.flatnonzero(figure.visible > SEEN) if joint in (0, *range(11, 17), *range(23, 29))]
    lines = (Line(ends, _MAIN if is_main else _OTHERS, thick, 1.5) for ends in bones)
    dots = (Dot(joints[joint], thick, "#ffffff") for joint in seen)
    return [*lines, *dots]


def pose_vector(figures: Sequence[Figure]) -> np.ndarray:
    """The vector float32 (dim,) of the figures of one painting, the main one first."""
    main = figures[0]
    angles, weights = _limbs(main)
    importance = np.array([IMPORTANCE.get(name, 1.0) for name in _NAMES])
    others = [np.stack(_first_harmonic(*_limbs(figure)), axis=1) for figure in figures[1:]]
    return np.concatenate(
        [
            np.stack(
                [
                    np.stack([np.cos(k * angles), np.sin(k * angles)], axis=1) * (weights * importance)[:, None]
                    for k in range(1, HARMONICS + 1)
                ],
                axis=1,
            ).ravel(),
            PLACES * _places(main).ravel(),
            POSTURE * _posture(main),
            OTHERS * (np.mean(others, axis=0).ravel() if others else np.zeros(2 * len(_NAMES))),
            NOTES * np.array([np.log(max(main.torso, SMALLEST) / SMALLEST), np.log(min(len(figures), MOST))]),
        ]
    ).astype(np.float32)


def mirrored(vector: np.ndarray) -> np.ndarray:
    """The vector of the reversed pose: what the mirrored painting would give, exactly. float32 (dim,)."""
    limbs, places, posture, others, notes = _split(np.asarray(vector, dtype=np.float64))
    signs = np.array([[(-1) ** k, -((-1) ** k)] for k in range(1, HARMONICS + 1)])
    limbs = limbs.reshape(-1, HARMONICS, 2)[list(_SWAPPED)] * signs
    turned = [
        _NAMES.index("shoulders"),
        _NAMES.index("hips"),
    ]  # these go from the right side to the left, which the mirror swaps
    others = others.reshape(-1, 2)[list(_SWAPPED)] * signs[0]
    limbs[turned] *= np.array([[(-1) ** k] for k in range(1, HARMONICS + 1)])
    others[turned] *= -1
    places = places.reshape(-1, 2)[[1, 0, 3, 2, 5, 4, 7, 6]] * (-1, 1)
    return np.concatenate([limbs.ravel(), places.ravel(), posture * (1, -1, 1, 1), others.ravel(), notes]).astype(
        np.float32
    )


def read(vector: np.ndarray) -> Stance:
    """What a vector says; the inverse of ``pose_vector``."""
    limbs, _, posture, _, notes = _split(np.asarray(vector, dtype=np.float64))
    first = limbs.reshape(-1, HARMONICS, 2)[:, 0]
    weights = np.hypot(*first.T) / [IMPORTANCE.get(name, 1.0) for name in _NAMES]
    angles = np.degrees(np.arctan2(first[:, 1], first[:, 0]))
    notes = notes / NOTES
    return Stance(
        {name: (float(angle), float(weight)) for name, angle, weight in zip(_NAMES, angles, weights, strict=False)},
        float(np.degrees(np.arctan2(posture[1], posture[0]))),
        float(np.degrees(np.arctan2(posture[3], posture[2]))),
        float(np.hypot(*posture[2:]) / POSTURE),
        float(SMALLEST * np.exp(notes[0])),
        round(float(np.exp(notes[1]))),
    )


def in_words(stance: Stance) -> list[str]:
    """Posture, facing and arms for a curator, such as ["seated", "turned to the left", "with the left arm raised"]."""
    return [words for words in (_posture_word(stance), _facing_word(stance.facing), *_arm_words(stance)) if words]


def _posture_word(stance: Stance) -> str:
    lean = abs(_difference(stance.limbs["trunk"][0], 90))
    if lean > 55:
        return "upside down" if lean > 125 else "lying"
    if stance.legs < 0.35:
        return "with hidden legs"
    if stance.hip > 50:
        return "seated"
    shins = [angle for side in ("left", "right") for angle, weight in [stance.limbs[f"{side} shin"]] if weight > 0.3]
    if shins and all(abs(_difference(angle, -90)) > 55 for angle in shins):
        return "kneeling"
    return "bending" if lean > 30 else "upright"


def _facing_word(facing: float) -> str:
    side = "right" if facing > 0 else "left"
    if abs(facing) < 25:
        return "facing us"
    if abs(facing) < 65:
        return f"turned a little to the {side}"
    if abs(facing) < 115:
        return f"turned to the {side}"
    return "seen from behind" if abs(facing) > 155 else f"turned away to the {side}"


def _arm_words(stance: Stance) -> list[str]:
    said = {}
    for side in ("left", "right"):
        (upper, seen), (fore, fore_seen) = stance.limbs[f"{side} upper arm"], stance.limbs[f"{side} forearm"]
        if seen < 0.35:
            continue
        trunk = stance.limbs["trunk"][0]
        from_trunk = abs(_difference(upper, trunk))  # 0 along the trunk towards the head, 180 hanging
        if from_trunk < 70:
            said[side] = "raised"
        elif from_trunk < 125:
            said[side] = "stretched out" if fore_seen > 0.35 and abs(_difference(fore, upper)) < 40 else "held away"
        elif fore_seen > 0.35:
            bent = abs(_difference(fore, upper))
            said[side] = "hanging" if bent < 35 else "bent up" if abs(_difference(fore, trunk)) < 55 else "bent"
    if len(said) == 2 and said["left"] == said["right"]:
        return [f"with both arms {said['left']}"]
    return [f"with the {side} arm {words}" for side, words in said.items()]


def _number(count: int) -> str:
    return Said("figure-one", "one figure") if count == 1 else Said("figures", "{n} figures", n=count)


def _found(count: int) -> str:
    return (
        Said("figures-found", "{figures} found", figures=_number(count))
        if count
        else Said("no-figure", "no figure found")
    )


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def _difference(one: float, other: float) -> float:
    return (one - other + 180) % 360 - 180


def _split(vector: np.ndarray) -> list[np.ndarray]:
    return np.split(vector, np.cumsum([_LIMB_VALUES, _PLACE_VALUES, 4, 2 * len(_NAMES)]))


def _limbs(figure: Figure) -> tuple[np.ndarray, np.ndarray]:
    """Directions in radians, anticlockwise from the viewer's right, and weights 0..1: float64 (limbs,) each."""
    angles, weights = [], []
    for start, end, usual in LIMBS.values():
        x, y = figure.joints[list(end)].mean(axis=0) - figure.joints[list(start)].mean(axis=0)
        angles.append(np.arctan2(-y, x))
        flat = min(1.0, np.hypot(x, y) / (0.6 * usual * figure.torso))
        weights.append(flat * min(figure.visible[list(start)].mean(), figure.visible[list(end)].mean()))
    weights[0] = max(
        weights[0], 0.5
    )  # hips that clothes hide, or that the frame cuts off, still say which way the trunk leans
    return np.array(angles), np.array(weights)


def _first_harmonic(angles: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return weights * np.cos(angles), weights * np.sin(angles)


def _places(figure: Figure) -> np.ndarray:
    middle = figure.joints[[11, 12, 23, 24]].mean(axis=0)
    offsets: np.ndarray = ((figure.joints[list(JOINTS)] - middle) / figure.torso - USUAL) * figure.visible[
        list(JOINTS), None
    ]
    return offsets


def _posture(figure: Figure) -> np.ndarray:
    """Cosine and sine of the facing, and of the bend of the hips weighed by how well the knees are seen: float64
    (4,)."""
    across = figure.body[[11, 23]].sum(axis=0) - figure.body[[12, 24]].sum(axis=0)
    trunk = figure.body[[11, 12]].mean(axis=0) - figure.body[[23, 24]].mean(axis=0)
    forward = np.cross(across, trunk)
    level = np.hypot(forward[0], forward[2]) or 1.0
    thighs = [figure.body[knee] - figure.body[hip] for hip, knee in ((23, 25), (24, 26))]
    bends = [
        np.arccos(np.clip(-thigh @ trunk / (np.linalg.norm(thigh) * np.linalg.norm(trunk) + 1e-9), -1, 1))
        for thigh in thighs
    ]
    bend, legs = np.mean(bends), figure.visible[[25, 26]].mean()
    return np.array([-forward[2] / level, forward[0] / level, legs * np.cos(bend), legs * np.sin(bend)])
