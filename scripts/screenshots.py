"""Takes the pictures of the README's tour: serves the drawn sample collection, opens every view in headless Chromium, and writes small PNGs.

    python scripts/screenshots.py FOLDER --out docs/images

FOLDER is what `artextract demo` made. Everything shown was drawn by ArtExtract itself. Needs the packages of the extra "test" and chromium on the PATH.
"""

from __future__ import annotations

import argparse
import io
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import httpx
from PIL import Image
from playwright.sync_api import Page, sync_playwright

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
DESKTOP, PHONE = {"width": 1280, "height": 820}, {"width": 390, "height": 780}
COLOURS = 160
"""A palette of so many colours makes the files a third as large, and the drawn paintings show no difference."""


@dataclass(frozen=True)
class Shot:
    """``address`` is what follows the #; ``ready`` must be on the page before the picture is taken; ``prepare`` is done before."""

    name: str
    address: str
    ready: str
    prepare: Callable[[Page], None] | None = None
    dark: bool = False
    phone: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="what artextract demo made")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", help="take only the pictures whose name contains this")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    collection = args.folder / "collection"
    command = [sys.executable, "-m", "artextract.app.cli"]
    if not (collection / "study.sqlite").exists():
        subprocess.run([*command, "study", str(collection), "--new", "first-look", "--mix", "default", "--mix", "palette=1", "--queries", "12"], check=True)
    server = subprocess.Popen([*command, "serve", str(collection), "--model", str(args.folder / "model"), "--port", str(port)])
    try:
        while server.poll() is None:
            try:
                ids = [painting["id"] for painting in httpx.get(f"{address}api/paintings?limit=200").raise_for_status().json()["paintings"]]
                break
            except httpx.TransportError:
                time.sleep(0.1)
        take(address, [shot for shot in shots(ids) if not args.only or args.only in shot.name], args.out)
    finally:
        server.terminate()
        server.wait(20)


def take(address: str, shots: list[Shot], out: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        for shot in shots:
            context = browser.new_context(
                base_url=address, viewport=PHONE if shot.phone else DESKTOP, color_scheme="dark" if shot.dark else "light", reduced_motion="reduce",
                has_touch=shot.phone, is_mobile=shot.phone,
            )  # fmt: skip
            page = context.new_page()
            page.add_init_script("localStorage.setItem('person', 'Ada')")
            page.set_default_timeout(120_000)
            page.goto(f"#{shot.address}")
            page.wait_for_selector(shot.ready)
            if shot.prepare:
                shot.prepare(page)
            page.wait_for_function("[...document.images].every(image => image.complete || image.loading === 'lazy')")
            page.wait_for_timeout(600)
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out / f"{shot.name}.png", optimize=True)
            print(f"{out / f'{shot.name}.png'}: {(out / f'{shot.name}.png').stat().st_size >> 10} KB")
            context.close()
        browser.close()


def shots(ids: list[str]) -> list[Shot]:
    one, other = ids[0], ids[40]
    return [
        Shot("gallery", "/gallery", ".card img"),
        Shot("search", f"/search?id={one}", ".card img"),
        Shot("painting", f"/painting?id={one}", ".view-painting img"),
        Shot("compare", f"/compare?a={one}&b={other}", ".view-compare img"),
        Shot("map", "/map?colour=style", ".view-map canvas"),
        Shot("review", "/review?attribute=style", ".view-review img"),
        Shot("study", "/study", ".view-study h1"),
        Shot("gallery-dark-phone", "/gallery", ".card img", dark=True, phone=True),
        Shot("search-phone", f"/search?id={one}", ".card img", phone=True),
    ]


if __name__ == "__main__":
    main()
