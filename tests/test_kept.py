"""The small cache: its order, its bound, and several threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from artextract.errors import InputError
from artextract.kept import Kept
from tests.raising import raises

LONG = 10.0
"""Seconds after which a thread that waits has failed."""


def refused():
    raise AssertionError("it was made although it is kept")


def test_a_value_is_made_once():
    kept = Kept(3)
    assert kept.get("a", lambda: 1) == 1
    assert kept.get("a", refused) == 1
    assert len(kept) == 1


def test_nothing_is_a_value_too():
    kept = Kept(3)
    assert kept.get("a", lambda: None) is None
    assert kept.get("a", refused) is None


@pytest.mark.parametrize("use", [lambda kept: kept.get("a", refused), lambda kept: kept.peek("a")])
def test_what_was_used_longest_ago_goes_first(use):
    kept = Kept(3)
    for key in "abc":
        kept.put(key, key.upper())
    assert use(kept) == "A"
    kept.put("d", "D")
    assert [kept.peek(key) for key in "abcd"] == ["A", None, "C", "D"]


@pytest.mark.parametrize("most", [0, 1, 5])
def test_no_more_than_the_bound_is_kept(most):
    kept = Kept(most)
    for number in range(20):
        assert kept.get(number, lambda number=number: number) == number
        assert len(kept) == min(number + 1, most)
    assert [number for number in range(20) if kept.peek(number) is not None] == list(range(20 - most, 20))


def test_another_value_takes_the_place_of_the_one_before():
    kept = Kept(2)
    kept.put("a", 1)
    kept.put("b", 2)
    kept.put("a", 3)
    kept.put("c", 4)
    assert [kept.peek(key) for key in "abc"] == [3, None, 4]


def test_an_error_is_not_kept():
    kept = Kept(3)

    def broken():
        raise InputError("broken", "mend it")

    with raises(InputError, "invalid-input", "broken"):
        kept.get("a", broken)
    assert len(kept) == 0 and kept.get("a", lambda: 1) == 1


def test_what_is_not_worth_it_is_given_but_not_kept():
    kept = Kept(3)
    assert kept.get("a", lambda: 1, lambda value: value > 1) == 1
    assert kept.get("a", lambda: 2, lambda value: value > 1) == 2
    assert kept.get("a", refused) == 2


def test_what_is_not_worth_it_is_made_anew_and_what_is_used_stays():
    kept, made = Kept(2), []

    def ask(key, worth):
        return kept.get(key, lambda: made.append(key) or len(made), lambda _: worth)

    assert [ask("a", False), ask("a", True), ask("a", True)] == [1, 2, 2]
    assert [ask("b", True), ask("a", True), ask("c", True), ask("a", True), ask("b", True)] == [3, 2, 4, 2, 5]


def test_two_who_ask_at_once_wait_for_one_answer():
    kept, made, start = Kept(3), [], Barrier(8)

    def make():
        made.append(1)
        return object()

    def ask(_):
        start.wait(LONG)
        return kept.get("a", make)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert len(made) == 1 and len(set(map(id, answers))) == 1
    assert kept._under_way == {}


def test_other_keys_do_not_wait():
    kept, begun, go_on = Kept(3), Event(), Event()

    def slow():
        begun.set()
        assert go_on.wait(LONG)
        return "slow"

    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(kept.get, "a", slow)
        assert begun.wait(LONG)
        assert kept.get("b", lambda: "quick") == "quick"
        go_on.set()
        assert answer.result(LONG) == "slow"


def test_after_an_error_who_waited_makes_it_himself():
    kept, begun, go_on = Kept(3), Event(), Event()

    def broken():
        begun.set()
        assert go_on.wait(LONG)
        raise InputError("broken", "mend it")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(kept.get, "a", broken)
        assert begun.wait(LONG)
        second = threads.submit(kept.get, "a", lambda: 1)
        go_on.set()
        assert second.result(LONG) == 1
        with pytest.raises(InputError):
            first.result(LONG)


def test_making_one_value_may_ask_for_others():
    kept = Kept(3)
    assert kept.get("sum", lambda: kept.get("a", lambda: 1) + kept.get("b", lambda: 2)) == 3
    assert [kept.peek(key) for key in ("a", "b", "sum")] == [1, 2, 3]


def test_making_a_value_that_needs_itself_does_not_stand_still():
    kept = Kept(3)

    def make(depth=0):
        return depth if depth == 3 else kept.get("a", lambda: make(depth + 1))

    assert kept.get("a", make) == 3
    assert kept._under_way == {}


def test_clearing_forgets_all():
    kept = Kept(3)
    kept.put("a", 1)
    kept.clear()
    assert len(kept) == 0 and kept.get("a", lambda: 2) == 2


def test_what_is_made_while_it_is_cleared_is_not_kept():
    kept = Kept(3)

    def make():
        kept.clear()
        return 1

    assert kept.get("a", make) == 1
    assert kept.peek("a") is None


def test_what_is_weighed_stays_within_the_weight_but_the_last_always_stays():
    kept = Kept(10, len)
    for text in ("aaaa", "bbbb", "cccc"):
        kept.put(text, text)
    assert [kept.peek(text) for text in ("aaaa", "bbbb", "cccc")] == [None, "bbbb", "cccc"]
    kept.put("long", "d" * 50)
    assert len(kept) == 1 and kept.peek("long") is not None
