"""The current shape of `aab` as it is written for a run: each attempt with its metadata.

The shape wants a cost and tokens for every attempt. Where they are not known it says 0, and
`kwargs.arcgrid.unknown` that they are not; `aab` reads that back as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from arcgrid.grid import Grid

OURS = "arcgrid"
"""The key among the metadata's `kwargs` that holds what only we say."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AttemptRecord:
    """One attempt with its metadata.

    Attributes:
        grid: None is an attempt without a grid, written as an empty list.
        model, provider: who was asked.
        start, end: ISO times.
        reply: what was answered, in words.
        prompt_tokens, output_tokens, reasoning_tokens: None where unknown.
        prompt_cost, cost: US dollars for what was sent, and for all of it; None where unknown.
        task, test: which test input.
        about: what else is worth keeping; values that JSON has.
    """

    grid: Grid | None
    model: str
    provider: str
    start: str
    end: str
    reply: str
    prompt_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    prompt_cost: float | None
    cost: float | None
    task: str
    test: int
    about: dict[str, Any]


def format_task_records(tests: list[list[AttemptRecord]]) -> str:
    """Format the attempts at one task: for each test input those there are, best first."""
    entries = [
        {f"attempt_{number}": _attempt(record) for number, record in enumerate(given, 1)}
        for given in tests
    ]
    return msgspec.json.format(msgspec.json.encode(entries), indent=1).decode() + "\n"


def _attempt(record: AttemptRecord) -> dict[str, Any]:
    return {
        "answer": [] if record.grid is None else record.grid.tolist(),
        "metadata": {
            "model": record.model,
            "provider": record.provider,
            "start_timestamp": record.start,
            "end_timestamp": record.end,
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": record.reply}},
            ],
            "kwargs": {OURS: {**record.about, "unknown": _unknown(record)}},
            "usage": _usage(record),
            "cost": _cost(record),
            "task_id": record.task,
            "pair_index": record.test,
            "test_id": f"{record.task}_{record.test}",
        },
        "correct": None,
    }


def _unknown(record: AttemptRecord) -> list[str]:
    tokens = (record.prompt_tokens, record.output_tokens)
    missing = {"cost": record.cost is None, "tokens": None in tokens}
    return [name for name, is_missing in missing.items() if is_missing]


def _usage(record: AttemptRecord) -> dict[str, Any]:
    sent, replied = record.prompt_tokens or 0, record.output_tokens or 0
    return {
        "prompt_tokens": sent,
        "completion_tokens": replied,
        "total_tokens": sent + replied,
        "completion_tokens_details": {
            "reasoning_tokens": record.reasoning_tokens or 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _cost(record: AttemptRecord) -> dict[str, Any]:
    """The cost, of which reasoning is a part of the completion's, as tokens of it are."""
    whole, sent = record.cost or 0.0, record.prompt_cost or 0.0
    return {
        "prompt_cost": sent,
        "completion_cost": whole - sent,
        "reasoning_cost": None,
        "total_cost": whole,
    }
