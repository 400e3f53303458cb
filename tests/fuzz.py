"""A mutation fuzzer for everything that reads what others wrote: `python -m tests.fuzz`.

A mutant of a sound file is read to the end: it is valid, or ends in one line that says what is
wrong, in 5 seconds and 1 GB. What was found and mended is a table in `test_fuzz`. (No coverage
guides it: what breaks parsers of JSON, CSV and zips is known, and a table of it finds as much in
plain Python, without a compiler on every contributor's machine.)
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import re
import resource
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

from arcgrid.audit import audit
from arcgrid.convert import convert
from arcgrid.datasets import load
from arcgrid.errors import ArcgridError
from arcgrid.formats.format import TaskOptions
from arcgrid.formats.submissions import read_submission
from arcgrid.formats.tasks import check_tasks, read_tasks
from arcgrid.formats.text_answer import read_answer
from arcgrid.reproduce import reproduce
from arcgrid.selection import read_ids
from arcgrid.task import TaskSet
from tests.samples import task, task_set

SECONDS = 5  # of CPU, so that a busy machine is not blamed on a parser
WAITING = 60  # for a pipe that nobody writes to, say
MEMORY = 1 << 30
LARGEST = 50_000_000
MOST_WORDS = 2_000  # characters of an error's line

SET = task_set(task("one", [[1, 2], [3, 4]], [[5]]), task("two", [[0] * 4] * 3))
PAIR = {"input": [[1, 0, 2], [3, 4, 5]], "output": [[6, 7], [8, 9]]}
TASK = {"train": [PAIR, PAIR], "test": [PAIR], "note": {"by": "a", "n": 1.5e3}}
GRID = [[1, 2], [3, 4]]
METADATA = {
    "pair_index": 0,
    "cost": {"total_cost": 0.25},
    "usage": {"total_tokens": 12},
    "kwargs": {"arcgrid": {"unknown": ["cost"]}},
}
TOLD = {"answer": GRID, "metadata": METADATA}
SAID = {"answer": "It is \\boxed{[[1]]}, or [[2]] {x}.", "metadata": {**METADATA, "pair_index": 1}}
AAB = [{"attempt_1": TOLD, "attempt_2": SAID}, None, {"attempt_1": SAID, "attempt_2": None}]
PLAIN = [{"attempt_1": GRID, "attempt_2": None}, {"attempt_1": [[5]]}]
KAGGLE = {"one": PLAIN, "two": [{"attempt_1": [[0] * 4] * 3, "attempt_2": GRID}]}
CSV = 'output_id,output\none_0,|12|34| |5| \n"one_1",\ntwo_0,|0000|\n'
BARC = "\n".join([json.dumps({"examples": [[GRID, [[1.0]]]] * 3, "source": "x"})] * 2)
BUNDLED = {"train": {"one": TASK, "two": TASK}, "eval": {"three": TASK}}
MINI = {"train": [{"input": [["1", 2]], "output": [[None]]}], "test": [{"input": [], "output": []}]}
LOG_SPEC = {
    "task": "arcgrid/arc_agi",
    "task_id": "c",
    "task_args": {"attempts": 2},
    "created": "2026-01-01T00:00:00+00:00",
    "dataset": {},
    "model": "mockllm/model",
    "config": {},
}
LOG_HEAD = {"version": 2, "status": "success", "eval": LOG_SPEC}


def _log_sample(epoch: int, text: str) -> dict[str, object]:
    """What a log of Inspect says of one reply."""
    said = {"message": {"role": "assistant", "content": text}, "stop_reason": "stop"}
    return {
        "id": "one:0",
        "epoch": epoch,
        "input": "?",
        "target": "",
        "output": {"model": "mockllm", "choices": [said], "completion": text},
        "metadata": {"task": "one", "test": 0},
    }


LOG_SAMPLES = [_log_sample(1, "[[1, 2], [3, 4]]"), _log_sample(2, "I see [[5]]")]
RESULTS = {"score": 1.5, "task_results": {"one": 1.0, "two": {"score": 0.5}}, "total_tasks": 2}


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads files.

    Attributes:
        read: reads the path to the end; what it raises is judged.
        files: sound files by the name below the path; the empty name is the path itself.
        suffix: of the path.
    """

    read: Callable[[Path], object]
    files: dict[str, object]
    suffix: str = ""


def _tasks(options: TaskOptions | None = None) -> Callable[[Path], object]:
    def read(path: Path) -> object:
        found: TaskSet = load(path) if options is None else read_tasks(path, options)
        check_tasks(path)
        return found.digest, [task.puzzle.content for task in found]

    return read


