"""The `Solver` protocol, and finding a solver by entry point or by file path.

Finding never imports a solver's code: `load_solver` does, in the worker or inline.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib
import importlib.util
import inspect
import json
import os
import shlex
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TypeVar

import msgspec

from arcgrid import programs
from arcgrid.codebase import Codebase, digest_of, trace
from arcgrid.errors import ChangedError, SolverError, UnknownNameError
from arcgrid.plugins import find_module
from arcgrid.result import Budget
from arcgrid.task import Puzzle

Settings = TypeVar("Settings")

GROUP = "arcgrid.solvers"
"""The entry-point group that solvers register in."""


class Solver(Protocol):
    """Any callable `solve(puzzle, budget, **options)`.

    It returns an `Answer`, or for each test input a list of guesses (grids, or `Guess` objects),
    best first; or it is a generator that yields such answers, each better than the last.
    """

    def __call__(self, puzzle: Puzzle, budget: Budget, /, *args: Any, **options: Any) -> object:
        """Answer one puzzle within its budget."""
        ...


FUNCTION = "function"
"""The version of a solver that is a function of this process."""

PROGRAM = "program"
"""The version of a solver that is a program; its module is the command, as a JSON list."""

_NAMED = 5

_functions: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True, slots=True)
class SolverSource:
    """Where a solver's code is, and which version of it.

    Attributes:
        name: as it is asked for: an entry point (`transforms`), a file (`mine.py:solve`), or a
            program (`exec:./mine --flag`).
        module: module name, or absolute path of the file, or the program's command.
        function: name of the callable in it.
        version: the distribution that provides it with its version, or `file`, `function` or
            `program`.
        digest: SHA-256 (hex) over `parts`, or of the one file there is; None where none is.
        files: what else it needs to read, absolute.
        parts: each file that it is made of, with what it imports from beside it or from its own
            package: its name and the SHA-256 (hex) of it.
        packages: other packages that it imports.
    """

    name: str
    module: str
    function: str
    version: str
    digest: str | None
    files: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    packages: tuple[str, ...] = ()

    @property
    def is_file(self) -> bool:
        """True for a solver named by its path."""
        return self.version == "file"

    @property
    def is_program(self) -> bool:
        """True for a program in whatever language."""
        return self.version == PROGRAM

    @property
    def place(self) -> str:
        """The name that finds it again from any directory."""
        if self.is_program:
            return programs.PREFIX + shlex.join(json.loads(self.module))
        return f"{self.module}:{self.function}" if self.is_file else self.name


@dataclass(frozen=True, slots=True)
class LoadedSolver:
    """A solver ready to be called.

    Attributes:
        solve: its function.
        warmup: its module's, if it has one.
        limits_memory: whether its address space may be limited; programs that reserve far more than
            they use are limited by what they use alone.
    """

    solve: Solver
    warmup: Callable[[], object] | None
    limits_memory: bool = True


def find_solver(name: str) -> SolverSource:
    """Find a solver: an entry point, a path (`mine.py` or `mine.py:function`), `exec:COMMAND`.

    Raises:
        SolverError: the file does not exist, or an entry point's module cannot be found.
        UnknownNameError: no entry point has this name; it suggests the nearest.
    """
    if not isinstance(name, str):
        problem = "a solver is named by its entry point or its file, or is a function"
        raise SolverError(f"{problem}, not {name!r}")
    if name.startswith(programs.PREFIX):
        return _source_of_program(name)
    path, _, function = name.partition(":")
    if path.endswith(".py") or "/" in path:
        return _source_of_file(name, Path(path), function or "solve")
    known = {point.name: point for point in entry_points(group=GROUP)}
    if name not in known and Path(f"{path}.py").is_file():
        raise SolverError(f"there is no solver of this name, but a file: {path}.py", file=name)
    if name not in known:
        raise UnknownNameError("solver", name, known)
    return _source_of_entry_point(known[name])


def keep_function(function: Callable[..., Any], name: str, digest: str | None) -> SolverSource:
    """Take a function of this process as a solver, for engines that stay in it."""
    _functions[name] = function
    return SolverSource(name, FUNCTION, name, FUNCTION, digest)


def list_solvers() -> list[SolverSource]:
    """All solvers that are installed, by name; one that is broken is left out."""
    sources = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            sources.append(_source_of_entry_point(point))
        except SolverError:
            continue
    return sources


def load_solver(source: SolverSource) -> LoadedSolver:
    """Import a solver's code; a file can import its neighbours.

    Raises:
        SolverError: the code cannot be imported, or holds no callable of that name; it names the
            file and the line.
        ChangedError: it is not the code that was found.
    """
    if source.is_program:
        program = programs.ProgramSolver(json.loads(source.module))
        return LoadedSolver(program, None, limits_memory=False)
    if source.version == FUNCTION:
        if source.name not in _functions:
            problem = f"{source.name} was a function in Python: run it again from there"
            raise SolverError(problem)
        return LoadedSolver(_functions[source.name], None)
    try:
        module = _import_file(source) if source.is_file else importlib.import_module(source.module)
    except (KeyboardInterrupt, SolverError):
        raise
    except BaseException as error:
        raise SolverError(_import_problem(error), file=source.module) from error
    _check_unchanged(source)
    solve = getattr(module, source.function, None)
    if not callable(solve):
        raise SolverError(_no_function(module, source.function), file=source.module)
    warmup = getattr(module, "warmup", None)
    return LoadedSolver(solve, warmup if callable(warmup) else None)


def _no_function(module: ModuleType, name: str) -> str:
    """What a module has instead of the function that is missing."""
    own = [
        key
        for key, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
    ]
    near = difflib.get_close_matches(name, own, n=3) or own[:5]
    hint = f"; did you mean {' or '.join(f':{one}' for one in near)}?" if near else ""
    return f"there is no function {name!r}{hint}"


def convert_options(solve: Solver, options: Mapping[str, object]) -> dict[str, object]:
    """Convert options by the annotations of the solver's parameters: `"3"` to int, and so on.

    Raises:
        SolverError: the solver has no such option, the value does not fit its annotation, or an
            option without a default is missing.
    """
    try:
        signature = inspect.signature(solve, eval_str=True)
    except (NameError, TypeError, ValueError):
        signature = inspect.signature(solve)
    return _converted(list(signature.parameters.values())[2:], options)


def convert_settings(kind: type[Settings], options: Mapping[str, object]) -> Settings:
    """Make a dataclass of options, which are converted as those of a solver are.

    Raises:
        SolverError: as `convert_options`, or the dataclass does not take a value.
    """
    parameters = list(inspect.signature(kind, eval_str=True).parameters.values())
    return kind(**_converted(parameters, options))


def _converted(
    parameters: Sequence[inspect.Parameter], options: Mapping[str, object]
) -> dict[str, object]:
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    named = {
        parameter.name: parameter
        for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }
    converted: dict[str, object] = {}
    for key, value in options.items():
        if key in named:
            converted[key] = _convert(key, value, named[key].annotation)
        elif takes_any:
            converted[key] = value
        else:
            raise SolverError(str(UnknownNameError("option of this solver", key, named)))
    for key, parameter in named.items():
        if parameter.default is parameter.empty and key not in converted:
            raise SolverError(f"the option {key!r} is needed: this solver has no default for it")
    return converted


def _convert(key: str, value: object, annotation: Any) -> object:
    if annotation is inspect.Parameter.empty or isinstance(annotation, str):
        return value
    try:
        return msgspec.convert(value, annotation, strict=False)
    except msgspec.ValidationError as error:
        raise SolverError(f"option {key}={value}: {error}") from None


def _source_of_file(name: str, path: Path, function: str) -> SolverSource:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise SolverError(f"cannot read the solver: {error.strerror}", file=path) from None
    whole = path.resolve()
    code = trace([whole], whole.parent)
    parts = code.parts
    digest = hashlib.sha256(text).hexdigest() if len(parts) == 1 else _digest(parts)
    return SolverSource(name, str(whole), function, "file", digest, (), parts, code.packages)


def _source_of_program(name: str) -> SolverSource:
    command = programs.parse_command(name.removeprefix(programs.PREFIX))
    files = [word for word in command if os.path.exists(word)]
    whole = hashlib.sha256()
    for path in map(Path, files):
        if path.is_file():
            whole.update(f"{path.name}:".encode() + path.read_bytes())
    return SolverSource(name, json.dumps(command), "", PROGRAM, whole.hexdigest(), tuple(files))


def _source_of_entry_point(point: EntryPoint) -> SolverSource:
    try:
        spec = find_module(point.module)
    except Exception as error:  # of finders that other packages bring
        raise SolverError(_import_problem(error), file=point.module) from error
    if spec is None:
        raise SolverError(f"solver {point.name}: its module cannot be found", file=point.module)
    version = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown"
    code = _codebase(point.module, spec)
    parts, packages = code.parts, code.packages
    digest = _digest(parts)
    return SolverSource(
        point.name, point.module, point.attr, version, digest, parts=parts, packages=packages
    )


def changes(before: SolverSource, now: SolverSource) -> str:
    """Which files of a solver differ, in words; nothing where that is not known."""
    old, new = dict(before.parts), dict(now.parts)
    if not old or not new:
        return ""
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f" ({', '.join(names[:_NAMED])}{more})" if names else ""


def _codebase(module: str, spec: ModuleSpec) -> Codebase:
    """A module or a whole package, with the packages above it and what it imports from them."""
    place = _place(spec)
    if spec.submodule_search_locations:
        files = sorted(place.rglob("*.py"))
    elif place.is_file():
        files = [place]
    else:
        return Codebase({}, ())
    *above, home = place.parents[: module.count(".") + 1]
    files += [file for package in above if (file := package / "__init__.py").is_file()]
    return trace(files, home, {module.partition(".")[0]})


def _place(spec: ModuleSpec) -> Path:
    """A package's directory, or a module's file; of what has no file, no path that there is."""
    return Path((spec.submodule_search_locations or [spec.origin or ""])[0])


def _digest(parts: Sequence[tuple[str, str]]) -> str | None:
    """SHA-256 over all files; None where there is none."""
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest() if parts else None


def files_of(source: SolverSource) -> list[Path]:
    """The files of a solver that was found on this machine."""
    home = _home(source) if source.parts else Path()
    return [home / name for name, _ in source.parts]


def _home(source: SolverSource) -> Path:
    """The directory that the names of a solver's parts are looked up in."""
    if source.is_file:
        return Path(source.module).parent
    spec = find_module(source.module)
    assert spec is not None  # it was found before
    return _place(spec).parents[source.module.count(".")]


def _check_unchanged(source: SolverSource) -> None:
    """Check that what was imported just now is the code that was found when the run began."""
    if not source.parts:
        return
    home = _home(source)
    changed = [name for name, digest in source.parts if digest_of(home / name) != digest]
    if changed:
        names = ", ".join(changed[:_NAMED])
        problem = f"the solver has changed since the run began: {names}"
        raise ChangedError(f"{problem}; put it back and go on with --resume, or start a new run")


def _import_file(source: SolverSource) -> ModuleType:
    path = Path(source.module)
    loaded = getattr(sys.modules.get(path.stem), "__file__", str(path))
    if path.stem in sys.stdlib_module_names or loaded != str(path):
        raise SolverError(f"a module named {path.stem} exists already: rename the file", file=path)
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SolverError("a solver is a .py file", file=path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(path.stem, None)  # so that it can be tried again once it is mended
        raise
    return module


def _import_problem(error: BaseException) -> str:
    """The error with the last line of code it passed through, without a trace."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f" (line {last.lineno} of {last.filename})"
    if isinstance(error, SyntaxError):  # its text ends with the file and the line
        where = ""
    return f"the solver cannot be imported: {type(error).__name__}: {error}{where}"
