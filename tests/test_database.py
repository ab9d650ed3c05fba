"""SQLite files under several processes, in folders that may not be written to, after a crash, and from newer
versions."""

import multiprocessing
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest

from artextract.database import Database, UnkeptError
from artextract.errors import InputError
from tests.raising import raises

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS words (word TEXT NOT NULL UNIQUE); CREATE INDEX IF NOT EXISTS by_word ON words (word);"
)


@pytest.fixture
def file(tmp_path):
    return Database(tmp_path / "words.sqlite", SCHEMA)


def add(file, *words):
    with file.writing() as connection:
        connection.executemany("INSERT INTO words VALUES (?)", [(word,) for word in words])


def answered(file):
    with file.reading() as connection:
        return (
            None
            if connection is None
            else [word for (word,) in connection.execute("SELECT word FROM words ORDER BY rowid")]
        )


def in_a_process(work, *arguments):
    process = multiprocessing.get_context("fork").Process(target=work, args=arguments)
    process.start()
    return process


def test_nothing_is_made_by_looking(file):
    assert answered(file) is None and not file.path.exists()
    sqlite3.connect(file.path).execute(
        "PRAGMA journal_mode = WAL"
    ).connection.close()  # as far as another writer may have come
    assert answered(file) is None


def test_what_fails_inside_leaves_no_trace(file):
    add(file, "first")
    with pytest.raises(ZeroDivisionError), file.writing() as connection:
        connection.execute("INSERT INTO words VALUES ('half')")
        raise ZeroDivisionError
    with raises(UnkeptError, "database-not-written", "UNIQUE"):
        add(file, "second", "first")
    assert answered(file) == ["first"]


def test_several_processes_make_the_file_and_write_at_once(file):
    writers = [
        in_a_process(lambda own: [add(file, f"{own} {number}") for number in range(15)], own) for own in range(4)
    ]
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4 and len(answered(file)) == 60


def test_a_writer_that_is_killed_takes_nothing_along(file):
    def work():
        with file.writing() as connection:
            connection.execute("INSERT INTO words VALUES ('lost')")
            os._exit(9)

    add(file, "kept")
    in_a_process(work).join()
    assert answered(file) == ["kept"]
    add(file, "later")
    assert answered(file) == ["kept", "later"]


def test_a_folder_that_may_not_be_written_to_is_read():
    folder = Path(tempfile.mkdtemp())  # not below a folder that is root's alone
    try:
        file = Database(folder / "words.sqlite", SCHEMA)
        add(file, "there")
        folder.chmod(0o555)

        def work():
            if os.geteuid() == 0:
                os.setuid(65534)
            assert answered(file) == ["there"]
            with raises(UnkeptError, "database-not-written"):
                add(file, "new")

        reader = in_a_process(work)
        reader.join()
        assert reader.exitcode == 0
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_file_of_a_newer_version_is_left_alone(file):
    add(Database(file.path, SCHEMA, version=2), "new")
    for use in (answered, add):
        with raises(InputError, "newer-version"):
            use(file)
    assert answered(Database(file.path, SCHEMA, version=2)) == ["new"]


def test_what_is_no_database_is_said(file):
    file.path.write_bytes(b"no database" * 100)
    for use, code in ((answered, "unreadable-database"), (add, "database-not-written")):
        with raises(UnkeptError, code, "not a database"):
            use(file)
