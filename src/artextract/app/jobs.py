"""Long work behind the page: a thread that does one job after another, one beside it for what takes seconds, and what
each has come to."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from artextract.errors import ArtExtractError
from artextract.objects import StoreError
from artextract.progress import Progress


@dataclass(frozen=True)
class Job:
    """``state`` is "waiting", "running", "done" or "failed".

    ``done`` of ``total`` steps of what ``caption`` names; ``result`` once it is done, ``message``, ``hint`` and
    ``code`` once it failed."""

    state: str
    caption: str = ""
    done: int = 0
    total: int = 0
    result: Any = None
    message: str = ""
    hint: str = ""
    code: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the result."""
        return {name: getattr(self, name) for name in ("state", "caption", "done", "total", "message", "hint", "code")}


ENDED = ("done", "failed")
KEPT = 16
"""So many jobs that have ended are remembered; their results may be large."""
WAITING = 100
"""So many jobs wait at most."""
BUSY = Job(
    "failed",
    message="too much is waiting to be computed here",
    hint="try again in some minutes",
    code="too-much-waiting",
)
STOPPING = Job(
    "failed",
    message="the server was stopped before this was done",
    hint="start it again; what was done before is kept",
    code="server-stopped",
)


def of_store(error: ArtExtractError) -> bool:
    """Whether a store of pictures or of vectors failed, and not who asked."""
    return isinstance(error, StoreError) or error.code.startswith("store-")


def public_words(error: ArtExtractError) -> tuple[str, str]:
    """Message and hint as visitors may read them: where a store is, and by whose name it is asked, is not for them."""
    if of_store(error):
        return "the store of this collection cannot be read now", "try again later; artextract doctor tells why"
    return error.message, error.hint


class _Stopped(Exception):
    """Raised inside work at its next step, once it is cancelled or the jobs are closed."""


class Jobs:
    """Work is named by a key; asking for the same key again joins the job that is there.

    Failed jobs are tried again when asked for after ``forget``. Once closed, what waits fails, and what runs does so at
    its next step. At most ``waiting`` wait, and the last ``kept`` that have ended are remembered; where their results
    are weighed, those that are ``heaviest`` together at most, but the last one always."""

    def __init__(
        self,
        kept: int = KEPT,
        waiting: int = WAITING,
        heaviest: int = 0,
        weigh: Callable[[Any], int] = lambda _: 0,
    ) -> None:
        self._kept, self._waiting, self._heaviest, self._weigh = kept, waiting, heaviest, weigh
        self._jobs: dict[Hashable, Job] = {}
        self._work: dict[Hashable, Callable[[Progress], Any]] = {}  # of those that wait
        self._lock = Lock()
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="job")
        self._short_jobs = ThreadPoolExecutor(1, thread_name_prefix="short-job")

    def ask(self, key: Hashable, work: Callable[[Progress], Any], short: bool = False) -> Job:
        """The job of this key as it stands now; ``work`` is begun where there is none.

        What is ``short`` does not wait for what takes minutes."""
        with self._lock:
            if self._closed and key not in self._jobs:
                return STOPPING
            if key not in self._jobs:
                if sum(job.state == "waiting" for job in self._jobs.values()) >= self._waiting:
                    return BUSY
                for old in [name for name, job in self._jobs.items() if job.state in ENDED][: -self._kept]:
                    del self._jobs[old]
                self._jobs[key], self._work[key] = Job("waiting"), work
                (self._short_jobs if short else self._thread).submit(self._run, key)
            return self._jobs[key]

    def find(self, key: Hashable) -> Job | None:
        """The job of this key as it stands now, where there is one."""
        with self._lock:
            return self._jobs.get(key)

    @property
    def unfinished(self) -> int:
        """How many wait or run."""
        with self._lock:
            return sum(job.state not in ENDED for job in self._jobs.values())

    def forget(self, key: Hashable) -> None:
        """Drop a job that has ended, so that the next ``ask`` begins anew."""
        with self._lock:
            if key in self._jobs and self._jobs[key].state in ENDED:
                del self._jobs[key]

    def cancel(self, key: Hashable) -> None:
        """Drop a job in any state, and what it holds; one that runs stops at its next step."""
        with self._lock:
            self._jobs.pop(key, None)
            self._work.pop(key, None)

    def close(self, wait: bool = False) -> None:
        """What waits fails, and what runs does so at its next step; ``wait`` until then."""
        with self._lock:
            self._closed = True
            self._jobs |= {key: STOPPING for key, job in self._jobs.items() if job.state == "waiting"}
        for thread in (self._thread, self._short_jobs):
            thread.shutdown(wait=wait, cancel_futures=True)

    def _run(self, key: Hashable) -> None:
        def progress(items: Iterable, total: int, caption: str) -> Iterable:
            self._set(key, state="running", caption=caption, done=0, total=total)
            for number, item in enumerate(items):
                if self._closed or self.find(key) is None:
                    raise _Stopped
                yield item
                self._set(key, done=number + 1)

        with self._lock:
            work = self._work.pop(key, None)
        if self._closed or work is None:  # it was cancelled, and may have been asked for anew and done
            return
        self._set(key, state="running")
        try:
            self._set(key, state="done", result=work(progress))
        except _Stopped:
            self._set(key, state="failed", message=STOPPING.message, hint=STOPPING.hint, code=STOPPING.code)
        except ArtExtractError as error:
            message, hint = public_words(error)
            self._set(key, state="failed", message=message, hint=hint, code=error.code)
        except OSError as error:  # its text names places on this machine
            self._set(
                key,
                state="failed",
                message=f"it could not be done: {error.strerror or type(error).__name__}",
                hint="try again; if it stays so, look at the server's disk",
                code="job-failed",
            )
        except Exception as error:  # whoever waits is answered; a thread that dies would leave the page waiting
            self._set(
                key,
                state="failed",
                message=f"{type(error).__name__}: {error}",
                hint="this is a defect of ArtExtract; please report it",
                code="server-error",
            )

    def _lighten(self) -> None:
        """Drop the jobs that were asked for first while the results are too heavy."""
        done = {key: self._weigh(job.result) for key, job in self._jobs.items() if job.state == "done"}
        weight = sum(done.values())
        for key in list(done)[:-1]:
            if weight <= self._heaviest:
                break
            weight -= done[key]
            del self._jobs[key]

    def _set(self, key: Hashable, **changes: Any) -> None:
        with self._lock:
            if key in self._jobs:  # else it was cancelled
                self._jobs[key] = replace(self._jobs[key], **changes)
                if self._jobs[key].state == "done":
                    self._lighten()
