"""The mix of the collection over HTTP: what is chosen holds for every search that names none."""

import pytest

from tests.app.api.answers import error_of


def used(client) -> dict:
    return client.post("/api/search", json={"id": "p00", "k": 1}).json()["weights"]


def test_a_mix_is_chosen_and_taken_back(client):
    before = client.get("/api/mix").json()
    assert before["chosen"] is False and used(client) == pytest.approx(before["weights"])
    asked = {"weights": {"palette": 3.0, "deep": 1.0}, "study": "May", "by": "Ada"}
    after = client.post("/api/mix", json=asked).json()
    assert (after["chosen"], after["study"], after["by"]) == (True, "May", "Ada")
    assert after["weights"]["palette"] == pytest.approx(0.75) and used(client) == pytest.approx(after["weights"])
    shown = {one["name"]: one["weight"] for one in client.get("/api/collection").json()["features"]}
    assert shown == pytest.approx(after["weights"])
    colours = client.post("/api/search", json={"colours": [["b22222", 1.0]], "k": 1}).json()["weights"]
    assert colours["palette"] == 1, "as far as the query has it"
    assert client.post("/api/mix", json={"weights": None}).json() == before


@pytest.mark.parametrize("weights", [{"nothing": 1.0}, {"deep": -1.0}, {"deep": 0.0}])
def test_what_cannot_be_a_mix_is_refused(client, weights):
    error_of(client.post("/api/mix", json={"weights": weights}), 400)
    assert client.get("/api/mix").json()["chosen"] is False
