"""Commands of the similarity search: index, search, benchmark."""

from __future__ import annotations

import argparse

from artextract.app import tables
from artextract.app.commands.common import Outcome, command, from_zero, names, positive, progress


def add(commands: argparse._SubParsersAction) -> None:
    index = command(
        commands, "index", _index, "make a collection searchable", "artextract index my-collection --features deep,palette"
    )
    index.add_argument("collection", metavar="COLLECTION")
    index.add_argument("--features", default="deep,palette", metavar="A,B", help="see: artextract features (default: %(default)s)")
    index.add_argument("--backbone", default="efficientnet_lite0", metavar="NAME", help="for the feature deep (default: %(default)s)")
    index.add_argument("--precision", default="fast", choices=("fast", "strict"), help="of the backbone: strict is float32 (default: %(default)s)")

    search = command(
        commands, "search", _search, "the paintings most like one",
        'artextract search my-collection photo.jpg -k 10 --weights deep=0.7,palette=0.3\n  artextract search my-collection ID --where "style=Cubism" --sheet hits.png',
    )  # fmt: skip
    search.add_argument("collection", metavar="COLLECTION")
    search.add_argument("query", metavar="IMAGE_OR_ID", help="an image file, or an id of the collection")
    search.add_argument("-k", type=positive, default=10, help="how many hits (default: %(default)s)")
    search.add_argument("--weights", metavar="F=W,F=W", help="weight per feature (default: the mix of the index)")
    search.add_argument("--where", metavar="EXPR", action="append", default=[], help='a filter, applied first: "style=Cubism", "artist=A|B", "year=1880..1900", "title~sea"; again for more')
    search.add_argument("--sheet", metavar="PNG", help="also draw the hits as a contact sheet")

    bench = command(
        commands, "benchmark", _benchmark, "measure the search by the collection's labels", "artextract benchmark my-collection --relevance artist"
    )
    bench.add_argument("collection", metavar="COLLECTION")
    bench.add_argument("--relevance", default="artist", metavar="COLUMN", help="hits with the query's label in this column are right (default: %(default)s)")
    bench.add_argument("--limit", type=positive, metavar="N", help="judge N queries, drawn at random (default: all)")
    bench.add_argument("--seed", type=from_zero, default=0)


def _index(args: argparse.Namespace) -> Outcome:
    from artextract.search.build import build_index

    report = build_index(args.collection, names(args.features), backbone=args.backbone, precision=args.precision, progress=progress)
    return Outcome(report.as_dict(), tables.index_summary(report.as_dict()))


def _search(args: argparse.Namespace) -> Outcome:
    from artextract.search.engine import SearchEngine
    from artextract.search.weights import parse_weights

    weights = parse_weights(args.weights) if args.weights else None
    result = SearchEngine.open(args.collection).search(args.query, k=args.k, weights=weights, where=args.where)
    document = result.as_dict()
    if args.sheet:
        from artextract.search.contact_sheet import write_contact_sheet

        document["sheet"] = str(write_contact_sheet(result, args.sheet).resolve())
    return Outcome(document, tables.hits(document))


def _benchmark(args: argparse.Namespace) -> Outcome:
    from artextract.evaluate.retrieval import benchmark

    document = benchmark(args.collection, args.relevance, limit=args.limit, seed=args.seed, progress=progress)
    return Outcome(document, tables.benchmark(document))
