"""Search by words: BM25F against a slow reading of its formula, and what each sign of a query does."""

import math
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.errors import InputError
from artextract.search.asking.terms import canonical_text, fold, parse
from artextract.search.asking.words import K1, PREFIX_WEIGHT, B, WordIndex
from artextract.table import Paintings
from tests.raising import raises


def table(**columns) -> Paintings:
    count = len(next(iter(columns.values())))
    fixed = {
        "id": [f"p{i}" for i in range(count)],
        "path": [f"images/file_{i}.png" for i in range(count)],
        "title": ["-"] * count,
        "source": ["folder"] * count,
        "rights": ["CC0"] * count,
        "sha256": [f"{i:064x}" for i in range(count)],
        "width": [9] * count,
        "height": [9] * count,
    }
    return Paintings(pd.DataFrame(fixed | columns), Path("."))


@pytest.fixture(scope="module")
def collection() -> Paintings:
    return table(
        title=[
            "Haystacks at Sunset",
            "Water Lilies",
            "The Haystack",
            "Lilies in Water",
            "Self-Portrait",
            None,
            "Portrait of Camille's Sister",
        ],
        artist=[
            "Claude Monet",
            "Claude Monet",
            "Alfred Sisley",
            "Paul Cézanne",
            "Paul Cézanne",
            "Paul Cézanne",
            "Claude Monet",
        ],
        style=["Impressionism", None, "Impressionism", "Cubism", None, None, None],
        terms=[["field", "hay"], ["pond"], None, ["two women", "ponds"], [], None, None],
        medium=["oil on canvas"] * 6 + ["https://example.org/oil-on-canvas"],
    )


@pytest.fixture(scope="module")
def index(collection) -> WordIndex:
    return WordIndex(collection)


def found(index: WordIndex, text: str, **more) -> list[int]:
    return index.search(text, **more)[0].tolist()


# The formula, slowly


def slow_words(value) -> list[str]:
    items = value if isinstance(value, list) else [value]
    words = []
    for item in items:
        if item is None:
            continue
        plain = "".join(c for c in unicodedata.normalize("NFKD", item.lower()) if not unicodedata.combining(c))
        words += [fold(word) for word in "".join(c if c.isalnum() else " " for c in plain).split()]
    return words


def slow_scores(columns: dict, weights: dict[str, float], query: list[str]) -> np.ndarray:
    """BM25F as written in section 3.6 of Robertson and Zaragoza, one painting and one word at a time."""
    count = len(next(iter(columns.values())))
    texts = {name: [slow_words(value) for value in values] for name, values in columns.items()}
    mean = {name: np.mean([len(words) for words in rows if words] or [1]) for name, rows in texts.items()}
    scores = np.zeros(count)
    for word in query:
        frequency = np.zeros(count)
        for name, rows in texts.items():
            for row, words in enumerate(rows):
                frequency[row] += weights[name] * Counter(words)[word] / (1 - B + B * len(words) / mean[name])
        having = sum(value > 0 for value in frequency)
        scores += math.log(1 + (count - having + 0.5) / (having + 0.5)) * frequency / (K1 + frequency)
    return scores


WEIGHTS = {"title": 2.0, "artist": 2.0, "style": 1.5, "terms": 1.0, "alt": 1.0}
ALPHABET = ["boat", "boats", "Sea", "séa", "monet", "at", "night", "cubism"]
texts = st.lists(st.sampled_from(ALPHABET), min_size=1, max_size=6).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_scores_are_those_of_the_formula(data):
    count = data.draw(st.integers(2, 7))

    def column(name: str, several: bool = False) -> list:
        # A number of its own begins each text, so that none stands twice on a row, which would count once.
        values = data.draw(st.lists(st.none() | texts, min_size=count, max_size=count))
        marked = [None if value is None else f"{name}{row} {value}" for row, value in enumerate(values)]
        return [[value] if value and several else value for value in marked] if several else marked

    columns = {name: column(name, name == "terms") for name in WEIGHTS}
    columns["title"] = [value or f"title{row}" for row, value in enumerate(columns["title"])]
    index = WordIndex(table(**columns))
    there = {word for values in columns.values() for value in values for word in slow_words(value)}
    words = data.draw(
        st.lists(
            st.sampled_from(sorted({slow_words(word)[0] for word in ALPHABET} & there) or ["title0"]),
            min_size=1,
            max_size=4,
        )
    )
    positions, scores = index.search(" ".join(words) + " ")
    wanted = slow_scores(columns, WEIGHTS, words)
    assert sorted(positions) == np.flatnonzero(wanted > 0).tolist()
    assert np.allclose(scores, wanted[positions], rtol=1e-9)
    assert (np.diff(scores) <= 0).all()


