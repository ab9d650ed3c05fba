"""One polite client: paces itself per host, tries again, goes on with half a file, and talks only to hosts that were
named to it."""

from __future__ import annotations

import http.client
import ipaddress
import json
import math
import random
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from artextract.errors import ArtExtractError
from artextract.files import write_json
from artextract.sources.download.robots import Rules, opt_out, read_rules
from artextract.version import __version__

USER_AGENT = (
    f"ArtExtract/{__version__} (imports paintings for classification and similarity search, at its user's request)"
)
MAX_REDIRECTS = 5
TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
"""Answers after which the same request may do better later."""
_SAFE = "!#$%&'()*+,/:;=?@[]~"  # what an address may hold as it is; blanks and other letters are encoded
_CHUNK = 1 << 16
_ROBOTS_BYTES = 512 * 1024  # as much as RFC 9309 asks to be read


@dataclass(frozen=True)
class Manners:
    """How gently a client asks. ``rate``: requests a second and host; ``at_once``: requests under way; ``tries``: per
    file.

    All times are in seconds: ``back_off`` before the second try, doubled for each further one and shortened by chance
    to at least half; ``longest_wait`` that a host may ask for before it is left for another day; ``timeout`` without a
    byte; ``patience`` for one image."""

    rate: float = 2.0
    at_once: int = 3
    tries: int = 5
    back_off: float = 1.0
    longest_wait: float = 120.0
    timeout: float = 30.0
    patience: float = 600.0
    max_bytes: int = 64 * 1024 * 1024


class FetchError(ArtExtractError):
    """Why one address could not be fetched. ``kind`` is one of "unreachable", "busy", "failed", "refused", "opted out"
    and "stopped"; ``again``: the same request may do better later; ``wait``: seconds that the host asked for."""

    def __init__(self, message: str, kind: str = "failed", again: bool = False, wait: float | None = None):
        super().__init__(message)
        self.kind, self.again, self.wait = kind, again, wait


