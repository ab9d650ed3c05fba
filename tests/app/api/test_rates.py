"""The bucket of tokens, by a clock of ours, and the answer to who asks too often."""

import pytest
from fastapi.testclient import TestClient

from artextract.app.api import create_app
from artextract.app.api.rates import ADDRESSES, LABORIOUS, LIST, PICTURE, SECONDS, Buckets, cost_of, network_of
from artextract.app.serving import Serving
from tests.app.api.answers import error_of


def test_a_bucket_is_full_at_first_and_fills_at_the_rate():
    now = [100.0]
    buckets = Buckets(2.0, lambda: now[0])
    assert all(buckets.wait("a") == 0 for _ in range(2 * SECONDS))
    assert buckets.wait("a") == 0.5 and buckets.wait("b") == 0
    now[0] += 0.5
    assert buckets.wait("a") == 0 and buckets.wait("a") == 0.5
    now[0] += 1000
    assert sum(buckets.wait("a") == 0 for _ in range(100)) == 2 * SECONDS, "it holds no more"


def test_only_so_many_addresses_are_remembered():
    buckets = Buckets(1.0, lambda: 0.0)
    for number in range(ADDRESSES + 5):
        buckets.wait(str(number))
    assert len(buckets._left) == ADDRESSES


def test_a_household_is_one_address():
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2") == "2001:db8::/64"
    assert network_of("192.0.2.7") == "192.0.2.7" and network_of("testclient") == "testclient"


def test_who_asks_too_often_is_reported_when_to_come_back(indexed_collection):
    app = create_app(indexed_collection, serving=Serving(rate=0.1))  # a bucket of two
    with TestClient(app, base_url="http://localhost") as client:
        statuses = [client.get("/api/collection").status_code for _ in range(3)]
        refused = client.get("/api/v1/collection")
        assert statuses == [200, 200, 429] and 1 <= int(refused.headers["retry-after"]) <= 10
        assert error_of(refused, 429)["code"] == "too-many-requests"
        assert client.get("/").status_code == client.get("/api/health").status_code == 200


@pytest.mark.parametrize(
    "path, cost",
    [
        ("/api/search", 1.0),
        ("/api/paintings", LIST),
        ("/api/paintings/p00", 1.0),
        ("/api/images/p00", PICTURE),
        ("/iiif/image/p00", PICTURE),
        ("/iiif/image/p00/info.json", PICTURE),
        ("/iiif/image/a/b/0,0,512,512/256,256/0/default.jpg", PICTURE),
        ("/iiif/image/p00/full/max/!90/gray.png", PICTURE),
        ("/iiif/image/p00/full/^4000,/0/default.jpg", LABORIOUS),
        ("/iiif/image/p00/full/max/33/default.jpg", LABORIOUS),
    ],
)
def test_what_takes_seconds_costs_more(path, cost):
    assert cost_of(path) == cost
