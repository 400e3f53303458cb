"""What tests that look at a whole run of the tests have to go by; `conftest` writes it down."""

from __future__ import annotations

import pytest

OPTIONS_GIVEN: set[str] = set()
"""`command subcommand --option` of all that a command has been called with in this process."""

WHOLE = pytest.StashKey[bool]()
"""Whether every file of tests is run, with all that is in it."""
