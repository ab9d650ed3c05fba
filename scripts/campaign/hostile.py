"""Values that strangers send, and the calls of the application with one of them in one place."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import quote

from scripts.campaign.mutate import damaged

TEXTS = (
    "",
    " " * 2000,
    "a" * 10_000,
    "=" * 3000,
    "(" * 3000,
    "a=b&" * 1000,
    "\x00",
    "line\r\nX-Injected: 1",
    "\x1b[31m\x07\x7f",
    "\u202egnp.exe\u2066",
    "\ufeff\u200b\u00ad",
    "e\u0301\u0302" * 800,
    "\ud83d",
    "\U0001f5bc" * 500,
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%252f..%252fetc",
    "/etc/passwd",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.%31/",
    "<script>alert(1)</script>",
    "'; DROP TABLE decisions; --",
    "{{7*7}}${7*7}",
    "=cmd|' /C calc'!A0",
    "NaN",
    "Infinity",
    "-0",
    "1e309",
    "9" * 400,
    "-1",
    "0x10",
    "1_000",
    "\u0661\u0662",
    "true",
    "null",
    "style=a|" * 500,
    "year=..",
    "year=99999999999999999999..-5",
    "0,0,0,0",
    "1e400,1,1,1",
    "#zzzzzz",
    "CON",
    "*" * 500,
    "\\" * 999,
)
RAW_VALUES = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "9" * 5000,
    "-1",
    "0",
    "null",
    "true",
    '""',
    "[]",
    "{}",
    "[[[[]]]]",
    "[" * 500 + "]" * 500,
    '{"a":' * 300 + "1" + "}" * 300,
    '"\\ud800"',
    '"\\u0000"',
    "[" + "1," * 5000 + "1]",
)
"""As they stand in a JSON document: what no JSON library would write is among them."""
BODIES = ("", "{", "[" * 100_000, '{"a":' * 50_000, "NaN", "\xff\xfe", '{"a":1,"a":2}', "null", "[]", '"text"')
FILES = (
    b"",
    b"\xff" * 65_536,
    b"\xff\xd8" + b"\xff" * 65_536,
    b"GIF89a" + b"\x00" * 65_536,
    b"<svg " * 10_000,
    b"PK\x03\x04" * 999,
)
UPLOAD = "application/octet-stream"
METHODS = ("get", "post", "put", "patch", "delete")


def calls(description: dict[str, Any], painting: str, random_: random.Random) -> dict[str, Any]:
    """One call, as arguments of ``httpx.Client.request``: an operation of the description with one hostile value in its
    path, its query or its body, and what it needs besides."""
    operations = [
        (method, path, operation)
        for path, methods in sorted(description["paths"].items())
        for method, operation in sorted(methods.items())
        if method in METHODS
    ]
    method, path, operation = random_.choice(operations)
    given = operation.get("parameters", [])
    places = [item["name"] for item in given if item["in"] in ("path", "query")]
    schema = _body_of(description, operation)
    places += ["body"] if schema is not None else []
    places = places or ["unknown"]
    bad = random_.choice(places)
    query: list[tuple[str, str]] = []
    for item in given:
        value = random_.choice(TEXTS) if item["name"] == bad else _usual(item, painting)
        if item["in"] == "path":
            path = path.replace(
                "{" + item["name"] + "}", quote(_whole(value), safe="" if random_.random() < 0.5 else "/")
            )
        elif item["in"] == "query" and (item["name"] == bad or item.get("required")):
            times = random_.choice((1, 1, 1, 50)) if len(value) < 100 else 1  # clients send no longer addresses
            query += [(item["name"], _whole(value))] * times
    if bad == "unknown":
        query.append((_whole(random_.choice(TEXTS)), _whole(random_.choice(TEXTS))))
    call: dict[str, Any] = {"method": method.upper(), "url": path, "params": query}
    if UPLOAD in operation.get("requestBody", {}).get("content", {}):
        call["content"] = random_.choice((*FILES, damaged(random_)[1], damaged(random_)[1]))
        call["headers"] = {"content-type": UPLOAD}
    elif schema is not None:
        call["content"] = _body(schema, description, painting, random_, bad == "body")
        call["headers"] = {"content-type": "application/json"}
    return call


def _whole(text: str) -> str:
    """Half characters as a client can send them at all."""
    return text.encode("utf-8", "replace").decode()


def _usual(item: dict[str, Any], painting: str) -> str:
    if item["name"] == "painting_id":
        return painting
    return str(item.get("schema", {}).get("default", "1"))


def _body_of(description: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    return _resolved(description, content["application/json"]["schema"]) if "application/json" in content else None


def _resolved(description: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _body(
    schema: dict[str, Any], description: dict[str, Any], painting: str, random_: random.Random, hostile: bool
) -> bytes:
    """A body with what is required, and one of its fields hostile; or no JSON object at all."""
    if hostile and random_.random() < 0.15:
        return random_.choice(BODIES).encode("latin-1")
    fields = schema.get("properties", {})
    wanted = [name for name in fields if name in schema.get("required", ())]
    bad = random_.choice(sorted(fields)) if hostile and fields else None
    values = {name: json.dumps(_example(_resolved(description, fields[name]), painting)) for name in wanted}
    if bad is not None:
        text = json.dumps(random_.choice(TEXTS))
        raw = random_.choice((text, random_.choice(RAW_VALUES)))
        values[bad] = random_.choice((raw, raw, f"[{raw}]", f'{{"palette":{raw}}}'))
    return ("{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in values.items()) + "}").encode()


def _example(schema: dict[str, Any], painting: str) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    for kind in [schema, *schema.get("anyOf", [])]:
        if kind.get("type") in ("string", "integer", "number", "boolean", "array", "object"):
            return {"string": painting, "integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}[
                kind["type"]
            ]
    return painting
