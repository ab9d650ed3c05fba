"""What is asked: against the lists that the engine gives."""

from itertools import combinations

import pytest

from artextract.errors import InputError
from artextract.search.asking.engine import SearchEngine
from artextract.study.design import Design, draw_study, parse_mix, parse_mixes

MIXES = parse_mixes(["default", "deep=1", "mine: palette=1"])


@pytest.fixture(scope="module")
def engine(indexed_collection):
    return SearchEngine.open(indexed_collection)


def test_mixes_are_read():
    assert parse_mix("default") == ("default", None) and parse_mix(" deep=1,palette=0.5") == (
        "deep=1,palette=0.5",
        {"deep": 1, "palette": 0.5},
    )
    assert MIXES["mine"] == {"palette": 1} and parse_mix("house: default") == ("house", None)
    for wrong in (["deep"], [": deep=1"], ["a: deep=1", "a: style=1"]):
        with pytest.raises(InputError):
            parse_mixes(wrong)


def test_questions_come_from_the_lists(engine):
    drawn = draw_study(engine, Design("S", MIXES, ("pairwise", "graded"), queries=8, k=4, pairs=2))
    assert len(set(drawn.queries)) == 8 and drawn.weights["mine"] == {"deep": 0, "style": 0, "palette": 1}
    for mix, weights in MIXES.items():
        for query in drawn.queries:
            assert (
                drawn.results[mix][query] == [hit.id for hit in engine.search(query, 4, weights).hits]
                and query not in drawn.results[mix][query]
            )
    for task in drawn.tasks:
        if task.kind == "pairwise":
            for first, second in task.contests:
                one, other = drawn.results[first][task.query], drawn.results[second][task.query]
                assert task.first in one and task.second in other and task.first not in other and task.second not in one
                assert [i for i in one if i not in other].index(task.first) == [i for i in other if i not in one].index(
                    task.second
                )
    shared = sum(
        len(set(drawn.results[a][q]) & set(drawn.results[b][q]))
        for a, b in combinations(MIXES, 2)
        for q in drawn.queries
    )
    asked = sum(len(task.contests) for task in drawn.tasks)
    assert drawn.shared == shared and asked == sum(
        min(2, 4 - len(set(drawn.results[a][q]) & set(drawn.results[b][q])))
        for a, b in combinations(MIXES, 2)
        for q in drawn.queries
    )
    pairs = [(task.query, frozenset((task.first, task.second))) for task in drawn.tasks if task.kind == "pairwise"]
    assert len(set(pairs)) == len(pairs)
    pool = {(query, i) for of_mix in drawn.results.values() for query, ids in of_mix.items() for i in ids}
    graded = [(task.query, task.first) for task in drawn.tasks if task.kind == "graded"]
    assert set(graded) == pool and len(graded) == len(pool)


def test_the_random_order_is_a_function_of_the_seed(engine):
    one, again, other = (draw_study(engine, Design("S", MIXES, queries=6, k=3, seed=seed)) for seed in (1, 1, 2))
    assert one == again and one.queries != other.queries


def test_sides_are_drawn_evenly(engine):
    drawn = draw_study(engine, Design("S", MIXES, queries=24, k=5, pairs=5))
    firsts = [task.contests[0][0] < task.contests[0][1] for task in drawn.tasks]
    assert 0.3 < sum(firsts) / len(firsts) < 0.7


def test_filters_and_strata(engine):
    drawn = draw_study(engine, Design("S", MIXES, queries=4, k=3, stratify="style"))
    styles = [engine.paintings.record(engine.index.position(query))["style"] for query in drawn.queries]
    assert len(set(styles)) == 4 and None not in styles
    drawn = draw_study(engine, Design("S", MIXES, queries=50, k=3, where=("genre=discs",)))
    assert {engine.paintings.record(engine.index.position(query))["genre"] for query in drawn.queries} == {"discs"}
    assert len(drawn.queries) < 50 and "instead of 50" in drawn.notes[0]


def test_mixes_that_agree_leave_nothing_to_prefer(engine):
    drawn = draw_study(
        engine, Design("S", parse_mixes(["a: deep=1", "b: deep=2"]), ("pairwise", "graded"), queries=3, k=3)
    )
    assert (
        {task.kind for task in drawn.tasks} == {"graded"}
        and "No pairwise question" in drawn.notes[0]
        and drawn.shared == 9
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "a/b"},
        {"name": "x" * 61},
        {"kinds": ()},
        {"kinds": ("ranked",)},
        {"mixes": {"default": None}},
        {"queries": 0},
        {"k": 51},
        {"per_rater": 0},
        {"repeats": 0.6},
        {"stratify": "mood"},
        {"where": ("style=Nowhere",)},
        {"mixes": parse_mixes(["a: aura=1", "default"])},
        {"mixes": parse_mixes(["a: deep=1", "b: deep=2"])},
    ],
)
def test_what_cannot_be_asked(engine, changes):
    with pytest.raises(InputError) as raised:
        draw_study(engine, Design(**{"name": "S", "mixes": MIXES, "queries": 3, "k": 3} | changes))
    assert raised.value.hint
