"""Long work runs once, one after another, and tells how it ended whatever happens to it."""

import threading
import time
import weakref
from pathlib import Path

import pytest

from artextract.app.jobs import BUSY, KEPT, WAITING, Job, Jobs
from artextract.errors import InputError


def until(jobs: Jobs, key, *states: str) -> Job:
    """The job once it is in one of these states; asking must not begin it."""
    for _ in range(12000):
        job = jobs.ask(key, lambda progress: pytest.fail("begun again"))
        if job.state in states:
            return job
        time.sleep(0.005)
    raise AssertionError(f"{key} is still {job}")


@pytest.fixture
def jobs():
    jobs = Jobs()
    yield jobs
    jobs.close()


def test_progress_is_reported_while_it_runs(jobs):
    half, go_on = threading.Event(), threading.Event()

    def work(progress):
        for item in progress("abcd", 4, "letters"):
            if item == "c":
                half.set()
                go_on.wait(60)
        return list(progress([1, 2], 2, "numbers"))

    assert jobs.ask("key", work).state in ("waiting", "running")
    assert half.wait(60)
    job = jobs.ask("key", work)
    assert job.as_dict() == {
        "state": "running",
        "caption": "letters",
        "done": 2,
        "total": 4,
        "message": "",
        "hint": "",
        "code": "",
    }
    go_on.set()
    job = until(jobs, "key", "done")
    assert job.result == [1, 2] and (job.caption, job.done, job.total) == ("numbers", 2, 2)


def test_a_job_is_found_without_beginning_one(jobs):
    assert jobs.find("key") is None
    jobs.ask("key", lambda progress: 7)
    until(jobs, "key", "done")
    assert jobs.find("key").result == 7
    jobs.forget("key")
    assert jobs.find("key") is None


def test_heavy_results_are_forgotten_first_come_first_but_for_the_last():
    jobs = Jobs(kept=8, heaviest=10, weigh=len)
    try:
        for name, length in (("a", 4), ("b", 4), ("c", 2), ("d", 3), ("e", 30)):
            jobs.ask(name, lambda progress, length=length: "x" * length)
            until(jobs, name, "done")
            there = [key for key in "abcde" if jobs.find(key)]
            assert there == {"a": ["a"], "b": ["a", "b"], "c": ["a", "b", "c"], "d": ["b", "c", "d"], "e": ["e"]}[name]
    finally:
        jobs.close()


def test_many_who_ask_at_once_share_one_run(jobs):
    runs, barrier = [], threading.Barrier(20)

    def visitor():
        barrier.wait(60)
        for key in ("a", "b"):
            jobs.ask(key, lambda progress, key=key: runs.append(key))

    threads = [threading.Thread(target=visitor) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    until(jobs, "a", "done"), until(jobs, "b", "done")
    assert sorted(runs) == ["a", "b"]


def test_one_job_after_another(jobs):
    inside, most, order = 0, 0, []
    lock = threading.Lock()

    def work(number):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.002)
        with lock:
            inside -= 1
            order.append(number)
        return number

    for number in range(8):
        jobs.ask(number, lambda progress, number=number: work(number))
    assert [until(jobs, number, "done").result for number in range(8)] == list(range(8)) == order
    assert most == 1


@pytest.mark.parametrize(
    "error, message, hint",
    [
        (InputError("the file is empty", "give another"), "the file is empty", "give another"),
        (KeyError("x"), "KeyError: 'x'", "this is a defect of ArtExtract; please report it"),
    ],
)
def test_failing_work_says_why_and_the_next_goes_on(jobs, error, message, hint):
    def fails(progress):
        for _ in progress(range(3), 3, "steps"):
            raise error

    jobs.ask("bad", fails)
    job = until(jobs, "bad", "failed")
    assert (job.message, job.hint, job.result) == (message, hint, None)
    assert jobs.ask("bad", lambda progress: 1).state == "failed", "not tried again by itself"
    jobs.forget("bad")
    jobs.ask("bad", lambda progress: "well now")
    assert until(jobs, "bad", "done").result == "well now"


