"""The stage: shapes laid one over another, then lit, to give the fields that every style paints from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from artextract.sources.drawing.colour import Palette, luma, mix

LIGHTS: dict[str, tuple[float, float, float]] = {
    "left": (-0.80, -0.28, 0.53),
    "right": (0.80, -0.28, 0.53),
    "top": (0.0, -0.85, 0.53),
    "front": (0.0, -0.10, 0.99),
}


@dataclass(frozen=True)
class Scene:
    """What is to be painted. Every field has the picture's height and width, `pieces` twice both.

    pieces: number of the shape seen at each place, uint8. flat: its own colour, sRGB 0..1, before light. shade: how
    much light falls there, about 0.2..1.5, where 1 leaves the colour as it is. lit: `flat` under `shade`.
    angle: direction of the form in radians. solid: True on things with a form, False on open ground, air and water.
    focus: where the eye should rest, (x, y) in 0..1.
    horizon: 0 top..1 bottom, or None. symmetry: 0..1, left-right likeness of `flat`. mirrored: exactly symmetrical.
    """

    genre: str
    palette: Palette
    pieces: np.ndarray
    flat: np.ndarray
    shade: np.ndarray
    lit: np.ndarray
    angle: np.ndarray
    solid: np.ndarray
    focus: tuple[float, float]
    horizon: float | None
    light: str
    symmetry: float
    mirrored: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.flat.shape[1], self.flat.shape[0]


@dataclass
class Stage:
    """Lays shapes back to front. Points outside the picture are cut off."""

    size: tuple[int, int]
    light: str
    palette: Palette
    mirrored: bool
    count: int = 0
    focus: tuple[float, float] = (0.5, 0.5)
    horizon: float | None = None
    pieces: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        w, h = self.size
        self.pieces = Image.new("L", (2 * w, 2 * h))
        # Red, green and blue apart, and so the two parts of the normal: shapes are laid much faster that way.
        self.planes = np.zeros((3, h, w), np.float32)
        self.normals = np.zeros((2, h, w), np.float32)
        self.angle = np.zeros((h, w), np.float32)
        self.cast = np.zeros((h, w), np.float32)

    def add(
        self,
        outline: np.ndarray,
        colour: np.ndarray,
        below: np.ndarray | None = None,
        form: str = "flat",
        angle: float | str = 0.0,
        piece: bool = True,
    ) -> None:
        """Lay one shape over what is there.

        below: the colour it passes into towards its foot, if any. form: "flat", "ball", "column" (round across),
        "slope" (lit by the fall of its crest) or "mark" (keeps the form beneath it). angle: the way it runs in
        radians, or "round" to follow its outline. piece: False joins it to the shape beneath in outline styles.
        """
        w, h = self.size
        low, high = outline.min(0), outline.max(0)
        x0, y0 = max(0, int(np.floor(low[0]))), max(0, int(np.floor(low[1])))
        x1, y1 = min(w, int(np.ceil(high[0])) + 1), min(h, int(np.ceil(high[1])) + 1)
        if x1 <= x0 or y1 <= y0:
            return
        stencil = Image.new("L", (x1 - x0, y1 - y0))
        ImageDraw.Draw(stencil).polygon((outline - (x0, y0)).ravel().tolist(), fill=1)
        mask = np.asarray(stencil).view(bool)
        if piece:
            self.count += 1
            ImageDraw.Draw(self.pieces).polygon((outline * 2).ravel().tolist(), fill=self.count)
        here = (slice(y0, y1), slice(x0, x1))
        # Large plain shapes take most of the time, and need no mask.
        inside = True if mask.all() else mask
        rows = np.arange(y0, y1, dtype=np.float32)[:, None]
        t = 0 if below is None else np.clip((rows - low[1]) / max(1.0, high[1] - low[1]), 0, 1)
        for plane, top, foot in zip(self.planes, colour, colour if below is None else below, strict=True):
            np.copyto(plane[here], np.float32(top + (foot - top) * t), where=inside)
        np.copyto(self.cast[here], 0, where=inside)
        x = (np.arange(x0, x1, dtype=np.float32)[None] * 2 - low[0] - high[0]) / np.float32(max(1, high[0] - low[0]))
        y = (rows * 2 - low[1] - high[1]) / np.float32(max(1, high[1] - low[1]))
        if form != "mark":
            for plane, part in zip(self.normals, _bulge(mask, form, x, y), strict=True):
                np.copyto(plane[here], part, where=inside)
        np.copyto(self.angle[here], np.arctan2(x, -y) if angle == "round" else np.float32(angle), where=inside)

    def shadow(self, x: float, y: float, rx: float, ry: float, strength: float = 0.5) -> None:
        """A thing standing at (x, y) throws its shadow, away from the light, on what is there so far."""
        lx = LIGHTS[self.light][0]
        x, rx, ry = x - lx * rx * 0.9, rx * (1.15 + 0.5 * abs(lx)), ry * (1.6 if self.light == "top" else 1.1)
        w, h = self.size
        x0, x1 = max(0, int(x - rx)), min(w, int(x + rx) + 1)
        y0, y1 = max(0, int(y - ry)), min(h, int(y + ry) + 1)
        if x1 <= x0 or y1 <= y0:
            return
        xs = (np.arange(x0, x1)[None] - x) / rx
        ys = (np.arange(y0, y1)[:, None] - y) / ry
        spot = np.clip(1.15 - xs**2 - ys**2, 0, 1) * strength
        self.cast[y0:y1, x0:x1] = np.maximum(self.cast[y0:y1, x0:x1], spot)

    def finish(self, genre: str) -> Scene:
        """Fold a mirrored scene over, turn on the light, and hand the scene over."""
        pieces = np.array(self.pieces)
        if self.mirrored:
            for plane in (pieces, *self.planes, *self.normals, self.angle):
                half = plane.shape[1] // 2
                plane[:, -half:] = plane[:, half - 1 :: -1]
            half = self.size[0] // 2
            self.normals[0][:, -half:] *= -1
            self.angle[:, -half:] *= -1
        flat = np.stack(list(self.planes), axis=2)
        shade = self._shade()
        return Scene(
            genre=genre,
            palette=self.palette,
            pieces=pieces,
            flat=flat,
            shade=shade,
            lit=lit_by(flat, shade, self.palette),
            angle=self.angle,
            solid=(self.normals[0] != 0) | (self.normals[1] != 0),
            focus=self.focus,
            horizon=self.horizon,
            light=self.light,
            symmetry=1.0 if self.mirrored else mirror_likeness(flat),
            mirrored=self.mirrored,
        )

    def _shade(self) -> np.ndarray:
        w, h = self.size
        lx, ly, lz = LIGHTS[self.light]
        nx, ny = self.normals
        facing = nx * lx + ny * ly + np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1)) * lz - lz
        x = np.linspace(-1, 1, w, dtype=np.float32)[None]
        y = np.linspace(-1, 1, h, dtype=np.float32)[:, None]
        if self.light == "front":
            fall, gain = 0.16 - 0.22 * (x**2 + 0.6 * y**2), 0.6
        else:
            fall, gain = 0.34 * (lx * x + ly * y), 0.95
        cast = ndimage.gaussian_filter(self.cast, 1.6) if self.cast.any() else self.cast
        shade: np.ndarray = np.clip(1 + gain * facing + fall - cast, 0.16, 1.55).astype(np.float32)
        return shade


def _bulge(mask: np.ndarray, form: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray | float, np.ndarray | float]:
    """Sideways and upward parts of the surface normal over a shape, each -1..1 and ready to broadcast.

    x, y: position across and down the shape's full extent, -1..1, as a row and a column.
    """
    if form == "ball":
        inward = 1 / np.maximum(np.sqrt(x**2 + y**2) / np.float32(0.97), 1)
        return x * inward, y * inward
    if form == "column":
        n = mask.shape[1]
        left, right = mask.argmax(1), n - 1 - mask[:, ::-1].argmax(1)
        scale = (1.9 / np.maximum(right - left, 1)).astype(np.float32)[:, None]
        middle = ((left + right) / 2).astype(np.float32)[:, None]
        return np.clip((np.arange(n, dtype=np.float32)[None] - middle) * scale, -0.95, 0.95), 0.0
    if form == "slope" and mask.shape[1] > 1:
        crest = ndimage.gaussian_filter1d(mask.argmax(0).astype(np.float32), 9, mode="nearest")
        fall = np.gradient(crest).astype(np.float32)
        rows = np.arange(mask.shape[0], dtype=np.float32)[:, None]
        height = np.clip(1 - (rows - crest[None]) / np.float32(0.6 * mask.shape[0] + 1), 0, 1)
        return height * (0.95 * fall / np.sqrt(1 + fall**2))[None], height * np.float32(-0.35)
    return 0.0, 0.0


def lit_by(flat: np.ndarray, shade: np.ndarray, palette: Palette) -> np.ndarray:
    """Colours under light: shadows go towards the palette's dark, lights towards its glow, not to black and white."""
    low, high = np.minimum(shade, 1), np.clip((shade - 1) * 1.5, 0, 1) * 0.75
    own = (0.30 + 0.70 * low) * (1 - high)
    bright = mix(palette.glow, palette.pale, 0.5)
    planes = [flat[..., c] * own + (1 - low) * (0.42 * palette.dark[c]) + high * bright[c] for c in range(3)]
    return np.stack(planes, axis=2)


def mirror_likeness(rgb: np.ndarray) -> float:
    """Left-right symmetry of an image, 0..1.

    1: equal to its mirror image. 0: as unlike it as places picked at random are unlike each other.
    """
    step = max(1, min(rgb.shape[:2]) // 60)
    small = ndimage.uniform_filter1d(ndimage.uniform_filter1d(luma(rgb), step * 2 + 1, axis=1), step * 2 + 1, axis=0)
    half = small.shape[1] // 2
    left, right = small[step // 2 :: step, :half:step], small[step // 2 :: step, ::-1][:, :half:step]
    apart = float(np.abs(left - right).mean())
    values = np.sort(np.concatenate([left.ravel(), right.ravel()]))
    n = len(values)
    at_random = 2.0 * float((values * (2 * np.arange(1, n + 1) - n - 1)).sum()) / (n * n)
    return float(np.clip(1 - apart / max(at_random, 1e-6), 0, 1))
