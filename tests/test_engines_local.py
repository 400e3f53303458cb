"""Hostile solvers in real workers: each puzzle ends in the outcome it should, and nothing stays."""

from __future__ import annotations

import ast
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

import arcgrid
from arcgrid.engines.local.keeper import clear
from arcgrid.engines.local.messages import STEPS_LIMIT, WORDS_LIMIT
from arcgrid.errors import SolverError
from arcgrid.isolation import Level
from arcgrid.machine import cache_home
from arcgrid.watcher import Silent
from tests.runs import SOLVERS, explanation, outcomes_of, run_hostile, run_small

MIB = 1 << 20

KINDS = [
    ("crash_exit", "crash", "the worker ended by itself with exit code 3"),
    ("crash_segfault", "crash", "the worker was ended by signal 11 (SIGSEGV)"),
    ("crash_killed", "crash", "the worker was ended by signal 9 (SIGKILL)"),
    ("allocate", "memory", "MemoryError"),
    (
        "explain_surrogate",
        "invalid",
        "an explanation must be text that UTF-8 can hold",
    ),
    (
        "return_none",
        "invalid",
        "an answer is a list with the guesses for each test input, not None",
    ),
    (
        "return_text",
        "invalid",
        "an answer is a list with the guesses for each test input, not a value of type str",
    ),
    ("return_ragged", "invalid", "test[0].guess[0], row 1: 1 cells, but row 0 has 2"),
    (
        "return_eleven",
        "invalid",
        "test[0].guess[0], row 0, column 0: 11 is not a color (0 to 9)",
    ),
    ("answer_huge", "invalid", "an answer of more than 64 MiB"),
]


@pytest.mark.parametrize(("name", "kind", "error"), KINDS, ids=[case[0] for case in KINDS])
def test_kind_and_error(store: Path, name: str, kind: str, error: str) -> None:
    outcomes = run_hostile(store, name)
    assert [(outcome.kind, outcome.error) for outcome in outcomes] == [(kind, error)] * 2


@pytest.mark.parametrize(
    ("name", "last_line"),
    [
        ("raise_error", "RuntimeError: no idea"),
        ("raise_exit", "SystemExit: leaving"),
        ("recurse", "RecursionError: maximum recursion depth exceeded"),
        ("raise_surrogate", "ValueError: bad ?"),
    ],
)
def test_an_exception_is_an_error_with_the_solvers_own_trace(
    store: Path, name: str, last_line: str
) -> None:
    outcome = run_hostile(store, name, limit=1)[0]
    assert outcome.kind == "error"
    assert outcome.error is not None
    assert outcome.error.splitlines()[-1] == last_line
    assert "worker.py" not in outcome.error


def test_too_few_answers_name_both_numbers(store: Path) -> None:
    outcome = run_hostile(store, "return_too_few", limit=1)[0]
    tests = len(arcgrid.load("arcgrid/mini").tasks[0].test)
    assert outcome.kind == "invalid"
    assert outcome.error == f"the answer is for {tests - 1} test inputs, the puzzle has {tests}"


@pytest.mark.parametrize("name", ["hang", "hang_deaf", "print_flood_and_hang", "close_all"])
def test_a_solver_that_hangs_is_stopped_in_time(store: Path, name: str) -> None:
    outcomes = run_hostile(store, name, seconds=0.5)
    ends = {(outcome.kind, outcome.error) for outcome in outcomes}
    assert ends == {("timeout", "not done after 0.5 seconds")}


def test_the_last_answer_before_the_timeout_counts(store: Path) -> None:
    outcome = run_hostile(store, "hang_after_answer", limit=1, seconds=0.5)[0]
    assert outcome.kind == "timeout"
    assert outcome.error == "not done after 0.5 seconds"
    assert len(outcome.answers) == 2
    assert explanation(outcome) == "second"


