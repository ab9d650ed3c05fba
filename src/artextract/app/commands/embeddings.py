"""Vectors in and out: ``import embeddings`` and ``export --format embeddings``."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from artextract.app.commands.common import Outcome, command, names, progress
from artextract.errors import InputError
from artextract.printable import counted


def add_source(sources: argparse._SubParsersAction) -> None:
    embeddings = command(
        sources,
        "embeddings",
        _import,
        "vectors of your own, as a feature of a collection",
        "artextract import embeddings my-collection --feature mine=vectors.npy --ids ids.csv\n  artextract import"
        ' embeddings my-collection --feature dino=dino.npy --about "what a network saw in them"',
    )
    embeddings.add_argument("collection", metavar="COLLECTION")
    embeddings.add_argument(
        "--feature",
        metavar="NAME=NPY",
        required=True,
        help="what it is called, and a .npy file of numbers, a row for each painting; replaces an earlier one",
    )
    embeddings.add_argument(
        "--ids",
        metavar="FILE",
        help="a CSV or parquet file whose column 'id' names the painting of each row (default: all, as in the table)",
    )
    embeddings.add_argument("--about", metavar="TEXT", default="", help="in a few words, what the vectors describe")
    embeddings.add_argument(
        "--skip-unknown", action="store_true", help="pass over ids that the collection does not have"
    )


def _import(args: argparse.Namespace) -> Outcome:
    from artextract.features.import_vectors import import_vectors
    from artextract.search.index_options import options_of

    name, equals, file = args.feature.partition("=")
    if not equals or not name.strip() or not file.strip():
        raise InputError(
            f"'{args.feature}' is not of the kind NAME=NPY", "as in: --feature mine=vectors.npy", code="invalid-option"
        )
    done = import_vectors(
        args.collection, name.strip(), Path(file.strip()), args.ids, args.about, args.skip_unknown, progress
    )
    indexed = options_of(args.collection)[0]
    features = ",".join(dict.fromkeys([*indexed, done.feature]))
    following = f"artextract index {shlex.quote(args.collection)} --features {features}"
    document = done.as_dict() | {"next": following}
    return Outcome(document, imported_text(document))


def imported_text(document: dict[str, Any]) -> str:
    lines = [
        f"'{document['feature']}': {document['imported']} of"
        f" {counted(document['paintings'], 'painting has', 'paintings have')} a vector of"
        f" {counted(document['dim'], 'number')}"
    ]
    for count, what in (
        (document["empty"], "rows are NaN: those paintings lack the feature"),
        (document["zero"], "rows are zero, which has no direction: those paintings lack the feature"),
        (document["unknown"], "ids are not in the collection and were passed over"),
        (document["shared"], "rows are of an image file that another row is of too; the first gave the vector"),
    ):
        lines += [f"{count} {what}"] if count else []
    return "\n".join([*lines, f"make it searchable with: {document['next']}"])


def export_embeddings(args: argparse.Namespace, table: Any, rows: list[int]) -> Outcome:
    """Write the vectors of some rows of the table into the folder ``args.out``."""
    from artextract.export.embeddings import write_embeddings
    from artextract.index import open_index
    from artextract.search.index_options import index_folder

    index = open_index(index_folder(args.folder))
    ids = table.ids
    indexed = [row for row in rows if index.position(ids[row]) is not None]
    if not indexed:
        raise InputError(
            "none of these paintings is indexed",
            f"index them with: artextract index {args.folder}",
            code="nothing-to-export",
        )
    folder = Path(args.out or Path(args.folder) / "embeddings")
    document = write_embeddings(folder, table.rows(indexed), index, names(args.features), args.projector, progress)
    document |= {"path": str(folder.resolve()), "format": "embeddings", "not_indexed": len(rows) - len(indexed)}
    lines = [f"vectors of {counted(len(indexed), 'painting')} written to {folder}"]
    lines += [
        f"  {one['file']}: {counted(one['dim'], 'number')} each, version {one['version']}, as compared in the space"
        f" {one['space']}"
        + (f"; {counted(one['without'], 'painting lacks', 'paintings lack')} it" if one["without"] else "")
        for one in document["features"]
    ]
    lines += [f"{document['not_indexed']} are not in the index"] if document["not_indexed"] else []
    return Outcome(document, "\n".join(lines))
