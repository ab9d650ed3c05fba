"""Structure: how a painting is built of edges and regions, and where these lie, whatever their colours are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageOps
from scipy import ndimage

from artextract.drawing_text import INK, PAPER, fit, font
from artextract.features import SKETCH_SIDE, Colour, Overlay
from artextract.features.cielab import rgb_to_lab
from artextract.features.pictures import PictureFeature, resized
from artextract.features.shapes import Drawing, Line, Shape, drawn, places
from artextract.features.structure_words import DIVISIONS, StructureMeasures, compared
from artextract.said import Said

LONG_SIDE = 192
"""Edges are sought on a picture of this many pixels on its longer side."""
BLURS = (2.0, 5.0)
"""Standard deviations in pixels of the smoothing before edges are taken: strokes of the brush vanish, forms stay."""
ANGLES = 8
"""Orientations of edges, over half a turn."""
GRIDS = (1, 2, 4)
"""Cells per side in the levels of the pyramid."""
REGION_GRID = 6
"""Cells per side in which colours are compared with each other."""
SHORTEST = 0.14
"""Length of the shortest line that counts, in longer sides."""
COLOURS = 5
"""Colours, at most, to which a picture is reduced before its regions are taken."""
CLEAR = 6.0
"""Distance in CIELAB units below which two colours are one."""
REGION_SIDE = 64
SMALLEST = 0.015
"""Part of the picture below which a region belongs to the one beside it."""


class Structure(PictureFeature):
    """A spatial pyramid of edge orientations, which cells of the picture look alike, and the main lines and regions.

    Edges come from all of CIELAB (Di Zenzo, "A note on the gradient of a multi-image", 1986), pooled over soft cells as
    in GIST (Oliva and Torralba, "Modeling the shape of the scene", 2001), HOG (Dalal and Triggs, 2005) and spatial
    pyramids (Lazebnik et al., 2006). Likeness of cells is the self-similarity of Shechtman and Irani (CVPR 2007),
    centred as a kernel (Cortes et al., "Algorithms for learning kernels based on centered alignment", 2012): what is
    compared is which parts look alike, not what they look like."""

    name = "structure"
    store_name = "structure"
    version = "1"
    description = "the layout of edges, lines and regions, whatever their colours"
    decoded_at = LONG_SIDE
    space = "centred"
    about = "their layout"
    colour = Colour("#8a4f2d", "#c98a62")
    presets = {"same composition": 70}
    overlay = Overlay("Structure", "Forms of one colour, and the main straight lines.")

    @property
    def dim(self) -> int:
        return len(_layout().weight)

    def vector(self, image: Image.Image) -> np.ndarray:
        layout, seen = _layout(), _see(image)
        if seen is None:
            return np.full(self.dim, np.nan, dtype=np.float32)
        values = np.concatenate([seen.pyramid, seen.alike, seen.accents, seen.forms])
        vector: np.ndarray = ((values - layout.neutral) * layout.weight).astype(np.float32)
        return vector

    def compared(self, a: np.ndarray, b: np.ndarray) -> str:
        return compared(_read(a), _read(b))

    def drawing(self, image: Image.Image) -> Drawing:
        seen = _see(image)
        if seen is None:
            return Drawing(says=Said("no-structure", "one colour: no structure to be seen"))
        picture = ImageOps.contain(image, (SKETCH_SIDE, SKETCH_SIDE), Image.Resampling.LANCZOS)
        key = ((_UPRIGHT, "upright"), (_LEVEL, "level"), (_SLANTING, "slanting"))
        return Drawing(_line_shapes(seen, image.size), _regions_layer(picture, seen.regions), _counted(seen), key)

    def sketch(self, image: Image.Image) -> Image.Image:
        return _drawn(image, _see(image))


def structure_measures(image: Image.Image) -> StructureMeasures | None:
    """The readable measures of an RGB picture, which are those of its vector; None for a picture of one colour."""
    vector = Structure().vector(image)
    return None if np.isnan(vector).any() else _read(vector)


@dataclass(frozen=True)
class _Seen:
    """What is found in a picture: the blocks of the vector, and what the sketch draws."""

    pyramid: np.ndarray
    alike: np.ndarray
    accents: np.ndarray
    forms: np.ndarray
    lines: np.ndarray
    """float (n, 4): ends x, y, x, y in longer sides, the longest first."""
    regions: np.ndarray
    """int (h, w): number of the region of each pixel of a small picture."""


@dataclass(frozen=True)
class _Layout:
    """Where the blocks stand in the vector, what is neutral, and the weight of each: vectors are ``(value - neutral) *
    weight``."""

    places: dict[str, slice]
    neutral: np.ndarray
    weight: np.ndarray


# straightness, busyness, log2 of forms, largest, log2 of 1 + outline: about what paintings have on average, and weights
_FORMS_NEUTRAL, _FORMS_WEIGHT = (0.13, 0.8, 3.3, 0.35, 3.2), (1.5, 2.0, 0.3, 1.0, 0.4)
# Such that over paintings the courses of edges make some half of what counts, likeness of cells a quarter, lines and
# forms the rest.
_LEVEL_WEIGHT, _ALIKE_WEIGHT, _ACCENT_WEIGHT = (3.0, 2.0, 1.2), 0.8, 0.6


@lru_cache(maxsize=1)
def _layout() -> _Layout:
    grids = np.concatenate([np.full(grid * grid * ANGLES, grid) for grid in GRIDS])
    even = np.tile(1 / np.sqrt(grids**2 * ANGLES), len(BLURS))
    pairs = np.triu_indices(REGION_GRID**2)
    blocks = [
        ("pyramid", even, np.tile(np.array(_LEVEL_WEIGHT)[np.searchsorted(GRIDS, grids)], len(BLURS))),
        (
            "alike",
            _smooth_field()[pairs],
            _ALIKE_WEIGHT * np.where(pairs[0] == pairs[1], 1.0, np.sqrt(2)),
        ),  # each pair stands twice in the matrix
        ("accents", np.full(8, 0.25), np.full(8, _ACCENT_WEIGHT)),
        ("forms", np.array(_FORMS_NEUTRAL), np.array(_FORMS_WEIGHT)),
    ]
    places, start = {}, 0
    for name, neutral, _ in blocks:
        places[name] = slice(start, start + len(neutral))
        start += len(neutral)
    return _Layout(
        places,
        np.concatenate([neutral for _, neutral, _ in blocks]),
        np.concatenate([weight for _, _, weight in blocks]),
    )


@lru_cache(maxsize=1)
def _smooth_field() -> np.ndarray:
    """Centred likeness of cells where it falls with their distance alone, as it does on average over pictures: (cells,
    cells), norm 0.6."""
    places = np.moveaxis(np.mgrid[:REGION_GRID, :REGION_GRID], 0, -1).reshape(-1, 2) / REGION_GRID
    kernel = _centred(np.exp(-np.linalg.norm(places[:, None] - places[None], axis=-1) / 0.35))
    return 0.6 * kernel / np.linalg.norm(kernel)


def _centred(kernel: np.ndarray) -> np.ndarray:
    means = kernel.mean(axis=0)
    centred: np.ndarray = kernel - means - means[:, None] + means.mean()
    return centred


def _see(image: Image.Image) -> _Seen | None:
    small = resized(image, LONG_SIDE)
    small = small.resize((max(small.width, 16), max(small.height, 16)), Image.Resampling.BICUBIC)
    lab = rgb_to_lab(np.asarray(small)).astype(np.float32)
    if lab.std(axis=(0, 1)).max() < 0.5:
        return None
    scale = max(small.size) / LONG_SIDE
    smooth = np.stack([ndimage.gaussian_filter(lab, (blur * scale, blur * scale, 0), mode="nearest") for blur in BLURS])
    edges = [_edges(picture) for picture in smooth]
    pyramid = np.concatenate([_pyramid(strength, angle) for strength, angle in edges])
    lines, straightness = _lines(*edges[0], scale)
    regions = _regions(smooth[0], edges[0][0])
    return _Seen(
        pyramid,
        _alike(smooth[0]),
        _accents(lines, small.size),
        _forms(edges[0][0], straightness, regions),
        lines,
        regions,
    )


def _edges(smooth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Strength of the edge at each pixel, 0..1, and its course in radians, 0..pi, downwards from the horizontal: float
    (h, w) each.

    The strength is s / (s + mean of s): clear edges count much the same whether they part black from white or two
    greys."""
    down, right = np.gradient(smooth, axis=(0, 1))
    along, across = (right * right - down * down).sum(-1), 2 * (right * down).sum(-1)
    strength = np.sqrt(np.hypot(along, across))
    return strength / (strength + strength.mean() + 1e-3), (np.arctan2(across, along) / 2 + np.pi / 2) % np.pi


