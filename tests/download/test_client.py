"""The downloader against a server on this machine that does everything wrong that servers do."""

import csv
import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import replace
from email.utils import formatdate
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from artextract.download import Client, Documents, FetchError, Wanted, fetch_images
from artextract.download.client import USER_AGENT
from artextract.download.iiif_image import image_addresses
from artextract.download.robots import opt_out, read_rules
from artextract.images import content_hash
from artextract.version import __version__
from tests.raising import raises
from tests.sources.museum import QUICK, Museum, picture


def fetch(museum, out, *paths, manners=QUICK, client=None):
    client = client or Client(["127.0.0.1"], manners)
    return fetch_images(
        [Wanted(path.strip("/").split(".")[0], lambda url=museum.url + path: [url]) for path in paths], out, client
    )


def only_failure(harvest):
    assert len(harvest.failures) == 1 and not harvest.files
    return harvest.failures[0]


def test_images_are_kept_with_their_hash_and_never_asked_for_again(museum, tmp_path):
    museum.pages |= {"/a.jpg": picture(1), "/b.jpg": picture(2, format="PNG")}
    harvest = fetch(museum, tmp_path, "/a.jpg", "/b.jpg")
    assert harvest.files == {"a": tmp_path / "images/a.jpg", "b": tmp_path / "images/b.png"} and harvest.fetched == 2
    assert harvest.files["a"].read_bytes() == picture(1)
    records = [json.loads(line) for line in (tmp_path / "import/downloads.jsonl").read_text().splitlines()]
    assert {record["name"]: record["sha256"] for record in records} == {
        "a": content_hash(picture(1)),
        "b": content_hash(picture(2, format="PNG")),
    }
    before = list(museum.asked)
    again = fetch(museum, tmp_path, "/a.jpg", "/b.jpg")
    assert museum.asked == before and again.fetched == 0 and again.files == harvest.files
    assert not list((tmp_path / "import/partial").iterdir()) and not (tmp_path / "failures.csv").exists()


def test_a_file_that_was_changed_or_lost_is_fetched_again(museum, tmp_path):
    museum.pages |= {"/a.jpg": picture(1), "/b.jpg": picture(2), "/c.jpg": picture(3)}
    first = fetch(museum, tmp_path, "/a.jpg", "/b.jpg", "/c.jpg")
    first.files["a"].unlink()
    data = bytearray(first.files["b"].read_bytes())
    data[-3] ^= 1
    first.files["b"].write_bytes(bytes(data))
    assert fetch(museum, tmp_path, "/a.jpg", "/b.jpg", "/c.jpg").fetched == 2
    assert (museum.count("/a.jpg"), museum.count("/b.jpg"), museum.count("/c.jpg")) == (2, 2, 1)
    assert first.files["b"].read_bytes() == picture(2)


def test_it_says_who_it_is(museum, tmp_path):
    museum.pages["/a.jpg"] = picture(1)
    fetch(museum, tmp_path, "/a.jpg")
    assert {headers["User-Agent"] for headers in museum.headers} == {
        USER_AGENT
    } and f"ArtExtract/{__version__}" in USER_AGENT


