"""The gallery: the wall, its filters, its orders, with the mouse and with keys alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.app.browser.accessibility import serious_findings
from tests.app.browser.waiting import until

HUNG = """async ([aspects, width, high, gap]) => {
  const { hung } = await import(fileOfPage("lib/grid/rows.js"));
  return hung(aspects, width, high, gap, 50);
}"""


def shown(page) -> list[str]:
    """The ids of the paintings in the page, in order."""
    return page.locator(".cell .card").evaluate_all("cards => cards.map(card => card.dataset.id)")


def total(page, text: str) -> None:
    expect(page.locator(".bar .count")).to_have_text(text)


def facet(page, name: str):
    return page.locator("details.facet").filter(has=page.locator("summary", has_text=re.compile(f"^{name}")))


def test_every_painting_hangs_with_its_name_and_place(page):
    page.goto("")
    total(page, "24 paintings")
    expect(page.locator(".cell .card")).to_have_count(24)
    first = page.get_by_role("listitem").filter(has=page.locator(".card")).first
    assert first.get_attribute("aria-setsize") == "24" and first.get_attribute("aria-posinset") == "1"
    expect(page.get_by_role("img", name="Picture 0, Painter of red bands, Red School, bands")).to_be_visible()
    assert shown(page) == [f"p{i:02d}" for i in range(24)]
    assert serious_findings(page) == []


def test_a_picture_that_is_refused_for_now_is_asked_for_again_and_a_lost_one_is_told(page):
    refused = []

    def answer(route):
        if "p01" in route.request.url:
            return route.fulfill(status=404)
        if "p00" not in route.request.url or len(refused) >= 2:
            return route.continue_()
        refused.append(route.request.method)
        return route.fulfill(status=429, headers={"Retry-After": "1"})

    page.route(re.compile("/api/images/"), answer)
    page.goto("")
    first = page.locator(".card[data-id=p00] img")
    expect(first).to_have_js_property("naturalWidth", 0)
    expect(first).not_to_have_js_property("naturalWidth", 0)
    assert refused == ["GET", "HEAD"]
    assert page.locator(".lost").count() == 1
    expect(page.locator(".lost").locator("xpath=ancestor::*[@data-id]")).to_have_attribute("data-id", "p01")


def test_rows_fill_the_width_and_hold_every_painting_once(page):
    page.goto("")
    for seed, (width, high, gap) in enumerate([(930, 230, 22), (358, 150, 14), (120, 200, 16), (1800, 230, 22)]):
        aspects = [0.4 + ((seed * 31 + i * 17) % 53) / 20 for i in range(200)]
        rows = page.evaluate(HUNG, [aspects, width, high, gap])
        starts, highs = rows["starts"], rows["highs"]
        assert starts[0] == 0 and starts[-1] == 200 and all(a < b for a, b in zip(starts, starts[1:], strict=False))
        widths = [
            sum(aspects[a:b]) * row + gap * (b - a - 1) for a, b, row in zip(starts, starts[1:], highs, strict=False)
        ]
        assert max(widths) <= width + 1e-6
        filled = [abs(w - width) < 1e-6 for w, row in zip(widths[:-1], highs, strict=False) if row < 1.5 * high - 1e-6]
        assert all(filled) and len(filled) > len(highs) / 2
        assert max(highs) <= 1.5 * high + 1e-6
        assert rows["tops"] == pytest.approx([sum(highs[:i]) + 50 * i for i in range(len(highs))]) and rows[
            "height"
        ] == pytest.approx(sum(highs) + 50 * len(highs))
    assert page.evaluate(HUNG, [[], 900, 200, 20])["height"] == 0


def test_filters_are_counted_set_and_taken_away(page):
    page.goto("")
    style = facet(page, "Style")
    style.get_by_label("Red School").check()
    total(page, "5 of 24 paintings")
    assert page.evaluate("location.hash") == "#/gallery?f.style=Red+School"
    style.get_by_label("Blue School").check()
    total(page, "10 of 24 paintings")
    expect(style.get_by_label("Green School").locator("xpath=ancestor::label")).to_contain_text(
        "5"
    )  # not narrowed by its own column
    genre = facet(page, "Genre")
    genre.get_by_label("Not known").check()
    expect(page.get_by_role("list", name="Active filters").get_by_role("listitem")).to_have_count(4)
    page.reload()
    expect(page.get_by_role("button", name="Remove filter Genre: not known")).to_be_visible()
    expect(facet(page, "Style").get_by_label("Blue School")).to_be_checked()
    assert serious_findings(page) == []
    page.get_by_role("button", name="Remove filter Genre: not known").click()
    total(page, "10 of 24 paintings")
    page.go_back()
    page.go_back()
    total(page, "10 of 24 paintings")
    page.go_back()
    total(page, "5 of 24 paintings")
    expect(facet(page, "Style").get_by_label("Blue School")).not_to_be_checked()
    page.get_by_role("button", name="Clear all", exact=True).click()
    total(page, "24 paintings")


def test_years(page):
    page.goto("")
    year = facet(page, "Year")
    year.locator("summary").click()
    expect(year.get_by_role("img", name=re.compile("Year from 1800 to 1915"))).to_be_visible()
    year.get_by_label("Year, from").fill("1900")
    year.get_by_label("Year, from").press("Enter")
    total(page, "4 of 24 paintings")
    assert page.evaluate("location.hash") == "#/gallery?r.year=1900.."
    year.get_by_label("Year, to").fill("1800")
    year.get_by_label("Year, to").press("Enter")  # the wrong way round
    total(page, "21 of 24 paintings")
    expect(page.get_by_role("button", name="Remove filter Year: 1800–1900")).to_be_visible()
    bars = year.get_by_role("img").bounding_box()
    page.mouse.move(bars["x"] + bars["width"] - 2, bars["y"] + 20)
    page.mouse.down()
    page.mouse.move(bars["x"] + bars["width"] * 0.51, bars["y"] + 20)
    page.mouse.up()  # the upper half of 1800 to 1915
    expect(page).to_have_url(re.compile(r"r\.year=18(56|60)\.\.1915$"))


def test_words_are_looked_for_and_other_spellings_offered(page):
    page.goto("#/gallery?sort=title")
    field = page.get_by_role("searchbox", name="Words in titles")
    field.fill("bleu")
    expect(page.get_by_role("alert")).to_contain_text("'bleu' occurs nowhere")
    page.get_by_role("button", name="blue", exact=True).click()
    total(page, "6 of 24 paintings")
    expect(field).to_have_value("blue")
    assert page.evaluate("location.hash") == "#/gallery?text=blue&sort=title"
    page.get_by_label("Sort by").select_option(label="Best match")
    expect(page).to_have_url(re.compile("text=blue$"))
    page.go_back()
    page.go_back()
    page.go_back()
    expect(field).to_have_value("")
    total(page, "24 paintings")


def test_where_nothing_passes_the_way_out_is_reported(page):
    page.goto("#/gallery?f.style=Red+School&f.artist=Painter+of+blue+discs")
    expect(page.get_by_text("No paintings match all these filters.")).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_role("button", name="Without Style: Red School").click()
    total(page, "3 of 24 paintings")
    page.goto("#/gallery?f.style=No+such+school")
    expect(page.get_by_role("alert")).to_contain_text("No painting has style")
    page.get_by_role("button", name="Clear all filters").click()
    total(page, "24 paintings")
    page.goto("#/gallery?f.artist=Painter+of+blue+discs&r.year=1900..1900")
    page.get_by_role("button", name="Without Year: 1900–1900").click()
    total(page, "3 of 24 paintings")


def test_orders(page):
    page.goto("")
    page.get_by_label("Sort by").select_option(label="Year, latest first")
    expect(page.locator(".cell .card").first).to_have_attribute("data-id", "p23")
    page.get_by_label("Sort by").select_option(label="At random")
    expect(page).to_have_url(re.compile(r"sort=lot%3A\d+$"))
    expect(page.get_by_role("button", name="Shuffle again")).to_be_visible()
    expect(page.locator(".hall")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".cell .card")).to_have_count(24)
    drawn = shown(page)
    page.reload()
    expect(page.locator(".cell .card")).to_have_count(24)
    assert shown(page) == drawn != sorted(drawn)


def test_the_wall_with_keys_alone(page):
    page.goto("")
    expect(page.locator(".cell .card")).to_have_count(24)
    page.locator(".keys summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("search for similar paintings")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("search for similar paintings")).to_be_hidden()
    focused = "document.activeElement.closest('.card')?.dataset.id"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(focused):
            break
    assert page.evaluate(focused) == "p00"
    for key, there in [
        ("ArrowRight", "p01"),
        ("ArrowLeft", "p00"),
        ("End", "p23"),
        ("ArrowRight", "p23"),
        ("ArrowLeft", "p22"),
        ("Home", "p00"),
        ("ArrowUp", "p00"),
    ]:
        page.keyboard.press(key)
        until(page, f"() => {focused} === '{there}'")
    page.keyboard.press("ArrowDown")
    until(page, f"() => {focused} !== 'p00'")
    below = page.evaluate(focused)
    tops = page.evaluate(
        "id => ['p00', id].map(one => document.querySelector(`[data-id=${one}]`).getBoundingClientRect()).map(box =>"
        " [box.left, box.top])",
        below,
    )
    assert tops[0][0] == pytest.approx(tops[1][0], abs=1) and tops[0][1] < tops[1][1]
    page.keyboard.press("x")
    expect(page.locator(f"[data-id={below}] [data-pick]")).to_be_checked()
    page.keyboard.press("x")
    expect(page.locator(f"[data-id={below}] [data-pick]")).not_to_be_checked()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Words in titles")).to_be_focused()
    page.locator(f"[data-id={below}] a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#/painting.*id={below}"))
    page.go_back()
    until(page, f"() => {focused} === '{below}'")
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile(f"#/search.*id={below}"))


def test_all_that_is_shown_is_selected_and_can_be_undone(page):
    page.goto("#/gallery?f.genre=discs")
    page.get_by_role("button", name="Select all shown").click()
    expect(page.locator("#toast")).to_contain_text(re.compile(r"\d+ paintings selected"))
    chosen = page.locator(".cell [data-pick]")
    assert chosen.evaluate_all("boxes => boxes.every(box => box.checked)") and chosen.count() < 24
    page.locator("#toast").get_by_role("button", name="Undo").click()
    assert not chosen.evaluate_all("boxes => boxes.some(box => box.checked)")


def test_a_narrow_page_folds_the_filters(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("#/gallery?f.genre=discs")
    expect(page.get_by_role("button", name="Remove filter Genre: discs")).to_be_visible()
    fold = page.get_by_role("button", name="Filters (1)")
    expect(facet(page, "Genre")).to_be_hidden()
    fold.click()
    expect(facet(page, "Genre")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious_findings(page) == []


def test_back_and_reload_lead_to_the_same_place(page):
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto("#/gallery?sort=-year")
    expect(page.locator(".cell .card").first).to_be_visible()
    page.evaluate("scrollTo(0, document.querySelector('.wall').offsetTop + 900)")
    until(page, "() => history.state?.gallery?.index > 0")
    before = page.evaluate("scrollY")
    seen = page.evaluate(
        "[...document.querySelectorAll('.card')].find(card => card.getBoundingClientRect().top > 0).dataset.id"
    )
    page.locator(f"[data-id={seen}] a").first.click()
    expect(page).to_have_url(re.compile("#/painting"))
    page.go_back()
    until(page, f"() => Math.abs(scrollY - {before}) < 2 && document.querySelector('[data-id={seen}]')")
    page.reload()
    until(page, f"() => Math.abs(scrollY - {before}) < 2 && document.querySelector('[data-id={seen}]')")
    page.get_by_role("link", name="Gallery", exact=True).click()  # gone to anew, it begins at the top
    until(page, "() => scrollY === 0")


MANY = """async () => {
  const { virtualGrid } = await import(fileOfPage("lib/grid.js"));
  window.loads = [];
  const load = (offset, limit, signal) => new Promise((give, refuse) => {
    const entry = { offset, state: "asked" };
    loads.push(entry);
    const timer = setTimeout(() => {
      entry.state = "given";
      give(Array.from({ length: Math.min(limit, 20000 - offset) }, (_, i) => ({ id: String(offset + i) })));
    }, 300);
    signal.addEventListener("abort", () => {
      if (entry.state === "asked") entry.state = "aborted";
      clearTimeout(timer);
      refuse(new DOMException("", "AbortError"));
    });
  });
  const card = (painting) => {
    const link = document.createElement("a");
    link.href = "#/gallery";
    link.className = "frame";
    link.textContent = painting.id;
    return link;
  };
  window.grid = virtualGrid({ aspects: Array.from({ length: 20000 }, (_, i) => 0.5 + (i * 7 % 13) / 8), load, card });
  document.querySelector("#main").replaceChildren(grid);
}"""
SEEN = """() => {
  const seen = ({ bottom, top }) => bottom > 0 && top < innerHeight;
  const cells = [...document.querySelectorAll(".cell")].filter((cell) => seen(cell.getBoundingClientRect()));
  return cells.length > 0 && cells.every((cell) => cell.textContent === cell.dataset.index);
}"""


def test_of_very_many_only_what_is_near_is_in_the_page(page):
    page.goto("#/study")
    until(page, "() => document.querySelector('#main > .view')?.children.length")
    page.evaluate(MANY)
    until(page, SEEN)
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height > 200_000
    for part in (0.5, 0.1, 1):
        page.evaluate(f"scrollTo(0, {part * height})")
        until(page, SEEN)
        assert page.evaluate("document.querySelectorAll('.cell').length") < 150
        assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.locator(".cell").last.get_attribute("aria-posinset") == "20000"
    in_order = page.locator(".cell").evaluate_all("cells => cells.map(cell => Number(cell.dataset.index))")
    assert in_order == sorted(in_order)


def test_loads_that_were_scrolled_past_are_given_up(page):
    page.goto("#/study")
    until(page, "() => document.querySelector('#main > .view')?.children.length")
    page.evaluate(MANY)
    until(page, "() => loads.length > 0")
    page.evaluate(
        """async () => {
          for (let i = 1; i <= 60; i++) {
            scrollBy({ top: 20000, behavior: "instant" });
            await new Promise((next) => setTimeout(next, 16));
          }
        }"""
    )
    until(page, SEEN)
    states = page.evaluate("loads.map(({ state }) => state)")
    flown_past = page.evaluate("Math.max(...loads.map(({ offset }) => offset)) / 60")
    assert (
        "aborted" in states and len(states) < flown_past / 1.5
    )  # not every page was asked for, and those on their way were given up
    page.evaluate("grid.goTo(19999)")
    until(page, "() => document.activeElement.textContent === '19999'")
    page.keyboard.press("PageUp")
    until(page, "() => document.activeElement.textContent && Number(document.activeElement.textContent) < 19999")
