"""The sources that fetch: import nga, import iiif."""

from __future__ import annotations

import argparse
import re
from typing import Any

from artextract.app import tables
from artextract.app.commands.common import Outcome, command, from_zero, names, positive, progress

QUALIFIED = (
    "label works after an artist, or by the workshop or a follower, as 'workshop of ...' (default: they have no artist,"
    " and the column qualified_attribution says it)"
)


def add_sources(sources: argparse._SubParsersAction) -> None:
    """Declare the commands below ``artextract import``."""
    nga = _add_nga(sources)
    iiif = _add_iiif(sources)
    for source, unit in ((nga, "objects"), (iiif, "images")):
        source.add_argument("--limit", type=positive, metavar="N", help=f"stop after N {unit}")
        source.add_argument(
            "--size",
            type=positive,
            default=1024,
            metavar="PIXELS",
            help="longer side to ask for, within what the host allows (default: %(default)s)",
        )
        source.add_argument(
            "--rate", type=_rate, default=2.0, metavar="N", help="requests a second and host (default: %(default)s)"
        )
        source.add_argument(
            "--allow-host",
            metavar="HOST",
            action="append",
            default=[],
            help="a further host that may be fetched from or redirected to, at any port or at that of HOST:PORT",
        )
        source.add_argument(
            "--allow-private-hosts",
            action="store_true",
            help=(
                "also fetch from hosts of your own network that a document names or a name turns out to mean, at any"
                " port (default: only what you name yourself)"
            ),
        )
        source.add_argument(
            "--refresh", action="store_true", help="fetch tables and documents again; images that are here stay"
        )
        source.add_argument(
            "--out", metavar="COLLECTION", required=True, help="the collection's folder; made if not there"
        )
        source.add_argument(
            "--split",
            choices=("stratified", "artist-disjoint"),
            default="stratified",
            help="how the paintings are split into train, val and test (default: %(default)s)",
        )
        source.add_argument("--seed", type=from_zero, default=0, help="of the split (default: %(default)s)")


def _add_nga(sources: argparse._SubParsersAction) -> argparse.ArgumentParser:
    nga = command(
        sources,
        "nga",
        _import_nga,
        "paintings of the National Gallery of Art, Washington, from its open data",
        "artextract import nga --limit 500 --out nga\n  artextract import nga --csv ~/opendata --style Impressionism"
        " --years 1870..1890 --open-access --out nga",
    )
    nga.add_argument(
        "--csv",
        metavar="DIR",
        help="a local clone of NationalGalleryOfArt/opendata, or its folder data (default: the tables are fetched)",
    )
    nga.add_argument(
        "--tables", metavar="URL", help="where to fetch the tables from (default: the data set's files on GitHub)"
    )
    nga.add_argument(
        "--classification", metavar="A,B", default="Painting", help="kinds of objects, or any (default: %(default)s)"
    )
    for name, about in (
        ("artist", "name in either order, or the last name"),
        ("school", "as in French"),
        ("style", "as in Impressionism"),
        ("theme", "as in landscape"),
    ):
        nga.add_argument(
            f"--{name}", metavar="NAME", action="append", default=[], help=f"{about}; may be given several times"
        )
    nga.add_argument(
        "--years",
        metavar="A..B",
        type=_years,
        help="made in these years, as far as the dates are known; either end may be left out",
    )
    nga.add_argument("--open-access", action="store_true", help="only images that the gallery gives free (CC0)")
    nga.add_argument(
        "--alternates",
        action="store_true",
        help="also import the other views of an object, such as its back or a detail",
    )
    nga.add_argument("--qualified-artists", action="store_true", help=QUALIFIED)
    return nga


def _add_iiif(sources: argparse._SubParsersAction) -> argparse.ArgumentParser:
    iiif = command(
        sources,
        "iiif",
        _import_iiif,
        "any IIIF image service, manifest or collection",
        "artextract import iiif https://example.org/iiif/collection.json --out prado",
    )
    iiif.add_argument(
        "addresses",
        metavar="URL",
        nargs="+",
        help="of an info.json, a manifest or a collection; or a local file of these",
    )
    iiif.add_argument("--first-only", action="store_true", help="of each manifest the first canvas only")
    iiif.add_argument(
        "--canvases",
        default="auto",
        choices=("auto", "views", "paintings"),
        help=(
            "what the canvases of one manifest are: views of one object, or paintings of their own (default: auto,"
            " paintings where they have names that are no pages, sides or details)"
        ),
    )
    iiif.add_argument("--qualified-artists", action="store_true", help=QUALIFIED)
    iiif.add_argument("--columns", metavar="A,B", help="which columns are labels (default: style,artist,genre)")
    iiif.add_argument("--rights", metavar="TEXT", help="rights of images that state none")
    return iiif


def _import_nga(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES
    from artextract.sources.nga import TABLES_AT, NGAFilters

    kinds = () if args.classification.strip().lower() == "any" else names(args.classification)
    report = SOURCES["nga"](
        args.out,
        csv=args.csv,
        tables_at=args.tables or TABLES_AT,
        filters=NGAFilters(
            classification=kinds or (),
            artist=args.artist,
            years=args.years,
            school=args.school,
            style=args.style,
            theme=args.theme,
            open_access=args.open_access,
            qualified_artists=args.qualified_artists,
            limit=args.limit,
        ),
        alternates=args.alternates,
        **_shared(args),
    )
    return _imported(report.summary())


def _import_iiif(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES
    from artextract.sources.iiif import IIIFOptions

    report = SOURCES["iiif"](
        args.addresses,
        args.out,
        IIIFOptions(
            first_only=args.first_only,
            canvases=args.canvases,
            qualified_artists=args.qualified_artists,
            label_columns=names(args.columns),
            limit=args.limit,
            rights=args.rights,
        ),
        **_shared(args),
    )
    return _imported(report.summary())


def _shared(args: argparse.Namespace) -> dict[str, Any]:
    from artextract.download import Manners
    from artextract.sources.options import Fetching

    return {
        "fetching": Fetching(
            args.size, args.refresh, tuple(args.allow_host), Manners(rate=args.rate), args.allow_private_hosts
        ),
        "split": args.split,
        "seed": args.seed,
        "progress": progress,
    }


def _imported(summary: dict[str, Any]) -> Outcome:
    return Outcome(summary, tables.import_summary(summary))


def _years(text: str) -> tuple[float, float]:
    ends = [part.strip() for part in text.split("..", 1)]
    if not any(ends) or not all(re.fullmatch(r"-?\d{1,4}|", part) for part in ends):
        raise argparse.ArgumentTypeError(f"'{text}' is not of the kind 1870..1890")
    first = float(ends[0]) if ends[0] else float("-inf")
    last = float(ends[-1]) if ends[-1] else float("inf")
    if first > last:
        raise argparse.ArgumentTypeError(f"'{text}' ends before it begins")
    return first, last


def _rate(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0, at most 1000")
    return value
