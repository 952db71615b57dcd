"""What the session tells of the engine's work."""

from __future__ import annotations

from mmm_blender import protocol
from mmm_blender.client.session import STAGES, Run


def test_every_stage_of_the_protocol_has_words_and_a_place_in_the_bar() -> None:
    assert set(STAGES) == set(protocol.STAGES) - {"convert"}, "converting is a job of its own"
    factors = [Run(1, None, None, stage=stage, step=step, of=2).factor for stage in STAGES for step in (0, 1, 2)]
    assert factors == sorted(factors) and factors[0] == 0.0 and factors[-1] == 1.0
