"""Whose turn is which question: balanced over raters, in an order of each rater's own, some questions a second time.

Everything follows from the seed and what has been judged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GAP = 5
"""A question comes again only when at least so many others lie between."""


@dataclass(frozen=True)
class Turn:
    """``swapped``: whether the first painting of the task is shown on the right.

    ``number`` of ``total`` of this rater, from 1."""

    task: int
    repeat: bool
    swapped: bool
    number: int
    total: int


@dataclass(frozen=True)
class Quota:
    """``per_rater`` questions in all, split evenly between the kinds that there are.

    The part ``repeats`` of them comes a second time."""

    per_rater: int
    repeats: float
    seed: int


def blocks(kinds: Mapping[str, int], rater: str, quota: Quota) -> dict[str, list[bool]]:
    """Per kind (name -> how many tasks there are), in the order in which this rater is asked, whether each turn repeats
    an earlier one.

    Kinds come one after the other, since changing the question costs attention; which comes first is drawn at random.
    """
    order = sorted((kind for kind, n in kinds.items() if n), key=lambda kind: pseudo_random(quota.seed, rater, kind))
    shares = {
        kind: quota.per_rater // len(order) + (place < quota.per_rater % len(order)) for place, kind in enumerate(order)
    }
    return {kind: _turns(shares[kind], kinds[kind], quota.repeats) for kind in order}


def next_turn(
    tasks: Mapping[str, Sequence[int]],
    times: Mapping[int, int],
    own: Mapping[str, Sequence[tuple[int, bool]]],
    rater: str,
    quota: Quota,
    together: Mapping[int, str] = {},
) -> Turn | None:
    """What to ask next; None when this rater is through.

    ``tasks``: the tasks of each kind; ``times``: how often each has been judged, repeats apart; ``own``: per kind, what
    this rater judged, in order, as task and whether its first painting was on the right. Of those that the rater has
    not seen the least judged comes first, ties at random; tasks of one name in ``together`` come in a row. The sides of
    a task change with every rater, and when it comes again."""
    planned = blocks({kind: len(ids) for kind, ids in tasks.items()}, rater, quota)
    total, before = sum(map(len, planned.values())), 0
    for kind, turns in planned.items():
        done = list(own.get(kind, ()))
        if len(done) >= len(turns):
            before += len(done)
            continue
        number = before + len(done) + 1
        seen = {task for task, _ in done}
        if turns[len(done)]:
            counts = {task: sum(task == other for other, _ in done) for task in seen}
            again = [(task, swapped) for task, swapped in done[: len(done) - GAP] if counts[task] == 1]
            if again:
                task, swapped = min(again, key=lambda entry: pseudo_random(quota.seed, rater, f"again {entry[0]}"))
                return Turn(task, True, not swapped, number, total)
        fresh = [task for task in tasks[kind] if task not in seen]
        if fresh:
            task = min(
                fresh,
                key=lambda task: (
                    times.get(task, 0),
                    pseudo_random(quota.seed, rater, together.get(task, "")),
                    pseudo_random(quota.seed, rater, task),
                ),
            )
            return Turn(task, False, (pseudo_random(quota.seed, task) + times.get(task, 0)) % 2 == 1, number, total)
        before += len(done)
    return None


def pseudo_random(*parts: object) -> int:
    """A number of 64 bits that looks random, and is the same for the same parts."""
    return int.from_bytes(hashlib.sha256("\0".join(map(str, parts)).encode()).digest()[:8], "big")


def _turns(share: int, tasks: int, repeats: float) -> list[bool]:
    every = round(1 / repeats) if repeats > 0 else 0
    turns: list[bool] = []
    while len(turns) < share:
        again = bool(every) and (len(turns) + 1) % every == 0 and len(turns) > GAP
        if not again and turns.count(False) == tasks:
            break
        turns.append(again)
    return turns