def test_what_has_not_ended_cannot_be_forgotten(jobs):
    go_on = threading.Event()
    jobs.ask("long", lambda progress: go_on.wait(60))
    jobs.ask("next", lambda progress: 7)
    for key in ("long", "next", "never asked"):
        jobs.forget(key)
    assert jobs.ask("next", lambda progress: pytest.fail("begun twice")).state == "waiting"
    go_on.set()
    assert until(jobs, "next", "done").result == 7


def test_closing_ends_what_runs_at_its_next_step_and_what_waits():
    jobs, begun, go_on, steps = Jobs(), threading.Event(), threading.Event(), []

    def work(progress):
        for step in progress(range(100), 100, "steps"):
            steps.append(step)
            begun.set()
            go_on.wait(60)

    jobs.ask("runs", work)
    jobs.ask("waits", lambda progress: steps.append("waits"))
    assert begun.wait(60)
    jobs.close()
    assert until(jobs, "waits", "failed").message == "the server was stopped before this was done"
    go_on.set()
    assert until(jobs, "runs", "failed").message == "the server was stopped before this was done"
    assert steps == [0]
    assert jobs.ask("later", lambda progress: steps.append("later")).state == "failed", (
        "nobody waits for ever for what cannot begin"
    )
    jobs.close()
    assert steps == [0]


def test_who_closes_may_wait_for_the_end():
    jobs, begun = Jobs(), threading.Event()

    def work(progress):
        try:
            for _ in progress(range(12000), 12000, "steps"):
                begun.set()
                time.sleep(0.005)
        finally:
            time.sleep(0.1)

    jobs.ask("runs", work)
    assert begun.wait(60)
    jobs.close(wait=True)
    assert jobs.find("runs").code == "server-stopped"


def test_what_visitors_ask_for_does_not_pile_up(jobs):
    go_on = threading.Event()
    jobs.ask("first", lambda progress: go_on.wait(60))
    until(jobs, "first", "running")
    assert {jobs.ask(number, lambda progress: "large").state for number in range(WAITING)} == {"waiting"}
    assert jobs.ask("too much", lambda progress: None) == BUSY
    assert jobs.ask(3, lambda progress: None).state == "waiting", "who waits already is not sent away"
    go_on.set()
    until(jobs, WAITING - 1, "done")
    assert jobs.ask("too much", lambda progress: None) != BUSY
    until(jobs, "too much", "done")
    assert len(jobs._jobs) == KEPT + 1


def test_an_error_of_the_disk_does_not_tell_where_files_lie(jobs):
    jobs.ask("key", lambda progress: Path("/no/such/place").read_bytes())
    job = until(jobs, "key", "failed")
    assert "No such file" in job.message and "/no" not in job.message + job.hint


def test_what_is_cancelled_stops_at_its_next_step_and_others_go_on(jobs):
    begun, go, steps = threading.Event(), threading.Event(), []

    def work(progress):
        for step in progress(range(5), 5, "steps"):
            steps.append(step)
            begun.set()
            go.wait(60)

    jobs.ask("long", work)
    jobs.ask("waiting", lambda progress: steps.append("never"))
    assert begun.wait(60)
    jobs.cancel("long")
    jobs.cancel("waiting")
    jobs.ask("next", lambda progress: "done")
    go.set()
    until(jobs, "next", "done")
    assert steps == [0] and jobs.find("long") is None and jobs.find("waiting") is None


def test_what_is_cancelled_while_it_waits_holds_nothing_and_is_not_done_twice(jobs):
    go, runs = threading.Event(), []

    def waiting(number):
        return lambda progress: runs.append(number)

    jobs.ask("long", lambda progress: go.wait(60))
    first = waiting(1)
    held = weakref.ref(first)
    jobs.ask("again", first)
    del first
    jobs.cancel("again")
    assert held() is None
    jobs.ask("again", waiting(2))
    go.set()
    until(jobs, "again", "done")
    jobs.ask("last", lambda progress: None)
    until(jobs, "last", "done")
    assert runs == [2]


def test_what_is_short_does_not_wait_for_what_takes_minutes(jobs):
    go_on = threading.Event()
    jobs.ask("long", lambda progress: go_on.wait(60))
    jobs.ask("long too", lambda progress: None)
    jobs.ask("short", lambda progress: "done", short=True)
    assert until(jobs, "short", "done").result == "done" and jobs.find("long too").state == "waiting"
    go_on.set()
