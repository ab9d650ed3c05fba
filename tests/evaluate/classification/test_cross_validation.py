"""Every painting is judged once, by a model that saw neither it nor a copy of it nor, if asked, its artist; and a
stopped run goes on."""

import json
import shutil

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from artextract.app.training_tables import cross_validation as as_text
from artextract.errors import InputError
from artextract.evaluate.classification import cross_validation
from artextract.evaluate.classification.classify import evaluate_model
from artextract.evaluate.classification.cross_validation import cross_validate, pooled, spread
from artextract.model.saved import open_model
from artextract.table import read_paintings
from artextract.train.options import TrainOptions
from artextract.train.running import LabelOptions
from artextract.train.splitting import Splitting, split_table
from tests.raising import raises

QUICK = TrainOptions(epochs=2, width=16, hidden=8, batch_size=16)


@pytest.fixture(scope="module")
def collection(sample_collection, tmp_path_factory):
    """The first half of the sample: pictures that are there are not drawn again."""
    from artextract.sources.sample import import_sample

    folder = tmp_path_factory.mktemp("folds") / "collection"
    shutil.copytree(sample_collection / "images", folder / "images")
    import_sample(folder, count=48, seed=0)
    return folder


@pytest.fixture(scope="module")
def done(collection):
    out = collection.parent / "folds"
    return (
        cross_validate(
            collection,
            out,
            2,
            labels=LabelOptions(attributes=("style", "genre")),
            baselines=("linear_probe", "linear_head"),
            options=QUICK,
        ),
        out,
    )


def test_every_painting_is_held_out_once(done, collection):
    document, out = done
    table = read_paintings(collection)
    held = [open_model(out / name).splits().query("split == 'test'")["id"].tolist() for name in document["models"]]
    assert sorted(sum(held, [])) == sorted(table.ids) and not set(held[0]) & set(held[1])
    for name, ids in zip(document["models"], held, strict=False):
        seen = set(open_model(out / name).trained_on()["sha256"])
        assert not seen & set(table.frame.set_index("id").loc[ids, "sha256"])
        assert open_model(out / name).splits()["split"].eq("val").any()


def test_pooled_figures_are_those_of_scikit_learn(done, collection):
    document, out = done
    evaluations = [evaluate_model(out / name, collection, "test") for name in document["models"]]
    for name, entry in document["attributes"].items():
        answers = pooled(name, evaluations)
        assert entry["n"] == len(answers.truth) == sum(len(e.judged[name].truth) for e in evaluations)
        for kind, one in entry["classifiers"].items():
            predicted = answers.found[kind].argmax(1)
            assert one["pooled"]["accuracy"] == pytest.approx(accuracy_score(answers.truth, predicted))
            assert one["pooled"]["macro_f1"] == pytest.approx(f1_score(answers.truth, predicted, average="macro"))
            low, high = one["pooled"]["ci"]["accuracy"]
            assert low <= one["pooled"]["accuracy"] <= high
        of_folds = [e.figures["attributes"][name]["accuracy"] for e in evaluations]
        own = entry["classifiers"]["network"]["over_folds"]["accuracy"]
        assert (
            own["folds"] == of_folds
            and own["mean"] == pytest.approx(np.mean(of_folds))
            and own["std"] == pytest.approx(np.std(of_folds, ddof=1))
        )
        assert list(entry["classifiers"]) == ["network", "majority", "linear_probe", "linear_head"]
        own, probe = entry["classifiers"]["network"]["pooled"], entry["classifiers"]["linear_probe"]
        assert probe["difference"]["accuracy"]["value"] == pytest.approx(own["accuracy"] - probe["pooled"]["accuracy"])


def test_what_is_written_is_what_is_reported(done):
    document, out = done
    assert json.loads((out / "cross_validation.json").read_text(encoding="utf-8")) == document
    text = as_text(document)
    assert "2 folds (stratified)" in text and "linear probe" in text and " ± " in text and "no standard error" in text


def test_finished_folds_are_not_trained_again(done, collection, monkeypatch):
    document, out = done
    trained = []
    monkeypatch.setattr(
        cross_validation, "train_model", lambda *a, splitting, **k: trained.append(splitting.fold) or {"skipped": []}
    )
    arguments = {
        "labels": LabelOptions(("style", "genre")),
        "baselines": ("linear_probe", "linear_head"),
        "options": QUICK,
    }
    assert cross_validate(collection, out, 2, **arguments) == document and trained == []
    (out / "fold-2" / "fold.json").unlink()
    cross_validate(collection, out, 2, **arguments)
    assert trained == [(2, 2)]


def test_other_arguments_train_anew(done, collection, monkeypatch, tmp_path):
    from shutil import copytree

    folder = copytree(done[1], tmp_path / "folds")

    def refuse(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(cross_validation, "train_model", refuse)
    with pytest.raises(KeyboardInterrupt):
        cross_validate(
            collection,
            folder,
            2,
            labels=LabelOptions(attributes=("style", "genre")),
            baselines=("linear_probe", "linear_head"),
            options=TrainOptions(epochs=3),
        )
    assert not (folder / "fold-1" / "fold.json").exists()


def test_artists_can_be_kept_apart(collection):
    table = read_paintings(collection)
    sides = [split_table(table, Splitting("artist-disjoint", 0, (number, 3)))[0] for number in (1, 2, 3)]
    held = [side.in_split("test") for side in sides]
    assert sorted(sum((rows.ids for rows in held), [])) == sorted(table.ids)
    for side in sides:
        by_split = [set(side.in_split(name).keys("artist")) for name in ("train", "val", "test")]
        assert not by_split[0] & by_split[2] and not by_split[1] & by_split[2] and not by_split[0] & by_split[1]
    described = split_table(table, Splitting(None, 5, (1, 3)))[1]
    assert described == {"protocol": "stratified", "seed": 5, "fold": 1, "folds": 3}


def test_the_spread_passes_over_what_is_undefined():
    assert spread([0.2, None, 0.4]) == {
        "mean": pytest.approx(0.3),
        "std": pytest.approx(0.1 * 2**0.5),
        "folds": [0.2, None, 0.4],
    }
    assert spread([0.5, None]) == {"mean": 0.5, "std": None, "folds": [0.5, None]}
    assert spread([None])["mean"] is None


def test_what_cannot_be_split_is_named(collection, done, tmp_path):
    with raises(InputError, "too-few-groups", "1"):
        cross_validate(collection, tmp_path / "f", 1)
    with raises(InputError, "model-in-the-way"):
        cross_validate(collection, done[1] / "fold-1", 2)
