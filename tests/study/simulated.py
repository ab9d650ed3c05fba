"""Studies without pictures and raters without eyes, whose preferences are known; and, run as a module, how many
judgements it takes to see a preference:

python -m tests.study.simulated
"""

import numpy as np
from scipy.special import expit

from artextract.study.design import Design, Drawn, Task
from artextract.study.report import study_report
from artextract.study.store import Judgement, Studies, StudyData


def drawn(
    mixes=("a", "b", "c"), queries=12, k=3, kinds=("pairwise", "graded"), pairs=1, per_rater=40, repeats=0.1, seed=0
) -> Drawn:
    """A study in which every mix finds paintings of its own: mix "a" finds for query "q0" the paintings "q0-a-1",
    "q0-a-2", ..."""
    names = [f"q{number}" for number in range(queries)]
    results = {mix: {query: [f"{query}-{mix}-{rank}" for rank in range(1, k + 1)] for query in names} for mix in mixes}
    tasks = []
    if "pairwise" in kinds:
        for query in names:
            for place, one in enumerate(mixes):
                tasks += [
                    Task("pairwise", query, results[one][query][r], results[other][query][r], ((one, other),))
                    for other in mixes[place + 1 :]
                    for r in range(pairs)
                ]
    if "graded" in kinds:
        tasks += [
            Task("graded", query, painting) for query in names for mix in mixes for painting in results[mix][query]
        ]
    design = Design("Simulated", dict.fromkeys(mixes), kinds, queries, k, pairs, per_rater, repeats, seed=seed)
    return Drawn(design, {mix: {"deep": 1.0} for mix in mixes}, names, results, tasks)


class Raters:
    """``worth``: mix -> log strength; a rater's and a query's own taste shift it by normal deviates. ``equal``: the
    part of pairs answered so."""

    def __init__(self, worth, by_query=0.5, by_rater=0.5, equal=0.2, seed=0):
        self.worth, self.by_query, self.by_rater, self.equal = worth, by_query, by_rater, equal
        self.random, self.seed = np.random.default_rng(seed), seed

    def liking(self, rater, query, painting):
        mix = painting.split("-")[1]

        def taste(of, size):
            return size * np.random.default_rng([self.seed, *f"{of} {mix}".encode()]).normal()

        return self.worth[mix] + taste(rater, self.by_rater) + taste(query, self.by_query)

    def answer(self, rater, kind, query, left, right=None):
        if kind == "graded":
            return int(np.clip(np.round(1.5 + self.liking(rater, query, left) + self.random.normal(0, 0.6)), 0, 3))
        if self.random.random() < self.equal:
            return "equal"
        return (
            "left"
            if self.random.random() < expit(self.liking(rater, query, left) - self.liking(rater, query, right))
            else "right"
        )


def judge(studies: Studies, raters: Raters, names, most=10_000):
    """Let everybody answer what is asked."""
    for rater in names:
        asked = studies.next("Simulated", rater)
        for _ in range(most):
            if asked.task is None:
                break
            given = raters.answer(rater, asked.kind, asked.query, asked.left, asked.right)
            asked = studies.judge("Simulated", rater, asked.task, given, asked.left, 2000)


def data_of(study: Drawn, raters: Raters, n_raters: int, per_rater: int, seed: int = 0) -> StudyData:
    """As ``judge``, but straight into memory: tasks are dealt to raters in turn."""
    tasks = {
        number: {"kind": t.kind, "query": t.query, "first": t.first, "second": t.second, "contests": list(t.contests)}
        for number, t in enumerate(study.tasks, 1)
    }
    order = np.random.default_rng(seed).permutation(len(tasks)) + 1
    judgements = []
    for place in range(n_raters * per_rater):
        rater, task = f"r{place // per_rater}", int(order[place % len(order)])
        entry = tasks[task]
        given = raters.answer(rater, entry["kind"], entry["query"], entry["first"], entry["second"])
        judgements.append(
            Judgement(
                place, task, rater, False, False, {"left": 1, "equal": 0, "right": -1}.get(given, given), 2000, ""
            )
        )
    settings = study.design.as_dict() | {"weights": study.weights}
    return StudyData(
        "Simulated",
        "",
        settings,
        {"queries": study.queries, "shared": 0, "passed_over": 0, "notes": []},
        study.results,
        tasks,
        judgements,
    )


def table(studies: int = 50) -> None:
    """How often a preference of one mix over two others, worth so much, is reported as sure, and how often one that is
    not there; raters and queries differ as ``Raters`` says."""
    print(
        "| queries | raters | judgements each | in all | 60 % preferred | 67 % | 75 % | no difference"
        " |\n|---|---|---|---|---|---|---|---|"
    )
    for queries, raters, each in (
        (15, 4, 24),
        (30, 3, 40),
        (30, 6, 40),
        (30, 10, 40),
        (60, 6, 40),
        (60, 12, 40),
        (60, 12, 80),
    ):
        cells = []
        for rate in (0.60, 0.67, 0.75, 0.5):
            worth, found = float(np.log(rate / (1 - rate))), 0
            for seed in range(studies):
                study = drawn(("a", "b", "c"), queries, 3, ("pairwise",), seed=seed)
                report = study_report(
                    data_of(study, Raters({"a": worth, "b": 0, "c": 0}, seed=seed), raters, each, seed)
                )
                pairs = [pair for pair in report["preference"]["pairs"] if "a" in (pair["first"], pair["second"])]
                found += (
                    any(pair["sure"] for pair in pairs) if rate == 0.5 else pairs[0]["sure"] and pairs[0]["rate"] > 0.5
                )
            cells.append(f"{found / studies:.0%}")
        print(f"| {queries} | {raters} | {each} | {raters * each} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    table()
