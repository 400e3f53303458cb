"""The five rules by cases worked by hand, and published runs whose scores are known.

The published attempts are no part of the repository: those tests need the directory ../shared.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

import arcgrid
from arcgrid import ArcgridError, GridError, Pair, Score, Submission, Task, TaskSet, as_grid, score
from arcgrid.errors import SubmissionError, TaskError, UnknownNameError
from arcgrid.formats.kaggle import read_submission
from arcgrid.result import Answer, Attempt, Coverage, Guess
from arcgrid.scoring.rules import DEFAULT_RULE, RULES, score_all, solved_share
from arcgrid.scoring.stats import bootstrap_mean, wilson
from tests.samples import Rows, submission, task, task_set

# Rows of one cell each: A, B, C and D are the answers, X is wrong.
A, B, C, D, X = [[1]], [[2]], [[3]], [[4]], [[9, 9]]
TASKS = task_set(task("one", A), task("two", B, C), task("three", D), name="four outputs")
BAD = GridError("1 cells, but row 0 has 2", "ragged", row=1)

Given: TypeAlias = dict[str, list[list[Attempt | Rows]]]
PERFECT: Given = {"one": [[A]], "two": [[B], [C]], "three": [[D]]}

# What was given, then what each rule solves: arc-prize of 3, all-outputs of 3, kaggle-2024 of 4,
# kaggle-2020 of 4, chollet-2019 of 3.
HAND_WORKED: dict[str, tuple[Given, tuple[float, int, int, int, int]]] = {
    "nothing": ({}, (0, 0, 0, 0, 0)),
    "no attempts": ({"one": [[]], "two": [[], []], "three": [[]]}, (0, 0, 0, 0, 0)),
    "all right": (PERFECT, (3, 3, 4, 4, 3)),
    "the second attempt counts": ({"one": [[X, A]]}, (1, 1, 1, 1, 1)),
    "the third counts where three do": ({"one": [[X, X, A]]}, (0, 0, 0, 1, 1)),
    "the fourth never counts": ({"one": [[X, X, X, A]]}, (0, 0, 0, 0, 0)),
    "the fifth never counts": ({"one": [[X, X, X, X, A]]}, (0, 0, 0, 0, 0)),
    "right twice counts once": ({"one": [[A, A, A]]}, (1, 1, 1, 1, 1)),
    "half a task": ({"two": [[B], [X]]}, (0.5, 0, 1, 1, 0)),
    "the other half": ({"two": [[], [X, C]]}, (0.5, 0, 1, 1, 0)),
    "halves on different attempts": ({"two": [[B], [X, C]]}, (1, 1, 2, 2, 1)),
    "a half with the third attempt": ({"two": [[B], [X, X, C]]}, (0.5, 0, 1, 2, 1)),
    "the wrong place": ({"two": [[C], [B]]}, (0, 0, 0, 0, 0)),
    "both answers in both places": ({"two": [[C, B], [B, C]]}, (1, 1, 2, 2, 1)),
    "null, then right": ({"one": [[None, A]]}, (1, 1, 1, 1, 1)),
    "a null keeps its place": ({"one": [[None, None, A]]}, (0, 0, 0, 1, 1)),
    "malformed, then right": ({"one": [[BAD, A]]}, (1, 1, 1, 1, 1)),
    "malformed keeps its place": ({"one": [[BAD, BAD, A]]}, (0, 0, 0, 1, 1)),
    "the cells right, the shape not": ({"one": [[[[1, 1]], [[1], [1]]]]}, (0, 0, 0, 0, 0)),
    "one whole task and a half": ({"one": [[A]], "two": [[X], [C]]}, (1.5, 1, 2, 2, 1)),
}
DENOMINATORS = (3, 3, 4, 4, 3)
UNITS = ("tasks", "tasks", "outputs", "outputs", "tasks")
ATTEMPTS = (2, 2, 2, 3, 3)


def test_the_rules_and_their_order() -> None:
    names = ["arc-prize", "all-outputs", "kaggle-2024", "kaggle-2020", "chollet-2019"]
    assert list(RULES) == names
    assert names[0] == DEFAULT_RULE
    assert [rule for rule in RULES if RULES[rule].error_rate] == ["kaggle-2020"]


@pytest.mark.parametrize(("given", "solved"), HAND_WORKED.values(), ids=HAND_WORKED)
def test_by_hand(given: Given, solved: tuple[float, ...]) -> None:
    scores = score_all(TASKS, submission(given))
    assert tuple(entry.numerator for entry in scores) == solved
    assert tuple(entry.denominator for entry in scores) == DENOMINATORS
    assert tuple(entry.unit for entry in scores) == UNITS
    assert tuple(entry.attempts for entry in scores) == ATTEMPTS
    for entry in scores:
        share = 100 * entry.numerator / entry.denominator
        assert entry.percent == pytest.approx(100 - share if entry.lower_is_better else share)
        assert entry.lower_is_better is (entry.rule == "kaggle-2020")
        low, high = entry.interval
        assert 0 <= low <= entry.percent + 1e-9
        assert entry.percent - 1e-9 <= high <= 100
        assert (entry.task_set, entry.digest) == (TASKS.name, TASKS.digest)


@pytest.mark.parametrize("rule", RULES)
def test_one_rule_alone_is_as_among_all(rule: str) -> None:
    given = submission(HAND_WORKED["one whole task and a half"][0])
    assert score(TASKS, given, rule) == score_all(TASKS, given)[list(RULES).index(rule)]


def test_the_default_rule() -> None:
    assert score(TASKS, submission({})).rule == "arc-prize"


def test_ten_tenths_are_one() -> None:
    """Added one after the other they are a little less."""
    tasks = task_set(*(task(f"t{number}", *[A] * 10) for number in range(10)))
    wrong: list[list[Attempt | Rows]] = [[X]] * 9
    given: Given = {one.id: [[A], *wrong] for one in tasks}
    assert score(tasks, submission(given)).numerator == 1


def test_shares_of_tasks() -> None:
    result = score(TASKS, submission({"one": [[A]], "two": [[X], [C]]}))
    assert result.solved == {"one": 1.0, "two": 0.5, "three": 0.0}


# What was given, and what is counted under a rule of 2 and of 3 attempts:
# tasks missing, outputs unanswered, null, malformed, beyond.
COVERED: dict[str, tuple[Given, Coverage, Coverage]] = {
    "nothing": ({}, Coverage(3, 4), Coverage(3, 4)),
    "all": (PERFECT, Coverage(), Coverage()),
    "one task": ({"one": [[A]]}, Coverage(2, 3), Coverage(2, 3)),
    "an empty test": (PERFECT | {"two": [[B], []]}, Coverage(0, 1), Coverage(0, 1)),
    "null": (PERFECT | {"one": [[None]]}, Coverage(0, 1, 1), Coverage(0, 1, 1)),
    "a second null": (PERFECT | {"one": [[A, None]]}, Coverage(0, 0, 1), Coverage(0, 0, 1)),
    "malformed": (
        PERFECT | {"one": [[BAD, A]], "three": [[BAD]]},
        Coverage(attempts_malformed=2),
        Coverage(attempts_malformed=2),
    ),
    "a third and a fourth attempt": (
        PERFECT | {"one": [[X, X, A, A]], "three": [[X, X, D]]},
        Coverage(attempts_beyond=3),
        Coverage(attempts_beyond=1),
    ),
    "only a third attempt": (
        PERFECT | {"one": [[None, None, A]]},
        Coverage(0, 1, 2, 0, 1),
        Coverage(0, 0, 2, 0, 0),
    ),
}


@pytest.mark.parametrize(("given", "two", "three"), COVERED.values(), ids=COVERED)
def test_coverage(given: Given, two: Coverage, three: Coverage) -> None:
    counted = [entry.coverage for entry in score_all(TASKS, submission(given))]
    assert counted == [two, two, two, three, three]


def unknown_answer() -> TaskSet:
    known, open = task("one", A), Pair(as_grid([[5]]))
    return TaskSet("secret", (known, Task("two", known.train, (known.test[0], open))))


REFUSED: dict[str, tuple[TaskSet, Given, str, type[ArcgridError], str]] = {
    "unknown rule": (
        TASKS,
        {},
        "arc-price",
        UnknownNameError,
        "unknown rule 'arc-price'; did you mean arc-prize?",
    ),
    "unknown task": (
        TASKS,
        {"one": [[A]], "thre": [[D]]},
        DEFAULT_RULE,
        SubmissionError,
        "given: unknown task of four outputs 'thre'; did you mean three?",
    ),
    "too few tests": (
        TASKS,
        {"two": [[B]]},
        DEFAULT_RULE,
        SubmissionError,
        "given, task two: answers for 1 test inputs, but the task has 2",
    ),
    "too many tests": (
        TASKS,
        {"one": [[A], [A]]},
        DEFAULT_RULE,
        SubmissionError,
        "given, task one: answers for 2 test inputs, but the task has 1",
    ),
    "no tests": (
        TASKS,
        {"one": []},
        DEFAULT_RULE,
        SubmissionError,
        "given, task one: answers for 0 test inputs, but the task has 1",
    ),
    "empty set": (
        task_set(name="nothing"),
        {},
        DEFAULT_RULE,
        TaskError,
        "nothing: there is no task to score",
    ),
    "unknown answers": (
        unknown_answer(),
        {"one": [[A]]},
        DEFAULT_RULE,
        TaskError,
        "secret, task two, test[1]: the output is not known, so this set cannot be scored",
    ),
}


@pytest.mark.parametrize(
    ("tasks", "given", "rule", "kind", "message"), REFUSED.values(), ids=REFUSED
)
def test_what_cannot_be_scored(
    tasks: TaskSet, given: Given, rule: str, kind: type[ArcgridError], message: str
) -> None:
    with pytest.raises(kind) as caught:
        score(tasks, submission(given), rule)
    assert str(caught.value) == message
    if rule in RULES:
        with pytest.raises(kind):
            score_all(tasks, submission(given))


def test_shares_have_wilsons_interval() -> None:
    given = submission({"one": [[A]], "two": [[B], [X]]})
    by_rule = {entry.rule: entry for entry in score_all(TASKS, given)}
    methods = {rule: entry.interval_method for rule, entry in by_rule.items()}
    assert methods == {"arc-prize": "bootstrap"} | dict.fromkeys(list(RULES)[1:], "wilson")
    low, high = wilson(1, 3)
    assert by_rule["all-outputs"].interval == (100 * low, 100 * high)
    low, high = wilson(2, 4)
    assert by_rule["kaggle-2024"].interval == (100 * low, 100 * high)
    assert by_rule["kaggle-2020"].interval == (100 - 100 * high, 100 - 100 * low)
    low, high = bootstrap_mean([1, 0.5, 0])
    assert by_rule["arc-prize"].interval == (100 * low, 100 * high)


def test_partial_credit_has_the_interval_of_a_bootstrap_over_tasks() -> None:
    halves = [f"half {number}" for number in range(9)]
    tasks = task_set(*(task(id, B, C) for id in halves), task("whole", A))
    given: Given = {id: [[B], [X]] for id in halves}
    given["whole"] = [[A]]
    found = score(tasks, submission(given))
    low, high = bootstrap_mean([0.5] * 9 + [1])
    assert low > 0.49
    assert (found.interval_method, found.interval) == ("bootstrap", (100 * low, 100 * high))


def test_the_last_test_inputs_of_a_partial_submission_may_be_missing() -> None:
    given = {"two": [[B]]}
    with pytest.raises(SubmissionError, match="answers for 1 test inputs, but the task has 2"):
        score(TASKS, submission(given))
    found = score(TASKS, replace(submission(given), partial=True))
    assert (found.numerator, found.coverage) == (0.5, Coverage(2, 3))
    with pytest.raises(SubmissionError, match="answers for 3 test inputs, but the task has 2"):
        score(TASKS, replace(submission({"two": [[B], [C], [D]]}), partial=True))


def test_outputs_are_counted_tasks_may_be_shares() -> None:
    scores = score_all(TASKS, submission(PERFECT))
    assert [type(entry.numerator) for entry in scores] == [float, float, int, int, float]


@pytest.mark.parametrize("rule", RULES)
def test_the_share_of_a_task_that_an_answer_solves(rule: str) -> None:
    wrong, right = Guess(as_grid(X)), Guess(as_grid(C))
    two, late = TASKS["two"], Answer(((Guess(as_grid(B)),), (wrong, wrong, right)))
    assert solved_share(two, late, rule) == (1.0 if RULES[rule].attempts == 3 else 0.5)
    assert solved_share(two, None, rule) == 0
    assert solved_share(two, late) == 0.5
    with pytest.raises(UnknownNameError):
        solved_share(two, late, "no-rule")


def test_partial_credit_without_partial_tasks_has_wilsons_interval() -> None:
    result = score(TASKS, submission({"one": [[A]], "two": [[B], [C]]}))
    low, high = wilson(2, 3)
    assert (result.interval_method, result.interval) == ("wilson", (100 * low, 100 * high))


GRIDS = st.sampled_from([A, B, C, D, X, None, BAD])
TESTS = {"one": 1, "two": 2, "three": 1}
ANY: st.SearchStrategy[Given] = st.fixed_dictionaries(
    {},
    optional={
        id: st.lists(st.lists(GRIDS, max_size=5), min_size=count, max_size=count)
        for id, count in TESTS.items()
    },
)


@given(ANY)
def test_the_denominator_never_depends_on_the_submission(given: Given) -> None:
    scores = score_all(TASKS, submission(given))
    assert tuple(entry.denominator for entry in scores) == DENOMINATORS
    for entry in scores:
        assert 0 <= entry.numerator <= entry.denominator
        assert set(entry.solved) == set(TESTS)


@given(ANY)
def test_rules_stand_in_order(given: Given) -> None:
    prize, strict, outputs, lenient, three = score_all(TASKS, submission(given))
    assert strict.numerator <= prize.numerator
    assert strict.numerator <= three.numerator
    assert outputs.numerator <= lenient.numerator


# Published runs, with golden values measured from them (field.md, section 4).

PUBLISHED = Path(__file__).parents[1].parent / "shared" / "published"
needs_published = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason=f"the published attempts are not here ({PUBLISHED})"
)


def entries_of(archive: Path) -> Iterator[tuple[str, list[object]]]:
    """The task ids and entries of a published run: one file of all, or a file for each task."""
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            path = Path(name)
            if path.name == "attempts.json":
                yield from json.loads(opened.read(name)).items()
            elif path.suffix == ".json" and path.stem != "results":
                yield path.stem, json.loads(opened.read(name))


def published(name: str, folder: Path) -> Submission:
    """Read a published run; a test input that was left out at the end of a task has no attempts."""
    tasks = arcgrid.load("arc-agi-1/evaluation")
    entries = {
        id: tests + [{}] * (len(tasks[id].test) - len(tests))
        for id, tests in entries_of(PUBLISHED / f"{name}.zip")
    }
    file = folder / "submission.json"
    file.write_text(json.dumps(entries))
    return read_submission(file)


# arc-prize's sum, then percent under arc-prize, all-outputs and kaggle-2024; tasks missing.
GOLDEN = {
    "open_ai_o3_high_20241220": (366.0, 91.50, 91.50, 91.65, 0),
    "open_ai_o3_low_20241220": (331.0, 82.75, 82.75, 83.29, 0),
    "open_ai_o1_med_20241217": (127.5, 31.88, 31.75, 33.41, 0),
    "claude-3-haiku-20240307": (23.0, 5.75, 5.25, 6.21, 3),
}


@needs_published
@pytest.mark.parametrize("name", GOLDEN)
def test_a_published_run_has_its_golden_values(name: str, tmp_path: Path) -> None:
    total, *percents, missing = GOLDEN[name]
    tasks = arcgrid.load("arc-agi-1/evaluation")
    scores: list[Score] = score_all(tasks, published(name, tmp_path))
    assert scores[0].numerator == total
    assert [round(entry.percent, 2) for entry in scores[:3]] == percents
    assert [entry.denominator for entry in scores] == [400, 400, 419, 419, 400]
    assert scores[0].coverage.tasks_missing == missing


@needs_published
@pytest.mark.parametrize(("effort", "total"), [("high", 360), ("low", 326)])
def test_the_version_of_the_data_matters(effort: str, total: float, tmp_path: Path) -> None:
    given = published(f"open_ai_o3_{effort}_20241220", tmp_path)
    assert score(arcgrid.load("arc-2019/evaluation"), given).numerator == total


# Nulls among the attempts of 419 outputs (field.md, section 3).
@needs_published
@pytest.mark.parametrize(("effort", "nulls"), [("high", 45), ("low", 215)])
def test_nulls_of_a_published_run_are_counted(effort: str, nulls: int, tmp_path: Path) -> None:
    given = published(f"open_ai_o3_{effort}_20241220", tmp_path)
    assert score(arcgrid.load("arc-agi-1/evaluation"), given).coverage.attempts_null == nulls


def test_a_plain_mapping_is_a_submission() -> None:
    tasks = task_set(task("a", [[1]], [[2]]), task("b", [[3]]))
    given = {"a": [[[[0]], [[1]]], [as_grid([[2]])]], "b": [["no grid", None]]}
    found = score(tasks, given)
    assert (found.numerator, found.coverage.attempts_malformed) == (1.0, 1)
    assert found.coverage.attempts_null == 1


# what is given as the set and as the submission: what is wanted
WRONG: list[tuple[object, object, str]] = [
    (
        task_set(task("a", [[1]])),
        "s.json",
        "a Submission is wanted, not a value of type str; arcgrid.read_submission makes one of a "
        "file",
    ),
    (task_set(task("a", [[1]])), {"a": 5}, "task a: for each test input a list of guesses is wan"),
    ("arcgrid/mini", {}, "a TaskSet is wanted, not a value of type str; arcgrid.load makes one"),
]


@pytest.mark.parametrize(("tasks", "given", "message"), WRONG)
def test_wrong_types_say_what_is_wanted(tasks: TaskSet, given: Submission, message: str) -> None:
    with pytest.raises(ArcgridError) as caught:
        score(tasks, given)
    assert str(caught.value).startswith(message)
