"""What is judged, and that the figures are those of the rows judged."""

import shutil
from typing import get_type_hints

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import accuracy_score, f1_score

from artextract.errors import InputError, NothingUsableError
from artextract.evaluate.classification.classify import evaluate_model
from artextract.evaluate.classification.document import (
    AttributeFigures,
    BaselineScores,
    ClassFigures,
    Confusion,
    EvaluationDocument,
    TrainingImages,
)
from artextract.evaluate.classification.report import write_report
from artextract.files import read_json, write_json
from artextract.model.saved import open_model
from artextract.sources.folder import import_folder
from artextract.sources.sample import import_sample
from artextract.table import Paintings, read_paintings
from tests.raising import raises


@pytest.fixture(scope="module")
def at_home(trained_model):
    return evaluate_model(trained_model)


def test_at_home_the_test_rows_are_judged(at_home, trained_model, sample_collection):
    test = read_paintings(sample_collection).in_split("test")
    figures = at_home.figures
    assert figures["split"] == "test" and figures["excluded"]["total"] == 0
    known = open_model(trained_model).labels.encode(test)
    for i, name in enumerate(("style", "artist", "genre")):
        assert figures["attributes"][name]["n"] == int(np.sum(known[:, i] >= 0))
    assert read_json(trained_model / "metrics.json")["attributes"] == figures["attributes"]


def test_the_document_has_the_keys_that_are_written_down(at_home):
    figures = at_home.figures
    assert set(figures) == set(get_type_hints(EvaluationDocument)) - {"by"}
    assert set(figures["training_images"]) == set(get_type_hints(TrainingImages))
    for name, entry in figures["attributes"].items():
        by_artists = {"seen_artists", "unseen_artists", "unknown_artists"}
        assert set(entry) == set(get_type_hints(AttributeFigures)) - (by_artists if name == "artist" else set())
        assert all(set(one) == set(get_type_hints(BaselineScores)) for one in entry["baselines"].values())
        assert all(set(one) == set(get_type_hints(ClassFigures)) for one in entry["classes"])
        assert all(set(one) == set(get_type_hints(Confusion)) for one in entry["confusions"])


def test_figures_are_recomputed_by_scikit_learn(at_home):
    for name, judged in at_home.judged.items():
        entry, predicted = at_home.figures["attributes"][name], judged.probabilities.argmax(1)
        assert entry["accuracy"] == pytest.approx(accuracy_score(judged.truth, predicted))
        assert entry["macro_f1"] == pytest.approx(f1_score(judged.truth, predicted, average="macro"))
        for kind, values in judged.baselines.items():
            assert len(values) == len(judged.truth)
            assert entry["baselines"][kind]["accuracy"] == pytest.approx(accuracy_score(judged.truth, values.argmax(1)))
        assert sum(c["n"] for c in entry["classes"]) == entry["n"]


def test_the_majority_is_that_of_the_training_rows(at_home, trained_model):
    counts = open_model(trained_model).labels.counts
    for name, judged in at_home.judged.items():
        assert set(judged.baselines["majority"].argmax(1)) == {int(np.argmax(counts[name]))}


