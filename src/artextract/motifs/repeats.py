"""Finds what is repeated in a whole collection: pairs of paintings that share a detail at about one size, in groups.

For each painting the nearest cells of others vote for a common shift; where many agree, the rectangle of its cells that
answer best is a detail, which is then judged as in ``find.py``. Details at another size or mirrored are not looked for
here, since that would need each painting described many times over: ``find.py`` does that for one detail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from artextract.motifs.find import MotifIndex
from artextract.motifs.geometry import fitted_frame
from artextract.motifs.matching import compare
from artextract.progress import Progress, no_progress

LEAST_PAIR = 9.0
"""Score from which a pair counts. Set by eye on the pairs of 60 paintings among 5,164."""
LOOKED_AT = 6
"""Paintings that are compared with each."""
SMALLEST = 3
"""Cells on a side of a detail."""
LARGEST = 12
_MARGIN = 1.0
"""Deviations by which a cell's answer must exceed the usual one to count for the rectangle."""
SAME_PLACE = 0.5
"""Two details of a painting are one where this part of the smaller lies in the other."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """A detail of the image ``key``: left, top, right, bottom as shares of it."""

    key: str
    box: Box


@dataclass(frozen=True)
class Repeat:
    """Two places that show one detail; ``score`` as in ``MotifFound``."""

    a: Place
    b: Place
    score: float


def repeats(index: MotifIndex, least: float = LEAST_PAIR, progress: Progress = no_progress) -> list[Repeat]:
    """All pairs of ``least`` and above, best first; each pair of paintings once, at its best place."""
    best: dict[tuple[str, str], Repeat] = {}
    keys = sorted(index.candidates.serials)
    for key in progress(keys, len(keys), "looking for repeated motifs"):
        for pair in _of(index, key, least):
            names = (min(pair.a.key, pair.b.key), max(pair.a.key, pair.b.key))
            if names not in best or pair.score > best[names].score:
                best[names] = pair
    return sorted(best.values(), key=lambda pair: (-pair.score, pair.a.key, pair.b.key))


def grouped(pairs: Sequence[Repeat]) -> list[list[tuple[Place, float]]]:
    """Places that pairs join, directly or by way of others, each with its best score; the largest group first."""
    places = [place for pair in pairs for place in (pair.a, pair.b)]
    scores = [pair.score for pair in pairs for _ in range(2)]
    parent = list(range(len(places)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    first: dict[str, list[int]] = {}
    for i, place in enumerate(places):
        if i % 2:
            parent[root(i)] = root(i - 1)
        for j in first.get(place.key, []):
            if _shared(place.box, places[j].box) >= SAME_PLACE:
                parent[root(i)] = root(j)
        first.setdefault(place.key, []).append(i)
    groups: dict[int, dict[str, tuple[Place, float]]] = {}
    for i, place in enumerate(places):
        group = groups.setdefault(root(i), {})
        if place.key not in group or scores[i] > group[place.key][1]:
            group[place.key] = (place, scores[i])
    ordered = [sorted(group.values(), key=lambda one: (-one[1], one[0].key)) for group in groups.values()]
    return sorted(ordered, key=lambda group: (-len(group), -group[0][1], group[0][0].key))


def _of(index: MotifIndex, key: str, least: float) -> Iterator[Repeat]:
    cells = index.store.cells(key)
    rows, columns = cells.shape[:2]
    background = [other for other in index.background if other != key]
    for other, shift in _shifts(index, key, cells):
        theirs = index.store.cells(other)
        likeness = _answers(cells, theirs, shift)
        box = _rectangle(likeness)
        if box is None:
            continue
        top, left, bottom, right = box
        detail = cells[top:bottom, left:right]
        usual = index.usual(detail, [one for one in background if one != other])
        if usual is None:
            continue
        score, row, column = (one[0] for one in compare(detail, theirs[None]))
        standard = (float(score) - usual[0]) / usual[1]
        if standard >= least:
            frame = fitted_frame(detail, theirs, int(row), int(column))
            mine = (left / columns, top / rows, right / columns, bottom / rows)
            yield Repeat(Place(key, tuple(round(v, 4) for v in mine)), Place(other, frame.box), standard)  # type: ignore[arg-type]


def _shifts(index: MotifIndex, key: str, cells: np.ndarray) -> list[tuple[str, tuple[int, int]]]:
    """The paintings with the most votes for one shift (rows, columns), and that shift."""
    rows, columns, dim = cells.shape
    cosines, serials, places = index.candidates.nearest(cells.reshape(-1, dim))
    own = index.candidates.serials[key]
    there = (serials >= 0) & (serials != own)
    floor = cosines.min(1, keepdims=True, where=serials >= 0, initial=1.0)
    cell, nth = np.nonzero(there)
    if not len(cell):
        return []
    serial, place = serials[cell, nth], places[cell, nth]
    wide = np.array([index.columns[number] for number in serial.tolist()])
    down, across = place // wide - cell // columns, place % wide - cell % columns
    keys = (serial * 128 + down + 64) * 128 + across + 64
    spots, where = np.unique(keys, return_inverse=True)
    sums = np.bincount(where, (cosines - floor)[cell, nth])
    found: dict[str, tuple[int, int]] = {}
    for spot in spots[np.argsort(-sums, kind="stable")].tolist():
        other = index.candidates.hashes[spot // 128**2]
        found.setdefault(other, (spot // 128 % 128 - 64, spot % 128 - 64))
        if len(found) == LOOKED_AT:
            break
    return list(found.items())


def _answers(cells: np.ndarray, theirs: np.ndarray, shift: tuple[int, int]) -> np.ndarray:
    """The best cosine of each cell with theirs within one cell of where the shift puts it; -1 beyond their border."""
    rows, columns, dim = cells.shape
    down, across = np.arange(-1, rows + 1) + shift[0], np.arange(-1, columns + 1) + shift[1]
    inside_y, inside_x = (down >= 0) & (down < theirs.shape[0]), (across >= 0) & (across < theirs.shape[1])
    moved = np.zeros((rows + 2, columns + 2, dim), np.float32)
    moved[np.ix_(inside_y, inside_x)] = theirs[np.ix_(down[inside_y], across[inside_x])]
    near = [(cells * moved[y : y + rows, x : x + columns]).sum(-1) for y in range(3) for x in range(3)]
    found: np.ndarray = np.where(inside_y[1:-1, None] & inside_x[None, 1:-1], np.max(near, axis=0), -1.0)
    return found


def _rectangle(likeness: np.ndarray) -> tuple[int, int, int, int] | None:
    """Top, left, bottom, right of the rectangle whose cells exceed the usual answer most, taken together."""
    seen = likeness[likeness > -1]
    if seen.size < SMALLEST**2:
        return None
    gain = np.where(likeness > -1, likeness - np.median(seen) - _MARGIN * seen.std(), -1.0)
    if np.median(seen) > 0.6:  # all of it answers: one picture twice
        gain = np.where(likeness > -1, likeness - 0.4, -1.0)
    sums = np.pad(gain.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    best, found = 0.0, None
    for height in range(SMALLEST, min(LARGEST, likeness.shape[0]) + 1):
        for width in range(SMALLEST, min(LARGEST, likeness.shape[1]) + 1):
            inside = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
            place = int(inside.argmax())
            top, left = divmod(place, inside.shape[1])
            if inside[top, left] > best:
                best, found = float(inside[top, left]), (top, left, top + height, left + width)
    return found


def _shared(a: Box, b: Box) -> float:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    least = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return max(width, 0.0) * max(height, 0.0) / max(least, 1e-9)
