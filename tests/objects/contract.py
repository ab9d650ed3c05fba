"""What a collection whose pictures lie at an object store can be asked to do, whichever store it is."""

import io
import shutil
import tarfile
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from artextract.app.api import create_app
from artextract.doctor import examine
from artextract.errors import ImageError, InputError
from artextract.file_states import GONE, look_again
from artextract.images import content_hash
from artextract.objects import Address, StoreError, address_of, listed, open_object, store
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from artextract.search.update import bring_up_to_date
from artextract.sources.folder import import_folder
from artextract.sources.huggingface import import_huggingface
from artextract.sources.webdataset import import_webdataset
from artextract.table import read_paintings
from tests.app.api.conftest import client_of
from tests.conftest import paint
from tests.raising import raises


def png(seed, scheme="red"):
    data = io.BytesIO()
    paint(scheme, "bands", seed).save(data, "PNG")
    return data.getvalue()


SHEET = b"path,style\na.png,Red School\ndeeper/b.png,Blue School\nhttp://127.0.0.1:9/evil.png,Red School\n"


class StoreContract:
    """``self.base`` is the address of an empty folder; ``put`` and ``remove`` change what is there."""

    base: str

    def put(self, name, data):
        raise NotImplementedError

    def remove(self, name):
        raise NotImplementedError

    @pytest.fixture
    def museum(self, tmp_path):
        """Three pictures with labels of two, and what is no picture."""
        files = {"a.png": png(1), "deeper/b.png": png(2, "blue"), "deeper/c d#1.png": png(3, "green")}
        files |= {"labels.csv": SHEET, "broken.png": png(4)[:60], ".hidden.png": png(5), "notes.pdf": b"%PDF"}
        for name, data in files.items():
            self.put(name, data)
        here = tmp_path / "here"
        for name, data in files.items():
            (here / name).parent.mkdir(parents=True, exist_ok=True)
            (here / name).write_bytes(data)
        return here

    @pytest.fixture
    def reads(self, monkeypatch):
        """How often which object is read."""
        counts, read = Counter(), store.read

        def counted(address):
            counts[address.text.removeprefix(f"{self.base}/")] += 1
            return read(address)

        monkeypatch.setattr(store, "read", counted)
        return counts

    def test_it_is_the_collection_of_a_folder_with_the_same_files(self, museum, tmp_path, reads):
        there, here = (import_folder(place, tmp_path / "C" / name) for place, name in ((self.base, "s"), (museum, "h")))
        own, same = there.paintings, here.paintings
        for name in ("id", "sha256", "phash", "width", "height", "style", "split"):
            assert own.column(name).tolist() == same.column(name).tolist()
        assert own.column("path").tolist()[0] == f"{self.base}/a.png"
        assert [left.reason for left in there.left_out] == [left.reason for left in here.left_out]
        assert [(path.rpartition("/")[2], why) for path, why in there.skipped] == [("broken.png", "file is truncated")]
        assert set(reads.values()) == {1}  # each once, and nothing that is no picture
        assert "evil" not in " ".join(reads) and there.missing == 1

    def test_changes_are_noticed_and_only_they_are_read(self, museum, tmp_path, reads):
        table = import_folder(self.base, tmp_path / "C").paintings
        build_index(tmp_path / "C", features=["palette"])
        reads.clear()
        assert not look_again(table).lost and not reads
        self.put("a.png", png(9))
        self.put("new.png", png(10))
        self.remove("deeper/b.png")
        found = {finding.kind: finding for finding in examine(tmp_path / "C").findings}
        assert "changed_file" in found and "missing_file" in found and "new_file" in found
        assert set(reads) == {"a.png"}
        reads.clear()
        changes = look_again(table)
        assert list(changes.lost.values()) == [GONE] and len(changes.changed) == 1 and set(reads) == {"a.png"}
        reads.clear()
        update = bring_up_to_date(tmp_path / "C")
        assert (update.paintings, update.new, update.gone, update.indexed) == (3, 1, 1, 3)
        assert content_hash(png(9)) in read_paintings(tmp_path / "C").column("sha256")

    def test_it_is_searched_and_shown(self, museum, tmp_path, reads, monkeypatch):
        import_folder(self.base, tmp_path / "C")
        assert build_index(tmp_path / "C", features=["palette"]).n_indexed == 3
        engine = SearchEngine.open(tmp_path / "C")
        a, b, c = engine.index.ids
        like = [engine.search(source, 2).hits for source in (a, f"{self.base}/a.png")]
        assert [(hit.id, hit.score) for hit in like[0]] == [(hit.id, pytest.approx(hit.score)) for hit in like[1]]
        with client_of(create_app(tmp_path / "C")) as client:
            reads.clear()
            answers = [client.get(f"/api/images/{a}") for _ in range(3)]
            assert {answer.status_code for answer in answers} == {200} and sum(reads.values()) == 1
            self.remove("deeper/b.png")
            gone = client.get(f"/api/images/{b}")
            monkeypatch.setattr(store, "_files", lambda address: (Dead(), address.text))
            away = client.get(f"/api/images/{c}")
            assert away.status_code == 503 and self.base not in away.text
            assert client.get(f"/api/images/{a}").status_code == 200
            assert gone.status_code == 422 and "missing" in gone.json()["error"]["message"]

    def test_what_goes_between_listing_and_reading_costs_itself_alone(self, museum, tmp_path, monkeypatch):
        read = store.read

        def gone(address):
            if address.name == "a.png":
                self.remove("a.png")
            return read(address)

        monkeypatch.setattr(store, "read", gone)
        report = import_folder(self.base, tmp_path / "C")
        assert len(report.paintings) == 2
        assert (f"{self.base}/a.png", "file is missing") in report.skipped

    def test_what_is_too_large_is_not_read(self, museum, tmp_path, monkeypatch):
        sizes = {one.address.name: one.size for one in listed(address_of(self.base))}
        assert sizes["a.png"] == len(png(1))
        monkeypatch.setattr("artextract.sources.walk.MOST_BYTES", max(sizes.values()) - 1)
        report = import_folder(self.base, tmp_path / "C")
        assert len(report.paintings) == 2 and any("larger than" in left.reason for left in report.left_out)
        monkeypatch.setattr(store, "MOST_BYTES", 100)
        with raises(ImageError, "file-too-large", "larger than"):
            Address(f"{self.base}/a.png").read_bytes()

    def test_images_stay_in_the_shards_they_are_in(self, tmp_path, reads):
        pictures = [png(seed) for seed in range(4)]
        self.put("shards/train-0.tar", tar(pictures[:2]))
        self.put("shards/train-1.tar.gz", tar(pictures[2:], "w:gz"))
        report = import_webdataset(f"{self.base}/shards", tmp_path / "C")
        assert not reads and not report.skipped  # the shards were read as streams, once
        table = report.paintings
        assert sorted(table.column("sha256")) == sorted(map(content_hash, pictures))
        there = [path for path in table.image_paths() if isinstance(path, Address)]
        assert len(there) == 2 and len(list((tmp_path / "C" / "images").rglob("*.png"))) == 2
        assert [content_hash(path) for path in table.image_paths()] == table.column("sha256").tolist()
        assert not look_again(table).lost
        self.put("shards/train-0.tar", tar(pictures[:1]))
        assert len(look_again(table).lost) == 1

    def test_parquet_shards_come_one_at_a_time(self, tmp_path):
        for number in range(2):
            rows = [{"bytes": png(10 * number + seed), "path": f"{seed}.png"} for seed in range(2)]
            data = io.BytesIO()
            pq.write_table(pa.table({"image": rows, "style": ["Cubism", "Realism"]}), data)
            self.put(f"data/train-{number:05}-of-00002.parquet", data.getvalue())
        self.put("data/README.md", b"---\nlicense: cc0-1.0\n---\n")
        report = import_huggingface(f"{self.base}/data", tmp_path / "C")
        assert len(report.paintings) == 4 and "cc0-1.0" in report.paintings.column("rights")[0]
        assert (
            not list((tmp_path / "C").rglob("shard.parquet")) and not (tmp_path / "C" / "import" / "download").exists()
        )

    def test_objects_are_listed_in_order_and_read_in_part(self, museum):
        found = listed(address_of(self.base + "/"))
        assert [one.address.text for one in found] == sorted(one.address.text for one in found)
        address = next(one.address for one in found if one.address.name == "c d#1.png")
        data = (museum / "deeper" / "c d#1.png").read_bytes()
        assert address.read_bytes() == data and address.exists() and not Address(f"{self.base}/no.png").exists()
        assert address.at(3, 10).read_bytes() == data[3:13]
        with open_object(address) as file:
            assert (file.read(4), file.read()) == (data[:4], data[4:])
        with pytest.raises(FileNotFoundError):
            address.at(len(data) - 3, 10).read_bytes()
        with raises(InputError, "nothing-there", "nowhere"):
            listed(address_of(f"{self.base}/nowhere"))

    def test_a_store_that_cannot_be_asked_changes_nothing(self, museum, tmp_path, monkeypatch):
        table = import_folder(self.base, tmp_path / "C").paintings
        before = (tmp_path / "C" / "paintings.parquet").read_bytes(), (tmp_path / "C" / "files.parquet").read_bytes()

        monkeypatch.setattr(store, "_files", lambda address: (Dead(), address.text))
        for work in (lambda: look_again(table), lambda: import_folder(self.base, tmp_path / "C", again=True)):
            with raises(StoreError, "store-unreachable", "does not answer"):
                work()
        assert before == (
            (tmp_path / "C" / "paintings.parquet").read_bytes(),
            (tmp_path / "C" / "files.parquet").read_bytes(),
        )

    def test_a_run_that_loses_its_store_keeps_what_it_has(self, museum, tmp_path, monkeypatch):
        import_folder(self.base, tmp_path / "C")
        shutil.rmtree(tmp_path / "C" / "features", ignore_errors=True)
        read, left = store.read, iter(range(1))

        def breaks(address):
            if next(left, None) is None:
                raise StoreError("the store does not answer", "look at it", "store-unreachable")
            return read(address)

        monkeypatch.setattr(store, "read", breaks)
        with raises(StoreError, "store-unreachable", "does not answer"):
            build_index(tmp_path / "C", features=["palette"])
        monkeypatch.setattr(store, "read", read)
        assert build_index(tmp_path / "C", features=["palette"]).n_indexed == 3


class Dead:
    """A store at which nobody answers."""

    def __getattr__(self, name):
        raise ConnectionRefusedError("no answer")


def tar(pictures, mode="w"):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as shard:
        for number, picture in enumerate(pictures):
            info = tarfile.TarInfo(f"{number:04}.png")
            info.size = len(picture)
            shard.addfile(info, io.BytesIO(picture))
    return data.getvalue()
