"""Blind studies: what is asked, what raters answer, and the report. What a rater is asked never says which mix found a
painting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from artextract.app.api.collection import Filter
from artextract.app.api.guards import at_most, require_token
from artextract.app.api.workspace import Workspace
from artextract.errors import InputError
from artextract.progress import Progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import resolve_weights
from artextract.study.design import GRADES, MAX_K, MAX_MIXES, MAX_QUERIES, Design, draw_study, parse_mixes
from artextract.study.report import judgement_frame, study_report
from artextract.study.store import MAX_RATER, Asked, NoSuchStudyError, Studies

Rater = Query(description="the name of who judges; upper and lower case are one", max_length=MAX_RATER)
CSV = {200: {"content": {"text/csv": {}}, "description": "a row per judgement"}}


class StudyBrief(BaseModel):
    """``tasks``: kind -> how many questions there are; ``per_rater``: how many one person is asked."""

    name: str
    made: str
    kinds: list[str]
    mixes: list[str]
    queries: int
    tasks: dict[str, int]
    per_rater: int
    judgements: int
    raters: int


class StudyList(BaseModel):
    studies: list[StudyBrief]


class NewStudy(BaseModel):
    """``mixes`` are written as on the command line: "default", "deep=1,palette=0.5" or "NAME: deep=1"."""

    name: str = Field(max_length=60)
    mixes: list[str] = Field(max_length=MAX_MIXES)
    kinds: list[Literal["pairwise", "graded"]] = ["pairwise"]
    queries: int = Field(30, ge=1, le=MAX_QUERIES)
    k: int = Field(5, ge=1, le=MAX_K)
    pairs: int = Field(1, ge=1, le=MAX_K)
    per_rater: int = Field(40, ge=1, le=10_000)
    repeats: float = Field(0.1, ge=0, le=0.5)
    titles: bool = False
    where: list[Filter] = Field([], max_length=20)
    stratify: str | None = None
    seed: int = Field(0, ge=0, lt=2**32)


class Making(BaseModel):
    """How far a new study is: ``state`` is "waiting", "running", "done" or "failed"."""

    state: str
    caption: str
    done: int
    total: int
    message: str
    hint: str


class Shown(BaseModel):
    """A painting to be judged; ``title`` only in studies that show titles."""

    id: str
    width: int
    height: int
    title: str | None


class Question(BaseModel):
    """What a rater is asked next: for pairwise questions which of ``left`` and ``right`` is more like ``query``, for
    graded ones how like it ``left`` is. ``task`` is null when the rater has answered all; ``grades`` are the words for
    the grades from 0 up."""

    task: int | None
    kind: str | None
    query: Shown | None
    left: Shown | None
    right: Shown | None
    done: int
    total: int
    grades: list[str] = list(GRADES)


class NewJudgement(BaseModel):
    """``left`` is the id of the painting that was shown on the left, ``milliseconds`` how long the rater looked."""

    rater: str = Field(max_length=MAX_RATER)
    task: int = Field(ge=0, lt=2**63)
    answer: Literal["left", "equal", "right"] | Literal[0, 1, 2, 3]
    left: str
    milliseconds: int | None = Field(None, ge=0, lt=2**31)


class TakeBack(BaseModel):
    rater: str = Field(max_length=MAX_RATER)


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["study"])
    studies = Studies(workspace.root)
    writes = [Depends(require_token(workspace))]
    reports: dict[str, tuple[Any, dict[str, Any]]] = {}
    begun: dict[str, Callable[[Progress], None]] = {}

    def brief(entry: dict[str, Any]) -> StudyBrief:
        settings = entry["settings"]
        return StudyBrief(
            kinds=settings["kinds"],
            mixes=list(settings["mixes"]),
            per_rater=settings["per_rater"],
            **{k: v for k, v in entry.items() if k != "settings"},
        )

    def question(engine: SearchEngine, asked: Asked, titles: bool) -> Question:
        def shown(painting: str | None) -> Shown | None:
            if painting is None:
                return None
            record = engine.paintings.record(workspace.position(engine, painting))
            return Shown(
                id=painting, width=record["width"], height=record["height"], title=record["title"] if titles else None
            )

        return Question(
            task=asked.task,
            kind=asked.kind,
            query=shown(asked.query),
            left=shown(asked.left),
            right=shown(asked.right),
            done=asked.done,
            total=asked.total,
        )

    def there(engine: SearchEngine) -> Any:
        return lambda painting: engine.index.position(painting) is not None

    def titles(name: str) -> bool:
        return studies.settings(name)["titles"]

    @router.get("/api/study")
    def all_studies() -> StudyList:
        """The studies of this collection, newest first."""
        return StudyList(studies=[brief(entry) for entry in studies.list()])

    @router.post("/api/study", dependencies=writes)
    def new_study(asked: NewStudy) -> Making:
        """Draw a new study: its queries, what the mixes find for them, and the questions. It takes seconds; GET
        /api/study/NAME/making tells when it is done."""
        engine = workspace.engine()
        design = Design(
            **{
                **asked.model_dump(),
                "name": " ".join(asked.name.split()),
                "mixes": parse_mixes(asked.mixes),
                "kinds": tuple(asked.kinds),
                "where": tuple(asked.where),
            }
        )
        design.require()
        for mix in design.mixes.values():
            resolve_weights(mix, engine.index.features)
        engine.listing.allowed(design.where)
        if studies.has(design.name):
            raise InputError(f"there is a study '{design.name}' already", "choose another name")
        key = design.name.casefold()
        workspace.jobs.forget(("study", key))
        begun[key] = lambda progress: studies.add(draw_study(engine, design, progress))
        return Making(**workspace.jobs.ask(("study", key), begun[key]).as_dict())

    @router.get("/api/study/{name}/making")
    def making(name: str) -> Making:
        """How far the drawing of a new study is."""
        if studies.has(name):
            return Making(state="done", caption="", done=0, total=0, message="", hint="")
        if name.casefold() not in begun:
            raise NoSuchStudyError(f"there is no study '{name}'", "go back to the list of studies")
        return Making(**workspace.jobs.ask(("study", name.casefold()), begun[name.casefold()]).as_dict())

    @router.get("/api/study/{name}")
    def one_study(name: str) -> StudyBrief:
        """One study: what it asks, and how many judgements it has."""
        studies.settings(name)
        return next(brief(entry) for entry in studies.list() if entry["name"].casefold() == name.casefold())

    @router.get("/api/study/{name}/task")
    def next_task(name: str, rater: str = Rater) -> Question:
        """What to ask this rater next. Asking again gives the same question until it is answered, or others have
        answered it more often than another."""
        engine = workspace.engine()
        return question(engine, studies.next(name, rater, there(engine)), titles(name))

    @router.post("/api/study/{name}/judgements", dependencies=writes)
    def judge(name: str, given: NewJudgement) -> Question:
        """Keep an answer; gives the next question. 409 where it is no longer asked, as after a second click."""
        engine = workspace.engine()
        asked = studies.judge(
            name, given.rater, given.task, given.answer, given.left, given.milliseconds, there(engine)
        )
        return question(engine, asked, titles(name))

    @router.post("/api/study/{name}/undo", dependencies=writes)
    def undo(name: str, given: TakeBack) -> Question:
        """Take the rater's last answer back; gives the question it answered."""
        engine = workspace.engine()
        return question(engine, studies.undo(name, given.rater, there(engine)), titles(name))

    @router.get("/api/study/{name}/report", dependencies=[at_most(1)])  # visitors who ask at once get one computation
    def report(name: str) -> dict[str, Any]:
        """Agreement, preference and nDCG by what has been judged so far, as ``artextract study COLLECTION --json``.
        Figures that are undefined are null; ``warnings`` say why."""
        state = studies.state(name)
        known = reports.get(name.casefold())
        if known is None or known[0] != state:
            known = reports[name.casefold()] = (state, study_report(studies.read(name)))
        return known[1]

    @router.get("/api/study/{name}/judgements.csv", responses=CSV, response_class=Response)
    def judgements(name: str) -> Response:
        """Every judgement in force, with rater, question, the mixes behind it, answer and time."""
        data = studies.read(name)
        file_name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in data.name)
        return Response(
            judgement_frame(data).to_csv(index=False),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{file_name}-judgements.csv"'},
        )

    return router
