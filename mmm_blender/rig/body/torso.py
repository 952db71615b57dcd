"""Pelvis, spine, chest, neck and head: oriented from triangles of joints, the bend shared."""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from .. import canonical
from ..rotations import frame, rotate, slerp_matrices, smooth, swing
from ..skeleton import RigRest
from ..slots import neck_of, spine_of

STEADYING = 0.02  # seconds over which the triangles of pelvis and chest are averaged

Turns = dict[str, FloatArray]  # slot -> (T, 3, 3) rotation in armature space, from the rest pose
Points = dict[str, FloatArray]  # canonical joint -> (T, 3) or (3,) position


def turn_torso(points: Points, still: Points, rest: RigRest, fps: float) -> Turns:
    """Turns of the torso's slots, those the rig has and "spine3" (the chest) and "neck" in any case.

    ``still``: the canonical standing body, turned the way the rig faces: the rig's own rest pose is
    taken to stand like it, however its spine is divided.
    """
    pelvis = _torso_frame(points, "pelvis", STEADYING * fps) @ _torso_frame(still, "pelvis").T
    chest = _torso_frame(points, "chest", STEADYING * fps) @ _torso_frame(still, "chest").T
    # the shared bend alone would put the chest a little aside: lean the vertebrae together
    low, high = slerp_matrices(pelvis, chest, 1 / 3), slerp_matrices(pelvis, chest, 2 / 3)
    chord = rotate(low, still["spine2"] - still["spine1"]) + rotate(high, still["spine3"] - still["spine2"])
    lean = swing(chord, points["spine3"] - points["spine1"])
    turns: Turns = {"pelvis": pelvis}
    spine = bending_spine(rest)
    for slot in spine_of(rest.heads):
        turns[slot] = pelvis  # what the legs hang on is pelvis, whatever it is called
    for place, slot in enumerate(spine[:-1], 1):
        turns[slot] = lean @ slerp_matrices(pelvis, chest, place / len(spine))
    if spine:
        turns[spine[-1]] = chest
    neck_rest, neck_now = rest.facing() @ canonical.neutral_neck(), points["head"] - points["neck"]
    neck = swing(rotate(chest, neck_rest), neck_now) @ chest
    chain = neck_of(rest.heads)
    for place, slot in enumerate(chain, 1):
        # the lower bones bend less, the upper more: the neck as a whole points where it should
        turns[slot] = slerp_matrices(chest, neck, 2 * place / (len(chain) + 1)) if len(chain) > 1 else neck
    turns["head"] = neck
    return turns


def bending_spine(rest: RigRest) -> tuple[str, ...]:
    """The spine slots above the legs, from low to high: some rigs (Biped) hang the legs on the first."""
    below = set()
    above = rest.parents["left_hip"]
    while above is not None:
        below.add(above)
        above = rest.parents[above]
    return tuple(slot for slot in spine_of(rest.heads) if slot not in below)


def chest_slot(rest: RigRest) -> str:
    """The highest spine slot of the rig, or the pelvis where it has no spine."""
    spine = bending_spine(rest)
    return spine[-1] if spine else "pelvis"


def _torso_frame(points: Points, part: str, width: float = 0.0) -> FloatArray:
    """Frame (..., 3, 3) of pelvis or chest: first axis up the spine, second to the left.

    ``width``: frames of averaging of a moving frame; triangles as small as these tremble.
    """
    if part == "pelvis":
        hips = (points["left_hip"] + points["right_hip"]) / 2
        left = points["left_hip"] - points["right_hip"]
        up = points["spine1"] - hips
        upright = frame(_steady(left, width), _steady(up, width))  # the hips are the longer, surer side of the triangle
        return np.stack([upright[..., 1], upright[..., 0], -upright[..., 2]], -1)
    # collars are rigid on the chest but close together; a little of the shoulders steadies them
    left = points["left_collar"] - points["right_collar"]
    left = left + 0.25 * (points["left_shoulder"] - points["right_shoulder"])
    return frame(_steady(points["neck"] - points["spine3"], width), _steady(left, width))


def _steady(vectors: FloatArray, width: float) -> FloatArray:
    return smooth(vectors, width) if width > 0 else vectors
