"""Duplicates and repeated motifs of the collection: found once, in the background, and kept in ``COLLECTION/works``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from artextract.app.api.job import JobAnswer
from artextract.app.api.workspace import ForbiddenError, Workspace
from artextract.errors import InputError
from artextract.files import read_json, write_json
from artextract.kept import Kept
from artextract.motifs.repeats import LEAST_PAIR
from artextract.progress import Progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.works.duplicates import Duplicates, Pair, find_duplicates
from artextract.search.works.motif_groups import find_motifs

FOLDER = "works"


class WorksKept:
    """What was found, by the version of the index that it was found in, and for motifs by the threshold as well. For
    several threads."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._found: Kept[tuple[str, str], Any] = Kept(4)

    def duplicates(self, engine: SearchEngine, start: bool) -> Duplicates | JobAnswer | None:
        """What was found, or how far the search is; None where there is neither and it is not to ``start``."""

        def find(progress: Progress) -> dict[str, Any]:
            found = find_duplicates(engine, progress=progress)
            pairs = [asdict(pair) for pair in found.pairs]
            return {"threshold": found.threshold, "compared": found.compared, "skipped": found.skipped, "pairs": pairs}

        kept = self._ask("duplicates", engine, start, find)
        if kept is None or isinstance(kept, JobAnswer):
            return kept
        pairs = [Pair(**pair) for pair in kept["pairs"]]
        return Duplicates(engine.paintings, kept["threshold"], kept["compared"], pairs, [], kept["skipped"])

    def motifs(self, engine: SearchEngine, start: bool) -> dict[str, Any] | JobAnswer | None:
        """As ``RepeatedMotifs.as_dict``, or as ``duplicates``. Raises what ``MotifIndex.open`` raises."""
        root = self._workspace.root
        return self._ask("motifs", engine, start, lambda progress: find_motifs(root, progress=progress).as_dict())

    def _ask(
        self, kind: str, engine: SearchEngine, start: bool, find: Callable[[Progress], dict[str, Any]]
    ) -> dict[str, Any] | JobAnswer | None:
        version = engine.index.version + (f" {LEAST_PAIR}" if kind == "motifs" else "")
        kept = self._found.get((kind, version), lambda: self._read(kind, version), lambda found: found is not None)
        if kept is not None:
            return kept
        key, jobs = (kind, version), self._workspace.jobs
        if start and jobs.find(key) is None and not self._workspace.access.has("works"):  # it takes minutes, and a file
            raise ForbiddenError(
                "this server looks for neither duplicates nor motifs",
                "start the server with --allow works",
                code="works-not-allowed",
            )
        job = jobs.ask(key, find) if start else jobs.find(key)
        if job is None:
            return None
        if job.state == "done":
            self._found.put(key, job.result)
            self._write(kind, version, job.result)
            return job.result
        if job.state == "failed":
            jobs.forget(key)
        return JobAnswer.of(job)

    def _read(self, kind: str, version: str) -> dict[str, Any] | None:
        path = self._workspace.root / FOLDER / f"{kind}.json"
        try:
            found = read_json(path)
        except (InputError, OSError, ValueError):
            return None
        return found["found"] if isinstance(found, dict) and found.get("index") == version else None

    def _write(self, kind: str, version: str, found: dict[str, Any]) -> None:
        folder = self._workspace.root / FOLDER
        try:
            folder.mkdir(exist_ok=True)
            write_json(folder / f"{kind}.json", {"index": version, "found": found})
        except OSError:  # a collection that may not be written to is still shown
            pass
