"""The file of a solver with the neighbours that it can import, as it travels to other machines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from arcgrid.errors import SolverError

MOST_FILES = 1_000
MOST_BYTES = 16 << 20


class Parcel(msgspec.Struct, frozen=True):
    """Modules by their paths below the solver's folder.

    Attributes:
        name: the solver's own file.
        files: contents by path, with `/`.
        digest: SHA-256 (hex) over all.
    """

    name: str
    files: dict[str, bytes]
    digest: str

    def unpack(self, folder: Path) -> Path:
        """Write all files below a folder, and say where the solver's own is.

        Raises:
            SolverError: they are not those that were packed.
        """
        if digest_of(self.files) != self.digest:
            raise SolverError("the solver's files did not arrive as they were sent", file=self.name)
        for name, content in self.files.items():
            path = folder / name
            if not path.resolve().is_relative_to(folder.resolve()):
                raise SolverError("a file of a solver lies outside of its folder", file=name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder / self.name


def pack(solver: Path) -> Parcel:
    """Pack a solver's file with the modules and packages beside it.

    Raises:
        SolverError: there are too many of them, or one cannot be read.
    """
    files: dict[str, bytes] = {}
    size = 0
    for path in (solver, *_modules_in(solver.parent)):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SolverError(f"cannot read it: {error.strerror}", file=path) from None
        files[path.relative_to(solver.parent).as_posix()] = content
        size += len(content)
        if len(files) > MOST_FILES or size > MOST_BYTES:
            problem = f"more than {MOST_FILES:,} modules or {MOST_BYTES >> 20} MiB lie beside it"
            hint = "put the solver in a folder of its own"
            raise SolverError(f"{problem}, and all travel with it; {hint}", file=solver)
    return Parcel(solver.name, files, digest_of(files))


def digest_of(files: dict[str, bytes]) -> str:
    """SHA-256 (hex) over names and contents."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{len(name.encode())}:{name}:{len(files[name])}:".encode() + files[name])
    return whole.hexdigest()


def _modules_in(folder: Path) -> Iterator[Path]:
    """What a solver can import: modules in a folder, and packages below it."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_file() and path.suffix == ".py":
            yield path
        elif path.is_dir() and (path / "__init__.py").is_file() and not path.is_symlink():
            yield from _modules_in(path)
