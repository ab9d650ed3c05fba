"""The starter model that is shipped: whole, small, honest about its rights, and answering offline."""

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from artextract.files import read_json
from artextract.model.checking import model_damage
from artextract.model.predictor import Predictor
from artextract.model.saved import ANSWER_SETS_FILE, CLASSES_FILE, CONFIG_FILE, NOVELTY_FILE, open_model
from artextract.model.starter import starter_folder
from artextract.sources.drawing import draw_painting


@pytest.fixture(scope="module")
def painting(tmp_path_factory):
    path = tmp_path_factory.mktemp("starter") / "painting.png"
    drawn = draw_painting(5, 0)
    getattr(drawn, "image", drawn).save(path)
    return path


def test_it_is_whole_small_and_says_where_it_comes_from():
    folder = starter_folder()
    model = open_model(folder)
    assert {"style", "genre", "artist"} == set(model.labels.classes) and {"year"} == set(model.labels.numbers)
    assert sum(file.stat().st_size for file in folder.iterdir()) < 17e6
    assert model_damage(folder) == {}
    for name in (ANSWER_SETS_FILE, NOVELTY_FILE, CLASSES_FILE):
        assert (folder / name).is_file()
    card, licence = (folder / "README.md").read_text(encoding="utf-8"), (folder / "LICENSE").read_text(encoding="utf-8")
    for text in (card, licence):
        assert "WikiArt" in text and "non-commercial" in text
    assert all(0 < threshold < 1 for threshold in model.config["sure_from"].values())


def test_nothing_in_it_names_the_machine_it_was_made_on():
    for file in starter_folder().iterdir():
        if file.suffix in (".json", ".md", ".csv", ""):
            text = file.read_text(encoding="utf-8")
            assert "/work" not in text and "/tmp" not in text and "/home" not in text, file.name


def test_it_answers_without_torch_and_without_a_model_being_named(painting):
    Predictor.open().predict([painting], on_error=print)  # exported once, with torch
    code = (
        "import sys, json; from artextract.app.cli import main; code = main(['predict', sys.argv[1], '--json']);"
        "assert 'torch' not in sys.modules; sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(painting)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (answer,) = json.loads(done.stdout)
    assert set(answer["attributes"]) == {"style", "genre", "artist"} and set(answer["numbers"]) == {"year"}
    assert set(answer["unsure"]) <= {*answer["attributes"], "year"}
    for name, ranked in answer["attributes"].items():
        probabilities = [entry["probability"] for entry in ranked]
        assert probabilities == sorted(probabilities, reverse=True) and 0 < sum(probabilities) <= 1 + 1e-6
        threshold = read_json(starter_folder() / CONFIG_FILE)["sure_from"][name]
        assert (name in answer["unsure"]) == (probabilities[0] < threshold)


def test_noise_is_no_painting_that_it_is_sure_of(tmp_path):
    random = np.random.default_rng(0)
    paths = []
    for number in range(8):
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(random.integers(0, 256, (200, 200, 3), dtype=np.uint8)).save(paths[-1])
    answers = Predictor.open().predict(paths, on_error=print)
    assert all("artist" in answer["unsure"] for answer in answers)


def test_real_paintings_are_named_better_than_by_chance(wikiart_data):
    """A sanity check only: some of these were in the training. The figures of the card come from its test split."""
    model = Predictor.open()
    paths = sorted(wikiart_data.glob("images/Ukiyo_e/*.jpg"))[:20]
    answers = model.predict(paths, on_error=print)
    assert np.mean([answer["attributes"]["style"][0]["label"] == "Ukiyo e" for answer in answers]) > 0.5


def test_a_year_is_unsure_where_no_painting_of_the_style_carried_one(masters_data):
    """Of Early Renaissance no training painting has a year, of Impressionism many have."""
    model = Predictor.open()
    shares = model.model.config["numbers"]["year"]["carried"]["style"]
    by_style = dict(zip(model.model.labels.classes["style"], shares, strict=True))
    assert by_style["Early Renaissance"] == 0 and by_style["Impressionism"] > 0.4
    names = ("Early_Renaissance/Sandro_Botticelli_72.jpg", "Impressionism/alfred-sisley_the-moret-bridge-1892.jpg")
    answers = model.predict([masters_data / "images" / name for name in names], on_error=print)
    assert [answer["attributes"]["style"][0]["label"] for answer in answers] == ["Early Renaissance", "Impressionism"]
    assert ["year" in answer["unsure"] for answer in answers] == [True, False]
