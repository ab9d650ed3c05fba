"""Figures and heads in a painting, found by the models of MediaPipe 0.10.21: pictures in, plain dataclasses out.

MediaPipe is an extra with an environment of its own (``make setup-figures``), since it needs an older NumPy and
protobuf than the rest; this is the only file that imports it, inside functions. Its models learned from photographs,
know one figure a window and faces near the camera, and see things in foliage and drapery that are not there. So they
look through windows of several sizes and then closely at what they saw; and what counts is only what they find in the
mirrored window too, in the same place. The two findings are averaged, so that a mirrored painting has, but for the
choice of the window, the mirrored figures.

Places are in units of the picture's longer side, x to the right and y downwards from its upper left corner, z away from
the viewer. Left and right are the viewer's, except in names of joints: a figure's left arm is its own."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import numpy as np
from PIL import Image

from artextract.errors import InputError
from artextract.features.feature import Positions
from artextract.features.figure_models import models_lock, run_model
from artextract.features.pictures import PictureFeature, resized
from artextract.objects import ImageFile

LONG_SIDE = 1024
"""Pictures are reduced to this many pixels on their longer side."""
FACE_WINDOWS = (1.0, 0.5, 0.3)
POSE_WINDOWS = (1.0, 0.6, 0.4)
"""Sides of the square windows through which a picture is searched, in units of its longer side; neighbours overlap by
half."""
WINDOW_PIXELS = 384
"""A window is brought to this size for the models, whose own inputs are 128 to 256 pixels."""
VIEWS = ((2.0, 0), (1.5, 0), (3.0, 0), (2.0, -35), (2.0, 35))
"""How a face is looked at until its mesh is found: side of the window in widths of the face, and degrees by which it is
turned."""
MARGINS = (1.3, 1.8, 2.5)
"""How much larger than itself the windows are through which a figure is looked at again."""
FACE_APART = 0.08
"""A face and its mirror image may differ, point by point, by this part of its height on average."""
SMALLEST = 0.03
"""Torsos shorter than this part of the picture's longer side are not believed."""
OFTEN = 2
"""Through so many windows a figure must be found alike both ways; one is enough where its face was found as well."""
FIGURE_APART = 0.25
"""A figure and its mirror image may differ, joint by joint, by this part of the torso on average."""
SEEN = 0.5
"""From this ``visible`` on a joint counts as seen."""
FEWEST, FEWEST_WITH_FACE = 6, 3
"""So many joints of ``CORE`` must be seen; fewer where the face of the figure was found as well."""

CORE = np.array([0, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28])
"""Nose; left and right shoulder, elbow, wrist, hip, knee, ankle."""
MIRRORED_JOINTS = np.array([0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i + 1 if i % 2 else i - 1 for i in range(11, 33))])
"""Which of the 33 joints of a figure becomes which in the mirror."""

MIDLINE = (10, 151, 9, 168, 6, 197, 195, 5, 4, 1, 2, 164, 0, 17, 18, 200, 199, 175, 152)
"""Points of the face mesh from the top of the forehead to the chin."""
PAIRS = (
    (33, 263),
    (133, 362),
    (159, 386),
    (145, 374),
    (70, 300),
    (105, 334),
    (107, 336),
    (61, 291),
    (98, 327),
    (234, 454),
    (127, 356),
    (93, 323),
    (132, 361),
    (58, 288),
    (172, 397),
)
"""Points of the mesh that face each other across the midline, the one on the viewer's left of a frontal face first:
eyes, lids, brows, mouth, nostrils, outline."""
POINTS = np.array([*MIDLINE, *(left for left, _ in PAIRS), *(right for _, right in PAIRS)])
FOREHEAD, NOSE, CHIN = 0, MIDLINE.index(4), len(MIDLINE) - 1
LEFT, RIGHT = slice(len(MIDLINE), len(MIDLINE) + len(PAIRS)), slice(len(MIDLINE) + len(PAIRS), len(POINTS))
"""Where points stand in ``Head.points``."""
_MIRRORED_POINTS = np.r_[0 : len(MIDLINE), RIGHT, LEFT]


