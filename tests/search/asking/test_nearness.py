"""How near is near: bands hold what they promise of random pairs, agree with counting pair by pair, and say nothing
where nothing is known."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from artextract.index import FeatureVectors, create_index
from artextract.search.asking.nearness import BANDS, CLOSE, RELATED, SAME, SHARES, VERY_CLOSE, WEAK, Nearness, said
from artextract.table import Paintings

N = 240


def made(folder, vectors: dict[str, np.ndarray], **columns) -> Nearness:
    n = len(next(iter(vectors.values())))
    ids = [f"p{row:03d}" for row in range(n)]
    table = {"id": ids, "path": ids, "title": None, "source": "made", "rights": "CC0", "width": 9, "height": 9}
    table |= {"sha256": ids, "phash": None} | columns
    built = create_index(folder / "index", ids, ids, {f: FeatureVectors("1", v) for f, v in vectors.items()})
    return Nearness(built, Paintings(pd.DataFrame(table), folder, ("style", "artist")))


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Forms by artist and colours by chance, of a few paintings missing; two paintings are the same file."""
    random = np.random.default_rng(0)
    artists = np.arange(N) % 40
    styles_of_artists = random.normal(size=(40, 12))[artists]
    deep = (styles_of_artists + random.normal(size=(N, 12))).astype(np.float32)
    colour = random.normal(size=(N, 6)).astype(np.float32)
    colour[:5] = np.nan
    content = [f"c{row}" for row in range(N)]
    content[7] = content[3]
    names = [f"artist {artist}" for artist in artists]
    names[0] = None
    return made(
        tmp_path_factory.mktemp("two"),
        {"deep": deep, "colour": colour},
        artist=names,
        style=[f"style {a % 4}" for a in artists],
        sha256=content,
    )


@pytest.mark.parametrize("metric", ["cosine", "l2", "csls"])
def test_shares_are_those_of_counting_pair_by_pair(two, metric):
    mix = {"deep": 0.7, "colour": 0.3}
    bands, index, table = two.bands(mix, metric), two._index, two._paintings
    scores, same = [], []
    content, artist = table.column("sha256"), table.column("artist")
    rows = {name: index.rows(name, index.ids) for name in mix}
    scales = {name: index.scale(name, metric) for name in mix}
    for a, b in combinations(range(N), 2):
        if content[a] == content[b]:
            continue
        total = 0.0
        for name, weight in mix.items():
            units, norms, dense = rows[name].units, rows[name].norms, rows[name].densities
            if norms[a] == 0 or norms[b] == 0:
                continue
            cosine = float(units[a] @ units[b])
            raw = cosine
            if metric == "csls":
                raw = 2 * cosine - dense[a] - dense[b]
            elif metric == "l2":
                raw = -np.linalg.norm(units[a] * norms[a] - units[b] * norms[b])
            total += weight * (raw - scales[name].mean) / scales[name].reach
        scores.append(total)
        same.append(artist[a] is not None and artist[a] == artist[b])
    scores, same = np.array(scores), np.array(same)
    assert bands.pairs == len(scores)
    for band in bands.bands:
        assert band.random == pytest.approx((scores > band.above + 1e-5).mean(), abs=2 / len(scores))
        assert band.same_artist == pytest.approx((scores[same] > band.above).mean(), abs=2 / same.sum())
    own = {band.name: band for band in bands.bands if band.own}
    assert set(own) == {RELATED, CLOSE}, "28,000 pairs have 28 of the nearest thousandth, and 2 of the next"
    for name, band in own.items():
        assert SHARES[name] / 2 < band.random <= SHARES[name]


def test_a_score_has_the_nearest_band_that_it_reaches(two):
    bands = two.bands({"deep": 1})
    above = [band.above for band in bands.bands]
    assert [band.name for band in bands.bands] == [SAME, VERY_CLOSE, CLOSE, RELATED] and above == sorted(above)[::-1]
    probes = (99, above[1], above[2] + 1e-6, above[2], above[3], -3)
    assert [bands.of(value) for value in probes] == [SAME, CLOSE, CLOSE, RELATED, WEAK, WEAK]
    assert set(bands.as_dict(N)) == set(BANDS) - {WEAK} and bands.as_dict(N)[CLOSE]["by_chance"] == 0.24


def test_a_picture_with_itself_is_the_same_work_and_neighbours_are_not(two):
    bands = two.bands({"deep": 0.8, "colour": 0.2})
    itself = sum(
        weight * float(two._index.scale(name, "cosine").standard(np.array(1.0)))
        for name, weight in {"deep": 0.8, "colour": 0.2}.items()
    )
    assert bands.of(itself) == SAME
    assert bands.bands[0].random == 0


def test_colours_alone_never_tell_a_work(two):
    assert SAME not in {band.name for band in two.bands({"colour": 1}).bands}
    assert SAME not in {band.name for band in two.bands({"colour": 0.6, "deep": 0.4}).bands}


def test_weights_of_any_sum_give_the_same_bands(two):
    one, twice = (two.bands({"deep": 0.5 * f, "colour": 0.5 * f}) for f in (1, 2))
    assert [2 * band.above for band in one.bands] == pytest.approx([band.above for band in twice.bands], abs=1e-5)
    assert [band.random for band in one.bands] == pytest.approx([band.random for band in twice.bands], abs=1e-4)


def test_where_nothing_can_be_said(tmp_path, two):
    random = np.random.default_rng(1).normal(size=(40, 4)).astype(np.float32)
    assert two.bands({"words": 1}) is None and two.bands({}) is None
    assert made(tmp_path / "few", {"deep": random[:10]}).bands({"deep": 1}) is None
    assert made(tmp_path / "alike", {"deep": np.ones((40, 4), np.float32)}).bands({"deep": 1}) is None
    small = made(tmp_path / "small", {"deep": random}).bands({"deep": 1})
    assert not any(band.own for band in small.bands) and small.bands[-1].same_artist is None


def test_nothing_close_is_said_above_the_hits(two):
    bands = two.bands({"deep": 1})
    assert said(bands, CLOSE) == said(bands, None) == said(None, WEAK) == ""
    assert "only related" in said(bands, RELATED) and "Nothing here is much like it" in said(bands, WEAK)
