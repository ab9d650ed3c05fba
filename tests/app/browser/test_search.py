"""Search in the browser: by a painting, a file, a detail, examples, colours and words; sliders, the keyboard, wrong
files, and a server that has forgotten."""

import io
import re
import shutil

import pytest
from PIL import Image
from playwright.sync_api import expect

from artextract.app.api import create_app
from artextract.images.decoder import INCOMPLETE
from tests.app.api.answers import png
from tests.app.browser.accessibility import serious_findings
from tests.app.serving import serving
from tests.conftest import paint

HITS = ".hits .card"


def ids(page) -> list[str]:
    return page.locator(HITS).evaluate_all("cards => cards.map((card) => card.dataset.id)")


def give(page, name: str, content: bytes) -> None:
    expect(page.locator("#nav a").first).to_be_attached()  # before, nobody listens yet
    page.locator("#file").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})


def searched(page) -> None:
    """Wait until the hits on the page are those of the URL."""
    expect(page.locator(HITS).first).to_be_visible()
    expect(page.locator(".hits .grid[aria-busy]")).to_have_count(0)


def test_the_start_page_leads_to_every_way_of_searching(page):
    page.goto("#/search")
    expect(page.locator(".random .card")).to_have_count(8)
    lot = page.url
    assert "lot=" in lot
    expect(page.locator(".ways")).to_contain_text("not in what the pictures show", use_inner_text=True)
    assert serious_findings(page) == []
    page.get_by_label("Words to search for").fill("green discs")
    page.get_by_role("button", name="Search", exact=True).click()
    searched(page)
    assert ids(page)[:3] and set(ids(page)[:3]) <= {"p09", "p10", "p11"}
    page.go_back()
    expect(page.locator(".random .card")).to_have_count(8)
    assert page.url == lot
    page.get_by_label("Colour 1", exact=True).fill("#1e3ca0")
    page.get_by_label("Remove colour 2").click()
    page.get_by_role("button", name="Search with these colours").click()
    searched(page)
    assert "colours=1e3ca0" in page.url and set(ids(page)[:6]) == {f"p{n}" for n in range(12, 18)}, "the blue ones"
    expect(page.locator(".weights")).to_be_hidden()


def test_by_a_painting_with_sliders_filters_and_the_history(page):
    page.goto("#/search?id=p00")
    searched(page)
    expect(page.get_by_role("heading", name="Picture 0", exact=True)).to_be_visible()
    expect(page.locator(HITS)).to_have_count(23)
    first = page.locator(HITS).first
    expect(first).to_contain_text("likeness")
    expect(first).to_contain_text("CC0")
    first.get_by_role("button", name="Why").press("Enter")
    behind = page.get_by_role("dialog")
    expect(behind.locator(".made-of")).to_contain_text(re.compile(r"(colours|subject and shapes|painting style) \d+%"))
    expect(behind.get_by_role("link", name="Compare with")).to_be_visible()
    assert serious_findings(page) == []
    page.keyboard.press("Escape")
    expect(behind).to_have_count(0)
    expect(first.get_by_role("button", name="Why")).to_be_focused()
    page.get_by_role("button", name="Same colours", exact=True).click()
    expect(page.get_by_role("button", name="Same colours", exact=True)).to_have_attribute("aria-pressed", "true")
    searched(page)
    assert "w.palette=100" in page.url and set(ids(page)[:5]) == {f"p0{n}" for n in range(1, 6)}, "the red ones"
    page.get_by_role("checkbox", name=re.compile("^discs")).check()
    expect(page.locator(HITS)).to_have_count(10)
    page.reload()
    searched(page)
    assert "w.palette=100" in page.url and "f.genre=discs" in page.url
    expect(page.locator(HITS)).to_have_count(10)
    page.go_back()
    expect(page.locator(HITS)).to_have_count(23)
    page.go_back()
    expect(page.get_by_role("button", name="Overall")).to_have_attribute("aria-pressed", "true")


