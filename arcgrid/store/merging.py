"""Joins the shards of a run, each in a store of its own, to the run that they are parts of.

Parts are read one after the other, rows as they are: how much memory that takes depends on the
number of tasks alone, not on what was answered.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from arcgrid.errors import StoreError
from arcgrid.store.names import check_name, made_up_name
from arcgrid.store.rows import ADD_MACHINE, Run, RunPlan, record_of
from arcgrid.store.sealing import seal_of_run
from arcgrid.store.store import Store

_LISTED = 5
_CACHE_KIB = 64 << 10
_TABLES = ("outcomes", "attempts", "samples")
"""What belongs to a run, each after what its rows refer to; every table has a column `run`."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A shard, and the store that it is in."""

    path: Path
    run: Run

    def __str__(self) -> str:
        return f"{self.path} (run {self.run.name})"

    @property
    def number(self) -> int:
        """Which part it is."""
        assert self.run.plan.shard is not None
        return self.run.plan.shard.number


def merge(
    stores: Iterable[str | Path],
    store: str | Path,
    *,
    run: str | None = None,
    name: str | None = None,
    allow_versions: bool = False,
) -> Run:
    """Join the shards of a run to one run, which equals the one that was never in parts.

    Args:
        stores: the stores that hold the shards; what else they hold is left alone.
        store: the store that gets the whole; it is made where there is none.
        run: only the shards of this name, where the stores hold those of several runs.
        name: of the whole; default that of the shards, where all have the same.
        allow_versions: join what was made by different versions of arcgrid, numpy and the like.

    Raises:
        StoreError: the shards are not of one run (it says what they disagree in), one is missing,
            double or not done, or a store cannot be read or written.
        DamagedError: a store holds a run whose record is not what was stored.
    """
    paths = list(dict.fromkeys(Path(path) for path in stores))
    parts = [part for path in paths for part in _parts_in(path, run)]
    if not parts:
        wanted = "a shard" if run is None else f"a shard named {run!r}"
        raise StoreError(f"none of these stores holds {wanted}: see `arcgrid run --shard`")
    _check_agreement(parts, allow_versions)
    _check_complete(parts)
    names = {part.run.name for part in parts}
    with _Merging(store, create=True) as opened:
        return opened.enter(parts, name or (names.pop() if len(names) == 1 else None))


def _parts_in(path: Path, name: str | None) -> Iterator[_Part]:
    with Store(path) as opened:
        for damage in opened.damaged():  # it may be a shard that is missed
            raise damage
        for run in reversed(opened.runs()):
            if run.plan.shard is not None and name in (None, run.name):
                yield _Part(path, run)


_AGREE: dict[str, Callable[[RunPlan], object]] = {
    "number of shards": lambda plan: plan.shard and plan.shard.of,
    "set": lambda plan: plan.shard and (plan.shard.digest, plan.shard.tasks),
    "solver": lambda plan: (
        plan.solver.digest or plan.solver.module,
        plan.solver.function,
        plan.solver.version,
    ),
    "options": lambda plan: plan.options,
    "seed": lambda plan: plan.budget.seed,
    "budget": lambda plan: plan.budget,
    "engine": lambda plan: plan.engine,
}
"""What the parts of one run have in common, by the word for it."""

_SHOWN: dict[str, Callable[[RunPlan], object]] = {
    "set": lambda plan: plan.shard and f"{plan.shard.task_set} {plan.shard.digest[:12]}",
    "solver": lambda plan: f"{plan.solver.name} {(plan.solver.digest or '')[:12]}".strip(),
    "budget": lambda plan: (
        f"effort {plan.budget.effort}, {plan.budget.attempts} attempts, "
        f"{plan.budget.seconds:g} s, {plan.budget.memory} bytes"
    ),
}
"""How people are shown what differs, where it is not the value itself."""


def _check_agreement(parts: Sequence[_Part], allow_versions: bool) -> None:
    first = parts[0]
    agree = _AGREE if allow_versions else _AGREE | {"versions": lambda plan: plan.versions}
    for part in parts[1:]:
        for what, value in agree.items():
            if value(part.run.plan) != value(first.run.plan):
                show = _SHOWN.get(what, value)
                one, other = show(first.run.plan), show(part.run.plan)
                hint = "; --allow-versions joins them all the same" if what == "versions" else ""
                problem = f"these are no parts of one run: their {what} is {one} in {first}"
                raise StoreError(f"{problem}, and {other} in {part}{hint}")