def test_steps_come_through_but_not_without_end(store: Path, tmp_path: Path) -> None:
    solver = tmp_path / "walker.py"
    solver.write_text(
        "from arcgrid import Guess\n"
        "def solve(puzzle, budget):\n"
        "    steps = [('x' * 5000, [[n % 10]]) for n in range(100)]\n"
        "    return [[Guess(grid, steps=steps)] for grid in puzzle.test]\n"
    )
    result = arcgrid.run(str(solver), "arcgrid/mini", limit=1, store=store, workers=1)
    (outcome,) = result.by_task.values()
    assert outcome.answer is not None
    steps = outcome.answer.guesses[0][0].steps
    assert [grid.item() for _, grid in steps] == [n % 10 for n in range(STEPS_LIMIT)]
    assert {len(words) for words, _ in steps} == {WORDS_LIMIT}


def test_the_last_answer_before_a_crash_counts(store: Path) -> None:
    outcome = run_hostile(store, "crash_segfault", limit=1)[0]
    assert explanation(outcome) == "before the fall"
    assert "Segmentation fault" in outcome.output


def test_the_last_answer_before_an_invalid_one_counts(store: Path) -> None:
    outcome = run_hostile(store, "invalid_after_answer", limit=1)[0]
    assert outcome.kind == "invalid"
    assert explanation(outcome) == "good"


def test_the_run_goes_on_after_a_crash(store: Path) -> None:
    assert [outcome.kind for outcome in run_hostile(store, "crash_exit", limit=5)] == ["crash"] * 5


@pytest.mark.parametrize("name", ["allocate_slowly", "allocate_in_children"])
def test_memory_is_limited_with_descendants_counted_in(store: Path, name: str) -> None:
    outcome = run_hostile(store, name, limit=1, memory=150 * MIB, seconds=30)[0]
    assert outcome.kind == "memory"
    assert outcome.peak_memory is not None
    assert outcome.peak_memory > 100 * MIB


def test_memory_that_cannot_be_mapped_is_memory(store: Path) -> None:
    assert run_hostile(store, "map_memory", limit=1)[0].kind == "memory"


def test_a_forked_child_does_not_speak_for_the_worker(store: Path) -> None:
    outcomes = run_hostile(store, "fork_and_return", limit=4)
    assert [outcome.kind for outcome in outcomes] == ["answered"] * 4


@pytest.mark.parametrize("name", ["kill_parent", "stop_parent"])
def test_the_parent_is_out_of_reach(store: Path, name: str) -> None:
    outcomes = run_hostile(store, name, seconds=1)
    assert {outcome.kind for outcome in outcomes} == {"error"}
    assert {str(outcome.error).splitlines()[-1] for outcome in outcomes} == {
        "PermissionError: [Errno 1] Operation not permitted"
    }


@pytest.mark.parametrize("sandbox", ["off", "default"])
@pytest.mark.parametrize("name", ["kill_keepers", "stop_keepers"])
def test_a_worker_whose_keepers_are_gone_is_replaced(
    store: Path, name: str, sandbox: Level
) -> None:
    """In one process for all puzzles, which may signal what is above it."""
    outcomes = run_hostile(store, name, seconds=1, fresh=False, sandbox=sandbox)
    gone = {"kill_keepers": "crash", "stop_keepers": "timeout"}[name]
    assert {outcome.kind for outcome in outcomes} == {gone if sandbox == "off" else "error"}


def test_memory_that_forked_children_share_is_counted_once(store: Path) -> None:
    outcome = run_hostile(store, "shared_children", limit=1, memory=150 * MIB)[0]
    assert (outcome.kind, outcome.error) == ("answered", None)


@pytest.mark.parametrize(
    "name", ["leak", "leave_child", "leave_thread", "leave_limits", "leave_closed"]
)
def test_what_a_puzzle_leaves_behind_does_not_reach_the_next(store: Path, name: str) -> None:
    outcomes = run_hostile(store, name, limit=4, memory=200 * MIB)
    assert [outcome.kind for outcome in outcomes] == ["answered"] * 4
    assert len({explanation(outcome) for outcome in outcomes}) == 4


