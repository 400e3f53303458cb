"""The engine dask: the outcomes of the engine local, on a cluster of which any part may fail."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dask
import psutil
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from arcgrid.cli import main
from arcgrid.engines.dask import parcel
from arcgrid.errors import SolverError, StoreError
from arcgrid.machine import this_machine
from arcgrid.result import Outcome
from arcgrid.runner import resume
from arcgrid.sources import RunResult
from arcgrid.store import Run, Store
from arcgrid.task import Task
from arcgrid.watcher import Silent
from tests.dask_cluster import DaskProcesses, gone, wait_until
from tests.runs import SOLVERS, run_hostile, run_small
from tests.test_engines_local import KINDS

SLEEPS = str(SOLVERS / "sleeps.py")
TASKS = 8


class AtOutcome(Silent):
    """Does something once so many outcomes are in the store, and keeps what was said."""

    def __init__(self, after: int = 0, act: Callable[[], object] = lambda: None) -> None:
        self._left, self._act = after, act
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def outcome(self, task: Task, outcome: Outcome) -> None:
        self._left -= 1
        if not self._left:
            self._act()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskProcesses]:
    """Workers of which a test may kill some: the next one has them replaced."""
    with DaskProcesses(tmp_path_factory.mktemp("pair")) as cluster:
        yield cluster


@pytest.fixture
def pair(cluster: DaskProcesses) -> DaskProcesses:
    """Two workers of the cluster."""
    cluster.have_workers(2)
    return cluster


def run_there(store: Path, cluster: DaskProcesses, **settings: Any) -> RunResult:
    given: dict[str, Any] = {"limit": TASKS, "name": "mine", "workers": None, **settings}
    return run_small(store, SLEEPS, engine="dask", scheduler=cluster.address, **given)


def exported(store: Path, name: str = "mine") -> str:
    done = CliRunner().invoke(main, ["export", name, "--store", str(store)])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the engine local exports."""
    store = tmp_path_factory.mktemp("local") / "store.sqlite"
    run_small(store, SLEEPS, limit=TASKS, name="mine", workers=2, options={"seconds": 0})
    return exported(store)


def check_whole(store: Path, local: str, given_back: int = 0) -> None:
    """Nothing is lost or double, and the export is that of the engine local."""
    assert exported(store) == local
    with Store(store) as opened:
        run = opened.find_run("mine")
        outcomes = list(opened.outcomes(run).values())
    assert (len(outcomes), run.ended is not None) == (TASKS, True)
    assert {one.kind for one in outcomes} == {"answered"}
    assert {one.machine for one in outcomes} == {this_machine(1).name}
    assert sum(one.given_back for one in outcomes) >= given_back


def test_outcomes_are_those_of_the_engine_local(
    store: Path, local: str, pair: DaskProcesses
) -> None:
    run_there(store, pair)
    check_whole(store, local)
    wait_until(lambda: gone(pair.processes()), "the processes of the workers")
    with Store(store) as opened:
        run = opened.find_run("mine")
    assert [one.name for one in run.machines] == [this_machine(1).name]
    assert run.cpu_seconds is not None


def test_without_a_scheduler_it_works_here(store: Path, tmp_path: Path, local: str) -> None:
    run_small(store, SLEEPS, limit=TASKS, name="mine", workers=2, engine="dask")
    check_whole(store, local)
    assert gone([one for one in psutil.Process().children() if "desk" in " ".join(one.cmdline())])


