"""`arcgrid prompt`: what `chat` would send about a task."""

from __future__ import annotations

from typing import Any

import click

from arcgrid.cli.options import json_option, print_json, text_width
from arcgrid.datasets import find_task
from arcgrid.engines.chat.prompts import Prompt, estimate_tokens, find_prompt, list_prompts
from arcgrid.engines.chat.wire import WAYS, Way
from arcgrid.errors import TaskError
from arcgrid.report.text import count, format_table
from arcgrid.task import Task


@click.command()
@click.argument("task", required=False)
@click.option(
    "--prompt", "name", default="rows", show_default=True, help="A name, or the path of a file."
)
@click.option("--test", type=click.IntRange(0), help="Only this test input [default: all].")
@click.option(
    "--answer-by",
    "way",
    type=click.Choice(WAYS),
    default=WAYS[0],
    show_default=True,
    help="How the model is to answer.",
)
@json_option
def command(task: str | None, name: str, test: int | None, way: Way, as_json: bool) -> None:
    """Print what the solver `chat` would send about TASK, and how many tokens that may be.

    Without TASK, list the prompts that come with arcgrid. A prompt is a TOML file with a `user` and
    a `system` text; `run chat -O prompt=PATH` takes one of your own.
    """
    if task is None:
        _list(as_json)
        return
    prompt, found = find_prompt(name), find_task(task)
    if test is not None and test >= len(found.test):
        problem = f"there is no test {test}: it has {count(len(found.test), 'test input')}"
        raise TaskError(problem, task=found.id)
    tests = range(len(found.test)) if test is None else [test]
    records = [_record(prompt, found, number, way) for number in tests]
    if as_json:
        print_json({"prompt": name, "digest": prompt.digest, "requests": records})
        return
    for record in records:
        click.echo(_text(record))
    tokens = sum(record["tokens"] for record in records)
    what = f"prompt {name} sha256:{prompt.digest[:12]}"
    click.echo(f"{what}, {count(len(records), 'request')}, about {tokens:,} tokens", err=True)


def _list(as_json: bool) -> None:
    found = list_prompts()
    if as_json:
        print_json({"prompts": found})
    else:
        click.echo(format_table(("prompt", "~about"), found.items(), text_width()), nl=False)


def _record(prompt: Prompt, task: Task, test: int, way: Way) -> dict[str, Any]:
    messages = prompt.messages(task.puzzle, test, way)
    return {"test": test, "messages": messages, "tokens": estimate_tokens(messages)}


def _text(record: dict[str, Any]) -> str:
    parts = [f"# test[{record['test']}], about {record['tokens']:,} tokens"]
    for message in record["messages"]:
        content = message["content"]
        shown = content if isinstance(content, str) else "\n\n".join(map(_part, content))
        parts.append(f"## {message['role']}\n\n{shown}")
    return "\n\n".join(parts) + "\n"


def _part(part: dict[str, Any]) -> str:
    """A part of a message; of a picture only what it is."""
    if "text" in part:
        return str(part["text"])
    return f"[a picture: {len(part['image_url']['url']):,} characters of PNG in base64]"
