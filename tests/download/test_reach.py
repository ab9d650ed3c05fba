"""Whether a server is there, before its client tries for minutes."""

import time

import pytest

from artextract.download import addresses
from artextract.download.connect import PrivateAddressError
from artextract.download.reach import require_answer, within


@pytest.mark.parametrize("status", [200, 301, 401, 404, 429])
def test_any_answer_is_one_and_no_redirect_is_followed(status, museum):
    museum.pages["/a"] = lambda h: h.answer(status=status, Location="/b")
    require_answer(museum.url + "/a", 2.0)
    assert museum.asked == ["/a"]


@pytest.mark.parametrize("status", [407, 500, 503])
def test_errors_of_a_server_or_proxy_are_none(status, museum):
    museum.pages["/a"] = lambda h: h.answer(status=status)
    with pytest.raises(OSError):
        require_answer(museum.url + "/a", 2.0)


def test_a_public_name_with_a_private_address_is_not_asked(museum, monkeypatch):
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["127.0.0.1"])
    url = museum.url.replace("127.0.0.1", "hub.example")
    with pytest.raises(PrivateAddressError):
        require_answer(url, 2.0)
    assert museum.asked == []
    monkeypatch.setenv("ARTEXTRACT_ALLOW_PRIVATE_HOSTS", "1")
    require_answer(url, 2.0)
    assert museum.asked == ["/"] or museum.asked == [""]


@pytest.mark.parametrize("url", ["http://", "ftp://a.example/", "http://user@a.example/", "http://a b.example"])
def test_what_is_no_address(url):
    with pytest.raises(OSError):
        require_answer(url, 2.0)


def test_the_time_holds_for_whatever_takes_it():
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.05, lambda: time.sleep(1))
    assert time.monotonic() - begun < 0.9
    assert within(5.0, lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        within(5.0, lambda: 1 // 0)
