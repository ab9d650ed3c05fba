"""Which hosts may be asked: nothing in the user's own network that he did not name, whatever its name and spelling."""

import gzip
import socket
import threading
import zlib
from dataclasses import replace
from types import SimpleNamespace

import pytest

from artextract.download import Client, FetchError, addresses, connect
from artextract.download import client as client_module
from artextract.download.addresses import host_of, is_public, is_usual, sounds_private, target
from artextract.sources.options import Fetching
from tests.raising import raises
from tests.sources.museum import QUICK, picture


@pytest.fixture
def names(monkeypatch):
    """Name -> what each look-up of it gives, the last for ever; other names are not there. Loopback stays as it is."""
    table, asked = {}, []

    def resolve(host, port):
        asked.append(host)
        if host in table:
            found = table[host]
            return found.pop(0) if len(found) > 1 else found[0]
        if host in ("127.0.0.1", "localhost"):
            return ["127.0.0.1"]
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(addresses, "resolve", resolve)
    resolve.table, resolve.asked = table, asked
    return resolve


def port_of(museum):
    return museum.server.server_address[1]


def refused(client, url, tmp_path, part="refused"):
    with pytest.raises(FetchError) as error:
        client.to_file(url, tmp_path / "x.part", image=False)
    assert error.value.kind == part, error.value.message
    return error.value.message


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:a00:1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_addresses_that_are_not_of_the_open_net(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_addresses_of_the_open_net(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "0x7f000001",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "nas.local",
        "router",
    ],
)
def test_names_that_say_that_they_are_private(host):
    assert sounds_private(host.lower())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.%31/a",
        "http://%6c%6fcalhost/a",
        "http://user@museum.example/a",
        "http://user:secret@museum.example/a",
        "http://museum.example:80@127.0.0.1/a",
        "http://museum.example\\@127.0.0.1/a",
        "http://museum example/a",
        "http://museum..example/a",
        "http://[fe80::1%25eth0]/a",
        "http://[::1/a",
        "http://museum.example:99999/a",
        "http:///a",
        "ftp://museum.example/a",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/a",
    ],
)
def test_what_is_no_plain_address_is_refused(url, tmp_path, names):
    with pytest.raises(ValueError):
        target(url)
    client = Client(["museum.example", "127.0.0.1", "user", url], QUICK)
    refused(client, client.name(url), tmp_path)
    assert client.requests == 0 and not names.asked


def test_one_spelling_of_a_host():
    assert host_of("HTTP://Museum.Example.:8000/a") == "museum.example"
    assert target("http://müseum.example/ä?ö=1 2").netloc == "xn--mseum-kva.example"
    assert target("http://müseum.example/ä?ö=1 2").path == "/%C3%A4?%C3%B6=1%202"
    assert target("https://museum.example:443").netloc == "museum.example"
    assert target("http://[2606:4700::1]:8080/").netloc == "[2606:4700::1]:8080"
    assert target("http://１２７．0.0.1/").host == "127.0.0.1"


@pytest.mark.parametrize(
    "private", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.9", "::1", "::ffff:127.0.0.1", "fd00::1"]
)
def test_a_name_that_means_the_users_own_network(private, names, museum, tmp_path):
    names.table["evil.example"] = [[private]]
    for client in (Client(["evil.example"], QUICK), Client([], QUICK)):
        url = client.name(f"http://evil.example:{port_of(museum)}/a.jpg".replace(f":{port_of(museum)}", ":8000"))
        message = refused(client, url, tmp_path)
        assert private in message and "--allow-private-hosts" in message
    assert not museum.asked


def test_the_address_that_was_opened_is_the_one_that_is_asked(names, museum, tmp_path, monkeypatch):
    """DNS rebinding: the name means an open address when it is judged, and this machine ever after."""
    names.table["evil.example"] = [["93.184.216.34"], ["127.0.0.1"]]
    tried = []

    def create_connection(address, *rest):
        tried.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", create_connection)
    client = Client([f"evil.example:{port_of(museum)}"], replace(QUICK, tries=1))
    refused(client, f"http://evil.example:{port_of(museum)}/a.jpg", tmp_path, "unreachable")
    assert tried == [("93.184.216.34", port_of(museum))] and names.asked == ["evil.example"]
    refused(client, f"http://evil.example:{port_of(museum)}/a.jpg", tmp_path, "unreachable")
    other = Client([f"evil.example:{port_of(museum)}"], QUICK)
    refused(other, f"http://evil.example:{port_of(museum)}/a.jpg", tmp_path)
    assert len(tried) == 1 and not museum.asked


