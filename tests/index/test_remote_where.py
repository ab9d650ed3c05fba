"""The same condition in the words of each server, and what PostgreSQL is sent; their own tests ask real servers."""

import numpy as np
import pytest

from artextract.index.milvus_client import expression
from artextract.index.postgres_sql import b_trees, creation, halved, sql, whole
from artextract.index.remote_where import Among, Compared, Not, Some, every

WHERE = every(
    Compared("serial", "<=", 9),
    Not(Among("serial", (3, 4))),
    None,
    Not(Some((Compared("c1", "==", 7.5), Among("c0", ('l\'or "a"', ""))))),
    Compared("has_deep", "==", True),
)


def test_in_the_words_of_milvus():
    assert expression(WHERE) == (
        "(serial <= 9 and serial not in [3, 4] and"
        ' not ((c1 == 7.5 or c0 in ["l\'or \\"a\\"", ""])) and has_deep == true)'
    )


def test_in_sql_values_stand_beside_the_text():
    values = ["the vector"]
    assert sql(WHERE, values) == (
        '("serial" <= $2 and "serial" <> all($3) and not (("c1" = $4 or "c0" = any($5))) and "has_deep" = $6)'
    )
    assert values == ["the vector", 9, [3, 4], 7.5, ['l\'or "a"', ""], True]


def test_vectors_there_and_back():
    vectors = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    half = halved(vectors)
    assert half[0][:4] == b"\x00\x05\x00\x00", "how many numbers"
    assert whole(half, 5, exact=False) == pytest.approx(vectors, rel=1e-3)
    assert np.array_equal(whole([row.tobytes() for row in vectors.astype("<f4")], 5, exact=True), vectors)
    assert whole([], 5, exact=True).shape == (0, 5)


def test_a_table_keeps_wide_vectors_beside_the_page_and_long_texts_out_of_b_trees():
    fields = {"title": ["key", "c0"], "year": ["range", "c1_first", "c1_last"]}
    made, stored = creation("museum.t_g1", 3_000, ["deep"], fields, exact=False)
    assert made.startswith('create table if not exists "museum"."t_g1"') and '"exact"' not in made
    assert '"c0" text' in made and '"c1_last" double precision' in made and '"vector" set storage plain' in stored
    assert '"vector" set storage external' in list(creation("t", 3_900, [], {}, exact=True))[1]
    assert list(b_trees("t", {"c0": 2_001, "c1_first": 0})) == ['create index on "t" ("c1_first")']
