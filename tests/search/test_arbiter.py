"""The arbiter: what is likelier, who adds up, and what fills the attempts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from arcgrid import Answer, Grid, as_grid
from arcgrid_solvers.search.arbiter import (
    EPSILON,
    OFFSET,
    SHARPNESS,
    WEIGHTS,
    Arbiter,
    chance_of,
    weight_of,
)
from arcgrid_solvers.search.candidate import NOT_TRIED, Candidate, Evidence, evidence_of
from arcgrid_solvers.search.families import FAMILIES
from tests.search.test_search import grids_of


@dataclass(frozen=True)
class Said:
    """A program in name only."""

    name: str

    def run(self, grid: Grid) -> Grid | None:
        return grid

    def explain(self) -> str:
        return self.name


FIRST, SECOND = sorted(FAMILIES)[:2]
A, B, C = ([[1]], [[2]], [[3, 3]])


def candidate(
    *answers: list[list[int]] | None,
    family: str = FIRST,
    bits: float = 10.0,
    fits: Sequence[bool] = (True, True),
    held_out: Sequence[bool] | None = (True, True),
    name: str = "a program",
) -> Candidate:
    grids = tuple(None if answer is None else as_grid(answer) for answer in answers)
    held = None if held_out is None else tuple(held_out)
    return Candidate(family, Said(name), bits, grids, tuple(fits), held)


def ranked(*candidates: Candidate, attempts: int = 2) -> Answer:
    arbiter = Arbiter(len(candidates[0].answers), attempts)
    for each in candidates:
        arbiter.add(each)
    return arbiter.answer()


def sure(answer: Answer) -> list[float]:
    return [guess.confidence or 0.0 for guess in answer.guesses[0]]


def test_more_evidence_is_more_likely_right() -> None:
    chance = chance_of(candidate(A))
    assert chance > chance_of(candidate(A, bits=50))
    assert chance > chance_of(candidate(A, fits=(True, False)))
    assert chance > chance_of(candidate(A, held_out=(True, False)))
    assert chance > chance_of(candidate(A, held_out=None))
    assert chance_of(candidate(A, held_out=None)) > chance_of(candidate(A, held_out=(False, False)))


def test_the_same_answer_of_two_families_adds_up() -> None:
    one, other = candidate(A), candidate(A, family=SECOND)
    arbiter = Arbiter(1, 1)
    arbiter.add(one)
    arbiter.add(other)
    [found] = arbiter.found[0].values()
    assert found.chance > max(chance_of(one), chance_of(other))
    assert found.chance == pytest.approx(1 - (1 - chance_of(one)) * (1 - chance_of(other)))
    assert sure(ranked(one, other)) > sure(ranked(one))


def test_confidences_are_shares_of_one() -> None:
    """At most one answer is right: who is alone is surer than who has rivals."""
    rivals = [candidate(grid, bits=5) for grid in (A, B, C)]
    [alone] = sure(ranked(rivals[0]))
    together = sure(ranked(*rivals, attempts=3))
    assert together == [together[0]] * 3
    assert together[0] < alone < 1
    odds = chance_of(rivals[0]) / (1 - chance_of(rivals[0]))
    weight = math.exp(OFFSET) * odds**SHARPNESS
    assert alone == pytest.approx(weight / (1 + weight))
    assert together[0] == pytest.approx(weight / (1 + 3 * weight))


def test_clones_of_one_family_do_not_vote() -> None:
    clones = [candidate(A, bits=10 + number) for number in range(50)]
    assert sure(ranked(*clones)) == sure(ranked(clones[0]))
    assert sure(ranked(*clones[::-1])) == sure(ranked(clones[0]))
    better = candidate(B, bits=5)
    assert grids_of(ranked(*clones, better)) == [[B, A]]


def test_two_families_outvote_one() -> None:
    pair = candidate(A, bits=12), candidate(A, family=SECOND, bits=12)
    assert grids_of(ranked(candidate(B), *pair)) == [[A, B]]


def test_the_best_candidate_of_an_answer_explains_it() -> None:
    answer = ranked(candidate(A, bits=30, name="long"), candidate(A, bits=3, name="short"))
    assert answer.guesses[0][0].explanation == f"{FIRST}: short"


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_attempts_are_cut_best_first(attempts: int) -> None:
    candidates = [candidate(grid, bits=bits) for grid, bits in ((C, 30.0), (A, 10.0), (B, 20.0))]
    assert grids_of(ranked(*candidates, attempts=attempts)) == [[A, B, C][:attempts]]


def test_each_test_input_is_ranked_by_itself() -> None:
    both = candidate(A, A, bits=20), candidate(None, B)
    assert grids_of(ranked(*both)) == [[A], [B, A]]


def test_equal_chances_are_ranked_the_same_in_any_order() -> None:
    one, other = candidate(A), candidate(B)
    assert grids_of(ranked(one, other)) == grids_of(ranked(other, one))


def test_grids_of_one_content_and_two_shapes_are_two_answers() -> None:
    wide, tall = candidate([[3, 3]]), candidate([[3], [3]])
    assert len(ranked(wide, tall).guesses[0]) == 2


def test_the_arbiter_says_whether_the_answer_changed() -> None:
    arbiter = Arbiter(1, 1)
    assert arbiter.add(candidate(A))
    assert not arbiter.add(candidate(A, bits=50))
    assert not arbiter.add(candidate(B, bits=50))
    assert not arbiter.add(candidate(None))
    assert arbiter.add(candidate(B, bits=1))


def test_a_change_at_any_test_input_is_a_change() -> None:
    arbiter = Arbiter(2, 1)
    arbiter.add(candidate(A, A, bits=20))
    assert arbiter.add(candidate(B, C, bits=10))
    assert arbiter.add(candidate(A, C, bits=1))
    assert not arbiter.add(candidate(A, C, bits=1))


def test_of_equally_likely_candidates_the_first_explains_the_answer() -> None:
    answer = ranked(candidate(A, name="first"), candidate(A, name="second"))
    assert answer.guesses[0][0].explanation == f"{FIRST}: first"


def test_a_candidate_answers_every_test_input() -> None:
    with pytest.raises(ValueError, match=r"zip\(\)"):
        Arbiter(2, 1).add(candidate(A))


def test_no_chance_is_so_near_to_one_that_it_cannot_be_weighed() -> None:
    assert weight_of(1.0) == weight_of(1 - EPSILON)
    assert weight_of(1 - 2 * EPSILON) < weight_of(1.0)


def sure_of(chances: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> Arbiter:
    """An arbiter to which families that are so sure gave the same answer."""
    module = "arcgrid_solvers.search.arbiter.chance_of"
    monkeypatch.setattr(module, lambda candidate: chances[candidate.family])
    arbiter = Arbiter(1, 2)
    for family in chances:
        arbiter.add(candidate(A, family=family))
    return arbiter


@pytest.mark.parametrize(
    ("chances", "agree"),
    [
        ((0.99,), False),  # one alone cannot agree
        ((0.5, 0.5), False),  # 0.75 is no reason to stop
        ((0.65, 0.65), True),  # 0.8775 is
        ((0.9, 0.9), True),
        ((0.01, 0.01), False),
    ],
    ids=str,
)
def test_two_sure_families_agree(
    chances: tuple[float, ...], agree: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sure_of(dict(zip(FAMILIES, chances, strict=False)), monkeypatch).agreed == agree


def test_families_agree_on_every_test_input_or_not_at_all() -> None:
    arbiter = Arbiter(2, 2)
    for family in (FIRST, SECOND):
        arbiter.add(candidate(A, A, family=family, bits=0))
    assert arbiter.agreed
    arbiter = Arbiter(2, 2)
    arbiter.add(candidate(A, A, bits=0))
    arbiter.add(candidate(A, B, family=SECOND, bits=0))
    assert not arbiter.agreed


def test_evidence_is_what_the_candidate_says() -> None:
    found = candidate(A, bits=12.0, fits=(True, False, False, False), held_out=(True, False))
    assert evidence_of(found) == Evidence(0.0, 12.0, 0.0, 0.25, 0.5, 0.0, 0.0)
    sure = replace(candidate(A, held_out=None), renamed=True, share=0.75, reduced=True)
    assert evidence_of(sure) == Evidence(1.0, 10.0, 1.0, 1.0, NOT_TRIED, 0.75, 1.0)


def test_the_chance_is_that_of_the_weighed_evidence() -> None:
    found = candidate(A, bits=12.0, fits=(True, False, False), held_out=(True, False))
    pairs = zip(WEIGHTS, evidence_of(found), strict=True)
    score = FAMILIES[FIRST].weight + sum(weight * value for weight, value in pairs)
    assert chance_of(found) == pytest.approx(1 / (1 + math.exp(-score)))
    assert chance_of(replace(found, renamed=True)) < chance_of(found)


@dataclass(frozen=True)
class Walker(Said):
    """A program with a step on its way that no grid is large enough for."""

    def walk(self, grid: Grid) -> list[tuple[str, Grid]]:
        large = np.zeros((31, 31), np.uint8)
        return [("enlarge it", large), ("shrink it", grid), ("paint it", as_grid([[9]]))]


def test_a_step_that_is_no_grid_is_not_shown() -> None:
    """And each test input has the steps from itself."""
    arbiter = Arbiter(2, 1)
    arbiter.add(replace(candidate(A, B), program=Walker("walks")))
    inputs = as_grid(B), as_grid(C)
    for test, [guess] in enumerate(arbiter.answer(inputs=inputs).guesses):
        assert [words for words, _ in guess.steps] == ["shrink it", "paint it"]
        assert guess.steps[0][1].tolist() == inputs[test].tolist()
    assert [guess.steps for [guess] in arbiter.answer().guesses] == [(), ()]
    arbiter = Arbiter(1, 1)
    arbiter.add(candidate(A))
    assert arbiter.answer(inputs=(as_grid(A),)).guesses[0][0].steps == ()


def test_the_words_say_all_families_and_what_was_cut_short() -> None:
    arbiter = Arbiter(1, 1)
    arbiter.add(candidate(A, family=SECOND, bits=20, name="longer"))
    arbiter.add(candidate(A, name="shorter"))
    [[guess]] = arbiter.answer(["one", "two"]).guesses
    assert guess.explanation == f"{FIRST}, {SECOND}: shorter [cut short: one; two]"
    [[guess]] = arbiter.answer().guesses
    assert guess.explanation == f"{FIRST}, {SECOND}: shorter"
