"""The older, plain shape of `aab`, which is the one written: grids and nulls alone.

Both shapes are read in `aab`.
"""

from __future__ import annotations

from pathlib import Path

from arcgrid.errors import GridError
from arcgrid.formats.attempts import TaskAttempts, attempt_losses, metadata_losses
from arcgrid.formats.files import file_name
from arcgrid.formats.format import SubmissionFormat
from arcgrid.formats.json_text import format_grid
from arcgrid.result import Attempt, Submission
from arcgrid.writing import write_directory


def format_task_file(attempts: TaskAttempts) -> str:
    """Format the attempts at one task in the plain shape, one attempt a line.

    An attempt that is no grid becomes null. The current shape wants a model, times and a cost for
    every attempt, which a run has, and another submission has not.
    """
    entries = []
    for given in attempts:
        lines = ",\n".join(
            f'  "attempt_{number}": {_format_attempt(attempt)}'
            for number, attempt in enumerate(given, 1)
        )
        entries.append("{\n" + lines + "\n}" if lines else "{}")
    return "[" + ",\n".join(entries) + "]\n"


def write_submission(path: Path, submission: Submission) -> None:
    """Write a submission directory in the plain shape.

    Raises:
        FormatError: the directory is not empty, an id cannot be the name of a file, or a file
            cannot be written; then nothing is.
    """
    names = {id: file_name(id) for id in submission.attempts}
    given = submission.attempts.items()
    write_directory(path, ((names[id], format_task_file(attempts)) for id, attempts in given))


def _format_attempt(attempt: Attempt) -> str:
    return "null" if attempt is None or isinstance(attempt, GridError) else format_grid(attempt)


FORMAT = SubmissionFormat(
    name="aab-plain",
    about="arc-agi-benchmarking, older plain shape: directory of `<id>.json`, a grid or null for "
    "each attempt",
    write=write_submission,
    losses=lambda submission: [*attempt_losses(submission), *metadata_losses(submission)],
    directory=True,
)
