"""What the harness asks of Dask: who is there, calls with bytes for replies, and the end.

All of it happens in the thread of Dask's client; what comes of it goes into one queue of events.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import secrets
import warnings
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import distributed

from arcgrid.errors import SolverError

MOST_CALLS = 500
"""Calls that may last at once: each has a connection to the scheduler, Dask's client up to 512."""

_LOOK_SECONDS = 0.5
_LOST_SECONDS = 30.0
_CONNECT_SECONDS = 10
_END_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Present:
    """These Dask workers are there: their threads by address."""

    threads: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Replied:
    """A call came back; `reply` is empty where Dask could not carry it out."""

    call: int
    reply: bytes


@dataclass(frozen=True, slots=True)
class SchedulerLost:
    """There is no cluster any more."""


Event = Present | Replied | SchedulerLost


class Cluster:
    """A Dask cluster: the one at an address, or one of this process.

    Args:
        address: of the scheduler, such as `tcp://host:8786`; None for a cluster of one Dask worker
            in this process.
        threads: of that one.

    Attributes:
        events: what happens.
        address: of the scheduler.

    Raises:
        SolverError: nobody answers there, or not as Dask does.
    """

    def __init__(self, address: str | None, threads: int) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._own: Any = None
        for name in ("distributed", "distributed.client", "distributed.scheduler"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # we say it, and once
        try:
            if address is None:
                self._own = distributed.LocalCluster(
                    n_workers=1,
                    threads_per_worker=threads,
                    processes=False,  # the processes at its bench are enough
                    dashboard_address="127.0.0.1:0",
                    memory_limit=0,
                )
            with warnings.catch_warnings():  # other versions are for the engine to judge
                warnings.simplefilter("ignore")
                self._client = distributed.Client(
                    address or self._own, timeout=_CONNECT_SECONDS, set_as_default=False
                )
        except (OSError, ValueError, TypeError, ImportError, RuntimeError) as error:
            reason = str(error) or type(error).__name__
            raise SolverError(f"no Dask scheduler at {address}: {reason}") from None
        self.address = str(self._client.scheduler.address)
        self._watching = self._spawn(self._watch())

    def call(
        self, call: int, worker: str, function: Callable[..., Any], *given: object
    ) -> Future[None]:
        """Have a Dask worker call a coroutine function; the reply comes as an event.

        It is no task of Dask's, which takes some 10 ms to schedule one: this takes one or two.

        Returns:
            What ends the call, when it is cancelled; no reply is waited for then.
        """
        return self._spawn(self._call(call, worker, function, given))

    def hold(
        self, call: int, worker: str, function: Callable[..., bytes], *given: object
    ) -> Future[None]:
        """As `call`, by a task that Dask keeps until this is cancelled, or this process dies."""
        return self._spawn(self._hold(call, worker, function, given))

    def close(self, last: Callable[..., Any], workers: list[str], *given: object) -> None:
        """Have a last function called on workers, as far as they answer, and leave."""
        self._watching.cancel()
        with suppress(TooLate, OSError, RuntimeError, ValueError):
            if workers and self._client.status == "running":
                self._spawn(self._run(last, workers, given)).result(_END_SECONDS)
        with suppress(Exception):  # there may be nobody left to say farewell to
            self._client.close(timeout=1)
        if self._own is not None:
            self._own.close()

    def _spawn(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._client.loop.asyncio_loop)

    async def _watch(self) -> None:
        """Tell who is there, again and again."""
        while True:
            try:
                if self._client.status != "running":
                    raise OSError
                async with asyncio.timeout(_LOST_SECONDS):
                    found = await self._client.scheduler.identity()
            except (OSError, TimeoutError):
                self.events.put(SchedulerLost())
                return
            threads = {
                address: worker["nthreads"]
                for address, worker in found["workers"].items()
                if worker["status"] == "running"
            }
            self.events.put(Present(threads))
            await asyncio.sleep(_LOOK_SECONDS)

    async def _call(
        self, call: int, worker: str, function: Callable[..., Any], given: tuple[object, ...]
    ) -> None:
        try:
            reply = (await self._client.run(function, *given, workers=[worker]))[worker]
        except Exception:
            reply = b""
        self.events.put(Replied(call, reply))

    async def _hold(
        self, call: int, worker: str, function: Callable[..., bytes], given: tuple[object, ...]
    ) -> None:
        future = self._client.submit(
            function,
            *given,
            key=f"arcgrid-{function.__name__}-{secrets.token_hex(8)}",
            workers=[worker],
            allow_other_workers=False,
            pure=False,
        )
        try:
            self.events.put(Replied(call, await future))
            await asyncio.Event().wait()  # what Dask keeps of it says that we are there
        except Exception:
            self.events.put(Replied(call, b""))
        finally:
            future.release()

    async def _run(
        self, function: Callable[..., Any], workers: list[str], given: tuple[object, ...]
    ) -> None:
        await self._client.run(function, *given, workers=workers, on_error="ignore")
