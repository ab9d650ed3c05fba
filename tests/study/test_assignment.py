"""Whose turn is which question: balance, repeats, sides, and that asking twice changes nothing."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.study.assignment import GAP, Quota, blocks, next_turn


def played(tasks, raters, quota, together=None):
    """(rater, turn) in the order in which raters in turn are asked, until all are through."""
    times, own, sequence = Counter(), {rater: {kind: [] for kind in tasks} for rater in raters}, []
    kind_of = {task: kind for kind, ids in tasks.items() for task in ids}
    left = list(raters)
    while left:
        for rater in list(left):
            turn = next_turn(
                tasks,
                {t: n - any(t == o for o, _ in own[rater][kind_of[t]]) for t, n in times.items()},
                own[rater],
                rater,
                quota,
                together or {},
            )
            if turn is None:
                left.remove(rater)
                continue
            sequence.append((rater, turn))
            own[rater][kind_of[turn.task]].append((turn.task, turn.swapped))
            times[turn.task] += not turn.repeat
    return sequence


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 30),
    st.integers(0, 30),
    st.integers(1, 5),
    st.integers(1, 40),
    st.sampled_from([0, 0.1, 0.25, 0.5]),
    st.integers(0, 99),
)
def test_everybody_is_asked_what_was_planned(pairwise, graded, n_raters, per_rater, repeats, seed):
    tasks = {"pairwise": list(range(pairwise)), "graded": list(range(100, 100 + graded))}
    quota, raters = Quota(per_rater, repeats, seed), [f"r{i}" for i in range(n_raters)]
    sequence = played(tasks, raters, quota)
    for rater in raters:
        own = [turn for who, turn in sequence if who == rater]
        planned = blocks({kind: len(ids) for kind, ids in tasks.items()}, rater, quota)
        assert len(own) == sum(map(len, planned.values())) <= per_rater
        assert [turn.number for turn in own] == list(range(1, len(own) + 1)) and {turn.total for turn in own} <= {
            len(own)
        }
        fresh = [turn.task for turn in own if not turn.repeat]
        assert len(set(fresh)) == len(fresh)
        assert len({turn.task for turn in own if turn.repeat}) == sum(turn.repeat for turn in own)
        for place, turn in enumerate(own):
            if turn.repeat:
                [before] = [p for p in range(place) if own[p].task == turn.task]
                assert place - before > GAP - 1 and own[before].swapped != turn.swapped
        kinds = [turn.task >= 100 for turn in own]
        assert sum(a != b for a, b in zip(kinds, kinds[1:], strict=False)) <= 1


def test_the_least_judged_come_first_and_sides_alternate():
    sequence = played({"pairwise": list(range(20))}, [f"r{i}" for i in range(6)], Quota(10, 0, 0))
    counts = Counter(turn.task for _, turn in sequence)
    assert (
        set(counts.values()) <= {2, 3, 4} and len(counts) == 20
    )  # nobody is asked the same twice, so the last ones cannot always choose the least judged
    for task in counts:
        sides = [turn.swapped for _, turn in sequence if turn.task == task]
        assert all(a != b for a, b in zip(sides, sides[1:], strict=False))


def test_every_rater_has_an_order_of_his_own():
    tasks, quota = {"pairwise": list(range(20))}, Quota(20, 0, 0)
    orders = {tuple(turn.task for _, turn in played(tasks, [rater], quota)) for rater in ("anna", "ben", "cy")}
    assert len(orders) == 3 and all(order != tuple(range(20)) for order in orders)


def test_what_belongs_together_comes_in_a_row():
    together = {task: f"q{task % 5}" for task in range(20)}
    order = [
        together[turn.task] for _, turn in played({"graded": list(range(20))}, ["anna"], Quota(20, 0, 0), together)
    ]
    assert sum(a != b for a, b in zip(order, order[1:], strict=False)) == 4


def test_a_tenth_comes_again():
    sequence = played({"pairwise": list(range(100))}, ["anna"], Quota(40, 0.1, 0))
    assert sum(turn.repeat for _, turn in sequence) == 4 and len(sequence) == 40
    assert next_turn({"pairwise": []}, {}, {}, "anna", Quota(40, 0.1, 0)) is None


@pytest.mark.parametrize("rater", ["anna", "ben"])
def test_asking_twice_changes_nothing(rater):
    given = ({"pairwise": [1, 2, 3]}, {1: 2}, {"pairwise": [(2, False)]}, rater, Quota(3, 0, 7))
    assert next_turn(*given) == next_turn(*given)
