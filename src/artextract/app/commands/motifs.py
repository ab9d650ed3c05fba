"""The command that looks for repeated motifs: motifs."""

from __future__ import annotations

import argparse

from artextract.app import motif_tables
from artextract.app.commands.common import Outcome, command, open_sheet, progress, require_sheet, sheet_options


def add(commands: argparse._SubParsersAction) -> None:
    motifs = command(
        commands,
        "motifs",
        _motifs,
        "details that several paintings of a collection share",
        "artextract motifs my-collection --out motifs.csv --sheet motifs.png",
    )
    motifs.add_argument("collection", metavar="COLLECTION", help="prepared with: artextract index COLLECTION --motifs")
    motifs.add_argument(
        "--threshold", type=float, default=9.0, metavar="S", help="least score of a pair (default: %(default)s)"
    )
    motifs.add_argument("--out", metavar="CSV", help="also write the groups as a table, a row for each painting")
    sheet_options(motifs, "also draw the groups, with a frame where the motif lies")


def _motifs(args: argparse.Namespace) -> Outcome:
    from artextract.csv_file import require_csv
    from artextract.drawing_text import require_picture
    from artextract.search.works.motif_groups import find_motifs, write_motif_groups, write_motif_groups_sheet

    if args.out:
        require_csv(args.out)
    require_sheet(args)
    if args.sheet:
        require_picture(args.sheet)
    found = find_motifs(args.collection, args.threshold, progress)
    files = {}
    if args.out:
        files["table"] = str(write_motif_groups(args.out, found).resolve())
    if args.sheet:
        files["sheet"] = str(write_motif_groups_sheet(args.sheet, found).resolve())
        open_sheet(args, args.sheet)
    document = found.as_dict() | {"files": files}
    return Outcome(document, motif_tables.repeats(document))