def host_of(url: str) -> str:
    """The host's name in lower case, without the port; "" where the address has none or is not http(s)."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


class Client:
    """Fetches from ``hosts`` (names without port), and from those that ``name`` adds; safe to share between threads.

    ``requests`` counts what was really asked. ``stop`` ends all waiting, so that threads end soon after Ctrl-C.
    """

    def __init__(self, hosts: Iterable[str], manners: Manners = Manners()):
        self.manners = manners
        self.requests = 0
        self._named = {host.lower() for host in hosts}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._states: dict[str, _Host] = {}
        self._robots: dict[str, Rules] = {}
        self._robots_locks: dict[str, threading.Lock] = {}
        self._opener = urllib.request.build_opener(_NoRedirect)

    def name(self, url: str) -> str:
        """Allow the host of an address that the data set itself holds, and give the address back.

        A data set from the open net may not point into the user's own machine or network, unless the user named that
        host."""
        host = host_of(url)
        if host and not _is_private(host):
            with self._lock:
                self._named.add(host)
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
                    last = FetchError(error.message, again=True, wait=0.0)
                    part.with_suffix(".json").unlink(missing_ok=True)  # so that the next try is for the whole file
                    continue
                if not error.again or (error.kind == "unreachable" and not state.answered and attempt):
                    break
        if last is None:
            raise AssertionError("at least one try is made")
        if last.kind in ("unreachable", "busy"):
            state.strikes += 1
            if state.strikes >= 5 or not state.answered:
                state.given_up = last
        elif not last.again and last.kind != "stopped":
            part.unlink(missing_ok=True)
            part.with_suffix(".json").unlink(missing_ok=True)
        raise last

    def _once(self, url: str, part: Path, image: bool, max_bytes: int) -> str:
        """One try; leaves what came of the file, with what is needed to go on from there, where the line breaks."""
        note = part.with_suffix(".json")
        start, headers = _resumable(url, part, note)
        with self._open(url, headers, image) as answer:
            deadline = time.monotonic() + (self.manners.patience if image else math.inf)
            if image and (reason := opt_out(answer.headers)):
                raise FetchError(f"the host keeps it out of machine learning ({reason})", "opted out")
            start, expected = _extent(answer, start)
            if expected is not None and expected > max_bytes:
                raise FetchError(f"too large ({expected / 1e6:.0f} MB, at most {max_bytes / 1e6:.0f})")
            part.parent.mkdir(parents=True, exist_ok=True)
            if not start:
                write_json(note, {"url": url, "validator": _validator(answer.headers), "bytes": expected})
            got = start
            with part.open("r+b" if start else "wb") as file:
                file.truncate(start)
                file.seek(start)
                while chunk := _read(answer):
                    file.write(chunk)
                    got += len(chunk)
                    if got > max_bytes:
                        raise FetchError(f"too large (more than {max_bytes / 1e6:.0f} MB)")
                    if time.monotonic() > deadline:
                        raise FetchError(f"took longer than {self.manners.patience:.0f} s")
                    if self._stopped.is_set():
                        raise FetchError("stopped", "stopped")
            if expected is not None and got != expected:
                raise FetchError(f"only {got} of {expected} bytes came", again=True)
            note.unlink(missing_ok=True)
            return (answer.headers.get_content_type() if answer.headers.get("Content-Type") else "").lower()

    @contextmanager
    def _open(
        self, url: str, headers: dict[str, str] | None = None, image: bool = False
    ) -> Iterator[http.client.HTTPResponse]:
        """The open answer to a request, redirects followed as far as they are allowed; raises ``FetchError`` for all
        that is no success."""
        first = url
        for _ in range(MAX_REDIRECTS + 1):
            self._admit(url, first)
            if image:
                self._ask_robots(url)
            self._wait_for_turn(host_of(url))
            try:
                request = urllib.request.Request(
                    quote(url, safe=_SAFE), headers={"User-Agent": USER_AGENT, "Accept": "*/*", **(headers or {})}
                )
                answer = self._opener.open(request, timeout=self.manners.timeout)
            except urllib.error.HTTPError as error:
                error.close()
                self._host(host_of(url)).answered = True
                target = error.headers.get("Location") if error.code in (301, 302, 303, 307, 308) else None
                if target is None:
                    raise self._failure(url, error.code, error.headers) from None
                url = urljoin(url, target)
                continue
            except (ValueError, http.client.InvalidURL) as error:
                raise FetchError(f"'{url}' is no address that can be asked for ({error})", "refused") from error
            except (OSError, http.client.HTTPException) as error:
                raise FetchError(f"cannot reach {host_of(url)}: {_words(error)}", "unreachable", again=True) from error
            with answer:
                yield answer
            return
        raise FetchError(f"more than {MAX_REDIRECTS} redirects")

    def _admit(self, url: str, first: str) -> None:
        host = host_of(url)
        if not host:
            raise FetchError(f"'{url}' is no http address", "refused")
        if host not in self._named:
            how = f"redirected to {host}" if url != first else f"the host {host}"
            raise FetchError(f"{how}, which neither you nor the data set named", "refused")

    def _failure(self, url: str, code: int, headers: Message) -> FetchError:
        host = host_of(url)
        if code == 416:
            return FetchError("the server has not the part of the file that was asked for", "range")
        if code not in TRANSIENT:
            return FetchError(f"{host} answered {code} {http.client.responses.get(code, '')}".rstrip())
        wait = _retry_after(headers.get("Retry-After"))
        if wait is not None and wait > self.manners.longest_wait:
            given_up = FetchError(f"{host} asks to wait {wait:.0f} s", "busy")
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
        )

    def _ask_robots(self, url: str) -> None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._robots_locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._robots:
                self._robots[origin] = self._read_robots(origin)
                self._host(host_of(url)).delay = self._robots[origin].delay
        if not self._robots[origin].allows(url):
            raise FetchError(f"the robots.txt of {parts.netloc} keeps this path to itself", "opted out")

    def _read_robots(self, origin: str) -> Rules:
        """By RFC 9309, 2.3.1: what is not there allows everything; what cannot be read now allows nothing, so the try
        counts as failed."""
        try:
            with self._open(f"{origin}/robots.txt") as answer:
                text, deadline = b"", time.monotonic() + self.manners.patience
                while len(text) < _ROBOTS_BYTES and (chunk := _read(answer)):
                    text += chunk
                    if time.monotonic() > deadline:
                        raise FetchError(
                            f"the robots.txt of {host_of(origin)} took longer than {self.manners.patience:.0f} s",
                            "unreachable",
                        )
                    if self._stopped.is_set():
                        raise FetchError("stopped", "stopped")
                return read_rules(text[:_ROBOTS_BYTES].decode("utf-8", errors="replace"))
        except FetchError as error:
            if error.again or error.kind in ("unreachable", "busy", "stopped"):
                raise
            return Rules()

    def _wait_for_turn(self, host: str) -> None:
        state = self._host(host)
        while True:
            if state.given_up:
                raise FetchError(state.given_up.message, state.given_up.kind)
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
            raise FetchError("stopped", "stopped")

    def _host(self, host: str) -> _Host:
        with self._lock:
            return self._states.setdefault(host, _Host())


@dataclass
class _Host:
    """``strikes``: files in a row for which the host was out of reach or busy to the last try; ``given_up`` fails what
    is still to come at once."""

    next_turn: float = 0.0
    rest_until: float = 0.0
    delay: float = 0.0
    answered: bool = False
    strikes: int = 0
    given_up: FetchError | None = None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None  # then the answer comes back as an error, and the client looks where it leads


def _is_private(host: str) -> bool:
    """Whether a host's name alone tells that it is the user's own machine or network; names of one part are looked up
    there, too."""
    host = host.rstrip(".")
    if host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    try:
        return not ipaddress.ip_address(
            socket.inet_aton(host)
        ).is_global  # 127.1, 2130706433 and 0x7f.1 are addresses for the system
    except (OSError, ValueError):
        return "." not in host


def _read(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read1(
            _CHUNK
        )  # gives what one packet brought: a server that drips cannot hold us past the deadline
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"the line broke ({_words(error)})", again=True) from error


def _words(error: BaseException) -> str:
    cause = getattr(error, "reason", None)
    cause = cause if isinstance(cause, BaseException) else error
    if isinstance(cause, socket.gaierror):
        return "its name cannot be looked up"
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return str(cause) or type(cause).__name__


def _retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After asks for, as a number or a date; None where it is missing or senseless."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _resumable(url: str, part: Path, note: Path) -> tuple[int, dict[str, str]]:
    """How many bytes are here of this very file, and the headers that ask for the rest on condition that it is still
    the same."""
    try:
        left = json.loads(note.read_text(encoding="utf-8"))
        size = part.stat().st_size
        if left["url"] == url and left["validator"] and 0 < size < left["bytes"]:
            return size, {"Range": f"bytes={size}-", "If-Range": left["validator"]}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return 0, {}


def _extent(answer: http.client.HTTPResponse, start: int) -> tuple[int, int | None]:
    """From which byte the answer goes on, and how many the whole file has, where that is said."""
    length = answer.headers.get("Content-Length", "")
    said = int(length) if length.isdigit() else None
    if answer.status != 206:
        return 0, said
    unit, _, rest = answer.headers.get("Content-Range", "").partition(" ")
    span, _, total = rest.partition("/")
    first = span.partition("-")[0]
    if unit != "bytes" or first != str(start) or not start:
        raise FetchError("the server sent another part of the file than was asked for", "range")
    return start, int(total) if total.isdigit() else start + said if said is not None else None


def _validator(headers: http.client.HTTPMessage) -> str | None:
    """What If-Range takes: a strong ETag, else the date of the last change (RFC 9110, 13.1.5)."""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified")
