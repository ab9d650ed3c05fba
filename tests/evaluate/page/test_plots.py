"""The pictures are drawn whatever the numbers look like, and hold what they say."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artextract.evaluate.classification import attention, projection
from artextract.evaluate.classification.figures import attribute_figures
from artextract.evaluate.page import canvas, curves, plots
from artextract.evaluate.page.layout import NETWORK
from tests.evaluate.classification.test_figures import make, random_case


def drawn(path):
    with Image.open(path) as picture:
        picture.load()
        return picture.convert("RGB")


@pytest.mark.parametrize("classes", [2, 27, 60])
def test_confusion_of_few_and_of_many_classes(tmp_path, classes):
    rng = np.random.default_rng(0)
    confusion = rng.poisson(0.3, (classes, classes)) + np.diag(rng.integers(0, 40, classes))
    plots.plot_confusion(
        tmp_path / "c.png", confusion, [f"A class with the long name {i}" for i in range(classes)], "style"
    )
    width, height = drawn(tmp_path / "c.png").size
    assert min(width, height) > 300 and max(width, height) < 3000


def test_confusion_with_empty_classes(tmp_path):
    plots.plot_confusion(tmp_path / "c.png", np.diag([3, 0, 2]), ["a", "b", "c"], "style")
    assert drawn(tmp_path / "c.png").width > 200


@pytest.mark.parametrize("classes", [2, 5, 27])
def test_curves(tmp_path, classes):
    truth, probabilities = random_case(200, classes)
    assert curves.plot_roc(tmp_path / "roc.png", truth, probabilities, [f"c{i}" for i in range(classes)])
    curves.plot_reliability(tmp_path / "reliability.png", truth, probabilities, probabilities)
    curves.plot_risk_coverage(
        tmp_path / "risk.png", truth, {NETWORK: probabilities, "majority class": np.eye(classes)[np.zeros(200, int)]}
    )
    for name in ("roc", "reliability", "risk"):
        assert min(drawn(tmp_path / f"{name}.png").size) > 300


def test_one_row_draws_what_is_defined(tmp_path):
    truth, probabilities = np.array([0]), np.array([[0.7, 0.3]])
    assert (
        not curves.plot_roc(tmp_path / "roc.png", truth, probabilities, ["a", "b"])
        and not (tmp_path / "roc.png").exists()
    )
    curves.plot_reliability(tmp_path / "reliability.png", truth, probabilities, probabilities)
    curves.plot_risk_coverage(tmp_path / "risk.png", truth, {NETWORK: probabilities})
    assert (tmp_path / "reliability.png").exists() and (tmp_path / "risk.png").exists()


def test_training_curves_with_and_without_validation(tmp_path):
    history = pd.DataFrame({"epoch": [1, 2, 3], "train_loss": [2.0, 1.5, 1.2]})
    plots.plot_history(tmp_path / "a.png", history, 3)
    plots.plot_history(
        tmp_path / "b.png",
        history.assign(val_loss=[2.1, 1.8, 1.9], val_macro_f1_style=[0.1, 0.2, 0.3], val_macro_f1=[0.1, 0.2, 0.3]),
        2,
    )
    assert drawn(tmp_path / "a.png") != drawn(tmp_path / "b.png")


def test_the_comparison_shows_every_baseline(tmp_path):
    truth, probabilities = random_case()
    baselines = {"majority": np.eye(5)[np.zeros(300, int)], "linear_probe": probabilities, "no_rnn": probabilities}
    few = attribute_figures(make(truth, probabilities, {"majority": baselines["majority"]}))
    plots.plot_comparison(tmp_path / "few.png", {"style": few})
    plots.plot_comparison(
        tmp_path / "all.png", {"style": attribute_figures(make(truth, probabilities, baselines)), "genre": few}
    )
    for colour in canvas.SERIES[1:3]:
        rgb = [int(colour[j : j + 2], 16) for j in (1, 3, 5)]
        few, every = ((np.asarray(drawn(tmp_path / name)) == rgb).all(-1).any() for name in ("few.png", "all.png"))
        assert every and not few


def test_maps_are_the_same_each_time_and_keep_groups_apart(tmp_path):
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], 20)
    vectors = rng.normal(0, 1, (40, 30)) + 20 * truth[:, None]
    one, two = projection.project(vectors), projection.project(vectors)
    assert (one.neighbours == two.neighbours).all() and one.explained > 0.5
    for places in (one.components, one.neighbours):
        centres = places[:20].mean(0), places[20:].mean(0)
        apart = np.linalg.norm(places - centres[0], axis=1) < np.linalg.norm(places - centres[1], axis=1)
        assert (apart == (truth == 0)).all()
    projection.plot_maps(tmp_path / "maps.png", {"vectors": one}, truth, ["a", "b", "c"], "style")
    assert min(drawn(tmp_path / "maps.png").size) > 300


def test_a_sample_is_drawn_once_and_for_all():
    chosen = projection.sample(5000, 100)
    assert (chosen == projection.sample(5000, 100)).all() and len(np.unique(chosen)) == 100 and chosen.max() > 4000
    assert projection.sample(5, 100).tolist() == [0, 1, 2, 3, 4]
    assert attention.draw_rows(50, 6) == attention.draw_rows(50, 6) and len(set(attention.draw_rows(50, 6))) == 6


@pytest.mark.parametrize("size", [(90, 60), (60, 90), (64, 64)])
def test_attention_lies_where_the_network_read(size):
    """One hot cell in the middle of the right edge; the geometry is undone by the place of its centre of weight."""
    width, height = size
    heat = np.zeros((7, 7))
    heat[3, 5] = 1.0
    for geometry in ("squash", "letterbox", "crop"):
        found = attention.on_picture(heat, size, geometry)
        assert found.shape == (height, width)
        weight = np.nan_to_num(found)
        x, y = (
            (weight.sum(0) @ np.arange(width) + weight.sum() / 2) / weight.sum(),
            (weight.sum(1) @ np.arange(height) + weight.sum() / 2) / weight.sum(),
        )
        side = {"squash": width, "letterbox": max(size), "crop": min(size)}[geometry]
        assert y == pytest.approx(height / 2, abs=1) and x == pytest.approx(
            width / 2 + side * 2 / 7, abs=1.5 if geometry != "letterbox" else 4
        )
        assert np.isnan(found).any() == (geometry == "crop" and width != height)


def test_file_names_from_any_attribute():
    assert canvas.slug("school / period") == "school_period" and canvas.shortened("x" * 40, 10) == "x" * 9 + "…"


@pytest.mark.parametrize("label", ["$x^$ 100$", "a\nb\x00\u202e", "L" * 10_000])
def test_a_label_is_words_and_no_formula(tmp_path, label):
    plots.plot_confusion(tmp_path / "c.png", np.diag([3, 2]), [label, "b"], "style")
    width, height = drawn(tmp_path / "c.png").size
    assert max(width, height) < 3000
