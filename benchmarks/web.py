"""How the web application feels on a collection: start, first paint, first result, uploads, memory, and many visitors
at once.

    python benchmarks/web.py COLLECTION [--uploads 20] [--visitors 50] [--json]

`artextract serve` runs as a process of its own and a headless Chromium looks at it. Times of the page run from the wish
(an address, a chosen file) until the pictures in the window are decoded. "empty page" is the same server's smallest
page in the same browser, and one visitor alone is measured beside many: what a machine is slow at is in both. Uploads
are paintings of the collection with a border cut away, so that no answer is known beforehand. Needs the packages of the
extra "test" and chromium."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from artextract.images import open_image
from artextract.search.asking.engine import SearchEngine

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAINTED = """() => {
  const seen = [...document.querySelectorAll('.card img')].filter((image) => {
    const box = image.getBoundingClientRect();
    return box.width > 0 && box.top < innerHeight && box.bottom > 0;
  });
  return seen.length > 0 && seen.every((image) => image.complete && image.naturalWidth > 0);
}"""
"""Whether all pictures in the window are there."""
PARTS = [{"deep": 1}, {"palette": 1}, None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("--uploads", type=int, default=20, help="how many pictures are uploaded (%(default)s)")
    parser.add_argument("--visitors", type=int, default=50, help="how many search at once (%(default)s)")
    parser.add_argument("--rounds", type=int, default=4, help="how often each of them searches (%(default)s)")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = measure(args)
    print(json.dumps(found, indent=2) if args.json else table(found))


def measure(args: argparse.Namespace) -> dict[str, Any]:
    engine = SearchEngine.open(args.collection)
    chosen = np.random.default_rng(0).choice(len(engine.index), args.uploads + args.visitors * args.rounds)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    begun = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "artextract.app.cli", "serve", str(args.collection), "--port", str(port)],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        until_it_answers(server, address)
        found: dict[str, Any] = {
            "paintings": len(engine.index),
            "features": list(engine.index.features),
            "start s": time.perf_counter() - begun,
        }
        memory = {"after start": resident(server.pid)}
        with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
            found["page ms"] = pages(browser, address, engine.index.ids[int(chosen[0])])
            memory["after pages"] = resident(server.pid)
            found["upload to results ms"] = uploads(browser, address, engine, chosen[: args.uploads], Path(folder))
            memory["after uploads"] = resident(server.pid)
            browser.close()
        asked = [body(engine, int(row), number) for number, row in enumerate(chosen[args.uploads :])]
        found["search ms"] = {
            "one visitor": visits(address, engine, asked[: 2 * args.visitors], 1),
            f"{args.visitors} visitors": visits(address, engine, asked, args.visitors),
        }
        memory["after searches"], memory["most"] = resident(server.pid), resident(server.pid, "VmHWM")
        return found | {"memory MiB": memory}
    finally:
        server.terminate()
        server.wait(20)


def until_it_answers(server: subprocess.Popen, address: str) -> None:
    while server.poll() is None:
        try:
            httpx.get(f"{address}api/health").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.02)
    sys.exit("the server did not start; try the same collection with: artextract serve")


def pages(browser: Browser, address: str, painting: str) -> dict[str, float]:
    """Milliseconds; "first" are before any thumbnail of the window was made, "again" is a new visitor afterwards."""
    return {
        "empty page": opened(browser, f"{address}icon.svg", "() => document.readyState === 'complete'"),
        "gallery, first": opened(browser, address, PAINTED),
        "gallery, again": opened(browser, address, PAINTED),
        "search by a painting, first": opened(browser, f"{address}#/search?id={painting}", PAINTED),
        "search by a painting, again": opened(browser, f"{address}#/search?id={painting}", PAINTED),
    }


def opened(browser: Browser, address: str, ready: str) -> float:
    with browser.new_context(viewport={"width": 1300, "height": 900}) as context:
        tab = context.new_page()
        return timed(lambda: (tab.goto(address), tab.wait_for_function(ready, polling=10)))


def uploads(browser: Browser, address: str, engine: SearchEngine, rows: np.ndarray, folder: Path) -> dict[str, Any]:
    """From the file chosen to the pictures of the hits in the window; and what the same costs in this process, without
    server and page."""
    on_page, here = [], []
    with browser.new_context(viewport={"width": 1300, "height": 900}) as context:
        tab = context.new_page()
        tab.goto(f"{address}#/search")
        tab.wait_for_selector(".card")
        for number, row in enumerate(rows):
            file = folder / f"{number}.jpg"
            file.write_bytes(cut(open_image(engine.records.path_of(engine.index.ids[int(row)]))))
            tab.evaluate("document.querySelectorAll('.card').forEach((card) => { card.dataset.before = '' })")
            wish = time.perf_counter()
            tab.set_input_files("#file", file)
            tab.wait_for_function(
                "() => ![...document.querySelectorAll('.card[data-before]')].some((card) => card.checkVisibility()) &&"
                f" ({PAINTED})()",
                polling=10,
            )
            on_page.append(1000 * (time.perf_counter() - wish))
            here.append(timed(lambda file=file: engine.search(file.read_bytes(), 24)))
    return {
        "on the page": spread(on_page),
        "engine alone": spread(here),
        "ratio of p50": spread(on_page)["p50"] / spread(here)["p50"],
    }


def cut(image: Image.Image) -> bytes:
    width, height = image.size
    file = io.BytesIO()
    image.crop((width // 12, height // 12, width - width // 12, height - height // 12)).save(file, "JPEG", quality=90)
    return file.getvalue()


def body(engine: SearchEngine, row: int, number: int) -> dict[str, Any]:
    return {"id": engine.index.ids[row], "k": 24, "weights": PARTS[number % len(PARTS)]}


def visits(address: str, engine: SearchEngine, asked: list[dict[str, Any]], visitors: int) -> dict[str, Any]:
    """Every visitor searches one thing after another; answers are held against those of an engine of our own."""
    errors = wrong = 0

    def visit(part: list[dict[str, Any]]) -> list[tuple[float, int, list[str]]]:
        with httpx.Client(base_url=address, timeout=120) as client:
            figures = []
            for one in part:
                begun = time.perf_counter()
                answer = client.post("api/search", json=one)
                figures.append(
                    (
                        1000 * (time.perf_counter() - begun),
                        answer.status_code,
                        [hit["id"] for hit in answer.json().get("hits", [])],
                    )
                )
            return figures

    begun = time.perf_counter()
    with ThreadPoolExecutor(visitors) as crowd:
        parts = list(crowd.map(visit, [asked[number::visitors] for number in range(visitors)]))
    seconds = time.perf_counter() - begun
    for number, part in enumerate(parts):
        for one, (_, status, hits) in zip(asked[number::visitors], part, strict=False):
            errors += status != 200
            wrong += status == 200 and hits != [
                hit.id for hit in engine.search(one["id"], one["k"], one["weights"]).hits
            ]
    return spread([ms for part in parts for ms, _, _ in part]) | {
        "searches": len(asked),
        "errors": errors,
        "wrong": wrong,
        "a second": len(asked) / seconds,
    }


def spread(milliseconds: list[float]) -> dict[str, float]:
    return {"p50": float(np.percentile(milliseconds, 50)), "p95": float(np.percentile(milliseconds, 95))}


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def resident(pid: int, line: str = "VmRSS") -> float:
    """MiB of a process, as Linux tells."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split(f"{line}:")[1].split()[0]) / 1024


def table(found: dict[str, Any]) -> str:
    lines = [
        f"{found['paintings']} paintings, {', '.join(found['features'])}; the server answers after"
        f" {found['start s']:.1f} s"
    ]
    lines += [f"  {name}: {ms:.0f} ms" for name, ms in found["page ms"].items()]
    given = found["upload to results ms"]
    lines += [
        f"  upload to results, {name}: p50 {given[name]['p50']:.0f}, p95 {given[name]['p95']:.0f} ms"
        for name in ("on the page", "engine alone")
    ]
    for name, figures in found["search ms"].items():
        lines.append(
            f"  {figures['searches']} searches by {name}: p50 {figures['p50']:.0f}, p95 {figures['p95']:.0f} ms,"
            f" {figures['a second']:.0f} a second, {figures['errors']} errors, {figures['wrong']} wrong"
        )
    lines.append("  memory: " + ", ".join(f"{name} {size:.0f} MiB" for name, size in found["memory MiB"].items()))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
