"""All parts of an examination, one after the other."""

from __future__ import annotations

from pathlib import Path

from artextract.doctor.copies import contradictions, copies, groups_of
from artextract.doctor.files import look_at_files, new_since, not_imported
from artextract.doctor.findings import SEVERITIES, Report
from artextract.doctor.labels import artists, classes
from artextract.doctor.models import model_files, model_fit
from artextract.doctor.stored import stored
from artextract.files import user_path
from artextract.model.saved import open_model
from artextract.progress import Progress, no_progress
from artextract.table import read_paintings


def examine(
    collection: str | Path,
    model: str | Path | None = None,
    *,
    quick: bool = False,
    artist_disjoint: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Look at every file, label and split of a collection, and at whether ``model`` knows its labels.

    Stored features, the index, maps and the model are compared with their checksums, all of them, which takes about a
    second for each GB.

    ``quick`` decodes only files whose content hash is not that of the import. That paintings of one artist are trained
    on and tested is an error where the collection was split artist-disjoint, and on request (``artist_disjoint``); else
    it is a note. Raises ``InputError`` for what is no collection or no model."""
    table = read_paintings(collection)
    saved = open_model(model) if model else None
    groups = groups_of(table)
    findings = [
        *look_at_files(table, quick, progress),
        *copies(table, groups),
        *contradictions(table, groups),
        *classes(table),
        *new_since(table),
        *not_imported(table),
        *stored(table.root),
        *(model_files(saved) if saved else ()),
        *artists(table, artist_disjoint or table.protocol == "artist-disjoint"),
        *(model_fit(table, saved) if saved else ()),
    ]
    return Report(
        user_path(collection),
        len(table),
        tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))),
    )
