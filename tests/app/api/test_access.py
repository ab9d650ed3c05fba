"""Read-only for everyone, and signing in: no writing call of the description slips through, nor one that nobody thought
of."""

import re
import shutil

import pytest
from fastapi.testclient import TestClient

from artextract.app import users
from artextract.app.api import create_app
from artextract.app.api.access import COOKIE, READS, RESTRICTED, cookie_of, part_of
from artextract.app.api.guards import TOKEN_HEADER
from artextract.app.serving import Serving
from artextract.app.sessions import OwnSessions
from artextract.app.users import Users, hashed
from artextract.errors import InputError
from tests.app.api.answers import error_of
from tests.app.api.conftest import client_of
from tests.raising import raises

PASSWORD = "four words of mine"


@pytest.fixture(scope="module")
def museum(indexed_collection, tmp_path_factory):
    return shutil.copytree(indexed_collection, tmp_path_factory.mktemp("public") / "Museum")


@pytest.fixture(scope="module")
def public(museum):
    with client_of(create_app(museum, serving=Serving(public=True))) as client:
        yield client


@pytest.fixture(scope="module")
def with_users(museum):
    with pytest.MonkeyPatch.context() as cheap:
        cheap.setattr(users, "N", 2)
        made = Users({"ada": hashed(PASSWORD), "bo": hashed(PASSWORD)})
    app = create_app(museum, serving=Serving(users=made))
    app.state.users = made
    return app


def operations(client):
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        for method in methods:
            yield method.upper(), path.replace("/v1/", "/", 1)


def filled(path):
    return re.sub(r"\{\w+\}", "p00", path)


def test_whatever_is_not_known_to_read_only_is_refused(public, museum):
    before = {file.relative_to(museum) for file in museum.rglob("*")}
    writes = [(m, p) for m, p in operations(public) if m != "GET" and p not in READS]
    assert len(writes) > 12
    for method, path in writes:
        for address in (path, path.replace("/api/", "/api/v1/")):
            answer = public.request(method, filled(address), json={})
            if "sign-" in path:  # tells nothing and writes nothing
                assert answer.status_code in (200, 403, 422)
            else:
                assert error_of(answer, 403)["code"] == "read-only", (method, path)
    assert {file.relative_to(museum) for file in museum.rglob("*")} == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
@pytest.mark.parametrize(
    "path", ["/api/tomorrow", "/api/v1/tomorrow/p00", "/api/paintings/p00", "/api//search", "/api/"]
)
def test_a_call_that_nobody_thought_of_is_refused(public, method, path):
    assert error_of(public.request(method, path), 403)["code"] == "read-only"


def test_reading_is_as_before_but_for_parts_that_are_switched_off(public):
    first = public.get("/api/ids").json()["ids"][0]
    for method, path in operations(public):
        if method == "GET" and part_of(path) in RESTRICTED:
            assert error_of(public.get(filled(path)), 403)["code"] == "read-only", path
    assert public.get(f"/api/paintings/{first}").status_code == public.get("/").status_code == 200
    assert public.post("/api/search", json={"id": first}).status_code == 200
    assert public.post("/api/v1/embeddings", json={"ids": [first]}).status_code == 200
    can = public.get("/api/collection").json()["can"]
    assert can["search"] and not any(can[name] for name in ("upload", "review", "study", "add", "update"))
    listed = public.post("/api/export", json={"format": "json", "ids": [first], "decisions": True})
    assert listed.status_code == 200 and not public.get("/api/export").json()["decisions"]


def test_strangers_cannot_have_map_after_map_computed(public):
    assert public.get("/api/map?method=pca").json()["state"] in ("waiting", "running", "done")
    refused = public.get("/api/map?method=pca&weights=palette%3D1")
    assert error_of(refused, 403)["code"] == "maps-not-allowed"


def test_strangers_learn_no_names_and_begin_no_work(public, museum):
    """Lists and decisions carry the names of who made them, and looking for duplicates takes minutes."""
    with client_of(create_app(museum)) as own:
        made = own.post(
            "/api/lists", json={"name": "Two", "paintings": [{"id": "p00"}, {"id": "p01"}], "by": "Ada"}
        ).json()
        gone = own.post("/api/lists", json={"name": "Gone", "paintings": [{"id": "p02"}], "by": "Ada"}).json()
        assert own.post(f"/api/lists/{gone['id']}/delete", json={"by": "Ada"}).status_code == 200
        pair = {"first": "p00", "second": "p01", "verdict": "different", "reviewer": "Ada"}
        assert own.post("/api/works/decisions", json=pair).status_code == 200
        assert [one["reviewer"] for one in own.get("/api/works/decisions").json()] == ["Ada"]
        assert own.get(f"/api/lists/{made['id']}").json()["by"] == "Ada"
        assert own.post("/api/mix", json={"weights": {"palette": 1}, "by": "Ada"}).json()["by"] == "Ada"
    listed = public.get("/api/lists").json()
    assert [one["name"] for one in listed["lists"]] == ["Two"] and not listed["writable"]
    assert {one["by"] for one in listed["lists"]} == {public.get(f"/api/lists/{made['id']}").json()["by"]} == {""}
    assert public.get(f"/api/lists/{gone['id']}").status_code == 404
    assert error_of(public.get(f"/api/lists/{made['id']}/history"), 403)["code"] == "lists-not-allowed"
    assert error_of(public.get("/api/works/decisions"), 403)["code"] == "works-not-allowed"
    assert error_of(public.get("/api/works/duplicates?start=true"), 403)["code"] == "works-not-allowed"
    assert public.get("/api/works/duplicates").json()["job"] is None
    assert public.get("/api/mix").json()["by"] == ""
    with client_of(create_app(museum)) as own:
        assert not own.post("/api/mix", json={"weights": None}).json()["chosen"]


