"""The command that takes things out: paintings of a collection in several formats, or a trained model as ONNX."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from artextract.app import training_tables
from artextract.app.commands.common import Outcome, command, names, open_sheet, progress
from artextract.errors import InputError
from artextract.printable import counted

TABLES = ("csv", "json")
SHEETS = ("contact-sheet", "pdf")
FORMATS = (*TABLES, "contact-sheet", "pdf", "iiif", "linked-art", "embeddings", "onnx")
ENDINGS = {
    "csv": ".csv",
    "json": ".json",
    "contact-sheet": ".png",
    "pdf": ".pdf",
    "iiif": ".manifest.json",
    "linked-art": ".linked-art.json",
}
ADDRESSED = ("iiif", "linked-art")
LONGEST_ADDRESS = 8000
SERVED = "http://localhost:8000/"


def add(commands: argparse._SubParsersAction) -> None:
    _add_export(commands)


def _add_export(commands: argparse._SubParsersAction) -> None:
    export = command(
        commands,
        "export",
        _export,
        "paintings of a collection as a table, contact sheet, IIIF manifest, Linked Art or vectors, or a trained model"
        " as ONNX",
        "artextract export my-collection --format csv\n  artextract export my-collection --format contact-sheet --where"
        " style=Cubism --out cubism.png\n  artextract export my-collection --format iiif --text harbour --predictions"
        " --base-url https://museum.example/paintings/ --out harbours.json\n  artextract export my-collection --format"
        " embeddings --out vectors\n  artextract export models/wikiart --format onnx --out wikiart.onnx",
    )
    export.add_argument("folder", metavar="COLLECTION_OR_MODEL")
    export.add_argument(
        "--format", choices=FORMATS, help="onnx is of a model, the others of a collection (default: csv, onnx)"
    )
    export.add_argument(
        "--out",
        metavar="FILE",
        help="default: paintings.csv and so on in the collection, model.onnx in the model; of embeddings a folder",
    )
    export.add_argument(
        "--where",
        metavar="EXPRESSION",
        action="append",
        default=[],
        help="only paintings that match, such as style=Cubism or year=1880..1900; may be repeated",
    )
    export.add_argument(
        "--text", metavar="WORDS", default="", help="only paintings whose texts have these words, the best first"
    )
    export.add_argument(
        "--sort",
        metavar="COLUMN",
        help="in the order of a column, such as title; --sort=-year for the other way round; lot:7 is a random order",
    )
    export.add_argument("--ids", metavar="A,B", help="only these paintings, in this order")
    export.add_argument(
        "--list", metavar="NAME", help="only the paintings of a saved list, in its order and with its notes"
    )
    export.add_argument(
        "--title", metavar="TEXT", help="what the list is called (default: that of --list, or the collection's)"
    )
    export.add_argument(
        "--base-url",
        metavar="URL",
        help=f"where the collection is served, for the addresses in iiif and linked-art (default: {SERVED})",
    )
    export.add_argument(
        "--predictions", action="store_true", help="add what the model of the feature 'style' says, marked as such"
    )
    export.add_argument(
        "--model",
        metavar="FOLDER",
        help="add what this model says instead, as --predictions does; it reads every picture",
    )
    export.add_argument(
        "--relative",
        action="store_true",
        help="paths in csv and json relative to the folder of the file, so that both can be moved",
    )
    export.add_argument("--open", action="store_true", help="open the contact sheet or the PDF once it is written")
    export.add_argument("--decisions", action="store_true", help="add what reviewers decided")
    export.add_argument(
        "--features", metavar="A,B", help="whose vectors to write, with --format embeddings (default: all of the index)"
    )
    export.add_argument(
        "--projector", action="store_true", help="with embeddings also TSV files for the TensorFlow embedding projector"
    )


def _export(args: argparse.Namespace) -> Outcome:
    from artextract.model.saved import LABELS_FILE

    if args.open and args.format not in SHEETS:
        raise InputError(
            "there is no sheet to open", f"--open goes with --format {' or '.join(SHEETS)}", code="invalid-usage"
        )
    is_model = (Path(args.folder) / LABELS_FILE).is_file()
    kind = args.format or ("onnx" if is_model else "csv")
    if kind == "onnx":
        return _export_model(args)
    if is_model:
        raise InputError(
            f"'{args.folder}' is a model, and has no table",
            "use --format onnx, or give a collection",
            code="model-without-table",
        )
    from artextract.app.exports import decisions_of
    from artextract.export import Listing, Place
    from artextract.export.formats import format_of
    from artextract.files import write_aside
    from artextract.lists import ListStore
    from artextract.table import read_paintings

    table = read_paintings(args.folder)
    saved = ListStore(args.folder).named(args.list) if args.list else None
    rows = _rows(table, args, saved)
    if not rows:
        raise InputError(
            "no painting matches, so there is nothing to export",
            "give fewer or other filters",
            code="nothing-to-export",
        )
    if kind == "embeddings":
        from artextract.app.commands.embeddings import export_embeddings

        return export_embeddings(args, table, rows)
    if args.features or args.projector:
        raise InputError(
            "--features and --projector are of vectors", "add --format embeddings", code="options-of-embeddings"
        )
    chosen = table.rows(rows)
    path = Path(args.out or Path(args.folder) / f"paintings{ENDINGS[kind]}")
    ending = f".{ENDINGS[kind].rpartition('.')[2]}"
    if path.suffix.lower() != ending:
        raise InputError(f"'{path}' does not end in {ending}", "give a file name that does", code="wrong-file-ending")
    said, model = _predictions(args, chosen) if args.predictions or args.model else ({}, "")
    place = Place(args.base_url or SERVED)
    name = Path(args.folder).resolve().name
    listing = Listing(
        args.title or (saved.name if saved else name),
        chosen,
        " ".join(filter(None, [saved.note if saved else "", _summary(args)])),
        predictions=said,
        model=model,
        decisions=decisions_of(args.folder) if args.decisions else (),
        notes={entry.id: entry.note for entry in saved.entries if entry.note} if saved else {},
        collection=name,
        place=place,
        address=_address(args, place, kind, saved) if kind in ADDRESSED else None,
    )
    if kind in TABLES:
        _write_table(listing, path, kind, args.relative)
    else:
        data = format_of(kind).bytes_of(listing)
        with write_aside(path) as aside:
            aside.write_bytes(data)
    open_sheet(args, path)
    return Outcome(
        {"path": str(path.resolve()), "paintings": len(chosen), "format": kind},
        f"{counted(len(chosen), 'painting')} written to {path}",
    )


def _write_table(listing: Any, path: Path, kind: str, relative: bool) -> None:
    """All columns of the table as they are, for programs, paths too.

    What models and reviewers say in columns behind them."""
    from artextract.export.rows import said_columns

    said = said_columns(listing, yes_no=kind == "csv")
    columns = {name.replace(" ", "_"): values for name, values in said.items()}
    table = listing.paintings
    if listing.notes:
        columns["note"] = [listing.notes.get(name) for name in table.ids]
    replace(table, frame=table.frame.assign(**columns)).export(path, kind, relative)


def _address(args: argparse.Namespace, place: Any, kind: str, saved: Any) -> str | None:
    """Where a server gives out the same list; None for an address that would be too long."""
    asked = [
        ("saved", saved.id if saved else ""),
        ("ids", names(args.ids)),
        ("where", args.where),
        ("text", args.text.strip()),
        ("sort", args.sort),
        ("title", args.title),
        ("predictions", args.predictions or bool(args.model)),
        ("decisions", args.decisions),
    ]
    address: str = place.listed(kind, asked)
    return address if len(address) <= LONGEST_ADDRESS else None


def _rows(table: Any, args: argparse.Namespace, saved: Any) -> list[int]:
    """The rows that were asked for, in order; raises ``InputError`` for an id that is not there.

    What a ``saved`` list has and the collection has no more is left out."""
    import numpy as np

    from artextract.search.asking import filters
    from artextract.search.asking.words import WordIndex
    from artextract.search.lists.order import Orders

    rows = np.flatnonzero(filters.mask(table, args.where)) if args.where else np.arange(len(table))
    if args.text.strip():
        passed = np.zeros(len(table), dtype=bool)
        passed[rows] = True
        rows = WordIndex(table, {}).search(args.text, passed)[0]
    if args.sort:
        rows = rows[np.argsort(Orders(table).rank(args.sort)[rows], kind="stable")]
    ids = names(args.ids)
    row_of = {name: row for row, name in enumerate(table.ids)}
    if ids is None and saved is not None:
        ids = tuple(entry.id for entry in saved.entries if entry.id in row_of)
    if ids is None:
        return rows.tolist()
    lost = [name for name in ids if name not in row_of]
    if lost:
        raise InputError(
            f"there is no painting '{lost[0]}'", f"ids look like '{table.ids[0]}'", code="unknown-painting"
        )
    passing = set(rows.tolist())
    return [row_of[name] for name in dict.fromkeys(ids) if row_of[name] in passing]


def _predictions(args: argparse.Namespace, chosen: Any) -> tuple[Mapping[str, Any], str]:
    from artextract.app.exports import name_of_model, predictions_by_reading, predictions_of
    from artextract.search.asking.engine import SearchEngine

    if args.model:
        from artextract.model.predictor import Predictor

        predictor = Predictor.open(args.model)
        paths = dict(zip(chosen.ids, chosen.image_paths(), strict=True))
        return predictions_by_reading(paths, predictor, progress), name_of_model(predictor)
    engine = SearchEngine.open(args.folder)
    indexed = [name for name in chosen.ids if engine.index.position(name) is not None]
    return predictions_of(engine, indexed, progress=progress)


def _summary(args: argparse.Namespace) -> str:
    from artextract.app.exports import filters_in_words

    parts = filters_in_words(args.where, args.text)
    return f"Paintings of the collection: {', '.join(parts)}." if parts else ""


def _export_model(args: argparse.Namespace) -> Outcome:
    from artextract.model.onnx_export import export_onnx

    document = export_onnx(args.folder, args.out, progress=progress)
    return Outcome(document, training_tables.onnx(document))
