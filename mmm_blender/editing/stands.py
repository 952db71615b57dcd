"""Stands (root motion): what carries a character's body, object and root bone, and the body taken out of it.

An edit changes the body; object and root bone keep their keys. The body is found in the space where the
character is seen to move, where feet stand and up is up, and then brought below what carries it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import bpy
import numpy as np

from ..animation.played import root_moved
from ..coordinates import FloatArray
from ..rig.body.fitted import Body
from ..rig.body.torso import Points, Turns
from ..rig.pose import RetargetOptions
from ..rig.rotations import normalize, rotate, slerp_matrices
from ..rig.skeleton import RigRest

STANDS_STILL = 1e-4  # share of the leg's length, and of a matrix's unit columns
PROBES = 9  # frames looked at to know whether anything moves
PIVOT = "pelvis"


@dataclass(frozen=True)
class Stands:
    """``moves`` (F, 4, 4), or (1, 4, 4) where nothing moves: what holds the body, armature space of the frame of
    reference; ``world`` (4, 4): the object's matrix at that frame, None where the object stands still.
    """

    moves: FloatArray
    world: FloatArray | None


@dataclass
class HeldBody:
    """A body below what carries it; see ``basis.PosedBody``."""

    rest: RigRest
    facing: FloatArray
    turns: Turns
    hips: FloatArray
    fps: float
    options: RetargetOptions
    places: Points

    def positions(self) -> Points:
        return self.places


def sample_stands(
    armature: bpy.types.Object, rest: RigRest, scene: bpy.types.Scene, reference: float, frames: Sequence[int]
) -> Stands:
    """What holds the body at scene ``frames``, seen from where the object is at ``reference``.

    The scene's current frame is put back.
    """
    now = scene.frame_current, scene.frame_subframe

    def look(frame: float) -> tuple[FloatArray, FloatArray]:
        whole = int(np.floor(frame + 1e-6))
        scene.frame_set(whole, subframe=float(np.clip(frame - whole, 0.0, 0.9999)))
        moved = root_moved(armature, rest)
        return np.array(armature.matrix_world), np.eye(4) if moved is None else moved

    try:
        origin, _ = look(reference)
        probes = [look(frames[row]) for row in np.unique(np.linspace(0, len(frames) - 1, PROBES).astype(int))]
        size = np.array([1.0, 1.0, 1.0, rest.leg_length()]) * STANDS_STILL
        back = np.linalg.inv(origin)
        travels = any(np.abs((back @ world - np.eye(4))[:3] / size).max() > 1.0 for world, _ in probes)
        turns = any(np.abs((moved - probes[0][1])[:3] / size).max() > 1.0 for _, moved in probes)
        if not travels and not turns:
            return Stands(probes[0][1][None], None)
        seen = [look(frame) for frame in frames]
    finally:
        scene.frame_set(now[0], subframe=now[1])
    return Stands(np.stack([back @ world @ moved for world, moved in seen]), origin if travels else None)


def hold_body(body: Body, rest: RigRest, moves: FloatArray, follows: Mapping[str, float]) -> HeldBody:
    """``body`` as seen, taken out of ``moves`` (T, 4, 4) or (1, 4, 4), to be keyed on the controls of ``rest``.

    ``follows``: slot -> how much it turns with the bone above it, and else with the pelvis.
    """
    back = np.linalg.inv(moves)
    # the object's motion keeps its scale out of the turns
    turn = normalize(np.swapaxes(back[:, :3, :3], -1, -2)).swapaxes(-1, -2)
    turns: Turns = {slot: turn @ matrix for slot, matrix in body.turns.items()}

    def placed(points: FloatArray) -> FloatArray:
        return rotate(back[:, :3, :3], points) + back[:, :3, 3]

    parents = dict(rest.parents)
    for slot, share in follows.items():
        above = parents[slot]
        while above is not None and above not in turns:
            above = rest.parents[above]
        if above is not None:
            parents[slot] = f"{slot} follows"
            parents[parents[slot] or ""] = None
            turns[parents[slot] or ""] = slerp_matrices(turns[PIVOT], turns[above], share)
    places = {slot: placed(points) for slot, points in body.positions().items()}
    held = replace(rest, parents=parents)
    return HeldBody(held, body.facing, turns, placed(body.hips), body.fps, body.options, places)
