"""What a motion is told apart by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmm_blender.animation.assets.summary import summarise
from mmm_blender.motion_file import read_motion

MOTIONS = Path(__file__).parents[2] / "motions"


@pytest.mark.parametrize(("name", "end"), [("walk", "STANDING"), ("sit", "LOW"), ("wave", "STANDING")])
def test_how_it_ends(name: str, end: str) -> None:
    assert summarise(read_motion(MOTIONS / f"{name}.npz").joints).end == end


def test_a_walk_goes_and_a_turn_turns() -> None:
    walk, wave, kick = (summarise(read_motion(MOTIONS / f"{name}.npz").joints) for name in ("walk", "wave", "kick"))
    assert walk.travel > 1.5 > 0.5 > wave.travel
    assert kick.turn > 300 > 60 > abs(wave.turn), "a roundhouse kick goes once round"


def test_a_body_on_its_back_lies_and_left_is_positive() -> None:
    joints = np.asarray(read_motion(MOTIONS / "wave.npz").joints, np.float64)
    lying = joints.copy()
    lying[..., 1], lying[..., 2] = joints[..., 2] - joints[..., 2].min(), joints[..., 1]
    assert summarise(lying).end == "LYING"
    angle = np.linspace(0.0, np.radians(400), len(joints))
    turned = joints.copy()
    turned[..., 0] = joints[..., 0] * np.cos(angle)[:, None] + joints[..., 2] * np.sin(angle)[:, None]
    turned[..., 2] = joints[..., 2] * np.cos(angle)[:, None] - joints[..., 0] * np.sin(angle)[:, None]
    assert summarise(turned).turn - summarise(joints).turn == pytest.approx(400, abs=1)
