"""What the tests do not notice: `python -m tests.mutants [PATTERN...]` (`make mutants`).

[mutmut](https://mutmut.readthedocs.io) changes the code of `only_mutate` in `pyproject.toml` in one
place at a time and runs the tests of what was changed; it goes on where it was stopped, and does
only what has changed since. A pattern such as `arcgrid.scoring.*` is for a part. A mutant that
survives has a reason in `survivors.txt`, or wants a test; this ends with status 1 then.

The bundled solvers are changed in a directory of their own (`build/mutants`), by the same file's
`[tool.mutmut-solvers]`: mutmut names a module by its path below the directory that it runs in, or
below `src` there.

Values at the top of a module are not changed, nor are functions with a decorator (properties,
context managers), nor is code that runs while a module is imported, in a worker or under numba: the
tests of those are looked at by hand. Of the engines only what runs in this process is here: not the
worker, the keeper, the sandbox and the cluster. Tests that start workers see the code as it is, so
they are not in the selection.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import chdir
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from mutmut.mutation.diff_apply import get_diff_for_mutant

ROOT = Path(__file__).parents[1]
SOLVERS = ROOT / "build" / "mutants"
REASONS = Path(__file__).with_name("survivors.txt")
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|AND|PRAGMA)\b|\[[\"'][a-z_]+[\"']\]")
_STRICT = re.compile(r", (?:strict=\w+)?\)")
_RESULT = re.compile(r"^\s*(?P<name>\S+__mutmut_\d+): (?P<status>.+)$", re.MULTILINE)


ALIVE = ("survived", "no tests")
"""What mutmut says of a mutant that nothing noticed."""


class Survivor(NamedTuple):
    """A change that no test notices: to what, and how the line reads then."""

    function: str
    line: str

    def __str__(self) -> str:
        return f"{self.function}\n    {self.line}"


def function_of(name: str) -> str:
    """`arcgrid.scoring.stats.wilson` of `arcgrid.scoring.stats.x_wilson__mutmut_3`.

    >>> function_of("arcgrid.task.xǁTaskSetǁsubset__mutmut_1")
    'arcgrid.task.TaskSet.subset'
    """
    module, _, mangled = re.sub(r"__mutmut_\d+$", "", name).rpartition(".")
    parts = mangled.split("ǁ")[1:] or [mangled.removeprefix("x_")]
    return ".".join([module, *parts])


def read_reasons(text: str) -> dict[Survivor, str]:
    """The survivors that are meant to survive, with the reason: blocks of three lines.

    >>> read_reasons("# because\\na.b\\n    x = 1\\n")
    {Survivor(function='a.b', line='x = 1'): 'because'}
    """
    reasons, reason, function = {}, "", ""
    for line in text.splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line.startswith("    "):
            reasons[Survivor(function, line.strip())] = reason
        elif line:
            function = line
    return reasons


def changed_line(diff: str) -> str:
    """The first line that a mutant has and the code has not."""
    added = (line[1:].strip() for line in diff.splitlines() if re.match(r"\+(?!\+\+ )", line))
    return next(added, "")


def only_capitals(name: str, diff: str) -> bool:
    """True where a mutant differs in capitals of SQL or of a column alone: SQLite takes them all.

    >>> only_capitals("arcgrid.store.rows.x_f__mutmut_1", '-    row["id"]\\n+    row["ID"]')
    True
    >>> only_capitals("arcgrid.store.rows.x_f__mutmut_1", '-    "a run"\\n+    "A RUN"')
    False
    """
    old, new = sides(diff)
    same = old.lower() == new.lower() and _SQL.search(old) is not None
    return same and name.startswith("arcgrid.store.")


def only_strict(diff: str) -> bool:
    """True where `zip` alone is less strict: that is for mistakes in the code, as `assert` is.

    >>> only_strict("-    zip(a, b, strict=True)\\n+    zip(a, b, )")
    True
    >>> only_strict("-    zip(a, b, strict=True)\\n+    zip(a, strict=True)")
    False
    """
    old, new = sides(diff)
    return "strict=" in old and _STRICT.sub(")", old) == _STRICT.sub(")", new)


def sides(diff: str) -> tuple[str, str]:
    """What a mutant takes away, and what it puts there."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    old, new = ("".join(line[1:] for line in lines if line.startswith(sign)) for sign in "-+")
    return old, new


