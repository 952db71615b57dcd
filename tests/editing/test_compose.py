"""Composing regenerated frames with kept ones: the invariants under random masks."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.editing.compose import Take, compose, measure_gaps, untouched_joints
from engine.editing.seams import (
    TRANSITION_FRAMES,
    calm_transitions,
    decaying_offsets,
    find_spans,
    from_rotation_vectors,
    limit_seams,
    smooth_seams,
    spread_weights,
    to_rotation_vectors,
)
from engine.motion.cleanup import TORSO, fix_lengths, stiffen_torso
from engine.motion.features import face_forward
from engine.motion.parts import body_parts
from engine.motion.rotations import normalize
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import uniform_offsets
from tests.skeletons import parents_of

CLIP = face_forward(
    np.load(Path(__file__).parents[1] / "golden" / "humanml3d_new_joints_012314.npy").astype(np.float64)
)
PARTS = body_parts("lower_upper")
RANDOM_MASKS = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def bone_lengths(joints: np.ndarray) -> np.ndarray:
    return np.linalg.norm(joints[:, 1:] - joints[:, parents_of(joints)], axis=-1)


def angle_between(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(T,) radians between vectors (T, 3)."""
    return np.arctan2(np.linalg.norm(np.cross(first, second), axis=-1), (first * second).sum(-1))


def rigid(joints: np.ndarray) -> np.ndarray:
    """The same motion with every bone at its median length, as a rig has it."""
    lengths = np.median(bone_lengths(joints), axis=0)
    fixed = joints.copy()
    for child, parent in enumerate(HUMANML3D.parents[1:], start=1):
        bone = joints[:, child] - joints[:, parent]
        fixed[:, child] = fixed[:, parent] + lengths[child - 1] * bone / np.linalg.norm(bone, axis=-1, keepdims=True)
    return fixed


RIGID = rigid(CLIP)


def body_mask(frames: int, first: int, stop: int) -> np.ndarray:
    mask = np.zeros((frames, 2), dtype=bool)
    mask[first:stop] = True
    return mask


@st.composite
def edits(draw: st.DrawFn) -> tuple[Take, np.ndarray, np.ndarray]:
    """A stretch of the clip, what another stretch decodes to, and which frames of which parts to take of it."""
    count = draw(st.integers(2, 32))
    start, other = (draw(st.integers(0, len(RIGID) - count)) for _ in range(2))
    seed = draw(st.integers(0, 2**16))
    rng = np.random.default_rng(seed)
    decoded = Take.of(RIGID[other : other + count]).features
    decoded = decoded + rng.normal(size=decoded.shape).astype(np.float32) * draw(st.sampled_from([0.0, 0.01, 0.1]))
    kind = draw(st.sampled_from(["spans", "scattered", "nothing", "everything", "one part"]))
    mask = np.zeros((count, 2), dtype=bool)
    if kind == "spans":
        for _ in range(draw(st.integers(1, 3))):
            ends = sorted(draw(st.integers(0, count)) for _ in range(2))
            mask[ends[0] : ends[1], draw(st.sampled_from([0, 1, slice(None)]))] = True
    elif kind == "scattered":
        mask = rng.random((count, 2)) < draw(st.floats(0.05, 0.95))
    elif kind == "everything":
        mask[:] = True
    elif kind == "one part":
        mask[:, draw(st.integers(0, 1))] = True
    return Take.of(RIGID[start : start + count]), decoded, mask


@RANDOM_MASKS
@given(edits())
def test_whatever_the_mask_the_invariants_hold(edit):
    take, decoded, mask = edit
    made = compose(take, decoded, mask, PARTS)
    assert made.shape == take.joints.shape
    assert np.isfinite(made).all()
    still = untouched_joints(mask, PARTS)
    assert np.array_equal(made[still], take.joints[still])
    assert still[~mask.any(axis=1)].all()
    assert np.abs(bone_lengths(made) - np.median(bone_lengths(RIGID), axis=0)).max() < 1e-6


def test_upper_body_edits_leave_root_and_legs_and_attach_to_them():
    take = Take.of(RIGID[:80])
    mask = np.zeros((80, 2), dtype=bool)
    mask[20:60, 1] = True
    made = compose(take, Take.of(RIGID[-80:]).features, mask, PARTS)
    legs = list(PARTS[0].joints)
    assert np.array_equal(made[:, legs], take.joints[:, legs])
    assert np.abs(made[40, 12:] - take.joints[40, 12:]).max() > 0.02


