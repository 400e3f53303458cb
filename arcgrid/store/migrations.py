"""How a run store of an earlier version becomes one of this version: a step for each version.

A new store takes the same way, from the tables of version 1 in `rows`: so both are the same.
"""

from __future__ import annotations

import sqlite3

STEPS: tuple[str, ...] = (
    # 2: names for runs beside their name, and what people want to remember of them
    """
    ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT '';
    """,
    # 3: what language models replied, and the requests that led to it
    """
    CREATE TABLE requests (
        digest TEXT PRIMARY KEY,
        body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE samples (
        run TEXT NOT NULL REFERENCES runs (id),
        task TEXT NOT NULL,
        test INTEGER NOT NULL,
        sample INTEGER NOT NULL,
        kind TEXT NOT NULL,
        grid TEXT,
        problem TEXT,
        view TEXT NOT NULL,
        read_by TEXT,
        prompt_tokens INTEGER,
        output_tokens INTEGER,
        cached_tokens INTEGER,
        reasoning_tokens INTEGER,
        prompt_cost REAL,
        cost REAL,
        seconds REAL,
        tries INTEGER NOT NULL,
        started TEXT NOT NULL,
        finish TEXT,
        model TEXT,
        request TEXT REFERENCES requests (digest),
        reply TEXT,
        PRIMARY KEY (run, task, test, sample)
    ) STRICT;
    """,
    # 4: seals of runs and outcomes, who is working on a run, whether a log belongs to the file
    """
    ALTER TABLE runs ADD COLUMN digest TEXT;
    ALTER TABLE runs ADD COLUMN holder TEXT;
    ALTER TABLE outcomes ADD COLUMN digest TEXT;
    CREATE TABLE log (wanted INTEGER NOT NULL) STRICT;
    INSERT INTO log VALUES (0);
    """,
    # 5: what a person has done at tasks that are not over
    """
    CREATE TABLE trials (
        run TEXT NOT NULL REFERENCES runs (id),
        task TEXT NOT NULL,
        number INTEGER NOT NULL,
        seconds REAL NOT NULL,
        test INTEGER,
        grid TEXT,
        PRIMARY KEY (run, task, number)
    ) STRICT, WITHOUT ROWID;
    """,
    # 6: what a solver made on its way to a guess
    """
    ALTER TABLE attempts ADD COLUMN steps TEXT;
    """,
    # 7: the machines that worked on a run; of an older run none is known
    """
    CREATE TABLE machines (
        run TEXT NOT NULL REFERENCES runs (id),
        name TEXT NOT NULL,
        processor TEXT NOT NULL,
        workers INTEGER NOT NULL,
        PRIMARY KEY (run, name)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE outcomes ADD COLUMN machine TEXT;
    ALTER TABLE outcomes ADD COLUMN given_back INTEGER NOT NULL DEFAULT 0;
    """,
    # 8: seals of samples; what was replied has a digest of its own, as it is not read with the rest
    """
    ALTER TABLE samples ADD COLUMN reply_digest TEXT;
    ALTER TABLE samples ADD COLUMN seal TEXT;
    """,
)

VERSION = 1 + len(STEPS)
"""The version of the tables that this arcgrid reads and writes."""


def migrate(db: sqlite3.Connection, version: int) -> None:
    """Bring a store from an earlier version to this one, within a transaction of the caller's."""
    for step in STEPS[version - 1 :]:
        run_script(db, step)
    db.execute(f"PRAGMA user_version = {VERSION}")


def run_script(db: sqlite3.Connection, script: str) -> None:
    """Run statements one by one: `executescript` would end the transaction."""
    for statement in script.split(";"):
        if statement.strip():
            db.execute(statement)
