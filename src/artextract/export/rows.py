"""A list of paintings as a table or as JSON.

The CSV is made for spreadsheets, which read a cell that begins with = + - @ as a formula, even one that starts a
program: such texts get an apostrophe in front. It begins with a byte order mark, without which Excel takes UTF-8 for
the code page of its country; lines end in CR LF (RFC 4180). Programs do better with the JSON, which changes no text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from artextract.csv_file import cell, harmless, written
from artextract.export.listing import SOFTWARE, Listing, label_of, licence_of, name_of

__all__ = ["as_csv", "as_json", "cell", "said_columns"]


def as_csv(listing: Listing) -> bytes:
    """One row a painting: rank, score and nearness of a search, id, title, labels, further columns, size, rights,
    source, addresses, and what model and reviewers say of each attribute. Where a title is missing, "name" says what
    each is shown as."""
    rows = [_flat(listing, record) for record in listing.records]
    if not all(record["title"] for record in listing.records):
        rows = [{**row, "name": name_of(record)} for row, record in zip(rows, listing.records, strict=True)]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    leading = [
        name
        for name in ("rank", "score", "nearness", "id", "title", "name", *listing.paintings.labels)
        if name in columns
    ]
    trailing = [name for name in ("width", "height", "rights", "licence", "source", "image", "page") if name in columns]
    said = [name for name in columns if name.startswith(("contribution of ", "predicted ", "decided "))]
    said += ["note"] if listing.notes else []
    middle = [name for name in columns if name not in {*leading, *trailing, *said}]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    order = [*leading, *middle, *trailing, *said]
    writer.writerow([harmless(name) for name in order])
    writer.writerows([written(row.get(name)) for name in order] for row in rows)
    return ("\ufeff" + text.getvalue()).encode("utf-8", "replace")


def as_json(listing: Listing) -> bytes:
    """{"title", "summary", "collection", "made", "software", "model", "rights", "paintings"}; of each painting what is
    known is apart from what a model or a person says."""
    document = {
        "title": listing.title,
        "summary": listing.summary,
        "collection": listing.collection,
        "made": listing.made.isoformat(),
        "software": SOFTWARE,
        "model": listing.model or None,
        "rights": [{"text": text, "paintings": count} for text, count in listing.rights().items()],
        "paintings": [_nested(listing, record) for record in listing.records],
    }
    return (json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")


def said_columns(listing: Listing, yes_no: bool = False) -> dict[str, list[Any]]:
    """What models and reviewers say, as columns of a table of the same rows; with ``yes_no`` in words for people."""
    rows = [_said(listing, record["id"], yes_no) for record in listing.records]
    return {name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}


def _flat(listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    hit = listing.hits.get(record["id"], {})
    found = {name: hit[name] for name in ("rank", "score") if name in hit}
    if hit:
        found["nearness"] = hit.get("band")
    own = {name: record[name] for name in ("id", "title", "width", "height", "rights", "source")}
    parts = {f"contribution of {name}": value for name, value in hit.get("features", {}).items()}
    return {
        **listing.more_of(record),
        **found,
        **own,
        **listing.labels_of(record),
        "licence": licence_of(record),
        **_addresses(listing, record),
        **parts,
        **_said(listing, record["id"], yes_no=True),
        **({"note": listing.notes[record["id"]]} if record["id"] in listing.notes else {}),
    }


def _said(listing: Listing, painting: str, yes_no: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute, said in listing.said_of(painting).items():
        found |= {
            f"predicted {attribute}": said.label,
            f"predicted {attribute} probability": round(said.probability, 4),
            f"predicted {attribute} unsure": ("no", "yes")[said.unsure] if yes_no else said.unsure,
        }
        if said.novelty is not None:
            found |= {
                f"predicted {attribute} novelty": round(said.novelty, 4),
                f"predicted {attribute} new": ("no", "yes")[said.new] if yes_no else said.new,
            }
        if said.among:
            found |= {
                f"predicted {attribute} set": " | ".join(said.among),
                f"predicted {attribute} set coverage": said.coverage,
            }
    for attribute, number in listing.numbers_of(painting).items():
        found |= {
            f"predicted {attribute}": number.median,
            f"predicted {attribute} from": number.low,
            f"predicted {attribute} to": number.high,
            f"predicted {attribute} coverage": number.coverage,
            f"predicted {attribute} unsure": ("no", "yes")[number.unsure] if yes_no else number.unsure,
        }
    for decision in listing.decided.get(painting, ()):
        attribute = decision["attribute"]
        found |= {
            f"decided {attribute}": decision["action"],
            f"decided {attribute} label": label_of(decision),
            f"decided {attribute} by": decision["reviewer"],
            f"decided {attribute} at": decision["time"],
        }
    return found


def _nested(listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    painting = record["id"]
    found = {name: record[name] for name in ("id", "title")} | {
        "name": name_of(record),
        "labels": listing.labels_of(record),
        "metadata": listing.more_of(record),
    }
    found |= {
        "rights": record["rights"],
        "licence": licence_of(record),
        "source": record["source"],
        "width": record["width"],
        "height": record["height"],
    }
    found |= _addresses(listing, record)
    if painting in listing.notes:
        found["note"] = listing.notes[painting]
    if painting in listing.hits:
        found["hit"] = dict(listing.hits[painting])
    if painting in listing.predictions:
        found["predictions"] = {
            name: {"label": said.label, "probability": round(said.probability, 4), "unsure": said.unsure}
            | ({} if said.novelty is None else {"novelty": {"score": round(said.novelty, 4), "new": said.new}})
            | ({"set": {"labels": list(said.among), "coverage": said.coverage}} if said.among else {})
            for name, said in listing.said_of(painting).items()
        }
    if numbers := listing.numbers_of(painting):
        found["predicted_numbers"] = {name: number._asdict() for name, number in numbers.items()}
    if painting in listing.decided:
        found["decisions"] = [
            {name: value for name, value in decision.items() if name != "id"} for decision in listing.decided[painting]
        ]
    if painting in listing.regions_of:
        found["regions"] = [{"box": list(region.box), "text": region.text} for region in listing.regions_of[painting]]
    return found


def _addresses(listing: Listing, record: Mapping[str, Any]) -> dict[str, str]:
    return (
        {}
        if listing.place is None
        else {"image": listing.picture(record).address, "page": listing.place.page(record["id"])}
    )
