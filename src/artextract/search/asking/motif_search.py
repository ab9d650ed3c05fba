"""Searches a collection for a detail, and what that answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from artextract.errors import ImageError, InputError
from artextract.images import content_hash
from artextract.motifs.find import FALSE_ALARMS, LEAST, MotifFound
from artextract.naming import Captioned
from artextract.objects import Address, file_of
from artextract.search.asking.describe import given_file
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.query import Query, checked_region, cropped
from artextract.search.asking.result import asked

_OF_A_DETAIL = ("id", "path", "region", "title", "labels")


@dataclass(frozen=True)
class MotifHit(Captioned):
    """A painting in which the detail was found.

    ``score``: how many standard deviations its best place is more like the detail than the best places of random
    paintings are; ``probability`` of being right, by that score. ``found_at``: left, top, right, bottom as shares of
    its width and height. ``mirrored``: it is the detail's mirror image; ``turn`` in degrees, clockwise positive."""

    id: str
    path: str
    score: float
    probability: float
    found_at: tuple[float, float, float, float]
    mirrored: bool
    turn: float
    labels: dict[str, str | None]
    title: str | None
    source: str
    rights: str


@dataclass(frozen=True)
class MotifResult:
    """``hits``, best first, are those that reach ``threshold``; there may be none, and then the detail was not found.

    About ``false_alarms`` of searches for a detail that is nowhere reach the threshold by default. ``nearest`` is the
    best score that did not reach the threshold. ``n_candidates`` is how many paintings could have been found.

    ``query`` has "id", "path", "region", "title" and "labels"; None where it has none."""

    query: dict[str, Any]
    where: list[str]
    n_candidates: int
    threshold: float
    false_alarms: float
    nearest: float | None
    hits: list[MotifHit]

    @property
    def found(self) -> bool:
        return bool(self.hits)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"found": self.found, **asdict(self)}


def find_motif(
    engine: SearchEngine,
    source: str | Path | bytes | Image.Image,
    region: Sequence[float] | None = None,
    k: int = 10,
    where: Iterable[str] = (),
    containing: str = "",
    copies: Sequence[str] = (),
    least: float = LEAST,
) -> MotifResult:
    """The paintings in which a detail is found again, best first, at most ``k``, and where in them.

    None where it is not found. The collection must be prepared: ``artextract index COLLECTION --motifs``.

    ``source``, ``where`` and ``containing`` as in ``search``; ``region`` (left, top, right, bottom, as fractions)
    takes a part of it. The painting of the detail is left out, and so are those with the hashes ``copies``.
    ``least`` is the score from which a place counts as found. Raises ``InputError`` for what cannot be searched
    for or is not prepared."""
    if k < 1:
        raise InputError(f"{k} paintings were asked for", "ask for at least 1", code="invalid-count")
    position = engine.index.position(source) if isinstance(source, str) else None
    if isinstance(source, (str, Path)) and position is None and not given_file(source).exists():
        raise engine.records.unknown(str(source))
    box = None if region is None else checked_region(region)
    image = engine.records.image(source)
    try:
        detail = image if box is None else cropped(image, box)
    except ImageError as error:
        raise InputError(f"the detail cannot be used: {error.message}", "choose a larger part", error.code) from error
    query = _query(engine, source, position, box, copies)
    where = list(where)
    mask = engine.listing.allowed(tuple(where), containing)
    allowed = {painting for painting, passes in zip(engine.index.ids, mask, strict=True) if passes}
    answer = engine.motifs.find(detail, k, engine.copies.of(query), allowed, least)
    about = asked(query, engine.records.of_query(query))
    painted = [painting for painting, _ in answer[2]]
    facts = dict(zip(painted, engine.records.facts(painted), strict=True))
    return _as_result({name: about[name] for name in _OF_A_DETAIL}, where, answer, facts, least)


def _query(
    engine: SearchEngine,
    source: str | Path | bytes | Image.Image,
    position: int | None,
    region: tuple[float, float, float, float] | None,
    copies: Sequence[str],
) -> Query:
    """What is known of a detail without describing it."""
    path = engine.paintings.image_path(position) if position is not None else source
    if isinstance(path, str):
        path = file_of(path)
    hashes = [] if position is None else [engine.index.hashes[position]]
    if position is None and not isinstance(source, Image.Image):
        hashes.append(content_hash(source if isinstance(source, bytes) else given_file(source).read_bytes()))
    return Query(
        {},
        None if position is None else str(source),
        str(path.resolve()) if isinstance(path, (Path, Address)) else None,
        (*hashes, *copies),
        () if position is None else (str(source),),
        region,
    )


def _as_result(
    query: dict[str, Any],
    where: Sequence[str],
    answer: tuple[int, float | None, list[tuple[str, MotifFound]]],
    facts: Mapping[str, Mapping[str, Any]],
    least: float = LEAST,
) -> MotifResult:
    """``facts``: "path", "labels", "title", "source", "rights" of each hit by its id."""
    count, nearest, found = answer
    hits = [
        MotifHit(
            id=painting,
            score=round(one.score, 3),
            probability=round(one.probability, 4),
            found_at=one.box,
            mirrored=one.mirrored,
            turn=one.turn,
            **facts[painting],
        )
        for painting, one in found
    ]
    return MotifResult(
        query, list(where), count, least, FALSE_ALARMS, None if nearest is None else round(nearest, 3), hits
    )
