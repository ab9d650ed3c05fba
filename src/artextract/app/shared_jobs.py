"""Jobs of programs that any server of a collection answers for, whichever does them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from artextract.app.jobs import BUSY, ENDED, STOPPING, Job, Jobs
from artextract.app.shared import Shared
from artextract.progress import Progress

_FIELDS = ("state", "caption", "done", "total", "message", "hint", "code")
TOLD_EVERY = 1.0
"""Seconds between two steps of which the others are told."""


class SharedJobs(Jobs):
    """As ``Jobs``, each kept in the folder as well.

    Keys are names that cannot be guessed, results are bytes. What a server did that has ended has failed."""

    def __init__(self, shared: Shared, kept: int, waiting: int, heaviest: int, weigh: Callable[[bytes], int]):
        super().__init__(kept, waiting, heaviest, weigh)
        self._shared = shared
        self._told: dict[Any, tuple[str, str, float]] = {}

    def ask(self, key: Any, work: Callable[[Progress], Any], short: bool = False) -> Job:
        if super().find(key) is None:
            self._write(key, Job("waiting"))
        job = super().ask(key, work, short)
        if job is BUSY or job is STOPPING:
            self._shared.remove("jobs", key)
        return job

    def find(self, key: Any) -> Job | None:
        here = super().find(key)
        if here is not None:  # unless it was forgotten, or cancelled at another server
            return here if self._shared.has("jobs", key) else None
        kept = self._shared.get("jobs", key)
        if kept is None:
            return None
        head, _, result = kept.partition(b"\n")
        try:
            facts = json.loads(head)
            job = Job(**{name: facts[name] for name in _FIELDS}, result=result or None)
            running = self._shared.is_running(facts["server"])
        except (ValueError, KeyError, TypeError):  # the file is damaged
            return None
        if job.state in ENDED or running:
            return job
        return replace(STOPPING)

    def forget(self, key: Any) -> None:
        super().forget(key)
        self._shared.remove("jobs", key)

    def cancel(self, key: Any) -> None:
        super().cancel(key)
        self._shared.remove("jobs", key)

    def _set(self, key: Any, **changes: Any) -> None:
        super()._set(key, **changes)
        job = super().find(key)
        if job is None or job.state in ENDED:
            self._told.pop(key, None)
        if job is None:
            return
        *before, since = self._told.get(key, ("", "", 0.0))
        now = time.monotonic()
        if [job.state, job.caption] == before and now - since < TOLD_EVERY:
            return
        if self._shared.has("jobs", key):
            self._write(key, job)
            if job.state not in ENDED:
                self._told[key] = job.state, job.caption, now

    def _write(self, key: str, job: Job) -> None:
        facts = {name: getattr(job, name) for name in _FIELDS} | {"server": self._shared.server}
        self._shared.put("jobs", key, json.dumps(facts).encode() + b"\n" + (job.result or b""))
