"""Filters: every operator, labels in any spelling, missing labels, and errors that show the way."""

import numpy as np
import pandas as pd
import pytest

from artextract.errors import InputError
from artextract.search.asking.filters import mask
from artextract.table import Paintings
from tests.raising import raises


@pytest.fixture(scope="module")
def paintings(tmp_path_factory):
    frame = pd.DataFrame(
        {
            "id": ["a1", "a2", "b1", "b2", "c1"],
            "title": ["Water Lilies", "Étude d'eau", "The WATER mill", None, "Night"],
            "style": ["Impressionism", "Art_Nouveau_Modern", "art nouveau", "Cubism", None],
            "artist": ["Claude Monet", "Édouard Manet", "vincent-van-gogh", "Juan Gris", "unknown"],
            "genre": None,
            "year": [1906, 1880, 1888.0, None, 1900],
            "dated": ["1906", "1880", "about 1888", "1912", None],
            "keywords": [["pond", "Garden"], [], ["mill"], None, ["garden", "night"]],
        }
    )
    frame = frame.assign(path=frame["id"] + ".jpg", source="x", rights="CC0", sha256=frame["id"], width=99, height=99)
    return Paintings(frame, tmp_path_factory.mktemp("c"))


@pytest.mark.parametrize(
    "expression, ids",
    [
        ("style=Cubism", "b2"),
        (" Style = cubism ", "b2"),
        ("style=Art_Nouveau", "a2 b1"),
        ("style=art nouveau|Cubism", "a2 b1 b2"),
        ("style!=Cubism", "a1 a2 b1 c1"),
        ("style!=Cubism|art-nouveau", "a1 c1"),
        ("style=unknown", "c1"),
        ("style!=unknown", "a1 a2 b1 b2"),
        ("artist=Vincent van Gogh", "b1"),
        ("artist=edouard_manet|Claude Monet", "a1 a2"),
        ("artist=none", "c1"),
        ("id=a1", "a1"),
        ("year=1880..1900", "a2 b1 c1"),
        ("year=1888", "b1"),
        ("year=1888|1900", "b1 c1"),
        ("year!=1888", "a1 a2 b2 c1"),
        ("year!=1880..1900", "a1 b2"),
        ("year=..1888", "a2 b1"),
        ("year=1900..", "a1 c1"),
        ("year>=1900", "a1 c1"),
        ("year>1900", "a1"),
        ("year<=1880", "a2"),
        ("year<1888", "a2"),
        ("title~water", "a1 b1"),
        ("title~etude D'EAU", "a2"),
        ("any~monet", "a1"),
        ("any~NOUVEAU", "a2 b1"),
        ("any~b2", "b2"),
        ("any~night", "c1"),
        ("keywords=garden", "a1 c1"),
        ("keywords~nigh", "c1"),
        ("dated=1912", "b2"),
    ],
)
def test_one_expression(paintings, expression, ids):
    found = mask(paintings, [expression])
    assert found.dtype == bool and found.shape == (5,)
    assert " ".join(np.array(paintings.ids)[found]) == ids


def test_all_expressions_must_hold(paintings):
    assert mask(paintings, []).all()
    assert mask(paintings, ["year>=1888", "style!=Cubism", "title~water"]).tolist() == [True, False, True, False, False]
    assert not mask(paintings, ["style=Cubism", "artist=Claude Monet"]).any()


@pytest.mark.parametrize(
    "expression, code, named, hint",
    [
        ("style", "invalid-filter", "style", "style=Cubism"),
        ("style=", "invalid-filter", "style=", "style=Cubism"),
        ("=Cubism", "invalid-filter", "=Cubism", "style=Cubism"),
        ("stile=Cubism", "unknown-column", "'stile'", "style?"),
        ("style=Kubism", "no-such-value", "style 'Kubism'", "Cubism"),
        ("style=Cubism|Kubism", "no-such-value", "style 'Kubism'", "Cubism"),
        ("artist=monet", "no-such-value", "artist 'monet'", "Claude Monet"),
        ("genre=portrait", "no-such-value", "genre 'portrait'", ""),
        ("year=1887", "no-such-value", "year 1887", "1888"),
        ("year=1600..1700", "no-such-value", "year=1600..1700", "1880 to 1906"),
        ("year>2000", "no-such-value", "year>2000", "1880 to 1906"),
        ("year>=soon", "not-a-number", "'soon'", "numbers"),
        ("style>=3", "not-a-number-column", "'style'", ""),
        ("dated>=1900", "not-a-number-column", "'dated'", ""),
        ("title~watre", "no-such-value", "'watre'", ""),
        ("title~--", "invalid-filter", "title", ""),
    ],
)
def test_errors_show_the_way(paintings, expression, code, named, hint):
    with raises(InputError, code, named) as caught:
        mask(paintings, [expression])
    assert hint in caught.value.hint


def test_labels_that_hold_a_bar_or_a_sign(tmp_path):
    styles = ["A|B", "C", "A+", "A-", "Rembrandt?", "Rembrandt", "ศิลปะ", "ศลปะ"]
    ids = [f"p{i}" for i in range(len(styles))]
    frame = pd.DataFrame({"id": ids, "style": styles, "sha256": ids, "width": 99, "height": 99})
    table = Paintings(frame.assign(path="x", source="x", rights="x"), tmp_path)

    def found(expression):
        return [styles[row] for row in np.flatnonzero(mask(table, [expression]))]

    assert found("style=A|B") == found("style=a\\|b") == ["A|B"]
    assert found("style=A\\|B|C") == ["A|B", "C"] and found("style=A+|A-") == ["A+", "A-"]
    assert found("style=rembrandt ?") == ["Rembrandt?"] and found("style=REMBRANDT") == ["Rembrandt"]
    assert found("style~rembrandt") == ["Rembrandt?", "Rembrandt"] and found("style=ศิลปะ") == ["ศิลปะ"]
