"""The command that goes from a folder of pictures to a page in the browser: open."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from artextract.app.commands.common import Outcome, command, progress, say
from artextract.errors import InputError
from artextract.printable import counted

if TYPE_CHECKING:
    from artextract.search.update import Update

HOST, PORT = "127.0.0.1", 8000


def add(commands: argparse._SubParsersAction) -> None:
    opened = command(
        commands,
        "open",
        _open,
        "open a folder of paintings in the browser; it is imported and indexed in the background",
        "artextract open ~/paintings\n  artextract open ~/paintings --out ~/my-collection --no-browser\n  artextract"
        " open my-collection",
    )
    opened.add_argument(
        "path",
        metavar="PATH",
        help="a folder of pictures, or a collection; what is new, changed or gone since the last time is taken",
    )
    opened.add_argument(
        "--out",
        metavar="COLLECTION",
        help="the collection's folder, made if not there (default: beside the folder, as PATH-artextract)",
    )
    opened.add_argument(
        "--model", metavar="MODEL", help="a trained model of yours (default: that of the index, or the starter model)"
    )
    opened.add_argument(
        "--port", type=int, help=f"0 for any that is free (default: {PORT}, or any that is free where that is taken)"
    )
    opened.add_argument("--no-browser", action="store_true", help="show the address, and do not open it")


def _open(args: argparse.Namespace) -> Outcome:
    from artextract.app.opening import begin, place_of

    place = place_of(args.path, args.out)  # before all that takes seconds to load: a wrong path is told at once
    port = _port(args.port)

    from artextract.app import running
    from artextract.app.api import create_app
    from artextract.app.browser import show_in_browser
    from artextract.app.jobs import ENDED, STOPPING
    from artextract.app.updating import Updating, as_dict
    from artextract.sources.import_report import LEFT_OUT

    if place.pictures is not None:
        say(f"pictures    {place.pictures}  (only read)")
    say(f"collection  {place.collection}" + ("  (new; all that is computed goes there)" if place.is_new else ""))
    if place.is_new:
        begin(place, progress)

    def ready(update: Update) -> None:
        say(_in_words(update))
        if (listed := place.collection / LEFT_OUT).is_file():
            say(f"left out    {listed}  (what was not taken, or has no labels, and why)")

    updating = Updating(place.collection, args.model, progress, ready)
    app = create_app(place.collection, args.model, updating=updating)
    address = running.address_of(HOST, port)
    say(f"page        {address}  (stop with Ctrl-C)")

    def answers() -> None:
        if not args.no_browser and not show_in_browser(address):
            say("no browser was found: open the address above in one")

    running.run(app, HOST, port, answers)
    updating.close(wait=True)  # who runs it again at once must not meet this one still writing
    job = updating.job()
    if job.state not in ENDED or job.code == STOPPING.code:
        say("interrupted before everything was done: run it again to resume")
    document = {
        "collection": str(place.collection),
        "folder": None if place.pictures is None else str(place.pictures),
        "address": address,
        "update": as_dict(job),
        "stopped": True,
    }
    return Outcome(document, "")


def _in_words(update: Update) -> str:
    counts = {"new": update.new, "changed": update.changed, "gone": update.gone, "not readable": update.skipped}
    parts = [f"{count} {what}" for what, count in counts.items() if count]
    return f"ready       {counted(update.paintings, 'painting')}" + (f" ({', '.join(parts)})" if parts else "")


def _port(given: int | None) -> int:
    from artextract.app.running import free_port

    if given is not None:
        return free_port(HOST, given)
    try:
        return free_port(HOST, PORT)
    except InputError:
        return free_port(HOST, 0)
