"""Joint positions -> bone rotations and root location, all frames at once, in plain numpy.

A decoded motion is joint positions without a rest pose, so bones are aimed, not copied. For every
joint we find its *turn*: the rotation, in armature space, that takes the bone from its rest pose
to where the motion wants it. Bone roll, T- or A-pose, units and object transform never enter:

    basis = rest⁻¹ · parent_turn⁻¹ · turn · rest        (what a pose bone stores)

Pelvis and chest turn with triangles of joints, the spine shares the bend between them, limbs are
aimed and take their twist from the plane of elbow and knee, feet keep their soles level on the
ground. Hands and head have no further joint to aim at and follow forearm and neck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..coordinates import FloatArray
from . import canonical, hinges, rotations, skeleton
from .rotations import frame, normalize, rotate, slerp_matrices, swing
from .skeleton import RigRest

Turns = dict[str, FloatArray]  # canonical joint -> (T, 3, 3) rotation in armature space
Points = dict[str, FloatArray]  # canonical joint -> (T, 3) or (3,) position

SIDES = ("left", "right")
CONTACT_HEIGHT = (0.05, 0.14)  # a toe joint below the first is on the ground, above the second not
TOE_ON_GROUND = 0.01  # height of the toe joint of a standing foot, metres (HumanML3D's floor)


@dataclass(frozen=True)
class Pose:
    """Animation of one rig, in the rig's own order of bones.

    ``rotations`` (T, B, 4): pose-bone quaternions wxyz, sign-continuous over frames.
    ``location`` (T, 3): pose-bone location of ``root``, in that bone's rest axes, armature units.
    """

    bones: tuple[str, ...]
    root: str
    rotations: FloatArray
    location: FloatArray
    fps: float

    def resampled(self, fps: float) -> Pose:
        """The same animation at another frame rate: slerp for rotations, linear for location.

        The first frame stays; the last is the last whole frame inside the motion.
        """
        if fps == self.fps:
            return self
        last = len(self.rotations) - 1
        count = int(np.floor(last * fps / self.fps + 1e-6)) + 1
        times = np.minimum(np.arange(count) * (self.fps / fps), last)
        before = np.minimum(times.astype(int), max(last - 1, 0))
        after = np.minimum(before + 1, last)
        share = times - before
        turned = rotations.slerp(self.rotations[before], self.rotations[after], share[:, None])
        moved = self.location[before] + share[:, None] * (self.location[after] - self.location[before])
        return Pose(self.bones, self.root, rotations.continuous(turned), moved, fps)


def retarget(joints: FloatArray, fps: float, rest: RigRest) -> Pose:
    """Pose ``rest``'s rig like ``joints`` (T, 22, 3), motion space, metres, at ``fps``.

    The armature's origin is the motion's origin and its floor; root motion is scaled by leg length.
    Raises ValueError when the rig's rest pose cannot be made sense of.
    """
    facing = rest.facing()
    placed = np.asarray(joints, np.float64) @ facing.T
    points: Points = {name: placed[:, index] for name, index in canonical.INDEX.items()}
    turns = find_turns(points, rest, facing, floor_heights(joints))
    quaternions = np.stack(
        [
            rotations.to_quaternions(
                np.swapaxes(rest.rotations[joint], -1, -2)
                @ _relative(turns, rest.parents[joint], joint)
                @ rest.rotations[joint]
            )
            for joint in rest.joints
        ],
        1,
    )
    scale = rest.leg_length() / skeleton.leg_length(joints)
    up = facing[:, 1]
    target = points["pelvis"] * scale + up * _floor_offset(rest, up, scale)
    location = (target - rest.heads["pelvis"]) @ rest.rotations["pelvis"]
    root = rest.bones[rest.joints.index("pelvis")]
    return Pose(rest.bones, root, rotations.continuous(quaternions), location, fps)


def find_turns(points: Points, rest: RigRest, facing: FloatArray, heights: Points) -> Turns:
    """Turn of every canonical joint, whether the rig has a bone for it or not."""
    turns: Turns = {}
    still = rest.standing(facing)
    _turn_torso(turns, points, still)
    for side in SIDES:
        _turn_arm(turns, points, rest, facing, still, side)
        _turn_leg(turns, points, rest, facing, still, heights, side)
    return turns


def floor_heights(joints: FloatArray) -> Points:
    """Height of each joint above the motion's floor (T,), metres."""
    return {name: joints[:, index, 1] for name, index in canonical.INDEX.items()}


def _turn_torso(turns: Turns, points: Points, still: Points) -> None:
    """Pelvis and chest from triangles; spine shared between them; neck aimed; head follows."""
    frames, rest_frames = ({name: _torso_frame(p, name) for name in ("pelvis", "chest")} for p in (points, still))
    pelvis = frames["pelvis"] @ rest_frames["pelvis"].T
    chest = frames["chest"] @ rest_frames["chest"].T
    low, high = slerp_matrices(pelvis, chest, 1 / 3), slerp_matrices(pelvis, chest, 2 / 3)
    # the shared bend alone would put the chest a little aside: lean both vertebrae together
    chord = rotate(low, still["spine2"] - still["spine1"]) + rotate(high, still["spine3"] - still["spine2"])
    lean = swing(chord, points["spine3"] - points["spine1"])
    turns |= {"pelvis": pelvis, "spine1": lean @ low, "spine2": lean @ high, "spine3": chest}
    turns["neck"] = _aim(chest, still["head"] - still["neck"], points["head"] - points["neck"])
    turns["head"] = turns["neck"]


