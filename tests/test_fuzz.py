"""Files of others, however damaged, are read or refused in one line; what the fuzzer found."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import tests.fuzz
from arcgrid.errors import MAX_LINE, FormatError
from arcgrid.formats.json_text import MAX_PARTS
from tests.fuzz import AAB, LOG_HEAD, LOG_SAMPLES, LOG_SPEC, TARGETS, fuzz, problem_with

DUPLICATES = {str(number): 1 for number in range(60_000)}


@pytest.mark.parametrize("name", TARGETS)
def test_mutants_are_read_or_refused(name: str) -> None:
    assert list(filter(None, fuzz(name, seed=0, mutants=40))) == []


def burn(_: Path) -> None:
    while True:
        pass


def wait(_: Path) -> None:
    time.sleep(60)


@pytest.mark.parametrize(
    ("limit", "read", "told"),
    [("SECONDS", burn, "more than 0.2 CPU seconds"), ("WAITING", wait, "more than 0.2 s")],
)
def test_what_never_ends_is_told(
    limit: str, read: Callable[[Path], None], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tests.fuzz, limit, 0.2)
    assert problem_with(read, Path()) == f"TimeoutError: {told}"


def zipped(name: str, packing: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as file:
        file.writestr(name, "{}")
    return packed.getvalue()


def spent(*costs: float) -> str:
    entries = json.loads(json.dumps([AAB[0]] * len(costs)))
    for entry, cost in zip(entries, costs, strict=True):
        entry["attempt_1"]["metadata"]["cost"]["total_cost"] = cost
    return json.dumps(entries)


def attempts_of_a_log(number: float) -> str:
    spec = {**LOG_SPEC, "task_args": {"attempts": number}}
    return json.dumps({**LOG_HEAD, "eval": spec, "samples": LOG_SAMPLES})


def a_name_that_is_no_text() -> bytes:
    whole = zipped("é.json", zipfile.ZIP_STORED)
    return whole.replace("é".encode(), b"\xff\xfe")


# name: the target, how its file is damaged, what is said; nothing where it is read
FOUND: dict[str, tuple[str, Callable[[], str | bytes], str]] = {
    "a key twice, then no JSON": (
        "task",
        lambda: '{"a": 1, "a": 2, "train"',
        "not JSON: input data was truncated",
    ),
    "a key twice among 60,000": (
        "task",
        lambda: json.dumps({"train": [], "x": DUPLICATES})[:-2] + ', "59999": 1}}',
        "the key '59999' occurs twice",
    ),
    "nesting as deep as one decoder goes": (
        "task",
        lambda: '{"train": [], "test": [], "x": ' + "[" * 985 + "]" * 985 + "}",
        "not JSON that can be read: it is nested too deeply",
    ),
    "a number of 5,000 digits": (
        "task",
        lambda: f'{{"a": {"1" * 5000}}}',
        "number out of range",
    ),
    "a number of 5,000 digits and a key twice": (
        "task",
        lambda: f'{{"train": {"1" * 5000}, "train": [], "test": []}}',
        "the key 'train' occurs twice",
    ),
    "strings that do not end": ("task", lambda: '"' + '\\"' * 200_000, "not JSON: "),
    "a key of a megabyte": ("task", lambda: f'{{"{"k" * 1_000_000}": 1, "', "not JSON: "),
    "lists without end": (
        "task",
        lambda: f"[{'[],' * MAX_PARTS}[]]",
        f"more than {MAX_PARTS} lists",
    ),
    "boxes without end": ("text", lambda: "\\boxed{" * 30_000, "holds no grid where one is looked"),
    "brackets without end": ("text", lambda: "]" * 5_000_000, "holds no grid where one is"),
    "a list of rows and a row of commas": (
        "text",
        lambda: f"[[{'1,' * 300_000}{',,' * 300_000}]]",
        "holds no grid where one is looked",
    ),
    "half a surrogate in a key": (
        "kaggle",
        lambda: b'{"one": [{"attempt_1\xed\xa0\x80": [[1]]}]}',
        "not JSON: 'utf-8' codec can't decode byte 0xed",
    ),
    "costs that no float can hold together": ("aab-plain", lambda: spent(1e308, 1e308), ""),
    "a cost that no float can hold": ("aab-plain", lambda: spent(10**400), ""),
    "a file in a zip packed by LZMA": (
        "zip",
        lambda: zipped("a.json", zipfile.ZIP_LZMA),
        "this zip holds a file that is not packed by deflate: 'a.json'",
    ),
    "a log of half an attempt": ("inspect", lambda: attempts_of_a_log(0.5), "attempts: '0.5'"),
    "a log of no attempt": ("inspect", lambda: attempts_of_a_log(0), "no number of attempts: '0'"),
    "a name in a zip that is no text": ("zip", a_name_that_is_no_text, "not a zip: 'utf-8' codec"),
}


@pytest.mark.parametrize(("name", "make", "said"), FOUND.values(), ids=FOUND)
def test_what_was_found(
    name: str, make: Callable[[], str | bytes], said: str, tmp_path: Path
) -> None:
    target = TARGETS[name]
    (inner,) = list(target.files)[:1]
    path = tmp_path / f"x{target.suffix}"
    file = path / inner if inner else path
    file.parent.mkdir(exist_ok=True)
    text = make()
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    assert problem_with(target.read, path) is None
    if said:
        with pytest.raises(ValueError, match=said.replace("(", r"\(")):
            target.read(path)
    else:
        target.read(path)


@pytest.mark.parametrize("name", ["score {} --tasks arcgrid/mini", "tasks validate {}", "show {}"])
def test_a_pipe_is_refused_at_once(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    os.mkfifo(path)
    command = [sys.executable, "-m", "arcgrid", *name.format(path).split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode != 0, "Traceback" in done.stderr) == (True, False)
    assert "a pipe or a device, and no file" in done.stdout + done.stderr


def test_a_message_is_one_line_for_people() -> None:
    error = FormatError("no \x1b[2J\x9b \ud800 \u202e\nhere", file="a\tb")
    assert str(error) == "a b: no \ufffd[2J\ufffd \ufffd \ufffd here"
    long = str(FormatError(f"the key '{'k' * 5_000_000}' occurs twice", file="a.json"))
    assert len(long) <= MAX_LINE
    assert long.startswith("a.json: the key 'kkk")
    assert long.endswith("kkk' occurs twice")
