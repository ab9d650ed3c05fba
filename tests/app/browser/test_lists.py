"""A selection becomes a list with a name: notes, order, the slideshow, the link, deleting and having it back."""

import re

from playwright.sync_api import expect

from tests.app.browser.accessibility import serious_findings
from tests.app.browser.test_selection import pick


def test_a_list_from_the_selection_to_the_slideshow(page):
    page.goto("#/gallery")
    expect(page.locator(".card").first).to_be_visible()
    pick(page, "p03", "p00", "p11")
    page.get_by_role("complementary", name="Selection").get_by_role("button", name="Save as a list…").click()
    dialog = page.get_by_role("dialog", name="Save 3 paintings as a list")
    dialog.get_by_label("Name of the list").fill("Harbours")
    assert serious_findings(page) == []
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show the list").click()
    expect(page.get_by_role("heading", name="Harbours")).to_be_visible()
    expect(page.locator(".view-list .card")).to_have_count(3)
    assert serious_findings(page) == []
    note = page.get_by_label("Note on Picture 3")
    note.fill("at the quay")
    note.press("Delete")  # a key of the field, not of the card
    page.locator("[data-id=p03] a.hang").focus()
    page.keyboard.press("Shift+End")
    expect(page.get_by_text("Picture 3 is number 3 of 3 now.")).to_be_attached()
    expect(page.locator(".view-list .count")).not_to_contain_text("saving")
    page.reload()
    expect(page.get_by_label("Note on Picture 3")).to_have_value("at the quay")
    assert page.locator(".view-list .card").last.get_attribute("data-id") == "p03"

    page.get_by_role("link", name="Slideshow").click()
    show = page.get_by_role("dialog", name="Slideshow")
    expect(show).to_contain_text("1 of 3")
    page.keyboard.press("End")
    expect(show).to_contain_text("at the quay")
    expect(show).to_contain_text("CC0")
    assert "slide=3" in page.url and serious_findings(page) == []
    page.keyboard.press("c")
    expect(show.get_by_text("at the quay")).to_be_hidden()
    show.get_by_role("button", name="Close").click()
    expect(show).to_have_count(0)
    expect(page).not_to_have_url(re.compile("slide="))

    page.get_by_role("button", name="Export…").click()
    page.get_by_role("dialog").get_by_role("radio", name="PDF").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "Harbours.pdf"

    page.get_by_role("button", name="Delete list").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete list").click()
    expect(page.get_by_text("No lists yet.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".view-list .card")).to_have_count(3)
    page.get_by_role("link", name="Lists").click()
    expect(page.get_by_role("link", name="Harbours")).to_be_visible()
    assert serious_findings(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_where_the_server_may_not_write_the_browser_keeps_a_list(page):
    refused = '{"error": {"message": "this server keeps no lists", "hint": "", "code": "x"}}'
    page.route(
        "**/api/lists",
        lambda route: route.fulfill(status=403, body=refused) if route.request.method == "POST" else route.continue_(),
    )
    page.goto("#/gallery")
    expect(page.locator(".card").first).to_be_visible()
    pick(page, "p05")
    page.get_by_role("button", name="Save as a list…").click()
    page.get_by_label("Name of the list").fill("Mine")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show the list").click()
    expect(page.locator(".view-list .count")).to_contain_text("in this browser only")
    page.get_by_label("Note on the list").fill("for me")
    expect(page.locator(".view-list .count")).not_to_contain_text("saving")
    page.goto("#/lists")
    expect(page.locator(".lists")).to_contain_text("for me")
