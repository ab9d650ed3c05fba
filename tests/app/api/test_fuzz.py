"""Schemathesis sends what the OpenAPI description allows, and what it does not, to every call: nothing may break, and
answers must be what is described."""

import shutil
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import booleans
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from artextract.app.api import create_app
from artextract.app.api.guards import TOKEN_HEADER
from tests.app.api.conftest import client_of

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
REAL_ID = "p03"
"""Made-up ids of paintings only ever give 404, so half of the cases name a painting that is there."""


@pytest.fixture(scope="module")
def application(indexed_collection, tmp_path_factory):
    """An application of its own, whose collection may be written to."""
    return create_app(shutil.copytree(indexed_collection, tmp_path_factory.mktemp("fuzz") / "collection"))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["described", "not described"])
def test_no_call_breaks(application, mode):
    headers = {"host": "localhost", TOKEN_HEADER: client_of(application).headers[TOKEN_HEADER]}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", application, headers=headers)
    tried = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(generation_mode=mode), real=booleans())
        def send(case, real):
            if real and "painting_id" in case.path_parameters:
                case.path_parameters["painting_id"] = REAL_ID
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)

        with suppress(Unsatisfiable):  # a call that takes nothing cannot be called wrongly
            send()
        tried.add(operation.label)
    assert {"POST /api/search", "POST /api/uploads", "GET /api/images/{painting_id}"} <= tried
