"""What the model takes an uploaded picture for: the answers of ``artextract predict``, in the same shape."""

import io

import numpy as np
import pytest
from PIL import Image

from artextract.app.api import create_app, search
from artextract.app.api.reader import SIDE
from artextract.app.api.workspace import Limits
from artextract.errors import MismatchError
from artextract.images.decoder import INCOMPLETE
from artextract.model.predictor import Predictor
from artextract.model.starter import starter_folder
from tests.app.api.answers import error_of, png
from tests.app.api.conftest import client_of
from tests.conftest import paint


def token_of(client, data: bytes) -> str:
    answer = client.post("/api/uploads", content=data)
    assert answer.status_code == 200, answer.text
    return answer.json()["upload"]


def suggested(client, **body) -> dict:
    answer = client.post("/api/predict", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_file_is_taken_for_what_the_command_takes_it_for(client, tmp_path, form):
    file = tmp_path / "picture"
    paint("green", "discs", 5).resize((2400, 1800)).save(file, form)  # its copy on the server is smaller
    said = suggested(client, upload=token_of(client, file.read_bytes()), top=3)
    [expected] = Predictor.open().predict([file], pytest.fail, top=3)
    for name, labels in expected["attributes"].items():
        found = said["attributes"][name]
        assert [entry["label"] for entry in found] == [entry["label"] for entry in labels]
        assert np.allclose(*([entry["probability"] for entry in some] for some in (found, labels)), atol=1e-5)
    assert said["unsure"] == expected["unsure"]
    apart = ("path", "attributes")
    assert {key: said[key] for key in expected if key not in apart} == {
        key: value for key, value in expected.items() if key not in apart
    }


def test_who_answers_and_where_it_looked_is_reported(client):
    token = token_of(client, png(paint("green", "discs", 5)))
    said, model = suggested(client, upload=token), Predictor.open().model
    assert (said["upload"], said["id"], said["seen"]) == (token, None, None)
    assert said["model"]["name"] == "starter"
    assert said["model"]["classes"] == {name: len(labels) for name, labels in model.labels.classes.items()}
    for attention in said["looked"].values():
        grid = np.array(attention["grid"])
        assert grid.shape == (7, 7) and grid.mean() == pytest.approx(1, abs=2e-3) and grid.max() <= attention["most"]


def test_a_painting_is_answered_as_its_page_has_it(client, collection):
    said = suggested(client, id="p07")
    page = client.get("/api/predictions/p07").json()
    assert said["model"] == page["model"] and said["seen"] == page["seen"]
    for reading in page["attributes"]:
        name = reading["attribute"]
        assert said["attributes"][name] == reading["labels"] and said["looked"][name] == reading["looked"]
        assert reading["sure"] == (name not in said["unsure"])
    assert page["unsure"] == said["unsure"] and page["numbers"] == said["numbers"]
    again = suggested(client, upload=token_of(client, (collection / "images/p07.png").read_bytes()))
    assert again | {"id": "p07", "upload": None} == said


def test_what_was_mended_to_show_a_picture_is_said(client):
    """A JPEG without its last bytes is shown as far as it goes."""
    file = io.BytesIO()
    paint("green", "discs", 3).resize((640, 480)).save(file, "JPEG", quality=95)
    said = suggested(client, upload=token_of(client, file.getvalue()[:-60]))
    assert said["notes"] == [INCOMPLETE] and said["attributes"]
    assert suggested(client, upload=token_of(client, file.getvalue()))["notes"] == []
    assert suggested(client, id="p07")["notes"] == []


def test_the_map_of_an_upload_has_its_shape(client):
    token = token_of(client, png(paint("blue", "bands", 2).resize((300, 600))))
    response = client.get(f"/api/uploads/{token}/attention", params={"attribute": "style"})
    image = Image.open(io.BytesIO(response.content))
    assert image.mode == "RGBA" and image.size == (SIDE // 2, SIDE)
    assert error_of(client.get(f"/api/uploads/{token}/attention?attribute=weight"), 400)["code"] == "unknown-attribute"
    error_of(client.get("/api/uploads/none/attention?attribute=style"), 404)


@pytest.mark.parametrize(
    "body, status, code",
    [
        ({}, 400, "painting-or-upload"),
        ({"id": "p00", "upload": "x"}, 400, "painting-or-upload"),
        ({"id": "nothing"}, 404, "unknown-painting"),
        ({"upload": "nothing"}, 404, "upload-forgotten"),
        ({"id": "p00", "top": 0}, 422, "invalid-request"),
        ({"id": 7}, 422, "invalid-request"),
    ],
)
def test_what_cannot_be_answered_is_said(client, body, status, code):
    assert error_of(client.post("/api/predict", json=body), status)["code"] == code


def test_a_forgotten_upload_has_no_answer(collection):
    with client_of(create_app(collection, limits=Limits(uploads_kept=1))) as client:
        first = token_of(client, png(paint("red", "discs", 1)))
        token_of(client, png(paint("blue", "discs", 1)))
        assert error_of(client.post("/api/predict", json={"upload": first}), 404)["code"] == "upload-forgotten"


def test_a_model_that_cannot_be_used_stops_no_search(collection, monkeypatch):
    """The upload is taken, and the answer says what is wrong; once it can be used, the copy on the server is read."""
    with client_of(create_app(collection, starter_folder())) as client:

        def broken(_):
            raise MismatchError("the model was trained on other weights", code="backbone-version")

        with monkeypatch.context() as patch:
            patch.setattr(search.Workspace, "reader", broken)
            token = token_of(client, png(paint("red", "discs", 1)))
            assert client.post("/api/search", json={"upload": token}).status_code == 200
            assert error_of(client.post("/api/predict", json={"upload": token}), 400)["code"] == "backbone-version"
        assert suggested(client, upload=token)["attributes"]
