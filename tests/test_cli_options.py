"""Options of commands reach what they are for; those that the tests of a command itself leave out.

That every option is given in some test is made sure of after a whole run, see `whole`.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

import arcgrid
from arcgrid.cli import main
from arcgrid.formats.task_json import write_task_directory
from arcgrid.store import Store
from arcgrid.view.server import Server
from tests import whole
from tests.chats import TASK, ask, right, serving
from tests.endpoint import MODEL


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def done(*words: object) -> str:
    result = call(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that has the run `mine`, and is not where commands look of themselves."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARCGRID_STORE", raising=False)
    path = tmp_path / "other.sqlite"
    arcgrid.run("identity", "arcgrid/mini", limit=2, name="mine", store=path, inline=True)
    return path


# -- the note of what was given ----------------------------------------------------------------


def test_what_a_command_is_called_with_is_noted(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "OPTIONS_GIVEN", given := set[str]())
    call("runs", "--tag", "none", "--no-such-option")
    assert given == set()
    call("runs", "--tag", "none")
    assert given == {"runs --tag"}
    assert {"runs --tag", "runs tag --note"} <= set(whole.options(main))


def process(said: dict[str, object] | None, config: Any) -> Any:
    """What pytest-xdist knows of a process that has ended; one that died said nothing."""
    return SimpleNamespace(config=config, **({} if said is None else {"workeroutput": said}))


@pytest.mark.parametrize(
    ("said", "unused"),
    [
        (["whole", "whole"], True),
        (["whole", "part"], False),
        (["whole", "died"], False),
        (["died", "whole"], False),
    ],
)
def test_processes_tell_what_they_were_given(
    said: list[str], unused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = sorted(whole.options(main))
    told = {
        "whole": {"whole": True, "options": every[2:]},
        "part": {"whole": False, "options": every},
        "died": None,
    }
    monkeypatch.setattr(whole, "OPTIONS_GIVEN", {every[0]})
    config: Any = SimpleNamespace(stash=pytest.Stash(), option=SimpleNamespace(collectonly=False))
    for one in said:
        whole.pytest_testnodedown(process(told[one], config), None)
    session: Any = SimpleNamespace(config=config, exitstatus=pytest.ExitCode.OK)
    whole.pytest_sessionfinish(session)
    assert config.stash.get(whole.UNUSED, []) == ([every[1]] if unused else [])
    assert session.exitstatus == (1 if unused else 0)


# -- options -----------------------------------------------------------------------------------

READS = """
def solve(puzzle, budget, path: str = ""):
    open(path).read()
    assert budget.seconds == 3
    return [[pair] for pair in puzzle.test]
