"""Duplicates in the browser: looked for, decided on, undone."""

import pytest
from playwright.sync_api import expect

from artextract.app.api import create_app
from tests.app.browser.accessibility import serious_findings
from tests.app.serving import serving
from tests.app.test_groups_command import collection  # noqa: F401


@pytest.fixture
def works(collection):  # noqa: F811
    with serving(create_app(collection)) as address:
        yield address


def test_duplicates_are_looked_for_and_decided_on(page, works):
    page.goto(f"{works}#/works")
    page.get_by_role("button", name="Look for them").click()
    groups = page.locator(".work")
    expect(groups).to_have_count(2)
    expect(page.locator(".work .marked i")).to_have_count(1)
    assert serious_findings(page) == []
    detail = groups.filter(has_text="Detail")
    detail.get_by_role("button", name="Different").click()
    expect(page.get_by_text("Give your name first")).to_be_visible()
    page.get_by_label("Your name").fill("Ada")
    page.keyboard.press("Tab")
    detail.get_by_role("button", name="Different").click()
    expect(groups).to_have_count(1)
    page.get_by_role("link", name="Different 1").click()
    expect(groups).to_have_count(1)
    chosen = groups.get_by_role("button", name="Different")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    assert "state=different" in page.url
    chosen.click()
    expect(page.get_by_text("No groups here.")).to_be_visible()
    page.get_by_role("link", name="Open 2").click()
    expect(groups).to_have_count(2)
    page.get_by_role("link", name="Repeated motifs").click()
    expect(page.get_by_text("has not been prepared")).to_be_visible()
    assert serious_findings(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
