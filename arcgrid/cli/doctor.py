"""`arcgrid doctor`: what this machine can keep a solver from."""

from __future__ import annotations

import click

from arcgrid.cli.options import json_option, print_json
from arcgrid.engines.local.doctor import examine, examined_record


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Try what this machine can keep a solver from, and say what to install or to switch on."""
    findings = examine()
    if as_json:
        print_json(examined_record(findings))
        return
    for finding in findings:
        click.echo(f"{'yes' if finding.holds else 'no':4} {finding.what}: {finding.by}")
        if finding.advice:
            click.echo(f"     {finding.advice}")
