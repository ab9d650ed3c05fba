"""What was decided, as a table: the collection with corrected labels, which ``train`` reads, and the decisions
themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.csv_file import for_sheets, harmless
from artextract.dates import read_date
from artextract.errors import InputError
from artextract.files import read_json, user_path, write_json
from artextract.labels import canonical_key, unify
from artextract.metrics.agreement import cohens_kappa
from artextract.review.fields import kinds, read, same, written
from artextract.review.store import ACTIONS, Decision, Review
from artextract.table import FILE_NAME, Paintings

CORRECTED = "corrected"
"""The column that says what was changed on a row, as "style: Cubism -> Realism"; empty elsewhere."""
PROVENANCE = "corrected.json"
DECISION_COLUMNS = tuple(field.name for field in fields(Decision))


@dataclass(frozen=True)
class Corrected:
    """``paintings`` with the corrections of ``applied``.

    ``set_aside`` are corrections of paintings that are gone, or whose label is another one by now, with the reason."""

    paintings: Paintings
    applied: tuple[Decision, ...]
    set_aside: tuple[tuple[Decision, str], ...]


def correct(paintings: Paintings, decisions: Iterable[Decision]) -> Corrected:
    """Carry out the corrections among ``decisions``, those in force, the latest first (``ReviewStore.current``).

    A corrected label takes the spelling that the column has for it; where a date was corrected the years follow, unless
    they were corrected themselves."""
    frame = paintings.frame.copy()
    row_of = {painting_id: row for row, painting_id in enumerate(paintings.ids)}
    able, decisions = kinds(paintings), list(decisions)
    columns = {name: paintings.column(name) for name in {decision.attribute for decision in decisions} if name in able}
    applied, set_aside = [], []
    notes: dict[int, list[str]] = {}
    for decision in reversed([d for d in decisions if d.action == "correct"]):
        row, name = row_of.get(decision.painting), decision.attribute
        if name not in columns:
            set_aside.append((decision, f"the collection has no field '{name}' that can be corrected"))
        elif row is None:
            set_aside.append((decision, "the painting is no longer in the collection"))
        elif not same(able[name], written(columns[name][row]), decision.old_label):
            set_aside.append(
                (
                    decision,
                    (
                        f"the {'label' if able[name] == 'label' else 'entry'} was '{decision.old_label or ''}' when it"
                        f" was reviewed and is '{written(columns[name][row]) or ''}' now"
                    ),
                )
            )
        else:
            nothing = "no label" if able[name] == "label" else "nothing"
            applied.append(decision)
            notes.setdefault(row, []).append(
                f"{name}: {decision.old_label or nothing} -> {decision.new_label or nothing}"
            )
    for name, cells in columns.items():
        mine = [decision for decision in applied if decision.attribute == name]
        if mine and able[name] != "label":
            for decision in mine:
                new = decision.new_label
                cells[row_of[decision.painting]] = None if new is None else read(able[name], new)
            frame[name] = pd.Series(cells.tolist(), index=frame.index, dtype=frame[name].dtype)
        elif mine:
            spelled = {canonical_key(label): label for label in pd.unique(pd.Series(cells, dtype=object).dropna())}
            for decision, label in zip(mine, unify([decision.new_label for decision in mine]), strict=False):
                cells[row_of[decision.painting]] = spelled.get(canonical_key(label), label)
            frame[name] = cells
    _years_follow(frame, applied, row_of)
    frame[CORRECTED] = pd.array(
        ["; ".join(notes[row]) if row in notes else None for row in range(len(frame))], dtype="string"
    )
    return Corrected(replace(paintings, frame=frame), tuple(applied), tuple(set_aside))


def _years_follow(frame: pd.DataFrame, applied: list[Decision], row_of: dict[str, int]) -> None:
    """The years of the rows whose date was corrected, as an import reads them of it."""
    own = {(decision.painting, decision.attribute) for decision in applied}
    for decision in applied:
        if decision.attribute != "date":
            continue
        dating, row = read_date(decision.new_label), row_of[decision.painting]
        for name, year in (("year", dating and dating.first), ("year_end", dating and dating.last)):
            if name in frame and (decision.painting, name) not in own:
                frame.loc[frame.index[row], name] = pd.NA if year is None else year


def write_corrected(corrected: Corrected, out: str | Path) -> Path:
    """Write a collection of its own into ``out``: the table with absolute paths of the images, which stay where they
    are, its splits, the stored features by links, and in ``corrected.json`` what was changed. One that was written so
    before is replaced. Raises ``InputError`` where ``out`` is another collection."""
    out, paintings = user_path(out), corrected.paintings
    if out.exists() and out.resolve() == paintings.root.resolve():
        raise InputError(
            "the corrected table cannot take the place of the collection",
            "name another folder",
            code="collection-in-the-way",
        )
    if (out / FILE_NAME).exists() and _made_from(out) != str(paintings.root.resolve()):
        raise InputError(f"'{out}' is a collection already", "name another folder", code="collection-in-the-way")
    out.mkdir(parents=True, exist_ok=True)
    absolute = [str(path) for path in paintings.image_paths()]
    written = replace(paintings, frame=paintings.frame.assign(path=absolute), root=out).write()
    _link_features(paintings.root.resolve(), out)
    changes = [
        {
            "id": d.painting,
            "attribute": d.attribute,
            "from": d.old_label,
            "to": d.new_label,
            "reviewer": d.reviewer,
            "time": d.time,
        }
        for d in corrected.applied
    ]
    left = [
        {"id": d.painting, "attribute": d.attribute, "to": d.new_label, "reason": reason}
        for d, reason in corrected.set_aside
    ]
    write_json(out / PROVENANCE, {"collection": str(paintings.root.resolve()), "corrected": changes, "set_aside": left})
    return written


def corrected_csv(corrected: Corrected) -> str:
    """The corrected table as CSV for whoever downloads it: no paths of this machine, no text that a spreadsheet
    calculates."""
    return for_sheets(corrected.paintings.frame.drop(columns="path")).to_csv(index=False)


def decisions_csv(decisions: Sequence[Decision]) -> str:
    """A row per decision, undone ones too, with no text that a spreadsheet calculates."""
    return for_sheets(decision_frame(decisions)).to_csv(index=False)


def decision_frame(decisions: Sequence[Decision]) -> pd.DataFrame:
    return pd.DataFrame(
        [[value and harmless(value) for value in astuple(decision)] for decision in decisions], columns=DECISION_COLUMNS
    )


def summary(reviews: dict[tuple[str, str], Review], decisions: Sequence[Decision]) -> dict[str, Any]:
    """What came of the review: counts of the decisions in force per attribute and of those made per reviewer, and how
    far reviewers agree."""
    attributes: dict[str, dict[str, int]] = {}
    for (_, name), review in reviews.items():
        counts = attributes.setdefault(name, dict.fromkeys((*ACTIONS, "disagreed"), 0))
        counts[review.decision.action] += 1
        counts["disagreed"] += review.disagreed
    people: dict[str, dict[str, Any]] = {}
    for decision in reversed(decisions):
        entry = people.setdefault(
            decision.reviewer.casefold(),
            {"reviewer": decision.reviewer, **dict.fromkeys((*ACTIONS, "undone"), 0), "last": decision.time},
        )
        entry["undone" if decision.undone_by else decision.action] += 1
        entry["last"] = max(entry["last"], decision.time)
    return {
        "attributes": dict(sorted(attributes.items())),
        "reviewers": sorted(people.values(), key=lambda entry: entry["reviewer"].casefold()),
        "agreement": {
            name: agreement(review for key, review in reviews.items() if key[1] == name) for name in sorted(attributes)
        },
    }


def agreement(reviews: Iterable[Review]) -> dict[str, Any]:
    """How far reviewers agree on the labels that two or more had an opinion on: ``paintings`` of them, ``agreed``
    without any contradiction, and per pair of reviewers the number of common paintings, the part ``same`` and Cohen's
    ``kappa``, None where it is not defined."""
    judged = [
        {d.reviewer.casefold(): d for d in review.opinions}
        for review in reviews
        if len(review.opinions) > 1 and review.decision.action != "skip"
    ]
    names = {key: d.reviewer for row in judged for key, d in row.items()}
    pairs = []
    for first, second in combinations(sorted(names), 2):
        both = [(row[first].key, row[second].key) for row in judged if first in row and second in row]
        if both:
            same = float(np.mean([a == b for a, b in both]))
            pairs.append(
                {
                    "reviewers": [names[first], names[second]],
                    "paintings": len(both),
                    "same": same,
                    "kappa": cohens_kappa(both),
                }
            )
    return {
        "paintings": len(judged),
        "agreed": sum(len({d.key for d in row.values()}) == 1 for row in judged),
        "pairs": pairs,
    }


def _made_from(out: Path) -> str | None:
    try:
        return read_json(out / PROVENANCE)["collection"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _link_features(root: Path, out: Path) -> None:
    """Links to the shards of stored features, so that nothing is computed again and what is new is kept apart; where
    links cannot be made the features are computed."""
    for shard in sorted((root / "features").glob("*/shard-*")):
        link = out / "features" / shard.parent.name / shard.name
        if link.exists():
            continue
        try:
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(shard.resolve(), target_is_directory=True)
        except OSError:
            return
