"""What a submission file holds: every rule's score, coverage, dirt, pair mapping, cost, claims.

It settles which rule, set version and denominator a claimed figure comes from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from arcgrid.datasets import SETS, load
from arcgrid.errors import GridError, SubmissionError
from arcgrid.result import Score, Spending, Submission
from arcgrid.scoring.rules import is_misfit, judge, scores_of
from arcgrid.task import TaskSet


@dataclass(frozen=True, slots=True)
class Claim:
    """One way in which a claimed figure comes out.

    Attributes:
        rule, task_set, digest: the rule, and the version of the set.
        denominator: `asked` (the whole set) or `answered` (only the tasks in the submission, as
            harnesses do whose denominator is the number of files).
        solved, of: numerator and denominator.
        percent: the figure that comes out.
    """

    rule: str
    task_set: str
    digest: str
    denominator: str
    solved: float
    of: int
    percent: float


@dataclass(frozen=True, slots=True)
class Audit:
    """What a submission holds.

    Attributes:
        name, format: the submission and its format.
        task_set, digest: what it is audited against.
        scores: under every rule, the default rule first; misfits score zero.
        tasks, outputs, attempts: how many of each the submission has.
        missing: ids of tasks without an entry.
        extra: ids that the set has not; they are left out of scores.
        misfits: ids of tasks with another number of entries than the task has test inputs.
        faults: attempts that are no grids, by what is wrong: `null`, `type` (text, a wrong cell
            type, nested cells), `empty`, `ragged`, `oversize`, `color`.
        repeats: attempts that say again what an earlier attempt at the same output said.
        mapping: how many tasks had their entries mapped to test inputs in which way.
        texts, extractor: attempts given as text, and what read them.
        spending: cost and tokens over all tasks; None where the format cannot say it.
        claims: the ways in which the claimed figure comes out; empty when none was claimed.
        nearest: the figure next to a claim that does not come out.
    """

    name: str
    format: str
    task_set: str
    digest: str
    scores: tuple[Score, ...]
    tasks: int
    outputs: int
    attempts: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    misfits: tuple[str, ...]
    faults: Mapping[str, int]
    repeats: int
    mapping: Mapping[str, int]
    texts: int
    extractor: str | None
    spending: Spending | None
    claims: tuple[Claim, ...]
    nearest: Claim | None = None


def audit(tasks: TaskSet, submission: Submission, claim: float | None = None) -> Audit:
    """Look into a submission, and score it under every rule; nothing in its answers is an error.

    Args:
        tasks: what was asked for.
        submission: of any format.
        claim: a figure in percent, to be found among rules, set versions and denominators. It
            matches what rounds to it with as many decimals as it has.

    Raises:
        TaskError: the set is empty, or a test output is not known.
        SubmissionError: the claim is no percentage, or no task of the submission is in the set
            (and the claim comes out of no other set).
    """
    if claim is not None and not 0 <= claim <= 100:
        raise SubmissionError(f"a claim is a figure from 0 to 100 percent, not {claim:g}")
    fitting, misfits, extra = _fit(submission, tasks)
    found, nearest = ((), None) if claim is None else _settle(claim, submission, tasks)
    if extra and len(extra) == len(submission.attempts) and not found:
        problem = f"no task of it ({len(extra):,}) is in {tasks.name}; --tasks names another set"
        raise SubmissionError(problem, file=submission.name)
    verdicts = judge(tasks, fitting)
    faults, repeats = _dirt(submission)
    given = submission.attempts
    return Audit(
        name=submission.name,
        format=submission.format,
        task_set=tasks.name,
        digest=tasks.digest,
        scores=tuple(scores_of(tasks, verdicts)),
        tasks=len(given),
        outputs=sum(len(tests) for tests in given.values()),
        attempts=sum(len(tries) for tests in given.values() for tries in tests),
        missing=tuple(sorted(task.id for task in tasks if task.id not in given)),
        extra=tuple(extra),
        misfits=tuple(misfits),
        faults=faults,
        repeats=repeats,
        mapping=dict(Counter(submission.mapping.values())) or {"position": len(given)},
        texts=submission.texts,
        extractor=submission.extractor,
        spending=_total(submission.spending),
        claims=found,
        nearest=nearest,
    )


def _settle(
    claim: float, submission: Submission, tasks: TaskSet
) -> tuple[tuple[Claim, ...], Claim | None]:
    """The ways in which a claimed figure comes out; the nearest figure where there is none."""
    ways = _all_claims(submission, tasks)
    found = tuple(way for way in ways if _rounds_to(way.percent, claim))
    nearest = min(ways, key=lambda way: abs(way.percent - claim), default=None)
    return found, None if found else nearest


def _all_claims(submission: Submission, tasks: TaskSet) -> list[Claim]:
    """Every rule, set version and denominator with the figure that comes out.

    The versions are `tasks`, if it has any task of the submission, and every named set that has
    all of them.
    """
    given = submission.attempts
    versions = {tasks.digest: tasks} if any(id in tasks for id in given) or not given else {}
    for name in SETS:
        other = load(name)
        if given and all(id in other for id in given):
            versions.setdefault(other.digest, other)
    return [found for version in versions.values() for found in _claims_on(submission, version)]


def _claims_on(submission: Submission, tasks: TaskSet) -> list[Claim]:
    fitting, _, _ = _fit(submission, tasks)
    denominators = {"asked": tasks}
    answered = tasks.subset(id for id in submission.attempts if id in tasks)
    if 0 < len(answered) < len(tasks):
        denominators["answered"] = answered
    return [
        Claim(
            rule=found.rule,
            task_set=tasks.name,
            digest=tasks.digest,
            denominator=denominator,
            solved=found.numerator,
            of=found.denominator,
            percent=found.percent,
        )
        for denominator, asked in denominators.items()
        for found in scores_of(asked, judge(asked, fitting))
    ]


def _rounds_to(percent: float, claim: float) -> bool:
    """True when the claim could be the figure, rounded to as many decimals as the claim has."""
    decimals = len(f"{claim!r}".partition(".")[2].rstrip("0"))
    return abs(percent - claim) <= 0.5 * 10.0**-decimals + 1e-9


def _fit(submission: Submission, tasks: TaskSet) -> tuple[Submission, list[str], list[str]]:
    """The part of a submission that can be scored, the misfits, and the ids that are not asked."""
    attempts = {}
    misfits, extra = [], []
    for id, given in submission.attempts.items():
        if id not in tasks:
            extra.append(id)
        elif is_misfit(tasks[id], len(given), submission.partial):
            misfits.append(id)
        else:
            attempts[id] = given
    return replace(submission, attempts=attempts), misfits, extra


def _dirt(submission: Submission) -> tuple[dict[str, int], int]:
    """Attempts that are no grids by their fault, and attempts that say the same again."""
    faults: Counter[str] = Counter()
    repeats = 0
    for tests in submission.attempts.values():
        for attempts in tests:
            seen = set()
            for attempt in attempts:
                if attempt is None:
                    faults["null"] += 1
                elif isinstance(attempt, GridError):
                    faults[attempt.fault] += 1
                else:
                    key = (attempt.shape, attempt.tobytes())
                    repeats += key in seen
                    seen.add(key)
    return dict(sorted(faults.items())), repeats


def _total(spending: Mapping[str, Spending]) -> Spending | None:
    if not spending:
        return None
    entries = list(spending.values())
    costs = [entry.cost for entry in entries if entry.cost is not None]
    tokens = [entry.tokens for entry in entries if entry.tokens is not None]
    return Spending(
        cost=math.fsum(costs) if costs else None,
        tokens=sum(tokens) if tokens else None,
        attempts=sum(entry.attempts for entry in entries),
        without_cost=sum(entry.without_cost for entry in entries),
        without_tokens=sum(entry.without_tokens for entry in entries),
    )
