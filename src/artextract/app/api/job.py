"""How far long work is, in one shape for all calls that begin some."""

from __future__ import annotations

from pydantic import BaseModel

from artextract.app.jobs import Job


class JobAnswer(BaseModel):
    """``state``: "waiting", "running", "done" or "failed"; ``done`` of ``total`` steps of what ``caption`` names;
    ``message`` and ``hint`` say what happened and what to do if it failed, ``code`` names it."""

    state: str
    caption: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    hint: str = ""
    code: str = ""

    @classmethod
    def of(cls, job: Job) -> JobAnswer:
        return cls(**job.as_dict())
