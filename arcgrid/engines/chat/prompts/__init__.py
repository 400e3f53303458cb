"""Prompts as files: a TOML with a `system` and a `user` text, templates of Jinja.

What becomes of the messages is the business of `wire`; pictures are drawn by `render`.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from arcgrid.engines.chat.wire import Way
from arcgrid.errors import SolverError, UnknownNameError
from arcgrid.formats.json_text import format_grid
from arcgrid.grid import Grid
from arcgrid.palette import NAMES
from arcgrid.render import png
from arcgrid.task import Pair, Puzzle, Task

PICTURE_TOKENS = 1_500
"""Tokens of a picture, for estimates: about what a tile of 512 pixels costs, several times."""

_WORDS = tuple(name.replace(" ", "-") for name in NAMES)
_PIECE = re.compile(r" ?[A-Za-z]+|\d{1,3}|[^\sA-Za-z\d]+|\s+")
_HOME = "engines/chat/prompts"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that can be put to a model.

    Attributes:
        name: as it was asked for.
        digest: SHA-256 (hex) of its file: the version.
        picture: whether a picture of the puzzle goes with it.
    """

    name: str
    digest: str
    picture: bool
    _system: Template
    _user: Template

    def messages(self, puzzle: Puzzle, test: int, way: Way) -> list[dict[str, Any]]:
        """Render the messages that ask for one test output.

        Raises:
            SolverError: the template uses what there is not.
        """
        train = [{"input": _Shown(p.input), "output": _Shown(_known(p))} for p in puzzle.train]
        values = {"train": train, "test": _Shown(puzzle.test[test]), "way": way}
        try:
            system, user = (
                template.render(values).strip() for template in (self._system, self._user)
            )
        except Exception as error:  # a template runs what its author wrote
            problem = " ".join(f"{type(error).__name__}: {error}".split())
            raise SolverError(
                f"the prompt cannot be filled in: {problem}", file=self.name
            ) from None
        content: object = user
        if self.picture:
            content = [{"type": "text", "text": user}, _picture(puzzle, test)]
        first = [{"role": "system", "content": system}] if system else []
        return [*first, {"role": "user", "content": content}]


class _Shown:
    """A grid in the ways in which a template can write it."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.height, self.width = grid.shape

    @property
    def rows(self) -> str:
        """Digits with spaces between them, a line for each row."""
        return "\n".join(" ".join(map(str, row)) for row in self._grid.tolist())

    @property
    def json(self) -> str:
        """A list of lists."""
        return format_grid(self._grid)

    @property
    def names(self) -> str:
        """Names of colors with spaces between them, a line for each row."""
        return "\n".join(" ".join(_WORDS[cell] for cell in row) for row in self._grid.tolist())


class _File(msgspec.Struct, forbid_unknown_fields=True):
    user: str
    system: str = ""
    about: str = ""
    picture: bool = False


def list_prompts() -> dict[str, str]:
    """The prompts that come with arcgrid: what each is about, by name."""
    files = resources.files("arcgrid").joinpath(_HOME).iterdir()
    texts = {file.name: file.read_bytes() for file in files if file.name.endswith(".toml")}
    return {name[:-5]: _parse(name, texts[name]).about for name in sorted(texts)}


def find_prompt(name: str) -> Prompt:
    """Find a prompt by its name, or by the path of a file of the user's.

    Raises:
        UnknownNameError: there is no prompt of this name.
        SolverError: the file cannot be read, is not of this form, or its templates are not sound.
    """
    text = _read(name)
    file = _parse(name, text)
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    try:
        system, user = map(environment.from_string, (file.system, file.user))
    except TemplateError as error:
        raise SolverError(f"the prompt is no template: {error}", file=name) from None
    return Prompt(name, hashlib.sha256(text).hexdigest(), file.picture, system, user)


def estimate_tokens(messages: Sequence[dict[str, Any]]) -> int:
    """About how many tokens messages have: words, up to three digits, runs of marks or of space.

    The pieces that common tokenizers cut text into before they merge; and 4 a message.
    """
    count = 0
    for message in messages:
        count += 4
        for text in _texts(message):
            count += sum(1 for _ in _PIECE.finditer(text))
        count += PICTURE_TOKENS * _pictures(message)
    return count


def most_tokens(messages: Sequence[dict[str, Any]]) -> int:
    """More tokens than messages can have: one for each byte of text; pictures as estimated."""
    bytes_ = sum(len(text.encode()) + 16 for message in messages for text in _texts(message))
    return bytes_ + 64 + 4 * PICTURE_TOKENS * sum(map(_pictures, messages))


def _texts(message: dict[str, Any]) -> list[str]:
    content = message["content"]
    return [content] if isinstance(content, str) else [p["text"] for p in content if "text" in p]


def _pictures(message: dict[str, Any]) -> int:
    content = message["content"]
    return 0 if isinstance(content, str) else sum("image_url" in part for part in content)


def _picture(puzzle: Puzzle, test: int) -> dict[str, Any]:
    drawn = png.task(Task("puzzle", puzzle.train, (Pair(puzzle.test[test]),)))
    url = f"data:image/png;base64,{base64.b64encode(drawn).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def _known(pair: Pair) -> Grid:
    assert pair.output is not None  # a puzzle's train pairs have outputs
    return pair.output


def _read(name: str) -> bytes:
    if not (name.endswith(".toml") or "/" in name):
        known = list_prompts()
        if name not in known:
            raise UnknownNameError("prompt", name, known)
        return resources.files("arcgrid").joinpath(f"{_HOME}/{name}.toml").read_bytes()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise SolverError(f"cannot read the prompt: {error.strerror}", file=name) from None


def _parse(name: str, text: bytes) -> _File:
    try:
        return msgspec.convert(tomllib.loads(text.decode()), _File)
    except (UnicodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SolverError(f"this is no prompt: {error}", file=name) from None