def test_a_score_worked_by_hand():
    index = WordIndex(table(title=["red boat", "red red house", "a b c d"]))
    # mean length 3; "boat": n = 1 of 3, idf = ln(1 + 2.5 / 1.5); tf = 2 / (0.25 + 0.75 * 2 / 3) = 2.6667
    positions, scores = index.search("boat ")
    assert positions.tolist() == [0] and scores[0] == pytest.approx(
        math.log(1 + 2.5 / 1.5) * (2 / 0.75) / (1.2 + 2 / 0.75)
    )
    positions, scores = index.search("red ")
    assert positions.tolist() == [1, 0]
    assert scores[0] == pytest.approx(math.log(1 + 1.5 / 2.5) * 4 / (1.2 + 4))


# What is searched


def test_either_word_is_enough_and_both_come_first(index):
    assert found(index, "monet haystack ")[0] == 0
    assert set(found(index, "monet haystack ")) == {0, 1, 2, 6}


@pytest.mark.parametrize("text", ["CEZANNE", "cézanne", "Cézanne's", "cezanne", '"Paul Cézanne"', "paul-cezanne"])
def test_case_accents_and_punctuation_make_no_difference(index, text):
    assert found(index, text) and set(found(index, text)) == {3, 4, 5}


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("haystack ", {0, 2}),
        ("haystacks ", {0, 2}),
        ("lily ", {1, 3}),
        ("woman ", {3}),
        ("pond ", {1, 3}),
        ("camille ", {6}),
    ],
)
def test_plurals_and_possessives(index, text, wanted):
    assert set(found(index, text)) == wanted


def test_a_missing_title_gives_way_to_the_files_name(index):
    assert found(index, '"file 5"') == [5]
    with pytest.raises(InputError):
        index.search('"file 4"')  # which has a title


def test_addresses_are_no_words(index):
    with raises(InputError, "words-not-found", "example"):
        index.search("example ")
    assert found(index, "canvas ") == [0, 1, 2, 3, 4, 5]


def test_a_name_in_two_columns_counts_once(collection):
    twice = Paintings(collection.frame.assign(painter=collection.frame["artist"]), collection.root)
    assert np.allclose(WordIndex(twice).search("monet ")[1], WordIndex(collection).search("monet ")[1])


def test_a_predicted_label_counts_less_and_only_where_there_is_none(collection, index):
    predicted = ["Cubism", "Impressionism", "Cubism", "Cubism", None, "Impressionism", None]
    ours = WordIndex(collection, {"style": predicted})
    positions, scores = ours.search("impressionism ")
    assert set(positions[:2]) == {0, 2} and set(positions[2:]) == {1, 5}
    assert scores[1] > scores[2]
    assert found(ours, "cubism ") == [3]
    assert ours.explain("impressionism", 1) == "'impressionism' in the predicted style (Impressionism)"
    with raises(InputError, "lengths-differ", "2", "7"):
        WordIndex(collection, {"style": ["Cubism", None]})


# The signs of a query


def test_a_phrase_is_required_and_keeps_its_order(index):
    assert found(index, '"water lilies"') == [1]
    assert set(found(index, "water lilies ")) == {1, 3}
    assert found(index, 'monet "water lilies"') == [1]
    with raises(InputError, "words-not-found"):
        index.search('"lilies water"')


def test_no_phrase_crosses_from_one_value_to_the_next(index):
    assert found(index, "field hay ")
    for text in ('"field hay"', '"sunset claude"', '"sunset field"', '"women pond"'):
        with raises(InputError, "words-not-found"):
            index.search(text)


def test_a_hyphenated_word_is_a_phrase(index):
    assert found(index, "self-portrait") == [4]


def test_excluded_words_and_phrases(index):
    assert set(found(index, "monet -haystacks")) == {1, 6}
    assert found(index, 'portrait -"self portrait"') == found(index, "portrait -self-portrait") == [6]
    assert found(index, "monet -nowhereinthere") == found(index, "monet ")
    assert found(index, "monet -monet") == []
    assert np.allclose(
        index.search("portrait -self")[1], index.search("portrait ")[1][index.search("portrait ")[0] == 6]
    )


def test_the_last_word_may_be_a_beginning(index):
    assert set(found(index, "hayst")) == {0, 2}
    assert set(found(index, "monet hayst")) == {0, 1, 2, 6}
    assert found(index, "self-portr") == [4]
    assert set(found(index, "monet h")) == set(found(index, "monet hayst"))  # no word is "h"
    for text in ("hayst ", '"hayst"', "hayst monet"):  # ended, quoted, not last
        with raises(InputError, "words-not-found"):
            index.search(text)


def test_the_word_itself_counts_more_than_longer_ones(index):
    assert index.search("hay")[0].tolist()[0] == 0 and set(found(index, "hay")) == {0, 2}
    exact, longer = dict(zip(*index.search("hay "), strict=False)), dict(zip(*index.search("hays"), strict=False))
    both = dict(zip(*index.search("hay"), strict=False))
    assert set(longer) == {0, 2}  # "hays" is the plural of a word that is there, and begins another
    assert both[0] == pytest.approx(exact[0] + PREFIX_WEIGHT * dict(zip(*index.search("hayst"), strict=False))[0])


