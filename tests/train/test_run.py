"""From a collection to a model's folder."""

import shutil
from dataclasses import replace

import pandas as pd
import pytest
import torch

from artextract import augment, runtime
from artextract.errors import InputError, NothingUsableError
from artextract.model.saved import BASELINES, open_model
from artextract.table import Paintings, read_paintings
from artextract.train import run
from artextract.train.backbone_options import BackboneOptions
from artextract.train.checkpoint import FILE_NAME
from artextract.train.options import TrainOptions
from artextract.train.prepared import CHANGED_VIEW
from artextract.train.processes import computes_bfloat16
from artextract.train.run import train_model
from artextract.train.running import LabelOptions, Running
from tests.raising import raises

QUICK = TrainOptions(epochs=1, width=16, hidden=8, batch_size=16)


def test_a_model_folder_is_complete(trained_model, sample_collection):
    model = open_model(trained_model)
    names = {path.name for path in trained_model.iterdir()}
    assert {
        "model.safetensors",
        "probe.safetensors",
        "config.json",
        "labels.json",
        "trained_on.parquet",
        "splits.parquet",
        "history.csv",
        "history.json",
    } <= names
    assert {f"{name}{kind}" for name in BASELINES for kind in (".safetensors", "-history.csv")} <= names
    assert not [name for name in names if name.startswith(".") or name.endswith(FILE_NAME)]
    assert set(model.labels.classes) == {"style", "artist", "genre"} == set(model.config["probes"])
    assert 1 <= model.config["best_epoch"] <= len(model.history())
    assert model.config["rights"] == ["CC0; drawn by ArtExtract"]


def test_test_rows_are_never_read(trained_model, sample_collection):
    table = read_paintings(sample_collection)
    test = set(table.in_split("test").column("sha256"))
    assert not test & set(open_model(trained_model).trained_on()["sha256"])


def test_a_second_training_runs_no_backbone(sample_collection, trained_model, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the backbone ran again")

    monkeypatch.setattr(runtime.OpenVinoEngine, "stream", refuse)
    monkeypatch.setattr(runtime.OpenVinoEngine, "run", refuse)
    monkeypatch.setattr(run, "computes_bfloat16", lambda device: False)
    said: list[str] = []
    summary = train_model(
        sample_collection,
        tmp_path / "again",
        labels=LabelOptions(attributes=("genre",)),
        baselines=(),
        options=replace(QUICK, mixed_precision=True),
        running=Running(say=said.append),
    )
    assert list(summary["attributes"]) == ["genre"] and summary["epochs"] == 1
    assert "mixed precision is left out" in said[0]
    assert open_model(tmp_path / "again").config["options"]["mixed_precision"] is False


@pytest.mark.parametrize("instructions", ["_is_avx512_bf16_supported", "_is_amx_tile_supported"])
def test_bfloat16_needs_its_instructions(instructions, monkeypatch):
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: False)
    assert not computes_bfloat16(torch.device("cpu"))
    monkeypatch.setattr(torch.cpu, instructions, lambda: True)
    assert computes_bfloat16(torch.device("cpu"))


def test_the_custom_backbone_is_trained_and_travels_with_the_model(sample_collection, tmp_path, monkeypatch):
    from artextract.evaluate.classification.classify import evaluate_model
    from artextract.train import scratch

    monkeypatch.setattr(scratch, "EPOCHS", 2)
    train_model(
        sample_collection,
        tmp_path / "m",
        backbone="custom",
        labels=LabelOptions(attributes=("genre",)),
        baselines=(),
        options=QUICK,
    )
    assert (tmp_path / "m" / "backbone.safetensors").exists()
    (tmp_path / "m").rename(tmp_path / "moved")
    figures = evaluate_model(tmp_path / "moved", sample_collection).figures
    assert figures["attributes"]["genre"]["n"] > 0


def test_views_are_stored_once_and_learned(sample_collection, tmp_path):
    views = TrainOptions(epochs=1, width=16, hidden=8, batch_size=16, views=1)
    summary = train_model(
        sample_collection,
        tmp_path / "m",
        labels=LabelOptions(attributes=("genre",)),
        baselines=(),
        options=views,
        running=Running(say=(said := []).append),
    )
    stored = [folder.name for folder in (sample_collection / "features").iterdir() if "-view" in folder.name]
    assert sorted(name.rpartition("-view")[2] for name in stored) == [
        f"0.{augment.VERSION}",
        f"{CHANGED_VIEW}.{augment.VERSION}",
    ]
    assert summary["epochs"] == 1 and any("x 2 =" in line for line in said)


