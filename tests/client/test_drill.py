"""The failure drill with the real worker and the real weights: what may go wrong does."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mmm_blender.client import engine_client
from mmm_blender.client.engine_client import Failure, Progress
from mmm_blender.client.engine_process import EngineCommand, worker_command
from tests.client.conversation import PATIENCE, ROOT, Conversation, wait_gone

pytestmark = [pytest.mark.slow, pytest.mark.linux]
Converse = Callable[..., Conversation]

# A wrapper as a site might have one: it talks on stdout, then becomes the worker. A library inside the
# worker does the same later, once the worker has put stdout out of reach.
NOISY = """
import os, runpy, sys, threading, time
def talk():
    os.write(1, b"WARNING: the driver is old\\n")
def talk_later():
    real = os.fstat(1)
    while os.path.samestat(os.fstat(1), real):
        time.sleep(0.01)
    talk()
if sys.argv[1] == "early":
    talk()
threading.Thread(target=talk_later, daemon=True).start()
sys.argv = ["worker"]
sys.path.insert(0, os.getcwd())
runpy.run_module("engine.worker", run_name="__main__")
"""

# A Blender that dies while its engine is at work, and tells the engine's id first.
DYING = """
import os, signal, sys, time
from pathlib import Path
from mmm_blender.client.engine_client import EngineClient, Progress
from mmm_blender.client.engine_process import worker_command
client = EngineClient(worker_command(Path(sys.executable), Path.cwd()), Path(sys.argv[1]))
client.start()
client.request("initialize", {"protocol": 1, "weights": "mmm-open", "device": "cpu", "precision": "fp32"})
client.request("generate", {"prompt": "walk", "seconds": 60, "seed": 1, "samples": 8, "steps": 40,
                            "guidance": 3.0, "temperature": 1.0})
while not any(isinstance(event, Progress) and event.stage == "decode" for event in client.poll()):
    time.sleep(0.01)
