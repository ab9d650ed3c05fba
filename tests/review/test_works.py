"""Decisions about pairs of pictures."""

import pytest

from artextract.errors import InputError
from artextract.review.works import WorkStore


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


@pytest.mark.parametrize(
    "decision", [("a", "b", "perhaps", "Ada"), ("a", "a", "version", "Ada"), ("a", "b", "version", " ")]
)
def test_what_is_refused(store, decision):
    with pytest.raises(InputError):
        store.decide(*decision)
    with pytest.raises(InputError, match="no decision 'x'"):
        store.undo("x", "Ada")
    assert store.decisions() == []
