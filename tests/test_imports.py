"""The arrows never turn back, and what is heavy is loaded only where it is used."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import artextract

ROOT = Path(artextract.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

TORCH_FILES = {
    "backbones/custom.py",
    "backbones/halves.py",
    "backbones/int8_network.py",
    "backbones/local_stages.py",
    "backbones/multi_scale.py",
    "backbones/networks.py",
    "backbones/onnx_torch.py",
    "backbones/torch_engine.py",
    "backbones/transformers_models.py",
    "model/cnn_rnn.py",
    "model/heads.py",
    "model/network.py",
    "model/sequence.py",
    "train/checkpoint.py",
    "train/finetune.py",
    "train/loop.py",
    "train/losses.py",
    "train/processes.py",
    "train/rows.py",
    "train/scratch.py",
}

LAYERS = [
    {"said", "errors", "precision", "printable", "processor", "version", "progress", "client"},
    {"typefaces"},
    {
        "database",
        "files",
        "forms",
        "kept",
        "locks",
        "labels",
        "objects",
        "places",
        "spelling",
        "drawing_text",
        "metrics",
    },
    {"columns", "csv_file", "dates", "images", "checksums", "naming", "catalogue"},
    {"table", "augment", "csv_reader", "download"},
    {"splits", "file_states", "year_ranges"},
    {"sources", "backbones"},
    {"runtime"},
    {"model"},
    {"features", "index"},
    {"doctor", "motifs"},
    {"train", "search"},
    {"evaluate"},
    {"export", "lists", "review", "study"},
    {"app"},
]
"""A file may import from its own layer's part and from the layers above it in this list."""


def module(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


NAMES = frozenset(map(module, FILES))


def part(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements below a node. Imports are statements, and expressions are most of a tree."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr):
            yield child
            yield from statements(child)


@cache
def imported(path: Path, top_level_only: bool = False) -> frozenset[str]:
    """Full names of what a file imports; with ``top_level_only`` not what stands inside functions and type-checking
    blocks."""
    nodes = tree(path).body if top_level_only else statements(tree(path))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module(path)} uses a relative import"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


@cache
def file_of(name: str) -> str | None:
    """The file that a full name is, or is in: a module, a package, or a name inside one of them."""
    for parts in (name.split(".")[1:], name.split(".")[1:-1]):
        for path in ("/".join(parts) + ".py", "/".join([*parts, "__init__.py"])):
            if path in NAMES:
                return path
    return None


def needed(path: Path) -> set[str]:
    """The files that a file imports, for types too, but for what is imported inside a function."""
    found, nodes = set(), [tree(path)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Import):
            found |= {file_of(alias.name) for alias in node.names if alias.name.startswith("artextract.")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "artextract":
            found |= {file_of(f"{node.module}.{alias.name}") for alias in node.names}
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.expr)):
            nodes += ast.iter_child_nodes(node)
    return found - {None, module(path)}


def cycles(edges: dict[str, set[str]]) -> list[list[str]]:
    """The groups of files of which each needs every other, directly or by way of others."""
    reached = {}
    for start in edges:
        seen, ahead = set(), [start]
        while ahead:
            new = edges.get(ahead.pop(), set()) - seen
            seen |= new
            ahead += new
        reached[start] = seen
    groups = {tuple(sorted(b for b in reached[a] if a in reached.get(b, ()))) for a in edges if a in reached[a]}
    return sorted(map(list, groups))


def test_no_two_files_need_each_other():
    assert cycles({module(path): needed(path) for path in FILES}) == []


def test_arrows_never_turn_back():
    backwards = {}
    for path in FILES:
        if path.parent == ROOT and path.name in ("__init__.py", "__main__.py"):
            continue
        own = module(path).split("/")[0].removesuffix(".py")
        level = next(i for i, layer in enumerate(LAYERS) if own in layer)
        allowed = set().union(*LAYERS[:level]) | {own}
        used = {part(name) for name in imported(path) if name.startswith("artextract.")}
        if not used <= allowed:
            backwards[module(path)] = sorted(used - allowed)
    assert backwards == {}


def test_every_part_has_its_layer():
    parts = {module(path).split("/")[0].removesuffix(".py") for path in FILES} - {"__init__", "__main__"}
    assert parts == set().union(*LAYERS)


def test_torch_only_where_a_network_lives():
    at_top = {module(f) for f in FILES if any(n.split(".")[0] == "torch" for n in imported(f, top_level_only=True))}
    assert at_top <= TORCH_FILES


def test_the_web_framework_only_in_the_api():
    users = {module(f) for f in FILES if {"fastapi", "starlette"} & {n.split(".")[0] for n in imported(f)}}
    assert all(user.startswith("app/api/") for user in users)


def test_printing_and_exiting_only_in_the_command_line():
    def offends(path):
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("print", "exit", "quit")
            ):
                return True
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "exit"
                and isinstance(node.value, ast.Name)
                and node.value.id == "sys"
            ):
                return True
        return False

    assert {module(f) for f in FILES if offends(f)} <= {"app/cli.py", "app/commands/common.py"}


def test_the_index_knows_nothing_about_paintings():
    for path in (ROOT / "index").glob("*.py"):
        assert not {"artextract.table", "artextract.images", "artextract.labels"} & imported(path)


def test_nothing_outside_the_index_reaches_behind_its_protocol():
    """Whole arrays and the layout of the disk are the embedded index's own business; another store has neither."""
    behind = re.compile(r"\.(block|norms|density|serials)\(|index\.(config|serials|folder)\b|index\.embedded")
    others = [path for folder in ("benchmarks", "scripts") for path in (ROOT.parents[1] / folder).rglob("*.py")]
    assert others
    for path in [*others, *(path for path in FILES if not module(path).startswith("index/"))]:
        assert not behind.findall(path.read_text(encoding="utf-8")), path


def test_the_public_names():
    assert list(artextract.__all__) == sorted(artextract.__all__, key=str)
    assert set(artextract.__all__) == set(artextract._WHERE) | {"__version__"}
    assert all(getattr(artextract, name) is not None for name in artextract.__all__)
    with pytest.raises(AttributeError):
        _ = artextract.nothing


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, artextract; print(sorted({'torch', 'numpy', 'pandas', 'openvino', 'faiss', 'fastapi'} &"
        " set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_a_public_name_stays_itself_after_its_first_use():
    code = (
        "import artextract\nfor name in artextract.__all__:\n    first = getattr(artextract, name)\n    assert"
        " getattr(artextract, name) is first, name"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
