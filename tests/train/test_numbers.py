"""A number is learned, kept, answered and judged."""

from dataclasses import replace

import numpy as np
import pytest

from artextract.evaluate.classification.classify import evaluate_model
from artextract.evaluate.classification.numbers import Answered, JudgedNumber, joined, number_figures
from artextract.files import read_json, write_json
from artextract.model.cnn_rnn import CNNRNNModel
from artextract.model.predictor import Predictor
from artextract.model.saved import open_model
from artextract.table import read_paintings
from artextract.train import run
from artextract.train.options import TrainOptions
from artextract.train.run import train_model
from artextract.train.running import LabelOptions


def test_a_model_keeps_bins_and_calibration(dated_collection, dated_model):
    model = open_model(dated_model)
    assert model.labels.kinds == {"genre": "label", "year": "number"} and list(model.labels.classes) == ["genre"]
    assert model.config["network"]["classes"] == model.labels.output_sizes
    assert set(model.config["numbers"]) == {"year"} == set(model.config["ridges"])
    training, classes = read_paintings(dated_collection).in_split("train"), model.labels.classes["genre"]
    rows = training.frame.assign(known=training.frame["year"].notna()).groupby("genre", observed=True)["known"].mean()
    assert model.config["numbers"]["year"]["carried"] == {"genre": [pytest.approx(rows[c], abs=1e-4) for c in classes]}
    assert "val_score_of_year" in model.history() and "val_score" in model.config["validation"]


def test_it_answers_years_without_torch_and_with_it(dated_collection, dated_model):
    paths = read_paintings(dated_collection).in_split("test").image_paths()[:3]
    answers = Predictor.open(dated_model).predict(paths, lambda place, reason: None)
    again = CNNRNNModel.open(dated_model).predict_numbers(paths)
    for answer, other in zip(answers, again, strict=True):
        found = answer["numbers"]["year"]
        assert list(answer["attributes"]) == ["genre"] and found["coverage"] == 0.8
        assert found["low"] <= found["median"] <= found["high"] and found["median"] == round(found["median"])
        assert other["year"] == pytest.approx(found, abs=2)  # the fast precision of the backbone
    assert CNNRNNModel.open(dated_model).predict_labels(paths[0])[0].keys() == {"genre"}


def test_a_year_is_unsure_where_few_such_paintings_carried_one(dated_collection, dated_model, tmp_path):
    import shutil

    shutil.copytree(dated_model, tmp_path / "m")
    config = read_json(tmp_path / "m" / "config.json")
    paths = read_paintings(dated_collection).in_split("test").image_paths()[:2]
    size = len(open_model(dated_model).labels.classes["genre"])
    for carried, unsure in (({"genre": [0.29] * size}, True), ({"genre": [0.31] * size}, False), ({}, False)):
        config["numbers"]["year"]["carried"] = carried
        write_json(tmp_path / "m" / "config.json", config)
        answers = Predictor.open(tmp_path / "m").predict(paths, lambda place, reason: None)
        assert [("year" in answer["unsure"]) for answer in answers] == [unsure] * 2


def test_it_is_judged_against_its_baselines(dated_collection, dated_model):
    evaluation = evaluate_model(dated_model)
    entry, judged = evaluation.figures["numbers"]["year"], evaluation.numbers["year"]
    test = read_paintings(dated_collection).in_split("test")
    assert entry["n"] == int(test.frame["year"].notna().sum()) == len(judged.truth)
    assert entry["mae"] == pytest.approx(np.abs(judged.network.answer - judged.truth).mean())
    assert list(entry["baselines"]) == ["median", "ridge", "linear_head"] and entry["near"] == 25
    assert entry["mae"] < entry["baselines"]["median"]["mae"]
    assert entry["seen_artists"]["n"] + entry["unseen_artists"]["n"] == entry["n"]
    card = (dated_model / "README.md").read_text(encoding="utf-8")
    assert "year (a number)" in card and "ridge regression" in card


def test_sure_and_unsure_answers_are_judged_apart():
    truth, answer = np.array([1900.0, 1900, 1500]), Answered(np.array([1910.0, 1900, 1800]))
    judged = JudgedNumber(np.arange(3), truth, answer, {}, 25.0, 0.8, unsure=np.array([False, False, True]))
    figures = number_figures(judged)
    assert (figures["sure"]["n"], figures["sure"]["mae"]) == (2, 5) and figures["unsure"]["mae"] == 300
    both = number_figures(joined([judged, judged]))
    assert (both["sure"]["n"], both["unsure"]["n"]) == (4, 2)
    assert "sure" not in number_figures(replace(judged, unsure=None)) and joined([judged]).unsure is not None


def test_years_are_learned_unasked_where_there_are_enough(dated_collection, tmp_path, monkeypatch):
    quick = TrainOptions(epochs=1, width=16, hidden=8, batch_size=16)
    monkeypatch.setattr(run, "NUMBERS_FROM", 20)
    summary = train_model(
        dated_collection, tmp_path / "m", labels=LabelOptions(at_least=1), baselines=(), options=quick
    )
    assert list(summary["numbers"]) == ["year"] and set(summary["attributes"]) == {"style", "artist", "genre"}


def test_a_number_can_be_learned_alone(dated_collection, tmp_path):
    quick = TrainOptions(epochs=1, width=16, hidden=8, batch_size=16)
    train_model(dated_collection, tmp_path / "m", labels=LabelOptions(attributes=("year",)), options=quick)
    answer = Predictor.open(tmp_path / "m").predict(read_paintings(dated_collection).image_paths()[:1], print)[0]
    assert answer["attributes"] == {} and answer["unsure"] == [] and set(answer["numbers"]) == {"year"}
    assert evaluate_model(tmp_path / "m").figures["numbers"]["year"]["n"] > 0


def test_what_does_not_fit_is_reported(dated_model, tmp_path):
    import shutil

    from artextract.errors import ArtExtractError

    for change in ({"edges": [1.0, 1.0]}, {"counts": []}, {"edges": "x"}):
        folder = tmp_path / "m"
        shutil.copytree(dated_model, folder, dirs_exist_ok=True)
        labels = read_json(folder / "labels.json")
        labels["numbers"]["year"] |= change
        write_json(folder / "labels.json", labels)
        with pytest.raises(ArtExtractError):
            open_model(folder)
