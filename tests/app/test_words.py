"""Every sentence of the page has a key, in every language, and each key is said somewhere."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import artextract
from artextract.features import face, pose
from artextract.features.semantic import SUBJECTS

WEB = Path(artextract.__file__).resolve().parent / "app" / "web"
LANGUAGES = sorted(path.stem for path in (WEB / "words").glob("*.js"))
FILES = sorted(path for path in WEB.rglob("*.js") if path.parent.name != "words" and WEB / "vendor" not in path.parents)
DOCUMENTS = sorted(WEB.glob("*.html"))

MESSAGE = re.compile(r'^  "([^"]+)":\s*(.*?),?\n(?=  "|\n  //|  //|\}\);|\};)', re.MULTILINE | re.DOTALL)
GIVEN = re.compile(r"\s*(?:/\*\*.*?\*/\s*)?\(([^)]*)\)\s*=>", re.DOTALL)
TYPE = re.compile(r"/\*\*.*?\*/", re.DOTALL)


def messages(text: str) -> dict[str, tuple[str, ...]]:
    """Key -> the names of its values, in order."""
    found = {}
    for key, value in MESSAGE.findall(text):
        given = GIVEN.match(value)
        names = TYPE.sub("", given[1]).split(",") if given else []
        assert key not in found, f"{key} is there twice"
        found[key] = tuple(name.strip() for name in names if name.strip())
    return found


@pytest.fixture(scope="module")
def words() -> dict[str, dict[str, tuple[str, ...]]]:
    return {code: messages((WEB / "words" / f"{code}.js").read_text(encoding="utf-8")) for code in LANGUAGES}


@pytest.fixture(scope="module")
def code() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in [*FILES, *DOCUMENTS])


def test_messages_are_read():
    text = """export default {
  "a.b": "A, b",

  // more
  "a.c": (n, /** @type {string} */ of) =>
    `${n} of ${of}`,
};
"""
    assert messages(text) == {"a.b": (), "a.c": ("n", "of")}


def test_every_language_says_the_same(words):
    assert set(LANGUAGES) == {"en", "de"}
    for code in LANGUAGES:
        assert words[code].keys() == words["en"].keys(), code
        differing = [key for key, values in words[code].items() if len(values) != len(words["en"][key])]
        assert not differing, f"{code} is given other values: {differing}"


def test_what_features_say_has_words(words):
    draw = np.random.default_rng(0)
    stances = [
        pose.Stance(
            {name: (draw.uniform(-180, 180), draw.uniform()) for name in pose.LIMBS},
            *(draw.uniform(-180, 180), draw.uniform(0, 90), draw.uniform(), 0.3, 1),
        )
        for _ in range(3000)
    ]
    faces = [face.Faces(*draw.uniform(-90, 90, 3), 0.3, 0.5, 0.5, 1) for _ in range(1000)]
    phrases = {phrase for one in stances for phrase in pose.in_words(one)}
    phrases |= {phrase for one in faces for phrase in face.in_words(one)}
    assert len(phrases) == 46
    assert {f"seen.{phrase}" for phrase in (*phrases, *SUBJECTS)} <= words["de"].keys()


def test_every_value_is_said(words):
    """What a message is given stands in its text, or decides about it."""
    for language in LANGUAGES:
        text = (WEB / "words" / f"{language}.js").read_text(encoding="utf-8")
        for key, value in MESSAGE.findall(text):
            body = GIVEN.sub("", value, count=1)
            unsaid = [name for name in words[language][key] if not re.search(rf"\b{name}\b", body)]
            assert not unsaid, f"{language}: {key} does not say {unsaid}"


def test_every_key_that_is_used_is_there_and_no_other(words, code):
    literal = set(re.findall(r'"([a-z][a-z-]*\.[\w -]+)"', code))
    said = set(re.findall(r'\bsay(?:Around)?\(\s*"([^"]+)"', code))
    said |= set(re.findall(r'data-say(?:-label)?="([^"]+)"', code))
    assert said <= words["en"].keys()
    prefixes = {f"{one}." for one in re.findall(r'\bknown\(\s*"([\w-]+)"', code)}
    prefixes |= set(re.findall(r"\bsay\(\s*`([\w.-]+)\$\{", code))
    unused = [key for key in words["en"] if key not in literal and not key.startswith(tuple(prefixes))]
    assert not unused


PROSE = [
    re.compile(r"""(?<!\w)["']([A-Z“][^"'\n]*[a-z]{2} [^"'\n]*|[a-z]+(?: [a-z’]+){3,}[^"'\n]*)["']"""),
    re.compile(r"`([^`]*[A-Za-z]{2,} [a-z]{2,} [^`]*)`"),
    re.compile(r'(?:"aria-label"|title|placeholder|alt|text|label|hint|message): "([^"]*[A-Za-z]{2}[^"]*)"'),
]
"""What looks like a sentence in code: a text of words, or the name of an element."""
NO_PROSE = (
    "artextract ",  # commands
    "button second",
    "import ",
    "with open",
    "TOKEN=",
    "curl ",
    "from artextract.client",
    "with Client(",
    "    upload = ",
    "    for hit in",
    "        print",
    "the page has no element",  # defects, not for visitors
    "this browser cannot draw",
    "the pair is not there yet",
    "the queue is not there yet",
    "no search is shown",
    "Successful Response",  # of the OpenAPI document
    "ArrowLeft ArrowRight",
    "+ - 0 1 ArrowLeft",
    "English",
    "Deutsch",
    "looking at changed files",  # of the server
    "Which mix",  # within a command
)


