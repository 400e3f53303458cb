"""Asks one model for one grid: finds out what its endpoint accepts, and keeps to the purse.

HTTP is in `client`; which puzzle is asked about when is decided in `engine`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from arcgrid.engines.chat.answers import read_reply, read_usage
from arcgrid.engines.chat.client import Client, Exchange
from arcgrid.engines.chat.limits import Purse
from arcgrid.engines.chat.prices import UNPAID, Paid, Price
from arcgrid.engines.chat.prompts import Prompt, estimate_tokens, most_tokens
from arcgrid.engines.chat.settings import Settings
from arcgrid.engines.chat.views import format_view
from arcgrid.engines.chat.wire import Features, request_body
from arcgrid.engines.chat.work import Question
from arcgrid.sample import Sample, Transcript

_COMPLAINS = frozenset({400, 415, 422, 501})


class Endpoint:
    """One model at one endpoint.

    Args:
        settings: how it is asked.
        prompt: what it is asked.
        price: what it costs; None where unknown.
        client: the connections.
        purse: what may be spent.
        on_note: told once what the endpoint accepts.
    """

    def __init__(
        self,
        settings: Settings,
        prompt: Prompt,
        price: Price | None,
        client: Client,
        purse: Purse,
        on_note: Callable[[str], None],
    ) -> None:
        self._settings, self._prompt, self._price = settings, prompt, price
        self._client, self._purse, self._on_note = client, purse, on_note
        self._features = Features.of(settings)
        self._accepted = False

    async def ask(self, question: Question) -> tuple[Sample, Transcript]:
        """Ask once, and again with less where the endpoint does not accept what was asked with.

        Raises:
            SolverError: no request can succeed, or the purse has too little left.
        """
        while True:
            features = self._features
            shown = question.view.apply(question.puzzle)
            messages = self._prompt.messages(shown, question.test, features.way)
            seed = question.seed % (1 << 31)
            body = request_body(self._settings, features, question.effort, messages, seed)
            exchange, paid = await self._post(body, messages)
            if exchange.status in _COMPLAINS and self._give_way(features, exchange):
                continue
            if exchange.reply is not None and not self._accepted:
                self._accepted = True
                self._on_note(f"{self._settings.model} at {self._settings.host}: {features}")
            text = self._client.without_key(json.dumps(body, ensure_ascii=False))
            return _sample_of(question, exchange, paid), Transcript(text, exchange.text)

    def bound(self, question: Question) -> float:
        """The most dollars that a question may cost."""
        way = self._features.way
        return self._bound(self._prompt.messages(question.puzzle, question.test, way))

    async def _post(
        self, body: dict[str, Any], messages: list[dict[str, Any]]
    ) -> tuple[Exchange, Paid]:
        held = await self._purse.hold(self._bound(messages))
        paid = UNPAID
        try:
            exchange = await self._client.post(body, estimate_tokens(messages))
            paid = self._paid(exchange)
        finally:
            await self._purse.settle(held, paid.whole)
        return exchange, paid

    def _bound(self, messages: list[dict[str, Any]]) -> float:
        """The most dollars that a request may cost; only asked for where there is a limit."""
        if self._price is None or self._settings.max_tokens is None:
            return 0.0
        sent = most_tokens(messages) * self._price.input
        return (sent + self._settings.max_tokens * self._price.output) / 1e6

    def _paid(self, exchange: Exchange) -> Paid:
        if exchange.reply is None:
            return UNPAID if exchange.lost else Paid(0.0, 0.0)
        return UNPAID if self._price is None else self._price.of(read_usage(exchange.reply))

    def _give_way(self, sent: Features, exchange: Exchange) -> bool:
        """Ask for less from now on; False when the complaint is about something else."""
        if sent != self._features:
            return True  # another request has found out already
        settings, problem = self._settings, exchange.problem or ""
        asked = [*settings.more, *(["temperature"] if settings.temperature is not None else [])]
        less = sent.without(problem, settings.answer_by != "best", not self._accepted, asked)
        if less is None:
            return False
        self._features = less
        return True


def _sample_of(question: Question, exchange: Exchange, paid: Paid) -> Sample:
    failed = Sample(
        test=question.test,
        number=question.number,
        kind="failed",
        problem=exchange.problem,
        view=format_view(question.view),
        prompt_cost=paid.prompt,
        cost=paid.whole,
        tries=exchange.tries,
        started=exchange.started,
    )
    if exchange.reply is None:
        return failed
    reading = read_reply(exchange.reply)
    return replace(
        failed,
        kind=reading.kind,
        grid=None if reading.grid is None else question.view.undo(reading.grid),
        problem=reading.problem,
        read_by=reading.read_by,
        usage=reading.usage,
        seconds=exchange.seconds,
        finish=reading.finish,
        model=reading.model,
    )
