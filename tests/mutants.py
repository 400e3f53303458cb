"""What the tests do not notice: `python -m tests.mutants [PATTERN...]` (`make mutants`).

[mutmut](https://mutmut.readthedocs.io) changes the code of `only_mutate` in `pyproject.toml` in one
place at a time and runs the tests of what was changed; it goes on where it was stopped, and does
only what has changed since. A pattern such as `arcgrid.scoring.*` is for a part. A mutant that
survives has a reason in `survivors.txt`, or wants a test; this ends with status 1 then.

The bundled solvers are changed in a directory of their own (`build/mutants`), by the same file's
`[tool.mutmut-solvers]`: mutmut names a module by its path below the directory that it runs in, or
below `src` there.

Values at the top of a module are not changed, nor is code that runs while a module is imported, in
a worker or under numba: the tests of those are looked at by hand.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SOLVERS = ROOT / "build" / "mutants"
REASONS = Path(__file__).with_name("survivors.txt")
_RESULT = re.compile(r"^\s*(?P<name>\S+__mutmut_\d+): (?P<status>.+)$", re.MULTILINE)


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
        if not copy.with_name(f"{copy.name}.meta").exists():
            copy.unlink()


def mutmut(place: Path, *words: str) -> str:
    """What a command of mutmut prints."""
    command = [sys.executable, "-m", "mutmut", *words]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False).stdout


def run(place: Path, patterns: list[str]) -> tuple[int, list[Survivor]]:
    """Run what is new in one place, and print a table by module.

    Returns:
        mutmut's status, and what nothing noticed.
    """
    forget_copies(place / "mutants")
    command = [sys.executable, "-m", "mutmut", "run", *patterns]
    status = subprocess.run(command, cwd=place, check=False).returncode
    if status > 1:
        return status, []
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    alive = []
    for found in _RESULT.finditer(mutmut(place, "results", "--all", "true")):
        if found["status"] == "not checked":
            continue
        counts[found["name"].rpartition(".")[0]][found["status"]] += 1
        if found["status"] in ("survived", "no tests"):
            alive.append(found["name"])
    for module, kinds in sorted(counts.items()):
        killed = kinds.total() - kinds["survived"] - kinds["no tests"]
        share = 100 * killed / kinds.total()
        print(f"{module:40} {kinds.total():6} mutants, {killed:6} noticed, {share:5.1f}%")
    return status, [
        Survivor(function_of(name), changed_line(mutmut(place, "show", name))) for name in alive
    ]


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
