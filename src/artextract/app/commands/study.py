"""The command for studies with people: study."""

from __future__ import annotations

import argparse
from typing import Any

from artextract.app import study_tables
from artextract.app.commands.common import Outcome, command, from_zero, names, positive, progress
from artextract.app.tables import grid
from artextract.errors import InputError
from artextract.printable import counted


def add(commands: argparse._SubParsersAction) -> None:
    study = command(
        commands,
        "study",
        _study,
        "blind judgements by people: set up a study, or report one",
        'artextract study my-collection --new "Which mix" --mix default --mix deep=1 --mix palette=1 --queries 30\n '
        " artextract serve my-collection     # raters judge under Study\n  artextract study my-collection\n  artextract"
        ' study my-collection --name "Which mix" --json --csv judgements.csv',
    )
    study.add_argument("collection", metavar="COLLECTION")
    study.add_argument(
        "--name", metavar="NAME", help="the study to report (default: the only one, or else a list of them)"
    )
    study.add_argument("--csv", metavar="FILE", help="also write every judgement as a table")
    new = study.add_argument_group("a new study")
    new.add_argument("--new", metavar="NAME", help="set up a study of this name")
    new.add_argument(
        "--mix",
        metavar="MIX",
        action="append",
        default=[],
        help='what is compared: default, "deep=1,palette=0.5", or with a name "mine: deep=1"; may be repeated',
    )
    new.add_argument(
        "--kind",
        metavar="A,B",
        help="pairwise (which is more similar?), graded (how similar?) or both (default: pairwise)",
    )
    new.add_argument(
        "--queries", type=positive, help="how many paintings are asked about, chosen at random (default: 30)"
    )
    new.add_argument("-k", "--k", type=positive, help="how many hits of each mix count (default: 5)")
    new.add_argument(
        "--pairs",
        type=positive,
        help="pairwise questions per query and two mixes, of at most k, chosen at random (default: 1)",
    )
    new.add_argument("--per-rater", type=positive, help="questions for one person (default: 40)")
    new.add_argument(
        "--repeats",
        type=float,
        metavar="PART",
        help="part of a rater's questions that come a second time (default: 0.1)",
    )
    new.add_argument(
        "--titles", action="store_true", default=None, help="show titles while judging (default: the pictures alone)"
    )
    new.add_argument(
        "--where",
        metavar="EXPR",
        action="append",
        help="which paintings may be asked about, as for search; may be repeated",
    )
    new.add_argument(
        "--stratify",
        metavar="LABEL",
        help="draw the paintings in turn from each value of a label column, such as style",
    )
    new.add_argument("--seed", type=from_zero)


def _study(args: argparse.Namespace) -> Outcome:
    given = {
        name: getattr(args, name)
        for name in ("queries", "k", "pairs", "per_rater", "repeats", "titles", "where", "stratify", "seed")
        if getattr(args, name) is not None
    }
    if args.new is not None:
        if args.name or args.csv:
            raise InputError(
                "a new study has no judgements yet",
                "leave --name and --csv out, or leave --new out",
                code="study-without-judgements",
            )
        return _new(args, given)
    if args.mix or args.kind or given:
        raise InputError("these options are for a new study", "name it: --new NAME", code="options-of-new-study")
    return _report(args)


def _new(args: argparse.Namespace, given: dict[str, Any]) -> Outcome:
    from artextract.search.asking.engine import SearchEngine
    from artextract.study.design import Design, draw_study, parse_mixes
    from artextract.study.store import Studies

    if "where" in given:
        given["where"] = tuple(given["where"])
    design = Design(" ".join(args.new.split()), parse_mixes(args.mix), names(args.kind) or ("pairwise",), **given)
    design.require()
    studies = Studies(args.collection)
    if studies.has(design.name):
        raise InputError(f"there is a study '{design.name}' already", "choose another name", code="study-exists")
    drawn = draw_study(SearchEngine.open(args.collection), design, progress)
    studies.add(drawn)
    tasks = {kind: sum(task.kind == kind for task in drawn.tasks) for kind in design.kinds}
    document = design.as_dict() | {
        "weights": drawn.weights,
        "queries": len(drawn.queries),
        "tasks": tasks,
        "shared": drawn.shared,
        "passed_over": drawn.passed_over,
        "notes": drawn.notes,
    }
    lines = [
        f"study '{design.name}': {counted(len(drawn.queries), 'query', 'queries')}, "
        + ", ".join(f"{counted(count, f'{kind} question')}" for kind, count in tasks.items())
        + f"; {design.per_rater} for each rater",
        *(
            [
                f"  {counted(drawn.shared, 'hit was', 'hits were')} found by two mixes alike, so that nothing is"
                " asked about preference there"
            ]
            if "pairwise" in tasks
            else []
        ),
        *(
            [
                f"  {counted(drawn.passed_over, 'painting')} drawn were passed over: a mix cannot search for them, or"
                " they are"
                " copies of another query"
            ]
            if drawn.passed_over
            else []
        ),
        *(f"  {note}" for note in drawn.notes),
        f"raters judge in the browser, under Study: artextract serve {args.collection}",
    ]
    return Outcome(document, "\n".join(lines))


def _report(args: argparse.Namespace) -> Outcome:
    from artextract.csv_file import require_csv, write_frame
    from artextract.study.report import judgement_frame, study_report
    from artextract.study.store import Studies
    from artextract.table import read_paintings

    if args.csv:
        require_csv(args.csv)
    read_paintings(args.collection)  # which says what is wrong with a folder that is no collection
    studies = Studies(args.collection)
    there = studies.list()
    if args.name is None and len(there) != 1:
        if args.csv:
            raise InputError(
                "the collection has several studies",
                f"name one with --name: {', '.join(entry['name'] for entry in there) or '(there is none)'}",
                code="ambiguous-study",
            )
        return Outcome({"studies": there}, _list(there, args.collection))
    data = studies.read(args.name or there[0]["name"])
    document = study_report(data) | {"preferred_mix": _preferred(args.collection, data)}
    if args.csv:
        document["csv"] = str(write_frame(args.csv, judgement_frame(data)).resolve())
    return Outcome(document, study_tables.report(document))


def _preferred(collection: str, data: Any) -> dict[str, Any]:
    from artextract.index import open_index
    from artextract.search.index_options import index_folder
    from artextract.study.preferred import offered_mix

    try:
        index = open_index(index_folder(collection))
    except InputError as error:
        return {"weights": None, "why": f"{error.message}; {error.hint}"}
    return offered_mix(index, data)


def _list(studies: list[dict[str, Any]], collection: str) -> str:
    if not studies:
        return (
            f"there is no study yet; set one up with: artextract study {collection} --new NAME --mix default --mix"
            " deep=1"
        )
    rows = [
        [
            entry["name"],
            entry["made"][:10],
            str(entry["queries"]),
            str(sum(entry["tasks"].values())),
            str(entry["raters"]),
            str(entry["judgements"]),
        ]
        for entry in studies
    ]
    return grid(["study", "made", "queries", "questions", "raters", "judgements"], rows)
