"""A real S3 server on this machine: the contract once more, and what the store in memory cannot do."""

import shutil
import uuid

import numpy as np
import pytest

from artextract.app.cli import main
from artextract.features import store_folder
from artextract.features.palette import Palette
from artextract.features.store import FeatureStore
from artextract.objects import Address, StoreError, address_of, listed, store
from artextract.table import read_paintings
from tests.objects import s3_server
from tests.objects.contract import StoreContract
from tests.raising import raises

pytestmark = pytest.mark.skipif(not s3_server.available(), reason=s3_server.WHY_NOT)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    with s3_server.server(tmp_path_factory.mktemp("s3")) as endpoint:
        yield endpoint


@pytest.fixture(autouse=True)
def settings(endpoint, monkeypatch, tmp_path):
    """As a user gives them: by the environment alone."""
    given = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": s3_server.KEYS["accessKey"]}
    given |= {"AWS_SECRET_ACCESS_KEY": s3_server.KEYS["secretKey"], "AWS_DEFAULT_REGION": "us-east-1"}
    given |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": str(tmp_path / "none")}
    given |= {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    store._opened.cache_clear()
    yield
    store._opened.cache_clear()


class TestS3(StoreContract):
    @pytest.fixture(autouse=True)
    def place(self, endpoint):
        self._files = s3_server.files_of(endpoint)
        self.base = f"s3://museum/{uuid.uuid4().hex}"

    def put(self, name, data):
        self._files.pipe_file(f"{self.base}/{name}", data)

    def remove(self, name):
        self._files.rm_file(f"{self.base}/{name}")


def asked():
    """Listing, reading, and looking whether something is there."""
    place = address_of("s3://museum/")
    return (lambda: listed(place)), Address("s3://museum/there").read_bytes, Address("s3://museum/there").exists


@pytest.mark.parametrize("name", ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"])
@pytest.mark.parametrize("value", ["wrong", None])
def test_wrong_keys_are_reported(monkeypatch, name, value):
    if value is None:
        for one in ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"):
            monkeypatch.delenv(one)
    else:
        monkeypatch.setenv(name, value)
    for work in asked():
        with raises(StoreError, "keys-refused", "refuses the keys"):
            work()


def test_a_missing_bucket_is_reported():
    for work in (lambda: listed(address_of("s3://no-such-bucket/a")), Address("s3://no-such-bucket/a").read_bytes):
        with raises(StoreError, "bucket-missing", "no-such-bucket"):
            work()


def test_a_dead_endpoint_is_reported(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for work in asked():
        with raises(StoreError, "store-unreachable", "does not answer"):
            work()


def test_an_empty_object_is_none_of_the_store_s_faults(endpoint):
    s3_server.files_of(endpoint).pipe_file("museum/empty.png", b"")
    with pytest.raises(FileNotFoundError):
        Address("s3://museum/empty.png").read_bytes()


def test_features_are_computed_once_for_two_machines(small_collection, tmp_path, capsys):
    """By the command; the second has no network to describe anything with."""
    at, made = f"s3://museum/{uuid.uuid4().hex}", []
    for name in ("one", "other"):
        collection = shutil.copytree(small_collection, tmp_path / name)
        shutil.rmtree(collection / "features", ignore_errors=True)
        with pytest.MonkeyPatch.context() as patch:
            if made:
                patch.setattr(Palette, "extract", lambda *given: pytest.fail("it was computed again"))
            assert main(["index", str(collection), "--features", "palette", "--features-at", at]) == 0
        made.append(
            FeatureStore(store_folder(collection, Palette())).vectors(read_paintings(collection).column("sha256"))
        )
    assert np.array_equal(*made) and len(listed(address_of(at))) == 1
    capsys.readouterr()
    assert main(["index", str(collection), "--features-at", "s3://no-such-bucket/features"]) == 2
    assert "no-such-bucket" in capsys.readouterr().err
