"""Checks and repairs of stores in this process: what is found, word for word, and what is kept."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from arcgrid import as_grid
from arcgrid.errors import StoreError
from arcgrid.machine import Machine
from arcgrid.store import Store
from arcgrid.store.repair import Check, Finding, check, repair
from arcgrid.store.trials import Trial, TrialStore
from tests.test_store import OUTCOMES, PLAN, SAMPLE, TESTS, TRANSCRIPT, described, described_sample

NOT_STORED = "its outcome is not what was stored"
MISSING = "its outcome is missing"
MALFORMED = "database disk image is malformed"


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def make(path: Path) -> None:
    """A run that is done, and one that has only begun, with all that a run can have."""
    with TrialStore(path, create=True) as opened:
        done, begun = opened.create_run(PLAN, "done"), opened.create_run(PLAN, "begun")
        for run, tasks in ((done, list(OUTCOMES)), (begun, ["two"])):
            opened.add_machine(run, Machine("there", "cpu", 3))
            with opened.session(run, lambda: (12.0, 20.0)):
                for task in tasks:
                    opened.add_outcome(run, task, TESTS[task], 42, OUTCOMES[task])
                    opened.add_sample(run, task, SAMPLE, TRANSCRIPT)
        opened.add_trial(begun, "one", Trial(2.5, 0, as_grid([[1]])))
        opened.mark_run(begun, ["paper"], "a note")


def told(path: Path) -> object:
    """All that a store holds, as comparable values."""
    with TrialStore(path) as opened:
        return [
            (
                run,
                {id: described(one) for id, one in opened.outcomes(run).items()},
                {id: list(map(described_sample, some)) for id, some in opened.samples(run).items()},
                [text for task in PLAN.asked for _, text in opened.transcripts(run, task)],
                {id: [one.seconds for one in some] for id, some in opened.trials(run).items()},
            )
            for run in opened.runs()
        ]


def test_a_sound_store_stays_as_it_is(store: Path) -> None:
    make(store)
    before = told(store)
    assert check(store) == Check(2, 4, 0, ())
    assert repair(store) == (Check(2, 4, 0, ()), None)
    assert os.listdir(store.parent) == [store.name]
    assert told(store) == before


def test_what_has_no_checksum_gets_one(store: Path) -> None:
    make(store)
    with Store(store) as opened:
        opened.add_sample(opened.find_run("begun"), "one", SAMPLE)  # without a transcript
    change(
        store,
        "UPDATE outcomes SET digest = NULL WHERE task = 'two'",
        "UPDATE runs SET digest = NULL WHERE name = 'begun'",
        "UPDATE samples SET seal = NULL, reply_digest = NULL",
    )
    assert check(store) == Check(2, 4, 2, ())
    assert repair(store) == (Check(2, 4, 2, ()), None)
    assert check(store) == Check(2, 4, 0, ())
    change(
        store,
        "UPDATE outcomes SET seed = 43 WHERE task = 'two'",
        "UPDATE runs SET record = replace(record, 'local', 'lokal') WHERE name = 'begun'",
        "UPDATE samples SET cost = 77 WHERE task = 'one'",
        "UPDATE samples SET reply = '?' WHERE task = 'two'",
    )
    found = check(store)
    assert (found.runs, found.outcomes, found.unsealed) == (1, 2, 0)
    assert set(found.findings) == {
        Finding("begun", None, "its record is not what was stored"),
        Finding("done", "two", NOT_STORED),
        Finding("done", "one", "sample 4 of test 1 is not what was stored"),
        Finding("done", "two", "the reply of sample 4 of test 1 is not what was stored"),
    }


def damage(path: Path) -> Check:
    """Damage what `make` has made, and say what is to be found."""
    change(
        path,
        "DELETE FROM outcomes WHERE task = 'three'",  # its run has ended
        "UPDATE attempts SET confidence = 0.75 WHERE task = 'one'",
        "INSERT INTO attempts SELECT run, 'one', 0, 0, 0, '[[1]]', 1, '', NULL"
        " FROM outcomes JOIN runs ON run = id WHERE name = 'begun'",  # of no outcome
        "UPDATE outcomes SET kind = 'answfred', digest = NULL FROM runs"
        " WHERE run = id AND name = 'done' AND task = 'two'",
    )
    return Check(
        2,
        1,
        0,
        (
            Finding("begun", "one", MISSING),
            Finding("done", "two", "an outcome of kind answfred"),
            Finding("done", "one", NOT_STORED),
            Finding("done", "three", MISSING),
        ),
    )


def test_each_damage_is_named_and_all_else_is_kept(store: Path) -> None:
    make(store)
    kept = store.with_name("sound.sqlite")
    shutil.copy(store, kept)
    found = damage(store)
    assert check(store) == found
    free = store.with_name(f"{store.name}.damaged-1")
    free.symlink_to("nowhere")
    (store.parent / f".{store.name}.part").write_text("left by a repair that was killed")
    moved = store.with_name(f"{store.name}.damaged-2")
    assert repair(store) == (found, moved)
    assert check(moved) == found
    assert set(os.listdir(store.parent)) == {kept.name, store.name, free.name, moved.name}
    assert check(store) == Check(2, 1, 0, ())
    with TrialStore(store) as now, TrialStore(kept) as old:
        begun, done = now.runs()
        assert begun == old.find_run("begun")
        assert done == replace(old.find_run("done"), ended=None, done=0)
        assert now.trials(begun).keys() == {"one"}
        for run in (begun, done):
            assert now.samples(run).keys() == old.samples(run).keys()
            assert [text for _, text in now.transcripts(run, "two")] == [TRANSCRIPT]
        assert described(now.outcomes(begun)["two"]) == described(OUTCOMES["two"])


def test_who_reads_a_store_while_it_is_repaired_keeps_the_damaged_one(store: Path) -> None:
    """Its log goes along; a run that is sound is not begun anew."""
    make(store)
    orphan = "INSERT INTO attempts SELECT run, 'one', 0, 0, 0, '[[1]]', 1, '', NULL"
    change(store, f"{orphan} FROM outcomes JOIN runs ON run = id WHERE name = 'begun'")
    with Store(store) as reader:
        before = reader.find_run("done")
        _, kept = repair(store)
        files = {f"{kept}{end}" for end in ("", "-wal", "-shm")} | {str(store)}
        assert {str(path) for path in store.parent.iterdir()} == files
        assert reader.find_run("done") == before
    with Store(store) as opened:
        assert opened.find_run("done") == before
    assert check(store) == Check(2, 4, 0, ())


def test_a_sample_whose_request_is_gone_is_left_out(store: Path) -> None:
    make(store)
    change(store, "DELETE FROM requests", "DELETE FROM outcomes WHERE task = 'three'")
    with Store(store) as opened:
        opened.add_sample(opened.find_run("begun"), "one", SAMPLE)
    assert repair(store)[1] is not None
    with Store(store) as opened:
        assert opened.samples(opened.find_run("begun")).keys() == {"one"}
        assert opened.samples(opened.find_run("done")) == {}


def without_its_log(path: Path, target: Path) -> None:
    """A store as it is where its log was lost while a run was worked on."""
    make(path)
    with Store(path) as opened, opened.session(opened.find_run("begun"), lambda: (1.0, 2.0)):
        shutil.copy(path, target)


def test_a_log_that_was_lost_is_forgotten_where_nothing_else_is_wrong(store: Path) -> None:
    lost = store.with_name("lost.sqlite")
    without_its_log(store, lost)
    gone = f"{lost.name}-wal, which belongs to it, is gone, and what was done last"
    with pytest.raises(StoreError) as caught:
        Store(lost)
    assert str(caught.value) == f"{lost}: {gone}; `arcgrid store repair` keeps the rest"
    finding = Finding(None, None, f"{lost.name}-wal is gone, and what was done last with it")
    assert repair(lost) == (Check(2, 4, 0, (finding,)), None)
    assert check(lost) == Check(2, 4, 0, ())
    assert not list(store.parent.glob("*.damaged-*"))


def test_a_log_that_was_lost_beside_damage(store: Path) -> None:
    lost = store.with_name("lost.sqlite")
    without_its_log(store, lost)
    change(
        lost,
        "UPDATE outcomes SET cost = 5 WHERE task = 'three'",
        "UPDATE outcomes SET digest = NULL WHERE task = 'two'",
    )
    finding = Finding(None, None, f"{lost.name}-wal is gone, and what was done last with it")
    found, kept = repair(lost)
    assert found == Check(2, 3, 2, (finding, Finding("done", "three", NOT_STORED)))
    assert kept is not None
    assert kept.name == "lost.sqlite.damaged-1"
    assert check(lost) == Check(2, 3, 0, ())
    with Store(lost) as opened:
        assert opened.find_run("begun").done == 1


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file can grow over what a store needs to be read."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_repair_that_fails_leaves_all_as_it_was(
    store: Path, request: pytest.FixtureRequest
) -> None:
    make(store)
    change(store, "DELETE FROM outcomes WHERE task = 'three'")
    found = check(store)
    request.getfixturevalue("full_disk")
    with pytest.raises(StoreError, match=r"\.store\.sqlite\.part: "):
        repair(store)
    assert os.listdir(store.parent) == [store.name]
    assert check(store) == found


def test_a_store_that_is_in_use_is_not_repaired(store: Path) -> None:
    make(store)
    with Store(store) as opened:
        run = opened.find_run("done")
        with opened.session(run, lambda: (0.0, 0.0)), pytest.raises(StoreError) as caught:
            repair(store)
    assert str(caught.value) == f"{store}: another process is working on the run done"


def spoil(path: Path, page: int) -> None:
    """Write over a page (the first is 1) of a store."""
    with closing(sqlite3.connect(path)) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


def root_of(path: Path, table: str) -> int:
    """The page at which a table begins."""
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        (page,) = db.execute(query, (table,)).fetchone()
    return int(page)


def many_runs(path: Path, many: int) -> list[str]:
    """Runs with one outcome each, all in the file itself, and their names."""
    names = [f"run-number-{number:02}" for number in range(many)]
    with Store(path, create=True) as opened:
        for name in names:
            run = opened.create_run(PLAN, name)
            opened.add_machine(run, Machine("here", "cpu", 1))
            opened.add_outcome(run, "two", TESTS["two"], 42, OUTCOMES["two"])
    change(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    return names


def test_runs_are_kept_where_only_their_machines_cannot_be_read(store: Path) -> None:
    names = many_runs(store, 3)
    spoil(store, root_of(store, "machines"))
    found, kept = repair(store)
    assert kept is not None
    assert (found.runs, found.outcomes) == (3, 3)
    assert found.findings == (Finding(None, None, MALFORMED),)
    with Store(store) as opened:
        assert [run.name for run in opened.runs()] == names[::-1]
        assert {run.done for run in opened.runs()} == {1}


def test_samples_that_cannot_be_read_are_named(store: Path) -> None:
    make(store)
    change(store, "ALTER TABLE samples RENAME COLUMN tries TO trias")
    problem = "its samples: no such column: tries"
    findings = (Finding("begun", None, problem), Finding("done", None, problem))
    assert repair(store)[0] == Check(2, 4, 0, findings)
    with Store(store) as opened:
        assert opened.samples(opened.find_run("done")).keys() == set(OUTCOMES)


def test_what_is_wrong_with_the_file_itself_is_said(store: Path) -> None:
    many_runs(store, 3)
    with store.open("r+b") as file:
        file.seek(36)  # how many pages are free
        file.write((5).to_bytes(4))
    [finding] = check(store).findings
    assert (finding.run, finding.task) == (None, None)
    assert finding.problem.startswith("Main freelist: ")


@pytest.mark.parametrize("which", ["newest", "middle"])
def test_runs_beyond_a_page_that_cannot_be_read_are_kept(which: str, store: Path) -> None:
    names = many_runs(store, 24)
    with closing(sqlite3.connect(store)) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
    content = store.read_bytes()
    page_of = {name: content.find(f"{name}{{".encode()) // size + 1 for name in names}
    pages = sorted(set(page_of.values()) - {0, root_of(store, "runs")})
    page = page_of[names[-1]] if which == "newest" else pages[len(pages) // 2]
    left = [name for name in names if page_of[name] != page]
    assert 0 < len(left) < len(names)
    spoil(store, page)
    found, _ = repair(store)
    assert (found.runs, found.outcomes) == (len(left), len(left))
    lost = [number for number, name in enumerate(names, 1) if name not in left][::-1]
    named = lost if which == "middle" else []  # how many there were cannot be known
    assert found.findings == (
        Finding(None, None, MALFORMED),
        *(Finding(f"number {number}", None, MALFORMED) for number in named),
    )
    assert check(store) == Check(len(left), len(left), 0, ())
    with Store(store) as opened:
        assert [run.name for run in opened.runs()] == left[::-1]


def test_a_huge_number_of_a_run_is_not_counted_down_from(store: Path) -> None:
    names = many_runs(store, 24)
    change(store, f"UPDATE runs SET number = {2**62} WHERE name = '{names[-1]}'")
    content = store.read_bytes()
    with closing(sqlite3.connect(store)) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
    page = content.find(f"{names[12]}{{".encode()) // size + 1
    lost = [name for name in names if content.find(f"{name}{{".encode()) // size + 1 == page]
    assert not {names[0], names[-1]} & set(lost)
    spoil(store, page)
    found, _ = repair(store)
    assert found.runs == len(names) - len(lost)


@pytest.mark.parametrize(
    ("size", "problem"),
    [
        (0, "the file is empty, and no run store"),
        (50, "nothing of it can be read: database disk image is malformed"),
        (1000, "nothing of it can be read: no such table: runs"),
    ],
)
def test_a_store_of_which_nothing_is_left(size: int, problem: str, store: Path) -> None:
    many_runs(store, 1)
    store.write_bytes(store.read_bytes()[:size])
    for look in (check, repair):
        with pytest.raises(StoreError) as caught:
            look(store)
        assert str(caught.value) == f"{store}: {problem}"
    assert os.listdir(store.parent) == [store.name]


def test_a_store_that_was_cut_off_says_how_much_is_left(store: Path) -> None:
    many_runs(store, 24)
    whole = store.read_bytes()
    store.write_bytes(whole[: len(whole) // 2])
    left = f"it is cut off: {len(whole) // 2:,} of {len(whole):,} bytes are left"
    found, kept = repair(store)
    assert found.findings[0] == Finding(None, None, left)
    assert kept == store.with_name(f"{store.name}.damaged-1")
    assert check(store) == Check(found.runs, found.outcomes, 0, ())
