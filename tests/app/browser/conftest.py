"""Pages in a real browser. Playwright drives Debian's Chromium; where there is none, these tests say that they were
skipped."""

import functools
import shutil

import pytest

from artextract.app.api import create_app
from tests.app.serving import serving

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
"""The first is Chromium without its own window: it starts, and opens a page, in half the time."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # a tab of the same process starts with what the one before had compiled
    "--in-process-gpu",
]


@pytest.fixture(scope="session")
def museum(indexed_collection, tmp_path_factory):
    """A copy of the indexed collection, since thumbnails, decisions and judgements are written into it."""
    return shutil.copytree(indexed_collection, tmp_path_factory.mktemp("museum") / "Small Museum")


@pytest.fixture(scope="session")
def address(museum):
    with serving(create_app(museum)) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        pytest.skip("needs Chromium on the PATH (Debian: apt-get install chromium-headless-shell)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(
        timeout=15_000
    )  # no claim about speed: a machine that tests elsewhere at the same time may be slow
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


PATIENT = """{
  const later = window.setTimeout;
  window.setTimeout = (work, wait, ...given) => later(work, wait >= 10000 ? 30 * wait : wait, ...given);
}"""
"""An offer to undo is taken away after ten seconds, in which a busy machine may not come to press it."""


FILE_OF_PAGE = """
window.fileOfPage = (path) => new URL(path, document.querySelector('script[src$="/main.js"]').src).href;
"""
"""For what a test imports itself: a module at another address would be another, with a state of its own."""


@pytest.fixture(scope="session")
def visitors(chromium):
    """Opens the window of the visitors of a server, one for each: its cache keeps the page's files from test to test,
    and from file to file."""

    @functools.cache
    def visitor(address):
        context = chromium.new_context(
            base_url=address, viewport={"width": 1300, "height": 900}, reduced_motion="reduce"
        )
        context.add_init_script(PATIENT + FILE_OF_PAGE)
        return context

    return visitor


@pytest.fixture
def page(visitors, address):
    """An empty tab of a new visitor, 1300 x 900: nothing is left of what the one before stored. What the page logs as
    an error, or throws, fails the test, but for answers that refuse a request."""
    visitor = visitors(address)
    tab = visitor.new_page()
    tab.set_default_timeout(15_000)
    wrong = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on(
        "console",
        lambda said: (
            wrong.append(said.text) if said.type == "error" and "Failed to load resource" not in said.text else None
        ),
    )
    yield tab
    for other in visitor.pages:
        if other is not tab:
            other.close()
    visitor.new_cdp_session(tab).send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
    visitor.clear_cookies()
    visitor.clear_permissions()
    tab.close()
    assert wrong == []
