"""Arrays out of .npy and .npz files that anybody may have made: what they claim is checked before it is believed.

And arrays into such files.
"""

from __future__ import annotations

import io
import lzma
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
from numpy.typing import ArrayLike, NDArray

from engine.errors import InputError
from engine.files.text import HOSTILE, told
from engine.files.whole import written_whole

# Largest sum of the arrays of one file once unpacked, bytes: an hour of 27 joints has 25 million.
MOST_BYTES = 1_000_000_000
MOST_ARRAYS = 64
# Longest header of one array; numpy's own bound.
MOST_HEADER = 10_000

# What a damaged archive or array raises.
DAMAGED = (
    *HOSTILE,
    OSError,
    EOFError,
    SyntaxError,
    RuntimeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    tokenize.TokenError,
)


def read_arrays(path: Path, wanted: set[str] | None = None, most: int = MOST_ARRAYS) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz by name (of these names only), at most so many in the file.

    Raises InputError for anything else, pickles included.
    """
    if not path.is_file():
        raise InputError(f"{path} does not exist")
    try:
        with zipfile.ZipFile(path) as archive:
            return read_entries(archive, path, wanted, most)
    except InputError:
        raise
    except DAMAGED as error:
        raise InputError(f"{path} is damaged, or no .npz file: {told(error)}") from error


def read_entries(
    archive: zipfile.ZipFile, path: Path, wanted: set[str] | None = None, most: int = MOST_ARRAYS
) -> dict[str, NDArray[Any]]:
    """As `read_arrays`, of an archive that is open; raises DAMAGED and InputError."""
    entries = archive.infolist()
    if len(entries) > most or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise InputError(f"{path} claims to hold more than {MOST_BYTES / 1e9:g} GB, or {most} arrays")
    found = {}
    for entry in entries:
        name = entry.filename.removesuffix(".npy")
        if wanted is None or name in wanted:
            with archive.open(entry) as stream:
                found[name] = _read_array(stream, entry.file_size, f"{path}: {name}")
    return found


def names_of(path: Path) -> set[str]:
    """Names of the arrays of an .npz, nothing for what is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name.removesuffix(".npy") for name in archive.namelist()[:MOST_ARRAYS]}
    except DAMAGED:
        return set()


def read_array(path: Path) -> NDArray[Any]:
    """The array of an .npy. Raises InputError for anything else, pickles included."""
    if not path.is_file():
        raise InputError(f"{path} does not exist")
    try:
        with path.open("rb") as stream:
            return _read_array(stream, path.stat().st_size, str(path))
    except InputError:
        raise
    except DAMAGED as error:
        raise InputError(f"{path} is damaged, or no .npy file: {told(error)}") from error


def _read_array(stream: IO[bytes], size: int, where: str) -> NDArray[Any]:
    """One array whose header says no more than the `size` bytes that are there."""
    version = npy.read_magic(stream)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read is None:
        raise InputError(f"{where} is an array of an unknown version")
    shape, column_major, dtype = read(stream, max_header_size=MOST_HEADER)  # type: ignore[call-arg]
    if dtype.hasobject:
        raise InputError(f"{where} holds Python objects instead of numbers")
    if any(side < 0 for side in shape) or len(shape) > 32:
        raise InputError(f"{where} has an impossible shape")
    count = math.prod(shape)
    if count * dtype.itemsize > min(size, MOST_BYTES):
        raise InputError(f"{where} claims {count} numbers, more than the file holds")
    data = stream.read(count * dtype.itemsize)
    if len(data) < count * dtype.itemsize:
        raise InputError(f"{where} is cut off")
    if dtype.kind == "U" and (np.frombuffer(data, dtype.byteorder.replace("|", "=") + "u4") > sys.maxunicode).any():
        raise InputError(f"{where} holds text of characters that there are not")
    return np.frombuffer(data, dtype, count).reshape(shape, order="F" if column_major else "C").copy()


def write_arrays(path: Path, **arrays: ArrayLike) -> None:
    """A compressed .npz, whole or not at all. Raises InputError where the disk refuses.

    Packed in memory: an archive that a full disk cuts off tells so once more when it is thrown away, as a traceback.
    """
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]
    with written_whole(path) as unfinished:
        unfinished.write_bytes(packed.getbuffer())
