"""Control groups: real ones of version 1 where they are granted, imitated ones of version 2."""

from __future__ import annotations

import errno
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from arcgrid.engines.local import grants, keep, sandbox
from arcgrid.engines.local.cgroup import Group, Place, find_place, remove_stale
from arcgrid.engines.local.doctor import examine
from arcgrid.engines.local.keep import PREFIX, Keep, Kept
from arcgrid.engines.local.keeper.proc import descendants
from arcgrid.engines.local.pipes import Callbacks, Pipes
from arcgrid.engines.local.strict import find_bubblewrap
from arcgrid.watcher import Silent
from tests.runs import (
    HOSTILE,
    explanation,
    hanging,
    outcomes_of,
    run_hostile,
    run_small,
    wait_until,
)
from tests.test_hostile import between_honest_puzzles

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has control groups")

MIB = 1 << 20
V1 = {"memory.usage_in_bytes": "0", "memory.limit_in_bytes": "", "memory.oom_control": "oom_kill 0"}
V2 = {
    "memory.current": f"{5 * MIB}\n",
    "memory.max": "max\n",
    "memory.swap.max": "max\n",
    "memory.events": "oom 0\noom_kill 0\n",
    "cgroup.procs": "",
}


@pytest.fixture
def granted() -> Place:
    """Where this machine really grants groups."""
    place, problem = find_place()
    if place is None:
        pytest.skip(f"no control groups are granted here: {problem}")
    assert grants.grants().groups == place
    return place


def cgroup_of(pid: str) -> str:
    return Path("/proc", pid, "cgroup").read_text()


class Looks(Silent):
    """While workers are there: whether each process below this one is in a group of a worker."""

    def __init__(self) -> None:
        self.within: dict[str, bool] = {}

    def outcome(self, *_: object) -> None:
        for pid in map(str, descendants(os.getpid())):
            words = Path("/proc", pid, "cmdline").read_text()
            if "arcgrid.engines.local" in words:
                who = "worker" if "local.worker" in words else "warden"
                self.within[who] = f"/{PREFIX}" in cgroup_of(pid)


@pytest.mark.parametrize("level", ["default", "strict"])
def test_the_worker_is_in_a_group_and_the_warden_is_not(
    store: Path, granted: Place, level: str
) -> None:
    if level == "strict" and find_bubblewrap()[0] is None:
        pytest.skip("no bubblewrap")
    looks = Looks()
    run_small(store, "identity", watcher=looks, sandbox=level)
    assert looks.within == {"worker": True, "warden": False}


def test_what_sockets_hold_counts_where_a_group_is_granted(store: Path, granted: Place) -> None:
    first, hoard, last = between_honest_puzzles(store, "hoard_in_sockets", seconds=20)
    problem = "more than 150 MiB, with all processes it started"
    assert (hoard.kind, hoard.error) == ("memory", problem)
    for honest in (first, last):
        assert (honest.kind, explanation(honest)) == ("answered", explanation(first))


