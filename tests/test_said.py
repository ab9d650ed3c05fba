"""Sentences that keep what they were made of."""

import ast
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import artextract
from artextract.features.composition import _TRAITS as OF_COMPOSITION
from artextract.features.lighting import _TRAITS as OF_LIGHTING
from artextract.features.structure_words import DIVISIONS
from artextract.features.swatches import NAMES
from artextract.said import Said, facts, joined, listed

ROOT = Path(artextract.__file__).parent
ENGLISH = (ROOT / "app/web/words/en.js").read_text(encoding="utf-8")


def test_a_sentence_is_a_text_and_knows_its_parts():
    colours = [Said("shares", "{colour} ({share:.0%})", colour="blue", share=0.3), "red"]
    said = Said("shared", "Both have {colours}.", colours=colours)
    assert said == "Both have blue (30%) and red."
    inner = {"code": "shares", "values": {"colour": "blue", "share": 0.3}, "text": "blue (30%)"}
    assert facts(said) == {"code": "shared", "values": {"colours": [inner, "red"]}, "text": str(said)}
    assert facts("plain") is None and listed([]) == "" and listed(["a", "b", "c"], "or") == "a, b or c"


def test_sentences_are_joined_with_their_parts():
    first, plain = Said("a", "It is."), "{So} it is."
    both = joined([first, "", plain])
    assert both == "It is. {So} it is." and facts(both)["values"]["parts"] == [facts(first), plain]
    assert joined([first, ""]) is first and joined([]) == ""


def test_it_survives_becoming_plain_values():
    @dataclass
    class Reason:
        sentence: str

    assert asdict(Reason(Said("a", "{n} of it", n=2)))["sentence"].values == {"n": 2}


def calls() -> list[tuple[str, tuple[str, ...]]]:
    """Every ``Said`` of the code whose code is a literal, with the names of its values."""
    found = []
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "Said(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Said"):
                continue
            if isinstance(node.args[0], ast.Constant) and all(word.arg for word in node.keywords):
                found.append((node.args[0].value, tuple(word.arg for word in node.keywords if word.arg)))
    return found


def test_the_page_has_words_for_all_that_is_said():
    """With the same values in the same order: the page hands them on by place."""
    on_page = {
        key: tuple(name.strip() for name in given.split(",")) if given else ()
        for key, given in re.findall(r'^  "said\.([^"]+)": *(?:\(?([\w, ]*?)\)? =>)?', ENGLISH, re.MULTILINE)
    }
    said = calls()
    assert len(said) > 100
    assert [(code, names) for code, names in said if on_page.get(code) != names] == []
    traits = {
        f"{trait.measure}-{side}"
        for trait in (*OF_LIGHTING, *OF_COMPOSITION)
        for side, phrase in {
            "both-low": trait.both_low,
            "both-high": trait.both_high,
            "between": trait.between,
            "less": trait.less,
            "more": trait.more,
        }.items()
        if phrase
    }
    assert traits | {f"division-{name}" for name in DIVISIONS} <= on_page.keys()
    assert all(f'"colour.{name}":' in ENGLISH for name in NAMES)
