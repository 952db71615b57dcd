"""Joint positions -> bone rotations and locations, all frames at once, in plain numpy.

A decoded motion is joint positions without a rest pose, so bones are aimed, not copied. For every
slot we find its *turn*: the rotation, in armature space, that takes the bone from its rest pose
to where the motion wants it. Bone roll, T- or A-pose, units and object transform never enter:

    basis = rest⁻¹ · parent_turn⁻¹ · turn · rest        (what a pose bone stores)

``STEPS`` says in which order a body takes its pose. Pelvis and chest turn with triangles of joints, the spine shares
the bend between them, limbs are aimed and take their twist from the plane of elbow and knee. Then the legs are bent
once more, so that feet which stand stay where they are, flat on the ground and none below it. Head and hands are
turned where a motion of 27 joints says how; with 22 the head follows the neck, and hands follow the forearm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..coordinates import FloatArray
from . import basis, canonical, skeleton, slots
from .body import arms, feet, legs, soles, standing
from .body.fitted import Body
from .body.torso import Points, turn_torso
from .pose import Pose, RetargetOptions, Start
from .rotations import about, rotate
from .skeleton import RigRest

SIDES = slots.SIDES


@dataclass(frozen=True)
class Step:
    """``act`` adds to a body what it finds from what the steps before found; ``locks_feet``: left out where feet are
    not locked.
    """

    name: str
    act: Callable[[Body], None]
    locks_feet: bool = False


def place_torso(body: Body) -> None:
    """Turns of pelvis, spine, neck and head, and where the hips are."""
    body.turns |= turn_torso(body.points, body.still, body.rest, body.fps)
    middle = (body.points["left_hip"] + body.points["right_hip"]) / 2
    body.hips = middle * body.scale + body.up * feet.floor_offset(body.rest, body.facing, body.scale)


# The order in which a body takes its pose.
STEPS = (
    Step("torso", place_torso),
    Step("arms", arms.turn_arms),
    Step("hold trunk", arms.hold_trunk),
    Step("contacts", legs.find_contacts, locks_feet=True),
    Step("steady feet", legs.steady_feet, locks_feet=True),
    Step("aim legs", legs.aim_legs),
    Step("feet", legs.turn_feet),
    Step("make up for stretch", standing.make_up_for_stretch, locks_feet=True),
    Step("roll long feet", soles.roll_long_feet, locks_feet=True),
    Step("settle hips", standing.settle_hips, locks_feet=True),
    Step("turn hips", standing.turn_hips, locks_feet=True),
    Step("hold ankles", standing.hold_ankles, locks_feet=True),
    Step("roll soles", soles.roll_soles, locks_feet=True),
    Step("hold rolled feet", standing.hold_rolled_feet, locks_feet=True),
    Step("level hips", standing.level_hips, locks_feet=True),
    Step("give way", standing.give_way, locks_feet=True),
    Step("reach", standing.reach_ankles, locks_feet=True),
    Step("lift toes", soles.lift_toes, locks_feet=True),
    Step("legs", legs.turn_legs),
    Step("hold hands", arms.hold_hands),
)


def retarget(
    joints: FloatArray,
    fps: float,
    rest: RigRest,
    options: RetargetOptions | None = None,
) -> Pose:
    """Pose ``rest``'s rig like ``joints`` (T, 22 or 27, 3), motion space, metres, at ``fps``.

    The armature's origin is the motion's origin, its floor is where the rest pose stands. Raises
    ValueError when the rig's rest pose cannot be made sense of, or lacks a root bone asked for.
    """
    return basis.find_pose(find_body(joints, fps, rest, options))


def find_body(
    joints: FloatArray,
    fps: float,
    rest: RigRest,
    options: RetargetOptions | None = None,
) -> Body:
    """``joints`` as a body of the rig's own proportions; arguments and errors as of ``retarget``."""
    body = begin_body(joints, fps, rest, options)
    for step in STEPS:
        if body.options.lock_feet or not step.locks_feet:
            step.act(body)
    return body


def begin_body(
    joints: FloatArray,
    fps: float,
    rest: RigRest,
    options: RetargetOptions | None = None,
) -> Body:
    """What all steps start from: the motion on the rig's axes, and how large the rig is beside it."""
    options = options or RetargetOptions()
    joints = np.asarray(joints, np.float64)
    facing = rest.facing()
    scale = rest_scale(rest, facing, joints, options)
    if options.in_place:
        joints = joints - (joints[:, :1] - joints[:1, :1]) * [1.0, 0.0, 1.0]
    placed = _start_at(joints @ facing.T, facing, scale, options.start)
    points: Points = canonical.by_name(placed)
    heights = {name: place[:, 1] for name, place in canonical.by_name(joints).items()}
    return Body(rest, facing, scale, points, heights, fps, options)


def rest_scale(rest: RigRest, facing: FloatArray, joints: FloatArray, options: RetargetOptions) -> float:
    """Armature units a metre of the motion becomes."""
    if options.scale_by == "LEGS":
        return rest.leg_length() / skeleton.leg_length(joints)
    still = canonical.by_name(canonical.rest_joints())
    ankles = sum(rest.heads[f"{side}_ankle"] for side in SIDES) / 2
    rise = float((rest.heads["neck"] - ankles) @ facing[:, 1])
    same = float(still["neck"][1] - (still["left_ankle"][1] + still["right_ankle"][1]) / 2)
    # the motion's own body may be larger or smaller than the canonical one
    own = skeleton.leg_length(joints) / skeleton.leg_length(canonical.rest_joints()[None])
    return rise / (same * own)


def _start_at(placed: FloatArray, facing: FloatArray, scale: float, start: Start | None) -> FloatArray:
    """Joints (T, J, 3), armature axes, metres, moved and turned so that they begin at ``start``."""
    if start is None:
        return placed
    up = facing[:, 1]
    hips = (placed[:, canonical.INDEX["left_hip"]] + placed[:, canonical.INDEX["right_hip"]]) / 2
    across = placed[0, canonical.INDEX["left_hip"]] - placed[0, canonical.INDEX["right_hip"]]
    ahead = np.cross(across, up)
    wanted = start.ahead - up * (start.ahead @ up)
    turn = about(up, np.arctan2(np.cross(ahead, wanted) @ up, ahead @ wanted))
    moved = rotate(turn, placed)
    shift = start.hips / scale - rotate(turn, hips[0])
    return np.asarray(moved + (shift - up * (shift @ up)))