def _cells(pixels: int, grid: int) -> np.ndarray:
    """How much each pixel of a side belongs to each of its cells, which melt into each other: float (grid, pixels),
    columns sum to 1."""
    place = (np.arange(pixels) + 0.5) / pixels * grid - 0.5
    shares: np.ndarray = np.clip(1 - np.abs(np.clip(place, 0, grid - 1) - np.arange(grid)[:, None]), 0, 1).astype(
        np.float32
    )
    return shares


def _pyramid(strength: np.ndarray, course: np.ndarray) -> np.ndarray:
    """Square roots of the shares of edges per level, cell and orientation; the squares of each level sum to 1."""
    turn = course / np.pi * ANGLES
    low = np.floor(turn)
    part = (turn - low) * strength
    low = low.astype(int) % ANGLES
    maps = np.zeros((ANGLES, *strength.shape), dtype=np.float32)
    for angle in range(ANGLES):
        here, before = low == angle, low == (angle - 1) % ANGLES
        maps[angle] = np.where(here, strength - part, 0) + np.where(before, part, 0)
    levels = []
    for grid in GRIDS:
        shares = np.einsum(
            "ch,ahw,dw->cda", _cells(strength.shape[0], grid), maps, _cells(strength.shape[1], grid), optimize=True
        ).ravel()
        levels.append(np.sqrt(shares / (shares.sum() + 1e-9)))
    return np.concatenate(levels)