def test_a_mask_leaves_paintings_out_without_a_change_of_scores(index):
    mask = np.array([False, True, True, True, True, True, True])
    positions, scores = index.search("monet haystack ", mask)
    every = dict(zip(*index.search("monet haystack "), strict=False))
    assert set(positions) == {1, 2, 6} and all(every[p] == s for p, s in zip(positions, scores, strict=False))
    assert mask.tolist() == [False] + [True] * 6  # as it was


@pytest.mark.parametrize(
    "text, near",
    [
        ("monnet ", "monet"),
        ("cezane ", "cezanne"),
        ("haystakcs ", "haystacks"),
        ("monet impresionism", "impressionism"),
    ],
)
def test_words_that_occur_nowhere_are_named_with_those_like_them(index, text, near):
    with raises(InputError, "words-not-found", f"'{text.split()[-1]}'") as caught:
        index.search(text)
    assert near in caught.value.hint


@pytest.mark.parametrize("text", ["", "   ", "-", '""', "-monet", "?!"])
def test_nothing_to_look_for_is_said(index, text):
    with raises(InputError, "no-words"):
        index.search(text)


def test_an_empty_collection_has_no_words(collection):
    with raises(InputError, "words-not-found", "monet"):
        WordIndex(collection.rows([])).search("monet")


def test_where_the_words_stand_is_reported(index):
    assert index.explain("monet haystacks", 0) == "'monet' in the artist (Claude Monet), 'haystacks' in the title"
    assert (
        index.explain("claude sunset monet pond", 0)
        == "'claude' and 'monet' in the artist (Claude Monet), 'sunset' in the title; without 'pond'"
    )
    assert index.explain("-monet two-wom", 3) == "'two-wom' in the terms (two women)"
    assert index.explain("lilies", 0) == "without 'lilies'"
    with raises(InputError, "words-not-found"):
        index.explain("haystakcs", 0)


# The parser and the folding


@given(st.text(max_size=60))
def test_any_text_can_be_read(text):
    for term in parse(text):
        assert term.words and all(word and not word.isspace() for word in term.words)
        assert not (term.excluded and term.beginning)


SMALL = WordIndex(table(title=["abc ads", "bed de", "cab bee"]))


@given(st.text(alphabet=' -"abcdés', max_size=25))
def test_any_text_is_answered_or_refused(text):
    try:
        positions, scores = SMALL.search(text)
    except InputError:
        return
    assert (scores > 0).all() and (np.diff(scores) <= 0).all() and len(set(positions)) == len(positions)
    assert all(SMALL.explain(text, position) for position in positions)


words = st.text(alphabet="abcdefghijklm", min_size=2, max_size=8).filter(lambda word: canonical_text(word) == word)


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.lists(words, min_size=1, max_size=3)), min_size=1, max_size=5)
)
def test_what_is_written_is_what_is_read(parts):
    written = []
    for excluded, quoted, some in parts:
        joined = f'"{" ".join(some)}"' if quoted else "-".join(some)
        written.append("-" * excluded + joined)
    read = parse(" ".join(written) + " ")
    assert [(term.excluded, term.words) for term in read] == [
        (excluded, tuple(map(fold, some))) for excluded, _, some in parts
    ]
    assert not any(term.beginning for term in read)


@pytest.mark.parametrize(
    "singular, plural",
    [
        ("boat", "boats"),
        ("church", "churches"),
        ("city", "cities"),
        ("box", "boxes"),
        ("lily", "lilies"),
        ("woman", "women"),
        ("child", "children"),
        ("landscape", "landscapes"),
        ("house", "houses"),
        ("tree", "trees"),
        ("dish", "dishes"),
        ("fortress", "fortresses"),
        ("valley", "valleys"),
    ],
)
def test_both_numbers_of_a_noun_are_one_word(singular, plural):
    assert fold(singular) == fold(plural)


@pytest.mark.parametrize("word", ["venus", "paris", "iris", "christ", "glass", "bus", "nas", "jesus"])
def test_what_is_no_plural_stays(word):
    assert fold(word) == word


def test_known_words_are_searched_and_the_others_named(index):
    positions, scores = index.search("monet zzzyx haystakcs ", known_only=True)
    alone = index.search("monet ")
    assert positions.tolist() == alone[0].tolist() and scores == pytest.approx(alone[1])
    unknown = index.unknown("monet zzzyx haystakcs -nowhere ")
    assert set(unknown) == {"zzzyx", "haystakcs"} and not unknown["zzzyx"] and "haystacks" in unknown["haystakcs"]
    assert index.unknown("monet hayst") == {}, "the last word may be a beginning"
    with raises(InputError, "words-not-found", "zzzyx"):
        index.search("zzzyx haystakcs ", known_only=True)
