"""`arcgrid render`, and `arcgrid show` on terminals of several widths and depths of color."""

from __future__ import annotations

import fcntl
import os
import re
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
from arcgrid.render import ansi, pdf, png, svg, tikz
from arcgrid.render.style import Style
from arcgrid.task import TaskSet
from tests.pictures import gravity, mini
from tests.runs import HOSTILE, run_small

GRAVITY = "arcgrid/mini/gravity-down"
MINI = Path(__file__).parents[1] / "tasks" / "arcgrid_tasks" / "mini"


def render(*arguments: object, status: int = 0) -> Result:
    """Draw, in place of what may be there; `test_cli_answers` sees that nothing is lost."""
    result = CliRunner().invoke(main, ["render", "--force", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result


def test_each_format(tmp_path: Path) -> None:
    forms: dict[str, Any] = {"svg": svg, "png": png, "pdf": pdf, "tex": tikz}
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
    options = ["--no-lines", "--dpi", 192, "--title", "A", "--caption", "B", "--pairs", "0,test"]
    render(GRAVITY, "-o", path, *options)
    style = Style(lines=False, dpi=192, title="A", caption="B", pairs="0,test")
    assert path.read_text() == svg.task(gravity(), style)


def test_a_size_on_paper(tmp_path: Path) -> None:
    path = tmp_path / "task.svg"
    render(GRAVITY, "-o", path, "--width", "84mm")
    assert '<svg xmlns="http://www.w3.org/2000/svg" width="84mm" height="' in path.read_text()
    render(GRAVITY, "-o", path, "--cell", "2.5mm")
    assert path.read_text() == svg.task(gravity(), Style(cell="2.5mm"))


def test_one_grid_alone(tmp_path: Path) -> None:
    path = tmp_path / "grid.svg"
    render(GRAVITY, "-o", path, "--grid", "test[1].output", "--cell", 20)
    truth = gravity().test[1].output
    assert truth is not None
    assert path.read_text() == svg.grid(truth, Style(cell=20))


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
    path = tmp_path / "out.svg"
    render(MINI / "gravity-down.json", "-o", path)
    assert path.read_text() == svg.task(gravity())
    render(MINI, "-o", path)
    assert "40 tasks" in path.read_text()


def test_attempts_of_a_run(store: Path, tmp_path: Path) -> None:
    result = run_small(store, "identity", only=["gravity-down"])
    path = tmp_path / "run.svg"
    render("gravity-down", "--run", "latest", "-o", path)
    given = result.submission.attempts["gravity-down"]
    grids = [[attempt for attempt in tries if isinstance(attempt, np.ndarray)] for tries in given]
    assert path.read_text() == svg.task(gravity(), Style(), grids)
    assert ">attempt_1: 22 wrong<" in path.read_text()


def shown(path: Path) -> list[str]:
    """The texts of a picture, without those over its grids."""
    texts = re.findall(r">([^<]*)</text>", path.read_text())
    return [text for text in texts if not re.match(r"test\[|[0-9]+ wrong|wrong size|solved", text)]


def test_a_sheet_of_a_run(store: Path, tmp_path: Path) -> None:
    ids = ["diagonal-flip", "gravity-down", "maze-thread", "majority-color", "mine-counts"]
    run = run_small(store, "transforms", only=ids, limit=None)
    path = tmp_path / "sheet.svg"
    render("--run", "latest", "-o", path)
    heading, *found = shown(path)
    assert heading == f"{run.run.name} on {run.tasks.name}: 5 tasks"
    assert len(found) == 5
    whole = path.read_text()
    for names in (["arcgrid/mini"], ["arcgrid/mini", "gravity-down"], ids, [f"x/{ids[1]}", *ids]):
        render(*names, "--run", run.run.name, "-o", path)
        assert path.read_text() == whole
    score = run.score()
    assert score is not None
    solved = {id for id, share in score.solved.items() if share == 1}
    assert solved
    sheets = {}
    for flag, called in (("solved", "solved"), ("unsolved", "not solved"), ("near", "near misses")):
        render("arcgrid/mini", "--run", "latest", f"--{flag}", "-o", path)
        heading, *found = shown(path)
        assert heading.startswith(f"{run.run.name} on {run.tasks.name}, {called}: ")
        sheets[flag] = {text.removesuffix(": no attempt") for text in found}
    assert sheets["solved"] == solved
    assert sheets["unsolved"] == set(ids) - solved
    assert sheets["near"] < sheets["unsolved"]
    render("gravity-down", "--run", "latest", "--solved", "-o", path)
    assert shown(path)[1:] == ["gravity-down"]


def test_a_sheet_of_a_run_in_every_format(store: Path, tmp_path: Path) -> None:
    result = run_small(store, "identity", only=["gravity-down", "majority-color"])
    forms: dict[str, Any] = {"svg": svg, "png": png, "pdf": pdf, "tex": tikz}
    attempts = {
        id: [[guess.grid for guess in guesses] for guesses in outcome.answer.guesses]
        for id, outcome in result.by_task.items()
        if outcome.answer is not None
    }
    named = TaskSet(f"{result.run.name} on {result.tasks.name}", result.tasks.tasks)
    for name, form in forms.items():
        path = tmp_path / f"sheet.{name}"
        render("--run", "latest", "-o", path)
        wanted = form.task_set(named, Style(), attempts)
        assert path.read_bytes() == (wanted.encode() if isinstance(wanted, str) else wanted)


def test_a_sheet_of_a_run_that_left_tasks_unanswered(store: Path, tmp_path: Path) -> None:
    run_small(store, f"{HOSTILE}:crash_exit", only=["gravity-down", "majority-color"])
    path = tmp_path / "sheet.svg"
    render("--run", "latest", "--unsolved", "-o", path)
    assert "gravity-down: no attempt" in shown(path)
    result = render("--run", "latest", "--near", "-o", path, status=2)
    assert result.stderr.endswith(", near misses: there is no such task\n")


def test_letters_that_cannot_be_drawn_are_told(tmp_path: Path) -> None:
    text = (MINI / "gravity-down.json").read_text()
    path = tmp_path / "Größe 数独.json"
    path.write_text(text)
    for kind in ("png", "pdf"):
        result = render(path, "-o", tmp_path / f"x.{kind}")
        assert result.stderr == (
            "Note: there is no letter here for 数独 in 'Größe 数独': "
            "a ? stands for each (an SVG keeps them)\n"
        )
    assert render(path, "-o", tmp_path / "x.svg").stderr == ""
    assert render(path, "-o", tmp_path / "x.png", "--no-labels").stderr == ""
    assert render(path, "-o", tmp_path / "x.png", "--title", "Größe").stderr == ""
    assert "for 数 in '数'" in render(GRAVITY, "-o", tmp_path / "x.png", "--caption", "数").stderr
    other = tmp_path / "数.json"
    other.write_text(text)
    many = render(path, other, GRAVITY, "-o", tmp_path / "x.tex", "--title", "")
    assert "for 数独 in 'Größe 数独' and 1 more: a ? stands" in many.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([GRAVITY, "-o", "x.gif"], "unknown kind of picture '.gif'; known: .pdf, .png, .svg, .tex"),
        (
            [GRAVITY, "-o", "png"],
            "png: a picture's name ends in one of .png, .svg, .pdf, .tex, such as task.png",
        ),
        (
            [GRAVITY, "-o", ".png"],
            ".png: a picture's name ends in one of .png, .svg, .pdf, .tex, such as task.png",
        ),
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
        (["-o", "x.svg"], "name a task, a task set, or a run (--run RUN)"),
        ([GRAVITY, "-o", "x.svg", "--near"], "--near needs a run (--run RUN)"),
        (
            [GRAVITY, "maze-thread", "-o", "x.svg", "--grid", "train[0].input"],
            "--grid draws one grid of one task, without --run",
        ),
        (
            [GRAVITY, "-o", "x.svg", "--grid", "train[9].input"],
            "task gravity-down, train[9]: there are 3 train pairs, counted from 0",
        ),
        (
            ["arcgrid/mini", "-o", "x.svg", "--grid", "train[0].input"],
            "arcgrid/mini: this is a task set",
        ),
        (
            [GRAVITY, "-o", "x.svg", "--pairs", "0,9"],
            "task gravity-down, train[9]: there are 3 train pairs, counted from 0",
        ),
        (
            [GRAVITY, "-o", "x.svg", "--width", "84"],
            "width is 100 to 20,000 pixels, not 84",
        ),
        (
            [GRAVITY, "-o", "x.svg", "--width", "84m"],
            "width is a whole number of pixels, or a length such as 84mm or 3.3in, not '84m'",
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


def test_tasks_that_a_run_was_not_asked_for(store: Path, tmp_path: Path) -> None:
    run_small(store, "identity", only=["gravity-down"])
    path = tmp_path / "x.svg"
    for name, message in (
        ("maze-thread", "unknown task of arcgrid/mini [1 of 40 tasks] 'maze-thread'"),
        ("arc-agi-1/training", "was asked for none of these tasks"),
    ):
        result = render(name, "--run", "latest", "-o", path, status=2)
        assert message in result.stderr
    assert not path.exists()


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
