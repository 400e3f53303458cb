"""The submission CSV of 2020: round trip, what a row holds, malformed files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid import GridError, Submission
from arcgrid.errors import FormatError
from arcgrid.formats.files import Loose
from arcgrid.formats.kaggle_2020 import (
    format_guess,
    format_submission,
    read_submission_in,
    write_submission,
)
from arcgrid.formats.submissions import read_submission
from arcgrid.result import Attempt
from tests.samples import IDS, SMALL, submission

BAD = GridError("the grid has no rows", "empty")
GUESSES = st.lists(SMALL, max_size=3).map(tuple)
TESTS = st.lists(GUESSES, min_size=1, max_size=3).map(tuple)


def shown(given: Submission) -> dict[str, list[list[object]]]:
    def plain(one: Attempt) -> object:
        return str(one) if isinstance(one, GridError) else None if one is None else one.tolist()

    return {id: [list(map(plain, test)) for test in tests] for id, tests in given.attempts.items()}


def read(tmp_path: Path, text: str) -> Submission:
    file = tmp_path / "submission.csv"
    file.write_bytes(text.encode())
    return read_submission(file)


@given(
    st.dictionaries(IDS | st.sampled_from(["a_1", "_", "a,b", '"', "a\r\nb"]), TESTS, max_size=3)
)
def test_a_submission_round_trips(
    tmp_path_factory: pytest.TempPathFactory, attempts: dict[str, tuple[tuple[Attempt, ...], ...]]
) -> None:
    file = tmp_path_factory.getbasetemp() / "submission.csv"
    given = Submission("any", attempts)
    write_submission(file, given)
    found = read_submission(file)
    assert (found.name, found.format, found.partial) == (str(file), "kaggle-2020", True)
    assert shown(found) == shown(given)
    assert format_submission(found) == format_submission(given)


def test_the_text_of_a_submission() -> None:
    given = submission(
        {
            "a_b": [[[[3, 2], [7, 8]], [[0]]], []],
            "c": [[None, BAD, [[1]], [[2]]]],
            "X": [[[[1]], [[2]], [[3]], [[4]]]],
            'e"': [[]],
        }
    )
    assert format_submission(given) == (
        "output_id,output\na_b_0,|32|78| |0| \na_b_1,\nc_0,|00|00| |00|00| |1| \nX_0,|1| |2| |3| \n"
        '"e""_0",\n'
    )


# name: the rows, what they stand for
READ: dict[str, tuple[str, dict[str, list[list[object]]]]] = {
    "no row": ("", {}),
    "as Kaggle writes it": ("ab_0,|32|78| |00|00| \n", {"ab": [[[[3, 2], [7, 8]], [[0, 0]] * 2]]}),
    "lines that end as on Windows": ("ab_0,|1| \r\nab_1,|2|\r\n", {"ab": [[[[1]]], [[[2]]]]}),
    "in any order": ("ab_1,|2|\ncd_0,|3|\nab_0,|1|\n", {"ab": [[[[1]]], [[[2]]]], "cd": [[[[3]]]]}),
    "one is left out": ("ab_1,|2|\n", {"ab": [[], [[[2]]]]}),
    "no guess": ("ab_0,\nab_1, \n", {"ab": [[], []]}),
    "four guesses": ("ab_0,|1| |2| |3| |4|\n", {"ab": [[[[1]], [[2]], [[3]], [[4]]]]}),
    "an id with underscores": ("a_1_b_0,|1|\n", {"a_1_b": [[[[1]]]]}),
    "an empty line": ("\nab_0,|1|\n\n", {"ab": [[[[1]]]]}),
    "dirty guesses": (
        f"ab_0,|12|3| |1x| |X| 12 |12 12| || {'a' * 40} {'b' * 41} |{'1' * 31}|\n",
        {
            "ab": [
                [
                    "row 1: 1 cells, but row 0 has 2",
                    'row 0, column 1: "x" is not an integer from 0 to 9',
                    'row 0, column 0: "X" is not an integer from 0 to 9',
                    "a guess is written |32|78|, not 12",
                    "a guess is written |32|78|, not |12",
                    "a guess is written |32|78|, not 12|",
                    "a guess is written |32|78|, not ||",
                    f"a guess is written |32|78|, not {'a' * 40}",
                    f"a guess is written |32|78|, not {'b' * 37}...",
                    "1x31 is larger than 30x30",
                ]
            ]
        },
    ),
    "no digits of ours": (
        "ab_0,|²|\n",
        {"ab": [['row 0, column 0: "²" is not an integer from 0 to 9']]},
    ),
}


@pytest.mark.parametrize(("rows", "wanted"), READ.values(), ids=READ)
def test_what_rows_hold(rows: str, wanted: dict[str, list[list[object]]], tmp_path: Path) -> None:
    assert shown(read(tmp_path, "output_id,output\n" + rows)) == wanted


def test_what_is_no_guess_is_of_a_wrong_type(tmp_path: Path) -> None:
    ((fault,),) = read(tmp_path, "output_id,output\nab_0,12\n").attempts["ab"]
    assert isinstance(fault, GridError)
    assert fault.fault == "type"


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    (tmp_path / "s.csv").touch()
    with pytest.raises(FormatError) as caught:
        read_submission_in(Loose(tmp_path / "s.csv"), "s.csv")
    assert str(caught.value) == f"{tmp_path}/s.csv: the first row is not output_id,output"


# name: the whole file, what is wrong
FAULTS: dict[str, tuple[str, str]] = {
    "another header": ("output_id,out\n", ": the first row is not output_id,output"),
    "one column": ("output_id,output\nab_0\n", ", row 1: 1 columns; 2 are wanted"),
    "three columns": ("output_id,output\nab_0,|1|,\n", ", row 1: 3 columns; 2 are wanted"),
    "no number": (
        "output_id,output\nab,|1|\n",
        ", row 1: 'ab' is not the id of a task, then _ and the number of a test input",
    ),
    "no id": (
        "output_id,output\n_0,|1|\n",
        ", row 1: '_0' is not the id of a task, then _ and the number of a test input",
    ),
    "a number that is too large": (
        "output_id,output\nab_100,|1|\n",
        ", row 1: 'ab_100' is not the id of a task, then _ and the number of a test input",
    ),
    "twice": (
        "output_id,output\nab_0,|1|\nab_0,|2|\n",
        ", task ab, test[0]: this output is answered twice",
    ),
    "a quote that is not closed": (
        'output_id,output\n"ab_0,|1|\n',
        ": not CSV: unexpected end of data",
    ),
}


@pytest.mark.parametrize(("text", "problem"), FAULTS.values(), ids=FAULTS)
def test_malformed_files(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'submission.csv'}{problem}"


def test_other_text_encodings(tmp_path: Path) -> None:
    file = tmp_path / "submission.csv"
    file.write_bytes(b"\xef\xbb\xbfoutput_id,output\nab_0,|1|\n")
    assert shown(read_submission(file)) == {"ab": [[[[1]]]]}
    file.write_bytes(b"output_id,output\n\xff_0,|1|\n")
    with pytest.raises(FormatError, match=r"submission\.csv: not UTF-8 text$"):
        read_submission(file)


@given(SMALL)
def test_a_guess_has_no_space(grid: object) -> None:
    assert " " not in format_guess(grid)  # type: ignore[arg-type]  # a grid
