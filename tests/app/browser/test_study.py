"""Studies in the browser: made, judged by keyboard alone, paused, taken back, and reported."""

import shutil

import pytest
from playwright.sync_api import expect

from artextract.app.api import create_app
from artextract.study.store import Studies
from tests.app.browser.accessibility import serious_findings
from tests.app.serving import serving


@pytest.fixture(scope="module")
def address(indexed_collection, tmp_path_factory):
    """A museum of their own, since other tests may look at the list of studies."""
    folder = shutil.copytree(indexed_collection, tmp_path_factory.mktemp("studied") / "Small Museum")
    with serving(create_app(folder)) as address:
        Studies.of_test = Studies(folder)
        yield address


def judgements(name):
    return Studies.of_test.read(name).judgements


def make_study(page, name, *kinds, per_rater=8):
    page.goto("#/study?new=1")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Only subject and shapes").check()
    page.get_by_label("Mixes of your own").fill("mine: palette=1")
    for kind in ("Pairwise", "Graded"):
        page.get_by_label(kind).set_checked(kind in kinds)
    page.get_by_label("Queries", exact=True).fill("4")
    page.get_by_label("Results per mix").fill("4")
    page.get_by_label("Questions per rater").fill(str(per_rater))
    page.get_by_role("button", name="Create the study").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def question(page, number):
    expect(page.get_by_role("region", name=f"Question {number} of")).to_be_visible()
    expect(page.locator(".judging")).not_to_have_attribute("aria-busy", "true")


def test_by_keyboard_from_the_form_to_the_thanks(page):
    make_study(page, "By keys", "Pairwise", "Graded")
    expect(page.get_by_label("Your name")).to_be_focused()
    assert serious_findings(page) == []
    page.keyboard.type("Anna")
    page.keyboard.press("Enter")
    kinds = set()
    total = Studies.of_test.next("By keys", "Anna").total
    for number in range(1, total + 1):
        question(page, number)
        pairwise = page.locator(".question.pairwise").count() > 0
        if pairwise not in kinds:
            assert serious_findings(page) == []
        kinds.add(pairwise)
        assert page.locator(".hung img").evaluate_all(
            "all => all.every((image) => image.complete && image.naturalWidth > 0)"
        )
        page.keyboard.press("ArrowLeft" if pairwise else "3")
    expect(page.get_by_role("heading", name="Thank you")).to_be_focused()
    assert kinds == {True, False} and "step=judge" in page.url
    kept = judgements("By keys")
    assert len(kept) == total and all(j.rater == "Anna" and j.milliseconds is not None for j in kept)
    assert all(
        (
            (j.answer == 1) != j.swapped
            if Studies.of_test.read("By keys").tasks[j.task]["kind"] == "pairwise"
            else j.answer == 3
        )
        for j in kept
    )


def test_undo_pause_and_going_on(page):
    make_study(page, "Paused", "Pairwise")
    page.get_by_label("Your name").fill("Ben")
    page.get_by_role("button", name="Begin").click()
    question(page, 1)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    first = page.locator(".hung img").evaluate_all("all => all.map((image) => image.src)")
    page.get_by_role("button", name="Equal").click()
    question(page, 2)
    page.keyboard.press("u")
    question(page, 1)
    assert (
        page.locator(".hung img").evaluate_all("all => all.map((image) => image.src)") == first
        and judgements("Paused") == []
    )
    page.keyboard.press("ArrowDown")
    question(page, 2)
    page.reload()
    question(page, 2)
    page.keyboard.press("p")
    expect(page.get_by_text("You have answered 1 of")).to_be_visible()
    page.go_back()
    question(page, 2)
    page.go_forward()
    page.get_by_role("button", name="Continue").click()
    question(page, 2)
    assert [j.answer for j in judgements("Paused")] == [0]


def test_a_close_look(page):
    make_study(page, "Close", "Pairwise")
    page.get_by_label("Your name").fill("Cy")
    page.keyboard.press("Enter")
    question(page, 1)
    page.keyboard.press(" ")
    dialog = page.get_by_role("dialog", name="Close look")
    expect(dialog.get_by_role("img", name="The painting asked about")).to_be_visible()
    assert serious_findings(page) == []
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("img", name="The painting on the right")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    question(page, 1)
    assert judgements("Close") == []


