"""How kernels are compiled and cached: one decorator is the whole policy.

`@kernel("int64(uint8[:, ::1])")` promises one signature, `nogil`, no `parallel`, no `fastmath`.
Nothing is compiled, and no cached code is loaded, before the first call. The cache is addressed by
content: the directory's name carries a digest of the versions, the CPU and the options, a file's
name one of the kernel and of everything it calls, wherever that lives. So a change in a callee
makes anew what depends on it and nothing else, and processes that start cold at once only ever
write the same file. Solvers use the same decorator for kernels of their own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import platform
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numba
import numpy as np
from numba.core import config
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.dispatcher import Dispatcher
from numba.core.registry import CPUDispatcher
from numba.core.serialize import dumps

from arcgrid.machine import cache_home

KERNELS: dict[str, list[Kernel]] = {}
"""Every kernel with a cache of its own, by the module that defines it."""

_MACHINERY = ("__init__", "compile", "lift", "warm", "window")

FAMILIES = tuple(
    f"arcgrid.kernels.{path.stem}"
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if path.stem not in _MACHINERY
)
"""The modules of the bundled kernels."""

_OPTIONS = {
    "nopython": True,
    "nogil": True,
    "error_model": "numpy",  # no test for zero at every division
    "no_cfunc_wrapper": True,  # nobody calls kernels from C: it would only take time to compile
}
_CONSTANTS = (bool, int, float, str, bytes, tuple, np.ndarray, np.generic)


class Kernel(CPUDispatcher):  # type: ignore[misc]  # numba has no types
    """A jitted function with one signature, compiled or loaded when it is first needed.

    It may be called from Python and from other jitted functions alike.
    """

    def __init__(self, function: FunctionType, signature: Any) -> None:
        super().__init__(py_func=function, targetoptions=dict(_OPTIONS))
        self.signature = signature

    def load(self) -> None:
        """Have the machine code in memory: from the cache, or compiled."""
        if self._can_compile:
            self._compilation_chain_init_hook()
            self.compile(self.signature)
            self.disable_compile()

    @cached_property
    def unchecked(self) -> Callable[..., Any]:
        """The machine code itself, for callers who have made sure of every argument.

        A call costs 0.3 us less than one of the kernel, as nothing looks at the arguments' types:
        an array of another dtype, of another number of dimensions or not C-contiguous is read as
        if it were what the signature says.
        """
        self.load()
        (compiled,) = self.overloads.values()
        code: Callable[..., Any] = compiled.entry_point
        return code

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Load before another jitted function is typed against this one."""
        self.load()
        return super().get_call_template(args, kws)

    def _compile_for_args(self, *args: Any, **kws: Any) -> Any:
        """Load at the first call from Python, and give numba what it shall call then."""
        self.load()
        return self


