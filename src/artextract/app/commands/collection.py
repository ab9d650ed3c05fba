"""Commands that make a collection: import."""

from __future__ import annotations

import argparse
from typing import Any

from artextract.app import tables
from artextract.app.commands import embeddings, fetch
from artextract.app.commands.common import Outcome, Parser, command, from_zero, names, pair, positive, progress


def add(commands: argparse._SubParsersAction) -> None:
    sources = commands.add_parser(
        "import",
        help="make a collection from images",
        description="Make a collection from images. The images stay where they are.",
        epilog="example:\n  artextract import folder ~/paintings --out my-collection\none source, with its options: "
        " artextract import SOURCE --help",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).add_subparsers(dest="source", metavar="SOURCE", required=True, parser_class=Parser)
    folder = _add_folder(sources)
    wikiart = _add_wikiart(sources)
    sample = _add_sample(sources)
    huggingface = _add_huggingface(sources)
    webdataset = _add_webdataset(sources)
    join = _add_join(sources)
    embeddings.add_source(sources)
    fetch.add_sources(sources)
    for source, protocols in (
        (folder, ("stratified", "artist-disjoint", "published")),
        (wikiart, ("official", "stratified", "artist-disjoint")),
        (sample, ("stratified", "artist-disjoint")),
        (huggingface, ("stratified", "artist-disjoint", "published")),
        (webdataset, ("stratified", "artist-disjoint", "published")),
        (join, ("keep", "stratified", "artist-disjoint")),
    ):
        source.add_argument(
            "--out", metavar="COLLECTION", required=True, help="the collection's folder; made if not there"
        )
        source.add_argument(
            "--split",
            choices=protocols,
            default=None if "published" in protocols else protocols[0],
            help="how the paintings are split into train, val and test (default: "
            + ("published where the data says so, else " if "published" in protocols else "")
            + f"{protocols[0]})",
        )
        source.add_argument(
            "--seed", type=from_zero, default=0, help="of the split and of the drawings (default: %(default)s)"
        )


def _add_folder(sources: argparse._SubParsersAction) -> argparse.ArgumentParser:
    folder = command(
        sources,
        "folder",
        _import_folder,
        "a folder of images, with labels.csv or with folders as labels",
        "artextract import folder ~/paintings --out my-collection\n  artextract import folder ~/by-style --label"
        " style=parent --out my-collection",
    )
    folder.add_argument(
        "images",
        metavar="PATH",
        help="the folder, or its address such as s3://bucket/paintings; images are found in all folders below it",
    )
    folder.add_argument(
        "--labels",
        metavar="CSV",
        help="a CSV or JSON Lines file with a column 'path' or 'file_name' (default: each labels.csv, metadata.csv and"
        " metadata.jsonl in the folder and those below it)",
    )
    folder.add_argument(
        "--label",
        metavar="NAME=LEVEL",
        action="append",
        default=[],
        help="take a label from a folder: style=parent, artist=grandparent, style=1 (depth)",
    )
    folder.add_argument("--columns", metavar="A,B", help="which columns are labels (default: style,artist,genre)")
    folder.add_argument(
        "--label-separator",
        metavar="TEXT",
        help="what parts several labels in a cell, as in --label-separator ';': all of them are learned",
    )
    folder.add_argument(
        "--uncertain",
        choices=("apart", "named"),
        default="apart",
        help="what 'Rembrandt?' and '[Rembrandt]' are: labels of their own, or 'Rembrandt' (default: %(default)s)",
    )
    folder.add_argument(
        "--encoding", metavar="NAME", help="encoding of the CSV, such as shift_jis (default: detected, and reported)"
    )
    folder.add_argument("--follow-links", action="store_true", help="read linked folders too")
    folder.add_argument("--rights", metavar="TEXT", help="rights of the images, where the CSV has no column 'rights'")
    return folder


def _add_wikiart(sources: argparse._SubParsersAction) -> argparse.ArgumentParser:
    wikiart = command(
        sources,
        "wikiart",
        _import_wikiart,
        "WikiArt in the ArtGAN layout, with its official lists",
        "artextract import wikiart wikiart/images --csv wikiart/csv --out wikiart-collection",
    )
    wikiart.add_argument("images", metavar="IMAGES", help="the folder whose folders are the styles")
    wikiart.add_argument(
        "--csv", metavar="DIR", required=True, help="the folder with the lists Style, Genre and Artist"
    )
    wikiart.add_argument(
        "--artists",
        choices=("official", "from-names"),
        default="official",
        help="the 23 artists of the list, or all by file name",
    )
    return wikiart