@pytest.mark.parametrize(
    "page, asked, kind, words",
    [
        (None, 1, "failed", "answered 404 Not Found"),
        (lambda h: h.answer(status=403), 1, "failed", "answered 403"),
        (lambda h: h.answer(status=500), 4, "failed", "answered 500"),
        (lambda h: h.answer(status=503), 4, "busy", "answered 503"),
        (lambda h: h.answer(b"<html>sorry</html>", "text/html"), 1, "failed", "text/html, no image"),
        (lambda h: h.answer(b"<html>sorry</html>", "image/jpeg"), 1, "failed", "not an image that can be decoded"),
        (lambda h: h.answer(picture(1), length=len(picture(1)) + 10), 4, "failed", "bytes came"),
        (lambda h: h.answer(picture(1)[:-600]), 2, "failed", "truncated"),
        (lambda h: h.answer(b""), 1, "failed", "empty"),
        (lambda h: h.answer(b"", length=99_000_000), 1, "failed", "too large (99 MB"),
        (
            lambda h: h.answer(status=302, Location="http://127.0.0.2/a.jpg"),
            1,
            "refused",
            "redirected to 127.0.0.2, which neither you nor the data set named",
        ),
        (lambda h: h.answer(status=302, Location="file:///etc/passwd"), 1, "refused", "is no http address"),
        (lambda h: h.answer(status=301, Location="/a.jpg"), 6, "failed", "more than 5 redirects"),
        (lambda h: h.answer(picture(1), X_Robots_Tag="noai, noimageai"), 1, "opted out", "X-Robots-Tag: noai"),
        (lambda h: h.answer(picture(1), TDM_Reservation="1"), 1, "opted out", "TDM-Reservation: 1"),
    ],
)
def test_what_goes_wrong_is_listed_with_its_reason(page, asked, kind, words, museum, tmp_path):
    if page:
        museum.pages["/a.jpg"] = page
    failure = only_failure(fetch(museum, tmp_path, "/a.jpg"))
    assert failure.kind == kind and words in failure.reason and museum.count("/a.jpg") == asked
    with (tmp_path / "failures.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"name": "a", "url": museum.url + "/a.jpg", "kind": kind, "reason": failure.reason}
        ]
    assert not (tmp_path / "images").exists()


def test_a_body_of_no_announced_length_is_cut_off(museum, tmp_path):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "image/jpeg")
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(bytes(10_000))

    museum.pages["/a.jpg"] = endless
    failure = only_failure(
        fetch(museum, tmp_path, "/a.jpg", client=Client(["127.0.0.1"], replace(QUICK, max_bytes=50_000)))
    )
    assert (
        "too large" in failure.reason
        and museum.count("/a.jpg") == 1
        and not list((tmp_path / "import/partial").iterdir())
    )


def test_a_bad_image_never_stops_the_others(museum, tmp_path):
    museum.pages |= {"/a.jpg": b"no", "/b.jpg": picture(2), "/d.jpg": picture(3)}
    harvest = fetch(museum, tmp_path, "/a.jpg", "/b.jpg", "/c.jpg", "/d.jpg")
    assert any(note == "1 failed: 127.0.0.1 answered 404 Not Found" for note in harvest.notes())
    assert list(harvest.files) == ["b", "d"] and [failure.name for failure in harvest.failures] == ["a", "c"]
    museum.pages |= {"/a.jpg": picture(4), "/c.jpg": picture(5)}
    assert (
        len(fetch(museum, tmp_path, "/a.jpg", "/b.jpg", "/c.jpg", "/d.jpg").files) == 4 and museum.count("/b.jpg") == 1
    )
    assert not (tmp_path / "failures.csv").exists()


def test_redirects_to_named_hosts_are_followed(museum, tmp_path):
    museum.pages |= {
        "/a.jpg": lambda h: h.answer(status=302, Location=museum.elsewhere + "/b.jpg"),
        "/b.jpg": picture(2),
    }
    failure = only_failure(fetch(museum, tmp_path, "/a.jpg"))
    assert "redirected to localhost" in failure.reason and museum.count("/b.jpg") == 0
    assert list(fetch(museum, tmp_path, "/a.jpg", client=Client(["127.0.0.1", "localhost"], QUICK)).files) == ["a"]


def test_a_data_set_cannot_point_into_the_users_own_network(museum, tmp_path):
    client = Client(["museum.example"], QUICK)
    own = (
        "127.0.0.1",
        "localhost",
        "10.0.0.1",
        "[::1]",
        "printer.local",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "localhost.",
        "printer.local.",
        "router",
    )
    asked = {f"http://{host}/a": "host-not-allowed" for host in own} | {"file:///etc/passwd": "invalid-address"}
    for address, code in asked.items():
        client.name(address)
        with raises(FetchError, code):
            client.to_file(address, tmp_path / "x.part", image=True)
    assert client.requests == 0


