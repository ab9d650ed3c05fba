"""Commands are killed at their renames, given again, and compared with a run that nobody disturbed.

A rename is where a file takes its place, so just before it and just after it is where a kill could leave half a
result."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from artextract.files import read_json
from artextract.search.asking.engine import SearchEngine
from artextract.table import read_paintings
from scripts.campaign.material import command, import_of, index_of, write_pictures
from scripts.campaign.tally import Tally

LIMIT = 3600
"""Seconds that one command may take, a hundred times what it needs: other work may hold the machine meanwhile."""


@dataclass
class Job:
    """A command that is killed. ``begin`` puts what it needs into an empty folder; ``arguments`` and ``result`` are
    functions of that folder. ``renames`` and ``expected`` come from the undisturbed run."""

    name: str
    begin: Callable[[Path], Any]
    arguments: Callable[[Path], list[str]]
    result: Callable[[Path], Any]
    renames: int = 0
    expected: Any = None


def table_of(folder: Path) -> Any:
    paintings = read_paintings(folder / "collection")
    return sorted((row["id"], row["sha256"], row["split"], row["style"]) for row in paintings.records())


def answers_of(folder: Path) -> Any:
    """The table, and what a search for every painting finds, with its scores."""
    engine = SearchEngine.open(folder / "collection")
    rows = table_of(folder)
    found = {row[0]: [(hit.id, round(hit.score, 4)) for hit in engine.search(row[0], k=5).hits] for row in rows}
    return rows, found


def model_of(folder: Path) -> Any:
    """The bytes of the weights, the labels, the split, and the course of the training without its seconds."""
    model = folder / "model"
    history = pd.read_csv(model / "history.csv")
    history = history[[name for name in history.columns if "second" not in name]]
    weights = {path.name: path.read_bytes() for path in sorted(model.glob("[!.]*.safetensors"))}
    return weights, read_json(model / "labels.json"), history.to_csv()


def jobs(made: Path) -> list[Job]:
    """The commands, over pictures that are drawn into ``made``."""
    twelve = write_pictures(made / "twelve", range(12))
    sixteen = write_pictures(made / "sixteen", range(16))

    def run(*commands: list[str]) -> None:
        for arguments in commands:
            code, document, said = command(arguments)
            if code:
                raise RuntimeError(f"artextract {' '.join(arguments)} fails undisturbed: {document} {said}")

    def imported(folder: Path) -> None:
        if not (made / "imported").exists():
            run(import_of(twelve, made / "imported"))
        shutil.copytree(made / "imported", folder / "collection")

    def grown(folder: Path) -> None:
        """A collection that was indexed, and has got further paintings since."""
        if not (made / "grown").exists():
            run(import_of(twelve, made / "grown"), index_of(made / "grown"), import_of(sixteen, made / "grown"))
        shutil.copytree(made / "grown", folder / "collection")

    def sample(folder: Path) -> list[str]:
        return ["import", "sample", "--count", "8", "--out", str(folder / "collection")]

    def train(folder: Path) -> list[str]:
        small = ["--epochs", "2", "--width", "32", "--hidden", "16", "--baselines", "linear_probe"]
        return ["train", str(folder / "collection"), "--out", str(folder / "model"), *small]

    def nothing(folder: Path) -> None:
        pass

    return [
        Job("import", nothing, lambda folder: import_of(twelve, folder / "collection"), table_of),
        Job("index", imported, lambda folder: index_of(folder / "collection"), answers_of),
        Job("update", grown, lambda folder: index_of(folder / "collection"), answers_of),
        Job("sample", nothing, sample, table_of),
        Job("train", imported, train, model_of),
    ]


def kill_all(tally: Tally, numbers: range, work: Path, names: tuple[str, ...] = (), fresh: bool = True) -> None:
    """Kill once for each number, the jobs in turn (or only those of ``names``). The second run is a process of its own,
    or, where not ``fresh``, runs in this one, which is quicker."""
    all_jobs = [job for job in jobs(work / "kills") if not names or job.name in names]
    for number, random_ in tally.trials(numbers):
        job = all_jobs[number % len(all_jobs)]
        folder = work / "kills" / f"trial-{number}"
        try:
            if not job.renames:
                _undisturbed(job, work / "kills" / f"whole-{job.name}")
            what = _one(job, folder, random_, fresh)
        except subprocess.TimeoutExpired:
            what = f"it took more than {LIMIT} s"
        if what:
            tally.lose(f"kill {number} ({job.name}): {what}")
        else:
            tally.counts[f"{job.name} resumed"] += 1
        left = [path for path in folder.rglob(".*-*") if path.is_file()]
        tally.counts["temporary files left"] += len(left)
        shutil.rmtree(folder, ignore_errors=True)


def _undisturbed(job: Job, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # an earlier try may have run out of time
    folder.mkdir(parents=True)
    job.begin(folder)
    done = _run(job, folder, 0, "before")
    if done.returncode:
        raise RuntimeError(f"artextract {job.name} fails undisturbed: {done.stderr[-2000:]}")
    job.renames, job.expected = (folder / "counter").stat().st_size, job.result(folder)


def _one(job: Job, folder: Path, random_: random.Random, fresh: bool) -> str:
    """What was lost, or nothing."""
    folder.mkdir(parents=True)
    job.begin(folder)
    at, moment = random_.randint(1, job.renames), random_.choice(("before", "after"))
    _run(job, folder, at, moment)
    if fresh:
        second = _run(job, folder, 0, moment)
        code, said = second.returncode, second.stderr[-300:]
    else:
        code, document, _ = command(job.arguments(folder))
        said = str(document)
    where = f"killed {moment} rename {at} of {job.renames}"
    if code:
        return f"{where}, the second run ends with {code}: {said}"
    try:
        same = job.result(folder) == job.expected
    except Exception as error:  # a result that cannot be read is what is looked for
        return f"{where}, the result cannot be read: {type(error).__name__}: {error}"
    return "" if same else f"{where}, the result differs from that of an undisturbed run"


def _run(job: Job, folder: Path, at: int, moment: str) -> subprocess.CompletedProcess[str]:
    counter = folder / "counter"
    counter.unlink(missing_ok=True)
    script = Path(__file__).with_name("killed.py")
    process = subprocess.Popen(
        [sys.executable, str(script), str(at), moment, str(counter), *job.arguments(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said = process.communicate(timeout=LIMIT)[1]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 9)
    return subprocess.CompletedProcess(process.args, process.returncode, "", said)
