"""A posed rig back to joints: the inverse of ``retarget``, whatever made the pose.

The rig is evaluated by Blender frame by frame, so constraints, drivers and inverse kinematics count.
The joints are those of the canonical body in the rig's pose: lengths are the canonical ones, torso and
feet turn as the rig's do, limbs point where the rig's point, head and hands look as the rig's do. Retargeted again,
they give the same pose.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..coordinates import FloatArray
from . import canonical, skeleton, slots
from .body import feet, hands
from .body.pitch import calm_foot
from .body.torso import Points, Turns, bending_spine, calm_pelvis
from .foot_meshes import with_soles
from .mapping import RigMapping
from .rotations import normalize, rotate, slerp_matrices
from .skeleton import RigRest
from .slots import SIDES, neck_of

FPS = 20.0  # frames a second of the engine's motions
STILL_HAND = np.radians(1.0)  # radians that a hand bends against its forearm at least, if somebody posed it


def sample_rig(
    armature: Any, mapping: RigMapping, scene: Any, first: float, last: float, fps: float = FPS
) -> FloatArray:
    """Joints (T, 27, 3), motion space, metres, of the rig's animation from frame ``first`` to ``last``.

    What the rig cannot tell, because it has no head bone, is NaN.

    One row every 1/``fps`` seconds, the first at ``first``. The armature object's own motion counts
    from where the object is at ``first``. The scene's current frame is put back. Raises ValueError
    when the mapping does not fit, or the span is empty.
    """
    if last < first:
        raise ValueError(f"frame {last:g} comes before frame {first:g}: choose a span of frames")
    step = scene.render.fps / scene.render.fps_base / fps
    count = int(np.floor((last - first) / step + 1e-6)) + 1
    return sample_frames(armature, mapping, scene, first + step * np.arange(count))


def sample_frames(armature: Any, mapping: RigMapping, scene: Any, frames: FloatArray) -> FloatArray:
    """Joints (T, 27, 3) like ``sample_rig``, at the scene ``frames`` (T,), whole or not.

    The armature object's own motion counts from where the object is at the first of them.
    """
    mapping = mapping.for_sampling()
    rest = with_soles(armature, skeleton.read_rest(armature, mapping), mapping)
    bones = armature.pose.bones
    rows = {bone.name: row for row, bone in enumerate(bones)}
    mapped = [rows[bone] for bone in rest.bones]
    matrices = np.empty((len(frames), len(mapped), 4, 4))
    worlds = np.empty((len(frames), 4, 4))
    buffer = np.empty(len(bones) * 16, np.float32)
    current = scene.frame_current, scene.frame_subframe
    try:
        for index, frame in enumerate(frames):
            whole = int(np.floor(frame + 1e-6))
            scene.frame_set(whole, subframe=float(np.clip(frame - whole, 0.0, 0.9999)))
            bones.foreach_get("matrix", buffer)
            # foreach_get hands matrices out column by column
            matrices[index] = buffer.reshape(-1, 4, 4).transpose(0, 2, 1)[mapped]
            worlds[index] = np.array(armature.matrix_world)
    finally:
        scene.frame_set(current[0], subframe=current[1])
    moved = np.linalg.inv(worlds[0]) @ worlds
    return joints_of_pose(rest, moved[:, None] @ matrices)


def joints_of_pose(rest: RigRest, matrices: FloatArray) -> FloatArray:
    """Joints (T, 27, 3) of posed bones, ``matrices`` (T, B, 4, 4) in ``rest``'s order, armature space."""
    facing = rest.facing()
    axes = matrices[..., :3, :3] / np.linalg.norm(matrices[..., :3, :3], axis=-2, keepdims=True)
    turns: Turns = {slot: axes[:, row] @ rest.rotations[slot].T for row, slot in enumerate(rest.joints)}
    heads: Points = {slot: matrices[:, row, :3, 3] for row, slot in enumerate(rest.joints)}
    still = rest.standing(facing)
    scale = rest.leg_length() / skeleton.leg_length(canonical.rest_joints()[None])
    points = _torso_points(rest, turns, still)
    for side in SIDES:
        _add_limbs(points, rest, turns, heads, still, side)
    points |= _extremities(points, rest, turns)
    middle = (points["left_hip"] + points["right_hip"]) / 2
    floor = feet.floor_offset(rest, facing, scale)
    hips = ((heads["left_hip"] + heads["right_hip"]) / 2 - facing[:, 1] * floor) / scale
    joints = np.stack([points[name] + hips - middle for name in canonical.ALL_JOINTS], 1) @ facing
    joints[:, :, 1] += _settled(joints, rest, turns, heads, still, scale, facing[:, 1])[:, None]
    return joints


def forget_still_hands(joints: FloatArray) -> FloatArray:
    """``joints`` (T, 27, 3) with a hand that never bends against its forearm NaN: nobody posed it."""
    found = joints.copy()
    for side in SIDES:
        elbow, wrist, *hand = (canonical.INDEX[f"{side}_{joint}"] for joint in ("elbow", "wrist", "hand", "thumb"))
        forearm = normalize(joints[:, wrist] - joints[:, elbow])
        parts = np.stack([normalize(joints[:, joint] - joints[:, wrist]) for joint in hand], 1)
        bend = np.arccos(np.clip(np.einsum("tj,tij->ti", forearm, parts), -1.0, 1.0))
        if np.ptp(bend, axis=0).max() < STILL_HAND:
            found[:, hand] = np.nan
    return found


