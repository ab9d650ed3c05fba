"""The files of the page as they are sent.

Below an address that names their version a browser may keep them for good, so that a second visit asks for none. A
document names all that its modules need, which is then fetched at once and not one import after another; its style
sheets come as one file."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from functools import cached_property
from pathlib import Path

IMPORT = re.compile(r"""^(?:import|export)\s[^;"']*?(?:from\s*)?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
_STYLES = re.compile(r'(?:<link rel="stylesheet" href="\{\{files\}\}[\w./-]+" />\s*)+')
_STYLE = re.compile(r'"\{\{files\}\}([\w./-]+)"')
_LINK = '<link rel="modulepreload" href="{{{{files}}}}{}" />'
_PRELOAD = re.compile(r'<link rel="modulepreload" href="\{\{files\}\}([\w./-]+)" />')
"""Stands for a module and all that it imports."""
_LATER = re.compile(r'(?<=<script type="application/json" id="files">)\s*\{\}\s*(?=</script>)')
"""What early.js reads: which words there are, and what each view needs."""
_VIEW = re.compile(r"views/\w+\.js")


class PageFiles:
    """The files below ``folder`` as they are now. ``version`` changes with any of them."""

    def __init__(self, folder: Path):
        self._files = {name: (folder / name).read_bytes() for name in _names(folder)}
        self._packed: dict[str, bytes] = {}
        self._documents: dict[str, str] = {}
        self.state = state_of(folder)

    @cached_property
    def version(self) -> str:
        digest = hashlib.sha256()
        for name, content in self._files.items():
            digest.update(f"{name} {len(content)}\n".encode() + content)
        return digest.hexdigest()[:12]

    def file(self, name: str) -> bytes | None:
        """A file; "index.css" is the style sheets of index.html as one. None: there is no such file."""
        if name.endswith(".html"):
            return None
        page = self._files.get(f"{name.removesuffix('.css')}.html")
        if page is None or not name.endswith(".css"):
            return self._files.get(name)
        styles = _STYLES.search(page.decode())
        return b"\n".join(self._files[one] for one in _STYLE.findall(styles[0] if styles else ""))

    def packed(self, name: str) -> bytes | None:
        """The same, compressed by gzip."""
        content = None if name in self._packed else self.file(name)
        if content is not None:
            self._packed[name] = gzip.compress(content, mtime=0)
        return self._packed.get(name)

    def document(self, name: str, root: str = "") -> str | None:
        """An HTML file whose own files are asked for by their version; ``root`` stands before their addresses."""
        if not name.endswith(".html") or name not in self._files:
            return None
        if name not in self._documents:
            self._documents[name] = self._named(name)
        return self._documents[name].replace("{{root}}", root)

    def _named(self, name: str) -> str:
        """A document with the names of its files."""
        sheet = f'<link rel="stylesheet" href="{{{{files}}}}{name.removesuffix("html")}css" />\n    '
        text = _STYLES.sub(sheet, self._files[name].decode(), count=1)
        always: list[str] = []
        for main in _PRELOAD.findall(text):
            always += (needed := self._needed(main))
            links = "\n    ".join(_LINK.format(one) for one in needed)
            text = text.replace(_LINK.format(main), links)
        views = [one for one in self._files if _VIEW.fullmatch(one)] if name == "index.html" else []
        later = {
            "base": "{{files}}",
            "words": [_stem(one) for one in self._files if one.startswith("words/")],
            "views": {_stem(one): [need for need in self._needed(one) if need not in always] for one in views},
        }
        text = _LATER.sub(json.dumps(later, separators=(",", ":")), text)
        return text.replace("{{files}}", f"{{{{root}}}}files/{self.version}/")

    def _needed(self, name: str) -> list[str]:
        """A module and what it imports, and so on; the nearest first."""
        found = [name]
        for one in found:
            for path in IMPORT.findall(self._files[one].decode()):
                need = _joined(one, path)
                if need not in found and not need.startswith("words/"):
                    found.append(need)
        return found


def state_of(folder: Path) -> list[tuple[str, int, int]]:
    """What is another after a file has been changed."""
    found = [(name, (folder / name).stat()) for name in _names(folder)]
    return [(name, state.st_mtime_ns, state.st_size) for name, state in found]


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _joined(name: str, path: str) -> str:
    """ "views/map.js" and "../lib/dom.js" as "lib/dom.js"."""
    parts = name.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".js")
