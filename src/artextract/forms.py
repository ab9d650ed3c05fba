"""Whether plain values that were read from a file have the form that is expected of them.

A form is written as the values look: ``str``, ``int``, ``float`` (any finite number), ``bool``, ``None``, ``object``
(anything); ``[form]`` for a list; ``{str: form}`` for names to values; ``{"key": form}`` for keys that must be there,
beside any others; ``(form, form)`` for either.

>>> misfit({"name": "a", "rows": [1, 2]}, {"name": str, "rows": [int]})
''
>>> misfit({"name": "a", "rows": [1, "2"]}, {"name": str, "rows": [int]})
"'rows' 1 is not a whole number"
"""

from __future__ import annotations

import math
from typing import Any

_WORDS: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    None: "null",
}


def misfit(value: Any, form: Any) -> str:
    """Where a value has another form than ``form``, in a few words; "" where it fits."""
    return _misfit(value, form, "")


def _misfit(value: Any, form: Any, place: str) -> str:
    if isinstance(form, tuple):
        found = [_misfit(value, one, place) for one in form]
        return "" if "" in found else found[-1]
    if isinstance(form, list):
        if not isinstance(value, list):
            return _said(place, "is not a list")
        if form[0] is object:  # of a million texts none is asked in vain
            return ""
        return next(filter(None, (_misfit(item, form[0], f"{place} {i}") for i, item in enumerate(value))), "")
    if isinstance(form, dict):
        if not isinstance(value, dict):
            return _said(place, "is not a set of names and values")
        for key, inner in form.items():
            if key is str:
                found_here = next(filter(None, (_misfit(v, inner, f"{place} '{k}'") for k, v in value.items())), "")
            elif key not in value:
                found_here = _said(place, f"has no '{key}'")
            else:
                found_here = _misfit(value[key], inner, f"{place} '{key}'")
            if found_here:
                return found_here
        return ""
    return "" if _is(value, form) else _said(place, f"is not {_WORDS[form]}")


def _is(value: Any, kind: Any) -> bool:
    if kind is object:
        return True
    if kind is None:
        return value is None
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _said(place: str, what: str) -> str:
    return f"{place.strip() or 'it'} {what}"
