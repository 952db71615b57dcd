"""A body that meets the poses that stay, its feet where they stand.

Keys meet what is kept channel by channel. A thigh, a shin and hips that each make up their own small difference move a
foot that stands between them; so the whole body is brought to the kept pose first, and its legs bent to reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..rig import slots
from ..rig.rotations import about, dot, normalize, rotate, slerp_matrices, swing
from ..rig.skeleton import RigRest
from ..scene import pose_bones
from .splice import DECAY, Piece, seam_weights
from .stands import HeldBody

STRAIGHT = 0.99999  # share of a leg's length that it is stretched to at most


def meet_poses(
    held: HeldBody,
    rest: RigRest,
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    start: int,
    pieces: Sequence[Piece],
) -> HeldBody:
    """``held``, its first row scene frame ``start``, with the rig's poses at the ends of ``pieces`` that meet them.

    For bodies on legs that are keyed joint by joint, below something that stands still. The current frame is put back.
    """
    fitted = replace(held, turns=dict(held.turns))
    now = scene.frame_current, scene.frame_subframe
    try:
        for piece in pieces:
            if piece.span.part not in ("body", "lower"):
                continue
            rows = np.arange(piece.span.first - start, piece.span.last - start + 1)
            weights = seam_weights(len(rows), DECAY * held.fps)
            for kind, frame, weight in zip((piece.start, piece.end), (rows[0], rows[-1]), weights, strict=True):
                if kind == "meet":
                    scene.frame_set(start + int(frame))
                    _meet(fitted, rest, armature, int(frame), rows[weight > 0], weight[weight > 0])
    finally:
        scene.frame_set(now[0], subframe=now[1])
    return fitted


def _meet(
    held: HeldBody, rest: RigRest, armature: bpy.types.Object, row: int, rows: np.ndarray, weight: FloatArray
) -> None:
    """Bring ``held`` to the rig's present pose at ``row``, and ``rows`` towards it by ``weight``."""
    bones = pose_bones(armature)
    poses = {slot: np.array(bones[bone].matrix) for slot, bone in zip(rest.joints, rest.bones, strict=True)}
    sides = [side for side in slots.SIDES if f"{side}_leg" not in rest.limbs]
    ankles = {side: _ankle(held, rest, side) for side in sides}
    for slot, pose in poses.items():
        if slot not in held.turns:
            continue
        axes = pose[:3, :3] / np.linalg.norm(pose[:3, :3], axis=0)
        offset = axes @ rest.rotations[slot].T @ held.turns[slot][row].T
        turn = slerp_matrices(
            np.broadcast_to(np.eye(3), (len(rows), 3, 3)), np.broadcast_to(offset, (len(rows), 3, 3)), weight
        )
        held.turns[slot] = held.turns[slot].copy()
        held.turns[slot][rows] = turn @ held.turns[slot][rows]
    middle = (poses["left_hip"][:3, 3] + poses["right_hip"][:3, 3]) / 2
    held.hips = held.hips.copy()
    held.hips[rows] += weight[:, None] * (middle - held.hips[row])
    for side, ankle in ankles.items():
        lacks = poses[f"{side}_ankle"][:3, 3] - ankle[row]
        _reach(held, rest, side, rows, ankle[rows] + weight[:, None] * lacks)


def _bones(held: HeldBody, rest: RigRest, side: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Hip joint, thigh and shin (T, 3) of a leg."""
    hip, knee, ankle = (f"{side}_{joint}" for joint in slots.LEG[:3])
    place = held.hips + rotate(held.turns["pelvis"], rest.heads[hip] - rest.hip_centre())
    thigh = rotate(held.turns[hip], rest.heads[knee] - rest.heads[hip])
    return place, thigh, rotate(held.turns[knee], rest.heads[ankle] - rest.heads[knee])


def _ankle(held: HeldBody, rest: RigRest, side: str) -> FloatArray:
    return np.asarray(sum(_bones(held, rest, side)))


def _reach(held: HeldBody, rest: RigRest, side: str, rows: np.ndarray, wanted: FloatArray) -> None:
    """Bend a leg in its own plane and turn it so that its ankle comes to ``wanted`` (R, 3) in ``rows``."""
    hip, knee = f"{side}_hip", f"{side}_knee"
    place, thigh, shin = (values[rows] for values in _bones(held, rest, side))
    way = wanted - place
    long, short = np.linalg.norm(thigh, axis=-1), np.linalg.norm(shin, axis=-1)
    reach = np.clip(np.linalg.norm(way, axis=-1), np.abs(long - short) + 1e-6, STRAIGHT * (long + short))
    across = np.cross(thigh, shin)
    sine = np.linalg.norm(across, axis=-1)
    # a straight leg bends about the axis that lies across it
    sideways = -rotate(held.turns[hip][rows], held.facing[:, 0])
    axis = normalize(np.where((sine > 1e-3 * long * short)[:, None], across, -sideways))
    bent = np.arccos(np.clip((reach**2 - long**2 - short**2) / (2 * long * short), -1.0, 1.0))
    bend = about(axis, bent - np.arctan2(sine, dot(thigh, shin)))
    turn = swing(normalize(thigh + rotate(bend, shin)), normalize(way))
    held.turns[hip][rows] = turn @ held.turns[hip][rows]
    held.turns[knee][rows] = turn @ bend @ held.turns[knee][rows]
