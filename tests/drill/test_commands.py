"""A short drill of faults put to commands, and that it sees what it is for."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("resource", reason="the drill sets limits")
from tests.drill import command_world, commands
from tests.drill.commands import Ended, Run, drill, judge, run_command, table

pytestmark = [pytest.mark.slow, pytest.mark.linux]

REFUSED = Ended(2, "mmm: no\n", 0, False)
DONE = Ended(0, "", 0, False)


def test_commands_leave_what_was_there_and_tell_the_truth(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("bpy")
    outcomes = drill(len(command_world.TASKS), seed=1)
    assert not [outcome for outcome in outcomes if outcome.wrong], capfd.readouterr().out
    assert f"| all | {len(outcomes)} |" in table(outcomes)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an old file of ours and one of the artist's; a folder for temporary files beside it."""
    for name in ("out", "scratch"):
        (tmp_path / name).mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    (tmp_path / "out" / "made.npz").write_bytes(command_world.OLD)
    return tmp_path


def write(path: Path, content: bytes = b"") -> None:
    if content:
        path.write_bytes(content)
    else:
        np.savez(path, joints=np.zeros((2, 22, 3), np.float32), fps=20.0)


@pytest.mark.parametrize(
    ("ended", "written", "wrong"),
    [
        (REFUSED, {}, ""),
        (DONE, {"made.npz": b""}, ""),
        (DONE, {}, "says success"),
        (DONE, {"made.npz": b"half"}, "not whole"),
        (REFUSED, {"made.npz": b"half"}, "not whole"),
        (REFUSED, {"mine.txt": b"yours"}, "mine.txt is changed"),
        (REFUSED, {".mmm-x": b"half"}, ".mmm-x is left"),
        (REFUSED, {"../scratch/x": b"half"}, "temporary files left"),
        (Ended(2, "mmm: a\nmmm: b\n", 0, False), {}, "2 lines"),
        (Ended(1, "", 0, False), {}, "0 lines"),
        (Ended(3, "mmm: a fault in MMM (x)\n", 0, False), {}, "a fault"),
        (Ended(2, "Traceback\nmmm: no\n", 0, False), {}, "a traceback"),
        (REFUSED._replace(left=2), {}, "2 processes"),
        (REFUSED._replace(hung=True), {}, "hangs"),
    ],
)
def test_the_drill_sees_what_is_wrong(place: Path, ended: Ended, written: dict[str, bytes], wrong: str) -> None:
    out = place / "out"
    before = command_world.look(out)
    for name, content in written.items():
        write(out / name, content)
    found = judge(Run([], [out / "made.npz"]), ended, before, out, place / "scratch")
    assert [each for each in found if wrong in each] if wrong else not found, found


def test_a_killed_process_may_leave_its_own_and_another_may_not(place: Path) -> None:
    out = place / "out"
    before = command_world.look(out)
    write(out / ".mmm-x", b"half")
    killed = Run([], [out / "made.npz"], struck=[signal.SIGKILL])
    assert not judge(killed, Ended(-9, "", 0, False), before, out, place / "scratch")
    stopped = Run([], [out / "made.npz"], struck=[signal.SIGTERM])
    ended = Ended(143, "mmm: stopped\n", 0, False)
    assert judge(stopped, ended, before, out, place / "scratch") == [".mmm-x is left"]
    assert "code 2 after" not in str(judge(stopped, REFUSED, before, out, place / "scratch"))
    assert "code 5 after SIGTERM" in str(judge(stopped, REFUSED._replace(code=5), before, out, place / "scratch"))


SPIN = ["timeit", "--number", "1", "while True: pass"]


def test_a_command_that_takes_a_processor_without_end_is_ended_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PROCESSOR", 1)
    ended = run_command(Run(SPIN, []), tmp_path)
    assert ended.hung and ended.code == -signal.SIGXCPU
    assert "it hangs" in judge(Run(SPIN, []), ended, {}, tmp_path, tmp_path)


def test_an_interrupted_drill_takes_its_command_along(tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupt(process: subprocess.Popen[bytes]) -> None:
        started.append(process)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_command(Run(SPIN, [], strike=interrupt), tmp_path)
    assert started[0].poll() == -signal.SIGKILL
