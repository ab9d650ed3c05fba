"""The command review: what came of the review of labels, and the corrected table."""

from __future__ import annotations

import argparse
from typing import Any

from artextract.app.commands.common import Outcome, command
from artextract.app.tables import grid
from artextract.printable import counted


def add(commands: argparse._SubParsersAction) -> None:
    review = command(
        commands,
        "review",
        _review,
        "what reviewers decided about labels in the web application, and the table that follows from it",
        "artextract review my-collection\n  artextract review my-collection --corrected my-collection-corrected\n "
        " artextract train my-collection-corrected --out models/corrected",
    )
    review.add_argument("collection", metavar="COLLECTION")
    review.add_argument(
        "--corrected",
        metavar="OUT",
        help="write a collection with the corrected labels; its images stay where they are",
    )
    review.add_argument(
        "--rare-classes", action="store_true", help="count suspects of classes of fewer than ten paintings too"
    )
    review.add_argument("--csv", metavar="FILE", help="write all decisions, undone ones too")


def _review(args: argparse.Namespace) -> Outcome:
    from artextract.csv_file import require_csv, write_frame
    from artextract.review.corrected import correct, decision_frame, summary, write_corrected
    from artextract.review.store import ReviewStore
    from artextract.table import read_paintings

    if args.csv:
        require_csv(args.csv)
    paintings, store = read_paintings(args.collection), ReviewStore(args.collection)
    decisions = store.decisions()
    document: dict[str, Any] = {
        "collection": str(paintings.root.resolve()),
        "decisions": len(decisions),
        **summary(store.reviews(), decisions),
    }
    corrected = correct(paintings, store.current())
    document["corrections"] = {
        "applicable": len(corrected.applied),
        "set_aside": [
            {"id": d.painting, "attribute": d.attribute, "to": d.new_label, "reason": reason}
            for d, reason in corrected.set_aside
        ],
    }
    document["to_review"] = _to_review(args.collection, store, args.rare_classes)
    files = {}
    if args.corrected:
        files["corrected"] = write_corrected(corrected, args.corrected)
    if args.csv:
        files["csv"] = write_frame(args.csv, decision_frame(decisions))
    document["files"] = {name: str(path.resolve()) for name, path in files.items()}
    return Outcome(document, _text(document, args.corrected))


def _to_review(collection: str, store: Any, rare: bool) -> dict[str, dict[str, Any]]:
    """Of each attribute whose suspects the web application has found: how many are not decided yet, and the share of
    them that is expected to be wrong."""
    from artextract.errors import ArtExtractError
    from artextract.review.queue import expected_share, kept_suspects
    from artextract.search.asking.engine import SearchEngine
    from artextract.search.asking.model_labels import model_feature

    try:
        engine = SearchEngine.open(collection)
        feature = model_feature(engine.features.values())
    except ArtExtractError:
        return {}
    predictor = None if feature is None else feature.predictor
    if predictor is None:
        return {}
    found = {}
    for name in engine.paintings.labels:
        suspects = kept_suspects(engine, predictor, name)
        if suspects is not None:
            decided = {painting for painting, _ in store.reviews(name)}
            listed = [one for one in suspects.shown(rare) if one.id not in decided]
            left_out = len(suspects.shown(True)) - len(suspects.shown(rare))
            found[name] = {"open": len(listed), "expected_share": expected_share(listed), "of_rare_classes": left_out}
    return found


def _waiting(document: dict[str, Any]) -> list[str]:
    from artextract.metrics.expected_errors import in_words

    return [
        f"{name}: {counted(entry['open'], 'label is', 'labels are')} to review"
        + (f"; {in_words(entry['expected_share'])} of these are expected to be wrong" if entry["open"] else "")
        + (f"; {entry['of_rare_classes']} of rare classes are left out" if entry["of_rare_classes"] else "")
        for name, entry in document["to_review"].items()
    ]


def _text(document: dict[str, Any], out: str | None) -> str:
    if not document["decisions"]:
        nothing = (
            f"nothing was decided in {document['collection']} yet: artextract serve {document['collection']} has the"
            " review"
        )
        return "\n".join([nothing, *_waiting(document)])
    lines = (
        [
            grid(
                ["", "right", "corrected", "skipped", "disagreed"],
                [
                    [name, *(str(counts[key]) for key in ("accept", "correct", "skip", "disagreed"))]
                    for name, counts in document["attributes"].items()
                ],
            )
        ]
        if document["attributes"]
        else ["all decisions were undone"]
    )
    people = [
        [
            e["reviewer"],
            *(str(e[key]) for key in ("accept", "correct", "skip", "undone")),
            e["last"][:16].replace("T", " "),
        ]
        for e in document["reviewers"]
    ]
    lines += ["", grid(["reviewer", "right", "corrected", "skipped", "undone", "last (UTC)"], people)]
    for name, counts in document["agreement"].items():
        if counts["paintings"]:
            lines += [
                "",
                f"{name}: {counts['agreed']} of {counts['paintings']} labels that several people judged are agreed on",
            ]
            for pair in counts["pairs"]:
                kappa = "not defined" if pair["kappa"] is None else f"{pair['kappa']:.2f}"
                lines.append(
                    f"  {' and '.join(pair['reviewers'])}: {pair['same']:.0%} of {pair['paintings']} the same, Cohen's"
                    f" kappa {kappa}"
                )
    lines += ["", *_waiting(document)] if document["to_review"] else []
    corrections = document["corrections"]
    lines += ["", f"{counted(corrections['applicable'], 'entry', 'entries')} to correct"]
    lines += [
        f"  left as it is: {entry['attribute']} of {entry['id']}: {entry['reason']}"
        for entry in corrections["set_aside"]
    ]
    if out:
        lines.append(f"the corrected collection is {out}; train on it with: artextract train {out} --out MODEL")
    lines += [f"decisions: {path}" for name, path in document["files"].items() if name == "csv"]
    return "\n".join(lines)
