"""The page in a real browser: the gallery shows, a click searches, a slider changes scores, an upload searches, back goes back."""

import shutil
import socket
import threading
import time

import pytest
import uvicorn

from artextract.app.api import create_app
from tests.conftest import paint

chromium, chromedriver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (chromium and chromedriver), reason="needs chromium and chromedriver on the PATH")


@pytest.fixture(scope="module")
def address(indexed_collection, tmp_path_factory):
    collection = shutil.copytree(indexed_collection, tmp_path_factory.mktemp("web") / "museum")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(collection), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("profile")
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--window-size=1300,900", f"--user-data-dir={profile}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, address):
    browser.get("about:blank")
    browser.get(address)
    wait(browser, lambda: len(cards(browser)) == 24)
    yield browser
    severe = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE" and "400 (Bad Request)" not in entry["message"]]
    assert severe == []


def wait(browser, condition):
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 15, ignored_exceptions=[StaleElementReferenceException]).until(lambda _: condition())


def find(browser, selector):
    return browser.find_element("css selector", selector)


def cards(browser):
    return browser.execute_script("return [...document.querySelectorAll('.card')].map(card => card.dataset.id)")


def texts(browser, selector):
    return browser.execute_script("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector)


def drag(browser, slider, value):
    code = "const s = document.querySelector(arguments[0]); s.value = arguments[1]; s.dispatchEvent(new Event('input', {bubbles: true}))"
    browser.execute_script(code, slider, value)


def press(browser, *keys):
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def test_click_slider_and_back(page):
    assert "24 paintings" in find(page, "#count").text
    assert page.execute_script("return [...document.querySelectorAll('.grid img')].every(image => image.alt)")
    find(page, ".card[data-id=p00]").click()
    wait(page, lambda: len(texts(page, ".score")) == 23)
    assert "#id=p00" in page.current_url and "p00" not in cards(page)
    wait(page, lambda: "Picture 0" in texts(page, "#subject h2"))
    assert "CC0" in find(page, "#subject").text and page.title.startswith("Picture 0")
    scores, order = texts(page, ".score"), cards(page)
    parts = [float(text.split()[1]) for text in texts(page, ".words span")]
    assert [sum(three) for three in zip(parts[::3], parts[1::3], parts[2::3])] == pytest.approx(list(map(float, scores)), abs=0.016)

    drag(page, "#w-deep", 0)
    drag(page, "#w-style", 0)
    wait(page, lambda: "w.style=0" in page.current_url and cards(page) != order and len(texts(page, ".score")) == 23)
    assert texts(page, ".score") != scores and "w.deep=0" in page.current_url
    assert find(page, "output[for=w-palette]").text == "100 %"
    drag(page, "#w-palette", 0)
    wait(page, lambda: "at least one part" in find(page, "#notice").text)
    find(page, "#reset").click()
    wait(page, lambda: texts(page, ".score") == scores)

    page.back()
    wait(page, lambda: "24 paintings" in find(page, "#count").text)
    page.forward()
    wait(page, lambda: texts(page, ".score") == scores)


def test_filters_and_their_empty_state(page):
    from selenium.webdriver.support.ui import Select

    Select(find(page, "#f-style")).select_by_value("Grey School")
    wait(page, lambda: len(cards(page)) == 5)
    find(page, "#text").send_keys("discs")
    wait(page, lambda: len(cards(page)) == 2)
    find(page, "#text").send_keys("xyz")
    wait(page, lambda: "No painting has 'discsxyz'" in find(page, "#notice").text)
    find(page, "#notice button").click()
    wait(page, lambda: len(cards(page)) == 24)
    assert page.current_url.endswith("#")


def test_upload_searches(page, tmp_path):
    paint("blue", "discs", 55).save(tmp_path / "mine.png")
    find(page, "#file").send_keys(str(tmp_path / "mine.png"))
    wait(page, lambda: len(texts(page, ".score")) == 24)
    assert "blue" in texts(page, ".card .who")[0] and "Your picture" in find(page, "#subject").text
    assert page.execute_script("return document.querySelector('#subject img').naturalWidth") == 160
    (tmp_path / "text.png").write_text("no picture")
    find(page, "#file").send_keys(str(tmp_path / "text.png"))
    wait(page, lambda: "cannot be used" in find(page, "#notice").text)


def test_the_keyboard_is_enough(page):
    from selenium.webdriver.common.keys import Keys

    page.execute_script("document.querySelector('.card').focus()")
    press(page, Keys.ENTER)
    wait(page, lambda: len(texts(page, ".score")) == 23)
    wait(page, lambda: texts(page, "#subject h2"))
    page.execute_script("document.querySelector('.open').focus()")
    press(page, Keys.ENTER)
    wait(page, lambda: find(page, "#large").is_displayed())
    press(page, Keys.ESCAPE)
    wait(page, lambda: not find(page, "#large").is_displayed())
    page.execute_script("document.querySelector('#w-deep').focus()")
    before = texts(page, ".score")
    press(page, Keys.ARROW_LEFT * 20)
    wait(page, lambda: texts(page, ".score") not in ([], before))


def test_a_phone_scrolls_in_one_direction_only(page):
    page.set_window_size(500, 900)
    try:
        find(page, ".card[data-id=p05]").click()
        wait(page, lambda: len(texts(page, ".score")) == 23)
        assert page.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    finally:
        page.set_window_size(1300, 900)
