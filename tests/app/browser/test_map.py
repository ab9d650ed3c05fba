"""The map: points, colours, lasso, keys; its parts that compute are checked against slow ones."""

import re

import numpy as np
import pytest
from matplotlib.path import Path as Polygon
from playwright.sync_api import expect

from tests.app.browser.accessibility import serious_findings
from tests.app.browser.waiting import until

T_SNE, PCA = "Map of 24 paintings: Neighbours (t-SNE)", "Map of 24 paintings: Overview (PCA)"
CANVAS = "canvas[role=application]"


@pytest.fixture
def opened(page):
    page.goto("#/map?method=pca&colour=genre")
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", PCA, timeout=30_000)
    expect(page.locator(".clusters tbody tr").first).to_be_visible()
    return page


def spots(page) -> dict[str, tuple[float, float]]:
    """Where the paintings of the map by PCA lie on the screen."""
    places = page.evaluate(
        """async () => {
        const { map } = await (await fetch('api/map?method=pca')).json();
        const { plot } = document.querySelector('.view-map');
        return map.ids.map((id, i) => [id, plot.placed(i)]); }"""
    )
    frame = page.locator(CANVAS).bounding_box()
    return {painting_id: (frame["x"] + place["x"], frame["y"] + place["y"]) for painting_id, place in places}


def spot(page, painting_id: str) -> tuple[float, float]:
    return spots(page)[painting_id]


def ground(page) -> tuple[float, float]:
    """A place inside the map that is as far from all paintings as can be."""
    frame, taken = page.locator(CANVAS).bounding_box(), np.array(list(spots(page).values()))
    places = [
        (frame["x"] + across * frame["width"], frame["y"] + down * frame["height"])
        for across in np.linspace(0.2, 0.8, 13)
        for down in np.linspace(0.2, 0.8, 13)
    ]
    return max(places, key=lambda place: np.hypot(*(taken - place).T).min())


def drag(page, *corners):
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=4)
    page.mouse.up()


def parameter(page, name: str) -> str | None:
    return page.evaluate("(name) => new URLSearchParams(location.hash.split('?')[1]).get(name)", name)


def test_a_map_by_t_sne_with_its_words(page):
    page.goto("#/map")
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", T_SNE, timeout=30_000)
    expect(page.locator(".reading")).to_contain_text("says little here")
    rows = page.locator(".clusters tbody tr")
    sizes = [int(text) for text in rows.locator("td.number").all_inner_texts()]
    assert sum(sizes) == 24 and len(sizes) >= 2
    expect(rows.first.locator(".standing a")).to_have_count(3)
    expect(page.locator(".legend li")).to_have_count(min(10, len(sizes)))
    assert serious_findings(page) == []


def test_colours_and_one_value_alone(opened):
    page = opened
    expect(page.locator(".legend .number")).to_have_count(3)
    numbers = [int(text) for text in page.locator(".legend .number").all_inner_texts()]
    assert sum(numbers) == 24, "two genres and paintings of none"
    page.locator(".legend li button").first.click()
    expect(page.locator(".count").first).to_have_text(f"{numbers[0]} of 24 paintings highlighted")
    assert parameter(page, "only") is not None
    page.reload()
    expect(page.locator(".legend [aria-pressed=true]")).to_have_count(1)
    page.go_back()
    expect(page.locator(".count").first).to_have_text("24 paintings")
    page.get_by_label("Coloured by").select_option("style")
    expect(page.locator(".legend h2")).to_have_text("Style")
    assert parameter(page, "colour") == "style"


def test_filters_make_the_others_faint(opened):
    page = opened
    number = page.evaluate(
        "fetch('api/map/passing?where=genre=bands').then((answer) => answer.json()).then((told) => told.rows.length)"
    )
    page.goto("#/map?method=pca&f.genre=bands")
    expect(page.locator(".count").first).to_have_text(f"{number} of 24 paintings highlighted")
    expect(page.locator(".filtering > summary")).to_contain_text("Filters (1)")


def test_pointing_opening_and_closing(opened):
    page = opened
    places = spots(page)
    alone = max(
        places,
        key=lambda one: min(np.hypot(*np.subtract(places[one], places[other])) for other in places if other != one),
    )  # nothing hangs over it
    page.mouse.move(*places[alone])
    expect(page.locator(".tip img")).to_have_attribute("data-id", alone)
    genre = page.evaluate(
        "(id) => fetch(`api/paintings/${id}`).then((answer) => answer.json()).then((told) => told.labels.genre)", alone
    )
    expect(page.locator(".tip .value")).to_have_text(f"Genre: {genre or 'not known'}")
    page.mouse.click(*places[alone])
    expect(page.locator(".opened .links a").first).to_have_attribute("href", f"#/painting?id={alone}")
    assert parameter(page, "id") == alone
    page.go_back()
    expect(page.locator(".opened")).to_be_hidden()


