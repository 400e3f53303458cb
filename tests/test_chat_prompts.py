"""What is asked: prompts as files, views and the way back, estimates of tokens, prices."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import arcgrid
from arcgrid import Puzzle
from arcgrid.augment import Augmentation
from arcgrid.cli import main
from arcgrid.engines.chat.answers import SCHEMA
from arcgrid.engines.chat.prices import find_price
from arcgrid.engines.chat.prompts import estimate_tokens, find_prompt, list_prompts, most_tokens
from arcgrid.engines.chat.settings import Settings
from arcgrid.engines.chat.views import format_view, parse_view
from arcgrid.engines.chat.wire import WAYS
from arcgrid.errors import ArcgridError, SolverError
from arcgrid.sample import Usage
from tests.chats import TASK, mini
from tests.samples import pair

PUZZLE = Puzzle((pair([[1, 2]], [[0, 8], [3, 3]]),), (arcgrid.as_grid([[5, 0, 5]]),))


def user_text(name: str, way: str = "schema") -> str:
    *_, user = find_prompt(name).messages(PUZZLE, 0, way)  # type: ignore[arg-type]  # a way
    content = user["content"]
    text: str = content if isinstance(content, str) else content[0]["text"]
    return text


def test_each_prompt_shows_every_grid_of_the_puzzle() -> None:
    assert list(list_prompts()) == ["json", "names", "picture", "rows"]
    for name in ("rows", "picture"):
        text = user_text(name)
        assert "Pair 1, input, 1x2:\n1 2\n" in text
        assert "Pair 1, output, 2x2:\n0 8\n3 3\n" in text
        assert "The last input, 1x3:\n5 0 5\n" in text
    assert "black light-blue\ngreen green\n" in user_text("names")
    shown = json.loads(user_text("json").partition("\n\n")[0])
    assert shown == {
        "train": [{"input": [[1, 2]], "output": [[0, 8], [3, 3]]}],
        "test": [[5, 0, 5]],
    }


@pytest.mark.parametrize("name", list_prompts())
def test_only_a_text_answer_is_told_its_form(name: str) -> None:
    told = [
        way for way in WAYS if "End your reply with the output grid as JSON" in user_text(name, way)
    ]
    assert told == ["text"]


def test_the_picture_is_our_own_png_without_the_answer() -> None:
    task = mini()[TASK]
    *_, user = find_prompt("picture").messages(task.puzzle, 0, "schema")
    url = user["content"][1]["image_url"]["url"]
    head, _, data = url.partition(",")
    assert head == "data:image/png;base64"
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert image.format == "PNG"
    shown = arcgrid.Task("puzzle", task.train, (arcgrid.Pair(task.test[0].input),))
    assert base64.b64decode(data) == arcgrid.render.png.task(shown)


def test_a_prompt_of_ones_own_is_versioned_by_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('user = "{{ test.width }} wide, {{ train|length }} pairs, by {{ way }}"')
    prompt = find_prompt(str(path))
    assert prompt.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert prompt.messages(PUZZLE, 0, "tool") == [
        {"role": "user", "content": "3 wide, 1 pairs, by tool"}
    ]


BAD = {
    "no TOML": ("user = ", "this is no prompt: "),
    "no user": ('system = "x"', "this is no prompt: Object missing required field `user`"),
    "unknown key": ('user = "x"\nusr = "y"', "this is no prompt: Object contains unknown field"),
    "no template": ('user = "{% for %}"', "the prompt is no template: "),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_prompts_are_named(tmp_path: Path, name: str) -> None:
    text, problem = BAD[name]
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(SolverError) as caught:
        find_prompt(str(path))
    assert str(caught.value).startswith(f"{path}: {problem}")


@pytest.mark.parametrize(
    "text", ["{{ answer }}", "{{ test.truth }}", "{{ 1 // 0 }}", "{{ ''.__class__.mro() }}"]
)
def test_what_a_template_may_not_do_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(f'user = "{text}"')
    with pytest.raises(SolverError, match="the prompt cannot be filled in: "):
        find_prompt(str(path)).messages(PUZZLE, 0, "schema")


def test_the_command_prints_what_is_sent_and_its_tokens() -> None:
    result = CliRunner().invoke(main, ["prompt", f"arcgrid/mini/{TASK}"])
    messages = find_prompt("rows").messages(mini()[TASK].puzzle, 0, "schema")
    for message in messages:
        assert message["content"] in result.stdout
    digest = find_prompt("rows").digest[:12]
    tokens = estimate_tokens(messages)
    assert result.stderr == f"prompt rows sha256:{digest}, 1 request, about {tokens:,} tokens\n"
    found = json.loads(
        CliRunner().invoke(main, ["prompt", f"arcgrid/mini/{TASK}", "--json"]).stdout
    )
    assert found["requests"] == [{"test": 0, "messages": messages, "tokens": tokens}]
    assert "names     grids as names of colors" in CliRunner().invoke(main, ["prompt"]).stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--test", "3"], f"Error: task {TASK}: there is no test 3: it has 1 test input\n"),
        (["--prompt", "raws"], "Error: unknown prompt 'raws'; did you mean rows?\n"),
    ],
)
def test_the_command_names_what_is_wrong(arguments: list[str], error: str) -> None:
    result = CliRunner().invoke(main, ["prompt", f"arcgrid/mini/{TASK}", *arguments])
    assert (result.exit_code, result.stderr) == (2, error)


def test_the_schema_allows_grids_alone() -> None:
    assert SCHEMA["properties"]["grid"]["items"]["items"]["enum"] == list(range(10))
    assert SCHEMA["additionalProperties"] is False


# -- views --------------------------------------------------------------------------------


@given(
    st.builds(
        Augmentation,
        st.integers(0, 7),
        st.permutations(range(10)),
        st.integers(0, 4).flatmap(lambda many: st.permutations(range(many))),
    )
)
def test_a_view_is_kept_as_text(view: Augmentation) -> None:
    assert parse_view(format_view(view)) == view
    assert (format_view(view) == "") == (view == Augmentation())


# -- tokens and prices --------------------------------------------------------------------


def test_tokens_are_estimated_by_pieces_and_never_above_the_most() -> None:
    messages = [{"role": "user", "content": "Find the rule:\n1 0 12345\n"}]
    # Find, the, rule, ":", newline, 1, space, 0, space, 123, 45, newline; and 4 for the message
    assert estimate_tokens(messages) == 12 + 4
    for name in list_prompts():
        found = find_prompt(name).messages(PUZZLE, 0, "text")
        assert estimate_tokens(found) < most_tokens(found)


def settings(model: str, **more: str) -> Settings:
    return Settings(model=model, **more)  # type: ignore[arg-type]  # only strings


def test_a_price_is_that_of_the_model_at_its_own_host() -> None:
    price = find_price(settings("o1-2024-12-17"))
    assert price is not None
    assert (price.input, price.output, price.as_of) == (15.0, 60.0, "2025-03-12")
    assert find_price(settings("o1-2024-12-17", base_url="http://localhost/v1")) is None
    assert find_price(settings("o1")) is None


def test_cached_tokens_cost_what_they_cost() -> None:
    price = find_price(settings("o3-mini-2025-01-31"))
    assert price is not None
    assert price.of(Usage(1000, 100)).whole == pytest.approx((1000 * 1.10 + 100 * 4.40) / 1e6)
    assert price.of(Usage(1000, 100, cached=600)).whole == pytest.approx(
        (400 * 1.10 + 600 * 0.55 + 100 * 4.40) / 1e6
    )
    assert price.of(Usage(1000, 100)).prompt == pytest.approx(1000 * 1.10 / 1e6)
    assert price.of(Usage(None, 100)) == (None, None)
    assert price.of(Usage(1000, None)) == (None, None)


def test_ones_own_prices_go_first(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text('[models."o1-2024-12-17"]\ninput = 0.0\noutput = 1.5\nas_of = "2026-11-24"\n')
    price = find_price(settings("o1-2024-12-17", prices=str(path)))
    assert price is not None
    assert (price.input, price.output) == (0.0, 1.5)
    assert find_price(settings("gpt-4o-2024-11-20", prices=str(path))) is not None


@pytest.mark.parametrize(
    "text", ["[models", "[models.x]\ninput = 1\n", '[models.x]\ninput = -1\noutput=1\nas_of="2026"']
)
def test_bad_prices_are_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(ArcgridError, match=r"prices\.toml: these are no prices: "):
        find_price(settings("x", prices=str(path)))
