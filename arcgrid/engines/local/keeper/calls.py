"""System calls that a worker may not make, by their numbers on x86_64 and on aarch64.

What belongs to no process would not be counted as a puzzle's memory, and be there for the next;
what acts on another process would reach the worker that the next puzzle is forked from, and where
there is no namespace of processes everything else of the user; what only an administrator, a
debugger or a container needs is where the kernel has most of its bugs.
"""

from __future__ import annotations

import errno
from typing import NamedTuple


class Look(NamedTuple):
    """A condition on an argument of a call, of which the kernel itself reads 32 bits.

    Attributes:
        argument: which, from 0 on.
        values: those that meet it or, where it is turned round, all others.
        mask: the bits that are looked at.
        among: whether it is not turned round.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    among: bool = True


class Refusal(NamedTuple):
    """A call that is refused with an error where its arguments meet all conditions."""

    name: str
    looks: tuple[Look, ...] = ()
    error: int = errno.EPERM


NUMBERS: dict[str, tuple[int, int | None]] = {
    # sockets, and what does much else without a call for each
    "socket": (41, 198),
    "socketpair": (53, 199),
    "io_uring_setup": (425, 425),
    # memory, messages and keys that belong to no process, or that nobody can count
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "prlimit64": (302, 261),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    "prctl": (157, 167),
    # namespaces, in which one is root, and mounts
    "clone": (56, 220),
    "clone3": (435, 435),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    # ways around paths
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    # files that make others who run them the user
    "open": (2, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "creat": (85, None),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    # the kernel itself
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "syslog": (103, 116),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "modify_ldt": (154, None),
    "iopl": (172, None),
    "ioperm": (173, None),
}
"""None: there is no such call."""

_FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: a name is looked up with it
_UNIX, _CONNECTED, _TYPE = 1, (1, 5), 0xF  # SOCK_STREAM and SOCK_SEQPACKET, without flags
_DUMPABLE, _THE_PROCESS = 4, 1
_NAMESPACES = 0x7E020000
_OF_TIME, _SIBLING = 0x80, 0x8000  # of `unshare` alone, where `clone` has a signal; CLONE_PARENT
_MADE = 0o20000100  # O_CREAT, O_TMPFILE

NETWORK = (
    Refusal("socket", error=errno.EACCES),
    # A pair of datagrams can be sent on to any socket, and be bound to receive from any.
    Refusal("socketpair", (Look(0, (_UNIX,), among=False),), errno.EACCES),
    Refusal("socketpair", (Look(1, _CONNECTED, _TYPE, among=False),), errno.EACCES),
)
"""Refused to who is not to have a network."""


def _owning(argument: int) -> Look:
    """A mode by which a program runs as its owner, whoever starts it; directories have none."""
    return Look(argument, (0,), 0o4000, among=False)


_ANOTHER = Look(0, (0,), among=False)
_SOMETIMES = (
    Refusal("socket", (Look(0, _FAMILIES, among=False),), errno.EACCES),
    *(Refusal(name, (_ANOTHER,)) for name in ("prlimit64", "sched_setscheduler")),
    *(Refusal(name, (_ANOTHER,)) for name in ("sched_setparam", "sched_setattr")),
    Refusal("setpriority", (Look(0, (0,), among=False),)),  # of a group, of a user
    Refusal("setpriority", (Look(1, (0,), among=False),)),
    Refusal("ioprio_set", (Look(0, (_THE_PROCESS,), among=False),)),
    Refusal("ioprio_set", (Look(1, (0,), among=False),)),
    # Which would hide its files of memory from a harness that is not root.
    Refusal("prctl", (Look(0, (_DUMPABLE,)), Look(1, (0,)))),
    Refusal("unshare", (Look(0, (0,), _NAMESPACES | _OF_TIME, among=False),)),
    Refusal("clone", (Look(0, (0,), _NAMESPACES | _SIBLING, among=False),)),
    *(Refusal(name, (_owning(1),)) for name in ("chmod", "fchmod", "creat", "mknod")),
    *(Refusal(name, (_owning(2),)) for name in ("fchmodat", "fchmodat2", "mknodat")),
    Refusal("open", (Look(1, (0,), _MADE, among=False), _owning(2))),  # else there is no mode
    Refusal("openat", (Look(2, (0,), _MADE, among=False), _owning(3))),
    # What these are asked for cannot be seen: libraries fall back on others.
    *(Refusal(name, error=errno.ENOSYS) for name in ("clone3", "openat2")),
)
_BY_ARGUMENTS = {refusal.name for refusal in (*NETWORK, *_SOMETIMES)}

ALWAYS = (*(Refusal(name) for name in NUMBERS if name not in _BY_ARGUMENTS), *_SOMETIMES)
"""Refused to every worker."""
