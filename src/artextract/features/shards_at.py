"""The shards of stored features at an object store as well: what one machine computed, the others fetch.

    COLLECTION/features.json                       where: {"shards": "s3://bucket/features"}
    s3://bucket/features/NAME@VERSION/shard-0123456789abcdef.tar
                                                   the files of one shard, named by their checksums

A shard is one object, which appears whole or not at all. It is read from a copy in ``features/``, since vectors are
mapped into memory; copies that are removed are fetched again."""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
import warnings
from collections.abc import Iterable
from pathlib import Path

from artextract.checksums import FILE_NAME, write_checksums
from artextract.errors import InputError
from artextract.features.store import HASHES, MAPS, VECTORS, as_shard, shard_damage, shards_of
from artextract.files import folder_aside, read_json, user_path, write_json
from artextract.forms import misfit
from artextract.objects import MOST_BYTES, Address, StoreError, address_of, listed, write_object

_FILES = (HASHES, VECTORS, MAPS, FILE_NAME)
_PREFIX = "shard-"


def _config(collection: str | Path) -> Path:
    return user_path(collection) / "features.json"


def shards_at(collection: str | Path) -> Address | None:
    """Where the shards of a collection's features are kept too. Raises ``InputError`` for what cannot be read."""
    path = _config(collection)
    try:
        saved = read_json(path)
        if problem := misfit(saved, {"shards": str}):
            raise ValueError(problem)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(
            f"'{path}' cannot be read ({error})", "say where the features are anew: --features-at", "damaged-settings"
        ) from error
    return address_of(saved["shards"])


def keep_shards_at(collection: str | Path, address: str | None) -> None:
    """From now on keep them there too, or with None only here. What is there stays. Raises ``StoreError`` where there
    is no such bucket, or its keys are refused."""
    if address is None:
        _config(collection).unlink(missing_ok=True)
        return
    at = address_of(address)
    listed(at, may_be_empty=True)
    write_json(_config(collection), {"shards": str(at)})


class ShardsAt:
    """The shards of one feature: those in ``folder`` and those below ``at``."""

    def __init__(self, at: Address, folder: Path):
        self._at, self._folder = Address(f"{at}/{folder.name}"), folder
        self._there = {one.address.name for one in listed(self._at, may_be_empty=True)}

    def fetch(self) -> None:
        """Copy here what is only there. A shard that is not what was written is told of and left; its pictures are
        described again."""
        here = {_name_of(shard) for shard in shards_of(self._folder)}
        for name in sorted(self._there - here):
            if name.startswith(_PREFIX) and name.endswith(".tar"):
                address = Address(f"{self._at}/{name}")
                problem = self._fetched(name, address)
                if problem:
                    self._there.discard(name)  # what is described again takes its place
                    warnings.warn(f"'{address}' is damaged ({problem}); it is left out", stacklevel=2)

    def _fetched(self, name: str, address: Address) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = folder_aside(self._folder)
        try:
            _unpacked(address.read_bytes(), aside)
            if name != _name_of(aside):
                return "its checksums are others"
            if found := shard_damage(aside):
                return next(iter(found.values()))
            aside.chmod(0o755)
            as_shard(aside, self._folder, len(shards_of(self._folder)))
            return ""
        except StoreError:
            raise
        except (ValueError, tarfile.TarError, InputError) as error:
            return str(error)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def send(self) -> None:
        """Copy there what is only here."""
        for shard in shards_of(self._folder):
            name = _name_of(shard)
            if name not in self._there:
                write_object(Address(f"{self._at}/{name}"), _packed(shard))
                self._there.add(name)


def _name_of(shard: Path) -> str:
    if not (shard / FILE_NAME).is_file():  # an older version wrote it
        write_checksums(shard, (HASHES, VECTORS, MAPS))
    return f"{_PREFIX}{hashlib.sha256((shard / FILE_NAME).read_bytes()).hexdigest()[:16]}.tar"


def _packed(shard: Path) -> bytes:
    files = [shard / name for name in _FILES if (shard / name).is_file()]
    if sum(file.stat().st_size for file in files) > MOST_BYTES - (1 << 20):
        raise StoreError(
            f"'{shard}' is too large to be one object", "keep the features here alone: --features-at none", "too-large"
        )
    with io.BytesIO() as data:
        with tarfile.open(fileobj=data, mode="w") as tar:
            for file in files:
                tar.add(file, file.name, filter=_without_owner)
        return data.getvalue()


def _without_owner(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    return info


def _unpacked(data: bytes, folder: Path) -> None:
    """Only what a shard has: a stranger may have written the object."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        for member in _known(tar):
            file = tar.extractfile(member)
            assert file is not None
            (folder / member.name).write_bytes(file.read())


def _known(tar: tarfile.TarFile) -> Iterable[tarfile.TarInfo]:
    return (member for member in tar if member.isreg() and member.name in _FILES)
