"""What the harness, a Dask worker and the processes at its bench say to each other, as JSON.

Dask pickles what it carries: these bytes alone, so nothing that a solver made is pickled.
"""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import msgspec
import numpy as np

from arcgrid.engines.dask.parcel import Parcel
from arcgrid.engines.engine import Assignment
from arcgrid.grid import as_grid
from arcgrid.isolation import Isolation
from arcgrid.machine import Machine
from arcgrid.result import Outcome
from arcgrid.solver import SolverSource
from arcgrid.task import Pair, Puzzle


class Order(msgspec.Struct, tag=True):
    """To a Dask worker, and on to its processes: the solver that they serve.

    Attributes:
        run: what tells this session of a run from others on the same workers.
        source: the solver, as the harness found it.
        parcel: its files, where it is one; None for a solver that is installed.
        options, memory, isolation, hidden, start_seconds: as in the engine's orders.
    """

    run: str
    source: SolverSource
    parcel: Parcel | None
    options: dict[str, Any]
    memory: int
    isolation: Isolation | None
    hidden: tuple[str, ...]
    start_seconds: float


class Place(msgspec.Struct, tag=True):
    """From a Dask worker: where it runs, and the versions of what it runs on."""

    machine: Machine
    versions: dict[str, str]


class Ready(msgspec.Struct, tag=True):
    """From a Dask worker: it takes puzzles."""


class Refused(msgspec.Struct, tag=True):
    """From a Dask worker: it cannot serve the solver; `everywhere` where no other one could."""

    problem: str
    everywhere: bool


class Work(msgspec.Struct, tag=True):
    """To a process at the bench: solve this puzzle."""

    assignment: Assignment


class Done(msgspec.Struct, tag=True):
    """From a Dask worker: what became of the puzzle."""

    outcome: Outcome


class Lost(msgspec.Struct, tag=True):
    """From a Dask worker: a puzzle has no outcome here, and nobody knows why.

    Attributes:
        begun: a process was to work on it, and is no more; else there was none.
    """

    begun: bool


Message: TypeAlias = Order | Place | Ready | Refused | Work | Done | Lost
Reply = TypeVar("Reply")


def format_message(message: Message) -> bytes:
    """Format a message as one line."""
    return msgspec.json.encode(message, enc_hook=_plain) + b"\n"


def parse_message(line: bytes) -> Message:
    """Parse a line of ours; what is in an outcome is made and checked anew."""
    message: Message = _DECODER.decode(line)
    return message


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Puzzle):
        pairs = [(pair.input, pair.output) for pair in value.train]
        return {"train": pairs, "test": list(value.test)}
    raise NotImplementedError(type(value))  # msgspec wants this of what cannot be written


def _rich(kind: Any, value: Any) -> object:
    if kind is Puzzle:
        return Puzzle(tuple(Pair(*pair) for pair in value["train"]), tuple(value["test"]))
    return as_grid(value)


_DECODER = msgspec.json.Decoder(Message, dec_hook=_rich)
