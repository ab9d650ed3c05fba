"""The queue: planted wrong labels stand at its head, with evidence that holds."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from artextract.app.commands import review
from artextract.app.commands.common import Parser
from artextract.errors import InputError, NothingUsableError
from artextract.evaluate.outliers.find import find_outliers
from artextract.review import suspects
from artextract.review.queue import Suspect, attributes, can_review, expected_share, kept_file, kept_suspects
from artextract.review.suspects import find_suspects
from artextract.search.asking.engine import SearchEngine
from tests.raising import raises
from tests.review.museum import TRUE


@pytest.fixture(scope="module")
def found(engine, predictor):
    return find_suspects(engine, predictor, "style")


def test_wrong_labels_come_first_with_the_true_one_suggested(found):
    head = {suspect.id: suspect.suggested for suspect in found.suspects[: len(TRUE)] if suspect.id in TRUE}
    assert len(head) >= 2 and head.items() <= TRUE.items(), "by chance 0.2 of the three would be"
    assert (
        found.judged == 48
        and 0.5 < found.right < 1
        and found.found == len(found.suspects)
        and found.unknown == found.not_judged == 0
    )


def test_the_judgement_is_that_of_the_outliers(engine, predictor, doubtful, tmp_path):
    """Order, probabilities and suggestions, once the vectors of the model's backbone are stored."""
    folder = shutil.copytree(doubtful, tmp_path / "copy")
    figures = find_outliers(predictor.model.folder, folder, "style", k=1000).figures
    found = find_suspects(SearchEngine.open(folder), predictor, "style")
    assert "backbone" in found.vectors
    there = {entry["id"]: entry for entry in figures["outliers"]}
    assert found.right == pytest.approx(figures["out_of_fold_accuracy"])
    order = [entry["id"] for entry in figures["outliers"] if entry["id"] in {suspect.id for suspect in found.suspects}]
    assert [suspect.id for suspect in found.suspects] == order
    for suspect in found.suspects:
        entry = there[suspect.id]
        assert suspect.label == entry["label"] and suspect.label_probability == pytest.approx(
            entry["label_probability"]
        )
        assert suspect.suggested == (entry["suggested"] if entry["suggested"] != entry["label"] else None)
    assert {i for i, entry in there.items() if entry["suggested"] != entry["label"]} <= {
        suspect.id for suspect in found.suspects
    }


def test_it_begins_with_what_is_probably_wrong_and_leaves_the_rest_until_asked_for(found):
    shown = found.shown()
    assert shown == [suspect for suspect in found.suspects if suspect.probable and suspect.of >= 10] != found.suspects
    assert found.shown(unlikely=True) == found.suspects == sorted(found.suspects, key=lambda one: not one.probable)
    assert min(one.score for one in shown) >= 0.1 > max(one.score for one in found.suspects if not one.probable)
    share, low, high = found.wrong
    assert low <= share <= high and 0 < share < 0.15
    rare = replace(found, suspects=[replace(found.suspects[0], of=9)])
    assert rare.shown() == [] and len(rare.shown(rare=True)) == 1


def test_the_command_says_what_is_to_review(found, doubtful):
    parser = Parser()
    review.add(parser.add_subparsers())
    outcome = review._review(parser.parse_args(["review", str(doubtful)]))
    entry = outcome.document["to_review"]["style"]
    assert entry["open"] == len(found.shown()) and entry["expected_share"] == expected_share(found.shown())
    assert f"style: {entry['open']} labels are to review; about" in outcome.text


def test_the_examples_carry_the_labels(found, engine):
    styles = dict(zip(engine.paintings.ids, engine.paintings.column("style"), strict=False))
    for suspect in found.suspects:
        assert (
            suspect.like_label
            and {styles[i] for i in suspect.like_label} == {suspect.label}
            and suspect.id not in suspect.like_label
        )
        other = suspect.suggested or suspect.next_best
        assert suspect.like_suggested and {styles[i] for i in suspect.like_suggested} == {other} != {suspect.label}
        assert (
            len(suspect.like_label) <= suspects.EXAMPLES
            and sum(count for _, count in suspect.around) == suspects.AROUND
        )
        assert 1 <= suspect.place <= suspect.of and 0 <= suspect.agreed <= 4


def test_the_queue_is_kept_until_a_label_changes(found, engine, predictor):
    assert kept_suspects(engine, predictor, "style") == found
    assert kept_suspects(engine, predictor, "genre") is None
    frame = engine.paintings.frame.copy()
    frame.loc[3, "style"] = frame.loc[40, "style"]
    changed = SearchEngine(replace(engine.paintings, frame=frame), engine.index, engine.features)
    assert kept_suspects(changed, predictor, "style") is None
    kept_file(engine.paintings.root, "genre").write_text("{")
    assert kept_suspects(engine, predictor, "genre") is None


def test_without_the_models_vectors_those_of_the_index_do_and_nothing_is_computed(found, doubtful):
    assert "index" in found.vectors and len(list((doubtful / "features").iterdir())) == 2


def test_reasons_in_words():
    suspect = Suspect(
        "a",
        "Cubism",
        0.99,
        True,
        0.004,
        "Realism",
        0.712,
        "Realism",
        2,
        1200,
        [("Realism", 7), ("Baroque", 2), ("Cubism", 1)],
        [("b", "Realism")],
        4,
        [],
        [],
    )
    assert suspect.reasons() == [
        "A model that had not seen this painting takes it for Realism (71%); Cubism gets less than 1%.",
        "1 of the 10 paintings most like it carries this label; 7 carry Realism.",
        "Of the 1,200 paintings labelled Cubism it is the 2nd farthest from what these have in common.",
        "Nearly the same picture is in the collection as Realism (b).",
    ]
    alone = replace(
        suspect,
        suggested=None,
        suggested_probability=None,
        label_probability=0.995,
        place=1,
        around=[("Cubism", 10)],
        copies=[],
    )
    assert alone.reasons() == [
        (
            "A model that had not seen this painting takes it for Cubism too (more than 99%), but it looks unlike the"
            " others."
        ),
        "10 of the 10 paintings most like it carry this label.",
        "Of the 1,200 paintings labelled Cubism it is the farthest from what these have in common.",
    ]
    assert "Only 2 of the judged paintings carry this label" in replace(suspect, of=2).reasons()[2]
    assert not any("farthest" in text for text in replace(suspect, place=121).reasons())


def test_copies_with_another_label_are_named():
    contradicted = suspects._contradicted(np.array([0, 0, 1, 2, 2]), np.array([3, 4, 3, 5, 5]))
    assert contradicted == {0: [1], 1: [0]}


def test_too_few_labels_are_said(engine, predictor):
    few = SearchEngine(engine.paintings, engine.index, engine.features)
    frame = engine.paintings.frame.copy()
    frame.loc[10:, "style"] = None
    frame["genre"] = frame["genre"].iloc[0]
    few.paintings = replace(engine.paintings, frame=frame)
    why = {each.name: each.why_not for each in attributes(few.paintings, predictor)}
    assert (
        "10 paintings carry style labels" in why["style"]
        and "only one class" in why["genre"]
        and "1 painting carries artist" in why["artist"]
    )
    with raises(NothingUsableError, "too-few-labels", "10"):
        find_suspects(few, predictor, "style")
    with raises(InputError, "unknown-attribute"):
        find_suspects(few, predictor, "year")
    assert can_review(engine, predictor) and not can_review(engine, None)
    assert not can_review(few, predictor)
