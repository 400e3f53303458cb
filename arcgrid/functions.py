"""Functions as solvers: those of a file as the file's, others by their source.

A function of a script or of a notebook is written to a file of its own, with what it needs: the
modules, functions, classes and plain constants that it names. What else it names cannot travel.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from arcgrid.errors import SolverError
from arcgrid.solver import SolverSource, find_solver, keep_function
from arcgrid.writing import write_text, writing

FOLDER = "solvers"
"""Where the sources of functions are kept, beside the run store."""


def source_of(function: Callable[..., Any], folder: Path, *, inline: bool) -> SolverSource:
    """The solver that a function is.

    Args:
        function: `solve(puzzle, budget, **options)`.
        folder: where its source is written to, if it has to be.
        inline: whether it is called in this process, where anything that is callable will do.

    Raises:
        SolverError: it is not called in this process, and its source cannot be found or travel.
    """
    name = getattr(function, "__name__", type(function).__name__)
    module = sys.modules.get(getattr(function, "__module__", ""))
    if inline:
        return keep_function(function, name, _digest_of(function))
    if not isinstance(function, FunctionType):
        problem = f"{name} is no function: only inline=True can call it"
        raise SolverError(problem)
    file = getattr(module, "__file__", None)
    is_top = getattr(module, function.__qualname__, None) is function
    if file is not None and is_top and module is not None and module.__name__ != "__main__":
        return find_solver(f"{file}:{name}")
    text = _portable(function)
    digest = hashlib.sha256(text.encode()).hexdigest()
    path = folder / FOLDER / f"{name}_{digest[:8]}.py"
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    return find_solver(f"{path.resolve()}:{name}")


def _digest_of(function: Callable[..., Any]) -> str | None:
    try:
        return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()
    except (OSError, TypeError):
        return None


def _portable(function: FunctionType) -> str:
    """A module's text that holds a function and all it names."""
    parts: dict[str, str] = {}
    stuck: list[str] = []
    _collect(function, parts, stuck)
    if stuck:
        problem = f"{function.__name__} names what cannot travel to a worker: {', '.join(stuck)}"
        hint = "put it in a file, make it an option (-O), or run inline=True"
        raise SolverError(f"{problem}; {hint}")
    head = "from __future__ import annotations\n"
    imports = sorted(part for part in parts.values() if part.startswith(("import ", "from ")))
    others = [part for part in parts.values() if part not in imports]
    return "\n\n".join([head, "\n".join(imports), *others]) + "\n"


def _collect(thing: Any, parts: dict[str, str], stuck: list[str]) -> None:
    """Add the source of a function or class, after all that it names."""
    name = thing.__name__
    if isinstance(thing, FunctionType) and thing.__closure__:
        stuck.append(f"{', '.join(thing.__code__.co_freevars)} (of the function around {name})")
        return
    try:
        text = textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError):
        stuck.append(f"{name} (its source cannot be found)")
        return
    if not text.startswith(("def ", "class ", "@")) or name == "<lambda>":
        stuck.append(f"{name} (write it with def)")
        return
    parts[name] = ""  # a function may call itself
    names = vars(sys.modules[thing.__module__])
    for used in sorted(_names_in(text)):
        if used not in parts and used in names:
            _add(used, names[used], parts, stuck)
    parts.pop(name)
    parts[name] = text.rstrip()


def _add(name: str, value: Any, parts: dict[str, str], stuck: list[str]) -> None:
    if isinstance(value, ModuleType):
        parts[name] = f"import {value.__name__} as {name}"
    elif isinstance(value, FunctionType | type):
        home, own = value.__module__, value.__name__
        if home == "__main__":
            _collect(value, parts, stuck)
        elif getattr(sys.modules.get(home), own, None) is value:
            parts[name] = f"from {home} import {own} as {name}"
        else:
            stuck.append(name)
    elif isinstance(value, BuiltinFunctionType):
        parts[name] = f"from {value.__module__} import {value.__name__} as {name}"
    elif _is_plain(value):
        parts[name] = f"{name} = {value!r}"
    else:
        stuck.append(f"{name} (a {type(value).__name__})")


def _names_in(text: str) -> set[str]:
    tree = ast.parse(text)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _is_plain(value: Any) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
