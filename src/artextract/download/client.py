"""One polite client: paces itself per host, tries again, goes on with half a file, and talks only to hosts that were
named to it."""

from __future__ import annotations

import http.client
import os
import random
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from artextract.download.addresses import host_of, is_usual, sounds_private, target
from artextract.download.answers import (
    FetchError,
    SlowError,
    extent,
    is_packed,
    read_some,
    resumable,
    retry_after,
    shown,
    unpacked,
    validator,
    words_of,
)
from artextract.download.connect import Limit, PrivateAddressError, TooSlowError, ask
from artextract.download.robots import Rules, opt_out, read_rules
from artextract.files import write_json
from artextract.version import __version__

USER_AGENT = (
    f"ArtExtract/{__version__} (imports paintings for classification and similarity search, at its user's request)"
)
MAX_REDIRECTS = 5
TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
"""Answers after which the same request may do better later."""
_ROBOTS_BYTES = 512 * 1024  # as much as RFC 9309 asks to be read


@dataclass(frozen=True)
class Manners:
    """How gently a client asks.

    ``rate``: requests a second and host; ``at_once``: requests under way; ``tries``: per file.

    All times are in seconds: ``back_off`` before the second try, doubled for each further one and shortened by chance
    to at least half; ``longest_wait`` that a host may ask for before it is left for another day; ``timeout`` without a
    byte; ``patience`` for one image. A document may be long: it gets more time with each byte, so that it has to come
    with ``slowest`` bytes a second on the whole. ``max_bytes``: of an image."""

    rate: float = 2.0
    at_once: int = 3
    tries: int = 5
    back_off: float = 1.0
    longest_wait: float = 120.0
    timeout: float = 30.0
    patience: float = 600.0
    slowest: float = 10_000.0
    max_bytes: int = 64 * 1024 * 1024


def private_hosts_allowed() -> bool:
    """Whether the environment allows the user's own network: ``ARTEXTRACT_ALLOW_PRIVATE_HOSTS=1``."""
    return os.environ.get("ARTEXTRACT_ALLOW_PRIVATE_HOSTS") == "1"


