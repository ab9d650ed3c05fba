"""A model's folder is read whole or not at all."""

import json
import shutil

import pytest

from artextract.errors import InputError, MismatchError
from artextract.model import saved
from artextract.model.saved import BASELINES, MAIN, open_model
from artextract.table import read_paintings
from tests.raising import raises


@pytest.fixture
def copy(trained_model, tmp_path):
    shutil.copytree(trained_model, tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize(
    "name, change, code",
    [
        ("labels.json", lambda text: text.replace("Facets", "Facettes"), "class-names-differ"),
        ("config.json", lambda text: text.replace(f'"format": {saved.FORMAT}', '"format": 99'), "model-format"),
        (
            "config.json",
            lambda text: text.replace('"weights_sha256": "', '"weights_sha256": "0', 1),
            "weights-differ",
        ),
    ],
)
def test_parts_that_do_not_belong_together(copy, name, change, code):
    text = (copy / name).read_text()
    assert change(text) != text
    (copy / name).write_text(change(text))
    with raises(MismatchError, code):
        open_model(copy)


@pytest.mark.parametrize("name", ["labels.json", "config.json", "model.safetensors"])
def test_a_missing_or_broken_part_is_named(copy, name):
    (copy / name).write_bytes(b"{")
    with pytest.raises(InputError):
        open_model(copy)
    (copy / name).unlink()
    with pytest.raises(InputError):
        open_model(copy)


def test_what_is_no_model(tmp_path):
    with raises(InputError, "not-a-model"):
        open_model(tmp_path)


def test_every_network_of_the_folder_is_listed(trained_model):
    model = open_model(trained_model)
    assert list(model.networks) == [MAIN, *BASELINES]
    assert len({entry["weights_sha256"] for entry in model.networks.values()}) == 3
    assert model.networks["linear_head"]["network"]["linear"] and model.networks["no_rnn"]["network"]["rnn"] == "none"


def test_it_remembers_the_split_of_every_painting(trained_model, sample_collection):
    model, table = open_model(trained_model), read_paintings(sample_collection)
    assert model.splits().set_index("id")["split"].to_dict() == dict(
        zip(table.ids, table.column("split"), strict=False)
    )
    assert model.config["split"]["protocol"] == "stratified"
    assert set(model.trained_on()["sha256"]) <= set(table.in_split("train", "val").column("sha256"))


def test_a_model_that_was_trained_before_a_key_was_renamed(copy):
    now = open_model(copy).config
    assert now["backbone"]["multi_scale"] is True
    text = (copy / "config.json").read_text().replace('"multi_scale"', '"finer"')
    assert '"finer"' in text
    (copy / "config.json").write_text(text)
    assert open_model(copy).config == now


def test_its_backbone_is_found_where_it_lies(copy):
    model = open_model(copy)
    assert model.backbone_name == "efficientnet_lite0"
    config = json.loads((copy / "config.json").read_text())
    config["backbone"]["trained"] = True
    (copy / "config.json").write_text(json.dumps(config))
    assert open_model(copy).backbone_name == f"efficientnet_lite0:{copy / 'backbone.safetensors'}"
