"""The page in German, by the browser's language or by choice: no English sentence is left."""

import re

import pytest

from tests.app.browser.accessibility import serious_findings

expect = pytest.importorskip("playwright.sync_api").expect

ENGLISH = """async () => {
  const LEFT_OUT = "script, noscript, [lang=en], #contents, #groups";
  const [en, de] = (await Promise.all([import("/words/en.js"), import("/words/de.js")])).map((one) => one.default);
  const said = new Set(Object.keys(en).filter((key) => en[key] && typeof en[key] === "string" && en[key] !== de[key])
    .map((key) => en[key].toLowerCase()));
  const german = new Set(Object.values(de).filter((one) => typeof one === "string").map((one) => one.toLowerCase()));
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (node.parentElement.checkVisibility() && !node.parentElement.closest(LEFT_OUT)) found.push(node.data);
  for (const element of document.querySelectorAll("body *:not(#contents *, #groups *)"))
    for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(element.getAttribute(name) ?? "");
  return found.map((text) => text.trim().replace(/[.:]$/, "")).filter((text) => {
    const low = text.toLowerCase();
    return [low, `${low}.`, `${low}:`].some((one) => said.has(one) && !german.has(one));
  });
}"""
"""The texts and names on the page that are a message in English and none in German, where it is not said to be
English. What the page for programs takes from the description of the calls, which is English, is left out."""


@pytest.fixture
def tab(chromium, address):
    context = chromium.new_context(
        base_url=address, viewport={"width": 1300, "height": 900}, locale="de-DE", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def test_a_german_browser_gets_a_german_page(tab):
    tab.goto("")
    expect(tab.locator("html")).to_have_attribute("lang", "de")
    expect(tab.get_by_role("navigation", name="Ansichten").get_by_role("link")).to_have_text(
        ["Galerie", "Suche", "Karte", "Dubletten", "Studie", "Listen"]
    )
    expect(tab.locator(".card")).to_have_count(24)
    expect(tab.get_by_role("status").first).to_have_text("24 Gemälde")
    assert tab.evaluate(ENGLISH) == [] and serious_findings(tab) == []

    tab.goto("#/search?id=p00")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Am ähnlichsten")
    tab.get_by_role("button", name="Warum").first.click()
    expect(tab.locator(".hits .made-of").first).to_contain_text(
        re.compile(r"(Farben|Malweise|Motiv und Formen) \d+\s%")
    )
    expect(tab.locator(".suggests .readings")).to_be_visible()
    assert tab.evaluate(ENGLISH) == []

    tab.goto("#/painting?id=p05")
    expect(tab.get_by_role("link", name="Ähnliche finden")).to_be_visible()
    expect(tab.locator(".neighbours .card .close").first).to_be_visible()
    expect(tab.locator(".predictions .trust")).to_be_visible()
    assert tab.evaluate(ENGLISH) == [] and serious_findings(tab) == []

    tab.goto("#/compare?a=p05&b=p06")  # what the server says in sentences
    expect(tab.locator(".why .summary")).to_contain_text(re.compile("Vor allem ähnlich|Der größte Teil|Nichts spricht"))
    expect(tab.locator("main [lang=en]")).to_have_count(0)


def test_lists_duplicates_and_the_map_are_german(tab):
    for view, heading in (("lists", "Listen"), ("works", "Dubletten"), ("map", "Karte")):
        tab.goto(f"#/{view}")
        expect(tab.get_by_role("heading", level=1)).to_have_text(heading)
        expect(tab.get_by_role("main").locator(".notice, canvas").first).to_be_visible()
        assert tab.evaluate(ENGLISH) == []


def test_the_language_that_is_chosen_holds(tab):
    tab.goto("#/search")
    tab.get_by_role("combobox", name="Sprache").select_option("en")
    expect(tab.get_by_role("heading", level=1)).to_have_text("What are you looking for?")
    expect(tab.locator("html")).to_have_attribute("lang", "en")
    tab.goto("docs")
    expect(tab.get_by_role("heading", level=1)).to_have_text("API for programs")
    tab.get_by_role("combobox", name="Language").select_option("de")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Schnittstelle für Programme")
    expect(tab.locator("#groups h2").first).to_be_visible()  # what the description calls them is English
    assert tab.evaluate(ENGLISH) == []