HOSTILE = ["crash_exit", "crash_segfault", "allocate", "return_none", "explain_surrogate"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_solvers_end_as_on_the_engine_local(store: Path, name: str) -> None:
    (expected,) = [(kind, error) for one, kind, error in KINDS if one == name]
    for outcome in run_hostile(store, name, engine="dask", memory=512 << 20):
        assert outcome.kind == expected[0]
        assert (outcome.error or "").startswith(expected[1])


def test_a_puzzle_has_its_own_clock_there(store: Path, pair: DaskProcesses) -> None:
    given: dict[str, Any] = {"limit": 3, "seconds": 0.3, "scheduler": pair.address, "workers": None}
    outcomes = run_hostile(store, "hang_after_answer", engine="dask", **given)
    assert {outcome.kind for outcome in outcomes} == {"timeout"}
    assert all(outcome.answer is not None for outcome in outcomes)
    wait_until(lambda: gone(pair.processes()), "the processes of what hangs")


def test_a_worker_that_is_killed_gives_its_puzzle_back(
    store: Path, local: str, pair: DaskProcesses
) -> None:
    left: list[psutil.Process] = []

    def kill() -> None:
        left.extend(pair.processes())
        pair.busiest().kill()

    # A little later, in the middle of the next puzzles.
    watcher = AtOutcome(2, threading.Timer(0.4, kill).start)
    run_there(store, pair, watcher=watcher, options={"seconds": 1})
    check_whole(store, local, given_back=1)
    wait_until(lambda: gone([*left, *pair.processes()]), "the processes of both workers")
    assert left


def test_a_worker_that_comes_later_works_too(store: Path, local: str, pair: DaskProcesses) -> None:
    """The others are lost when it is there: so the rest is its work."""
    left: list[psutil.Process] = []

    def replace_all() -> None:
        left.extend(pair.processes())
        before = list(pair.workers)
        added = pair.add_worker()
        wait_until(lambda: added in pair.connected(), "the worker that comes later")
        for worker in before:
            worker.kill()

    run_there(store, pair, watcher=AtOutcome(1, replace_all))
    check_whole(store, local)
    wait_until(lambda: gone([*left, *pair.processes()]), "the processes of all workers")
    assert left


def test_a_lost_scheduler_ends_the_run_and_it_goes_on(
    store: Path, tmp_path: Path, local: str
) -> None:
    left: list[psutil.Process] = []

    def kill() -> None:
        left.extend(own.processes())
        own.scheduler.kill()

    with DaskProcesses(tmp_path, workers=2) as own:
        with pytest.raises(SolverError) as caught:
            run_there(store, own, watcher=AtOutcome(2, kill))
        wait_until(lambda: gone(left), "the processes of the workers")
    hint = "what is done is kept, and --resume goes on"
    assert str(caught.value) == f"the Dask scheduler {own.address} is lost; {hint}"
    assert left
    with Store(store) as opened:
        run = opened.find_run("mine")
    assert (2 <= run.done < TASKS, run.cpu_seconds is not None) == (True, True)
    resume("mine", store=store, workers=2)
    check_whole(store, local)


def test_a_killed_parent_leaves_nothing_and_the_run_goes_on(
    store: Path, local: str, pair: DaskProcesses
) -> None:
    command = [sys.executable, "-m", "arcgrid", "run", SLEEPS, "--tasks", "arcgrid/mini"]
    cluster = ["--engine", "dask", "--scheduler", pair.address]
    given = ["--limit", str(TASKS), "--name", "mine", "--store", str(store), "-O", "seconds=0.6"]
    parent = subprocess.Popen([*command, *cluster, *given], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: bool(stored(store)), "the first outcomes")
        left = pair.processes()
    finally:
        parent.kill()
        parent.wait()
    wait_until(lambda: gone([*left, *pair.processes()]), "the processes of the workers")
    assert left
    assert len(stored(store)) < TASKS
    resume("mine", store=store, scheduler=pair.address)
    check_whole(store, local)


def stored(store: Path) -> list[str]:
    """The tasks that have an outcome; none where the store is still being made."""
    with suppress(StoreError), Store(store) as opened:
        runs: list[Run] = opened.runs()
        return list(opened.done(runs[0])) if runs else []
    return []


def test_a_worker_that_stands_still_delays_its_own_puzzle_alone(
    store: Path, local: str, pair: DaskProcesses
) -> None:
    slow = pair.connected()[0]

    def stop() -> None:
        slow.send_signal(signal.SIGSTOP)
        threading.Timer(1.5, slow.send_signal, [signal.SIGCONT]).start()

    run_there(store, pair, watcher=AtOutcome(2, stop))
    check_whole(store, local)
    wait_until(lambda: gone(pair.processes()), "the processes of the workers")


def other_numpy(folder: Path) -> dict[str, str]:
    """An environment in which numpy says that it is of another version."""
    info = folder / "other" / "numpy-0.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.1\n")
    return {"PYTHONPATH": str(info.parent)}


