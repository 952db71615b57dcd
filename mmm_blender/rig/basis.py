"""From turns in armature space to what pose bones store: rotations, locations, and the root's path."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ..coordinates import FloatArray
from ..translation import rpt_
from . import rotations, slots
from .body import fingers
from .body.loose import place_bone
from .body.torso import Points, Turns
from .pose import Pose, RetargetOptions
from .resampling import solve_tridiagonal
from .rotations import about, dot, frame, normalize, rotate, smooth
from .skeleton import RigRest

HEADING_SMOOTHING = 0.2  # seconds; a root turns with the body, not with every step of the hips
WHIRLING = 6e-7  # seconds squared, what it costs a pole to turn by a radian a second, beside the square of the bow
OWN_POLE = 1e-6  # ... as above, square of a share of the limb's length: and not to be where the limb's own turn has it
POLE_DISTANCE = 0.6  # share of the limb's length, from elbow or knee


class PosedBody(Protocol):
    """What must be known of a body to key it: see ``body.fitted.Body``."""

    rest: RigRest
    facing: FloatArray
    turns: Turns
    hips: FloatArray
    fps: float
    options: RetargetOptions

    def positions(self) -> Points: ...


def find_pose(body: PosedBody) -> Pose:
    """All turns of a body as pose-bone rotations and locations.

    Raises ValueError when a root bone is asked for and the rig has none mapped.
    """
    rest, root = body.rest, body.options.root
    if root == "ROOT_BONE" and "root" not in rest.heads:
        raise ValueError(rpt_("this rig has no root bone mapped: put the motion on the hips, or map a root bone"))
    count = len(body.hips)
    origin = rest.heads.get("root", np.zeros(3))
    turns, hips = dict(body.turns), body.hips
    turns["root"] = np.broadcast_to(np.eye(3), (count, 3, 3))
    root_head = np.broadcast_to(origin, (count, 3))
    carried, locations = None, {}
    if root != "PELVIS":
        turn, shift = _follow_on_floor(body)
        back = np.swapaxes(turn, -1, -2)
        if root == "ROOT_BONE":
            turns["root"], root_head = turn, shift + rotate(turn, origin)
            locations[rest.bones[rest.joints.index("root")]] = (root_head - origin) @ rest.rotations["root"]
        else:
            carried = np.zeros((count, 4, 4))
            carried[:, :3, :3], carried[:, :3, 3], carried[:, 3, 3] = turn, shift, 1.0
            turns = {slot: back @ matrix if slot != "root" else matrix for slot, matrix in turns.items()}
            hips = rotate(back, hips - shift)
    replaced = replaced_slots(rest)
    apart = {loose.bone for loose in rest.loose}
    keyed = [
        slot
        for slot, bone in zip(rest.joints, rest.bones, strict=True)
        if slot in turns and slot not in replaced and bone not in apart and (slot != "root" or root == "ROOT_BONE")
    ]
    bones = [rest.bones[rest.joints.index(slot)] for slot in keyed]
    columns = [_basis(turns, rest, slot) for slot in keyed]
    pelvis = hips + rotate(turns["pelvis"], rest.heads["pelvis"] - rest.hip_centre())
    expected = root_head + rotate(turns["root"], rest.heads["pelvis"] - origin)
    moved = rotate(np.swapaxes(turns["root"], -1, -2), pelvis - expected)
    locations[rest.carrier] = moved @ rest.carrier_axes
    relaxed = fingers.relax_fingers(rest) if body.options.fingers == "RELAXED" else {}
    if rest.limbs or rest.loose:
        places = body.positions()
        if carried is not None:
            places = {slot: rotate(back, point - shift) for slot, point in places.items()}
        places["root"] = root_head
        for limb, controls in rest.limbs.items():
            target, pole, end = _reach_with(rest, turns, places, limb, body.fps)
            bones.append(controls.target)
            axes = rest.control_axes[controls.target]
            columns.append(axes.T @ end @ axes)
            for bone, place in ((controls.target, target), (controls.pole, pole)):
                locations[bone] = (place - rest.control_heads[bone]) @ rest.control_location_axes[bone]
        for loose in rest.loose:
            rotation, location = place_bone(rest, loose, turns, places)
            finger = relaxed.pop(loose.bone, None)
            columns.append(rotation if finger is None else rotation @ rotations.to_matrices(finger))
            bones.append(loose.bone)
            if location is not None:
                locations[loose.bone] = location
    quaternions = rotations.continuous(rotations.to_quaternions(np.stack(columns, 1)))
    return Pose(tuple(bones), quaternions, locations, body.fps, relaxed, carried)


def replaced_slots(rest: RigRest) -> set[str]:
    """Slots of limbs that are keyed by controls of inverse kinematics instead."""
    return {
        f"{limb.split('_')[0]}_{joint}"
        for limb in rest.limbs
        for joint in (slots.LEG[:3] if limb.endswith("leg") else slots.ARM[1:])
    }


def _basis(turns: Turns, rest: RigRest, slot: str) -> FloatArray:
    """(T, 3, 3) rotation of a slot's bone against its rest pose, as the bone itself sees it."""
    turn, parent = turns[slot], rest.parents[slot]
    while parent is not None and parent not in turns:
        parent = rest.parents[parent]
    if parent is not None and rest.inherits[slot]:
        turn = np.swapaxes(turns[parent], -1, -2) @ turn
    axes = rest.rotations[slot]
    return np.asarray(axes.T @ turn @ axes)