def test_elsewhere_what_it_was_trained_on_is_left_out(trained_model, sample_collection, tmp_path, quick_pictures):
    """A collection of the same files, some rescaled, and of new ones: only the new ones are judged."""
    table = read_paintings(sample_collection)
    images = tmp_path / "images"
    images.mkdir()
    lines = ["path,style,artist,genre"]
    chosen = [i for i, split in enumerate(table.column("split")) if split == "train"][:8]
    for n, i in enumerate(chosen):
        path = table.image_paths()[i]
        record = table.record(i)
        if n % 2:
            shutil.copy(path, images / f"old{n}.jpg")
        else:
            picture = Image.open(path)
            picture.resize((picture.width * 3 // 4, picture.height * 3 // 4)).save(images / f"old{n}.jpg", quality=90)
        lines.append(f"old{n}.jpg,{record['style']},{record['artist']},")
    new = import_sample(tmp_path / "new", count=6, seed=77).paintings
    for n, path in enumerate(new.image_paths()):
        shutil.copy(path, images / f"new{n}.jpg")
        lines.append(f"new{n}.jpg,{new.record(n)['style']},Nobody Known,")
    (images / "labels.csv").write_text("\n".join(lines))
    import_folder(images, tmp_path / "other")
    evaluation = evaluate_model(trained_model, tmp_path / "other")
    figures = evaluation.figures
    assert (
        figures["split"] == "all"
        and figures["excluded"]["same_content"] == 4
        and figures["excluded"]["near_duplicate"] == 4
    )
    assert figures["attributes"]["style"]["n"] == 6 and figures["attributes"]["style"]["coverage"] == 1.0
    artist = figures["attributes"]["artist"]
    assert (artist["n"], artist["labelled"], artist["coverage"], artist["accuracy"]) == (0, 6, 0.0, None)
    assert figures["attributes"]["genre"]["labelled"] == 0
    assert len(evaluation.warnings) == 1 and "artist" in evaluation.warnings[0]
    page = write_report(trained_model, evaluation, tmp_path / "report")
    assert "No judged painting" in page.read_text()


def test_nothing_to_judge(trained_model, sample_collection, tmp_path):
    table = read_paintings(sample_collection)
    seen = table.in_split("train").rows([0, 1])
    Paintings(seen.frame.assign(path=[str(p) for p in seen.image_paths()]), tmp_path).write()
    with raises(NothingUsableError, "nothing-to-judge", "2"):
        evaluate_model(trained_model, tmp_path)
    with raises(InputError, "unknown-split", "dev"):
        evaluate_model(trained_model, split="dev")


def test_elsewhere_no_split_brings_the_training_rows_back(trained_model, sample_collection, tmp_path):
    table = read_paintings(sample_collection)
    chosen = [
        *np.flatnonzero(table.column("split") == "train")[:5],
        *np.flatnonzero(table.column("split") == "test")[:5],
    ]
    some = table.rows(chosen)
    Paintings(some.frame.assign(path=[str(p) for p in some.image_paths()], split="train"), tmp_path).write()
    figures = evaluate_model(trained_model, tmp_path, split="train").figures
    assert figures["excluded"]["same_content"] == 5 and figures["attributes"]["style"]["n"] == 5


def test_the_splits_of_the_training_count_not_those_of_the_table(trained_model, sample_collection, tmp_path):
    """The collection's own split says otherwise by now: the split of the training is judged."""
    model = tmp_path / "model"
    shutil.copytree(trained_model, model)
    stored = open_model(model).splits()
    chosen = stored["id"][stored["split"] == "test"].tolist()[:7]
    stored.assign(
        split=[
            "test" if key in chosen else None if side == "test" else side
            for key, side in zip(stored["id"], stored["split"], strict=False)
        ]
    ).to_parquet(model / "splits.parquet")
    evaluation = evaluate_model(model, sample_collection)
    assert sorted(evaluation.rows.ids) == sorted(chosen) and evaluation.figures["split"] == "test"


def test_artists_seen_and_never_seen(trained_model, tmp_path):
    """Of the test artists one is said to be known from training, one from validation alone, the others not; paintings
    of the second and those without an artist are in neither group."""
    model = tmp_path / "model"
    shutil.copytree(trained_model, model)
    test = read_paintings(open_model(model).config["collection"]["path"]).in_split("test")
    artists = test.keys("artist")
    known = next(key for key in artists if key)
    frame = open_model(model).trained_on()
    validated = next(key for key in artists if key and key != known)
    one = {"split": ["train", "val"] + ["train"] * (len(frame) - 2), "artist": [known, validated]}
    frame.assign(**one | {"artist": [*one["artist"], *[None] * (len(frame) - 2)]}).to_parquet(
        model / "trained_on.parquet"
    )
    figures = evaluate_model(model, by="style").figures
    entry = figures["attributes"]["style"]
    labelled = test.keys("style") != None  # noqa: E711 - elementwise
    assert entry["seen_artists"]["n"] == int(np.sum((artists == known) & labelled))
    assert entry["seen_artists"]["n"] + entry["unseen_artists"]["n"] + entry["unknown_artists"] == entry["n"]
    neither = (artists == validated) | (artists == None)  # noqa: E711 - elementwise
    assert entry["unknown_artists"] == int(np.sum(neither & labelled))
    by_style = {one["value"]: one["all"] for one in figures["by"]["attributes"]["style"]}
    recalls = {one["label"]: one["recall"] for one in entry["classes"] if one["n"]}
    assert {name: one["accuracy"] for name, one in by_style.items()} == pytest.approx(recalls)
    frame.drop(columns="artist").to_parquet(model / "trained_on.parquet")
    assert "seen_artists" not in evaluate_model(model).figures["attributes"]["style"]


def test_where_artists_are_kept_apart_their_labels_are_no_warning(trained_model, sample_collection, tmp_path):
    model = tmp_path / "model"
    shutil.copytree(trained_model, model)
    table = read_paintings(sample_collection)
    strangers = table.frame.assign(artist=[f"Stranger {i}" for i in range(len(table))])
    Paintings(strangers.assign(path=[str(p) for p in table.image_paths()]), tmp_path).write()
    assert any("artist" in text for text in evaluate_model(model, tmp_path).warnings)
    config = read_json(model / "config.json")
    write_json(model / "config.json", config | {"split": {"protocol": "artist-disjoint", "seed": 0}})
    evaluation = evaluate_model(model, tmp_path)
    assert evaluation.figures["attributes"]["artist"]["n"] == 0 and not any(
        "artist" in text for text in evaluation.warnings
    )


def test_every_network_of_the_folder_is_judged_on_the_same_rows(at_home, trained_model):
    networks = set(open_model(trained_model).networks) - {"model"}
    for name, judged in at_home.judged.items():
        assert set(judged.baselines) == {"majority", "linear_probe"} | networks
        for kind, values in judged.baselines.items():
            assert values.shape == judged.probabilities.shape and values.sum(1) == pytest.approx(1, abs=1e-4)
            difference = at_home.figures["attributes"][name]["baselines"][kind]["difference"]["accuracy"]
            right, theirs = (values.argmax(1) == judged.truth for values in (judged.probabilities, values))
            assert difference["value"] == pytest.approx(right.mean() - theirs.mean())
            assert difference["ci"][0] <= difference["value"] <= difference["ci"][1]
