"""What many tests need: a run store of their own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

pytest_plugins = ["tests.whole"]

# What a shell runs in the background ignores Ctrl-C, and so would the commands that tests begin.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no failure: no test asserts a time. The examples are the same in every run;
# `--hypothesis-profile=random --hypothesis-seed=N` draws others, again those of N.
settings.register_profile("arcgrid", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None, print_blob=True)
settings.load_profile("arcgrid")
# Thousands of runs: each is short, and the same every time; no example that fails is made smaller.
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=10,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: tests wait a third of their time for processes."""
    return (3 * (os.cpu_count() or 1) + 1) // 2


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a run store that does not exist yet, also the default of this test."""
    path = tmp_path / "store.sqlite"
    monkeypatch.setenv("ARCGRID_STORE", str(path))
    return path


@pytest.fixture
def clean_imports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test loads is forgotten after it."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if "arcgrid" not in name:
            del sys.modules[name]
