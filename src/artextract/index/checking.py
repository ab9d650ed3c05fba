"""Whether the files of an index are still what was written.

At open: the sizes of all files, and the contents of what is read whole then and of every file up to ``SMALL`` bytes
(some milliseconds). Larger files, the vectors of many paintings, are memory-mapped, and no search waits until all of
their bytes were looked at: a thread beside the first search compares them, about a second for each GB on another core,
and from then on a damaged index answers nothing. A process that ends sooner has not compared them all; ``artextract
index`` and ``artextract doctor`` compare everything."""

from __future__ import annotations

from pathlib import Path
from threading import Lock, Thread

from artextract.checksums import CheckedFile, Checksum, changed, damage, read_checksums
from artextract.index.approximate import damaged
from artextract.index.config import IndexConfig

SMALL = 4 << 20
ROWS = "rows.json"


def known_files(folder: Path, config: IndexConfig) -> dict[Path, Checksum]:
    """What is known of the files of an index beside ``config.json``.

    Raises ``ValueError`` where checksums are damaged."""
    known = {folder / name: Checksum.from_dict(one) for name, one in config.files.items()}
    for segment in config.segments:
        try:
            listed = read_checksums(folder / segment.name) or {}
        except ValueError as error:
            raise ValueError(f"'{segment.name}': {error}") from error
        known |= {folder / segment.name / name: one for name, one in listed.items()}
        names = [
            ROWS,
            *(f"{block.name}{end}" for block in config.blocks for end in (".npy", ".norms.npy", ".density.npy")),
        ]
        unlisted = [name for name in names if listed and name not in listed]
        if unlisted:
            raise ValueError(f"the checksums of '{segment.name}' do not list '{unlisted[0]}'")
    return known


def index_damage(folder: Path, config: IndexConfig) -> dict[str, str]:
    """Every file of an index, beside ``config.json``, that is not what was written, as name -> reason; reads all."""
    found = {}
    for name, one in config.files.items():
        reason = changed(folder / name, Checksum.from_dict(one))
        if reason:
            found[name] = reason
    for segment in config.segments:
        found |= {f"{segment.name}/{name}": reason for name, reason in damage(folder / segment.name).items()}
    return found


class Checking:
    """The comparing of one opened index."""

    def __init__(self, folder: Path, config: IndexConfig):
        """Compare what is compared at open.

        Raises ``ValueError`` where something is not what was written, and ``FileNotFoundError`` where it is gone;
        ``MismatchError`` of an approximate index."""
        self._later: list[CheckedFile] = []
        self._damage = ""
        self._lock = Lock()
        for path, known in known_files(folder, config).items():
            try:
                self._compare_at_open(path, known, path.name in (ROWS, config.spaces))
            except (OSError, ValueError) as error:
                if config.approximate is not None and path.name == config.approximate.file:
                    raise damaged(path.name) from error
                raise

    def _compare_at_open(self, path: Path, known: Checksum, whole: bool) -> None:
        size = path.stat().st_size
        if size != known.size:
            raise ValueError(f"'{path.name}' has {size} bytes, {known.size} were written")
        file = CheckedFile(path, known)
        if whole or size <= SMALL:
            file.require()
        else:
            self._later.append(file)

    def require(self) -> None:
        """Begin to compare the large files, if that has not begun. Raises ``ValueError`` once one was found damaged."""
        with self._lock:
            files, self._later = self._later, []
        if files:
            Thread(target=self._compare, args=(files,), name="checksums", daemon=True).start()
        if self._damage:
            raise ValueError(self._damage)

    def _compare(self, files: list[CheckedFile]) -> None:
        try:
            for file in files:
                file.require()
        except (OSError, ValueError) as error:
            self._damage = str(error)