def test_wheel_and_buttons_zoom_and_the_url_knows(opened):
    page = opened
    x, y = spot(page, "p05")
    page.mouse.move(x, y)
    before = page.evaluate("document.querySelector('.view-map').plot.zoom()")
    page.mouse.wheel(0, -240)
    until(page, "document.querySelector('.view-map').plot.zoom() > 1.4")
    assert before == pytest.approx(1, abs=1e-3)
    assert spot(page, "p05") == pytest.approx((x, y), abs=1.5), "the zoom is around the pointer"
    until(page, "location.hash.includes('box=')")
    box = page.evaluate("document.querySelector('.view-map').plot.box()")
    page.reload()
    until(page, "document.querySelector('.view-map')?.plot?.zoom() > 1.4")
    assert page.evaluate("document.querySelector('.view-map').plot.box()") == pytest.approx(box, abs=2e-3)
    page.get_by_role("button", name="Show the whole map").click()
    until(page, "!location.hash.includes('box=')")
    here = spot(page, "p05")
    x, y = ground(page)
    drag(page, (x, y), (x + 50, y + 20))
    until(page, "location.hash.includes('box=')")
    assert spot(page, "p05") == pytest.approx((here[0] + 50, here[1] + 20), abs=1.5)


@pytest.mark.parametrize("way", ["lasso", "shift"])
def test_choosing_selects_and_survives_a_reload(opened, way):
    page = opened
    frame = page.locator(CANVAS).bounding_box()
    left, top, right, bottom = (
        frame["x"] + 3,
        frame["y"] + 60,
        frame["x"] + frame["width"] / 2,
        frame["y"] + frame["height"] - 3,
    )
    if way == "shift":
        page.keyboard.down("Shift")
    else:
        page.get_by_role("button", name="Drag to draw a lasso").click()
    corners = (
        [(left, top), (right, bottom)]
        if way != "lasso"
        else [(left, top), (right, top), (right, bottom), (left, bottom)]
    )
    drag(page, *corners)
    if way == "shift":
        page.keyboard.up("Shift")
    expected = [one for one, (x, y) in spots(page).items() if left < x < right and top < y < bottom]
    assert 0 < len(expected) < 24
    expect(page.locator(".chosen .count")).to_have_text(f"{len(expected)} painting{'s' if len(expected) > 1 else ''}")
    assert set(page.evaluate("import(fileOfPage('lib/selection.js')).then((module) => module.selected())")) == set(
        expected
    )
    expect(page.locator(".strip img")).to_have_count(len(expected))
    expect(page.locator(".shares table").first).to_be_visible()
    assert serious_findings(page) == []
    page.reload()
    expect(page.locator(".chosen .count")).to_contain_text(str(len(expected)))
    page.get_by_role("button", name="Remove from the selection").click()
    assert page.evaluate("import(fileOfPage('lib/selection.js')).then((module) => module.selected())") == []
    expect(page.get_by_role("button", name="Add to the selection")).to_be_visible()


def test_only_by_keyboard(opened):
    page = opened
    page.locator(CANVAS).focus()
    for key in ("n", "n", "Control+ArrowRight", "Alt+ArrowLeft", "p", "n"):
        page.keyboard.press(key)
    said = page.locator(".view-map > [aria-live=polite]")
    expect(said).to_contain_text("Genre:")
    page.keyboard.press("Space")
    expect(said).to_contain_text("Selected.")
    (chosen,) = page.evaluate("import(fileOfPage('lib/selection.js')).then((module) => module.selected())")
    page.keyboard.press("Enter")
    expect(page.locator(".opened .links a").first).to_be_focused()
    assert parameter(page, "id") == chosen
    page.keyboard.press("Escape")
    expect(page.locator(CANVAS)).to_be_focused()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    until(page, "location.hash.includes('box=')")
    page.keyboard.press("0")
    until(page, "!location.hash.includes('box=')")
    page.get_by_role("button", name="Select all of").first.press("Enter")
    expect(page.locator(".chosen")).to_be_visible()
    assert parameter(page, "of") == "0"