@pytest.mark.parametrize("columns", [[0, 1], [0], [1]])
@pytest.mark.parametrize("own", [True, False])
def test_pelvis_and_chest_keep_the_shape_that_they_have_in_kept_frames(columns, own):
    # A body whose pelvis is bent otherwise than the uniform one keeps that, too: no seam pops into another shape.
    body = fix_lengths(CLIP)
    if own:
        shape = normalize(uniform_offsets() + [0.0, 0.02, 0.03] * (np.arange(22) == 1)[:, None])
        bones = body - body[:, HUMANML3D.parents]
        ways = stiffen_torso(normalize(bones), shape)
        for child, parent in enumerate(HUMANML3D.parents[1:], start=1):
            body[:, child] = body[:, parent] + np.linalg.norm(bones[0, child]) * ways[:, child]
    rng = np.random.default_rng(0)
    other = Take.of(RIGID[-90:]).features
    mask = np.zeros((90, 2), dtype=bool)
    mask[25:65, columns] = True
    made = compose(Take.of(body[:90]), other + rng.normal(0, 0.01, other.shape).astype(np.float32), mask, PARTS)
    assert np.array_equal(made[:25], body[:25]) and np.array_equal(made[65:], body[65:90])
    for part in TORSO:
        pair = [made[:, joint] - made[:, HUMANML3D.parents[joint]] for joint in part]
        angles = np.degrees([angle_between(a, b) for a, b in combinations(pair, 2)])
        kept = np.delete(angles, slice(25, 65), axis=1)
        spare = np.stack([kept.min(1), kept.max(1)], 1) + [-0.1, 0.1]
        assert (angles >= spare[:, :1]).all() and (angles <= spare[:, 1:]).all()


def test_what_was_there_already_comes_out_again():
    # Decoding nothing new: every frame is masked-in with its own features.
    take = Take.of(RIGID[:90])
    made = compose(take, take.features, body_mask(90, 30, 60), PARTS)
    distance = np.linalg.norm(made - take.joints, axis=-1)[30:60]
    # What is left: feet are held, and accelerations unusual for the kept part are calmed at the seams.
    assert distance.mean() < 0.015
    assert distance[12:18, [3, 6, 9, 12, 15, 20, 21]].max() < 0.03


@pytest.mark.parametrize(("first", "stop"), [(25, 65), (10, 14), (0, 40), (50, 90), (44, 45)])
def test_seams_meet_in_position_and_velocity(first, stop):
    take = Take.of(RIGID[:90])
    made = compose(take, Take.of(RIGID[-90:]).features, body_mask(90, first, stop), PARTS)
    steps = np.linalg.norm(np.diff(made, axis=0), axis=-1).mean(axis=1)
    changes = np.linalg.norm(np.diff(made, n=2, axis=0), axis=-1).mean(axis=1)
    usual_step = np.linalg.norm(np.diff(RIGID, axis=0), axis=-1).mean(axis=1).max()
    usual_change = np.linalg.norm(np.diff(RIGID, n=2, axis=0), axis=-1).mean(axis=1).max()
    for seam in (first - 1, stop - 1):
        if 0 < seam < 89:
            assert steps[seam] < 1.5 * usual_step
            assert changes[seam - 1 : seam + 1].max() < 2.0 * usual_change


def test_the_far_side_does_not_move_and_the_path_gets_there():
    take = Take.of(RIGID[:90])
    slow = Take.of(RIGID[:90]).features.copy()
    slow[:, 1:3] *= 0.3
    made = compose(take, slow, body_mask(90, 20, 70), PARTS)
    assert np.array_equal(made[70:], take.joints[70:])
    travel = np.linalg.norm(np.diff(made[:, 0], axis=0), axis=-1)
    assert travel.max() < 3.0 * np.linalg.norm(np.diff(take.joints[:, 0], axis=0), axis=-1).max()


def test_a_span_that_turns_another_way_round_has_no_spin_in_it():
    take = Take.of(RIGID[:90])
    spinning = take.features.copy()
    spinning[20:70, 0] += 0.5 * 1.2 * np.pi / 50
    made = compose(take, spinning, body_mask(90, 20, 70), PARTS)
    steps = np.linalg.norm(np.diff(made, axis=0), axis=-1).mean(axis=1)
    assert steps.max() < 2.0 * np.linalg.norm(np.diff(RIGID, axis=0), axis=-1).mean(axis=1).max()


