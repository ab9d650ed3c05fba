"""Several servers of one collection, behind one address: what one was told, the others know."""

import subprocess
import sys
import time

import httpx
import pytest

from artextract.app.api import create_app
from artextract.app.api.guards import TOKEN_HEADER
from artextract.app.jobs import Job
from artextract.app.serving import Serving
from artextract.app.sessions import HOURS, SharedSessions
from artextract.app.shared import MOST, Shared
from artextract.app.shared_jobs import SharedJobs
from artextract.app.users import with_password
from artextract.errors import InputError
from tests.app.api.conftest import client_of
from tests.raising import raises

PASSWORD = "four words are long"


@pytest.fixture
def two(indexed_collection, tmp_path, monkeypatch):
    """Two servers of one collection that share a folder."""
    monkeypatch.setattr("artextract.app.users.N", 2)
    users = with_password(PASSWORD)
    made = [create_app(indexed_collection, serving=Serving(shared=tmp_path / "s", users=users)) for _ in range(2)]
    with client_of(made[0]) as one, client_of(made[1]) as other:
        yield one, other


def test_who_signs_in_at_one_is_known_to_both(two):
    one, other = two
    assert one.headers[TOKEN_HEADER] == other.headers[TOKEN_HEADER]
    assert one.post("/api/sign-in", json={"name": "Ada", "password": PASSWORD}).json() == {"user": "Ada"}
    other.cookies = one.cookies
    assert other.get("/api/session").json()["user"] == "Ada"
    cookies = dict(one.cookies)
    other.post("/api/sign-out")
    one.cookies.update(cookies)
    assert one.get("/api/session").json()["user"] is None


def test_a_killed_server_is_noticed(tmp_path):
    code = "import sys, time; from artextract.app.shared import Shared; print(Shared(sys.argv[1]).server, flush=True)"
    code += "; time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    server, shared = process.stdout.readline().strip(), Shared(tmp_path)
    assert shared.is_running(server) and shared.is_running(shared.server)
    process.kill()
    process.wait()
    assert not shared.is_running(server) and not shared.is_running(server) and not shared.is_running("never")


def test_what_two_processes_know_of_each_other(indexed_collection, tmp_path):
    """One of them is a process of its own, as behind a proxy."""
    command = [sys.executable, "-m", "artextract.app.cli", "serve", str(indexed_collection), "--port", "0"]
    process = subprocess.Popen([*command, "--shared", str(tmp_path / "s")], stderr=subprocess.PIPE, text=True)
    try:
        address = process.stderr.readline().split(" is at ")[1].split()[0]
        with client_of(create_app(indexed_collection, serving=Serving(shared=tmp_path / "s"))) as here:
            there = httpx.Client(base_url=address, headers=here.headers, timeout=60)
            until = time.monotonic() + 120
            while not answers(there):
                assert time.monotonic() < until and process.poll() is None
                time.sleep(0.1)
            picture = (indexed_collection / "images" / "p03.png").read_bytes()
            facts = there.post("/api/uploads", content=picture).json()
            upload = facts["upload"]
            assert here.get(f"/api/uploads/{upload}").json() == facts
            assert here.post("/api/uploads", content=picture).json()["upload"] == upload
            found = [one.post("/api/search", json={"upload": upload, "k": 5}).json() for one in (there, here)]
            assert found[0] == found[1] and len(found[0]["hits"]) == 5
            images = [one.get(f"/api/uploads/{upload}/image").content for one in (there, here)]
            assert images[0] == images[1]

            job = there.post("/api/jobs", json={"search": [{"upload": upload, "k": 2}] * 3}).json()["job"]
            while (state := here.get(f"/api/jobs/{job}").json())["state"] != "done":
                assert state["state"] in ("waiting", "running") and time.monotonic() < until
                time.sleep(0.05)
            results = [one.get(f"/api/jobs/{job}/result").json()["results"] for one in (there, here)]
            assert results[0] == results[1] and len(results[0]) == 3
            assert here.delete(f"/api/jobs/{job}").status_code == 204
            assert there.get(f"/api/jobs/{job}").status_code == 404
    finally:
        process.kill()
        process.wait()


def answers(client):
    try:
        return client.get("/api/health").status_code == 200
    except httpx.TransportError:
        return False


def test_a_job_ends_where_it_runs_when_another_server_ends_it(tmp_path):
    one, other = (SharedJobs(Shared(tmp_path), 4, 4, 99, len) for _ in range(2))
    steps = []

    def work(progress):
        for step in progress(range(10_000), 10_000, "counting"):
            steps.append(step)
            if step == 0:
                other.cancel("a")
        return b"never"

    one.ask("a", work)
    one._thread.shutdown(wait=True)
    assert steps == [0] and one.find("a") is None and other.find("a") is None


