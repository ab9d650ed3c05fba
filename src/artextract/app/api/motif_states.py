"""Groups of paintings that share a motif, by what people decided about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artextract.review.works import DIFFERENT

Group = list[dict[str, Any]]


def first_and(group: Group, member: dict[str, Any]) -> tuple[str, str] | None:
    """The pair that a decision about a member is about, in the order of the alphabet; None for the first painting."""
    if member["id"] == group[0]["id"]:
        return None
    first, second = sorted((group[0]["id"], member["id"]))
    return first, second


def motifs_by_state(groups: list[Group], current: Mapping[tuple[str, str], Any]) -> dict[str, list[Group]]:
    """Groups of two or more by state, as GET /api/works/duplicates has them: what shares no motif with the first of its
    group stands with it among the "different"."""
    found: dict[str, list[Group]] = {"open": [], "decided": [], "different": [], "all": []}
    for group in groups:
        decided = [current.get(pair) if (pair := first_and(group, member)) else None for member in group]
        refused = [one is not None and one.verdict == DIFFERENT for one in decided]
        found["different"] += [[group[0], member] for member, no in zip(group, refused, strict=True) if no]
        left = [member for member, no in zip(group, refused, strict=True) if not no]
        if len(left) < 2:
            continue
        found["all"].append(left)
        is_open = any(one is None and first_and(group, member) for member, one in zip(group, decided, strict=True))
        found["open" if is_open else "decided"].append(left)
    return found