@dataclass(frozen=True)
class Head:
    """``points``: the points of ``POINTS``, float64 (49, 3)."""

    points: np.ndarray

    @property
    def height(self) -> float:
        """From forehead to chin in space, so that a bowed head is not shorter."""
        return float(np.linalg.norm(self.points[FOREHEAD] - self.points[CHIN]))

    @property
    def centre(self) -> np.ndarray:
        """float64 (2,): the middle of the points' box."""
        middle: np.ndarray = (self.points[:, :2].min(axis=0) + self.points[:, :2].max(axis=0)) / 2
        return middle


@dataclass(frozen=True)
class Figure:
    """``joints``: the 33 joints of BlazePose (Bazarevsky et al., "BlazePose: On-device real-time body pose tracking",
    2020), float64 (33, 2), guessed where they are hidden or outside the picture; ``body``: the same in space in metres
    about the middle of the hips, float64 (33, 3); ``visible``: float64 (33,), 0..1."""

    joints: np.ndarray
    body: np.ndarray
    visible: np.ndarray

    @property
    def torso(self) -> float:
        """From the middle of the shoulders to that of the hips."""
        return float(np.linalg.norm(self.joints[[11, 12]].mean(axis=0) - self.joints[[23, 24]].mean(axis=0)))

    @property
    def seen(self) -> int:
        """How many joints of ``CORE`` are seen."""
        return int((self.visible[CORE] > SEEN).sum())


Found = TypeVar("Found", Head, Figure)


def need_models(feature: str) -> None:
    """Raise ``InputError`` where MediaPipe is not installed or a library of the system that it needs is missing."""
    if importlib.util.find_spec("mediapipe") is None:
        raise InputError(
            f"the feature '{feature}' needs mediapipe: run `make setup-figures`, or `pip install artextract[figures]`"
            " in an environment of its own",
            "what is already indexed by it can be searched here, by id",
            code="mediapipe-missing",
        )
    try:
        import cv2  # noqa: F401  MediaPipe loads it, and it the system's OpenGL
    except ImportError as error:
        raise InputError(
            f"the feature '{feature}' cannot load MediaPipe: {error}",
            "install the system's OpenGL library, on Debian: apt-get install libgl1 libglib2.0-0",
            code="mediapipe-unusable",
        ) from error


class FigureFeature(PictureFeature):
    """A feature that these models find: without them it can be read, compared and put into words, but not computed."""

    def require(self) -> None:
        """Raise ``InputError``, which tells the mend, where the models are not installed."""
        need_models(self.name)

    def extract(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray]]:
        self.require()
        yield from super().extract(paths, on_error)


def find_heads(image: Image.Image) -> list[Head]:
    """The heads in an RGB picture whose face can be seen, the largest first.

    Raises ``InputError`` where MediaPipe is not installed."""
    need_models("face")
    image = resized(image, LONG_SIDE)
    with models_lock:
        return [Head(head.points / max(image.size)) for head in _heads(_Picture(image))]


def find_figures(image: Image.Image) -> list[Figure]:
    """The figures in an RGB picture whose pose can be seen, the main one, which is the largest, first.

    Raises ``InputError`` where MediaPipe is not installed."""
    need_models("pose")
    image = resized(image, LONG_SIDE)
    with models_lock:
        picture = _Picture(image)
        return [
            replace(figure, joints=figure.joints / max(image.size)) for figure in _figures(picture, _heads(picture))
        ]


def mirrored_head(head: Head, width: float) -> Head:
    """The head in the mirror image of a picture of that width."""
    return Head(head.points[_MIRRORED_POINTS] * (-1, 1, 1) + (width, 0, 0))


def mirrored_figure(figure: Figure, width: float) -> Figure:
    """The figure in the mirror image of a picture of that width."""
    joints = figure.joints[MIRRORED_JOINTS] * (-1, 1) + (width, 0)
    return Figure(joints, figure.body[MIRRORED_JOINTS] * (-1, 1, 1), figure.visible[MIRRORED_JOINTS])


