"""A server with users, below a path: strangers read, who signs in does the rest under their name."""

import pytest
from playwright.sync_api import expect

from artextract.app import users
from artextract.app.api import create_app
from artextract.app.serving import Serving
from artextract.app.users import Users, hashed
from tests.app.browser.accessibility import serious_findings
from tests.app.serving import serving


@pytest.fixture
def address(museum, monkeypatch):
    monkeypatch.setattr(users, "N", 2)
    known = Users({"ada": hashed("four words of mine")})
    with serving(create_app(museum, serving=Serving(users=known, prefix="/art"))) as address:
        yield f"{address}art/"


def test_signing_in_and_out(chromium, address):
    page = chromium.new_page(base_url=address, reduced_motion="reduce")
    page.set_default_timeout(15_000)
    page.goto("#/gallery?text=discs")
    navigation = page.locator("#nav")
    expect(navigation.get_by_role("link", name="Map")).to_be_visible()
    expect(navigation.get_by_role("link", name="Study")).to_have_count(0)
    expect(page.locator("#upload-button")).to_be_hidden()
    page.get_by_role("link", name="Sign in").click()
    assert serious_findings(page) == []
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Name and password do not match.")
    page.get_by_label("Password").fill("four words of mine")
    page.keyboard.press("Enter")
    expect(navigation.get_by_role("link", name="Study")).to_be_visible()
    assert page.url.endswith("#/gallery?text=discs"), "back where the visitor was"
    page.goto("#/study")
    expect(page.get_by_role("button", name="Ada: sign out")).to_be_visible()
    page.get_by_role("button", name="Ada: sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.close()
