"""Documents as Markdown, LaTeX and CSV: escaped, with values, and LaTeX that compiles."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from arcgrid.cli import main
from arcgrid.report.document import Cell, Document, Range, Table
from arcgrid.report.markup import FORMS, format_csv, format_latex, format_markdown
from tests.runs import run_small

NASTY = 'a_b & 50% #1 {x} ~ ^ \\ <|> "q" $'
DOCUMENT: Document = [
    "a set, 50% of it",
    Table.of(
        (">figure", "~name", "95%"),
        [
            (Cell("31.88 %", 31.875), NASTY, Range.of(27.25, 36.5, 31.875)),
            (Cell("?", None), "plain", ""),
        ],
    ),
    "",
    "not shown: 1 run",
]


def test_markdown() -> None:
    assert format_markdown(DOCUMENT).splitlines() == [
        "a set, 50% of it",
        "",
        "| figure | name | 95% |",
        "| ---: | --- | --- |",
        r"| 31.88 % | a\_b & 50% #1 {x} ~ ^ \\ \<\|\> \"q\" $ | 27.2-36.5 |".replace('\\"', '"'),
        "| ? | plain |  |",
        "",
        "not shown: 1 run",
    ]


def test_csv_has_values_and_the_ends_of_ranges() -> None:
    rows = list(csv.reader(io.StringIO(format_csv(DOCUMENT))))
    assert rows == [
        ["figure", "name", "95% low", "95% high"],
        ["31.875", NASTY, "27.25", "36.5"],
        ["", "plain", "", ""],
    ]


def test_latex() -> None:
    text = format_latex(DOCUMENT)
    assert text.splitlines() == [
        r"% \usepackage{booktabs}",
        "% a set, 50% of it",
        r"\begin{tabular}{rll}",
        r"\toprule",
        r"figure & name & 95\% \\",
        r"\midrule",
        r"31.88 \% & a\_b \& 50\% \#1 \{x\} \textasciitilde{} \textasciicircum{} "
        r"\textbackslash{} \textless{}\textbar{}\textgreater{} "
        r"\textquotedbl{}q\textquotedbl{} \$ & 27.2--36.5 \\",
        r"? & plain &  \\",
        r"\bottomrule",
        r"\end{tabular}",
        "% not shown: 1 run",
    ]


def test_intervals_as_what_is_above_and_below() -> None:
    even, odd = Range.of(30, 40, 35, plus_minus=True), Range.of(30, 41, 35, plus_minus=True)
    assert (even, odd) == ("±5.0", "+6.0 -5.0")
    row = format_latex([Table.of(("a", "b"), [(even, odd)])]).splitlines()[5]
    assert row == r"$\pm5.0$ & $^{+6.0}_{-5.0}$ \\"


COMMANDS = [
    ["table"],
    ["score", "one"],
    ["runs"],
    ["outcomes", "one"],
    ["compare", "one", "two"],
    ["tasks", "list"],
    ["audit", "one"],
    ["solvers"],
    ["tasks", "fingerprint", "arcgrid/mini/gravity-down"],
    ["tasks", "leaks", "arcgrid/mini", "arcgrid/mini"],
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("runs") / "store.sqlite"
    run_small(store, "identity", name="one", limit=6)
    run_small(store, "transforms", name="two", limit=6)
    return store


@pytest.fixture
def two_runs(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that is only read."""
    monkeypatch.setenv("ARCGRID_STORE", str(made))
    return made


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("form", [*FORMS, "json", "text"])
def test_every_table_leaves_in_every_form(
    command: list[str], form: str, two_runs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    printed = CliRunner().invoke(main, [*command, "--format", form])
    assert printed.exit_code == 0, printed.stderr
    written = CliRunner().invoke(main, [*command, "--format", form, "-o", str(out)])
    assert (written.exit_code, written.stdout) == (0, "")
    assert out.read_text() == printed.stdout
    refused = CliRunner().invoke(main, [*command, "--format", form, "-o", str(out)])
    assert refused.exit_code == 2
    assert refused.stderr == f"Error: {out}: this exists already (--force writes it anew)\n"
    forced = CliRunner().invoke(main, [*command, "--format", form, "-o", str(out), "--force"])
    assert forced.exit_code == 0


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("width", [80, 100, 150, 200])
def test_no_line_is_longer_than_the_terminal(
    command: list[str], width: int, two_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arcgrid.cli.options.text_width", lambda: width)
    text = CliRunner().invoke(main, command).stdout
    assert max(map(len, text.splitlines())) <= width
    if command == ["runs"]:
        assert "one" in text
        assert "two" in text


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="there is no LaTeX here")
def test_latex_compiles(two_runs: Path, tmp_path: Path) -> None:
    tables = [format_latex(DOCUMENT)]
    tables += [
        CliRunner().invoke(main, [*command, "--format", "latex"]).stdout for command in COMMANDS
    ]
    lines = [
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{booktabs}",
        r"\begin{document}\tiny",
        *("\n".join(tables).splitlines()),
        r"\end{document}",
    ]
    (tmp_path / "paper.tex").write_text("\n".join(lines))
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
