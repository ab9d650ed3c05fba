"""Jobs: many pictures predicted, or many queries searched."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from artextract.client.answers.jobs import BatchJob, BatchResults
from artextract.client.connection import ApiError, Connection, in_path


class JobCalls(Connection):
    def begin_job(
        self, *, predict: Sequence[Mapping[str, Any]] = (), search: Sequence[Mapping[str, Any]] = ()
    ) -> BatchJob:
        """Begin a job of many calls: of ``predict`` or ``search`` with these arguments."""
        body = {"predict": [dict(each) for each in predict], "search": [dict(each) for each in search]}
        return self._json("POST", "jobs", body=body, writes=True)

    def job(self, job: str) -> BatchJob:
        """How far a job is."""
        return self._json("GET", f"jobs/{in_path(job)}")

    def job_result(self, job: str) -> BatchResults:
        """What the calls of a job gave, once it is done; ``ApiError`` with 409 before."""
        return self._json("GET", f"jobs/{in_path(job)}/result")

    def end_job(self, job: str) -> None:
        """End a job, and forget its result."""
        self._json("DELETE", f"jobs/{in_path(job)}", writes=True)

    def finished(
        self, job: str, *, seconds: float = 3600.0, progress: Callable[[BatchJob], object] = lambda job: None
    ) -> BatchResults:
        """Wait until a job is done, and give its result; ``progress`` hears how far it is. Raises ``ApiError`` where it
        failed, and ``TimeoutError`` after ``seconds``."""
        until, wait = time.monotonic() + seconds, 0.1
        while True:
            now = self.job(job)
            progress(now)
            if now["state"] == "done":
                return self.job_result(job)
            if now["state"] == "failed":
                raise ApiError(409, now["message"], now["hint"], "job-failed")
            if time.monotonic() + wait > until:
                raise TimeoutError(f"the job is not done after {seconds:g} s: {now['done']} of {now['total']}")
            time.sleep(wait)
            wait = min(2 * wait, 2.0)
