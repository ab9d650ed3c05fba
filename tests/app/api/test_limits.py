"""What is longer than any visitor needs is answered with a status from 400 up, its code, and nothing done."""

import pytest

from artextract.app.api.guards import ADDRESS_BYTES

WITHOUT_LIMIT = {"X-ArtExtract-Token"}
"""Compared as a whole, and limited by the server's limit of all headers."""


def unlimited(schema: dict, parts: dict, where: str):
    """Texts, lists and tables in a schema of requests that may be of any length."""
    if "$ref" in schema:
        yield from unlimited(parts[schema["$ref"].rpartition("/")[2]], parts, where)
    for other in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("prefixItems", ())):
        yield from unlimited(other, parts, where)
    kind = schema.get("type")
    if kind == "string" and not {"maxLength", "enum", "const"} & set(schema) and schema.get("format") != "binary":
        yield where
    if kind == "array":
        if "maxItems" not in schema:
            yield where
        yield from unlimited(schema.get("items", {}), parts, f"{where}[]")
    if kind == "object":
        for name, inner in schema.get("properties", {}).items():
            yield from unlimited(inner, parts, f"{where}.{name}")
        if "additionalProperties" in schema and "maxProperties" not in schema:
            yield where


def test_every_text_and_list_of_a_request_has_a_limit(client):
    document = client.get("/api/openapi.json").json()
    parts = document["components"]["schemas"]
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            for parameter in operation.get("parameters", []):
                if parameter["in"] != "path" and parameter["name"] not in WITHOUT_LIMIT:
                    found += unlimited(parameter["schema"], parts, f"{name} {parameter['name']}")
            for body in operation.get("requestBody", {}).get("content", {}).values():
                found += unlimited(body["schema"], parts, name)
    assert not found


@pytest.mark.parametrize(
    "address, status, code",
    [
        ("/api/paintings?where=" + "%20" * 2000, 400, "invalid-filter"),
        ("/api/paintings?where=" + "x" * 2001, 422, "invalid-request"),
        ("/api/paintings?text=" + "x" * 1001, 422, "invalid-request"),
        ("/api/paintings?text=" + "a+" * 400, 400, "too-many-words"),
        ("/api/paintings?sort=" + "x" * 201, 422, "invalid-request"),
        ("/api/layout?where=" + "x" * ADDRESS_BYTES, 414, "address-too-long"),
        ("/api/images/" + "x" * ADDRESS_BYTES, 414, "address-too-long"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_long_addresses(client, address, status, code):
    answer = client.get(address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert len(answer.text) < 1000


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 7_000_000,
        b'{"weights": {' + b",".join(b'"%d": 1' % n for n in range(70)) + b"}}",
        b'{"id": 1' + b"0" * 6000,
    ],
    ids=["deep", "many weights", "a long number"],
)
def test_odd_bodies(client, body):
    answer = client.post("/api/search", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422) and answer.json()["error"]["code"] == "invalid-request"
    assert len(answer.text) < 1000
