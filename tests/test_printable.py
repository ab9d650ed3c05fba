"""Text that breaks no line, table, log or page."""

from hypothesis import given
from hypothesis import strategies as st

from artextract.app.tables import grid
from artextract.drawing_text import fit, font
from artextract.printable import counted, for_markdown, for_terminal, one_line

HOSTILE = "A\r\nb\x00\x1b[31m \u202etitle\u2066\u200f \ud800\x85c\u2028d"


def test_a_hostile_title_is_one_line():
    assert one_line(HOSTILE) == "A b [31m title \ufffd c d"
    assert one_line("x" * 10_000) == "x" * 499 + "…" and len(one_line("x" * 10_000, None)) == 10_000
    assert one_line("  two  blanks ") == "two  blanks" and one_line("") == ""
    assert one_line("ภาษาไทย नमस्ते \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 👩\u200d🎨") == (
        "ภาษาไทย नमस्ते \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 👩\u200d🎨"
    ), "joiners are letters of their scripts"


@given(st.text())
def test_one_line_is_one_line(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1 and len(line) <= 500 and one_line(line) == line
    line.encode()


def test_a_terminal_is_not_commanded():
    assert for_terminal("a\n\tb\x1b[2Jc\r\x07") == "a\n\tb [2Jc  "


def test_markdown_sees_no_sign():
    assert for_markdown("a|b <i>_c_ [d](e)\n`f` *g* & \\") == (r"a\|b \<i\>\_c\_ \[d\](e) \`f\` \*g\* \& " + "\\\\")


def test_tables_and_pictures_take_every_title():
    lines = grid(["", "title"], [["p0", HOSTILE], ["p1", "x" * 10_000]], left=2).splitlines()
    assert len(lines) == 4 and max(map(len, lines)) < 220
    cut = fit(HOSTILE + "y" * 10_000, font(14), 260)
    assert cut.endswith("…") and font(14).getlength(cut) <= 260


def test_what_is_counted_agrees_with_its_number():
    assert [counted(n, "painting") for n in (0, 1, 2000)] == ["0 paintings", "1 painting", "2,000 paintings"]
    assert [counted(n, "class", "classes") for n in (1, 2)] == ["1 class", "2 classes"]