def test_blind_and_without_a_name(page):
    make_study(page, "Blind", "Pairwise")
    expect(page.get_by_label("Your name")).to_be_focused()
    page.get_by_label("Your name").fill("Dora")
    page.set_viewport_size({"width": 390, "height": 500})
    page.evaluate("scrollTo(0, 120)")
    page.keyboard.press("Enter")
    question(page, 1)
    assert page.evaluate("scrollY") == 0, "the painting asked about would be cut off"
    shown = page.locator(".judging").inner_text() + " ".join(
        page.locator(".judging img").evaluate_all("all => all.map((image) => image.alt)")
    )
    assert not any(word in shown for word in ("mine", "deep", "Deep", "Picture", "School", "Painter"))


def test_an_answer_that_did_not_arrive_can_be_given_again(page):
    make_study(page, "Lost", "Pairwise")
    page.get_by_label("Your name").fill("Eva")
    page.keyboard.press("Enter")
    question(page, 1)
    page.route("**/judgements", lambda route: route.abort())
    page.keyboard.press("ArrowRight")
    expect(page.locator("#toast")).to_contain_text("is not responding")
    question(page, 1)
    page.unroute("**/judgements")
    page.keyboard.press("ArrowRight")
    question(page, 2)
    assert len(judgements("Lost")) == 1


@pytest.mark.parametrize("width", [1300, 390])
def test_the_report(page, width):
    page.set_viewport_size({"width": width, "height": 850})
    name = f"Reported {width}"
    make_study(page, name, "Pairwise", "Graded", per_rater=40)
    for rater in ("Anna", "Ben"):
        asked = Studies.of_test.next(name, rater)
        while asked.task is not None:
            asked = Studies.of_test.judge(
                name, rater, asked.task, "left" if asked.kind == "pairwise" else asked.done % 4, asked.left, 2000
            )
    page.goto("#/study")
    page.get_by_role("link", name=f"Report on {name}").click()
    expect(page.get_by_role("heading", name="Please note")).to_be_visible()
    expect(page.locator(".warnings")).to_contain_text("2 raters have judged")
    expect(page.get_by_role("region", name="All pairs of mixes").get_by_role("row")).to_have_count(4)
    assert serious_findings(page) == []
    page.get_by_role("button", name="Mean grade").click()
    expect(page.get_by_role("button", name="Mean grade")).to_have_attribute("aria-pressed", "true")
    assert "measure=grade" in page.url
    page.go_back()
    expect(page.get_by_role("button", name="nDCG@4")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as download:
        page.get_by_role("link", name="Judgements as CSV").click()
    assert download.value.suggested_filename.endswith("-judgements.csv")


def test_what_is_being_filled_in_stays_when_the_collection_changes(page):
    index = ["one"]
    page.route("**/api/health", lambda route: route.fulfill(json={"ok": True, "index": index[0], "version": "0"}))
    page.goto("#/study?new=1")
    page.get_by_label("Name").fill("Half a study")
    page.wait_for_load_state("networkidle")
    index[0] = "two"
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#toast")).to_contain_text("indexed again")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("Name")).to_have_value("Half a study")


def test_one_mix_alone_is_refused_in_the_words_of_the_page(page):
    page.goto("#/study?new=1")
    page.get_by_label("Name").fill("One mix")
    page.get_by_label("Only subject and shapes").uncheck()
    page.get_by_role("button", name="Create the study").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a second one")


def test_what_is_not_there_says_so(page):
    page.goto("#/study?name=nowhere&step=report")
    expect(page.get_by_role("alert")).to_contain_text("no study")
    page.get_by_role("link", name="All studies").click()
    expect(page.get_by_role("heading", name="Studies", exact=True)).to_be_visible()
    assert serious_findings(page) == []


def test_the_mix_of_raters_is_taken_over(page):
    page.goto("#/study")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.evaluate(
        """async () => {
          const { takeOver } = await import(fileOfPage("views/study/take_over.js"));
          document.querySelector("#toast").before(takeOver({ palette: 0.8, deep: 0.2 }, "May"));
        }"""
    )

    def mix():
        return page.evaluate("fetch('api/mix').then((answer) => answer.json())")

    page.get_by_role("button", name="Use it as the collection’s default").click()
    expect(page.get_by_text("is searched with this mix now")).to_be_visible()
    assert mix()["chosen"] and mix()["weights"]["palette"] == 0.8
    page.get_by_role("button", name="Undo").click()
    for _ in range(200):
        if not mix()["chosen"]:
            break
        page.wait_for_timeout(25)
    assert not mix()["chosen"]
    page.get_by_role("button", name="Use this mix in a search").click()
    expect(page.locator(".hits .card").first).to_be_visible()
    assert "w.palette=80" in page.url and "w.deep=20" in page.url