def test_a_better_fit_has_smaller_gaps():
    take = Take.of(RIGID[:90])
    mask = body_mask(90, 20, 70)
    good, bad = take.features, take.features.copy()
    bad[:, 1:3] += 0.01
    assert measure_gaps(take, good, mask, PARTS) < 0.01
    assert measure_gaps(take, bad, mask, PARTS) > 0.3


def test_offsets_start_with_the_error_and_die_away():
    errors = np.linspace(1.0, 2.0, 40)
    kept = np.ones(40, dtype=bool)
    kept[10:30] = False
    offsets = decaying_offsets(errors, kept, blend=8)
    assert np.array_equal(offsets[kept], errors[kept])
    assert offsets[10] == pytest.approx(errors[9], rel=0.1)
    assert np.abs(offsets[17:22]).max() == 0.0
    # One kept frame alone tells no slope, and no frame at all no offset.
    assert np.isfinite(decaying_offsets(errors, np.arange(40) == 20)).all()
    assert not decaying_offsets(errors, np.zeros(40, dtype=bool)).any()


def test_spreading_and_spans():
    weights = spread_weights(np.array([0.0, 0.1, 0.1, 0.0]))
    assert weights[0] == 0.0 and weights[-1] == pytest.approx(1.0)
    assert (np.diff(weights) > 0).all()
    assert find_spans(np.array([True, False, True, True])) == [(0, 1), (2, 4)]
    assert find_spans(np.zeros(3, dtype=bool)) == []


def test_rotation_vectors_go_there_and_back():
    vectors = np.array([[0.0, 0.0, 0.0], [0.3, -0.2, 1.0], [0.0, 3.1, 0.0]])
    assert np.allclose(to_rotation_vectors(from_rotation_vectors(vectors)), vectors)


def test_trembling_is_calmed_beside_a_seam_only():
    rng = np.random.default_rng(0)
    kept = np.arange(80) < 30
    values = np.sin(np.arange(80) / 10)[:, None] + 0.02 * rng.normal(size=(80, 3)) * ~kept[:, None]
    smooth = smooth_seams(values, kept)
    assert np.array_equal(smooth[:30], values[:30])
    before, after = (np.abs(np.diff(v, n=2, axis=0)) for v in (values, smooth))
    assert after[30:36].mean() < 0.4 * before[30:36].mean()
    assert np.abs(smooth[60:] - values[60:]).max() < 1e-2
    assert np.array_equal(smooth_seams(values, np.ones(80, dtype=bool)), values)
    # What moves no more than the kept part does is left alone.
    even = np.sin(np.arange(80) / 10)
    assert np.abs(smooth_seams(even, kept) - even).max() < 1e-2


@pytest.mark.parametrize("jump", [0.05, 0.4])
def test_seams_stay_within_what_is_usual_for_the_kept_frames(jump):
    """However far a span jumps away from what is kept, its first and last steps do not."""
    kept = np.ones(len(CLIP), dtype=bool)
    kept[30:60] = False
    jumping = CLIP + np.where(kept[:, None, None], 0.0, [jump, 0.0, 0.0])
    limited = limit_seams(jumping, kept)
    assert np.array_equal(limited[kept], CLIP[kept])
    for order, times in ((1, 1.5), (2, 2.0)):
        sizes = (np.linalg.norm(np.diff(it, n=order, axis=0), axis=-1) for it in (jumping, limited))
        before, after = (each.mean(axis=-1) for each in sizes)
        usual = np.percentile(np.r_[after[: 30 - order], after[60:]], 95)
        seams = [*range(30 - order, 30), *range(60 - order, 60)]
        assert before[seams].max() > times * usual > after[seams].max()
    if jump < 0.1:
        assert np.abs(limited - jumping)[44:].max() < 0.02, "what is far from a seam has no part in it"
    assert limit_seams(CLIP, kept) is CLIP


def test_a_jerk_where_a_story_goes_on_is_calmed_and_one_within_a_part_is_not():
    joints = CLIP[:120].copy()
    joints[[30, 80], :, 1] += 0.05
    calm = calm_transitions(joints, [0, 80])
    before, after = (np.linalg.norm(np.diff(j, n=2, axis=0), axis=-1).mean(axis=1) for j in (joints, calm))
    assert after[76:83].max() < 0.7 * before[76:83].max()
    assert np.abs(calm - joints)[: 80 - 4 * TRANSITION_FRAMES].max() < 2e-3
    assert np.array_equal(calm_transitions(joints, [0]), joints)
