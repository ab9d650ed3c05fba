"""The page of one painting: what it tells, its keys, its address, and that everything is where it says."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from artextract.app.api import create_app
from artextract.model import starter
from artextract.search.build import build_index
from tests.app.browser.accessibility import serious_findings
from tests.app.serving import serving
from tests.conftest import paint, write_collection


def shown(page, painting_id, more=""):
    page.goto(f"#/painting?id={painting_id}{more}")
    expect(page.locator(".reading h3")).to_have_count(
        4, timeout=30_000
    )  # the first visitor waits for the network to be compiled
    return page


def params(page):
    return parse_qs(urlsplit(page.url).fragment.partition("?")[2])


def region_in(link):
    return [float(value) for value in parse_qs(link.get_attribute("href").partition("?")[2])["region"][0].split(",")]


def test_all_that_is_known_is_reported(page):
    shown(page, "p07")
    expect(page.get_by_role("heading", level=1)).to_have_text("Picture 7")
    expect(page.locator(".of-rights")).to_contain_text("CC0")
    facts = page.locator(".facts")
    for text in ("160 × 120 pixels", "p07", "1835", "painted"):
        expect(facts).to_contain_text(text)
    expect(page.locator(".neighbours .card")).to_have_count(12)
    expect(page).to_have_title("Picture 7 · ArtExtract")
    expect(page.get_by_role("link", name="Find similar")).to_have_attribute("href", "#/search?id=p07")
    compare = page.get_by_role("link", name="Compare with the most similar").get_attribute("href")
    assert compare.startswith("#/compare?a=p07&b=")
    page.locator(".facts dd").get_by_role("link", name="Green School").click()
    assert params(page) == {"f.style": ["Green School"]}


def test_what_the_model_says_is_what_the_server_reported(page):
    shown(page, "p05")
    predictions = page.request.get("api/predictions/p05").json()
    for reading in predictions["attributes"]:
        place = page.get_by_role("region", name=f"Model suggestion: {reading['attribute']}")
        expect(place.locator(".bars a")).to_have_text([entry["label"] for entry in reading["labels"]])
        label, share = reading["labels"][0]["label"], 100 * reading["labels"][0]["probability"]
        sure = "sure" if reading["sure"] else "unsure"
        best = re.compile(rf"{re.escape(label)} \(({int(share)}|{int(share) + 1})%, {sure}\)")  # shares sum to 100%
        if (
            predictions["novelty"].get(reading["attribute"], {}).get("new")
            and (reading["own"] or {}).get("agrees") is None
        ):
            best = "Probably none of the"  # a guess that the model does not trust is not the first thing said
        expect(place.locator(".verdict")).to_contain_text(best)
    expect(page.get_by_role("region", name="Model suggestion: style").locator(".verdict")).to_contain_text(
        "The catalogue gives no style. Model suggestion:"
    )
    page.get_by_text("How reliable is this?").click()
    expect(page.locator(".trust table")).to_contain_text("points")
    assert serious_findings(page) == []


def test_the_look_of_the_network_lies_over_the_picture_and_in_the_address(page):
    shown(page, "p07")
    expect(page.locator(".attention")).to_be_hidden()
    page.get_by_role("radio", name="Style").check()
    expect(page.locator("img.attention.there")).to_be_visible()
    assert params(page)["look"] == ["style"]
    over, under = (page.locator(selector).bounding_box() for selector in ("img.attention", ".sheet > img:first-child"))
    assert over == under
    expect(page.locator(".legend")).to_contain_text("not why")
    page.get_by_role("slider", name="Strength").fill("40")
    assert (
        params(page)["veil"] == ["40"]
        and page.locator("img.attention").evaluate("image => image.style.opacity") == "0.4"
    )
    page.reload()
    expect(page.locator("img.attention.there")).to_be_visible()
    expect(page.get_by_role("radio", name="Style")).to_be_checked()
    assert serious_findings(page) == []
    page.get_by_role("radio", name="Artist").check()
    page.go_back()
    expect(page.get_by_role("radio", name="Style")).to_be_checked()


def test_previous_and_next_by_key_within_the_filters(page):
    shown(page, "p12", "&f.style=Blue+School")
    number = page.locator(".path .count")
    expect(number).to_have_text("1 of 5")
    expect(page.get_by_role("link", name="Previous")).to_be_disabled()
    page.keyboard.press("ArrowRight")
    expect(number).to_have_text("2 of 5")
    expect(page.get_by_role("heading", level=1)).to_have_text("Picture 13")
    assert params(page) == {"id": ["p13"], "f.style": ["Blue School"]}
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_have_text("Picture 12")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Picture 13")
    page.get_by_role("link", name="Back to the list").click()
    assert params(page) == {"f.style": ["Blue School"]}


def test_arrows_move_the_picture_while_it_is_near_and_what_is_seen_can_be_searched(page):
    shown(page, "p07")
    stage = page.locator(".zoom-stage")
    stage.focus()
    expect(page.get_by_role("link", name="Search with this detail")).to_be_hidden()
    for _ in range(3):
        page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    assert params(page)["id"] == ["p07"]
    link = page.get_by_role("link", name="Search with this detail")
    region = region_in(link)
    assert all(0 <= value <= 1 for value in region) and region[0] > 1 - region[2], "it moved to the right"
    assert region[3] - region[1] == pytest.approx(1 / 1.4**3, abs=0.01)
    page.wait_for_url("**&at=*")
    page.reload()
    expect(link).to_be_visible()
    assert region_in(link) == pytest.approx(region, abs=0.003)
    stage.focus()
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("Picture 8")


def test_selection_and_citation(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown(page, "p07")
    page.get_by_role("button", name="Select", exact=True).click()
    expect(page.get_by_role("button", name="Selected")).to_have_attribute("aria-pressed", "true")
    assert json.loads(page.evaluate("Object.values(localStorage).find((text) => text.includes('p07'))")) == ["p07"]
    page.get_by_role("button", name="Copy citation").click()
    expect(page.locator("#toast")).to_contain_text("The citation has been copied")
    said = page.evaluate("navigator.clipboard.readText()")
    for part in ("Painter of green bands, Picture 7, 1835", "Rights: CC0", "#/painting?id=p07"):
        assert part in said


def test_a_field_is_corrected_by_two_people_and_that_undone(page):
    shown(page, "p07")
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Correct: Style").click()
    dialog.get_by_label("Your name").fill("Anna")
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("combobox").fill("blue")
    dialog.get_by_label("Note").fill("seen in the depot")
    dialog.get_by_role("button", name="Change to Blue School").click()
    style = page.locator("[data-column=style]")
    expect(style.locator(".value")).to_have_text("Blue School")
    expect(style).to_contain_text("Catalogue says Green School")
    expect(style).to_contain_text("Corrected to Blue School by Anna, just now seen in the depot")
    expect(style.locator(".pencil")).to_be_focused()
    page.get_by_role("button", name="Correct: Title").click()
    assert serious_findings(page) == []
    dialog.get_by_label("It should say").fill("The seventh picture")
    dialog.get_by_label("Your name").fill("Ben")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The seventh picture")
    token = page.request.get("api/session").json()["token"]
    other = {"painting": "p07", "attribute": "style", "action": "accept", "reviewer": "Cleo"}
    page.request.post("api/review/decisions", data=other, headers={"X-ArtExtract-Token": token})
    page.reload()
    expect(style).to_contain_text("Opinions differ; the latest counts.")
    expect(style.locator(".value")).to_have_text("Green School")
    assert serious_findings(page) == []
    while undo := page.locator(".corrected").get_by_role("button", name="Undo").all():
        undo[0].click()
        expect(page.locator(".corrected").get_by_role("button", name="Undo")).to_have_count(len(undo) - 1)
    expect(page.get_by_role("heading", level=1)).to_have_text("Picture 7")


def test_the_picture_stays_in_view_beside_a_long_label(page):
    shown(page, "p07")
    page.mouse.move(1000, 600)
    page.mouse.wheel(0, 600)
    expect(page.locator(".facts h1")).not_to_be_in_viewport()
    expect(page.locator(".zoom-stage")).to_be_in_viewport(ratio=0.9)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A painting of more pixels than are served at once, p00, and a small one with a large title; the address of its
    server."""
    pictures = [paint("green", "discs", 1).resize((2400, 1800)), paint("red", "bands", 2)]
    collection = write_collection(
        tmp_path_factory.mktemp("large") / "c", pictures, title=["Picture 0", f"Picture 1\u202e and {'W' * 2000}"]
    )
    build_index(collection, features=("palette",))
    with serving(create_app(collection)) as address:
        yield address