def test_the_backbone_that_was_fine_tuned_travels_with_the_model(sample_collection, tmp_path):
    """Half a dozen steps; its weights have moved, and the model predicts with them."""
    from artextract.backbones import get_backbone, load_network
    from artextract.model.predictor import Predictor

    table = read_paintings(sample_collection)
    frame = table.frame.assign(path=[str(p) for p in table.image_paths()])
    few = pd.concat([frame[frame["split"] == "train"][:10], frame[frame["split"] == "val"][:4]])
    Paintings(few, tmp_path).write()
    tuned = TrainOptions(epochs=2, width=16, hidden=8, batch_size=4, finetune=True, unfreeze=1, average=0.0)
    train_model(
        tmp_path, tmp_path / "m", labels=LabelOptions(attributes=("genre",), at_least=1), baselines=(), options=tuned
    )
    (tmp_path / "m").rename(tmp_path / "moved")
    predictor = Predictor.open(tmp_path / "moved")
    before, after = (
        load_network(b).state_dict() for b in (get_backbone("efficientnet_lite0", multi_scale=True), predictor.backbone)
    )
    moved = [
        name for name in before if not torch.allclose(before[name], after[name], rtol=1e-3, atol=1e-4)
    ]  # halves are kept
    assert moved and not any("running" in name or "_blocks.0." in name for name in moved)
    assert len(predictor.predict([few["path"].iloc[0]], lambda i, reason: None)) == 1


def test_the_backbone_learns_from_stored_views(sample_collection, tmp_path):
    """The maps of its lower half are stored for each view; only its last stage moves."""
    from artextract.backbones import get_backbone, load_network
    from artextract.model.predictor import Predictor

    table = read_paintings(sample_collection)
    frame = table.frame.assign(path=[str(p) for p in table.image_paths()])
    few = frame[frame["split"] == "train"][:10]  # with none to validate, the loss says which epoch is best
    Paintings(few, tmp_path).write()
    chosen = TrainOptions(
        epochs=3,
        width=16,
        hidden=8,
        batch_size=4,
        finetune=True,
        unfreeze=1,
        views=1,
        average=0.0,
        learning_rate=1e-3,
        backbone_rate=0.5,
    )
    train_model(
        tmp_path, tmp_path / "m", labels=LabelOptions(attributes=("genre",), at_least=1), baselines=(), options=chosen
    )
    stores = {folder.name.partition("-")[0] for folder in (tmp_path / "features").iterdir()}
    assert stores == {"deep", "lower"}
    before = load_network(get_backbone("efficientnet_lite0", multi_scale=True)).state_dict()
    after = load_network(Predictor.open(tmp_path / "m").backbone).state_dict()
    moved = {name for name in before if not torch.allclose(before[name], after[name], rtol=1e-3, atol=1e-4)}
    assert moved and all("_blocks.15." in name or "_conv_head" in name or "_bn1" in name for name in moved)


def test_probes_that_were_killed_do_not_train_the_networks_again(sample_collection, tmp_path, monkeypatch):
    def killed(*args):
        raise KeyboardInterrupt

    def refuse(items, total, caption):
        assert not caption.startswith("epoch"), "it trains again"
        return items

    arguments = {"labels": LabelOptions(("genre",)), "baselines": ("linear_head", "linear_probe"), "options": QUICK}
    with monkeypatch.context() as during, pytest.raises(KeyboardInterrupt):
        during.setattr(run, "_fit_probes", killed)
        train_model(sample_collection, tmp_path / "m", **arguments)
    assert not (tmp_path / "m" / "config.json").exists()
    train_model(sample_collection, tmp_path / "m", running=Running(progress=refuse), **arguments)
    open_model(tmp_path / "m")


def test_int8_is_for_weights_that_stay(sample_collection, tmp_path):
    with raises(InputError, "int8-while-fine-tuning", "INT8"):
        train_model(
            sample_collection,
            tmp_path / "m",
            backbone=BackboneOptions(precision="int8"),
            options=TrainOptions(finetune=True),
        )


def test_a_backbone_that_cannot_be_written_is_not_fine_tuned(sample_collection, tmp_path):
    from tests.backbones.tiny import write_weights

    with raises(InputError, "not-fine-tunable"):
        name = f"resnet18:{write_weights('resnet18', tmp_path, 0)}"
        train_model(
            sample_collection,
            tmp_path / "m",
            backbone=name,
            labels=LabelOptions(attributes=("genre",)),
            options=TrainOptions(finetune=True),
        )


def test_a_bad_image_does_not_stop_training(sample_collection, tmp_path):
    table = read_paintings(sample_collection)
    frame = table.frame.assign(path=[str(p) for p in table.image_paths()])
    frame.loc[0, ["path", "sha256", "split"]] = [str(tmp_path / "gone.jpg"), "f" * 64, "train"]
    Paintings(frame, tmp_path).write()
    shutil.copytree(sample_collection / "features", tmp_path / "features")  # of all the others
    summary = train_model(
        tmp_path, tmp_path / "m", labels=LabelOptions(attributes=("genre",)), baselines=(), options=QUICK
    )
    assert summary["skipped"] == [{"sha256": "f" * 64, "reason": "file is missing"}]


def test_what_cannot_be_trained_is_named(sample_collection, tmp_path):
    with raises(InputError, "unknown-column", "school"):
        train_model(sample_collection, tmp_path / "m", labels=LabelOptions(attributes=("school",)), options=QUICK)
    with raises(InputError, "collection-in-the-way"):
        train_model(sample_collection, sample_collection, options=QUICK)
    with raises(NothingUsableError, "too-few-classes"):
        train_model(sample_collection, tmp_path / "m", labels=LabelOptions(at_least=1000), options=QUICK)