class CachedKernel(Kernel):
    """A kernel whose machine code is kept on disk."""

    def __init__(self, function: FunctionType, signature: Any) -> None:
        super().__init__(function, signature)
        self._cache = _FileCache(self)
        KERNELS.setdefault(function.__module__, []).append(self)

    def load(self) -> None:
        """Have the machine code in memory; what another process is compiling is waited for."""
        self._load(fcntl.LOCK_EX)

    def load_unless_busy(self) -> bool:
        """The same, but False where another process is compiling it just now."""
        return self._load(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _load(self, operation: int) -> bool:
        if not self._can_compile:
            return True
        if self.cache_file.exists():
            super().load()
            return True
        with suppress(OSError):  # where no lock can be had, each process compiles for itself
            self.cache_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock = self.cache_file.with_suffix(".lock").open("w")
        except OSError:
            super().load()
            return True
        with lock:
            try:
                fcntl.flock(lock, operation)
            except BlockingIOError:
                return False
            except OSError:
                pass
            super().load()
        return True

    @property
    def cache_file(self) -> Path:
        """Where its machine code lies, or will."""
        digest = hashlib.sha256(self.py_func.__module__.encode())
        for part in _parts(self, set()):
            digest.update(part.encode())
        name = f"{self.py_func.__qualname__}-{digest.hexdigest()[:20]}.kernel"
        shared, own = cache_directory() / name, os.environ.get("ARCGRID_OWN_CACHE")
        if own is None or shared.exists():
            return shared
        return Path(own) / shared.parent.name / name  # what is everybody's may only be read


def kernel(signature: Any) -> Callable[[Callable[..., object]], Kernel]:
    """Compile a function for one signature, lazily, and keep its machine code on disk.

    Args:
        signature: a numba signature with its return type; declare input arrays read-only
            (`types.Array(types.uint8, 2, "C", readonly=True)` takes writable ones as well).
    """
    return lambda function: CachedKernel(_as_function(function), signature)


def inner(signature: Any) -> Callable[[Callable[..., object]], Kernel]:
    """Compile a function that only kernels call: nothing of its own is kept on disk."""
    return lambda function: Kernel(_as_function(function), signature)


def _as_function(function: Callable[..., object]) -> FunctionType:
    assert isinstance(function, FunctionType)
    # Machine code from the cache is linked by name: two of one name would be taken for each other.
    problem = f"give {function.__qualname__} a __qualname__ of its own"
    assert "<locals>" not in function.__qualname__, problem
    return function


class _FileCache(NullCache):  # type: ignore[misc]  # as above
    """One file a kernel, found by content, written whole or not at all."""

    def __init__(self, owner: CachedKernel) -> None:
        self._owner = owner

    @property
    def cache_path(self) -> str:
        return str(self._owner.cache_file)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        if config.BOUNDSCHECK:  # what reports a bad index is not found again by another process
            return None
        target_context.refresh()
        try:
            reduced = pickle.loads(self._owner.cache_file.read_bytes())
        except Exception:  # there is no file, or it is damaged, which pickle says in many ways
            return None
        return CompileResult._rebuild(target_context, *reduced)

    def save_overload(self, sig: Any, data: Any) -> None:
        path = self._owner.cache_file
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(dumps(data._reduce()))
            draft.replace(path)
        except OSError:  # a read-only or full disk costs time, nothing else
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def _parts(dispatcher: Any, seen: set[object]) -> Iterator[str]:
    """All that the machine code of a function depends on, its callees' parts included."""
    function = dispatcher.py_func
    seen.add(function)
    code = function.__code__
    yield repr(getattr(dispatcher, "signature", None))
    yield from _code_parts(code)
    values = [function.__globals__.get(name) for name in code.co_names]
    values += [cell.cell_contents for cell in function.__closure__ or ()]
    for module in [value for value in values if isinstance(value, ModuleType)]:
        values += [getattr(module, name, None) for name in code.co_names]
    for value in values:
        if isinstance(value, Dispatcher):
            if value.py_func not in seen:
                yield from _parts(value, seen)
        elif isinstance(value, _CONSTANTS):
            yield value.tobytes().hex() if isinstance(value, np.ndarray) else repr(value)


def _code_parts(code: CodeType) -> Iterator[str]:
    yield repr((code.co_name, code.co_code, code.co_names, code.co_varnames))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _code_parts(constant)
        else:
            yield repr(constant)


@cache
def cache_directory() -> Path:
    """The directory of this version's machine code; it may not exist yet.

    Its parent is the cache's home, see `arcgrid.machine`. Where `ARCGRID_OWN_CACHE` is set, what is
    not there yet is kept in the directory that this names.
    """
    codegen = CPUDispatcher.targetdescr.target_context.codegen()
    conditions = [
        "format 2",  # of a file; another number leaves all files of before aside
        platform.python_version(),
        numba.__version__,
        np.__version__,
        *map(str, codegen.magic_tuple()),
        str(config.BOUNDSCHECK),
        str(config.OPT),
        str(sorted(_OPTIONS.items())),
        Path(__file__).with_name("window.py").read_text(),  # generates code that has no bytecode
    ]
    digest = hashlib.sha256("\0".join(conditions).encode()).hexdigest()[:16]
    return cache_home() / f"kernels-{digest}"