"""


def test_check_solver_gives_its_options_on(tmp_path: Path) -> None:
    solver, data = tmp_path / "reads.py", tmp_path / "data.txt"
    solver.write_text(READS)
    data.write_text("weights")
    given = ("check-solver", solver, "-O", f"path={data}", "--seconds", 3)
    assert "WRONG" not in done(*given, "--allow", data)
    refused = call(*given)
    assert refused.exit_code == 1
    assert f"Permission denied: '{data}'" in refused.stdout


def test_convert_reads_mini_arc_where_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    test = [{"input": [[2]], "output": [[3]]}]
    task = {"train": [{"input": [["1"]], "output": [[None]]}], "test": test}
    (tmp_path / "in" / "m.json").write_text(json.dumps(task))
    given = ("convert", tmp_path / "in", "-o", tmp_path / "out", "--format", "directory")
    assert call(*given).exit_code == 2
    assert "null is not an integer" in call(*given, "--mini-arc").stderr
    done(*given, "--mini-arc", "--null-as", 7)
    assert arcgrid.load(tmp_path / "out")["m"].train[0].output == [[7]]


def test_convert_takes_the_half_of_a_bundled_file_that_is_named(tmp_path: Path) -> None:
    write_task_directory(tmp_path / "in", arcgrid.load("arcgrid/mini")[:3])
    bundle = ("--format", "bundled", "-o", tmp_path / "both.json")
    done("convert", tmp_path / "in", *bundle, "--split", "eval")
    back = ("convert", tmp_path / "both.json", "--format", "directory", "-o")
    done(*back, tmp_path / "eval", "--split", "eval")
    assert arcgrid.load(tmp_path / "eval").digest == arcgrid.load(tmp_path / "in").digest
    empty = call(*back, tmp_path / "train", "--split", "train")
    assert empty.exit_code != 0 or not list((tmp_path / "train").glob("*.json"))


def test_convert_chooses_pairs_of_re_arc_by_its_seed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pairs = [{"input": [[n]], "output": [[n, n]]} for n in range(10)]
    (tmp_path / "in" / "ab.json").write_text(json.dumps(pairs))
    for seed in (0, 1):
        given = ("--format", "directory", "--lossy", "--seed", seed)
        done("convert", tmp_path / "in", *given, "-o", tmp_path / f"out{seed}")
    chosen = [arcgrid.load(tmp_path / f"out{seed}") for seed in (0, 1)]
    assert chosen[0].digest != chosen[1].digest


def test_a_prompt_is_shown_as_it_is_asked_for() -> None:
    texts = [done("prompt", TASK, "--answer-by", way) for way in ("schema", "tool", "text")]
    assert ["End your reply with the output grid" in text for text in texts] == [False, False, True]
    assert done("prompt", TASK) == texts[0]


def test_transcripts_are_not_kept_where_told(store: Path) -> None:
    with serving(right) as server:
        options = (f"model={MODEL}", f"base_url={server.url}", "samples=1", "backoff=0")
        given = [word for option in options for word in ("-O", option)]
        chosen = ("--tasks", "arcgrid/mini", "--only", TASK)
        for name, more in (("kept", []), ("silent", ["--no-transcripts"])):
            done("run", "chat", *chosen, *given, "--yes", "--name", name, *more)
    with Store(store) as opened:
        for name, kept in (("kept", True), ("silent", False)):
            ((_, text),) = opened.transcripts(opened.find_run(name), TASK)
            assert (text is not None) is kept


def test_samples_are_scored_by_the_rule_and_from_the_store_that_are_named(
    tmp_path: Path, store: Path
) -> None:
    other = tmp_path / "other.sqlite"
    with serving(right) as server:
        result = ask(server, other, name="mine", options={"samples": 3})
    assert call("samples", "mine").exit_code == 2
    for rule in ("arc-prize", "kaggle-2020"):
        said = json.loads(done("samples", "mine", "--rule", rule, "--store", other, "--json"))
        assert said["rule"] == rule
        assert [point["percent"] for point in said["curve"]] == [
            point.percent for point in result.sample_curve(rule)
        ]


@pytest.mark.parametrize("option", [("--scheduler", "tcp://127.0.0.1:1"), ("--allow-versions",)])
def test_this_machine_has_no_scheduler(store: Path, option: tuple[str, ...]) -> None:
    refused = call("run", "identity", "--tasks", "arcgrid/mini", *option)
    assert refused.exit_code == 2
    said = "Error: --scheduler and --allow-versions are for the engine dask, not for local"
    assert said in refused.stderr


def test_a_store_that_is_named_is_checked_and_repaired(elsewhere: Path) -> None:
    found = json.loads(done("store", "check", "--store", elsewhere, "--json"))
    assert (found["runs"], found["outcomes"], found["findings"]) == (1, 2, [])
    said = done("store", "repair", "--store", elsewhere)
    assert said.splitlines()[-1] == "there was nothing to repair"
    assert call("store", "repair").exit_code == 2


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Server]:
    """The servers that `view` would have served with; each is closed at once."""
    servers: list[Server] = []

    def serve(server: Server, begin: Callable[[], None]) -> None:
        servers.append(server)
        with server:
            begin()

    monkeypatch.setattr("arcgrid.cli.view.serve", serve)
    return servers


def test_view_looks_into_the_store_that_is_named(elsewhere: Path, served: list[Server]) -> None:
    assert call("view", "mine").exit_code == 2
    assert done("view", "mine", "--store", elsewhere).strip() == served[0].address


def test_view_listens_where_it_is_told(elsewhere: Path, served: list[Server]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = call("view", "arcgrid/mini", "--port", port)
    assert refused.exit_code == 2
    assert f"cannot serve at 127.0.0.1:{port}: Address already in use" in refused.stderr
    assert served == []


def test_a_person_gets_the_puzzles_that_are_listed(elsewhere: Path, served: list[Server]) -> None:
    chosen = arcgrid.load("arcgrid/mini").ids[3:5]
    Path("ids.txt").write_text("\n".join(chosen))
    given = ("--solve", "--ids", "ids.txt", "--store", elsewhere)
    done("view", "arcgrid/mini", *given)
    with Store(elsewhere) as opened:
        assert opened.find_run("latest").plan.asked == tuple(chosen)
    assert len(served) == 1


def test_kernels_are_compiled_by_as_many_processes_as_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def warm(kernels: list[str], workers: int) -> Iterator[int]:
        asked.extend([kernels, workers])
        yield len(kernels)

    monkeypatch.setattr("arcgrid.cli.warmup.cold_kernels", lambda modules: ["one", "two"])
    monkeypatch.setattr("arcgrid.cli.warmup.warm", warm)
    assert done("warmup", "--workers", 3).startswith("2 kernels compiled in ")
    assert asked == [["one", "two"], 3]
