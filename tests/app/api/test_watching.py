"""The figures for Prometheus and the access log, read by rules of their formats."""

import re
import shutil
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from artextract.app.api import create_app
from artextract.app.api.watching import combined
from artextract.app.serving import Serving
from artextract.errors import InputError
from tests.app.api.answers import error_of
from tests.raising import raises

SAMPLE = re.compile(r'([a-z_]+)(\{(?:[a-z]+="[^"\\\n]*",?)+\})? ([0-9.e+-]+)')
COMBINED = re.compile(
    r'(\S+) - (\S+) \[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "([^"]*)" (\d{3}) (\d+) "([^"]*)" "([^"]*)"'
)


def client_at(app, address="127.0.0.1"):
    return TestClient(app, base_url="http://localhost", client=(address, 5000))


@pytest.fixture(scope="module")
def watched(indexed_collection, tmp_path_factory):
    """An application with a log, after some requests, and its log."""
    folder = tmp_path_factory.mktemp("watched")
    log = folder / "access.log"
    app = create_app(shutil.copytree(indexed_collection, folder / "museum"), serving=Serving(access_log=log))
    with client_at(app) as client:
        for path in ("/", "/api/v1/paintings?limit=1", "/api/paintings", "/api/made-up/name", "/no-such-file"):
            client.get(
                path, headers={"User-Agent": 'a "quoted" agent\\\x01', "Referer": "http://x.example/\u00fc".encode()}
            )
    return app, log


def test_figures(watched):
    with client_at(watched[0]) as client:
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    values = {}
    for line in lines:
        if not line.startswith("#"):
            name, labels, value = SAMPLE.fullmatch(line).groups()
            values[name + (labels or "")] = float(value)
    assert values['artextract_requests_total{method="GET",part="paintings",status="200"}'] == 2
    assert values['artextract_requests_total{method="GET",part="other",status="404"}'] == 1, "no names of strangers"
    assert values['artextract_requests_total{method="GET",part="page",status="404"}'] == 1
    bucket = 'artextract_request_seconds_bucket{part="paintings",le="%s"}'
    counts = [values[bucket % bound] for bound in ("0.01", "0.1", "1.0", "10.0", "+Inf")]
    assert counts == sorted(counts) and counts[-1] == 2
    assert values["artextract_paintings"] == 48 or values["artextract_paintings"] > 0
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families)) and answer.text.endswith("\n")
    parser = pytest.importorskip("prometheus_client.parser", reason="prometheus_client is not here to read the figures")
    assert {family.name for family in parser.text_string_to_metric_families(answer.text)}


def test_figures_are_for_this_machine(watched, indexed_collection):
    with client_at(watched[0], "198.51.100.7") as client:
        assert error_of(client.get("/metrics"), 403)["code"] == "metrics-not-allowed"
    with client_at(create_app(indexed_collection, serving=Serving(metrics=True)), "198.51.100.7") as client:
        assert client.get("/metrics").status_code == 200


def test_the_log_has_a_line_for_each_request(watched):
    lines = [COMBINED.fullmatch(line).groups() for line in watched[1].read_text().splitlines()]
    assert [line[3] for line in lines[:2]] == ["GET / HTTP/1.1", "GET /api/v1/paintings?limit=1 HTTP/1.1"]
    assert lines[0][0] == "127.0.0.1" and lines[0][4] == "200" and int(lines[0][5]) > 0
    assert lines[0][7] == r"a \x22quoted\x22 agent\x5c\x01" and lines[0][6] == r"http://x.example/\xc3\xbc"


def test_no_line_can_be_forged():
    scope = {"method": "GET", "path": "/x", "raw_path": b"/x\r\n1.2.3.4 - admin", "query_string": b'a="\x1b[2J'}
    scope |= {"http_version": "1.1", "client": ("::1%a - admin", 1), "headers": [(b"user-agent", b"\n\n")]}
    line = combined(scope, "Ada L\nov", 200, 5, datetime(2026, 11, 27, tzinfo=UTC))
    assert line.isprintable() and line.isascii() and COMBINED.fullmatch(line)
    assert COMBINED.fullmatch(line).group(1) == "::1%a_-_admin"
    assert COMBINED.fullmatch(line).group(2, 3) == (r"Ada_L\x0aov", "27/Nov/2026:00:00:00 +0000")


def test_a_log_that_cannot_be_written(indexed_collection, tmp_path):
    with raises(InputError, "unwritable-log"):
        create_app(indexed_collection, serving=Serving(access_log=tmp_path / "none" / "log"))
