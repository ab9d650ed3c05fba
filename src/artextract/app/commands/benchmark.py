"""The command benchmark: how good the search of a collection is."""

from __future__ import annotations

import argparse

from artextract.app.commands.common import Outcome, command, from_zero, names, positive, progress
from artextract.errors import InputError


def add(commands: argparse._SubParsersAction) -> None:
    _add_bench(commands)


def _add_bench(commands: argparse._SubParsersAction) -> None:
    bench = command(
        commands,
        "benchmark",
        _benchmark,
        "measure the search by the collection's labels, by changed pictures, and by the clock",
        "artextract benchmark my-collection --relevance artist,style --out report\n"
        '  artextract benchmark my-collection --mix "style=0.5,palette=0.5" --graded artist=3,style=1 --tune-weights\n'
        "  artextract benchmark my-collection --relevance artist,genre --mix all",
    )
    bench.add_argument("collection", metavar="COLLECTION")
    bench.add_argument(
        "--relevance",
        default="artist",
        metavar="A,B",
        help="hits with the query's label in this column are right; each column on its own (default: %(default)s)",
    )
    bench.add_argument(
        "--graded",
        metavar="A=3,B=1",
        help="also judge by several columns together: a hit is worth the sum over those that it shares",
    )
    bench.add_argument(
        "--mix",
        metavar="F=W,F=W|NAME",
        action="append",
        default=[],
        help="also measure this mix of features, or the mix of this name (see: artextract search --help); 'all' stands"
        " for all that have a name; may be repeated",
    )
    bench.add_argument(
        "--metrics",
        default="cosine,csls",
        metavar="A,B",
        help="also compare vectors so: l2, csls (default: %(default)s)",
    )
    bench.add_argument(
        "--queries",
        default="unseen",
        choices=("unseen", "all", "train", "val", "test"),
        help=(
            "unseen: not what the model of style was trained on; a split: those of its paintings; all, which flatters"
            " (default: %(default)s)"
        ),
    )
    bench.add_argument(
        "--limit",
        type=positive,
        metavar="N",
        help="judge N queries, chosen at random (default: all, and 200 changed pictures)",
    )
    bench.add_argument(
        "--tune-weights",
        nargs="?",
        const="p@10",
        metavar="MEASURE",
        help="look for weights on one half of the queries, and judge them on the other (default measure: p@10)",
    )
    bench.add_argument("--no-self-retrieval", action="store_true", help="leave out the searches with changed pictures")
    bench.add_argument("--no-hubness", action="store_true", help="leave out the hubs")
    bench.add_argument("--no-latency", action="store_true", help="leave out the times")
    bench.add_argument("--out", metavar="DIR", help="write benchmark.json, tables and pictures there")
    bench.add_argument("--seed", type=from_zero, default=0)


def _benchmark(args: argparse.Namespace) -> Outcome:
    from artextract.app import benchmark_tables
    from artextract.evaluate.retrieval.benchmark import benchmark
    from artextract.evaluate.retrieval.benchmark_options import BenchmarkOptions
    from artextract.search.asking.weights import parse_weights

    columns = names(args.relevance)
    if not columns:
        raise InputError("no column is named", "as in: --relevance artist,style", code="no-column-named")
    options = BenchmarkOptions(
        queries=args.queries,
        limit=args.limit,
        seed=args.seed,
        metrics=names(args.metrics) or (),
        mixes=[parse_weights(mix) if "=" in mix else mix for mix in args.mix],
        gains=parse_weights(args.graded) if args.graded else None,
        tune=args.tune_weights,
        self_retrieval=not args.no_self_retrieval,
        hubness=not args.no_hubness,
        latency=not args.no_latency,
    )
    result = benchmark(args.collection, columns, options, progress)
    document = result.as_dict()
    if args.out:
        from artextract.evaluate.retrieval.retrieval_report import write_retrieval_report

        document["files"] = write_retrieval_report(result, args.out)
    return Outcome(document, benchmark_tables.benchmark(document))
