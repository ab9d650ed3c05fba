"""Several labels a painting are learned, answered, judged, filtered by and counted."""

import numpy as np
import pytest

from artextract.evaluate.classification.classify import evaluate_model
from artextract.metrics.several import several_summary
from artextract.model.cnn_rnn import CNNRNNModel
from artextract.model.predictor import Predictor
from artextract.model.saved import open_model
from artextract.search.asking.filters import mask
from artextract.search.lists.facets import Facets
from artextract.table import Paintings, read_paintings
from artextract.train.options import TrainOptions
from artextract.train.run import train_model
from artextract.train.running import LabelOptions


@pytest.fixture(scope="module")
def tagged(sample_collection, trained_model, tmp_path_factory):
    """The drawn paintings, of which one column says genre and style together, and a model that learned both kinds."""
    folder = tmp_path_factory.mktemp("tagged")
    table = read_paintings(sample_collection)
    lists = [
        [label for label in pair if label is not None] or None
        for pair in zip(table.column("genre"), table.column("style"), strict=True)
    ]
    lists[0] = None
    frame = table.frame.assign(
        path=[str(path) for path in table.image_paths()], tags=[one and one[0] for one in lists], tags_all=lists
    )
    Paintings(frame, folder / "c", ("tags", "genre", "artist")).write()
    (folder / "c" / "features").symlink_to(sample_collection / "features")
    options = TrainOptions(epochs=6, width=32, hidden=16, batch_size=16, average=0.8)
    train_model(
        folder / "c",
        folder / "m",
        labels=LabelOptions(attributes=("tags", "genre")),
        baselines=("linear_head",),
        options=options,
    )
    return folder / "c", folder / "m"


def test_a_model_keeps_classes_and_thresholds(tagged):
    model = open_model(tagged[1])
    one = model.labels.several["tags"]
    assert model.labels.kinds == {"genre": "label", "tags": "labels"} and "val_map_tags" in model.history()
    assert len(model.config["several"]["tags"]["thresholds"]) == len(one.classes) == len(one.counts)
    assert model.config["network"]["several"] == ["tags"]


def test_it_answers_with_a_probability_for_each_label(tagged):
    paths = read_paintings(tagged[0]).in_split("test").image_paths()[:3]
    predictor, model = Predictor.open(tagged[1]), CNNRNNModel.open(tagged[1])
    answers = predictor.predict(paths, lambda place, reason: None, top=50)
    for answer, other in zip(answers, model.predict(paths)["tags"], strict=True):
        ranked = {entry["label"]: entry["probability"] for entry in answer["attributes"]["tags"]}
        classes = predictor.model.labels.several["tags"].classes
        assert list(ranked.values()) == pytest.approx(np.sort(other)[::-1], abs=0.05)
        limits = dict(zip(classes, predictor.model.config["several"]["tags"]["thresholds"], strict=True))
        said = [{"label": name, "probability": value} for name, value in ranked.items() if value >= limits[name]]
        assert answer["several"]["tags"] == said
        assert ("tags" in answer["unsure"]) == (not answer["several"]["tags"])


def test_it_is_judged_against_the_prior(tagged):
    evaluation = evaluate_model(tagged[1])
    entry, judged = evaluation.figures["several"]["tags"], evaluation.several["tags"]
    assert list(evaluation.figures["attributes"]) == ["genre"]
    assert list(entry["baselines"]) == ["prior", "linear_head"]
    expected = several_summary(judged.truth, judged.network.probabilities, judged.network.said)
    assert {name: entry[name] for name in expected} == expected
    shares = judged.truth.mean(0)
    shown = shares > 0
    assert entry["baselines"]["prior"]["macro_f1"] == pytest.approx((2 * shares / (1 + shares)).mean())
    assert entry["map"] > entry["baselines"]["prior"]["map"] == pytest.approx(shares[shown].mean())
    assert "several a painting" in (tagged[1] / "README.md").read_text(encoding="utf-8")


def test_filters_and_facets_meet_every_label(tagged):
    table = read_paintings(tagged[0])
    lists = table.all_labels("tags")
    style = lists[5][-1]
    wanted = np.array([one is not None and style in one for one in lists])
    assert (mask(table, [f"tags={style}"]) == wanted).all() and (mask(table, [f"tags!={style}"]) == ~wanted).all()
    assert (mask(table, [f"tags~{style[:5]}"]) >= wanted).all()
    (facet,) = [
        one
        for one in Facets(table).under(lambda where, text: mask(table, where), [f"tags={style}"]).labels
        if one.column == "tags"
    ]
    counts = dict(facet.values)
    assert counts[style] == wanted.sum() and counts[None] == sum(one is None for one in lists)