def test_every_painting_is_reached_by_n(opened):
    page = opened
    page.locator(CANVAS).focus()
    page.evaluate(
        "globalThis.said = new Set(); const place = document.querySelector('.view-map > [aria-live]'); new"
        " MutationObserver(() => said.add(place.textContent)).observe(place, { childList: true })"
    )
    seen = set()
    for _ in range(24):
        page.keyboard.press("n")
        seen.add(page.locator(".tip img").get_attribute("data-id"))
    assert len(seen) == 24


def test_another_mix(opened):
    page = opened
    page.get_by_text("What counts as similar").click()
    page.locator("input[name='w.palette']").fill("50")
    for name in page.evaluate(
        "[...document.querySelectorAll('.mix input')].map((input) => input.name).filter((name) => name !== 'w.palette')"
    ):
        page.locator(f"input[name='{name}']").fill("0")
    page.get_by_role("button", name="Map with this mix").click()
    until(page, "location.hash.includes('w.palette=50')")
    expect(page.get_by_role("button", name="Standard mix")).to_be_visible()
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", PCA)


def test_a_failed_map_says_why_and_is_tried_again(page):
    failed = {
        "state": "failed",
        "caption": "",
        "done": 0,
        "total": 0,
        "message": "3 paintings are too few for a map",
        "hint": "map at least 6",
        "map": None,
    }
    page.route("**/api/map?*", lambda route: route.fulfill(json=failed))
    page.goto("#/map?method=pca")
    expect(page.locator(".progress")).to_contain_text("too few for a map")
    page.unroute("**/api/map?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", PCA)
    expect(page.locator(".progress")).to_be_hidden()


def test_the_map_by_pca_is_shown_meanwhile(page):
    page.goto("#/map?method=pca")
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", PCA)
    running = {
        "state": "running",
        "caption": "t-SNE of 24 paintings",
        "done": 0,
        "total": 1,
        "message": "",
        "hint": "",
        "map": None,
    }
    page.route("**/api/map?method=tsne*", lambda route: route.fulfill(json=running))
    page.goto("#/map?method=tsne&box=0.1,0.1,0.3,0.3")
    expect(page.locator(".progress")).to_contain_text("Until then you see the overview")
    assert parameter(page, "box") == "0.1,0.1,0.3,0.3"
    page.unroute("**/api/map?method=tsne*")
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", T_SNE, timeout=20_000)
    until(page, "document.querySelector('.view-map').plot.zoom() > 2")


def test_touch_pans_with_one_finger_and_zooms_with_two(chromium, address):
    context = chromium.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("#/map?method=pca")
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", PCA)
    expect(page.locator(".clusters tbody tr").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(CANVAS).scroll_into_view_if_needed()
    frame = page.locator(CANVAS).bounding_box()
    x, y = frame["x"] + 150, frame["y"] + 200
    session = context.new_cdp_session(page)

    def touch(kind, *points):
        return session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(points)]},
        )

    def box():
        return page.evaluate("document.querySelector('.view-map').plot.box()")

    before = box()
    touch("touchStart", (x, y)), touch("touchMove", (x + 20, y)), touch("touchMove", (x + 60, y)), touch("touchEnd")
    moved = box()
    assert moved[0] < before[0] and moved[2] - moved[0] == pytest.approx(before[2] - before[0])
    (
        touch("touchStart", (x, y), (x + 60, y)),
        touch("touchMove", (x - 20, y), (x + 80, y)),
        touch("touchMove", (x - 60, y), (x + 120, y)),
        touch("touchEnd"),
    )
    assert page.evaluate("document.querySelector('.view-map').plot.zoom()") > 1.8
    assert serious_findings(page) == []
    context.close()