def test_of_several_addresses_only_the_open_ones_are_tried(names, tmp_path, monkeypatch):
    names.table["museum.example"] = [["10.0.0.1", "93.184.216.34", "::1"]]
    tried = []
    monkeypatch.setattr(socket, "create_connection", lambda address, *rest: tried.append(address[0]) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Client(["museum.example"], QUICK).to_file("http://museum.example/", tmp_path / "x", image=False)
    assert tried == ["93.184.216.34"]


def test_every_redirect_is_judged_anew(names, museum, tmp_path):
    names.table["inside.example"] = [["127.0.0.1"]]
    port = port_of(museum)
    for place, code, named in (
        (f"http://inside.example:{port}/secret", "private-address", "inside.example"),
        ("http://127.0.0.1:6379/", "port-not-allowed", "6379 of 127.0.0.1"),
        ("http://127.0.0.%31/", "host-not-allowed", "127.0.0.%31"),
        ("http://10.0.0.1/", "host-not-allowed", "10.0.0.1"),
        ("file:///etc/passwd", "invalid-address", "file:"),
        ("http://[", "invalid-address", "http://["),
    ):
        museum.pages["/a"] = lambda h, place=place: h.answer(status=302, Location=place)
        client = Client([museum.url, f"inside.example:{port}"], QUICK)
        with raises(FetchError, code, named):
            client.to_file(museum.url + "/a", tmp_path / "x.part", image=False)
    assert set(museum.asked) == {"/a"}


def test_ports(names, museum, tmp_path):
    assert [port for port in (22, 25, 80, 443, 3306, 6379, 8000, 8080, 8182, 8999, 9200) if is_usual(port)] == [
        *(80, 443, 8000, 8080, 8182, 8999)
    ]
    museum.pages["/a"] = b"{}"
    url, host = museum.url + "/a", f"127.0.0.1:{port_of(museum)}"
    for named in ([host], ["127.0.0.1"], [museum.url + "/other"], ["127.0.0.1:1", host]):
        assert Client(named, QUICK).to_file(url, tmp_path / "x.part", image=False)
    for named in (["127.0.0.1:1"], ["http://127.0.0.1/"]):
        assert "--allow-host " + host in refused(Client(named, QUICK), url, tmp_path)


def test_the_switch_for_museums_inside_ones_own_network(names, museum, tmp_path, monkeypatch):
    names.table["images.museum.example"] = [["127.0.0.1"]]
    museum.pages["/a"] = b"{}"
    url = f"http://images.museum.example:{port_of(museum)}/a"
    assert Client([], QUICK, private=True).name(url) == url
    for client in (Client(["images.museum.example"], QUICK, private=True), Client([], QUICK, private=True)):
        client.to_file(client.name(url), tmp_path / "x.part", image=False)
    assert museum.headers[-1]["Host"] == f"images.museum.example:{port_of(museum)}"
    for fetching, env, allowed in (
        (Fetching(manners=QUICK), "", False),
        (Fetching(manners=QUICK), "0", False),
        (Fetching(manners=QUICK), "1", True),
        (Fetching(manners=QUICK, private_hosts=True), "", True),
    ):
        monkeypatch.setenv("ARTEXTRACT_ALLOW_PRIVATE_HOSTS", env)
        client = fetching.client("images.museum.example")
        if allowed:
            client.to_file(url, tmp_path / "x.part", image=False)
        else:
            refused(client, url, tmp_path)


def test_a_proxy_of_the_environment_is_used_and_private_names_are_not_passed_to_it(
    names, museum, tmp_path, monkeypatch
):
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, museum.url.replace("http://", "http://me:p%40ss@"))
    monkeypatch.setenv("no_proxy", "")
    names.table |= {"open.example": [["93.184.216.34"]], "inside.example": [["10.0.0.1"]]}
    museum.pages["http://open.example/a"] = museum.pages["http://unknown.example/a"] = b"{}"
    for host in ("open.example", "unknown.example"):
        Client([host], QUICK).to_file(f"http://{host}/a", tmp_path / "x.part", image=False)
        assert museum.headers[-1]["Host"] == host
        assert museum.headers[-1]["Proxy-Authorization"] == "Basic bWU6cEBzcw=="
    refused(Client(["inside.example"], QUICK), "http://inside.example/a", tmp_path)
    assert len(museum.asked) == 2
    museum.pages["/own"] = b"{}"  # what is on this machine is asked without it
    Client([museum.url], QUICK).to_file(museum.url + "/own", tmp_path / "x.part", image=False)


