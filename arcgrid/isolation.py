"""What a solver is kept from: what was asked for, and what this machine made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from arcgrid.errors import UnknownNameError

Level = Literal["off", "default", "strict"]

LEVELS: tuple[Level, ...] = get_args(Level)
"""From nothing on; each keeps a solver from more than the one before."""

OPEN = "open"
"""What is said of a thing that a solver is not kept from."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """What a solver is kept from.

    Attributes:
        level: `off`; `default`, what the kernel gives without rights; `strict`, bubblewrap as well.
        network: whether the solver may use the network.
        allow: paths that it may read besides, absolute.
        fresh: whether each puzzle gets a process of its own.
        holds: what was tried on this machine before the run, and by what it was closed, or `open`:
            `files`, `file attributes` (modes, times, owners), `network`, `processes` and
            `shared memory`.
        memory: by what the kernel limits the memory of the solver, besides the harness that looks
            at it; empty for nothing.
    """

    level: Level = "default"
    network: bool = False
    allow: tuple[str, ...] = ()
    fresh: bool = True
    holds: Mapping[str, str] = field(default_factory=dict)
    memory: str = ""

    @classmethod
    def wanted(
        cls, level: Level, network: bool, allow: Sequence[str | Path], fresh: bool
    ) -> Isolation:
        """What is wanted, with absolute paths.

        Raises:
            UnknownNameError: there is no such level.
        """
        if level not in LEVELS:
            raise UnknownNameError("level of the sandbox", level, LEVELS)
        return cls(level, network, tuple(str(Path(path).resolve()) for path in allow), fresh)

    def __str__(self) -> str:
        """One line: the level, and what holds."""
        parts = [
            f"{what} {by if by == OPEN else f'closed ({by})'}" for what, by in self.holds.items()
        ]
        parts += [f"memory limited ({self.memory})"] if self.memory else []
        allowed = [f"may read {path}" for path in self.allow]
        return f"sandbox {self.level}: {', '.join([*parts, *allowed]) or 'nothing is closed'}"

    def lost(self, before: Isolation) -> list[str]:
        """What held before and is open now."""
        return [
            what
            for what, by in before.holds.items()
            if by != OPEN and self.holds.get(what, OPEN) == OPEN
        ]
