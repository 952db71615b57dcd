"""Rigs nobody has seen: random bones, names that mean nothing, and things that are no part of a body."""

from __future__ import annotations

import bpy
import numpy as np

from ...rig import slots
from . import measured_rigs

RIGS = 20  # seeds 0 to 19 are measured and tested


def build_random_rig(seed: int) -> tuple[bpy.types.Object, dict[str, str]]:
    """A body with a random choice of slots (spine of 1 to 6, fingers, neck), random proportions and rolls, names
    that mean nothing, and tail, prop, ears or skirt; and its bones, slot by slot.
    """
    random = np.random.default_rng(seed)
    wanted = ["pelvis", "neck", "head", *slots.SPINE[: random.integers(1, 7)]]
    wanted += slots.NECK[1 : random.integers(1, 4)]
    fingers = random.permutation(slots.FINGERS)[: random.integers(0, 6)]
    optional = [part for part in ("collar", "foot") if part == "foot" or random.random() < 0.8]
    for side in slots.SIDES:
        wanted += [f"{side}_{part}" for part in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist", *optional)]
        wanted += [slot for finger in fingers for slot in slots.finger_slots(side, finger)]
    if random.random() < 0.5:
        wanted.append("root")
    rest: measured_rigs.RestPose = "A" if random.random() < 0.5 else "T"
    bones = {slot: f"b{number:03d}" for slot, number in zip(wanted, random.permutation(500), strict=False)}
    ends = measured_rigs.bone_ends(measured_rigs.joint_places(wanted, rest))
    shape = random.uniform(0.85, 1.2, 3)
    placed = {bones[slot]: (head * shape, tail * shape) for slot, (head, tail) in ends.items()}
    parents = measured_rigs.parents_of(bones)
    if random.random() < 0.6:  # a tail
        above = bones["pelvis"]
        for number in range(4):
            start = placed[bones["pelvis"]][0] + np.array([0.0, -0.05, -0.12]) * (number + 1)
            placed[f"x{number}"] = (start, start + np.array([0.0, -0.05, -0.12]))
            parents[f"x{number}"], above = above, f"x{number}"
    if random.random() < 0.6:  # something in one hand
        hand = placed[bones["right_wrist"]][1]
        placed["y0"] = (hand, hand + np.array([0.0, 0.0, 0.7]))
        parents["y0"] = bones["right_wrist"]
    if random.random() < 0.6:  # ears, and a skirt of paired bones
        for sign in (-1.0, 1.0):
            top = placed[bones["head"]][1] + np.array([0.06 * sign, 0.0, 0.0])
            placed[f"e{sign}"] = (top, top + np.array([0.02 * sign, 0.1, 0.0]))
            parents[f"e{sign}"] = bones["head"]
            above = bones["pelvis"]
            for number in range(3):
                start = placed[bones["pelvis"]][0] + np.array([0.2 * sign, -0.12 * number, 0.1])
                placed[f"s{sign}{number}"] = (start, start - np.array([0.0, 0.12, 0.0]))
                parents[f"s{sign}{number}"], above = above, f"s{sign}{number}"
    armature = measured_rigs.build_armature("Random", placed, parents)
    measured_rigs.set_conditions(armature, measured_rigs.Conditions(rolls=seed))
    return armature, bones
