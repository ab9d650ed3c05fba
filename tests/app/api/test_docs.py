"""The page of the calls, and the document that it is made of."""

import re

from artextract.app.api.guards import TOKEN_HEADER


def operations(client):
    document = client.get("/api/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_page_is_served_under_its_short_address(client):
    page = client.get("/docs")
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", page.text), (
        "the policy forbids what stands in the page itself"
    )
    for file in re.findall(r'(?:src|href)="([^"#]+)"', page.text):
        assert client.get(f"/{file.removeprefix('./')}").status_code == 200, file
    assert 'href="docs"' in client.get("/").text


def test_every_call_says_what_it_does_and_belongs_to_a_group(client):
    for name, operation in operations(client):
        assert operation.get("description") and operation.get("tags"), name
        assert "4XX" in operation["responses"], name


def test_what_needs_the_token_can_be_seen(client):
    needing = {
        name
        for name, operation in operations(client)
        if any(parameter["name"] == TOKEN_HEADER for parameter in operation.get("parameters", []))
    }
    assert "POST /api/v1/uploads" in needing
    assert not {name for name in needing if name.startswith("GET")}


def test_addresses_for_programs_have_a_version_and_the_page_may_leave_it_out(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert paths and all(path.startswith(("/api/v1/", "/iiif/")) for path in paths)
    assert client.get("/api/v1/paintings").json() == client.get("/api/paintings").json()
    assert client.get("/api/v1/v1/paintings").status_code == client.get("/api/v2/paintings").status_code == 404


def test_every_call_has_an_example_with_curl_and_one_in_python(client):
    for name, operation in operations(client):
        languages = [sample["lang"] for sample in operation["x-codeSamples"]]
        wanted = {"Shell", "Python"} if " /api/v1/" in name else {"Shell"}  # others speak IIIF
        assert wanted <= set(languages), f"{name} needs an example in app/api/samples.py"


def test_an_example_with_curl_names_real_values_and_the_token_of_writes(client):
    found = dict(operations(client))
    first = client.get("/api/ids").json()["ids"][0]
    shown = found["GET /api/v1/paintings/{painting_id}"]["x-codeSamples"][0]["source"]
    assert shown == f'curl "http://127.0.0.1:8000/api/v1/paintings/{first}"'
    assert f"{TOKEN_HEADER}: $TOKEN" in found["POST /api/v1/jobs"]["x-codeSamples"][0]["source"]
