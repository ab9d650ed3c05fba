"""The queue of paintings to review: what it holds, which labels can have one, and how it is kept.

``suspects`` fills it."""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from artextract.files import read_json, write_json
from artextract.labels import canonical_key
from artextract.model.predictor import Predictor
from artextract.said import Said
from artextract.search.asking.engine import SearchEngine
from artextract.table import Paintings

FORMAT = 3
FOLDER = "review"
LEAST_PAINTINGS = 20
LEAST_OF_CLASS = 3
"""An attribute is judged from so many labelled paintings up, if two classes have ``LEAST_OF_CLASS`` of them."""
RARE = 10
"""Classes of fewer judged paintings are left out of the list until they are asked for."""
FEW = 5
"""Of a class of fewer paintings the model is said to know little."""


@dataclass(frozen=True)
class Attribute:
    """A label column that the model knows.

    ``paintings`` carry one of ``classes`` classes that it knows; ``why_not`` says why it cannot be reviewed, "" where
    it can."""

    name: str
    paintings: int
    classes: int
    why_not: str = ""


@dataclass(frozen=True)
class Suspect:
    """A painting that does not fit its label.

    ``score`` is the chance that the label is wrong, 0..1; ``probable`` whether it is large enough to begin with it.
    Probabilities, 0..1, are those of a model that had not seen
    the painting. ``suggested`` is None where no other class is more probable. ``place`` of ``of`` says how far it lies
    from its class, 1 for the farthest; ``around`` are the labels of its nearest paintings with their counts; ``copies``
    are paintings of nearly the same picture that carry another label; ``agreed`` of the four measures that look at the
    label place it among the first tenth. ``like_label`` and ``like_suggested`` are ids of the nearest typical paintings
    of the two classes, ``next_best`` the most probable other class where none is suggested."""

    id: str
    label: str
    score: float
    probable: bool
    label_probability: float
    suggested: str | None
    suggested_probability: float | None
    next_best: str
    place: int | None
    of: int
    around: list[tuple[str, int]]
    copies: list[tuple[str, str]]
    agreed: int
    like_label: list[str]
    like_suggested: list[str]

    def reasons(self) -> list[str]:
        """Why it stands in the queue, in sentences."""
        return [
            self._taken_for(),
            self._surrounded(),
            *([standing] if (standing := self._standing()) is not None else []),
            *(
                Said(
                    "copy-labelled",
                    "Nearly the same picture is in the collection as {label} ({painting}).",
                    label=label,
                    painting=painting_id,
                )
                for painting_id, label in self.copies
            ),
        ]

    def _taken_for(self) -> Said:
        own = Said("probability", _percent(self.label_probability), share=self.label_probability)
        if self.suggested is None or self.suggested_probability is None:
            text = "A model that had not seen this painting takes it for {label} too ({own}), but it looks unlike"
            return Said("taken-too", f"{text} the others.", label=self.label, own=own)
        its = Said("probability", _percent(self.suggested_probability), share=self.suggested_probability)
        text = "A model that had not seen this painting takes it for {suggested} ({its}); {label} gets {own}."
        return Said("taken-for", text, suggested=self.suggested, its=its, label=self.label, own=own)

    def _surrounded(self) -> Said:
        around = dict(self.around)
        own, total = around.get(self.label, 0), sum(around.values())
        most, count = self.around[0]
        carry = (
            f"{own or 'None'} of the {{total}} paintings most like it {'carries' if own == 1 else 'carry'} this label"
        )
        if most == self.label:
            return Said("around", carry + ".", own=own, total=total)
        return Said("around-others", carry + "; {n} carry {label}.", own=own, total=total, n=count, label=most)

    def _standing(self) -> Said | None:
        if self.of < FEW:
            carry = "carries" if self.of == 1 else "carry"
            text = f"Only {{n}} of the judged paintings {carry} this label, so the model knows little of it."
            return Said("little-known", text, n=self.of)
        if self.place is None or self.place > max(1, self.of * 0.1):
            return None
        far = "is the farthest" if self.place == 1 else f"is the {_ordinal(self.place)} farthest"
        text = f"Of the {{of:,}} paintings labelled {{label}} it {far} from what these have in common."
        return Said("farthest", text, of=self.of, label=self.label, rank=self.place)


