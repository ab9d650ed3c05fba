"""From a folder to a page, in one command; the server under it is real elsewhere (``test_running.py``)."""

import json
import time

import pytest
from fastapi.testclient import TestClient

from artextract.app import browser, running, updating
from artextract.app.cli import main
from artextract.app.commands.open import HOST, PORT, _port
from artextract.search import update
from tests.search.colours_only import of_colours
from tests.sources.test_folder import make


@pytest.fixture
def served(monkeypatch):
    """In place of a server that is stopped some time: one that is stopped when all is done. Gives what was asked for,
    and what was opened in the browser."""
    seen, there = {"opened": []}, [True]

    def run(app, host, port, answers):
        with TestClient(app, base_url="http://localhost") as client:
            seen["first"] = client.get("/api/collection").json()["n"]
            answers()
            for _ in range(12000):
                seen["state"] = client.get("/api/updating").json()["job"]["state"]
                if seen["state"] in ("done", "failed") or seen.get("at_once"):
                    break
                time.sleep(0.01)

    monkeypatch.setattr(running, "run", run)
    monkeypatch.setattr(browser, "show_in_browser", lambda address: seen["opened"].append(address) or there[0])
    of_colours(monkeypatch, update)
    monkeypatch.setattr(update, "FIRST", 2)
    seen["there"] = there
    return seen


def call(capsys, *argv):
    code = main(["open", *map(str, argv), "--port", "0", "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def test_from_a_folder_to_a_page_and_again(tmp_path, served, capsys):
    folder = make(tmp_path / "paintings", ["a.png", "b.png", "c.png"])
    code, document, err = call(capsys, folder)
    collection = tmp_path / "paintings-artextract"
    assert code == 0 and served["first"] == 2 and served["opened"] == [document["address"]]
    assert document["collection"] == str(collection) and document["folder"] == str(folder)
    assert document["update"]["state"] == "done" and document["update"]["result"]["paintings"] == 3
    assert str(folder) in err and str(collection) in err and document["address"] in err and "no browser" not in err
    assert "ready       3 paintings" in err and "left out" not in err

    make(folder, ["d.png"], seed=1)
    (folder / "a.png").unlink()
    (folder / "notes.txt").touch()
    code, document, err = call(capsys, folder.as_uri(), "--no-browser")
    assert f"left out    {collection / 'left_out.csv'}" in err
    result = document["update"]["result"]
    assert code == 0 and served["first"] == 3 and len(served["opened"]) == 1
    assert (result["new"], result["gone"], result["indexed"]) == (1, 1, 3)


def test_stopped_before_all_is_done_it_goes_on(tmp_path, served, capsys, monkeypatch):
    folder, work = make(tmp_path / "paintings", ["a.png", "b.png", "c.png"]), update.build_index
    served["at_once"] = True

    def slow(*args, progress, **options):
        for _ in progress(range(3000), 3000, "computing palette"):
            time.sleep(0.01)
        raise AssertionError("it was not stopped")

    written = []

    def watched(*given, whole=updating.bring_up_to_date):
        try:
            return whole(*given)
        finally:
            time.sleep(0.1)
            written.append(True)

    monkeypatch.setattr(update, "build_index", slow)
    monkeypatch.setattr(updating, "bring_up_to_date", watched)
    code, _, err = call(capsys, folder)
    assert code == 0 and "run it again to resume" in err
    assert written, "it is still writing, beside whoever runs it again"
    served["at_once"] = False
    monkeypatch.setattr(update, "build_index", work)
    assert call(capsys, folder)[1]["update"]["result"]["indexed"] == 3


def test_without_a_browser_the_address_is_said(tmp_path, served, capsys):
    served["there"][0] = False
    assert "no browser" in call(capsys, make(tmp_path / "paintings", ["a.png"]))[2]


def test_a_terminal_without_a_window_is_left_alone(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(browser.sys, "platform", "linux")
    monkeypatch.setattr(browser.webbrowser, "open", lambda address: pytest.fail(address))
    assert browser.show_in_browser("http://127.0.0.1:8000/") is False
    monkeypatch.setattr(browser.webbrowser, "open", lambda address: True)
    monkeypatch.setenv("DISPLAY", ":0")
    assert browser.show_in_browser("http://127.0.0.1:8000/")


def test_a_taken_port_is_passed_over():
    import socket

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, PORT))
        except OSError:
            pass  # whoever else has it
        else:
            taken.listen()
        assert _port(None) not in (0, PORT)
