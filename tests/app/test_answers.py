"""What a model answers, in the words that people read."""

from artextract.app.answers import answer_lines, classes_document, classes_text, predictions
from artextract.model.label_map import LabelMap

KNOWN = {"style": 17, "artist": 42}


def ranked(*pairs):
    return [{"label": label, "probability": share} for label, share in pairs]


ANSWER = {
    "path": "a.jpg",
    "attributes": {
        "style": ranked(("Rococo", 0.48), ("Baroque", 0.2)),
        "artist": ranked(("Claude Monet", 0.3), ("Sisley", 0.1)),
    },
    "unsure": ["style", "artist"],
    "sets": {"style": {"labels": ["Rococo", "Baroque"], "coverage": 0.9}},
    "novelty": {"style": {"score": 0.4, "new": False}, "artist": {"score": 0.99, "new": True}},
}


def lines(everything=False, **changed):
    return answer_lines(ANSWER | changed, KNOWN, everything)


def test_doubt_is_marked_and_useless_guesses_are_hidden():
    assert lines() == [
        "  style   Rococo? 48% (unsure), Baroque 20%",
        "          in 90% of cases: Rococo or Baroque",
        "  artist  probably none of the 42 painters the model knows",
    ]
    assert lines(novelty={})[-1] == "  artist  one of the 42 painters the model knows, or another: it cannot tell"
    assert lines(novelty={}, unsure=[])[-1] == "  artist  Claude Monet 30%, Sisley 10%"


def test_guesses_are_shown_where_they_are_asked_for():
    assert lines(everything=True)[-1] == (
        "  artist  probably none of the 42 painters the model knows; nearest Claude Monet? 30% (unsure), Sisley 10%"
    )
    new = {"style": {"score": 1.0, "new": True}}
    assert lines(novelty=new)[0] == (
        "  style   probably none of the 17 styles the model knows; nearest Rococo? 48% (unsure), Baroque 20%"
    )


def test_a_model_without_doubts_answers_as_before():
    assert lines(sets={}, novelty={}, unsure=[]) == [
        "  style   Rococo 48%, Baroque 20%",
        "  artist  Claude Monet 30%, Sisley 10%",
    ]
    assert predictions([ANSWER], KNOWN).splitlines()[0] == "a.jpg"


def test_a_number_that_few_such_paintings_carried_is_marked():
    years = {"year": {"median": 1759.0, "low": 1622.0, "high": 1852.0, "coverage": 0.8}}
    assert lines(numbers=years)[-1] == "  year    about 1759 (1622 to 1852)"
    assert lines(numbers=years, unsure=["year"])[-1] == (
        "  year    about 1759? (1622 to 1852) (unsure: few paintings of such kinds that it learned from have one)"
    )
    table = predictions([ANSWER | {"numbers": years, "unsure": ["year"]}, ANSWER], KNOWN)
    assert "about 1759? (1622 to 1852) (unsure)" in table


def test_a_long_set_is_reported_by_its_size():
    labels = [f"Style {number}" for number in range(9)]
    printed = lines(sets={"style": {"labels": labels, "coverage": 0.95}})
    assert printed[1] == "          in 95% of cases: one of 9 of the 17 styles"


def test_the_classes_that_a_model_knows():
    document = classes_document("m", LabelMap({"style": ["Fauvism", "Cubism"]}, {"style": [3, 41]}))
    assert document["attributes"] == {"style": [{"label": "Fauvism", "trained": 3}, {"label": "Cubism", "trained": 41}]}
    assert "style (2 classes)" in classes_text(document) and "41" in classes_text(document)
