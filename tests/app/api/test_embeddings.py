"""Vectors for programs, against those of the index."""

import io

import numpy as np
import pytest

from artextract.index import open_index
from tests.app.api.answers import error_of


@pytest.fixture(scope="module")
def index(collection):
    return open_index(collection / "index")


def test_one_painting(client, index):
    feature, first = index.features[0], index.ids[0]
    answer = client.get(f"/api/v1/embeddings/{first}").json()
    rows = index.rows(feature, [first])
    assert answer["ids"] == [first] and answer["feature"] == feature and answer["dim"] == len(answer["vectors"][0])
    np.testing.assert_allclose(answer["vectors"][0], rows.units[0] * rows.norms[0], rtol=1e-6)
    assert (answer["version"], answer["generation"]) == (index.versions[feature], index.generation)


def test_many_in_their_order_as_an_array(client, index):
    ids = list(index.ids[3:0:-1])
    answer = client.post("/api/v1/embeddings", json={"ids": ids, "feature": "palette", "format": "npy"})
    vectors = np.load(io.BytesIO(answer.content))
    assert answer.headers["content-type"] == "application/x-npy" and vectors.dtype == np.float32
    as_json = client.post("/api/v1/embeddings", json={"ids": ids, "feature": "palette"}).json()
    np.testing.assert_allclose(vectors, np.asarray(as_json["vectors"], np.float32))
    [one] = client.get(f"/api/v1/embeddings/{ids[1]}?feature=palette").json()["vectors"]
    np.testing.assert_allclose(vectors[1], np.asarray(one, np.float32))


def test_what_is_not_there(client, index):
    assert error_of(client.get("/api/v1/embeddings/none"), 404)["code"] == "unknown-painting"
    assert error_of(client.get(f"/api/v1/embeddings/{index.ids[0]}?feature=x"), 404)["code"] == "unknown-feature"
    too_many = client.post("/api/v1/embeddings", json={"ids": [index.ids[0]] * 1001})
    assert error_of(too_many, 422)["code"] == "invalid-request"
