"""Writes the types of the client's answers anew, from the description of the calls:

    python scripts/client_types.py

It needs ruff, which lays them out. ``tests/client/test_calls.py`` tells when it is to be run."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from artextract.app.api import create_app
from artextract.client import answers

FOLDER = Path(answers.__file__).parent
ABOUT = {
    "server": "What the server says of itself.",
    "collection": "Paintings of the collection and their columns.",
    "models": "What models say of pictures.",
    "search": "What a search finds.",
    "reasons": "Why paintings are alike, and ways between them.",
    "jobs": "Vectors, and jobs of many calls.",
    "map": "Maps of the collection.",
    "review": "The review of labels.",
    "study": "Studies of what raters prefer.",
    "export": "Lists that leave the collection.",
    "lists": "Named lists.",
    "mix": "The mix of a search that names none.",
    "works": "Pictures of one work, and repeated motifs.",
}
"""By file."""
FILES = {
    **dict.fromkeys(("health", "session", "sign-in", "sign-out", "updating", "added"), "server"),
    **dict.fromkeys(("paintings", "layout", "ids", "facets", "places", "catalogue"), "collection"),
    **dict.fromkeys(("predictions", "predict"), "models"),
    **dict.fromkeys(("uploads", "motifs"), "search"),
    **dict.fromkeys(("compare", "path"), "reasons"),
    "embeddings": "jobs",
    "selection": "export",
}
"""The file of a part of the API, where that has another name."""
RENAMED = {
    "artextract__app__api__map__Comparison": "ChosenComparison",
    "artextract__app__api__compare__Comparison": "Comparison",
}
PLAIN = {"integer": "int", "number": "float", "string": "str", "boolean": "bool", "null": "None"}


def write(document: dict[str, Any], folder: Path) -> None:
    """The files of all types that the answers of a description have."""
    parts = document["components"]["schemas"]
    where: dict[str, str] = {}
    for path, methods in document["paths"].items():
        if path.startswith("/api/v1/"):
            part = path.split("/")[3]
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    for content in answer.get("content", {}).values() if status.startswith("2") else ():
                        for name in _named(content.get("schema") or {}, parts):
                            where.setdefault(name, FILES.get(part, part))
    for file in dict.fromkeys(where.values()):
        names = [name for name, its in where.items() if its == file]
        (folder / f"{file}.py").write_text(_file(file, names, where, parts), encoding="utf-8")
    subprocess.run(["ruff", "check", "--fix", "--quiet", "--select", "I", folder], check=True)
    subprocess.run(["ruff", "format", "--quiet", folder], check=True)


def _named(schema: Any, parts: dict[str, Any]) -> Iterator[str]:
    """The names of all types in a schema, those that others need first."""
    if isinstance(schema, list):
        for each in schema:
            yield from _named(each, parts)
    elif isinstance(schema, dict) and "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from _named(parts[name], parts)
        yield name
    elif isinstance(schema, dict):
        for each in schema.values():
            yield from _named(each, parts)


def _file(file: str, names: list[str], where: dict[str, str], parts: dict[str, Any]) -> str:
    body = "\n\n".join(_class(name, parts[name]) for name in names)
    used = set(re.findall(r"\b[A-Z]\w+", body))
    typing = sorted(({"Any", "Literal"} & used) | {"TypedDict"})
    lines = [f'"""{ABOUT.get(file, file)}"""', "", f"from typing import {', '.join(typing)}", ""]
    for name, other in where.items():
        if other != file and RENAMED.get(name, name) in used:
            lines.append(f"from artextract.client.answers.{other} import {RENAMED.get(name, name)}")
    return "\n".join([*lines, "", "", body])


def _class(name: str, schema: dict[str, Any]) -> str:
    name, fields = RENAMED.get(name, name), schema.get("properties", {})
    if all(field.isidentifier() for field in fields):
        return "\n".join([f"class {name}(TypedDict):", *(f"    {f}: {_type(s)}" for f, s in fields.items()), ""])
    said = ", ".join(f'"{field}": "{_type(each)}"' for field, each in fields.items())
    return f'{name} = TypedDict("{name}", {{{said}}})\n'


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return RENAMED.get(name, name)
    if "anyOf" in schema:
        return " | ".join(sorted(dict.fromkeys(map(_type, schema["anyOf"])), key=lambda one: one == "None"))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(repr(value) for value in values)}]"
    if "prefixItems" in schema:
        kinds = {_type(each) for each in schema["prefixItems"]}
        return f"list[{kinds.pop() if len(kinds) == 1 else 'Any'}]"
    if schema.get("type") == "array":
        return f"list[{_type(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"dict[str, {_type(values) if isinstance(values, dict) else 'Any'}]"
    return PLAIN.get(schema.get("type", ""), "Any")


if __name__ == "__main__":
    import numpy as np
    from PIL import Image

    from artextract.search.build import build_index
    from artextract.sources.folder import import_folder

    with tempfile.TemporaryDirectory() as work:
        pictures = Path(work) / "pictures"
        pictures.mkdir()
        for number in range(4):
            shade = np.full((64, 64, 3), 60 * number, np.uint8)
            Image.fromarray(shade).save(pictures / f"{number}.png")
        import_folder(pictures, Path(work) / "collection")
        build_index(Path(work) / "collection", features=("palette",))
        write(create_app(Path(work) / "collection").openapi(), FOLDER)
    sys.exit(0)
