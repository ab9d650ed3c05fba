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
    assert "POST /api/uploads" in needing
    assert not {name for name in needing if name.startswith("GET")}
