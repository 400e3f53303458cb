"""A run as Parquet files: DuckDB reads back what the store has, and the page says what is there."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.errors import ArcgridError, FormatError
from arcgrid.parquet import COLUMNS, export_parquet
from arcgrid.report.records import run_record
from arcgrid.sources import RunResult
from tests.runs import run_small

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "analyse.md").read_text()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Path]:
    """A run of several answers a task, and its tables."""
    folder = tmp_path_factory.mktemp("parquet")
    result = run_small(folder / "store.sqlite", "transforms", limit=9, inline=True)
    assert export_parquet(result, folder / "tables")["outcomes"] == 9
    return result, folder / "tables"


def read(path: Path, table: str) -> list[dict[str, Any]]:
    rows = duckdb.connect().execute(f"SELECT * FROM '{path / table}.parquet'")
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def test_the_run_comes_back(made: tuple[RunResult, Path]) -> None:
    result, tables = made
    (row,) = read(tables, "runs")
    record = run_record(result.run)
    assert row["score"] == result.percent
    for key in ("started", "ended"):
        assert row[key] == datetime.fromisoformat(record[key])
    same = set(row) - {"score", "started", "ended", "options", "versions"}
    assert {key: row[key] for key in same} == {key: record[key] for key in same}


def test_the_outcomes_come_back(made: tuple[RunResult, Path]) -> None:
    result, tables = made
    found = read(tables, "outcomes")
    for place, (row, record) in enumerate(zip(found, result.records(), strict=True)):
        assert (row["run"], row["place"]) == (result.run.name, place)
        assert row["output"] == result.by_task[row["task"]].output
        assert {key: row[key] for key in record} == record


def test_the_attempts_come_back(made: tuple[RunResult, Path]) -> None:
    result, tables = made
    found = read(tables, "attempts")
    expected = [
        (id, number, test, attempt, guess.grid.tolist(), guess.explanation)
        for id, outcome in result.by_task.items()
        for number, timed in enumerate(outcome.answers)
        for test, guesses in enumerate(timed.answer.guesses)
        for attempt, guess in enumerate(guesses)
    ]
    keys = ("task", "answer", "test", "attempt", "grid", "explanation")
    assert [tuple(row[key] for key in keys) for row in found] == expected
    solved = {
        (row["task"], row["test"]) for row in found if row["last"] and row["verdict"] == "solved"
    }
    score = result.score()
    assert score is not None
    outputs = sum(score.solved[id] * len(result.tasks[id].test) for id in result.by_task)
    assert len(solved) == outputs > 0
    assert {row["wrong"] for row in found if row["verdict"] == "solved"} == {0}


def test_equal_runs_give_equal_bytes(made: tuple[RunResult, Path], tmp_path: Path) -> None:
    result, tables = made
    export_parquet(result, tmp_path / "again")
    for name in COLUMNS:
        file = f"{name}.parquet"
        assert (tmp_path / "again" / file).read_bytes() == (tables / file).read_bytes()


def test_tables_of_nothing_have_their_columns(store: Path, tmp_path: Path) -> None:
    result = run_small(store, "tests/fixtures/hostile.py:raise_error", limit=1)
    export_parquet(result, tmp_path / "tables")
    assert read(tmp_path / "tables", "attempts") == []
    described = duckdb.connect().execute(
        f"DESCRIBE SELECT * FROM '{tmp_path}/tables/attempts.parquet'"
    )
    assert [row[0] for row in described.fetchall()] == list(COLUMNS["attempts"])


def test_nothing_is_written_over(made: tuple[RunResult, Path]) -> None:
    result, tables = made
    with pytest.raises(FormatError, match="this directory is not empty: name a new one"):
        export_parquet(result, tables)


def test_without_pyarrow_it_says_what_to_install(
    made: tuple[RunResult, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr("arcgrid.extras.importlib.import_module", missing)
    with pytest.raises(ArcgridError, match=r"pip install 'arcgrid\[parquet\]'"):
        export_parquet(made[0], tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def test_the_command(store: Path, tmp_path: Path) -> None:
    run_small(store, "identity", inline=True, name="mine")
    refused = CliRunner().invoke(main, ["export", "mine", "--format", "parquet"])
    assert "--format parquet writes a directory: name it with -o" in refused.output
    done = CliRunner().invoke(
        main, ["export", "mine", "--format", "parquet", "-o", str(tmp_path / "t")]
    )
    assert "runs.parquet with 1 row, outcomes.parquet with 2 rows" in done.output


def test_the_page_has_the_columns() -> None:
    for table, columns in COLUMNS.items():
        (part,) = re.findall(rf"### {table}\n(.*?)(?=\n### |\Z)", PAGE, re.DOTALL)
        told: dict[str, str] = {}
        for names, kinds in re.findall(r"^\| (`[^|]*) \| ([^|]*) \|", part, re.MULTILINE):
            found = re.findall(r"`(\w+)`", names)
            given = kinds.split(", ")
            told |= dict(zip(found, given * len(found) if len(given) == 1 else given, strict=False))
        assert told == dict(columns)


def test_the_queries_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, solver in (("first-run", "identity"), ("other-run", "transforms")):
        result = arcgrid.run(solver, "arcgrid/mini", name=name, inline=True, store="s.sqlite")
        export_parquet(result, Path("tables") / name)
    answers = [
        duckdb.connect().execute(query).fetchall()
        for query in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    ]
    assert len(answers) == 3
    assert all(answers)
    assert [row[:3] for row in answers[0]] == [
        ("first-run", "answered", 40),
        ("other-run", "answered", 40),
    ]
