"""How a rig is built beside a person: what the engine has to know so that its hands meet another one's."""

from __future__ import annotations

import numpy as np

from .. import canonical, skeleton, slots
from ..rotations import normalize
from ..skeleton import RigRest
from .feet import floor_offset

BUILDS, THICKEST = (0.3, 3.0), 0.2  # that the engine takes; metres


def measure_build(rest: RigRest) -> dict[str, float]:
    """Lengths of trunk, collars, upper arms and forearms beside a person's with such legs, and how much higher the
    ankles stand, as docs/protocol.md has them.

    Trunk and collars are those that bring the shoulders where the rig's come to lie in a person's pose.
    """
    scale = rest.leg_length() / skeleton.leg_length(canonical.rest_joints()[None])
    facing, person = rest.facing(), canonical.by_name(canonical.rest_joints())
    hips = (person["left_hip"] + person["right_hip"])[1] / 2
    aside, rise = [], []
    arms: dict[str, list[float]] = {"upper_arms": [], "forearms": []}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        collar, shoulder, elbow, wrist = (f"{side}_{joint}" for joint in slots.ARM)
        place = rest.heads[shoulder]
        if collar in rest.heads:
            length = float(np.linalg.norm(place - rest.heads[collar]))
            place = rest.heads[collar] + length * normalize(facing @ (person[shoulder] - person[collar]))
        away = (place - rest.hip_centre()) @ facing / scale
        aside.append(sign * away[0])
        rise.append(away[1] + hips)
        for name, upper, lower in (("upper_arms", shoulder, elbow), ("forearms", elbow, wrist)):
            own = float(np.linalg.norm(rest.heads[lower] - rest.heads[upper])) / scale
            arms[name].append(own / float(np.linalg.norm(person[lower] - person[upper])))
    # The shoulder lies a trunk and a collar bone from the pelvis, both up and aside.
    low, high = person["left_collar"], person["left_shoulder"] - person["left_collar"]
    trunk, collars = np.linalg.solve([[low[1], high[1]], [low[0], high[0]]], [np.mean(rise), np.mean(aside)])
    found = {"trunk": trunk, "collars": collars, **{name: np.mean(values) for name, values in arms.items()}}
    built = {name: float(np.clip(value, *BUILDS)) for name, value in found.items()}
    higher = floor_offset(rest, facing, scale) / scale
    # More is no sole: the rig's origin is not on its floor.
    return built | {"ankles": higher if abs(higher) <= THICKEST else 0.0}