@pytest.mark.parametrize(
    ("name", "kind"), [("fork_and_hide", "timeout"), ("fork_and_crash", "crash")]
)
@pytest.mark.parametrize("sandbox", ["off", "default"])
def test_what_the_solver_started_dies_with_it(
    store: Path, name: str, kind: str, sandbox: Level
) -> None:
    mark = f"60.{os.getpid()}{len(name)}"
    outcome = run_hostile(store, name, limit=1, seconds=2, options={"mark": mark}, sandbox=sandbox)[
        0
    ]
    assert outcome.kind == kind
    assert "there it is" in outcome.output
    assert not processes_with(mark)


def processes_with(argument: str) -> list[str]:
    """The processes that have it among their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if argument.encode() in path.read_bytes().split(b"\0"):
                found.append(path.parent.name)
    return found


def test_what_is_printed_is_drained_and_its_end_kept(store: Path) -> None:
    outcome = run_hostile(store, "print_flood", limit=1)[0]
    assert outcome.kind == "answered"
    assert len(outcome.output) == 64 << 10
    assert outcome.output.endswith("x\nthe end\n")


def test_what_is_printed_belongs_to_its_puzzle(store: Path) -> None:
    outcomes = run_hostile(store, "crash_exit", limit=2)
    assert [outcome.output for outcome in outcomes] == ["about to leave\n"] * 2


def test_a_flood_of_answers_is_bounded_and_the_last_one_kept(store: Path) -> None:
    outcome = run_hostile(store, "answer_flood", limit=1, seconds=2)[0]
    assert outcome.kind == "timeout"
    assert len(outcome.answers) == 1000
    assert int(explanation(outcome)) > 1000


def test_the_same_answer_again_is_no_news(store: Path) -> None:
    assert len(run_hostile(store, "answer_same", limit=1)[0].answers) == 1


def test_guesses_past_the_budget_are_counted_and_dropped(store: Path) -> None:
    outcome = run_hostile(store, "many_guesses", limit=1, attempts=3)[0]
    assert outcome.answer is not None
    assert {len(guesses) for guesses in outcome.answer.guesses} == {3}
    assert outcome.guesses_beyond == 2 * len(outcome.answer.guesses)


def test_a_generator_that_yields_nothing_has_answered_nothing(store: Path) -> None:
    outcome = run_hostile(store, "yield_nothing", limit=1)[0]
    assert (outcome.kind, outcome.answers) == ("answered", ())


def test_garbage_on_the_wire_is_a_crash(store: Path) -> None:
    outcome = run_hostile(store, "forge", limit=1)[0]
    assert outcome.kind == "crash"
    assert outcome.error is not None
    assert outcome.error.startswith("the worker sent a line that is not a reply")


def test_every_puzzle_has_an_empty_directory(store: Path) -> None:
    said = [explanation(outcome) for outcome in run_hostile(store, "litter", limit=3)]
    assert {text.partition("/")[0] for text in said} == {"[] "}
    assert not Path(said[0].partition(" ")[2]).exists()


def test_the_environment_is_fixed(store: Path) -> None:
    said = explanation(run_hostile(store, "look_around", limit=1)[0])
    assert said.startswith("['0', '1', '1'] False True ")


def test_a_worker_holds_no_test_output(store: Path) -> None:
    said = explanation(run_hostile(store, "hidden", limit=1)[0]).split()
    tests = len(arcgrid.load("arcgrid/mini").tasks[0].test)
    assert said == ["content", "test", "train", *["ndarray"] * tests]


def test_random_choices_do_not_depend_on_workers_or_order(store: Path) -> None:
    alone = [explanation(outcome) for outcome in run_hostile(store, "gamble", limit=6)]
    together = [
        explanation(outcome) for outcome in run_hostile(store, "gamble", limit=6, workers=2)
    ]
    assert alone == together
    other = [explanation(outcome) for outcome in run_hostile(store, "gamble", limit=6, seed=1)]
    assert not set(alone) & set(other)


def test_cost_and_tokens_are_kept(store: Path) -> None:
    answer = run_hostile(store, "paid", limit=1)[0].answer
    assert answer is not None
    assert (answer.cost, answer.tokens, answer.guesses[0][0].confidence) == (0.25, 1000, 0.5)


def test_options_are_converted_by_annotations(store: Path) -> None:
    settings = {"count": "3", "share": "0.25", "deep": "true"}
    assert explanation(run_hostile(store, "options", options=settings)[0]) == "3 0.25 True"


@pytest.mark.parametrize(
    ("solver", "error"),
    [
        (
            "broken_import.py",
            "{path}: the solver cannot be imported: ModuleNotFoundError: No module named "
            "'a_module_that_does_not_exist' (line 3 of {path})",
        ),
        (
            "broken_start.py",
            "{path}: it died while it was loaded: the worker ended by itself with exit code 7; "
            "it printed last: last words",
        ),
        ("broken_warmup.py", "{path}: its warm-up failed: ValueError: too cold"),
        (
            "hostile.py:crash_exi",
            "{path}: there is no function 'crash_exi'; did you mean "
            ":crash_exit or :raise_exit or :crash_killed?",
        ),
    ],
)
def test_a_solver_that_cannot_be_used_leaves_no_run(store: Path, solver: str, error: str) -> None:
    path = SOLVERS / solver.partition(":")[0]
    with pytest.raises(SolverError) as caught:
        run_small(store, str(SOLVERS / solver))
    assert str(caught.value) == error.format(path=path)
    with arcgrid.store.Store(store) as opened:
        assert opened.runs() == []


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"cuont": "3"}, "unknown option of this solver 'cuont'; did you mean count?"),
        ({"count": "three"}, "option count=three: Expected `int`, got `str`"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(
    store: Path, options: dict[str, object], error: str
) -> None:
    with pytest.raises(SolverError, match="option") as caught:
        run_hostile(store, "options", options=options)
    assert str(caught.value) == f"{SOLVERS / 'hostile.py'}:options: {error}"


def test_warm_up_comes_before_the_clock_and_is_announced_once(store: Path) -> None:
    told: list[str] = []

    class Watcher(Silent):
        def warming(self) -> None:
            told.append("warming")

    result = run_small(store, str(SOLVERS / "warms_up.py"), workers=2, limit=4, watcher=Watcher())
    assert told == ["warming"]
    assert result.outcomes["answered"] == 4


COLD = """
import arcgrid
from arcgrid.kernels import GRID, kernel, types

