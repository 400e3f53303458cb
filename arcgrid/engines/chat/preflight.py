"""What a run of `chat` is about to send: requests, tokens, dollars, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from arcgrid.engines.chat.prices import find_price
from arcgrid.engines.chat.prompts import estimate_tokens, find_prompt
from arcgrid.engines.chat.settings import Settings
from arcgrid.engines.chat.wire import Features
from arcgrid.engines.engine import Assignment, Estimate, Orders
from arcgrid.solver import convert_settings


def versions(options: Mapping[str, object]) -> dict[str, str]:
    """The prompt with its digest, and the price with its date.

    Raises:
        SolverError: an option, the prompt or the prices are not sound.
    """
    settings = convert_settings(Settings, options)
    prompt, price = find_prompt(settings.prompt), find_price(settings)
    found = {"prompt": f"{settings.prompt} sha256:{prompt.digest[:12]}"}
    return found if price is None else found | {"price": f"of {price.as_of}"}


def estimate(orders: Orders, assignments: Sequence[Assignment]) -> Estimate:
    """Estimate the requests of assignments that nothing was asked about yet.

    Raises:
        SolverError: an option, the prompt or the prices are not sound.
    """
    settings = convert_settings(Settings, orders.options)
    prompt, price = find_prompt(settings.prompt), find_price(settings)
    way = Features.of(settings).way
    requests = tokens = 0
    for assignment in assignments:
        samples = settings.samples or assignment.budget.attempts
        for test in range(len(assignment.puzzle.test)):
            requests += samples
            tokens += samples * estimate_tokens(prompt.messages(assignment.puzzle, test, way))
    most = None if settings.max_tokens is None else requests * settings.max_tokens
    sent = None if price is None else tokens * price.input / 1e6
    whole = None
    if price is not None and most is not None and sent is not None:
        whole = sent + most * price.output / 1e6
    words = f"no price is known for {settings.model} at {settings.host}"
    if price is not None:
        words = f"${price.input:g} and ${price.output:g} a million tokens, as of {price.as_of}"
    return Estimate(requests, tokens, most, sent, whole, words)