print(client._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_one_session_from_load_to_a_kill_between_requests(converse: Converse, engine: EngineCommand) -> None:
    talk = converse(engine)
    loading, first = talk.initialize(), talk.generate()
    model = talk.result(loading)["model"]
    assert model["name"] == "mmm-open" and model["fps"] == 20.0
    motion = talk.result(first)["motions"][0]
    assert motion["joints"].shape[0] == 40 and motion["joints"].shape[1] in (22, 27) and motion["request"]["seed"] == 7
    stages = [event.stage for event in talk.events if isinstance(event, Progress)]
    assert "decode" in stages and stages.index("engine") < stages.index("decode")

    bad = talk.generate(prompt="  ")
    talk.pump(lambda: not talk.client.busy)
    assert [(failure.id, failure.restart) for failure in talk.failures] == [(bad, False)]
    assert "prompt is empty" in talk.failures[0].message
    talk.events.clear()

    odd = talk.generate(prompt='🕺 "quoted"\nand a line', seed=7)
    assert talk.result(odd)["motions"][0]["request"]["prompt"] == '🕺 "quoted"\nand a line'

    long = talk.generate(seconds=60, samples=8, steps=40)
    waiting = talk.generate()
    talk.stage(long, "decode")
    talk.client.cancel(waiting)
    talk.client.cancel(long)
    talk.client.cancel(12345)
    talk.pump(lambda: not talk.client.busy)
    assert not talk.failures and talk.client.alive
    again = talk.result(talk.generate())["motions"][0]["joints"]
    assert (again == motion["joints"]).all()

    os.kill(talk.pid, signal.SIGKILL)
    failure = talk.only_failure()
    assert failure.id is None and "stopped by the system" in failure.message


def test_kill_during_load_and_a_new_client_works(converse: Converse, engine: EngineCommand) -> None:
    talk = converse(engine)
    talk.stage(talk.initialize(), "engine")
    os.kill(talk.pid, signal.SIGKILL)
    assert talk.only_failure().restart

    talk = converse(engine)
    talk.initialize()
    long = talk.generate(seconds=60, samples=8, steps=40)
    talk.stage(long, "decode")
    os.kill(talk.pid, signal.SIGKILL)
    assert talk.only_failure().id is None and not talk.client.busy


def test_hang_during_decoding(converse: Converse, engine: EngineCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = converse(engine)
    talk.initialize()
    long = talk.generate(seconds=60, samples=8, steps=40)
    talk.stage(long, "decode")
    os.kill(talk.pid, signal.SIGSTOP)
    monkeypatch.setattr(engine_client, "HANG_SECONDS", 2.0)
    assert "no longer answers: press Restart Engine" in talk.only_failure().message
    wait_gone(talk.pid)


def noisy(engine: EngineCommand, folder: Path, when: str) -> EngineCommand:
    wrapper = folder / "noisy.py"
    wrapper.write_text(NOISY)
    return dataclasses.replace(engine, argv=(sys.executable, str(wrapper), when))


def test_noise_on_stdout_before_the_worker_begins(converse: Converse, engine: EngineCommand, tmp_path: Path) -> None:
    talk = converse(noisy(engine, tmp_path, "early"))
    talk.initialize()
    assert "not an answer" in talk.only_failure().message
    assert "WARNING: the driver is old" in talk.client.log_tail(), "the log says what came"
    wait_gone(talk.pid)


def test_noise_inside_the_worker_goes_to_the_log(converse: Converse, engine: EngineCommand, tmp_path: Path) -> None:
    talk = converse(noisy(engine, tmp_path, "late"))
    assert talk.result(talk.initialize())["device"] == "cpu"
    assert "WARNING: the driver is old" in talk.client.log_tail()


def test_two_engines_at_once_give_the_same_motion(converse: Converse, engine: EngineCommand, tmp_path: Path) -> None:
    log = tmp_path / "shared.log"
    talks = [converse(engine, log), converse(engine, log)]
    for talk in talks:
        talk.initialize()
    ids = [talk.generate(seed=3) for talk in talks]
    joints = [talk.result(id)["motions"][0]["joints"] for talk, id in zip(talks, ids, strict=True)]
    np.testing.assert_array_equal(*joints)


def test_weights_corrupted(converse: Converse, engine: EngineCommand, tmp_path: Path) -> None:
    folder = tmp_path / "mmm-open"
    shutil.copytree(ROOT / "weights/mmm-open", folder)
    shutil.copytree(ROOT / "weights/minilm", tmp_path / "minilm")
    broken = folder / "transformer.safetensors"
    broken.write_bytes(broken.read_bytes()[:100_000])
    talk = converse(engine)
    id = talk.initialize(weights=str(folder))
    failure = talk.only_failure()
    assert failure == Failure(id, failure.message, restart=False)
    assert "transformer.safetensors" in failure.message and "\n" not in failure.message
    assert talk.client.alive
    missing = talk.initialize(weights=str(tmp_path / "nowhere"))
    talk.pump(lambda: len(talk.failures) == 2)
    assert talk.failures[1].id == missing and "no weights" in talk.failures[1].message


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """A Python without any package."""
    venv.create(tmp_path / "bare", with_pip=False)
    return tmp_path / "bare/bin/python"


def test_engine_folder_deleted(converse: Converse, bare_python: Path, tmp_path: Path) -> None:
    talk = converse(worker_command(bare_python, tmp_path))
    talk.initialize()
    assert talk.only_failure().message == "The engine's files are incomplete: install the extension again"


def test_torch_missing(converse: Converse, bare_python: Path) -> None:
    talk = converse(worker_command(bare_python, ROOT))
    id = talk.initialize()
    failure = talk.only_failure()
    assert failure.id == id and "\n" not in failure.message
    assert "No module named 'torch'" in failure.message and "reinstall the engine" in failure.message


def test_parent_killed_while_the_engine_works(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(tmp_path / "log")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    wait_gone(int(done.stdout))
