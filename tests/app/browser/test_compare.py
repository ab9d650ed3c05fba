"""Two pictures side by side: zoom in step, what is drawn over them, why they match, and the way to the next hit."""

import re

import pytest
from playwright.sync_api import expect

from tests.app.browser.accessibility import serious_findings
from tests.conftest import paint

PAIR = "#/compare?a=p00&b=p01"
PATIENCE = 30_000
"""Milliseconds for the first comparison, which opens the networks."""


def scale(page, which: str) -> float:
    return page.locator(f".side-{which} .zoom-sheet").evaluate("(sheet) => sheet.getBoundingClientRect().width")


def shown(page):
    """The comparison, once it is there."""
    expect(page.get_by_role("heading", name="Why they match")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".body.changing")).to_have_count(0, timeout=PATIENCE)
    for image in page.locator(".view-compare .sheet > img").all():
        expect(image).to_have_js_property("complete", True)


def test_both_are_reported_and_the_table_adds_up(page):
    page.goto(PAIR)
    shown(page)
    expect(page).to_have_title(re.compile("Picture 0 and Picture 1"))
    expect(page.locator(".labels")).to_contain_text("the same style, artist and genre")
    expect(page.locator(".view-compare figcaption").first).to_contain_text("CC0")
    parts = [
        float(text.replace("−", "-").replace("+", ""))
        for text in page.locator(".reasons tbody .adds .number").all_inner_texts()
    ]
    assert (
        sum(parts) == pytest.approx(float(page.locator(".reasons tfoot .number").inner_text()), abs=0.02)
        and len(parts) == 3
    )
    assert serious_findings(page) == []


def test_a_combined_search_is_reported_by_its_pictures(page):
    page.goto("#/search?id=p00&plus=p04&minus=p09")
    first = page.locator(".hits .card").first
    first.get_by_role("button", name="Why").click()
    score = first.locator("tfoot .number")
    expect(score).to_be_visible()
    found = score.inner_text()
    first.get_by_role("link", name=re.compile("^Compare with")).click()
    shown(page)
    rows = page.locator(".parts tbody tr")
    expect(rows).to_have_text(
        [re.compile("Like Picture 0"), re.compile("Like Picture 4"), re.compile("Unlike Picture 9")]
    )
    expect(page.locator(".parts tfoot .number")).to_have_text(found)
    added = [float(text.replace("−", "-")) for text in rows.locator("td:last-child").all_inner_texts()]
    assert sum(added) == pytest.approx(float(found), abs=0.02)
    assert serious_findings(page) == []
    rows.nth(1).get_by_role("link").click()
    expect(page).to_have_url(re.compile("a=p04&b="))
    expect(page.locator(".parts")).to_have_count(0, timeout=PATIENCE)


def test_zoom_is_in_step_and_in_the_address(page):
    page.goto(PAIR)
    shown(page)
    whole = scale(page, "a")
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(page.locator(".zoom-near")).to_have_text("196%")
    page.keyboard.press("ArrowRight")
    assert scale(page, "a") == pytest.approx(1.96 * whole, rel=0.01) and scale(page, "b") == pytest.approx(
        scale(page, "a"), rel=0.01
    )
    expect(page).to_have_url(re.compile("at="))
    page.reload()
    shown(page)
    assert scale(page, "a") == pytest.approx(1.96 * whole, rel=0.01) and scale(page, "b") == pytest.approx(
        scale(page, "a"), rel=0.01
    )
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("at="))
    page.get_by_label("Zoom together").uncheck()
    page.locator(".side-b .zoom-stage").focus()
    page.keyboard.press("+")
    assert scale(page, "a") == pytest.approx(whole, rel=0.01) and scale(page, "b") == pytest.approx(
        1.4 * whole, rel=0.01
    )
    expect(page).to_have_url(re.compile("then=.*apart=1|apart=1.*then="))


def test_wheel_drag_and_double_click(page):
    page.goto(PAIR)
    shown(page)
    stage = page.locator(".side-a .zoom-stage")
    box, whole = stage.bounding_box(), scale(page, "a")
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"]
    place = (
        "([x, y]) => { const sheet = document.querySelector('.side-a .zoom-sheet').getBoundingClientRect(); return [(x"
        " - sheet.left) / sheet.width, (y - sheet.top) / sheet.height]; }"
    )
    before = page.evaluate(place, [x, y])
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    expect(page.locator(".zoom-near")).not_to_have_text("100%")
    assert scale(page, "a") > 1.5 * whole
    assert page.evaluate(place, [x, y]) == pytest.approx(before, abs=0.01), "what is under the pointer stays there"
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()
    assert page.evaluate(place, [x + 60, y + 30]) == pytest.approx(before, abs=0.02), "the picture follows the hand"
    now = scale(page, "a")
    stage.dblclick()
    assert scale(page, "a") == pytest.approx(2 * now, rel=0.02)


def test_overlays_lie_on_the_picture_and_stay_in_the_address(page):
    page.goto(PAIR)
    shown(page)
    names = page.locator(".over .drawn").all_inner_texts()
    assert "Matching regions" in names and "Pose" not in names and "Composition" not in names
    page.get_by_role("button", name="Matching regions").click()
    boxes = page.locator(".side-a .overlay-words")
    expect(boxes.first).to_be_visible()
    assert sorted(boxes.all_inner_texts()) == sorted(page.locator(".side-b .overlay-words").all_inner_texts())
    expect(page).to_have_url(re.compile("overlay=regions"))
    page.get_by_role("button", name="Shared colours").click()
    swatch = page.locator(".swatches button").first
    swatch.click()
    expect(page.locator(".swatches button").first).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("+")
    for part in (".overlay-layer", ".overlay-lines"):
        inner, outer = (page.locator(f".side-a {name}").first.bounding_box() for name in (part, ".sheet > img"))
        assert inner == pytest.approx(outer, abs=0.5)
    assert serious_findings(page) == []
    page.reload()
    expect(page.locator(".swatches button").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".side-a .overlay")).to_have_count(2)
    page.keyboard.press("o")
    expect(page.locator(".overlay")).to_have_count(0)
    page.go_back()
    expect(page.locator(".side-a .overlay")).to_have_count(2)


