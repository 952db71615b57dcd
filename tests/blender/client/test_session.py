"""What the session tells of the engine's work."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmm_blender import protocol
from mmm_blender.client.engine_process import worker_command
from mmm_blender.client.history import Entry
from mmm_blender.client.session import FAULTS, HINTS, STAGES, Run, Session, State
from mmm_blender.client.settings import EngineSettings
from mmm_blender.extension_paths import BUNDLED_MODEL, ROOT
from tests.drill.spoilt_files import link_model


def test_every_stage_of_the_protocol_has_words_and_a_place_in_the_bar() -> None:
    assert set(STAGES) == set(protocol.STAGES) - {"convert"}, "converting is a job of its own"
    factors = [Run(1, None, None, stage=stage, step=step, of=2).factor for stage in STAGES for step in (0, 1, 2)]
    assert np.diff(factors).min() > -1e-9 and (factors[0], factors[-1]) == pytest.approx((0.0, 1.0))


def test_every_fault_and_hint_of_the_protocol_has_words() -> None:
    assert tuple(FAULTS) == protocol.FAULTS and tuple(HINTS) == protocol.HINTS
    assert "{nearest}" in HINTS["unfamiliar"]


@pytest.mark.parametrize("name", ["tokenizer.safetensors", "config.json"])
def test_a_model_that_cannot_be_loaded_is_named(tmp_path: Path, name: str) -> None:
    """What was asked of the engine meanwhile fails too, and must not be told instead."""
    model = tmp_path / "model"
    link_model(BUNDLED_MODEL, model)
    content = (model / name).read_bytes()
    (model / name).unlink()
    (model / name).write_bytes(content[: len(content) // 2])
    command = worker_command(Path(sys.executable), ROOT)
    settings = EngineSettings(command, str(model), "cpu", "fp32", tmp_path / "log", "", "")
    session = Session()
    try:
        session.generate(Entry("a person walks", 1), settings, None)
        end = time.monotonic() + 120.0
        while session.busy and time.monotonic() < end:
            session.tick()
            time.sleep(0.02)
        for _ in range(50):  # the second failure comes right after
            session.tick()
            time.sleep(0.02)
        assert session.state is State.FAILED and name in session.message
    finally:
        session.stop()


def test_an_engine_that_starts_early_starts_once_and_answers_what_is_asked_then(tmp_path: Path) -> None:
    command = worker_command(Path(sys.executable), ROOT)
    settings = EngineSettings(command, str(BUNDLED_MODEL), "cpu", "fp32", tmp_path / "log", "", "")
    session = Session()
    try:
        assert not session.start_early(replace(settings, problem="not installed")) and session.state is State.OFF
        assert session.start_early(settings) and session.state is State.STARTING
        client = session._client
        assert not session.start_early(settings) and session._client is client
        session.generate(Entry("a person walks", 1, seconds=1.0), settings, None)
        assert session._client is client, "it is not started again"
        end = time.monotonic() + 120.0
        while session.busy and time.monotonic() < end:
            session.tick()
            time.sleep(0.02)
        assert session.state is State.READY and session.results, session.message
    finally:
        session.stop()
