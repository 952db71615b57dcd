"""Bodies that rigs can show: pelvis and chest are rigid, and nothing else moves for it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from engine.motion import rotations
from engine.motion.cleanup import TORSO, clean_joints, fix_lengths, stiffen_torso
from engine.motion.features import face_forward
from engine.motion.feet import LEGS
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D
from engine.motion.uniform import uniform_offsets

GOLDEN = Path(__file__).parents[1] / "golden" / "humanml3d_new_joints_012314.npy"
PARENTS = HUMANML3D.parents
HIPS = [hip for hip, *_ in LEGS]


def decoded(noise: float = 0.008) -> np.ndarray:
    """A walk as a model decodes it: every joint a little beside where the body has it."""
    walk = np.load(GOLDEN).astype(np.float64)
    return walk + np.random.default_rng(1).normal(0, noise, walk.shape)


def ways_of(joints: np.ndarray) -> np.ndarray:
    ways = np.zeros_like(joints)
    ways[:, 1:] = rotations.normalize(joints[:, 1:] - joints[:, list(PARENTS[1 : joints.shape[1]])])
    return ways


def worst_bend(joints: np.ndarray) -> float:
    """Most degrees by which the bones of pelvis or chest lie otherwise to each other than on the uniform body."""
    ways, shape = ways_of(joints[:, :22]), rotations.normalize(uniform_offsets())
    off = [
        np.arccos(np.clip((ways[:, a] * ways[:, b]).sum(-1), -1, 1)) - np.arccos(shape[a] @ shape[b])
        for part in TORSO
        for a, b in combinations(part, 2)
    ]
    return float(np.degrees(np.abs(off).max()))


def test_pelvis_and_chest_become_rigid():
    assert worst_bend(decoded()) > 10.0
    assert worst_bend(fix_lengths(decoded())) < 0.01
    assert worst_bend(clean_joints(decoded()).astype(np.float64)) < 0.1


def test_the_way_the_height_of_the_hips_and_the_ankles_stay():
    joints = decoded()
    fixed = fix_lengths(joints)
    ways, lengths = ways_of(joints), np.linalg.norm(uniform_offsets(), axis=-1)
    legs = [bone for _, knee, ankle, _ in LEGS for bone in (knee, ankle)]
    had = np.median(np.linalg.norm(joints[:, legs] - joints[:, [PARENTS[leg] for leg in legs]], axis=-1), axis=0).sum()
    sized = joints * [1.0, lengths[legs].sum() / had, 1.0]
    hips = sized[:, :1, 1] + lengths[HIPS] * ways[:, HIPS, 1]
    assert np.array_equal(fixed[:, 0, [0, 2]], joints[:, 0, [0, 2]])
    np.testing.assert_allclose(fixed[:, HIPS, 1].mean(1), hips.mean(1), atol=1e-9)
    reached = np.linalg.norm(fixed[:, [7, 8]] - sized[:, [7, 8]], axis=-1)
    assert np.percentile(reached, 90) < 1e-6


def test_a_body_that_is_rigid_stays_as_it_is():
    fixed = fix_lengths(decoded())
    np.testing.assert_allclose(fix_lengths(fixed), fixed, atol=2e-4)


def test_other_joints_hands_and_face_keep_their_directions():
    walk = np.concatenate((decoded(), np.random.default_rng(2).normal(size=(170, 5, 3))), axis=1)
    ways, shape = rotations.normalize(walk), rotations.normalize(uniform_offsets(EXPRESSIVE))
    stiff = stiffen_torso(ways, shape)
    others = [joint for joint in range(27) if joint not in (*TORSO[0], *TORSO[1])]
    assert np.array_equal(stiff[:, others], ways[:, others])


@pytest.mark.parametrize("joint", [2, 3])
def test_what_is_held_stays_and_the_others_go_by_it(joint):
    ways, shape = ways_of(decoded()), rotations.normalize(uniform_offsets())
    held = np.zeros(ways.shape[:2], bool)
    held[:, joint] = True
    stiff = stiffen_torso(ways, shape, held)
    assert np.array_equal(stiff[:, joint], ways[:, joint])
    for other in set(TORSO[0]) - {joint}:
        np.testing.assert_allclose((stiff[:, joint] * stiff[:, other]).sum(-1), shape[joint] @ shape[other], atol=0.01)


def test_calm_hips_are_no_rougher_than_decoded_ones():
    noisy, calm = decoded(0.004), clean_joints(decoded(0.004))

    def jerk(joints: np.ndarray) -> float:
        return float(np.linalg.norm(np.diff(face_forward(joints)[:, HIPS], n=3, axis=0), axis=-1).mean())

    assert jerk(calm.astype(np.float64)) < jerk(noisy)
