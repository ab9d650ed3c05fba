"""Schemathesis calls every operation of the application's OpenAPI description: as described, or just not so."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import booleans

from artextract.app.api.guards import TOKEN_HEADER

# Schemathesis takes seconds to import, and every process that runs tests imports this file: functions import it.
MODES = ("described", "not described")
DESCRIPTION = "/api/openapi.json"


def client_of(application: FastAPI) -> TestClient:
    """A client with the token of the page, for which an error of the server is an answer of 500."""
    client = TestClient(application, base_url="http://localhost", raise_server_exceptions=False)
    client.headers[TOKEN_HEADER] = client.get("/api/session").json()["token"]
    return client


def call_all(
    application: FastAPI,
    mode: str,
    examples: int,
    painting: str,
    *,
    seed: int | None = None,
    failed: Callable[[str, BaseException], None] | None = None,
    timed: Callable[[str, float], None] = lambda label, seconds: None,
) -> set[str]:
    """Call each operation at most ``examples`` times and give the labels of those that were tried.

    Half of the calls that name a painting name ``painting``, which exists: made-up ids only ever give 404. Every answer
    is checked: no error of the server, and what is described. ``failed`` gets the label and the error of an operation
    that fails; without it the error is raised. ``timed`` gets the label and the seconds of each call. Without a
    ``seed`` the calls are the same in every run."""
    import schemathesis

    headers = {"host": "localhost", TOKEN_HEADER: client_of(application).headers[TOKEN_HEADER]}
    schema = schemathesis.openapi.from_asgi(DESCRIPTION, application, headers=headers)
    tried = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == "not described" and not (operation.query or operation.body):
            continue  # a text in a path, and what takes nothing, cannot be wrong
        test = settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=seed is None,
            suppress_health_check=list(HealthCheck),
        )(_test(operation, mode, painting, headers, timed))
        try:
            with suppress(Unsatisfiable):  # any bytes are an upload
                (test if seed is None else seeded(seed)(test))()
        except Exception as error:
            if failed is None:
                raise
            failed(operation.label, error)
        tried.add(operation.label)
    return tried


def _test(
    operation: Any, mode: str, painting: str, headers: dict[str, str], timed: Callable[[str, float], None]
) -> Callable[[], None]:
    """A test of Hypothesis that calls one operation."""
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

    checks = [not_a_server_error, content_type_conformance, response_schema_conformance]
    generated = dict(zip(MODES, (GenerationMode.POSITIVE, GenerationMode.NEGATIVE), strict=True))[mode]

    @given(case=operation.as_strategy(generation_mode=generated), real=booleans())
    def send(case: Any, real: bool) -> None:
        if real and "painting_id" in case.path_parameters:
            case.path_parameters["painting_id"] = painting
        begun = time.monotonic()
        answer = case.call(headers=headers)
        timed(operation.label, time.monotonic() - begun)
        case.validate_response(answer, checks=checks)

    return send