def areas(patterns: list[str]) -> dict[Path, list[str]]:
    """Where mutmut runs, and for which patterns there: the bundled solvers have their own place.

    >>> areas(["arcgrid_solvers.search.*"]) == {SOLVERS: ["arcgrid_solvers.search.*"]}
    True
    """
    of_solvers = [pattern for pattern in patterns if pattern.startswith("arcgrid_solvers")]
    others = [pattern for pattern in patterns if pattern not in of_solvers]
    chosen = {ROOT: others, SOLVERS: of_solvers}
    return {place: names for place, names in chosen.items() if names or not patterns}


def prepare_solvers() -> None:
    """Make the directory in which the solvers are what `src` holds."""
    SOLVERS.mkdir(parents=True, exist_ok=True)
    for name, target in {"src": "solvers", "tests": "tests"}.items():
        if not (SOLVERS / name).exists():
            (SOLVERS / name).symlink_to(ROOT / target)
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    text = text.replace("[tool.mutmut]", "[tool.mutmut-package]")
    text = text.replace("[tool.mutmut-solvers]", "[tool.mutmut]")
    (SOLVERS / "pyproject.toml").write_text(text, "utf-8")


def forget_copies(mutants: Path) -> None:
    """Remove files that were only copied: mutmut would not change one when it is to, later on."""
    for copy in mutants.rglob("*.py"):
        if b"_mutmut_mutated" not in copy.read_bytes():
            copy.unlink()


def mutmut(place: Path, *words: str) -> str:
    """What a command of mutmut prints."""
    command = [sys.executable, "-m", "mutmut", *words]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False).stdout


def diff_of(place: Path, name: str) -> str:
    """What a mutant changes."""
    module = Path(*name.rpartition(".")[0].split("."))
    module = "src" / module if place == SOLVERS else module
    with chdir(place):
        path = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
        return get_diff_for_mutant(name, path=path)


def is_outdated(stats: Path) -> bool:
    """Whether a test has changed since mutmut saw which functions it reaches; it does not look."""
    since = stats.stat().st_mtime if stats.exists() else math.inf
    return any(test.stat().st_mtime > since for test in REASONS.parent.rglob("*.py"))


def environment() -> dict[str, str]:
    """That of mutmut: files of tests lie in memory, as stores would wait for the disk."""
    memory = "/dev/shm"
    return os.environ | ({"TMPDIR": memory} if os.access(memory, os.W_OK) else {})


def run(place: Path, patterns: list[str]) -> tuple[int, list[Survivor]]:
    """Run what is new in one place, and print a table by module.

    Returns:
        mutmut's status, and what nothing noticed.
    """
    forget_copies(place / "mutants")
    stats = place / "mutants" / "mutmut-stats.json"
    again = [name for name, status in results(place) if status in ALIVE]
    if not is_outdated(stats):
        again = []
    elif again:
        stats.unlink()
    for names in [patterns, again] if again and not patterns else [patterns]:
        command = [sys.executable, "-m", "mutmut", "run", *names]
        status = subprocess.run(command, cwd=place, env=environment(), check=False).returncode
        if status > 1:
            return status, []
    return status, report(place, patterns or ["*"])


def results(place: Path) -> list[tuple[str, str]]:
    """Each mutant that was tried, and what came of it."""
    found = _RESULT.findall(mutmut(place, "results", "--all", "true"))
    return [(name, status) for name, status in found if status != "not checked"]


def report(place: Path, patterns: list[str]) -> list[Survivor]:
    """Print a table by module, and give what nothing noticed, of what was asked for.

    A change that is none to SQLite, or less of a check on our own code, is not counted.
    """
    counts: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    alive = []
    for name, status in results(place):
        if not any(fnmatch(name, pattern) for pattern in patterns):
            continue
        diff = diff_of(place, name) if status in ALIVE else ""
        if only_capitals(name, diff) or only_strict(diff):
            continue
        counts[name.rpartition(".")[0]][status in ALIVE] += 1
        if status in ALIVE:
            alive.append(Survivor(function_of(name), changed_line(diff)))
    for module, kinds in sorted(counts.items()):
        share = 100 * kinds[False] / kinds.total()
        print(f"{module:40} {kinds.total():6} mutants, {kinds[False]:6} noticed, {share:5.1f}%")
    return alive


def main(patterns: list[str]) -> int:
    """Run what is new, and list each survivor that has no reason."""
    prepare_solvers()
    alive: list[Survivor] = []
    for place, chosen in areas(patterns).items():
        status, found = run(place, chosen)
        if status > 1:
            return status
        alive += found
    reasons = read_reasons(REASONS.read_text("utf-8"))
    unknown = [one for one in alive if one not in reasons]
    print(f"\n{len(alive)} survived, {len(unknown)} of them without a reason:")
    for one in unknown:
        print(one)
    return min(1, len(unknown))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
