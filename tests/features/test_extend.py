"""What docs/extend.md promises: a feature is one file and one line, and is then indexed, searched, explained and shown
by its own words and colour; the other examples of that page run too."""

import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from fastapi.testclient import TestClient

import artextract.backbones
import artextract.features
from artextract.app.api import create_app
from artextract.images import open_image
from artextract.index import create_index, open_index
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from artextract.search.reasons.match import explain_match
from artextract.search.reasons.overlays import overlays_of
from artextract.table import read_paintings
from tests.conftest import paint, write_collection

PAGE = Path(__file__).resolve().parents[2] / "docs" / "extend.md"


def code_of(title: str) -> list[str]:
    """The blocks of code below a heading of the page."""
    part = re.split("^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (text,) = [text for text in part if text.startswith(f"{title}\n")]
    return re.findall("```python\n(.*?)```", text, re.DOTALL)


def entry(line: str, module: ModuleType) -> dict:
    """The line of a dictionary of a module."""
    return eval(f"{{{line}}}", vars(module))


@pytest.fixture
def tones(monkeypatch):
    """The feature of the page, as if its file and its line were there."""
    file, line = code_of("A feature")
    module = ModuleType("artextract.features.tones")
    exec(file, vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for name, factory in entry(line, artextract.features).items():
        monkeypatch.setitem(artextract.features.FEATURES, name, factory)
    return artextract.features.get_feature("tones")


@pytest.fixture
def collection(tones, tmp_path):
    images = [paint(scheme, layout, 3) for layout in ("bands", "discs") for scheme in ("red", "green", "blue")]
    folder = write_collection(tmp_path / "c", images)
    report = build_index(folder, features=("palette", "tones"))
    assert report.features == {"palette": "1", "tones": "1"} and report.without["tones"] == 0
    return folder


def test_a_feature_is_one_file_and_one_line(tones, collection):
    engine = SearchEngine.open(collection)
    assert engine.index.space("tones").name == "centred"
    hit = engine.search("p00", k=1, weights={"tones": 1}).hits[0]
    assert hit.features.keys() >= {"tones"} and hit.score == pytest.approx(hit.features["tones"])
    answer = explain_match(engine, "p00", hit.id, weights={"tones": 1})
    assert "their sequence of tones" in answer.summary and "The lightest part of each lies" in answer.summary
    assert answer.features[0].description == tones.description
    assert "tones" not in overlays_of(engine), "it draws nothing"


def test_its_colour_and_presets_are_reported_to_the_page(collection):
    with TestClient(create_app(collection), base_url="http://localhost") as client:
        answer = client.get("/api/collection").json()
    facts = {feature["name"]: feature for feature in answer["features"]}
    assert facts["tones"]["colour"] == {"light": "#2f7f9e", "dark": "#7cc4de"}
    assert [(preset["name"], preset["weights"]) for preset in answer["presets"]] == [
        ("same colours", {"palette": 100}),
        ("same composition", {"tones": 50}),
    ]


def test_it_keeps_the_contract(tones, tmp_path):
    paint("red", "discs", 1).save(tmp_path / "a.png")
    ((positions, vectors),) = tones.extract([tmp_path / "a.png"], pytest.fail)
    assert list(positions) == [0] and vectors.shape == (1, tones.dim) and vectors.dtype == np.float32
    assert np.array_equal(tones.vector(open_image(tmp_path / "a.png")), vectors[0])
    assert tones.sketch(paint("red", "discs", 1)).size == (160, 120)


def test_a_backbone_is_a_row(monkeypatch):
    (line,) = code_of("A backbone")
    for name, row in entry(line, artextract.backbones).items():
        monkeypatch.setitem(artextract.backbones.REGISTRY, name, row)
    assert artextract.backbones.list_backbones()[-1]["name"] == "resnet34"


def test_a_source_is_a_file(tmp_path):
    (file,) = code_of("A source")
    module = ModuleType("listed")
    exec(file, vars(module))
    for number, scheme in enumerate(("red", "blue")):
        paint(scheme, "discs", number).save(tmp_path / f"{number}.png")
    (tmp_path / "list.csv").write_text("path,title,artist\n0.png,One,Anna\n1.png,Two,Berta\n", encoding="utf-8")
    module.import_listed(tmp_path / "list.csv", tmp_path / "c")
    paintings = read_paintings(tmp_path / "c")
    assert sorted(paintings.column("artist")) == ["Anna", "Berta"] and paintings.labels == ("artist",)


def test_a_store_is_held_to_the_contract(tmp_path):
    (file,) = code_of("A store of vectors")
    module = ModuleType("test_my_store")
    module.MyStore = SimpleNamespace(create=create_index, open=open_index)
    exec(file, vars(module))
    module.TestMyStore().test_it_tells_what_it_was_made_of(tmp_path / "index")
