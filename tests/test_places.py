"""Places of texts, held against a plain search."""

import pytest

from artextract.places import Places


def test_places_of_texts():
    texts = ["b", "a", "", "b", "é"] + [f"painting {n}" for n in range(500)]
    places = Places(texts)
    for text in {*texts, "c"}:
        assert places.all(text) == [at for at, other in enumerate(texts) if other == text]
        assert (text in places) == (text in texts)
    assert (places["b"], places.get("c"), places.has_twice()) == (0, None, True)
    with pytest.raises(KeyError, match="c"):
        places["c"]
    assert not Places(texts[1:]).has_twice() and not Places([]).has_twice() and Places([]).all("a") == []


def test_texts_of_one_number_are_told_apart(monkeypatch):
    monkeypatch.setattr("builtins.hash", lambda text: 7)
    places = Places(["a", "b", "a"])
    assert (places.all("a"), places["b"], places.get("c")) == ([0, 2], 1, None) and places.has_twice()