# Below, places are in pixels of the reduced picture.


class _Window(NamedTuple):
    """A square, by its centre and side, turned clockwise by so many degrees."""

    x: float
    y: float
    side: float
    turn: float = 0.0

    def place(self, points: np.ndarray) -> np.ndarray:
        """Points (n, 2 or 3) of the view, which is 1 wide, as points of the picture."""
        placed = points * self.side
        placed[:, :2] = (placed[:, :2] - self.side / 2) @ self.axes().T + (self.x, self.y)
        return placed

    def axes(self) -> np.ndarray:
        angle = np.radians(self.turn)
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


class _Picture:
    """A picture at several resolutions, since what a window shows of a large part must be averaged, not picked."""

    def __init__(self, image: Image.Image):
        self.size = image.size
        self._levels = [resized(image, max(image.size) // times) for times in (1, 2, 4)]

    def view(self, window: _Window) -> np.ndarray:
        """What is in a window: uint8 (WINDOW_PIXELS, WINDOW_PIXELS, 3), black outside the picture."""
        level = self._levels[0 if window.side < 1.4 * WINDOW_PIXELS else 1 if window.side < 2.8 * WINDOW_PIXELS else 2]
        scale = np.array(level.size) / self.size
        axes = window.axes() * window.side / WINDOW_PIXELS * scale[:, None]
        corner = np.array([window.x, window.y]) * scale - axes.sum(axis=1) * WINDOW_PIXELS / 2
        affine = (*axes[0], corner[0], *axes[1], corner[1])
        return np.asarray(
            level.transform((WINDOW_PIXELS, WINDOW_PIXELS), Image.Transform.AFFINE, affine, Image.Resampling.BICUBIC)
        )


def _windows(size: tuple[int, int], parts: Sequence[float]) -> Iterator[_Window]:
    for part in parts:
        side = part * max(size)
        xs, ys = (
            (
                np.linspace(side / 2, length - side / 2, int(np.ceil(2 * length / side)) - 1)
                if length > side
                else [length / 2]
            )
            for length in size
        )
        yield from (_Window(x, y, side) for y in ys for x in xs)


def _heads(picture: _Picture) -> list[Head]:
    candidates = []
    for window in _windows(picture.size, FACE_WINDOWS):
        view = picture.view(window)
        for model in ("near", "far"):
            for found in run_model(model, view).detections or ():
                box = found.location_data.relative_bounding_box
                ((x, y),) = window.place(np.array([[box.xmin + box.width / 2, box.ymin + box.height / 2]]))
                candidates.append((found.score[0], x, y, max(box.width, box.height) * window.side))
    heads: list[Head] = []
    searched: list[tuple[float, float, float]] = []
    for _, x, y, side in sorted(candidates, reverse=True):
        if any(
            np.hypot(x - u, y - v) < 0.4 * max(side, other) and 0.6 < side / other < 1.7 for u, v, other in searched
        ):
            continue
        searched.append((x, y, side))
        for times, turn in VIEWS:
            window = _Window(x, y, times * side, turn)
            confirmed = [
                Head(window.place(head.points))
                for _, head in _both_ways(picture, window, _face, mirrored_head, _faces_apart, FACE_APART)
            ]
            if confirmed:
                heads += [head for head in confirmed if not any(_same_head(head, other) for other in heads)]
                break
    return sorted(heads, key=lambda head: -head.height)


def _figures(picture: _Picture, heads: list[Head]) -> list[Figure]:
    windows = list(_windows(picture.size, POSE_WINDOWS))
    for head in heads:
        (x, y), height = head.centre, head.height
        windows += [_Window(x, y + (times / 2 - 1) * height, times * height) for times in (4, 9)]
    seen = [
        (_placed(figure, window), window)
        for window in windows
        for figure in [_pose(picture.view(window))]
        if figure and figure.seen >= FEWEST_WITH_FACE
    ]
    figures: list[Figure] = []
    for candidate, window in sorted(seen, key=lambda pair: -pair[0].visible[CORE].sum()):
        if any(_same_figure(candidate, other) for other in figures):
            continue
        looks = (window, *(_around(candidate, margin) for margin in MARGINS))
        both = (
            (look, _both_ways(picture, look, _pose, mirrored_figure, _figures_apart, FIGURE_APART)) for look in looks
        )
        confirmed = [(apart, _placed(figure, look)) for look, found in both for apart, figure in found]
        if not confirmed:
            continue
        figure = min(confirmed, key=lambda pair: pair[0])[1]
        has_face = any(_is_its_head(head, figure) for head in heads)
        enough = len(confirmed) >= (1 if has_face else OFTEN) and figure.seen >= (
            FEWEST_WITH_FACE if has_face else FEWEST
        )
        if (
            enough
            and figure.torso > SMALLEST * max(picture.size)
            and not any(_same_figure(figure, other) for other in figures)
        ):
            figures.append(figure)
    return sorted(figures, key=lambda figure: -figure.torso)


def _placed(figure: Figure, window: _Window) -> Figure:
    return replace(figure, joints=window.place(figure.joints))


def _both_ways(
    picture: _Picture,
    window: _Window,
    find: Callable[[np.ndarray], Found | None],
    mirrored: Callable[[Found, float], Found],
    apart: Callable[[Found, Found], float],
    limit: float,
) -> list[tuple[float, Found]]:
    """What is found through a window and also in its mirror image: how far apart these are and their mean, if no more
    than ``limit``."""
    view = picture.view(window)
    there = find(view)
    back = None if there is None else find(view[:, ::-1])
    if there is None or back is None:
        return []
    back = mirrored(back, 1.0)
    distance = apart(there, back)
    if distance > limit:
        return []
    mean = type(there)(*((a + b) / 2 for a, b in zip(vars(there).values(), vars(back).values(), strict=False)))
    return [(distance, mean)]


def _face(view: np.ndarray) -> Head | None:
    found = run_model("mesh", view).multi_face_landmarks
    return Head(np.array([(point.x, point.y, point.z) for point in found[0].landmark])[POINTS]) if found else None


def _pose(view: np.ndarray) -> Figure | None:
    found = run_model("pose", view)
    if not found.pose_landmarks:
        return None
    joints = np.array([(point.x, point.y, point.visibility) for point in found.pose_landmarks.landmark])
    body = np.array([(point.x, point.y, point.z) for point in found.pose_world_landmarks.landmark])
    return Figure(joints[:, :2], body, joints[:, 2])


def _around(figure: Figure, margin: float) -> _Window:
    """The window for a close look at a figure: what is seen of it, and so many times as large."""
    joints = figure.joints[(figure.visible > SEEN) | np.isin(np.arange(33), CORE[:3])]
    low, high = joints.min(axis=0), joints.max(axis=0)
    x, y = (low + high) / 2
    return _Window(x, y, margin * max(*(high - low), figure.torso))


def _faces_apart(one: Head, other: Head) -> float:
    distance = np.linalg.norm(one.points[:, :2] - other.points[:, :2], axis=1).mean()
    return float(distance) / min(one.height, other.height)


def _figures_apart(one: Figure, other: Figure) -> float:
    weights = np.minimum(one.visible, other.visible)[CORE]
    distance = np.average(np.linalg.norm(one.joints - other.joints, axis=1)[CORE], weights=weights + 1e-6)
    return float(distance) / min(one.torso, other.torso)


def _same_head(one: Head, other: Head) -> bool:
    return bool(np.linalg.norm(one.centre - other.centre) < 0.5 * max(one.height, other.height))


def _is_its_head(head: Head, figure: Figure) -> bool:
    return bool(np.linalg.norm(head.points[NOSE, :2] - figure.joints[0]) < 0.4 * head.height)


def _same_figure(one: Figure, other: Figure) -> bool:
    """Whether the trunk of one lies on that of the other."""
    trunk = [11, 12, 23, 24]
    return bool(
        np.linalg.norm(one.joints[trunk] - other.joints[trunk], axis=1).mean() < 0.6 * max(one.torso, other.torso)
    )
