"""Picking paintings, the tray, the list of what was picked, and the dialog that exports."""

import csv
import io
import json

import pytest
from playwright.sync_api import expect

from tests.app.browser.accessibility import serious_findings
from tests.app.browser.waiting import until

IDS = ("p03", "p00", "p11")


def listed(page) -> list[str]:
    return page.locator(".view-selection .card").evaluate_all("cards => cards.map(card => card.dataset.id)")


def expect_list(page, *ids):
    expect(page.locator(".view-selection .card")).to_have_count(len(ids))
    until(
        page,
        "ids => [...document.querySelectorAll('.view-selection .card')].map(card => card.dataset.id).join() === ids",
        arg=",".join(ids),
    )


def pick(page, *ids):
    page.evaluate("async ids => (await import(fileOfPage('lib/selection.js'))).select(ids)", list(ids))


def test_the_tray_follows_what_is_picked(page):
    page.goto("#/gallery")
    tray = page.get_by_role("complementary", name="Selection")
    expect(page.locator(".card").first).to_be_visible()
    expect(tray).to_be_hidden()
    page.locator("[data-pick=p03]").check(force=True)
    page.locator("[data-pick=p00]").check(force=True)
    expect(tray).to_contain_text("2 selected")
    expect(tray.get_by_role("link", name="Compare")).to_have_attribute("href", "#/compare?a=p03&b=p00")
    expect(tray.get_by_role("link", name="Search with these")).to_have_attribute("href", "#/search?plus=p03&plus=p00")
    assert serious_findings(page) == []
    page.reload()
    expect(tray).to_contain_text("2 selected")
    tray.get_by_role("button", name="Clear").click()
    expect(tray).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(tray).to_contain_text("2 selected")
    expect(page.locator("[data-pick=p03]")).to_be_checked()
    tray.get_by_role("link", name="Show").click()
    expect_list(page, "p03", "p00")
    assert "ids=p03%2Cp00" in page.url


def test_a_list_is_put_in_order_by_keyboard_and_the_link_holds_it(page):
    page.goto("#/selection?ids=p03,p00,p11&title=Wall+two")
    expect_list(page, *IDS)
    expect(page.get_by_label("List name")).to_have_value("Wall two")
    first = page.locator("[data-id=p03] a.hang")
    first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect_list(page, "p00", "p03", "p11")
    assert page.evaluate("document.activeElement.closest('.card').dataset.id") == "p03"
    expect(page.get_by_text("Picture 3 is now number 2 of 3.")).to_be_attached()
    page.keyboard.press("Shift+End")
    expect_list(page, "p00", "p11", "p03")
    page.reload()
    expect_list(page, "p00", "p11", "p03")
    page.locator("[data-id=p11] a.hang").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.closest('.card').dataset.id") == "p00"
    page.keyboard.press("Delete")
    expect_list(page, "p11", "p03")
    assert page.evaluate("document.activeElement.closest('.card').dataset.id") == "p11"
    page.go_back()
    expect_list(page, "p00", "p11", "p03")
    page.go_forward()
    expect_list(page, "p11", "p03")
    page.get_by_role("button", name="Undo").click()
    expect_list(page, "p00", "p11", "p03")
    page.locator("[data-id=p03]").hover()
    page.get_by_role("button", name="Move earlier: Picture 3").click()
    expect_list(page, "p00", "p03", "p11")
    page.get_by_label("List name").fill("Wall three")
    page.wait_for_url("**title=Wall+three")
    assert serious_findings(page) == []


def test_a_card_is_dragged_to_its_place(page):
    page.goto("#/selection?ids=p03,p00,p11")
    expect_list(page, *IDS)
    page.locator("[data-id=p11]").drag_to(page.locator("[data-id=p03]"), target_position={"x": 8, "y": 60})
    expect_list(page, "p11", "p03", "p00")
    expect(page.locator("#drop")).to_be_hidden()


def test_a_shared_list_leaves_the_own_selection_alone(page):
    page.goto("#/selection?ids=p01,gone,p02")
    expect_list(page, "p01", "p02")
    expect(page.locator(".selection-notes")).to_contain_text("1 painting of this list is not in this collection.")
    page.get_by_role("button", name="Remove it from the list").click()
    expect(page.locator(".selection-notes")).not_to_contain_text("not in this collection")
    page.get_by_role("button", name="Add to my selection").click()
    page.goto("#/selection")
    expect_list(page, "p01", "p02")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Nothing is selected.")).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_role("button", name="Undo").click()
    expect_list(page, "p01", "p02")


def test_a_long_list_stays_in_this_browser(page):
    page.goto("#/gallery")
    expect(page.locator(".card").first).to_be_visible()
    pick(page, *(f"p{number:02d}" for number in range(24)), *(f"gone{number}" for number in range(140)))
    page.get_by_role("link", name="Show", exact=True).click()
    expect(page.locator(".view-selection .card")).to_have_count(24)
    assert page.url.endswith("#/selection")
    expect(page.locator(".selection-notes")).to_contain_text("kept in this browser only")
    page.get_by_role("button", name="Export…").click()
    expect(page.get_by_role("dialog", name="Export 24 paintings")).to_be_visible()
    expect(page.locator(".selection-notes")).to_contain_text("140 paintings of this list are not in this collection")


def test_ids_with_commas_come_back(page):
    page.goto("#/gallery")
    ids = ["a,b", "100%", "a%2Cb", "ü/ö", "plain"]
    script = (
        "async ids => { const s = await import(fileOfPage('lib/selection.js')); return s.split(new"
        " URLSearchParams(s.selectionLink(ids).split('?')[1]).get('ids')); }"
    )
    assert page.evaluate(script, ids) == ids


@pytest.mark.parametrize("format, ending", [("Table", ".csv"), ("IIIF manifest", ".manifest.json")])
def test_a_file_is_downloaded(page, format, ending):
    page.goto("#/selection?ids=p03,p00")
    expect_list(page, "p03", "p00")
    page.get_by_role("button", name="Export…").press("Enter")
    dialog = page.get_by_role("dialog", name="Export 2 paintings")
    dialog.get_by_role("radio", name=format).check()
    dialog.get_by_label("Title (also the name of the file)").fill("Äpfel & Birnen")
    assert serious_findings(page) == []
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == f"Äpfel & Birnen{ending}"
    text = download.value.path().read_text(encoding="utf-8-sig")
    if format == "Table":
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["id"] for row in rows] == ["p03", "p00"] and rows[0]["predicted style"]
    else:
        assert [canvas["label"]["none"][0] for canvas in json.loads(text)["items"]] == ["Picture 3", "Picture 0"]
    expect(dialog).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == "Export…"


def test_an_export_that_fails_says_why_and_can_be_tried_again(page):
    page.goto("#/selection?ids=p03,p00")
    expect_list(page, "p03", "p00")
    page.get_by_role("button", name="Export…").click()
    dialog = page.get_by_role("dialog")
    page.route("**/api/export", lambda route: route.fulfill(status=500, body="{}"))
    dialog.get_by_role("button", name="Download").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The server answered 500.")
    page.unroute("**/api/export")
    with page.expect_download():
        dialog.get_by_role("button", name="Download").click()


def test_on_a_phone_nothing_is_wider_than_the_page(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("#/gallery")
    expect(page.locator(".card").first).to_be_visible()
    pick(page, *IDS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Show", exact=True).click()
    expect_list(page, *IDS)
    page.get_by_role("button", name="Export…").click()
    expect(page.get_by_role("radio", name="Linked Art")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("button", name="Download")).to_be_in_viewport()
