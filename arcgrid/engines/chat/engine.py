"""Asks a model about many puzzles at once, in one event loop in this process.

One request is the business of `endpoint`; what the samples of a puzzle come to, of `work`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self, TypeAlias

from arcgrid.engines.chat.client import Client
from arcgrid.engines.chat.endpoint import Endpoint
from arcgrid.engines.chat.limits import Purse
from arcgrid.engines.chat.loop import Loop
from arcgrid.engines.chat.prices import find_price
from arcgrid.engines.chat.prompts import find_prompt
from arcgrid.engines.chat.settings import Settings, find_key
from arcgrid.engines.chat.work import Question, Work
from arcgrid.engines.engine import Assignment, Orders
from arcgrid.errors import SolverError
from arcgrid.result import Outcome
from arcgrid.sample import Sample, Transcript
from arcgrid.solver import convert_settings

PATIENCE = 10
"""Samples in a row that may fail; then the endpoint is taken to be down, and the run stops."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A sample that has come, to be kept before whoever asked for it goes on."""

    key: str
    sample: Sample
    transcript: Transcript
    kept: asyncio.Event


@dataclass(frozen=True, slots=True)
class _Ended:
    """A puzzle that is done."""

    key: str
    outcome: Outcome


_Event: TypeAlias = _Kept | _Ended | Exception | None
"""What the loop hands out; None is the end, an exception is to be raised."""


class ChatEngine:
    """Asks a model, with as many requests in flight as there may be workers."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    def __enter__(self) -> Self:
        """Check all that was ordered; nothing is sent yet.

        Raises:
            SolverError: an option, the prompt, the prices or the key are not sound, or the cost
                shall be limited and cannot be foreseen.
        """
        orders, settings = self._orders, convert_settings(Settings, self._orders.options)
        self._settings, self._price = settings, find_price(settings)
        self._prompt, self._key = find_prompt(settings.prompt), find_key(settings)
        if self._key is not None and self._key in str(dict(orders.options)):
            raise SolverError("an option holds the key, which comes from the environment alone")
        if orders.max_cost is not None and self._price is None:
            problem = f"--max-cost needs a price, and none is known for {settings.model}"
            raise SolverError(f"{problem} at {settings.host}: -O prices=FILE gives one")
        if orders.max_cost is not None and settings.max_tokens is None:
            raise SolverError("--max-cost needs -O max_tokens=N, or a reply may cost anything")
        self._loop = Loop()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.close()

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and the outcome of every assignment, in the order in which they end.

        Each sample is kept before its asker sends another request, so that none that was answered
        is repeated after an interruption.

        Raises:
            SolverError: no request can succeed, `PATIENCE` samples in a row have failed, or the
                next request might cost more than may be spent.
        """
        journal = self._orders.journal
        works = deque(Work(one, self._settings, journal.samples(one.key)) for one in assignments)
        talk = self._loop.run(self._begin(works, *journal.spent()))
        try:
            while (event := self._loop.run(talk.next_event())) is not None:
                if isinstance(event, Exception):
                    raise event
                if isinstance(event, _Kept):
                    journal.add(event.key, event.sample, event.transcript)
                else:
                    yield event.key, event.outcome
        finally:
            self._loop.run(talk.close())

    async def _begin(self, works: deque[Work], spent: float, untold: int) -> _Talk:
        orders = self._orders
        client = Client(self._settings, self._key, orders.workers)
        purse = Purse(orders.max_cost)
        endpoint = Endpoint(
            self._settings, self._prompt, self._price, client, purse, orders.on_note
        )
        purse.spent = spent
        if untold and orders.max_cost is not None:  # each may have cost the most that one may
            firsts = (next(work.questions(), None) for work in works)
            bounds = (endpoint.bound(question) for question in firsts if question is not None)
            purse.spent += untold * max(bounds, default=0.0)
        return _Talk(works, endpoint, client, orders.workers)


class _Talk:
    """All requests about some puzzles: so many askers take the next question each, in order.

    Puzzles that nobody could answer are held back until another sample comes: if the endpoint is
    down, they are not done, and the run can go on with them. After a problem nothing more is sent,
    but what is in flight may be paid: its samples are kept before the problem is raised.
    """

    def __init__(self, works: deque[Work], endpoint: Endpoint, client: Client, askers: int) -> None:
        self._endpoint, self._client = endpoint, client
        self._events: asyncio.Queue[_Event] = asyncio.Queue()
        self._questions = self._questions_of(works)
        self._last: asyncio.Event | None = None
        self._failed_in_a_row = 0
        self._held_back: list[_Ended] = []
        self._problem: Exception | None = None
        self._askers = [asyncio.create_task(self._ask_all()) for _ in range(askers)]
        self._closing = asyncio.create_task(self._tell_the_end())

    async def next_event(self) -> _Event:
        """What comes next; by asking for it, one has kept the sample that came before."""
        if self._last is not None:
            self._last.set()
        event = await self._events.get()
        self._last = event.kept if isinstance(event, _Kept) else None
        return event

    async def close(self) -> None:
        """Let go of what is in flight."""
        tasks = [*self._askers, self._closing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.close()

    async def _tell_the_end(self) -> None:
        await asyncio.gather(*self._askers)
        if self._problem is None:
            self._release()
        self._events.put_nowait(self._problem)

    def _questions_of(self, works: deque[Work]) -> Iterator[tuple[Work, Question]]:
        """All questions in order; a puzzle that is done is not held any longer."""
        while works:
            work = works.popleft()
            if not work.left:
                self._end(work)
            for question in work.questions():
                yield work, question

    async def _ask_all(self) -> None:
        try:
            for work, question in self._questions:
                if self._problem is not None:
                    return
                await self._ask(work, question)
                if not work.left:
                    self._end(work)
        except Exception as error:  # raised where somebody can catch it, once the others are done
            self._problem = self._problem or error

    async def _ask(self, work: Work, question: Question) -> None:
        left = work.seconds_left()
        if left <= 0:
            work.add(None)
            return
        try:
            async with asyncio.timeout(left):
                sample, transcript = await self._endpoint.ask(question)
        except TimeoutError:
            work.add(None)
            return
        kept = asyncio.Event()
        self._events.put_nowait(_Kept(work.assignment.key, sample, transcript, kept))
        await kept.wait()
        work.add(sample)
        if sample.kind != "failed":
            self._failed_in_a_row = 0
            self._release()
            return
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= PATIENCE:
            problem = f"{PATIENCE} requests in a row have failed, the last one: {sample.problem}"
            raise SolverError(f"{problem}; go on later with --resume")

    def _end(self, work: Work) -> None:
        ended = _Ended(work.assignment.key, work.outcome())
        if ended.outcome.kind == "error":
            self._held_back.append(ended)
        else:
            self._events.put_nowait(ended)

    def _release(self) -> None:
        for ended in self._held_back:
            self._events.put_nowait(ended)
        self._held_back.clear()