@pytest.mark.parametrize("place", [".", "shared", "images/../inner/shared", "../linked"])
def test_the_collection_itself_is_not_shared(indexed_collection, tmp_path, place):
    collection = tmp_path / "c"
    collection.mkdir()
    (tmp_path / "linked").symlink_to(collection)
    with raises(InputError, "not-shareable", "collection's own folder"):
        create_app(collection, serving=Serving(shared=collection / place))
    assert not list(collection.iterdir())
    with raises(InputError, "not-a-collection"):  # the folder beside it will do
        create_app(collection, serving=Serving(shared=tmp_path / "c-shared"))


def test_the_others_are_told_of_steps_now_and_then_and_of_the_end(tmp_path, monkeypatch):
    jobs, written = SharedJobs(Shared(tmp_path), 4, 4, 99, len), []
    monkeypatch.setattr(jobs, "_write", lambda key, job: written.append((job.state, job.caption, job.done)))
    monkeypatch.setattr(jobs._shared, "has", lambda kind, key: True)
    monkeypatch.setattr("artextract.app.shared_jobs.TOLD_EVERY", 1e9)

    def work(progress):
        for caption in ("counting", "again"):
            list(progress(range(100), 100, caption))
        return b"result"

    jobs.ask("a", work)
    jobs._thread.shutdown(wait=True)
    steps = [("waiting", "", 0), ("running", "", 0), ("running", "counting", 0), ("running", "again", 0)]
    assert written == [*steps, ("done", "again", 100)] and not jobs._told
    monkeypatch.setattr("artextract.app.shared_jobs.TOLD_EVERY", 0.0)
    jobs._jobs["b"] = Job("running")
    jobs._set("b", done=1)
    jobs._set("b", done=2)
    assert written[-2:] == [("running", "", 1), ("running", "", 2)]


def test_a_job_of_a_server_that_has_ended_has_failed(tmp_path):
    one, other = (SharedJobs(Shared(tmp_path), 4, 4, 99, len) for _ in range(2))
    other._shared.server = "gone"
    other._write("a", Job("running", "search", 1, 9))
    assert one.find("a").state == "failed" and "stopped" in one.find("a").message
    other._write("a", Job("done", "search", 9, 9, b"bytes\n\x00"))
    assert one.find("a").result == b"bytes\n\x00", "what was done before stays"


def test_sessions_end_and_no_file_tells_their_secrets(tmp_path):
    now = [0.0]
    sessions = SharedSessions(Shared(tmp_path), lambda: now[0])
    secret = sessions.begin("Ada")
    assert sessions.name_of(secret) == "Ada" and sessions.name_of("guessed") is None
    kept = [path.name + path.read_text() for path in (tmp_path / "sessions").iterdir()]
    assert len(kept) == 1 and secret not in kept[0]
    now[0] = HOURS * 3600
    assert sessions.name_of(secret) is None


def test_the_folder_is_closed_to_others_and_bounded(tmp_path, monkeypatch):
    monkeypatch.setitem(MOST, "jobs", 3)
    shared = Shared(tmp_path / "new")
    assert shared.folder.stat().st_mode & 0o077 == 0 and (shared.folder / "key").stat().st_mode & 0o077 == 0
    for number in range(5):
        shared.put("jobs", f"j{number}", b"x")
    assert len(list((shared.folder / "jobs").iterdir())) == 3
    for name in ("../key", "..", "", "a/b", "a" * 65):
        assert shared.get("jobs", name) is None and not shared.has("jobs", name)
        shared.remove("jobs", name)
    assert (shared.folder / "key").exists()
    (tmp_path / "file").touch()
    with raises(InputError, "not-shareable", "file"):
        Shared(tmp_path / "file")


def test_a_folder_that_others_can_write_to_is_not_trusted(tmp_path):
    """Whoever knows the key makes tokens, and whoever writes a session is signed in."""
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with raises(InputError, "not-shareable"):
        Shared(tmp_path / "open")
    Shared(tmp_path / "own")
    for change in (lambda key: key.write_bytes(b""), lambda key: key.chmod(0o666)):
        change(tmp_path / "own" / "key")
        with raises(InputError, "not-shareable"):
            Shared(tmp_path / "own")
    Shared(tmp_path / "linked")
    (tmp_path / "linked" / "sessions").rmdir()
    (tmp_path / "linked" / "sessions").symlink_to(tmp_path / "open")
    with raises(InputError, "not-shareable"):
        Shared(tmp_path / "linked")


def test_damaged_files_are_as_if_they_were_not_there(tmp_path):
    shared = Shared(tmp_path)
    jobs = SharedJobs(shared, 4, 4, 99, len)
    for damaged in (b"x", b"[]", b'{"state": "done"}', b"\xff"):
        shared.put("jobs", "a", damaged)
        assert jobs.find("a") is None
    sessions = SharedSessions(shared)
    secret = sessions.begin("Ada")
    [session] = (tmp_path / "sessions").iterdir()
    session.write_bytes(b"x")
    assert sessions.name_of(secret) is None
