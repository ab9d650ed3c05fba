"""Why a painting was found: the explanation of one pair in words and numbers, and what is drawn over the two
pictures."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from artextract.app.api.collection_answers import Painting, brief
from artextract.app.api.facts import Fact
from artextract.app.api.fields import Name, PaintingId, Weights
from artextract.app.api.guards import at_most
from artextract.app.api.search import MAX_EXAMPLES, UPLOADED
from artextract.app.api.workspace import NotFoundError, Workspace
from artextract.errors import ArtExtractError, InputError
from artextract.images import open_image
from artextract.kept import Kept
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.query import Query as AskedFor
from artextract.search.asking.query import checked_region, parse_region
from artextract.search.reasons.described_image import DescribedImage, DescribedImages
from artextract.search.reasons.match import explain_images
from artextract.search.reasons.overlays import TOGETHER, overlaid, overlays_of
from artextract.search.reasons.parts import QueryPart

AT_ONCE = 2
"""So many comparisons, and so many overlays, are made at the same time; others wait."""
ANSWERS_KEPT, OVERLAYS_KEPT = 512, 64
Region = tuple[float, float, float, float]
WHOLE: Region = (0.0, 0.0, 1.0, 1.0)


class CompareRequest(BaseModel):
    """``id`` of a painting, or ``upload``, a picture that was given, is what was searched for, ``region`` (left, top,
    right, bottom as fractions) the part of it, ``plus`` and ``minus`` what was wanted and unwanted beside it, as for a
    search; ``hit`` is the painting that was found. ``weights`` per feature, those of the collection where there are
    none; ``metric`` as for a search."""

    id: PaintingId | None = None
    upload: PaintingId | None = None
    plus: list[PaintingId] = Field(default=[], max_length=MAX_EXAMPLES)
    minus: list[PaintingId] = Field(default=[], max_length=MAX_EXAMPLES)
    region: Region | None = None
    hit: PaintingId
    weights: Weights | None = None
    metric: Literal["cosine", "csls", "csls-half"] | None = None


class Side(BaseModel):
    """One of the two. ``painting`` is null for an upload, which has no labels. ``trouble``: why its picture cannot be
    shown, else ""."""

    painting: Painting | None
    width: int
    height: int
    source: str
    rights: str
    region: Region | None
    trouble: str


class Reason(BaseModel):
    """One feature's part. ``weight`` in the mix, which sums to 1; ``contribution`` to the score, ``similarity`` the
    raw value of the metric, ``percentile`` the part 0..1 of the collection that is less similar; each null where
    unknown. ``missing``: "" or which painting lacks the feature: "first", "second", "both". ``band``: how near the two
    are by it, null where that is not known. ``facts``: what ``sentence`` is made of, null where that is not known."""

    name: str
    description: str
    weight: float
    contribution: float | None
    similarity: float | None
    percentile: float | None
    missing: str
    sentence: str
    facts: Fact | None
    band: str | None

    @classmethod
    def of(cls, reason: Mapping[str, Any], weights: Mapping[str, float]) -> Reason:
        """``reason`` is a ``FeatureReason`` as plain values."""
        return cls(**reason, facts=Fact.of(reason["sentence"]), weight=weights.get(reason["name"], 0.0))


class SharedColour(BaseModel):
    """``share_a`` and ``share_b`` are the parts 0..1 of the two surfaces."""

    hex: str
    name: str
    share_a: float
    share_b: float


class MatchingPair(BaseModel):
    """Two regions that answer each other, as fractions of the whole pictures; ``similarity`` is a cosine."""

    number: int
    a: Region
    b: Region
    similarity: float


class Part(BaseModel):
    """What one picture of a combined query adds: ``name`` as it was sent (an id or "upload:TOKEN"), ``title`` of a
    painting, else null, ``wanted`` whether it was to be like or unlike it; ``features`` sum to ``score``, null where it
    or the painting found lacks one."""

    name: str
    title: str | None
    wanted: bool
    score: float
    features: dict[str, float | None]


class OverlayFacts(BaseModel):
    name: str
    title: str
    says: str


class Comparison(BaseModel):
    """``score`` is the sum of the contributions, ``closer_than`` the part 0..1 of the collection that is less like the
    query, ``band`` how near the two are, null where that is not known. ``same``: labels that both have. ``overlays``:
    what can be drawn over the two pictures, by GET /api/compare/overlays/NAME. ``parts``: of a combined query what each
    of its pictures adds, which sums to the score; ``a`` and the sentences are the first of these. ``facts``: what
    ``summary`` is made of."""

    a: Side
    b: Side
    summary: str
    facts: Fact | None
    score: float
    closer_than: float | None
    band: str | None
    features: list[Reason]
    colours: list[SharedColour]
    regions: list[MatchingPair]
    same: dict[str, str]
    overlays: list[OverlayFacts]
    parts: list[Part]


class DrawnShape(BaseModel):
    """``kind`` is "line", "ring", "dot" or "words"; the other fields are those that this kind has. Places are fractions
    of the frame; ``radius`` of a ring is a fraction of its longer side, that of a dot, and ``width`` and ``casing``,
    are pixels on the screen."""

    kind: str
    points: list[tuple[float, float]] | None = None
    centre: tuple[float, float] | None = None
    at: tuple[float, float] | None = None
    text: str | None = None
    ground: str | None = None
    radius: float | None = None
    colour: str | None = None
    width: float | None = None
    casing: float | None = None
    closed: bool = False
    filled: bool = False


class DrawnOver(BaseModel):
    """``frame``: where on the whole picture it lies, as fractions. ``layer``: a PNG as data URL, stretched over the
    frame, or null; of the overlay "palette" its grey value is 40 times the number of the colour in ``colours``, 0 where
    none is. ``key``: colours and their words; ``facts``: what ``says`` is made of."""

    frame: Region
    shapes: list[DrawnShape]
    layer: str | None
    says: str
    facts: Fact | None
    key: list[tuple[str, str]]


class Overlay(BaseModel):
    """A drawing for each picture; null, with the reason in ``trouble``, where that picture cannot be drawn over."""

    name: str
    a: DrawnOver | None
    b: DrawnOver | None
    colours: list[SharedColour]
    trouble: str


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["compare"])
    comparer = Comparer(workspace)

    @router.post("/api/compare", dependencies=[at_most(AT_ONCE)])
    def compare(asked: CompareRequest) -> Comparison:
        """Why a painting is like another, or like an upload: what each feature contributes, what both have, and where
        they match."""
        return comparer.compare(asked)

    @router.get("/api/compare/overlays/{name}", dependencies=[at_most(AT_ONCE)])
    def overlay(
        name: Name,
        hit: PaintingId,
        id: PaintingId | None = None,
        upload: PaintingId | None = None,
        region: Name = Query("", max_length=200, description="left,top,right,bottom as fractions"),
    ) -> Overlay:
        """What is drawn over the two pictures: one of ``overlays`` of POST /api/compare."""
        return comparer.overlay(
            name, CompareRequest(id=id, upload=upload, hit=hit, region=parse_region(region) if region else None)
        )

    return router


class Comparer:
    """Answers comparisons, for several threads. Each picture is described once; the last answers are remembered."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._described = DescribedImages()
        self._answers: Kept[Hashable, Comparison] = Kept(ANSWERS_KEPT)
        self._overlays: Kept[Hashable, Overlay] = Kept(OVERLAYS_KEPT)

    def compare(self, asked: CompareRequest) -> Comparison:
        """Raises ``NotFoundError`` for ids and uploads that are not there, ``InputError`` for what cannot be
        compared."""
        engine = self._workspace.engine()
        key = self._key(
            engine,
            asked,
            tuple(sorted((asked.weights or {}).items())),
            asked.weights is None,
            asked.metric,
            tuple((name, self._example(engine, name).sha256) for name in asked.plus),
            tuple((name, self._example(engine, name).sha256) for name in asked.minus),
        )
        return self._answers.get(
            key, lambda: self._compared(engine, asked), lambda answer: not (answer.a.trouble or answer.b.trouble)
        )

    def overlay(self, name: str, asked: CompareRequest) -> Overlay:
        engine = self._workspace.engine()
        there = overlays_of(engine)
        if name not in there:
            raise NotFoundError(
                f"there is no overlay '{name}'",
                f"there is {', '.join(there)}" if there else "the features of this index draw none",
                code="unknown-overlay",
            )
        return self._overlays.get(
            self._key(engine, asked, name),
            lambda: self._overlaid(engine, name, asked),
            lambda answer: not answer.trouble,
        )

    def _key(self, engine: SearchEngine, asked: CompareRequest, *more: Hashable) -> Hashable:
        """Raises what is wrong with the names, so that what is remembered of an upload goes with it."""
        if (asked.id is None) == (asked.upload is None):
            raise _not_one()
        for painting_id in (asked.id, asked.hit):
            if painting_id is not None:
                self._workspace.position(engine, painting_id)
        content = () if asked.upload is None else self._workspace.upload(asked.upload, engine).query.sha256
        return (engine.index.version, asked.id, asked.upload, content, _region(asked), asked.hit, *more)

    def _compared(self, engine: SearchEngine, asked: CompareRequest) -> Comparison:
        a, b = self._sides(engine, asked)
        examples = [[self._example(engine, name) for name in names] for names in (asked.plus, asked.minus)]
        query = engine.combine([a.query, *examples[0]], examples[1])
        mix = engine.mix(asked.weights, query)
        reasons = explain_images(engine, a, b, mix, asked.metric, query)
        sides = self._side(engine, asked.id, asked, a), self._side(engine, asked.hit, None, b)
        labels = [side.painting.labels if side.painting else {} for side in sides]
        frame = _region(asked) or WHOLE
        pairs = reasons.matching.pairs if reasons.matching else ()
        drawable = [
            OverlayFacts(name=name, title=overlay.title, says=overlay.caption)
            for name, overlay in overlays_of(engine).items()
        ]
        return Comparison(
            a=sides[0],
            b=sides[1],
            summary=reasons.summary,
            facts=Fact.of(reasons.summary),
            score=reasons.score,
            closer_than=reasons.closer_than,
            band=reasons.band,
            features=[Reason.of(asdict(reason), mix) for reason in reasons.features],
            colours=[SharedColour(**asdict(swatch)) for swatch in reasons.swatches],
            regions=[
                MatchingPair(number=pair.number, a=_within(frame, pair.a), b=pair.b, similarity=pair.similarity)
                for pair in pairs
            ],
            same={name: value for name, value in labels[1].items() if value and labels[0].get(name) == value},
            overlays=[] if all(side.trouble for side in sides) else drawable,
            parts=self._parts(asked, reasons.parts),
        )

    def _example(self, engine: SearchEngine, name: str) -> AskedFor:
        if name.startswith(UPLOADED):
            return self._workspace.upload(name.removeprefix(UPLOADED), engine).query
        self._workspace.position(engine, name)
        return engine.query(name)

    def _parts(self, asked: CompareRequest, parts: Sequence[QueryPart]) -> list[Part]:
        first = asked.id if asked.upload is None else UPLOADED + asked.upload
        sent = [first or "", *asked.plus, *asked.minus]
        return [
            Part(**(asdict(part) | {"name": name, "title": None if name.startswith(UPLOADED) else part.title}))
            for name, part in zip(sent, parts, strict=bool(parts))
        ]

    def _overlaid(self, engine: SearchEngine, name: str, asked: CompareRequest) -> Overlay:
        a, b = self._sides(engine, asked)
        trouble = " ".join(
            f"{which}: {why}." for which, why in (("The first", _trouble(a)), ("The second", _trouble(b))) if why
        )
        if trouble and name in TOGETHER:
            return Overlay(name=name, a=None, b=None, colours=[], trouble=trouble)
        if trouble:
            drawings: list[Any] = [None if _trouble(side) else side.drawing(engine.features[name]) for side in (a, b)]
            swatches: tuple = ()
        else:
            found = overlaid(name, a, b)
            drawings, swatches = [found.a, found.b], found.swatches
        over = [
            None if one is None else DrawnOver(frame=frame, facts=Fact.of(one.says), **one.as_dict())
            for one, frame in zip(drawings, (_region(asked) or WHOLE, WHOLE), strict=False)
        ]
        return Overlay(
            name=name,
            a=over[0],
            b=over[1],
            colours=[SharedColour(**asdict(swatch)) for swatch in swatches],
            trouble=trouble,
        )

    def _sides(self, engine: SearchEngine, asked: CompareRequest) -> tuple[DescribedImage, DescribedImage]:
        region, painting = _region(asked), asked.id
        if painting is not None:
            a = self._described.of(engine, (painting, region), lambda: engine.query(painting, region), painting)
        elif asked.upload is None:
            raise _not_one()
        else:  # what is kept of an upload is the small copy
            upload = self._workspace.upload(asked.upload, engine)
            query = (
                (lambda: upload.query)
                if region is None
                else (lambda: replace(engine.query(open_image(upload.picture), region), sha256=upload.query.sha256))
            )
            a = self._described.of(engine, (asked.upload, upload.query.sha256, region), query, upload.picture)
        return a, self._described.of(engine, (asked.hit, None), lambda: engine.query(asked.hit), asked.hit)

    def _side(
        self, engine: SearchEngine, painting_id: str | None, asked: CompareRequest | None, described: DescribedImage
    ) -> Side:
        region = _region(asked) if asked else None
        if painting_id is None:
            if asked is None or asked.upload is None:
                raise _not_one()
            facts = self._workspace.upload(asked.upload, engine).facts
            return Side(
                painting=None,
                width=facts["width"],
                height=facts["height"],
                source="",
                rights="",
                region=region,
                trouble=_trouble(described),
            )
        record = self._workspace.record(engine, painting_id)
        painting = Painting(**brief(record, engine.paintings.labels))
        return Side(
            painting=painting,
            width=painting.width,
            height=painting.height,
            source=record["source"] or "",
            rights=record["rights"] or "",
            region=region,
            trouble=_trouble(described),
        )


def _not_one() -> InputError:
    return InputError(
        "name either a painting or an upload",
        'send {"id": ..., "hit": ...} or {"upload": ..., "hit": ...}',
        code="painting-or-upload",
    )


def _region(asked: CompareRequest) -> Region | None:
    """The part that is asked about; None for the whole. Raises ``InputError`` where it is none."""
    region = None if asked.region is None else checked_region(asked.region)
    return None if region == WHOLE else region


def _within(frame: Region, box: Region) -> Region:
    """A box, in fractions of a frame, in fractions of the whole picture."""
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    return frame[0] + box[0] * width, frame[1] + box[1] * height, frame[0] + box[2] * width, frame[1] + box[3] * height


def _trouble(described: DescribedImage) -> str:
    """Why a picture cannot be opened, without the place where it was looked for; "" where it can."""
    if described.image_or_none is not None:
        return ""
    try:
        if described.query.id is not None:
            open_image(described.engine.records.path_of(described.query.id), at_least=64)
    except ArtExtractError as error:
        return f"its {error.message}" if error.message.startswith("file ") else f"its file {error.message}"
    return "its picture cannot be shown"