def _reach_with(
    rest: RigRest, turns: Turns, places: Points, limb: str, fps: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Place (T,3) of an IK target, place (T,3) of its pole, turn (T,3,3) of the target."""
    side, kind = limb.split("_")
    start, middle, end = (f"{side}_{joint}" for joint in (slots.LEG[:3] if kind == "leg" else slots.ARM[1:]))
    controls = rest.limbs[limb]
    # the control need not sit on the joint it moves
    target = places[end] + rotate(turns[end], rest.control_heads[controls.target] - rest.heads[end])
    line = normalize(places[end] - places[start])
    bow = places[middle] - places[start]
    outwards = bow - line * dot(bow, line)[:, None]
    rest_line = normalize(rest.heads[end] - rest.heads[start])
    rest_bow = rest.control_heads[controls.pole] - rest.heads[middle]
    rest_bow = rest_bow - rest_line * (rest_bow @ rest_line)
    length = float(np.linalg.norm(rest.heads[middle] - rest.heads[start])) * 2
    own = rotate(turns[start], rest_bow)
    own = normalize(own - line * dot(own, line)[:, None])
    aside = np.arctan2(dot(np.cross(own, outwards), line), dot(own, outwards))
    aside = _unhurried(aside, np.linalg.norm(outwards, axis=-1) / length, fps)
    return target, places[middle] + rotate(about(line, aside), own) * length * POLE_DISTANCE, turns[end]


def _unhurried(angle: FloatArray, bow: FloatArray, fps: float) -> FloatArray:
    """Least-squares ``angle`` (T,) from a limb's own pole to the one it shows, that does not whirl round.

    A straight limb hardly shows where it bends to, and trembling: so a frame counts by how far its middle joint is
    off the line, ``bow`` (T,), a share of the limb's length. Where it shows nothing, its own turn has its pole.
    """
    weight = bow**2
    stiff = np.full(len(angle), WHIRLING * fps**2)
    middle = weight + OWN_POLE + 2 * stiff
    middle[[0, -1]] -= stiff[[0, -1]]
    return solve_tridiagonal(-stiff, middle, -stiff, (weight * angle)[:, None])[:, 0]


def _follow_on_floor(body: PosedBody) -> tuple[FloatArray, FloatArray]:
    """Turn (T,3,3) about the vertical and shift (T,3) over the floor of a root that follows the body."""
    up, ahead = body.facing[:, 1], body.facing[:, 2]
    now = rotate(body.turns["pelvis"], ahead)
    # lying down the hips face the sky: such frames say little, their neighbours speak for them
    level = smooth(now - up * dot(now, up[None])[:, None], HEADING_SMOOTHING * body.fps)
    level = np.where(np.linalg.norm(level, axis=-1, keepdims=True) > 1e-3, level, ahead)
    turn = frame(np.broadcast_to(up, level.shape), level) @ frame(up, ahead).T
    centre = body.rest.hip_centre()
    under = centre - up * (centre @ up)
    below = body.hips - up * dot(body.hips, up[None])[:, None]
    return turn, below - rotate(turn, under)
