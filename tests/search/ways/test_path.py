"""A path through an indexed collection: that it leads from one to the other, is explained, and is refused in words."""

import json

import pytest
from PIL import Image

from artextract.app.cli import main
from artextract.errors import InputError
from artextract.search.asking.engine import SearchEngine
from artextract.search.ways.path import find_path, make_ground, path_between
from tests.raising import raises


@pytest.fixture(scope="module")
def engine(indexed_collection):
    return SearchEngine.open(indexed_collection)


def test_it_leads_there_by_steps_that_are_explained(engine):
    ground = make_ground(engine, {"palette": 1.0})
    found = find_path(engine, "p00", "p18", ground)
    ids = [stop.id for stop in found.stops]
    assert ids[0] == "p00" and ids[-1] == "p18" and len(set(ids)) == len(ids) == len(found.steps) + 1
    assert found.weights == {"palette": 1.0} and found.paintings == 24
    for step, first, second in zip(found.steps, ids, ids[1:], strict=False):
        hits = engine.search(first, 23, {"palette": 1.0}, metric="cosine").hits
        score = next(hit.score for hit in hits if hit.id == second)
        assert (step.first, step.second) == (first, second) and step.score == pytest.approx(score, abs=1e-4)
        assert step.features[0]["name"] == "palette" and step.features[0]["sentence"] and step.summary
    back = find_path(engine, "p18", "p00", ground)
    assert [stop.id for stop in back.stops] == ids[::-1]


def test_filters_hold_for_what_lies_between(engine):
    found = path_between(engine, "p00", "p18", where=["genre=bands"])
    genres = [stop.labels["genre"] for stop in found.stops[1:-1]]
    assert set(genres) <= {"bands"} and found.where == ["genre=bands"]
    assert found.paintings < 24


def test_what_has_no_path_is_said(engine):
    with raises(InputError, "one-painting"):
        path_between(engine, "p00", "p00")
    with raises(InputError, "unknown-painting", "nobody"):
        path_between(engine, "p00", "nobody")
    with raises(InputError, "feature-not-indexed", "light"):
        path_between(engine, "p00", "p01", {"light": 1.0})
    with raises(InputError, "not-on-the-path", "p18"):
        find_path(engine, "p00", "p18", make_ground(engine, where=["year<1820"]))


def test_the_command_draws_it(indexed_collection, tmp_path, capsys):
    arguments = ["path", str(indexed_collection), "p00", "p18", "--sheet", str(tmp_path / "path.png")]
    assert main([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["stops"][0]["id"] == "p00" and document["sheet"].endswith("path.png")
    assert Image.open(tmp_path / "path.png").width > 700
    assert main(arguments[:-2]) == 0
    said = capsys.readouterr().out
    assert "among 24 paintings" in said and document["steps"][0]["summary"] in said
    assert main([*arguments[:-1], str(tmp_path / "path.txt")]) == 2


def test_the_command_takes_a_named_mix_and_the_beginning_of_an_id(indexed_collection, capsys):
    arguments = ["path", str(indexed_collection), "p00", "p18", "--json"]
    assert main([*arguments, "--mix", "colours"]) == 0
    assert set(json.loads(capsys.readouterr().out)["weights"]) == {"palette"}
    assert main([*arguments, "--mix", "no-such"]) == 2 and "unknown-mix" in capsys.readouterr().out
    assert (
        main(["path", str(indexed_collection), "p0", "p18"]) == 2
        and "10 ids begin with 'p0'" in capsys.readouterr().err
    )
    assert main([*arguments, "--open"]) == 2 and "no sheet to open" in capsys.readouterr().out
