"""A path between two paintings: the chain of small steps that leads from one to the other, each explained."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from artextract.errors import InputError
from artextract.features.store import FeatureStore
from artextract.kept import Kept
from artextract.naming import Captioned
from artextract.progress import Progress, no_progress
from artextract.said import Said
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import resolve_weights
from artextract.search.reasons.described_image import STORES_KEPT, DescribedImage
from artextract.search.reasons.explain import Explanation
from artextract.search.reasons.match import explain_images
from artextract.search.ways.graph import Graph, Mixed, distances_of, mixed_of, neighbour_graph, shortest


@dataclass(frozen=True)
class Stop(Captioned):
    """A painting on the way."""

    id: str
    title: str | None
    labels: dict[str, str | None]
    path: str


@dataclass(frozen=True)
class Step:
    """From one stop to the next.

    ``score`` as in a search by the first with cosines; ``distance`` 0 for equal paintings, and 1 for the two ends of
    the path; ``bridge``: neither is among the nearest of the other, but nothing nearer leads on. ``summary`` says what
    they share, ``features`` what each adds (``reasons.explain.FeatureReason``)."""

    first: str
    second: str
    score: float
    distance: float
    bridge: bool
    summary: str
    features: list[dict[str, Any]]


@dataclass(frozen=True)
class PaintingPath:
    """``stops`` from the first painting to the last, with a step between each two.

    ``direct`` is the score of the two ends; ``paintings`` how many could have been stops."""

    stops: list[Stop]
    steps: list[Step]
    weights: dict[str, float]
    where: list[str]
    direct: float
    paintings: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Ground:
    """What all paths of a mix share: the rows of the index that may be stops, int (N,), and their graph."""

    rows: np.ndarray
    mixed: Mixed
    graph: Graph
    weights: dict[str, float]
    where: tuple[str, ...]


def make_ground(
    engine: SearchEngine,
    weights: Mapping[str, float] | None = None,
    where: Sequence[str] = (),
    ends: Sequence[str] = (),
    progress: Progress = no_progress,
) -> Ground:
    """The paintings that pass the filters ``where``, and the ``ends`` whether they do or not, with their graph; of
    copies of one file only one. Raises ``InputError`` for a mix or a filter that cannot be."""
    mix = {name: weight for name, weight in engine.weights_of(weights).items() if weight > 0}
    allowed = engine.listing.allowed(list(where))
    has = np.any([engine.index.has(name) for name in mix], axis=0)
    known = [_position(engine, end) for end in ends]
    seen: set[str] = set()
    rows = []
    for row in [*known, *np.flatnonzero(allowed & has).tolist()]:
        if engine.index.hashes[row] not in seen or (row in known and row not in rows):
            seen.add(engine.index.hashes[row])
            rows.append(row)
    chosen = np.array(sorted(rows), dtype=np.int64)
    ids = [engine.index.ids[row] for row in chosen.tolist()]
    units = {name: engine.index.rows(name, ids).units for name in mix}
    scales = {name: engine.index.scale(name, "cosine") for name in mix}
    mixed = mixed_of(units, mix, {name: (scale.mean, scale.reach) for name, scale in scales.items()})
    return Ground(chosen, mixed, neighbour_graph(mixed, progress=progress), mix, tuple(where))


def find_path(engine: SearchEngine, first: str, last: str, ground: Ground) -> PaintingPath:
    """The path between two paintings that stand on the ``ground``, with every step explained.

    Raises ``InputError`` where they are one painting, where either has none of the features of the mix, and where one
    is not on the ground."""
    ends = []
    for name in (first, last):
        found = np.flatnonzero(ground.rows == _position(engine, name))
        if not len(found):
            raise InputError(
                f"'{name}' is not among the paintings of this path",
                "leave out the filters, or choose a painting that passes them",
                code="not-on-the-path",
            )
        if not ground.mixed.there[found[0]].any():
            raise InputError(
                f"'{name}' has none of the features asked for",
                "give weight to other features",
                code="painting-lacks-features",
            )
        ends.append(int(found[0]))
    if ends[0] == ends[1]:
        raise InputError("a path needs two paintings", "name another one as its end", code="one-painting")
    chain = np.array(shortest(ground.graph, *ends))
    scores = ground.mixed.scores_of(chain[:-1], chain[1:])
    direct = float(ground.mixed.scores_of(chain[:1], chain[-1:])[0])
    most = ground.mixed.most
    apart = max(float(distances_of(np.array([direct]), most)[0]), 1e-9)
    bridges = {tuple(edge) for edge in ground.graph.edges[ground.graph.bridges].tolist()}
    stops = [_stop(engine, int(ground.rows[place])) for place in chain]
    images: Kept[Hashable, Image.Image] = Kept(1)
    stores: Kept[str, FeatureStore] = Kept(STORES_KEPT)
    described = [AsIndexed(engine, engine.query(stop.id), stop.id, images, stores) for stop in stops]
    mix = resolve_weights(ground.weights, engine.index.features)
    steps = []
    for place, score in enumerate(scores.tolist()):
        reasons = _reasons(engine, described[place], described[place + 1], mix)
        steps.append(
            Step(
                stops[place].id,
                stops[place + 1].id,
                score,
                float(distances_of(np.array([score]), most)[0]) / apart,
                (min(chain[place], chain[place + 1]), max(chain[place], chain[place + 1])) in bridges,
                reasons.summary if reasons else Said("none-shared", "They share none of the features asked for."),
                [asdict(reason) for reason in reasons.features] if reasons else [],
            )
        )
    return PaintingPath(stops, steps, ground.weights, list(ground.where), direct, len(ground.rows))


class AsIndexed(DescribedImage):
    """A painting by what was indexed of it: its picture is not opened, so no regions are looked for."""

    @property
    def image(self) -> Image.Image:
        raise InputError("its picture is not looked at here", "compare the two paintings", code="picture-not-opened")


def path_between(
    collection: str | Path | SearchEngine,
    first: str,
    last: str,
    weights: Mapping[str, float] | None = None,
    where: Sequence[str] = (),
    progress: Progress = no_progress,
) -> PaintingPath:
    """The path from one painting of an indexed collection to another, in any mix.

    ``weights`` and ``where`` as in a search. Raises what ``make_ground`` and ``find_path`` raise."""
    engine = SearchEngine.open(collection) if isinstance(collection, (str, Path)) else collection
    return find_path(engine, first, last, make_ground(engine, weights, where, (first, last), progress))


def _reasons(
    engine: SearchEngine, one: DescribedImage, other: DescribedImage, mix: Mapping[str, float]
) -> Explanation | None:
    try:
        return explain_images(engine, one, other, mix, "cosine")
    except InputError:  # by no feature of the mix can the two be compared
        return None


def _position(engine: SearchEngine, painting_id: str) -> int:
    engine.query(painting_id)  # which names what is no painting
    position = engine.index.position(painting_id)
    if position is None:
        raise InputError(
            f"'{painting_id}' is no painting of the collection", "give an id of the collection", code="unknown-painting"
        )
    return position


def _stop(engine: SearchEngine, position: int) -> Stop:
    record = engine.paintings.record(position)
    return Stop(
        record["id"],
        record["title"],
        {name: record[name] for name in engine.paintings.labels},
        str(engine.records.path_of(record["id"])),
    )