def test_swatches_veil_all_but_their_colour(page):
    page.goto(PAIR + "&overlay=palette&colour=1")
    shown(page)
    expect(page.locator(".overlay canvas")).to_have_count(2)
    measured = page.evaluate("""async () => {
      const { colours } = await (await fetch("api/compare/overlays/palette?id=p00&hit=p01")).json();
      const parts = [...document.querySelectorAll(".overlay canvas")].map((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const clear = Array.from({ length: data.length / 4 }, (_, at) => data[4 * at + 3] === 0).filter(Boolean);
        return clear.length * 4 / data.length;
      });
      return { parts, shares: [colours[0].share_a, colours[0].share_b] };
    }""")
    assert measured["parts"] == pytest.approx(measured["shares"], abs=0.12)


def test_to_the_next_hit_and_back_by_keyboard(page):
    hits = page.request.post("api/search", data={"id": "p00", "k": 3, "where": ["style=Red School"]}).json()["hits"]
    page.goto(f"#/compare?a=p00&b={hits[0]['id']}&from=id%3Dp00%26f.style%3DRed%2BSchool")
    expect(page.locator(".path")).to_contain_text("Result 1 of 4", timeout=PATIENCE)
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile(f"b={hits[1]['id']}"))
    expect(page.locator(".path")).to_contain_text("Result 2 of 4")
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile(f"b={hits[0]['id']}"))
    shown(page)
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile(f"a={hits[0]['id']}.*b=p00"))
    page.go_back()
    expect(page).to_have_url(re.compile("a=p00"))
    expect(page.get_by_role("link", name="All results")).to_have_attribute("href", "#/search?id=p00&f.style=Red+School")


def test_the_pair_is_exported_with_its_matching_regions(page):
    page.goto(PAIR)
    shown(page)
    numbers = page.locator(".regions li").count()
    page.get_by_role("button", name="Export…").click()
    page.get_by_label("IIIF manifest").check()
    with page.expect_request("**/api/export") as asked, page.expect_download():
        page.get_by_role("button", name="Download").click()
    body = asked.value.post_data_json
    assert body["ids"] == ["p00", "p01"] and len(body["regions"]) == 2 * numbers > 0
    assert {region["id"] for region in body["regions"]} == {"p00", "p01"} and body["title"] == "Picture 0 and Picture 1"


def test_one_laid_over_the_other(page):
    page.goto(PAIR + "&overlay=regions")
    shown(page)
    page.keyboard.press("v")
    expect(page.get_by_role("button", name="Swipe")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".over")).to_be_hidden()
    expect(page.locator(".overlay")).to_have_count(0)
    slider = page.get_by_role("slider", name="Where the second picture begins, from the left")
    slider.focus()
    slider.press("Home")
    assert "inset(0px 0px 0px 0%)" in page.locator(".laid-over img").evaluate("(image) => image.style.clipPath")
    expect(page).to_have_url(re.compile("way=swipe.*part=0"))
    page.get_by_role("button", name="Side by side").click()
    expect(page.locator(".laid-over")).to_have_count(0)
    expect(page.locator(".side-a .overlay")).to_have_count(1)


def test_an_upload_a_detail_and_what_is_not_there(page, tmp_path):
    paint("green", "discs", 71).save(tmp_path / "own.png")
    token = page.request.get("api/session").json()["token"]
    upload = page.request.post(
        "api/uploads", data=(tmp_path / "own.png").read_bytes(), headers={"X-ArtExtract-Token": token}
    ).json()["upload"]
    page.goto(f"#/compare?upload={upload}&b=p08&region=0.25,0.25,0.75,0.75")
    shown(page)
    expect(page.locator(".labels")).to_contain_text("An uploaded picture has no labels")
    frame, image = page.locator(".searched").bounding_box(), page.locator(".side-a .sheet > img").bounding_box()
    assert frame["width"] == pytest.approx(image["width"] / 2, abs=1) and frame["x"] - image["x"] == pytest.approx(
        image["width"] / 4, abs=1
    )
    expect(page.get_by_role("button", name="Swap the two")).to_have_count(0)
    for address, words in (
        ("#/compare?a=p00&b=nobody", "this painting is not in the collection"),
        ("#/compare?upload=gone&b=p01", "forgotten"),
        ("#/compare?a=p00", "Two pictures are needed"),
    ):
        page.goto(address)
        expect(page.get_by_role("alert")).to_contain_text(re.compile(words, re.I))


def test_a_phone_hangs_them_one_above_the_other(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(PAIR + "&overlay=regions,palette")
    shown(page)
    expect(page.locator(".side-b .overlay")).to_have_count(2)
    first, second = (page.locator(f".side-{which} .zoom-stage").bounding_box() for which in "ab")
    assert second["y"] > first["y"] + first["height"] and first["width"] == second["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(color_scheme="dark")
    assert serious_findings(page) == []
    page.goto("#/compare?a=p00&plus=p04&b=p01")  # with a table of four numbers, and the longest name of a nearness
    near = page.locator(".reasons .near").first
    expect(near).to_have_attribute("data-label", "Similarity")
    near.evaluate("(cell) => (cell.textContent = 'höchstwahrscheinlich dasselbe Werk')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".parts").evaluate("(table) => table.scrollWidth <= table.clientWidth")
