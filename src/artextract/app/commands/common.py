"""What the commands share: their outcome, how one is declared, how long work speaks, and how arguments are read."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from artextract.errors import InputError
from artextract.printable import for_terminal


@dataclass(frozen=True)
class Outcome:
    """What a command has to say: ``document`` for ``--json``, ``text`` for people."""

    document: Any
    text: str
    exit_code: int = 0


class Parser(argparse.ArgumentParser):
    """Wrong use becomes an error as any other, so that ``--json`` covers it."""

    _mixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """An argument that may be left out may also stand behind options.

        Argparse alone takes it for left out as soon as an option comes before it."""
        if self._mixing or not any(action.nargs == "?" for action in self._get_positional_actions()):
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """A name that there is not gets those that are spelled alike."""
        if not isinstance(action, argparse._SubParsersAction) or value in action.choices:
            return super()._check_value(action, value)
        from artextract.spelling import alike, shown

        near = alike(str(value).casefold(), action.choices)
        raise InputError(
            f"there is no {str(action.metavar or 'command').lower()} '{shown(str(value))}'",
            f"did you mean: {' or '.join(near)}?" if near else f"see: {self.prog} --help",
            code="invalid-usage",
        )

    def error(self, message: str) -> NoReturn:
        raise InputError(message, f"see: {self.prog} --help", code="invalid-usage")


def command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], Outcome], about: str, example: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print exactly one JSON document on standard output")
    parser.set_defaults(run=run)
    return parser


def progress(items: Iterable, total: int, caption: str) -> Iterable:
    from tqdm import tqdm

    return tqdm(items, total=total, desc=caption, unit="", leave=False, disable=None)


def say(text: str) -> None:
    print(for_terminal(text), file=sys.stderr, flush=True)


def open_sheet(args: argparse.Namespace, sheet: str | Path | None) -> None:
    """Show the sheet that a command has written, where ``--open`` asks for it."""
    from artextract.app.browser import show_in_browser

    if args.open and sheet and not show_in_browser(Path(sheet).resolve().as_uri()):
        say(f"no program was found that shows '{sheet}'")


def sheet_options(parser: argparse.ArgumentParser, about: str) -> None:
    """``--sheet PNG``, and ``--open`` to look at it."""
    parser.add_argument("--sheet", metavar="PNG", help=about)
    parser.add_argument("--open", action="store_true", help="open the sheet once it is written")


def require_sheet(args: argparse.Namespace) -> None:
    """Raises ``InputError`` where there will be nothing to open."""
    if args.open and not args.sheet:
        raise InputError("there is no sheet to open", "say where to write it: --sheet PNG", code="invalid-usage")


def names(text: str | None) -> tuple[str, ...] | None:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else None


def pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise InputError(
            f"'{text}' is not of the kind NAME=LEVEL", "as in: --label style=parent", code="invalid-option"
        )
    return name.strip(), value.strip()


def positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 up")
    return int(text)


def from_zero(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 up")
    return int(text)
