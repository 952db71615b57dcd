"""What an in-between has to beat: interpolating the two poses, and pasting the nearest real motion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.editing.compose import Take, compose
from engine.motion import rotations
from engine.motion.parts import BodyPart, FeatureLayout
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

LAYOUT = FeatureLayout(HUMANML3D.num_joints)
PARENTS = list(HUMANML3D.parents[1:])
# Frames between the places of a clip that are tried for pasting.
STRIDE = 4


def interpolate_span(joints: Array, start: int, stop: int) -> NDArray[np.float64]:
    """Replace frames start..stop-1 of (T, 22, 3): root linear, bone directions along great circles."""
    joints = np.array(joints, dtype=np.float64)
    first, last = joints[start - 1], joints[stop]
    share = (np.arange(start, stop) - (start - 1)) / (stop - start + 1)
    bones = [rotations.normalize(pose[1:] - pose[PARENTS]) for pose in (first, last)]
    lengths = [np.linalg.norm(pose[1:] - pose[PARENTS], axis=-1) for pose in (first, last)]
    turn = rotations.between(bones[0], bones[1])
    still = np.zeros_like(turn)
    still[..., 0] = 1.0
    part_way = rotations.slerp(still[None], turn[None], np.repeat(share[:, None], len(bones[0]), axis=1))
    made = rotations.rotate(part_way, np.broadcast_to(bones[0], (len(share), *bones[0].shape)))
    joints[start:stop, 0] = (1 - share)[:, None] * first[0] + share[:, None] * last[0]
    for child, parent in enumerate(PARENTS, start=1):
        length = (1 - share) * lengths[0][child - 1] + share * lengths[1][child - 1]
        joints[start:stop, child] = joints[start:stop, parent] + length[:, None] * made[:, child - 1]
    return joints


def paste_nearest(
    take: Take, start: int, stop: int, library: Sequence[Array], parts: tuple[BodyPart, ...]
) -> NDArray[np.float64]:
    """Replace frames start..stop-1 by the stretch of a real clip whose ends fit best, blended in.

    `library` holds features (T, 263) of training clips; a place fits by root step, root height and
    joint positions in the heading frame at both seams. Blending is that of regenerated spans.
    """
    length = stop - start + 2
    wide = LAYOUT.positions.stop
    wanted = np.concatenate((take.features[start - 1, :wide], take.features[stop, :wide]))
    # A root step of 1 cm a frame counts as much as 10 cm of a joint's position.
    weights = np.concatenate([np.full(3, 10.0), np.ones(wide - 3)] * 2)
    best, found = np.inf, None
    for clip in library:
        begins = np.arange(0, len(clip) - length + 1, STRIDE)
        if not len(begins):
            continue
        ends = np.concatenate((clip[begins, :wide], clip[begins + length - 1, :wide]), axis=1)
        costs = np.square((ends - wanted) * weights).sum(axis=1)
        if costs.min() < best:
            best, found = float(costs.min()), clip[begins[costs.argmin()] :][:length]
    if found is None:
        raise ValueError(f"no clip of the library is {length} frames long")
    decoded = take.features.copy()
    decoded[start - 1 : stop + 1] = found
    mask = np.zeros((len(decoded), len(parts)), dtype=np.bool_)
    mask[start:stop] = True
    return compose(take, decoded, mask, parts)