def test_addresses_with_blanks_and_other_letters(museum, tmp_path):
    museum.pages["/caf%C3%A9%20%2F%0D1.jpg"] = picture(1)
    assert fetch_images(
        [Wanted("a", lambda: [museum.url + "/café %2F\r1.jpg"])], tmp_path, Client(["127.0.0.1"], QUICK)
    ).files
    harvest = fetch_images(
        [Wanted("b", lambda: ["http://127.0.0.1:port/a.jpg"])], tmp_path, Client(["127.0.0.1"], QUICK)
    )
    assert only_failure(harvest).kind == "refused"


def flaky(*pages):
    """Answers the first request by the first page, and so on; the last one stays."""
    left = list(pages)

    def answer(handler):
        page = left.pop(0) if len(left) > 1 else left[0]
        page(handler) if callable(page) else handler.answer(page)

    return answer


def test_500_then_fine(museum, tmp_path):
    museum.pages["/a.jpg"] = flaky(lambda h: h.answer(status=500), lambda h: h.answer(status=502), picture(1))
    assert fetch(museum, tmp_path, "/a.jpg").files and museum.count("/a.jpg") == 3


@pytest.fixture
def clock(monkeypatch, museum):
    """A clock that stands still but for what the client sleeps; with it, what a server sees is exact."""

    class Clock:
        now = 1_000_000.0

        def sleep(self, client, seconds):
            self.now += seconds

    clock = Clock()
    museum.clock = lambda: clock.now
    monkeypatch.setattr("artextract.download.client.time", SimpleNamespace(monotonic=museum.clock, time=museum.clock))
    monkeypatch.setattr(Client, "_sleep", lambda client, seconds: clock.sleep(client, seconds))
    return clock


@pytest.mark.parametrize("wait", ["7", "date"])
def test_a_host_rests_as_long_as_it_asks(wait, museum, clock, tmp_path):
    later = formatdate(clock.now + 7, usegmt=True) if wait == "date" else wait
    museum.pages |= {
        "/a.jpg": flaky(lambda h: h.answer(status=429, Retry_After=later), picture(1)),
        "/b.jpg": picture(2),
    }
    client = Client(["127.0.0.1"], replace(QUICK, at_once=1))
    assert len(fetch(museum, tmp_path, "/a.jpg", "/b.jpg", client=client).files) == 2
    assert museum.images_asked() == ["/a.jpg", "/a.jpg", "/b.jpg"] and museum.times[2] - museum.times[
        1
    ] == pytest.approx(7, abs=0.1)


def test_the_whole_host_rests_not_only_the_request_that_was_reported_so(museum, clock, tmp_path):
    museum.pages |= {"/a.jpg": lambda h: h.answer(status=503, Retry_After="100"), "/b.jpg": picture(2)}
    fetch(museum, tmp_path, "/a.jpg", "/b.jpg", client=Client(["127.0.0.1"], replace(QUICK, at_once=1, tries=1)))
    assert museum.times[2] - museum.times[1] == pytest.approx(100, abs=0.1)


def test_waits_double_and_vary_by_chance(museum, clock, tmp_path):
    museum.pages["/a.jpg"] = lambda h: h.answer(status=500)
    fetch(museum, tmp_path, "/a.jpg", client=Client(["127.0.0.1"], replace(QUICK, back_off=10.0, at_once=1)))
    waits = [later - earlier for earlier, later in zip(museum.times[1:], museum.times[2:], strict=False)]
    assert len(waits) == 3 and all(
        most / 2 - 0.01 <= wait <= most + 0.01 for wait, most in zip(waits, (10, 20, 40), strict=False)
    )


def test_a_host_that_asks_for_too_long_is_left_alone(museum, tmp_path):
    museum.pages |= {
        "/a.jpg": lambda h: h.answer(status=429, Retry_After="3600"),
        "/b.jpg": picture(1),
        "/c.jpg": picture(2),
    }
    harvest = fetch(
        museum, tmp_path, "/a.jpg", "/b.jpg", "/c.jpg", client=Client(["127.0.0.1"], replace(QUICK, at_once=1))
    )
    assert {failure.reason for failure in harvest.failures} == {
        "127.0.0.1 asks to wait 3600 s"
    } and museum.images_asked() == ["/a.jpg"]