def _check_complete(parts: Sequence[_Part]) -> None:
    shard = parts[0].run.plan.shard
    assert shard is not None
    by_number: dict[int, _Part] = {}
    for part in parts:
        if part.number in by_number:
            other = by_number[part.number]
            raise StoreError(f"shard {part.run.plan.shard} is double: in {other}, and in {part}")
        by_number[part.number] = part
    missing = [f"{n}/{shard.of}" for n in range(1, shard.of + 1) if n not in by_number]
    if missing:
        raise StoreError(f"{len(missing)} of {shard.of} shards missing: {_listed(missing)}")
    for part in parts:
        left = len(part.run.plan.asked) - part.run.done
        if left:
            problem = f"shard {part.run.plan.shard} lacks {left} of its outcomes"
            hint = f"go on with: arcgrid run --resume {part.run.name} --store {part.path}"
            raise StoreError(f"{problem}; {hint}", file=part.path)
    if sum(len(part.run.plan.asked) for part in parts) != shard.tasks:
        raise StoreError(f"the shards together are not the {shard.tasks} tasks of the whole")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _whole(parts: Sequence[_Part]) -> RunPlan:
    """The plan of the run that the parts make up."""
    plans = [part.run.plan for part in parts]
    shard = plans[0].shard
    assert shard is not None
    ids: dict[int, str] = {}
    for plan in plans:
        assert plan.shard is not None
        ids.update(zip(plan.shard.places, plan.asked, strict=False))
    asked = tuple(ids[place] for place in range(shard.tasks) if place in ids)
    if len(set(asked)) != shard.tasks:
        raise StoreError(f"the shards are not the {shard.tasks} tasks of the whole, each once")
    versions = {
        key: _each(plan.versions.get(key, "none") for plan in plans) for key in plans[0].versions
    }
    return replace(
        plans[0],
        task_set=shard.task_set,
        digest=shard.digest,
        asked=asked,
        workers=max(plan.workers for plan in plans),
        versions=versions,
        machine=_each(plan.machine for plan in plans),
        shard=None,
    )


def _each(values: Iterable[str]) -> str:
    """All different ones, in their order."""
    return "; ".join(dict.fromkeys(values))


class _Merging(Store):
    """A store that takes the rows of others."""

    def enter(self, parts: Sequence[_Part], name: str | None) -> Run:
        """Enter the whole, all of it or nothing."""
        plan = _whole(parts)
        if name is not None:
            check_name(name)
        id = secrets.token_hex(4)
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        with self._transaction():
            taken = {row["name"] for row in self._db.execute("SELECT name FROM runs")}
            if name in taken:
                raise StoreError(f"there is a run named {name!r} already", file=self.path)
            name = name or made_up_name(plan.solver.name, taken)
            record = record_of(plan)
            self._db.execute(
                "INSERT INTO runs (id, name, record, started, digest) VALUES (?, ?, ?, '', ?)",
                (id, name, record, seal_of_run(id, record)),
            )
            for table in _TABLES:
                self._db.execute(f"CREATE TEMP TABLE new_{table} AS SELECT * FROM {table} WHERE 0")
            for part in sorted(parts, key=lambda part: part.number):
                with _Merging(part.path) as other:
                    self._take(id, other, part.run.id)
            for table in _TABLES:
                self._enter_sorted(table)
        return self.find_run(id)

    def _enter_sorted(self, table: str) -> None:
        """Enter new rows in the order in which they lie in a store: it writes each page once."""
        info = self._db.execute(f"PRAGMA table_info({table})").fetchall()
        keys = ", ".join(
            row["name"] for row in sorted(info, key=lambda row: row["pk"]) if row["pk"]
        )
        self._db.execute(f"INSERT INTO {table} SELECT * FROM new_{table} ORDER BY {keys}")
        self._db.execute(f"DROP TABLE new_{table}")

    def _take(self, id: str, other: _Merging, part: str) -> None:
        """Copy the rows of a run of another store to a run of this one."""
        with other._errors():
            requests = "SELECT * FROM requests WHERE digest IN"
            requests += " (SELECT request FROM samples WHERE run = ?)"
            rows = map(tuple, other._db.execute(requests, (part,)))
            self._db.executemany("INSERT OR IGNORE INTO requests VALUES (?, ?)", rows)
            machines = "SELECT ?, name, processor, workers FROM machines WHERE run = ?"
            self._db.executemany(ADD_MACHINE, map(tuple, other._db.execute(machines, (id, part))))
            for table in _TABLES:
                self._copy(table, id, other, part)
            (times,) = other._db.execute(
                "SELECT started, ended, sessions_begun, sessions_ended, wall_seconds, cpu_seconds"
                " FROM runs WHERE id = ?",
                (part,),
            )
            self._db.execute(_ADD_TIMES, {**dict(times), "id": id})

    def _copy(self, table: str, id: str, other: _Merging, part: str) -> None:
        """Copy rows of a table to the new ones, in the columns that tables of this version have."""
        info = self._db.execute(f"PRAGMA table_info({table})").fetchall()
        columns = ", ".join(row["name"] for row in info if row["name"] != "run")
        marks = ", ".join("?" * len(info))
        found = other._db.execute(f"SELECT ?, {columns} FROM {table} WHERE run = ?", (id, part))
        found.row_factory = None
        self._db.executemany(f"INSERT INTO new_{table} (run, {columns}) VALUES ({marks})", found)


_ADD_TIMES = """
UPDATE runs SET
    started = coalesce(min(nullif(started, ''), :started), :started),
    ended = coalesce(max(ended, :ended), :ended),
    sessions_begun = sessions_begun + :sessions_begun,
    sessions_ended = sessions_ended + :sessions_ended,
    wall_seconds = wall_seconds + :wall_seconds,
    cpu_seconds = cpu_seconds + :cpu_seconds
WHERE id = :id
"""