SEEN = """cards => cards.filter((card) => {
  const { top, bottom } = card.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}).length"""


def test_eighteen_hits_are_in_view_and_their_size_is_remembered(page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("#/search?id=p00")
    searched(page)
    medium = page.locator(HITS).evaluate_all(SEEN)
    assert medium >= 18
    page.get_by_label("Size", exact=True).press("End")
    assert 0 < page.locator(HITS).evaluate_all(SEEN) < medium
    page.reload()
    searched(page)
    assert 0 < page.locator(HITS).evaluate_all(SEEN) < medium
    expect(page.get_by_label("Size", exact=True)).to_have_attribute("aria-valuetext", "large")


def test_sliders_that_are_all_zero_are_told_and_the_hits_stay(page):
    page.goto("#/search?id=p00&w.palette=100")
    searched(page)
    page.locator("#w-palette").press("Home")
    expect(page.get_by_role("alert")).to_contain_text("Move one of the sliders to the right")
    expect(page.locator(HITS)).to_have_count(23)
    page.locator("#w-deep").press("End")
    expect(page.get_by_role("alert")).to_have_count(0)
    searched(page)
    expect(page).to_have_url(re.compile("w.deep=100"))


def test_a_detail_by_mouse_and_by_keyboard(page):
    page.goto("#/search?id=p09")
    searched(page)
    before = ids(page)
    picture = page.locator(".region-field").bounding_box()
    page.mouse.move(picture["x"] + 0.1 * picture["width"], picture["y"] + 0.2 * picture["height"])
    page.mouse.down()
    page.mouse.move(picture["x"] + 0.6 * picture["width"], picture["y"] + 0.7 * picture["height"], steps=3)
    page.mouse.up()
    expect(page.get_by_role("heading", name="Most similar to this detail")).to_be_visible()
    left, top, right, bottom = (
        float(part) for part in re.search(r"region=([^&]+)", page.url)[1].replace("%2C", ",").split(",")
    )
    assert (left, top, right, bottom) == pytest.approx((0.1, 0.2, 0.6, 0.7), abs=0.02)
    searched(page)
    assert serious_findings(page) == []
    rectangle = page.get_by_role("application")
    expect(rectangle).to_be_focused()
    rectangle.press("ArrowRight")
    rectangle.press("Shift+ArrowDown")
    expect(page).to_have_url(re.compile("region="))
    page.wait_for_function("before => !decodeURIComponent(location.hash).includes(before)", arg=f"{left},{top}")
    moved = [float(part) for part in re.search(r"region=([^&]+)", page.url)[1].replace("%2C", ",").split(",")]
    assert moved == pytest.approx([left + 0.02, top, right + 0.02, bottom + 0.02], abs=1e-3)
    rectangle.press("Escape")
    expect(page).not_to_have_url(re.compile("region="))
    expect(page.get_by_role("heading", name="Most similar")).to_be_visible()
    page.wait_for_function(
        "before => JSON.stringify([...document.querySelectorAll('.hits .card')].map((c) => c.dataset.id)) === before",
        arg=str(before).replace("'", '"').replace(" ", ""),
    )
    page.get_by_role("button", name="Choose a detail").press("Enter")
    expect(rectangle).to_be_focused()
    page.get_by_role("button", name="Search with the whole picture").click()
    expect(rectangle).to_be_hidden()


def test_examples_wanted_and_unwanted_by_keyboard_alone(page):
    page.goto("#/search?id=p00")
    searched(page)
    wanted = ids(page)[0]
    page.locator(HITS).first.locator(".hang").focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile(f"plus={wanted}"))
    expect(page.get_by_role("heading", name="Also like")).to_be_visible()
    expect(page.locator(f'{HITS}[data-id="{wanted}"]')).to_have_count(0)
    expect(page.locator(HITS).first.locator(".hang")).to_be_focused()
    unwanted = ids(page)[0]
    page.keyboard.press("-")
    expect(page).to_have_url(re.compile(f"minus={unwanted}"))
    expect(page.get_by_role("heading", name="Not like")).to_be_visible()
    searched(page)
    assert serious_findings(page) == []
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page).not_to_have_url(re.compile("minus="))
    page.get_by_role("button", name=re.compile("Remove example 1")).press("Enter")
    expect(page).not_to_have_url(re.compile("plus="))
    searched(page)
    page.locator(HITS).first.locator(".hang").focus()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.card').dataset.id") == ids(page)[1]


