"""Text that is drawn fits, and says so where it was cut."""

from hypothesis import given
from hypothesis import strategies as st

from artextract.drawing_text import fit, font


@given(
    st.text(st.characters(codec="latin-1", categories=("L", "N", "P")), min_size=1, max_size=60), st.integers(20, 400)
)
def test_text_fits_or_is_cut_with_an_ellipsis(text, width):
    face = font(15)
    cut = fit(text, face, width)
    assert face.getlength(cut) <= width
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]) and face.getlength(text) > width)
