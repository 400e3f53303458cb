"""The deployers of Dask clusters as the page *Many machines* shows them, without the clusters."""

from __future__ import annotations

import ast
import inspect
import os
import re
from contextlib import suppress
from pathlib import Path

import dask
import psutil
import pytest

import arcgrid
from arcgrid.engines.registry import find_engine
from arcgrid.solver import find_solver
from arcgrid.store import Store
from tests.dask_cluster import gone, wait_until

PAGE = (Path(__file__).parents[1] / "docs" / "many-machines.md").read_text()
SHOWN = [text for text in re.findall(r"```py\n(.*?)```", PAGE, re.DOTALL) if "Cluster(" in text]

SBATCH = """#!/bin/sh
cp "$1" jobs/script.sh
setsid sh jobs/script.sh > jobs/log 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
kill -- "-$1"
"""


def test_slurm_begins_workers_that_solve(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page shows, but for sizes; SLURM's commands begin a job's script on this machine."""
    (tmp_path / "jobs").mkdir()
    for name, script in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        command = tmp_path / "bin" / name
        command.parent.mkdir(exist_ok=True)
        command.write_text(script)
        command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    (code,) = [code for code in SHOWN if "SLURMCluster(" in code]
    for shown, small in (
        ("cores=8", "cores=1"),
        ('"32GB"', '"1GB"'),
        ("jobs=16", "jobs=1"),
        ('"search"', '"transforms"'),
        ('"arc-agi-1/training"', '"arcgrid/mini", limit=4'),
    ):
        assert code.count(shown) == 1
        code = code.replace(shown, small)
    # The usual port of Dask's dashboard may be taken here.
    given = {"interface": "lo", "scheduler-options": {"dashboard_address": "127.0.0.1:0"}}
    with dask.config.set({f"jobqueue.slurm.{name}": value for name, value in given.items()}):
        exec(compile(code, "many-machines.md", "exec"), {})
    assert "#SBATCH --cpus-per-task=1" in (tmp_path / "jobs/script.sh").read_text()
    with Store(store) as opened:
        (run,) = opened.runs()
        kinds = {outcome.kind for outcome in opened.outcomes(run).values()}
    assert (run.plan.engine, run.done, kinds) == ("dask", 4, {"answered"})
    wait_until(lambda: gone(begun_in(tmp_path)), "the processes of the job")


def begun_in(folder: Path) -> list[psutil.Process]:
    """Other processes that work in a folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.cwd() == str(folder):
                found.append(process)
    return found


@pytest.mark.parametrize("code", SHOWN, ids=["slurm", "kubernetes"])
def test_runs_on_deployed_clusters_are_given_what_there_is(code: str) -> None:
    """Names, options and the engine of the call exist; nothing is begun."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    (call,) = [one for one in calls if ast.unparse(one.func) == "arcgrid.run"]
    given = {key.arg or "": ast.unparse(key.value) for key in call.keywords}
    solver, tasks = map(ast.literal_eval, call.args)
    bound = inspect.signature(arcgrid.run).bind(solver, tasks, **given)
    assert bound.arguments["scheduler"] == "cluster.scheduler_address"
    assert find_solver(solver).name == solver
    assert find_engine(ast.literal_eval(given["engine"])).machines
    assert len(arcgrid.load(tasks)) == 400
