"""scipy's solvers, read when they are first needed, and only where there is room for them."""

from __future__ import annotations

import mmap
import sys

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

# Bytes of address space that scipy with its OpenBLAS takes at its first import: 80 to 160 MB here, more with threads.
ROOM = 320_000_000


def require_room() -> None:
    """Make sure that scipy can be imported.

    Its OpenBLAS asks for memory again and again where it gets none, while it is loaded: no signal but SIGKILL reaches
    a process that waits there.

    Raises:
        MemoryError: there is too little.
    """
    if "scipy.linalg" in sys.modules:
        return
    try:
        mmap.mmap(-1, ROOM).close()
    except OSError as error:
        raise MemoryError(f"no {ROOM // 1_000_000} MB for scipy") from error


def solve_banded(bands: Array, right: Array) -> Array:
    """The solution (T, D) for a symmetric positive definite matrix of which the upper bands (n, T) are given."""
    require_room()
    from scipy.linalg import solveh_banded

    return np.asarray(solveh_banded(bands, right))