def test_what_sockets_hold_counts_for_nobody_where_none_is(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = replace(grants.grants(), groups=None)
    monkeypatch.setattr(sandbox, "grants", lambda: without)
    (outcome,) = run_hostile(store, "hoard_in_sockets", limit=1, memory=150 * MIB, seconds=20)
    assert outcome.kind == "answered"
    assert int(explanation(outcome).split()[1]) > 400


def test_it_is_said_recorded_and_shown(store: Path, granted: Place) -> None:
    run = run_small(store, "identity", limit=1).run
    assert run.plan.isolation is not None
    assert run.plan.isolation.memory == f"control group {granted.version}"
    assert f", memory limited (control group {granted.version})" in str(run.plan.isolation)
    off = run_small(store, "identity", limit=1, sandbox="off").run.plan.isolation
    assert str(off) == "sandbox off: nothing is closed"
    (found,) = [one for one in examine() if one.what.startswith("a control group")]
    assert (found.holds, found.by, found.advice) == (True, f"control group {granted.version}", "")


def test_doctor_says_why_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    without = replace(grants.grants(), groups=None, no_groups="no such thing")
    monkeypatch.setattr("arcgrid.engines.local.doctor.grants", lambda: without)
    (found,) = [one for one in examine() if one.what.startswith("a control group")]
    assert (found.holds, found.by) == (False, "no such thing")
    assert found.advice.startswith("root has one")


def test_no_group_is_left_of_a_run(
    store: Path, granted: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(place: Place | None, name: str) -> Group:
        made.append(name)
        return Group(place, name)

    monkeypatch.setattr(keep, "Group", make)
    outcomes = outcomes_of(store, run_small(store, f"{HOSTILE}:crash_killed", fresh=False))
    assert {outcome.kind for outcome in outcomes} == {"crash"}
    assert len(made) >= 2
    assert not [name for name in made if Path(granted.directory, name).exists()]


@pytest.mark.parametrize("warden", [False, True], ids=["harness", "harness and warden"])
def test_no_group_is_left_where_the_harness_is_killed(
    store: Path, granted: Place, tmp_path: Path, warden: bool
) -> None:
    folder = tmp_path / "temporary"
    with hanging(store, folder) as harness:
        wait_until(lambda: any(entered(granted, path.name) for path in folder.iterdir()))
        groups = [Path(granted.directory, path.name) for path in folder.iterdir()]
        below = descendants(harness.pid) if warden else []
        for pid in [*below, harness.pid]:  # of which some die with others
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        harness.communicate()
    if warden:
        wait_until(lambda: not any(entered(granted, group.name) for group in groups))
        for group in groups:
            with suppress(FileNotFoundError):
                os.utime(group, (0, 0))
        remove_stale(granted, PREFIX)
    wait_until(lambda: not any(group.exists() for group in groups))


def entered(place: Place, name: str) -> bool:
    """Whether a process is in the group of that name."""
    entry = Path(place.directory, name, place.entry)
    return entry.exists() and bool(entry.read_text())


def test_a_group_in_use_is_not_stale(granted: Place) -> None:
    group = Group(granted, f"{PREFIX}test-{os.getpid()}")
    directory = Path(group.entry).parent
    enter = f"open({group.entry!r}, 'w').write('0'); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", enter], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.utime(directory, (0, 0))
        remove_stale(granted, PREFIX)
        assert directory.is_dir()
    group.remove()
    assert not directory.exists()


@pytest.fixture
def imitated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes a tree of control groups, and what /proc says of it: its directory is returned."""

    def make(version: int = 2, path: str = "/a/b", root: str = "/", **own: str) -> Path:
        mounted = tmp_path / "mounted"
        group = mounted / os.path.relpath(path, root)
        group.mkdir(parents=True)
        for name, text in own.items():
            (group / name.replace("__", ".")).write_text(text)
        kind, options = ("cgroup2", "rw") if version == 2 else ("cgroup", "rw,memory")
        own_group = f"0::{path}" if version == 2 else f"7:cpu:/\n4:memory:{path}\n0::/"
        (tmp_path / "cgroup").write_text(f"{own_group}\n")
        (tmp_path / "mountinfo").write_text(
            "22 1 0:20 / /proc rw - proc proc rw\n"
            "23 1 0:21 / /somewhere rw - cgroup cgroup rw,cpu\n"
            f"24 1 0:22 {root} {mounted} rw,nosuid shared:4 - {kind} cgroup {options}\n"
        )
        files, mkdir, rmdir = V2 if version == 2 else V1, os.mkdir, os.rmdir

        def filled(directory: str, *mode: int) -> None:
            mkdir(directory, *mode)
            for name, text in files.items():
                Path(directory, name).write_text(text)

        def emptied(directory: str, **within: int) -> None:
            for name in () if within else files:
                Path(directory, name).unlink(missing_ok=True)
            rmdir(directory, **within)

        monkeypatch.setattr(os, "mkdir", filled)
        monkeypatch.setattr(os, "rmdir", emptied)
        return group

    return make


def test_version_2_is_found_where_the_controller_is_handed_down(
    imitated: Callable[..., Path], tmp_path: Path
) -> None:
    group = imitated(cgroup__subtree_control="cpu memory\n")
    assert find_place(str(tmp_path)) == (Place(str(group), 2), "")
    assert [path.name for path in group.iterdir()] == ["cgroup.subtree_control"]


def test_version_2_hands_the_controller_down_where_it_can(
    imitated: Callable[..., Path], tmp_path: Path
) -> None:
    group = imitated(cgroup__subtree_control="")
    assert find_place(str(tmp_path))[0] == Place(str(group), 2)
    assert (group / "cgroup.subtree_control").read_text() == "+memory"


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EROFS, errno.EACCES, errno.EINVAL])
@pytest.mark.parametrize("call", ["write", "mkdir"])
def test_what_cannot_be_made_is_not_granted(
    imitated: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    call: str,
) -> None:
    group = imitated(cgroup__subtree_control="")

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    assert find_place(str(tmp_path)) == (None, f"{group}: {os.strerror(number)}")


def test_a_mount_of_a_part_is_understood(imitated: Callable[..., Path], tmp_path: Path) -> None:
    group = imitated(1, path="/docker/12/x", root="/docker/12", memory__oom_control="oom_kill 0\n")
    assert group == tmp_path / "mounted" / "x"
    assert find_place(str(tmp_path)) == (Place(str(group), 1), "")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cgroup", "0::/../b\n"),
        ("cgroup", "1:cpu:/\n"),
        ("cgroup", "nonsense\n"),
        ("mountinfo", "22 1 0:20 / /proc rw - proc proc rw\n"),
        ("mountinfo", "nonsense\n"),
    ],
)
def test_where_no_controller_is_mounted_there_is_none(
    imitated: Callable[..., Path], tmp_path: Path, name: str, text: str
) -> None:
    imitated(cgroup__subtree_control="memory")
    (tmp_path / name).write_text(text)
    none = (None, "no memory controller is mounted here")
    assert find_place(str(tmp_path)) == none
    (tmp_path / name).unlink()
    assert find_place(str(tmp_path)) == none


def test_a_group_that_stops_processes_is_none(
    imitated: Callable[..., Path], tmp_path: Path
) -> None:
    imitated(1, memory__oom_control="oom_kill_disable 1\nunder_oom 0\n")
    place, problem = find_place(str(tmp_path))
    assert place is None
    assert problem == "the kernel is told to stop processes there rather than to kill them"


def test_a_group_of_version_2_is_limited_watched_and_removed(
    imitated: Callable[..., Path], tmp_path: Path
) -> None:
    parent = imitated(cgroup__subtree_control="memory")
    group = Group(Place(str(parent), 2), "worker")
    directory = parent / "worker"
    assert group.entry == str(directory / "cgroup.procs")
    assert group.limit(7 * MIB)
    assert (directory / "memory.max").read_text() == str(12 * MIB)
    assert (directory / "memory.swap.max").read_text().startswith("0")
    (directory / "memory.events").write_text("oom 3\noom_kill 2\n")
    assert group.has_killed()
    group.begin()
    assert not group.has_killed()
    (directory / "memory.events").write_text("oom 4\noom_kill 3\n")
    group.remove()
    assert not directory.exists()
    assert group.has_killed(), "what was last seen is remembered"
    assert not group.entry


def test_a_group_that_cannot_be_made_or_has_vanished_does_nothing(
    imitated: Callable[..., Path], tmp_path: Path
) -> None:
    place = Place(str(imitated(cgroup__subtree_control="memory")), 2)
    vanished = Group(place, "vanished")
    os.rmdir(os.path.join(place.directory, "vanished"))
    never = [Group(Place(str(tmp_path / "nowhere"), version), "worker") for version in (1, 2)]
    for group in [vanished, *never, Group(None, "worker")]:
        assert not group.limit(MIB)
        group.begin()
        assert not group.has_killed()
        group.remove()
        assert not group.entry
    remove_stale(Place(str(tmp_path / "nowhere"), 2), PREFIX)
    remove_stale(None, PREFIX)


@pytest.mark.parametrize("entry", ["missing", "a file"])
def test_a_worker_that_cannot_enter_runs_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    class Broken(Group):
        def __init__(self, *_: object) -> None:
            super().__init__(None, "worker")
            self.entry = str(tmp_path / "group" / "tasks")

    if entry == "a file":
        (tmp_path / "group").mkdir()
        (tmp_path / "group" / "tasks").touch()
    monkeypatch.setattr(keep, "Group", Broken)
    ignore: Callable[..., None] = lambda *_: None  # noqa: E731  # what a pipe says is of no interest
    with selectors.DefaultSelector() as selector:
        pipes = Pipes(selector, Callbacks(ignore, ignore, ignore, ignore))
        command = [sys.executable, "-c", "print('done')"]
        kept = Kept(Keep(command), pipes)
        assert kept.end(10) == 0
        pipes.close()
    assert pipes.output == "done\n"


def test_a_group_that_nobody_is_in_is_not_granted(
    imitated: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(str(imitated(1)), 1)
    monkeypatch.setattr(grants, "find_place", lambda: (place, ""))
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")
    found = grants.find_grants(grants.SPACES)
    assert (found.groups, found.no_groups) == (None, "a worker cannot enter a group of its own")
    assert found.tried
