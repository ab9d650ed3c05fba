"""The frame around the views: navigation, a wrong address, light and dark, a server that goes and comes back."""

import shutil

from playwright.sync_api import expect

from artextract.app.api import create_app
from tests.app.browser.accessibility import serious_findings
from tests.app.serving import serving


def test_an_unknown_view_says_so(page):
    page.goto("#/nowhere")
    expect(page.get_by_role("alert")).to_contain_text("does not exist")
    page.get_by_role("link", name="Gallery").click()
    expect(page.locator(".card")).to_have_count(24)
    page.go_back()
    expect(page.get_by_role("alert")).to_contain_text("does not exist")


def test_an_unknown_address_has_a_page_for_people_and_an_error_for_programs(page):
    assert page.goto("no/such/page").status == 404
    expect(page.get_by_role("alert")).to_contain_text("does not exist")
    page.get_by_role("link", name="To the gallery").click()
    expect(page.locator(".card")).to_have_count(24)
    assert page.request.get("no/such/page").json()["error"]["code"]
    assert page.request.get("api/nothing", headers={"Accept": "text/html"}).json()["error"]["code"]


def test_keys_that_hold_in_every_view(page):
    page.goto("#/painting?id=p05")
    expect(page.get_by_role("link", name="Find similar")).to_be_visible()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("previous and next painting")
    page.evaluate("location.hash = '#/gallery'")
    expect(page.locator(".card")).to_have_count(24)
    expect(keys).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Words in titles, names and labels")).to_be_focused()


def test_a_new_view_has_the_focus_and_a_title(page):
    page.goto("")
    page.locator(".card .hang").first.press("Enter")
    expect(page.get_by_role("link", name="Find similar")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "main"
    expect(page).to_have_title("Picture 0 · ArtExtract")
    page.get_by_role("link", name="Map").click()
    expect(page).to_have_title("Map · Small Museum · ArtExtract")
    page.goto("#/nowhere")
    expect(page).to_have_title("ArtExtract")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_view_that_does_not_load_is_tried_again(page):
    asked = []
    page.route("**/views/works.js*", lambda route: (asked.append(route.request.url), route.abort()))
    page.goto("#/works")
    expect(page.get_by_text("This part of the page did not come.")).to_be_visible()
    assert len(asked) == 2, "once more by itself"
    page.unroute("**/views/works.js*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Duplicates")).to_be_visible()


def test_on_a_phone_the_head_has_two_rows(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("#/study")
    button, brand = page.get_by_role("button", name="Search with an image"), page.get_by_role("link", name="ArtExtract")
    expect(button).to_be_visible()
    assert abs(button.bounding_box()["y"] - brand.bounding_box()["y"]) < 12
    assert page.locator(".top").bounding_box()["height"] < 110


def test_light_and_dark_are_kept(page):
    page.goto("")
    expect(page.locator(".card")).to_have_count(24)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != paper
    assert serious_findings(page) == []
    page.reload()
    expect(page.locator(".card")).to_have_count(24)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_a_lost_server_is_noticed_and_comes_back(chromium, museum, tmp_path):
    folder = shutil.copytree(museum, tmp_path / "museum")
    context = chromium.new_context(viewport={"width": 1300, "height": 900})
    tab = context.new_page()
    with serving(create_app(folder)) as address:
        tab.goto(address)
        expect(tab.locator(".card")).to_have_count(24)
    tab.evaluate("scrollTo(0, 200)")
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(tab.locator("#connection")).to_contain_text("is not responding")
    expect(tab.locator("#connection")).to_be_in_viewport()
    expect(tab.locator(".card")).to_have_count(24)
    port = int(address.rsplit(":", 1)[1].strip("/"))
    with serving(create_app(folder), port):
        expect(tab.locator("#connection")).to_be_hidden(timeout=10_000)
        expect(tab.locator(".card")).to_have_count(24)
    context.close()
