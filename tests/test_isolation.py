"""Thefts in real workers: each fails at the default level, and succeeds where nothing is closed."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import arcgrid
from arcgrid.engines.local.grants import grants
from arcgrid.machine import cache_home
from tests.fixtures import thefts
from tests.runs import SOLVERS, explanation, outcomes_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a sandbox")

PUZZLE = Path(__file__).parents[1] / "tasks" / "arcgrid_tasks" / "mini" / "gravity-down.json"


@pytest.fixture(scope="module")
def prey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """All that there is to steal, on this machine and in this process."""
    folder = tmp_path_factory.mktemp("prey")
    tasks = folder / "data" / "gravity-down.json"
    tasks.parent.mkdir()
    tasks.write_bytes(PUZZLE.read_bytes())
    tasks.with_name("solutions.json").write_text("{}")
    (folder / "key").write_text("secret")
    reader, writer = os.pipe()
    with ExitStack() as stack:
        shared = Path("/dev/shm", f"arcgrid-test-{os.getpid()}")
        shared.write_text("shared")
        stack.callback(shared.unlink)
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        path = str(folder / "socket")
        for name in (path, f"\0{path}"):
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(name)
            server.listen()
        (cache_home() / "kernels-0").mkdir(exist_ok=True)
        yield {
            "tasks": str(tasks),
            "solutions": str(tasks.with_name("solutions.json")),
            "store": str(folder / "store.sqlite"),
            "home": str(folder),
            "cache": str(cache_home()),
            "pid": os.getpid(),
            "pipe": writer,
            "port": listening.getsockname()[1],
            "socket": path,
            "shared": str(shared),
        }
    for fd in (reader, writer):
        os.close(fd)


def stolen(prey: dict[str, object], level: str) -> dict[str, str]:
    """What each theft came to at a level."""
    store = Path(str(prey["store"]))
    result = arcgrid.run(
        str(SOLVERS / "thefts.py"),
        str(prey["tasks"]),
        workers=1,
        store=store,
        sandbox=level,  # type: ignore[arg-type]  # one of the levels
        options={"prey": json.dumps(prey)},
    )
    told: dict[str, str] = json.loads(explanation(outcomes_of(store, result)[0]))
    return told


@pytest.fixture(scope="module")
def at_off(prey: dict[str, object]) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THE_KEY", "secret")
        return stolen(prey, "off")


@pytest.fixture(scope="module")
def at_default(prey: dict[str, object]) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THE_KEY", "secret")
        return stolen(prey, "default")


@pytest.mark.parametrize("name", thefts.THEFTS)
def test_a_theft_succeeds_at_off_and_fails_at_default(
    name: str, at_off: dict[str, str], at_default: dict[str, str]
) -> None:
    if "PermissionError" in at_off[name]:
        pytest.skip("this machine forbids it to everybody")
    assert at_off[name] == "stolen"
    if not grants().landlock or not grants().namespaces:
        pytest.skip("this machine does not grant what closes it")
    assert at_default[name] != "stolen"
