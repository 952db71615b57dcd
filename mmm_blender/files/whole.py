"""Writing that leaves the whole new file, or what was there before.

The new content is made beside its place, in a folder of our own under a name that nobody can know before, forced to the
disk, and exchanged for the old in one step. A link is followed: what it points to is replaced, the link stays.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from .stored import told

# Folders of files that are being written: gone when the process ends itself in the middle.
_unfinished: set[Path] = set()


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to; it becomes ``path`` if the block ends well and the file is whole.

    Raises OSError where the disk refuses, with the reason alone in ``strerror``.
    """
    target = followed(path)
    folder = Path(tempfile.mkdtemp(prefix=".mmm-", dir=target.parent))
    _unfinished.add(folder)
    try:
        # Under the name that was asked for: a link's own ending says what kind of file it is.
        unfinished = folder / path.name
        yield unfinished
        check_whole(unfinished)
        with unfinished.open("r+b") as stream:
            os.fsync(stream.fileno())
        if target.is_file():
            shutil.copymode(target, unfinished)
        os.replace(unfinished, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _unfinished.discard(folder)


def followed(path: Path) -> Path:
    """Where a path leads through links. Raises OSError where they lead in a circle."""
    try:
        return path.resolve()
    except RuntimeError as error:  # up to Python 3.12
        raise OSError(0, "links lead in a circle", str(path)) from error


def reason_of(error: OSError | RuntimeError) -> str:
    """Why nothing was written, on one line. An operator in Python tells its whole traceback, the reason at its end."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    # lines of a traceback are indented, but for its head, the reason and where Blender says that it was
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith((" ", "Location:"))]
    lines = [line for line in lines if "Traceback (most recent call last)" not in line]
    told_errors = [line for line in lines if "Error" in line]
    return told(RuntimeError((told_errors or lines or [type(error).__name__])[-1].removeprefix("Error: ")))


def discard_unfinished() -> None:
    """Remove what is being written, before the process ends itself."""
    for folder in list(_unfinished):
        shutil.rmtree(folder, ignore_errors=True)


def check_whole(path: Path) -> None:
    """Raises OSError for a file that is not there, empty, or cut off, as far as its kind tells.

    Blender reports success for videos and pictures of which a full disk took a part only.
    """
    size = path.stat().st_size if path.is_file() else 0
    if size and _ENDS.get(path.suffix.lower(), lambda *_: True)(path, size):
        return
    if shutil.disk_usage(path.parent).free < max(size, 1_000_000):
        raise OSError(0, "the disk is full")
    raise OSError(0, "Blender wrote a part of it only" if size else "Blender wrote nothing")


def _ends_as_mp4(path: Path, size: int) -> bool:
    """Boxes one after the other, an index (moov) and pictures (mdat) among them, to the last byte of the file."""
    place, kinds = 0, set()
    with path.open("rb") as stream:
        while place + 8 <= size:
            stream.seek(place)
            length, kind = struct.unpack(">I4s", stream.read(8))
            if length == 1:
                (length,) = struct.unpack(">Q", stream.read(8).rjust(8, b"\0"))
            if length < 8:
                return False
            kinds.add(kind)
            place += length
    return place == size and {b"moov", b"mdat"} <= kinds


def _ends_as_png(path: Path, size: int) -> bool:
    """Chunks whose check sums are right, the last of them IEND."""
    with path.open("rb") as stream:
        if stream.read(8) != b"\x89PNG\r\n\x1a\n":
            return False
        while len(head := stream.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            if length > size:
                return False
            content, check = stream.read(length), stream.read(4)
            if len(check) < 4 or zlib.crc32(kind + content) != int.from_bytes(check, "big"):
                return False
            if kind == b"IEND":
                return stream.tell() == size
    return False


def _ends_as_glb(path: Path, size: int) -> bool:
    with path.open("rb") as stream:
        head = stream.read(12)
    return len(head) == 12 and head[:4] == b"glTF" and int.from_bytes(head[8:], "little") == size


_ENDS: dict[str, Callable[[Path, int], bool]] = {".mp4": _ends_as_mp4, ".png": _ends_as_png, ".glb": _ends_as_glb}
