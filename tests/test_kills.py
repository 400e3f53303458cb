"""Runs that are killed at random moments; `python -m tests.kills` does it as often as you like."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.kills import VICTIMS, kill_one, own_folder, unbroken

HOLDS = """
from tests.kills import own_folder
with own_folder() as folder:
    (folder / "store").write_text("")
    print(folder, flush=True)
    input()
"""


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


def test_what_a_killed_script_leaves_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    command = [sys.executable, "-c", HOLDS]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        with own_folder() as folder:
            assert set(tmp_path.iterdir()) == {theirs, folder}, "it is in use"
        assert list(tmp_path.iterdir()) == [theirs]
        other.kill()
    with own_folder() as folder:
        assert list(tmp_path.iterdir()) == [folder]
    assert list(tmp_path.iterdir()) == []
