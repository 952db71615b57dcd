"""Planted feet, rigid bones and the floor."""

from pathlib import Path

import numpy as np

from engine.motion.cleanup import clean_joints, fix_lengths, lift_above_floor
from engine.motion.contacts import TOE_HEIGHT, contact_weights
from engine.motion.feet import CLEARANCE, LEGS, HoldRule, clear_swings, lock_feet, solve_two_bones
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import uniform_offsets

GOLDEN = Path(__file__).parents[1] / "golden"
PARENTS = list(HUMANML3D.parents)
BODY = np.linalg.norm(uniform_offsets(), axis=-1)[1:]


def golden() -> np.ndarray:
    return np.load(GOLDEN / "humanml3d_new_joints_012314.npy").astype(np.float64)


def lengths(joints: np.ndarray) -> np.ndarray:
    return np.linalg.norm(joints[:, 1:] - joints[:, PARENTS[1:]], axis=-1)


def sliding_stand(speed: float) -> np.ndarray:
    """A standing pose whose right foot slides while the hips stay."""
    pose = golden()[0]
    joints = np.repeat(pose[None], 30, axis=0)
    joints[..., 1] -= joints[..., 1].min() - TOE_HEIGHT
    joints[:, [8, 11], 2] += speed * np.arange(30)[:, None]
    return joints


def test_a_slow_slide_is_held():
    joints = sliding_stand(0.006)
    locked = lock_feet(joints)
    slid = np.abs(np.diff(locked[:, 11, 2]))
    assert slid.mean() < 0.25 * 0.006
    assert np.allclose(locked[:, 10], joints[:, 10], atol=1e-3)


def test_a_step_is_left_alone():
    joints = sliding_stand(0.08)
    assert np.abs(lock_feet(joints)[:10, 11, 2] - joints[:10, 11, 2]).max() < 1e-3


def march(drag: float, stride: float = 0.1) -> np.ndarray:
    """A body that glides on; both toes go `drag` metres a frame in stance and five times `stride` in swings of 5."""
    joints = sliding_stand(0.0)
    time = np.arange(30)
    joints[..., 2] += 0.05 * time[:, None]
    for toe, lag in ((10, 0), (11, 5)):
        swings = (time + lag) % 10 < 5
        steps = np.where(swings, stride, drag)
        place = np.concatenate(([0.0], np.cumsum(steps[:-1])))
        joints[:, toe, 2] += place - 0.05 * time
        joints[:, toe - 3, 2] += place - 0.05 * time
        joints[:, [toe, toe - 3], 1] += 0.1 * swings[:, None]
    return joints


def test_what_a_planted_foot_loses_is_made_up_in_the_air():
    # A step that begins late must not turn into a slide of the planted frames before it.
    joints = march(0.002)
    locked = lock_feet(joints)
    for toe, lag in ((10, 0), (11, 5)):
        deep = (np.arange(29) + lag) % 10 == 7
        before, after = (np.linalg.norm(np.diff(j[:, toe], axis=0), axis=-1)[deep] for j in (joints, locked))
        assert after.mean() < 0.75 * before.mean()


def test_swings_clear_the_floor_and_nothing_else_is_raised():
    joints = sliding_stand(0.0)
    # The right foot skims from behind the body to before it, the knee bent as it takes.
    joints[:, :, 1] -= 0.12 * ~np.isin(np.arange(22), [7, 8, 10, 11])
    joints[:, [8, 11], 2] += np.clip(0.08 * (np.arange(30) - 12.5), -0.2, 0.2)[:, None]
    hip, knee, ankle, _ = LEGS[1]
    joints[:, knee], joints[:, ankle] = solve_two_bones(
        joints[:, hip], joints[:, knee], joints[:, ankle], joints[:, ankle]
    )
    raised = clear_swings(joints)
    assert (raised[11:15, 11, 1] > 0.75 * CLEARANCE).all()
    assert np.allclose(raised[:, 10], joints[:, 10], atol=1e-3)
    assert np.allclose(raised[[0, 4, 28], 11], joints[[0, 4, 28], 11], atol=1e-3)
    kept = np.arange(30) != 12
    assert np.allclose(clear_swings(joints, kept)[kept], joints[kept], atol=1e-3)