def test_a_host_out_of_reach_is_given_up(tmp_path):
    museum = Museum()
    museum.close()
    client = Client(["127.0.0.1"], QUICK)
    harvest = fetch(museum, tmp_path, *(f"/{n}.jpg" for n in range(50)), client=client)
    assert len(harvest.failures) == 50 and client.requests <= 2 * QUICK.at_once
    assert all(
        failure.kind == "unreachable" and failure.reason == "cannot reach 127.0.0.1: connection refused"
        for failure in harvest.failures
    )


def test_a_host_that_goes_down_is_given_up_after_a_few(museum, tmp_path):
    museum.pages["/a.jpg"] = picture(1)
    museum.patterns.append((r"/\d+\.jpg", lambda handler, match: handler.answer(status=503)))
    client = Client(["127.0.0.1"], replace(QUICK, at_once=1))
    harvest = fetch(museum, tmp_path, "/a.jpg", *(f"/{n}.jpg" for n in range(40)), client=client)
    assert len(harvest.failures) == 40 and len(museum.images_asked()) == 1 + 5 * QUICK.tries


def test_a_host_that_drips_picture_after_picture_is_given_up_after_a_few(museum, tmp_path):
    stop = threading.Event()

    def drip(handler, match):
        handler.answer(b"", length=1000)
        while not stop.wait(0.02):
            handler.wfile.write(b"x")

    museum.patterns.append((r"/\d+\.jpg", drip))
    client = Client(["127.0.0.1"], replace(QUICK, at_once=1, timeout=0.3, patience=0.1))
    harvest = fetch(museum, tmp_path, *(f"/{n}.jpg" for n in range(40)), client=client)
    stop.set()
    assert len(harvest.failures) == 40 and len(museum.images_asked()) == 5


def test_requests_are_paced_per_host(museum, clock, tmp_path):
    museum.pages |= {f"/{n}.jpg": picture(n) for n in range(4)}
    fetch(museum, tmp_path, *museum.pages, client=Client(["127.0.0.1"], replace(QUICK, rate=0.25, at_once=1)))
    assert [when - museum.times[0] for when in museum.times] == pytest.approx(
        [0, 4, 8, 12, 16]
    )  # robots.txt and four images


def test_a_crawl_delay_slows_us_down(museum, clock, tmp_path):
    museum.pages |= {
        "/robots.txt": lambda h: h.answer(b"User-agent: *\nCrawl-delay: 9.5\n", "text/plain"),
        "/0.jpg": picture(0),
        "/1.jpg": picture(1),
        "/2.jpg": picture(2),
    }
    fetch(museum, tmp_path, "/0.jpg", "/1.jpg", "/2.jpg", client=Client(["127.0.0.1"], replace(QUICK, at_once=1)))
    assert museum.times[3] - museum.times[1] == pytest.approx(19)


def test_few_requests_are_under_way_at_once(museum, tmp_path):
    under_way, most, lock = [0], [0], threading.Lock()

    def slow(handler, match):
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.03)
        with lock:
            under_way[0] -= 1
        handler.answer(picture(int(match[1])))

    museum.patterns.append((r"/(\d+)\.jpg", slow))
    assert len(fetch(museum, tmp_path, *(f"/{n}.jpg" for n in range(8))).files) == 8 and 1 < most[0] <= QUICK.at_once


def test_a_silent_and_a_dripping_server_are_left(museum, tmp_path):
    museum.pages["/silent.jpg"] = lambda h: time.sleep(1.0)

    def drip(handler):
        handler.answer(b"", length=1000)
        for byte in picture(1)[:1000]:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.02)

    museum.pages["/drip.jpg"] = drip
    client = Client(["127.0.0.1"], replace(QUICK, timeout=0.3, patience=0.4, tries=2))
    reasons = {
        failure.name: failure.reason
        for failure in fetch(museum, tmp_path, "/silent.jpg", "/drip.jpg", client=client).failures
    }
    assert reasons == {"silent": "cannot reach 127.0.0.1: no answer in time", "drip": "took longer than 0 s"}
    museum.pages["/robots.txt"] = drip
    failure = only_failure(
        fetch(
            museum, tmp_path, "/a.jpg", client=Client(["127.0.0.1"], replace(QUICK, timeout=0.3, patience=0.4, tries=2))
        )
    )
    assert failure.reason == "the robots.txt of 127.0.0.1 took longer than 0 s" and museum.count("/a.jpg") == 0


