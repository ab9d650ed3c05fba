"""Misspelled names find the ones that were meant, also among very many."""

import difflib

import numpy as np
import pytest

from artextract.spelling import COMPARED, Spelling, edits, near_words


def many(n=3000):
    random = np.random.default_rng(0)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    return ["".join(random.choice(letters, 12)) for _ in range(n)]


def test_few_names_are_compared_one_by_one():
    names = ["monet-1", "monet-2", "manet-9", "degas"]
    assert Spelling(names).near("monet1") == difflib.get_close_matches("monet1", names, 3, 0.4)
    assert Spelling(names).near("") == [] and Spelling([]).near("monet") == []


def test_of_many_the_misspelled_one_is_found():
    names = many()
    assert len(names) > COMPARED
    spelling = Spelling(names)
    for row in range(0, 3000, 300):
        name = names[row]
        for written in (name[:4] + "x" + name[5:], name[1:], name.upper(), name[:6] + name[7:]):
            assert spelling.near(written.lower())[0] == name


def test_a_part_of_a_name_is_enough():
    names = [*many(), "Inventory 1889-42, seen from a window of the asylum of Saint-Paul-de-Mausole"]
    assert Spelling(names).near("1889-42") == [names[-1]]
    assert Spelling(names).near("0123456789") == []


@pytest.mark.parametrize(
    "one, other, slips",
    [("monet", "monet", 0), ("monnet", "monet", 1), ("haystakcs", "haystacks", 1), ("", "abc", 3), ("abcd", "dcba", 3)],
)
def test_slips_are_counted(one, other, slips):
    assert edits(one, other) == edits(other, one) == slips


def test_only_words_within_a_slip_or_two_are_suggested():
    words = ["monet", "manet", "money", "cezanne", "moonlit", "portrait"]
    near = near_words("monnet", words)
    assert near[0] == "monet" and set(near) == {"monet", "manet", "money"}
    assert near_words("monet", ["manet", "moonlit"]) == ["manet"]
    assert near_words("zzz", words) == [] and near_words("cesane", words) == ["cezanne"]
