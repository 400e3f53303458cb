"""Folders and zips: what is listed, and every zip that is refused."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from arcgrid.errors import FormatError
from arcgrid.formats import files as module
from arcgrid.formats.files import Archive, file_name, open_files, read_bytes, read_file

Fill = Callable[[zipfile.ZipFile], None]


def entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x")
    info.filename = name  # past the constructor, which repairs some names
    info.external_attr = mode << 16
    return info


def zip_of(path: Path, fill: Fill) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        fill(file)
    return path


def named(name: str, mode: int = 0) -> Fill:
    return lambda file: file.writestr(entry(name, mode), "{}")


def zeros(size: int) -> Fill:
    return lambda file: file.writestr("a.json", b"0" * size)


# name: what is in the zip, why it is refused
ATTACKS: dict[str, tuple[Fill, str]] = {
    "absolute": (named("/etc/passwd"), "this zip holds an absolute path: '/etc/passwd'"),
    "absolute elsewhere": (named("C:\\a.json"), "this zip holds an absolute path: 'C:\\\\a.json'"),
    "backslash first": (named("\\a.json"), "this zip holds an absolute path: '\\\\a.json'"),
    "parent": (named("../a.json"), "this zip holds a path with '..': '../a.json'"),
    "parent within": (named("a/../../b.json"), "this zip holds a path with '..': 'a/../../b.json'"),
    "parent by backslash": (
        named("a\\..\\b.json"),
        "this zip holds a path with '..': 'a\\\\..\\\\b.json'",
    ),
    "backslash": (named("a\\b.json"), "this zip holds a path that is not sound: 'a\\\\b.json'"),
    "null byte": (named("a\0b.json"), "this zip holds a path that is not sound: 'a\\x00b.json'"),
    "link": (
        named("a.json", stat.S_IFLNK | 0o777),
        "this zip holds a link or a special file: 'a.json'",
    ),
    "fifo": (named("a.json", stat.S_IFIFO), "this zip holds a link or a special file: 'a.json'"),
    "bomb": (zeros(50 << 20), "'a.json' in this zip expands 1028 times; 200 are the most"),
}


@pytest.mark.parametrize(("fill", "problem"), ATTACKS.values(), ids=ATTACKS)
def test_a_zip_that_is_refused(fill: Fill, problem: str, tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", fill)
    with pytest.raises(FormatError) as caught:
        Archive(path)
    assert str(caught.value) == f"{path}: {problem}"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice(tmp_path: Path) -> None:
    def fill(file: zipfile.ZipFile) -> None:
        file.writestr("a.json", "{}")
        file.writestr("a.json", "[]")

    path = zip_of(tmp_path / "x.zip", fill)
    with pytest.raises(FormatError, match=r"x\.zip: this zip holds 'a\.json' twice$"):
        Archive(path)


def test_limits_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def three(file: zipfile.ZipFile) -> None:
        for name in "abc":
            file.writestr(name, "x" * 999)

    path = zip_of(tmp_path / "x.zip", three)
    monkeypatch.setattr(module, "MAX_EXPANDED", 2 << 10)
    with pytest.raises(FormatError, match=r"x\.zip: this zip expands to 0 MiB; 0 are the most$"):
        Archive(path)
    monkeypatch.setattr(module, "MAX_MEMBERS", 2)
    with pytest.raises(FormatError, match=r"x\.zip: this zip holds 3 files; 2 are the most$"):
        Archive(path)


def test_what_is_just_within_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = zip_of(tmp_path / "small.zip", zeros(1 << 20))  # where no ratio is asked for
    assert Archive(small).names == ("a.json",)
    large = zip_of(tmp_path / "large.zip", zeros(2 << 20))
    packed = zipfile.ZipFile(large).getinfo("a.json").compress_size
    monkeypatch.setattr(module, "MAX_RATIO", Fraction(2 << 20, packed))
    monkeypatch.setattr(module, "MAX_MEMBERS", 1)
    monkeypatch.setattr(module, "MAX_EXPANDED", 2 << 20)
    assert Archive(large).names == ("a.json",)


def test_a_zip_that_expands_too_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(1).bytes(3 << 20)
    path = zip_of(tmp_path / "x.zip", lambda file: file.writestr("a.json", noise))
    assert Archive(path).names == ("a.json",)
    monkeypatch.setattr(module, "MAX_EXPANDED", 2 << 20)
    with pytest.raises(FormatError) as caught:
        Archive(path)
    assert str(caught.value) == f"{path}: this zip expands to 3 MiB; 2 are the most"


def test_a_member_that_says_it_has_no_packed_size(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", zeros(2 << 20))
    data = bytearray(path.read_bytes())
    packed = data.index(b"PK\1\2") + 20  # the packed size in the central directory
    data[packed : packed + 4] = bytes(4)
    path.write_bytes(data)
    with pytest.raises(FormatError) as caught:
        Archive(path)
    problem = f"'a.json' in this zip expands {2 << 20} times; 200 are the most"
    assert str(caught.value) == f"{path}: {problem}"


def test_a_packing_that_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as file:
        file.writestr("a.json", "{}")
    with pytest.raises(FormatError) as caught:
        Archive(path)
    problem = "this zip holds a file that is not packed by deflate: 'a.json'"
    assert str(caught.value) == f"{path}: {problem}"


def test_encrypted(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", named("a.json"))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1  # the flag in the central directory
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"x\.zip: this zip holds an encrypted file: 'a\.json'$"):
        Archive(path)


def test_what_is_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_text("no")
    with pytest.raises(FormatError, match=r"x\.zip: not a zip: File is not a zip file$"):
        Archive(path)
    with pytest.raises(FormatError, match=r"y\.zip: no such file or directory$"):
        Archive(tmp_path / "y.zip")


def test_a_damaged_member(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.json", '{"a": 1}')
    path.write_bytes(path.read_bytes().replace(b'{"a": 1}', b'{"a": 2}'))
    with (
        open_files(path) as files,
        pytest.raises(FormatError, match=r"x\.zip/a\.json: cannot be read: bad CRC-32"),
    ):
        read_bytes(files, "a.json")


def test_a_damaged_header(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", named("a.json"))
    path.write_bytes(b"XX" + path.read_bytes()[2:])
    with open_files(path) as files, pytest.raises(FormatError) as caught:
        files.open("a.json")
    problem = "cannot be read: Bad magic number for file header"
    assert str(caught.value) == f"{path}/a.json: {problem}"


def test_what_is_listed(tmp_path: Path) -> None:
    names = ["b/a.json", "a.json", ".hidden", "b/.c/d.json", "__MACOSX/a.json", "c.txt"]

    def fill(file: zipfile.ZipFile) -> None:
        file.writestr("b/", "")
        for name in names:
            file.writestr(name, "\ufeff{}")

    path = zip_of(tmp_path / "x.data", fill)
    for name in names:
        (tmp_path / "y" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "y" / name).write_text("\ufeff{}")
    for place in (path, tmp_path / "y"):
        with open_files(place) as files:
            assert files.names == ("a.json", "b/a.json", "c.txt")
            assert files.place("b/a.json") == f"{place}/b/a.json"
            assert read_bytes(files, "a.json") == b"{}"
    with open_files(tmp_path / "y" / "c.txt") as files:
        assert files.names == ("c.txt",)


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WHOLE", 1 << 20)
    (tmp_path / "a.json").write_text(" " * (1 << 20))
    assert len(read_file(tmp_path / "a.json")) == 1 << 20
    (tmp_path / "a.json").write_text("[" + " " * (1 << 20))
    problem = r"a\.json: larger than 1 MiB, which no file of this for"
    with open_files(tmp_path) as files, pytest.raises(FormatError, match=problem):
        read_bytes(files, "a.json")


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, problem in {
        "pipe": "a pipe or a device, and no file",
        ".": "is a directory",
    }.items():
        with pytest.raises(FormatError) as caught:
            read_file(tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name}: {problem}"


def test_an_empty_zip_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    with open_files(zip_of(tmp_path / "x.data", lambda file: None)) as files:
        assert files.names == ()


@pytest.mark.parametrize("id", ["../a", "a/b", "a\\b", ".a", "a\0", "a" * 201])
def test_ids_that_name_no_file(id: str) -> None:
    with pytest.raises(FormatError, match=r"this id cannot be the name of a file$"):
        file_name(id)
    assert file_name("a b, c! X") == "a b, c! X.json"
    assert file_name("a" * 200) == "a" * 200 + ".json"
