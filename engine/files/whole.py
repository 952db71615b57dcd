"""Writing that leaves the whole new file or folder, or what was there before.

The new content is made beside its place under a name that nobody can have laid a link at, forced to the disk, and
exchanged for the old in one step. A link is followed: what it points to is replaced, the link stays.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.errors import InputError


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to; it becomes `path` if the block ends well. Raises InputError where the disk refuses."""
    target = path.resolve()
    unfinished = _new_file(path, target)
    try:
        try:
            yield unfinished
            _sync(unfinished)
            unfinished.chmod(0o666 & ~_umask())
            os.replace(unfinished, target)
        except OSError as error:
            raise InputError(f"cannot write {path}: {_reason(error)}") from error
    finally:
        unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def folder_written_whole(path: Path) -> Iterator[Path]:
    """A new folder to fill; it becomes `path`, which must not be there or be empty, if the block ends well."""
    target = path.resolve()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise InputError(f"{path} is there already, and is no empty folder: name another one")
    with folder_updated_whole(path) as unfinished:
        yield unfinished


@contextlib.contextmanager
def folder_updated_whole(path: Path) -> Iterator[Path]:
    """A copy of a folder, or a new one, to change; it takes the place of `path` if the block ends well.

    A kill between the two renamings at the end leaves the old folder whole beside the new one.
    """
    target = path.resolve()
    unfinished = _new_folder(path, target)
    try:
        try:
            if target.is_dir():
                shutil.copytree(target, unfinished, dirs_exist_ok=True)
            yield unfinished
            for file in unfinished.rglob("*"):
                if file.is_file():
                    _sync(file)
            unfinished.chmod(0o777 & ~_umask())
            _exchange(unfinished, target)
        except (OSError, shutil.Error) as error:
            raise InputError(f"cannot write {path}: {_reason(error)}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _exchange(unfinished: Path, target: Path) -> None:
    if not target.exists():
        unfinished.rename(target)
        return
    before = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent)) / target.name
    target.rename(before)
    try:
        unfinished.rename(target)
    except OSError:
        before.rename(target)
        raise
    finally:
        shutil.rmtree(before.parent, ignore_errors=True)


def _new_file(path: Path, target: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent)
    except OSError as error:
        raise InputError(f"cannot write {path}: {_reason(error)}") from error
    os.close(handle)
    return Path(name)


def _new_folder(path: Path, target: Path) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise InputError(f"cannot write {path}: {_reason(error)}") from error


def _reason(error: OSError | shutil.Error) -> str:
    return getattr(error, "strerror", None) or " ".join(str(error).split())[:200]


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
