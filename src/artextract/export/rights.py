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


def licence(text: str) -> str | None:
    """The address of the licence or rights statement that a text names, in the form that IIIF wants (http, not https;
    with a slash at the end), or None.

    An address counts where it is the only one in the text. "CC0" and "CC BY-SA 4.0" count where they stand at its
    beginning, and a licence other than CC0 only with its version, so that "not CC0" and a "CC BY" of we know not which
    version stay texts."""
    found = {match[1] for match in _ADDRESS.finditer(text)}
    if len(found) == 1:
        return f"http://{found.pop().replace('/page/', '/vocab/')}/"
    short = _SHORT.match(text.strip())
    if found or short is None:
        return None
    kind, version = short["kind"].lower(), short["version"]
    if kind == "0":
        return "http://creativecommons.org/publicdomain/zero/1.0/"
    return (
        f"http://creativecommons.org/licenses/{kind}/{version}/"
        if version in ("1.0", "2.0", "2.5", "3.0", "4.0")
        else None
    )