def test_points_are_found_as_a_slow_search_finds_them(page):
    page.goto("icon.svg")
    random = np.random.default_rng(0)
    points = np.vstack([random.normal(size=(400, 2)), np.repeat(random.normal(size=(1, 2)), 20, axis=0)]).round(4)
    probes = random.normal(size=(60, 2)).round(4)
    polygon = (np.array([np.cos(a := np.linspace(0, 6, 17)), np.sin(a)]).T * random.uniform(0.3, 2, (17, 1))).round(4)
    page.goto("#/nowhere")
    answered = page.evaluate(
        """async ([x, y, probes, polygon]) => {
          const { pointGrid } = await import(fileOfPage('lib/point_grid.js'));
          const grid = pointGrid([...x, NaN], [...y, NaN]);
          return {
            nearest: probes.map(([px, py]) => grid.nearest(px, py, 0.4)),
            inside: grid.inside(polygon),
            right: probes.map((_, i) => grid.towards(i, 1, 0)),
            count: grid.count,
          };
        }""",
        [points[:, 0].tolist(), points[:, 1].tolist(), probes.tolist(), polygon.tolist()],
    )
    assert answered["count"] == 420
    for probe, found in zip(probes, answered["nearest"], strict=False):
        far = np.linalg.norm(points - probe, axis=1)
        assert found == -1 if far.min() > 0.4 else far[found] == far.min()
    assert answered["inside"] == np.flatnonzero(Polygon(polygon).contains_points(points)).tolist()
    for start, found in enumerate(answered["right"]):
        offset = points - points[start]
        ahead = (offset[:, 0] > 0) & (np.abs(offset[:, 1]) <= offset[:, 0])
        cost = np.where(ahead, offset[:, 0] + 2 * np.abs(offset[:, 1]), np.inf)
        assert (found == -1) == (not ahead.any()) and (found == -1 or cost[found] == pytest.approx(cost.min()))


def test_hung_pictures_never_overlap_and_leave_no_room_unused(page):
    random = np.random.default_rng(1)
    points = random.uniform(size=(300, 2))
    page.goto("#/nowhere")
    hung = page.evaluate(
        "async ([x, y]) => (await import(fileOfPage('lib/scatter_pictures.js'))).withRoom(x, y, [...x.keys()], 0.1)",
        [points[:, 0].tolist(), points[:, 1].tolist()],
    )
    apart = np.abs(points[:, None] - points[None]).max(2)
    assert all(apart[a, b] >= 0.1 for a in hung for b in hung if a != b)
    assert all(min(apart[i, j] for j in hung) < 0.1 for i in range(300) if i not in hung)


def test_ten_looks_differ_by_colour_or_shape_for_everyone(page):
    """Also as those see them who lack one kind of cone (G. Machado, M. Oliveira and L. Fernandes, "A
    Physiologically-based Model for Simulation of Color Vision Deficiency", 2009)."""

    def lab(linear):
        """CIE L*a*b* of linear sRGB, float (N, 3), white point D65."""
        x = (
            linear
            @ np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]).T
            / [0.95047, 1, 1.08883]
        )
        f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
        return np.column_stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])])

    seen = {
        "all": np.eye(3),
        "protanopia": np.array(
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
        ),
        "deuteranopia": np.array(
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        ),
        "tritanopia": np.array(
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
        ),
    }
    page.goto("#/nowhere")
    for dark in (False, True):
        marks = page.evaluate(
            "async (dark) => (await import(fileOfPage('lib/scatter_marks.js'))).categorical(dark)", dark
        )
        rgb = np.array([[int(mark["colour"][i : i + 2], 16) / 255 for i in (1, 3, 5)] for mark in marks])
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        for matrix in seen.values():
            places = lab(np.clip(linear @ matrix.T, 0, 1))
            for a in range(10):
                for b in range(a):
                    if marks[a]["shape"] == marks[b]["shape"]:
                        assert np.linalg.norm(places[a] - places[b]) > 9, (dark, a, b)


def test_the_timeline_is_beside_it_and_the_zoom_has_bounds(page):
    page.goto("#/map")
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", re.compile("24 paintings"), timeout=30_000)
    plot = "document.querySelector('.view-map').plot"
    frame = page.locator(CANVAS).bounding_box()
    across = page.evaluate(f"[...Array(24).keys()].map((i) => {plot}.placed(i).x)")
    assert max(across) - min(across) > 0.85 * frame["width"], "it fills the width"
    page.evaluate(f"{plot}.zoomBy(0.01)")
    assert page.evaluate(f"{plot}.zoom()") == pytest.approx(1)
    page.evaluate(f"{plot}.zoomBy(1e6)")
    assert page.evaluate(f"{plot}.zoom()") < 20
    until(page, "location.hash.includes('box=')")
    box = page.evaluate(f"{plot}.box()")
    page.reload()
    until(page, "document.querySelector('.view-map')?.plot?.zoom() > 5")
    assert page.evaluate(f"{plot}.box()") == pytest.approx(box, abs=5e-3), "a link leads to the same place"
    page.get_by_role("button", name="Timeline").click()
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", re.compile(": Time"), timeout=30_000)
    expect(page.get_by_role("button", name="Timeline")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Dots only").check()
    until(page, "location.hash.includes('pictures=0')")
    until(page, f"{plot}.hung() === 0")
