"""The paintings whose labels look wrong: found once, in the background, and kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from artextract.app.api.job import JobAnswer
from artextract.app.api.workspace import Workspace
from artextract.errors import InputError
from artextract.kept import Kept
from artextract.model.predictor import Predictor
from artextract.progress import Progress
from artextract.review.queue import Attribute, Suspects, attributes, kept_suspects, made_of
from artextract.search.asking.engine import SearchEngine

QUEUES_KEPT = 32
"""So many queues are remembered, one for each attribute and state of the collection."""


@dataclass(frozen=True)
class _OfEngine:
    """What is worked out once per engine: its attributes, and per attribute what its queue is made of."""

    attributes: list[Attribute]
    made_of: Kept[str, str] = field(default_factory=lambda: Kept(QUEUES_KEPT))


class SuspectFinder:
    """Finds the suspects of one attribute after another; for several threads."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._engines: Kept[SearchEngine, _OfEngine] = Kept(1)
        self._queues: Kept[str, Suspects | None] = Kept(QUEUES_KEPT)

    def attributes(self, engine: SearchEngine) -> list[Attribute]:
        """The labels that the model knows, each with whether it can be reviewed. Raises ``InputError`` where there is
        no model."""
        return self._of(engine).attributes

    def known(self, engine: SearchEngine, attribute: str) -> Suspects | None:
        """The queue where it was found before: in memory, or kept by an earlier run."""
        return self._queues.get(
            self._made_of(engine, attribute),
            lambda: kept_suspects(engine, self._model(), attribute),
            lambda found: found is not None,
        )

    def ask(self, engine: SearchEngine, attribute: str) -> Suspects | JobAnswer:
        """The queue, or how far the search for it is. One that failed is begun anew by the next call."""
        found = self.known(engine, attribute)
        if found is not None:
            return found
        made, predictor, jobs = self._made_of(engine, attribute), self._model(), self._workspace.jobs

        def work(progress: Progress) -> Suspects:
            from artextract.review.suspects import find_suspects

            return find_suspects(engine, predictor, attribute, progress)

        job = jobs.ask(("suspects", made), work)
        if job.state == "done":
            self._queues.put(made, job.result)
            return job.result
        if job.state == "failed":
            jobs.forget(("suspects", made))
        return JobAnswer.of(job)

    def _of(self, engine: SearchEngine) -> _OfEngine:
        return self._engines.get(engine, lambda: _OfEngine(attributes(engine.paintings, self._model())))

    def _made_of(self, engine: SearchEngine, attribute: str) -> str:
        return self._of(engine).made_of.get(attribute, lambda: made_of(engine, self._model(), attribute))

    def _model(self) -> Predictor:
        if self._workspace.predictor is None:
            raise InputError(
                "there is no model to review labels with",
                "start the server with --model MODEL, or index the collection with the feature style",
                code="no-model",
            )
        return self._workspace.predictor
