"""Broken, missing and changed files."""

from artextract.doctor import examine, fix
from artextract.table import read_paintings
from tests.doctor.plants import changed, empty, missing, text, truncated


def test_broken_files_are_named_with_the_reason(collection):
    for plant in (missing, truncated, text, empty, changed):
        plant(collection)
    report = examine(collection)
    reasons = {
        item["id"]: item["reason"]
        for kind in ("missing_file", "unreadable_file", "changed_file")
        for item in report.find(kind).items
    }
    assert set(reasons) == {"p03", "p04", "p05", "p06", "p07"}
    assert "missing" in reasons["p03"] and "truncated" in reasons["p04"] and "empty" in reasons["p06"]
    repairs = fix(report)
    assert set(repairs.dropped) == {"p03", "p04", "p05", "p06"} and len(read_paintings(collection)) == 44
