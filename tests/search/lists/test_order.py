"""Orders of lists, against sorting in plain Python."""

import pytest

from artextract.errors import InputError
from artextract.search.asking.engine import SearchEngine
from artextract.search.lists.order import Orders
from tests.raising import raises
from tests.search.lists.test_facets import table


def listed(paintings, sort):
    rank = Orders(paintings).rank(sort)
    return [paintings.ids[row] for row in sorted(range(len(paintings)), key=lambda row: (rank[row], row))]


@pytest.fixture(scope="module")
def paintings():
    titles = ["Étude 10", "etude 9", "“Zebra”", None, "apple", "Étude 10"]
    return table(
        title=titles,
        style=["b", None, "a", "b", "C", "unknown"],
        genre=["x"] * 6,
        year=[1900, None, 1850, 1900, 5, 1850],
    )


@pytest.mark.parametrize(
    "sort, ids",
    [
        ("title", "p4 p1 p0 p5 p2 p3"),  # numbers by size, signs and accents aside, none last
        ("-title", "p2 p0 p5 p1 p4 p3"),
        ("year", "p4 p2 p5 p0 p3 p1"),
        ("-year", "p0 p3 p2 p5 p4 p1"),
        ("style", "p2 p0 p3 p4 p5 p1"),
    ],
)
def test_orders(paintings, sort, ids):
    assert listed(paintings, sort) == ids.split()


def test_shuffled_orders_are_permutations_and_can_be_drawn_again(paintings):
    many = table(title=["a"] * 200, style=["a"] * 200, genre=["b"] * 200)
    draws = [listed(many, f"lot:{seed}") for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2] and sorted(draws[0]) == sorted(many.ids) and draws[0] != many.ids


@pytest.mark.parametrize("sort", ["lot:", "lot:-1", "lot:99999999999", "path", "-", "colour"])
def test_an_unknown_order_is_reported(paintings, sort):
    with raises(InputError, "unknown-order", f"'{sort}'"):
        Orders(paintings).rank(sort)


def test_lists_of_an_engine(indexed_collection):
    engine = SearchEngine.open(indexed_collection)
    orders = engine.listing.orders
    ids = lambda *given: [engine.index.ids[row] for row in engine.listing.listed(*given)]  # noqa: E731
    assert ids() == engine.index.ids
    assert set(ids(["genre=discs"], "", "lot:3")) == set(ids(["genre=discs"])) and ids(
        ["genre=discs"], "", "lot:3"
    ) != ids(["genre=discs"])
    found = engine.listing.words.search("blue discs", engine.listing.allowed(["genre=discs"], "blue discs"))[0]
    assert (
        ids(["genre=discs"], "blue discs")
        == [engine.index.ids[row] for row in found]
        == ids(["genre=discs"], "blue discs", "relevance")
    )
    assert ids([], "blue discs", "collection") == sorted(ids([], "blue discs"), key=engine.index.ids.index)
    years = [
        engine.paintings.column("year")[engine.index.position(painting_id)] for painting_id in ids([], "", "-year")
    ]
    assert years == sorted(years, reverse=True)
    assert (
        "year" in orders.names(engine.listing.facets)
        and "-year" in orders.names(engine.listing.facets)
        and "rights" not in orders.names(engine.listing.facets)
    )
