"""Kills runs at random moments, and goes on with them: `python -m tests.kills [N]`.

However a run was killed (the harness, a worker, a warden, or all of them at once), going on with
it ends with the outcomes of the run that was never killed, and leaves nothing behind that the next
run would not remove. A killed worker is a crash of the puzzle that it was at, as a solver may kill
itself: such a puzzle is run again as `--failed`.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from arcgrid.engines.local.keep import remove_stale_directories, wait_for_removals
from arcgrid.engines.local.keeper import clear
from arcgrid.engines.local.keeper.warden import claim
from arcgrid.errors import StoreError
from arcgrid.result import Outcome
from arcgrid.store import Store

SOLVER = Path(__file__).parent / "fixtures" / "steady.py"
TASKS = 6
WORKERS = 2
VICTIMS = ("harness", "worker", "warden", "all")
LATEST_KILL = 2.5  # seconds after a run was started; a run takes about as long
PATIENCE = 120.0
PREFIX = "arcgrid-kills-"


@dataclass
class Trial:
    """One run that was killed, and what became of it.

    Attributes:
        victim: who was killed first.
        kills: how often something was killed.
        lost: tasks whose outcome is not that of the unbroken run.
        left: processes and files that were left behind.
    """

    victim: str
    kills: int = 0
    lost: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def described(outcome: Outcome) -> object:
    """What does not depend on when and how fast a puzzle was worked on."""
    answers = [
        [
            [(guess.grid.tolist(), guess.confidence, guess.explanation) for guess in test]
            for test in one
        ]
        for one in (timed.answer.guesses for timed in outcome.answers)
    ]
    return outcome.kind, answers, outcome.error, outcome.output


def outcomes_of(store: Path, name: str) -> dict[str, object]:
    """The outcomes of a run by task."""
    with Store(store) as opened:
        found = opened.outcomes(opened.find_run(name))
    return {id: described(one) for id, one in found.items()}


def unbroken(folder: Path) -> dict[str, object]:
    """The outcomes of a run that nobody kills."""
    folder.mkdir()
    store = folder / "whole.sqlite"
    process = _start(folder, store, _RUN)
    assert process.wait(PATIENCE) == 0
    return outcomes_of(store, "it")


def kill_one(folder: Path, seed: int, whole: dict[str, object]) -> Trial:
    """Kill a run at a random moment, go on with it (which may be killed too), and compare."""
    rng = random.Random(seed)
    trial = Trial(VICTIMS[seed % len(VICTIMS)])
    folder.mkdir()
    store = folder / "store.sqlite"
    process = _start(folder, store, _RUN)
    trial.kills += _kill(process, trial.victim, rng.uniform(0.1, LATEST_KILL))
    for _ in range(20):
        if process.wait(PATIENCE) == 0:
            break
        process = _start(folder, store, _RESUME if _has_run(store) else _RUN)
        if rng.random() < 0.3:
            trial.kills += _kill(process, rng.choice(VICTIMS), rng.uniform(0.1, LATEST_KILL))
    else:
        raise AssertionError((folder / "said.txt").read_text())
    found = outcomes_of(store, "it")
    crashed = [id for id, one in found.items() if one != whole[id]]
    if crashed and len(crashed) <= WORKERS * trial.kills:
        _start(folder, store, ["run", "--failed", "it", "--store", str(store)]).wait(PATIENCE)
        with Store(store) as opened:
            found |= outcomes_of(store, opened.find_run("latest").name)
    trial.lost = [id for id, one in whole.items() if found.get(id) != one]
    trial.left = list(_left(folder))
    return trial


_RUN = ["run", str(SOLVER), "--tasks", "arcgrid/mini", "--limit", str(TASKS), "--name", "it"]
_RESUME = ["run", "--resume", "it"]


def _start(folder: Path, store: Path, words: list[str]) -> subprocess.Popen[bytes]:
    """Start a command as the leader of a group; all it starts is known by its directory."""
    work = folder / "tmp"
    work.mkdir(exist_ok=True)
    workers = ["--workers", str(WORKERS)] if "--failed" not in words else []
    with (folder / "said.txt").open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "arcgrid", *words, "--store", str(store), *workers],
            env=os.environ | {"TMPDIR": str(work)},
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )


def _kill(process: subprocess.Popen[bytes], victim: str, seconds: float) -> bool:
    """Kill somebody after so many seconds; False where the run had ended, or nobody was there."""
    time.sleep(seconds)
    if process.poll() is not None:
        return False
    below = list(_below(process.pid))
    if victim == "all":
        for pid in below:
            _end(pid)
    elif victim != "harness":
        wanted = [pid for pid in below if (b"local.worker" in _words(pid)) == (victim == "worker")]
        return bool(wanted) and _end(wanted[0])
    return _end(process.pid)


def _end(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _below(pid: int) -> Iterator[int]:
    """All descendants of a process."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                yield int(child)
                yield from _below(int(child))


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _has_run(store: Path) -> bool:
    if not store.exists():
        return False
    try:
        with Store(store) as opened:
            return bool(opened.runs())
    except StoreError:  # it was killed before there was anything in the file
        return False


def _left(folder: Path) -> Iterator[str]:
    """Processes and files of a trial that outlive it; a killed process is given a moment."""
    end = time.monotonic() + 10
    while (alive := list(_alive(folder))) and time.monotonic() < end:
        time.sleep(0.05)
    yield from (f"process {pid}: {_words(pid).decode(errors='replace')}" for pid in alive)
    known = {"store.sqlite", "said.txt", "tmp"}
    yield from (str(path) for path in folder.iterdir() if path.name not in known)
    work = folder / "tmp"
    for path in work.iterdir():
        os.utime(path, (0, 0))  # as it will be when the next run begins
    with patch("tempfile.tempdir", str(work)):
        remove_stale_directories()
        wait_for_removals(10)
    yield from (str(path) for path in work.iterdir())


def _alive(folder: Path) -> Iterator[int]:
    mark = f"TMPDIR={folder}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes() or str(folder).encode() in _words(
                    int(entry.name)
                ):
                    yield int(entry.name)


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """A directory that goes afterwards; where this process is killed, by the next one's start."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if (held := claim(str(left))) is not None:
                clear.remove(str(left))
                os.close(held)
    folder = tempfile.mkdtemp(prefix=PREFIX)
    held = claim(folder)
    try:
        yield Path(folder)
    finally:
        clear.remove(folder)
        if held is not None:
            os.close(held)


def main() -> int:
    """The command line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    tried: Counter[str] = Counter()
    kills = lost = left = 0
    with own_folder() as folder:
        whole = unbroken(folder / "whole")
        for seed in range(count):
            trial = kill_one(folder / str(seed), seed, whole)
            tried[trial.victim] += 1
            kills += trial.kills
            lost += len(trial.lost)
            left += len(trial.left)
            if trial.lost or trial.left:
                print(f"trial {seed}: {trial}", flush=True)
    print(f"{count} runs {dict(tried)}, {kills} kills: {lost} outcomes lost, {left} things left")
    return 1 if lost or left else 0


if __name__ == "__main__":
    sys.exit(main())
