"""Named lists: what is saved, changed, deleted and had back, by several people."""

import pytest

from artextract.errors import InputError
from artextract.lists import Entry, ListStore
from artextract.lists.store import HISTORY, ChangedError
from tests.raising import raises


@pytest.fixture
def store(tmp_path):
    return ListStore(tmp_path)


def test_nothing_is_made_by_looking(store):
    assert store.lists() == [] and store.get("x") is None and not store.path.exists()


def test_a_list_is_saved_and_changed(store):
    first = store.save(" Blue   rooms ", [Entry("a", " at the left "), Entry("b"), Entry("a", "again")], by="Ada")
    assert (first.name, first.entries) == ("Blue rooms", (Entry("a", "again"), Entry("b")))
    again = store.save("Blue rooms", [Entry("b"), Entry("a")], "for May", "Bo", first.id, first.version)
    assert store.lists() == [again] and again.version > first.version
    assert store.history(first.id) == [again, first], "nothing is lost"
    assert store.save("Blue rooms", again.entries, "for May", "Eve", first.id) == again, "no change, no version"
    assert store.named("blue ROOMS") == store.named(first.id) == again


def test_the_history_is_given_a_part_at_a_time(store):
    one = store.save("One", [])
    versions = [one.version, *(store.save("One", [Entry(str(n))], id=one.id).version for n in range(HISTORY + 2))]
    last = [found.version for found in store.history(one.id)]
    assert last == versions[:2:-1] and len(last) == HISTORY
    assert [found.version for found in store.history(one.id, before=last[-1])] == versions[2::-1]
    assert [found.version for found in store.history(one.id, before=versions[1], most=1)] == versions[:1]
    assert store.restore(one.id, versions[0]).entries == one.entries, "those that are not shown can be had back"


def test_who_comes_second_is_reported(store):
    first = store.save("One", [Entry("a")])
    store.save("One", [Entry("b")], id=first.id, version=first.version)
    with raises(ChangedError, "list-changed", "One"):
        store.save("One", [Entry("c")], id=first.id, version=first.version)


def test_deleted_and_had_back(store):
    first = store.save("One", [Entry("a", "note")])
    gone = store.delete(first.id, "Ada")
    assert gone.deleted and store.lists() == [] and store.get(first.id) == gone == store.delete(first.id)
    other = store.save("One", [])
    with raises(InputError, "list-name-taken", "One"):
        store.restore(first.id, first.version)
    for never in (other.version, first.version - 1, 2**70, -(2**70)):
        with raises(InputError, "unknown-list"):
            store.restore(first.id, never)
    store.save("Two", [], id=other.id)
    back = store.restore(first.id, first.version, "Bo")
    assert back.entries == first.entries and not back.deleted and [one.name for one in store.lists()] == ["One", "Two"]


@pytest.mark.parametrize(
    "arguments, code",
    [
        ({"name": "  "}, "list-without-name"),
        ({"name": "n" * 201}, "text-too-long"),
        ({"name": "n", "entries": [Entry("a", "x" * 5001)]}, "text-too-long"),
        ({"name": "n", "entries": [Entry(str(n)) for n in range(5001)]}, "list-too-long"),
        ({"name": "n", "id": "nobody"}, "unknown-list"),
        ({"name": "TAKEN"}, "list-name-taken"),
    ],
)
def test_what_is_refused(store, arguments, code):
    store.save("Taken", [])
    with pytest.raises(InputError) as refused:
        store.save(**({"entries": []} | arguments))
    assert refused.value.code == code and len(store.lists()) == 1


def test_an_unknown_name_is_answered_with_those_there_are(store):
    store.save("Harbours", [])
    with pytest.raises(InputError, match="there is no list 'Ports'") as refused:
        store.named("Ports")
    assert "'Harbours'" in refused.value.hint
