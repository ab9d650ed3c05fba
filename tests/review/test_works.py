"""Decisions about pairs of pictures."""

import pytest

from artextract.database import Database
from artextract.errors import InputError
from artextract.review.works import _TABLE, WorkStore


@pytest.fixture
def store(tmp_path):
    return WorkStore(tmp_path)


def test_the_last_decision_holds_until_it_is_undone(store):
    assert store.verdicts() == {} and not store.path.exists()
    first = store.decide("b", "a", "same work", " Ada ")
    assert (first.first, first.second, first.reviewer) == ("a", "b", "Ada")
    second = store.decide("a", "b", "different", "Bo", "another sitter")
    assert store.verdicts() == {("a", "b"): "different"}
    assert store.undo(second.id, "Eve").undone_by == "Eve" == store.undo(second.id, "Ada").undone_by
    assert store.verdicts() == {("a", "b"): "same work"}
    assert [one.undone_by for one in store.decisions()] == ["Eve", None], "nothing is lost"


def test_what_the_first_version_kept_is_taken_over(store):
    """It knew no shared motifs, and its table refused them."""
    old = _TABLE.format(verdicts="'same work', 'version', 'different'")
    row = "INSERT INTO decisions (id, first, second, verdict, reviewer, time, note, undoes) VALUES (?,?,?,?,?,?,?,?)"
    with Database(store.path, old).writing() as connection:
        connection.execute(row, ("1", "a", "b", "version", "Ada", "2026-01-01", "", None))
        connection.execute(row, ("2", "a", "b", "undo", "Bo", "2026-01-02", "", "1"))
    assert [one.undone_by for one in store.decisions()] == ["Bo"]
    store.decide("c", "b", "same motif", "Ada")
    assert [(one.verdict, one.undone_by) for one in store.decisions()] == [("same motif", None), ("version", "Bo")]


@pytest.mark.parametrize(
    "decision", [("a", "b", "perhaps", "Ada"), ("a", "a", "version", "Ada"), ("a", "b", "version", " ")]
)
def test_what_is_refused(store, decision):
    with pytest.raises(InputError):
        store.decide(*decision)
    with pytest.raises(InputError, match="no decision 'x'"):
        store.undo("x", "Ada")
    assert store.decisions() == []
