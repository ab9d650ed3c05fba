"""Calls of the application: what its description allows and does not, then a list of hostile values in every place. No
answer may be an error of the server or take too long."""

from __future__ import annotations

import random
import time
from pathlib import Path

from fastapi import FastAPI

from artextract.app.api import create_app
from scripts.campaign.described import DESCRIPTION, MODES, call_all, client_of
from scripts.campaign.hostile import calls
from scripts.campaign.material import indexed_collection
from scripts.campaign.tally import Tally

SLOW = 5.0
"""Seconds within which every answer comes, in the long form."""


def send_described(tally: Tally, count: int, application: FastAPI, painting: str, slow: float = SLOW) -> None:
    """About ``count`` calls from the description, half of them against it."""
    operations = sum(len(methods) for methods in application.openapi()["paths"].values())
    examples = max(1, count // (operations * len(MODES)))
    for mode in MODES:

        def failed(label: str, error: BaseException, mode: str = mode) -> None:
            tally.lose(f"{label} ({mode}, seed {tally.seed}): {' '.join(str(error).split())[:600]}")

        def timed(label: str, seconds: float) -> None:
            _time(tally, label, seconds, slow)
            tally.tried += 1
            tally.counts["from the description"] += 1

        call_all(application, mode, examples, painting, seed=tally.seed, failed=failed, timed=timed)


def send_hostile(tally: Tally, numbers: range, application: FastAPI, painting: str, slow: float = SLOW) -> None:
    client = client_of(application)
    description = client.get(DESCRIPTION).json()
    for number, random_ in tally.trials(numbers):
        call = calls(description, painting, random_)
        begun = time.monotonic()
        label = f"hostile call {number}, {call['method']} {call['url'][:100]}"
        try:
            answer = client.request(**call)
        except Exception as error:
            tally.lose(f"{label}: {type(error).__name__}: {str(error)[:300]}")
            continue
        _time(tally, label, time.monotonic() - begun, slow)
        tally.counts[f"hostile, answered {answer.status_code // 100}xx"] += 1
        if answer.status_code >= 500:
            tally.lose(f"{label}: answered {answer.status_code}; {_short(call)}")
        elif any("injected" in name.lower() for name in answer.headers):
            tally.lose(f"{label}: a header of the request's making came back")


def send_all(tally: Tally, numbers: range, work: Path) -> None:
    """Half from the description, half hostile, to an application of its own."""
    application = create_app(indexed_collection(work / "requests"))
    with client_of(application) as client:
        painting = random.Random(tally.seed).choice(client.get("/api/paintings").json()["paintings"])["id"]
    half = len(numbers) // 2
    send_hostile(tally, numbers[half:], application, painting)
    send_described(tally, half, application, painting)


def _time(tally: Tally, label: str, seconds: float, slow: float) -> None:
    slowest = float(tally.figures.get("slowest answer", "0 s").split()[0])
    tally.figures["slowest answer"] = f"{max(slowest, seconds):.2f} s"
    if seconds > slow:
        tally.lose(f"{label}: took {seconds:.1f} s")


def _short(call: dict[str, object]) -> str:
    return repr({name: value for name, value in call.items() if name in ("params", "content")})[:400]
