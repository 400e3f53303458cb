"""Submissions of any format at any path: found out, loose or zipped, small or very large."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from arcgrid import GridError, load, read_submission
from arcgrid.errors import FormatError
from arcgrid.formats import kaggle, submissions
from arcgrid.formats.attempts import StoredAttempts
from arcgrid.formats.files import open_files
from arcgrid.formats.format import SubmissionFormat
from arcgrid.formats.submissions import submission_kind, submissions_in
from arcgrid.result import Submission
from arcgrid.scoring.rules import score

PUBLISHED = Path(__file__).parents[2] / "shared" / "published"

KAGGLE = '{"ab": [{"attempt_1": [[1]], "attempt_2": null}]}'
CSV = "output_id,output\nab_0,|1| \n"
PLAIN = '[{"attempt_1": [[1]], "attempt_2": null}]'
FULL = '[{"attempt_1": {"answer": [[1]], "metadata": {"pair_index": 0}}, "attempt_2": null}]'

# name: files, the path to ask for, the kind, the format, the rest of the submission's name
FOUND: dict[str, tuple[dict[str, str], str, str, str, str]] = {
    "Kaggle JSON": ({"s.json": KAGGLE}, "s.json", "kaggle", "kaggle", "/s.json"),
    "without suffix": ({"s": KAGGLE}, "s", "kaggle", "kaggle", "/s"),
    "in a directory": ({"s.json": KAGGLE, "results.json": "{}"}, "", "kaggle", "kaggle", "/s.json"),
    "deep in it": ({"a/b/s.json": KAGGLE, "a/c.txt": ""}, "", "kaggle", "kaggle", "/a/b/s.json"),
    "CSV": ({"s.csv": CSV, "other.csv": "a,b\n"}, "", "kaggle-2020", "kaggle-2020", "/s.csv"),
    "plain directory": ({"ab.json": PLAIN, "results.json": "{}"}, "", "aab", "aab-plain", ""),
    "white space first": ({"ab.json": "\ufeff \n" + PLAIN}, "", "aab", "aab-plain", ""),
    "full directory": ({"ab.json": FULL}, "", "aab", "aab", ""),
    "one file of it": ({"ab.json": FULL, "cd.json": PLAIN}, "ab.json", "aab", "aab", "/ab.json"),
    "deep directory": ({"x/y/ab.json": PLAIN}, "", "aab", "aab-plain", "/x/y"),
    "one of several": ({"x/ab.json": PLAIN, "y/ab.json": FULL}, "y", "aab", "aab", "/y"),
}


def in_folder(path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (path / "in" / name).write_text(text)
    return path / "in"


def in_zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path / "in.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name, text)
    return path / "in.zip"


def plain(given: Submission) -> object:
    return {
        id: [[one if one is None else one.tolist() for one in test] for test in tests]  # type: ignore[union-attr]  # no faults here
        for id, tests in given.attempts.items()
    }


@pytest.mark.parametrize("pack", [in_folder, in_zip])
@pytest.mark.parametrize(("files", "path", "kind", "format", "name"), FOUND.values(), ids=FOUND)
def test_what_is_found(
    files: dict[str, str],
    path: str,
    kind: str,
    format: str,
    name: str,
    pack: Callable[[Path, dict[str, str]], Path],
    tmp_path: Path,
) -> None:
    place = pack(tmp_path, files)
    read = read_submission(place / path)
    assert (submission_kind(place / path), read.format) == (kind, format)
    assert read.name == f"{place}{name}"
    wanted = [[1]], None
    assert plain(read) == {"ab": [list(wanted[:1] if format == "kaggle-2020" else wanted)]}


NONE = "there is no submission here: no Kaggle JSON or CSV, no directory of <id>.json lists"

# name: files, the path to ask for, what is wrong
FAULTS: dict[str, tuple[dict[str, str], str, str]] = {
    "nothing": ({"c.txt": ""}, "", f": {NONE}"),
    "only results": ({"results.json": "{}"}, "", f": {NONE}"),
    "another text": ({"a.txt": "hello"}, "a.txt", f": {NONE}"),
    "two": (
        {"a/ab.json": PLAIN, "b.json": KAGGLE},
        "",
        ": 2 submissions are in here, name one: a, b.json",
    ),
    "five": (
        {f"{name}.json": KAGGLE for name in "abcde"},
        "",
        ": 5 submissions are in here, name one: a.json, b.json, c.json, d.json, e.json",
    ),
    "six": (
        {f"{name}.json": KAGGLE for name in "abcdef"},
        "",
        ": 6 submissions are in here, name one: a.json, b.json, c.json, d.json, e.json ...",
    ),
    "no JSON": ({"a.json": "hello"}, "", "/a.json: not JSON"),
}


@pytest.mark.parametrize("pack", [in_folder, in_zip])
@pytest.mark.parametrize(("files", "path", "problem"), FAULTS.values(), ids=FAULTS)
def test_what_is_no_submission(
    files: dict[str, str],
    path: str,
    problem: str,
    pack: Callable[[Path, dict[str, str]], Path],
    tmp_path: Path,
) -> None:
    place = pack(tmp_path, files)
    with pytest.raises(FormatError) as caught:
        read_submission(place / path)
    assert str(caught.value) == f"{place / path}{problem}"


def test_a_log_of_inspect_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "x.eval").write_text("anything")
    assert submission_kind(tmp_path / "x.eval") == "inspect"
    place = in_zip(tmp_path, {"ab.json": PLAIN}).rename(tmp_path / "in.eval")
    assert submission_kind(place) == "inspect"
    assert submission_kind(place / "ab.json") == "aab"


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"none: no such file or directory$"):
        read_submission(tmp_path / "none")
    place = in_zip(tmp_path, {"ab.json": PLAIN})
    with pytest.raises(FormatError, match=r"in\.zip/x: there is no submission here"):
        read_submission(place / "x")
    with pytest.raises(FormatError, match=r"in\.zip/x: there is no submission here"):
        submission_kind(place / "x")


def test_the_whole_zip_is_checked_before_a_part_is_read(tmp_path: Path) -> None:
    place = in_zip(tmp_path, {"ab.json": PLAIN, "../x": ""})
    with pytest.raises(FormatError, match=r"in\.zip: this zip holds a path with '\.\.': '\.\./x'$"):
        read_submission(place / "ab.json")


def test_a_large_submission_stays_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {
        f"{n:02}": [{"attempt_1": [[n % 10]], "attempt_2": [[1, 2], [3]]}] for n in range(30)
    }
    file = tmp_path / "s.json"
    file.write_text(" " + json.dumps(entries, indent=1))
    monkeypatch.setattr(kaggle, "LARGE", file.stat().st_size)
    small = read_submission(file)
    assert isinstance(small.attempts, dict)
    monkeypatch.setattr(kaggle, "LARGE", 100)
    large = read_submission(file)
    assert not isinstance(large.attempts, dict)
    assert (large.name, large.format) == (small.name, small.format) == (str(file), "kaggle")
    assert list(large.attempts) == list(small.attempts)
    assert len(large.attempts) == 30
    assert ("07" in large.attempts, "xx" in large.attempts) == (True, False)
    for id, ((grid, fault),) in large.attempts.items():
        assert grid is not None
        assert not isinstance(grid, GridError)
        assert grid.tolist() == [[int(id) % 10]]
        assert str(fault) == "row 1: 1 cells, but row 0 has 2"
    file.write_text("x" * file.stat().st_size)
    with pytest.raises(FormatError, match=r"s\.json, task 07: not JSON: "):
        large.attempts["07"]


def test_a_format_that_is_read_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told by the path and the first bytes; of a zip there are none."""
    heads: dict[Path, bytes] = {}

    def tells(path: Path, head: bytes) -> bool:
        heads[path] = head
        return head.startswith(b"WHOLE") or path.suffix == ".whole"

    form = SubmissionFormat(
        *("whole", "made up"),
        tells=tells,
        read_path=lambda path: Submission(str(path), {}, "whole"),
    )
    monkeypatch.setattr(submissions, "FORMATS", (form, *submissions.FORMATS))
    file = tmp_path / "s.json"
    file.write_text("\ufeff \nWHOLE")
    assert (read_submission(file).name, read_submission(file).format) == (str(file), "whole")
    assert submission_kind(file) == "whole"
    place = in_zip(tmp_path, {"ab.json": PLAIN}).rename(tmp_path / "in.whole")
    assert read_submission(place).format == "whole"
    assert read_submission(place / "ab.json").format == "aab-plain"
    assert heads == {file: b"WHOLE", place: b""}
    monkeypatch.setattr(submissions, "FORMATS", (replace(form, read_path=None), kaggle.FORMAT))
    file.write_text(KAGGLE)
    assert read_submission(file).format == "kaggle"


