"""The documents keep their word: every command in them is one that the parser knows, those that work offline on drawn
paintings are run in the order in which a reader would run them, and names, files and links are there."""

from __future__ import annotations

import argparse
import ast
import contextlib
import inspect
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import artextract
from artextract.app import cli
from artextract.files import cache_dir
from artextract.model.starter import starter_folder
from artextract.table import read_paintings

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
DOCUMENTS = [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
EXTEND = ROOT / "docs" / "extend.md"
"""Says what to write: its files are not there yet, and tests/features/test_extend.py runs its examples."""
WIDTH = 100

RUN = ["README.md", "docs/guide.md", "docs/study.md", "docs/application.md"]
"""Pages whose commands are run, one page after the other, in one folder."""

PARSED_ONLY = {
    "artextract import wikiart": "needs the files of WikiArt; tests/sources/test_wikiart.py imports a made copy",
    "artextract import huggingface": "needs the hub; tests/sources/test_huggingface.py imports made shards",
    "artextract import webdataset": "needs shards; tests/sources/test_webdataset.py writes some",
    "artextract import nga": "needs the network; tests/sources/test_nga.py answers for the museum",
    "artextract import iiif": "needs the network; tests/sources/test_iiif.py answers for the museum",
    "artextract import sample": "draws for many seconds; the collection of tests/conftest.py is what it draws",
    "artextract doctor wikiart-collection": "needs the files of WikiArt; doctor my-collection is run",
    "artextract train": "takes minutes to hours; tests/train trains small networks, and the starter model stands in",
    "artextract evaluate": "bootstraps for seconds; tests/app/test_cli.py evaluates a small model",
    "artextract outliers": "fits for seconds; tests/app/test_outliers_command.py lists those of a small collection",
    "artextract export models/mine --format onnx": "converts for seconds; tests/model/test_onnx_export.py does it",
    "artextract open": "serves until it is stopped; tests/app/test_open_command.py opens a folder",
    "artextract serve": "serves until it is stopped; tests/app/browser starts it",
    "artextract index my-collection --features all": "takes seconds; tests/features computes every feature",
    "artextract index my-collection --motifs": "takes seconds; tests/motifs prepares a small collection",
    "artextract search my-collection ID --motif": "needs the command above",
    "artextract motifs": "needs the command above; tests/motifs looks for the motifs of a small collection",
}
"""Beginnings of commands of ``RUN`` that are parsed and not run, each with the reason."""

SHORTER = {
    "artextract benchmark": ["--no-self-retrieval", "--no-latency"],  # what takes most of its time
}
"""What is added to commands that are run."""

FINDS = {"artextract doctor": 1}
"""Exit codes other than 0: ``doctor`` gives 1 when it has found something, as in drawn paintings it does."""

SNIPPETS = {
    "engine = artextract.SearchEngine.open": True,
    "model = artextract.CNNRNNModel": True,
    "artextract.train_model": False,  # trains
    "with Client(": False,  # needs a server; tests/client calls everything of one
}
"""What a Python snippet of the pages contains, and whether it is run; all are compiled and their names looked up."""


@dataclass(frozen=True)
class Block:
    """A piece of code in a document: ``language`` ("" for an indented one), ``text``, and the ``line`` it begins in."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """A command of a document, as one line without its comment; ``shown`` is the output that follows it there."""

    page: str
    line: int
    text: str
    shown: str = ""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str) -> Iterator[Block]:
    """Fenced and indented code, from the top; what is indented below a list belongs to the list."""
    lines, at = text.split("\n"), 0
    while at < len(lines):
        start = at
        if fence := re.match(r"\s*(```+)\s*(\w*)", lines[at]):
            at += 1
            while at < len(lines) and not lines[at].strip().startswith(fence[1]):
                at += 1
            yield Block(fence[2] or "text", "\n".join(lines[start + 1 : at]), start + 2)
        elif lines[at].startswith("    ") and start and not lines[at - 1].strip():
            while at + 1 < len(lines) and (lines[at + 1].startswith("    ") or not lines[at + 1].strip()):
                at += 1
            yield Block("", "\n".join(line[4:] for line in lines[start : at + 1]), start + 1)
        at += 1


def commands(path: Path) -> list[Command]:
    """Every line of shell code that calls ``artextract``."""
    found: list[Command] = []
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.language == "text" and found and found[-1].line < block.line <= found[-1].line + 4:
            found[-1] = Command(found[-1].page, found[-1].line, found[-1].text, block.text)
        if block.language not in ("", "bash", "sh", "console"):
            continue
        for number, line in enumerate(re.sub(r"\\\n\s*", "", block.text).split("\n")):
            line = re.sub(r"^(\$ )?(\S*/bin/)?(?=artextract )", "", line.strip())
            if line.startswith("artextract "):
                found.append(Command(name_of(path), block.line + number, shlex.join(shlex.split(line, comments=True))))
    return found


COMMANDS = [command for path in DOCUMENTS for command in commands(path)]
SNIPPETS_FOUND = [
    (name_of(path), block)
    for path in DOCUMENTS
    for block in blocks(path.read_text(encoding="utf-8"))
    if block.language == "python" and path != EXTEND
]


def where(thing) -> str:
    return f"{thing.page}:{thing.line}" if isinstance(thing, Command) else f"{thing[0]}:{thing[1].line}"


def inline_code(path: Path) -> list[str]:
    """What stands between single back ticks, outside of blocks."""
    text = path.read_text(encoding="utf-8")
    for block in blocks(text):
        text = text.replace(block.text, "")
    return [re.sub(r"\s+", " ", code) for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", text)]


def parsers(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], set[str]]:
    """Every command by its words, with its options."""
    found = {words: set(parser._option_string_actions)}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                found |= parsers(child, (*words, name))
    return found


# --- every command, name, file and link ---


def test_there_are_commands_to_look_at():
    assert len(COMMANDS) > 50 and len(SNIPPETS_FOUND) >= 4
    assert {command.page for command in COMMANDS} >= set(RUN)


@pytest.mark.parametrize("command", COMMANDS, ids=where)
def test_every_command_is_one_that_the_parser_knows(command):
    cli._parser().parse_args(shlex.split(command.text)[1:])


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_commands_and_options_named_in_a_sentence_exist(path):
    known = parsers(cli._parser())
    options = set().union(*known.values())
    for code in inline_code(path):
        words = code.split()
        if words[0] == "artextract" and len(words) > 1 and words[1].islower():
            group = tuple(words[1:3]) if tuple(words[1:3]) in known else tuple(words[1:2])
            assert group in known, code
            assert {word.split("=")[0] for word in words if word.startswith("--")} <= known[group], code
        elif words[0].startswith("--"):
            assert words[0].split("=")[0] in options, code


@pytest.mark.parametrize("path", [path for path in PAGES if path != EXTEND], ids=name_of)
def test_files_named_in_a_sentence_exist(path):
    """``benchmarks/web.py`` is a file; ``features/NAME`` is no name of one."""
    text = path.read_text(encoding="utf-8")
    for file in re.findall(r"(?<![\w/-])(?:benchmarks|scripts|tests|src)/[\w./-]*\w/?", text):
        assert (ROOT / file).exists(), file


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_targets_of_make_exist(path):
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"(?:^|`)make ([a-z-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) <= set(targets)


def test_files_of_the_architecture_exist():
    """``ranking.py`` stands somewhere in the code; NAME is for the reader to fill in."""
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "src").rglob("*.*")}
    files |= {
        path.relative_to(ROOT).as_posix() for part in ("tests", "scripts") for path in (ROOT / part).rglob("*.py")
    }
    named = [code for code in inline_code(ROOT / "ARCHITECTURE.md") if re.fullmatch(r"[a-z_/]+\.(py|js)", code)]
    assert len(named) > 30
    assert [name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in files)] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r'\]\(([^)\s]+)\)|src="([^"]+)"', text):
        file, _, heading = "".join(target).partition("#")
        if file.startswith("http"):
            continue
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), file
        if heading:
            assert heading in headings(linked), f"{file}#{heading}"


def headings(path: Path) -> set[str]:
    """The names by which a page's headings are linked to."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_is_linked_from_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name_of(path) for path in DOCUMENTS[1:] if f"({name_of(path)}" not in text] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_prose_is_wrapped(path):
    text = path.read_text(encoding="utf-8")
    code = {n for block in blocks(text) for n in range(block.line, block.line + block.text.count("\n") + 1)}
    long = [
        f"{number}: {line}"
        for number, line in enumerate(text.split("\n"), 1)
        if len(line) > WIDTH and number not in code and not line.startswith(("|", "!["))
    ]
    assert long == []


def test_the_readme_is_short():
    assert 700 <= len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 900


# --- Python ---


@pytest.mark.parametrize("found", SNIPPETS_FOUND, ids=where)
def test_snippets_use_names_and_arguments_that_exist(found):
    for node in ast.walk(ast.parse(found[1].text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "artextract":
            assert node.attr in artextract.__all__, node.attr
        if isinstance(node, ast.Call) and re.fullmatch(r"artextract\.\w+", ast.unparse(node.func)):
            inspect.signature(getattr(artextract, ast.unparse(node.func).split(".")[1])).bind_partial(
                *node.args, **{keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            )
        if isinstance(node, ast.ImportFrom):
            module = __import__(node.module, fromlist=[alias.name for alias in node.names])
            assert all(hasattr(module, alias.name) for alias in node.names), ast.unparse(node)


# --- what is run ---


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class Reader:
    """Runs the commands in the order of the documents, each once and only when an answer is asked for."""

    def __init__(self) -> None:
        self._done: dict[Command, Done] = {}

    def answer(self, wanted: Command) -> Done:
        for command in TO_RUN[: TO_RUN.index(wanted) + 1]:
            if command not in self._done:
                self._done[command] = call(command.text)
        return self._done[wanted]


def why_not(text: str) -> str | None:
    return next((reason for start, reason in PARSED_ONLY.items() if text.startswith(start)), None)


def to_run() -> list[Command]:
    """What two pages both say is run once, the first time."""
    commands = [command for page in RUN for command in COMMANDS if command.page == page and not why_not(command.text)]
    return list({command.text: command for command in reversed(commands)}.values())[::-1]


TO_RUN = to_run()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, sample_collection) -> Iterator[Path]:
    """A reader's folder, which is also the home and the working directory: pictures, labels, and the starter model as
    the reader's own."""
    home = tmp_path_factory.mktemp("reader")
    (home / "paintings").mkdir()
    drawn = read_paintings(sample_collection).frame.iloc[:24]
    rows = []
    for number, (path, title) in enumerate(zip(drawn["path"], drawn["title"], strict=True)):
        style, genre = ("Cubism", "Impressionism")[number % 2], ("landscape", "portrait")[number // 2 % 2]
        name = Path(path).name
        shutil.copy(sample_collection / path, home / "paintings" / name)
        if number < 6:
            (home / "by-style" / style).mkdir(parents=True, exist_ok=True)
            shutil.copy(sample_collection / path, home / "by-style" / style / name)
        rows.append({"path": name, "title": title, "style": style, "genre": genre, "year": 1890 + number})
    table = pd.DataFrame(rows).assign(artist=["Claude Monet", "Paul Cezanne", "Marc Chagall"] * 8)
    table.loc[0, "title"] = "Haystacks"
    table.to_csv(home / "paintings" / "labels.csv", index=False)
    for name in ("snow-at-marly.jpg", "painting.jpg", "photo.jpg"):
        shutil.copy(sample_collection / "images" / "sample-0-00090.jpg", home / name)
    for name in ("mine", "dated"):
        shutil.copytree(starter_folder(), home / "models" / name)
    shutil.copytree(sample_collection, home / "sample")  # what `import sample --count 96` of the README draws
    networks = cache_dir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("HOME", str(home))
        patch.setenv("ARTEXTRACT_CACHE", str(networks))
        yield home


def test_the_sample_of_the_readme_is_that_of_the_tests(sample_collection):
    assert f"import sample --out sample --count {len(read_paintings(sample_collection))}\n" in (
        ROOT / "README.md"
    ).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reader(folder) -> Reader:
    return Reader()


def call(text: str) -> Done:
    words = [*shlex.split(text)[1:], *next((more for start, more in SHORTER.items() if text.startswith(start)), [])]
    words = [str(Path(word).expanduser()) if word.startswith("~/") else word for word in words]
    if {"ID", "OTHER_ID", "THIRD_ID"} & set(words):
        ids = dict(zip(("ID", "OTHER_ID", "THIRD_ID"), read_paintings("my-collection").ids, strict=False))
        words = [ids.get(word, word) for word in words]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(words)
    return Done(code, out.getvalue(), err.getvalue())


def test_what_is_only_parsed_is_listed_with_a_reason():
    ours = [command.text for command in COMMANDS if command.page in RUN]
    assert [start for start in PARSED_ONLY if not any(text.startswith(start) for text in ours)] == []


@pytest.mark.parametrize("command", TO_RUN, ids=where)
def test_commands_work_as_they_stand(command, reader):
    expected = next((code for start, code in FINDS.items() if command.text.startswith(start)), 0)
    done = reader.answer(command)
    assert done.code == expected, done.err


@pytest.mark.parametrize("command", [command for command in TO_RUN if command.shown], ids=where)
def test_the_output_shown_is_the_output(command, reader):
    """Lines may be left out at the end. Numbers after a point are those of one machine, and predictions those of
    another picture."""
    out = reader.answer(command).out
    real = [plain(line) for line in out.splitlines()]
    for line in command.shown.splitlines():
        if "predict" in command.text:
            assert line.strip().split("  ")[0].split(": ")[0].split("/")[-1] in out
        else:
            assert any(other.endswith(plain(line).removeprefix("…")) for other in real), line


def plain(line: str) -> str:
    line = re.sub(r"\d+\.\d+", "#", line)
    line = re.sub(r"(?<=in )\S*/(?=sample\b)", "…/", line)
    return re.sub(r"[\s-]+", " ", line).strip()


@pytest.mark.parametrize(
    "found", [f for f in SNIPPETS_FOUND if any(run and text in f[1].text for text, run in SNIPPETS.items())], ids=where
)
def test_snippets_run(found, reader):
    reader.answer(TO_RUN[-1])
    ids = read_paintings("my-collection").ids
    text = re.sub(r'"(OTHER_)?ID"', lambda match: repr(ids[1] if match[1] else ids[0]), found[1].text)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, where(found), "exec"), {"probabilities": np.full((6, 3), 1 / 3, dtype=np.float32)})


def test_every_snippet_is_either_run_or_not_on_purpose():
    assert [where(f) for f in SNIPPETS_FOUND if not any(text in f[1].text for text in SNIPPETS)] == []
