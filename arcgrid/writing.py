"""Files written whole or not at all: beside their place, synced to the disk, then renamed.

What is in them is for others to say; the run store writes itself, and nothing is written over it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from arcgrid.errors import FormatError

_DATABASE = b"SQLite format 3\0"
_BESIDE_DATABASE = ("-wal", "-shm", "-journal")


def write_text(path: Path, text: str, *, force: bool = True) -> None:
    """Write a text file, as UTF-8.

    Raises:
        FormatError: as `write_files`.
    """
    write_files({path: text.encode("utf-8", "surrogateescape")}, force=force)


def write_bytes(path: Path, content: bytes, *, force: bool = True) -> None:
    """Write a file.

    Raises:
        FormatError: as `write_files`.
    """
    write_files({path: content}, force=force)


def write_files(files: Mapping[Path, bytes], *, force: bool = True) -> None:
    """Write files that belong together: none is in its place before all are on the disk.

    Pipes and devices, such as /dev/stdout, are written as they are.

    Raises:
        FormatError: one cannot be written, is a link, is a database, or exists and is not to be
            written anew. Then what was there before is there still.
    """
    parts: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            check_free(path, force)
            with writing(path):
                if _is_stream(path):
                    path.write_bytes(content)
                else:
                    parts[path] = _part_in(path.parent)
                    _write(parts[path], content, _mode_of(path))
        for path, part in parts.items():
            check_free(path, force)  # another process may have been quicker
            with writing(path):
                part.replace(path)
                _sync(path.parent)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def write_directory(path: Path, files: Iterable[tuple[str, str | bytes]]) -> None:
    """Write a directory of files, given as names and contents: all of them, or nothing.

    Raises:
        FormatError: as `check_directory`, or a file cannot be written; what the iterable raises.
    """
    check_directory(path)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = _part_in(path.parent)
        part.mkdir()
        try:
            for name, content in files:
                if isinstance(content, str):
                    content = content.encode("utf-8", "surrogateescape")
                _write(part / name, content)
            if (mode := _mode_of(path)) is not None:
                part.chmod(mode)
            _sync(part)
            part.replace(path)  # also over an empty directory
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        _sync(path.parent)


def check_free(path: Path, force: bool) -> None:
    """Make sure that nothing is lost by writing to a path.

    Raises:
        FormatError: there is a link or a database; or, unless `force` is given, anything but an
            empty directory.
    """
    with writing(path):
        if not os.path.lexists(path) or _is_stream(path):
            return
        if path.is_symlink():
            raise FormatError("this is a link: name the file that it leads to", file=path)
        if _is_database(path):
            problem = "this is a database, such as a run store: nothing is written over it"
            raise FormatError(problem, file=path)
        if not force and not (path.is_dir() and not any(path.iterdir())):
            raise FormatError("this exists already (--force writes it anew)", file=path)


def check_directory(path: Path) -> None:
    """Make sure that a directory can be written to a path.

    Raises:
        FormatError: something is there that is no empty directory, or the working directory is.
    """
    with writing(path):
        if not os.path.lexists(path):
            return
        if path.is_symlink():
            raise FormatError("this is a link: name the directory that it leads to", file=path)
        if not path.is_dir():
            raise FormatError("this is a file, and a directory is wanted", file=path)
        if any(path.iterdir()):
            raise FormatError("this directory is not empty: name a new one", file=path)
        if path.samefile("."):  # it would be another one afterwards
            raise FormatError("this is the working directory: name a new one in it", file=path)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """While something is written to a path: what can go wrong ends in a `FormatError`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        problem = f"cannot write: {reason[:1].lower()}{reason[1:]}"
        raise FormatError(problem, file=path) from None


def _part_in(directory: Path) -> Path:
    """A new name beside the one that is wanted; no reader takes a hidden file for its own."""
    return directory / f".arcgrid-{secrets.token_hex(8)}.part"


def _write(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a new file, and wait until it is on the disk."""
    with path.open("xb") as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    """Have the names in a directory on the disk too, where the file system knows how."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _mode_of(path: Path) -> int | None:
    """The permissions of what is replaced; None where nothing is."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else None


def _is_stream(path: Path) -> bool:
    """True for what has no content to lose: a pipe, a terminal, /dev/null."""
    if not path.exists():
        return False
    mode = path.stat().st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)


def _is_database(path: Path) -> bool:
    """True for an SQLite file, and for the files that SQLite keeps beside one."""
    for end in _BESIDE_DATABASE:
        if path.name.endswith(end):
            return _is_database(path.with_name(path.name.removesuffix(end)))
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_DATABASE)) == _DATABASE
