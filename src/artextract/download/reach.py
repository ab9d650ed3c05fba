"""Whether a server answers at all, within a time that holds for the look-up of its name too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from artextract.download.addresses import host_of, sounds_private, target
from artextract.download.client import USER_AGENT, private_hosts_allowed
from artextract.download.connect import Limit, ask


def require_answer(url: str, seconds: float) -> None:
    """Raise ``OSError`` unless the server of an address, which the user or the program named, answers in time.

    What it answers does not matter, but for errors of its own and the refusal of a proxy. A redirect is an answer; it
    is not followed. A server in the user's own network is asked where its name says so, or where that is allowed."""
    private = sounds_private(host_of(url)) or private_hosts_allowed()

    def answered() -> int:
        with ask(target(url), {"User-Agent": USER_AGENT}, Limit(seconds, seconds), private) as answer:
            return answer.status

    try:
        status = within(seconds, answered)
    except OSError:
        raise
    except Exception as error:  # an address that is none, an answer that is not HTTP
        raise OSError(str(error)) from error
    if status >= 500 or status == 407:
        raise OSError(f"{host_of(url)} answered {status}")


def within(seconds: float, work: Callable[[], Any]) -> Any:
    """The result of ``work``, or its error, or a ``TimeoutError``.

    A thread's limit, since a name look-up has none of its own."""
    done: dict[str, Any] = {"error": TimeoutError("no answer")}

    def attempt() -> None:
        try:
            done.update(result=work(), error=None)
        except Exception as error:
            done["error"] = error

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    if done["error"] is not None:
        raise done["error"]
    return done["result"]
