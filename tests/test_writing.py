"""Files are written whole or not at all, never over a store, never through a link."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from arcgrid.cli import main
from arcgrid.errors import FormatError
from arcgrid.formats.kaggle import write_challenges
from arcgrid.formats.task_json import write_task_directory
from arcgrid.store import Store
from arcgrid.writing import (
    check_directory,
    write_bytes,
    write_directory,
    write_files,
    write_text,
)
from tests.runs import run_small
from tests.samples import task

LARGE = b"x" * 50_000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    path = tmp_path / "folder"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow past 4 KiB; what comes after that fails, half written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def test_a_full_disk_leaves_the_good_file(folder: Path) -> None:
    path = folder / "a.txt"
    path.write_text("good")
    with full_disk(), pytest.raises(FormatError, match=r"a\.txt: cannot write: file too large$"):
        write_bytes(path, LARGE)
    assert path.read_text() == "good"
    assert names(folder) == ["a.txt"]


def test_a_full_disk_leaves_no_half_of_files_that_belong_together(folder: Path) -> None:
    files = {folder / "a.txt": b"small", folder / "b.txt": LARGE}
    with full_disk(), pytest.raises(FormatError, match=r"b\.txt: cannot write: file too large$"):
        write_files(files)
    assert names(folder) == []


@pytest.mark.parametrize("before", [False, True], ids=["new", "empty before"])
def test_a_full_disk_leaves_no_half_of_a_directory(folder: Path, before: bool) -> None:
    if before:
        (folder / "out").mkdir()
    files = [("a.json", "small"), ("b.json", LARGE.decode())]
    with full_disk(), pytest.raises(FormatError, match=r"out: cannot write: file too large$"):
        write_directory(folder / "out", files)
    assert names(folder) == (["out"] if before else [])
    assert not before or names(folder / "out") == []


def test_a_task_that_names_no_file_leaves_no_half_of_a_directory(folder: Path) -> None:
    tasks = [task("good", [[1]]), task("a/b", [[1]])]
    with pytest.raises(FormatError, match=r"task a/b: this id cannot be the name of a file$"):
        write_task_directory(folder / "out", tasks)
    assert names(folder) == []


def test_permissions_stay(folder: Path) -> None:
    write_text(folder / "new", "1")
    (folder / "plain").write_text("1")
    assert (folder / "new").stat().st_mode == (folder / "plain").stat().st_mode
    (folder / "new").chmod(0o640)
    write_text(folder / "new", "2")
    assert stat.S_IMODE((folder / "new").stat().st_mode) == 0o640
    (folder / "out").mkdir()
    (folder / "out").chmod(0o711)
    write_directory(folder / "out", [("a", "1")])
    assert stat.S_IMODE((folder / "out").stat().st_mode) == 0o711


LINK = "this is a link: name the file that it leads to"


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("target", ["there", "nowhere"])
def test_nothing_is_written_through_a_link(folder: Path, target: str, force: bool) -> None:
    (folder / "there").write_text("good")
    (folder / "link").symlink_to(target)
    with pytest.raises(FormatError, match=f"link: {LINK}$"):
        write_text(folder / "link", "bad", force=force)
    assert names(folder) == ["link", "there"]
    assert (folder / "there").read_text() == "good"


def test_directories_to_write_to(folder: Path) -> None:
    write_directory(folder / "new" / "one", [])
    assert names(folder / "new") == ["one"]
    (folder / "new" / "a.txt").write_text("")
    (folder / "link").symlink_to("new/one")
    refused = {
        "new": "this directory is not empty: name a new one",
        "new/a.txt": "this is a file, and a directory is wanted",
        "link": "this is a link: name the directory that it leads to",
    }
    for name, problem in refused.items():
        with pytest.raises(FormatError, match=f"{name}: {problem}$"):
            check_directory(folder / name)
    os.chdir(folder / "new" / "one")
    with pytest.raises(FormatError, match=r"this is the working directory: name a new one in it$"):
        check_directory(Path())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_streams_are_written_as_they_are() -> None:
    code = (
        "from pathlib import Path; from arcgrid.writing import write_text as w; w(Path('{}'), 'x')"
    )
    script = code.format("/dev/stdout")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"x", b"")
    with pytest.raises(FormatError, match=r"/dev/full: cannot write: no space left on device$"):
        write_text(Path("/dev/full"), "x")


COMMANDS = {
    "export": "export latest -o {}",
    "export aab": "export latest --format aab -o {}",
    "convert": "convert latest --format kaggle -o {}",
    "convert to a directory": "convert latest --format aab-plain -o {}",
    "table": "table -o {}",
    "outcomes": "outcomes latest --json -o {}",
    "report": "report latest -o {}",
    "render": "render arcgrid/mini/gravity-down -o {}",
}


@pytest.mark.parametrize("line", COMMANDS.values(), ids=COMMANDS)
def test_no_command_writes_over_a_store(line: str, folder: Path) -> None:
    path = folder / "store.svg"  # render goes by the end of the name
    run_small(path, "identity")
    before = path.read_bytes()
    words = [*line.format(path).split(), "--force"]
    result = CliRunner().invoke(main, words, env={"ARCGRID_STORE": str(path)})
    assert (result.exit_code, result.stderr.startswith(f"Error: {path}: this is a ")) == (2, True)
    assert path.read_bytes() == before
    with Store(path) as opened:
        assert len(opened.runs()) == 1


def test_what_sqlite_keeps_beside_a_store_is_no_file_to_write(folder: Path) -> None:
    path = folder / "store.sqlite"
    run_small(path, "identity")
    wal = folder / "store.sqlite-wal"
    wal.write_text("outcomes")
    problem = "this is a database, such as a run store: nothing is written over it"
    with pytest.raises(FormatError, match=f"sqlite-wal: {problem}$"):
        write_text(wal, "")
    assert wal.read_text() == "outcomes"


def test_solutions_of_others_are_never_lost(folder: Path) -> None:
    path, solutions = folder / "x_challenges.json", folder / "x_solutions.json"
    write_challenges(path, [task("one", [[1]])])
    write_challenges(path, [task("one", [[1]])])  # the same once more
    kept = path.read_bytes(), solutions.read_bytes()
    for tasks in ([task("one", [[2]])], [task("two", [[1]])]):
        with pytest.raises(FormatError, match=r"x_solutions\.json: these solutions are oth"):
            write_challenges(path, tasks)
    assert (path.read_bytes(), solutions.read_bytes()) == kept