class Client:
    """Fetches from ``hosts``, which the user named, and from those that ``name`` adds; safe to share between threads.

    A host is "museum.example" (at any port), "museum.example:5000" or a whole address (at its port). Ports 80, 443 and
    8000 to 8999 may be asked at every host. Nothing in the user's own network is asked, unless the user named it by an
    address or name that says so (127.0.0.1, localhost, nas.local), or ``private`` allows all of it, at all ports.

    ``requests`` counts what was really asked. ``stop`` ends all waiting, so that threads end soon after Ctrl-C.
    """

    def __init__(self, hosts: Iterable[str], manners: Manners = Manners(), private: bool = False):
        self.manners = manners
        self.requests = 0
        self._private = private
        self._named = _ports_by_host(hosts)
        self._own = {host for host in self._named if sounds_private(host)}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._states: dict[str, _Host] = {}
        self._robots: dict[str, Rules] = {}
        self._robots_locks: dict[str, threading.Lock] = {}

    def name(self, url: str) -> str:
        """Allow the host of an address that the data set itself holds, and give the address back.

        A data set from the open net may not point into the user's own machine or network, unless the user named that
        host."""
        host = host_of(url)
        if host and (self._private or not sounds_private(host)):
            with self._lock:
                self._named.setdefault(host, set())
        return url

    def stop(self) -> None:
        self._stopped.set()

    def to_file(self, url: str, part: Path, *, image: bool, max_bytes: int | None = None) -> str:
        """Fetch an address into the file ``part`` and give its content type ("" where none is said).

        What an interrupted run left in ``part`` is gone on with, where the server gave a validator then and takes
        ranges now. ``image`` asks robots.txt first and heeds the headers by which hosts opt out, also where it is
        redirected to. Raises ``FetchError``."""
        host = host_of(url)
        last: FetchError | None = None
        state = self._host(host)
        for attempt in range(self.manners.tries):
            if last is not None:
                self._sleep(
                    last.wait
                    if last.wait is not None
                    else self.manners.back_off * 2 ** (attempt - 1) * random.uniform(0.5, 1.0)
                )
            try:
                kind = self._once(url, part, image, max_bytes or self.manners.max_bytes)
                state.strikes, state.answered = 0, True
                return kind
            except FetchError as error:
                last = error
                if error.kind == "range":
                    last = FetchError(error.message, again=True, wait=0.0, code=error.code)
                    part.with_suffix(".json").unlink(missing_ok=True)  # so that the next try is for the whole file
                    continue
                if not error.again or (error.kind == "unreachable" and not state.answered and attempt):
                    break
        if last is None:
            raise AssertionError("at least one try is made")
        slow = isinstance(last, SlowError)
        if slow or last.kind in ("unreachable", "busy"):
            state.strikes += 1
            if state.strikes >= 5 or not (state.answered or slow):  # one large picture may come slowly
                state.given_up = last
        elif not last.again and last.kind != "stopped":
            part.unlink(missing_ok=True)
            part.with_suffix(".json").unlink(missing_ok=True)
        raise last

    def _once(self, url: str, part: Path, image: bool, max_bytes: int) -> str:
        """One try; leaves what came of the file, with what is needed to go on from there, where the line breaks."""
        note = part.with_suffix(".json")
        start, headers = resumable(url, part, note)
        limit = self._limit()
        slow = (
            f"took longer than {self.manners.patience:.0f} s"
            if image
            else f"came with less than {self.manners.slowest / 1000:g} kB a second"
        )
        with self._open(url, headers, image, limit) as answer:
            if image and (reason := opt_out(answer.headers)):
                raise FetchError(f"the host keeps it out of machine learning ({reason})", "opted out", code="opted-out")
            packed = is_packed(answer.headers)
            start, expected = extent(answer, start)
            if expected is not None and expected > max_bytes:
                raise FetchError(
                    f"too large ({expected / 1e6:.0f} MB, at most {max_bytes / 1e6:.0f})", code="file-too-large"
                )
            part.parent.mkdir(parents=True, exist_ok=True)
            if not start:
                write_json(
                    note, {"url": url, "validator": None if packed else validator(answer.headers), "bytes": expected}
                )
            got = start
            unpacker = zlib.decompressobj(47) if packed else None  # gzip or zlib, whichever it begins as
            with part.open("r+b" if start else "wb") as file:
                file.truncate(start)
                file.seek(start)
                while chunk := read_some(answer, slow):
                    got += len(chunk)
                    if not image:
                        limit.extend(len(chunk) / self.manners.slowest)
                    file.write(chunk if unpacker is None else unpacked(unpacker, chunk, max_bytes - file.tell()))
                    if file.tell() > max_bytes:
                        raise FetchError(f"too large (more than {max_bytes / 1e6:.0f} MB)", code="file-too-large")
                    if self._stopped.is_set():
                        raise _stopped()
            if unpacker is not None and not unpacker.eof and got == (expected or got):
                raise FetchError("the packed answer ends before its end", again=True, code="incomplete-answer")
            if expected is not None and got != expected:
                raise FetchError(f"only {got} of {expected} bytes came", again=True, code="incomplete-answer")
            note.unlink(missing_ok=True)
            return (answer.headers.get_content_type() if answer.headers.get("Content-Type") else "").lower()

    @contextmanager
    def _open(
        self, url: str, headers: dict[str, str] | None = None, image: bool = False, limit: Limit | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """The open answer to a request, redirects followed as far as they are allowed.

        Raises ``FetchError`` for all that is no success."""
        first, limit = url, limit or self._limit()
        for _ in range(MAX_REDIRECTS + 1):
            self._admit(url, first)
            if image:
                self._ask_robots(url)
            self._wait_for_turn(host_of(url))
            sent = {"User-Agent": USER_AGENT, "Accept": "*/*", **(headers or {})}
            private = self._private or host_of(url) in self._own
            try:
                limit.start()
                answer = ask(target(url), sent, limit, private)
            except (ValueError, http.client.InvalidURL) as error:
                raise _no_address(url, error) from error
            except PrivateAddressError as error:
                raise FetchError(
                    f"{host_of(url)} lies in a private network ({error}), which only --allow-private-hosts allows",
                    "refused",
                    code="private-address",
                ) from error
            except TooSlowError as error:
                raise FetchError(
                    f"cannot reach {host_of(url)}: took longer than {self.manners.patience:.0f} s",
                    "unreachable",
                    code="too-slow",
                ) from error
            except (OSError, http.client.HTTPException) as error:
                raise FetchError(
                    f"cannot reach {host_of(url)}: {words_of(error)}",
                    "unreachable",
                    again=True,
                    code="host-unreachable",
                ) from error
            with answer:
                if 200 <= answer.status < 300:
                    yield answer
                    return
                self._host(host_of(url)).answered = True
                location = answer.headers.get("Location") if answer.status in (301, 302, 303, 307, 308) else None
                if location is None:
                    raise self._failure(url, answer.status, answer.headers)
                try:
                    url = urljoin(url, location)
                except ValueError as error:
                    raise FetchError(
                        f"redirected to '{shown(location)}', which is no address", code="invalid-address"
                    ) from error
        raise FetchError(f"more than {MAX_REDIRECTS} redirects", code="too-many-redirects")

    def _admit(self, url: str, first: str) -> None:
        host = host_of(url)
        if not host:
            raise FetchError(f"'{shown(url)}' is no http address", "refused", code="invalid-address")
        if host not in self._named:
            how = f"redirected to {host}" if url != first else f"the host {host}"
            own = "; --allow-private-hosts allows your own network" if sounds_private(host) else ""
            raise FetchError(
                f"{how}, which neither you nor the data set named{own}", "refused", code="host-not-allowed"
            )
        try:
            port = target(url).port
        except ValueError as error:
            raise _no_address(url, error) from error
        ports = self._named[host]
        if not (self._private or ports is None or port in ports or is_usual(port)):
            raise FetchError(
                f"the port {port} of {host} is none at which the web is served; --allow-host {host}:{port} allows it",
                "refused",
                code="port-not-allowed",
            )

    def _failure(self, url: str, code: int, headers: Message) -> FetchError:
        host = host_of(url)
        if code == 416:
            return FetchError("the server has not the part of the file that was asked for", "range", code="wrong-range")
        if code not in TRANSIENT:
            return FetchError(
                f"{host} answered {code} {http.client.responses.get(code, '')}".rstrip(), code="http-status"
            )
        wait = retry_after(headers.get("Retry-After"), time.time())
        if wait is not None and wait > self.manners.longest_wait:
            given_up = FetchError(f"{host} asks to wait {wait:.0f} s", "busy", code="long-wait")
            self._host(host).given_up = given_up
            return given_up
        if wait is not None:
            state = self._host(host)
            with self._lock:  # the whole host rests, not only the request that got this answer
                state.rest_until = max(state.rest_until, time.monotonic() + wait)
        return FetchError(
            f"{host} answered {code} {http.client.responses.get(code, '')}".rstrip(),
            "busy" if code in (429, 503) else "failed",
            True,
            wait,
            code="http-status",
        )

    def _ask_robots(self, url: str) -> None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._robots_locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._robots:
                self._robots[origin] = self._read_robots(origin)
                state, delay = self._host(host_of(url)), self._robots[origin].delay
                state.delay = delay
                if delay > self.manners.longest_wait:
                    state.given_up = FetchError(
                        f"{host_of(url)} asks to wait {delay:.0f} s between two images", "busy", code="long-wait"
                    )
        if not self._robots[origin].allows(url):
            raise FetchError(
                f"the robots.txt of {parts.netloc} keeps this path to itself", "opted out", code="robots-disallow"
            )

    def _read_robots(self, origin: str) -> Rules:
        """By RFC 9309, 2.3.1: what is not there allows everything.

        What cannot be read now allows nothing, so the try counts as failed."""
        try:
            with self._open(f"{origin}/robots.txt") as answer:
                text, slow = b"", f"took longer than {self.manners.patience:.0f} s"
                while len(text) < _ROBOTS_BYTES and (chunk := read_some(answer, slow)):
                    text += chunk
                    if self._stopped.is_set():
                        raise _stopped()
                return read_rules(text[:_ROBOTS_BYTES].decode("utf-8", errors="replace"))
        except FetchError as error:
            if isinstance(error, SlowError):
                raise FetchError(
                    f"the robots.txt of {host_of(origin)} {error.message}", "unreachable", code=error.code
                ) from error
            if error.again or error.kind in ("unreachable", "busy", "stopped"):
                raise
            return Rules()

    def _limit(self) -> Limit:
        return Limit(self.manners.patience, self.manners.timeout)

    def _wait_for_turn(self, host: str) -> None:
        state = self._host(host)
        while True:
            if state.given_up:
                raise FetchError(state.given_up.message, state.given_up.kind, code=state.given_up.code)
            with self._lock:
                now = time.monotonic()
                at = max(state.next_turn, state.rest_until)
                if at <= now:
                    state.next_turn = now + max(1 / self.manners.rate, state.delay)
                    self.requests += 1
                    return
            self._sleep(at - now)

    def _sleep(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise _stopped()

    def _host(self, host: str) -> _Host:
        with self._lock:
            return self._states.setdefault(host, _Host())


@dataclass
class _Host:
    """``strikes``: files in a row for which the host was out of reach, too slow or busy to the last try.

    ``given_up`` fails what is still to come at once."""

    next_turn: float = 0.0
    rest_until: float = 0.0
    delay: float = 0.0
    answered: bool = False
    strikes: int = 0
    given_up: FetchError | None = None


def _stopped() -> FetchError:
    return FetchError("stopped", "stopped", code="stopped")


def _no_address(url: str, error: Exception) -> FetchError:
    return FetchError(
        f"'{shown(url)}' is no address that can be asked for ({error})", "refused", code="invalid-address"
    )


def _ports_by_host(hosts: Iterable[str]) -> dict[str, set[int] | None]:
    """The ports of each host that the user named, None for any."""
    named: dict[str, set[int] | None] = {}
    for given in hosts:
        bare = given.count(":") > 1 and "://" not in given and not given.startswith("[")  # of IPv6
        try:
            parts = urlsplit(given if "://" in given else f"//[{given}]" if bare else f"//{given}")
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            continue  # an address of no port, which says so when it is asked for
        ports = named.setdefault(host, set())
        if port is None and "://" not in given:
            named[host] = None
        elif port is not None and ports is not None:
            ports.add(port)
    return named