def ranged(data, tag='"one"', breaks_at=None):
    """A server of ranges whose line breaks after so many bytes, once; ``seen`` lists the ranges that were asked for."""
    seen = []

    def answer(handler):
        wanted = handler.headers.get("Range")
        seen.append(wanted)
        part, status, extra = data, 200, {}
        if wanted and handler.headers.get("If-Range", tag) == tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            part, status, extra = data[start:], 206, {"Content_Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
        cut = breaks_at if breaks_at and len(seen) == 1 else len(part)
        handler.answer(part[:cut], status=status, length=len(part), ETag=tag, **extra)

    return answer, seen


def test_half_a_file_is_gone_on_with(museum, tmp_path):
    museum.pages["/a.jpg"], seen = ranged(picture(1), breaks_at=700)
    assert fetch(museum, tmp_path, "/a.jpg").files["a"].read_bytes() == picture(1) and seen == [None, "bytes=700-"]


def test_half_of_another_file_is_not(museum, tmp_path):
    museum.pages["/a.jpg"], _ = ranged(picture(1), '"one"', breaks_at=700)
    client = Client(["127.0.0.1"], replace(QUICK, tries=1))
    assert (
        only_failure(fetch(museum, tmp_path, "/a.jpg", client=client)).reason
        == f"only 700 of {len(picture(1))} bytes came"
    )
    museum.pages["/a.jpg"], seen = ranged(picture(2), '"two"')
    assert fetch(museum, tmp_path, "/a.jpg").files["a"].read_bytes() == picture(2) and seen == ["bytes=700-"]


def test_a_server_that_gets_ranges_wrong_is_asked_for_the_whole(museum, tmp_path):
    for number, wrong in enumerate(
        (lambda h: h.answer(picture(1)[:5], status=206, Content_Range="bytes 0-4/9"), lambda h: h.answer(status=416))
    ):
        museum.pages[f"/{number}.jpg"] = flaky(
            lambda h: h.answer(picture(1)[:700], length=len(picture(1)), ETag='"one"'), wrong, picture(1)
        )
    assert (
        len(fetch(museum, tmp_path, "/0.jpg", "/1.jpg").files) == 2
        and museum.count("/0.jpg") == museum.count("/1.jpg") == 3
    )


def test_robots_txt_keeps_paths_out(museum, tmp_path):
    text = b"User-agent: gptbot\nDisallow: /\n\nUser-agent: *\nDisallow: /private/\nAllow: /private/open.jpg\n"
    museum.pages |= {
        "/robots.txt": lambda h: h.answer(text, "text/plain"),
        "/private/a.jpg": picture(1),
        "/private/open.jpg": picture(2),
        "/b.jpg": picture(3),
    }
    harvest = fetch(museum, tmp_path, "/private/a.jpg", "/private/open.jpg", "/b.jpg")
    assert (
        len(harvest.files) == 2
        and harvest.opted_out() == 1
        and museum.count("/private/a.jpg") == 0
        and museum.count("/robots.txt") == 1
    )
    before = list(museum.asked)
    again = fetch(museum, tmp_path, "/private/a.jpg", "/private/open.jpg", "/b.jpg")
    assert again.opted_out() == 1 and museum.asked == before and "1 left out" in again.notes()[1]


def test_a_redirect_does_not_lead_around_robots_txt(museum, tmp_path):
    museum.pages |= {
        "/robots.txt": lambda h: h.answer(b"User-agent: *\nDisallow: /private/", "text/plain"),
        "/private/a.jpg": picture(1),
    }
    museum.pages["/a.jpg"] = lambda h: h.answer(status=302, Location="/private/a.jpg")
    assert only_failure(fetch(museum, tmp_path, "/a.jpg")).kind == "opted out" and museum.count("/private/a.jpg") == 0


def test_a_robots_txt_that_cannot_be_read_allows_nothing(museum, tmp_path):
    museum.pages |= {"/robots.txt": lambda h: h.answer(status=500), "/a.jpg": picture(1)}
    assert only_failure(fetch(museum, tmp_path, "/a.jpg")).kind == "failed" and museum.count("/a.jpg") == 0
    museum.pages["/robots.txt"] = lambda h: h.answer(status=403)
    assert fetch(museum, tmp_path, "/a.jpg").files


@pytest.mark.parametrize(
    "text, path, allowed",
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: ArtExtract\nAllow: /", "/a", True),
        ("User-agent: ArtExtract\nUser-agent: other\nDisallow: /a # ours\n\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: ArtExtract\nUser-agent: other\nDisallow: /a # ours", "/ab", False),
        ("User-agent: *\nDisallow: /iiif/*/full/max/", "/iiif/1/full/max/0/default.jpg", False),
        ("User-agent: *\nDisallow: /iiif/*/full/max/", "/iiif/1/full/9,/0/default.jpg", True),
        ("User-agent: *\nDisallow: /*.jpg$", "/a.jpg", False),
        ("User-agent: *\nDisallow: /*.jpg$", "/a.jpg?x", True),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/bc", True),
        ("User-agent: *\nDisallow: /caf\u00e9", "/caf%c3%a9/1", False),
        ("Disallow: /\nUser-agent: x\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /a*a*a$", "/aa", True),
    ],
)
def test_rules_of_robots_txt(text, path, allowed):
    """Cases worked by hand from RFC 9309, section 2.2."""
    assert read_rules(text).allows("http://x.example" + path) is allowed


