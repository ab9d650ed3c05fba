"""A collection that is brought up to date while it is being looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from artextract.app.jobs import Job, Jobs
from artextract.progress import Progress, no_progress
from artextract.search.update import Update, bring_up_to_date

_KEY = "update"


class Updating:
    """One piece of work behind the page; safe for several threads.

    ``ended`` is called when it has come to its end, and something was written."""

    def __init__(
        self,
        collection: str | Path,
        model: str | Path | None = None,
        progress: Progress = no_progress,
        done: Callable[[Update], None] = lambda update: None,
    ):
        """``progress`` is told of every step too, and ``done`` of the end, as on a terminal."""
        self._collection, self._model, self._shown, self._done = collection, model, progress, done
        self._jobs = Jobs()
        self.ended: Callable[[], None] = lambda: None

    def begin(self) -> Job:
        """Begin the work unless it is under way; gives how it stands."""
        self._jobs.forget(_KEY)
        return self._jobs.ask(_KEY, self._work)

    def job(self) -> Job:
        """How the work stands; "waiting" where it was never begun."""
        return self._jobs.find(_KEY) or Job("waiting")

    def close(self, wait: bool = False) -> None:
        """End the work at its next step; what was computed is kept. With ``wait`` nothing is written any more."""
        self._jobs.close(wait)

    def _work(self, progress: Progress) -> Update:
        def both(items: Iterable, total: int, caption: str) -> Iterable:
            return progress(self._shown(items, total, caption), total, caption)

        done = bring_up_to_date(self._collection, self._model, both)
        if done.written:
            self.ended()
        self._done(done)
        return done


def as_dict(job: Job) -> dict[str, Any]:
    """What a command says of the work at its end."""
    result = job.result.as_dict() if isinstance(job.result, Update) else None
    return {"state": job.state, "message": job.message, "hint": job.hint, "result": result}
