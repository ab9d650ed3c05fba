"""The file of users, hashes of passwords, and how wrong ones are slowed down."""

import hashlib
import os
from base64 import b64decode

import pytest

from artextract.app import users
from artextract.app.users import Attempts, add_user, hashed, matches, read_users, with_password
from artextract.errors import InputError
from tests.raising import raises


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(users, "N", 2)
    monkeypatch.setattr(users, "_NOBODY", hashed("nobody has this"))


def test_a_hash_is_scrypt_with_a_salt_of_its_own():
    kept = hashed("pass word")
    _, n, r, p, salt, digest = kept.split("$")
    assert b64decode(digest) == hashlib.scrypt(
        b"pass word", salt=b64decode(salt), n=int(n), r=int(r), p=int(p), dklen=32
    )
    assert hashed("pass word") != kept and matches("pass word", kept) and not matches("pass Word", kept)


def test_users_are_added_and_changed(tmp_path):
    file = tmp_path / "users.txt"
    assert not add_user(file, "Ada  Lovelace", "first password")
    assert not add_user(file, "Bo", "second password")
    assert add_user(file, "ada lovelace", "third password")
    if os.name != "nt":
        assert file.stat().st_mode & 0o777 == 0o600
    known = read_users(file)
    assert known.name_of("ADA  Lovelace", "third password") == "ada lovelace"  # as it was added
    assert known.name_of("Ada Lovelace", "first password") is None and known.name_of("Cy", "third password") is None
    assert file.read_text().count("\n") == 2 and "password" not in file.read_text()


def test_one_password_for_all_names():
    shared = with_password("one for everybody")
    assert shared.name_of("Ada", "one for everybody") == "Ada" and shared.name_of("  ", "one for everybody") is None
    assert shared.name_of("Ada\x1b[2J", "one for everybody") is None
    assert shared.name_of("Ada", "another for all") is None


@pytest.mark.parametrize(
    "text",
    [
        "Ada",
        "Ada:secret",
        "Ada:scrypt$2$8$3$c2FsdA==$",
        ":scrypt$2$8$3$AA==$AA==",
        "",
        f"Ada:scrypt${2**40}$8$3$AA==$AA==",
    ],
)
def test_a_file_that_is_none(tmp_path, text):
    file = tmp_path / "users.txt"
    file.write_text(text)
    with raises(InputError, "invalid-users"):
        read_users(file)
    with raises(InputError, "unreadable-users"):
        read_users(tmp_path / "none.txt")


@pytest.mark.parametrize("name", ["", "a:b", "#a", "x" * 81, "a\nb:c"[:2] + ":"])
def test_names_that_cannot_be(tmp_path, name):
    with raises(InputError, "invalid-name"):
        add_user(tmp_path / "users.txt", name, "long enough")
    with raises(InputError, "invalid-password"):
        add_user(tmp_path / "users.txt", "Ada", "short")


def test_each_wrong_password_doubles_the_wait_for_its_address_and_its_name():
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    waits = []
    for _ in range(8):
        attempts.failed("1.2.3.4", "Ada")
        waits.append(attempts.wait("1.2.3.4", "Ada"))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8]
    assert (
        attempts.wait("1.2.3.4", "Bo") == attempts.wait("5.6.7.8", "ada ") == 8 and attempts.wait("5.6.7.8", "Bo") == 0
    )
    for _ in range(30):
        attempts.failed("1.2.3.4", "Ada")
    assert attempts.wait("1.2.3.4", "Bo") == 900 and attempts.wait("5.6.7.8", "Ada") == 30, "no name is locked out"
    now[0] = 901
    assert attempts.wait("1.2.3.4", "Ada") == 0
    attempts.succeeded("1.2.3.4", "Ada")
    attempts.failed("1.2.3.4", "Ada")
    assert attempts.wait("1.2.3.4", "Ada") == 0
