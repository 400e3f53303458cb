"""What this machine can keep a solver from, each proved by trying, and what would help."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from arcgrid.engines.local.grants import Grants, grants
from arcgrid.engines.local.strict import INSTALL, find_bubblewrap
from arcgrid.isolation import OPEN

_SWITCHES = {
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "0"),
    "kernel/unprivileged_userns_clone": ("0", "1"),
    "user/max_user_namespaces": ("0", "10000"),
}
"""Settings of the kernel that forbid user namespaces: their bad value, and a good one."""


_UNMASK = "in a container, unmask /proc (Docker: --security-opt systempaths=unconfined)"


_GROUPS = (
    "root has one with control groups of version 1, or in the topmost group of version 2; "
    "without, the harness alone limits memory"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried.

    Attributes:
        what: in words.
        holds: whether it does.
        by: what it is closed by, or why not.
        advice: what to install or to switch on; empty where nothing is to do.
    """

    what: str
    holds: bool
    by: str
    advice: str = ""


def examine() -> list[Finding]:
    """Try everything."""
    if sys.platform != "linux":
        return [
            Finding("sandbox", False, "only Linux has what it needs", "run in a virtual machine")
        ]
    granted = grants()
    return [*_means(granted), *_closed(granted)]


def examined_record(findings: Sequence[Finding]) -> dict[str, Any]:
    """Findings as plain values."""
    return {"findings": [asdict(finding) for finding in findings]}


def _means(granted: Grants) -> list[Finding]:
    version = f"version {granted.landlock} of its interface"
    spaces = ", ".join(granted.namespaces) or "none is granted"
    bubblewrap, problem = find_bubblewrap()
    return [
        Finding(
            "Landlock",
            granted.landlock > 0,
            version if granted.landlock else "the kernel has none, or it is switched off",
            ""
            if granted.landlock
            else "Linux 5.13 or later, with landlock among lsm= at its start",
        ),
        Finding("namespaces", bool(granted.namespaces), spaces, _namespace_advice(granted)),
        Finding(
            "a /proc of the worker's own",
            granted.proc,
            "mounted" if granted.proc else "it may not be mounted here",
            "" if granted.proc else _UNMASK,
        ),
        Finding(
            "seccomp",
            granted.seccomp,
            "calls are filtered" if granted.seccomp else "no filter can be set on this machine",
        ),
        Finding(
            "a control group for each worker, which limits memory",
            granted.groups is not None,
            granted.limited_by or granted.no_groups,
            "" if granted.groups else _GROUPS,
        ),
        Finding(
            "bubblewrap, for --sandbox strict",
            bubblewrap is not None,
            bubblewrap or problem,
            "" if bubblewrap else INSTALL,
        ),
    ]


def _closed(granted: Grants) -> list[Finding]:
    return [
        Finding(f"a solver is kept from {what}", by != OPEN, by)
        for what, by in granted.holds(network=False).items()
    ]


def _namespace_advice(granted: Grants) -> str:
    if granted.namespaces:
        return ""
    for name, (bad, good) in _SWITCHES.items():
        path = Path("/proc/sys", name)
        if path.exists() and path.read_text().strip() == bad:
            return f"sysctl -w {name.replace('/', '.')}={good}"
    return "in a container, its seccomp profile must allow unshare and mount"
