"""`arcgrid store`: whether the run store is sound, and what is sound of one that is not."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import json_option, print_json, say, store_option
from arcgrid.errors import printable
from arcgrid.report.text import count
from arcgrid.store import store_path
from arcgrid.store.repair import Check, Finding, check, repair

_LISTED = 20
"""Findings that are printed."""


@click.group()
def command() -> None:
    """Check and repair the run store."""


@command.command("check")
@store_option
@json_option
def check_store(store: Path | None, as_json: bool) -> None:
    """Look at all that the run store holds, and say what of it is damaged.

    Exit status 2 when something is.
    """
    path = store_path(store)
    found = check(path)
    if as_json:
        print_json(found)
    else:
        _show(path, found)
    if found.findings:
        raise SystemExit(2)


@command.command("repair")
@store_option
def repair_store(store: Path | None) -> None:
    """Make the run store anew of what is sound in it; the damaged file is kept beside it.

    Outcomes that are left out can be had again: `arcgrid run --resume RUN`.
    """
    path = store_path(store)
    found, kept = repair(path)
    _show(path, found)
    if kept is not None:
        click.echo(f"made anew of what is sound; the damaged file is {printable(str(kept))}")
    elif found.findings:
        click.echo("goes on with what is left")
    elif found.unsealed:
        click.echo(f"{count(found.unsealed, 'outcome')} got a checksum")
    else:
        click.echo("there was nothing to repair")


def _show(path: Path, found: Check) -> None:
    for finding in found.findings[:_LISTED]:
        say(_line(finding))
    beyond = len(found.findings) - _LISTED
    if beyond > 0:
        say(f"and {beyond:,} more (`arcgrid store check --json` has all)")
    state = "damaged" if found.findings else "sound"
    what = f"{count(found.runs, 'run')}, {count(found.outcomes, 'outcome')}"
    older = f" ({found.unsealed:,} without a checksum)" if found.unsealed else ""
    sound = " sound" if found.findings else ""
    click.echo(f"{printable(str(path))}: {state}, {what}{sound}{older}")


def _line(finding: Finding) -> str:
    place = "the file" if finding.run is None else f"run {finding.run}"
    task = "" if finding.task is None else f", task {finding.task}"
    return f"{place}{task}: {finding.problem}"
