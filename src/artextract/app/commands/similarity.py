"""Commands of the similarity search: index, search, explain."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from artextract.app import motif_tables, tables
from artextract.app.commands.common import (
    Outcome,
    command,
    names,
    open_sheet,
    positive,
    progress,
    require_sheet,
    sheet_options,
)
from artextract.app.commands.mixes import chosen_mix, mix_options
from artextract.errors import InputError
from artextract.index import METRICS
from artextract.precision import PRECISIONS
from artextract.search.asking.ids import named, short

if TYPE_CHECKING:
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.index_options import IndexOptions


def add(commands: argparse._SubParsersAction) -> None:
    _add_index(commands)
    _add_search(commands)
    _add_explain(commands)


def _add_index(commands: argparse._SubParsersAction) -> None:
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
        help="compare a feature raw, centred or whitened; may be repeated",
    )
    index.add_argument(
        "--approximate",
        action=argparse.BooleanOptionalAction,
        help="a FAISS index of candidates (default: above 300,000 paintings)",
    )
    index.add_argument(
        "--store",
        metavar="ADDRESS",
        help="keep the vectors at a server, milvus://HOST:19530/NAME or postgresql://USER@HOST:5432/DATABASE/NAME, or"
        " in the collection again, none (default: where they are)",
    )
    index.add_argument(
        "--dtype",
        choices=("float32", "float16"),
        help="how vectors are stored; float16 takes half the disk (default: as they are, or float16 above 300,000"
        " paintings)",
    )
    index.add_argument(
        "--motifs",
        action=argparse.BooleanOptionalAction,
        help="also describe the paintings in detail, for search --motif (default: where that was done before)",
    )
    index.add_argument("--rebuild", action="store_true", help="rebuild the index from scratch")
    index.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="describe the paintings on all machines of a Ray cluster: HOST:PORT, auto or local; they must see the"
        " collection at the same path (pip install 'artextract[ray]')",
    )
    index.add_argument(
        "--features-at",
        metavar="ADDRESS",
        help="keep the stored features at an object store too, such as s3://bucket/features, from where other machines"
        " fetch what is computed already; none ends it (default: as before)",
    )


def _add_search(commands: argparse._SubParsersAction) -> None:
    search = command(
        commands,
        "search",
        _search,
        "the paintings most similar to one or several, to a detail, to colours or words",
        "artextract search my-collection photo.jpg -k 10 --mix subject\n  artextract search my-collection photo.jpg"
        " --weights style=0.7,palette=0.3\n  artextract search"
        ' my-collection ID --where "style=Cubism" --sheet hits.png\n  artextract search my-collection ID --region'
        " 0.5,0,1,0.6 --plus OTHER_ID --minus THIRD_ID\n  artextract search my-collection --colours"
        ' "#1b3a5c=60%,#d9a441=40%"\n  artextract search my-collection --words "haystacks monet"',
    )
    search.add_argument("collection", metavar="COLLECTION")
    search.add_argument(
        "query", metavar="IMAGE_OR_ID", nargs="?", help="an image file, or an id of the collection or its beginning"
    )
    search.add_argument("-k", type=positive, default=10, help="how many hits (default: %(default)s)")
    mix_options(search)
    search.add_argument(
        "--where",
        metavar="EXPR",
        action="append",
        default=[],
        help='a filter, applied first: "style=Cubism", "artist=A|B", "year=1880..1900", "title~sea"; may be repeated',
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
    _add_examples(search)
    search.add_argument("--colours", metavar="#RRGGBB=SHARE,...", help="search for a palette")
    search.add_argument(
        "--words",
        metavar="TEXT",
        help="search titles, artists, labels and terms; pictures too, where semantic is indexed",
    )
    when = search.add_mutually_exclusive_group()
    when.add_argument(
        "--earlier", action="store_true", help="only what is surely earlier than the query, a painting of known year"
    )
    when.add_argument("--later", action="store_true", help="only what is surely later")
    _add_metric(search)
    search.add_argument(
        "--approximate",
        action=argparse.BooleanOptionalAction,
        help="use the approximate index, or do not (default: where there is one)",
    )
    sheet_options(search, "also draw the hits as a contact sheet")


def _add_explain(commands: argparse._SubParsersAction) -> None:
    explain = command(
        commands,
        "explain",
        _explain,
        "why two paintings are similar, and how they differ",
        "artextract explain my-collection ID OTHER_ID --sheet why.png\n  artextract explain my-collection ID OTHER_ID"
        " --minus THIRD_ID",
    )
    explain.add_argument("collection", metavar="COLLECTION")
    explain.add_argument("query", metavar="IMAGE_OR_ID")
    explain.add_argument("hit", metavar="ID", help="an id of the collection")
    explain.add_argument(
        "--region", metavar="L,T,R,B", help="only this part of the query: left, top, right, bottom as fractions"
    )
    _add_examples(explain)
    mix_options(explain)
    _add_metric(explain)
    sheet_options(explain, "also draw both paintings with what matches")


def _index(args: argparse.Namespace) -> Outcome:
    from artextract.search.build import build_index
    from artextract.search.index_options import options_of

    given = {
        name: value
        for name in ("backbone", "model", "semantic", "precision", "dtype")
        if (value := getattr(args, name)) is not None
    }
    features, options = options_of(args.collection)
    if args.store is not None:
        given["store"] = "" if args.store == "none" else args.store
    options = replace(options, **given)
    if args.features:
        features = _usable(options, args.collection) if args.features == "all" else names(args.features) or features
    kept = {name: space for name, space in options.spaces.items() if name in features}
    spaces = kept | dict(_space(text) for text in args.space)
    report = build_index(
        args.collection,
        features,
        replace(options, spaces=spaces),
        approximate=args.approximate,
        rebuild=args.rebuild,
        progress=progress,
        ray=args.ray,
        features_at="" if args.features_at == "none" else args.features_at,
    )
    document, text = report.as_dict(), tables.index_summary(report.as_dict())
    from artextract.motifs.build import build_motifs, has_motifs

    if args.motifs or (args.motifs is None and has_motifs(args.collection)):
        document["motifs"] = build_motifs(args.collection, args.rebuild, progress, ray=args.ray).as_dict()
        text += "\n" + motif_tables.prepared(document["motifs"])
    return Outcome(document, text)


def _picture(text: str, ids: Sequence[str]) -> str:
    """A file where there is one, else the id that alone begins so."""
    from artextract.files import user_path

    return text if text not in ids and user_path(text).exists() else named(text, ids)


def _usable(options: IndexOptions, collection: str) -> tuple[str, ...]:
    from artextract.features import FEATURES, missing_here
    from artextract.features.imported import imported_names

    there = [name for name in FEATURES if missing_here(name, **options.settings) is None]
    return (*there, *imported_names(collection))


def _space(text: str) -> tuple[str, str]:
    name, equals, space = text.partition("=")
    if not equals:
        raise InputError(
            f"'{text}' is not of the kind FEATURE=SPACE", "as in: --space deep=whitened", code="invalid-option"
        )
    return name.strip(), space.strip()


def _add_examples(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plus", metavar="IMAGE_OR_ID", action="append", default=[], help="also like this one; may be repeated"
    )
    parser.add_argument(
        "--minus", metavar="IMAGE_OR_ID", action="append", default=[], help="not like this one; may be repeated"
    )


def _add_metric(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument(
        "--fewer-usual-suspects",
        action="store_const",
        dest="metric",
        const="csls",
        default=argparse.SUPPRESS,
        help="hold back paintings that are similar to almost everything: the same as --metric csls",
    )
    asked.add_argument(
        "--metric",
        choices=METRICS,
        help="how vectors are compared (default: csls-half)",
    )


def _search(args: argparse.Namespace) -> Outcome:
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.asking.query import parse_region

    require_sheet(args)
    if args.region and not args.query:
        raise InputError(
            "the region is of no painting",
            "give the image or id that it is a part of behind the collection; --plus takes whole paintings",
            code="region-without-picture",
        )
    engine = SearchEngine.open(args.collection)
    if args.motif:
        return _find_motif(engine, args)
    weights = chosen_mix(args, engine)
    query = None
    ids = engine.index.ids
    asked = None if args.query is None else _picture(args.query, ids)
    plus, minus = ([_picture(text, ids) for text in texts] for texts in (args.plus, args.minus))
    if args.colours:
        if args.query or args.plus or args.minus:
            raise InputError(
                "colours and a painting cannot be one query",
                "give one of them; --words and --where go with both",
                code="colours-and-painting",
            )
        query = engine.describer.colours(args.colours)
    elif args.query or args.plus:
        first = [engine.query(asked, parse_region(args.region) if args.region else None)] if asked else []
        query = engine.combine([*first, *plus], minus)
    elif args.minus:
        raise InputError(
            "there is no painting to be like", "give an image or an id before --minus", code="unknown-painting"
        )
    where = [*args.where, *_time_filters(args, engine, asked)]
    result = engine.search(query, args.k, weights, where, args.words, args.metric, args.approximate)
    document = result.as_dict()
    if args.sheet:
        from artextract.search.contact_sheet import write_contact_sheet

        document["sheet"] = str(write_contact_sheet(result, args.sheet).resolve())
        open_sheet(args, document["sheet"])
    return Outcome(document, tables.hits(document, short([hit.id for hit in result.hits], engine.index.ids)))


def _time_filters(args: argparse.Namespace, engine: SearchEngine, asked: str | None) -> list[str]:
    """The filter that ``--earlier`` or ``--later`` asks for."""
    if not (args.earlier or args.later):
        return []
    from artextract.search.asking.years import by_time

    position = engine.index.position(asked) if asked else None
    if position is None:
        raise InputError(
            "earlier and later are counted from a painting of the collection",
            "give the id of one, or a filter such as: --where 'year<1500'",
            code="year-unknown",
        )
    return [by_time(engine.paintings, position, args.later)]


def _find_motif(engine: SearchEngine, args: argparse.Namespace) -> Outcome:
    from artextract.search.asking.motif_search import find_motif
    from artextract.search.asking.query import parse_region

    excluded = ("plus", "minus", "colours", "words", "weights", "mix", "earlier", "later")
    given = [f"--{name}" for name in excluded if getattr(args, name)]
    if given or not args.query:
        raise InputError(
            f"a detail cannot be searched for with {given[0]}" if given else "the detail is of no painting",
            "give the image or id that it is a part of, and --region; --where goes with it",
            code="motif-options",
        )
    region = parse_region(args.region) if args.region else None
    options = {} if args.least is None else {"least": args.least}
    result = find_motif(engine, _picture(args.query, engine.index.ids), region, args.k, args.where, **options)
    document = result.as_dict()
    if args.sheet:
        from artextract.search.motif_sheet import write_motif_sheet

        document["sheet"] = str(write_motif_sheet(result, args.sheet).resolve())
        open_sheet(args, document["sheet"])
    return Outcome(document, motif_tables.found(document))


def _explain(args: argparse.Namespace) -> Outcome:
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.asking.query import parse_region
    from artextract.search.reasons.match import explain_match

    require_sheet(args)
    engine = SearchEngine.open(args.collection)
    weights = chosen_mix(args, engine)
    ids = engine.index.ids
    plus, minus = ([_picture(text, ids) for text in texts] for texts in (args.plus, args.minus))
    first = engine.query(_picture(args.query, ids), parse_region(args.region) if args.region else None)
    query, hit = engine.combine([first, *plus], minus), named(args.hit, ids)
    document = explain_match(engine, query, hit, weights, args.metric, args.sheet).as_dict()
    if args.sheet:
        document["sheet"] = str(Path(args.sheet).resolve())
        open_sheet(args, document["sheet"])
    return Outcome(document, tables.explanation(document))
