"""What holds requests back: a pace in requests and tokens a minute, and a purse.

Both are told of every request before it is sent and again when it has ended.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from arcgrid.errors import SolverError

_MINUTE = 60.0


@dataclass(slots=True)
class _Entry:
    """A request within the last minute; its tokens are estimated until they are known."""

    time: float
    tokens: int


class Pace:
    """Requests and tokens within any minute, and pauses that an endpoint asks for.

    Args:
        requests, tokens: the most within a minute; 0 is no limit.
    """

    def __init__(self, requests: int = 0, tokens: int = 0) -> None:
        self._requests, self._tokens = requests, tokens
        self._entries: deque[_Entry] = deque()
        self._not_before = 0.0

    def pause(self, until: float) -> None:
        """Send nothing before a time of the loop's clock."""
        self._not_before = max(self._not_before, until)

    def delay(self, now: float, tokens: int) -> float:
        """Seconds to wait until a request of so many tokens may be sent; 0 when it may be now.

        A request that is larger than the limit goes when nothing else was sent for a minute.
        """
        while self._entries and self._entries[0].time <= now - _MINUTE:
            self._entries.popleft()
        wait = max(0.0, self._not_before - now)
        if self._requests and len(self._entries) >= self._requests:
            wait = max(wait, self._entries[-self._requests].time + _MINUTE - now)
        if self._tokens:
            left = sum(entry.tokens for entry in self._entries) + tokens - self._tokens
            for entry in self._entries:
                if left <= 0:
                    break
                wait = max(wait, entry.time + _MINUTE - now)
                left -= entry.tokens
        return wait

    def enter(self, now: float, tokens: int) -> _Entry:
        """Count a request that is being sent."""
        entry = _Entry(now, tokens)
        self._entries.append(entry)
        return entry

    async def turn(self, tokens: int) -> _Entry:
        """Wait for the turn of a request, and count it."""
        clock = asyncio.get_running_loop().time
        while wait := self.delay(clock(), tokens):
            await asyncio.sleep(wait)
        return self.enter(clock(), tokens)


class OverBudgetError(SolverError):
    """The next request might cost more than is left."""


class Purse:
    """Dollars spent and held for requests in flight, against the most that may be spent.

    Args:
        limit: None is no limit; nothing is ever held then.

    Attributes:
        spent: so far.
    """

    def __init__(self, limit: float | None) -> None:
        self.limit, self.spent = limit, 0.0
        self._held, self._flying = 0.0, 0
        self._changed = asyncio.Condition()

    async def hold(self, bound: float) -> float:
        """Hold the most that a request can cost, once it fits beside what others hold.

        Raises:
            OverBudgetError: it does not fit although nothing is in flight.
        """
        if self.limit is None:
            return 0.0
        async with self._changed:
            while self.spent + self._held + bound > self.limit:
                if not self._flying:
                    raise OverBudgetError(
                        f"stopped before the cost passes ${self.limit:g}: ${self.spent:.4f} is "
                        f"spent, and the next request may cost ${bound:.4f}; go on with --resume "
                        "and a higher --max-cost"
                    )
                await self._changed.wait()
            self._held, self._flying = self._held + bound, self._flying + 1
        return bound

    async def settle(self, held: float, cost: float | None) -> None:
        """Give back what was held, and pay; an unknown cost may have been all that was held."""
        self.spent += held if cost is None else cost
        if self.limit is None:
            return
        async with self._changed:
            self._held, self._flying = self._held - held, self._flying - 1
            self._changed.notify_all()