@given(st.text("ab*$/", min_size=1, max_size=8), st.text("ab$/", max_size=8))
def test_patterns_of_robots_txt_against_a_regular_expression(pattern, path):
    pattern, path = "/" + pattern, "/" + path
    slow = re.match(
        "".join(".*" if c == "*" else re.escape(c) for c in pattern.removesuffix("$"))
        + ("$" if pattern.endswith("$") else ""),
        path,
    )
    assert read_rules(f"User-agent: *\nDisallow: {pattern}").allows("http://x" + path) is (slow is None)


@pytest.mark.parametrize(
    "value, out",
    [
        ("noai", True),
        ("NoImageAI", True),
        ("noindex, noai", True),
        ("max-image-preview: large, noai", True),
        ("artextract: noai", True),
        ("otherbot: noindex, noai", False),
        ("noindex, max-image-preview: none", False),
        ("none", False),
        ("otherbot: noindex, artextract: noimageai", True),
    ],
)
def test_robots_tags(value, out):
    assert (opt_out({"X-Robots-Tag": value}) is not None) is out


def test_a_reservation_that_is_none():
    assert opt_out({"TDM-Reservation": "0"}) is None and opt_out({}) is None


def test_threads_that_want_one_document_at_once_all_get_it(museum, tmp_path):
    together = threading.Barrier(4, timeout=20)
    museum.pages["/one.json"] = lambda handler: (time.sleep(0.05), handler.answer(b'{"n": 1}', "application/json"))
    documents, found = Documents(Client(["127.0.0.1"], QUICK), tmp_path), []

    def ask():
        together.wait()
        found.append(documents.json(museum.url + "/one.json"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [{"n": 1}] * 4 and museum.count("/one.json") == 1


def test_documents_are_kept_and_fetched_anew_on_request(museum, tmp_path):
    museum.json("/a.json", {"n": 1})
    url = museum.url + "/a.json"
    for _ in range(2):
        assert Documents(Client(["127.0.0.1"], QUICK), tmp_path).json(url) == {"n": 1}
    assert museum.asked == ["/a.json"]
    museum.json("/a.json", {"n": 2})
    fresh = Documents(Client(["127.0.0.1"], QUICK), tmp_path, refresh=True)
    assert fresh.json(url) == fresh.json(url) == {"n": 2} and museum.count("/a.json") == 2
    museum.pages["/deep.json"] = lambda h: h.answer(b'{"a": ' + 100_000 * b"[", "application/json")
    with raises(FetchError, "unreadable-json"):
        Documents(Client(["127.0.0.1"], QUICK), tmp_path).json(museum.url + "/deep.json")
    museum.pages["/b.json"] = lambda h: h.answer(b"<html>", "text/html")
    for _ in range(2):
        with raises(FetchError, "unreadable-json"):
            fresh.json(museum.url + "/b.json")


def test_a_journal_cut_short_by_a_kill_loses_one_line_only(museum, tmp_path):
    museum.pages |= {"/a.jpg": picture(1), "/b.jpg": picture(2), "/c.jpg": picture(3)}
    fetch(museum, tmp_path, "/a.jpg", client=Client(["127.0.0.1"], QUICK))
    fetch(museum, tmp_path, "/b.jpg", client=Client(["127.0.0.1"], QUICK))
    journal = tmp_path / "import/downloads.jsonl"
    journal.write_text(journal.read_text()[:-30])
    for _ in range(2):
        assert len(fetch(museum, tmp_path, "/a.jpg", "/b.jpg", "/c.jpg").files) == 3
    assert (museum.count("/a.jpg"), museum.count("/b.jpg"), museum.count("/c.jpg")) == (1, 2, 1)


RUN = """
import sys
from pathlib import Path
from artextract.download import Client, Manners, Wanted, fetch_images
wanted = [Wanted(str(n), lambda n=n: [f"{sys.argv[1]}/{n}.jpg"]) for n in range(12)]
fetch_images(wanted, Path(sys.argv[2]), Client(["127.0.0.1"], Manners(rate=1000, at_once=1)))
"""


def test_a_killed_run_asks_only_for_what_is_missing(museum, tmp_path):
    """The server holds the seventh image back; the process is killed there, and the second run asks for the last six
    only."""
    reached = threading.Event()

    def answer(handler, match):
        number = int(match[1])
        if number == 6 and not reached.is_set():
            handler.answer(picture(number)[:300], length=len(picture(number)))
            handler.wfile.flush()
            reached.set()
            time.sleep(1.0)
        else:
            handler.answer(picture(number))

    museum.patterns.append((r"/(\d+)\.jpg", answer))
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, museum.url, str(tmp_path)], stderr=subprocess.DEVNULL, env=os.environ
    )
    assert reached.wait(60)
    process.kill()
    assert process.wait(30) != 0 and museum.images_asked() == [f"/{n}.jpg" for n in range(7)]
    assert sorted(path.name for path in (tmp_path / "images").iterdir()) == [f"{n}.jpg" for n in range(6)]
    museum.asked.clear()
    assert (
        fetch(
            museum, tmp_path, *(f"/{n}.jpg" for n in range(12)), client=Client(["127.0.0.1"], replace(QUICK, at_once=1))
        ).fetched
        == 6
    )
    assert museum.images_asked() == [f"/{n}.jpg" for n in range(6, 12)]
    assert all((tmp_path / f"images/{n}.jpg").read_bytes() == picture(n) for n in range(12))


