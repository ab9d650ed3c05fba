"""The model card says what was measured, and nothing else."""

import shutil
from dataclasses import replace

import pytest

from artextract.evaluate.classification.card import _card, write_card
from artextract.evaluate.classification.caveats import caveats
from artextract.evaluate.classification.classify import evaluate_model
from artextract.files import read_json, write_json
from artextract.model.saved import open_model


@pytest.fixture
def model(trained_model, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(trained_model, folder)
    (folder / "metrics.json").unlink(missing_ok=True)
    return folder


def test_before_anything_was_judged(model):
    text = write_card(model).read_text()
    config = read_json(model / "config.json")
    assert "Not judged yet" in text and "accuracy" not in text
    assert config["backbone"]["licence"] in text and all(right in text for right in config["rights"])
    assert config["collection"]["path"] not in text, "the card travels, the path does not"


def test_judging_writes_the_figures(model):
    figures = evaluate_model(model).figures["attributes"]
    text = (model / "README.md").read_text()
    assert "Not judged yet" not in text
    for name, entry in figures.items():
        assert f"### {name}" in text
        low, high = entry["ci"]["macro_f1"]
        assert f"{entry['macro_f1']:.3f} [{low:.3f}, {high:.3f}]" in text
        value = entry["baselines"]["linear_probe"]["difference"]["accuracy"]["value"]
        assert f"{value:+.3f}" in text
        if entry["confusions"]:
            worst = entry["confusions"][0]
            assert f"{worst['true']} taken for {worst['predicted']} ({worst['n']}" in text
    assert "None" not in text and "nan" not in text


def entry_of(figures, **changes):
    return {"attributes": {"style": figures["attributes"]["style"] | changes}, "training_images": None}


def test_weaknesses_follow_from_the_figures(model):
    saved, figures = open_model(model), evaluate_model(model).figures

    def said(**changes):
        return " ".join(text for text in caveats(saved, entry_of(figures, **changes)) if text.startswith("style"))

    classes = [c | {"few": False, "predicted": 3} for c in figures["attributes"]["style"]["classes"]]
    clear = {
        key: entry | {"difference": {m: {"value": 0.1, "ci": [0.05, 0.15]} for m in ("accuracy", "macro_f1")}}
        for key, entry in figures["attributes"]["style"]["baselines"].items()
    }
    good = {
        "classes": classes,
        "baselines": clear,
        "coverage": 1.0,
        "ece": 0.01,
        "seen_artists": None,
        "unseen_artists": None,
    }
    plain = said(**good)
    for word in ("never predicted", "not clearly better", "knows only", "confidence", "artists"):
        assert word not in plain
    assert "never predicted" in said(**good | {"classes": [c | {"predicted": 0} for c in classes]})
    beaten = {
        key: entry | {"difference": {m: {"value": -0.1, "ci": [-0.2, -0.01]} for m in ("accuracy", "macro_f1")}}
        for key, entry in clear.items()
    }
    assert "not clearly better" in said(**good | {"baselines": beaten})
    assert "knows only 50%" in said(**good | {"coverage": 0.5})
    assert "off by 0.200" in said(**good | {"ece": 0.2})
    seen, unseen = ({"n": n, "accuracy": value, "ci": None} for n, value in ((500, 0.8), (60, 0.4)))
    assert "0.800 on 500" in said(**good | {"seen_artists": seen, "unseen_artists": unseen})
    assert "too few" in said(**good | {"seen_artists": seen, "unseen_artists": unseen | {"n": 3}})


def test_split_and_sizes_are_named(model):
    config = read_json(model / "config.json")
    config |= {"split": {"protocol": "artist-disjoint"}, "image_sides": [100, 168, 300]}
    write_json(model / "config.json", config)
    text = write_card(model).read_text()
    assert "artist-disjoint" in text and "both sides of the split" not in text and "168 pixels" in text


def test_labels_are_words_and_no_markdown(model):
    """What a curator wrote ends no cell of a table, opens no link and no HTML."""
    labels = read_json(model / "labels.json")
    name = next(iter(labels["classes"]))
    labels["classes"][name][0] = "a|b\n# c <img src=x> [d](http://e) \u202e" + "f" * 10_000
    text = _card_of(model, labels)
    line = next(line for line in text.splitlines() if "a\\|b" in line or "b # c" in line)
    assert "\\<img src=x\\>" in line and "\\[d\\](" in line and "\u202e" not in text
    assert max(map(len, text.splitlines())) < 5000 and "\n# c" not in text


def _card_of(model, labels):
    """The card of a model whose labels are these."""
    opened = open_model(model)
    changed = replace(
        opened.labels,
        classes=labels["classes"],
        counts={n: [1] + [9] * (len(c) - 1) for n, c in labels["classes"].items()},
    )
    return _card(replace(opened, labels=changed), None)
