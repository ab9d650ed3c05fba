"""No two files of the page need each other; what is imported only when it is used does not count."""

from pathlib import Path

import artextract
from artextract.app.page import IMPORT
from tests.test_imports import cycles

WEB = Path(artextract.__file__).resolve().parent / "app" / "web"
FILES = sorted(WEB.rglob("*.js"))


def name(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


def needed(path: Path) -> set[str]:
    found = {(path.parent / one).resolve() for one in IMPORT.findall(path.read_text(encoding="utf-8"))}
    assert all(one.is_file() for one in found), f"{name(path)} imports a file that is not there"
    return {name(one) for one in found if one.is_relative_to(WEB.resolve())}


def test_imports_are_found():
    assert {"lib/route.js", "lib/api.js"} <= needed(WEB / "main.js")


def test_no_two_files_need_each_other():
    assert cycles({name(path): needed(path) for path in FILES}) == []