def sentences(text: str) -> list[str]:
    code = re.sub(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*|^import [^;]*;", "", text, flags=re.DOTALL | re.MULTILINE)
    found = [match[1] for pattern in PROSE for match in pattern.finditer(code)]
    return [one for one in found if not one.startswith(NO_PROSE) and not re.search(r"[=\[{]>|\$\{[^}]*$|;", one)]


def test_a_sentence_in_code_is_found():
    assert sentences('make("p", {}, "There is no study yet"); // it is so') == ["There is no study yet"]
    assert sentences('make("a", { "aria-label": "Close" })') == ["Close"]
    assert sentences("say(`Look at ${number} closely now`)") == ["Look at ${number} closely now"]
    assert sentences('make("p", { class: "button second" }, say("a.b")); element.closest("input, select")') == []


def test_no_sentence_stands_in_code():
    found = {path.relative_to(WEB).as_posix(): sentences(path.read_text(encoding="utf-8")) for path in FILES}
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_sentence_stands_in_a_document(path):
    body = re.sub(
        r"<(noscript|script|svg)\b.*?</\1>|<head>.*?</head>", "", path.read_text(encoding="utf-8"), flags=re.S
    )
    assert not re.findall(r'(?:aria-label|title|placeholder|alt)="[^"]', body)
    assert set(re.sub(r"<[^>]*>", " ", body).split()) <= {"ArtExtract", "◐", "/"}


def test_the_languages_count_and_write_numbers():
    """Run by node, where it is: plurals, percent signs and lists as the languages have them."""
    if shutil.which("node") is None:
        pytest.skip("needs node")
    script = f"""
      const en = (await import("{(WEB / "words/en.js").as_uri()}")).default;
      const de = (await import("{(WEB / "words/de.js").as_uri()}")).default;
      const said = [en, de].flatMap((words) => [
        words["count.paintings"](1), words["count.questions"](1), words["count.questions"](1234),
        words["map.variance"](0.62), words["compare.score"](0.5),
      ]);
      console.log(said.join("|").replaceAll("\\u00a0", " "));
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    english = "1 painting|1 question|1,234 questions|They account for 62% of the differences.|Score 0.50"
    german = "1 Gemälde|1 Frage|1.234 Fragen|Sie erklären 62 % der Unterschiede.|Wert 0,50"
    assert done.stdout.strip() == f"{english}|{german}"
