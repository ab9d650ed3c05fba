"""Every call of the client against a real server, as its example in OpenAPI calls it; and the types of its answers."""

import re
import time
import typing

import pytest

from artextract.app.api.samples import SAMPLES
from artextract.client import ApiError, Client
from artextract.client.jobs import JobCalls
from tests.conftest import paint

CANNOT = {
    "motifs": "no-motifs",
    "review": "not-reviewable",
    "sign_in": "no-users",
    "update": "updating-not-allowed",
    "add": "adding-not-allowed",
}
"""What this server refuses, with the code that it says."""
IN_TURN = {"decide", "undo_decision", "new_study", "study_making", "study", "study_task", "judge", "undo_judgement"}
IN_TURN |= {"study_report", "study_judgements", "job_result", "end_job", "list", "list_history", "delete_list"}
IN_TURN |= {"restore_list", "undo_work"}
"""What only works after another call is called one by one below."""
HELPERS = {"close", "finished", "embeddings_npy"}


def operations(app):
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items() if path.startswith("/api/v1/") else ():
            yield f"{method.upper()} {path.removeprefix('/api/v1')}", operation


def part_of(name):
    return name.split("/")[1]


def test_every_call_of_the_description_has_a_method_and_every_method_a_call(app):
    described = {name for name, _ in operations(app)}
    missing = sorted(described - set(SAMPLES))
    assert not missing, f"give these a method of the client and an example in app/api/samples.py: {missing}"
    parts = {part_of(name) for name in described}
    assert not {name for name in set(SAMPLES) - described if part_of(name) in parts}
    methods = {name for name in dir(Client) if not name.startswith("_")} - HELPERS
    assert {sample.method for sample in SAMPLES.values()} == methods


def samples(app):
    for name, operation in operations(app):
        for sample in operation["x-codeSamples"]:
            if sample["lang"] == "Python":
                yield name, sample["source"]


@pytest.mark.slow
def test_every_example_in_python_calls_what_it_is_an_example_of(app, address, client, tmp_path, monkeypatch):
    paint("blue", "discs", 5).save(tmp_path / "painting.jpg")
    monkeypatch.chdir(tmp_path)
    called = []
    patient = Client._patiently

    def watched(self, method, path, options, writes):
        answer = patient(self, method, path, options, writes)
        called.append((method, path, answer.status_code))
        return answer

    monkeypatch.setattr(Client, "_patiently", watched)
    tried = set()
    for name, source in samples(app):
        method = re.search(r"answer = client\.(\w+)\(", source).group(1)
        if method in IN_TURN:
            continue
        called.clear()
        given = {}
        source = source.replace("http://127.0.0.1:8000", address)
        try:
            exec(compile(source, name, "exec"), given)
            assert method not in CANNOT, name
        except ApiError as error:
            assert error.code == CANNOT.get(method, "none expected"), f"{name}: {error}"
        verb, path, _ = called[-1]
        template = re.sub(r"\{\w+\}", ".+", re.escape(name).replace(r"\{", "{").replace(r"\}", "}"))
        assert re.fullmatch(template, f"{verb} /{path}"), (name, called)
        tried.add(method)
    assert tried | IN_TURN >= {SAMPLES[name].method for name, _ in operations(app)}


def test_a_decision_and_its_undoing(client):
    painting = client.ids()["ids"][0]
    made = client.decide(painting, "style", "accept", "Ada")
    taken_away = client.decide(painting, "style", "correct", "Ada", label=None)
    assert made["action"] == "accept" and taken_away["new_label"] is None
    client.undo_decision(taken_away["id"], "Ada")
    assert [each["action"] for each in client.review_history(painting=painting)][-1] == "accept"
    assert b"accept" in client.review_decisions() and client.review_summary()["reviewers"]


