"""Images or stored feature maps to probabilities per attribute, on the fast runtime and without torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from artextract.backbones import Backbone, get_backbone
from artextract.errors import ImageError, MismatchError
from artextract.model.answer import Answer
from artextract.model.answer_sets import COVERAGE, AnswerSets, read_answer_sets
from artextract.model.carried import LEAST_CARRIED, deciding, expected_share
from artextract.model.export import export_network
from artextract.model.metric import Metric, pooled_and_attended, read_metric
from artextract.model.novelty import Novelty, is_new, read_novelty
from artextract.model.numbers import Calibration, Numbers, read_off
from artextract.model.saved import MAIN, SavedModel, open_model
from artextract.model.starter import starter_folder
from artextract.objects import ImageFile
from artextract.runtime import Engine, extract, open_engine


class Predictor:
    """A trained model, ready to answer."""

    def __init__(self, model: SavedModel):
        self.model = model
        self.attributes = list(model.labels.classes)
        self.numbers = list(model.labels.numbers)
        self.several = list(model.labels.several)
        self._networks: dict[str, Any] = {}

    @staticmethod
    def open(folder: str | Path | None = None) -> Predictor:
        """The model in a folder; without one the starter model of the package."""
        return Predictor(open_model(starter_folder() if folder is None else folder))

    @cached_property
    def backbone(self) -> Backbone:
        """The backbone of the training.

        Raises ``MismatchError`` where this machine has other weights under its name."""
        kept = self.model.config["backbone"]
        transform = kept["transform"]
        backbone = get_backbone(
            self.model.backbone_name,
            transform["geometry"],
            multi_scale=kept["multi_scale"],
            detail=transform.get("detail"),
            jpeg_side=transform.get("jpeg_side"),
        )
        if backbone.version != kept["version"]:
            raise MismatchError(
                f"the model was trained on {kept['name']} at version {kept['version']}, this machine has"
                f" {backbone.version}",
                "install the package versions that the model was trained with, or train it again",
                code="backbone-version",
            )
        return backbone

    @cached_property
    def metric(self) -> Metric | None:
        return read_metric(self.model.folder)

    @cached_property
    def answer_sets(self) -> AnswerSets:
        return read_answer_sets(self.model.folder)

    @cached_property
    def novelty(self) -> Novelty | None:
        """None where the model has no novelty score, or not the metric that it needs."""
        return None if self.metric is None else read_novelty(self.model.folder)

    @property
    def precision(self) -> str:
        return str(self.model.config["backbone"]["precision"])

    def answer(self, maps: np.ndarray) -> Answer:
        """All that the network says of feature maps (N, C, H, W)."""
        return self._answer(MAIN, maps)

    def probabilities(self, maps: np.ndarray) -> dict[str, np.ndarray]:
        """Feature maps (N, C, H, W) to calibrated probabilities ``float32 (N, K)`` per attribute."""
        return self._answer(MAIN, maps).probabilities

    def attention(self, maps: np.ndarray) -> dict[str, np.ndarray]:
        """Where the network looked: ``float32 (N, H, W)`` per attribute, each map summing to 1."""
        return self._answer(MAIN, maps).attention

    def embeddings(self, maps: np.ndarray) -> dict[str, np.ndarray]:
        """The vectors that the network classifies, ``float32 (N, D)`` per attribute."""
        return self._answer(MAIN, maps).embeddings

    def baseline_answers(self, maps: np.ndarray) -> dict[str, Answer]:
        """As ``answer``, of each network that was trained to be beaten, by its name."""
        return {name: self._answer(name, maps) for name in self.model.networks if name != MAIN}

    def raw_novelty(self, answer: Answer, maps: np.ndarray) -> dict[str, np.ndarray]:
        """How new feature maps (N, C, H, W) seem, of which the network said ``answer``: raw scores (N,) per attribute;
        none where the model has no novelty score."""
        embedding = self._embedding(answer, maps)
        if self.novelty is None or embedding is None:
            return {}
        return self.novelty.raw(answer.probabilities, embedding)

    def doubts(self, answer: Answer, maps: np.ndarray, coverage: float = COVERAGE) -> list[dict[str, Any]]:
        """What is to be said beside the answer to each of N feature maps (N, C, H, W); see ``doubts_about``."""
        if not answer.probabilities:
            return [{"unsure": [], "sets": {}, "novelty": {}} for _ in maps]
        return self.doubts_about(answer.probabilities, self._embedding(answer, maps), coverage)

    def doubts_about(
        self, probabilities: dict[str, np.ndarray], embedding: np.ndarray | None, coverage: float = COVERAGE
    ) -> list[dict[str, Any]]:
        """What is to be said beside ``probabilities`` (N, K) per attribute, for each of the N: "unsure" (the
        attributes), "sets" (attribute -> "labels", most probable first, and "coverage") and "novelty" (attribute ->
        "score" 0..1 and whether it is "new"). The last two are empty for a model without them; ``embedding`` are the
        vectors of the metric (N, E), None without one."""
        classes = self.model.labels.classes
        novelty = (
            {}
            if self.novelty is None or embedding is None
            else self.novelty.scores(self.novelty.raw(probabilities, embedding))
        )
        found: list[dict[str, Any]] = []
        for row in range(len(next(iter(probabilities.values())))):
            given = {name: values[row] for name, values in probabilities.items()}
            sets = {name: self.answer_sets.labels(name, classes[name], given[name], coverage) for name in given}
            found.append(
                {
                    "unsure": [name for name, each in given.items() if not self.is_sure(name, float(each.max()))],
                    "sets": {name: {"labels": one, "coverage": coverage} for name, one in sets.items() if one},
                    "novelty": {
                        name: {"score": float(values[row]), "new": bool(is_new(values[row]))}
                        for name, values in novelty.items()
                    },
                }
            )
        return found

    def _embedding(self, answer: Answer, maps: np.ndarray) -> np.ndarray | None:
        return None if self.metric is None else self.metric(*pooled_and_attended(answer, maps))

    def _answer(self, name: str, maps: np.ndarray) -> Answer:
        results = self._compiled(name)(np.ascontiguousarray(maps, dtype=np.float32))
        every = [*self.attributes, *self.numbers, *self.several]
        *found, shares, vectors = (np.array(results[i]) for i in range(len(every) + 2))
        by_name = dict(zip(every, found, strict=True))
        return Answer(
            {attribute: by_name[attribute] for attribute in self.attributes},
            {attribute: shares[:, i].reshape(-1, *maps.shape[2:]) for i, attribute in enumerate(every)},
            {attribute: vectors[:, i] for i, attribute in enumerate(self.attributes or every)},
            {attribute: by_name[attribute] for attribute in self.numbers},
            {attribute: by_name[attribute] for attribute in self.several},
        )

    def said(self, attribute: str, probabilities: np.ndarray) -> np.ndarray:
        """Of an attribute with several labels the classes that are said, ``bool (N, K)``: those as probable as their
        thresholds, which were chosen on validation."""
        return np.asarray(probabilities >= np.array(self.model.config["several"][attribute]["thresholds"]))

    def read_numbers(self, distributions: dict[str, np.ndarray]) -> dict[str, Numbers]:
        """Median and interval of every distribution of an answer, calibrated on validation."""
        kept = self.model.config["numbers"] if distributions else {}
        return {
            name: read_off(values, self.model.labels.numbers[name], Calibration.from_dict(kept[name]))
            for name, values in distributions.items()
        }

    def unsure_numbers(self, probabilities: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Which answers for a number are unsure, ``bool (N,)`` per number: those for paintings of such classes, by
        their ``probabilities`` (N, K) per attribute, as too few of the training carried one with (``carried.py``). A
        number is left out where the model does not know."""
        found = {}
        for name in self.numbers:
            shares = self.model.config["numbers"][name].get("carried", {})
            attribute = deciding(shares, self.model.labels.counts)
            if attribute is not None:
                found[name] = expected_share(probabilities[attribute], shares[attribute]) < LEAST_CARRIED
        return found

    def _compiled(self, name: str) -> Any:
        if name not in self._networks:
            from artextract.backbones.openvino_import import openvino

            self._networks[name] = openvino.Core().compile_model(
                export_network(self.model, name), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
            )
        return self._networks[name]

    def predict(
        self,
        paths: Sequence[str | ImageFile],
        on_error: Callable[[int, str], None],
        top: int = 5,
        coverage: float = COVERAGE,
    ) -> list[dict[str, Any]]:
        """Ranked labels for image files, in their order, "numbers": the median and the interval ("low", "high",
        "coverage") of each, and "several": the labels that are said where several can be right; a file that cannot be
        read is left out and reported to ``on_error``.

        ``unsure`` names the attributes whose best label is less probable than what was right often enough on validation
        (``confidence.py``), those of several labels of which none is said, and the numbers that too few training
        paintings of such classes carried (``carried.py``); "sets", which hold the right label with
        the promised ``coverage``, and "novelty" are those of ``doubts``."""
        answers = []
        for position, found in self.each(paths, top, coverage):
            if isinstance(found, ImageError):
                on_error(position, found.message)
            else:
                answers.append(found)
        return answers

    def each(
        self, paths: Sequence[str | ImageFile], top: int = 5, coverage: float = COVERAGE
    ) -> Iterator[tuple[int, dict[str, Any] | ImageError]]:
        """``predict`` as it goes: (position, what is said of it), in the order of ``paths``, the error in the place of
        a file that cannot be read. ``notes`` of an answer say what was mended or left out to show the picture."""
        lost: dict[int, ImageError] = {}
        notes: dict[int, list[str]] = {}
        passed = 0

        def read(position: int) -> np.ndarray:
            try:
                return self.backbone.transform.read(paths[position], notes.setdefault(position, []))
            except ImageError as error:
                lost[position] = error
                raise

        places = range(len(paths))
        for positions, _, maps in extract(
            self.backbone, places, read=read, maps=True, on_error=_kept, engine=self._engine
        ):
            assert maps is not None, "maps were asked for"
            for position, said in zip(positions.tolist(), self.documents(maps, top, coverage), strict=True):
                yield from ((before, lost.pop(before)) for before in range(passed, position))
                yield position, {"path": str(Path(paths[position]).resolve())} | said | {"notes": notes.pop(position)}
                passed = position + 1
        yield from ((position, lost.pop(position)) for position in range(passed, len(paths)))

    @cached_property
    def _engine(self) -> Engine:
        """Opening one takes longer than a picture, so it is kept for the next."""
        return open_engine(self.backbone, "cpu", self.precision)

    def documents(self, maps: np.ndarray, top: int = 5, coverage: float = COVERAGE) -> list[dict[str, Any]]:
        """What ``predict`` says of each of N feature maps (N, C, H, W), as plain values."""
        answer = self.answer(maps)
        numbers, doubts = self.read_numbers(answer.distributions), self.doubts(answer, maps, coverage)
        several, unlearned = self.model.labels.several, self.unsure_numbers(answer.probabilities)
        documents = []
        for row in range(len(maps)):
            said = {name: self._said_row(name, values[row]) for name, values in answer.several.items()}
            best = {
                name: ranked(self.model.labels.classes[name], answer.probabilities[name][row], top)
                for name in self.attributes
            }
            documents.append(
                {
                    "attributes": best
                    | {name: ranked(one.classes, answer.several[name][row], top) for name, one in several.items()},
                    **doubts[row],
                    "unsure": [
                        *doubts[row]["unsure"],
                        *(name for name, labels in said.items() if not labels),
                        *(name for name, unsure in unlearned.items() if unsure[row]),
                    ],
                    "numbers": {name: one.row(row) for name, one in numbers.items()},
                    "several": said,
                }
            )
        return documents

    def _said_row(self, name: str, probabilities: np.ndarray) -> list[dict[str, Any]]:
        """The classes that are said, as ``ranked`` gives them."""
        classes, said = self.model.labels.several[name].classes, self.said(name, probabilities[None])[0]
        return ranked([classes[k] for k in np.flatnonzero(said)], probabilities[said], len(classes))

    def is_sure(self, attribute: str, probability: float) -> bool:
        """Whether answers with so high a top probability were right often enough on validation.

        False where nothing was."""
        threshold = self.model.config["sure_from"][attribute]
        return threshold is not None and probability >= threshold


def ranked(classes: list[str], probabilities: np.ndarray, top: int) -> list[dict[str, Any]]:
    """The ``top`` most probable classes, best first, as ``{"label", "probability"}``.

    Ties in the order of the classes."""
    order = np.argsort(-probabilities, kind="stable")[:top]
    return [{"label": classes[i], "probability": float(probabilities[i])} for i in order]


def _kept(position: int, reason: str) -> None:
    """Errors are kept where they are raised, with their code."""
