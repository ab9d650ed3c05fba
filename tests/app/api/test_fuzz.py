"""Schemathesis sends what the OpenAPI description allows, and what it does not, to every call, and then come hostile
values: nothing may break, and answers must be what is described. ``make campaign`` sends many more."""

import shutil

import pytest

from artextract.app.api import create_app
from scripts.campaign.described import MODES, call_all
from scripts.campaign.requests import send_hostile
from scripts.campaign.tally import Tally

REAL_ID = "p03"


@pytest.fixture(scope="module")
def application(indexed_collection, tmp_path_factory):
    """An application of its own, whose collection may be written to."""
    return create_app(shutil.copytree(indexed_collection, tmp_path_factory.mktemp("fuzz") / "collection"))


@pytest.mark.parametrize("mode, examples", [*zip(MODES, (3, 2), strict=True)])  # what is wrong takes long to make up
def test_no_call_breaks(application, mode, examples):
    tried = call_all(application, mode, examples, painting=REAL_ID)
    assert {"POST /api/v1/search", "POST /api/v1/uploads", "GET /api/v1/images/{painting_id}"} <= tried


def test_no_hostile_value_breaks_a_call(application):
    tally = Tally("requests")
    send_hostile(tally, range(200), application, REAL_ID, slow=float("inf"))
    assert tally.lost == [] and tally.tried == 200