def test_a_file_is_searched_with_and_given_again_to_a_server_that_forgot_it(chromium, museum, tmp_path):
    folder = shutil.copytree(museum, tmp_path / "museum")
    context = chromium.new_context(reduced_motion="reduce")
    tab = context.new_page()
    tab.set_default_timeout(15_000)
    with serving(create_app(folder)) as address:
        tab.goto(f"{address}#/search")
        give(tab, "mine.png", png(paint("green", "discs", 77)))
        searched(tab)
        expect(tab.locator(".subject")).to_contain_text("mine.png")
        assert all(one in ("p09", "p10", "p11") for one in ids(tab)[:1])
        before = tab.url
    with serving(create_app(folder), int(address.rsplit(":", 1)[1].strip("/"))):
        tab.get_by_role("button", name="Same colours", exact=True).click()
        tab.wait_for_function(
            "before => location.href.split('upload=')[1]?.slice(0, 32) !== before", arg=before.split("upload=")[1][:32]
        )
        searched(tab)
        expect(tab.locator(".message [role=alert]")).to_have_count(0)
        again = tab.url
        other = context.new_page()  # which has never seen the file
        other.goto(again.replace(again.split("upload=")[1][:32], "0" * 32))
        expect(other.get_by_role("alert")).to_contain_text("forgotten")
        with other.expect_file_chooser():
            other.get_by_role("button", name="Choose the file again").click()
    context.close()


def test_wrong_files_are_told_in_place_and_nothing_is_lost(page):
    page.goto("#/search?id=p00&k=5")
    searched(page)
    hits = ids(page)
    give(page, "drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    expect(page.get_by_role("alert")).to_contain_text("SVG")
    expect(page.get_by_role("alert")).to_contain_text("PNG or JPEG")
    assert ids(page) == hits and "id=p00" in page.url
    expect(page.locator(".hits .grid.stale")).to_have_count(0)
    give(page, "half.png", png(paint("red", "discs", 5))[:9000])
    expect(page.get_by_role("alert")).to_contain_text("truncated")
    file = io.BytesIO()
    Image.new("L", (20_000, 10_000)).save(file, "PNG")
    give(page, "huge.png", file.getvalue())
    expect(page.get_by_role("alert")).to_contain_text("200 megapixels")
    page.goto("#/gallery")
    expect(page.locator(".card").first).to_be_visible()
    give(page, "empty.png", b"")
    expect(page.locator("#toast")).to_contain_text("empty")
    file = io.BytesIO()
    paint("red", "discs", 5).save(file, "JPEG")
    give(page, "cut.jpg", file.getvalue()[:-2])
    expect(page.get_by_role("note")).to_have_text(f"Note: {INCOMPLETE}.")


def test_what_the_query_lacks_is_told(page):
    def without_deep(route):
        answer = route.fetch()
        told = answer.json()
        told["query"]["missing"] = {"deep": "no face in this picture"}
        route.fulfill(response=answer, json=told)

    page.route("**/api/search", without_deep)
    page.goto("#/search?id=p00&w.deep=50&w.palette=50")
    searched(page)
    expect(page.locator(".notes")).to_contain_text("Subject and shapes is not used here: no face in this picture.")
    expect(page.locator("#about-deep")).to_contain_text("no face in this picture")
    expect(page.locator("output[for=w-palette]")).to_have_text("100%")


def test_colours_beside_a_painting(page):
    page.goto("#/search?id=p00&w.palette=100")
    searched(page)
    page.get_by_role("button", name="Other colours").click()
    asked = page.get_by_role("region", name="Colours searched for")
    expect(asked.get_by_label("Colour 1", exact=True)).to_be_visible()
    while asked.get_by_label("Colour 2", exact=True).is_visible():
        asked.get_by_label("Remove colour 2").click()
    asked.get_by_label("Colour 1", exact=True).fill("#1e3ca0")
    expect(page).to_have_url(re.compile("colours=1e3ca0"))
    searched(page)
    expect(page.locator(HITS).first).to_have_attribute("data-id", re.compile("p1[2-7]"))
    page.get_by_role("button", name="Remove colours").click()
    expect(page).not_to_have_url(re.compile("colours="))


def test_more_hits_are_shown_and_kept_in_the_url(page):
    page.goto("#/search?id=p00&k=5")
    searched(page)
    expect(page.locator(HITS)).to_have_count(5)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(HITS)).to_have_count(23)
    assert page.evaluate("document.activeElement.closest('.card').dataset.id") == ids(page)[5]
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    assert "k=53" in page.url


