"""The samples of language models in the store: queries, and rows as records.

Transactions are those of `store`; the tables are in `migrations`.
"""

from __future__ import annotations

import hashlib
import sqlite3

from arcgrid.formats.json_text import format_grid, parse_grid
from arcgrid.sample import Sample, Transcript, Usage

_COLUMNS = (
    "test, sample, kind, grid, problem, view, read_by, prompt_tokens, output_tokens, "
    "cached_tokens, reasoning_tokens, prompt_cost, cost, seconds, tries, started, finish, model"
)


def add_sample(
    db: sqlite3.Connection, run: str, task: str, sample: Sample, transcript: Transcript | None
) -> None:
    """Enter a sample in place of one of its number; equal requests are kept once."""
    request = reply = None
    if transcript is not None:
        reply = transcript.reply
        request = hashlib.sha256(transcript.request.encode()).hexdigest()
        db.execute("INSERT OR IGNORE INTO requests VALUES (?, ?)", (request, transcript.request))
    row = (run, task, request, reply, *_row_of(sample))
    marks = ", ".join("?" * len(row))
    columns = f"run, task, request, reply, {_COLUMNS}"
    db.execute(f"INSERT OR REPLACE INTO samples ({columns}) VALUES ({marks})", row)


def read_samples(db: sqlite3.Connection, run: str) -> dict[str, tuple[Sample, ...]]:
    """The samples of a run by task id, those of a task by test input and number."""
    query = f"SELECT task, {_COLUMNS} FROM samples WHERE run = ? ORDER BY task, test, sample"
    found: dict[str, list[Sample]] = {}
    for row in db.execute(query, (run,)):
        found.setdefault(row["task"], []).append(_sample_of(row))
    return {task: tuple(given) for task, given in found.items()}


def read_transcripts(
    db: sqlite3.Connection, run: str, task: str
) -> list[tuple[Sample, Transcript | None]]:
    """The samples of a task with their transcripts, None where these were not kept."""
    query = (
        f"SELECT {_COLUMNS}, request, body, reply"
        " FROM samples LEFT JOIN requests ON request = digest"
        " WHERE run = ? AND task = ? ORDER BY test, sample"
    )
    return [
        (
            _sample_of(row),
            None if row["request"] is None else Transcript(row["body"], row["reply"]),
        )
        for row in db.execute(query, (run, task))
    ]


def delete_samples(db: sqlite3.Connection, run: str) -> None:
    """Remove the samples of a run, and the requests that no other run has made."""
    db.execute("DELETE FROM samples WHERE run = ?", (run,))
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


def _sample_of(row: sqlite3.Row) -> Sample:
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