def test_a_worker_of_other_versions_is_named_and_refused(
    store: Path, tmp_path: Path, local: str, pair: DaskProcesses
) -> None:
    other = pair.add_worker(other_numpy(tmp_path))
    wait_until(lambda: other in pair.connected(), "the other worker")
    watcher = AtOutcome()
    run_there(store, pair, watcher=watcher)
    check_whole(store, local)
    (told,) = [text for text in watcher.said if "does not work on it" in text]
    assert told.startswith(f"{this_machine(1).name} (tcp://127.0.0.1:")
    assert "numpy 0.1 (here " in told
    assert told.endswith("; --allow-versions takes them all the same")
    watcher = AtOutcome()
    run_there(store, pair, name="all", allow_versions=True, watcher=watcher)
    wait_until(lambda: gone(pair.processes()), "the processes of the workers")
    other.kill()
    assert [text for text in watcher.said if "does not work on it" in text] == []


def test_nobody_at_the_address_is_one_clear_line(store: Path) -> None:
    given = ["run", "identity", "--tasks", "arcgrid/mini", "--engine", "dask"]
    done = CliRunner().invoke(main, [*given, "--scheduler", "nonsense://127.0.0.1:1"])
    assert done.exit_code == 2
    assert "Error: no Dask scheduler at nonsense://127.0.0.1:1: " in done.output
    done = CliRunner().invoke(
        main, ["run", "identity", "--tasks", "arcgrid/mini", "--scheduler", "x"]
    )
    said = "Error: --scheduler and --allow-versions are for the engine dask, not for local"
    assert said in done.output


def test_a_solver_that_cannot_be_used_leaves_no_run(store: Path) -> None:
    with pytest.raises(SolverError, match="there is no function 'nothing'"):
        run_small(store, f"{SLEEPS}:nothing", engine="dask")
    with Store(store) as opened:
        assert opened.runs() == []


# -- what travels -----------------------------------------------------------------------------


def test_modules_and_packages_travel_and_nothing_else(tmp_path: Path) -> None:
    files = ["mine.py", "near.py", "pack/__init__.py", "pack/deep/__init__.py", "pack/deep/a.py"]
    left = ["data.json", "folder/x.py", ".hidden/__init__.py", "store.sqlite", "pack/data.txt"]
    for name in (*files, *left):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    packed = parcel.pack(tmp_path / "mine.py")
    assert sorted(packed.files) == sorted(files)
    target = tmp_path / "there"
    assert packed.unpack(target) == target / "mine.py"
    assert (target / "pack/deep/a.py").read_text() == "pack/deep/a.py"


def test_files_that_were_changed_on_the_way_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("x = 1")
    packed = parcel.pack(tmp_path / "mine.py")
    packed.files["mine.py"] = b"x = 2"
    with pytest.raises(SolverError, match="did not arrive as they were sent"):
        packed.unpack(tmp_path / "there")
    for name in ("../out.py", "/tmp/out.py"):
        files = {name: b""}
        outside = parcel.Parcel("mine.py", files, parcel.digest_of(files))
        with pytest.raises(SolverError, match="lies outside of its folder"):
            outside.unpack(tmp_path / "there")


def test_a_solver_among_too_many_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.py").write_text("")
    monkeypatch.setattr(parcel, "MOST_FILES", 2)
    with pytest.raises(SolverError, match="put the solver in a folder of its own"):
        parcel.pack(tmp_path / "a.py")


# -- TLS ----------------------------------------------------------------------------------------


def own_certificate(folder: Path) -> dict[str, str]:
    """Dask's settings for TLS with a certificate that was just made, as environment variables."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "arcgrid")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    signed = made.add_extension(x509.BasicConstraints(True, None), True).sign(key, SHA256())
    certificate, secret = folder / "mine.pem", folder / "mine.key"
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    tls = {"CA_FILE": str(certificate)}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        tls |= {f"{role}__CERT": str(certificate), f"{role}__KEY": str(secret)}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": path for name, path in tls.items()}


def test_a_cluster_with_tls_and_own_certificates(store: Path, tmp_path: Path, local: str) -> None:
    settings = own_certificate(tmp_path)
    with DaskProcesses(tmp_path, 1, "tls", settings) as secured:
        assert secured.address.startswith("tls://")
        with pytest.raises(SolverError, match=r"no Dask scheduler at tls://127\.0\.0\.1:"):
            run_there(store, secured)
        ours = {
            name[5:].lower().replace("__", ".").replace("_", "-"): settings[name]
            for name in settings
        }
        with dask.config.set(ours):
            run_there(store, secured)
        wait_until(lambda: gone(secured.processes()), "the processes of the worker")
    check_whole(store, local)