def _settled(
    joints: FloatArray, rest: RigRest, turns: Turns, heads: Points, still: Points, scale: float, up: FloatArray
) -> FloatArray:
    """How far (T,) to raise the canonical body, whose legs differ, so that its feet stand as the rig's do."""
    weights, rises = [], []
    for side in SIDES:
        ball = feet.ball_of(rest, still, side, scale, up)
        ankle = f"{side}_ankle"
        now = heads[ankle] + rotate(turns[ankle], ball - rest.heads[ankle])
        height = (now - ball) @ up / scale + feet.TOE_ON_GROUND
        weights.append(feet.grounded(height))
        rises.append(height - joints[:, canonical.INDEX[f"{side}_foot"], 1])
    weight = np.stack(weights)
    return (weight * np.stack(rises)).sum(0) / np.maximum(weight.sum(0), 1.0)


def _torso_points(rest: RigRest, turns: Turns, still: Points) -> Points:
    """Joints of the torso, the pelvis at the origin, armature axes, metres."""
    pelvis = calm_pelvis(turns["pelvis"], rest, back=True)
    chain = [pelvis, *(turns[slot] for slot in bending_spine(rest))]
    low, high, chest = _bent(chain, 1 / 3), _bent(chain, 2 / 3), chain[-1]
    points: Points = {"pelvis": np.zeros((len(pelvis), 3))}

    def add(joint: str, parent: str, turn: FloatArray) -> None:
        points[joint] = points[parent] + rotate(turn, still[joint] - still[parent])

    for joint in ("left_hip", "right_hip", "spine1"):
        add(joint, "pelvis", pelvis)
    add("spine2", "spine1", low)
    add("spine3", "spine2", high)
    for joint in ("neck", "left_collar", "right_collar"):
        add(joint, "spine3", chest)
    necks = [turns[slot] for slot in neck_of(rest.heads)]
    points["head"] = points["neck"] + rotate(_along(necks, 0.5), rest.facing() @ canonical.neutral_neck())
    for side in SIDES:
        add(f"{side}_shoulder", f"{side}_collar", turns.get(f"{side}_collar", chest))
    return points


def _add_limbs(points: Points, rest: RigRest, turns: Turns, heads: Points, still: Points, side: str) -> None:
    for chain in (slots.LEG[:3], slots.ARM[1:]):
        for upper, lower in zip(chain, chain[1:], strict=False):
            a, b = f"{side}_{upper}", f"{side}_{lower}"
            length = float(np.linalg.norm(still[b] - still[a]))
            points[b] = points[a] + length * normalize(heads[b] - heads[a])
    ankle, foot, up = f"{side}_ankle", f"{side}_foot", rest.facing()[:, 1]
    raised = (heads[ankle] - rest.heads[ankle]) @ up
    turn = calm_foot(turns[ankle], raised, rest, still, side, up, back=True)
    points[foot] = points[ankle] + rotate(turn, feet.flat_foot(rest, still, side, up))


def _extremities(points: Points, rest: RigRest, turns: Turns) -> Points:
    """Where the head looks and how the hands are held, beside the joints that these hang on."""
    facing, length = rest.facing(), canonical.LENGTHS
    found: Points = {"head_front": np.full_like(points["head"], np.nan)}
    if "head" in turns:
        found["head_front"] = points["head"] + length["head_front"] * rotate(turns["head"], facing[:, 2])
    for side in SIDES:
        wrist = f"{side}_wrist"
        axes = turns[wrist] @ hands.rest_frame(rest, side, facing)
        for column, joint in enumerate(("hand", "thumb")):
            found[f"{side}_{joint}"] = points[wrist] + length[f"left_{joint}"] * axes[..., column]
    return found


def _bent(chain: list[FloatArray], share: float) -> FloatArray:
    """Turn (T, 3, 3) at ``share`` of a spine: the even bend from pelvis to chest, and how far the vertebrae in
    between lean out of it together, as ``turn_torso`` has it.
    """
    even = slerp_matrices(chain[0], chain[-1], share)
    last = len(chain) - 1
    if last < 2:
        return even
    leans = [
        chain[place] @ np.swapaxes(slerp_matrices(chain[0], chain[-1], place / last), -1, -2)
        for place in range(1, last)
    ]
    among = float(np.clip(share * last - 1, 0, last - 2))
    return np.asarray(_along(leans, among / max(last - 2, 1)) @ even)


def _along(chain: list[FloatArray], share: float) -> FloatArray:
    """Turn (T, 3, 3) at ``share`` of a chain of turns, between its first and its last."""
    place = share * (len(chain) - 1)
    below = min(int(np.floor(place + 1e-9)), len(chain) - 1)
    if place - below < 1e-6:
        return chain[below]
    return slerp_matrices(chain[below], chain[below + 1], place - below)
