"""The document that an evaluation writes as ``metrics.json`` and ``artextract evaluate --json`` prints: its keys.

Everything is a plain value; None stands for a figure that is undefined."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Scores(TypedDict):
    """Figures of one classifier on ``n`` paintings, those of ``metrics.classification.summary``.

    ``ci`` has the ends of a 95 % bootstrap interval per figure; None where there is no painting."""

    n: int
    accuracy: float | None
    balanced_accuracy: float | None
    macro_precision: float | None
    macro_recall: float | None
    macro_f1: float | None
    weighted_precision: float | None
    weighted_recall: float | None
    weighted_f1: float | None
    top1: float | None
    top3: float | None
    top5: float | None
    roc_auc: float | None
    average_precision: float | None
    ece: float | None
    brier: float | None
    log_loss: float | None
    aurc: float | None
    accuracy_at_80: float | None
    ci: dict[str, list[float] | None] | None


class Difference(TypedDict):
    """What the network has more than a baseline, with the ends of its paired interval."""

    value: float | None
    ci: list[float] | None


class BaselineScores(Scores):
    """Figures of a baseline; ``difference`` by figure."""

    difference: dict[str, Difference]


class ClassFigures(TypedDict):
    """One class: ``n`` paintings are of it, ``predicted`` were answered so, ``trained`` were in the training.

    ``few`` marks a class with too few paintings to say much."""

    label: str
    n: int
    predicted: int
    trained: int
    precision: float | None
    recall: float | None
    f1: float | None
    auc: float | None
    average_precision: float | None
    few: bool


class Confusion(TypedDict):
    """A frequent wrong answer: ``n`` paintings, a ``share`` of those of the true class."""

    true: str
    predicted: str
    n: int
    share: float


class SureFigures(TypedDict):
    """Of ``n`` paintings the ``share`` answered without "unsure", and the ``accuracy`` of these answers."""

    n: int
    share: float | None
    accuracy: float | None
    ci: dict[str, list[float] | None]


class UnknownFigures(TypedDict):
    """Of ``n`` paintings whose label is none of the classes, the share that was answered without "unsure", and so
    wrongly."""

    n: int
    sure: float | None
    ci: dict[str, list[float] | None]


class SetFigures(TypedDict):
    """Sets of labels of ``n`` paintings: the share that holds the right one, their mean size, the share with one label
    only, and the lowest coverage of a class with ten paintings or more."""

    n: int
    coverage: float | None
    mean_size: float | None
    single: float | None
    lowest_class_coverage: float | None
    ci: dict[str, list[float] | None]


class PromisedSets(TypedDict):
    """``promised`` is the coverage that was asked for; ``groups`` as in ``DoubtFigures``."""

    promised: float
    groups: dict[str, SetFigures]


class NoveltyFigures(TypedDict):
    """``known`` paintings carry a label that the model knows, ``unknown`` ones another.

    The shares of both that are called new, and the part ``precision`` of all so called that is unknown here. The areas
    under the ROC curve tell how well the unknown are told from the known, by the novelty score and by the top
    probability alone."""

    known: int
    unknown: int
    known_called_new: float | None
    unknown_called_new: float | None
    precision: float | None
    auroc: float | None
    auroc_max_probability: float | None
    ci: dict[str, list[float] | None]


class DoubtFigures(TypedDict):
    """The groups are "all", and where artists are named "seen_artists" and "unseen_artists".

    None where the model has no answer sets or no novelty score."""

    sure: dict[str, SureFigures]
    unknown: UnknownFigures
    sets: PromisedSets | None
    novelty: NoveltyFigures | None


class AttributeFigures(Scores):
    """One attribute. ``labelled`` paintings carry a label of it, the part ``coverage`` one that the model knows.

    ``calibration`` has the temperature, and three measures before and after it. ``undefined`` names the classes
    without a figure, by figure. The entries by artists are there where model and table name artists."""

    labelled: int
    coverage: float | None
    calibration: dict[str, float | None]
    baselines: dict[str, BaselineScores]
    classes: list[ClassFigures]
    confusions: list[Confusion]
    undefined: dict[str, list[str]]
    seen_artists: NotRequired[Scores]
    unseen_artists: NotRequired[Scores]
    unknown_artists: NotRequired[int]
    doubt: NotRequired[DoubtFigures]


class NumberScores(TypedDict):
    """Figures of the answers for a number on ``n`` paintings, those of ``metrics.numbers.number_summary``.

    ``ci`` as in ``Scores``."""

    n: int
    mae: float | None
    median_error: float | None
    within: float | None
    coverage: float | None
    width: float | None
    ci: dict[str, list[float] | None] | None


class NumberBaseline(NumberScores):
    """Figures of a baseline; ``difference`` by figure, below 0 where the network is nearer."""

    difference: dict[str, Difference]


class NumberFigures(NumberScores):
    """One number.

    ``within`` counts the answers at most ``near`` off; ``wanted_coverage`` of the true numbers shall lie in their
    interval. The entries by artists are there where model and table name artists, ``sure`` and ``unsure`` where the
    model marks some of the answers as unsure."""

    near: float
    wanted_coverage: float
    baselines: dict[str, NumberBaseline]
    sure: NotRequired[NumberScores]
    unsure: NotRequired[NumberScores]
    seen_artists: NotRequired[NumberScores]
    unseen_artists: NotRequired[NumberScores]
    unknown_artists: NotRequired[int]


class ValueFigures(TypedDict):
    """One attribute on the paintings that have one value of a column; by artists where the attribute has that too."""

    value: str
    all: Scores
    seen_artists: NotRequired[Scores]
    unseen_artists: NotRequired[Scores]


class ByColumn(TypedDict):
    """The figures for each value of ``column``, the commonest value first."""

    column: str
    attributes: dict[str, list[ValueFigures]]


class SeveralScores(TypedDict):
    """Figures of the answers where several labels can be right, on ``n`` paintings, those of
    ``metrics.several.several_summary``; ``ci`` as in ``Scores``."""

    n: int
    map: float | None
    macro_f1: float | None
    micro_f1: float | None
    exact: float | None
    labels: float | None
    ci: dict[str, list[float] | None] | None


class SeveralBaseline(SeveralScores):
    """Figures of a baseline; ``difference`` by figure."""

    difference: dict[str, Difference]


class SeveralClass(TypedDict):
    """One class of which several can be right, as ``ClassFigures``."""

    label: str
    n: int
    predicted: int
    trained: int
    precision: float | None
    recall: float | None
    f1: float | None
    average_precision: float | None
    few: bool


class SeveralFigures(SeveralScores):
    """One attribute with several labels; ``labels_true`` of its known labels a painting has on the mean."""

    labels_true: float | None
    baselines: dict[str, SeveralBaseline]
    classes: list[SeveralClass]
    seen_artists: NotRequired[SeveralScores]
    unseen_artists: NotRequired[SeveralScores]
    unknown_artists: NotRequired[int]


class TrainingImages(TypedDict):
    """Sizes in pixels of ``n`` images of the training; ``square`` is the part of them with equal sides."""

    n: int
    median_width: float
    median_height: float
    square: float


class EvaluationDocument(TypedDict):
    """``excluded`` counts the paintings left out, by reason.

    ``at_home``: the collection is that of the training; ``by`` is there where figures by a column were asked for."""

    model: str
    collection: str
    split: str
    protocol: str
    at_home: bool
    excluded: dict[str, int]
    attributes: dict[str, AttributeFigures]
    numbers: dict[str, NumberFigures]
    several: dict[str, SeveralFigures]
    training_images: TrainingImages | None
    warnings: list[str]
    by: NotRequired[ByColumn]
