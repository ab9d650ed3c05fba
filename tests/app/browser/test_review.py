"""The review in a browser: by keyboard from end to end, undoing, other labels, a server that is away, several
reviewers, on a phone."""

import shutil
import time

import pytest
from playwright.sync_api import expect

from artextract.app.api import create_app
from artextract.review import ReviewStore
from artextract.review.store import FILE_NAME
from artextract.review.suspects import find_suspects
from artextract.search.asking.engine import SearchEngine
from tests.app.browser.accessibility import serious_findings
from tests.app.browser.waiting import until
from tests.app.serving import serving
from tests.review.museum import TRUE, WRONG, doubtful_museum


@pytest.fixture(scope="module")
def museum(tmp_path_factory):
    """The doubtful museum, whose suspects are found already."""
    folder = doubtful_museum(tmp_path_factory, "Doubtful Museum")
    engine = SearchEngine.open(folder)
    find_suspects(engine, engine.features["style"].predictor, "style")
    return folder


@pytest.fixture(scope="module")
def address(museum):
    with serving(create_app(museum)) as address:
        yield address


@pytest.fixture(autouse=True)
def store(museum):
    """Without any decision."""
    for file in museum.glob(f"{FILE_NAME}*"):
        file.unlink(missing_ok=True)
    return ReviewStore(museum)


@pytest.fixture
def anna(page):
    """The review as Anna sees it, with how to tell which painting is shown."""
    page.add_init_script("localStorage.setItem('person', 'Anna')")
    page.goto("#/review?attribute=style")
    expect(page.locator(".case")).to_be_visible()
    return page


def at(page) -> str:
    return page.evaluate("new URLSearchParams(location.hash.split('?')[1]).get('at')")


def decided(page, number):
    expect(page.locator(".done")).to_contain_text(f"{number} of ")


def written(store, number):
    """The page shows a decision before the server has kept it."""
    until = time.monotonic() + 20
    while len(store.current()) != number and time.monotonic() < until:
        time.sleep(0.02)
    assert len(store.current()) == number


def test_a_review_by_keyboard(page, store):
    page.goto("#/review?attribute=style")
    expect(page.locator(".reasons")).to_contain_text("had not seen this painting")
    assert page.locator(".examples img").count() == 6 and serious_findings(page) == []
    first = at(page)
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="Who decides?")).to_be_visible()
    page.keyboard.type("Anna")
    page.keyboard.press("Enter")
    decided(page, 1)
    second = at(page)
    assert second != first and page.get_by_text("Anna", exact=True).first.is_visible()
    page.keyboard.press("a")
    decided(page, 2)
    third = at(page)
    page.keyboard.press("s")
    expect(page.locator(".done")).to_contain_text("1 skipped")
    expect(page.locator(".decisions li")).to_have_count(3)
    written(store, 3)
    assert {d.painting: (d.action, d.new_label) for d in store.current()} == {
        first: ("correct", TRUE[first]),
        second: ("accept", None),
        third: ("skip", None),
    }
    page.keyboard.press("u")
    expect(page.locator(".done")).not_to_contain_text("skipped")
    assert at(page) == third
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".verdict")).to_contain_text("kept by Anna")
    page.reload()
    expect(page.locator(".verdict")).to_contain_text("kept by Anna")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert serious_findings(page) == []


def test_another_label_and_a_new_one(anna, store):
    first = at(anna)
    anna.keyboard.press("e")
    dialog = anna.get_by_role("dialog", name="Change label: style")
    anna.keyboard.type("baroq")
    expect(dialog.get_by_role("option")).to_have_count(2)
    assert serious_findings(anna) == []
    anna.keyboard.press("Enter")
    decided(anna, 1)
    second = at(anna)
    anna.keyboard.press("e")
    anna.keyboard.type("Luminism")
    anna.get_by_label("Note (optional)").fill("by hand")
    anna.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("No painting has the label")
    written(store, 1)
    assert [d.painting for d in store.current()] == [first], "a new label is not taken at once"
    anna.keyboard.press("Enter")
    decided(anna, 2)
    expect(anna.locator(".decisions li")).to_have_count(2)
    written(store, 2)
    assert {d.painting: (d.new_label, d.note) for d in store.current()} == {
        first: ("Baroque", ""),
        second: ("Luminism", "by hand"),
    }
    third = at(anna)
    anna.keyboard.press("e")
    anna.keyboard.press("Escape")
    assert anna.locator("dialog").count() == 0
    anna.keyboard.press("ArrowRight")
    until(anna, "at => !location.hash.includes(at)", arg=third)
    assert len(store.current()) == 2


