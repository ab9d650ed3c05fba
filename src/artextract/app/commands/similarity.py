"""Commands of the similarity search: index, search, explain."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from artextract.app import motif_tables, tables
from artextract.app.commands.common import Outcome, command, names, positive, progress
from artextract.errors import InputError
from artextract.index import METRICS
from artextract.precision import PRECISIONS

if TYPE_CHECKING:
    from artextract.search.asking.engine import SearchEngine


def add(commands: argparse._SubParsersAction) -> None:
    index = command(
        commands,
        "index",
        _index,
        "make a collection searchable, or bring its index up to date",
        "artextract index my-collection\n  artextract index my-collection --features all --model models/mine",
    )
    index.add_argument("collection", metavar="COLLECTION")
    index.add_argument(
        "--features",
        metavar="A,B",
        help=(
            "see: artextract features; 'all' takes what can run here (default: those of the index, or"
            " deep,style,palette)"
        ),
    )
    index.add_argument(
        "--backbone", metavar="NAME", help="for the feature deep (default: that of the index, or efficientnet_lite0)"
    )
    index.add_argument(
        "--model",
        metavar="MODEL",
        help="trained model for the feature style (default: that of the index, or the starter model)",
    )
    index.add_argument(
        "--semantic",
        metavar="NAME",
        help="CLIP or SigLIP checkpoint for the feature semantic (default: that of the index, or clip)",
    )
    index.add_argument(
        "--precision",
        choices=PRECISIONS,
        help="of the backbone: strict is float32, int8 the fastest, for efficientnet_lite0 (default: that of the index,"
        " or fast)",
    )
    index.add_argument(
        "--space",
        metavar="FEATURE=SPACE",
        action="append",
        default=[],
        help="compare a feature raw, centred or whitened; again for more",
    )
    index.add_argument(
        "--approximate",
        action=argparse.BooleanOptionalAction,
        help="a FAISS index of candidates (default: above 300,000 paintings)",
    )
    index.add_argument(
        "--motifs",
        action=argparse.BooleanOptionalAction,
        help="also describe the paintings in detail, for search --motif (default: where that was done before)",
    )
    index.add_argument("--rebuild", action="store_true", help="write the index anew")

    search = command(
        commands,
        "search",
        _search,
        "the paintings most like one, or like several, or a part, colours or words",
        "artextract search my-collection photo.jpg -k 10 --weights style=0.7,palette=0.3\n  artextract search"
        ' my-collection ID --where "style=Cubism" --sheet hits.png\n  artextract search my-collection ID --region'
        " 0.5,0,1,0.6 --plus OTHER_ID --minus THIRD_ID\n  artextract search my-collection --colours"
        ' "#1b3a5c=60%,#d9a441=40%"\n  artextract search my-collection --words "haystacks monet"',
    )
    search.add_argument("collection", metavar="COLLECTION")
    search.add_argument("query", metavar="IMAGE_OR_ID", nargs="?", help="an image file, or an id of the collection")
    search.add_argument("-k", type=positive, default=10, help="how many hits (default: %(default)s)")
    search.add_argument("--weights", metavar="F=W,F=W", help="weight per feature (default: the mix of the index)")
    search.add_argument(
        "--where",
        metavar="EXPR",
        action="append",
        default=[],
        help='a filter, applied first: "style=Cubism", "artist=A|B", "year=1880..1900", "title~sea"; again for more',
    )
    search.add_argument(
        "--region", metavar="L,T,R,B", help="only this part of the query: left, top, right, bottom as fractions"
    )
    search.add_argument(
        "--motif",
        action="store_true",
        help="find this very detail inside other paintings, and where; needs: artextract index COLLECTION --motifs",
    )
    search.add_argument(
        "--least",
        type=float,
        metavar="SCORE",
        help="with --motif: the score from which a place counts (default: what about 5 %% of absent details reach)",
    )
    search.add_argument(
        "--plus", metavar="IMAGE_OR_ID", action="append", default=[], help="like this one too; again for more"
    )
    search.add_argument(
        "--minus", metavar="IMAGE_OR_ID", action="append", default=[], help="unlike this one; again for more"
    )
    search.add_argument("--colours", metavar="#RRGGBB=SHARE,...", help="search for a palette")
    search.add_argument(
        "--words",
        metavar="TEXT",
        help="search titles, artists, labels and terms; pictures too, where semantic is indexed",
    )
    search.add_argument(
        "--metric",
        default="cosine",
        choices=METRICS,
        help="how vectors are compared; csls corrects for hubs (default: %(default)s)",
    )
    search.add_argument(
        "--approximate",
        action=argparse.BooleanOptionalAction,
        help="use the approximate index, or do not (default: where there is one)",
    )
    search.add_argument("--sheet", metavar="PNG", help="also draw the hits as a contact sheet")

    explain = command(
        commands,
        "explain",
        _explain,
        "why two paintings are alike, and in what they differ",
        "artextract explain my-collection ID OTHER_ID --sheet why.png",
    )
    explain.add_argument("collection", metavar="COLLECTION")
    explain.add_argument("query", metavar="IMAGE_OR_ID")
    explain.add_argument("hit", metavar="ID", help="an id of the collection")
    explain.add_argument("--weights", metavar="F=W,F=W", help="as for search")
    explain.add_argument("--metric", default="cosine", choices=METRICS, help="as for search (default: %(default)s)")
    explain.add_argument("--sheet", metavar="PNG", help="also draw both paintings with what matches")


def _index(args: argparse.Namespace) -> Outcome:
    from artextract.search.build import build_index, options_of

    given = {
        name: value
        for name in ("backbone", "model", "semantic", "precision")
        if (value := getattr(args, name)) is not None
    }
    options = options_of(args.collection) | given
    if args.features:
        options["features"] = _usable(options) if args.features == "all" else names(args.features)
    kept = {name: space for name, space in options.pop("spaces", {}).items() if name in options["features"]}
    spaces = kept | dict(_space(text) for text in args.space)
    report = build_index(
        args.collection, **options, spaces=spaces, approximate=args.approximate, rebuild=args.rebuild, progress=progress
    )
    document, text = report.as_dict(), tables.index_summary(report.as_dict())
    from artextract.motifs.build import build_motifs, has_motifs

    if args.motifs or (args.motifs is None and has_motifs(args.collection)):
        document["motifs"] = build_motifs(args.collection, args.rebuild, progress).as_dict()
        text += "\n" + motif_tables.prepared(document["motifs"])
    return Outcome(document, text)


def _usable(options: dict) -> tuple[str, ...]:
    from artextract.features import FEATURES, missing_here

    settings = {name: options[name] for name in ("backbone", "model", "semantic", "precision") if name in options}
    return tuple(name for name in FEATURES if missing_here(name, **settings) is None)


def _space(text: str) -> tuple[str, str]:
    name, equals, space = text.partition("=")
    if not equals:
        raise InputError(
            f"'{text}' is not of the kind FEATURE=SPACE", "as in: --space deep=whitened", code="invalid-option"
        )
    return name.strip(), space.strip()


def _search(args: argparse.Namespace) -> Outcome:
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.asking.query import parse_region
    from artextract.search.asking.weights import parse_weights

    weights = parse_weights(args.weights) if args.weights else None
    if args.region and not args.query:
        raise InputError(
            "the region is of no painting",
            "give the image or id that it is a part of behind the collection; --plus takes whole paintings",
            code="region-without-picture",
        )
    engine = SearchEngine.open(args.collection)
    if args.motif:
        return _find_motif(engine, args)
    query = None
    if args.colours:
        if args.query or args.plus or args.minus:
            raise InputError(
                "colours and a painting cannot be one query",
                "give one of them; --words and --where go with both",
                code="colours-and-painting",
            )
        query = engine.colours(args.colours)
    elif args.query or args.plus:
        first = [engine.query(args.query, parse_region(args.region) if args.region else None)] if args.query else []
        query = engine.combine([*first, *args.plus], args.minus)
    elif args.minus:
        raise InputError(
            "there is no painting to be like", "give an image or an id before --minus", code="unknown-painting"
        )
    result = engine.search(query, args.k, weights, args.where, args.words, args.metric, args.approximate)
    document = result.as_dict()
    if args.sheet:
        from artextract.search.contact_sheet import write_contact_sheet

        document["sheet"] = str(write_contact_sheet(result, args.sheet).resolve())
    return Outcome(document, tables.hits(document))


def _find_motif(engine: SearchEngine, args: argparse.Namespace) -> Outcome:
    from artextract.search.asking.query import parse_region

    beside = ("plus", "minus", "colours", "words", "weights")
    given = [f"--{name}" for name in beside if getattr(args, name)]
    if given or not args.query:
        raise InputError(
            f"a detail cannot be searched for with {given[0]}" if given else "the detail is of no painting",
            "give the image or id that it is a part of, and --region; --where goes with it",
            code="motif-options",
        )
    region = parse_region(args.region) if args.region else None
    options = {} if args.least is None else {"least": args.least}
    result = engine.find_motif(args.query, region, args.k, args.where, **options)
    document = result.as_dict()
    if args.sheet:
        from artextract.search.motif_sheet import write_motif_sheet

        document["sheet"] = str(write_motif_sheet(result, args.sheet).resolve())
    return Outcome(document, motif_tables.found(document))


def _explain(args: argparse.Namespace) -> Outcome:
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.asking.weights import parse_weights
    from artextract.search.reasons.match import explain_match

    engine = SearchEngine.open(args.collection)
    weights = parse_weights(args.weights) if args.weights else None
    document = explain_match(engine, args.query, args.hit, weights, args.metric, args.sheet).as_dict()
    if args.sheet:
        document["sheet"] = str(Path(args.sheet).resolve())
    return Outcome(document, tables.explanation(document))
