"""How a skeleton stands: the pose from which the turns of its parts are counted.

A file's rest pose serves if a person stands like that. Where it does not (bones laid along the axes, feet that point
down), the best standing frame of the same skeleton takes its place, be it from the clip or from another of the same
body; a foot alone is taken from where it stands flat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.skeletons.families import SkeletonFamily
from engine.motion import rotations
from engine.motion.clip import SkeletonClip
from engine.motion.errors import MotionError

Array = NDArray[np.floating]

# Cosine that thighs, shins and trunk have to have with the vertical in a pose that counts as standing.
STANDS = 0.9
# A foot whose toe is less level than this (share of its length) is not flat: toe joints lie below ankles.
LEVEL = 0.6
# So many frames are looked at in each clip.
FRAMES = 120


@dataclass(frozen=True)
class Upright:
    """A standing pose in the source's axes.

    Attributes:
        positions: (J, 3) of the pose.
        orientations: (J, 4) of the pose.
        basis: (3, 3) rows left, up and forward in source axes.
    """

    positions: Array
    orientations: Array
    basis: Array


def rest_upright(clip: SkeletonClip, family: SkeletonFamily) -> Upright | None:
    """The rest pose, if it stands upright on flat feet; else None."""
    pose = _pose(
        clip.rest_positions, clip.rest_rotations, _up_axis(_rise(clip.rest_positions[None], clip, family)), clip, family
    )
    if pose is None or _standing(pose.positions[None], pose.basis[1], clip, family)[0] < STANDS:
        return None
    return pose if all(_is_flat(pose, clip, family, side) for side in (0, 1)) else None


def find_upright(clip: SkeletonClip, family: SkeletonFamily, others: Sequence[SkeletonClip] = ()) -> Upright:
    """The rest pose if it stands, else the best standing frame of the clip and of `others` of the same skeleton.

    Raises MotionError if no pose has a trunk.
    """
    resting = rest_upright(clip, family)
    if resting is not None:
        return resting
    clips = [_thinned(one) for one in (clip, *others)]
    up = _up_axis(np.concatenate([_rise(one.positions, one, family) for one in clips]))
    resting = _pose(clip.rest_positions, clip.rest_rotations, up, clip, family)
    if resting is None or _standing(resting.positions[None], up, clip, family)[0] < STANDS:
        scores = [_standing(one.positions, up, one, family) for one in clips]
        best = int(np.argmax([score.max() for score in scores]))
        frame = int(np.argmax(scores[best]))
        resting = _pose(clips[best].positions[frame], clips[best].rotations[frame], up, clip, family)
    if resting is None:
        raise MotionError("hips and shoulders lie in one place: no pose of this skeleton stands")
    for side in (0, 1):
        if not _is_flat(resting, clip, family, side):
            resting = _with_flat_foot(resting, clips, family, side)
    return resting


def _thinned(clip: SkeletonClip) -> SkeletonClip:
    step = max(1, len(clip) // FRAMES)
    return clip.replaced(clip.positions[::step], clip.rotations[::step], clip.fps / step)


def _rise(positions: Array, clip: SkeletonClip, family: SkeletonFamily) -> Array:
    """(T, 3) from between the hips to between the shoulders."""
    ends = [positions[:, [clip.index(name) for name in pair]].mean(axis=1) for pair in (family.hip, family.shoulder)]
    rise: Array = ends[1] - ends[0]
    return rise


def _up_axis(rise: Array) -> Array:
    mean = rise.mean(axis=0)
    axis = int(np.argmax(np.abs(mean)))
    up = np.zeros(3)
    up[axis] = np.sign(mean[axis])
    return up


def _pose(
    positions: Array, orientations: Array, up: Array, clip: SkeletonClip, family: SkeletonFamily
) -> Upright | None:
    left, right = (sum(positions[clip.index(pair[side])] for pair in (family.hip, family.shoulder)) for side in (0, 1))
    across = left - right
    across = across - up * (across @ up)
    length = float(np.linalg.norm(across))
    if length < 1e-9 or not up.any():
        return None
    across = across / length
    return Upright(positions, orientations, np.stack((across, up, np.cross(across, up))))


def _standing(positions: Array, up: Array, clip: SkeletonClip, family: SkeletonFamily) -> Array:
    """(T,) how upright a body is: the least cosine of thighs, shins and trunk with the vertical."""
    bones = [_rise(positions, clip, family)]
    for side in (0, 1):
        hip, knee, ankle = (positions[:, clip.index(pair[side])] for pair in (family.hip, family.knee, family.ankle))
        bones += [hip - knee, knee - ankle]
    cosines: Array = np.stack([rotations.normalize(bone) @ up for bone in bones]).min(axis=0)
    return cosines


def _is_flat(pose: Upright, clip: SkeletonClip, family: SkeletonFamily, side: int) -> bool:
    """Whether a foot lies level and points ahead; one without length has to be trusted."""
    toe = pose.positions[clip.index(family.toe[side])] - pose.positions[clip.index(family.ankle[side])]
    length = float(np.linalg.norm(toe))
    leg = np.linalg.norm(pose.positions[clip.index(family.knee[side])] - pose.positions[clip.index(family.ankle[side])])
    if length < 0.05 * float(leg):
        return True
    _, up, ahead = pose.basis
    return bool(np.linalg.norm(toe - up * (toe @ up)) > LEVEL * length and toe @ ahead > 0)


def _with_flat_foot(pose: Upright, clips: Sequence[SkeletonClip], family: SkeletonFamily, side: int) -> Upright:
    """The pose with one foot as it is where it stands: ankle and toe at their lowest, of those the middle slope."""
    _, up, ahead = pose.basis
    found: list[tuple[float, Array, Array]] = []
    for clip in clips:
        places = [clip.index(pair[side]) for pair in (family.ankle, family.toe)]
        turner = clip.index(family.foot_joint[side])
        heights = clip.positions[:, places] @ up
        above = (heights - np.percentile(heights, 2, axis=0)).sum(axis=1)
        for frame in np.argsort(above, kind="stable")[: max(1, len(above) // 10)]:
            toe = clip.positions[frame, places[1]] - clip.positions[frame, places[0]]
            found.append((float(rotations.normalize(toe) @ up), toe, clip.rotations[frame, turner]))
    found.sort(key=lambda entry: entry[0])
    slope, toe, orientation = found[len(found) // 2]
    level = rotations.normalize(toe - up * (toe @ up))
    # Turned about the vertical until the toe points where the body faces.
    angle = float(np.arctan2(np.cross(level, ahead) @ up, level @ ahead))
    turn = np.asarray([np.cos(angle / 2), *(np.sin(angle / 2) * up)])
    clip = clips[0]
    positions, orientations = pose.positions.copy(), pose.orientations.copy()
    orientations[clip.index(family.foot_joint[side])] = rotations.multiply(turn, orientation)
    length = float(np.linalg.norm(toe))
    flat = length * (slope * up + np.sqrt(max(0.0, 1 - slope**2)) * ahead)
    positions[clip.index(family.toe[side])] = positions[clip.index(family.ankle[side])] + flat
    return Upright(positions, orientations, pose.basis)
