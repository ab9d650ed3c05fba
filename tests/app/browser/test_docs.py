"""The page of the calls: found, linked, tried, by keyboard."""

import json
import re
import subprocess
import sys

from playwright.sync_api import expect

from tests.app.browser.accessibility import serious_findings
from tests.conftest import paint


def test_every_call_is_there(page):
    page.goto("docs")
    document = page.request.get("api/openapi.json").json()
    expected = sum(len(methods) for methods in document["paths"].values())
    expect(page.locator(".call")).to_have_count(expected)
    expect(page.locator("#found")).to_have_text(f"{expected} calls")
    assert serious_findings(page) == []
    page.evaluate("document.querySelectorAll('.call').forEach((call) => { call.open = true; })")
    expect(page.locator(".inside")).to_have_count(expected)
    assert not {"undefined", "[object Object]", "NaN"} & set(
        page.locator(".type, .name, .fields .faint, .answers p").all_text_contents()
    )


def test_a_call_is_found_linked_and_open_after_a_reload(page):
    page.goto("docs")
    expect(page.locator(".call").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("calibrated")
    expect(page.locator(".call:visible")).to_have_count(1)
    expect(page).to_have_url(re.compile("find=calibrated"))
    page.locator("#contents a:visible").click()
    expect(page.locator("#get-api-predictions-painting_id")).to_have_attribute("open", "")
    page.reload()
    expect(page.locator("#get-api-predictions-painting_id .fields").first).to_be_visible()
    expect(page.locator("#find")).to_have_value("calibrated")
    page.locator("#find").fill("no such words")
    expect(page.locator("#found")).to_have_text("No calls match.")


def test_a_call_can_be_tried(page):
    page.goto("docs#get-api-paintings")
    call = page.locator("#get-api-paintings")
    call.get_by_label("limit").fill("2")
    call.get_by_label("where").fill("style=Blue School\ngenre=bands")
    call.get_by_role("button", name="Send").click()
    expect(call.locator(".answer .status")).to_have_text("200")
    answer = json.loads(call.locator(".answer pre").text_content())
    assert (
        answer["total"]
        == page.request.get("api/paintings?where=style%3DBlue+School&where=genre%3Dbands").json()["total"]
        and len(answer["paintings"]) == 2
    )
    call.get_by_label("limit").fill("none")
    page.keyboard.press("Enter")
    expect(call.locator(".answer .status")).to_have_text("422")
    page.goto("docs#get-api-images-painting_id")
    picture = page.locator("#get-api-images-painting_id")
    picture.get_by_role("button", name="Send").click()
    expect(picture.get_by_alt_text("The picture returned")).to_be_visible()


def test_writes_show_the_token_and_an_example_that_works(page):
    page.goto("docs#post-api-search")
    call = page.locator("#post-api-search")
    example = call.get_by_label("curl", exact=True).text_content()
    assert "curl " in example and "application/json" in example and "$TOKEN" not in example
    body = json.loads(example.split("-d '")[1].rsplit("'", 1)[0])
    assert page.request.post("api/search", data=body).status == 200, body
    page.goto("docs#post-api-uploads")
    upload = page.locator("#post-api-uploads")
    expect(upload).to_contain_text("needs the token")
    assert "X-ArtExtract-Token: $TOKEN" in upload.get_by_label("curl", exact=True).text_content()
    expect(upload.get_by_role("button", name="Send")).to_have_count(0)


def test_the_python_sample_runs(page, tmp_path):
    page.goto("docs")
    script = page.get_by_label("In Python").text_content()
    paint("blue", "discs", 5).save(tmp_path / "painting.jpg")
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    assert len(said) == 6 and said[0].startswith("p") and float(said[0].split()[1]) > 0


def test_a_phone_in_the_dark(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.goto("docs#post-api-search")
    expect(page.locator("#post-api-search .fields").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious_findings(page) == []


def test_the_page_of_the_collection_leads_there(page):
    page.goto("#/painting?id=p07")
    expect(page.locator("#version")).to_contain_text("ArtExtract ")
    page.get_by_role("link", name="API for programs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("API for programs")
