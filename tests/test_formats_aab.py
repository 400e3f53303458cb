"""Submission directories of arc-agi-benchmarking: shapes, pair mapping, cost, dirty answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid import GridError, Submission, as_grid, score
from arcgrid.errors import FormatError
from arcgrid.formats.aab import parse_task_file
from arcgrid.formats.aab_metadata import AttemptRecord, format_task_records
from arcgrid.formats.aab_plain import format_task_file, write_submission
from arcgrid.formats.submissions import read_submission
from arcgrid.result import Attempt, Spending
from tests.samples import SMALL, submission, task, task_set

BAD = GridError("the grid has no rows", "empty")
FILE_IDS = st.text("abc0 ,!_-é", min_size=1, max_size=8)
ATTEMPTS = st.lists(st.none() | SMALL, max_size=12).map(tuple)
TESTS = st.lists(ATTEMPTS, max_size=3).map(tuple)


def plain(one: Attempt) -> object:
    return str(one) if isinstance(one, GridError) else None if one is None else one.tolist()


def shown(tests: tuple[tuple[Attempt, ...], ...]) -> list[list[object]]:
    return [list(map(plain, test)) for test in tests]


def full(answer: object, index: object = None, **metadata: object) -> dict[str, Any]:
    """An attempt of the current shape."""
    if index is not None:
        metadata["pair_index"] = index
    return {"answer": answer, "metadata": metadata, "correct": None}


def entry(*attempts: object) -> dict[str, Any]:
    return {f"attempt_{number}": attempt for number, attempt in enumerate(attempts, 1)}


def parse(*entries: object) -> tuple[list[list[object]], str]:
    file = parse_task_file(json.dumps(entries).encode())
    return shown(file.attempts), file.mapping


@given(TESTS)
def test_a_file_round_trips(attempts: tuple[tuple[Attempt, ...], ...]) -> None:
    text = format_task_file(attempts)
    file = parse_task_file(text.encode())
    assert shown(file.attempts) == shown(attempts)
    assert (file.mapping, file.metadata, file.texts) == ("position", 0, 0)
    assert format_task_file(file.attempts) == text


@given(st.dictionaries(FILE_IDS, TESTS, min_size=1, max_size=3))
def test_a_directory_round_trips(
    tmp_path_factory: pytest.TempPathFactory, attempts: dict[str, tuple[tuple[Attempt, ...], ...]]
) -> None:
    path = tmp_path_factory.mktemp("submission")
    write_submission(path, Submission("any", attempts))
    read = read_submission(path)
    assert (read.name, read.format, read.partial) == (str(path), "aab-plain", True)
    assert {id: shown(read.attempts[id]) for id in read.attempts} == {
        id: shown(attempts[id]) for id in attempts
    }


def test_the_text_of_a_file() -> None:
    given = submission({"ab": [[[[1, 2]], None, BAD], []]})
    assert format_task_file(given.attempts["ab"]) == (
        '[{\n  "attempt_1": [[1,2]],\n  "attempt_2": null,\n  "attempt_3": null\n},\n{}]\n'
    )


A, B, C = [[1]], [[2]], [[3]]
TEXT = "the text answer holds no grid where one is looked for"

# name: the entries of a task, the attempts by test input, how they came there
MAPPING: dict[str, tuple[list[object], list[list[object]], str]] = {
    "nothing": ([], [], "position"),
    "plain": ([entry(A, None), entry(B)], [[A, None], [B]], "position"),
    "no index given": ([entry(full(A)), entry(full(B))], [[A], [B]], "position"),
    "in order": ([entry(full(A, 0)), entry(full(B, 1))], [[A], [B]], "index"),
    "turned round": ([entry(full(A, 1)), entry(full(B, 0))], [[B], [A]], "index"),
    "the first was left out": ([entry(full(A, 1))], [[], [A]], "index"),
    "one entry gives none": ([entry(full(A)), entry(full(B, 1))], [[A], [B]], "index"),
    "none, where another wants to be": ([entry(full(A, 1)), entry(full(B))], [[A], [B]], "twice"),
    "nulls take what is left": ([entry(full(A, 1)), entry(None)], [[None], [A]], "index"),
    "a null entry": ([None, entry(full(A, 1))], [[], [A]], "index"),
    "only nulls": ([entry(None, None), None], [[None, None], []], "position"),
    "one test answered twice": ([entry(full(A, 0)), entry(full(A, 0))], [[A], [A]], "twice"),
    "three entries for one pair": ([entry(full(A, 0))] * 3, [[A], [A], [A]], "twice"),
    "several in one entry": ([entry(full(A, 1), full(B, 0)), entry(C)], [[A, B], [C]], "mixed"),
    "below 0": ([entry(full(A, -1)), entry(full(B, 0))], [[A], [B]], "range"),
    "above all": ([entry(full(A, 10**9)), entry(full(B, 0))], [[A], [B]], "range"),
    "a text": ([entry(full(A, "1")), entry(full(B, 0))], [[A], [B]], "range"),
    "true": ([entry(full(A, True)), entry(full(B, 0))], [[A], [B]], "range"),
    "the last there can be": (
        [entry(full(A, 99)), entry(full(B, 0))],
        [[B], *([[]] * 98), [A]],
        "index",
    ),
    "one more": ([entry(full(A, 100)), entry(full(B, 0))], [[A], [B]], "range"),
    "for a text": ([entry(full("[[1]]", 1)), entry(full(B, 0))], [[B], [A]], "index"),
    "for words": ([entry(full("so", 1)), entry(full(B, 0))], [[B], [TEXT]], "index"),
    "a list": ([entry(full(A, [1])), entry(full(B, 0))], [[A], [B]], "range"),
}


@pytest.mark.parametrize(("entries", "attempts", "mapping"), MAPPING.values(), ids=MAPPING)
def test_how_entries_come_to_test_inputs(
    entries: list[object], attempts: list[list[object]], mapping: str
) -> None:
    assert parse(*entries) == (attempts, mapping)


@given(st.data())
def test_no_entry_counts_twice_and_none_is_lost(data: st.DataObject) -> None:
    index = st.none() | st.integers(-1, 4)
    attempt: st.SearchStrategy[Any] = st.none() | st.builds(
        full, SMALL.map(lambda grid: grid.tolist()), index
    )
    entries: list[dict[str, Any]] = data.draw(
        st.lists(st.lists(attempt, max_size=3).map(lambda a: entry(*a)), max_size=4)
    )
    tests, _ = parse(*entries)
    given = [[one and one["answer"] for one in attempts.values()] for attempts in entries]
    assert sorted(map(str, filter(None, tests))) == sorted(map(str, filter(None, given)))


# name: entries for a task with answers A and B, what the task scores
FAULTS_OF_THE_OFFICIAL_SCORER: dict[str, tuple[list[object], float]] = {
    "test 0 answered twice": ([entry(full(A, 0)), entry(full(A, 0))], 0.5),
    "a perfect answer without index": ([entry(full(A)), entry(full(B))], 1.0),
    "a perfect answer with the default index": ([entry(full(A, 0)), entry(full(B, 0))], 1.0),
    "the second is left out": ([entry(full(A, 0))], 0.5),
    "the first is left out": ([entry(full(B, 1))], 0.5),
    "a hit on attempt 5": ([entry(C, C, C, C, A), entry(B)], 0.5),
    "attempt 10 is after attempt 2": (
        [{"attempt_10": A, "attempt_1": C, "attempt_2": C}, {"attempt_10": C, "attempt_2": B}],
        0.5,
    ),
}


@pytest.mark.parametrize(
    ("entries", "wanted"),
    FAULTS_OF_THE_OFFICIAL_SCORER.values(),
    ids=FAULTS_OF_THE_OFFICIAL_SCORER,
)
def test_what_the_official_scorer_gets_wrong(
    entries: list[object], wanted: float, tmp_path: Path
) -> None:
    (tmp_path / "ab.json").write_text(json.dumps(entries))
    (tmp_path / "results.json").write_text('{"score": 1}')
    result = score(task_set(task("ab", A, B)), read_submission(tmp_path))
    assert result.solved == {"ab": wanted}


def test_three_entries_for_one_pair_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "ab.json").write_text(json.dumps([entry(full(A, 0))] * 3))
    with pytest.raises(ValueError, match=r"answers for 3 test inputs, but the task has 2$"):
        score(task_set(task("ab", A, B)), read_submission(tmp_path))


# name: one attempt, what it is
DIRTY: dict[str, tuple[object, object]] = {
    "ragged": ([[1, 2], [3]], "row 1: 1 cells, but row 0 has 2"),
    "no rows": ([], "the grid has no rows"),
    "nested": ([[[1]]], "row 0, column 0: [1] is not an integer from 0 to 9"),
    "a color": ([[10]], "row 0, column 0: 10 is not a color (0 to 9)"),
    "oversize": ([[1]] * 31, "31x1 is larger than 30x30"),
    "words": ("I give up", TEXT),
    "text with a grid": ("so [[4]]", [[4]]),
    "a number": (7, "a grid is a list of rows, not 7"),
    "answer null": (full(None), None),
    "answer text": (full(r"\boxed{[[5]]}"), [[5]]),
    "answer empty": (full([]), "the grid has no rows"),
    "no answer": ({"metadata": {}}, None),
    "metadata null": ({"answer": A, "metadata": None}, A),
    "metadata a list": ({"answer": A, "metadata": [1]}, A),
}


@pytest.mark.parametrize(("attempt", "wanted"), DIRTY.values(), ids=DIRTY)
def test_dirty_attempts(attempt: object, wanted: object) -> None:
    assert parse(entry(attempt)) == ([[wanted]], "position")


def test_text_is_counted_with_the_name_of_the_extractor(tmp_path: Path) -> None:
    (tmp_path / "ab.json").write_text(json.dumps([entry("[[1]]", "?", A, full("x"))]))
    read = read_submission(tmp_path)
    assert (read.texts, read.extractor, read.metadata) == (3, "boxed-or-last-list v1", 1)
    (tmp_path / "ab.json").write_text(json.dumps([entry(A)]))
    read = read_submission(tmp_path)
    assert (read.texts, read.extractor, read.spending) == (0, None, {})


def spent(cost: object, tokens: object) -> dict[str, Any]:
    return full(A, 0, cost={"total_cost": cost}, usage={"total_tokens": tokens})


# name: the attempts at a task, what was spent
SPENT: dict[str, tuple[list[object], Spending]] = {
    "all say it": ([spent(0.5, 10), spent(1, 5)], Spending(1.5, 15, 2, 0, 0)),
    "zero is said": ([spent(0, 0)], Spending(0.0, 0, 1, 0, 0)),
    "one does not": ([spent(0.5, None), spent(None, 5)], Spending(0.5, 5, 2, 1, 1)),
    "none does": ([full(A), spent(None, None)], Spending(None, None, 2, 2, 2)),
    "a null attempt": ([spent(0.5, 10), None], Spending(0.5, 10, 2, 1, 1)),
    "no amount": ([spent("1", True), spent(-1, -1)], Spending(None, None, 2, 2, 2)),
    "the most": ([spent(1e15, 10**15)], Spending(1e15, 10**15, 1, 0, 0)),
    "more": ([spent(1.1e15, 10**15 + 1)], Spending(None, None, 1, 1, 1)),
    "no record": ([full(A, cost=3, usage=[])], Spending(None, None, 1, 1, 1)),
}


@pytest.mark.parametrize(("attempts", "wanted"), SPENT.values(), ids=SPENT)
def test_what_was_spent(attempts: list[object], wanted: Spending) -> None:
    assert parse_task_file(json.dumps([entry(*attempts)]).encode()).spending == wanted


def test_a_directory_with_metadata(tmp_path: Path) -> None:
    (tmp_path / "ab.json").write_text(json.dumps([entry(spent(0.5, 10))]))
    (tmp_path / "cd.json").write_text(json.dumps([entry(A)]))
    read = read_submission(tmp_path)
    assert (read.format, read.metadata) == ("aab", 1)
    assert read.mapping == {"ab": "index", "cd": "position"}
    assert read.spending["ab"] == Spending(0.5, 10, 1, 0, 0)
    assert read.spending["cd"] == Spending(None, None, 1, 1, 1)


def record(**known: Any) -> AttemptRecord:
    """An attempt of which nothing is known but what is said."""
    unknown = ("grid", "prompt_tokens", "output_tokens", "reasoning_tokens", "prompt_cost", "cost")
    values: dict[str, Any] = dict.fromkeys(unknown)
    values |= {"model": "m", "provider": "p", "start": "t0", "end": "t1", "reply": "so"}
    return AttemptRecord(**values | {"task": "ab", "test": 1, "about": {}} | known)


GOLDEN_ATTEMPT = {
    "answer": [[1, 2]],
    "metadata": {
        "model": "m",
        "provider": "p",
        "start_timestamp": "t0",
        "end_timestamp": "t1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "so"}}],
        "kwargs": {"arcgrid": {"prompt": "plain", "unknown": []}},
        "usage": {
            "prompt_tokens": 70,
            "completion_tokens": 30,
            "total_tokens": 100,
            "completion_tokens_details": {
                "reasoning_tokens": 20,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        "cost": {
            "prompt_cost": 0.25,
            "completion_cost": 0.5,
            "reasoning_cost": None,
            "total_cost": 0.75,
        },
        "task_id": "ab",
        "pair_index": 1,
        "test_id": "ab_1",
    },
    "correct": None,
}


def test_the_record_of_an_attempt() -> None:
    """As the schema of arc-agi-benchmarking has it."""
    tokens = {"prompt_tokens": 70, "output_tokens": 30, "reasoning_tokens": 20}
    known = record(grid=as_grid([[1, 2]]), **tokens, prompt_cost=0.25, cost=0.75)
    text = format_task_records([[], [replace(known, about={"prompt": "plain"}), record()]])
    assert text.startswith('[\n {},\n {\n  "attempt_1": {\n')
    assert text.endswith("\n]\n")
    nothing, given = json.loads(text)
    assert nothing == {}
    assert list(given) == ["attempt_1", "attempt_2"]
    assert given["attempt_1"] == GOLDEN_ATTEMPT
    assert given["attempt_2"]["answer"] == []


# name: what is known of an attempt, what is said to be unknown, what is read back as spent
KNOWN: dict[str, tuple[dict[str, object], list[str], Spending]] = {
    "nothing": ({}, ["cost", "tokens"], Spending(None, None, 1, 1, 1)),
    "the cost": ({"cost": 0.5}, ["tokens"], Spending(0.5, None, 1, 0, 1)),
    "that it was free": ({"cost": 0.0}, ["tokens"], Spending(0.0, None, 1, 0, 1)),
    "tokens one way": ({"prompt_tokens": 3}, ["cost", "tokens"], Spending(None, None, 1, 1, 1)),
    "tokens the other way": (
        {"output_tokens": 3},
        ["cost", "tokens"],
        Spending(None, None, 1, 1, 1),
    ),
    "tokens both ways": (
        {"prompt_tokens": 3, "output_tokens": 4},
        ["cost"],
        Spending(None, 7, 1, 1, 0),
    ),
}


@pytest.mark.parametrize(("known", "unknown", "spent"), KNOWN.values(), ids=KNOWN)
def test_what_nobody_knows_is_written_as_unknown(
    known: dict[str, object], unknown: list[str], spent: Spending
) -> None:
    text = format_task_records([[record(**known)]])
    metadata = json.loads(text)[0]["attempt_1"]["metadata"]
    assert metadata["kwargs"] == {"arcgrid": {"unknown": unknown}}
    sent, replied = known.get("prompt_tokens", 0), known.get("output_tokens", 0)
    usage, cost = metadata["usage"], metadata["cost"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (sent, replied)
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 0
    assert (cost["prompt_cost"], cost["total_cost"]) == (0, known.get("cost", 0))
    read = parse_task_file(text.encode())
    assert (read.spending, read.metadata, read.mapping) == (spent, 1, "index")


# name: the text of a file, what is wrong
FAULTS: dict[str, tuple[str, str]] = {
    "an object": ('{"attempt_1": 1}', "a list with one object for each test input is wanted"),
    "cut": ("[{", "not JSON: input data was truncated"),
    "a key twice": (
        '[{"attempt_1": null, "attempt_1": [[1]]}]',
        "[0]: the key 'attempt_1' occurs twice",
    ),
    "a metadata key twice": (
        '[{"attempt_1": {"answer": null, "metadata": {"a": 1, "a": 2}}}]',
        "[0].attempt_1.metadata: the key 'a' occurs twice",
    ),
    "a list in the list": ("[[]]", "test[0]: an object with attempt_1 and attempt_2 is wanted"),
    "a number": ("[{}, 1]", "test[1]: an object with attempt_1 and attempt_2 is wanted"),
    "a task": ('[{"input": [[1]]}]', "test[0]: there is no attempt_1, attempt_2 ... in it"),
    "attempt 0": (
        '[{"attempt_0": null}]',
        "test[0]: the key 'attempt_0' is not attempt_1, attempt_2 ...",
    ),
    "attempt 1000": (
        '[{"attempt_1000": null}]',
        "test[0]: the key 'attempt_1000' is not attempt_1, attempt_2 ...",
    ),
}


@pytest.mark.parametrize(("text", "problem"), FAULTS.values(), ids=FAULTS)
def test_malformed_files(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "aa.json").write_text("[]")
    (tmp_path / "ab.json").write_text(text)
    place = ", " if problem.startswith(("[", "test[")) else ": "
    with pytest.raises(FormatError) as caught:
        read_submission(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'ab.json'}{place}{problem}"


def test_what_is_not_overwritten(tmp_path: Path) -> None:
    given = submission({"ab": [[A]]})
    write_submission(tmp_path, given)
    with pytest.raises(FormatError, match=r": this directory is not empty: name a new one$"):
        write_submission(tmp_path, given)
    with pytest.raises(FormatError, match=r"^task a/b: this id cannot be the name of a file$"):
        write_submission(tmp_path / "new", submission({"a/b": []}))
    assert not (tmp_path / "new").exists()
