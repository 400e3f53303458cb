"""What a language model replied to one request: the grid, the tokens, the cost, the transcript.

Records only; asking is done in `engines.chat`, voting in `scoring.consensus`, keeping in `store`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from arcgrid.grid import Grid

SampleKind = Literal["grid", "no-grid", "refusal", "cut", "failed"]

SAMPLE_KINDS: tuple[SampleKind, ...] = get_args(SampleKind)


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of one request, as the endpoint counts them; None where it does not say.

    Attributes:
        prompt: tokens of what was sent, `cached` ones included.
        output: tokens of the reply, `reasoning` ones included.
    """

    prompt: int | None = None
    output: int | None = None
    cached: int | None = None
    reasoning: int | None = None

    @property
    def total(self) -> int | None:
        """All tokens; None where either side is unknown."""
        return None if self.prompt is None or self.output is None else self.prompt + self.output


UNKNOWN = Usage()
"""What is known of the tokens of a request that nobody answered."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A request and the reply to it, as they went over the wire, without any key.

    Attributes:
        request: the JSON that was sent.
        reply: what came back; empty where nothing did.
    """

    request: str
    reply: str


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One reply of a model about one test input, or the failure to get one.

    Attributes:
        test, number: which test input, and the how many-th sample of it; both count from 0.
        kind: `grid`; or why there is none: `no-grid` (the reply holds none), `refusal`, `cut` (the
            tokens ran out before one), `failed` (no reply after all retries).
        grid: the grid, moved and recolored back; None where there is none.
        problem: why there is no grid, one line; None where there is one.
        view: how the puzzle was moved and recolored before it was shown; empty when it was not.
        read_by: how the grid was read: `schema`, `tool`, or the name of the text extractor.
        usage: tokens of the request that was answered; unknown where none was.
        prompt_cost: the part of `cost` that is for what was sent.
        cost: US dollars; 0 where the endpoint refused the request, None where unknown.
        seconds: from sending the request that was answered to the end of its reply; None where
            none was.
        tries: requests that were sent, retries included.
        started: ISO time in UTC at which the first of them was sent.
        finish: why the reply ended, as the endpoint says.
        model: the model, as the endpoint calls it.
    """

    test: int
    number: int
    kind: SampleKind
    grid: Grid | None = None
    problem: str | None = None
    view: str = ""
    read_by: str | None = None
    usage: Usage = UNKNOWN
    prompt_cost: float | None = None
    cost: float | None = None
    seconds: float | None = None
    tries: int = 1
    started: str = ""
    finish: str | None = None
    model: str | None = None


def total_cost(samples: Iterable[Sample]) -> float | None:
    """Dollars of all samples; None where one does not know its own, or there is none."""
    costs = [sample.cost for sample in samples]
    known = [cost for cost in costs if cost is not None]
    return math.fsum(known) if costs and len(known) == len(costs) else None


def total_tokens(samples: Iterable[Sample]) -> int | None:
    """Tokens of all samples that were answered; None where one does not know its own."""
    totals = [sample.usage.total for sample in samples if sample.kind != "failed"]
    known = [total for total in totals if total is not None]
    return sum(known) if totals and len(known) == len(totals) else None
