"""What is kept: that nothing is lost or counted twice, also with many at once."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from artextract.errors import InputError
from artextract.study.store import JudgedAlreadyError, NoSuchStudyError, Studies, rater_name
from tests.raising import raises
from tests.study.simulated import Raters, drawn, judge


@pytest.fixture
def studies(tmp_path):
    studies = Studies(tmp_path)
    studies.add(drawn(queries=6, k=2, per_rater=20))
    return studies


def test_looking_writes_nothing(tmp_path):
    studies = Studies(tmp_path)
    assert studies.list() == [] and not studies.has("x")
    with pytest.raises(NoSuchStudyError):
        studies.read("x")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError):
        Studies(tmp_path / "nowhere").add(drawn())
    sqlite3.connect(studies.path).execute(
        "PRAGMA journal_mode = WAL"
    ).connection.close()  # as far as another writer may have come
    assert studies.list() == []


def test_what_was_drawn_is_read_again(studies):
    study = drawn(queries=6, k=2, per_rater=20)
    data = studies.read("simulated")
    assert (
        data.results == study.results
        and data.drawn["queries"] == study.queries
        and data.settings["weights"] == study.weights
    )
    assert [(t["kind"], t["query"], t["first"], t["second"], tuple(t["contests"])) for t in data.tasks.values()] == [
        (t.kind, t.query, t.first, t.second, t.contests) for t in study.tasks
    ]
    with raises(InputError, "study-exists"):
        studies.add(study)


def test_an_answer_is_kept_as_it_was_seen(studies):
    asked = studies.next("Simulated", "Anna")
    while asked.kind != "pairwise":
        asked = studies.judge("Simulated", "Anna", asked.task, 3, asked.left)
    assert studies.next("Simulated", " anna ") == asked
    studies.judge("Simulated", "ANNA", asked.task, "left", asked.left, 1234)
    data = studies.read("Simulated")
    last, task = data.judgements[-1], data.tasks[asked.task]
    assert (task["first"] if last.answer == 1 else task["second"]) == asked.left
    assert (
        last.swapped == (asked.left != task["first"])
        and last.milliseconds == 1234
        and last.rater == "Anna"
        and not last.repeat
    )


def test_a_second_click_counts_once(studies):
    asked = studies.next("Simulated", "Anna")
    answer = "left" if asked.kind == "pairwise" else 1
    studies.judge("Simulated", "Anna", asked.task, answer, asked.left)
    with pytest.raises(JudgedAlreadyError):
        studies.judge("Simulated", "Anna", asked.task, answer, asked.left)
    assert len(studies.read("Simulated").judgements) == 1


def test_taking_back_asks_again_and_keeps_the_trace(studies):
    with raises(InputError, "nothing-to-undo"):
        studies.undo("Simulated", "Anna")
    asked = studies.next("Simulated", "Anna")
    answer = "right" if asked.kind == "pairwise" else 0
    before = studies.state("Simulated")
    studies.judge("Simulated", "Anna", asked.task, answer, asked.left)
    again = studies.undo("Simulated", "Anna")
    assert (again.task, again.left, again.right, again.done) == (
        asked.task,
        asked.left,
        asked.right,
        0,
    ) and studies.state("Simulated") != before
    assert studies.read("Simulated").judgements == []
    with sqlite3.connect(studies.path) as db:
        assert db.execute("SELECT count(*) FROM judgements").fetchone() == (1,) and db.execute(
            "SELECT count(*) FROM taken_back"
        ).fetchone() == (1,)
    studies.judge("Simulated", "Anna", again.task, answer, again.left)
    assert len(studies.read("Simulated").judgements) == 1


def test_wrong_answers(studies):
    asked = studies.next("Simulated", "Anna")
    right = "left" if asked.kind == "pairwise" else 2
    for rater, task, answer, left in (
        ("", asked.task, right, asked.left),
        ("x" * 81, asked.task, right, asked.left),
        ("Anna", 10**6, right, asked.left),
        ("Anna", asked.task, 7, asked.left),
        ("Anna", asked.task, "equal" if asked.kind == "graded" else 2, asked.left),
        ("Anna", asked.task, right, "elsewhere"),
    ):
        with pytest.raises(InputError):
            studies.judge("Simulated", rater, task, answer, left)
    assert rater_name("  Anna   B. ") == "Anna B."


def test_many_judge_at_once(studies):
    names = [f"rater {number}" for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: judge(studies, Raters({"a": 1, "b": 0, "c": 0}), [name]), names))
    data = studies.read("Simulated")
    assert len(data.judgements) == 4 * 20 and {j.rater for j in data.judgements} == set(names)
    keys = [(j.rater, j.task, j.repeat) for j in data.judgements]
    assert len(set(keys)) == len(keys)
    [entry] = studies.list()
    assert entry["judgements"] == 80 and entry["raters"] == 4


def test_paintings_that_are_gone_are_not_asked_about(studies):
    def there(painting):
        return not painting.startswith("q0")

    asked, seen = studies.next("Simulated", "Anna", there), []
    while asked.task is not None:
        seen.append(asked.query)
        asked = studies.judge(
            "Simulated", "Anna", asked.task, "equal" if asked.kind == "pairwise" else 1, asked.left, there=there
        )
    assert "q0" not in seen and len(seen) == 20
    assert studies.next("Simulated", "Ben", lambda painting: False).task is None


def test_a_file_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "study.sqlite").mkdir()
    with raises(InputError, "database-not-written", "'study.sqlite'"):
        Studies(tmp_path).add(drawn())