def _add_sample(sources: argparse._SubParsersAction) -> argparse.ArgumentParser:
    sample = command(
        sources,
        "sample",
        _import_sample,
        "paintings that ArtExtract draws itself; no download",
        "artextract import sample --out sample --count 600",
    )
    sample.add_argument("--count", type=positive, default=600, help="how many to draw (default: %(default)s)")
    return sample


def _add_huggingface(sources: argparse._SubParsersAction) -> argparse.ArgumentParser:
    huggingface = command(
        sources,
        "huggingface",
        _import_huggingface,
        "a Hugging Face image dataset in parquet shards, from a folder or from the hub",
        "artextract import huggingface ~/wikiart-parquet --out wikiart-collection\n  artextract import huggingface"
        " huggan/wikiart --limit 5000 --out wikiart-collection",
    )
    huggingface.add_argument(
        "dataset",
        metavar="FOLDER_OR_DATASET",
        help="a folder of shards, one shard, an address such as s3://bucket/shards, or OWNER/NAME on the hub (fetched"
        " shard by shard)",
    )
    huggingface.add_argument("--image-column", metavar="NAME", help="(default: the first column of images)")
    huggingface.add_argument(
        "--columns",
        metavar="A,B",
        help="which columns are labels (default: class labels, and texts named style, artist, genre)",
    )
    huggingface.add_argument("--limit", type=positive, metavar="N", help="stop after N images")
    huggingface.add_argument(
        "--rights",
        metavar="TEXT",
        help="rights of the images (default: WikiArt's for WikiArt, else the licence of the dataset's card)",
    )
    return huggingface


def _add_webdataset(sources: argparse._SubParsersAction) -> argparse.ArgumentParser:
    webdataset = command(
        sources,
        "webdataset",
        _import_webdataset,
        "WebDataset tar shards, or what img2dataset wrote",
        "artextract import webdataset ~/shards --out my-collection",
    )
    webdataset.add_argument(
        "dataset",
        metavar="PATH",
        help="a folder of tar shards, one shard, an address such as s3://bucket/shards, or a folder of images"
        " with .json and .txt",
    )
    webdataset.add_argument(
        "--columns", metavar="A,B", help="which columns are labels (default: style, artist, genre, and class of .cls)"
    )
    webdataset.add_argument("--limit", type=positive, metavar="N", help="stop after N images")
    webdataset.add_argument("--rights", metavar="TEXT", help="rights of images whose .json does not tell them")
    return webdataset


def _add_join(sources: argparse._SubParsersAction) -> argparse.ArgumentParser:
    join = command(
        sources,
        "join",
        _import_join,
        "several collections made one; images stay where they are",
        "artextract import join wikiart-collection my-collection --out both\n  artextract import join one two three"
        " --split artist-disjoint --out all",
    )
    join.add_argument("collections", metavar="COLLECTION", nargs="+", help="two or more; the first ones keep their ids")
    return join


def _import_folder(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES
    from artextract.sources.folder import UNKNOWN_RIGHTS, FolderOptions

    report = SOURCES["folder"](
        args.images,
        args.out,
        FolderOptions(
            labels_csv=args.labels,
            folder_labels=dict(pair(text) for text in args.label),
            label_columns=names(args.columns),
            label_separator=args.label_separator,
            uncertain=args.uncertain,
            encoding=args.encoding,
            follow_links=args.follow_links,
            rights=args.rights or UNKNOWN_RIGHTS,
        ),
        split=args.split,
        seed=args.seed,
        progress=progress,
    )
    return _imported(report.summary())


def _import_wikiart(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES

    report = SOURCES["wikiart"](
        args.images, args.csv, args.out, artists=args.artists, split=args.split, seed=args.seed, progress=progress
    )
    return _imported(report.summary())


def _import_sample(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES

    report = SOURCES["sample"](args.out, count=args.count, seed=args.seed, split=args.split, progress=progress)
    return _imported(report.summary())


def _import_huggingface(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES

    report = SOURCES["huggingface"](
        args.dataset,
        args.out,
        image_column=args.image_column,
        label_columns=names(args.columns),
        limit=args.limit,
        rights=args.rights,
        split=args.split,
        seed=args.seed,
        progress=progress,
    )
    return _imported(report.summary())


def _import_webdataset(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES

    report = SOURCES["webdataset"](
        args.dataset,
        args.out,
        label_columns=names(args.columns),
        limit=args.limit,
        rights=args.rights,
        split=args.split,
        seed=args.seed,
        progress=progress,
    )
    return _imported(report.summary())


def _import_join(args: argparse.Namespace) -> Outcome:
    from artextract.sources import SOURCES

    report = SOURCES["join"](args.collections, args.out, split=args.split, seed=args.seed, progress=progress)
    return _imported(report.summary())


def _imported(summary: dict[str, Any]) -> Outcome:
    return Outcome(summary, tables.import_summary(summary))
