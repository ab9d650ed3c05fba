"""Named lists over HTTP, and their exports."""

from tests.app.api.answers import error_of


def save(client, name: str, *ids: str, **more) -> dict:
    paintings = [{"id": id, "note": f"of {id}"} for id in ids]
    answer = client.post("/api/lists", json={"name": name, "paintings": paintings, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_list_is_saved_changed_deleted_and_restored(client):
    first = save(client, "Discs", "p03", "p00", by="Ada")
    assert client.get(f"/api/lists/{first['id']}").json() == first
    assert [entry["id"] for entry in first["paintings"]] == ["p03", "p00"]
    brief = client.get("/api/lists").json()
    assert brief["writable"] and [(one["n"], one["first"]) for one in brief["lists"]] == [(2, ["p03", "p00"])]
    second = save(client, "Discs", "p00", id=first["id"], version=first["version"])
    stale = {"name": "Discs", "paintings": [], "id": first["id"], "version": first["version"]}
    assert error_of(client.post("/api/lists", json=stale), 409)["code"] == "list-changed"
    assert client.post(f"/api/lists/{first['id']}/delete", json={}).json()["deleted"]
    assert client.get("/api/lists").json()["lists"] == []
    restored = client.post(f"/api/lists/{first['id']}/restore", json={"version": second["version"]}).json()
    assert restored["paintings"] == second["paintings"]
    assert [one["version"] for one in client.get(f"/api/lists/{first['id']}/history").json()][-1] == first["version"]
    client.post(f"/api/lists/{first['id']}/delete", json={})


def test_what_is_refused(client):
    assert error_of(client.get("/api/lists/nobody"), 404)["code"] == "unknown-list"
    nameless = client.post("/api/lists", json={"name": " ", "paintings": []})
    assert error_of(nameless, 400)["code"] == "list-without-name"
    without = {"X-ArtExtract-Token": "wrong"}
    assert client.post("/api/lists", json={"name": "n", "paintings": []}, headers=without).status_code == 403


def test_a_list_is_exported_with_its_notes(client):
    one = save(client, "Export", "p03", "p00")
    asked = {"ids": ["p03", "p00"], "notes": {"p03": "of p03"}, "title": "Export", "about": "all of them"}
    rows = client.post("/api/export", json={"format": "json", **asked}).json()
    assert rows["summary"] == "all of them" and [row.get("note") for row in rows["paintings"]] == ["of p03", None]
    assert "of p03" in client.post("/api/export", json={"format": "csv", **asked}).text
    pdf = client.post("/api/export", json={"format": "pdf", **asked})
    assert pdf.headers["content-type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    manifest = client.get("/api/iiif/manifest", params={"saved": one["id"]}).json()
    assert manifest["label"] == {"none": ["Export"]} and len(manifest["items"]) == 2
    assert {"label": {"en": ["Note"]}, "value": {"none": ["of p03"]}} in manifest["items"][0]["metadata"]
    client.post(f"/api/lists/{one['id']}/delete", json={})
