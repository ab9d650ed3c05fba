"""What a part of the campaign counts, and the table of all parts."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

SHOWN = 30
"""Losses of a part that the table tells one by one: often many have one cause."""


@dataclass
class Tally:
    """What one part tried and what came out.

    ``counts`` has the outcomes by name. ``lost`` has a sentence for each loss, which says how to see it again.
    ``figures`` are measured values by name, as text. A tally is filled while the part runs, so that it tells of what
    was done when the part is stopped."""

    part: str
    seed: int = 0
    tried: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    figures: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    seconds: float = 0.0
    stopped: bool = False

    def trials(self, numbers: range) -> Iterator[tuple[int, random.Random]]:
        """Each number with a generator of its own, so that any trial can be repeated alone."""
        for number in numbers:
            yield number, random.Random(f"{self.part}-{self.seed}-{number}")
            self.tried += 1

    def lose(self, what: str) -> None:
        self.counts["lost"] += 1
        self.lost.append(what)


class Clock:
    """Adds the seconds of a ``with`` block to a tally."""

    def __init__(self, tally: Tally):
        self._tally = tally

    def __enter__(self) -> None:
        self._begun = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._tally.seconds += time.monotonic() - self._begun


def table(tallies: list[Tally]) -> str:
    """A line for each part, then the losses."""
    rows = [("part", "tried", "lost", "seconds", "outcomes")]
    for tally in tallies:
        outcomes = [f"{count:,} {name}" for name, count in sorted(tally.counts.items()) if name != "lost"]
        outcomes += [f"{name} {value}" for name, value in tally.figures.items()]
        stopped = ["stopped early"] if tally.stopped else []
        rows.append(
            (
                tally.part,
                f"{tally.tried:,}",
                f"{len(tally.lost):,}",
                f"{tally.seconds:.0f}",
                ", ".join(stopped + outcomes),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(row[column].rjust(widths[column]) for column in (1, 2, 3)), row[4]]
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths) + "  " + "-" * 8)
    for tally in tallies:
        lines += [f"\nlost in {tally.part}:"] if tally.lost else []
        lines += [f"  {what}" for what in tally.lost[:SHOWN]]
        lines += [f"  and {len(tally.lost) - SHOWN:,} more"] if len(tally.lost) > SHOWN else []
    return "\n".join(lines)
