"""The samples of language models in the store: queries, and rows as records.

Transactions are those of `store`; the tables are in `migrations`.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator

from arcgrid.errors import ArcgridError, DamagedError
from arcgrid.formats.json_text import format_grid, parse_grid
from arcgrid.sample import Sample, Transcript, Usage
from arcgrid.store.sealing import seal_of

_COLUMNS = (
    "test, sample, kind, grid, problem, view, read_by, prompt_tokens, output_tokens, "
    "cached_tokens, reasoning_tokens, prompt_cost, cost, seconds, tries, started, finish, model"
)
_SEALED = f"task, {_COLUMNS}, request, reply_digest"
_WITH_TRANSCRIPT = (
    f"SELECT {_SEALED}, seal, body, reply FROM samples LEFT JOIN requests ON request = digest"
)
_KEY = "run = ? AND task = ? AND test = ? AND sample = ?"


def add_sample(
    db: sqlite3.Connection, run: str, task: str, sample: Sample, transcript: Transcript | None
) -> None:
    """Enter a sample in place of one of its number; equal requests are kept once."""
    request = reply = replied = None
    if transcript is not None:
        reply, replied = transcript.reply, _digest(transcript.reply)
        request = _digest(transcript.request)
        db.execute("INSERT OR IGNORE INTO requests VALUES (?, ?)", (request, transcript.request))
    row = (run, task, request, reply, replied, *_row_of(sample))
    marks = ", ".join("?" * len(row))
    columns = f"run, task, request, reply, reply_digest, {_COLUMNS}"
    db.execute(f"INSERT OR REPLACE INTO samples ({columns}) VALUES ({marks})", row)
    _seal(db, (run, task, sample.test, sample.number))


def seal_samples(db: sqlite3.Connection) -> None:
    """Seal what has no seal, within a transaction of the caller's."""
    query = "SELECT run, task, test, sample FROM samples WHERE seal IS NULL"
    for key in map(tuple, db.execute(query).fetchall()):
        ((reply,),) = db.execute(f"SELECT reply FROM samples WHERE {_KEY}", key)
        replied = None if reply is None else _digest(reply)
        db.execute(f"UPDATE samples SET reply_digest = ? WHERE {_KEY}", (replied, *key))
        _seal(db, key)


def damaged_samples(db: sqlite3.Connection, run: str) -> Iterator[tuple[str, int, int, str]]:
    """The task, test input and number of each sample that is not what was stored; what is wrong."""
    query = "SELECT task, test, sample FROM samples WHERE run = ? ORDER BY task, test, sample"
    for task, test, number in map(tuple, db.execute(query, (run,)).fetchall()):
        try:
            for row in db.execute(f"{_WITH_TRANSCRIPT} WHERE {_KEY}", (run, task, test, number)):
                _sample_of(row)
                _transcript_of(row)
        except ArcgridError as error:
            yield task, test, number, error.problem
        except (sqlite3.OperationalError, ValueError, TypeError) as error:
            if isinstance(error, sqlite3.Error) and "decode" not in str(error).lower():
                raise  # not of this row alone
            yield task, test, number, f"sample {number} of test {test} is no such row: {error}"


def read_samples(db: sqlite3.Connection, run: str) -> dict[str, tuple[Sample, ...]]:
    """The samples of a run by task id, those of a task by test input and number.

    Raises:
        DamagedError: one is not what was stored.
    """
    query = f"SELECT {_SEALED}, seal FROM samples WHERE run = ? ORDER BY task, test, sample"
    found: dict[str, list[Sample]] = {}
    for row in db.execute(query, (run,)):
        found.setdefault(row["task"], []).append(_sample_of(row))
    return {task: tuple(given) for task, given in found.items()}


def read_transcripts(
    db: sqlite3.Connection, run: str, task: str
) -> list[tuple[Sample, Transcript | None]]:
    """The samples of a task with their transcripts, None where these were not kept.

    Raises:
        DamagedError: one is not what was stored.
    """
    query = f"{_WITH_TRANSCRIPT} WHERE run = ? AND task = ? ORDER BY test, sample"
    return [(_sample_of(row), _transcript_of(row)) for row in db.execute(query, (run, task))]


def delete_samples(db: sqlite3.Connection, run: str) -> None:
    """Remove the samples of a run, and the requests that no other run has made."""
    db.execute("DELETE FROM samples WHERE run = ?", (run,))
    _forget_requests(db)


def delete_damaged_samples(db: sqlite3.Connection, run: str) -> None:
    """Remove the samples of a run that are not what was stored."""
    for task, test, number, _ in damaged_samples(db, run):
        db.execute(f"DELETE FROM samples WHERE {_KEY}", (run, task, test, number))
    _forget_requests(db)


def _forget_requests(db: sqlite3.Connection) -> None:
    kept = "SELECT request FROM samples WHERE request IS NOT NULL"
    db.execute(f"DELETE FROM requests WHERE digest NOT IN ({kept})")


def _row_of(sample: Sample) -> tuple[object, ...]:
    usage = sample.usage
    return (
        sample.test,
        sample.number,
        sample.kind,
        None if sample.grid is None else format_grid(sample.grid),
        sample.problem,
        sample.view,
        sample.read_by,
        usage.prompt,
        usage.output,
        usage.cached,
        usage.reasoning,
        sample.prompt_cost,
        sample.cost,
        sample.seconds,
        sample.tries,
        sample.started,
        sample.finish,
        sample.model,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _seal(db: sqlite3.Connection, key: tuple[object, ...]) -> None:
    (row,) = db.execute(f"SELECT {_SEALED} FROM samples WHERE {_KEY}", key)
    db.execute(f"UPDATE samples SET seal = ? WHERE {_KEY}", (seal_of(row), *key))


def _transcript_of(row: sqlite3.Row) -> Transcript | None:
    """What was asked and replied, held to the digests of both; an old reply has none."""
    if row["request"] is None:
        return None
    if row["body"] is None or _digest(row["body"]) != row["request"]:
        raise _damaged(row, "the request of sample")
    if row["reply_digest"] is not None and _digest(row["reply"]) != row["reply_digest"]:
        raise _damaged(row, "the reply of sample")
    return Transcript(row["body"], row["reply"])


def _damaged(row: sqlite3.Row, what: str) -> DamagedError:
    which = f"{what} {row['sample']} of test {row['test']}"
    return DamagedError(f"{which} is not what was stored", task=str(row["task"]))


def _sample_of(row: sqlite3.Row) -> Sample:
    if row["seal"] is not None and row["seal"] != seal_of(row):
        raise _damaged(row, "sample")
    tokens = ("prompt_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")
    return Sample(
        test=row["test"],
        number=row["sample"],
        kind=row["kind"],
        grid=None if row["grid"] is None else parse_grid(row["grid"].encode()),
        problem=row["problem"],
        view=row["view"],
        read_by=row["read_by"],
        usage=Usage(*(row[name] for name in tokens)),
        prompt_cost=row["prompt_cost"],
        cost=row["cost"],
        seconds=row["seconds"],
        tries=row["tries"],
        started=row["started"],
        finish=row["finish"],
        model=row["model"],
    )
