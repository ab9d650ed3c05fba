"""Uploads and searches: what they give and what is refused."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from artextract.app.api import Limits, create_app
from artextract.images.decoder import INCOMPLETE
from artextract.search.asking.engine import SearchEngine
from tests.app.api.answers import error_of, png
from tests.app.api.conftest import client_of
from tests.conftest import paint


@pytest.fixture(scope="module")
def engine(collection):
    return SearchEngine.open(collection)


def searched(client, **asked) -> dict:
    answer = client.post("/api/search", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def same(answer: dict, result) -> None:
    """The answer has the hits of a search by the engine itself."""
    expected = json.loads(json.dumps(result.as_dict()))
    assert [hit["id"] for hit in answer["hits"]] == [hit["id"] for hit in expected["hits"]]
    for hit, other in zip(answer["hits"], expected["hits"], strict=False):
        assert hit["score"] == pytest.approx(other["score"], abs=1e-6) and hit["closer_than"] == pytest.approx(
            other["closer_than"], abs=1e-6
        )
    assert (
        answer["weights"] == pytest.approx(expected["weights"]) and answer["n_candidates"] == expected["n_candidates"]
    )


def test_search_by_id(client):
    answer = client.post(
        "/api/search", json={"id": "p00", "k": 4, "weights": {"palette": 2}, "where": ["genre=discs|bands"]}
    )
    assert "path" not in answer.text
    answer = answer.json()
    assert answer["weights"] == {"deep": 0, "style": 0, "palette": 1} and len(answer["hits"]) == 4
    assert answer["query"]["title"] == "Picture 0"
    for hit in answer["hits"]:
        assert hit["score"] == pytest.approx(sum(hit["features"].values())) and "red" in hit["labels"]["artist"]
        assert (hit["width"], hit["height"], hit["rights"]) == (160, 120, "CC0")


def test_upload_and_search(client):
    picture = png(paint("green", "discs", 77))
    facts = client.post("/api/uploads", content=picture).json()
    assert client.get(f"/api/uploads/{facts['upload']}").json() == facts and facts["colours"]
    answer = client.post("/api/search", json={"upload": facts["upload"], "k": 3}).json()
    assert "green" in answer["hits"][0]["labels"]["artist"] and answer["query"]["id"] is None


def test_an_upload_says_what_was_passed_over(client):
    file = io.BytesIO()
    paint("green", "discs", 77).save(file, "JPEG", quality=95)
    facts = client.post("/api/uploads", content=file.getvalue()[:-2]).json()
    assert facts["notes"] == [INCOMPLETE] == client.get(f"/api/uploads/{facts['upload']}").json()["notes"]
    assert client.post("/api/uploads", content=file.getvalue()).json()["notes"] == []


def test_an_uploaded_copy_does_not_find_itself(client, collection):
    facts = client.post("/api/uploads", content=(collection / "images/p03.png").read_bytes()).json()
    assert "p03" not in [
        h["id"] for h in client.post("/api/search", json={"upload": facts["upload"], "k": 50}).json()["hits"]
    ]


def test_several_examples(client, engine):
    answer = searched(client, id="p00", plus=["p03"], minus=["p12"], k=9)
    same(answer, engine.search(engine.combine(["p00", "p03"], ["p12"]), 9))
    assert (answer["query"]["id"], answer["query"]["plus"], answer["query"]["minus"]) == (None, ["p00", "p03"], ["p12"])
    assert (
        searched(client, plus=["p00", "p03"], minus=["p12"], k=9)
        == answer
        == searched(client, plus=["p00", "p03", "p00"], id="p00", minus=["p12"], k=9)
    )
    assert searched(client, plus=["p07"]) == searched(client, id="p07")


def test_an_upload_as_an_example(client, engine, collection):
    picture = (collection / "images/p05.png").read_bytes()
    token = client.post("/api/uploads", content=picture).json()["upload"]
    answer = searched(client, id="p00", minus=[f"upload:{token}"], k=30)
    same(answer, engine.search(engine.combine(["p00"], [picture]), 30))
    assert not {"p00", "p05"} & {hit["id"] for hit in answer["hits"]}
    assert searched(client, plus=[f"upload:{token}"]) == searched(client, upload=token)


def test_a_detail(client, engine, collection):
    region = (0.1, 0.2, 0.7, 0.9)
    answer = searched(client, id="p09", region=region, k=8)
    same(answer, engine.search(engine.query("p09", region), 8))
    assert answer["query"]["region"] == list(region) and answer["query"]["title"] == "Picture 9"
    assert searched(client, id="p09", region=region, k=8) == answer, "the second time it is remembered"
    assert searched(client, id="p09", region=(0, 0, 1, 1), k=8)["hits"] == searched(client, id="p09", k=8)["hits"]
    token = client.post("/api/uploads", content=(collection / "images/p09.png").read_bytes()).json()["upload"]
    from_upload = searched(client, upload=token, region=region, k=24)
    assert "p09" not in [hit["id"] for hit in from_upload["hits"]] and len(from_upload["hits"]) == 23
    assert len({from_upload["hits"][0]["id"], answer["hits"][0]["id"], answer["hits"][1]["id"]}) < 3


def test_colours_alone_and_with_a_painting(client, engine):
    colours = [("#1e3ca0", 3), ("#5a96dc", 1)]
    answer = searched(client, colours=colours, k=6)
    same(answer, engine.search(engine.describer.colours([("#1e3ca0", 0.75), ("#5a96dc", 0.25)]), 6))
    assert {hit["labels"]["artist"].split()[2] for hit in answer["hits"]} == {"blue"} and answer["query"][
        "colours"
    ] == [
        ["#1e3ca0", 0.75],
        ["#5a96dc", 0.25],
    ]
    assert answer["query"]["missing"].keys() == {"deep", "style"}
    mixed = searched(client, id="p00", colours=colours, weights={"palette": 1}, k=6)
    assert {hit["id"] for hit in mixed["hits"]} == {hit["id"] for hit in answer["hits"]} and mixed["query"][
        "missing"
    ] == {}
    deep = searched(client, id="p00", colours=colours, weights={"deep": 1}, k=6)
    plain = searched(client, id="p00", weights={"deep": 1}, k=6)
    assert [(hit["id"], hit["score"]) for hit in deep["hits"]] == [
        (hit["id"], hit["score"]) for hit in plain["hits"]
    ], "the colours stand in place of its palette only"


def test_words(client, engine):
    answer = searched(client, words="green discs", k=5)
    same(answer, engine.search(None, 5, words="green discs"))
    assert {hit["id"] for hit in answer["hits"][:3]} == {"p09", "p10", "p11"}
    same(searched(client, id="p00", words="green", k=5), engine.search("p00", 5, words="green"))
    weighed = searched(client, id="p00", words="green", weights={"palette": 3, "deep": 1}, k=5)
    assert weighed["weights"] == {"deep": 0.125, "style": 0, "palette": 0.375, "words": 0.5}


def test_filters_text_and_metric(client, engine):
    answer = searched(client, id="p00", where=["genre=discs"], text="blue", metric="csls", k=24)
    same(answer, engine.search("p00", 24, where=["genre=discs"], metric="csls", containing="blue"))
    assert answer["metric"] == "csls" and answer["text"] == "blue" and answer["where"] == ["genre=discs"]


def test_many_visitors_at_once_get_the_answers_that_each_would_get_alone(collection):
    uploads = [png(paint(scheme, "discs", seed)) for seed, scheme in enumerate(("red", "green", "blue", "grey"))]

    def ask(client, number):
        if number % 5 == 0:
            token = client.post("/api/uploads", content=uploads[number % 4]).json()["upload"]
            answer = searched(client, upload=token, k=5)
        else:
            one = f"p{number % 24:02d}"
            region = (0.1, 0.1, 0.5 + number % 4 / 10, 0.9) if number % 5 == 1 else None
            answer = searched(
                client,
                id=one,
                region=region,
                minus=["p23"] if number % 5 == 2 and one != "p23" else [],
                colours=[["#1e3ca0", 1]] if number % 5 == 3 else [],
                k=5,
            )
        return [(hit["id"], hit["score"]) for hit in answer["hits"]]

    with client_of(create_app(collection)) as client, ThreadPoolExecutor(15) as pool:
        together = list(pool.map(lambda number: ask(client, number), range(30)))
    with client_of(create_app(collection)) as client:
        assert together == [ask(client, number) for number in range(30)]


def test_limits_are_reported_and_kept(collection):
    client = client_of(create_app(collection, limits=Limits(upload_bytes=2**20, upload_pixels=10_000)))
    assert client.get("/api/uploads").json() == {"bytes": 2**20, "megapixels": 0.01}
    answer = client.post("/api/uploads", content=png(paint("red", "discs", 1)))
    assert error_of(answer, 400)["code"] == "picture-too-large"


def test_what_is_given_back_is_a_jpeg_of_ours(client):
    token = client.post("/api/uploads", content=png(Image.effect_noise((2400, 1200), 40))).json()
    assert (token["width"], token["height"]) == (2400, 1200)
    picture = client.get(f"/api/uploads/{token['upload']}/image")
    assert picture.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(picture.content)) as image:
        assert (image.format, image.size) == ("JPEG", (1600, 800))


def test_only_so_many_uploads_are_kept(collection):
    client = client_of(create_app(collection, limits=Limits(uploads_kept=2)))
    tokens = [
        client.post("/api/uploads", content=png(paint("red", "discs", seed))).json()["upload"] for seed in range(90, 93)
    ]
    assert [client.get(f"/api/uploads/{token}").status_code for token in tokens] == [404, 200, 200]
    assert error_of(client.post("/api/search", json={"upload": tokens[0]}), 404)["code"] == "upload-forgotten"


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken", png(Image.new("RGB", (8, 8)))])
def test_what_is_no_picture_is_refused(client, content):
    assert error_of(client.post("/api/uploads", content=content), 400)["hint"]


def test_too_large_an_upload_is_refused(collection):
    client = client_of(create_app(collection, limits=Limits(upload_bytes=2**20)))
    error = error_of(client.post("/api/uploads", content=b"x" * (2**20 + 1)), 413)
    assert error["code"] == "file-too-large" and "1 MB" in error["message"]


@pytest.mark.parametrize(
    "body, status",
    [
        ({}, 400),
        ({"id": "p00", "upload": "x"}, 400),
        ({"id": "nobody"}, 404),
        ({"upload": "never"}, 404),
        ({"id": "p00", "weights": {"aura": 1}}, 400),
        ({"id": "p00", "weights": {"deep": 0, "palette": 0}}, 400),
        ({"id": "p00", "where": ["mood=sad"]}, 400),
        ({"minus": ["p00"]}, 400),
        ({"minus": ["p00"], "words": "blue"}, 400),
        ({"plus": ["p00"], "minus": ["p00"]}, 400),
        ({"plus": ["p00", "nobody"]}, 404),
        ({"plus": ["upload:never"]}, 404),
        ({"plus": ["p00"] * 41}, 422),
        ({"region": [0, 0, 0.5, 0.5]}, 400),
        ({"id": "p00", "region": [0.5, 0, 0.2, 1]}, 400),
        ({"id": "p00", "region": [0, 0, 0.01, 0.01]}, 400),
        ({"id": "p00", "region": [0, 0, 1]}, 422),
        ({"colours": [["blue", 1]]}, 400),
        ({"colours": [["#1e3ca0", 0]]}, 400),
        ({"colours": [["#1e3ca0", -1], ["#1e3ca1", 2]]}, 400),
        ({"words": "zyxzyx"}, 400),
        ({"words": "   "}, 400),
        ({"id": "p00", "text": "zyxzyx"}, 400),
        ({"id": "p00", "metric": "l7"}, 422),
        ({"id": "p00", "weights": {"deep": -1}}, 400),
        ({"id": "../../etc/passwd"}, 404),
        ({"id": "p00", "k": 0}, 422),
        ({"id": "p00", "k": 10**6}, 422),
        ({"id": 7}, 422),
        ([], 422),
    ],
)
def test_searches_that_cannot_be(client, body, status):
    error_of(client.post("/api/search", json=body), status)
