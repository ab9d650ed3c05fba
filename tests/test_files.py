"""A write that fails leaves what was there."""

import os
import subprocess
import sys
import time
from contextlib import nullcontext

import numpy as np
import pytest

from artextract import files
from artextract.files import (
    cache_dir,
    is_file_url,
    read_array,
    read_json,
    user_path,
    write_array,
    write_aside,
    write_json,
)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"x": 1})
    with pytest.raises(RuntimeError), write_aside(path) as aside:
        aside.write_text("half")
        raise RuntimeError
    assert read_json(path) == {"x": 1} and [p.name for p in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(("windows", "tries"), [(True, 3), (False, 1)])
def test_windows_waits_for_a_reader(tmp_path, monkeypatch, windows, tries):
    replace, asked = os.replace, []

    def busy(aside, path):
        asked.append(path)
        if len(asked) < 3:
            raise PermissionError("it is being read")
        replace(aside, path)

    monkeypatch.setattr(files, "WINDOWS", windows)
    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(files.os, "replace", busy)
    with nullcontext() if windows else pytest.raises(PermissionError):
        write_json(tmp_path / "a.json", 1)
    assert len(asked) == tries and (tmp_path / "a.json").exists() == windows


def test_json_without_a_standard_form_is_refused(tmp_path):
    with pytest.raises(ValueError):
        write_json(tmp_path / "a.json", float("nan"))


def test_the_cache_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("ARTEXTRACT_CACHE", str(tmp_path / "c"))
    assert cache_dir() == tmp_path / "c"
    monkeypatch.delenv("ARTEXTRACT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "artextract"


def aged(path, hours):
    moment = time.time() - hours * 3600
    for inner in (*path.glob("*"), path):
        os.utime(inner, (moment, moment))


def test_what_killed_runs_left_is_cleared_after_a_day(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_looked_into", set())
    kept, cleared = [], []
    for name, hours, list_ in (("a", 25, cleared), ("b", 23, kept)):
        file, folder = tmp_path / f".aside-table-{name}.parquet", tmp_path / f".aside-{name}"
        file.write_text("half")
        folder.mkdir()
        (folder / "vectors.npy").write_text("half")
        aged(file, hours)
        aged(folder, hours)
        list_ += [file, folder]
    busy, own = tmp_path / ".aside-busy", tmp_path / ".a-picture.jpg"
    busy.mkdir()
    (busy / "vectors.npy").write_text("being written")
    os.utime(busy, (0, 0))
    own.write_text("the user's")
    os.utime(own, (0, 0))
    write_json(tmp_path / "config.json", {})
    assert all(path.exists() for path in (*kept, busy, own)) and not any(path.exists() for path in cleared)
    assert files.folder_aside(tmp_path).parent == tmp_path


def test_a_killed_write_leaves_what_is_known_as_left(tmp_path):
    code = "import os, sys, pathlib\nfrom artextract.files import write_aside\n"
    code += "with write_aside(pathlib.Path(sys.argv[1], 'table.csv')) as aside:\n    os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)]).returncode == 9
    assert [path.name[:12] for path in tmp_path.iterdir()] == [".aside-table"]


def test_an_error_of_the_parser_is_no_damage(tmp_path, monkeypatch):
    """Python 3.11 now and then raises SystemError where threads parse literals at once."""
    write_array(tmp_path / "a.npy", np.arange(3, dtype=np.float32))
    whole, raised = np.lib.format.open_memmap, []

    def once(path, mode):
        if not raised:
            raised.append(path)
            raise SystemError("AST constructor recursion depth mismatch (before=45, after=41)")
        return whole(path, mode=mode)

    monkeypatch.setattr(np.lib.format, "open_memmap", once)
    assert read_array(tmp_path / "a.npy", np.float32, (3,)).tolist() == [0, 1, 2] and raised


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("file:///home/me/My%20paintings", "/home/me/My paintings"),
        ("file://localhost/home/me", "/home/me"),
        ("file:/home/me", "/home/me"),
        ("file:///home/caf%E9.jpg", "/home/caf\udce9.jpg"),
        ("FILE:///C:/Users/me/a%23.jpg", "C:/Users/me/a#.jpg"),
        ("file://nas/art/a.jpg", "//nas/art/a.jpg"),
        ("file:a", "file:a"),
        ("files/a%20b", "files/a%20b"),
    ],
)
def test_a_url_of_a_file_is_its_path(given, path):
    assert str(user_path(given)) == path and is_file_url(given) == (given.casefold().startswith("file:/"))
