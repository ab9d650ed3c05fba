"""Pictures of a collection that show one work: copies, other photographs, mirrored ones, details, versions; grouped,
each with a confidence.

Candidates come from the perceptual hashes, as seen and mirrored, and from the nearest neighbours by the features of the
index. Each candidate is then looked at: ``same_work`` lays one picture upon the other and measures how well they agree.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from artextract.csv_file import write_frame
from artextract.errors import ImageError, InputError
from artextract.images import open_image
from artextract.progress import Progress, no_progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.works.keypoints import BINS, CELLS, KEYPOINTS, SIDE, Keypoints, find_keypoints
from artextract.search.works.same_work import Alignment, align, rectangle
from artextract.splits import connected, near_duplicate_pairs
from artextract.table import Paintings

SAME_FILE, SAME_PHOTOGRAPH, OTHER_PHOTOGRAPH, MIRROR, DETAIL, VERSION = KINDS = (
    "same file",
    "same photograph",
    "other photograph or colour",
    "mirror",
    "detail",
    "copy or version",
)
NEIGHBOURS = 5
"""So many nearest of each picture are looked at, by ``deep`` or, where that is not indexed, by the other features
together."""
OWN_NEIGHBOURS = "deep"
"""The feature whose nearest rows are looked at on their own; all others are taken together."""
BY_OTHERS = 2
"""So many nearest by the other features, where ``OWN_NEIGHBOURS`` is there."""
THRESHOLD = 0.5
UPRIGHT_BITS = 12
"""Up to so many of 64 bits between hashes, two pictures are also laid edge on edge: those without corners have no other
way to be placed."""
WHOLE = 0.7
"""Where one picture shows less than this share of the other's area it is a detail of it."""
UNCUT = 0.96
SAME_COLOUR = 5.0
"""Levels of 255. On copies made of 25 paintings JPEG and rescaling stayed below 1 (95th percentile); the median of
changed exposure and colour was 24."""
SURFACE = 0.65
"""Agreement below this is called that of another painting of the same composition; a close copy by hand may lie above
it and is then not distinguished from a photograph."""
CONSTANT, PER_MATCHES, PER_AGREEMENT = -5.15, 0.41, 4.32
"""Of a logistic regression on pairs made of paintings of many styles, up to 720 pixels (JPEG, scaling, tone, cuts,
small turns, mirroring, details of 30 to 60 % of each side, and warped, smoothed "copies"), against the nearest other
paintings by the feature deep, as they are and changed alike, and pairs of WikiArt by different painters, many of them
portraits in the same oval. Fitted on half of the paintings; on the other half, at 0.5, 123 of 127 made pairs are found
(95 % interval 92.2 to 98.8 %) and none of 155 others; three of the four missed are of one almost empty sheet. Whether a
pair becomes a candidate at all is not part of these figures."""


@dataclass(frozen=True)
class Pair:
    """Two pictures of one work, by id.

    ``second`` is the detail, where one is, and ``rectangle`` where it lies in ``first``: left, top, right, bottom as
    fractions 0..1 of width and height. ``agreement``, ``colour`` and ``matches`` as in ``same_work.Alignment``; None
    for the same file. ``known``: the column "object" says it already."""

    first: str
    second: str
    kind: str
    confidence: float
    mirrored: bool
    rectangle: tuple[float, float, float, float] | None
    agreement: float | None
    colour: float | None
    matches: int | None
    known: bool


@dataclass(frozen=True)
class Member:
    """A picture of a group: what it is to ``to``, an id of the group (mostly the reference), or ``kind`` "reference"
    with nothing to compare to."""

    id: str
    kind: str
    to: str | None
    confidence: float | None
    rectangle: tuple[float, float, float, float] | None
    known: bool


