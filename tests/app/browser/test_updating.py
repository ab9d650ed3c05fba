"""The page of an index that is still made: the gallery can be used, the line at the top says how far it is, and what
searches opens when all is done."""

import shutil
import threading

from playwright.sync_api import expect

from artextract.app import updating as module
from artextract.app.api import create_app
from artextract.app.updating import Updating
from artextract.errors import InputError
from artextract.search import update
from artextract.search.update import Update
from artextract.sources.folder import import_folder
from tests.app.browser.accessibility import serious_findings
from tests.app.serving import serving
from tests.search.colours_only import of_colours
from tests.sources.test_folder import make


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
        expect(line).to_contain_text("search by painting style: 1 of 3")
        expect(links).to_have_text(["Gallery", "Lists"])
        expect(tab.get_by_role("button", name="Search with an image")).to_be_hidden()
        assert serious_findings(tab) == []
        tab.goto(address + "#/search?id=p00")
        expect(tab.get_by_role("alert")).to_contain_text("opens as soon as the index is ready")
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


def test_pictures_are_added_and_looked_for_again(chromium, tmp_path, monkeypatch):
    of_colours(monkeypatch, update)
    pictures = make(tmp_path / "in", ["a.png", "b.png"])
    import_folder(pictures, tmp_path / "Few")
    own = make(tmp_path / "own", ["c.png", "d.png"], seed=1)
    (own / "broken.png").write_bytes(b"no picture")
    (own / "notes.txt").write_text("no picture")
    context = chromium.new_context(viewport={"width": 1300, "height": 900}, reduced_motion="reduce")
    tab, wrong = context.new_page(), []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    with serving(create_app(tmp_path / "Few", updating=Updating(tmp_path / "Few"))) as address:
        tab.goto(address)
        expect(tab.locator(".card")).to_have_count(2)
        expect(tab.locator("#nav a").first).to_be_visible()
        tab.get_by_role("button", name="Add pictures…").click()
        dialog = tab.get_by_role("dialog")
        expect(dialog.get_by_role("heading")).to_have_text("Add pictures to Few")
        assert serious_findings(tab) == []
        dialog.get_by_label("Choose pictures…").last.set_input_files(sorted(own.iterdir()))
        expect(dialog).to_contain_text("1 file is not a picture")
        dialog.get_by_role("button", name="Add 3 pictures").click()
        expect(dialog).to_have_count(0)
        expect(tab.locator(".card")).to_have_count(4)
        assert sorted(path.name for path in (tmp_path / "Few" / "added").iterdir()) == ["c.png", "d.png"]

        (pictures / "a.png").unlink()
        tab.get_by_role("button", name="Add pictures…").click()
        tab.get_by_role("button", name="Check the folder again").click()
        expect(tab.locator(".card")).to_have_count(3)
        expect(tab.locator("#toast")).to_contain_text("1 removed")
    context.close()
    assert wrong == []


def test_a_folder_dropped_where_nothing_can_be_added(page):
    page.goto("")
    expect(page.locator(".card")).to_have_count(24)
    page.evaluate(
        """() => {
            const event = new Event("drop", { cancelable: true });
            const folder = { webkitGetAsEntry: () => ({ isDirectory: true }) };
            event.dataTransfer = { types: ["Files"], items: [folder], files: [] };
            dispatchEvent(event);
        }"""
    )
    expect(page.locator("#toast")).to_contain_text("does not accept pictures")
    expect(page.get_by_role("button", name="Add pictures…")).to_be_hidden()