def _alike(smooth: np.ndarray) -> np.ndarray:
    """Which cells of the picture have the same colour: centred likeness of each pair, the whole matrix of norm 1."""
    rows, columns = (_cells(side, REGION_GRID) for side in smooth.shape[:2])
    rows, columns = (part / part.sum(axis=1, keepdims=True) for part in (rows, columns))
    colours = np.einsum("ch,hwk,dw->cdk", rows, smooth, columns, optimize=True).reshape(-1, 3)
    distance = ((colours[:, None] - colours[None]) ** 2).sum(-1)
    kernel = _centred(np.exp(-distance / (0.7 * distance.mean() + 1e-3)))
    upper: np.ndarray = (kernel / (np.linalg.norm(kernel) + 1e-6))[np.triu_indices(REGION_GRID**2)]
    return upper


def _lines(strength: np.ndarray, course: np.ndarray, scale: float) -> tuple[np.ndarray, float]:
    """Straight lines as ends x, y, x, y in longer sides, the longest first, and the part of all edge pixels that lies
    on them.

    Pixels on the crest of a clear edge that touch and run within 12 degrees of one course make a line (after Grompone
    von Gioi et al., "LSD", 2010) where they are long and thin."""
    height, width = strength.shape
    rows, columns = np.mgrid[:height, :width]
    right, down = -np.sin(course) * scale, np.cos(course) * scale
    neighbours = [
        ndimage.map_coordinates(strength, (rows + way * down, columns + way * right), order=1, mode="nearest")
        for way in (-1, 1)
    ]
    crest = (strength > 0.55) & (strength >= neighbours[0]) & (strength > neighbours[1])
    y, x = np.nonzero(crest)
    along = course[crest]
    found, free = [], np.ones(len(x), dtype=bool)
    for centre in np.arange(0, np.pi, np.pi / 12):
        near = np.abs((along - centre + np.pi / 2) % np.pi - np.pi / 2) < np.radians(12)
        mask = np.zeros((height, width), dtype=bool)
        mask[y[near], x[near]] = True
        labels, number = ndimage.label(mask, structure=np.ones((3, 3)))
        members = labels[y[near], x[near]]
        found += _segments(np.flatnonzero(near), members, number, x, y, max(height, width))
    lines = []
    for _length, pixels, ends in sorted(found, key=lambda segment: -segment[0]):
        if free[pixels].mean() > 0.6 and not _margin(ends, (width, height)):
            free[pixels] = False
            lines.append(ends)
    return np.array(lines).reshape(-1, 4), float((~free).mean()) if len(free) else 0.0