def test_ctrl_c_ends_all_waiting_and_keeps_what_is_done(museum, tmp_path):
    """The second image would be tried again in an hour, by a thread that Ctrl-C in the first must wake."""
    museum.pages |= {"/0.jpg": picture(0), "/1.jpg": lambda h: h.answer(status=500)} | {
        f"/{n}.jpg": picture(n) for n in range(2, 40)
    }
    paths = [f"/{n}.jpg" for n in range(40)]

    def interrupted(items, total, caption):
        yield next(iter(items))
        while not museum.count("/1.jpg"):
            time.sleep(0.01)
        raise KeyboardInterrupt

    wanted = [Wanted(path[1:-4], lambda url=museum.url + path: [url]) for path in paths]
    with pytest.raises(KeyboardInterrupt):
        fetch_images(wanted, tmp_path, Client(["127.0.0.1"], replace(QUICK, at_once=2, back_off=3600.0)), interrupted)
    museum.pages["/1.jpg"] = picture(1)
    assert len(fetch(museum, tmp_path, *paths).files) == 40 and museum.count("/0.jpg") == 1


def info(version=2, level=2, width=6000, height=4000, **more):
    base = {"@context": f"http://iiif.io/api/image/{version}/context.json", "width": width, "height": height}
    if version == 3:
        return base | {"id": "http://x/i", "type": "ImageService3", "profile": f"level{level}"} | more
    limits = {name: more.pop(name) for name in ("maxWidth", "maxHeight", "maxArea", "supports") if name in more}
    return (
        base
        | {
            "@id": "http://x/i",
            "profile": [f"http://iiif.io/api/image/2/level{level}.json"] + ([limits] if limits else []),
        }
        | more
    )