@pytest.mark.parametrize("address", ["#/painting?id=p01", "#/compare?a=p01&b=p00"])
def test_a_title_neither_widens_the_page_nor_turns_its_sentences(page, large, address):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{large}{address}")
    expect(page.locator("main")).to_contain_text(f"Picture 1 and {'W' * 2000}")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert "\u202e" not in page.title() + page.locator("body").inner_text()


def test_a_large_picture_is_seen_by_tiles_and_its_place_is_in_the_address(page, large):
    page.goto(f"{large}#/painting?id=p00")
    stage, zoom = page.locator(".zoom-stage.deep.drawn"), page.locator(".zoom-near")
    expect(stage).to_be_visible()
    stage.focus()
    with page.expect_response(re.compile(r"/iiif/image/p00/\d+,\d+,(\d+),(\d+)/\1,\2/0/")) as tile:
        for _ in range(6):
            page.keyboard.press("+")
    assert tile.value.ok
    page.keyboard.press("ArrowRight")
    expect(zoom).to_have_text("753%")
    page.wait_for_url("**&at=0.516*")
    link = page.get_by_role("link", name="Search with this detail")
    expect(link).to_be_visible()
    region = region_in(link)
    assert region[2] - region[0] == pytest.approx(1 / 1.4**6, abs=0.01) and region[0] + region[2] > 1
    page.get_by_role("radio", name="Style").check()
    expect(page.locator("img.attention.there")).to_be_visible()
    assert serious_findings(page) == []
    page.reload()
    expect(zoom).to_have_text("753%")
    assert region_in(link) == pytest.approx(region, abs=0.003)
    over = page.locator("img.attention").bounding_box()
    assert over["width"] == pytest.approx(1.4**6 * stage.bounding_box()["width"], rel=0.01)
    stage.focus()
    page.keyboard.press("0")
    expect(zoom).to_have_text("100%")
    page.mouse.move(300, 400)
    page.mouse.wheel(0, 300)
    expect(page.locator(".path")).not_to_be_in_viewport()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Picture 1")
    expect(page.locator(".deep")).to_have_count(0)


