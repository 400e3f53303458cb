"""Which files a piece of code is made of: found by reading its imports, never by running it.

What is imported by a name that is only made while the code runs is not found. Also: their bytecode,
written for those who may not.
"""

from __future__ import annotations

import ast
import hashlib
import os
import py_compile
import sys
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.machinery import all_suffixes
from importlib.util import MAGIC_NUMBER, cache_from_source
from itertools import accumulate, islice
from pathlib import Path

_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
_LARGEST = 16 << 20  # bytes of a module: nobody writes one of as many


@dataclass(frozen=True, slots=True)
class Codebase:
    """Code with all that it imports from beside it.

    Attributes:
        files: each file by its path from the directory that names are looked up in.
        packages: names of other packages that it imports, sorted; the standard library's are not
            among them.
    """

    files: Mapping[str, Path]
    packages: tuple[str, ...]

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The SHA-256 (hex) of each file, by name."""
        return tuple((name, digest_of(path)) for name, path in sorted(self.files.items()))


def digest_of(path: Path) -> str:
    """The SHA-256 (hex) of a file; of one that cannot be read, the empty text."""
    if not path.is_file():  # a pipe would be waited for
        return ""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def write_bytecode(files: Iterable[Path]) -> None:
    """Have the bytecode of modules beside them, as an import would, where that may be written.

    A process that may not write there would compile each of them whenever it starts. Nothing is
    written through a link: whoever made the modules could have it lead to another's bytecode.
    """
    if sys.dont_write_bytecode:
        return
    for path in files:
        with suppress(Exception):  # whoever imports it will hear what is wrong with it
            if _is_module(path) and not _leads_away(path) and not _has_bytecode(path):
                mode = py_compile.PycInvalidationMode.TIMESTAMP
                py_compile.compile(str(path), doraise=True, invalidation_mode=mode)


def _is_module(path: Path) -> bool:
    return path.suffix == ".py" and path.is_file() and path.stat().st_size <= _LARGEST


def _leads_away(path: Path) -> bool:
    return path.is_symlink() or Path(cache_from_source(path)).parent.is_symlink()


def _has_bytecode(path: Path) -> bool:
    """Whether there is bytecode that an import would take: of this Python, time and size."""
    try:
        about = path.stat()
        with open(cache_from_source(os.fspath(path)), "rb") as file:
            head = file.read(16)
    except OSError:
        return False
    made_of = [int(about.st_mtime), about.st_size]
    wanted = b"".join((number & 0xFFFFFFFF).to_bytes(4, "little") for number in made_of)
    checked_by_time = head[4:8] == bytes(4)
    return head[:4] == MAGIC_NUMBER and (head[8:] == wanted or not checked_by_time)


def trace(files: Iterable[Path], home: Path, tops: Container[str] | None = None) -> Codebase:
    """Follow the imports of some files.

    Args:
        files: where to begin; below `home`.
        home: the directory that names are looked up in.
        tops: which names of it are followed; default all.
    """
    found: dict[str, Path] = {}
    packages: set[str] = set()
    waiting = list(files)
    files_at = cache(_files_at)  # the packages on the way to a module are the same for most
    while waiting:
        path = waiting.pop()
        name = path.relative_to(home).as_posix()
        if name in found:
            continue
        found[name] = path
        for parts in _imports(path, Path(name)):
            followed = tops is None or parts[0] in tops
            places = accumulate(parts, Path.joinpath, initial=home) if followed else ()
            beside = [file for place in islice(places, 1, None) for file in files_at(place)]
            waiting += beside
            if not beside and parts[0] not in sys.stdlib_module_names:
                packages.add(parts[0])
    return Codebase(found, tuple(sorted(packages)))


def _imports(path: Path, name: Path) -> Iterator[Sequence[str]]:
    """The names, in parts, of modules that a file imports, or may import: `from a import b`."""
    try:
        if not _is_module(path):
            return
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return  # whoever imports it will hear of it
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                yield one.name.split(".")
        elif isinstance(node, ast.ImportFrom):
            base = list(name.parent.parts[: len(name.parent.parts) - node.level + 1])
            base = (base if node.level else []) + (node.module or "").split(".")
            base = [part for part in base if part]
            for one in node.names:
                if base or one.name != "*":
                    yield [*base, one.name]


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements: imports are among them, and nine of ten nodes are not."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for block in _BLOCKS:
            waiting += getattr(node, block, ())


def _files_at(place: Path) -> list[Path]:
    """The files that an import of a package or a module runs, of the package first."""
    for stem in (place / "__init__", place):
        files = (Path(f"{stem}{end}") for end in all_suffixes())
        if found := [file for file in files if file.is_file()]:
            return found
    return []