def test_who_crawls_may_drag_the_feet():
    joints = sliding_stand(0.08)[:8]
    joints[:, :, 1] -= 0.5 * ~np.isin(np.arange(22), [7, 8, 10, 11])
    assert np.allclose(clear_swings(joints)[:, 11, 1], joints[:, 11, 1], atol=1e-3)


def test_a_walk_that_stands_on_the_floor_is_not_lowered():
    joints = sliding_stand(0.0) + [0.0, 0.008, 0.0]
    assert np.allclose(lift_above_floor(joints), joints)
    assert lift_above_floor(joints + [0.0, 0.3, 0.0])[:, 11, 1].max() < 0.05


def test_locking_keeps_bones_and_everything_above_the_knees():
    joints = golden()
    joints[..., 1] -= joints[..., 1].min() - TOE_HEIGHT
    locked = lock_feet(joints)
    assert np.abs(lengths(locked) - lengths(joints)).max() < 1e-6
    legs = [4, 5, 7, 8, 10, 11]
    assert np.array_equal(np.delete(locked, legs, axis=1), np.delete(joints, legs, axis=1))


def test_contacts_are_low_and_slow():
    toes = np.zeros((60, 3))
    toes[10:20, 1] = 0.3
    toes[30:40, 0] = 0.1 * np.arange(10)
    toes[40:, 0] = 1.0
    weights = contact_weights(toes, HoldRule())
    assert (weights[[3, 25, 50]] > 0.99).all()
    assert (weights[[14, 35]] < 0.01).all()


def test_two_bones_reach_and_keep_their_side():
    start = np.zeros((3, 3))
    middle = np.tile([0.0, -0.4, 0.05], (3, 1))
    end = np.tile([0.0, -0.8, 0.0], (3, 1))
    wanted = np.array([[0.1, -0.6, 0.2], [0.0, -0.5, 0.0], [0.0, -2.0, 0.0]])
    knee, foot = solve_two_bones(start, middle, end, wanted)
    assert np.allclose(foot[:2], wanted[:2], atol=1e-9)
    assert np.allclose(np.linalg.norm(knee, axis=-1), np.hypot(0.4, 0.05))
    assert np.allclose(np.linalg.norm(foot - knee, axis=-1), np.hypot(0.4, 0.05))
    assert (knee[:, 2] > 0).all()
    assert np.allclose(foot[2, [0, 2]], 0)


def test_bones_become_rigid():
    noisy = golden() + np.random.default_rng(0).normal(0, 0.01, (170, 22, 3))
    assert lengths(noisy).std(axis=0).max() > 5e-3
    assert lengths(fix_lengths(noisy)).std(axis=0).max() < 1e-9


def test_a_body_decoded_too_small_gets_its_size_again_and_keeps_its_way():
    walk = golden()
    small = 0.96 * walk
    small[..., [0, 2]] += (walk - small)[:, :1, [0, 2]]
    fixed = fix_lengths(small)
    np.testing.assert_allclose(lengths(fixed), np.tile(BODY, (len(walk), 1)), atol=1e-9)
    np.testing.assert_allclose(fixed[:, 0, [0, 2]], walk[:, 0, [0, 2]], atol=1e-9)
    assert abs(np.median(fixed[:, 0, 1] - fix_lengths(walk)[:, 0, 1])) < 1e-3


def test_lifting_removes_dips_without_popping():
    joints = np.full((60, 22, 3), 0.5)
    joints[:, [7, 8, 10, 11], 1] = 0.05
    joints[20:23, 10, 1] = -0.1
    lifted = lift_above_floor(joints)
    assert lifted[..., 1].min() >= 0
    assert np.abs(np.diff(lifted[:, 0, 1])).max() < 0.05


def test_cleaning_places_the_clip():
    cleaned = clean_joints(golden() + [2.0, 0.3, -1.0])
    assert np.allclose(cleaned[0, 0, [0, 2]], 0, atol=1e-6)
    assert cleaned[..., 1].min() > -1e-3
    assert lengths(cleaned).std(axis=0).max() < 1e-5
