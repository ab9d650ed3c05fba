"""What a text about rights says in the terms of Creative Commons and RightsStatements.org, whose addresses machines can
read."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"https?://(?:www\.)?((?:creativecommons\.org/(?:licenses/[a-z+-]+/\d\.\d|publicdomain/(?:zero|mark)/\d\.\d)|rightsstatements\.org/(?:vocab|page)/[A-Za-z-]+/\d\.\d)(?:/[a-z]{2}(?![a-z]))?)"
)
_SHORT = re.compile(
    r"^(?:open access \()?CC[ -]?(?P<kind>0|BY(?:-(?:NC-SA|NC-ND|NC|SA|ND))?)(?:["
    r" -](?P<version>\d\.\d))?(?=$|[\s;,.)])",
    re.IGNORECASE,
)


_STATEMENTS = {
    "in copyright": "InC",
    "in copyright eu orphan work": "InC-OW-EU",
    "in copyright educational use permitted": "InC-EDU",
    "in copyright non commercial use permitted": "InC-NC",
    "in copyright rights holder s unlocatable or unidentifiable": "InC-RUU",
    "no copyright contractual restrictions": "NoC-CR",
    "no copyright non commercial use only": "NoC-NC",
    "no copyright other known legal restrictions": "NoC-OKLR",
    "no copyright united states": "NoC-US",
    "copyright not evaluated": "CNE",
    "copyright undetermined": "UND",
    "no known copyright": "NKC",
}
"""The names of the twelve statements of https://rightsstatements.org/page/1.0/, as words."""
_NAMES = {
    "cc0 1 0 universal": "publicdomain/zero/1.0",
    "public domain mark 1 0": "publicdomain/mark/1.0",
    "public domain mark 1 0 universal": "publicdomain/mark/1.0",
    **{
        f"{name} {version.replace('.', ' ')}{end}": f"licenses/{kind}/{version}"
        for name, kind in (
            ("attribution", "by"),
            ("attribution sharealike", "by-sa"),
            ("attribution noderivatives", "by-nd"),
            ("attribution noncommercial", "by-nc"),
            ("attribution noncommercial sharealike", "by-nc-sa"),
            ("attribution noncommercial noderivatives", "by-nc-nd"),
        )
        for version, end in (("4.0", ""), ("4.0", " international"), ("3.0", ""), ("3.0", " unported"))
    },
}
"""The names of licences of Creative Commons as they stand alone, as words."""


def licence(text: str) -> str | None:
    """The address of the licence or rights statement that a text names, in the form that IIIF wants (http, not https;
    with a slash at the end), or None.

    An address counts where it is the only one in the text. "CC0" and "CC BY-SA 4.0" count where they stand at its
    beginning, and a licence other than CC0 only with its version, so that "not CC0" and a "CC BY" of we know not which
    version stay texts. The full names of statements and
    licences count where they are the whole text."""
    found = {match[1] for match in _ADDRESS.finditer(text)}
    if len(found) == 1:
        return f"http://{found.pop().replace('/page/', '/vocab/')}/"
    if found:
        return None
    words = " ".join(re.findall(r"[a-z0-9]+", text.casefold())) if len(text) < 200 else ""
    if statement := _STATEMENTS.get(words):
        return f"http://rightsstatements.org/vocab/{statement}/1.0/"
    if name := _NAMES.get(words.removeprefix("creative commons ")):
        return f"http://creativecommons.org/{name}/"
    short = _SHORT.match(text.strip())
    if short is None:
        return None
    kind, version = short["kind"].lower(), short["version"]
    if kind == "0":
        return "http://creativecommons.org/publicdomain/zero/1.0/"
    return (
        f"http://creativecommons.org/licenses/{kind}/{version}/"
        if version in ("1.0", "2.0", "2.5", "3.0", "4.0")
        else None
    )
