"""Files and folders are there whole, or as they were."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.files.whole import folder_updated_whole, folder_written_whole, write_text, written_whole

# Writes a folder of two files over and over, both with the same number.
WRITER = """
import sys
from pathlib import Path
from engine.files.whole import folder_updated_whole
number = 0
while True:
    number += 1
    with folder_updated_whole(Path(sys.argv[1])) as unfinished:
        for name in "ab":
            (unfinished / name).write_text(str(number) * 1000)
    print(number, flush=True)
"""


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def fail(unfinished: Path) -> None:
    """Half of the writing, then an end."""
    (unfinished / "half" if unfinished.is_dir() else unfinished).write_text("half")
    raise RuntimeError


def test_a_failure_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), written_whole(path) as unfinished:
        fail(unfinished)
    assert path.read_text() == "old" and left(tmp_path) == {"a.txt"}


def test_success_replaces_it_with_plain_permissions(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with written_whole(path) as unfinished:
        assert unfinished.suffix == ".txt"
        unfinished.write_text("new")
    mask = os.umask(0)
    os.umask(mask)
    assert path.read_text() == "new" and left(tmp_path) == {"a.txt"}
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


@pytest.mark.posix
def test_a_link_is_followed_and_stays(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    with written_whole(tmp_path / "link.txt") as unfinished:
        unfinished.write_text("new")
    assert (tmp_path / "real.txt").read_text() == "new" and (tmp_path / "link.txt").is_symlink()


@pytest.mark.posix
def test_what_is_made_has_the_ending_of_the_link(tmp_path):
    (tmp_path / "real.dat").write_text("old")
    (tmp_path / "link.npz").symlink_to(tmp_path / "real.dat")
    with written_whole(tmp_path / "link.npz") as unfinished:
        assert unfinished.suffix == ".npz"
        unfinished.write_text("new")
    assert (tmp_path / "real.dat").read_text() == "new"


@pytest.mark.posix
def test_links_that_lead_in_a_circle_are_told(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(InputError, match="cannot write"), written_whole(tmp_path / "a") as unfinished:
        unfinished.write_text("new")


@pytest.mark.posix
def test_a_replaced_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "shared.json"
    path.write_text("old")
    path.chmod(0o660)
    write_text(path, "new")
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o660


@pytest.mark.posix
def test_a_kill_leaves_one_whole_folder(tmp_path):
    for turn in range(6):
        folder = tmp_path / str(turn) / "model"
        process = subprocess.Popen([sys.executable, "-c", WRITER, folder], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.013 * turn)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        one, other = ((folder / name).read_text() for name in "ab")
        assert one == other and len(one) >= 1000


def test_an_interrupt_leaves_nothing_beside(tmp_path):
    """Ctrl-C comes before each line in turn of what makes and removes the unfinished file."""
    path = tmp_path / "a.txt"
    path.write_text("old")
    lines = 0
    while _is_interrupted(path, lines):
        assert left(tmp_path) == {"a.txt"}, lines
        lines += 1
    assert lines > 20 and path.read_text() == "new"


def _is_interrupted(path: Path, lines: int) -> bool:
    """Write the file, interrupted after so many lines; whether it came to that."""
    passed = 0

    def trace(frame, event, argument):
        nonlocal passed
        if Path(frame.f_code.co_filename).name not in ("whole.py", "shutil.py"):
            return None
        if event == "line":
            passed += 1
            if passed == lines + 1:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    try:
        sys.settrace(trace)
        with written_whole(path) as unfinished:
            unfinished.write_text("new")
    except (KeyboardInterrupt, InputError):  # the standard library's removal may close a file twice then
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.posix
def test_nobody_elses_files_are_touched(tmp_path):
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "a.npz.partial").symlink_to(tmp_path / "victim")
    with written_whole(tmp_path / "a.npz") as unfinished:
        unfinished.write_text("new")
    assert (tmp_path / "victim").read_text() == "precious"


def test_a_folder_that_refuses_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot write"), written_whole(tmp_path / "none" / "a.txt"):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"), folder_written_whole(tmp_path / "file" / "b"):
        pass


def test_new_folders_are_whole_and_never_over_others(tmp_path):
    with pytest.raises(RuntimeError), folder_written_whole(tmp_path / "model") as unfinished:
        fail(unfinished)
    assert left(tmp_path) == set()
    with folder_written_whole(tmp_path / "model") as unfinished:
        (unfinished / "all").write_text("")
    with pytest.raises(InputError, match="is there already"), folder_written_whole(tmp_path / "model"):
        pass
    assert left(tmp_path) == {"model"} and left(tmp_path / "model") == {"all"}


def test_an_updated_folder_keeps_its_other_files(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "CARD.md").write_text("card")
    (folder / "weights").write_text("old")
    with pytest.raises(RuntimeError), folder_updated_whole(folder) as unfinished:
        fail(unfinished)
    assert (folder / "weights").read_text() == "old"
    with folder_updated_whole(folder) as unfinished:
        (unfinished / "weights").write_text("new")
    assert (folder / "weights").read_text() == "new" and (folder / "CARD.md").read_text() == "card"
    assert left(tmp_path) == {"model"}
