"""`arcgrid render`, and `arcgrid show` on terminals of several widths and depths of color."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
import termios
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from pypdf import PdfReader

from arcgrid.cli import main
from arcgrid.palette import COLOR_BLIND, rgb
from arcgrid.render import ansi, pdf, png, svg
from arcgrid.render.style import Style
from arcgrid.task import TaskSet
from tests.pictures import gravity, mini
from tests.runs import HOSTILE, run_small

GRAVITY = "arcgrid/mini/gravity-down"


def render(*arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["render", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result


def test_each_format(tmp_path: Path) -> None:
    forms: dict[str, Any] = {"svg": svg, "png": png, "pdf": pdf}
    for name, form in forms.items():
        path = tmp_path / f"task.{name}"
        assert render(GRAVITY, "-o", path).output == ""
        wanted = form.task(gravity())
        assert path.read_bytes() == (wanted.encode() if isinstance(wanted, str) else wanted)


def test_all_options(tmp_path: Path) -> None:
    path = tmp_path / "task.SVG"
    options = ["--palette", "site", "--digits", "--cell", 9, "--width", 700, "--no-labels"]
    render(GRAVITY, "-o", path, *options, "--dark", "--hide-answers", "--transparent")
    style = Style("site", True, 9, 700, False, True, False, True)
    assert path.read_text() == svg.task(gravity(), style)


def test_a_set_is_a_contact_sheet(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    render("arcgrid/mini", "-o", path)
    assert path.read_bytes() == png.task_set(mini())
    with Image.open(path) as image:
        assert image.width == 1600
    render("arcgrid/mini", "-o", tmp_path / "sheet.pdf", "--width", 800)
    assert len(PdfReader(BytesIO((tmp_path / "sheet.pdf").read_bytes())).pages) > 1


def test_several_tasks_are_a_contact_sheet_without_repetition(tmp_path: Path) -> None:
    path = tmp_path / "two.svg"
    render(GRAVITY, "maze-thread", "gravity-down", "-o", path)
    two = (gravity(), mini()["maze-thread"])
    assert path.read_text() == svg.task_set(TaskSet(f"{GRAVITY}, maze-thread, gravity-down", two))


def test_tasks_from_files(tmp_path: Path) -> None:
    folder = Path("tasks/arcgrid_tasks/mini").resolve()
    path = tmp_path / "out.svg"
    render(folder / "gravity-down.json", "-o", path)
    assert path.read_text() == svg.task(gravity())
    render(folder, "-o", path)
    assert "40 tasks" in path.read_text()


def test_attempts_of_a_run(store: Path, tmp_path: Path) -> None:
    result = run_small(store, "identity", only=["gravity-down"])
    path = tmp_path / "run.svg"
    render("gravity-down", "--run", "latest", "-o", path)
    given = result.submission.attempts["gravity-down"]
    grids = [[attempt for attempt in tries if isinstance(attempt, np.ndarray)] for tries in given]
    assert path.read_text() == svg.task(gravity(), Style(), grids)
    assert "test[0] attempt_1" in path.read_text()
    assert " wrong" in path.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([GRAVITY, "-o", "x.gif"], "unknown kind of picture '.gif'; known: .pdf, .png, .svg"),
        ([GRAVITY, "-o", "png"], "unknown kind of picture 'png'; did you mean .png?"),
        (
            [GRAVITY, "-o", "x.svg", "--palette", "clasic"],
            "unknown palette 'clasic'; did you mean classic?",
        ),
        ([GRAVITY, "-o", "no/x.svg"], "no/x.svg: cannot write: no such file or directory"),
        ([GRAVITY, "-o", "x.svg", "--cell", "0"], "cell is 1 to 200 pixels, not 0"),
        (
            ["arcgrid/mini/nothing", "-o", "x.svg"],
            "unknown task of arcgrid/mini 'nothing'; 40 are known",
        ),
        (
            [GRAVITY, "maze-thread", "--run", "latest", "-o", "x.svg"],
            "maze-thread: --run draws the attempts at one task",
        ),
    ],
)
def test_mistakes_are_one_line(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = render(*arguments, status=2)
    assert result.stderr.startswith(f"Error: {message.partition(';')[0]}")
    assert result.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_task_without_attempts(store: Path, tmp_path: Path) -> None:
    run_small(store, f"{HOSTILE}:crash_exit", only=["gravity-down"])
    result = render("gravity-down", "--run", "latest", "-o", tmp_path / "x.svg", status=2)
    assert "has no attempt at this task" in result.stderr


# On a terminal


def on_terminal(columns: int, *arguments: str, depth: str = "truecolor") -> str:
    """What `arcgrid show` prints on a terminal of so many columns."""
    leader, follower = os.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "COLUMNS", "LINES")
    }
    command = [sys.executable, "-m", "arcgrid", "show", GRAVITY, *arguments]
    process = subprocess.Popen(
        command, stdout=follower, env=environment | {"TERM": "xterm-256color", "COLORTERM": depth}
    )
    os.close(follower)
    text = b""
    try:
        while part := os.read(leader, 1 << 16):
            text += part
    except OSError:  # the other side is closed
        pass
    os.close(leader)
    assert process.wait() == 0
    return text.decode().replace("\r\n", "\n")


def test_a_wide_terminal_has_wide_cells_and_a_narrow_one_half_blocks() -> None:
    assert on_terminal(80) == ansi.task(gravity(), "24bit", width=80)
    assert on_terminal(20) == ansi.task(gravity(), "24bit", width=20, cells="half")
    assert on_terminal(20, depth="") == ansi.task(gravity(), "256", width=20, cells="half")
    assert on_terminal(80, "--cells", "half") == ansi.task(gravity(), "24bit", cells="half")
    assert on_terminal(20, "--digits") == ansi.task(gravity(), "24bit", True, width=20)


def test_show_in_another_palette() -> None:
    shown = on_terminal(80, "--palette", "color-blind")
    assert shown == ansi.task(gravity(), "24bit", palette="color-blind")
    red, green, blue = rgb(COLOR_BLIND[1])
    assert f"48;2;{red};{green};{blue}m" in shown


def test_show_refuses_an_unknown_palette() -> None:
    result = CliRunner().invoke(main, ["show", GRAVITY, "--palette", "clasic"])
    assert result.exit_code == 2
    assert result.stderr == "Error: unknown palette 'clasic'; did you mean classic?\n"
