"""Flips bits of a run store at random places, or cuts it off: `python -m tests.flips [N]`.

Every command works on it as on the sound store, or says in one line what is wrong; none says
something else, and what `store repair` leaves is sound.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner, Result

from arcgrid.cli import main as arcgrid
from tests.runs import run_small

COMMANDS = (
    "score first",
    "score second",
    "outcomes first --json",
    "export second",
    "compare first second",
    "audit first --tasks arcgrid/mini --json",
    "show bars-in-order --run first",
    "runs",
    "table",
    "store check",
)


CUT = 10
"""Each so manyth time the store is cut off."""


def make_store(path: Path) -> None:
    """A store with two runs."""
    run_small(path, "transforms", name="first", limit=6, inline=True)
    run_small(path, "identity", name="second", limit=6, inline=True)


def invoke(line: str, path: Path) -> Result:
    """What a command says of a store."""
    return CliRunner().invoke(arcgrid, line.split(), env={"ARCGRID_STORE": str(path)})


def problem_with(line: str, result: Result, sound: Result) -> str | None:
    """What is wrong with what a command said of a damaged store."""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return f"{line}: {type(result.exception).__name__}: {result.exception}"
    said = result.stderr.splitlines()
    if result.exit_code == 0:
        changed = result.stdout != sound.stdout and not said
        listing = line.startswith(("runs", "table", "store"))  # runs that are damaged are left out
        return f"{line}: says something else" if changed and not listing else None
    if line == "store check":
        return None if said else f"{line}: says nothing"
    good = len(said) == 1 and said[0].startswith("Error: ")
    return None if good else f"{line}: {result.stderr[:300]!r}"


def flip(path: Path, seed: int, count: int) -> Iterator[list[str]]:
    """Damage a store that `make_store` has made, so many times; yields what was wrong.

    One bit is flipped, and each tenth time the file is cut off instead.
    """
    whole = path.read_bytes()
    sound = {line: invoke(line, path) for line in COMMANDS}
    assert all(result.exit_code == 0 for result in sound.values()), sound
    damaged = path.with_name("damaged.sqlite")
    for number in range(count):
        rng = random.Random(f"{seed}:{number}")
        at = rng.randrange(len(whole))
        text = bytearray(whole)
        if number % CUT == CUT - 1:
            del text[at:]
        else:
            text[at] ^= 1 << rng.randrange(8)
        problems = []
        for line in COMMANDS:
            _write(damaged, text)
            problem = problem_with(line, invoke(line, damaged), sound[line])
            problems += [] if problem is None else [f"seed {seed}, flip {number}, {problem}"]
        problems += [f"seed {seed}, flip {number}, {one}" for one in _after_repair(damaged)]
        yield problems


def _after_repair(path: Path) -> list[str]:
    repaired = invoke("store repair", path)
    if repaired.exit_code:
        one = repaired.stderr.startswith("Error: ") and repaired.stderr.count("\n") == 1
        return [] if one else [f"store repair: {repaired.stderr[:300]!r} {repaired.exception!r}"]
    checked = invoke("store check", path)
    for kept in path.parent.glob("*.damaged-*"):
        kept.unlink()
    return [f"after repair: {checked.output[:300]!r}"] if checked.exit_code else []


def _write(path: Path, text: bytes | bytearray) -> None:
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    path.write_bytes(text)


def main() -> int:
    """The command line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    wrong: Counter[bool] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        os.environ["ARCGRID_STORE"] = str(path)
        make_store(path)
        for problems in flip(path, 1, count):
            wrong[bool(problems)] += 1
            for problem in problems:
                print(problem, flush=True)
    print(
        f"{count} damaged stores, {len(COMMANDS)} commands each: {wrong[True]} with something wrong"
    )
    return 1 if wrong[True] else 0


if __name__ == "__main__":
    sys.exit(main())
