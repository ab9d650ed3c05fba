"""The options of "serve" as what the server is told, and the file of users."""

import json
from pathlib import Path

import pytest

from artextract.app import running, users
from artextract.app.cli import main
from artextract.app.commands import serve
from artextract.app.serving import host_of


@pytest.fixture
def served(monkeypatch, indexed_collection, capsys):
    """Calls "serve" and gives what the application is told, or the error, and what was said."""
    seen = {}
    monkeypatch.setattr(running, "run", lambda app, host, port, answers: None)
    made = serve._serving
    monkeypatch.setattr(serve, "_serving", lambda args: seen.setdefault("serving", made(args)))
    monkeypatch.setattr(users, "N", 2)

    def call(*argv):
        seen.clear()
        code = main(["serve", str(indexed_collection), "--port", "0", "--json", *map(str, argv)])
        out, err = capsys.readouterr()
        return seen["serving"] if code == 0 else json.loads(out)["error"]["code"], err

    return call


def test_alone_it_is_open_to_this_machine(served):
    serving, said = served()
    assert not serving.public and serving.rate is None and not serving.proxies and serving.users is None
    assert "whoever" not in said


def test_public_behind_a_proxy(served, tmp_path):
    log = tmp_path / "access.log"
    options = ("--public", "--allow", "upload,study", "--allow", "jobs", "--behind-proxy", "--prefix", "art/")
    serving, said = served(*options, "--access-log", log, "--cors", "https://viewer.example", "--cors-api")
    assert serving.public and serving.allowed == {"upload", "study", "jobs"} and serving.rate == serve.PUBLIC_RATE
    assert serving.prefix == "/art" and serving.access_log == Path(log) and serving.open_api
    assert [str(network) for network in serving.proxies] == ["127.0.0.0/8", "::1/128"] and "/art" in said
    assert served("--public", "--rate", "0")[0].rate is None


def test_users_and_their_file(served, tmp_path, monkeypatch, capsys):
    file = tmp_path / "users.txt"
    monkeypatch.setenv(serve.PASSWORD, "four words of mine")
    assert main(["users", "add", str(file), "Ada"]) == 0 and "Ada was added" in capsys.readouterr().out
    serving, said = served("--users", file, "--host", "0.0.0.0")
    assert serving.users.name_of("Ada", "four words of mine") == "Ada" and "TLS" in said
    assert served("--password", "--closed")[0].users.name_of("Bo", "four words of mine") == "Bo"


def test_a_network_without_rules_is_said(served):
    assert "whoever reaches this address" in served("--host", "0.0.0.0")[1]


@pytest.mark.parametrize(
    "argv, code",
    [
        (("--closed",), "invalid-usage"),
        (("--cors-api",), "invalid-usage"),
        (("--users", "none.txt"), "unreadable-users"),
        (("--users", "none.txt", "--password"), "invalid-usage"),
        (("--public", "--allow", "everything"), "unknown-part"),
        (("--behind-proxy", "proxy.example"), "invalid-proxy"),
        (("--prefix", "a b"), "invalid-prefix"),
        (("--rate", "-1"), "invalid-usage"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_what_does_not_fit(served, argv, code):
    assert served(*argv)[0] == code


def test_nobody_to_ask(served, monkeypatch):
    monkeypatch.delenv(serve.PASSWORD, raising=False)
    assert served("--password")[0] == "no-password"


def test_the_name_of_a_host_is_taken_from_an_address_too(served):
    given = ("museum.example", "Museum.Example:8443", "https://museum.example/art", "[::1]:8000", "::1")
    assert [host_of(text) for text in given] == ["museum.example"] * 3 + ["::1", "::1"]
    assert [served("--allow-host", text)[0] for text in ("*", "a b", "", "https://")] == ["invalid-host"] * 4
