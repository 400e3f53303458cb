"""What others named cannot steer a terminal, and no broken stream or limit ends in a trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from arcgrid.cli import main
from arcgrid.formats.task_json import format_task
from tests.samples import task

ARCGRID = f"{sys.executable} -m arcgrid"
EVIL = "\x1b]0;x\x07\x1b[2J\x9b31m\u202ez"
BREAKING = """
from arcgrid import Answer, Guess

def solve(puzzle, budget):
    raise ValueError("\\x1b[2J\\x9b31m")

def explain(puzzle, budget):
    print("\\x1b[2J\\x9b31m")
    return Answer([[Guess([[1]], explanation="\\x1b[2J\\x9b31m")]])
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a set and a submission whose ids steer terminals, and two runs."""
    monkeypatch.chdir(tmp_path)
    for name, cell in (("set", 1), ("other", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{EVIL}.json").write_text(format_task(task("x", [[cell]])))
    (tmp_path / f"{EVIL}.json").write_text(json.dumps({EVIL: [{"attempt_1": f"{EVIL}"}]}))
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / f"{EVIL}.json").write_text('{"train": [], "' + EVIL + '": 1, "test": 3}')
    (tmp_path / "mine.py").write_text(BREAKING)
    return tmp_path


COMMANDS = {
    "an error": f"score {EVIL}.json --tasks nowhere",
    "an unknown name": f"show set/{EVIL}no",
    "an unsound task": "tasks validate bad",
    "audit": f"audit {EVIL}.json --tasks set",
    "audit as JSON": f"audit {EVIL}.json --tasks set --json",
    "score": f"score {EVIL}.json --tasks set",
    "compare": f"compare {EVIL}.json {EVIL}.json --tasks set",
    "diff": "tasks diff set other",
    "diff as JSON": "tasks diff set other --json",
    "fingerprint": "tasks fingerprint set",
    "leaks": "tasks leaks set other",
    "outcomes": "outcomes solve",
    "outcomes as JSON": "outcomes solve --json",
    "outcomes as Markdown": "outcomes solve --format markdown",
    "show": f"show set/{EVIL}",
    "show of a run": f"show {EVIL} --run explain",
    "show as JSON": f"show {EVIL} --run explain --json",
    "convert": f"convert set --format kaggle-tasks -o {EVIL}",
    "validate": "tasks validate set",
    "runs": "runs",
}


@pytest.mark.parametrize("line", COMMANDS.values(), ids=COMMANDS)
def test_names_cannot_steer_a_terminal(
    line: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "solve" in line or "explain" in line:
        for name in ("solve", "explain"):
            CliRunner().invoke(
                main, ["run", f"mine.py:{name}", "--tasks", "set", "--name", name, "--inline"]
            )
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    monkeypatch.setenv("NO_COLOR", "1")
    result = CliRunner().invoke(main, line.split(" "))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.output
    strange = {char for char in result.output if not char.isprintable()} - {"\n"}
    assert strange == set()


def test_a_name_with_line_ends_is_shown_in_one_line(folder: Path) -> None:
    name = "mi\nne\x1b[31m.py"
    (folder / name).write_text("def solve(puzzle, budget):\n    return [[] for _ in puzzle.test]\n")
    given = ["run", name, "--tasks", "arcgrid/mini", "--limit", "1", "--inline"]
    done = CliRunner().invoke(main, given)
    shown = "mi ne\N{REPLACEMENT CHARACTER}[31m.py"
    assert done.stderr.splitlines()[0].partition(": ")[2].startswith(f"{shown} on arcgrid/mini")
    assert done.stdout.splitlines()[0].partition(": ")[2].startswith(f"{shown} (file), effort low")
    assert f" {shown} " in CliRunner().invoke(main, ["runs"]).stdout
    told = CliRunner().invoke(main, ["report", "latest", "-o", "a\nb.html"])
    assert told.stderr.startswith("a b.html: ")


UNREADABLE = {
    "run": ("run identity --tasks raw", "a name that is not UTF-8 cannot be kept: "),
    "convert": ("convert raw --format kaggle-tasks -o x.json", "this id is not UTF-8, which JSON"),
    "as JSON": ("tasks fingerprint raw --json", "this name is not UTF-8, which can be neither"),
    "an unknown file": (os.fsdecode(b"score \xff.json --tasks x"), "\ufffd.json: no such file"),
}


@pytest.mark.parametrize(("line", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_names_that_are_no_utf8(line: str, said: str, folder: Path) -> None:
    (folder / "raw").mkdir()
    (folder / "raw" / os.fsdecode(b"a\xff.json")).write_text(format_task(task("x", [[1]])))
    result = CliRunner().invoke(main, line.split())
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stderr.startswith("Error: ")) == (2, True)
    assert said in result.stderr


# a command line: its status; nobody hears more than that
UNHEARD = {
    "run identity --tasks arcgrid/mini --limit 2 2>/dev/full": 0,
    "run identity --tasks arcgrid/mini --limit 2 2>&-": 0,
    "runs nope 2>/dev/full": 2,
    "tasks validate nope 2>/dev/full": 2,
    "table >/dev/full 2>/dev/full": 2,
    "tasks list 2>&- | grep -q mini": 0,
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(("line", "status"), UNHEARD.items(), ids=UNHEARD)
def test_a_run_goes_on_unheard(line: str, status: int, store: Path) -> None:
    done = subprocess.run(f"{ARCGRID} {line}", shell=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (status, b"")
    if line.startswith("run "):
        assert b"all-outputs" in done.stdout
        assert CliRunner().invoke(main, ["store", "check"]).exit_code == 0


@pytest.mark.parametrize("files", [8, 16, 24])
def test_too_few_files_are_told(files: int, store: Path) -> None:
    line = f"ulimit -n {files}; {ARCGRID} run identity --tasks arcgrid/mini --limit 2"
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert "too many open files" in last.lower()
    assert "cannot write" not in last
    assert "Traceback" not in done.stderr


def test_json_keeps_the_names() -> None:
    text = CliRunner().invoke(main, ["audit", f"{EVIL}.json", "--tasks", "set", "--json"]).stdout
    assert "\x9b" not in text
    assert json.loads(text)["name"] == f"{EVIL}.json"
