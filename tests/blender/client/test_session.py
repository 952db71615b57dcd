"""What the session tells of the engine's work."""

from __future__ import annotations

import numpy as np
import pytest

from mmm_blender import protocol
from mmm_blender.client.session import FAULTS, HINTS, STAGES, Run


def test_every_stage_of_the_protocol_has_words_and_a_place_in_the_bar() -> None:
    assert set(STAGES) == set(protocol.STAGES) - {"convert"}, "converting is a job of its own"
    factors = [Run(1, None, None, stage=stage, step=step, of=2).factor for stage in STAGES for step in (0, 1, 2)]
    assert np.diff(factors).min() > -1e-9 and (factors[0], factors[-1]) == pytest.approx((0.0, 1.0))


def test_every_fault_and_hint_of_the_protocol_has_words() -> None:
    assert tuple(FAULTS) == protocol.FAULTS and tuple(HINTS) == protocol.HINTS
    assert "{nearest}" in HINTS["unfamiliar"]
