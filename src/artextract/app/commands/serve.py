"""The commands that offer a collection to others: serve, users."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from artextract.app.commands.common import Outcome, command, positive, say
from artextract.errors import InputError

if TYPE_CHECKING:
    from artextract.app.serving import Serving
    from artextract.app.users import Users

PASSWORD = "ARTEXTRACT_PASSWORD"
"""Of the environment: the password, where nobody can be asked."""
PUBLIC_RATE = 10.0


def add(commands: argparse._SubParsersAction) -> None:
    serve = command(
        commands,
        "serve",
        _serve,
        "the web application of a collection",
        "artextract serve my-collection --port 8000\n  artextract serve my-collection --public --allow upload"
        " --behind-proxy --prefix /art --allow-host museum.example\n  artextract serve my-collection --users users.txt",
    )
    serve.add_argument("collection", metavar="COLLECTION")
    serve.add_argument(
        "--model",
        metavar="MODEL",
        help=(
            "what classifies style, artist and genre and finds suspect labels (default: the model that the collection"
            " was indexed with)"
        ),
    )
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (default: %(default)s, this machine only)",
    )
    serve.add_argument("--port", type=int, default=8000, help="0 for any that is free (default: %(default)s)")
    serve.add_argument("--open", action="store_true", help="open the page in the browser of this machine")
    _who(serve.add_argument_group("who may do what"))
    _network(serve.add_argument_group("in a network"))
    _limits(serve.add_argument_group("limits"))

    users = commands.add_parser("users", help="who may sign in to a server", description="Who may sign in.")
    users.set_defaults(json=False)
    kinds = users.add_subparsers(dest="kind", metavar="COMMAND", required=True)
    added = command(
        kinds,
        "add",
        _add_user,
        "write a user into a file for serve --users, or give them another password",
        "artextract users add users.txt 'Ada Lovelace'",
    )
    added.add_argument("file", metavar="FILE", help="made if not there; it holds hashes of the passwords (scrypt)")
    added.add_argument("name", metavar="NAME", help="as it is to stand in decisions and judgements")


def _who(options: argparse._ArgumentGroup) -> None:
    options.add_argument(
        "--public",
        action="store_true",
        help="read-only for everyone: no review, study, uploads, jobs, nor pictures added; and a limit of requests",
    )
    options.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="PART,...",
        help="what a public server, or one with users, lets everybody do: upload, review, study, jobs, lists,"
        " works, mix, map, add",
    )
    options.add_argument(
        "--users",
        metavar="FILE",
        help="those in this file may sign in and do everything, all others only read; made by: users add",
    )
    options.add_argument(
        "--password",
        action="store_true",
        help=f"as --users, with one password for all, asked for here or taken from {PASSWORD} of the environment",
    )
    options.add_argument("--closed", action="store_true", help="who is not signed in may not even read")


def _network(options: argparse._ArgumentGroup) -> None:
    options.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name under which visitors reach this machine; may be given more than once",
    )
    options.add_argument(
        "--behind-proxy",
        action="append",
        nargs="?",
        const="loopback",
        default=[],
        metavar="ADDRESS",
        help="believe the X-Forwarded-* headers of the reverse proxy at this address or network (without one: of this"
        " machine)",
    )
    options.add_argument(
        "--prefix", default="", metavar="PATH", help="the path below which a proxy offers this server, such as /art"
    )
    options.add_argument(
        "--cors",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="another site whose viewer may read IIIF documents and pictures, such as https://viewer.example, or * for"
        " all; may be given more than once",
    )
    options.add_argument(
        "--cors-api", action="store_true", help="these sites may also use the calls that search and read"
    )
    options.add_argument(
        "--access-log", metavar="FILE", help="write every request into a file, in the combined format of web servers"
    )
    options.add_argument(
        "--shared",
        metavar="FOLDER",
        help="for several servers of one collection behind a proxy: where they keep uploads, sessions and jobs together"
        " (default: each in its memory)",
    )
    options.add_argument(
        "--metrics", action="store_true", help="let others than this machine read /metrics (for Prometheus)"
    )


def _limits(options: argparse._ArgumentGroup) -> None:
    options.add_argument(
        "--rate",
        type=_rate,
        metavar="N",
        help=f"requests a second that one address may send on average, 0 for no limit (default: {PUBLIC_RATE:g} with"
        " --public or users, else 0)",
    )
    options.add_argument(
        "--max-upload-mb",
        type=positive,
        default=64,
        metavar="N",
        help="largest file that visitors may search with (default: %(default)s)",
    )
    options.add_argument(
        "--max-megapixels",
        type=positive,
        default=100,
        metavar="N",
        help="largest picture that visitors may search with (default: %(default)s)",
    )


def _serve(args: argparse.Namespace) -> Outcome:
    from artextract.app import running
    from artextract.app.api import Limits, create_app
    from artextract.app.browser import show_in_browser
    from artextract.app.serving import host_of

    serving = _serving(args)
    port = running.free_port(args.host, args.port)
    loopback = args.host in ("127.0.0.1", "localhost", "::1")
    limits = Limits(upload_bytes=args.max_upload_mb * 2**20, upload_pixels=args.max_megapixels * 10**6)
    app = create_app(
        args.collection,
        args.model,
        limits,
        hosts=(args.host, *map(host_of, args.allow_host)),
        addresses=not loopback,
        cors=tuple(args.cors),
        serving=serving,
    )
    address = running.address_of(args.host, port)
    say(f"the collection is at {address}{serving.prefix[1:]} (stop with Ctrl-C)")
    if serving.users is not None and not (loopback or serving.proxies):
        say("passwords can be read on their way here: put a proxy with TLS before this server, see docs/serving.md")
    if not (loopback or serving.public or serving.users):
        say("whoever reaches this address can look, decide and judge; --public or --users changes that")
    running.run(app, args.host, port, lambda: show_in_browser(address) if args.open else None)
    return Outcome({"stopped": True}, "")


def _serving(args: argparse.Namespace) -> Serving:
    from artextract.app.serving import Serving, networks_of, prefix_of

    users = _users(args)
    if args.closed and users is None:
        raise InputError("nobody could sign in here", "give --users FILE or --password", code="invalid-usage")
    if args.cors_api and not args.cors:
        raise InputError("no site is named that could use the calls", "give --cors ORIGIN", code="invalid-usage")
    rate = args.rate if args.rate is not None else PUBLIC_RATE if args.public or users else 0.0
    allowed = {part.strip() for text in args.allow for part in text.split(",") if part.strip()}
    return Serving(
        public=args.public,
        allowed=frozenset(allowed),
        users=users,
        closed=args.closed,
        rate=rate or None,
        proxies=networks_of(args.behind_proxy),
        prefix=prefix_of(args.prefix),
        access_log=Path(args.access_log) if args.access_log else None,
        metrics=args.metrics,
        open_api=args.cors_api,
        shared=Path(args.shared) if args.shared else None,
    )


def _users(args: argparse.Namespace) -> Users | None:
    from artextract.app.users import read_users, with_password

    if args.users and args.password:
        raise InputError("there are users or one password, not both", "leave one out", code="invalid-usage")
    if args.users:
        return read_users(args.users)
    return with_password(_asked("Password for this server: ")) if args.password else None


def _add_user(args: argparse.Namespace) -> Outcome:
    from artextract.app.users import add_user

    there = add_user(args.file, args.name, _asked(f"Password of {args.name}: "))
    text = f"{args.name} {'has another password' if there else 'was added'} in {args.file}"
    return Outcome({"file": args.file, "name": args.name, "added": not there}, text)


def _asked(prompt: str) -> str:
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise InputError(
            "there is nobody to ask for the password", f"put it into {PASSWORD} of the environment", code="no-password"
        )
    return getpass.getpass(prompt)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate < 1e6:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 up")
    return rate
