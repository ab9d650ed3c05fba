"""Decisions: what is in force, undoing, and several reviewers."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.errors import InputError
from artextract.review import ReviewStore
from artextract.review.store import FILE_NAME
from tests.raising import raises


@pytest.fixture
def store(tmp_path):
    return ReviewStore(tmp_path)


def accept(store, painting="p", reviewer="Anna", **more):
    return store.decide(painting, "style", "accept", reviewer, old_label="Cubism", **more)


def correct(store, label, painting="p", reviewer="Anna", **more):
    return store.decide(painting, "style", "correct", reviewer, old_label="Cubism", new_label=label, **more)


def test_nothing_is_made_by_looking(store, tmp_path):
    assert (
        store.current() == [] and store.reviews() == {} and store.history("p") == [] and list(tmp_path.iterdir()) == []
    )


def test_the_last_decision_that_was_not_undone_is_in_force(store):
    first, second = accept(store), correct(store, "Realism", note=" signed 1860 ", suggested="Realism")
    assert store.current() == [second] and second.note == "signed 1860" and second.label == "Realism"
    undone = store.undo(second.id, "Ben")
    assert (undone.undone_by, undone.action) == ("Ben", "correct") and undone.undone_at >= second.time
    assert store.current() == [first]
    assert [d.id for d in store.history("p", "style")] == [second.id, first.id], "undone decisions stay in the history"
    store.undo(first.id, "Anna")
    assert store.current() == [] and len(store.history("p")) == 2
    assert store.undo(second.id, "Clara").undone_by == "Ben", "undoing twice changes nothing"


def test_a_decision_sent_again_counts_once(store):
    first = accept(store, id="a1")
    assert accept(store, id="a1") == first and len(store.decisions()) == 1
    with raises(InputError, "id-taken", "a1"):
        accept(store, id="a1", reviewer="Ben")


def test_reviewers_disagree_until_one_gives_in(store):
    accept(store, reviewer="Anna")
    correct(store, "Realism", reviewer="Ben")
    review = store.reviews()["p", "style"]
    assert (
        review.disagreed
        and review.decision.reviewer == "Ben"
        and [d.reviewer for d in review.opinions] == ["Ben", "Anna"]
    )
    correct(store, "realism", reviewer="ANNA")
    assert not store.reviews()["p", "style"].disagreed, (
        "labels are compared by key, names of people whatever their case"
    )


def test_the_clock_does_not_tell_what_is_in_force(store, monkeypatch):
    accept(store)
    monkeypatch.setattr("artextract.review.store._now", lambda: "2001-01-01T00:00:00.000+00:00")
    late = correct(store, "Realism")
    assert store.current() == [late] and store.history("p")[0] == late


def test_a_skip_is_no_opinion(store):
    accept(store, reviewer="Anna")
    store.decide("p", "style", "skip", "Ben", old_label="Cubism")
    assert store.current()[0].action == "accept"
    store.decide("p", "style", "skip", "Anna", old_label="Cubism")
    assert store.current()[0].action == "skip", "her own skip takes back what she held"


def test_taking_a_label_away(store):
    decision = correct(store, None)
    assert decision.label is None and store.current() == [decision]


@pytest.mark.parametrize(
    "arguments, code, named",
    [
        (("p", "style", "burn", "Anna"), "unknown-action", "burn"),
        (("p", "style", "skip", "  "), "no-reviewer", ""),
        (("p", "style", "accept", "Anna"), "no-label-to-accept", "style"),
        (("p", "style", "correct", "Anna", "Art Nouveau", "art-nouveau"), "label-unchanged", "art-nouveau"),
        (("p", "style", "skip", "A" * 81), "text-too-long", "reviewer"),
    ],
)
def test_decisions_that_cannot_be(store, arguments, code, named):
    with raises(InputError, code, named):
        store.decide(*arguments)
    assert store.decisions() == []


def test_an_unknown_decision_cannot_be_undone(store):
    for _ in range(2):
        with raises(InputError, "unknown-decision"):
            store.undo("x", "Anna")
        accept(store)


def test_a_refused_row_leaves_no_trace(store, tmp_path):
    accept(store)
    with pytest.raises(sqlite3.IntegrityError), sqlite3.connect(tmp_path / FILE_NAME) as raw:
        raw.execute(
            "INSERT INTO decisions (id, painting, attribute, action, reviewer, time) VALUES ('u', 'p', 'style', 'undo',"
            " 'Anna', '')"
        )
    assert len(store.decisions()) == 1


steps = st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["accept", "skip", "X", "Y", "undo"])), max_size=8)


@settings(max_examples=12, deadline=None)
@given(steps=steps)
def test_what_is_in_force_follows_from_the_steps(tmp_path_factory, steps):
    """Against a list of who holds what, kept by hand."""
    store, held = ReviewStore(tmp_path_factory.mktemp("steps")), []
    for reviewer, what in steps:
        if what == "undo":
            if held:
                store.undo(held.pop()[2], reviewer)
        elif what in ("accept", "skip"):
            held.append((reviewer, what, store.decide("p", "style", what, reviewer, old_label="Old").id))
        else:
            held.append(
                (reviewer, what, store.decide("p", "style", "correct", reviewer, old_label="Old", new_label=what).id)
            )
    last = {reviewer: (number, what, id) for number, (reviewer, what, id) in enumerate(held)}
    opinions = sorted((entry for entry in last.values() if entry[1] != "skip"), reverse=True) or sorted(
        last.values(), reverse=True
    )
    assert [d.id for d in store.current()] == [id for _, _, id in opinions[:1]]
    expected = len({what for _, what, _ in opinions if what != "skip"}) > 1
    assert [review.disagreed for review in store.reviews().values()] == ([expected] if opinions else [])