def test_packed_answers_are_unpacked_within_the_limit(museum, tmp_path):
    data = b'{"n": 1}' * 1000
    for number, (name, body) in enumerate(
        [("gzip", gzip.compress(data)), ("x-gzip", gzip.compress(data)), ("deflate", zlib.compress(data))]
    ):
        museum.pages[f"/{number}"] = lambda h, b=body, n=name: h.answer(b, Content_Encoding=n, ETag='"x"')
        Client([museum.url], QUICK).to_file(f"{museum.url}/{number}", tmp_path / "x.part", image=False)
        assert (tmp_path / "x.part").read_bytes() == data
    bomb = gzip.compress(bytes(20_000_000))
    museum.pages["/bomb"] = lambda h: h.answer(bomb, Content_Encoding="gzip")
    with raises(FetchError, "file-too-large"):
        Client([museum.url], replace(QUICK, max_bytes=100_000)).to_file(
            f"{museum.url}/bomb", tmp_path / "y.part", image=False
        )
    museum.pages["/cut"] = lambda h: h.answer(gzip.compress(data)[:-9], Content_Encoding="gzip")
    museum.pages["/none"] = lambda h: h.answer(b"no gzip", Content_Encoding="gzip")
    for path, code in (("cut", "incomplete-answer"), ("none", "undecodable-answer")):
        with raises(FetchError, code):
            Client([museum.url], replace(QUICK, tries=1)).to_file(f"{museum.url}/{path}", tmp_path / path, image=False)


def dripping(head: bytes, rest: bytes, stop: threading.Event):
    def drip(handler):
        handler.wfile.write(head)
        for byte in rest * 1000:
            if stop.wait(0.03):
                return
            handler.wfile.write(bytes([byte]))

    return drip


@pytest.mark.parametrize(
    "head, rest",
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"HTTP/1.1 ", b"1"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"{"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["headers", "status", "body", "chunks", "continue"],
)
def test_a_document_that_drips_is_left(head, rest, museum, tmp_path):
    stop = threading.Event()
    museum.pages["/a"] = dripping(head, rest, stop)
    client = Client([museum.url], replace(QUICK, timeout=0.3, patience=0.3, tries=1))
    with raises(FetchError, "too-slow"):
        client.to_file(museum.url + "/a", tmp_path / "x.part", image=False)
    stop.set()


def test_a_long_document_has_more_time_than_patience(museum, tmp_path, monkeypatch):
    """By a clock of the test, so that a busy machine changes nothing: 40 s go by where patience is 20 s."""
    now, taken, slowest = [0.0], [0.0], 500.0

    class Watched(connect.Limit):
        def extend(self, seconds):
            super().extend(seconds)
            taken[0] += seconds * slowest

    def slow(handler):
        handler.answer(b"", length=40_000)
        for part in range(8):
            handler.wfile.write(bytes(5000))
            for _ in range(500):
                if taken[0] > 5000 * part + 4999:
                    break
                threading.Event().wait(0.01)
            now[0] += 5.0

    monkeypatch.setattr(connect, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(client_module, "Limit", Watched)
    museum.pages["/a"] = slow
    client = Client([museum.url], replace(QUICK, timeout=20.0, patience=20.0, slowest=slowest, tries=1))
    client.to_file(museum.url + "/a", tmp_path / "x.part", image=False)
    assert (tmp_path / "x.part").stat().st_size == 40_000 and now[0] >= 35.0


@pytest.mark.parametrize("value", ["²", "9" * 5000, "1e9", "-5", "inf", "Fri, 99 Foo 2099", "x" * 60_000])
def test_senseless_numbers_of_headers(value, museum, tmp_path):
    museum.pages["/a"] = lambda h: h.answer(
        b"busy", status=503, length=value if value in ("²", "1e9") else None, Retry_After=value
    )
    with raises(FetchError, "http-status", "503"):
        Client([museum.url], replace(QUICK, tries=1)).to_file(museum.url + "/a", tmp_path / "x", image=False)


def test_a_robots_txt_that_asks_for_days_between_images(museum, tmp_path):
    museum.pages |= {"/robots.txt": b"User-agent: *\nCrawl-delay: 86400", "/a.jpg": picture(1)}
    with raises(FetchError, "long-wait", "86400 s"):
        Client([museum.url], QUICK).to_file(museum.url + "/a.jpg", tmp_path / "x", image=True)


def test_a_limit_is_of_the_whole_request():
    limit = connect.Limit(0.0, 5.0)
    with pytest.raises(connect.TooSlowError):
        limit.next_wait()
    limit.extend(60)
    assert limit.next_wait() == 5.0
