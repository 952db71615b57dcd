"""Joint positions <-> the HumanML3D feature vector (263 wide for 22 joints, 323 for 27, 251 for 21).

The layout and the formulas are those of HumanML3D's motion representation (Guo et al., CVPR 2022,
section 3 and https://github.com/EricGuo5513/HumanML3D, `motion_representation.ipynb`), worked out
again here and checked against the official clips:

====================  ====================================================================
columns               meaning
====================  ====================================================================
0                     arcsin of the y component of the root's yaw step quaternion, that is
                      half the yaw step in radians
1-2                   root velocity x, z per frame, in the *next* frame's heading
3                     root height
4 : 4+3(J-1)          joints 1.. relative to the root's ground position, in the heading frame
.. 6(J-1)             6-D local rotations of joints 1.. from inverse kinematics
.. 3J                 velocities per frame of all joints, in the heading frame
last 4                contacts: left ankle, left toe, right ankle, right toe
====================  ====================================================================

Where no skeleton is named, it is the one with as many joints, or features, as the array has. Joints that a
recording lacks (`Skeleton.optional`) are NaN on both sides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.filters import smooth
from engine.motion import rotations
from engine.motion.contacts import detect_contacts
from engine.motion.skeleton import Skeleton, skeleton_of, skeleton_of_features

Array = NDArray[np.floating]

UP = np.asarray([0.0, 1.0, 0.0])
FORWARD = np.asarray([0.0, 0.0, 1.0])


def facing(joints: Array, skeleton: Skeleton | None = None) -> Array:
    """(T, 3) unit ground direction in which the body faces, from the hip and shoulder lines."""
    skeleton = skeleton or skeleton_of(joints.shape[-2])
    hips, shoulders = _side_lines(joints, skeleton)
    forward = np.cross(UP, hips + shoulders)
    forward[:, 1] = 0.0
    return rotations.normalize(forward)


def smooth_heading(joints: Array, skeleton: Skeleton | None = None) -> Array:
    """(T, 4) rotations from the world into the smoothed heading frame of the features.

    Two peculiarities of the published data are kept, because models trained on it expect them: the
    hip line enters with the opposite sign of the shoulder line (so the shoulders decide), and the
    first frame is taken to face +Z exactly. The Gaussian has a deviation of 20 frames. Both were
    established by fitting the official clips.
    """
    skeleton = skeleton or skeleton_of(joints.shape[-2])
    hips, shoulders = _side_lines(joints, skeleton)
    forward = np.cross(UP, rotations.normalize(shoulders - hips))
    forward = rotations.normalize(smooth(forward, 20.0))
    root = rotations.between(forward, FORWARD)
    root[0] = (1.0, 0.0, 0.0, 0.0)
    return root


def _side_lines(joints: Array, skeleton: Skeleton) -> tuple[Array, Array]:
    """Left-to-right hip and shoulder vectors, each (T, 3)."""
    (right_hip, left_hip), (right_shoulder, left_shoulder) = skeleton.hips, skeleton.shoulders
    hips = joints[:, right_hip] - joints[:, left_hip]
    return hips, joints[:, right_shoulder] - joints[:, left_shoulder]


def solve_rotations(joints: Array, skeleton: Skeleton | None = None) -> Array:
    """Local joint rotations (T, J, 4) whose forward kinematics points every bone as `joints` do.

    HumanML3D's inverse kinematics: the root turns the heading onto +Z, then along each chain the
    shortest rotation takes a bone's T-pose direction onto its direction in the frame, expressed
    relative to the accumulated rotation. There is no twist in it, by construction. The root's
    rotation is the one *into* the heading frame, as in the published features.
    """
    skeleton = skeleton or skeleton_of(joints.shape[-2])
    root = smooth_heading(joints, skeleton)
    # All bones at once, whatever they hang on: a bone's rotation in the world does not depend on its parent's.
    bones = [bone for chain in skeleton.chains for bone in zip(chain, chain[1:], strict=False)]
    parents, children = (list(ends) for ends in zip(*bones, strict=True))
    offsets = np.asarray(skeleton.raw_offsets, dtype=np.float64)
    world = np.repeat(root[:, None], joints.shape[1], axis=1)
    world[:, children] = rotations.between(
        offsets[children], rotations.normalize(joints[:, children] - joints[:, parents])
    )
    above = world[:, skeleton.parents]
    above[:, [chain[1] for chain in skeleton.chains]] = root[:, None]
    local = np.zeros_like(world)
    local[..., 0] = 1.0
    local[:, children] = rotations.multiply(rotations.invert(above[:, children]), world[:, children])
    local[:, 0] = root
    return local


def apply_rotations(
    local: Array, root_positions: Array, bone_lengths: Array, skeleton: Skeleton | None = None
) -> Array:
    """Forward kinematics of :func:`solve_rotations`: (T, J, 4), (T, 3), (J,) -> joints (T, J, 3)."""
    skeleton = skeleton or skeleton_of(local.shape[-2])
    offsets = np.asarray(skeleton.raw_offsets, dtype=np.float64) * bone_lengths[:, None]
    joints = np.zeros((*local.shape[:2], 3))
    joints[:, 0] = root_positions
    for chain in skeleton.chains:
        accumulated = local[:, 0]
        for parent, child in zip(chain, chain[1:], strict=False):
            accumulated = rotations.multiply(accumulated, local[:, child])
            joints[:, child] = joints[:, parent] + rotations.rotate(accumulated, offsets[child])
    return joints


def face_forward(joints: Array, skeleton: Skeleton | None = None, floor: float | None = None) -> Array:
    """Move (T, J, 3) so that frame 0 has its root over the origin and faces +Z.

    The height `floor` becomes zero; by default that of the lowest point, as in HumanML3D.
    """
    ground = np.nanmin(joints[..., 1]) if floor is None else floor
    moved = joints - [joints[0, 0, 0], ground, joints[0, 0, 2]]
    turn = rotations.between(facing(moved[:1], skeleton), FORWARD)
    return rotations.rotate(turn[:, None], moved)


def joints_to_features(
    joints: Array, skeleton: Skeleton | None = None, floor: float | None = None
) -> NDArray[np.float32]:
    """Features (T-1, F) of T frames of joints (T, J, 3), Y up, in the data set's length unit.

    The clip is first placed by :func:`face_forward`, with `floor` as there. Raises ValueError for a wrong shape, for
    fewer than two frames and for values that are not finite in a joint that every recording has.
    """
    if joints.ndim != 3:
        raise ValueError(f"expected joints of shape (T, J, 3), got {joints.shape}")
    skeleton = skeleton or skeleton_of(joints.shape[1])
    if joints.ndim != 3 or joints.shape[1:] != (skeleton.num_joints, 3) or len(joints) < 2:
        raise ValueError(f"expected joints of shape (T >= 2, {skeleton.num_joints}, 3), got {joints.shape}")
    if not np.isfinite(joints[:, skeleton.required]).all():
        raise ValueError("joint positions contain NaN or infinite values")
    joints = face_forward(np.asarray(joints, dtype=np.float64), skeleton, floor)
    local = solve_rotations(joints, skeleton)
    heading = local[:, 0]

    root_step = rotations.rotate(heading[1:], np.diff(joints[:, 0], axis=0))
    yaw_step = rotations.multiply(heading[1:], rotations.invert(heading[:-1]))
    # The shorter of the two quaternions: without this the step's sign flips wherever the heading
    # crosses -Z, an error that the published features contain.
    yaw_step = np.where(yaw_step[:, :1] < 0, -yaw_step, yaw_step)
    half_yaw = np.arcsin(np.clip(yaw_step[:, 2:3], -1.0, 1.0))

    relative = joints.copy()
    relative[..., [0, 2]] -= joints[:, :1, [0, 2]]
    relative = rotations.rotate(heading[:, None], relative)
    velocity = rotations.rotate(heading[:-1, None], np.diff(joints, axis=0))
    count = len(joints) - 1
    return np.concatenate(
        (
            half_yaw,
            root_step[:, [0, 2]],
            relative[:-1, 0, 1:2],
            relative[:-1, 1:].reshape(count, -1),
            rotations.to_six_d(local[:-1, 1:]).reshape(count, -1),
            velocity.reshape(count, -1),
            detect_contacts(joints, skeleton),
        ),
        axis=-1,
    ).astype(np.float32)


def features_of_every_frame(joints: Array, skeleton: Skeleton | None = None) -> NDArray[np.float32]:
    """Features (T, F) of all T frames of joints that stand and face as they should already.

    The last frame goes on as the one before it did, so that it has a velocity; the heading has no
    step at the start.
    """
    last = joints[-1:] + (joints[-1:] - joints[-2:-1] if len(joints) > 1 else 0.0)
    return joints_to_features(np.concatenate((joints[:1], joints, last)), skeleton, floor=0.0)[1:]


def recover_root(features: Array) -> tuple[Array, Array]:
    """Integrate the root: heading quaternions (..., T, 4) and positions (..., T, 3)."""
    half_yaw = np.zeros_like(features[..., 0])
    half_yaw[..., 1:] = features[..., :-1, 0]
    half_yaw = np.cumsum(half_yaw, axis=-1)
    heading = rotations.about_y(2.0 * half_yaw)
    step = np.zeros((*features.shape[:-1], 3), dtype=features.dtype)
    step[..., 1:, 0] = features[..., :-1, 1]
    step[..., 1:, 2] = features[..., :-1, 2]
    positions = np.cumsum(rotations.rotate(rotations.invert(heading), step), axis=-2)
    positions[..., 1] = features[..., 3]
    return heading, positions


def features_to_joints(features: Array, skeleton: Skeleton | None = None) -> NDArray[np.float32]:
    """Joints (..., T, J, 3) from features (..., T, F): integrate the root, place the positions."""
    skeleton = skeleton or skeleton_of_features(features.shape[-1])
    features = np.asarray(features, dtype=np.float64)
    heading, root = recover_root(features)
    count = skeleton.num_joints - 1
    relative = features[..., 4 : 4 + 3 * count].reshape(*features.shape[:-1], count, 3)
    placed = rotations.rotate(rotations.invert(heading)[..., None, :], relative)
    placed[..., [0, 2]] += root[..., None, [0, 2]]
    return np.concatenate((root[..., None, :], placed), axis=-2).astype(np.float32)
