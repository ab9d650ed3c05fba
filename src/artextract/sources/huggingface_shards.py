"""Where the shards of a dataset are: in a folder, at an object store, or on the hub."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from artextract.download.reach import require_answer, within
from artextract.errors import InputError
from artextract.files import user_path, write_aside
from artextract.objects import Address, address_of, is_address, listed, open_object
from artextract.sources.published_splits import split_named, split_of_file

RECORDS = "import"
"""Folder in the collection that holds a record of every shard that was read, so that a killed import goes on from
there."""


CARDS = ("README.md", "dataset_infos.json", "dataset_info.json")


REACH_SECONDS = 15


@dataclass(frozen=True)
class Source:
    """``shards``: names and sizes in bytes.

    ``fetch`` gives the local path of a name; ``card`` the text of a file next to the shards, or None; ``splits`` the
    published split of a shard."""

    name: str
    shards: list[tuple[str, int]]
    fetch: Callable[[str], Path]
    card: Callable[[str], str | None]
    remote: bool
    splits: dict[str, str | None]


def open_dataset(dataset: str | Path, out: Path) -> Source:
    if is_address(str(dataset)):
        return _at_a_store(address_of(str(dataset)), out / RECORDS / "download")
    path = user_path(dataset)
    if path.exists():
        return _local(path, out)
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", str(dataset)):
        raise InputError(
            f"there is no folder or file '{dataset}'",
            "give a folder of parquet shards, or a dataset of the hub as OWNER/NAME",
            code="file-missing",
        )
    return _hub(str(dataset), out / RECORDS / "download")


def _local(path: Path, out: Path) -> Source:
    root = path if path.is_dir() else path.parent
    ours = out.resolve()
    files = (
        sorted(file for file in root.rglob("*.parquet") if not file.resolve().is_relative_to(ours))
        if path.is_dir()
        else [path]
    )
    if not files:
        raise InputError(
            f"there are no parquet files below '{path}'",
            "give the folder that holds the shards of the dataset",
            code="no-parquet",
        )
    plain = len({file.name for file in files}) == len(
        files
    )  # then ids do not depend on the folders above, nor on hub or disk
    named = {file.name if plain else file.relative_to(root).as_posix(): file for file in files}

    def card(name: str) -> str | None:
        found = [folder / name for folder in (root, root.parent) if (folder / name).is_file()]
        return found[0].read_text(encoding="utf-8", errors="replace") if found else None

    return Source(
        str(path.resolve()),
        [(name, file.stat().st_size) for name, file in named.items()],
        named.__getitem__,
        card,
        remote=False,
        splits=_splits({name: file.relative_to(root).as_posix() for name, file in named.items()}, card),
    )


def _at_a_store(place: Address, folder: Path) -> Source:
    """Shards at an object store; each is fetched when it is read, and removed then."""
    there = {one.address.text.removeprefix(place.text).lstrip("/") or one.address.name: one for one in listed(place)}
    shards = {name: one for name, one in there.items() if name.endswith(".parquet")}
    if not shards:
        raise InputError(
            f"there are no parquet files at '{place}'",
            "give the address of the shards of the dataset",
            code="no-parquet",
        )

    def fetch(shard: str) -> Path:
        path = folder / "shard.parquet"
        with open_object(shards[shard].address) as file, write_aside(path) as aside, aside.open("wb") as copy:
            shutil.copyfileobj(file, copy, 1 << 22)
        return path

    @cache
    def card(file: str) -> str | None:
        if file not in there:
            return None
        return there[file].address.read_bytes().decode("utf-8", errors="replace")

    sizes = [(name, one.size) for name, one in shards.items()]
    return Source(str(place), sizes, fetch, card, remote=True, splits=_splits({name: name for name in shards}, card))


def _hub(name: str, folder: Path) -> Source:
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError, RepositoryNotFoundError

    def listing() -> tuple[str, list[Any]]:
        _knock(name)
        for revision in (
            "main",
            "refs/convert/parquet",
        ):  # the second is where the hub keeps the parquet form of other formats
            files = [
                f
                for f in HfApi().list_repo_tree(name, recursive=True, revision=revision, repo_type="dataset")
                if f.path.endswith(".parquet")
            ]
            if files:
                return revision, sorted(files, key=lambda f: f.path)
        return "main", []

    try:
        revision, files = within(REACH_SECONDS, listing)
    except RepositoryNotFoundError as error:
        raise InputError(
            f"there is no folder '{name}' here and no open dataset '{name}' on the hub",
            "check the name",
            code="dataset-not-here",
        ) from error
    except Exception as error:  # the client lets the errors of its transport through
        raise _away(name, error) from error
    if not files:
        raise InputError(
            f"the dataset '{name}' of the hub has no parquet files",
            "export it to parquet, and give the folder",
            code="no-parquet",
        )
    plain = len({Path(file.path).name for file in files}) == len(files)
    paths = {Path(file.path).name if plain else file.path: file for file in files}

    def download(path: str, revision: str) -> Path:
        return Path(hf_hub_download(name, path, repo_type="dataset", revision=revision, local_dir=folder))

    def fetch(shard: str) -> Path:
        try:
            return download(paths[shard].path, revision)
        except Exception as error:
            raise _away(name, error) from error

    @cache
    def card(file: str) -> str | None:
        try:
            return download(file, "main").read_text(encoding="utf-8", errors="replace")
        except Exception as error:
            if isinstance(error, EntryNotFoundError) and not isinstance(error, LocalEntryNotFoundError):
                return None
            raise _away(name, error) from error  # the line broke: not the same as a dataset without this file

    return Source(
        name,
        [(shard, file.size) for shard, file in paths.items()],
        fetch,
        card,
        remote=True,
        splits=_splits({shard: file.path for shard, file in paths.items()}, card),
    )


def _splits(paths: dict[str, str], card: Callable[[str], str | None]) -> dict[str, str | None]:
    """The published split of every shard, of which ``paths`` gives the path in the data set: by the card's list of data
    files, else by the name of a folder or the first word of the shard's own name ("train-00000-of-00072")."""
    named: list[tuple[str, str]] = []
    if any(split_of_file(path) for path in paths.values()):
        return {name: split_of_file(path) for name, path in paths.items()}
    configs = card_head(card).get("configs")
    for config in configs if isinstance(configs, list) else []:
        files = config.get("data_files") if isinstance(config, dict) else None
        for entry in files if isinstance(files, list) else []:
            if isinstance(entry, dict):
                patterns = entry.get("path")
                named += [
                    (str(p), str(entry.get("split"))) for p in (patterns if isinstance(patterns, list) else [patterns])
                ]
    return {
        name: next((split_named(split) for pattern, split in named if fnmatch(path, pattern)), None)
        for name, path in paths.items()
    }


def _knock(name: str) -> None:
    """Raise ``OSError`` where no server answers at all: the hub's client would try again for half a minute, and
    complain each time."""
    server = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    require_answer(f"{server}/api/datasets/{name}", REACH_SECONDS)


def _away(name: str, error: Exception) -> InputError:
    return InputError(
        f"there is no folder '{name}' here, and the dataset '{name}' cannot be fetched from the hub"
        f" ({type(error).__name__})",
        "try again later, the import goes on where it stopped; or fetch the parquet files of"
        f" https://huggingface.co/datasets/{name} elsewhere and give their folder in place of the name",
        code="dataset-not-here",
    )


def card_head(card: Callable[[str], str | None]) -> dict[str, Any]:
    import yaml  # comes with the hub's client

    first, _, rest = (card(CARDS[0]) or "").partition("\n")
    head, end, _ = rest.partition("\n---")
    return parsed(yaml.safe_load, head if end and first.rstrip() == "---" else None)


def parsed(parse: Callable[[str], Any], text: str | None) -> dict[str, Any]:
    try:
        value = parse(text) if text else {}
    except Exception:  # a card is written by hand, and a broken one is as none
        value = {}
    return value if isinstance(value, dict) else {}