@dataclass(frozen=True)
class Suspects:
    """The queue of one attribute, most suspicious first.

    ``judged`` paintings of ``classes`` classes were judged; ``right`` is the part of them whose label the model
    confirmed, ``wrong`` the part of labels that is expected to be wrong with the ends of a 90 % interval, ``found`` how
    many there were before the list was cut, ``not_judged`` were alone in their class, ``unknown`` carry a label that
    the model does not know, and ``vectors`` names what they were judged by."""

    attribute: str
    judged: int
    classes: int
    right: float
    wrong: tuple[float, float, float]
    found: int
    not_judged: int
    unknown: int
    vectors: str
    suspects: list[Suspect]

    def shown(self, rare: bool = False, unlikely: bool = False) -> list[Suspect]:
        """What is probably wrong; on request also what is ``unlikely`` to be, and classes of fewer than ``RARE``."""
        return [one for one in self.suspects if (rare or one.of >= RARE) and (unlikely or one.probable)]

    @property
    def cut(self) -> int:
        """How many doubts the list left out."""
        return self.found - len(self.suspects)

    def about(self) -> dict[str, Any]:
        """Everything but the list."""
        return {name: value for name, value in asdict(self).items() if name != "suspects"}


def expected_share(listed: Sequence[Suspect]) -> float | None:
    """The share of these labels that is expected to be wrong; None of none."""
    return sum(one.score for one in listed) / len(listed) if listed else None


def attributes(paintings: Paintings, predictor: Predictor) -> list[Attribute]:
    """The label columns that the model knows, each with whether it can be reviewed."""
    found = []
    for name, classes in predictor.model.labels.classes.items():
        if name not in paintings.labels:
            continue
        keys = {canonical_key(label) for label in classes}
        known: Counter[str] = Counter()
        for label, count in paintings.frame[name].value_counts().items():
            if (key := canonical_key(label)) is not None and key in keys:
                known[key] += int(count)
        total, large = known.total(), sum(count >= LEAST_OF_CLASS for count in known.values())
        why_not = ""
        if total < LEAST_PAINTINGS:
            carry = "painting carries" if total == 1 else "paintings carry"
            text = f"{{n}} {carry} {{attribute}} labels that the model knows; it takes {{least}} to judge them"
            why_not = Said("too-few-labels", text, n=total, attribute=name, least=LEAST_PAINTINGS)
        elif large < 2:
            has = "only one class has" if large else "no class has"
            text = f"{has} {{least}} paintings or more; it takes two to tell them apart"
            why_not = Said("one-class", text, least=LEAST_OF_CLASS)
        found.append(Attribute(name, total, len(known), why_not))
    return found


def can_review(engine: SearchEngine, predictor: Predictor | None) -> bool:
    """Whether there is an attribute to review."""
    return predictor is not None and any(not attribute.why_not for attribute in attributes(engine.paintings, predictor))


def kept_file(root: Path, attribute: str) -> Path:
    return root / FOLDER / f"suspects-{hashlib.sha256(attribute.encode()).hexdigest()[:12]}.json"


def made_of(engine: SearchEngine, predictor: Predictor, attribute: str) -> str:
    """A hash of all that the queue depends on: model, index, contents and labels."""
    paintings = engine.paintings
    parts = [
        str(FORMAT),
        attribute,
        predictor.model.embedding_version,
        predictor.model.labels.hash,
        engine.index.version,
        *(
            f"{i} {h} {label}"
            for i, h, label in zip(
                paintings.column("id"), paintings.column("sha256"), paintings.column(attribute), strict=False
            )
        ),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def kept_suspects(engine: SearchEngine, predictor: Predictor, attribute: str) -> Suspects | None:
    """What an earlier run kept, where it still holds."""
    try:
        document = read_json(kept_file(engine.paintings.root, attribute))
        if document["made_of"] != made_of(engine, predictor, attribute):
            return None
        rows = [
            Suspect(**row | {"around": [tuple(p) for p in row["around"]], "copies": [tuple(p) for p in row["copies"]]})
            for row in document["suspects"]
        ]
        about = document["about"] | {"wrong": tuple(document["about"]["wrong"])}
        return Suspects(**about, suspects=rows)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_suspects(engine: SearchEngine, predictor: Predictor, found: Suspects) -> None:
    """Keep the queue for ``kept_suspects``; a collection that may not be written to is looked at all the same."""
    document = {
        "made_of": made_of(engine, predictor, found.attribute),
        "about": found.about(),
        "suspects": [asdict(suspect) for suspect in found.suspects],
    }
    with contextlib.suppress(OSError):
        write_json(kept_file(engine.paintings.root, found.attribute), document)


def _percent(part: float) -> str:
    """Never 0% or 100% where it is not."""
    if 0 < part < 0.01:
        return "less than 1%"
    if 0.99 < part < 1:
        return "more than 99%"
    return f"{part:.0%}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
