"""What a training learns of its own doubt, and what the model then says of pictures and of an index."""

import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from artextract.features import store_folder
from artextract.features.deep import Deep
from artextract.features.store import FeatureStore
from artextract.features.style import Style
from artextract.model import answer_sets, novelty
from artextract.model.checking import model_damage
from artextract.model.label_map import LabelMap
from artextract.model.novelty import NO_CLASS, NO_LABEL
from artextract.model.predictor import Predictor
from artextract.table import Paintings, read_paintings
from artextract.train.doubt import learn_doubt, numbered, unseen_artists
from artextract.train.outputs import read_maps


@pytest.fixture
def doubting(trained_model, sample_collection, tmp_path, monkeypatch):
    """A copy of the trained model that has learned to doubt from few paintings, and the table with its splits."""
    monkeypatch.setattr(answer_sets, "ENOUGH_PAINTINGS", 5)
    monkeypatch.setattr(novelty, "ENOUGH_ROWS", 5)
    folder = shutil.copytree(trained_model, tmp_path / "model")
    predictor = Predictor.open(folder)
    table = read_paintings(sample_collection)
    store = FeatureStore(store_folder(sample_collection, Deep(predictor.backbone, precision=predictor.precision)))
    prepared = SimpleNamespace(
        sides={name: table.in_split(name) for name in ("train", "val")},
        labels=predictor.model.labels,
        store=store,
        changed=None,
    )
    training = prepared.sides["train"]
    seen = read_maps(predictor, store.maps(training.column("sha256").tolist()), len(training))
    learn_doubt(prepared, predictor, seen)
    assert not model_damage(folder), "the files stand among the checksums"
    return Predictor.open(folder), table


def test_a_model_says_what_it_doubts(doubting):
    predictor, table = doubting
    answers = predictor.predict(table.image_paths()[:4], on_error=print, top=100, coverage=0.8)
    for answer in answers:
        assert set(answer["sets"]) == set(answer["novelty"]) == set(predictor.attributes)
        for name, ranked in answer["attributes"].items():
            found, least = answer["sets"][name], predictor.answer_sets.threshold(name, 0.8) - 1e-6
            inside = [
                entry["label"] for i, entry in enumerate(ranked) if i == 0 or entry["probability"] >= least - 1e-6
            ]
            assert found == {"labels": inside, "coverage": 0.8}
            score = answer["novelty"][name]
            assert score["new"] == (score["score"] > 0.95) and 0 <= score["score"] <= 1


def test_an_index_says_the_same_as_the_pictures(doubting):
    predictor, table = doubting
    paths = table.image_paths()[:4]
    style = Style(predictor.model.folder)
    vectors = np.concatenate([found for _, found in style.extract(paths, lambda *_: None)])
    for answer, doubts in zip(predictor.predict(paths, on_error=print), style.doubts(vectors), strict=True):
        assert {name: answer[name] for name in ("unsure", "sets")} == {n: doubts[n] for n in ("unsure", "sets")}
        for name, found in answer["novelty"].items():
            assert doubts["novelty"][name]["score"] == pytest.approx(found["score"], abs=0.15)


def test_an_evaluation_tells_what_the_doubt_is_worth(doubting, sample_collection):
    from artextract.app.tables import evaluation
    from artextract.evaluate.classification.classify import evaluate_model

    predictor, _ = doubting
    figures = evaluate_model(predictor.model.folder, sample_collection).figures
    doubt = figures["attributes"]["style"]["doubt"]
    assert doubt["sets"]["groups"]["all"]["n"] == figures["attributes"]["style"]["n"] == doubt["novelty"]["known"]
    assert 0 <= doubt["sets"]["groups"]["all"]["coverage"] <= 1 <= doubt["sets"]["groups"]["all"]["mean_size"]
    assert "right when sure" in evaluation({**figures, "report": "r"})
    assert "right when sure" in (predictor.model.folder / "README.md").read_text(encoding="utf-8")


def table_of(**columns):
    length = len(next(iter(columns.values())))
    fixed = {
        "id": [f"p{i}" for i in range(length)],
        **{name: [f"{name}{i}" for i in range(length)] for name in ("path", "source", "rights", "sha256")},
        "width": [9] * length,
        "height": [9] * length,
    }
    return Paintings(pd.DataFrame(fixed | columns), ".")


def test_what_is_no_class_is_kept_apart_from_what_has_no_label():
    labels = LabelMap({"style": ["Cubism", "Fauvism"], "artist": ["Ada"]}, {"style": [2, 2], "artist": [2]})
    table = table_of(style=["fauvism", "Dada", None], artist=["Ada", None, None], painter=["Ada", "Eve", None])
    assert numbered(table, labels).tolist() == [[1, 0], [NO_CLASS, NO_CLASS], [NO_LABEL, NO_LABEL]]


def test_strangers_are_named_and_not_in_the_training():
    training = table_of(style=["a"] * 2, artist=["Ada", None])
    assert unseen_artists(table_of(style=["a"] * 3, artist=["ada", "Eve", None]), training).tolist() == [
        False,
        True,
        False,
    ]
    assert not unseen_artists(table_of(style=["a"]), training).any()
