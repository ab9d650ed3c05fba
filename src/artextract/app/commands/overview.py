"""What one can do, in groups: what ``artextract`` alone shows, and its ``--help``."""

from __future__ import annotations

import argparse
import shutil
import textwrap

BEGIN = """\
artextract says what a painting is and what it is like.

Begin with a folder of pictures:  artextract open ~/paintings
"""
GROUPS = {
    "Collect": ("open", "import", "index", "doctor"),
    "Look": ("serve", "search", "explain", "path", "map", "timeline", "duplicates", "motifs", "features"),
    "Classify": ("predict", "train", "evaluate", "outliers", "backbones", "fetch"),
    "Judge": ("review", "study", "benchmark"),
    "Share": ("lists", "export", "users", "demo"),
}
"""Commands by what they are for; one that is not named stands under ``FURTHER``."""
FURTHER = "Further"
MOST = 100
"""Columns of text, where the terminal has more."""


def overview(commands: dict[str, str]) -> str:
    """The page of all ``commands`` (name -> what it does), as wide as the terminal."""
    width = min(MOST, shutil.get_terminal_size().columns)
    named = {name for names in GROUPS.values() for name in names}
    groups = GROUPS | {FURTHER: tuple(name for name in commands if name not in named)}
    indent = max(map(len, commands)) + 4
    lines = [BEGIN]
    for group, names in groups.items():
        there = [name for name in names if name in commands]
        if there:
            lines.append(group)
        for name in there:
            first = f"  {name}".ljust(indent)
            lines += textwrap.wrap(
                commands[name], max(width, indent + 20), initial_indent=first, subsequent_indent=" " * indent
            )
        lines += [""] if there else []
    return "\n".join([*lines, "One command, with an example:  artextract COMMAND --help", "The version:  --version"])


def commands_of(parser: argparse.ArgumentParser) -> dict[str, str]:
    """The commands that a parser knows, and what each does."""
    found: dict[str, str] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= {choice.dest: choice.help or "" for choice in action._choices_actions}
    return found