def test_parts_are_allowed_by_name(museum):
    with client_of(create_app(museum, serving=Serving(public=True, allowed=frozenset({"upload"})))) as client:
        assert error_of(client.post("/api/uploads", content=b"no picture"), 400)["code"] == "unusable-upload"
        assert client.get("/api/collection").json()["can"]["upload"]
        assert error_of(client.post("/api/jobs", json={}), 403)["code"] == "read-only"
    with raises(InputError, "unknown-part") as refused:
        create_app(museum, serving=Serving(public=True, allowed=frozenset({"everything"})))
    assert {"add", "jobs", "review", "study", "upload"} <= set(re.findall(r"\w+", refused.value.hint))


def sign_in(client, name="Ada", password=PASSWORD, **options):
    return client.post("/api/sign-in", json={"name": name, "password": password}, **options)


def decide(client):
    body = {"painting": "p00", "attribute": "style", "action": "accept", "reviewer": "Somebody Else"}
    return client.post("/api/review/decisions", json=body)


def test_who_signed_in_decides_in_their_own_name(with_users):
    with client_of(with_users) as client:
        assert error_of(decide(client), 401)["code"] == "sign-in-needed"
        assert client.get("/api/session").json() | {"token": ""} == {"token": "", "user": None, "sign_in": True}
        assert error_of(sign_in(client, password="guessed at random"), 401)["code"] == "wrong-password"
        assert error_of(sign_in(client, "Nobody"), 401)["code"] == "wrong-password"
        assert sign_in(client, " ada ").json() == {"user": "ada"}
        assert decide(client).json()["reviewer"] == "ada"
        assert client.get("/api/session").json()["user"] == "ada"
        kept = client.cookies.get(COOKIE)
        client.post("/api/sign-out")
        assert error_of(decide(client), 401)["code"] == "sign-in-needed"
        client.cookies.set(COOKIE, kept)
        assert error_of(decide(client), 401)["code"] == "sign-in-needed", "the old cookie is worth nothing"


def test_the_cookie_is_for_this_site_and_no_script(with_users):
    with client_of(with_users) as client:
        plain = sign_in(client).headers["set-cookie"]
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(plain.split("; ")) and "Secure" not in plain
    with TestClient(with_users, base_url="https://localhost") as client:
        token = client.get("/api/session").json()["token"]
        assert "Secure" in sign_in(client, headers={TOKEN_HEADER: token}).headers["set-cookie"].split("; ")
        assert error_of(sign_in(client), 403)["code"] == "wrong-token", "no other site can sign a visitor in"


def test_wrong_passwords_are_answered_ever_more_slowly(with_users):
    with client_of(with_users) as client:
        tried = [sign_in(client, "Bo", "wrong") for _ in range(7)]
        assert [answer.status_code for answer in tried] == [401] * 5 + [429] * 2
        assert 1 <= int(tried[-1].headers["retry-after"]) <= 2
        assert sign_in(client, "Bo").status_code == 429, "the right one must wait too"


def test_a_closed_server_tells_nothing_to_strangers(museum, with_users):
    shared = next(iter(with_users.state.users.hashes.values()))
    closed = create_app(museum, serving=Serving(users=Users(shared=shared), closed=True))
    with client_of(closed) as client:
        assert error_of(client.get("/api/paintings"), 401)["code"] == "sign-in-needed"
        for path in ("/api/images/p00", "/api/v1/openapi.json", "/api/iiif/manifest?ids=p00", "/iiif/x/info.json"):
            assert error_of(client.get(path), 401)["code"] == "sign-in-needed"
        assert client.get("/api/health").status_code == client.get("/sign-in.html").status_code == 200
        assert sign_in(client, "Any Name").json() == {"user": "Any Name"}
        assert client.get("/api/paintings").status_code == 200


def test_sessions_end():
    now = [0.0]
    sessions = OwnSessions(lambda: now[0])
    secret = sessions.begin("Ada")
    assert sessions.name_of(secret) == "Ada" and sessions.name_of("guessed") is None
    now[0] = 12 * 3600 + 1
    assert sessions.name_of(secret) is None


@pytest.mark.parametrize(
    "header",
    [
        f"{COOKIE}=ours",
        f'consent={{"all": true}}; {COOKIE}=ours',
        f"lang=de fr; x; {COOKIE}=ours; y",
        f"{COOKIE}=ours; {COOKIE}=of-a-shorter-path",
    ],
)
def test_our_cookie_is_found_among_those_of_others(header):
    assert cookie_of(header) == "ours"
    assert cookie_of(f"not-{COOKIE}=theirs") == ""
