"""Updates without networks."""

import functools

from artextract.search.build import build_index


def of_colours(monkeypatch, module):
    """Have updates make indexes of colours alone: no network is read."""
    begin = module.begin_index
    monkeypatch.setattr(module, "build_index", functools.partial(build_index, features=("palette",)))
    monkeypatch.setattr(module, "options_of", lambda root: {})
    monkeypatch.setattr(
        module,
        "begin_index",
        lambda root, first, given, progress: begin(root, first, {"features": ("palette",)}, progress),
    )
