"""Networks of the model hub, fetched or brought on purpose: what will come, how large it is, under which licence and
with which hashes, before it comes. They lie in the hub's own cache, where ``weights.find`` looks."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artextract.backbones import REGISTRY, weights
from artextract.backbones.text import KINDS, TOKENIZER_FILES
from artextract.errors import ArtExtractError, InputError, WeightsUnavailableError
from artextract.files import folder_aside

_ALWAYS = ("config.json", "preprocessor_config.json")
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
"""The first of these that there is."""


@dataclass(frozen=True)
class HubFile:
    """``sha256`` is the hash that the hub promises, "" for small files, for which it has none."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Plan:
    """What is to be fetched.

    ``licence`` is what we know of it, ``said_licence`` what the hub says, "" where it says nothing; ``revision`` the
    commit."""

    name: str
    repository: str
    server: str
    revision: str
    licence: str
    said_licence: str
    files: tuple[HubFile, ...]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


def fetched_names() -> list[str]:
    """The networks that come from the hub."""
    return [name for name, row in REGISTRY.items() if row.family == "transformers"]


def here(name: str) -> Path | None:
    """The folder of a network on this machine, whole; None where it is not. Raises ``InputError`` for other names."""
    folder = weights.find(name, "transformers", _row(name).source)
    return None if folder is None or _missing(name, folder) else folder


def plan(name: str) -> Plan:
    """Ask the hub what there is to fetch; raises ``WeightsUnavailableError`` where it cannot be reached."""
    row, server = _row(name), weights.hub_server()
    if weights.hub_is_off():
        raise _away(name)
    try:
        weights.reach(name, f"{server}/api/models/{row.source}", "the model hub")
        from huggingface_hub import HfApi

        info: Any = HfApi(endpoint=server).model_info(row.source, files_metadata=True, timeout=weights.REACH_SECONDS)
    except Exception as error:  # the client has a tree of its own errors, and lets those of its transport through
        raise _away(name) from error
    there = {one.rfilename: one for one in info.siblings or ()}
    wanted = [*_ALWAYS, *(TOKENIZER_FILES if name in KINDS else ()), *[one for one in _WEIGHTS if one in there][:1]]
    files = tuple(
        HubFile(one, int(there[one].size or 0), there[one].lfs.sha256 if there[one].lfs else "")
        for one in wanted
        if one in there
    )
    said = (info.card_data or {}).get("license") or ""
    return Plan(name, row.source, server, str(info.sha), row.licence, str(said), files)


def fetch(asked: Plan, tell: Callable[[str], None] = lambda text: None) -> Path:
    """Fetch what a plan has into the hub's cache, and compare it with the hashes; ``tell`` hears of each file.

    What was fetched before is not fetched again. Raises ``WeightsUnavailableError`` where it does not come, or not as
    promised; what is not as promised is removed."""
    from huggingface_hub import hf_hub_download

    folder = None
    for file in asked.files:
        tell(file.name)
        try:
            path = Path(
                hf_hub_download(
                    asked.repository,
                    file.name,
                    revision=asked.revision,
                    endpoint=asked.server,
                    cache_dir=weights.hub_cache(),
                    etag_timeout=weights.REACH_SECONDS,
                )
            )
        except Exception as error:
            raise _away(asked.name) from error
        if file.sha256 and weights.file_hash(path.resolve()) != file.sha256:
            path.resolve().unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise WeightsUnavailableError(
                f"what came of '{file.name}' has not the hash that the hub promises, and was removed",
                "fetch it again",
                code="wrong-hash",
            )
        folder = path.parent
    if folder is None or (missing := _missing(asked.name, folder)):
        raise WeightsUnavailableError(
            f"{asked.repository} has no {missing if folder else 'files'}",
            "give a folder: --from FOLDER",
            code="weights-not-here",
        )
    return folder


def bring(name: str, source: str | Path) -> Path:
    """Put a folder with a copy of a network where ``NAME`` is looked for, and give that place.

    Raises ``InputError`` for a folder that lacks something or holds another network."""
    folder = Path(source).expanduser().absolute()
    row = _row(name)
    if not (folder / "config.json").is_file():
        raise InputError(f"'{source}' is not a folder with a checkpoint", _needs(name), code="no-checkpoint")
    if missing := _missing(name, folder):
        raise InputError(f"the folder '{source}' lacks {missing}", _needs(name), code="checkpoint-incomplete")
    from artextract.backbones.checkpoint import read_checkpoint

    read_checkpoint(folder, row.kind)
    names = [*_ALWAYS, *TOKENIZER_FILES, *(path.name for path in weights.checkpoint_weights(folder))]
    files = [folder / one for one in names if (folder / one).is_file()]
    # as a commit of the hub would be called: 40 hex digits, of what it holds
    revision = hashlib.sha256("".join(weights.file_hash(file) for file in files).encode()).hexdigest()[:40]
    place = weights.snapshots(row.source) / revision
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = folder_aside(place.parent)
        try:
            for file in files:
                shutil.copy2(file, aside / file.name)
            aside.chmod(0o755)
            aside.rename(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    os.utime(place)  # the newest is taken
    return place


def _row(name: str) -> Any:
    if name not in fetched_names():
        known = f"; '{name}' needs none" if name in REGISTRY and REGISTRY[name].family == "efficientnet_lite" else ""
        raise InputError(
            f"there is nothing to fetch for '{name}'",
            f"from the hub come {', '.join(fetched_names())}{known}",
            code="nothing-to-fetch",
        )
    return REGISTRY[name]


def _missing(name: str, folder: Path) -> str:
    """What a folder lacks to be used, "" where it is whole."""
    try:
        weights.checkpoint_weights(folder)
    except ArtExtractError:
        return "its weights"
    return "tokenizer.json" if name in KINDS and not (folder / "tokenizer.json").is_file() else ""


def _needs(name: str) -> str:
    files = [
        "config.json",
        "preprocessor_config.json",
        "model.safetensors",
        *(["tokenizer.json"] if name in KINDS else []),
    ]
    return f"{name} needs {', '.join(files)} of {REGISTRY[name].source}"


def _away(name: str) -> WeightsUnavailableError:
    return WeightsUnavailableError(
        f"the model hub cannot be reached, so '{name}' cannot be fetched",
        f"copy the files of {REGISTRY[name].source} from a machine with a network into a folder"
        f" ({_needs(name).partition(' needs ')[2].partition(' of ')[0]}), then: artextract fetch {name} --from FOLDER",
        code="weights-not-here",
    )
