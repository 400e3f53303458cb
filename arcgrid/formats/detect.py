"""Tells the formats apart: any path to a task set or to a submission, whatever it is.

The formats themselves are in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from arcgrid.errors import ArcgridError, FormatError
from arcgrid.formats import aab, kaggle, kaggle_2020
from arcgrid.formats.barc import iter_barc
from arcgrid.formats.bundled import is_bundled
from arcgrid.formats.files import MAX_WHOLE, Files, is_zip, open_files, reading
from arcgrid.formats.json_text import decode, read_text
from arcgrid.formats.kaggle import read_challenges
from arcgrid.formats.re_arc import read_re_arc
from arcgrid.formats.task_json import read_task_directory, read_task_file
from arcgrid.formats.task_tree import read_task_tree
from arcgrid.result import Submission
from arcgrid.task import TaskSet

SubmissionKind = Literal["kaggle", "kaggle-2020", "aab"]
"""What can be told from the first bytes; `aab` in both its shapes."""

_HEAD = 4096


def read_submission(path: Path | str) -> Submission:
    """Read a submission of any format, which is found out from its content.

    The path is a file, a directory, or a zip of either; where a directory or zip holds several
    submissions, go on to one of them as in `runs.zip/submissions/NAME`.

    - `kaggle`: `{id: [{"attempt_1": grid, ...}, ...]}`, also the `attempts.json` of o3
    - `kaggle-2020`: CSV, `output_id,output`
    - `aab`, `aab-plain`: a directory of `<id>.json`, or one such file; `results.json` is skipped

    Raises:
        FormatError: nothing is there, several submissions are, the zip is refused, or a file is
            not of its format; the place is named.
    """
    whole, inner = _split(Path(path))
    with open_files(whole) as files:
        found = _found(files, inner, path)
        if len(found) > 1:
            several = ", ".join(list(found)[:5]) + (" ..." if len(found) > 5 else "")
            problem = f"{len(found)} submissions are in here, name one: {several}"
            raise FormatError(problem, file=path)
        ((key, names),) = found.items()
        return read_submission_in(files, key, names)


def submission_kind(path: Path | str) -> SubmissionKind:
    """Name the format of the submission at a path.

    Raises:
        FormatError: as `read_submission`, but for what is wrong inside the files.
    """
    whole, inner = _split(Path(path))
    with open_files(whole) as files:
        names = next(iter(_found(files, inner, path).values()))
        return _kind(files, names[0]) or "kaggle"


def submissions_in(files: Files) -> Mapping[str, tuple[str, ...]]:
    """Find all submissions in a folder or zip: names of files by where the submission lies.

    A JSON list makes its folder an AAB submission, of all JSON files there; any other file is a
    submission of its own. Files called `results.json`, and CSV files of another kind, are none.

    Raises:
        FormatError: a file cannot be read.
    """
    folders: dict[str, list[str]] = {}
    for name in files.names:
        whole = PurePosixPath(name)
        if whole.name != "results.json" and (whole.suffix in _SUFFIXES or len(files.names) == 1):
            folders.setdefault(str(whole.parent), []).append(name)
    found: dict[str, tuple[str, ...]] = {}
    for folder, names in folders.items():
        texts = [name for name in names if PurePosixPath(name).suffix == ".json"]
        if texts and _kind(files, texts[0]) == "aab":
            found["" if folder == "." else folder] = tuple(texts)
            names = [name for name in names if name not in texts]
        for name in names:
            if name.endswith(".json") or _kind(files, name):
                found[name] = (name,)
    return found


def read_submission_in(files: Files, key: str, names: tuple[str, ...]) -> Submission:
    """Read one of the submissions that `submissions_in` has found.

    Raises:
        FormatError: as `read_submission`.
    """
    match _kind(files, names[0]):
        case "aab":
            return aab.read_submission_in(files, names, files.place(key))
        case "kaggle-2020":
            return kaggle_2020.read_submission_in(files, names[0])
        case _:
            return kaggle.read_submission_in(files, names[0])


_SUFFIXES = (".json", ".csv")
_NOT_FOUND = "there is no submission here: no Kaggle JSON or CSV, no directory of <id>.json lists"


def _found(files: Files, inner: str, path: Path | str) -> Mapping[str, tuple[str, ...]]:
    """The submissions at a path within a folder or zip; there is at least one."""
    if inner in files.names and inner.endswith(".json"):
        return {inner: (inner,)}
    found = {
        key: names
        for key, names in submissions_in(files).items()
        if not inner or key == inner or key.startswith(f"{inner}/")
    }
    if not found:
        raise FormatError(_NOT_FOUND, file=path)
    return found


def _split(path: Path) -> tuple[Path, str]:
    """A path into a zip as the zip and the rest; any other path as it is."""
    for parent in path.parents:
        if not path.exists() and parent.is_file() and is_zip(parent):
            return parent, path.relative_to(parent).as_posix()
    return path, ""


def _kind(files: Files, name: str) -> SubmissionKind | None:
    """The format of a file by its first bytes; None when it is none of them."""
    with reading(files, name), files.open(name) as stream:
        head = stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"["):
        return "aab"
    if head.startswith(b"{"):
        return "kaggle"
    return "kaggle-2020" if head.startswith(b"output_id") else None


def read_tasks(path: Path, seed: int = 0) -> TaskSet:
    """Read a task set of any format that can be told from its content.

    It is a directory of `<id>.json`; one task file; a Kaggle challenges file; a RE-ARC directory
    (whose pairs `seed` chooses); ConceptARC's or 1D-ARC's folders; or a BARC `.jsonl` file.
    Mini-ARC is not among them: what it takes for cells is a mistake anywhere else.

    Raises:
        FormatError, GridError, TaskError: the path is missing or not sound; the place is named.
    """
    if path.is_dir():
        return _read_directory(path, seed)
    if path.suffix == ".jsonl":
        return TaskSet(str(path), tuple(iter_barc(path)))
    if is_task_file(path):
        return TaskSet(str(path), (read_task_file(path),))
    if is_bundled(path):
        raise FormatError("a bundled file holds two sets: convert one of them first", file=path)
    return read_challenges(path)


def _read_directory(path: Path, seed: int) -> TaskSet:
    lists = next(iter(sorted((path / "tasks").glob("*.json")) or sorted(path.glob("*.json"))), None)
    if lists is not None and lists.read_bytes()[:_HEAD].lstrip().startswith(b"["):
        return read_re_arc(path, seed)
    if not any(path.glob("*.json")) and any(path.rglob("*.json")):
        return read_task_tree(path)
    return read_task_directory(path)


def check_tasks(path: Path) -> tuple[TaskSet | None, list[ArcgridError]]:
    """Read tasks, or find what is wrong with each file of a directory.

    Returns:
        The tasks and no problem, or None and the problems, each with its place.
    """
    try:
        return read_tasks(path), []
    except ArcgridError as error:
        if not path.is_dir():
            return None, [error]
        return None, list(_problems_in(path)) or [error]


def _problems_in(directory: Path) -> Iterator[ArcgridError]:
    for file in sorted(directory.glob("*.json")):
        try:
            read_task_file(file)
        except ArcgridError as error:
            yield error


def is_task_file(path: Path) -> bool:
    """True when a JSON file holds one task rather than tasks by id.

    Raises:
        FormatError: the file is missing or holds no JSON object.
    """
    try:
        if path.exists() and path.stat().st_size > MAX_WHOLE:
            return False  # no task is as large
        keys = decode(read_text(path), dict[str, msgspec.Raw])
        if not keys:
            raise FormatError("an empty object: neither a task nor tasks by id")
    except ArcgridError as error:
        raise error.within(file=path) from None
    # A task's `train` is a list; a task that is *named* train is an object.
    return any(bytes(keys[key]).lstrip()[:1] == b"[" for key in ("train", "test") if key in keys)