def test_an_unknown_painting_leads_back(page):
    page.goto("#/painting?id=nothing")
    expect(page.get_by_role("alert")).to_contain_text("This painting is not in the collection")
    page.get_by_role("button", name="To the gallery").click()
    assert "#/gallery" in page.url


def test_predictions_that_fail_can_be_asked_for_again(page):
    page.route(
        "**/api/predictions/**",
        lambda route: route.fulfill(
            status=422,
            json={"error": {"message": "this painting cannot be read: no image", "hint": "put its file back"}},
        ),
    )
    page.goto("#/painting?id=p07")
    expect(page.locator(".predictions").get_by_role("alert")).to_contain_text("Put its file back.")
    expect(page.locator(".looked")).to_be_hidden()
    page.unroute("**/api/predictions/**")
    page.locator(".predictions").get_by_role("button", name="Try again").click()
    expect(page.locator(".reading h3")).to_have_count(4)
    expect(page.locator(".looked")).to_be_visible()


def test_without_any_model_its_part_is_absent(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr(starter, "files", lambda _: tmp_path)
    collection = write_collection(
        tmp_path / "c", [paint("red", "discs", seed) for seed in range(3)], url=["https://museum.example/1", None, None]
    )
    build_index(collection, features=("palette",))
    with serving(create_app(collection)) as address:
        context = chromium.new_context(base_url=address)
        page = context.new_page()
        page.goto("#/painting?id=p00")
        expect(page.locator(".neighbours .card")).to_have_count(2)
        expect(page.locator(".predictions, .looked:visible")).to_have_count(0)
        page.get_by_text("More", exact=True).click()
        expect(page.get_by_role("link", name="museum.example/1")).to_have_attribute("rel", "noreferrer noopener")
        context.close()


def test_a_phone_shows_it_without_scrolling_aside(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    shown(page, "p07", "&look=style")
    expect(page.locator("img.attention.there")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious_findings(page) == []