def _answers(path: Path) -> object:
    given = read_submission(path)
    assert all(isinstance(tests, tuple) for tests in given.attempts.values())
    with contextlib.suppress(ArcgridError):  # it may not fit the set
        str(audit(SET, given))
    with tempfile.TemporaryDirectory() as folder:
        return convert(given, Path(folder) / "out.json", "kaggle", lossy=True)


def _answer(path: Path) -> object:
    return read_answer(path.read_bytes().decode("utf-8", "replace"))


TARGETS: dict[str, Target] = {
    "task": Target(_tasks(), {"": TASK}, ".json"),
    "directory": Target(_tasks(), {"one.json": TASK, "two.json": TASK}),
    "tree": Target(_tasks(), {"a/one.json": TASK, "b/two.json": TASK}),
    "challenges": Target(
        lambda folder: _tasks()(folder / "x_challenges.json"),
        {
            "x_challenges.json": {"one": TASK, "two": TASK},
            "x_solutions.json": {"one": [GRID], "two": [GRID]},
        },
    ),
    "bundled": Target(_tasks(TaskOptions(split="eval")), {"": BUNDLED}, ".json"),
    "re-arc": Target(_tasks(), {"tasks/one.json": [PAIR] * 6}),
    "barc": Target(_tasks(), {"": BARC}, ".jsonl"),
    "mini-arc": Target(_tasks(TaskOptions("mini-arc", null_as=0)), {"one.json": MINI}),
    "ids": Target(read_ids, {"": "one\ntwo # not three\n\n"}, ".txt"),
    "kaggle": Target(_answers, {"": KAGGLE}, ".json"),
    "kaggle-2020": Target(_answers, {"": CSV}, ".csv"),
    "aab": Target(_answers, {"one.json": AAB, "two.json": AAB}),
    "aab-plain": Target(_answers, {"one.json": PLAIN}),
    "zip": Target(_answers, {"": {"submission.json": KAGGLE}}, ".zip"),
    "zipped directory": Target(_answers, {"": {"x/one.json": AAB, "x/two.json": PLAIN}}, ".zip"),
    "inspect": Target(_answers, {"": {**LOG_HEAD, "samples": LOG_SAMPLES}}, ".json"),
    "inspect-eval": Target(
        _answers,
        {
            "": {
                "_journal/start.json": {"version": 2, "eval": LOG_SPEC},
                "samples/one:0_epoch_1.json": LOG_SAMPLES[0],
                "samples/one:0_epoch_2.json": LOG_SAMPLES[1],
                "header.json": LOG_HEAD,
            }
        },
        ".eval",
    ),
    "results": Target(
        lambda path: reproduce(path, SET),
        {"s/results.json": RESULTS, "s/one.json": AAB, "s/two.json": PLAIN},
    ),
    "text": Target(_answer, {"": "It is \\boxed{[[1]]}, no:\n```\n[[1, 2], [3, 4]]\n```"}, ".txt"),
}

