"""A motion on one rig while it is fitted: what the steps of retargeting find, and where that brings the joints."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...coordinates import FloatArray
from .. import slots
from ..pose import RetargetOptions
from ..rotations import dot, rotate, smooth
from ..skeleton import RigRest
from . import feet, hinges
from .torso import Points, Turns

STANDING = 0.06  # seconds over which a foot's height becomes the ground's business


@dataclass
class Body:
    """One motion on one rig, found part by part.

    Attributes:
        rest: the rig at rest.
        facing: (3, 3) armature axes of the motion's left, up and ahead, as columns.
        scale: armature units a metre of the motion becomes.
        points: canonical joint -> (T, 3), armature axes, metres of the motion.
        heights: canonical joint -> (T,) metres above the motion's floor.
        fps: frames a second.
        turns: slot -> (T, 3, 3), see ``retarget``.
        hips: (T, 3) midpoint between the rig's hips, armature space.
        contacts: side -> (T-1,) how surely that foot stands, 0 to 1.
        legs: side -> thigh and shin.
        ankles: side -> (T, 3) where a foot that stands wants its ankle, armature space.
        toes: side -> (T, 3, 3) turn of toes before they are bent up by the floor.
    """

    rest: RigRest
    facing: FloatArray
    scale: float
    points: Points
    heights: Points
    fps: float
    options: RetargetOptions
    turns: Turns = field(default_factory=dict)
    hips: FloatArray = field(default_factory=lambda: np.zeros((0, 3)))
    contacts: dict[str, FloatArray] = field(default_factory=dict)
    legs: dict[str, hinges.Limb] = field(default_factory=dict)
    ankles: dict[str, FloatArray] = field(default_factory=dict)
    toes: dict[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.still = self.rest.standing(self.facing)

    @property
    def frames(self) -> int:
        """Frames of the motion."""
        return len(self.points["pelvis"])

    @property
    def up(self) -> FloatArray:
        """(3,) the vertical, armature axes."""
        return np.asarray(self.facing[:, 1])

    def positions(self) -> Points:
        """Where the rig's own joints come to lie: slot -> (T, 3), armature space."""
        rest = self.rest
        found: Points = {"pelvis": self.hips + rotate(self.turns["pelvis"], rest.heads["pelvis"] - rest.hip_centre())}
        for slot in rest.joints:
            parent = rest.parents[slot]
            while parent is not None and parent not in self.turns:
                parent = rest.parents[parent]
            if slot == "pelvis" or parent is None or parent not in found:
                continue
            found[slot] = found[parent] + rotate(self.turns[parent], rest.heads[slot] - rest.heads[parent])
        for limb in rest.elastic:
            self._stretch(found, limb)
        return found

    def begin_over_origin(self) -> None:
        """Move a finished body over the floor so that the rig's own pelvis begins above its origin.

        A motion does so by its own pelvis, which lies elsewhere between hips and spine than that of most rigs.
        """
        start = self.positions()["pelvis"][0]
        away = start - self.up * (start @ self.up)
        self.hips = self.hips - away
        self.ankles = {side: ankle - away for side, ankle in self.ankles.items()}

    def _stretch(self, found: Points, limb: str) -> None:
        """Bring middle and end joint of a limb (and its toe) to where bones of its solver's lengths bring them."""
        side, kind = limb.split("_")
        chain = slots.LEG if kind == "leg" else slots.ARM[1:]
        start, middle, end, *beyond = (f"{side}_{joint}" for joint in chain)
        upper, lower = found[middle] - found[start], found[end] - found[middle]
        shares = self.shares(limb, upper, lower)
        moved = found[start] + upper * shares[:, :1] + lower * shares[:, 1:]
        for slot in beyond:
            if slot in found:
                found[slot] = found[slot] + moved - found[end]
        found[middle], found[end] = found[start] + upper * shares[:, :1], moved

    def hip(self, side: str) -> FloatArray:
        """Where a hip joint comes to lie (T, 3), through the rig's own hierarchy."""
        hip = f"{side}_hip"
        offset = self.rest.heads[hip] - self.rest.hip_centre()
        parent = self.rest.parents[hip]
        if parent in (None, "pelvis", "root") or parent not in self.turns:
            return self.hips + rotate(self.turns["pelvis"], offset)
        return self.positions()[hip]

    def ankle(self, side: str) -> FloatArray:
        """Where a leg brings its ankle (T, 3)."""
        hip, knee, ankle = self.rest_leg(side)
        upper, lower = rotate(self.legs[side].upper, knee - hip), rotate(self.legs[side].lower, ankle - knee)
        shares = self.shares(f"{side}_leg", upper, lower)
        return self.hip(side) + upper * shares[:, :1] + lower * shares[:, 1:]

    def rest_leg(self, side: str) -> hinges.Joints:
        """Hip, knee and ankle (3,) at rest."""
        hip, knee, ankle = (self.rest.heads[f"{side}_{joint}"] for joint in slots.LEG[:3])
        return hip, knee, ankle

    def longest_leg(self, side: str) -> tuple[float, float]:
        """Lengths of thigh and shin of a straight leg, which its solver may stretch."""
        hip, knee, ankle = self.rest_leg(side)
        elastic = self.rest.elastic.get(f"{side}_leg")
        shares = np.ones(2) if elastic is None else elastic.shares[0]
        return float(shares[0] * np.linalg.norm(knee - hip)), float(shares[1] * np.linalg.norm(ankle - knee))

    def shares(self, limb: str, upper: FloatArray, lower: FloatArray) -> FloatArray:
        """How long (T, 2) a limb's bones ``upper`` and ``lower`` (T, 3) are, as shares of their lengths at rest."""
        elastic = self.rest.elastic.get(limb)
        if elastic is None:
            return np.ones((len(upper), 2))
        return elastic.at(np.arctan2(np.linalg.norm(np.cross(upper, lower), axis=-1), dot(upper, lower)))

    def slack(self, side: str) -> FloatArray:
        """How much (T,) shorter a leg is than straight, as a share of its length."""
        length = sum(self.longest_leg(side))
        return np.asarray(1.0 - np.linalg.norm(self.ankle(side) - self.hip(side), axis=-1) / length)

    def standing(self, side: str) -> FloatArray:
        """How surely (T,) a foot stands, eased so that what depends on it sets in smoothly."""
        contact = self.contacts[side]
        planted = np.concatenate((contact[:1], np.maximum(contact[1:], contact[:-1]), contact[-1:]))
        return smooth(planted, STANDING * self.fps)

    def ball(self, side: str) -> FloatArray:
        """The rig's toe joint (3,) at rest."""
        return feet.ball_of(self.rest, self.still, side, self.scale, self.up)
