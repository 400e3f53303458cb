"""The submission formats, and a submission from any path: which format it is, is found out.

A format is a module beside this one, a line in `FORMATS`, or another package's entry point.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from arcgrid.errors import FormatError
from arcgrid.formats import aab, aab_plain, inspect_log, kaggle, kaggle_2020
from arcgrid.formats.contents import SUBMISSION, describe
from arcgrid.formats.files import Files, is_zip, open_files, reading
from arcgrid.formats.format import SubmissionFormat
from arcgrid.plugins import plugins
from arcgrid.result import Submission

GROUP = "arcgrid.submission_formats"
"""The entry-point group in which other packages register a `SubmissionFormat`."""

FORMATS = (inspect_log.FORMAT, kaggle.FORMAT, kaggle_2020.FORMAT, aab.FORMAT, aab_plain.FORMAT)
"""The formats that come with arcgrid."""

_HEAD = 4096
_NOT_FOUND = "there is no submission here: no Kaggle JSON or CSV, no directory of <id>.json lists"


def submission_formats() -> Mapping[str, SubmissionFormat]:
    """All submission formats by name; those of other packages are asked first."""
    return {format.name: format for format in (*plugins(GROUP), *FORMATS)}


def read_submission(path: Path | str) -> Submission:
    """Read a submission of any format, which is found out from its content.

    The path is a file, a directory, or a zip of either; where a directory or zip holds several
    submissions, go on to one of them as in `runs.zip/submissions/NAME`.

    Raises:
        FormatError: nothing is there, several submissions are, the zip is refused, or a file is
            not of its format; the place is named.
    """
    whole, inner = _split(Path(path))
    by_path = _format_of_whole(whole) if not inner else None
    if by_path is not None and by_path.read_path is not None:
        return by_path.read_path(whole)
    with open_files(whole) as files:
        found = _found(files, inner, path)
        if len(found) > 1:
            several = ", ".join(list(found)[:5]) + (" ..." if len(found) > 5 else "")
            problem = f"{len(found)} submissions are in here, name one: {several}"
            raise FormatError(problem, file=path)
        ((key, names),) = found.items()
        try:
            return read_submission_in(files, key, names)
        except FormatError as error:
            other = describe(whole)
            if other in (None, SUBMISSION):
                raise
            problem = f"this holds {other}, and a submission is wanted"
            raise FormatError(problem, file=path) from error


def submission_kind(path: Path | str) -> str:
    """Name the format that reads the submission at a path.

    Raises:
        FormatError: as `read_submission`, but for what is wrong inside the files.
    """
    whole, inner = _split(Path(path))
    by_path = _format_of_whole(whole) if not inner else None
    if by_path is not None:
        return by_path.name
    with open_files(whole) as files:
        names = next(iter(_found(files, inner, path).values()))
        return _format_of(files, names[0]).name


def submissions_in(files: Files) -> Mapping[str, tuple[str, ...]]:
    """Find all submissions in a folder or zip: names of files by where the submission lies.

    Where the first JSON file of a folder is one task of a submission, all JSON files there are;
    any other file is a submission of its own. Files called `results.json`, official scores, and
    files of no format are none.

    Raises:
        FormatError: a file cannot be read.
    """
    suffixes = {suffix for format in submission_formats().values() for suffix in format.suffixes}
    folders: dict[str, list[str]] = {}
    for name in files.names:
        whole = PurePosixPath(name)
        if whole.name != "results.json" and (whole.suffix in suffixes or len(files.names) == 1):
            folders.setdefault(str(whole.parent), []).append(name)
    found: dict[str, tuple[str, ...]] = {}
    for folder, names in folders.items():
        texts = [name for name in names if PurePosixPath(name).suffix == ".json"]
        if texts and _format_of(files, texts[0]).directory:
            found["" if folder == "." else folder] = tuple(texts)
            names = [name for name in names if name not in texts]
        for name in names:
            if name.endswith(".json") or _sniffed(files, name):
                found[name] = (name,)
    return found


def read_submission_in(files: Files, key: str, names: tuple[str, ...]) -> Submission:
    """Read one of the submissions that `submissions_in` has found.

    Raises:
        FormatError: as `read_submission`.
    """
    read = _format_of(files, names[0]).read
    assert read is not None  # as it has told its own files
    return read(files, names, files.place(key))


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


def _format_of_whole(path: Path) -> SubmissionFormat | None:
    """The format of a file that can only be read as a whole; None when it is none of them."""
    if not path.is_file():
        return None
    head = b""
    if not is_zip(path):
        with open_files(path) as files:
            head = _head_of(files, files.names[0])
    told = (one for one in submission_formats().values() if one.tells and one.tells(path, head))
    return next(told, None)


def _format_of(files: Files, name: str) -> SubmissionFormat:
    """The format of a file that is taken for a submission; its reader says what is wrong."""
    return _sniffed(files, name) or kaggle.FORMAT


def _sniffed(files: Files, name: str) -> SubmissionFormat | None:
    """The format of a file by its first bytes; None when it is none of them."""
    head = _head_of(files, name)
    told = (one for one in submission_formats().values() if one.sniff and one.sniff(head))
    return next(told, None)


def _head_of(files: Files, name: str) -> bytes:
    """The first bytes of a file, without byte order mark and leading white space."""
    with reading(files, name), files.open(name) as stream:
        return stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
