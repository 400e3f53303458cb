"""Many requests in flight: a run of `chat` beside a bare loop over OpenAI's SDK.

Both ask the server of the tests, on loopback, as often, with as many in flight; it replies after
two seconds. The SDK only collects replies; the run also reads, votes, stores and scores them.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import arcgrid
from benchmarks.measure import Report, Use, use_of_command

IN_FLIGHT = 64
SAMPLES = 8
DELAY = 2.0
ROUNDS = 5

SDK = """
import asyncio, sys
from openai import AsyncOpenAI

async def main(url, requests, at_once):
    client = AsyncOpenAI(base_url=url, api_key="none", max_retries=2)
    turns = asyncio.Semaphore(at_once)
    text = "Grid:\\n" + "\\n".join(["0 1 2 3 4 5 6 7 8 9"] * 10)
    async def ask():
        async with turns:
            message = {"role": "user", "content": text}
            reply = await client.chat.completions.create(model="bare", messages=[message])
            assert reply.choices
    await asyncio.gather(*(ask() for _ in range(requests)))

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""

SERVER = """
import sys
from tests.endpoint import ChatServer, answer

server = ChatServer(lambda request: answer(request, [[1, 2], [3, 4]], delay=float(sys.argv[1])))
print(server.url, flush=True)
server.serve()
"""


def measure() -> Report:
    tasks = arcgrid.load("arcgrid/mini")
    requests = SAMPLES * sum(len(task.test) for task in tasks)
    with _serving() as url, tempfile.TemporaryDirectory() as folder:
        rounds = []
        for number in range(ROUNDS):
            store = str(Path(folder) / f"{number}.sqlite")
            sdk = [sys.executable, "-c", SDK, url, str(requests), str(IN_FLIGHT)]
            rounds.append((use_of_command(_command(url, store)), use_of_command(sdk)))
    ours, theirs = (_median([pair[side] for pair in rounds]) for side in (0, 1))
    ratio = statistics.median(ours.cpu / theirs.cpu for ours, theirs in rounds)
    return Report(
        f"chat: {requests} requests, {IN_FLIGHT} in flight, each answered after {DELAY:g} s",
        ("", ">wall s", ">CPU-s", ">peak MB"),
        [_row("arcgrid run chat", ours), _row("bare loop over OpenAI's SDK", theirs)],
        ("arcgrid", "httpx2", "openai"),
        [
            f"Medians of {ROUNDS} whole processes in turn; the CPU's median ratio is {ratio:.2f}.",
            f"The server alone makes it take {DELAY * -(-requests // IN_FLIGHT):g} s.",
            "Ours renders prompts, reads and stores every reply, votes and scores as well.",
        ],
    )


@contextmanager
def _serving() -> Iterator[str]:
    """The server in a process of its own, so that its work is nobody else's."""
    command = [sys.executable, "-c", SERVER, str(DELAY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _command(url: str, store: str) -> list[str]:
    options = {"base_url": url, "model": "bare", "samples": str(SAMPLES), "answer_by": "text"}
    given = [part for name, value in options.items() for part in ("-O", f"{name}={value}")]
    asked = ["run", "chat", "--tasks", "arcgrid/mini", "--workers", str(IN_FLIGHT), "--yes"]
    return [sys.executable, "-m", "arcgrid", *asked, *given, "--store", store]


def _median(uses: Sequence[Use]) -> Use:
    return Use(
        statistics.median(use.wall for use in uses),
        statistics.median(use.cpu for use in uses),
        statistics.median_low([use.memory for use in uses]),
    )


def _row(name: str, use: Use) -> tuple[str, ...]:
    return name, f"{use.wall:.1f}", f"{use.cpu:.1f}", f"{use.memory / 1e6:.0f}"
