"""The quick tests on every other Python there is: `make test-pythons`.

Each of 3.11 to 3.14 that is found (on PATH, of pyenv, of uv) gets an environment of its own in
`build`, with what running needs and pytest. All run beside each other.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROMISED = ("3.11", "3.12", "3.13")
"""What must pass where it is found."""

HOPED_FOR = ("3.14",)
"""What may lack wheels of a dependency: then it is said, and left out."""

QUICK = (
    *("formats_*", "scoring_*", "grid", "task", "result", "selection", "palette", "fingerprint"),
    *("datasets", "convert", "sources", "audit", "reproduce", "reported", "augment", "functions"),
    *("store", "store_damage", "solver", "plugins", "writing", "render_ansi", "render_cells"),
    *("render_png", "render_style", "report_markup", "report_standing", "report_table"),
    *("report_text", "cli", "cli_errors", "cli_sets", "cli_shared", "cli_terminal"),
)
"""The tests of values, formats, scores, store and commands: no browser, no kernel, no cluster."""

PACKAGES = (
    "hypothesis",
    "iniconfig",
    "packaging",
    "pluggy",
    "pygments",
    "pytest",
    "sortedcontainers",
)
"""What these need besides what running needs."""

MEANT = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True)
class Done:
    """What came of one Python.

    Attributes:
        passed: None where it could not be set up.
        said: the last lines of pytest, or of what failed before it.
    """

    version: str
    passed: bool | None
    said: str


def main() -> int:
    """Run them, and say what came of each."""
    found = pythons(os.environ)
    if not found:
        print("no Python of", ", ".join((*PROMISED, *HOPED_FOR)), "is there besides this one")
        return 0
    with ThreadPoolExecutor() as pool:
        every = list(pool.map(run, found.items()))
    for done in every:
        state = {True: "passed", False: "FAILED", None: "could not be set up"}[done.passed]
        print(f"== Python {done.version}: {state}\n{done.said}")
    return int(any(is_bad(done) for done in every))


def is_bad(done: Done) -> bool:
    """Whether this must not be so."""
    return done.passed is False or (done.passed is None and done.version in PROMISED)


def pythons(environment: Mapping[str, str]) -> dict[str, Path]:
    """The first Python found of each version but this one's, by its version."""
    own = "{}.{}".format(*sys.version_info)
    found: dict[str, Path] = {}
    for version in (*PROMISED, *HOPED_FOR):
        if version != own:
            works = (path for path in places(version, environment) if version_of(path) == version)
            if (path := next(works, None)) is not None:
                found[version] = path
    return found


def places(version: str, environment: Mapping[str, str]) -> Iterator[Path]:
    """Where a Python of a version may be."""
    if on_path := shutil.which(f"python{version}", path=environment.get("PATH", "")):
        yield Path(on_path)
    home = Path(environment.get("HOME", "/nonexistent"))
    pyenv = Path(environment.get("PYENV_ROOT", home / ".pyenv"))
    uv = Path(environment.get("UV_PYTHON_INSTALL_DIR", home / ".local/share/uv/python"))
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"), reverse=True)
    yield from sorted(uv.glob(f"cpython-{version}.*/bin/python{version}"), reverse=True)


def version_of(python: Path) -> str | None:
    """The version of a Python; None where it does not run, as a stand-in of pyenv."""
    code = "import sys, venv, ensurepip; print('{}.{}'.format(*sys.version_info))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def run(found: tuple[str, Path]) -> Done:
    """Set up an environment, and run the quick tests in it."""
    version, python = found
    home = ROOT / "build" / f"python{version}"
    home.mkdir(parents=True, exist_ok=True)
    lock = home / "pytest.lock"
    lock.write_text(pins((ROOT / "requirements-dev.lock").read_text()))
    within = str(home / "venv" / "bin" / "python")
    pip = [within, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    for step in (
        ["make", "--silent", f"VENV={home / 'venv'}", f"PYTHON={python}", f"{home}/venv/.ready"],
        [*pip, "--require-hashes", "--no-deps", "-r", str(lock)],
    ):
        done = _call(step)
        if done.returncode != 0:
            return Done(version, None, _end(done.stdout))
    done = _call([within, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", *quick_tests()])
    return Done(version, done.returncode == 0, _end(done.stdout, 40 if done.returncode else 1))


def pins(lock: str) -> str:
    """Of a lock, what pytest needs."""
    entries = re.split(r"^(?=\w)", lock, flags=re.MULTILINE)
    return "".join(entry for entry in entries if entry.partition("==")[0] in PACKAGES)


def quick_tests() -> list[str]:
    """The files of the quick tests."""
    return sorted({str(path) for name in QUICK for path in ROOT.glob(f"tests/test_{name}.py")})


def _call(command: list[str]) -> subprocess.CompletedProcess[str]:
    out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run(command, cwd=ROOT, text=True, check=False, **out)  # type: ignore[call-overload,no-any-return]  # of the keywords


def _end(text: str, lines: int = 8) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


if __name__ == "__main__":
    sys.exit(main())
