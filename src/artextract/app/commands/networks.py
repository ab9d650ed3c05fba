"""The command that fetches a network: fetch."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artextract.app.commands.common import Outcome, command, say
from artextract.printable import counted

if TYPE_CHECKING:
    from artextract.backbones.fetching import Plan


def add(commands: argparse._SubParsersAction) -> None:
    fetch = command(
        commands,
        "fetch",
        _fetch,
        "fetch a network, such as CLIP, with which words find what pictures show",
        "artextract fetch clip\n  artextract fetch clip --dry-run\n  artextract fetch clip --from ~/clip",
    )
    fetch.add_argument("name", metavar="NAME", help="clip, or another of the model hub; see: artextract backbones")
    fetch.add_argument(
        "--from", dest="folder", metavar="FOLDER", help="without a network: take the files from this folder"
    )
    fetch.add_argument("--dry-run", action="store_true", help="only show what would be fetched")


def _fetch(args: argparse.Namespace) -> Outcome:
    from artextract.backbones import fetching

    if args.folder:
        return _there(args.name, fetching.bring(args.name, args.folder), "taken from the folder")
    found = fetching.here(args.name)
    if found is not None:
        return _there(args.name, found, "here already")
    plan = fetching.plan(args.name)
    text = _plan(plan)
    document: dict[str, Any] = asdict(plan) | {"bytes": plan.bytes, "folder": None}
    if args.dry_run:
        return Outcome(document, text)
    say(text)
    return _there(args.name, fetching.fetch(plan, lambda name: say(f"fetching {name}")), "fetched", document)


def _plan(plan: Plan) -> str:
    said = f" (the hub says: {plan.said_licence})" if plan.said_licence else ""
    lines = [
        f"{plan.name}: {plan.repository} from {plan.server}, commit {plan.revision}",
        f"  size     {plan.bytes / 1e6:.1f} MB in {counted(len(plan.files), 'file')}",
        f"  licence  {plan.licence}{said}",
    ]
    return "\n".join([*lines, *(f"  sha256   {file.sha256}  {file.name}" for file in plan.files if file.sha256)])


def _there(name: str, folder: Path, how: str, document: dict[str, Any] | None = None) -> Outcome:
    from artextract.backbones.text import KINDS

    use = (
        "words find what pictures show once it is indexed: artextract index COLLECTION --features"
        f" deep,style,palette,semantic{'' if name == 'clip' else f' --semantic {name}'}"
        if name in KINDS
        else f"use it: artextract index COLLECTION --backbone {name}"
    )
    return Outcome(
        (document or {"name": name}) | {"folder": str(folder), "how": how}, f"{name}: {how}, in {folder}\n{use}"
    )
