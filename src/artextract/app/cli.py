"""The command line: the only place that prints and exits.

Every command is a function from its arguments to an ``Outcome``; heavy imports happen inside, so that ``--version`` and
``--help`` are quick and ``search`` and ``predict`` never load torch."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import signal
import sys
import threading
import traceback
from functools import cache
from typing import Any

from artextract.app.commands import GROUPS
from artextract.app.commands.common import Parser
from artextract.app.commands.overview import commands_of, overview
from artextract.errors import ArtExtractError
from artextract.printable import for_terminal
from artextract.version import __version__

os.environ.setdefault(
    "OMP_WAIT_POLICY", "passive"
)  # threads that spin while they wait starve whatever shares the cores


TEXTS = ("words", "where", "rights", "label_separator", "title", "text", "note")
"""Arguments that are no paths, whatever they begin with."""


class TerminatedError(KeyboardInterrupt):
    """SIGTERM: the work ends as by Ctrl-C, and keeps what is done."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 done, 1 nothing usable or coverage too low, 2 usage error, 130 stopped
    by Ctrl-C (SIGINT), 143 by SIGTERM."""
    argv = sys.argv[1:] if argv is None else argv
    as_json = "--json" in argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name may be no Unicode
            stream.reconfigure(errors="backslashreplace")
    _heed_sigterm()
    try:
        parser = _parser()
        if not argv:
            print(parser.format_help())
            return 0
        args = _at_home(parser.parse_args(argv))
        outcome = args.run(args)
        if as_json:
            print(json.dumps(outcome.document, indent=2, ensure_ascii=False, allow_nan=False))
        elif outcome.text:
            print(for_terminal(outcome.text))
        sys.stdout.flush()
        return outcome.exit_code
    except ArtExtractError as error:
        return _fail(error.message, error.hint, error.exit_code, as_json, error.code)
    except BrokenPipeError:
        # The reader has gone, and so has the wish for the rest.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return 0
    except KeyboardInterrupt as error:
        return _fail(
            "interrupted",
            "what was computed is kept; run it again to resume",
            143 if isinstance(error, TerminatedError) else 130,
            as_json,
            "stopped",
        )
    except OSError as error:
        if os.environ.get("ARTEXTRACT_DEBUG"):
            raise
        return _fail(
            f"{error.strerror or error}: {error.filename or ''}".rstrip(": "),
            "check the path, its rights and the free space",
            1,
            as_json,
            "system",
        )
    except Exception as error:
        traceback.print_exc()  # a defect of ours: the report of it needs the trace, and --json still gets its document
        return _fail(
            f"{type(error).__name__}: {error}",
            "this is an error in ArtExtract; please report it with the lines above",
            1,
            as_json,
            "defect",
        )


def _at_home(args: argparse.Namespace) -> argparse.Namespace:
    """Arguments that begin as a path in the home folder does, or are ``file:`` URLs, made such paths: a shell leaves
    --out=~/x as it is, and file managers copy URLs."""

    from artextract.files import is_file_url, user_path

    def expanded(value: Any) -> Any:
        if isinstance(value, list):
            return [expanded(one) for one in value]
        if isinstance(value, str) and (re.match(r"~[^\s~/\\]*([/\\]|$)", value) or is_file_url(value)):
            return str(user_path(value))
        return value

    for name, value in vars(args).items():
        if name not in TEXTS:
            setattr(args, name, expanded(value))
    return args


def _heed_sigterm() -> None:
    """Where nobody else does, and signals come here at all; a second SIGTERM ends the process at once."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return

    def stop(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raise TerminatedError

    signal.signal(signal.SIGTERM, stop)


def _fail(message: str, hint: str, exit_code: int, as_json: bool, code: str) -> int:
    if as_json:
        print(json.dumps({"error": {"message": message, "hint": hint, "code": code}}, ensure_ascii=False))
    else:
        print(for_terminal(f"artextract: {message}" + (f"\n  {hint}" if hint else "")), file=sys.stderr)
    return exit_code


class _Front(Parser):
    def format_help(self) -> str:
        return overview(commands_of(self))


@cache
def _parser() -> Parser:
    parser = _Front(prog="artextract", description="Says what a painting is and what it is like.")
    parser.add_argument("--version", action="version", version=f"artextract {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for group in GROUPS:
        group.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
