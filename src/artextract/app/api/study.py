"""Blind studies: what is asked, what raters answer, and the report. What a rater is asked never says which mix found a
painting."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from artextract.app.api.access import acting
from artextract.app.api.collection_answers import known_painting
from artextract.app.api.fields import Filter, Mix, Name, PaintingId
from artextract.app.api.guards import at_most, require_token
from artextract.app.api.job import JobAnswer
from artextract.app.api.workspace import Workspace
from artextract.csv_file import for_sheets
from artextract.errors import InputError
from artextract.kept import Kept
from artextract.progress import Progress
from artextract.said import facts
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import resolve_weights
from artextract.study.design import GRADES, MAX_K, MAX_MIXES, MAX_QUERIES, Design, draw_study, parse_mixes
from artextract.study.preferred import offered_mix
from artextract.study.report import judgement_frame, study_report
from artextract.study.store import MAX_RATER, Asked, NoSuchStudyError, Studies

Rater = Query(description="the name of who judges; upper and lower case are one", max_length=MAX_RATER)
REPORTS_KEPT = 16
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "a row per judgement"}}


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
    mixes: list[Mix] = Field(max_length=MAX_MIXES)
    kinds: list[Literal["pairwise", "graded"]] = Field(["pairwise"], max_length=2)
    queries: int = Field(30, ge=1, le=MAX_QUERIES)
    k: int = Field(5, ge=1, le=MAX_K)
    pairs: int = Field(1, ge=1, le=MAX_K)
    per_rater: int = Field(40, ge=1, le=10_000)
    repeats: float = Field(0.1, ge=0, le=0.5)
    titles: bool = False
    where: list[Filter] = Field([], max_length=20)
    stratify: Name | None = None
    seed: int = Field(0, ge=0, lt=2**32)


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
    left: PaintingId
    milliseconds: int | None = Field(None, ge=0, lt=2**31)


class TakeBack(BaseModel):
    rater: str = Field(max_length=MAX_RATER)


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["study"])
    runner = StudyRunner(workspace)
    writes = [Depends(require_token(workspace))]

    @router.get("/api/study")
    def all_studies() -> StudyList:
        """The studies of this collection, newest first."""
        return runner.all()

    @router.post("/api/study", dependencies=writes)
    def new_study(asked: NewStudy) -> JobAnswer:
        """Draw a new study: its queries, what the mixes find for them, and the questions. It takes seconds; GET
        /api/study/NAME/making says when it is done."""
        return runner.begin(asked)

    @router.get("/api/study/{name}/making")
    def making(name: str) -> JobAnswer:
        """How far the drawing of a new study is."""
        return runner.progress(name)

    @router.get("/api/study/{name}")
    def one_study(name: str) -> StudyBrief:
        """One study: what it asks, and how many judgements it has."""
        return runner.one(name)

    @router.get("/api/study/{name}/task")
    def next_task(name: str, rater: str = Rater) -> Question:
        """What to ask this rater next. Asking again gives the same question until it is answered, or others have
        answered it more often than another."""
        return runner.next(name, rater)

    @router.post("/api/study/{name}/judgements", dependencies=writes)
    def judge(name: str, given: NewJudgement) -> Question:
        """Keep an answer; gives the next question. 409 where it is no longer asked, as after a second click."""
        return runner.judge(name, given)

    @router.post("/api/study/{name}/undo", dependencies=writes)
    def undo(name: str, given: TakeBack) -> Question:
        """Take the rater's last answer back; gives the question it answered."""
        return runner.undo(name, given.rater)

    @router.get("/api/study/{name}/report", dependencies=[at_most(1)])  # visitors who ask at once get one computation
    def report(name: str) -> dict[str, Any]:
        """Agreement, preference and nDCG by what has been judged so far, as ``artextract study COLLECTION --json``.
        Figures that are undefined are null; ``warnings`` say why. ``facts`` are what warnings and notes, in this order,
        are made of."""
        return runner.report(name)

    @router.get("/api/study/{name}/judgements.csv", responses=CSV, response_class=Response)
    def judgements(name: str) -> Response:
        """Every judgement in force, with rater, question, the mixes behind it, answer and time."""
        data = runner.studies.read(name)
        file_name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in data.name)
        return Response(
            for_sheets(judgement_frame(data)).to_csv(index=False),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{file_name}-judgements.csv"'},
        )

    return router