TOKENS = (
    *(b"[", b"]", b"{", b"}", b",", b":", b'"', b"\\", b"\n", b" ", b"|", b"-", b"\0", b"\xff"),
    *(b"null", b"true", b"NaN", b"1e308", b"-1e400", b"0.5", b"10", b"1" * 5000, b"9" * 400),
    *(b'"a":1,', b'"one":', b'"train":', b'"attempt_1":', b'"attempt_0":', b'"pair_index":-1,'),
    *(b"\xef\xbb\xbf", b"\\ud800", b"\xed\xa0\x80", b"\x1b[2J", b"\xc2\x9b", b"\\boxed{", b"//"),
    *(b"../", b".json", b"one_", b"PK\5\6", b"[]", b"{}", b"[[]]", b'""'),
)
_VALUE = re.compile(rb'-?[0-9.]+|"(?:[^"\\]|\\.)*"|\[[^\[\]]*\]|\{[^{}]*\}|null|true')
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def mutate(text: bytes, rng: random.Random) -> bytes:
    """One to four changes; now and then something is repeated very often."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        text = rng.choice(_CHANGES)(text, rng)[:LARGEST]
    return text


def _at(text: bytes, rng: random.Random) -> int:
    return rng.randint(0, len(text))


def _flip(text: bytes, rng: random.Random) -> bytes:
    at = _at(text, rng)
    return text[:at] + bytes([rng.randrange(256)]) + text[at + 1 :]


def _cut(text: bytes, rng: random.Random) -> bytes:
    first, last = sorted((_at(text, rng), _at(text, rng)))
    return text[:first] + text[last:] if rng.random() < 0.7 else text[:first]


def _insert(text: bytes, rng: random.Random) -> bytes:
    at = _at(text, rng)
    return text[:at] + rng.choice(TOKENS) + text[at:]


def _repeat(text: bytes, rng: random.Random) -> bytes:
    at = _at(text, rng)
    part = rng.choice((*TOKENS, text[at : at + rng.randint(1, 40)]))
    return text[:at] + part * rng.choice((2, 3, 100, 1000, 30_000)) + text[at:]


def _replace(text: bytes, rng: random.Random) -> bytes:
    """A value by another one, or by a token."""
    values = [match.span() for match in _VALUE.finditer(text[:100_000])]
    if not values:
        return text
    first, last = rng.choice(values)
    start, end = rng.choice(values)
    return text[:first] + rng.choice((text[start:end], rng.choice(TOKENS))) + text[last:]


_CHANGES = (_flip, _cut, _insert, _repeat, _replace)


def mutate_zip(members: dict[str, object], rng: random.Random) -> bytes:
    """A zip of mutants, or with names and packings of all kinds, or a mutant of a sound zip."""
    packed = io.BytesIO()
    kind = rng.choice(("members", "headers", "bytes", "bytes"))
    with zipfile.ZipFile(packed, "w") as file:
        for name, value in members.items():
            text = _text(value)
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if kind == "members":
                text = mutate(text, rng)
            if kind == "headers":
                entry.compress_type = rng.choice(_PACKINGS)
                entry.filename = mutate(name.encode(), rng).decode("utf-8", "replace")[:15_000]
                entry.external_attr = rng.choice((0, 0o120777 << 16, 0o100644 << 16))
            file.writestr(entry, text)
    text = packed.getvalue()
    return mutate(text, rng) if kind == "bytes" else text


def _text(value: object) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def mutant(target: Target, path: Path, rng: random.Random) -> None:
    """Write the files of a target below a path, one of them changed."""
    changed = rng.choice(list(target.files))
    for name, value in target.files.items():
        file = path / name if name else path
        file.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix in (".zip", ".eval") and isinstance(value, dict):
            file.write_bytes(mutate_zip(value, rng))
        else:
            file.write_bytes(mutate(_text(value), rng) if name == changed else _text(value))


def problem_with(read: Callable[[Path], object], path: Path) -> str | None:
    """What is wrong with how a path is read; None where all is well."""
    try:
        with _limited():
            read(path)
    except ArcgridError as error:
        line = str(error)
        if "\n" in line or not line.isprintable() or len(line) > MOST_WORDS:
            return f"an error that is no line for people: {line[:100]!r}, {len(line)} characters"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return f"{type(error).__name__}: {str(error)[:200]}"
    return None


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    limits = (
        (signal.ITIMER_PROF, signal.SIGPROF, f"more than {SECONDS} CPU seconds", SECONDS),
        (signal.ITIMER_REAL, signal.SIGALRM, f"more than {WAITING} s", WAITING),
    )
    with contextlib.ExitStack() as undo:
        for timer, number, words, seconds in limits:
            undo.callback(signal.signal, number, signal.signal(number, partial(_late, words)))
            undo.callback(signal.setitimer, timer, 0)
            signal.setitimer(timer, seconds)
        yield


def _late(words: str, _: int, __: FrameType | None) -> None:
    raise TimeoutError(words)


def fuzz(name: str, seed: int, mutants: int, seconds: float = float("inf")) -> Iterator[str | None]:
    """Read so many mutants of a target, for so many CPU seconds at most; yields what was wrong."""
    target = TARGETS[name]
    end = time.process_time() + seconds
    for number in range(mutants):
        if time.process_time() > end:
            return
        rng = random.Random(f"{name}:{seed}:{number}")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"x{target.suffix}"
            mutant(target, path, rng)
            problem = problem_with(target.read, path)
            if problem is not None:
                problem = f"{name}, seed {seed}, mutant {number}: {problem}"
        yield problem


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--mutants", type=int, default=1000, help="of each target")
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="of CPU, for each target"
    )
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY + _size(), resource.RLIM_INFINITY))
    wrong = 0
    for name in given.targets or TARGETS:
        started, tried = time.process_time(), 0
        for problem in fuzz(name, given.seed, given.mutants, given.seconds):
            tried += 1
            if problem is not None:
                wrong += 1
                print(problem, flush=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        spent = time.process_time() - started
        print(f"{name}: {tried} mutants in {spent:.0f} CPU-s, peak so far {peak} MiB", flush=True)
    return 1 if wrong else 0


def _size() -> int:
    """Bytes of address space that this process has already."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    sys.exit(main())
