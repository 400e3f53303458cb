"""What tokens cost: a dated TOML file that comes with arcgrid, and before it a user's own.

A price that is not known is None, never 0.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import msgspec

from arcgrid.engines.chat.settings import Settings
from arcgrid.errors import SolverError
from arcgrid.sample import Usage

_MILLION = 1_000_000
_OWN = "prices.toml"


class Paid(NamedTuple):
    """US dollars of a request: for what was sent, and in all; None where unknown."""

    prompt: float | None
    whole: float | None


UNPAID = Paid(None, None)
"""The cost of a request whose tokens or price are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for a million tokens of one model.

    Attributes:
        input, output: of what is sent, and of the reply with its reasoning.
        cached: of what is sent and was cached; None is the same as `input`.
        as_of: the day from which on, or on which, it was so.
        host: the only endpoint with this price; None is any.
        source: where it was read.
    """

    input: float
    output: float
    as_of: str
    cached: float | None = None
    host: str | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if min(self.input, self.output, self.cached or 0) < 0:
            raise ValueError("a price is at least 0")

    def of(self, usage: Usage) -> Paid:
        """Dollars of a request that was answered."""
        if usage.prompt is None or usage.output is None:
            return UNPAID
        cached = 0 if self.cached is None else min(usage.cached or 0, usage.prompt)
        sent = ((usage.prompt - cached) * self.input + cached * (self.cached or 0)) / _MILLION
        return Paid(sent, sent + usage.output * self.output / _MILLION)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    models: dict[str, Price]


def find_price(settings: Settings) -> Price | None:
    """Find what a model costs at its endpoint: in the user's file, then in ours.

    Raises:
        SolverError: the user's file cannot be read, or is not of this form.
    """
    files = [] if settings.prices is None else [_read(Path(settings.prices))]
    for found in (*files, _parse(_bundled(), _OWN)):
        price = found.get(settings.model)
        if price is not None and price.host in (None, settings.host):
            return price
    return None


def _bundled() -> str:
    return resources.files("arcgrid").joinpath(f"engines/chat/{_OWN}").read_text("utf-8")


def _read(path: Path) -> dict[str, Price]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SolverError(f"cannot read prices: {reason}", file=path) from None
    return _parse(text, path)


def _parse(text: str, path: object) -> dict[str, Price]:
    try:
        return msgspec.convert(tomllib.loads(text), _File).models
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SolverError(f"these are no prices: {error}", file=path) from None
