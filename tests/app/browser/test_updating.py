"""The page of an index that is still made: the gallery can be used, the line at the top says how far it is, and what
searches opens when all is done."""

import shutil
import threading

from playwright.sync_api import expect

from artextract.app import updating as module
from artextract.app.api import create_app
from artextract.app.updating import Updating
from artextract.errors import InputError
from artextract.search.update import Update
from tests.app.browser.accessibility import serious_findings
from tests.app.serving import serving


def test_an_index_that_is_still_made(chromium, indexed_collection, tmp_path, monkeypatch):
    folder, go_on, again = shutil.copytree(indexed_collection, tmp_path / "Paintings"), threading.Event(), []
    (folder / "index").rename(tmp_path / "index")

    def work(collection, model, progress):
        for number in progress(range(3), 3, "computing style"):
            if number == 1:
                go_on.wait(60)
        if not again:
            again.append(True)
            raise InputError("the disk is full", "make room")
        (tmp_path / "index").rename(folder / "index")
        return Update(24, 24, 0, 0, 0, 24, index_written=True, table_written=False)

    monkeypatch.setattr(module, "bring_up_to_date", work)
    context = chromium.new_context(viewport={"width": 1300, "height": 900}, reduced_motion="reduce")
    tab, wrong = context.new_page(), []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    with serving(create_app(folder, updating=Updating(folder))) as address:
        tab.goto(address)
        line, links = tab.locator("#updating"), tab.locator("#nav a")
        expect(tab.locator(".card")).to_have_count(24)
        expect(line).to_contain_text("search by style: 1 of 3")
        expect(links).to_have_text(["Gallery"])
        expect(tab.get_by_role("button", name="Search with an image")).to_be_hidden()
        assert serious_findings(tab) == []
        tab.goto(address + "#/search?id=p00")
        expect(tab.get_by_role("alert")).to_contain_text("opens when the index is done")
        tab.goto(address + "#/painting?id=p00")
        expect(tab.get_by_role("heading", name="Picture 0")).to_be_visible()
        expect(tab.get_by_role("link", name="Find similar")).to_be_hidden()
        go_on.set()
        expect(line).to_contain_text("The disk is full")
        line.get_by_role("button", name="Try again").click()
        expect(tab.get_by_role("link", name="Find similar")).to_be_visible()
        expect(line).to_be_hidden()
        expect(tab.locator("#toast")).to_contain_text("up to date: 24 new")
        tab.get_by_role("link", name="Find similar").click()
        expect(tab.locator(".view-search .card").first).to_be_visible()
    context.close()
    assert wrong == []
