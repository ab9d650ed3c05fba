"""Ids as people write them: only their beginning, where one painting alone begins so."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonprefix

from artextract.errors import InputError

LEAST = 6
"""Letters of a short id, where it has so many."""
_SHOWN = 3


def named(text: str, ids: Sequence[str]) -> str:
    """The id that ``text`` is, or that alone begins with it; else ``text`` as it is, which may be a file.

    Raises ``InputError`` where several ids begin with it."""
    if not text or text in ids:
        return text
    start = text.removesuffix("…")  # as a narrow table cuts it
    found = [painting_id for painting_id in ids if start and painting_id.startswith(start)]
    if len(found) > 1:
        more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise InputError(
            f"{len(found)} ids begin with '{start}'",
            f"write more of one of these: {', '.join(found[:_SHOWN])}{more}",
            code="ambiguous-id",
        )
    return found[0] if found else text


def short(wanted: Sequence[str], ids: Sequence[str]) -> dict[str, str]:
    """For each of the ids ``wanted`` its shortest beginning, of ``LEAST`` letters or more, that ``named`` takes for it
    among all ``ids``."""
    ordered = sorted(ids)
    place = {painting_id: at for at, painting_id in enumerate(ordered)}
    found = {}
    for painting_id in wanted:
        at = place[painting_id]
        neighbours = ordered[max(0, at - 1) : at] + ordered[at + 1 : at + 2]
        shared = max((len(commonprefix([painting_id, other])) for other in neighbours), default=0)
        found[painting_id] = painting_id[: max(LEAST, shared + 1)]
    return found
