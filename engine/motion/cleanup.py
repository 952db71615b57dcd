"""Small repairs of decoded joints that no artist wants to make by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.filters import highest, smooth
from engine.motion import rotations
from engine.motion.features import face_forward
from engine.motion.feet import LEGS, clear_swings, lock_feet, solve_two_bones
from engine.motion.grounding import bring_down
from engine.motion.skeleton import HUMANML3D, skeleton_of
from engine.motion.uniform import uniform_offsets

TORSO = ((1, 2, 3), (12, 13, 14))
"""Joints whose bones keep their angles to each other: hips and lowest spine joint on the pelvis, neck and collars on
the chest."""
# How much more a bone counts that stays as it is than one that goes by it.
HELD = 1e3

Array = NDArray[np.floating]

# Between these the usual lowest height of the feet lies in nine of ten captured clips, metres.
STANDING = (0.012, 0.025)


def clean_joints(joints: Array, grounded: bool = True) -> NDArray[np.float32]:
    """Decoded joints (T, J, 3) as a user wants them.

    Bones get one length each, pelvis and chest one shape; the clip faces +Z over the origin, stands on the floor, and
    planted feet stay put. If `grounded`, a body that hangs in the air for longer than a jump comes down.
    """
    rigid = lift_above_floor(fix_lengths(np.asarray(joints, dtype=np.float64)))
    if grounded:
        rigid = bring_down(rigid)
    standing = lift_above_floor(clear_swings(lock_feet(rigid)))
    return face_forward(standing, floor=0.0).astype(np.float32)


def fix_lengths(joints: Array) -> Array:
    """Give every bone its length on the uniform body, keeping bone directions and where the root goes.

    Models are trained on that one body, but decode it up to 4 % smaller, and differently from take to take: hips
    and feet get their heights again. Pelvis and chest get that body's shape, as near to the decoded one as it turns: no
    rig has bones that could show another. Legs keep the places of their ankles instead of directions, which matter
    less: knees are re-solved, and only an ankle out of reach is moved.
    """
    skeleton = skeleton_of(joints.shape[1])
    offsets = uniform_offsets(skeleton)
    lengths = np.linalg.norm(offsets, axis=-1)
    bones = joints - joints[:, skeleton.parents]
    legs = [bone for _, knee, ankle, _ in LEGS for bone in (knee, ankle)]
    decoded = np.median(np.linalg.norm(bones[:, legs], axis=-1), axis=0).sum()
    joints = joints * [1.0, lengths[legs].sum() / max(decoded, 1e-6), 1.0]
    decoded_ways = rotations.normalize(bones)
    ways = stiffen_torso(decoded_ways, rotations.normalize(offsets))
    fixed = joints.copy()
    # What the hips would rise by bends straight knees, and shows; over the floor the root keeps its way.
    hips = list(HUMANML3D.hips)
    fixed[:, 0, 1] += (lengths[hips] * (decoded_ways - ways)[:, hips, 1]).mean(axis=1)
    for chain in skeleton.chains:
        for parent, child in zip(chain, chain[1:], strict=False):
            fixed[:, child] = fixed[:, parent] + lengths[child] * ways[:, child]
    for hip, knee, ankle, toe in LEGS:
        foot = fixed[:, toe] - fixed[:, ankle]
        fixed[:, knee], fixed[:, ankle] = solve_two_bones(
            fixed[:, hip], fixed[:, knee], fixed[:, ankle], joints[:, ankle]
        )
        fixed[:, toe] = fixed[:, ankle] + foot
    return fixed


def stiffen_torso(ways: Array, shape: Array, held: NDArray[np.bool_] | None = None) -> Array:
    """Bone directions (T, J, 3), by their lower joint, of which those of pelvis and of chest lie to each other as in
    `shape`, directions (J, 3) or (T, J, 3).

    Those that are `held` (T, J) stay as they are, and the others go by them.
    """
    stiff = ways.copy()
    for part in map(list, TORSO):
        weights = np.ones((1, len(part), 1)) if held is None else np.where(held[:, part, None], HELD, 1.0)
        turns = rotations.fit_rotations(shape[..., part, :], weights * ways[:, part])
        stiff[:, part] = rotations.rotate(turns[:, None], shape[..., part, :])
    return stiff if held is None else np.where(held[..., None], ways, stiff)


def lift_above_floor(joints: Array) -> Array:
    """Set the feet on the floor unless they stand on it already, then raise what still dips below it.

    A walk comes down on heels and toes: as long as its usual lowest height is that of captured clips,
    lowering it would drag swinging feet along the floor. The rise is spread smoothly over half a second,
    so no frame pops.
    """
    feet = [*HUMANML3D.feet_left, *HUMANML3D.feet_right]
    lowest = joints[:, feet, 1].min(axis=1)
    usual = np.percentile(lowest, 10)
    placed = joints - [0.0, usual - np.clip(usual, *STANDING), 0.0]
    dip = np.maximum(0.0, -placed[..., 1].min(axis=1))
    # The maximum over the kernel's reach keeps the smoothed rise at least as large as each dip.
    rise = smooth(highest(dip, 11, "reflect"), 1.2, "reflect")
    return placed + rise[:, None, None] * [0.0, 1.0, 0.0]