@pytest.mark.parametrize("opened", ["e", "?", "z"])
def test_the_key_after_escape_is_heard_at_once(anna, opened):
    for key in ("ArrowRight", "ArrowLeft", "ArrowRight"):
        before = at(anna)
        anna.keyboard.press(opened)
        anna.keyboard.press("Escape")
        anna.keyboard.press(key)
        until(anna, "at => !location.hash.includes(at)", arg=before)


def test_back_and_forward_and_states(anna):
    first = at(anna)
    anna.keyboard.press("ArrowRight")
    until(anna, "at => !location.hash.includes(at)", arg=first)
    anna.keyboard.press("c")
    decided(anna, 1)
    anna.go_back()
    expect(anna.locator(".verdict")).to_be_visible()
    anna.go_back()
    assert at(anna) == first
    anna.get_by_label("Show").select_option("decided")
    expect(anna.locator(".verdict")).to_be_visible()
    assert "state=decided" in anna.url
    anna.get_by_label("Show").select_option("disagreed")
    expect(anna.locator(".notice")).to_contain_text("No disagreements between reviewers")


def test_decisions_outlast_a_server_that_is_away(anna, store):
    first = at(anna)
    anna.route("**/api/**", lambda route: route.abort())
    anna.keyboard.press("a")
    decided(anna, 1)
    anna.keyboard.press("c")
    decided(anna, 2)
    expect(anna.locator(".unsent")).to_contain_text("2 decisions waiting to be sent")
    assert at(anna) != first and store.current() == []
    anna.unroute("**/api/**")
    written(store, 2)
    expect(anna.locator(".unsent")).to_be_hidden(timeout=10_000)
    assert sorted(d.action for d in store.current()) == ["accept", "correct"]
    decided(anna, 2)


def test_a_refused_decision_is_said_and_taken_back(anna, store):
    first = at(anna)
    refusal = {"error": {"message": "it cannot be", "hint": "choose another"}}
    anna.route("**/api/review/decisions", lambda route: route.fulfill(status=400, json=refusal))
    anna.keyboard.press("a")
    expect(anna.locator("#toast")).to_contain_text("it cannot be")
    decided(anna, 0)
    anna.get_by_role("button", name="Show it").click()
    until(anna, "at => location.hash.includes(at)", arg=first)
    expect(anna.locator(".verdict")).to_have_count(0)


def test_a_second_opinion_is_blind_until_it_is_given(anna, store):
    first = at(anna)
    store.decide(first, "style", "correct", "Ben", old_label=WRONG[first], new_label=TRUE[first])
    anna.goto("#/gallery")
    anna.goto("#/review?attribute=style&second=1")
    until(anna, "at => location.hash.includes(at)", arg=first)
    expect(anna.locator(".case")).to_be_visible()
    expect(anna.locator(".verdict")).to_have_count(0)
    anna.keyboard.press("a")
    anna.goto("#/review?attribute=style&state=disagreed")
    expect(anna.locator(".verdict")).to_contain_text("disagree")
    expect(anna.locator(".verdict")).to_contain_text("Ben")
    anna.get_by_text("Totals and downloads").click()
    expect(anna.locator(".past")).to_contain_text("0 of 1 label")
    assert serious_findings(anna) == []


def test_on_a_phone_in_the_dark(chromium, address):
    context = chromium.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
        has_touch=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("#/review?attribute=style")
    expect(page.locator(".case")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("button", name="is right")).to_be_in_viewport()
    assert serious_findings(page) == []
    context.close()


def test_without_a_model_there_is_no_review(chromium, indexed_collection, tmp_path):
    with serving(create_app(shutil.copytree(indexed_collection, tmp_path / "museum"))) as address:
        page = chromium.new_page(base_url=address)
        page.goto("#/gallery")
        expect(page.get_by_role("link", name="Gallery")).to_be_visible()
        expect(page.get_by_role("link", name="Review")).to_have_count(0)
        refused = []
        page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
        page.goto("#/review")
        expect(page.get_by_role("alert")).to_contain_text("can be reviewed")
        page.goto("#/painting?id=UNKNOWN")
        expect(page.get_by_role("alert")).to_contain_text("not in the collection")
        assert refused == []
        page.close()
