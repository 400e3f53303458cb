"""How the store is written: all or nothing, one writer at a time, one process a run.

That what was committed is still there after a loss of power cannot be tested from inside: the
system would have to be stopped. Here is what it depends on, as SQLite promises it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import arcgrid
from arcgrid.errors import StoreError
from arcgrid.store import Store, files, holding, outcomes
from arcgrid.store.rows import APPLICATION
from arcgrid.watcher import Silent
from tests.test_store import OUTCOMES, PLAN, TESTS, described

STORES = sorted((Path(__file__).parent / "fixtures" / "stores").glob("*.sqlite"))


@pytest.mark.parametrize("broken", ["attempt_rows", "seal_outcome"])
def test_an_outcome_is_there_with_all_its_attempts_or_not_at_all(
    broken: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Any:
        raise sqlite3.OperationalError("the disk is full")

    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN, "mine")
        with opened.session(run, lambda: (0.0, 0.0)):
            with monkeypatch.context() as patch:
                patch.setattr(outcomes, broken, fail)
                with pytest.raises(StoreError, match="the disk is full"):
                    opened.add_outcome(run, "one", TESTS["one"], 42, OUTCOMES["one"])
            with Store(store) as other:
                assert other.done(run) == set()
            opened.add_outcome(run, "one", TESTS["one"], 42, OUTCOMES["one"])
        assert described(opened.outcomes(run)["one"]) == described(OUTCOMES["one"])


def test_who_begins_to_write_is_alone_from_the_start(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that read first and then write would both be refused in the middle."""
    monkeypatch.setattr(files, "_BUSY_SECONDS", 0)
    with Store(store, create=True) as one, Store(store) as other:
        run = one.create_run(PLAN, "mine")
        with one._transaction():
            with pytest.raises(StoreError) as caught:
                other.rename_run(run, "theirs")
            assert str(caught.value) == f"{store}: cannot use the run store: database is locked"
            with Store(store) as third:
                assert third.find_run("mine") == other.find_run("mine") == run, "others read on"
        assert other.rename_run(run, "theirs").name == "theirs"


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_a_store_that_is_gone_is_noticed_at_each_write(how: str, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    path = folder / "store.sqlite"
    with Store(path, create=True) as opened:
        run = opened.create_run(PLAN, "mine")
        session = opened.session(run, lambda: (0.0, 0.0))
        session.__enter__()
        opened.add_outcome(run, "one", TESTS["one"], 42, OUTCOMES["one"])
        if how == "moved":
            folder.rename(tmp_path / "elsewhere")
        else:
            shutil.rmtree(folder)
        if how == "replaced":
            Store(path, create=True).__exit__()
        gone = f"^{path}: the run store was deleted, moved or replaced while it was in use; "
        with pytest.raises(StoreError, match=gone):
            opened.add_outcome(run, "two", TESTS["two"], 42, OUTCOMES["two"])
        with pytest.raises(StoreError, match=gone):
            session.__exit__(None, None, None)
    if how == "moved":
        with Store(tmp_path / "elsewhere" / path.name) as opened:
            assert opened.done(opened.find_run("mine")) == {"one"}, "what was in it is in it"


def test_a_store_is_where_it_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Store("store.sqlite", create=True) as opened:
        monkeypatch.chdir("/")
        assert opened.create_run(PLAN, "mine").name == "mine"


def test_a_run_whose_store_is_gone_when_it_ends_says_so(tmp_path: Path) -> None:
    class Cleaner(Silent):
        def outcome(self, *_: object) -> None:
            shutil.rmtree(tmp_path / "runs")

    path = tmp_path / "runs" / "store.sqlite"
    gone = f"^{path}: the run store was deleted, moved or replaced while it was in use; "
    with pytest.raises(StoreError, match=gone):
        arcgrid.run("identity", "arcgrid/mini", limit=1, store=path, inline=True, watcher=Cleaner())


def test_a_file_that_is_damaged_hints_at_the_check(store: Path) -> None:
    with Store(store, create=True) as opened:
        for _ in range(40):
            opened.create_run(PLAN)
    whole = store.read_bytes()
    store.write_bytes(whole[: len(whole) // 2])
    problem = "cannot use the run store: database disk image is malformed"
    with pytest.raises(StoreError) as caught, Store(store) as opened:
        opened.runs()
    assert str(caught.value) == f"{store}: {problem}; see `arcgrid store check`"
    broken = whole.replace(b"tablerunsruns", b"table\xff\xff\xff\xffruns")
    store.write_bytes(broken.replace(b"CREATE TABLE runs", b"CREATX TABLE runs"))
    with pytest.raises(StoreError) as caught:
        Store(store)
    assert str(caught.value) == f"{store}: cannot use the run store: it is damaged"


def test_a_commit_is_synced(store: Path) -> None:
    with Store(store, create=True) as opened:
        ((mode,),) = opened._db.execute("PRAGMA journal_mode")
        ((synchronous,),) = opened._db.execute("PRAGMA synchronous")
    assert (mode, synchronous) == ("wal", 1)


def test_stores_of_every_version_are_marked_as_ours(store: Path) -> None:
    Store(store, create=True).__exit__()
    assert int.from_bytes(b"ARCG", "big") == APPLICATION
    for path in (store, *STORES):
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION,), path
    assert len(STORES) > 3


@pytest.mark.parametrize("there", [False, True], ids=["removed", "made anew"])
def test_a_lock_on_a_file_that_is_no_longer_there_is_none(
    there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who held the lock removes the file after we have opened it, and before we have locked it."""
    path, lock = tmp_path / "run.lock", fcntl.flock

    def late(file: Any, operation: int) -> None:
        path.unlink()
        if there:
            path.write_text("of the next")
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with holding.locked(path) as mine:
        assert not mine
    assert path.exists() is there, "the lock of another is left alone"


def test_a_lock_is_held_once_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with holding.locked(path) as mine:
        assert mine
        with holding.locked(path) as again:
            assert not again
        assert path.exists()
    assert not path.exists()
    with holding.locked(path) as mine:
        assert mine
        os.unlink(path)
    assert not path.exists()
