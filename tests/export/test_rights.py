"""Texts about rights, and the licences that they name."""

import pytest

from artextract.export.rights import licence

ZERO = "http://creativecommons.org/publicdomain/zero/1.0/"


@pytest.mark.parametrize(
    "text, address",
    [
        ("CC0", ZERO),
        ("CC0; drawn by ArtExtract", ZERO),
        ("open access (CC0); courtesy of a museum", ZERO),
        ("cc-0", ZERO),
        ("CC BY-SA 4.0", "http://creativecommons.org/licenses/by-sa/4.0/"),
        ("CC-BY-NC-ND 3.0, by a museum", "http://creativecommons.org/licenses/by-nc-nd/3.0/"),
        ("https://creativecommons.org/licenses/by/4.0/deed.de", "http://creativecommons.org/licenses/by/4.0/"),
        (
            "© A museum; see https://www.rightsstatements.org/page/InC-EDU/1.0/?language=en",
            "http://rightsstatements.org/vocab/InC-EDU/1.0/",
        ),
        ("http://creativecommons.org/publicdomain/mark/1.0", "http://creativecommons.org/publicdomain/mark/1.0/"),
        ("No Copyright – United States", "http://rightsstatements.org/vocab/NoC-US/1.0/"),
        ("In copyright", "http://rightsstatements.org/vocab/InC/1.0/"),
        ("Attribution-ShareAlike 4.0 International", "http://creativecommons.org/licenses/by-sa/4.0/"),
        ("Creative Commons Attribution 4.0", "http://creativecommons.org/licenses/by/4.0/"),
        ("Public Domain Mark 1.0", "http://creativecommons.org/publicdomain/mark/1.0/"),
        ("in copyright, or not", None),
        ("not CC0", None),
        ("CC BY", None),
        ("CC BY 9.9", None),
        ("CC00", None),
        ("CC0x", None),
        ("", None),
        ("not stated; the user's own files", None),
        ("https://museum.example/creativecommons.org", None),
        (
            "either https://creativecommons.org/licenses/by/4.0/ or https://creativecommons.org/licenses/by-nc/4.0/",
            None,
        ),
    ],
)
def test_licences(text, address):
    assert licence(text) == address
