"""The files of hashes say what the lock files say."""

from pathlib import Path

import pytest

from scripts.audit.locks import check, hashes, pins, unlike, without_some

ROOT = Path(__file__).resolve().parents[2]
ONE, TWO = "a" * 64, "b" * 64
HASHED = f"""# head
Py_Yaml==6.0 \\
    --hash=sha256:{ONE} \\
    --hash=sha256:{TWO}
zip==1.0 ; sys_platform == 'x' \\
    --hash=sha256:{ONE}
"""


def test_reading():
    assert pins("# torch==1\nPy.YAML==6.0\nzip==1.0\n") == {"py-yaml": "6.0", "zip": "1.0"}
    assert hashes(HASHED) == {"py-yaml": ("6.0", 2), "zip": ("1.0", 1)}


@pytest.mark.parametrize(
    "lock, said",
    [
        ("py-yaml==6.0\nzip==1.0\ntorch==2.0", []),
        ("py-yaml==6.1\nzip==1.0", ["the hashes of py-yaml are of version 6.0, not 6.1"]),
        ("py-yaml==6.0\nzip==1.0\nnew==1", ["new 1 has no hashes"]),
        ("py-yaml==6.0", ["zip has hashes and is not in the lock file"]),
    ],
)
def test_differences_are_named(lock, said):
    assert unlike(lock, HASHED) == said


def test_torch_is_left_out():
    text = (
        f"a==1 \\\n    --hash=sha256:{ONE}\ntorch==2.0 \\\n    --hash=sha256:{ONE} \\\n    --hash=sha256:{TWO}\nz==1\n"
    )
    assert without_some(text) == f"a==1 \\\n    --hash=sha256:{ONE}\nz==1\n"


def test_the_files_of_this_checkout_agree():
    assert check(ROOT) == [], "make lock writes both"
