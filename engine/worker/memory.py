"""Telling an exhausted memory from a fault: every allocator has its own way to say so."""

from __future__ import annotations

import errno
from typing import Any

from engine.errors import InputError

# CPU on Linux and macOS, CPU on Windows, Apple's MPS and whatever else a driver reports; the last two are oneDNN's,
# which has no memory left to compile a kernel into: these kernels ran before.
_PHRASES = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "cannot allocate memory",
    "std::bad_alloc",
    "could not create a primitive",
    "could not create a memory",
    "failed to map segment",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that memory ran out, on the CPU or on any other device."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    # torch.cuda.OutOfMemoryError and its kin, by name: torch may not be imported.
    if any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    text = str(error).lower()
    # A library that finds no room is an ImportError, and numpy's says so only in its cause; a reader takes whatever
    # stops it for a damaged file.
    cause = error.__cause__
    if isinstance(error, InputError) or (isinstance(error, ImportError) and isinstance(cause, ImportError)):
        return cause is not None and is_out_of_memory(cause)
    return isinstance(error, (RuntimeError, ImportError)) and any(phrase in text for phrase in _PHRASES)


def explain_out_of_memory(method: str, params: dict[str, Any]) -> str:
    """What to do about it, for the one who asked."""
    if method == "generate" and params.get("samples", 1) != 1:
        return f"not enough memory for {params['samples']} variations: ask for fewer, or for a shorter motion"
    if method == "generate":
        return "not enough memory for this motion: ask for a shorter one, or close other programs"
    return "not enough memory to load the model: close other programs, or choose device cpu"
