"""How far long work is, as the API says it."""

from threading import Event

import pytest

from artextract.app.api.job import JobAnswer
from artextract.app.jobs import BUSY, STOPPING, Job, Jobs
from artextract.errors import InputError


def test_every_field_but_the_result_is_answered():
    job = Job("running", "looking", 3, 7, result=object(), message="m", hint="h", code="c")
    assert JobAnswer.of(job).model_dump() == {
        "state": "running",
        "caption": "looking",
        "done": 3,
        "total": 7,
        "message": "m",
        "hint": "h",
        "code": "c",
    }


@pytest.mark.parametrize("job", [Job("waiting"), Job("done", result=[1]), BUSY, STOPPING])
def test_an_answer_survives_json(job):
    answer = JobAnswer.of(job)
    assert JobAnswer.model_validate_json(answer.model_dump_json()) == answer
    assert (answer.state, answer.message, answer.hint) == (job.state, job.message, job.hint)


def test_work_is_answered_from_its_beginning_to_its_error():
    jobs, at_second, go_on = Jobs(), Event(), Event()

    def work(progress):
        for step in progress([1, 2], 2, "steps"):
            if step == 2:
                at_second.set()
                go_on.wait(30)
        raise InputError("no such column", "name another", code="test")

    assert JobAnswer.of(jobs.ask("key", work)).state in ("waiting", "running")
    assert at_second.wait(30)
    under_way = JobAnswer.of(jobs.ask("key", work))
    assert (under_way.state, under_way.caption, under_way.done, under_way.total) == ("running", "steps", 1, 2)
    go_on.set()
    jobs._thread.shutdown(wait=True)
    failed = JobAnswer.of(jobs.find("key"))
    assert (failed.state, failed.message, failed.hint) == ("failed", "no such column", "name another")
