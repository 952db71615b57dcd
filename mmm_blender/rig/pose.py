"""What retargeting is asked for, and what it gives: plain data between rig and animation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from ..coordinates import FloatArray

Root = Literal["PELVIS", "ROOT_BONE", "OBJECT"]
Fingers = Literal["RELAXED", "REST"]
Hands = Literal["MOTION", "REST", "RELAXED"]
Feet = Literal["MOTION", "REST"]
ScaleBy = Literal["LEGS", "HEIGHT"]


@dataclass(frozen=True)
class Start:
    """Where the motion begins, armature space: ``hips`` (3,), of which the height is not used, and
    the way they face, ``ahead`` (3,).
    """

    hips: FloatArray
    ahead: FloatArray


@dataclass(frozen=True)
class RetargetOptions:
    """How a motion is fitted to a rig.

    ``root``: what carries the path over the floor. ``in_place``: no path at all. ``lock_feet``: feet
    that stand do not slide, and none goes through the floor. ``arm_spacing``: radians by which the
    arms are held further from the body. ``fingers``: relaxed, or none of our business. ``hands``: turned as in
    the motion (as at rest where it does not say), as the rest pose has them to the forearm, or in line with it and
    dropping a little. ``feet``: turned as in the motion, or as the rest pose has them: to the ground where they
    stand, to the shin in the air. ``move_collars``: collar bones point where the motion's do, or stay with the chest.
    ``hands_held``: side -> (T,) how strictly, 0 to 1, that wrist is at its place in the motion, as where hands touch.
    ``trunk_held``: the shoulders stay over the place where the motion has them, and the hips give way.
    ``shoulders_ahead``: metres by which these places lie ahead of the motion's own, as the trunk faces.
    """

    root: Root = "PELVIS"
    in_place: bool = False
    lock_feet: bool = True
    scale_by: ScaleBy = "LEGS"
    fingers: Fingers = "RELAXED"
    hands: Hands = "MOTION"
    feet: Feet = "MOTION"
    move_collars: bool = True
    arm_spacing: float = 0.0
    start: Start | None = None
    hands_held: dict[str, FloatArray] = field(default_factory=dict)
    trunk_held: bool = False
    shoulders_ahead: float = 0.0


@dataclass(frozen=True)
class Pose:
    """Animation of one rig, in the rig's own order of bones.

    ``rotations`` (T, B, 4): pose-bone quaternions wxyz, sign-continuous over frames.
    ``locations``: bone -> (T, 3) pose-bone location, armature units, in the axes Blender wants it.
    ``sizes``: bone -> (T, 3) scale of bones whose scale is keyed.
    ``still``: bone -> (4,) quaternion of bones that keep one pose (fingers).
    ``carried`` : (T, 4, 4) motion of the armature object in its own space, or None.
    """

    bones: tuple[str, ...]
    rotations: FloatArray
    locations: dict[str, FloatArray]
    fps: float
    still: dict[str, FloatArray] = field(default_factory=dict)
    carried: FloatArray | None = None
    sizes: dict[str, FloatArray] = field(default_factory=dict)


def at_rest(pose: Pose, bones: Sequence[str], moved: Sequence[str], sized: Sequence[str]) -> Pose:
    """``pose`` in which ``bones``, which it did not have, are not turned, ``moved`` bones are not moved, and ``sized``
    ones not scaled.
    """
    count = len(pose.rotations)
    still = np.broadcast_to([1.0, 0.0, 0.0, 0.0], (count, len(bones), 4))
    places = {bone: np.zeros((count, 3)) for bone in moved if bone not in pose.locations}
    return replace(
        pose,
        bones=(*pose.bones, *bones),
        rotations=np.concatenate([pose.rotations, still], 1),
        locations={**pose.locations, **places},
        sizes={**pose.sizes, **{bone: np.ones((count, 3)) for bone in sized}},
    )
