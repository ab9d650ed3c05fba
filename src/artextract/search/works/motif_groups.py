"""The motifs that a collection repeats, in groups, as a table and a picture."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from artextract.csv_file import write_frame
from artextract.motifs.find import MotifIndex
from artextract.motifs.repeats import LEAST_PAIR, grouped, repeats
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.search.motif_sheet import write_sheet
from artextract.table import Paintings, read_paintings


@dataclass(frozen=True)
class MotifMember:
    """A painting that shows a group's motif at ``found_at``: left, top, right, bottom as shares of it.

    ``score`` is the best of its pairs."""

    id: str
    title: str | None
    found_at: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True)
class RepeatedMotifs:
    """``groups``, the largest first, of ``pairs`` of paintings that share a detail."""

    paintings: Paintings
    pairs: int
    threshold: float
    groups: list[list[MotifMember]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        groups = [[asdict(member) for member in group] for group in self.groups]
        return {
            "paintings": len(self.paintings),
            "pairs": self.pairs,
            "threshold": self.threshold,
            "groups": groups,
        }


def find_motifs(
    collection: str | Path, threshold: float = LEAST_PAIR, progress: Progress = no_progress
) -> RepeatedMotifs:
    """Details that several paintings of a prepared collection share at about one size (``motifs.repeats``).

    Raises what ``MotifIndex.open`` raises."""
    paintings = read_paintings(collection)
    index = MotifIndex.open(collection)
    hashes, titles = paintings.column("sha256").tolist(), paintings.column("title").tolist()
    row_of = {key: row for row, key in reversed(list(enumerate(hashes)))}
    pairs = [pair for pair in repeats(index, threshold, progress) if pair.a.key in row_of and pair.b.key in row_of]
    groups = [
        [
            MotifMember(paintings.ids[row_of[place.key]], titles[row_of[place.key]], place.box, round(score, 2))
            for place, score in group
        ]
        for group in grouped(pairs)
    ]
    return RepeatedMotifs(paintings, len(pairs), threshold, groups)


def write_motif_groups(path: str | Path, found: RepeatedMotifs) -> Path:
    """A row for each painting of each group: group, id, title, left, top, right, bottom, score."""
    columns = ("group", "id", "title", "left", "top", "right", "bottom", "score")
    rows = [
        (number, member.id, member.title, *member.found_at, member.score)
        for number, group in enumerate(found.groups, 1)
        for member in group
    ]
    return write_frame(path, pd.DataFrame(rows, columns=columns))


def write_motif_groups_sheet(path: str | Path, found: RepeatedMotifs) -> Path:
    """The first groups, a line for each, with a frame where the motif lies."""
    path_of = dict(zip(found.paintings.ids, found.paintings.image_paths(), strict=True))
    lines = [
        [(path_of[one.id], one.found_at, one.title or one.id, f"{number}: {one.score:.1f}") for one in group]
        for number, group in enumerate(found.groups, 1)
    ]
    note = (
        f"{counted(len(found.groups), 'motif')} in {counted(found.pairs, 'pair')} among"
        f" {counted(len(found.paintings), 'painting')}"
    )
    return write_sheet(path, "Motifs that are repeated", note, lines)