def _margin(ends: np.ndarray, size: tuple[int, int]) -> bool:
    """Whether a line runs along a side of the picture within 4 % of it: the edge of a frame, a sheet or a
    photograph."""
    x, y = ends[::2] * max(size) / size[0], ends[1::2] * max(size) / size[1]
    return any(bool((place < 0.04).all() or (place > 0.96).all()) for place in (x, y))


def _segments(
    pixels: np.ndarray, members: np.ndarray, number: int, x: np.ndarray, y: np.ndarray, side: int
) -> list[tuple[float, np.ndarray, np.ndarray]]:
    """Length, pixels and ends of those groups that are long and thin."""
    segments = []
    for group in np.flatnonzero(np.bincount(members, minlength=number + 1) >= 0.8 * SHORTEST * side):
        own = pixels[members == group]
        points = np.stack([x[own], y[own]], axis=-1) + 0.5
        middle = points.mean(axis=0)
        values, axes = np.linalg.eigh(np.cov((points - middle).T))
        reach = (points - middle) @ axes[:, 1]
        length = np.ptp(reach) / side
        if length >= SHORTEST and values[0] < 2.5:
            ends = np.concatenate([middle + reach.min() * axes[:, 1], middle + reach.max() * axes[:, 1]]) / side
            segments.append((length, own, ends))
    return segments


