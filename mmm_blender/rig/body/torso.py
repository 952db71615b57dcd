"""Pelvis, spine, chest, neck and head: oriented from triangles of joints, the bend shared."""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from .. import canonical
from ..proportions import beyond_wide
from ..rotations import (
    about,
    dot,
    frame,
    normalize,
    rotate,
    slerp_matrices,
    smooth,
    swing,
    twist_angle,
    within_reach,
)
from ..skeleton import RigRest
from ..slots import neck_of, spine_of

STEADYING = 0.025  # seconds over which the triangles of pelvis and chest are averaged
NECK_SHARE = 0.5  # of the head's turn to a side; the other half is made between skull and neck
MOST_NECK_TURN = np.radians(110)  # radians from which a head's turn to a side is noise
# Radians of the hips' roll from where on they are calmed less and less, and no more.
LEANING = np.radians([20.0, 45.0])
STEEP, LEVEL = np.sin(np.radians([15.0, 30.0]))  # sine of how far off the neck's line a gaze tells which way is level

Turns = dict[str, FloatArray]  # slot -> (T, 3, 3) rotation in armature space, from the rest pose
Points = dict[str, FloatArray]  # canonical joint -> (T, 3) or (3,) position


def turn_torso(points: Points, still: Points, rest: RigRest, fps: float) -> Turns:
    """Turns of the torso's slots, those the rig has and "spine3" (the chest) and "neck" in any case.

    ``still``: the canonical standing body, turned the way the rig faces: the rig's own rest pose is
    taken to stand like it, however its spine is divided.
    """
    pelvis = _torso_frame(points, "pelvis", STEADYING * fps) @ _torso_frame(still, "pelvis").T
    pelvis = calm_pelvis(pelvis, rest)
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
    head = neck
    if "head_front" in points:
        head = _turn_head(neck, rest.facing(), points["head_front"] - points["head"])
        neck = _follow_head(neck, head, neck_now)
    chain = neck_of(rest.heads)
    for place, slot in enumerate(chain, 1):
        # the lower bones bend less, the upper more: the neck as a whole points where it should
        turns[slot] = slerp_matrices(chest, neck, 2 * place / (len(chain) + 1)) if len(chain) > 1 else neck
    turns["head"] = head
    return turns


def calm_pelvis(pelvis: FloatArray, rest: RigRest, back: bool = False) -> FloatArray:
    """Turns (T, 3, 3) of a pelvis whose hips are much further apart than people's, rolled less to either side.

    So the hips rise and sink as far as a person's, in lengths of the leg: a leg would have to bend else for its foot to
    stay where it stands. Who leans on a side is not calmed. ``back``: from calmed turns to those of the motion.
    """
    facing, less = rest.facing(), beyond_wide(rest.heads)
    if less <= 0.0:
        return pelvis
    left = rotate(pelvis, facing[:, 0])
    rolled = np.arcsin(np.clip(left @ facing[:, 1], -1.0, 1.0))
    rolls = np.linspace(-np.pi / 2, np.pi / 2, 181)
    calmed = rolls * (1.0 - less * np.clip((LEANING[1] - np.abs(rolls)) / np.ptp(LEANING), 0.0, 1.0))
    wanted = np.interp(rolled, calmed, rolls) if back else np.interp(rolled, rolls, calmed)
    return np.asarray(about(normalize(np.cross(left, facing[:, 1])), wanted - rolled) @ pelvis)


def _turn_head(neck: FloatArray, facing: FloatArray, ahead: FloatArray) -> FloatArray:
    """Turn (T, 3, 3) of a head on a ``neck`` turned so (T, 3, 3) that looks ``ahead`` (T, 3).

    A direction says nothing of a tilt to the side: that is the neck's, on which the head turns first and then nods, so
    that eyes stay level to it. A gaze along the neck has no level; there the smallest turn has the say.
    """
    smallest = swing(rotate(neck, facing[:, 2]), ahead) @ neck
    left = rotate(smallest, facing[:, 0])
    level = np.cross(rotate(neck, facing[:, 1]), normalize(ahead))
    length = np.linalg.norm(level, axis=-1)
    sure = np.clip((length - STEEP) / (LEVEL - STEEP), 0.0, 1.0) * (dot(level, left) > 0)
    left = normalize(left + sure[:, None] * (normalize(level) - left))
    return frame(ahead, left) @ frame(facing[:, 2], facing[:, 0]).T


def _follow_head(neck: FloatArray, head: FloatArray, line: FloatArray) -> FloatArray:
    """``neck`` (T, 3, 3) turned about its ``line`` (T, 3) by its share of the head's turn; the line stays."""
    line = normalize(line)
    angle = within_reach(twist_angle(head @ np.swapaxes(neck, -1, -2), line), MOST_NECK_TURN)
    return about(line, NECK_SHARE * angle) @ neck


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