class StudyRunner:
    """Draws studies in the background, asks raters, and reports; for several threads."""

    def __init__(self, workspace: Workspace):
        self.studies = Studies(workspace.root)
        self._workspace = workspace
        self._reports: Kept[Hashable, dict[str, Any]] = Kept(REPORTS_KEPT)

    def all(self) -> StudyList:
        return StudyList(studies=[_brief(entry) for entry in self.studies.list()])

    def one(self, name: str) -> StudyBrief:
        """Raises ``NoSuchStudyError``."""
        self.studies.settings(name)
        return next(_brief(entry) for entry in self.studies.list() if entry["name"].casefold() == name.casefold())

    def begin(self, asked: NewStudy) -> JobAnswer:
        """Begin to draw a study. Raises ``InputError`` for what cannot be asked, and where there is one of this
        name."""
        engine, jobs = self._workspace.engine(), self._workspace.jobs
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
        if self.studies.has(design.name):
            raise InputError(f"there is a study '{design.name}' already", "choose another name", code="study-exists")
        key = ("study", design.name.casefold())
        jobs.forget(key)

        def work(progress: Progress) -> None:
            self.studies.add(draw_study(engine, design, progress))

        return JobAnswer.of(jobs.ask(key, work, short=True))

    def progress(self, name: str) -> JobAnswer:
        """How far the drawing of a study is. Raises ``NoSuchStudyError`` where none was begun of late."""
        job = self._workspace.jobs.find(("study", name.casefold()))
        if self.studies.has(name):
            return JobAnswer(state="done")
        if job is None:
            raise NoSuchStudyError(f"there is no study '{name}'", "go back to the list of studies")
        return JobAnswer.of(job)

    def next(self, name: str, rater: str) -> Question:
        """The question that a rater is asked. Raises ``NoSuchStudyError``."""
        engine = self._workspace.engine()
        return self._question(engine, name, self.studies.next(name, acting(rater), _those_there(engine)))

    def judge(self, name: str, given: NewJudgement) -> Question:
        """Keep an answer and give the next question. Raises what ``Studies.judge`` raises."""
        engine = self._workspace.engine()
        asked = self.studies.judge(
            name, acting(given.rater), given.task, given.answer, given.left, given.milliseconds, _those_there(engine)
        )
        return self._question(engine, name, asked)

    def undo(self, name: str, rater: str) -> Question:
        """Take the last answer of a rater back. Raises what ``Studies.undo`` raises."""
        engine = self._workspace.engine()
        return self._question(engine, name, self.studies.undo(name, acting(rater), _those_there(engine)))

    def report(self, name: str) -> dict[str, Any]:
        """The report on the judgements so far; made anew where one was added or taken back."""
        index = self._workspace.engine().index

        def made() -> dict[str, Any]:
            data = self.studies.read(name)
            report = study_report(data) | {"preferred_mix": offered_mix(index, data)}
            return report | {"facts": [facts(sentence) for sentence in [*report["warnings"], *report["notes"]]]}

        return self._reports.get((name.casefold(), self.studies.state(name), index.version), made)

    def _question(self, engine: SearchEngine, name: str, asked: Asked) -> Question:
        titles = self.studies.settings(name)["titles"]

        def shown(painting: str | None) -> Shown | None:
            if painting is None:
                return None
            known = known_painting(self._workspace, engine, painting)
            return Shown(id=painting, width=known.width, height=known.height, title=known.title if titles else None)

        return Question(
            task=asked.task,
            kind=asked.kind,
            query=shown(asked.query),
            left=shown(asked.left),
            right=shown(asked.right),
            done=asked.done,
            total=asked.total,
        )


def _brief(entry: dict[str, Any]) -> StudyBrief:
    settings = entry["settings"]
    return StudyBrief(
        kinds=settings["kinds"],
        mixes=list(settings["mixes"]),
        per_rater=settings["per_rater"],
        **{k: v for k, v in entry.items() if k != "settings"},
    )


def _those_there(engine: SearchEngine) -> Callable[[str], bool]:
    """Whether a painting of a study is still in the collection."""
    return lambda painting: engine.index.position(painting) is not None
