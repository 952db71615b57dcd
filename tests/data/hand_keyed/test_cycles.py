"""Cycles go on and on, with their travel; gestures come out of a stance."""

import numpy as np
import pytest

from engine.data.hand_keyed.actions import finish, join, slow_down
from engine.data.hand_keyed.cycles import add_travel, find_cycle, is_closed, tile
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import uniform_offsets


def gait(frames: int, cycle: float, speed: float = 0.0, slide: float = 0.0) -> np.ndarray:
    """(T, 27, 3): arms and feet swing once in `cycle` frames, the body goes on with `speed` m/s."""
    pose = np.zeros((27, 3))
    pose[0, 1] = 0.95
    for joint, parent in enumerate(HUMANML3D.parents[1:], start=1):
        pose[joint] = pose[parent] + uniform_offsets()[joint]
    joints = np.tile(pose, (frames, 1, 1))
    phase = 2 * np.pi * np.arange(frames) / cycle
    joints[:, 20, 2] += 0.3 * np.sin(phase)
    joints[:, 21, 2] -= 0.3 * np.sin(phase)
    joints[..., 2] += (speed * np.arange(frames) / 20)[:, None]
    joints[:, 22:] = np.nan
    # One foot after the other stands for half a cycle and slides back by `slide` m/s.
    for foot, ankle, start in ((10, 7, 0.0), (11, 8, 0.5)):
        part = (np.arange(frames) / cycle + start) % 1.0
        back = np.where(part < 0.5, 0.25 - part, part - 0.75) * slide * cycle / 20
        for joint in (foot, ankle):
            joints[:, joint, 2] += back
            joints[:, joint, 1] += np.where(part < 0.5, 0.0, 0.1 * np.sin(2 * np.pi * (part - 0.5)))
    return joints


def test_the_cycle_in_a_longer_clip_is_found():
    start, stop, apart = find_cycle(gait(28, 24.0, speed=1.0))
    assert stop - start == 24
    assert apart < 1e-6


def test_tiles_travel_on_without_a_step():
    cycle = gait(25, 24.0, speed=1.2)
    tiled = tile(cycle, 6.0)
    whole = gait(121, 24.0, speed=1.2)
    np.testing.assert_allclose(tiled, whole, atol=1e-9)


def test_what_the_ends_lack_is_spread_over_the_round():
    cycle = gait(25, 24.0)
    cycle[:, 20, 1] += np.linspace(0.0, 0.04, 25)
    tiled = tile(cycle, 6.0)
    assert np.abs(np.diff(tiled[:, 20], axis=0)).max() < 0.1
    assert abs(tiled[24, 20, 1] - tiled[23, 20, 1]) < 0.01


def test_travel_comes_back_where_feet_slide_evenly():
    moved, speed = add_travel(gait(49, 24.0, slide=1.5))
    assert speed == pytest.approx(1.5, rel=0.1)
    assert moved[-1, 0, 2] - moved[0, 0, 2] == pytest.approx(speed * 48 / 20)
    assert add_travel(gait(49, 24.0))[1] == 0.0


def test_a_gesture_comes_out_of_a_stance_and_returns():
    stance = gait(41, 40.0)
    gesture = np.repeat(stance[10:11], 15, axis=0)
    gesture[:, 18:22, 1] += 0.5 * np.sin(np.linspace(0, np.pi, 15))[:, None]
    made = finish("Punch", gesture, [stance])
    assert len(made) == 15 + 2 * 16
    assert np.nanmax(np.abs(np.diff(made, axis=0))) < 0.15


def test_cycles_are_repeated_and_long_actions_left_alone():
    assert len(finish("Walking", gait(25, 24.0), [])) == 121
    long = gait(200, 24.0)
    assert finish("Flexing", long, []) is long


def test_what_no_human_could_do_so_fast_is_slowed_down():
    snap = np.repeat(gait(41, 40.0)[:1], 12, axis=0)
    snap[5:, 20] += [0.0, 0.5, 0.4]
    slowed = slow_down(snap)
    assert len(slowed) == len(np.arange(0, 11 + 1e-9, 0.703)) and np.array_equal(slowed[0], snap[0], equal_nan=True)
    assert np.nanmax(np.linalg.norm(np.diff(slowed, axis=0), axis=-1)) * 20 == pytest.approx(9.0, rel=0.02)
    calm = gait(41, 40.0)
    assert slow_down(calm) is calm


def test_joined_clips_stand_and_face_alike():
    first = gait(21, 24.0, speed=1.0)
    second = gait(21, 24.0)[..., [2, 1, 0]] * [1.0, 1.0, -1.0]
    made = join(first, second)
    assert np.nanmax(np.linalg.norm(np.diff(made[:, 0], axis=0), axis=-1)) < 0.06
    assert is_closed(made[[20, 20]])
