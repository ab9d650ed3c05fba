"""The desk at which labels are reviewed: who is suspected and why, what was decided, and which labels there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from artextract.app.api.access import acting
from artextract.app.api.collection_answers import Painting, painting_of
from artextract.app.api.facts import Fact
from artextract.app.api.job import JobAnswer
from artextract.app.api.review_answers import (
    AttributeFacts,
    Decision,
    DecisionRequest,
    Evidence,
    Item,
    LabelFacts,
    Order,
    QueueFacts,
    ReviewPage,
    State,
)
from artextract.app.api.suspects import SuspectFinder
from artextract.app.api.workspace import NotFoundError, Workspace
from artextract.errors import InputError
from artextract.labels import canonical_key, classes_of, display_name
from artextract.review.fields import Kind, kinds, read, written
from artextract.review.queue import Attribute, Suspect, expected_share
from artextract.review.store import Review, ReviewStore
from artextract.search.asking.engine import SearchEngine
from artextract.spelling import alike

MOST_VALUES = 500
"""So many values of a field are offered."""


class NewLabelError(InputError):
    status = 409
    code = "new-label"


class ReviewDesk:
    """Answers what reviewers ask, and keeps what they decide; for several threads."""

    def __init__(self, workspace: Workspace):
        self.store = ReviewStore(workspace.root)
        self._workspace = workspace
        self._suspects = SuspectFinder(workspace)

    def page(
        self,
        attribute: str,
        state: State,
        order: Order,
        reviewer: str,
        only: Sequence[str],
        page: slice,
        rare: bool = False,
        unlikely: bool = False,
    ) -> ReviewPage:
        """The paintings of one state, or ``only`` these; of no attribute the first that can be reviewed. Raises
        ``InputError`` where the attribute cannot be reviewed, ``NotFoundError`` where there is none of this name."""
        engine = self._workspace.engine()
        facts = self._suspects.attributes(engine)
        attribute = _reviewable(engine, attribute, facts)
        shown = [AttributeFacts(**vars(each), facts=Fact.of(each.why_not)) for each in facts]
        found = self._suspects.ask(engine, attribute)
        if isinstance(found, JobAnswer):
            return ReviewPage(
                attribute=attribute, attributes=shown, job=found, about=None, counts={}, labels=[], ids=[], items=[]
            )
        reviews = {key[0]: review for key, review in self.store.reviews(attribute).items()}
        by_id, listed = {suspect.id: suspect for suspect in found.suspects}, found.shown(rare, unlikely)
        decided_besides = sorted(
            i for i in reviews if i not in {one.id for one in listed} and engine.index.position(i) is not None
        )
        by_state = _by_state([*_ordered(listed, order), *decided_besides], reviews, reviewer)
        wanted = only or by_state[state][page]
        items = [_item(engine, attribute, i, by_id.get(i), reviews.get(i)) for i in wanted]
        return ReviewPage(
            attribute=attribute,
            attributes=shown,
            job=None,
            about=QueueFacts(
                **{name: value for name, value in found.about().items() if name != "attribute"},
                expected=expected_share([one for one in listed if one.id in set(by_state["open"])]),
                of_rare_classes=len(found.shown(True, unlikely)) - len(found.shown(False, unlikely)),
                unlikely=len(found.shown(rare, True)) - len(found.shown(rare)),
                cut=found.cut,
                backbone=self._backbone(found.vectors),
            ),
            counts={name: len(ids) for name, ids in by_state.items()},
            labels=self._labels(engine, attribute),
            ids=by_state[state],
            items=[item for item in items if item is not None],
        )

    def _backbone(self, vectors: str) -> str | None:
        predictor = self._workspace.predictor
        name = predictor.backbone.name if predictor is not None else ""
        return name if name and vectors.startswith(f"{name},") else None

    def decide(self, asked: DecisionRequest) -> Decision:
        """Keep a decision. Raises ``NotFoundError`` for a painting or attribute that is not there, ``NewLabelError``
        for a label that is not known and not confirmed, ``InputError`` for what is no decision."""
        engine = self._workspace.engine()
        position = self._workspace.position(engine, asked.painting)
        attribute, kind = asked.attribute, _kind_of(engine, asked.attribute)
        old = written(engine.paintings.column(attribute)[position])
        if asked.action == "correct" and "label" not in asked.model_fields_set:
            raise InputError(
                "the correction names no label",
                "send the right one as label, or null to take it away",
                code="correction-without-label",
            )
        label = None
        if asked.action == "correct" and asked.label is not None:
            label = (
                self._resolved(engine, attribute, asked.label, asked.new)
                if kind == "label"
                else written(read(kind, asked.label.strip()))
            )
        judged = kind == "label" and self._workspace.predictor is not None
        found = self._suspects.known(engine, attribute) if judged else None
        suspect = next((each for each in found.suspects if each.id == asked.painting), None) if found else None
        made = self.store.decide(
            asked.painting,
            attribute,
            asked.action,
            acting(asked.reviewer),
            old_label=old,
            new_label=label,
            suggested=suspect.suggested if suspect else None,
            note=asked.note,
            id=asked.id,
            exact=kind != "label",
        )
        return Decision.of(made)

    def values(self, attribute: str) -> list[LabelFacts]:
        """What a field can be corrected to: all classes of a label; of any other field what several paintings have.
        Raises ``NotFoundError`` where there is no such field to correct."""
        engine = self._workspace.engine()
        if _kind_of(engine, attribute) == "label":
            return self._labels(engine, attribute)
        counts = Counter(map(written, engine.paintings.column(attribute).tolist()))
        common = [(value, count) for value, count in counts.most_common(MOST_VALUES + 1) if value and count > 1]
        return [LabelFacts(label=value, paintings=count) for value, count in common[:MOST_VALUES]]

    def _labels(self, engine: SearchEngine, attribute: str) -> list[LabelFacts]:
        """The classes to choose from, the most frequent first: those of the table, the model and earlier decisions."""
        counts = dict(classes_of(engine.paintings.column(attribute)).values())
        there = {canonical_key(label) for label in counts}
        chosen = [
            decision.new_label
            for decision in self.store.current(attribute)
            if decision.action == "correct" and decision.new_label
        ]
        predictor = self._workspace.predictor
        classes = [] if predictor is None else predictor.model.labels.classes.get(attribute, [])
        for label in [*classes, *chosen]:
            if canonical_key(label) not in there:
                there.add(canonical_key(label))
                counts[label] = 0
        return [
            LabelFacts(label=label, paintings=count)
            for label, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        ]

    def _resolved(self, engine: SearchEngine, attribute: str, text: str, new: bool) -> str:
        """The class of this name in the spelling that it has here; raises ``NewLabelError`` for one that is not known,
        unless it is confirmed."""
        key, shown = canonical_key(text), display_name(text)
        if key is None or shown is None:
            raise InputError(f"'{text}' is no label", "send null to take the label away", code="invalid-label")
        keyed = ((canonical_key(facts.label), facts.label) for facts in self._labels(engine, attribute))
        there = {known: label for known, label in keyed if known is not None}
        if key in there:
            return there[key]
        if not new:
            near = [there[close] for close in alike(key, list(filter(None, there)))]
            meant = f"did you mean {', '.join(near)}? " if near else ""
            raise NewLabelError(
                f"no painting has the {attribute} '{text.strip()}'",
                f"{meant}To use it all the same, confirm that it is new",
            )
        return shown


def _label_column(engine: SearchEngine, attribute: str) -> str:
    if attribute not in engine.paintings.labels:
        raise NotFoundError(
            f"the collection has no label '{attribute}'",
            f"choose one of {', '.join(engine.paintings.labels)}",
            code="unknown-label",
        )
    return attribute


def _kind_of(engine: SearchEngine, attribute: str) -> Kind:
    able = kinds(engine.paintings)
    if attribute not in able:
        raise NotFoundError(
            f"there is no field '{attribute}' that can be corrected",
            f"choose one of {', '.join(able)}",
            code="unknown-label",
        )
    return able[attribute]


def _reviewable(engine: SearchEngine, attribute: str, facts: Sequence[Attribute]) -> str:
    """The attribute of this name, or the first that can be reviewed; raises where it cannot be."""
    able = [each.name for each in facts if not each.why_not]
    if not attribute:
        if not able:
            raise InputError(
                "no label of this collection can be reviewed",
                "; ".join(each.why_not for each in facts) or "the model knows none of its label columns",
                code="not-reviewable",
            )
        attribute = able[0]
    refused = next(
        (each.why_not for each in facts if each.name == _label_column(engine, attribute)),
        f"the model does not know {attribute}",
    )
    if refused:
        raise InputError(
            f"{attribute} cannot be reviewed: {refused}",
            f"review {' or '.join(able)}" if able else "label more paintings, or train a model on this collection",
            code="not-reviewable",
        )
    return attribute


def _item(
    engine: SearchEngine, attribute: str, painting_id: str, suspect: Suspect | None, review: Review | None
) -> Item | None:
    """None for a painting that is not there."""
    painting = painting_of(engine, painting_id)
    if painting is None:
        return None
    return Item(
        painting=painting,
        label=painting.labels[attribute],
        evidence=None if suspect is None else _evidence(engine, suspect),
        decision=Decision.of(review.decision) if review else None,
        opinions=[Decision.of(opinion) for opinion in review.opinions] if review else [],
        disagreed=bool(review and review.disagreed),
    )


def _evidence(engine: SearchEngine, suspect: Suspect) -> Evidence:
    reasons = suspect.reasons()
    return Evidence(
        chance_wrong=suspect.score,
        reasons=reasons,
        facts=[Fact.of(reason) for reason in reasons],
        label_probability=suspect.label_probability,
        suggested=suspect.suggested,
        suggested_probability=suspect.suggested_probability,
        compared=suspect.next_best,
        agreed=suspect.agreed,
        like_label=_those_there(engine, suspect.like_label),
        like_suggested=_those_there(engine, suspect.like_suggested),
    )


def _those_there(engine: SearchEngine, ids: Sequence[str]) -> list[Painting]:
    return [painting for painting in (painting_of(engine, each) for each in ids) if painting is not None]


def _by_state(ids: Sequence[str], reviews: Mapping[str, Review], reviewer: str) -> dict[str, list[str]]:
    """State -> the paintings that are in it, in order."""
    by_state: dict[str, list[str]] = {name: [] for name in ("open", "decided", "skipped", "disagreed", "all")}
    for painting_id in ids:
        for name in _states(reviews.get(painting_id), reviewer):
            by_state[name].append(painting_id)
    return by_state


def _states(review: Review | None, reviewer: str) -> list[str]:
    """The states of the queue that a label is in; for a reviewer "open" is what this person has no decision on."""
    mine = review and any(
        opinion.reviewer.casefold() == " ".join(reviewer.split()).casefold() for opinion in review.opinions
    )
    states = ["all"]
    if review is None or (reviewer and not mine):
        states.append("open")
    if review is not None:
        states.append("skipped" if review.decision.action == "skip" else "decided")
        if review.disagreed:
            states.append("disagreed")
    return states


def _ordered(suspects: list[Suspect], order: Order) -> list[str]:
    if order == "label":
        suspects = sorted(suspects, key=lambda suspect: suspect.label)
    elif order == "suggested":
        suspects = sorted(suspects, key=lambda suspect: (suspect.suggested is None, suspect.suggested or ""))
    return [suspect.id for suspect in suspects]