def _torso_frame(points: Points, part: str) -> FloatArray:
    """Frame (..., 3, 3) of pelvis or chest: first axis up the spine, second to the left."""
    if part == "pelvis":
        hips = (points["left_hip"] + points["right_hip"]) / 2
        left = points["left_hip"] - points["right_hip"]
        up = points["spine1"] - hips
        upright = frame(left, up)  # the hips are the longer, surer side of the triangle
        return np.stack([upright[..., 1], upright[..., 0], -upright[..., 2]], -1)
    # collars are rigid on the chest but close together; a little of the shoulders steadies them
    left = points["left_collar"] - points["right_collar"]
    left = left + 0.25 * (points["left_shoulder"] - points["right_shoulder"])
    return frame(points["neck"] - points["spine3"], left)


def _turn_arm(
    turns: Turns, points: Points, rest: RigRest, facing: FloatArray, still: Points, side: str
) -> None:
    collar, shoulder, elbow, wrist = (f"{side}_{j}" for j in ("collar", "shoulder", "elbow", "wrist"))
    aimed = points[shoulder] - points[collar]
    turns[collar] = _aim(turns["spine3"], still[shoulder] - still[collar], aimed)
    turns[shoulder], turns[elbow] = hinges.turn_limb(
        parent=turns[collar],
        rest=(rest.heads[shoulder], rest.heads[elbow], rest.heads[wrist]),
        motion=(points[shoulder], points[elbow], points[wrist]),
        bends_towards=facing[:, 2],
        twist_limit=np.radians(150),
    )
    turns[wrist] = turns[elbow]


def _turn_leg(
    turns: Turns, points: Points, rest: RigRest, facing: FloatArray, still: Points, heights: Points, side: str
) -> None:
    hip, knee, ankle, foot = (f"{side}_{j}" for j in ("hip", "knee", "ankle", "foot"))
    turns[hip], turns[knee] = hinges.turn_limb(
        parent=turns["pelvis"],
        rest=(rest.heads[hip], rest.heads[knee], rest.heads[ankle]),
        motion=(points[hip], points[knee], points[ankle]),
        bends_towards=-facing[:, 2],
        twist_limit=np.radians(100),
    )
    up, left = facing[:, 1], facing[:, 0]
    aimed = points[foot] - points[ankle]
    low, high = CONTACT_HEIGHT
    grounded = np.clip((high - heights[foot]) / (high - low), 0.0, 1.0)[:, None]
    # on the ground the sole lies level across; in the air the foot rolls with the shin
    level = np.cross(up, normalize(aimed))
    sideways = normalize(rotate(turns[knee], left) * (1.02 - grounded) + level * grounded)
    # the canonical foot, turned out as much as the rig's own: flat stays flat on any rig
    flat = still[foot] - still[ankle]
    if foot in rest.heads:
        flat = _with_heading(flat, rest.heads[foot] - rest.heads[ankle], up)
    turns[ankle] = frame(aimed, sideways) @ frame(flat, np.cross(up, flat)).T
    # heel up, toes still on the ground: the toes stay flat
    ahead = aimed - up * (aimed @ up)[:, None]
    toes = frame(ahead, np.cross(up, ahead)) @ frame(_level(flat, up), np.cross(up, flat)).T
    heel_up = np.clip((heights[ankle] - heights[foot] - 0.06) / 0.04, 0.0, 1.0)
    pointing = np.clip((np.linalg.norm(ahead, axis=-1) / np.linalg.norm(aimed, axis=-1) - 0.2) / 0.3, 0.0, 1.0)
    turns[foot] = slerp_matrices(turns[ankle], toes, grounded[:, 0] * heel_up * pointing)


def _aim(start: FloatArray, rest_direction: FloatArray, direction: FloatArray) -> FloatArray:
    """``start`` (T,3,3) corrected by the smallest rotation that takes the bone to ``direction``."""
    return swing(rotate(start, rest_direction), direction) @ start


def _with_heading(flat: FloatArray, like: FloatArray, up: FloatArray) -> FloatArray:
    """``flat`` (3,) turned about ``up`` to head where ``like`` (3,) heads."""
    return rotate(swing(_level(flat, up), _level(like, up)), flat)


def _level(direction: FloatArray, up: FloatArray) -> FloatArray:
    """Horizontal part of ``direction`` (3,)."""
    return direction - up * (direction @ up)


def _relative(turns: Turns, parent: str | None, joint: str) -> FloatArray:
    """Turn of ``joint`` as seen from its nearest mapped ancestor."""
    if parent is None:
        return turns[joint]
    return np.swapaxes(turns[parent], -1, -2) @ turns[joint]


def _floor_offset(rest: RigRest, up: FloatArray, scale: float) -> float:
    """How much higher the rig's joints stand above its floor than the motion's do."""
    toes = [rest.heads[joint] @ up for joint in ("left_foot", "right_foot") if joint in rest.heads]
    if toes:
        return float(np.mean(toes)) - TOE_ON_GROUND * scale
    ankles = [rest.heads[f"{side}_ankle"] @ up for side in SIDES]
    still = canonical.rest_joints()
    rise = still[canonical.INDEX["left_ankle"], 1] - still[canonical.INDEX["left_foot"], 1]
    return float(np.mean(ankles)) - (TOE_ON_GROUND + rise) * scale
