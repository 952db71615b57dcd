"""Blender's processes: they go when the process that started them goes, and a disk that refuses is told in one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine.blender_process import export_motion
from engine.errors import InputError

resource = pytest.importorskip("resource", reason="sets limits of POSIX")

ROOT = Path(__file__).resolve().parents[1]
WALK = ROOT / "tests" / "blender" / "motions" / "walk.npz"
EXPORT = """
import sys
from pathlib import Path
from engine.blender_process import export_motion
export_motion(Path(sys.argv[1]), [Path(sys.argv[2])])
"""


def children(pid: int) -> list[int]:
    """Processes that a process started and that are still there."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(folder.name))
    return found


def is_there(pid: int) -> bool:
    """Whether a process still runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition, seconds: float = 120.0) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.linux
@pytest.mark.parametrize(("end", "begun"), [(signal.SIGKILL, False), (signal.SIGKILL, True), (signal.SIGINT, True)])
def test_blender_goes_with_its_parent_and_leaves_nothing(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, end: signal.Signals, begun: bool
) -> None:
    out = tmp_path / "walk.mp4"
    out.write_bytes(b"old")
    scratch = tmp_path_factory.mktemp("scratch")
    surroundings = {**os.environ, "TMPDIR": str(scratch)}
    command = [sys.executable, "-c", EXPORT, WALK, out]
    parent = subprocess.Popen(command, cwd=ROOT, env=surroundings, stderr=subprocess.DEVNULL)
    wait_for(lambda: children(parent.pid))
    (blender,) = children(parent.pid)
    if begun:
        wait_for(lambda: any(file.stat().st_size for file in tmp_path.glob(".mmm-*/walk.mp4")))
    parent.send_signal(end)
    assert parent.wait(60) != 0
    wait_for(lambda: not is_there(blender), 30)
    assert list(tmp_path.iterdir()) == [out] and out.read_bytes() == b"old"
    assert not list(scratch.iterdir()), "Blender's own temporary folder goes with it"


@pytest.mark.linux
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_blender_that_is_stopped_says_so_and_leaves_nothing(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, end: signal.Signals
) -> None:
    out, scratch = tmp_path / "walk.mp4", tmp_path_factory.mktemp("scratch")
    out.write_bytes(b"old")
    command = [sys.executable, "-m", "mmm_blender.headless", "export", WALK, "--out", out]
    surroundings = {**os.environ, "TMPDIR": str(scratch)}
    blender = subprocess.Popen(command, cwd=ROOT, env=surroundings, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: any(file.stat().st_size for file in tmp_path.glob(".mmm-*/walk.mp4")))
    blender.send_signal(end)
    _, told = blender.communicate(timeout=60)
    assert blender.returncode == 128 + end and "error: stopped" in told.splitlines()  # beside what Blender says
    assert list(tmp_path.iterdir()) == [out] and out.read_bytes() == b"old" and not list(scratch.iterdir())


@pytest.mark.parametrize("suffix", [".blend", ".glb", ".mp4", ".png"])
def test_a_disk_that_refuses_leaves_the_old_file(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, suffix: str
) -> None:
    out, motion = tmp_path / f"walk{suffix}", tmp_path_factory.mktemp("motion") / "walk.npz"
    out.write_bytes(b"old")
    with np.load(WALK) as walk:
        np.savez(motion, **{**walk, "joints": walk["joints"][:20]})  # a film is drawn frame by frame

    def refuse() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    command = [sys.executable, "-m", "mmm_blender.headless", "export", motion, "--out", out]
    done = subprocess.run(command, cwd=ROOT, preexec_fn=refuse, capture_output=True, text=True)  # noqa: PLW1509
    assert done.returncode == 2, done.stderr
    (told,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert told.startswith(f"error: cannot write {out}: ") and "Traceback" not in told
    assert list(tmp_path.iterdir()) == [out] and out.read_bytes() == b"old"


def test_what_blender_refuses_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown kind of file") as caught:
        export_motion(WALK, [tmp_path / "walk.docx"])
    assert "\n" not in str(caught.value)
