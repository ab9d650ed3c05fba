"""What the command line says to who begins, and to who mistypes."""

import argparse
import os
import re

import pytest

from artextract.app import tables
from artextract.app.cli import _parser, main
from artextract.app.commands.overview import commands_of, overview


def test_alone_it_shows_every_command_once_in_groups(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    assert main([]) == 0
    text = capsys.readouterr().out
    commands = commands_of(_parser())
    assert all(text.count(f"\n  {name} ") == 1 for name in commands)
    assert re.findall(r"^[A-Z]\w+$", text, re.MULTILINE) == ["Collect", "Look", "Classify", "Judge", "Share"]
    assert max(map(len, text.splitlines())) <= 72 and "artextract open ~/paintings" in text


def test_a_command_of_no_group_is_shown_all_the_same():
    assert "Further\n  new   does something" in overview({"open": "looks", "new": "does something"})


@pytest.mark.parametrize(
    "argv, said", [(["serch"], "search"), (["import", "foldr"], "folder"), (["OPEN"], "open"), (["Export"], "export")]
)
def test_a_mistyped_command_gets_those_like_it(argv, said, capsys):
    assert main(argv) == 2
    assert re.search(rf"did you mean: .*\b{said}\b", capsys.readouterr().err)


def test_what_is_like_nothing_gets_the_help(capsys):
    assert main(["xyzzy"]) == 2
    assert "artextract --help" in capsys.readouterr().err


@pytest.mark.parametrize("width", [60, 100, 200])
def test_tables_fit_the_terminal(width, monkeypatch):
    rows = [["1", "Water lilies " * 9, "0.73", "abc", "CC0; " * 20], ["2", "Hay", "0.70", "abd", ""]]
    head = ["", "title", "score", "id", "rights"]
    whole = tables.grid(head, rows, left=2, end=2)
    monkeypatch.setattr("sys.stdout", argparse.Namespace(isatty=lambda: True))
    monkeypatch.setattr(tables.shutil, "get_terminal_size", lambda: os.terminal_size((width, 24)))
    fitted = tables.grid(head, rows, left=2, end=2)
    assert max(map(len, fitted.splitlines())) <= width < max(map(len, whole.splitlines()))
    assert all(f"{number}  " in fitted for number in ("0.73", "0.70")), "numbers are never cut"
    assert tables.grid(head, [["1", "Hay", "0.70", "abd", "CC0"]], 2, 2).splitlines()[2].split() == [
        *("1", "Hay", "0.70", "abd", "CC0")
    ]
