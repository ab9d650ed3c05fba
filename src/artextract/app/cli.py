"""The command line: the only place that prints and exits.

Every command is a function from its arguments to an ``Outcome``; heavy imports happen inside, so that ``--version`` and ``--help`` are quick and
``search`` and ``predict`` never load torch.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, NoReturn

from artextract.app import tables
from artextract.errors import ArtExtractError, InputError, NothingUsableError
from artextract.version import __version__

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that spin while they wait starve whatever shares the cores


@dataclass(frozen=True)
class Outcome:
    """What a command has to say: ``document`` for ``--json``, ``text`` for people."""

    document: Any
    text: str
    exit_code: int = 0


class _Parser(argparse.ArgumentParser):
    """Wrong use becomes an error as any other, so that ``--json`` covers it."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message, f"see: {self.prog} --help")


def main(argv: list[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 done, 1 nothing usable or coverage too low, 2 used wrongly."""
    argv = sys.argv[1:] if argv is None else argv
    as_json = "--json" in argv
    try:
        args = _parser().parse_args(argv)
        outcome = args.run(args)
        print(json.dumps(outcome.document, indent=2, ensure_ascii=False, allow_nan=False) if as_json else outcome.text)
        sys.stdout.flush()
        return outcome.exit_code
    except ArtExtractError as error:
        return _fail(error.message, error.hint, error.exit_code, as_json)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # the reader has gone, and so has the wish for the rest
        return 0
    except KeyboardInterrupt:
        return _fail("stopped", "what was computed is kept; the same command goes on from there", 130, as_json)
    except OSError as error:
        if os.environ.get("ARTEXTRACT_DEBUG"):
            raise
        return _fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), "check the path, its rights and the free space", 1, as_json)
    except Exception as error:
        traceback.print_exc()  # a defect of ours: the report of it needs the trace, and --json still gets its document
        return _fail(f"{type(error).__name__}: {error}", "this is a defect of ArtExtract; please report it with the lines above", 1, as_json)


def _fail(message: str, hint: str, code: int, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": {"message": message, "hint": hint}}, ensure_ascii=False))
    else:
        print(f"artextract: {message}" + (f"\n  {hint}" if hint else ""), file=sys.stderr)
    return code


def _progress(items: Iterable, total: int, caption: str) -> Iterable:
    from tqdm import tqdm

    return tqdm(items, total=total, desc=caption, unit="", leave=False, disable=None)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- commands ---------------------------------------------------------------------------------------------------------------------------


def _import_folder(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES
    from artextract.sources.folder import UNKNOWN_RIGHTS

    report = SOURCES["folder"](
        args.images, args.out, labels_csv=args.labels, folder_labels=dict(_pair(text) for text in args.label),
        label_columns=_names(args.columns), split=args.split, rights=args.rights or UNKNOWN_RIGHTS, seed=args.seed, progress=_progress,
    )  # fmt: skip
    return _imported(report.summary())


def _import_wikiart(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES

    report = SOURCES["wikiart"](
        args.images, args.csv, args.out, artists=args.artists, split=args.split, seed=args.seed, progress=_progress
    )
    return _imported(report.summary())


def _import_sample(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES

    report = SOURCES["sample"](args.out, count=args.count, seed=args.seed, split=args.split, progress=_progress)
    return _imported(report.summary())


def _imported(summary: dict[str, Any]) -> Outcome:
    return Outcome(summary, tables.import_summary(summary))


def _export(args: argparse.Namespace) -> Outcome:
    from artextract.table import read_paintings

    table = read_paintings(args.collection)
    path = Path(args.out or Path(args.collection) / f"paintings.{args.format}")
    table.export(path, args.format)
    return Outcome({"path": str(path.resolve()), "paintings": len(table)}, f"{len(table)} paintings written to {path}")


def _train(args: argparse.Namespace) -> Outcome:
    from dataclasses import fields

    from artextract.train.loop import TrainOptions
    from artextract.train.run import train_model

    options = TrainOptions(**{f.name: getattr(args, f.name) for f in fields(TrainOptions) if getattr(args, f.name, None) is not None})
    summary = train_model(
        args.collection, args.out, backbone=args.backbone, geometry=args.geometry, precision=args.precision, attributes=_names(args.attributes),
        at_least=args.at_least, options=options, progress=_progress, say=_say,
    )  # fmt: skip
    return Outcome(summary, tables.train_summary(summary))


def _evaluate(args: argparse.Namespace) -> Outcome:
    from artextract.evaluate.classify import evaluate_model
    from artextract.evaluate.report import write_report

    evaluation = evaluate_model(args.model, args.collection, args.split, _progress)
    figures = evaluation.figures
    figures["report"] = str(write_report(args.model, evaluation, args.report).resolve())
    return Outcome(figures, tables.evaluation(figures), 1 if evaluation.warnings else 0)


def _predict(args: argparse.Namespace) -> Outcome:
    from artextract.model.predictor import Predictor

    paths = _image_files(args.images)
    skipped = []
    answers = Predictor.open(args.model).predict(paths, lambda i, reason: skipped.append((paths[i], reason)), args.top)
    for path, reason in skipped:
        _say(f"skipped {path}: {reason}")
    if not answers:
        raise NothingUsableError(f"none of the {len(paths)} images could be read", f"{skipped[0][0]}: {skipped[0][1]}" if skipped else "")
    return Outcome(answers, tables.predictions(answers))


def _index(args: argparse.Namespace) -> Outcome:
    from artextract.search.build import build_index

    report = build_index(args.collection, _names(args.features), backbone=args.backbone, precision=args.precision, progress=_progress)
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

    document = benchmark(args.collection, args.relevance, limit=args.limit, seed=args.seed, progress=_progress)
    return Outcome(document, tables.benchmark(document))


def _serve(args: argparse.Namespace) -> Outcome:
    from artextract.app.api import create_app

    _require_free(args.host, args.port)
    app = create_app(args.collection)
    import uvicorn

    _say(f"the collection is at http://{args.host}:{args.port}/ (stop with Ctrl-C)")
    uvicorn.run(app, host=args.host, port=args.port, log_level="warning")
    return Outcome({"stopped": True}, "")


def _demo(args: argparse.Namespace) -> Outcome:
    from artextract.app.demo import run_demo

    document = run_demo(args.out, args.images, args.count, args.seed, _progress, _say)
    return Outcome(document, tables.demo_summary(document))


def _backbones(args: argparse.Namespace) -> Outcome:
    from artextract.backbones import list_backbones

    rows = list_backbones()
    return Outcome(rows, tables.backbones(rows))


def _features(args: argparse.Namespace) -> Outcome:
    from artextract.features import FEATURES, get_feature

    made = [get_feature(name) for name in FEATURES]
    rows = [{"name": f.name, "version": f.version, "dim": f.dim, "description": f.description} for f in made]
    return Outcome(rows, tables.features(rows))


# --- arguments ----------------------------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="artextract", description="Tells what a painting is and what it is like.")
    parser.add_argument("--version", action="version", version=f"artextract {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    sources = commands.add_parser("import", help="make a collection from images").add_subparsers(
        dest="source", metavar="SOURCE", required=True, parser_class=_Parser
    )
    folder = _command(
        sources, "folder", _import_folder, "a folder of images, with labels.csv or with folders as labels",
        "artextract import folder ~/paintings --out my-collection\n  artextract import folder ~/by-style --label style=parent --out my-collection",
    )  # fmt: skip
    folder.add_argument("images", metavar="PATH", help="the folder; images are found in all folders below it")
    folder.add_argument("--labels", metavar="CSV", help="a CSV with a column 'path' (default: labels.csv in the folder, if there)")
    folder.add_argument("--label", metavar="NAME=LEVEL", action="append", default=[], help="take a label from a folder: style=parent, artist=grandparent, style=1 (depth)")
    folder.add_argument("--columns", metavar="A,B", help="which columns are labels (default: style,artist,genre)")
    folder.add_argument("--rights", metavar="TEXT", help="rights of the images, where the CSV has no column 'rights'")
    wikiart = _command(
        sources, "wikiart", _import_wikiart, "WikiArt in the ArtGAN layout, with its official lists",
        "artextract import wikiart wikiart/images --csv wikiart/csv --out wikiart-collection",
    )  # fmt: skip
    wikiart.add_argument("images", metavar="IMAGES", help="the folder whose folders are the styles")
    wikiart.add_argument("--csv", metavar="DIR", required=True, help="the folder with the lists Style, Genre and Artist")
    wikiart.add_argument("--artists", choices=("official", "from-names"), default="official", help="the 23 artists of the list, or all by file name")
    sample = _command(
        sources, "sample", _import_sample, "paintings that ArtExtract draws itself; no download",
        "artextract import sample --out sample --count 600",
    )  # fmt: skip
    sample.add_argument("--count", type=_positive, default=600, help="how many to draw (default: %(default)s)")
    for source, protocols in ((folder, ("stratified", "artist-disjoint")), (wikiart, ("official", "stratified", "artist-disjoint")), (sample, ("stratified", "artist-disjoint"))):
        source.add_argument("--out", metavar="COLLECTION", required=True, help="the collection's folder; made if not there")
        source.add_argument("--split", choices=protocols, default=protocols[0], help="how train, val and test are dealt (default: %(default)s)")
        source.add_argument("--seed", type=_from_zero, default=0, help="of the split and of the drawings (default: %(default)s)")

    train = _command(
        commands, "train", _train, "train a CNN-RNN on a collection",
        "artextract train wikiart-collection --out models/wikiart\n  artextract train my-collection --out models/mine --rnn lstm --attributes style,genre",
    )  # fmt: skip
    train.add_argument("collection", metavar="COLLECTION")
    train.add_argument("--out", metavar="MODEL", required=True, help="the model's folder; made if not there")
    train.add_argument("--backbone", default="efficientnet_lite0", metavar="NAME", help="see: artextract backbones (default: %(default)s)")
    train.add_argument("--geometry", default="squash", choices=("squash", "letterbox", "crop"), help="how a picture becomes square (default: %(default)s)")
    train.add_argument("--precision", default="fast", choices=("fast", "strict"), help="of the backbone: strict is float32 (default: %(default)s)")
    train.add_argument("--attributes", metavar="A,B", help="label columns to learn (default: all)")
    train.add_argument("--at-least", type=_positive, default=2, metavar="N", help="leave out classes with fewer training paintings (default: %(default)s)")
    train.add_argument("--rnn", choices=("gru", "lstm", "none"), help="the recurrent network (default: gru)")
    train.add_argument("--epochs", type=_positive, help="at most this many (default: 15)")
    train.add_argument("--patience", type=_positive, help="stop after so many epochs without a better validation macro-F1")
    train.add_argument("--batch-size", type=_positive, dest="batch_size")
    train.add_argument("--learning-rate", type=float, dest="learning_rate")
    train.add_argument("--hidden", type=_positive, help="width of the recurrent state, per direction")
    train.add_argument("--dropout", type=float)
    train.add_argument("--balance", type=float, help="how far rare classes are favoured: 0 not at all, 1 fully (logit adjustment)")
    train.add_argument("--seed", type=_from_zero)

    evaluate = _command(
        commands, "evaluate", _evaluate, "judge a model beside its baselines",
        "artextract evaluate models/wikiart\n  artextract evaluate models/wikiart --collection other-collection",
    )  # fmt: skip
    evaluate.add_argument("model", metavar="MODEL")
    evaluate.add_argument("--collection", metavar="COLLECTION", help="default: the one of the training, of which the test rows are judged")
    evaluate.add_argument("--split", choices=("train", "val", "test", "all"), help="which rows (default: test at home, all elsewhere)")
    evaluate.add_argument("--report", metavar="DIR", help="where the report goes (default: MODEL/report, or a folder beside it for other rows)")

    predict = _command(
        commands, "predict", _predict, "labels for image files, ranked",
        "artextract predict painting.jpg --model models/wikiart\n  artextract predict ~/paintings --model models/wikiart --json > labels.json",
    )  # fmt: skip
    predict.add_argument("images", metavar="IMAGE", nargs="+", help="image files, or folders of them")
    predict.add_argument("--model", metavar="MODEL", required=True)
    predict.add_argument("--top", type=_positive, default=5, metavar="N", help="labels per attribute (default: %(default)s)")

    index = _command(
        commands, "index", _index, "make a collection searchable", "artextract index my-collection --features deep,palette"
    )
    index.add_argument("collection", metavar="COLLECTION")
    index.add_argument("--features", default="deep,palette", metavar="A,B", help="see: artextract features (default: %(default)s)")
    index.add_argument("--backbone", default="efficientnet_lite0", metavar="NAME", help="for the feature deep (default: %(default)s)")
    index.add_argument("--precision", default="fast", choices=("fast", "strict"), help="of the backbone: strict is float32 (default: %(default)s)")

    search = _command(
        commands, "search", _search, "the paintings most like one",
        'artextract search my-collection photo.jpg -k 10 --weights deep=0.7,palette=0.3\n  artextract search my-collection ID --where "style=Cubism" --sheet hits.png',
    )  # fmt: skip
    search.add_argument("collection", metavar="COLLECTION")
    search.add_argument("query", metavar="IMAGE_OR_ID", help="an image file, or an id of the collection")
    search.add_argument("-k", type=_positive, default=10, help="how many hits (default: %(default)s)")
    search.add_argument("--weights", metavar="F=W,F=W", help="weight per feature (default: the mix of the index)")
    search.add_argument("--where", metavar="EXPR", action="append", default=[], help='a filter, applied first: "style=Cubism", "artist=A|B", "year=1880..1900", "title~sea"; again for more')
    search.add_argument("--sheet", metavar="PNG", help="also draw the hits as a contact sheet")

    bench = _command(
        commands, "benchmark", _benchmark, "measure the search by the collection's labels", "artextract benchmark my-collection --relevance artist"
    )
    bench.add_argument("collection", metavar="COLLECTION")
    bench.add_argument("--relevance", default="artist", metavar="COLUMN", help="hits with the query's label in this column are right (default: %(default)s)")
    bench.add_argument("--limit", type=_positive, metavar="N", help="judge N queries, drawn at random (default: all)")
    bench.add_argument("--seed", type=_from_zero, default=0)

    serve = _command(commands, "serve", _serve, "the web page of a collection", "artextract serve my-collection --port 8000")
    serve.add_argument("collection", metavar="COLLECTION")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s, this machine only)")
    serve.add_argument("--port", type=int, default=8000, help="(default: %(default)s)")

    export = _command(commands, "export", _export, "the table as CSV or JSON", "artextract export my-collection --format csv")
    export.add_argument("collection", metavar="COLLECTION")
    export.add_argument("--format", choices=("csv", "json"), default="csv")
    export.add_argument("--out", metavar="FILE", help="default: paintings.csv or .json in the collection")

    demo = _command(commands, "demo", _demo, "everything once, from images to a search", "artextract demo --out demo\n  artextract demo --out demo --images ~/paintings")
    demo.add_argument("--out", default="demo", metavar="DIR", help="where collection and model go (default: %(default)s)")
    demo.add_argument("--images", metavar="DIR", help="your own paintings, as for 'import folder' (default: drawn ones)")
    demo.add_argument("--count", type=_positive, default=600, help="how many to draw (default: %(default)s)")
    demo.add_argument("--seed", type=_from_zero, default=0)

    _command(commands, "backbones", _backbones, "list the backbones", "artextract backbones")
    _command(commands, "features", _features, "list the features of the search", "artextract features")
    return parser


def _command(commands: Any, name: str, run: Callable[[argparse.Namespace], Outcome], about: str, example: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=about, description=about[0].upper() + about[1:] + ".", epilog=f"example:\n  {example}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print exactly one JSON document on standard output")
    parser.set_defaults(run=run)
    return parser


def _names(text: str | None) -> tuple[str, ...] | None:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise InputError(f"'{text}' is not of the kind NAME=LEVEL", "as in: --label style=parent")
    return name.strip(), value.strip()


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 up")
    return int(text)


def _from_zero(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 up")
    return int(text)


def _require_free(host: str, port: int) -> None:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise InputError(f"cannot listen at {host}:{port}: {error.strerror or error}", "choose another --port, or stop what uses it") from error


def _image_files(given: list[str]) -> list[Path]:
    from artextract.images import image_files

    paths: list[Path] = []
    for name in given:
        path = Path(name).expanduser()
        if path.is_dir():
            paths += image_files(path)
        else:
            paths.append(path)
    if not paths:
        raise NothingUsableError("there are no images in what was given", "give image files, or folders that hold some")
    return paths


if __name__ == "__main__":
    sys.exit(main())
