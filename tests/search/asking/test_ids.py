"""Ids that are written by their beginning."""

from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.errors import InputError
from artextract.search.asking.ids import LEAST, named, short
from tests.raising import raises

IDS = ["haystacks-1a2b", "haystacks-1a9c", "hay", "water-lilies-77"]


def test_the_beginning_of_one():
    assert named("w", IDS) == "water-lilies-77" and named("haystacks-1a2", IDS) == "haystacks-1a2b"
    assert named("hay", IDS) == "hay", "an id is itself, whatever else begins so"
    assert named("water-l…", IDS) == "water-lilies-77" and named("…", IDS) == "…", "as a narrow table cuts it"
    assert named("photo.jpg", IDS) == "photo.jpg" and named("", IDS) == ""


def test_the_beginning_of_several():
    with raises(InputError, "ambiguous-id", "2", "haystacks") as caught:
        named("haystacks", IDS)
    assert "haystacks-1a2b" in caught.value.hint


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("ab-", min_size=1, max_size=12), min_size=1, unique=True))
def test_short_ids_name_their_painting(ids):
    for painting_id, beginning in short(ids, ids).items():
        assert named(beginning, ids) == painting_id
        assert painting_id.startswith(beginning)
        shorter = beginning[:-1]
        alone = [other for other in ids if other.startswith(shorter)] == [painting_id]
        assert len(beginning) <= LEAST or not alone
