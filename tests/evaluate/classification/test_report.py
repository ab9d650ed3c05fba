"""The page: one file with everything in it."""

import re
import shutil

import pytest
from PIL import Image

from artextract.errors import InputError
from artextract.evaluate.classification.classify import evaluate_model
from artextract.evaluate.classification.report import write_report
from artextract.evaluate.page import html as page
from artextract.files import read_json, write_json
from tests.raising import raises


@pytest.fixture(scope="module")
def judged(trained_model, tmp_path_factory):
    """A copy of the model, so that the pictures laid into its folder stay here."""
    folder = tmp_path_factory.mktemp("judged") / "model"
    shutil.copytree(trained_model, folder)
    return folder, evaluate_model(folder)


def test_everything_is_in_one_page(judged):
    folder, evaluation = judged
    path = write_report(folder, evaluation)
    text = path.read_text()
    assert path == folder / "report" / "index.html" and path.stat().st_size < 6_000_000
    assert not re.search(r'(src|href)="(?!data:|#)', text), "something would be loaded from elsewhere"
    names = {picture.name for picture in path.parent.glob("*.*g")}
    wanted = {"training.png", "comparison.png", "attention.jpg"}
    for kind in ("confusion", "roc", "reliability", "risk"):
        wanted |= {f"{kind}-{attribute}.png" for attribute in ("style", "artist", "genre")}
    assert wanted <= names and text.count("<img") == len(names)
    for attribute in evaluation.figures["attributes"].values():
        for measure in ("accuracy", "macro_f1", "roc_auc", "aurc"):
            assert f"{attribute[measure]:.3f}" in text
        for baseline in attribute["baselines"].values():
            assert f"{baseline['difference']['macro_f1']['value']:+.3f}" in text
    anchors = set(re.findall(r' id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= anchors


def test_models_are_compared(judged, tmp_path, quick_pictures):
    folder, evaluation = judged
    other = tmp_path / "other"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("report"))
    config, metrics = read_json(other / "config.json"), read_json(other / "metrics.json")
    config["split"] = {"protocol": "artist-disjoint", "seed": 0}
    metrics["attributes"]["style"]["accuracy"] = 0.123456
    write_json(other / "config.json", config)
    write_json(other / "metrics.json", metrics)
    text = write_report(folder, evaluation, tmp_path / "report", compared_with=[other]).read_text()
    assert "artist-disjoint" in text and "0.123" in text
    (other / "metrics.json").unlink()
    with raises(InputError, "model-not-evaluated"):
        write_report(folder, evaluation, tmp_path / "report", compared_with=[other])


def test_outliers_find_their_place(judged, tmp_path, quick_pictures):
    folder, evaluation = judged
    (tmp_path / "out").mkdir()
    Image.new("RGB", (40, 40), "red").save(tmp_path / "out" / "outliers-style.png")
    text = write_report(folder, evaluation, tmp_path / "out").read_text()
    assert "Paintings that do not fit" in text and text.count("<img") == len(list((tmp_path / "out").glob("*.*g")))


def test_names_are_escaped():
    assert "<b>" not in page.heading("<b>", '"><b>') + page.paragraph("<b>") + page.table(
        ["<b>"], [["<b> [<b>]"]]
    ) + page.bullets(["<b>"])
    assert page.table(["a"], [["0.5 [0.4, 0.6]"]]).count("<small>[0.4, 0.6]</small>") == 1
