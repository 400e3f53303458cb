"""Empties and removes directories, whatever is in them: deep, closed, or no directory at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress


def empty(directory: str, mode: int = 0o700) -> None:
    """Remove all that is in a directory; what cannot be removed stays, and nothing is raised.

    The directories within a directory are brought up to the top before it is removed, so it does
    not matter how deep they lie.

    Args:
        directory: where it is none any more, nothing is done: a link may lead anywhere.
        mode: what the directory gets first: whoever may write in it may have closed it.
    """
    if not _is_directory(directory):
        return
    _try(os.chmod, directory, mode)
    number, names = 0, f".cleared-{os.urandom(8).hex()}"
    waiting = _entries(directory)
    while waiting:
        path = waiting.pop()
        if not _is_directory(path):
            _try(os.unlink, path)
            continue
        _try(os.chmod, path, 0o700)
        for child in _entries(path):
            if _is_directory(child):
                number += 1
                raised = os.path.join(directory, f"{names}-{number}")
                with suppress(OSError):
                    os.rename(child, raised)
                    waiting.append(raised)
            else:
                _try(os.unlink, child)
        _try(os.rmdir, path)


def remove(directory: str) -> None:
    """Remove a directory with all that is in it, or the link or file that took its place."""
    if not _is_directory(directory):
        _try(os.unlink, directory)
        return
    empty(directory)
    _try(os.rmdir, directory)


def _try(action: Callable[..., None], *arguments: object) -> None:
    with suppress(OSError):
        action(*arguments)


def _entries(directory: str) -> list[str]:
    try:
        return [os.path.join(directory, name) for name in os.listdir(directory)]
    except OSError:
        return []


def _is_directory(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False