SIZES = [{"width": 300, "height": 200}, {"width": 1500, "height": 1000}, {"width": 3000, "height": 2000}]


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize(
    "description, side, size",
    [
        ({}, 1024, "1024,"),
        ({"width": 4000, "height": 6000}, 1024, "682,"),
        ({"width": 500, "height": 400}, 1024, "500,"),
        ({"maxWidth": 800}, 1024, "800,"),
        ({"maxWidth": 800, "width": 4000, "height": 6000}, 1024, "533,"),  # maxHeight is then maxWidth
        ({"maxWidth": 800, "maxHeight": 300}, 1024, "450,"),
        ({"maxArea": 240_000}, 1024, "600,"),
        ({"maxWidth": 10**400, "maxArea": 10**30}, 1024, "1024,"),
        ({"level": 1}, 512, "512,"),
        ({"level": 0, "sizes": SIZES}, 1024, "1500,"),
        ({"level": 0, "sizes": SIZES}, 1500, "1500,"),
        ({"level": 0, "sizes": SIZES[:2]}, 2000, "whole"),
        ({"level": 0, "sizes": SIZES[:2], "width": 60_000, "height": 40_000}, 2000, "1500,"),
        ({"level": 0, "sizes": SIZES, "maxWidth": 500}, 1024, "300,"),
        ({"level": 0, "supports": ["sizeByW"]}, 1024, "1024,"),
        ({"level": 0}, 1024, "whole"),
    ],
)
def test_sizes_of_image_services(version, description, side, size):
    if version == 3 and "supports" in description:
        description = {"level": 0, "extraFeatures": ["sizeByW"]}
    first, *others = image_addresses(info(version, **description), side)
    whole = "max" if version == 3 else "full"
    listed = description.get("level") == 0 and size.endswith(",") and "sizes" in description
    full = f"{size}{dict(zip(('300,', '1500,', '3000,'), (200, 1000, 2000), strict=False))[size]}" if listed else ""
    expected = whole if size == "whole" else full if listed and version == 3 else size
    assert first == f"http://x/i/full/{expected}/0/default.jpg"
    assert others == ([f"http://x/i/full/{size if version == 3 else full}/0/default.jpg"] if listed else [])


@given(
    st.integers(1, 20_000),
    st.integers(1, 20_000),
    st.integers(16, 4000),
    st.integers(1, 5000),
    st.integers(1, 5000),
    st.integers(1, 10**7),
)
@example(20, 53, 4000, 5000, 5000, 599)  # 15 x 40 by rounding, one pixel too many
def test_no_limit_is_ever_passed(width, height, side, most_wide, most_high, area):
    if min(most_high, area // max(1, width)) * 1.0 < height / width:  # then even one column of pixels is too high
        return
    (address,) = image_addresses(
        info(3, width=width, height=height, maxWidth=most_wide, maxHeight=most_high, maxArea=area), side
    )
    wide = int(address.split("/")[5].rstrip(","))
    high = max(1, round(height * wide / width))
    assert 1 <= wide <= min(width, most_wide) and (
        wide == 1 or (high <= most_high and wide * high <= area and max(wide, high) <= side + 1)
    )


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"@context": "http://library.stanford.edu/iiif/image-api/1.1/context.json", "width": 1, "height": 1},
        info(2) | {"width": None},
    ],
)
def test_what_is_no_image_service(document):
    with pytest.raises(FetchError):
        image_addresses(document)
