"""The store that fsspec keeps in memory: what needs no server."""

import uuid

import fsspec
import pytest

from artextract.errors import ImageError, InputError
from artextract.objects import Address, address_of, file_of, is_address
from artextract.objects.address import PROTOCOLS
from tests.objects.contract import StoreContract
from tests.raising import raises


class TestMemory(StoreContract):
    @pytest.fixture(autouse=True)
    def place(self):
        folder = uuid.uuid4().hex
        self.base = f"memory://{folder}"
        self._files = fsspec.filesystem("memory")
        yield
        self._files.rm(f"/{folder}", recursive=True)

    def put(self, name, data):
        self._files.pipe_file(f"{self.base}/{name}", data)

    def remove(self, name):
        self._files.rm_file(f"{self.base}/{name}")


def test_addresses_are_kept_apart_from_paths(tmp_path):
    assert is_address("s3://bucket/a.jpg") and is_address("gs://b")
    for path in ("a.jpg", "/a/s3:/b", "C:\\a.jpg", "c://a", "s3:/bucket", "s3://", "s3:///key", None, 3):
        assert not is_address(path)
    assert file_of("s3://bucket/a.jpg") == Address("s3://bucket/a.jpg")
    assert file_of(str(tmp_path)) == tmp_path


def test_an_address_has_the_parts_of_a_path():
    one = Address("s3://bucket/deep/shard.01.tar#bytes=512+99")
    assert (one.name, one.suffix, one.stem, one.part) == ("shard.01.tar", ".tar", "shard.01", (512, 99))
    assert one.object == "s3://bucket/deep/shard.01.tar" and one.at(3, 4).part == (3, 4)
    odd = Address("s3://bucket/a#bytes=1+x.jpg")
    assert odd.part is None and odd.object == odd.text and odd.suffix == ".jpg"
    assert one.with_suffix(".parquet") == Address("s3://bucket/deep/shard.01.parquet")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/a.jpg", "https://a.example/b", "file:///etc/passwd", "local:///etc", "sftp://h/a"]
)
def test_what_leads_to_any_host_is_not_read(address, monkeypatch):
    """Also not from the table of a stranger's collection, where nobody typed it."""
    monkeypatch.delenv(PROTOCOLS, raising=False)
    if is_address(address):
        with raises(InputError, "protocol-not-allowed", "are not read"):
            address_of(address)
    with pytest.raises((ImageError, OSError)):  # of that picture: the others are read
        Address(address).read_bytes()


def test_a_protocol_can_be_allowed_but_not_every_one(monkeypatch):
    monkeypatch.setenv(PROTOCOLS, "sftp, http,file")
    assert address_of("sftp://nas/pictures/") == Address("sftp://nas/pictures")
    for address in ("http://127.0.0.1/a", "file://etc/passwd"):
        with raises(InputError, "protocol-not-allowed", "are not read"):
            address_of(address)


def test_a_package_that_is_missing_is_named(monkeypatch):
    def missing(*_, **__):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec, "filesystem", missing)
    for address, mend in (("s3a://bucket/a", "artextract[s3]"), ("obs://bucket/a", "fsspec")):
        with raises(InputError, "extra-missing", address.partition("/")[0]) as caught:
            Address(address).read_bytes()
        assert mend in caught.value.hint