def test_a_study(client):
    client.new_study("first look", ["deep=1", "palette=1"], queries=8, k=4, per_rater=4, repeats=0)
    until = time.monotonic() + 60
    while (made := client.study_making("first look"))["state"] != "done":
        assert made["state"] != "failed" and time.monotonic() < until, made["message"]
        time.sleep(0.05)
    asked = client.study_task("first look", "Ada")
    after = client.judge("first look", "Ada", asked["task"], "left", asked["left"]["id"])
    assert after["done"] == 1 and client.study("first look")["judgements"] == 1
    assert client.study_judgements("first look").count(b"\n") == 2 and client.study_report("first look")
    assert client.undo_judgement("first look", "Ada")["task"] == asked["task"]
    assert [study["name"] for study in client.studies()["studies"]] == ["first look"]


def test_a_job_is_watched_and_what_fails_in_it_stands_in_its_place(client):
    first = client.ids()["ids"][0]
    job = client.begin_job(search=[{"id": first, "k": 3}, {"id": "not there"}])
    states = []
    results = client.finished(job["job"], progress=states.append)["results"]
    assert [hit["id"] for hit in results[0]["search"]["hits"]] == [
        h["id"] for h in client.search(id=first, k=3)["hits"]
    ]
    assert results[1]["search"] is None and results[1]["error"]["code"] == "unknown-painting"
    assert states[-1]["state"] == "done" and states[-1]["done"] == states[-1]["total"] == 2
    client.end_job(job["job"])
    with pytest.raises(ApiError) as refused:
        client.job(job["job"])
    assert (refused.value.status, refused.value.code) == (404, "unknown-job")


PLAIN = (dict[str, typing.Any], typing.Any)
"""Answers without a type of their own."""


# types
# -----------------------------------------------------------------------------------------------------


def differences(kind, schema, parts, where):
    """Where a type says other than a schema of OpenAPI."""
    if "$ref" in schema:
        schema = parts[schema["$ref"].rpartition("/")[2]]
    if typing.is_typeddict(kind):
        fields, said = typing.get_type_hints(kind), schema.get("properties", {})
        yield from (f"{where}.{name}" for name in set(fields) ^ set(said))
        for name in set(fields) & set(said):
            yield from differences(fields[name], said[name], parts, f"{where}.{name}")
        return
    arguments = [each for each in typing.get_args(kind) if each is not type(None)]
    if "anyOf" in schema:
        others = [each for each in schema["anyOf"] if each.get("type") != "null"]
        if (len(others) < len(schema["anyOf"])) != (type(None) in typing.get_args(kind)):
            yield f"{where} (null)"
        if len(others) == 1:
            yield from differences(
                arguments[0] if type(None) in typing.get_args(kind) else kind, others[0], parts, where
            )
    elif schema.get("type") == "array":
        if typing.get_origin(kind) is not list:
            yield f"{where} is a list"
        elif "items" in schema:
            yield from differences(arguments[0], schema["items"], parts, f"{where}[]")
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from differences(arguments[1], schema["additionalProperties"], parts, f"{where}{{}}")
    elif "properties" in schema:
        yield f"{where} is an object with fields"
    elif "enum" not in schema and "const" not in schema:
        plain = {"string": str, "integer": int, "number": float, "boolean": bool}.get(schema.get("type"))
        if plain is not None and kind is not plain:
            yield f"{where} is {schema['type']}"


def test_the_types_of_answers_are_those_of_the_description(app):
    parts, wrong = app.openapi()["components"]["schemas"], []
    for name, operation in operations(app):
        content = next((a for s, a in operation["responses"].items() if s.startswith("2")), {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema and schema.get("type") != "object":
            method = SAMPLES[name].method
            kind = typing.get_type_hints(getattr(Client, method))["return"]
            wrong += differences(kind, schema, parts, method) if kind not in PLAIN else ()
    assert wrong == [], "write them anew: python scripts/client_types.py"


def test_a_wrong_type_would_be_found():
    class Answer(typing.TypedDict):
        id: str
        n: int | None

    schema = {"properties": {"id": {"type": "integer"}, "n": {"type": "integer"}, "more": {"type": "string"}}}
    assert sorted(differences(Answer, schema, {}, "a")) == ["a.id is integer", "a.more", "a.n is integer"]
    assert JobCalls.job.__annotations__["return"] == "BatchJob"
