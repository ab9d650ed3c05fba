"""Vectors that people made elsewhere and imported: a feature of a collection's own, by a name of their choice.

    features/imported-NAME.json                 name, version, length, what it is about, from which file; signed
    features/imported-NAME@VERSION/shard-*/     the vectors, by image hash (``store.FeatureStore``)

The version follows from the vectors, so an index knows when others were imported in their place. They cannot be
computed: a painting that is added later, or whose file changes, lacks the feature until its vector is imported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from PIL import Image

from artextract.checksums import read_signed, signed
from artextract.errors import InputError, MismatchError
from artextract.features.feature import Colour, Feature, Positions
from artextract.files import user_path, write_json
from artextract.forms import misfit
from artextract.objects import ImageFile
from artextract.said import Said

PREFIX = "imported-"
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
AGAIN = "artextract import embeddings COLLECTION --feature {name}=VECTORS.npy"
COLOURS = (
    Colour("#8a5a2b", "#c99a6b"),
    Colour("#2b6f8a", "#6bb0c9"),
    Colour("#6b2b8a", "#b06bc9"),
    Colour("#2b8a4a", "#6bc98a"),
)
"""Which of them a feature has follows from its name."""
_FORM = {"name": str, "version": str, "dim": int, "rows": int, "about": str, "file": str, "imported": str}


@dataclass(frozen=True)
class Sheet:
    """What is known of imported vectors: ``dim`` numbers each, of ``rows`` distinct images, ``about`` what they
    describe ("" where that was not said), from a ``file`` of that name, ``imported`` at an ISO time."""

    name: str
    version: str
    dim: int
    rows: int
    about: str
    file: str
    imported: str


class Imported(Feature):
    """A feature whose vectors were imported. It cannot describe new pictures: those are searched without it."""

    decoded_at = 1

    def __init__(self, collection: str | Path, sheet: Sheet):
        self.sheet = sheet
        self.name, self.version = sheet.name, sheet.version
        self.store_name = f"{PREFIX}{sheet.name}"
        self.description = f"{sheet.about or 'vectors of your own'}, imported from {sheet.file}"
        self.about = sheet.about or f"your vectors '{sheet.name}'"
        self.colour = COLOURS[sum(sheet.name.encode()) % len(COLOURS)]
        self._folder = user_path(collection) / "features" / f"{self.store_name}@{self.version}"

    @property
    def dim(self) -> int:
        return self.sheet.dim

    def extract(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray]]:
        """Nothing: whatever is asked for was not imported.

        Raises ``MismatchError`` where what was imported is damaged."""
        if any(self._folder.glob("shard-*.damaged")):
            raise MismatchError(
                f"the imported vectors of '{self.name}' are damaged",
                f"import them again: {AGAIN.format(name=self.name)}",
                code="imported-vectors-damaged",
            )
        for position in range(len(paths)):
            on_error(position, f"no vector of '{self.name}' was imported for it")
        yield from ()

    def vector(self, image: Image.Image) -> np.ndarray:
        self.require()

    def require(self) -> NoReturn:
        raise InputError(
            f"'{self.name}' was imported, so only paintings of the collection have it",
            f"import the vectors of more paintings: {AGAIN.format(name=self.name)}",
            code="imported-feature",
        )

    def explain(self, a: np.ndarray, b: np.ndarray) -> str:
        length = float(np.linalg.norm(a) * np.linalg.norm(b))
        if not np.isfinite(length) or length == 0:
            return ""
        text = "The cosine of their imported vectors '{name}' is {cosine:.2f}."
        return Said("imported-cosine", text, name=self.name, cosine=float(a @ b) / length)


def require_name(name: str, taken: Sequence[str]) -> None:
    """Raise ``InputError`` for a name that imported vectors cannot have; ``taken`` are those of our own features."""
    if name in (*taken, "words", "all", "default"):
        raise InputError(
            f"'{name}' is taken: ArtExtract calls something of its own so",
            "choose another name, as in --feature mine=vectors.npy",
            code="name-taken",
        )
    if not NAME.fullmatch(name):
        raise InputError(
            f"'{name}' cannot be the name of a feature",
            "use small letters, digits, - and _, with a letter first, 40 at most",
            code="invalid-name",
        )


def write_sheet(collection: str | Path, sheet: Sheet) -> None:
    """Put imported vectors in force, once they are stored."""
    write_json(user_path(collection) / "features" / f"{PREFIX}{sheet.name}.json", signed(asdict(sheet)))


def imported_names(collection: str | Path) -> tuple[str, ...]:
    """The names of the features that were imported into a collection, sorted."""
    found = (user_path(collection) / "features").glob(f"{PREFIX}*.json")
    return tuple(sorted(path.stem.removeprefix(PREFIX) for path in found))


def find_imported(collection: str | Path, name: str) -> Imported | None:
    """The imported feature of that name; None where there is none.

    Raises ``MismatchError`` where what is known of it is damaged."""
    if not NAME.fullmatch(name):
        return None
    path = user_path(collection) / "features" / f"{PREFIX}{name}.json"
    try:
        saved = read_signed(path, required=True)
        problem = misfit(saved, _FORM)
        if problem:
            raise ValueError(problem)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise MismatchError(
            f"what is known of the imported vectors '{name}' is damaged ({error})",
            f"import them again: {AGAIN.format(name=name)}",
            code="imported-vectors-damaged",
        ) from error
    return Imported(collection, Sheet(**saved))
