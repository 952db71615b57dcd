"""Arrays out of an .npz that anybody may have made: what it claims is checked before it is believed."""

from __future__ import annotations

import math
import struct
import sys
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from .stored import told

MOST_BYTES = 500_000_000  # of all arrays unpacked; an hour of motion has 25 million
MOST_ARRAYS = 64
MOST_HEADER = 10_000  # numpy's own bound

_DAMAGED = (
    OSError,
    EOFError,
    SyntaxError,
    RuntimeError,
    TypeError,
    LookupError,
    OverflowError,
    MemoryError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    tokenize.TokenError,
)


def read_arrays(path: Path, wanted: frozenset[str]) -> dict[str, NDArray[Any]]:
    """The arrays of these names that an .npz has. Raises ValueError in one line for what is none, pickles included."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ARRAYS or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise ValueError(f"it claims more than {MOST_BYTES / 1e6:g} MB or {MOST_ARRAYS} arrays")
            found = {}
            for entry in entries:
                name = entry.filename.removesuffix(".npy")
                if name in wanted:
                    with archive.open(entry) as stream:
                        found[name] = _read_array(stream, entry.file_size, name)
            return found
    except _DAMAGED as error:
        raise ValueError(f"cannot be read as .npz ({told(error)})") from error


def _read_array(stream: IO[bytes], size: int, name: str) -> NDArray[Any]:
    """One array whose header says no more than the ``size`` bytes that are there."""
    version = npy.read_magic(stream)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read is None:
        raise ValueError(f"'{name}' is an array of an unknown version")
    shape, column_major, dtype = read(stream, max_header_size=MOST_HEADER)  # type: ignore[call-arg]
    if dtype.hasobject:
        raise ValueError(f"'{name}' holds Python objects instead of numbers")
    if any(side < 0 for side in shape) or len(shape) > 32:
        raise ValueError(f"'{name}' has an impossible shape")
    count = math.prod(shape)
    if count * dtype.itemsize > min(size, MOST_BYTES):
        raise ValueError(f"'{name}' claims {count} numbers, more than the file holds")
    data = stream.read(count * dtype.itemsize)
    if len(data) < count * dtype.itemsize:
        raise ValueError(f"'{name}' is cut off")
    if dtype.kind == "U" and (np.frombuffer(data, dtype.byteorder.replace("|", "=") + "u4") > sys.maxunicode).any():
        raise ValueError(f"'{name}' holds text of characters that there are not")
    return np.frombuffer(data, dtype, count).reshape(shape, order="F" if column_major else "C").copy()
