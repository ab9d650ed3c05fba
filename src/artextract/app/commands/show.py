"""Commands that show what there is: serve, demo, backbones, features."""

from __future__ import annotations

import argparse

from artextract.app import tables
from artextract.app.commands.common import Outcome, command, from_zero, positive, progress, say


def add(commands: argparse._SubParsersAction) -> None:
    serve = command(
        commands,
        "serve",
        _serve,
        "the web application of a collection",
        "artextract serve my-collection --port 8000\n  artextract serve my-collection --model models/wikiart --host"
        " 0.0.0.0 --allow-host museum.example",
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
        help="address to listen at (default: %(default)s, this machine only; there are no accounts)",
    )
    serve.add_argument("--port", type=int, default=8000, help="0 for any that is free (default: %(default)s)")
    serve.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name under which visitors reach this machine; may be given more than once",
    )
    serve.add_argument(
        "--cors",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="another site whose viewer may read IIIF documents and pictures, such as https://viewer.example, or * for"
        " all; may be given more than once",
    )
    serve.add_argument(
        "--max-upload-mb",
        type=positive,
        default=64,
        metavar="N",
        help="largest file that visitors may search with (default: %(default)s)",
    )
    serve.add_argument(
        "--max-megapixels",
        type=positive,
        default=100,
        metavar="N",
        help="largest picture that visitors may search with (default: %(default)s)",
    )
    serve.add_argument("--open", action="store_true", help="open the page in the browser of this machine")

    demo = command(
        commands,
        "demo",
        _demo,
        "a complete example, from images to a search",
        "artextract demo --out demo\n  artextract demo --out demo --images ~/paintings",
    )
    demo.add_argument(
        "--out", default="demo", metavar="DIR", help="where collection and model go (default: %(default)s)"
    )
    demo.add_argument(
        "--images", metavar="DIR", help="your own paintings, as for 'import folder' (default: drawn ones)"
    )
    demo.add_argument("--count", type=positive, default=600, help="how many to draw (default: %(default)s)")
    demo.add_argument("--seed", type=from_zero, default=0)

    command(commands, "backbones", _backbones, "list the backbones", "artextract backbones")
    command(commands, "features", _features, "list the features of the search", "artextract features")


def _serve(args: argparse.Namespace) -> Outcome:
    from artextract.app import running
    from artextract.app.api import Limits, create_app
    from artextract.app.browser import show_in_browser

    port = running.free_port(args.host, args.port)
    loopback = args.host in ("127.0.0.1", "localhost", "::1")
    limits = Limits(upload_bytes=args.max_upload_mb * 2**20, upload_pixels=args.max_megapixels * 10**6)
    hosts = (args.host, *args.allow_host)
    app = create_app(args.collection, args.model, limits, hosts, addresses=not loopback, cors=tuple(args.cors))
    address = running.address_of(args.host, port)
    say(f"the collection is at {address} (stop with Ctrl-C)")
    if not loopback:
        say("whoever reaches this address can look, decide and judge: there are no accounts")
    running.run(app, args.host, port, lambda: show_in_browser(address) if args.open else None)
    return Outcome({"stopped": True}, "")


def _demo(args: argparse.Namespace) -> Outcome:
    from artextract.app.demo import run_demo

    document = run_demo(args.out, args.images, args.count, args.seed, progress, say)
    return Outcome(document, tables.demo_summary(document))


def _backbones(args: argparse.Namespace) -> Outcome:
    from artextract.backbones import list_backbones

    rows = list_backbones()
    return Outcome(rows, tables.backbones(rows))


def _features(args: argparse.Namespace) -> Outcome:
    from artextract.features import list_features

    rows = list_features()
    return Outcome(rows, tables.features(rows))