def _accents(lines: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Square roots of lengths of lines: upright ones in the left, middle and right third, level ones in the upper,
    middle and lower third, rising ones, falling ones. A line counts for the courses beside its own by its angle."""
    right, down = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    length, turn = np.hypot(right, down), 2 * np.arctan2(-down, right)
    width, height = (side / max(size) for side in size)
    upright, level = np.clip(-np.cos(turn), 0, 1) ** 2, np.clip(np.cos(turn), 0, 1) ** 2
    rising, falling = np.clip(np.sin(turn), 0, 1) ** 2, np.clip(-np.sin(turn), 0, 1) ** 2
    columns, rows = _thirds((lines[:, 0] + lines[:, 2]) / 2 / width), _thirds((lines[:, 1] + lines[:, 3]) / 2 / height)
    sums = np.concatenate(
        [columns @ (length * upright), rows @ (length * level), [(length * rising).sum(), (length * falling).sum()]]
    )
    roots: np.ndarray = np.sqrt(sums)
    return roots


def _thirds(place: np.ndarray) -> np.ndarray:
    """How much each place, 0..1, belongs to each third, softly: (3, n), columns sum to 1."""
    share = np.clip(1.25 - np.abs(place * 3 - 0.5 - np.arange(3)[:, None]) * 1.5, 0, 1)
    parts: np.ndarray = share / share.sum(axis=0)
    return parts


def _regions(smooth: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Number of the region of each pixel, int (h, w) of about ``REGION_SIDE``: touching pixels of one of at most
    ``COLOURS`` colours, those below ``SMALLEST`` given to what is beside them. The colours are found by k-means, which
    starts from the mean of what is no edge and goes on with what is farthest from all before, as long as that is
    clearly another colour."""
    step = max(1, round(max(smooth.shape[:2]) / REGION_SIDE))
    picture, strength = smooth[::step, ::step], strength[::step, ::step]
    pixels = picture.reshape(-1, 3)
    inside = picture[strength <= np.median(strength)]
    centres = inside.mean(axis=0, keepdims=True)
    centres = inside[((inside - centres) ** 2).sum(-1).argmin()][None]
    clear = max(CLEAR, 0.3 * np.sqrt(((inside - centres) ** 2).sum(-1).max()))
    while len(centres) < COLOURS:
        distance = np.sqrt(((inside[:, None] - centres[None]) ** 2).sum(-1).min(axis=1))
        if distance.max() <= clear:
            break
        centres = np.concatenate([centres, inside[distance.argmax()][None]])
    for _ in range(8):
        nearest = ((centres**2).sum(-1) - 2 * pixels @ centres.T).argmin(axis=1)
        counts = np.bincount(nearest, minlength=len(centres))[:, None]
        sums = np.stack(
            [np.bincount(nearest, weights=channel, minlength=len(centres)) for channel in pixels.T], axis=-1
        )
        centres = np.where(counts > 0, sums / np.maximum(counts, 1), centres)
    colours = nearest.reshape(picture.shape[:2])
    labels = np.zeros(colours.shape, dtype=int)
    for colour in range(len(centres)):
        own, _ = ndimage.label(colours == colour)
        labels[own > 0] = own[own > 0] + labels.max()
    small = np.bincount(labels.ravel())[labels] < SMALLEST * labels.size
    if small.all():
        return np.zeros_like(labels)
    neighbours = ndimage.distance_transform_edt(small, return_distances=False, return_indices=True)
    return np.unique(labels[tuple(neighbours)], return_inverse=True)[1].reshape(labels.shape)


def _forms(strength: np.ndarray, straightness: float, regions: np.ndarray) -> np.ndarray:
    sizes = np.bincount(regions.ravel())
    border = (regions[1:] != regions[:-1]).sum() + (regions[:, 1:] != regions[:, :-1]).sum()
    busyness = strength.mean() ** 2 / ((strength**2).mean() + 1e-9)
    return np.array(
        [
            straightness,
            busyness,
            np.log2(len(sizes)),
            sizes.max() / regions.size,
            np.log2(1 + border / max(regions.shape)),
        ]
    )


def _read(vector: np.ndarray) -> StructureMeasures:
    layout = _layout()
    values = vector / layout.weight + layout.neutral
    accents = np.clip(values[layout.places["accents"]], 0, None) ** 2
    shares = values[layout.places["pyramid"]][: -sum(grid**2 for grid in GRIDS) * ANGLES] ** 2  # of the finer edges
    courses, places = (
        shares[:ANGLES],
        shares[-(GRIDS[-1] ** 2) * ANGLES :].reshape(GRIDS[-1], GRIDS[-1], ANGLES).sum(axis=-1),
    )
    straightness, busyness, forms, largest, outline = (float(value) for value in values[layout.places["forms"]])
    return StructureMeasures(
        verticals=(float(accents[0]), float(accents[1]), float(accents[2])),
        horizontals=(float(accents[3]), float(accents[4]), float(accents[5])),
        rising=float(accents[6]),
        falling=float(accents[7]),
        straightness=straightness,
        busyness=busyness,
        forms=2**forms,
        largest=largest,
        outline=2**outline - 1,
        division=_division(values[layout.places["alike"]]),
        below=float(places[2:].sum()),
        right=float(places[:, 2:].sum()),
        middle=float(places[1:3, 1:3].sum()),
        upright=float(courses[4] + (courses[3] + courses[5]) / 2),
        level=float(courses[0] + (courses[1] + courses[7]) / 2),
    )


@lru_cache(maxsize=1)
def _divisions() -> np.ndarray:
    """The pattern of each of ``DIVISIONS`` over the cells: float (divisions, cells), mean 0, norm 1."""
    y, x = (np.mgrid[:REGION_GRID, :REGION_GRID] + 0.5) / REGION_GRID * 2 - 1
    patterns = [
        np.tanh(3 * y),
        np.tanh(3 * x),
        np.exp(-2 * (x**2 + y**2)),
        np.exp(-4 * x**2),
        np.exp(-4 * y**2),
        np.tanh(2 * (x + y)),
        np.tanh(2 * (x - y)),
    ]
    flat = np.stack([pattern.ravel() - pattern.mean() for pattern in patterns])
    unit: np.ndarray = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    return unit


def _division(alike: np.ndarray) -> str:
    """The pattern nearest to what parts the cells most (the first eigenvector of their likeness); "" where none is
    near."""
    kernel = np.zeros((REGION_GRID**2,) * 2)
    kernel[np.triu_indices(REGION_GRID**2)] = alike
    kernel = kernel + np.triu(kernel, 1).T
    likeness = np.abs(_divisions() @ np.linalg.eigh(kernel)[1][:, -1])
    return list(DIVISIONS)[likeness.argmax()] if likeness.max() > 0.65 else ""


def _drawn(image: Image.Image, seen: _Seen | None) -> Image.Image:
    """The paled picture, each region in its mean colour, with the borders between regions and the main lines drawn upon
    it."""
    strip = 28
    picture = ImageOps.contain(image, (SKETCH_SIDE, SKETCH_SIDE - strip), Image.Resampling.LANCZOS)
    size, sheet = picture.size, Image.new("RGB", (max(picture.width, 280), picture.height + strip), PAPER)
    left, below = (sheet.width - size[0]) // 2, size[1] + 7
    draw = ImageDraw.Draw(sheet)
    if seen is None:
        sheet.paste(picture, (left, 0))
        draw.text((8, below), "one colour: no structure to be seen", fill=INK, font=font(12))
        return sheet
    layer = _regions_layer(picture, seen.regions)
    picture.paste(layer, mask=layer)
    sheet.paste(drawn(picture, _line_shapes(seen, size)), (left, 0))
    x = 8
    for word, colour in (("upright", _UPRIGHT), ("level", _LEVEL), ("slanting", _SLANTING)):
        draw.line((x, below + 7, x + 18, below + 7), fill=colour, width=3)
        draw.text((x + 23, below), word, fill=INK, font=font(11))
        x += 33 + round(font(11).getlength(word))
    draw.text((x + 4, below), fit(_counted(seen), font(11), sheet.width - x - 8), fill=INK, font=font(11))
    return sheet


def _counted(seen: _Seen) -> str:
    number = seen.regions.max() + 1
    return Said("forms", "{n} form" + ("s" if number > 1 else ""), n=int(number))


def _line_shapes(seen: _Seen, size: tuple[int, int]) -> tuple[Shape, ...]:
    """The main lines on a picture of ``size``, coloured by their course."""
    shapes = []
    for x0, y0, x1, y1 in seen.lines:
        upright = abs(np.arctan2(y1 - y0, x1 - x0) % np.pi - np.pi / 2) < np.pi / 8
        level = abs(y1 - y0) < np.tan(np.pi / 8) * abs(x1 - x0)
        shapes.append(
            Line(
                places(np.array([[x0, y0], [x1, y1]]), size),
                _UPRIGHT if upright else _LEVEL if level else _SLANTING,
                3.0,
            )
        )
    return tuple(shapes)


_UPRIGHT, _LEVEL, _SLANTING = "#c8352b", "#1f5fa8", "#2f8f4e"


def _regions_layer(picture: Image.Image, regions: np.ndarray) -> Image.Image:
    """RGBA: regions filled with their mean colour, paled, through which the picture shines a little, with soft-edged
    borders."""
    masks = [Image.fromarray((regions == region).astype(np.float32)) for region in range(regions.max() + 1)]
    large = np.argmax(
        [ndimage.gaussian_filter(mask.resize(picture.size, Image.Resampling.BICUBIC), 4.0) for mask in masks], axis=0
    )
    pixels = np.asarray(picture, dtype=np.float32)
    counts = np.maximum(np.bincount(large.ravel(), minlength=len(masks)), 1)
    sums = [np.bincount(large.ravel(), weights=channel, minlength=len(masks)) for channel in pixels.reshape(-1, 3).T]
    means = np.stack(sums, axis=-1) / counts[:, None]
    shines = 0.5 * 0.35
    paled = 0.5 * 0.65 * means[large] + 0.5 * np.array([250.0, 248.0, 244.0])
    border = np.zeros(large.shape, dtype=bool)
    border[1:] |= large[1:] != large[:-1]
    border[:, 1:] |= large[:, 1:] != large[:, :-1]
    ink = np.clip(ndimage.gaussian_filter(border.astype(np.float32), 0.7) * 1.4, 0, 0.8)[..., None]
    covers = 1 - shines * (1 - ink)
    return Image.fromarray(
        np.rint(np.concatenate([(paled * (1 - ink) + 40 * ink) / covers, 255 * covers], axis=-1)).astype(np.uint8)
    )
