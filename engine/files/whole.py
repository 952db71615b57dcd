"""Writing that leaves the whole new file or folder, or what was there before.

The new content is made beside its place, in a folder of our own under a name that nobody can know before, forced to the
disk, and exchanged for the old in one step. A link is followed: what it points to is replaced, the link stays.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.errors import InputError


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to; it becomes `path` if the block ends well. Raises InputError where the disk refuses."""
    with _beside(path) as (target, unfinished):
        yield unfinished
        _sync(unfinished)
        if target.is_file():
            shutil.copymode(target, unfinished)
        os.replace(unfinished, target)


def write_text(path: Path, text: str) -> None:
    """A text file in a folder that may not be there yet. Raises InputError where the disk refuses."""
    _make_parent(path)
    with written_whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def folder_written_whole(path: Path) -> Iterator[Path]:
    """A new folder to fill; it becomes `path`, which must not be there or be empty, if the block ends well."""
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise InputError(f"{path} is there already, and is no empty folder: name another one")
    with folder_updated_whole(path) as unfinished:
        yield unfinished


@contextlib.contextmanager
def folder_updated_whole(path: Path) -> Iterator[Path]:
    """A copy of a folder, or a new one, to change; it takes the place of `path` if the block ends well."""
    _make_parent(path)
    with _beside(path) as (target, unfinished):
        if target.is_dir():
            shutil.copytree(target, unfinished)
        else:
            unfinished.mkdir()
        yield unfinished
        for file in unfinished.rglob("*"):
            if file.is_file():
                _sync(file)
        _exchange(unfinished, target)


def _make_parent(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {path}: {_reason(error)}") from error


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, Path]]:
    """What `path` leads to, and the place where to make it anew: gone at the end, with what is still there."""
    try:
        try:
            # Links that lead in a circle are RuntimeErrors.
            target = path.resolve()
        except RuntimeError as error:
            raise InputError(f"cannot write {path}: {_reason(error)}") from error
        # Named before it is made, or who interrupts between the two leaves it behind.
        folder = target.parent / f".mmm-{secrets.token_hex(8)}"
        try:
            try:
                folder.mkdir(mode=0o700)
                # Under the name that was asked for: a link's own ending says what kind of file it is.
                yield target, folder / path.name
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        finally:  # what an interrupted removal left
            shutil.rmtree(folder, ignore_errors=True)
    except (OSError, shutil.Error) as error:
        raise InputError(f"cannot write {path}: {_reason(error)}") from error


def _exchange(unfinished: Path, target: Path) -> None:
    """Put `unfinished` in the place of `target`; what was there stays whole whenever the process is killed."""
    if not target.exists():
        unfinished.rename(target)
    elif not _swap(unfinished, target):
        # Two renamings: a kill between them leaves the old folder in ours, beside its place.
        before = unfinished.with_name(f"{target.name} before")
        target.rename(before)
        try:
            unfinished.rename(target)
        except OSError:
            before.rename(target)
            raise


def _swap(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, where the system can (Linux, macOS)."""
    try:
        libc = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return libc.renamex_np(os.fsencode(one), os.fsencode(other), 2) == 0  # RENAME_SWAP
        here = -100  # AT_FDCWD
        return libc.renameat2(here, os.fsencode(one), here, os.fsencode(other), 2) == 0  # RENAME_EXCHANGE
    except (OSError, AttributeError, TypeError):
        return False


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or " ".join(str(error).split())[:200]


def _sync(path: Path) -> None:
    # Windows asks for writing; a copied file may be read-only, and is on the disk already.
    with contextlib.suppress(PermissionError), path.open("r+b") as stream:
        os.fsync(stream.fileno())
