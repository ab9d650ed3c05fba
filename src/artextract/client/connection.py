"""How the client talks to a server: addresses, the token of writes, patience, errors."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

TOKEN_HEADER = "X-ArtExtract-Token"
BUSY = (429, 503)
LONGEST_WAIT = 60.0
"""Seconds that are waited at most before a call is sent again."""
Query = Mapping[str, Any]


class ApiError(Exception):
    """What a server refused: ``status`` of HTTP, 0 where it did not answer; ``message``, ``hint`` and ``code`` as the
    server says them. ``code`` names the kind of error and stays when the wording changes."""

    def __init__(self, status: int, message: str, hint: str = "", code: str = ""):
        super().__init__(f"{message} ({hint})" if hint else message)
        self.status, self.message, self.hint, self.code = status, message, hint, code


class Connection:
    """``address``: where the server's page is, with its path prefix, such as https://museum.example/art. ``retries``:
    how often a call is sent again while the server is busy (429, 503), after the time that it names, at most 60 s.
    ``timeout``: seconds without any answer. ``name`` and ``password`` sign in where the server has users."""

    def __init__(
        self,
        address: str,
        *,
        name: str = "",
        password: str = "",
        retries: int = 4,
        timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ):
        base = address.rstrip("/") + "/api/v1/"
        self._http = httpx.Client(base_url=base, timeout=timeout, transport=transport, follow_redirects=False)
        self._retries, self._token = retries, ""
        if password:
            self._json("POST", "sign-in", body={"name": name, "password": password}, writes=True)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _json(
        self, method: str, path: str, *, query: Query | None = None, body: Any = None, writes: bool = False
    ) -> Any:
        """The answer of a call; None where it is empty. Fields of ``query`` that are None are left out."""
        answer = self._send(method, path, query=query, body=body, writes=writes)
        return answer.json() if answer.content else None

    def _bytes(
        self, method: str, path: str, *, query: Query | None = None, body: Any = None, writes: bool = False
    ) -> bytes:
        return self._send(method, path, query=query, body=body, writes=writes).content

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        file: bytes | None = None,
        writes: bool = False,
    ) -> httpx.Response:
        """Raises ``ApiError`` for every answer from status 400 up, and where there is none."""
        options: dict[str, Any] = {"params": _without_none(query or {})}
        if file is not None:
            options |= {"content": file, "headers": {"Content-Type": "application/octet-stream"}}
        elif body is not None:
            options["json"] = body
        answer = self._patiently(method, path, options, writes)
        if answer.status_code == 403 and writes and _error_of(answer).code == "wrong-token":
            self._token = ""  # the server was started anew, and has another token
            answer = self._patiently(method, path, options, writes)
        if answer.is_success:
            return answer
        raise _error_of(answer)

    def _patiently(self, method: str, path: str, options: dict[str, Any], writes: bool) -> httpx.Response:
        headers = dict(options.get("headers", {}))
        if writes:
            self._token = self._token or self._json("GET", "session")["token"]
            headers[TOKEN_HEADER] = self._token
        for attempt in range(self._retries + 1):
            try:
                answer = self._http.request(method, path, **{**options, "headers": headers})
            except httpx.HTTPError as error:
                raise ApiError(
                    0,
                    f"the server at {self._http.base_url.host} does not answer: {error or type(error).__name__}",
                    "see whether it runs, and the address",
                    "no-answer",
                ) from error
            if answer.status_code not in BUSY or attempt == self._retries:
                break
            time.sleep(_wait_of(answer, attempt))
        return answer


def in_path(text: str) -> str:
    """An id as a part of an address: slashes as they are."""
    return quote(text, safe="/")


def _without_none(fields: Any) -> dict[str, Any]:
    return {name: value for name, value in dict(fields).items() if value is not None}


def _wait_of(answer: httpx.Response, attempt: int) -> float:
    """Seconds: those that the server names, else 0.5, 1, 2, ..."""
    named = answer.headers.get("Retry-After", "")
    return min(float(named) if named.isdecimal() else 0.5 * 2**attempt, LONGEST_WAIT)


def _error_of(answer: httpx.Response) -> ApiError:
    try:
        failure = answer.json()["error"]
        return ApiError(answer.status_code, failure["message"], failure["hint"], failure["code"])
    except (ValueError, KeyError, TypeError):  # a proxy before the server answered
        return ApiError(
            answer.status_code, f"the server answered {answer.status_code} {answer.reason_phrase}", code="no-api"
        )
