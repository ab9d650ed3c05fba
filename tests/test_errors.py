"""Every error that is raised names what is wrong by a code of its own."""

import ast
import re
from pathlib import Path

import artextract
from artextract import errors

ROOT = Path(artextract.__file__).parent
GENERIC = {
    "ArtExtractError",
    "InputError",
    "MismatchError",
    "WeightsUnavailableError",
    "NothingUsableError",
    "ImageError",
}
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def raised():
    """Place and call of every error of a class that has only a generic code."""
    fetching = GENERIC | {"FetchError", "SlowError", "UnkeptError"}
    for path in sorted(ROOT.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "Error(" in text:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in fetching:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_no_error_is_raised_with_a_generic_code():
    without, wrong, count = [], [], 0
    for place, call in raised():
        given = [word.value for word in call.keywords if word.arg == "code"] or call.args[2:3]
        count += 1
        if not given:
            without.append(place)
        elif isinstance(given[0], ast.Constant) and not CODE.fullmatch(given[0].value):
            wrong.append(place)
    assert without == [] and wrong == [] and count > 300


def test_the_generic_codes_are_those_of_the_classes():
    classes = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert classes == GENERIC
    assert all(CODE.fullmatch(getattr(errors, name).code) for name in classes)
