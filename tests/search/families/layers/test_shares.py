"""How much speaks for an answer: short rules most, and a share is of all that was found."""

from __future__ import annotations

import pytest

from arcgrid_solvers.search.families.layers.family import LEAST_SHARE, MOST_ANSWERS
from arcgrid_solvers.search.families.layers.learn import SCALE, Learner, Said
from tests.search.families.layers.test_layers import CASES, found, problem_of

RULE, INPUTS = CASES["mirrored below"]
PROBLEM = problem_of(RULE, [INPUTS[0], INPUTS[-1]])
"""One pair says little: very many rules explain it."""


def test_a_share_is_of_the_weight_of_all_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[list[Said]] = []
    whole = Learner.answers

    def noting(learner: Learner) -> list[Said]:
        rounds.append(whole(learner))
        return rounds[-1]

    monkeypatch.setattr(Learner, "answers", noting)
    candidates = found(PROBLEM)
    assert any(len(answers) > MOST_ANSWERS for answers in rounds)
    expected = [
        said.weight / sum(one.weight for one in answers)
        for answers in rounds
        for said in answers[:MOST_ANSWERS]
    ]
    shares = [share for share in expected if share >= LEAST_SHARE]
    assert [candidate.share for candidate in candidates] == pytest.approx(shares)


def test_the_weight_of_conjunctions_halves_with_every_so_many_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that hold of the same cells add up; what costs `SCALE` bits more counts half."""
    learners: list[Learner] = []
    whole = Learner.answers

    def noting(learner: Learner) -> list[Said]:
        learners.append(learner)
        return whole(learner)

    monkeypatch.setattr(Learner, "answers", noting)
    found(PROBLEM)
    learner = learners[0]
    [alone] = learner.grouped([(SCALE, ())])
    [halved] = learner.grouped([(2 * SCALE, ())])
    [both] = learner.grouped([(SCALE, ()), (2 * SCALE, ())])
    assert (alone.weight, halved.weight, both.weight) == pytest.approx((0.5, 0.25, 0.75))
    assert both.cost == SCALE
