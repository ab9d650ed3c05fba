"""Takes the pictures of the documents: serves a collection that ArtExtract draws itself, opens every view in
headless Chromium, and writes small PNGs.

    python scripts/screenshots.py FOLDER --out docs/images

FOLDER keeps the collection and a model that is trained on it, so that a second run is quick. Needs the packages of the
extra "test" and chromium on the PATH."""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from artextract.app.demo import OPTIONS
from artextract.images import opened

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1280, "height": 820}, {"width": 390, "height": 780}
WIDTH, COLOURS = 960, 200
"""Pixels of the pictures of the desktop, and colours of a picture's palette: files of some 100 KB."""
FEATURES = ("deep", "style", "palette", "composition", "lighting", "texture", "structure")
STUDY = "First look"


@dataclass(frozen=True)
class Shot:
    """``address`` is what follows the #; ``ready`` must be on the page before the picture is taken; ``prepare`` is done
    before."""

    name: str
    address: str
    ready: str
    prepare: Callable[[Page], None] | None = None
    dark: bool = False
    phone: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="where collection and model are kept; made if not there")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", help="take only the pictures whose name contains this")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    collection, model = args.folder / "Drawn paintings", args.folder / "model"
    command = [sys.executable, "-m", "artextract.app.cli"]
    prepare(collection, model, lambda *words: subprocess.run([*command, *map(str, words)], check=True))
    server = subprocess.Popen([*command, "serve", str(collection), "--model", str(model), "--port", str(port)])
    try:
        while server.poll() is None:
            try:
                ids = [
                    painting["id"]
                    for painting in (
                        httpx.get(f"{address}api/paintings?limit=200").raise_for_status().json()["paintings"]
                    )
                ]
                break
            except httpx.TransportError:
                time.sleep(0.1)
        take(address, [shot for shot in shots(ids, address) if not args.only or args.only in shot.name], args.out)
    finally:
        server.terminate()
        server.wait(20)


def prepare(collection: Path, model: Path, artextract: Callable) -> None:
    if not (collection / "index" / "config.json").exists():
        artextract("import", "sample", "--out", collection, "--count", 600)
        artextract(
            "train",
            collection,
            "--out",
            model,
            "--width",
            OPTIONS.width,
            "--hidden",
            OPTIONS.hidden,
            "--batch-size",
            OPTIONS.batch_size,
            "--epochs",
            OPTIONS.epochs,
        )
        artextract("evaluate", model)
        artextract("index", collection, "--model", model, "--features", ",".join(FEATURES))
    if not (collection / "study.sqlite").exists():
        artextract("study", collection, "--new", STUDY, "--mix", "default", "--mix", "palette=1", "--queries", 12)


def take(address: str, shots: list[Shot], out: Path) -> None:
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-headless-shell"))), None)
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        for shot in shots:
            context = browser.new_context(
                base_url=address,
                viewport=PHONE if shot.phone else DESKTOP,
                color_scheme="dark" if shot.dark else "light",
                reduced_motion="reduce",
                has_touch=shot.phone,
                is_mobile=shot.phone,
            )
            page = context.new_page()
            page.add_init_script("localStorage.setItem('person', 'Ada')")
            page.set_default_timeout(120_000)
            page.goto(f"#{shot.address}")
            page.wait_for_selector(shot.ready)
            if shot.prepare:
                shot.prepare(page)
            page.wait_for_function(
                "() => [...document.images].every(image => image.complete || image.loading === 'lazy')"
            )
            page.wait_for_timeout(600)
            picture = opened(page.screenshot()).convert("RGB")
            if not shot.phone:
                picture = picture.resize(
                    (WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS
                )
            picture.quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE).save(out / f"{shot.name}.png", optimize=True)
            print(f"{out / f'{shot.name}.png'}: {(out / f'{shot.name}.png').stat().st_size >> 10} KB")
            context.close()
        browser.close()


def shots(ids: list[str], address: str) -> list[Shot]:
    one = ids[0]
    found = httpx.post(f"{address}api/search", json={"id": one, "k": 4}).raise_for_status().json()["hits"]
    done = "() => !document.querySelector('.view-map progress')?.checkVisibility()"
    return [
        Shot("gallery", "/gallery", ".card img"),
        Shot("search", f"/search?id={one}", ".hit img, .card img"),
        Shot(
            "painting", f"/painting?id={one}&look=style", ".view-painting img", lambda page: page.wait_for_timeout(3000)
        ),
        Shot(
            "compare",
            f"/compare?a={one}&b={found[0]['id']}&overlay=regions,composition",
            ".view-compare img",
            lambda page: page.wait_for_timeout(4000),
        ),
        Shot(
            "map",
            "/map?colour=style",
            ".view-map canvas",
            lambda page: (page.wait_for_timeout(3000), page.wait_for_function(done), page.wait_for_timeout(1500)),
        ),
        Shot("review", "/review?attribute=style&unlikely=1", ".view-review .given img, .view-review img"),
        Shot("study", f"/study?name={STUDY}&step=judge", ".view-study img"),
        Shot("gallery-phone", "/gallery", ".card img", dark=True, phone=True),
        Shot("search-phone", f"/search?id={one}", ".card img", phone=True),
    ]


if __name__ == "__main__":
    main()
