"""Where the files of a format lie: loose in a folder, or in a zip that is never unpacked.

A zip is checked as a whole before anything is read from it.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from arcgrid.errors import FormatError

MAX_MEMBERS = 100_000
"""Entries of the largest zip that is read."""

MAX_EXPANDED = 4 << 30
"""Bytes that a zip may expand to; members are read one at a time."""

MAX_RATIO = 200
"""How many times its packed size a large member may have; real submissions stay below 100."""

MAX_WHOLE = 32 << 20
"""Bytes of the largest file that is read as a whole."""

_SMALL = 1 << 20
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What `zipfile` raises on headers that are damaged: names that are no text, sizes out of range.
_ZIP_ERRORS = (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, struct.error)


class Files(Protocol):
    """Files by name: paths relative to the folder or zip, with `/`, in the order of names.

    The empty name stands for the whole, in messages only.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """All files."""
        ...

    def place(self, name: str) -> str:
        """The whole path of a file, for messages."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading.

        Raises:
            FormatError: it cannot be read.
        """
        ...


class Folder:
    """All files below a folder that are not hidden."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = _names_below(path)

    def place(self, name: str) -> str:
        """The path on disk."""
        return str(self.path / name)

    def open(self, name: str) -> BinaryIO:
        """Open a file.

        Raises:
            FormatError: the file is missing or cannot be read.
        """
        return open_file(self.path / name)


class Loose:
    """One file on disk, which is there under any name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = (path.name,)

    def place(self, name: str) -> str:
        """The path on disk."""
        return str(self.path)

    def open(self, name: str) -> BinaryIO:
        """Open the file.

        Raises:
            FormatError: the file is missing or cannot be read.
        """
        return open_file(self.path)


class Archive:
    """The files in a zip.

    Raises:
        FormatError: it is no zip, or it holds absolute paths, `..`, links, one name twice,
            encrypted members, or more than `MAX_MEMBERS`, `MAX_EXPANDED` or `MAX_RATIO` allow.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise FormatError(_reason(error), file=path) from None
        except _ZIP_ERRORS as error:
            raise FormatError(f"not a zip: {error}", file=path) from None
        try:
            entries = _check_entries(self._zip.infolist())
        except FormatError as error:
            self.close()
            raise error.within(file=path) from None
        self.names = tuple(sorted(e.filename for e in entries if _is_listed(e.filename)))

    def place(self, name: str) -> str:
        """The zip's path, then the path in it."""
        return f"{self.path}/{name}" if name else str(self.path)

    def open(self, name: str) -> BinaryIO:
        """Open a member as a stream.

        Raises:
            FormatError: its header is damaged or its packing is not known.
        """
        try:
            return cast(BinaryIO, self._zip.open(name))
        except (OSError, *_ZIP_ERRORS) as error:
            raise FormatError(f"cannot be read: {error}", file=self.place(name)) from None

    def close(self) -> None:
        """Close the zip."""
        self._zip.close()


@contextmanager
def open_files(path: Path) -> Iterator[Files]:
    """Open a folder, a zip, or one loose file.

    Raises:
        FormatError: nothing is there, or it is a zip that is refused (see `Archive`).
    """
    if path.is_dir():
        yield Folder(path)
    elif not path.exists():
        raise FormatError("no such file or directory", file=path)
    elif is_zip(path):
        archive = Archive(path)
        try:
            yield archive
        finally:
            archive.close()
    else:
        yield Loose(path)


def is_zip(path: Path) -> bool:
    """True when a file begins as zips do, or is named so."""
    with open_file(path) as file:
        return file.read(4) in (b"PK\3\4", b"PK\5\6") or path.suffix == ".zip"


def open_file(path: Path) -> BinaryIO:
    """Open a file on disk for reading; a pipe, which could wait for ever, is refused.

    Raises:
        FormatError: it is missing, cannot be read, or is no regular file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FormatError(_reason(error), file=path) from None
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    problem = "is a directory" if stat.S_ISDIR(mode) else "a pipe or a device, and no file"
    raise FormatError(problem, file=path)


def read_bytes(files: Files, name: str) -> bytes:
    """Read a whole file of at most `MAX_WHOLE` bytes, without its byte order mark.

    Raises:
        FormatError: it cannot be read, or is too large to be held.
    """
    with reading(files, name), files.open(name) as stream:
        text = stream.read(MAX_WHOLE + 1)
    if len(text) > MAX_WHOLE:
        problem = f"larger than {MAX_WHOLE >> 20} MiB, which no file of this format is"
        raise FormatError(problem, file=files.place(name))
    return text.removeprefix(b"\xef\xbb\xbf")


def read_file(path: Path) -> bytes:
    """Read a whole file on disk; as `read_bytes`."""
    return read_bytes(Loose(path), path.name)


@contextmanager
def reading(files: Files, name: str) -> Iterator[None]:
    """While a stream of `open` is read: what can go wrong ends in a `FormatError`."""
    try:
        yield
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise FormatError(f"cannot be read: {_reason(error)}", file=files.place(name)) from None


def file_name(id: str) -> str:
    """The name `<id>.json` of a task's file.

    Raises:
        FormatError: the id cannot be the name of a file.
    """
    if id.startswith(".") or any(mark in id for mark in "/\\\0") or len(id.encode()) > 200:
        raise FormatError("this id cannot be the name of a file", task=id)
    return f"{id}.json"


def _names_below(root: Path) -> tuple[str, ...]:
    names = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return tuple(sorted(filter(_is_listed, names)))


def _is_listed(name: str) -> bool:
    """False for folders, hidden files, and what macOS adds to zips."""
    parts = PurePosixPath(name).parts
    return not name.endswith("/") and not any(
        part.startswith(".") or part == "__MACOSX" for part in parts
    )


def _check_entries(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    if len(entries) > MAX_MEMBERS:
        raise FormatError(f"this zip holds {len(entries)} files; {MAX_MEMBERS} are the most")
    seen: set[str] = set()
    for entry in entries:
        _check_entry(entry)
        if entry.filename in seen:
            raise FormatError(f"this zip holds {entry.filename!r} twice")
        seen.add(entry.filename)
    expanded = sum(entry.file_size for entry in entries)
    if expanded > MAX_EXPANDED:
        problem = f"this zip expands to {expanded >> 20} MiB; {MAX_EXPANDED >> 20} are the most"
        raise FormatError(problem)
    return entries


def _check_entry(entry: zipfile.ZipInfo) -> None:
    # `filename` ends at a null byte and has the separators of this system.
    name = entry.orig_filename
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        raise FormatError(f"this zip holds an absolute path: {name!r}")
    if ".." in name.replace("\\", "/").split("/"):
        raise FormatError(f"this zip holds a path with '..': {name!r}")
    if "\\" in name or "\0" in name:
        raise FormatError(f"this zip holds a path that is not sound: {name!r}")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise FormatError(f"this zip holds a link or a special file: {name!r}")
    if entry.compress_type not in _PACKINGS:
        raise FormatError(f"this zip holds a file that is not packed by deflate: {name!r}")
    if entry.flag_bits & 1:
        raise FormatError(f"this zip holds an encrypted file: {name!r}")
    if entry.file_size > _SMALL and entry.file_size > MAX_RATIO * entry.compress_size:
        ratio = entry.file_size // max(1, entry.compress_size)
        raise FormatError(f"{name!r} in this zip expands {ratio} times; {MAX_RATIO} are the most")


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]