@pytest.mark.parametrize("size", [0, 100_000])
@pytest.mark.parametrize(("name", "text"), [("s.json", KAGGLE), ("s.csv", CSV)])
def test_a_damaged_file_in_a_zip(name: str, text: str, size: int, tmp_path: Path) -> None:
    """Of a large one the first bytes are read without a fault, when the format is found out."""
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, text + ("\n " if name == "s.json" else "\n\n") * (5 + size))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") - 10] = ord("\r")
    path.write_bytes(data)
    with pytest.raises(FormatError) as caught:
        read_submission(path)
    assert str(caught.value) == f"{path}/{name}: cannot be read: bad CRC-32 for file '{name}'"


def test_attempts_whose_file_is_gone(tmp_path: Path) -> None:
    """And nothing is left to be complained of when they are thrown away."""
    with pytest.raises(FormatError, match=r"none: no such file or directory$"):
        StoredAttempts(tmp_path / "none", {}, lambda text, _: ())


def test_a_large_submission_is_checked_when_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kaggle, "LARGE", 1)
    file = tmp_path / "s.json"
    file.write_text('{"ab": [], "cd": [1]}')
    with pytest.raises(FormatError, match=r"s\.json, task cd, test\[0\]: an object with attempt_1"):
        read_submission(file)


# The golden values of arc-prize, all-outputs and kaggle-2024 on arc-agi-1/evaluation, measured
# against the official scorer's rows; the mapping of the published attempts is by position.
GOLDEN = {
    "open_ai_o3_high_20241220": (400, 91.50, 91.50, 91.65),
    "open_ai_o3_low_20241220": (400, 82.75, 82.75, 83.29),
    "open_ai_o1_med_20241217": (400, 31.88, 31.75, 33.41),
    "claude-3-haiku-20240307": (397, 5.75, 5.25, 6.21),
}


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published attempts are not at ../shared")
@pytest.mark.parametrize(("name", "golden"), GOLDEN.items(), ids=GOLDEN)
def test_the_published_attempts(name: str, golden: tuple[float, ...]) -> None:
    read = read_submission(PUBLISHED / f"{name}.zip")
    tasks = load("arc-agi-1/evaluation")
    found = [
        round(score(tasks, read, rule).percent + 1e-9, 2)
        for rule in ("arc-prize", "all-outputs", "kaggle-2024")
    ]
    assert (len(read.attempts), *found) == golden
    assert set(read.mapping.values()) <= {"position"}
    with open_files(PUBLISHED / f"{name}.zip") as files:
        assert len(submissions_in(files)) == 1
