"""How fast the page is seen and answers, by the browser's own timing, beside another version of it.

    python benchmarks/page.py COLLECTION [--beside CHECKOUT] [--trials 7] [--part views|visitors] [--json]

A headless Chromium opens views as a new visitor and once more, and scrolls the gallery. CHECKOUT is the folder of
another version of this repository (git worktree add FOLDER COMMIT), which serves the same collection; the two take
turns, so that a machine's moods are in both. "desktop" and "phone" have the networks that Lighthouse supposes (40 ms
and 10 Mbit/s, 150 ms and 1.6 Mbit/s); the phone is narrow and its processor four times slower. First and largest
contentful paint, layout shift, long tasks and event timing are those of PerformanceObserver; the delay of a wheel is
that from its time stamp to the page's first listener. Then many visitors search at once, as in benchmarks/web.py; the
answers of both are held against this version's. Needs the packages of the extra "test" and chromium."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from web import CHROMIUM, PAINTED, body, until_it_answers, visits

from artextract.search.asking.engine import SearchEngine

DEVICES: dict[str, dict[str, Any]] = {
    "desktop": {"window": {"width": 1440, "height": 900}, "latency": 40, "bits": 10e6, "slower": 1},
    "phone": {"window": {"width": 390, "height": 844}, "latency": 150, "bits": 1.6e6, "slower": 4},
}
LISTEN = """(() => {
  const told = (window.told = { fcp: null, lcp: null, shifts: [], long: [], keys: [], wheels: [], frames: [] });
  const observe = (type, take, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  observe("paint", (entry) => entry.name === "first-contentful-paint" && (told.fcp = entry.startTime));
  observe("largest-contentful-paint", (entry) => (told.lcp = entry.startTime));
  observe("layout-shift", (entry) => entry.hadRecentInput || told.shifts.push([entry.startTime, entry.value]));
  observe("longtask", (entry) => told.long.push(entry.duration));
  observe(
    "event",
    (entry) => entry.name === "keydown" && told.keys.push([entry.processingStart - entry.startTime, entry.duration]),
    { durationThreshold: 16 },
  );
  addEventListener("wheel", (event) => told.wheels.push(performance.now() - event.timeStamp), {
    capture: true,
    passive: true,
  });
  let before = 0;
  const frame = (now) => {
    if (before && window.counting) told.frames.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()"""
LOADED = """() => {
  const all = [...performance.getEntriesByType("resource"), ...performance.getEntriesByType("navigation")];
  const kilobytes = (some) => some.reduce((sum, entry) => sum + entry.transferSize, 0) / 1000;
  const sent = all.filter((entry) => entry.transferSize > 0);
  return {
    "requests": sent.length,
    "kB": kilobytes(all),
    "kB of code and style": kilobytes(all.filter((entry) => /\\.(js|css)([?]|$)/.test(entry.name))),
  };
}"""
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("--beside", type=Path, help="a checkout of another version, which takes turns with this one")
    parser.add_argument("--trials", type=int, default=7, help="how often everything is measured (%(default)s)")
    parser.add_argument("--visitors", type=int, default=50, help="how many search at once (%(default)s)")
    parser.add_argument("--part", choices=["views", "visitors"], help="measure one part only")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    checkouts = {"this": Path(__file__).parents[1]} | ({"other": args.beside} if args.beside else {})
    found = measure(args, checkouts)
    print(json.dumps(found, indent=2) if args.json else table(found, list(checkouts)))


def measure(args: argparse.Namespace, checkouts: dict[str, Path]) -> dict[str, dict[str, Figures]]:
    """Medians over the trials: by what was done, by figure, by version."""
    measured: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    with ExitStack() as stack:
        addresses = {
            name: stack.enter_context(served(args.collection, checkout)) for name, checkout in checkouts.items()
        }
        parts = []
        if args.part != "visitors":
            playwright = stack.enter_context(sync_playwright())
            browser = stack.enter_context(
                playwright.chromium.launch(
                    executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"), args=CHROMIUM
                )
            )
            parts.append(partial(seen, browser))
        if args.part != "views":
            parts.append(partial(crowd, SearchEngine.open(args.collection), args.visitors))
        for part in parts:
            for trial in range(-1, args.trials):  # the first makes the thumbnails and is not counted
                print(f"trial {trial + 1} of {args.trials}", file=sys.stderr)
                for version in list(addresses)[:: 1 if trial % 2 else -1]:
                    for done, figures in part(addresses[version]):
                        for figure, value in figures.items() if trial >= 0 else ():
                            measured[done][figure][version].append(value)
    return {
        done: {
            figure: {version: float(np.median(values)) for version, values in by_version.items()}
            for figure, by_version in figures.items()
        }
        for done, figures in measured.items()
    }


def crowd(engine: SearchEngine, visitors: int, address: str) -> Iterator[tuple[str, Figures]]:
    """Four searches of each visitor; how many answers are not those of ``engine``."""
    rows = np.random.default_rng(0).choice(len(engine.index), 4 * visitors)
    found = visits(address, engine, [body(engine, int(row), number) for number, row in enumerate(rows)], visitors)
    yield f"{visitors} visitors, {found.pop('searches')} searches", found


@contextmanager
def served(collection: Path, checkout: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "artextract.app.cli", "serve", str(collection), "--port", str(port)],
        env=os.environ | {"PYTHONPATH": str(checkout / "src")},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        until_it_answers(server, f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(20)


def seen(browser: Browser, address: str) -> Iterator[tuple[str, Figures]]:
    first = httpx.get(f"{address}api/paintings?limit=1").json()["paintings"][0]["id"]
    views = {"gallery": "", "search by a painting": f"#/search?id={first}", "a painting": f"#/painting?id={first}"}
    for device, of in DEVICES.items():
        for view, hash_ in views.items():
            with browser.new_context(viewport=of["window"]) as visitor:
                for time in ("first", "again"):
                    yield f"{device}: {view}, {time}", opened(visitor, address + hash_, device)
        with browser.new_context(viewport=of["window"]) as visitor:
            yield f"{device}: scrolling the gallery", scrolled(visitor, address, device)


def opened(visitor: BrowserContext, address: str, device: str) -> Figures:
    tab = tab_of(visitor, device)
    tab.goto(address)
    painted = PAINTED if "#/painting" not in address else PAINTED.replace(".card img", "main img")
    tab.wait_for_function(painted, polling=10)
    tab.wait_for_timeout(500)  # what shifts or is painted later still
    measured = tab.evaluate("told")
    figures = {
        "first paint ms": measured["fcp"],
        "largest paint ms": measured["lcp"],
        "layout shift": shift(measured["shifts"]),
    }
    figures |= {"long tasks ms": sum(measured["long"])} | tab.evaluate(LOADED)
    tab.close()
    return figures


def scrolled(visitor: BrowserContext, address: str, device: str) -> Figures:
    """A wheel turned for four seconds, then keys; and the pictures at the end of the collection."""
    tab = tab_of(visitor, device)
    tab.goto(address)
    tab.wait_for_function(PAINTED, polling=10)
    tab.mouse.move(300, 500)
    tab.evaluate("told.long = []; told.shifts = []; window.counting = true")
    for _ in range(100):
        tab.mouse.wheel(0, 240)
        tab.wait_for_timeout(40)
    wheel = tab.evaluate("({ ...told, y: scrollY })")
    tab.evaluate("window.counting = false")
    tab.focus(".card a")
    tab.evaluate("told.keys = []")
    for key in ["PageDown"] * 10 + ["ArrowDown"] * 10 + ["PageUp"] * 5:
        tab.keyboard.press(key)
        tab.wait_for_timeout(80)
    tab.keyboard.press("End")
    wish = tab.evaluate("performance.now()")
    tab.wait_for_function(PAINTED, polling=10)
    end = tab.evaluate("performance.now()") - wish
    tab.wait_for_timeout(300)
    keys = tab.evaluate("told.keys")
    tab.close()
    return {
        "pixels scrolled": wheel["y"],
        "delay of the wheel, p50 ms": percentile(wheel["wheels"], 50),
        "delay of the wheel, p95 ms": percentile(wheel["wheels"], 95),
        "frame, p95 ms": percentile(wheel["frames"], 95),
        "long tasks ms": sum(wheel["long"]),
        "layout shift": shift(wheel["shifts"]),
        "delay of keys, p95 ms": percentile([delay for delay, _ in keys], 95),
        "key to the next paint, p95 ms": percentile([whole for _, whole in keys], 95),
        "End to its pictures ms": end,
    }


def tab_of(visitor: BrowserContext, device: str) -> Page:
    of = DEVICES[device]
    tab = visitor.new_page()
    tab.set_default_timeout(60_000)
    tab.add_init_script(LISTEN)
    asked = visitor.new_cdp_session(tab)
    rate = of["bits"] / 8
    asked.send("Network.enable")
    asked.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": of["latency"], "downloadThroughput": rate, "uploadThroughput": rate},
    )
    asked.send("Emulation.setCPUThrottlingRate", {"rate": of["slower"]})
    return tab


def shift(shifts: list[tuple[float, float]]) -> float:
    """The largest sum of layout shifts in a window of five seconds without a pause of one (web.dev/cls)."""
    most = now = begun = last = 0.0
    for at, value in shifts:
        if at - last > 1000 or at - begun > 5000:
            now, begun = 0.0, at
        now, last = now + value, at
        most = max(most, now)
    return most


def percentile(values: list[float], at: float) -> float:
    return float(np.percentile(values, at)) if values else 0.0


def table(found: dict[str, dict[str, dict[str, float]]], versions: list[str]) -> str:
    lines = []
    for done, figures in found.items():
        lines.append(done)
        for figure, measured in figures.items():
            digits = 3 if figure == "layout shift" else 0
            line = ", ".join(f"{version} {measured[version]:.{digits}f}" for version in versions)
            if len(versions) > 1 and measured["other"]:
                line += f", ratio {measured['this'] / measured['other']:.2f}"
            lines.append(f"  {figure}: {line}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