def test_on_a_phone(chromium, address):
    context = chromium.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        color_scheme="dark",
        reduced_motion="reduce",
    )
    tab = context.new_page()
    tab.goto("#/search?id=p09")
    searched(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    expect(tab.locator("#w-palette")).to_be_hidden()
    assert serious_findings(tab) == []
    first = tab.locator(HITS).first.locator(".frame").bounding_box()
    assert first["y"] + first["height"] < 844, "the first hit is on the first screen"
    fold = tab.get_by_role("button", name="Change the search")
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.tap()
    tab.get_by_role("button", name="Choose a detail").tap()
    expect(tab).to_have_url(re.compile("region="))
    tab.get_by_role("button", name="To the results").tap()
    expect(tab.get_by_role("button", name="Choose a detail")).to_be_hidden()
    expect(tab.get_by_role("heading", name="Most similar to this detail")).to_be_visible()
    context.close()


def test_back_leads_to_the_hit_that_was_looked_at(page):
    page.set_viewport_size({"width": 1300, "height": 500})
    page.goto("#/search?id=p00")
    searched(page)
    page.mouse.move(900, 300)
    page.mouse.wheel(0, 700)
    page.wait_for_function("() => scrollY > 600")
    card = page.locator(HITS).nth(9)
    name, link = card.get_attribute("data-id"), card.locator(".hang")
    link.scroll_into_view_if_needed()
    top = page.evaluate("scrollY")
    assert top > 200
    link.click()
    expect(page.get_by_role("link", name="Find similar")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    page.go_back()
    searched(page)
    page.wait_for_function("(top) => Math.abs(scrollY - top) < 2", arg=top)
    assert page.evaluate("document.activeElement.closest('.card').dataset.id") == name


def test_a_hit_is_compared_within_its_search(page):
    page.goto("#/search?id=p00&plus=p12&region=0,0,0.5,1&w.palette=60&w.deep=40&f.style=Blue+School&f.style=Red+School")
    searched(page)
    search, hits = page.url, ids(page)
    page.locator(HITS).nth(1).get_by_role("button", name="Why").click()
    page.locator(HITS).nth(1).get_by_role("link", name="Compare").click()
    expect(page.locator(".path")).to_contain_text(f"Result 2 of {len(hits)}", timeout=30_000)
    expect(page.locator(".searched")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Next result").press("Enter")
    expect(page).to_have_url(re.compile(f"b={hits[2]}"))
    expect(page.locator(".path")).to_contain_text(f"Result 3 of {len(hits)}")
    expect(page.get_by_role("link", name="Next result")).to_be_focused()
    page.get_by_role("link", name="All results").click()
    searched(page)
    assert ids(page) == hits and sorted(page.url.split("?")[1].split("&")) == sorted(
        search.split("?")[1].replace(",", "%2C").split("&")
    )
