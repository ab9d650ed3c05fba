"""Which pictures a prediction is asked for, and the table of its answers, which a run that was stopped goes on with."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from artextract.csv_file import require_csv, written
from artextract.errors import ImageError, InputError, MismatchError, NothingUsableError
from artextract.files import user_path, write_aside
from artextract.sources.walk import LeftOut, walk

FIRST, LAST = ("path",), ("error", "model")
"""Columns before and after those of the attributes."""
AGAIN = "open it elsewhere, save it anew as JPEG or PNG, and ask again"


def pictures(given: Sequence[str]) -> tuple[list[Path], list[LeftOut]]:
    """The files that are named and those in the folders that are named, found as an import finds them, each once; and
    what else lies in those folders. Raises ``NothingUsableError`` where there are none."""
    paths: dict[Path, None] = {}
    left: list[LeftOut] = []
    for name in given:
        path = user_path(name)
        if not path.is_dir():
            paths[path.absolute()] = None
            continue
        found = walk(path, apart=path)
        left += found.left_out
        paths |= dict.fromkeys(file.absolute() for _, file in found.images if isinstance(file, Path))
    if not paths:
        raise NothingUsableError(
            "there are no images in what was given", "give image files, or folders that hold some", code="no-images"
        )
    return list(paths), left


def failure(path: Path, error: ImageError) -> dict[str, Any]:
    """What stands in the place of the answer to a file that cannot be read."""
    reason = {"message": error.message, "hint": error.hint or AGAIN, "code": error.code}
    return {"path": str(path.resolve()), "error": reason}


def cells(answer: Mapping[str, Any], model: str) -> dict[str, Any]:
    """The row of an answer: per attribute its best label, ``NAME_probability`` and ``NAME_unsure``, and where the model
    has them the set of labels, novelty, several labels at once, and numbers with their bounds and
    ``NAME_unsure``."""
    row: dict[str, Any] = {"path": answer["path"]}
    for name, ranked in answer.get("attributes", {}).items():
        best = ranked[0]
        row |= {
            name: best["label"],
            f"{name}_probability": f"{best['probability']:.5g}",
            f"{name}_unsure": name in answer["unsure"],
        }
        if name in answer.get("sets", {}):
            some = answer["sets"][name]
            row |= {f"{name}_set": some["labels"], f"{name}_set_coverage": some["coverage"]}
        if name in answer.get("novelty", {}):
            novelty = answer["novelty"][name]
            row |= {f"{name}_novelty": f"{novelty['score']:.5g}", f"{name}_new": novelty["new"]}
    for name, labels in answer.get("several", {}).items():
        row[name] = [one["label"] for one in labels]
    for name, number in answer.get("numbers", {}).items():
        row |= {name: f"{number['median']:.6g}"}
        row |= {f"{name}_{part}": f"{number[part]:.6g}" for part in ("low", "high", "coverage")}
        row[f"{name}_unsure"] = name in answer["unsure"]
    error = answer.get("error")
    return row | {"error": error["message"] if error else None, "model": model}


class AnswerTable:
    """A CSV that grows by a row a picture, so that what was answered stays where a run is stopped.

    What was answered before is kept; pictures that failed are tried again."""

    def __init__(self, path: str | Path, model: str):
        """A new table, or the one that is there.

        Raises ``InputError`` for a file that is none of ours, and ``MismatchError`` where another model has
        answered."""
        require_csv(path)
        self.path = user_path(path)
        self._model = model
        self._columns = [*FIRST, *LAST]
        self._rows: list[dict[str, str]] = []
        with suppress(FileNotFoundError):
            self._read(self.path.read_text(encoding="utf-8", errors="replace"))
        self._done = {row["path"] for row in self._rows}

    def has(self, path: Path) -> bool:
        """Whether a picture had been answered when the table was opened."""
        return written(str(path.resolve())) in self._done

    def __len__(self) -> int:
        """How many pictures are answered."""
        return sum(not row["error"] for row in self._rows)

    def _read(self, text: str) -> None:
        whole = text[: text.rfind("\n") + 1]  # a run that was killed may have left half a row
        if not whole:
            return
        reader = csv.DictReader(io.StringIO(whole, newline=""))
        columns = list(reader.fieldnames or ())
        if not {*FIRST, *LAST} <= set(columns):
            raise InputError(
                f"'{self.path}' is there already, and is no table that predict has written",
                "give --out another name",
                code="not-a-table-of-answers",
            )
        rows = [row for row in reader if None not in row and None not in row.values()]
        other = next((row["model"] for row in rows if row["model"] != self._model), None)
        if other is not None:
            raise MismatchError(
                f"'{self.path}' holds the answers of another model, {other}",
                "give --out another name, or remove that file",
                code="answers-of-another-model",
            )
        self._columns, self._rows = columns, [row for row in rows if not row["error"]]

    def __enter__(self) -> AnswerTable:
        self._write_anew()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, answer: Mapping[str, Any]) -> None:
        row = {name: "" if value is None else str(written(value)) for name, value in cells(answer, self._model).items()}
        self._rows.append(row)
        missing = [name for name in row if name not in self._columns]
        if missing:
            self._columns = [*self._columns[: -len(LAST)], *missing, *LAST]
            self._file.close()
            self._write_anew()
        else:
            self._writer.writerow(row)
            self._file.flush()

    def _write_anew(self) -> None:
        with write_aside(self.path) as aside, open(aside, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self._columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(self._rows)
        self._file = open(self.path, "a", encoding="utf-8", newline="")  # noqa: SIM115 (closed by __exit__)
        self._writer = csv.DictWriter(self._file, self._columns, restval="", lineterminator="\n")