@dataclass(frozen=True)
class Duplicates:
    """``groups``: the surest first, each with its reference first. ``pairs``: all of confidence ``threshold`` and
    above, the surest first."""

    paintings: Paintings
    threshold: float
    compared: int
    pairs: list[Pair]
    groups: list[list[Member]]
    skipped: list[dict[str, str]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        kinds = {kind: sum(pair.kind == kind for pair in self.pairs) for kind in KINDS}
        groups = [[asdict(member) for member in group] for group in self.groups]
        return {
            "paintings": len(self.paintings),
            "compared": self.compared,
            "threshold": self.threshold,
            "kinds": kinds,
            "known": sum(p.known for p in self.pairs),
            "groups": groups,
            "pairs": [asdict(pair) for pair in self.pairs],
            "skipped": self.skipped,
        }


def find_duplicates(
    collection: str | Path | SearchEngine,
    threshold: float = THRESHOLD,
    neighbours: int = NEIGHBOURS,
    progress: Progress = no_progress,
) -> Duplicates:
    """Look through an indexed collection for pictures of one work.

    ``threshold``, 0..1: pairs below this confidence are dropped. Of two pictures with the same bytes only one is
    compared with others. Raises ``InputError`` for a threshold or a count out of range, and what ``SearchEngine.open``
    raises."""
    if not 0 <= threshold <= 1:
        raise InputError(f"the threshold is {threshold}", "give a confidence from 0 to 1", code="invalid-threshold")
    if neighbours < 0:
        raise InputError(f"{neighbours} neighbours were asked for", "give a number from 0 up", code="invalid-count")
    engine = SearchEngine.open(collection) if isinstance(collection, (str, Path)) else collection
    paintings = engine.paintings
    hashes, phashes = paintings.column("sha256").tolist(), paintings.column("phash").tolist()
    distinct, copies = distinct_files(hashes)
    own = [engine.index.ids[row] for row in distinct]
    candidates = candidate_pairs(
        [phashes[row] for row in distinct],
        {name: engine.index.rows(name, own).units for name in engine.index.features},
        neighbours,
        progress,
    )
    candidates = distinct[candidates]
    upright = hash_bits(phashes, candidates) <= UPRIGHT_BITS
    paths = paintings.image_paths()
    alignments, skipped = compare(paths, candidates, upright, progress)
    objects = paintings.column("object") if "object" in paintings.frame.columns else np.full(len(paintings), None)
    known = {
        (a, b)
        for a, b in np.concatenate([candidates, copies]).tolist()
        if objects[a] is not None and objects[a] == objects[b]
    }
    ids = paintings.ids
    found = [
        Pair(ids[a], ids[b], SAME_FILE, 1.0, False, None, None, None, None, (a, b) in known) for a, b in copies.tolist()
    ]
    for (a, b), (whole, alignment) in zip(candidates.tolist(), alignments, strict=False):
        if alignment is None or (sure := confidence(alignment)) < threshold:
            continue
        first, second = (a, b) if whole == a else (b, a)
        kind, sizes = (
            kind_of(alignment),
            [(paintings.frame["width"][row], paintings.frame["height"][row]) for row in (first, second)],
        )
        box = rectangle(alignment, *sizes) if kind == DETAIL else None
        found.append(
            Pair(
                ids[first],
                ids[second],
                kind,
                sure,
                alignment.mirrored,
                box,
                alignment.agreement,
                alignment.colour,
                alignment.matches,
                (a, b) in known,
            )
        )
    found.sort(key=lambda pair: -pair.confidence)
    areas = dict(
        zip(ids, (paintings.frame["width"].astype(int) * paintings.frame["height"].astype(int)).tolist(), strict=False)
    )
    reasons = [{"id": ids[row], "reason": reason} for row, reason in sorted(skipped.items())]
    return Duplicates(paintings, threshold, len(candidates), found, grouped(found, ids, areas), reasons)


def distinct_files(hashes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each content, ``int (M,)`` in row order, and pairs of it with its later copies, ``int (P,
    2)``."""
    _, first, number = np.unique(np.asarray(hashes, dtype=str), return_index=True, return_inverse=True)
    own = first[number]
    later = np.flatnonzero(own != np.arange(len(own)))
    return np.sort(first), np.column_stack([own[later], later]).astype(int)


def candidate_pairs(
    phashes: Sequence[str | None],
    blocks: Mapping[str, np.ndarray],
    neighbours: int = NEIGHBOURS,
    progress: Progress = no_progress,
) -> np.ndarray:
    """Pairs of rows worth a look, ``int (P, 2)``, each once and the smaller first.

    Hashes near each other, as seen or mirrored, the ``neighbours`` nearest rows by ``OWN_NEIGHBOURS``, and some by all
    others together. ``blocks`` are float32 (N, dim) with rows of unit length; a row of zeros lacks the feature."""
    pairs = [near_duplicate_pairs(phashes), near_duplicate_pairs(phashes, [mirrored_hash(value) for value in phashes])]
    others = [block for name, block in blocks.items() if name != OWN_NEIGHBOURS]
    if OWN_NEIGHBOURS in blocks:
        pairs.append(nearest_pairs(blocks[OWN_NEIGHBOURS], neighbours, progress))
    if others:
        pairs.append(
            nearest_pairs(
                np.concatenate(others, axis=1),
                min(neighbours, BY_OTHERS) if OWN_NEIGHBOURS in blocks else neighbours,
                progress,
            )
        )
    joined = np.sort(np.concatenate(pairs), axis=1)
    return np.unique(joined[joined[:, 0] != joined[:, 1]], axis=0)


def nearest_pairs(vectors: np.ndarray, neighbours: int, progress: Progress = no_progress) -> np.ndarray:
    """Each row with its nearest by inner product, ``int (P, 2)``; rows of zeros have none and are none."""
    rows = np.flatnonzero(np.any(vectors, axis=1))
    count = min(neighbours, len(rows) - 1)
    if count < 1:
        return np.empty((0, 2), dtype=int)
    vectors = np.ascontiguousarray(vectors[rows], dtype=np.float32)
    step = max(16, 20_000_000 // len(rows))
    starts = range(0, len(rows), step)
    found = []
    for start in progress(starts, len(starts), "neighbours"):
        likeness = vectors[start : start + step] @ vectors.T
        own = np.arange(start, start + len(likeness))
        likeness[own - start, own] = -np.inf
        near = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        found.append(np.column_stack([np.repeat(own, count), near.ravel()]))
    pairs: np.ndarray = rows[np.concatenate(found)]
    return pairs


def mirrored_hash(phash: str | None) -> str | None:
    """About the hash of the mirrored picture: the cosine coefficients of odd horizontal frequency change their sign."""
    return None if phash is None else f"{int(phash, 16) ^ 0x5555555555555555:016x}"


def hash_bits(phashes: Sequence[str | None], pairs: np.ndarray) -> np.ndarray:
    """Bits between the hashes of each pair, as seen or mirrored, whichever are fewer, ``int (P,)``; 64 where one has
    none."""
    values = np.array([int(value, 16) if value else 0 for value in phashes], dtype=np.uint64)
    has = np.array([bool(value) for value in phashes], dtype=bool)
    between = values[pairs[:, 0]] ^ values[pairs[:, 1]]
    bits = np.minimum(np.bitwise_count(between), np.bitwise_count(between ^ np.uint64(0x5555555555555555))).astype(int)
    return np.where(has[pairs].all(1), bits, 64)


def compare(
    paths: Sequence[Path], pairs: np.ndarray, upright: np.ndarray, progress: Progress = no_progress
) -> tuple[list[tuple[int, Alignment | None]], dict[int, str]]:
    """Look at each pair: the row taken as the first or whole picture, and how the other lies upon it, or None; and why
    which rows were skipped."""
    rows = np.unique(pairs)
    place = {row: number for number, row in enumerate(rows.tolist())}
    skipped: dict[int, str] = {}
    workers = os.cpu_count() or 1
    with (
        tempfile.TemporaryFile() as file,
        ThreadPoolExecutor(workers) as pool,
    ):  # descriptors lie on disk: 40 kB a picture are too many for the memory of a laptop
        described = np.memmap(file, np.uint8, "w+", shape=(max(1, len(rows)), KEYPOINTS, CELLS * CELLS * BINS))
        points: list[tuple[np.ndarray, tuple[float, float]] | None] = []
        for found, row in zip(
            progress(pool.map(lambda row: _keypoints(paths[row]), rows.tolist()), len(rows), "pictures"),
            rows.tolist(),
            strict=False,
        ):
            if isinstance(found, str):
                skipped[row] = found
                points.append(None)
                continue
            described[place[row], : len(found.points)] = found.vectors
            points.append((found.points, found.extent))

        def keypoints(row: int) -> Keypoints:
            its = points[place[row]]
            assert its is not None
            where, extent = its
            return Keypoints(where, np.asarray(described[place[row], : len(where)]), extent)

        @lru_cache(maxsize=64)
        def picture(row: int) -> Image.Image:
            return open_image(paths[row], at_least=SIDE)

        def look(task: tuple[int, int, bool]) -> tuple[int, Alignment | None]:
            a, b, edges = task
            if a in skipped or b in skipped:
                return a, None
            left, right = keypoints(a), keypoints(b)
            alignment = align(lambda: picture(a), lambda: picture(b), left, right, edges)
            if (
                alignment is not None and alignment.covered[0] > alignment.covered[1] + 0.1
            ):  # the first is part of the second
                turned = align(lambda: picture(b), lambda: picture(a), right, left, edges)
                if turned is not None:
                    return b, turned
            return a, alignment

        tasks = list(zip(pairs[:, 0].tolist(), pairs[:, 1].tolist(), upright.tolist(), strict=False))
        return list(progress(pool.map(look, tasks), len(tasks), "pairs")), skipped


def _keypoints(path: Path) -> Keypoints | str:
    try:
        return find_keypoints(open_image(path, at_least=SIDE))
    except ImageError as error:
        return error.message


def confidence(alignment: Alignment) -> float:
    """Probability that both pictures show one work, 0..1, where there are about as many such pairs among the candidates
    as others."""
    score = (
        CONSTANT
        + PER_MATCHES * math.log1p(min(alignment.matches, 30))
        + PER_AGREEMENT * math.atanh(min(max(alignment.agreement, 0.0), 0.99))
    )
    return 1 / (1 + math.exp(-score))


def kind_of(alignment: Alignment) -> str:
    """One of ``KINDS``, of pictures that are not the same file."""
    if alignment.agreement < SURFACE:
        return VERSION
    if min(alignment.covered) < WHOLE:
        return DETAIL
    if alignment.mirrored:
        return MIRROR
    if min(alignment.covered) >= UNCUT and alignment.colour < SAME_COLOUR:
        return SAME_PHOTOGRAPH
    return OTHER_PHOTOGRAPH


def grouped(pairs: Sequence[Pair], ids: Sequence[str], sizes: Mapping[str, int]) -> list[list[Member]]:
    """Connected components of the pairs, the surest first; each begins with its reference, the largest picture that is
    no detail of another.

    Each other member stands with its pair to the reference or, without one, its surest pair.
    """
    row = {painting_id: number for number, painting_id in enumerate(ids)}
    joined = np.array([[row[pair.first], row[pair.second]] for pair in pairs], dtype=int).reshape(-1, 2)
    number = connected(len(ids), joined)
    details = {pair.second for pair in pairs if pair.kind == DETAIL}
    of_group: dict[int, list[Pair]] = {}
    for pair, (first, _) in zip(pairs, joined.tolist(), strict=False):
        of_group.setdefault(int(number[first]), []).append(pair)
    groups = []
    for own in of_group.values():
        members = sorted(
            {pair.first for pair in own} | {pair.second for pair in own},
            key=lambda name: (name in details, -sizes[name], row[name]),
        )
        reference, *rest = members
        group = [Member(reference, "reference", None, None, None, False)]
        for name in rest:
            mine = [pair for pair in own if name in (pair.first, pair.second)]
            best = max(mine, key=lambda pair: (reference in (pair.first, pair.second), pair.confidence))
            other = best.first if best.second == name else best.second
            group.append(
                Member(
                    name, best.kind, other, best.confidence, best.rectangle if best.second == name else None, best.known
                )
            )
        groups.append(group)
    return sorted(groups, key=lambda group: -max(m.confidence for m in group[1:] if m.confidence is not None))


def write_csv(path: str | Path, found: Duplicates) -> Path:
    """One row a picture: group, id, kind, to, confidence, left, top, right, bottom (of a detail, fractions 0..1),
    known, path.

    Raises ``InputError`` for a name that does not end in .csv.
    """
    files = dict(zip(found.paintings.ids, found.paintings.image_paths(), strict=False))
    rows = [
        {"group": number, "id": m.id, "kind": m.kind, "to": m.to, "confidence": m.confidence}
        | dict(zip(("left", "top", "right", "bottom"), m.rectangle or (None,) * 4, strict=False))
        | {"known": m.known, "path": str(files[m.id])}
        for number, group in enumerate(found.groups, 1)
        for m in group
    ]
    names = ("group", "id", "kind", "to", "confidence", "left", "top", "right", "bottom", "known", "path")
    return write_frame(path, pd.DataFrame(rows, columns=names))
