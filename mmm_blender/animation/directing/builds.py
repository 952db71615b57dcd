"""How a rig is built beside a person: what the engine has to know so that its hands meet another one's."""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from ...rig import canonical, skeleton, slots
from ...rig.body import hands
from ...rig.body.feet import floor_offset
from ...rig.pose import RetargetOptions
from ...rig.retarget import find_body
from ...rig.rotations import normalize
from ...rig.skeleton import RigRest

_ARMS = tuple(f"{side}_{joint}" for side in slots.SIDES for joint in (*slots.ARM[1:], "hand", "thumb"))
BUILDS, THICKEST, FARTHEST_OFF = (0.3, 3.0), 0.2, 1.0  # that the engine takes; metres


def measure_build(rest: RigRest) -> dict[str, float]:
    """Lengths of trunk, collars, arms and hands beside a person's with such legs, how much higher the ankles stand, and
    how far shoulders, neck and head are off a person's with that trunk, as docs/protocol.md has them.

    Measured is the rig in a person's pose, which is not its rest pose: retargeting turns spine and collars.
    """
    scale = rest.leg_length() / skeleton.leg_length(canonical.rest_joints()[None])
    facing = rest.facing()
    person, rig = canonical.by_name(canonical.rest_joints(canonical.ALL_JOINTS)), _posed(rest, facing, scale)
    # The shoulder lies a trunk and a collar bone from the pelvis, both up and aside.
    low, high = person["left_collar"], person["left_shoulder"] - person["left_collar"]
    left, right = rig["left_shoulder"], rig["right_shoulder"]
    aside, rise, ahead = (left[0] - right[0]) / 2, (left[1] + right[1]) / 2, (left[2] + right[2]) / 2
    trunk, collars = np.linalg.solve([[low[1], high[1]], [low[0], high[0]]], [rise, aside])
    found = {"trunk": trunk, "collars": collars}
    for name, upper, lower in (("upper_arms", "shoulder", "elbow"), ("forearms", "elbow", "wrist")):
        own = [_apart(rest.heads, f"{side}_{upper}", f"{side}_{lower}") / scale for side in slots.SIDES]
        found[name] = np.mean(own) / _apart(person, f"left_{upper}", f"left_{lower}")
    known = [length for side in slots.SIDES if (length := hands.length_of(rest, side)) is not None]
    found["hands"] = np.mean(known) / scale / canonical.LENGTHS["left_hand"] if known else 1.0
    built = {name: float(np.clip(value, *BUILDS)) for name, value in found.items()}
    higher = floor_offset(rest, facing, scale) / scale
    # More is no sole: the rig's origin is not on its floor.
    built["ankles"] = higher if abs(higher) <= THICKEST else 0.0
    neck = built["trunk"] * person["neck"]
    off = {"shoulders_ahead": ahead - (built["trunk"] * low + built["collars"] * high)[2]}
    for name, place in (("neck", neck), ("head", neck + person["head"] - person["neck"])):
        off[f"{name}_up"], off[f"{name}_ahead"] = (rig.get(name, rig["neck"]) - place)[1:]
    return built | {name: float(np.clip(value, -FARTHEST_OFF, FARTHEST_OFF)) for name, value in off.items()}


def as_person(joints: FloatArray, built: dict[str, float]) -> FloatArray:
    """Joints (T, J, 3) that the engine made for a body built so, without what retargeting adds by itself: ankles are
    raised to the rig's, and neck, head and shoulders come to lie where the rig has them.
    """
    point = canonical.by_name(joints)
    up = normalize(point["neck"] - point["spine1"])
    ahead = normalize(np.cross(point["left_shoulder"] - point["right_shoulder"], up))
    found = joints - [0.0, built["ankles"], 0.0]
    for moved, rise, forth in (
        (_ARMS, 0.0, built["shoulders_ahead"]),
        (("neck",), built["neck_up"], built["neck_ahead"]),
        (("head", "head_front"), built["head_up"], built["head_ahead"]),
    ):
        rows = [canonical.INDEX[joint] for joint in moved if canonical.INDEX[joint] < joints.shape[1]]
        found[:, rows] -= (rise * up + forth * ahead)[:, None]
    return np.asarray(found)


def _posed(rest: RigRest, facing: FloatArray, scale: float) -> dict[str, FloatArray]:
    """Slot -> (3,) where the rig's joints are in a person's pose at rest, as that person has them, metres."""
    joints = canonical.rest_joints(canonical.ALL_JOINTS)
    body = find_body(np.repeat(joints[None], 2, axis=0), 20.0, rest, RetargetOptions(lock_feet=False))
    hips = (joints[canonical.INDEX["left_hip"]] + joints[canonical.INDEX["right_hip"]]) / 2
    return {slot: (place - body.hips)[0] @ facing / scale + hips for slot, place in body.positions().items()}


def _apart(points: dict[str, FloatArray], one: str, two: str) -> float:
    return float(np.linalg.norm(points[two] - points[one]))
