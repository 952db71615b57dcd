"""Programs that are no good engine: each costs one message, and the client never waits or piles up."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmm_blender.client import engine_client
from mmm_blender.client.engine_client import MAX_EVENTS, EngineClient, Failure, Progress
from mmm_blender.client.engine_process import EngineCommand, clean_environment
from tests.client.conversation import PATIENCE, Conversation, wait_gone, wait_until

SAY = """
def say(message):
    data = json.dumps(message).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n" % len(data) + data)
    sys.stdout.buffer.flush()
"""
Converse = Callable[..., Conversation]
Program = Callable[[str], EngineCommand]


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("print('Loading...', flush=True); time.sleep(99)", "not an answer"),
        ("sys.stdout.buffer.write(os.urandom(1 << 20)); time.sleep(99)", "not an answer"),
        (SAY + "say([1]); time.sleep(99)", "not an answer"),
        (SAY + "say({'id': 1}); time.sleep(99)", "not an answer"),
        (SAY + "say({'id': 1, 'error': 'no'}); time.sleep(99)", "not an answer"),
        (SAY + "say({'id': None, 'error': {'code': -32700}}); time.sleep(99)", "not an answer"),
        (
            SAY + "say({'id': 1, 'result': {'dtype': 'float32', 'shape': [9], 'data': ''}}); time.sleep(99)",
            "not an answer",
        ),
        (SAY + "say({'method': '$/progress', 'params': {'id': 1}}); time.sleep(99)", "not an answer"),
        ("sys.exit(3)", "exit code 3"),
        ("sys.exit(0)", "exit code 0"),
        ("import torch_is_not_here", "has no 'torch_is_not_here': press Repair"),
        ("import engine.not_there", "install the extension again"),
        pytest.param("os.kill(os.getpid(), 9)", "out of memory", marks=pytest.mark.posix),
        pytest.param("os.close(1); time.sleep(99)", "stopped by itself", marks=pytest.mark.posix),
    ],
)
def test_one_plain_failure(converse: Converse, program: Program, code: str, complaint: str) -> None:
    talk = converse(program(code))
    talk.initialize()
    talk.generate()
    failure = talk.only_failure()
    assert failure.id is None and failure.restart
    assert complaint in failure.message and "\n" not in failure.message
    assert not talk.client.alive and not talk.client.busy
    late = talk.generate()
    talk.pump(lambda: len(talk.failures) == 2)
    assert talk.failures[1] == Failure(late, engine_client.NOT_RUNNING, restart=True)


def test_silence_is_a_hang_only_while_a_request_runs(
    converse: Converse, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "HANG_SECONDS", 1.0)
    talk = converse(program("time.sleep(99)"))
    idle = time.monotonic() + 2.0
    talk.pump(lambda: time.monotonic() > idle)
    assert talk.client.alive and not talk.events
    loading = talk.initialize()
    idle = time.monotonic() + 2.0
    talk.pump(lambda: time.monotonic() > idle)
    assert talk.client.alive and not talk.events, "loading is given more time"
    talk.client._pending.pop(loading)
    talk.generate()
    assert "no longer answers" in talk.only_failure().message
    wait_gone(talk.pid)


def test_a_blender_that_did_not_tick_does_not_count_as_silence(
    converse: Converse, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "HANG_SECONDS", 2.0)
    talk = converse(program("time.sleep(99)"))
    talk.generate()
    talk.events += talk.client.poll()
    time.sleep(3.0)  # A render, say.
    talk.events += talk.client.poll()
    assert talk.client.alive and not talk.events


def test_a_flood_of_progress_does_not_pile_up(converse: Converse, program: Program) -> None:
    flood = "for step in range(50000): say({'method': '$/progress', 'params': {'id': 1, 'stage': 'decode', "
    flood += "'step': step, 'of': 50000}})\nsay({'id': 1, 'result': 'done'}); time.sleep(99)"
    talk = converse(program(SAY + flood))
    assert talk.result(talk.initialize()) == "done"
    steps = [event.step for event in talk.events if isinstance(event, Progress)]
    assert steps == sorted(set(steps)) and len(steps) < 50000


def test_a_poll_hands_over_a_bounded_number(converse: Converse, program: Program) -> None:
    code = "for id in range(1, 301): say({'id': id, 'result': id})\ntime.sleep(99)"
    talk = converse(program("time.sleep(0.5)\n" + SAY + code))
    ids = [talk.generate() for _ in range(300)]
    time.sleep(3.0)
    first = talk.client.poll()
    assert len(first) == MAX_EVENTS
    talk.events += first
    talk.pump(lambda: len(talk.events) >= 300)
    assert [event.id for event in talk.events] == ids


def test_an_engine_that_does_not_read_does_not_block(converse: Converse, program: Program) -> None:
    talk = converse(program("time.sleep(99)"))
    begin = time.monotonic()
    for _ in range(50):
        talk.generate(prompt="x" * 100_000)
    talk.client.stop()
    assert time.monotonic() - begin < 5.0, "5 MB do not fit the pipe, so a write would have blocked for 99 s"


@pytest.mark.parametrize("asked_first", [True, False], ids=["asked before it failed", "failed before it was asked"])
def test_programs_that_cannot_be_started(
    converse: Converse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked_first: bool
) -> None:
    plain = tmp_path / "python"
    plain.write_text("not a program")
    asked = threading.Event()
    launch = EngineClient._launch

    def launch_once_asked(client: EngineClient) -> Any:
        assert asked.wait(PATIENCE)
        return launch(client)

    if asked_first:
        monkeypatch.setattr(EngineClient, "_launch", launch_once_asked)
    for command, complaint in [
        (EngineCommand((str(tmp_path / "gone"),), tmp_path), "Python is gone: press Repair"),
        (EngineCommand((str(plain),), tmp_path), "press Repair"),
        (EngineCommand((sys.executable,), tmp_path / "deleted"), "files are gone: install the extension again"),
    ]:
        asked.clear()
        talk = converse(command)
        if not asked_first:
            wait_until(lambda client=talk.client: not client.alive)
        talk.initialize()
        talk.generate()
        asked.set()
        assert complaint in talk.only_failure().message, "the cause is told, not what follows from it"
        late = talk.generate()
        talk.pump(lambda talk=talk: len(talk.failures) == 2)
        assert talk.failures[1] == Failure(late, engine_client.NOT_RUNNING, restart=True)


def test_a_log_that_cannot_be_written_costs_only_the_log(converse: Converse, program: Program, tmp_path: Path) -> None:
    barrier = tmp_path / "a-file"
    barrier.write_text("")
    talk = converse(program(SAY + "say({'id': 1, 'result': 'here'}); time.sleep(99)"), barrier / "engine.log")
    assert talk.result(talk.initialize()) == "here"
    assert talk.client.log_tail() == ""


def test_the_log_holds_what_the_engine_said_and_stays_small(
    converse: Converse, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "MAX_LOG", 1000)
    log = tmp_path / "logs" / "engine.log"
    log.parent.mkdir()
    log.write_text("of an earlier run\n" * 100)
    talk = converse(program("print('Zwölf', file=sys.stderr); sys.exit(4)"), log)
    talk.initialize()
    talk.only_failure()
    assert talk.client.log_tail() == "Zwölf" and log.stat().st_size < 100


def test_stopping_is_silent_and_leaves_no_process(converse: Converse, program: Program) -> None:
    talk = converse(program("time.sleep(99)"))
    talk.generate()
    talk.pump(lambda: talk.client._process is not None)
    talk.client.stop()
    assert not talk.client.alive and not talk.client.busy
    wait_gone(talk.pid)
    assert talk.client.poll() == []


def test_a_client_starts_once(program: Program, tmp_path: Path) -> None:
    client = EngineClient(program("time.sleep(99)"), tmp_path / "log")
    client.stop()
    with pytest.raises(RuntimeError):
        client.start()


def test_the_child_gets_no_python_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    env = clean_environment()
    assert "PYTHONHOME" not in env and "PYTHONPATH" not in env
    assert env["PYTHONNOUSERSITE"] == "1" and env["PATH"] == os.environ["PATH"]
