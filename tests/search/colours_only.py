"""Updates without networks."""

from artextract.search.index_options import IndexOptions


def of_colours(monkeypatch, module):
    """Have updates make indexes of colours alone: no network is read."""
    begin = module.begin_index
    monkeypatch.setattr(module, "options_of", lambda root: (("palette",), IndexOptions()))
    monkeypatch.setattr(
        module,
        "begin_index",
        lambda root, first, options, progress: begin(root, first, options, progress, ("palette",)),
    )
