"""Languages, HTML and lengths of texts in IIIF documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.sources.presentation.text import CUT, MAX_TEXT, cut, links, plain, text, values


@pytest.mark.parametrize(
    "markup, line",
    [
        ("<div>Given in <i>1900</i></div>", "Given in 1900"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>oil</li><li>canvas</li></ul>", "oil\ncanvas"),
        ('<a href="http://x" title="y">link</a>', "link"),
        ("<script>alert(1)</script>after", "after"),
        ("<SCRIPT src=x>alert(1)", ""),
        ("<style>p {}</style >text", "text"),
        ("<!-- hidden -->seen", "seen"),
        ("a <!-- never closed", "a"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<untitled>", "<untitled>"),
        ("Portrait <of a <b>man</b>>", "Portrait <of a man>"),
        ("<span>&lt;untitled&gt;</span>", "<untitled>"),
        ("Ros&eacute; &amp; Blanc", "Rosé & Blanc"),
        ("<<b>b>bold</<b>b>", "bold"),
        ("a <b unclosed", "a <b unclosed"),
        ("bell\x07 and\x00 escape\x1b[31m", "bell and escape[31m"),
        ("Ada Exemple\nFrench,   1859", "Ada Exemple\nFrench, 1859"),
    ],
)
def test_html_is_taken_off(markup, line):
    assert plain(markup) == line


def test_values_stay_apart_and_texts_are_one_line():
    value = {"fr": ["oui"], "en": ["<p>yes</p>indeed", "sure"]}
    assert values(value) == ["yes\nindeed", "sure"] and text(value) == "yes indeed; sure"


def test_links_are_found_in_html_and_text():
    value = {
        "en": ['<a href="https://creativecommons.org/licenses/by/4.0/">CC</a>'],
        "nl": ["zie http://x.example/a?b=1&amp;c=2."],
    }
    assert links(value) == ["https://creativecommons.org/licenses/by/4.0/", "http://x.example/a?b=1&c=2"]
    assert links(None) == links(7) == links("no link") == []


def test_a_text_of_a_megabyte_is_cut():
    for long in ("x" * 1_000_000, "<b>" * 400_000, "<" * 1_000_000, "<b" * 500_000, "&amp;" * 200_000):
        line = text({"en": [long]})
        assert len(line) <= MAX_TEXT and (line.endswith(CUT) or not line.strip())
    assert len(text({"en": ["word"] * 100_000})) <= MAX_TEXT and cut("abc") == "abc"


@given(st.text(alphabet="<>/abp! -\n", max_size=80))
def test_tags_are_gone_whatever_stands_there(markup):
    nested = markup.replace("b", "<b>b")
    assert "<b>" not in plain(nested) and plain(plain(markup)) == plain(markup)
