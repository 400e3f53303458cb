"""What an engine is: it yields an outcome for every puzzle that it is given.

Each ends in one `EngineKind`; `registry` knows them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from arcgrid.errors import SolverError
from arcgrid.isolation import Isolation
from arcgrid.machine import Machine
from arcgrid.result import DEFAULT_SECONDS, Budget, Effort, Outcome
from arcgrid.sample import Sample, Transcript
from arcgrid.solver import SolverSource
from arcgrid.task import Puzzle

START_SECONDS = 600.0
"""Wall-clock seconds for a solver to be imported and to warm up, where nothing is said."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A puzzle to be solved within a budget; `key` comes back with its outcome."""

    key: str
    puzzle: Puzzle
    budget: Budget


class Engine(Protocol):
    """Runs one solver over assignments, within its context."""

    def __enter__(self) -> Self:
        """Get ready; raises SolverError when the solver cannot be used."""
        ...

    def __exit__(self, *_: object) -> None:
        """Release everything."""
        ...

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and the outcome of every assignment, in the order in which they end."""
        ...


class Journal(Protocol):
    """Where an engine keeps what is no outcome: samples as they come, and who works on the run."""

    def machine(self, machine: Machine) -> None:
        """A machine works on the run, with so many workers or more than it was said to have."""
        ...

    def used(self, cpu_seconds: float) -> None:
        """CPU seconds were used where this process cannot count them."""
        ...

    def shared(self) -> None:
        """The solver's puzzles share a process, whatever was wanted; said before they begin."""
        ...

    def samples(self, key: str) -> Sequence[Sample]:
        """The samples of an assignment that came before the run was interrupted."""
        ...

    def add(self, key: str, sample: Sample, transcript: Transcript | None) -> None:
        """Keep a sample; one that failed gives way to another of its number."""
        ...

    def spent(self) -> tuple[float, int]:
        """US dollars that the run has spent so far, and the samples that do not know their own."""
        ...

    def recorded(self, run: str, key: str) -> Sequence[tuple[Sample, Transcript]]:
        """The samples of the same task in another run, in their order, with their transcripts.

        Raises:
            StoreError: there is no such run, or it has no transcripts of this task.
        """
        ...


class Forgetful:
    """A journal that keeps nothing."""

    def machine(self, machine: Machine) -> None:
        """Keep nothing."""

    def used(self, cpu_seconds: float) -> None:
        """Keep nothing."""

    def shared(self) -> None:
        """Keep nothing."""

    def samples(self, key: str) -> Sequence[Sample]:
        """None: nothing was kept."""
        return ()

    def add(self, key: str, sample: Sample, transcript: Transcript | None) -> None:
        """Keep nothing."""

    def spent(self) -> tuple[float, int]:
        """Nothing that it knows of."""
        return 0.0, 0

    def recorded(self, run: str, key: str) -> Sequence[tuple[Sample, Transcript]]:
        """None: there are no runs here."""
        raise SolverError("only a run with a store can answer from another run's transcripts")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run is about to send, as far as one can tell before.

    Attributes:
        requests: how many.
        prompt_tokens: of all requests, estimated.
        output_tokens: the most that the replies can have; None where they are not limited.
        cost: the most US dollars, of these estimates; None where price or output is not known.
        prompt_cost: US dollars for the prompts alone; None where the price is not known.
        price: the price that this goes by, in words.
    """

    requests: int
    prompt_tokens: int
    output_tokens: int | None
    prompt_cost: float | None
    cost: float | None
    price: str


@dataclass(frozen=True, slots=True)
class Orders:
    """What an engine is told when it is made.

    Attributes:
        source: the solver.
        options: its options, as given.
        memory: bytes that the solver may add once it is ready.
        workers: how many puzzles may be worked on at once.
        on_warming: called when the solver's warm-up begins.
        on_note: called with a line that is worth telling.
        journal: keeps the samples of engines that ask models, and the machines of a cluster.
        max_cost: US dollars that the run may spend, what it has spent before included; None is
            no limit.
        isolation: what the solver is kept from, as the engine settled it.
        hidden: paths that the solver must not reach, wherever they lie.
        start_seconds: wall-clock seconds for the solver to be imported and to warm up.
        scheduler: address of the scheduler of a cluster; None for none.
        allow_versions: work on machines that have other versions of what decides outcomes.
    """

    source: SolverSource
    options: Mapping[str, object]
    memory: int
    workers: int = 1
    on_warming: Callable[[], None] = field(default=lambda: None)
    on_note: Callable[[str], None] = field(default=lambda _: None)
    journal: Journal = field(default_factory=Forgetful)
    max_cost: float | None = None
    isolation: Isolation | None = None
    hidden: tuple[str, ...] = ()
    start_seconds: float = START_SECONDS
    scheduler: str | None = None
    allow_versions: bool = False


@dataclass(frozen=True, slots=True)
class EngineKind:
    """A way to run solvers.

    Attributes:
        name: as in `--engine`, and in a run's plan.
        about: what it is, one line for people.
        make: makes an engine that follows orders.
        limits: whether time and memory are limited, and the solver is isolated from the harness.
        parallel: whether it can work on several puzzles at once.
        serves: the solvers that it runs, and that no other engine does; None is any other.
        workers: puzzles worked on at once where nothing is said; None is one a core.
        seconds: wall-clock seconds of a puzzle by effort, where nothing is said.
        versions: what else besides the solver's code decides what comes out, given the options:
            name and version.
        estimate: what assignments will take of what is paid for; None where nothing is.
        isolate: what this machine makes of the isolation that is wanted; None where there is none.
        machines: whether it works on the machines of a cluster, given a scheduler.
    """

    name: str
    about: str
    make: Callable[[Orders], Engine]
    limits: bool = True
    parallel: bool = True
    serves: frozenset[str] | None = None
    workers: int | None = None
    seconds: Mapping[Effort, float] = field(default_factory=lambda: DEFAULT_SECONDS)
    versions: Callable[[Mapping[str, object]], dict[str, str]] = field(default=lambda _: {})
    estimate: Callable[[Orders, Sequence[Assignment]], Estimate] | None = None
    isolate: Callable[[Isolation], Isolation] | None = None
    machines: bool = False
