"""Runs that are killed at random moments; `python -m tests.kills` does it as often as you like."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kills import VICTIMS, kill_one, unbroken


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The outcomes of the run that nobody kills."""
    return unbroken(tmp_path_factory.mktemp("kills") / "whole")


@pytest.mark.parametrize("seed", range(1000, 1010), ids=lambda seed: f"{seed}-{VICTIMS[seed % 4]}")
def test_a_killed_run_ends_as_if_it_was_not(
    seed: int, whole: dict[str, object], tmp_path: Path
) -> None:
    trial = kill_one(tmp_path / "trial", seed, whole)
    assert (trial.lost, trial.left) == ([], [])
