"""Looking at many pairs of pictures: keypoints once a picture, proposals by one matrix product for all pairs of a
picture, and a look at the pixels where there is a proposal.

Keypoints and looks are stored in chunks while they are made; a run that was killed takes them up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from threadpoolctl import threadpool_limits

from artextract.errors import ImageError
from artextract.files import read_json, write_json
from artextract.images import open_image
from artextract.objects import ImageFile
from artextract.progress import Progress, no_progress
from artextract.runtime import cpu_count, read_ahead
from artextract.search.works.keypoints import BINS, CELLS, KEYPOINTS, SIDE, Keypoints, find_keypoints
from artextract.search.works.placing import placings
from artextract.search.works.same_work import Alignment, best_of, edges
from artextract.search.works.unfinished import kept_until_done, save_array, saved_array

METHOD = 1
"""Of what is stored; counts up where keypoints or looks become others."""
PICTURES, PAIRS = 256, 1000
"""So many are stored at once."""
OPEN = 64
"""Decoded pictures that are kept."""
LENGTH = CELLS * CELLS * BINS
FIELDS = 13
"""Of a look: first row (-1: nothing found), mirrored, matches, agreement, colour, two shares covered, the matrix."""

Notes = dict[str, list[Any]]
Comparison = tuple[int, Alignment | None]
"""The row taken as the first or whole picture, and how the other lies upon it."""


def compare_pairs(
    paths: Sequence[ImageFile],
    contents: Sequence[str],
    pairs: np.ndarray,
    upright: np.ndarray,
    folder: Path,
    progress: Progress = no_progress,
) -> tuple[list[Comparison], dict[int, str]]:
    """Look at each of ``pairs``, int (P, 2) rows of ``paths``, sorted.

    Those of ``upright``, bool (P,), also edge on edge. ``contents`` are hashes of the files. Also gives why which rows
    were skipped.

    In ``folder`` is kept what is done, until all is; it is valid for the same contents, pairs and method."""
    digest = hashlib.sha256(repr((METHOD, PICTURES, PAIRS)).encode())
    for part in ("\n".join(contents).encode(), np.asarray(pairs, np.int64).tobytes(), np.packbits(upright).tobytes()):
        digest.update(part)
    with kept_until_done(folder, digest.hexdigest()[:16]) as own, threadpool_limits(1, user_api="blas"):
        described = Described(paths, np.unique(pairs), own)
        described.describe(progress)
        return _comparisons(described, pairs, upright, own, progress), described.skipped


class Described:
    """Keypoints of some rows of ``paths``.

    Their descriptors lie on disk: 40 kB a picture are too many for the memory of a laptop."""

    def __init__(self, paths: Sequence[ImageFile], rows: np.ndarray, folder: Path):
        self.paths, self.rows, self.folder = paths, rows, folder
        self.skipped: dict[int, str] = {}
        self._place = {row: number for number, row in enumerate(rows.tolist())}
        self._points: list[tuple[np.ndarray, tuple[float, float]]] = []
        self._vectors: list[np.ndarray] = []

    def describe(self, progress: Progress = no_progress) -> None:
        """Find the keypoints of all rows, as far as that was not done before."""
        for _ in progress(self._each(), len(self.rows), "pictures"):
            pass

    def of(self, row: int) -> Keypoints:
        """The keypoints of a row that is not ``skipped``."""
        place = self._place[row]
        points, extent = self._points[place]
        return Keypoints(points, np.asarray(self._vectors[place // PICTURES][place % PICTURES, : len(points)]), extent)

    def _each(self) -> Iterator[int]:
        chunks = [self.rows[start : start + PICTURES].tolist() for start in range(0, len(self.rows), PICTURES)]
        stored = {number: own for number, rows in enumerate(chunks) if (own := self._stored(number, rows)) is not None}
        todo = [row for number, rows in enumerate(chunks) if number not in stored for row in rows]
        found = read_ahead(todo, lambda row: _keypoints(self.paths[row]), lambda place, reason: None)
        for number, rows in enumerate(chunks):
            if number not in stored:
                chunk = []
                for row in rows:
                    chunk.append(next(found)[1])
                    yield row
                made = _joined(chunk)
                with suppress(OSError):  # a full disk, or another run that ended and removed the folder
                    self._store(number, *made)
                notes, points, vectors = self._stored(number, rows) or made
            else:
                notes, points, vectors = stored[number]
            ends = np.cumsum([0, *notes["counts"]])
            for row, start, end, extent, reason in zip(
                rows, ends[:-1], ends[1:], notes["extents"], notes["reasons"], strict=True
            ):
                self._points.append((points[start:end], (extent[0], extent[1])))
                if reason is not None:
                    self.skipped[row] = reason
                if number in stored:
                    yield row
            self._vectors.append(vectors)

    def _store(self, number: int, notes: Notes, points: np.ndarray, vectors: np.ndarray) -> None:
        save_array(self.folder / f"vectors-{number:05}.npy", vectors)
        save_array(self.folder / f"points-{number:05}.npy", points)
        write_json(self.folder / f"pictures-{number:05}.json", notes)

    def _stored(self, number: int, rows: list[int]) -> tuple[Notes, np.ndarray, np.ndarray] | None:
        try:
            notes = read_json(self.folder / f"pictures-{number:05}.json")
        except (OSError, ValueError):
            return None
        points = saved_array(self.folder / f"points-{number:05}.npy", np.float32, (sum(notes["counts"]), 3))
        vectors = saved_array(self.folder / f"vectors-{number:05}.npy", np.uint8, (len(rows), KEYPOINTS, LENGTH))
        return None if points is None or vectors is None else (notes, np.array(points), vectors)


def _joined(chunk: Sequence[Keypoints | str]) -> tuple[Notes, np.ndarray, np.ndarray]:
    """Of pictures, or why one was skipped: counts, extents and reasons; the points of all; the descriptors of each."""
    none = Keypoints(np.empty((0, 3), np.float32), np.empty((0, LENGTH), np.uint8), (1.0, 1.0))
    own = [none if isinstance(one, str) else one for one in chunk]
    vectors = np.zeros((len(chunk), KEYPOINTS, LENGTH), np.uint8)
    for place, one in enumerate(own):
        vectors[place, : len(one.points)] = one.vectors
    notes: Notes = {
        "counts": [len(one.points) for one in own],
        "extents": [list(one.extent) for one in own],
        "reasons": [one if isinstance(one, str) else None for one in chunk],
    }
    return notes, np.concatenate([one.points for one in own]), vectors


def _keypoints(path: ImageFile) -> Keypoints | str:
    try:
        return find_keypoints(open_image(path, at_least=SIDE))
    except ImageError as error:
        return error.message


def _comparisons(
    described: Described, pairs: np.ndarray, upright: np.ndarray, folder: Path, progress: Progress
) -> list[Comparison]:
    @lru_cache(maxsize=OPEN)
    def picture(row: int) -> Image.Image:
        return open_image(described.paths[row], at_least=SIDE)

    def look(
        first: int, second: int, proposed: tuple[Any, ...], whole: Keypoints, other: Keypoints, level: bool
    ) -> Comparison:
        left, right = (lambda: picture(first)), (lambda: picture(second))
        found = best_of(left, right, proposed, edges(whole, other) if level else None)
        if found is not None and found.covered[0] > found.covered[1] + 0.1:  # the first is part of the second
            turned = best_of(right, left, placings(other, [whole])[0], edges(other, whole) if level else None)
            if turned is not None:
                return second, turned
        return first, found

    def task(places: list[int]) -> np.ndarray:
        first = int(pairs[places[0], 0])
        looks = np.full((len(places), FIELDS), -1.0)
        seconds = [int(pairs[place, 1]) for place in places]
        chosen = [number for number, second in enumerate(seconds) if second not in described.skipped]
        if first in described.skipped or not chosen:
            return looks
        whole, others = described.of(first), [described.of(seconds[number]) for number in chosen]
        for number, other, proposed in zip(chosen, others, placings(whole, others), strict=True):
            row, found = look(first, seconds[number], proposed, whole, other, bool(upright[places[number]]))
            if found is not None:
                numbers = (row, found.mirrored, found.matches, found.agreement, found.colour)
                looks[number] = [*numbers, *found.covered, *found.matrix.ravel()]
        return looks

    tasks = [list(own) for _, own in groupby(range(len(pairs)), key=lambda place: int(pairs[place, 0]))]
    borders = [0]
    while borders[-1] < len(tasks):
        end, count = borders[-1], 0
        while end < len(tasks) and count < PAIRS:
            count += len(tasks[end])
            end += 1
        borders.append(end)
    chunks = [tasks[start:end] for start, end in pairwise(borders)]
    files = [folder / f"looks-{number:05}.npy" for number in range(len(chunks))]
    stored = [
        saved_array(file, np.float64, (sum(map(len, chunk)), FIELDS)) for file, chunk in zip(files, chunks, strict=True)
    ]
    todo = [one for chunk, looks in zip(chunks, stored, strict=True) if looks is None for one in chunk]
    found = read_ahead(todo, task, lambda place, reason: None, cpu_count())

    def each() -> Iterator[np.ndarray]:
        for chunk, looks, file in zip(chunks, stored, files, strict=True):
            if looks is None:
                made = []
                for _ in chunk:
                    own = next(found)[1]
                    made.append(own)
                    yield from own
                with suppress(OSError):  # another run of the same may have ended, and removed the folder
                    save_array(file, np.concatenate(made))
            else:
                yield from looks

    rows = list(progress(each(), len(pairs), "pairs"))
    return [_as_comparison(int(first), values) for first, values in zip(pairs[:, 0], rows, strict=True)]


def _as_comparison(first: int, values: np.ndarray) -> Comparison:
    if values[0] < 0:
        return first, None
    row, mirrored, matches, agreement, colour, own, other = values[:7].tolist()
    matrix = np.array(values[7:]).reshape(2, 3)
    return int(row), Alignment(matrix, bool(mirrored), int(matches), agreement, colour, (own, other))
