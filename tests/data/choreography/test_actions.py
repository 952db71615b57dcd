"""Every action, in some variants: what any body keeps to, and what the action itself promises."""

import numpy as np
import pytest

from engine.data.choreography import body
from engine.data.choreography.library import all_actions, make_take
from engine.data.trials import find_jumps
from engine.motion.contacts import TOE_HEIGHT
from engine.motion.skeleton import EXPRESSIVE
from engine.motion.uniform import uniform_offsets

ACTIONS = all_actions()
VARIANTS = (0, 1)
every_action = pytest.mark.parametrize("piece", ACTIONS, ids=[piece.name for piece in ACTIONS])


@every_action
def test_takes_show_what_the_action_promises(piece, takes):
    for variant in VARIANTS:
        take, joints = takes(piece, variant)
        failed = [number for number, claim in enumerate(piece.claims) if not claim(joints)]
        assert not failed, f"{take.name}: claims {failed}"


@every_action
def test_bones_are_rigid_and_nothing_is_under_the_floor(piece, takes):
    lengths = np.linalg.norm(uniform_offsets(EXPRESSIVE), axis=-1)
    parents = EXPRESSIVE.parents
    for variant in VARIANTS:
        take, joints = takes(piece, variant)
        bones = joints[:, 1:] - joints[:, list(parents[1:])]
        np.testing.assert_allclose(
            np.linalg.norm(bones, axis=-1), np.broadcast_to(lengths[1:], bones.shape[:2]), atol=2e-4
        )
        assert joints[..., 1].min() > 0.0, take.name
        assert np.isfinite(joints).all()
        assert not find_jumps(joints), take.name


@every_action
def test_knees_and_elbows_bend_one_way(piece, takes):
    """No knee bends forwards of the pelvis's front, seen over a whole take, beyond noise."""
    for variant in VARIANTS:
        take, joints = takes(piece, variant)
        across = joints[:, body.HIPS[0]] - joints[:, body.HIPS[1]]
        for side in (0, 1):
            thigh = joints[:, body.KNEES[side]] - joints[:, body.HIPS[side]]
            shin = joints[:, body.ANKLES[side]] - joints[:, body.KNEES[side]]
            # Flexion turns the shin backwards about the line across the hips.
            turn = np.sum(np.cross(thigh, shin) * across, axis=-1) / np.linalg.norm(across, axis=-1)
            assert turn.min() > -0.03, take.name


@every_action
def test_standing_feet_stay(piece, takes):
    if piece.base == "walk":
        return
    for variant in VARIANTS:
        take, joints = takes(piece, variant)
        toes = joints[:, body.TOES, :]
        low = (toes[:-1, :, 1] < TOE_HEIGHT + 0.004) & (toes[1:, :, 1] < TOE_HEIGHT + 0.004)
        slip = np.linalg.norm(np.diff(toes[..., [0, 2]], axis=0), axis=-1)
        assert (slip[low].mean() if low.any() else 0.0) < 0.004, take.name


@every_action
def test_sentences_name_the_side_that_moves(piece, takes):
    wanted = {"left": "right", "right": "left"}
    for variant in VARIANTS:
        take, _ = takes(piece, variant)
        assert len(take.captions) >= 3 and len(set(take.captions)) == len(take.captions)
        assert not [text for text in take.captions if set(text) & set("{}[]|()")], take.captions
        if piece.sided and not any(
            "{other}" in phrase or "left" in phrase for phrase in (*piece.phrases, *piece.terse)
        ):
            spoken = " ".join(take.captions).replace("left and right", "").split()
            assert wanted[take.side] not in spoken, take.captions


@pytest.mark.parametrize("piece", ACTIONS[:: max(1, len(ACTIONS) // 8)], ids=lambda piece: piece.name)
def test_takes_depend_on_seed_and_variant_alone(piece, bases, takes):
    take, _ = takes(piece, 0)
    again = make_take(piece, bases, seed=5, variant=0)
    np.testing.assert_array_equal(again.joints, take.joints)
    assert again.captions == take.captions
    other = make_take(piece, bases, seed=6, variant=0)
    assert other.joints.shape != take.joints.shape or not np.allclose(other.joints, take.joints)
