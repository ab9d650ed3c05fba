"""Clusters over time: ranges of years divided by hand, and a collection whose styles follow one another."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artextract.app.cli import main
from artextract.errors import InputError
from artextract.search.asking.engine import SearchEngine
from artextract.search.map.layout import make_map, middle_years, offered_methods
from artextract.search.map.timeline import closed_ranges, make_timeline, require_years, spread
from artextract.table import Paintings
from tests.raising import raises


@pytest.fixture(scope="module")
def engine(indexed_collection):
    return SearchEngine.open(indexed_collection)


def dated(**columns):
    frame = pd.DataFrame({name: pd.Series(cells, dtype="Int64") for name, cells in columns.items()})
    frame = frame.assign(id=[f"i{row}" for row in range(len(frame))], path="p", source="", rights="", sha256="x")
    return Paintings(frame.assign(phash="", width=9, height=9), "c", ())


def test_years_are_divided_among_the_periods_by_hand():
    low, high = np.array([1800.0, 1805, 1895, np.nan]), np.array([1800.0, 1814, 1904, np.nan])
    shares = spread(low, high, np.arange(1800, 1910, 10), 10)
    assert shares[0].tolist() == [1] + [0] * 10
    assert shares[1][:2].tolist() == [0.5, 0.5] and shares[2][-2:].tolist() == [0.5, 0.5]
    assert shares.sum(1).tolist() == [1, 1, 1, 0]


def test_open_ends_are_as_the_other_and_what_is_unknown_stays_so():
    table = dated(year=[1500, None, 1700, None], year_end=[1510, None, None, 1600])
    assert middle_years(table)[[0, 2, 3]].tolist() == [1505, 1700, 1600] and np.isnan(middle_years(table)[1])
    low, high = closed_ranges(table)
    assert low[[0, 2, 3]].tolist() == [1500, 1700, 1600] and np.isnan(low[1]) and high[0] == 1510
    with raises(InputError, "no-years"):
        require_years(Paintings(table.frame.drop(columns=["year", "year_end"]), "c", ()))


def test_a_map_by_time_has_the_years_from_left_to_right(engine):
    found = make_map(engine, "time", {"palette": 1.0}, 4)
    years = middle_years(found.paintings)
    assert np.allclose(found.places[:, 0], (years - years.min()) / np.ptp(years))
    assert np.allclose(np.sort(found.places[:, 1]), np.linspace(0, 1, len(years)))
    assert sum(cluster.size for cluster in found.named) == len(years) == 24
    assert "time" in offered_methods(dated=True) and "time" not in offered_methods()


def test_the_schools_follow_one_another(engine):
    found = make_timeline(engine, {"palette": 1.0}, 4, every=30)
    assert found.paintings == 24 and found.undated == 0 and found.every == 30
    assert sum(strand.dated for strand in found.strands) == pytest.approx(24)
    assert [strand.median for strand in found.strands] == sorted(strand.median for strand in found.strands)
    total = np.array([strand.counts for strand in found.strands]).sum(0)
    assert found.periods[0] == (1800, 1829) and total[0] == 6, "six of 1800, 1805, ... 1825"
    own = make_timeline(engine, {"palette": 1.0}, 4)
    assert len(own.periods) == 12 and own.every == 10


def test_the_command_writes_and_draws(indexed_collection, tmp_path, capsys):
    arguments = ["timeline", str(indexed_collection), "--mix", "colours", "--clusters", "4", "--every", "30"]
    assert main([*arguments, "--csv", str(tmp_path / "t.csv"), "--sheet", str(tmp_path / "t.png"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    rows = pd.read_csv(tmp_path / "t.csv")
    assert len(rows) == len(document["periods"]) * len(document["strands"]) and rows["paintings"].sum() == 24
    assert Image.open(tmp_path / "t.png").width == 1600
    assert main(arguments) == 0
    assert "1800-1829" in capsys.readouterr().out
    assert main(["map", str(indexed_collection), "--method", "time", "--out", str(tmp_path / "m")]) == 0
    assert (tmp_path / "m" / "map.png").exists() and "mapped by time" in capsys.readouterr().out
