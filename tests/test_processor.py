"""INT8 runs only where its sums fit: the flags of the processor are faked."""

import platform

import pytest

from artextract import processor
from artextract.backbones import get_backbone
from artextract.errors import InputError
from artextract.runtime import open_engine
from tests.raising import raises

LINE = "processor\t: 0\nmodel name\t: Some Core\nflags\t\t: fpu sse4_2 avx2 {}\nbugs\t\t: none\n"


@pytest.fixture
def flags(monkeypatch, tmp_path):
    """Puts another processor in place of this one: its flags, or None for a system that does not list them."""

    def put(text, machine="x86_64"):
        monkeypatch.setattr(processor, "CPUINFO", tmp_path / "cpuinfo")
        monkeypatch.setattr(platform, "machine", lambda: machine)
        (tmp_path / "cpuinfo").unlink(missing_ok=True)
        if text is not None:
            (tmp_path / "cpuinfo").write_text(LINE.format(text))

    return put


def test_the_flags_that_make_it_safe(flags):
    for text, safe in (("avx512f avx512_vnni", True), ("avx_vnni", True), ("amx_int8", True), ("avx512f", False)):
        flags(text)
        assert processor.sums_of_bytes_fit() is safe, text
    flags("", "aarch64")
    assert processor.sums_of_bytes_fit()


def test_int8_is_refused_without_them(flags, tmp_path):
    flags("avx512f avx512_bf16")
    with raises(InputError, "int8-without-vnni", "VNNI") as raised:
        open_engine(get_backbone(), "cpu", "int8", tmp_path)
    assert "--precision fast" in raised.value.hint
    assert not list(tmp_path.glob("openvino")), "nothing was made"


def test_where_nothing_is_listed_numpy_knows(flags, monkeypatch):
    from numpy._core import _multiarray_umath

    flags(None)
    for there in (True, False):
        monkeypatch.setitem(_multiarray_umath.__cpu_features__, "AVX512VNNI", there)
        assert processor.sums_of_bytes_fit() is there


def test_without_proc_nothing_is_begun(flags, monkeypatch, tmp_path):
    flags(None)
    monkeypatch.setattr(processor.sys, "platform", "linux")
    with raises(InputError, "no-proc"):
        open_engine(get_backbone(), "cpu", cache=tmp_path)
    monkeypatch.setattr(processor.sys, "platform", "darwin")
    assert processor.is_found()
