"""A run as three tables in Parquet files, for DuckDB, polars, pandas and the like.

What the columns mean is on the page *Analyse a run*, which a test holds to `COLUMNS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from arcgrid.extras import load_extra
from arcgrid.report.records import run_record
from arcgrid.sources import RunResult
from arcgrid.writing import check_directory, write_directory

Row = dict[str, Any]

_ROWS_A_GROUP = 100_000

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "runs": {
        "id": "text",
        "name": "text",
        "solver": "text",
        "solver_version": "text",
        "solver_digest": "text",
        "options": "text",
        "task_set": "text",
        "digest": "text",
        "asked": "whole",
        "done": "whole",
        "effort": "text",
        "attempts": "whole",
        "seconds": "real",
        "memory": "whole",
        "seed": "whole",
        "engine": "text",
        "workers": "whole",
        "versions": "text",
        "machine": "text",
        "started": "time",
        "ended": "time",
        "wall_seconds": "real",
        "cpu_seconds": "real",
        "tags": "texts",
        "note": "text",
        "score": "real",
    },
    "outcomes": {
        "run": "text",
        "task": "text",
        "place": "whole",
        "kind": "text",
        "solved": "real",
        "wrong": "whole",
        "wall_seconds": "real",
        "cpu_seconds": "real",
        "peak_memory": "whole",
        "answers": "whole",
        "guesses_beyond": "whole",
        "cost": "real",
        "tokens": "whole",
        "confidence": "real",
        "error": "text",
        "output": "text",
        "machine": "text",
        "given_back": "whole",
    },
    "attempts": {
        "run": "text",
        "task": "text",
        "answer": "whole",
        "last": "truth",
        "seconds": "real",
        "test": "whole",
        "attempt": "whole",
        "verdict": "text",
        "wrong": "whole",
        "confidence": "real",
        "explanation": "text",
        "grid": "grid",
    },
}
"""The tables, their columns, and what kind of value each holds."""


def export_parquet(result: RunResult, path: Path) -> dict[str, int]:
    """Write a run as `runs.parquet`, `outcomes.parquet` and `attempts.parquet`.

    Equal runs give equal bytes, of one version of pyarrow.

    Args:
        result: the run; tasks that it has not come to have no outcome.
        path: a new directory.

    Returns:
        The number of rows by table.

    Raises:
        FormatError: the directory exists and is not empty, or cannot be written.
        ArcgridError: pyarrow is not installed; it says how to install it.
    """
    check_directory(path)
    load_extra("pyarrow.parquet", "parquet", "the format parquet")
    rows: dict[str, Callable[[RunResult], Iterator[Row]]] = {
        "runs": _run_rows,
        "outcomes": _outcome_rows,
        "attempts": _attempt_rows,
    }
    made = {name: _table_bytes(COLUMNS[name], rows[name](result)) for name in COLUMNS}
    write_directory(path, [(f"{name}.parquet", content) for name, (_, content) in made.items()])
    return {name: number for name, (number, _) in made.items()}


def _table_bytes(columns: Mapping[str, str], rows: Iterator[Row]) -> tuple[int, bytes]:
    """The number of rows, and the file that holds them."""
    arrow = load_extra("pyarrow", "parquet", "the format parquet")
    parquet = load_extra("pyarrow.parquet", "parquet", "the format parquet")
    kinds = {
        "text": arrow.string(),
        "texts": arrow.list_(arrow.string()),
        "whole": arrow.int64(),
        "real": arrow.float64(),
        "truth": arrow.bool_(),
        "time": arrow.timestamp("ms", tz="UTC"),
        "grid": arrow.list_(arrow.list_(arrow.uint8())),
    }
    schema = arrow.schema([(name, kinds[kind]) for name, kind in columns.items()])
    buffer = arrow.BufferOutputStream()
    number = 0
    with parquet.ParquetWriter(buffer, schema, compression="zstd") as writer:
        for group in iter(partial(_group, rows), []):
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))
            number += len(group)
    return number, buffer.getvalue().to_pybytes()


def _group(rows: Iterator[Row]) -> list[Row]:
    return list(islice(rows, _ROWS_A_GROUP))


def _run_rows(result: RunResult) -> Iterator[Row]:
    record = run_record(result.run)
    for key in ("options", "versions"):
        record[key] = json.dumps(record[key], sort_keys=True)
    for key in ("started", "ended"):
        record[key] = record[key] and datetime.fromisoformat(record[key])
    yield record | {"score": result.percent}


def _outcome_rows(result: RunResult) -> Iterator[Row]:
    places = {id: place for place, id in enumerate(result.run.plan.asked)}
    for record in result.records():
        id = str(record["task"])
        outcome = result.by_task[id]
        yield {
            **record,
            "run": result.run.name,
            "place": places[id],
            "guesses_beyond": outcome.guesses_beyond,
            "solved": None if record["solved"] is None else float(record["solved"]),  # type: ignore[arg-type]  # a fraction
            "output": outcome.output,
            "machine": outcome.machine,
            "given_back": outcome.given_back,
        }


def _attempt_rows(result: RunResult) -> Iterator[Row]:
    return chain.from_iterable(_attempts_at(result, id) for id in result.by_task)


def _attempts_at(result: RunResult, id: str) -> Iterator[Row]:
    answers = result.by_task[id].answers
    for number, (timed, judged) in enumerate(zip(answers, result.judged[id], strict=True)):
        for test, guesses in enumerate(timed.answer.guesses):
            for attempt, guess in enumerate(guesses):
                verdict = judged[test][attempt]
                yield {
                    "run": result.run.name,
                    "task": id,
                    "answer": number,
                    "last": number == len(answers) - 1,
                    "seconds": timed.seconds,
                    "test": test,
                    "attempt": attempt,
                    "verdict": verdict.kind,
                    "wrong": verdict.wrong,
                    "confidence": guess.confidence,
                    "explanation": guess.explanation,
                    "grid": guess.grid.tolist(),
                }
