"""Dates of tables: which columns hold them, what is kept as it was written, and what is said of the rest."""

import pandas as pd
import pytest

from artextract.sources.dating import is_date_column, with_years


def table(**columns):
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


def plain(frame, name):
    assert str(frame[name].dtype) == "Int64"
    return [None if cell is pd.NA else int(cell) for cell in frame[name]]


def test_words_are_kept_and_years_stand_beside_them():
    frame, notes = with_years(
        table(year=["c. 1503–1506", "1890/95", "before 1500", "after 1500", "-500", "n.d.", None])
    )
    assert frame["date"].tolist()[:4] == ["c. 1503–1506", "1890/95", "before 1500", "after 1500"]
    assert plain(frame, "year") == [1503, 1890, None, 1500, -500, None, None]
    assert plain(frame, "year_end") == [1506, 1895, 1500, None, -500, None, None]
    assert notes == [], "n.d. says that there is no date, and is understood"


@pytest.mark.parametrize(
    "cells", [["1890", "1891.0", " 1892 ", None], [1890.0, 1891.0, 1892.0, None], [1890, 1891, 1892, ""]]
)
def test_years_alone_stay_one_column(cells):
    frame, notes = with_years(table(title=["a"] * 4, year=cells))
    assert list(frame) == ["title", "year"] and plain(frame, "year") == [1890, 1891, 1892, None] and notes == []


def test_what_is_not_understood_is_counted_and_shown():
    frame, notes = with_years(table(year=["1890", "inf", "1e3", "153505", "x" * 99, "Room\n5"]))
    assert plain(frame, "year") == [1890, None, None, None, None, None] and frame["date"][1] == "inf"
    assert notes == ["5 dates were not understood, such as 'inf', '1e3', '153505'; no year is known there"]
    (note,) = with_years(table(year=["x" * 99]))[1]
    assert note.startswith("1 date was not understood") and len(note) < 130
    assert "'Room 5'" in with_years(table(date=["Room\n5"]))[1][0]


@pytest.mark.parametrize(
    "name", ["Datierung", "DATE", "Fecha", "date de création", "Datazione", "datering", "Creation_Date"]
)
def test_a_column_of_dates_is_known_by_its_name(name):
    frame, notes = with_years(table(**{name: ["um 1500", "16. Jh."]}))
    assert list(frame) == ["date", "year", "year_end"] and frame["date"].tolist() == ["um 1500", "16. Jh."]
    assert plain(frame, "year") == [1500, 1501] and plain(frame, "year_end") == [1500, 1600]
    assert notes == [f"the column '{name}' is taken as the date, and is called 'date'"]


@pytest.mark.parametrize("name", ["Jahr", "Year", "année", "anno", "año", "jaar"])
def test_a_column_of_years_is_known_by_its_name(name):
    frame, notes = with_years(table(**{name: ["1500", None]}))
    assert list(frame) == ["year"] and plain(frame, "year") == [1500, None]
    assert notes == [f"the column '{name}' is taken as the year, and is called 'year'"]


def test_a_name_that_means_other_things_counts_only_with_dates_in_it():
    frame, notes = with_years(table(data=["{}", "blue", "1"], zeit=["um 1500", "1510", None]))
    assert list(frame) == ["data", "date", "year"] and plain(frame, "year") == [1500, 1510, None] and len(notes) == 1


def test_columns_of_first_and_last_years_count_before_words():
    frame, _ = with_years(
        table(date=["about then", "1500", "16th century"], year=["1480", None, None], year_end=["1490", None, "1550"])
    )
    assert plain(frame, "year") == [1480, 1500, 1501] and plain(frame, "year_end") == [1490, 1500, 1550]
    frame, _ = with_years(table(**{"Object Begin Date": ["1480", "1500"], "Object End Date": ["1490", ""]}))
    assert plain(frame, "year") == [1480, 1500] and plain(frame, "year_end") == [1490, 1500]
    assert plain(frame, "Object Begin Date") == [1480, 1500], "the museum's own columns stay, as numbers"
    frame, _ = with_years(table(year=["1490"], year_end=["1480"]))
    assert plain(frame, "year_end") == [1490], "an end before the beginning is none"


def test_the_words_of_two_columns_are_kept():
    frame, _ = with_years(table(date=["um 1500", "um 1510"], year=["1500?", "1510"]))
    assert frame["date"].tolist() == ["um 1500", "um 1510"] and frame["year_as_written"].tolist() == ["1500?", "1510"]
    assert plain(frame, "year") == [1500, 1510]


def test_numbers_that_are_no_years_become_text():
    frame, notes = with_years(table(year=[1890.0, float("inf"), 1890.5]))
    assert frame["date"].tolist() == ["1890.0", "inf", "1890.5"] and plain(frame, "year") == [1890, None, None]
    assert len(notes) == 1


def test_labels_and_tables_without_dates_are_left_alone():
    frame = table(title=["a"], year=["16th century"], medium=["1890"])
    assert with_years(frame, apart=("year",))[0].equals(frame)
    assert with_years(frame[["title", "medium"]])[0].equals(frame[["title", "medium"]])
    assert with_years(table(title=[], date=[]))[0].columns.tolist() == ["title", "date", "year"]


def test_names_of_columns():
    assert is_date_column("Datierung") and is_date_column("year_end") and is_date_column("Object Begin Date")
    assert not is_date_column("title") and not is_date_column("update") and not is_date_column("_key")
