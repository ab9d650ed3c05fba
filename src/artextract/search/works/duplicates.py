"""Pictures of a collection that show one work: copies, other photographs, mirrored ones, details, versions.

Grouped, each with a confidence.

Candidates come from the perceptual hashes, as seen and mirrored, and from the nearest neighbours by the features of the
index (``candidates``). Each is then looked at (``looking``): ``same_work`` lays one picture upon the other and measures
how well they agree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.csv_file import write_frame
from artextract.errors import InputError
from artextract.progress import Progress, no_progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.works.candidates import NEIGHBOURS, candidate_pairs, distinct_files, hash_bits
from artextract.search.works.comparing import compare_pairs
from artextract.search.works.same_work import Alignment, rectangle
from artextract.splits import connected
from artextract.table import Paintings

SAME_FILE, SAME_PHOTOGRAPH, OTHER_PHOTOGRAPH, MIRROR, DETAIL, VERSION = KINDS = (
    "same file",
    "same photograph",
    "other photograph or colour",
    "mirror",
    "detail",
    "copy or version",
)
THRESHOLD = 0.5
UNFINISHED = "duplicates.unfinished"
"""Folder in the collection, with what is done of a run that did not end."""
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
    for the same file. ``known``: the column "object" says it already. ``decided`` is what people said of the pair,
    "same work" or "version"; None where nobody did."""

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
    decided: str | None = None


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
    decided: str | None = None


@dataclass(frozen=True)
class Duplicates:
    """``groups``: the surest first, each with its reference first.

    ``pairs``: all of confidence ``threshold`` and above, the surest first. ``refused``: the pairs of which people said
    that they are different."""

    paintings: Paintings
    threshold: float
    compared: int
    pairs: list[Pair]
    groups: list[list[Member]]
    skipped: list[dict[str, str]]
    refused: list[Pair] = field(default_factory=list)

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
            "refused": [asdict(pair) for pair in self.refused],
        }


def find_duplicates(
    collection: str | Path | SearchEngine,
    threshold: float = THRESHOLD,
    neighbours: int = NEIGHBOURS,
    progress: Progress = no_progress,
) -> Duplicates:
    """Look through an indexed collection for pictures of one work.

    ``threshold``, 0..1: pairs below this confidence are dropped. Of two pictures with the same bytes only one is
    compared with others. A run that was stopped goes on with the next one, as long as pictures and candidates are the
    same: what is done is kept in the collection's folder ``UNFINISHED`` until all is. Raises ``InputError`` for a
    threshold or a count out of range, and what ``SearchEngine.open`` raises."""
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
    alignments, skipped = compare_pairs(paths, hashes, candidates, upright, paintings.root / UNFINISHED, progress)
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
    reasons = [{"id": ids[row], "reason": reason} for row, reason in sorted(skipped.items())]
    return Duplicates(paintings, threshold, len(candidates), found, grouped(found, ids, _areas(paintings)), reasons)


def with_verdicts(found: Duplicates, verdicts: Mapping[tuple[str, str], str], undecided: bool = False) -> Duplicates:
    """``found`` as people see it: ``verdicts`` are (id, id), in the order of the alphabet, -> "same work", "version",
    "same motif" or "different". Pairs of different works are ``refused`` and join no group, the others are marked; with
    ``undecided`` these are left out too."""
    pairs, refused = [], []
    for pair in [*found.pairs, *found.refused]:
        first, second = sorted((pair.first, pair.second))
        decided = verdicts.get((first, second))
        now = replace(pair, decided=decided)
        if decided in ("different", "same motif"):
            refused.append(now)
        elif not (undecided and decided):
            pairs.append(now)
    pairs.sort(key=lambda pair: -pair.confidence)
    groups = grouped(pairs, found.paintings.ids, _areas(found.paintings))
    return replace(found, pairs=pairs, groups=groups, refused=refused)


def _areas(paintings: Paintings) -> dict[str, int]:
    areas = paintings.frame["width"].astype(int) * paintings.frame["height"].astype(int)
    return dict(zip(paintings.ids, areas.tolist(), strict=True))


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
    """Connected components of the pairs, the surest first.

    Each begins with its reference, the largest picture that is no detail of another.

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
                    name,
                    best.kind,
                    other,
                    best.confidence,
                    best.rectangle if best.second == name else None,
                    best.known,
                    best.decided,
                )
            )
        groups.append(group)
    return sorted(groups, key=lambda group: -max(m.confidence for m in group[1:] if m.confidence is not None))


def write_csv(path: str | Path, found: Duplicates) -> Path:
    """One row a picture: group, id, kind, to, confidence, left, top, right, bottom (of a detail, fractions 0..1),
    known, decided, path.

    Raises ``InputError`` for a name that does not end in .csv.
    """
    files = dict(zip(found.paintings.ids, found.paintings.image_paths(), strict=False))
    rows = [
        {"group": number, "id": m.id, "kind": m.kind, "to": m.to, "confidence": m.confidence}
        | dict(zip(("left", "top", "right", "bottom"), m.rectangle or (None,) * 4, strict=False))
        | {"known": m.known, "decided": m.decided, "path": str(files[m.id])}
        for number, group in enumerate(found.groups, 1)
        for m in group
    ]
    names = ("group", "id", "kind", "to", "confidence", "left", "top", "right", "bottom", "known", "decided", "path")
    return write_frame(path, pd.DataFrame(rows, columns=names))