@kernel(types.int64(GRID))
def {name}_one(grid):
    return grid.shape[0] + {number}

@kernel(types.int64(GRID))
def {name}_two(grid):
    return {name}_one(grid) + grid.shape[1]

def solve(puzzle, budget):
    own = [{name}_one, {name}_two]
    before = [one.cache_file.exists() for one in own], [bool(one.overloads) for one in own]
    {name}_two(puzzle.test[0])
    text = str((before, str(own[0].cache_file)))
    return [[arcgrid.Guess(grid, explanation=text)] for grid in puzzle.test]
"""
"""A solver whose kernels nobody has compiled, and that tells what is compiled when it is asked."""


def test_every_kernel_is_compiled_before_the_first_clock(store: Path, tmp_path: Path) -> None:
    solver = tmp_path / f"cold_{os.getpid()}.py"
    solver.write_text(COLD.format(name="cold", number=time.time_ns()))
    told: list[str] = []

    class Watcher(Silent):
        def say(self, text: str) -> None:
            told.append(text)

    result = run_small(store, str(solver), limit=3, watcher=Watcher())
    said = [ast.literal_eval(explanation(one)) for one in outcomes_of(store, result)]
    assert [exists for (exists, _), _ in said] == [[True, True]] * 3
    assert [loaded[1] for (_, loaded), _ in said][1:] == [True, True], "what one loads, all have"
    assert told[0].startswith("compiling the solver's kernels: 0 of ")
    assert told[-1].split()[-3] == told[-1].split()[-1], "all of them"
    own = Path(said[0][1])
    assert own.parents[1].parent == cache_home() / "solvers", "not where others find it"
    clear.remove(str(own.parents[1]))


def test_no_directory_is_left_behind(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"  # that of all has the workers of others too
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    _, _, directory = explanation(run_hostile(store, "litter", limit=1)[0]).partition(" ")
    assert Path(directory).parent == folder
    run_hostile(store, "crash_exit", limit=2)
    run_hostile(store, "hang", limit=1, seconds=0.2)
    assert list(folder.iterdir()) == []
