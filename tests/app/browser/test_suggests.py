"""Model suggestion beside a search: after the hits, with its doubt in words, and without a stir where it
cannot."""

import json

from playwright.sync_api import expect

from tests.app.api.answers import png
from tests.app.browser.accessibility import serious_findings
from tests.app.browser.test_search import give, searched
from tests.conftest import paint

DOUBT = {
    "attributes": {
        "style": [{"label": "Rococo", "probability": 0.484}, {"label": "Baroque", "probability": 0.31}],
        "artist": [{"label": "Goya <b>", "probability": 0.2}],
        "genre": [{"label": "portrait", "probability": 0.9}, {"label": "landscape", "probability": 0.001}],
    },
    "unsure": ["style", "artist"],
    "sets": {
        "style": {"labels": ["Rococo", "Baroque"], "coverage": 0.9},
        "genre": {"labels": ["portrait"], "coverage": 0.9},
    },
    "novelty": {"artist": {"score": 0.97, "new": True}, "style": {"score": 0.1, "new": False}},
    "numbers": {"year": {"median": 1885.4, "low": 1860, "high": 1905, "coverage": 0.8}},
    "several": {"subject": [{"label": "river", "probability": 0.7}]},
}

UNSURE = {"median": 1759, "low": 1622, "high": 1852, "coverage": 0.8}


def test_an_uploaded_picture_is_named_after_its_hits(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url.split("/api/")[-1]))
    page.goto("#/search")
    give(page, "mine.png", png(paint("green", "discs", 5)))
    searched(page)
    panel = page.locator(".suggests")
    expect(panel.locator(".reading")).to_have_count(4)
    expect(panel).to_contain_text("The model “starter” knows")
    assert asked.index("search") < asked.index("predict")
    assert serious_findings(page) == []
    page.get_by_role("radio", name="Off").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".shown .attention")).to_be_visible()
    assert "look=style" in page.url and asked.count("search") == 1, "the map is no other search"
    page.reload()
    expect(page.locator(".shown .attention")).to_be_visible()
    assert asked.count("search") == 2
    page.get_by_role("radio", name="Off").check()
    expect(page.locator(".shown .attention")).to_be_hidden()
    assert "look=" not in page.url


def test_doubt_is_reported_in_words(page):
    def doubtful(route):
        answer = route.fetch()
        doubts = DOUBT | {"numbers": DOUBT["numbers"] | {"finished": UNSURE}, "unsure": [*DOUBT["unsure"], "finished"]}
        route.fulfill(response=answer, body=json.dumps(answer.json() | doubts))

    page.route("**/api/predict", doubtful)
    page.goto("#/search?id=p07")
    searched(page)
    panel = page.locator(".suggests")
    for text in (
        "Rococo? 48% (unsure)",
        "Rococo or Baroque, 9 times in 10.",
        "Probably none of the 71 painters that the model knows.",
        "About 1885 (1860 to 1905)",
        "Between the two 8 times in 10.",
        "About 1759? (1622 to 1852)",
        "Unsure: the model learned from few such paintings that carry a number.",
        "portrait 90%",
        "<\u00a01%",
    ):
        expect(panel).to_contain_text(text)
    expect(panel).not_to_contain_text("portrait,")
    expect(panel.get_by_text("Goya <b>")).to_be_hidden()
    panel.get_by_text("Closest guesses").click()
    expect(panel.get_by_text("Goya <b>")).to_be_visible()


def test_the_page_of_a_painting_tells_the_same_doubt(page):
    def doubtful(route):
        answer = route.fetch()
        doubt = {name: DOUBT[name] for name in ("sets", "novelty", "numbers", "several")}
        route.fulfill(response=answer, body=json.dumps(answer.json() | doubt))

    page.route("**/api/predictions/p07*", doubtful)
    page.goto("#/painting?id=p07")
    panel = page.locator(".predictions")
    for text in (
        "Rococo or Baroque, 9 times in 10.",
        "Probably none of the 71 painters that the model knows.",
        "About 1885 (1860 to 1905)",
        "river",
    ):
        expect(panel).to_contain_text(text)


def test_it_fails_quietly_and_is_tried_again(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.route("**/api/predict", lambda route: route.abort())
    page.goto("#/search?id=p07")
    searched(page)
    panel = page.locator(".suggests")
    expect(panel.locator(".readings")).to_have_count(0)
    panel.get_by_text("Model suggestion").click()
    expect(panel).to_contain_text("could not be loaded")
    expect(page.locator(".notice")).to_have_count(0)
    page.unroute("**/api/predict")
    panel.get_by_role("button", name="Try again").click()
    expect(panel.locator(".reading")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert serious_findings(page) == []
