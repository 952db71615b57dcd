"""How a body bears itself, laid over a motion: trunk, head, shoulders, knees and the arms that have nothing to do.

Pure functions on joints (T, J, 3), Y up, metres. Feet stay where they are, bones as long as they are, and arms that
act go along with the chest. Nobody who bends down or lies is bent further.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.filters import highest, smooth
from engine.motion import rotations
from engine.motion.features import facing
from engine.motion.feet import LEGS, solve_two_bones
from engine.motion.reaching.posture import carry_body, turn_of
from engine.motion.skeleton import HUMANML3D, skeleton_of

Array = NDArray[np.floating]

FPS = HUMANML3D.fps
UP = np.array([0.0, 1.0, 0.0])
NECK, HEAD, FACE = 12, 15, 22
# Collar, shoulder, elbow, wrist, and on which side: +1 is left.
ARMS = ((13, 16, 18, 20, 1.0), (14, 17, 19, 21, -1.0))
TRUNK_START = 3
# Degrees of the spine's tilt up to which a bearing holds in full, and from which not at all.
UPRIGHT, BENT = 25.0, 55.0
# Shares of the legs' length: a pelvis so high stands, one so low does not.
STANDS, SEATED = 0.9, 0.75
# Where an idle hand hangs, from its shoulder: outwards, up, ahead, in arm's lengths; so near it counts as idle, so far
# it does not.
HANGS = np.array([0.1, -0.95, 0.1])
IDLE, BUSY = 0.3, 0.6
# Metres above where it stands from which a foot goes along with the pelvis, and at which it does so in full.
LOW, HIGH = 0.15, 0.4
# Share of its length up to which a leg is stretched, if it was not further before.
STRETCHED = 0.995
# Frames over which what holds comes and goes.
SOFT = 4.0
# Cycles a second of the sways of a body that has no firm stand; none is a multiple of another.
SWAYS = (0.31, 0.53)
# Knees give and stretch so often a second where the body bounces.
BOUNCES = 1.6


@dataclass(frozen=True)
class Bearing:
    """What is laid over a motion at intensity 1; all zero is nothing.

    Attributes:
        bend: degrees that the trunk leans forward, negative back
        head: degrees that the face points up, in the world
        lift, round: metres that shoulders go up, and forward
        crouch: metres that the pelvis of who stands is lowered
        sway: degrees that the trunk sways to the sides, with pelvis and head
        bounce: metres that knees give in rhythm
        out, up, ahead: where idle hands are, from their shoulders, in arm's lengths of the chest's frame
        elbows: how far idle elbows point outwards, 0 back, 1 to the side
        idle: 1 if idle arms are led there
    """

    bend: float = 0.0
    head: float = 0.0
    lift: float = 0.0
    round: float = 0.0
    crouch: float = 0.0
    sway: float = 0.0
    bounce: float = 0.0
    out: float = 0.0
    up: float = 0.0
    ahead: float = 0.0
    elbows: float = 0.0
    idle: float = 0.0

    def scaled(self, intensity: float) -> Array:
        """(P,) numbers at this intensity; hands come near their places with it, and stay there beyond 1."""
        numbers = np.array(astuple(self))
        places = np.isin(FIELDS, ("out", "up", "ahead", "elbows"))
        numbers[~places] *= intensity
        numbers[_IDLE] = min(numbers[_IDLE], 1.0)
        # Where it goes to nothing, what is between them is the place alone.
        numbers[places] *= numbers[_IDLE]
        return numbers


FIELDS = tuple(field.name for field in fields(Bearing))
_IDLE = FIELDS.index("idle")


def bear(joints: Array, course: Array) -> Array:
    """Joints (T, J, 3) with what a course (T, P) of `Bearing.scaled` numbers lays over them."""
    if not course.any():
        return joints
    return _Body(np.asarray(joints, dtype=np.float64), course).borne().astype(joints.dtype)


class _Body:
    """A motion, with what its bearing needs to know of it as it was."""

    def __init__(self, joints: Array, course: Array) -> None:
        self.joints = joints
        self.of = dict(zip(FIELDS, course.T, strict=True))
        ahead = smooth(facing(joints[:, : HUMANML3D.num_joints]), 2.0)
        self.ahead = rotations.normalize(ahead * [1.0, 0.0, 1.0])
        self.left = np.cross(UP, self.ahead)
        spine = joints[:, NECK] - joints[:, 0]
        tilt = np.degrees(np.arccos(np.clip(rotations.normalize(spine)[:, 1], -1.0, 1.0)))
        self.upright = smooth(_ramp(tilt, BENT, UPRIGHT), SOFT)
        hip, knee, ankle, _ = LEGS[0]
        legs = np.linalg.norm(joints[0, hip] - joints[0, knee]) + np.linalg.norm(joints[0, knee] - joints[0, ankle])
        lowest = np.minimum(joints[:, LEGS[0][2], 1], joints[:, LEGS[1][2], 1])
        self.standing = smooth(_ramp((joints[:, hip, 1] - lowest) / legs, SEATED, STANDS), SOFT)
        self.seconds = np.arange(len(joints)) / FPS

    def borne(self) -> Array:
        """The motion with its bearing."""
        moved = self._carry_trunk()
        self._place_legs(moved)
        self._turn_head(moved)
        for collar, shoulder, elbow, wrist, side in ARMS:
            self._place_shoulder(moved, collar, shoulder)
            self._lead_hand(moved, shoulder, elbow, wrist, side)
        return moved

    def _waves(self) -> tuple[Array, Array]:
        """(T,) to the sides and (T,) back and forth, of a body that sways, each within -1 to 1."""
        first, second = (np.sin(2 * np.pi * rate * self.seconds) for rate in SWAYS)
        return 0.6 * first + 0.4 * second, 0.5 * np.cos(2 * np.pi * SWAYS[1] * self.seconds) + 0.3 * first

    def _carry_trunk(self) -> Array:
        """Pelvis, trunk, head and arms; legs are left behind."""
        aside, along = self._waves()
        bend, sway = self.of["bend"] * self.upright, self.of["sway"] * self.upright
        bend = bend + 0.6 * sway * along
        turns = np.radians(bend)[:, None] * self.left + np.radians(sway * aside)[:, None] * self.ahead
        give = 0.5 - 0.5 * np.cos(2 * np.pi * BOUNCES * self.seconds)
        lower = (self.of["crouch"] + self.of["bounce"] * give) * self.standing
        # A degree of sway takes the pelvis so many metres along; it leans over the feet, not off them.
        reach = 0.006 * self.of["sway"] * self.standing
        shift = (
            -lower[:, None] * UP - (reach * aside)[:, None] * self.left + (0.5 * reach * along)[:, None] * self.ahead
        )
        # Who bends stays over the feet: the pelvis goes back a little.
        shift -= (0.0022 * self.of["bend"] * self.upright * self.standing)[:, None] * self.ahead
        legs = {0, TRUNK_START, *(joint for leg in LEGS for joint in leg)}
        return carry_body(self.joints, [j for j in range(self.joints.shape[1]) if j not in legs], shift, turns)

    def _place_legs(self, moved: Array) -> None:
        """Feet that stand stay, under a pelvis as low as that takes; those high up, as in a kick, go along with it."""
        shift = moved[:, 0] - self.joints[:, 0]
        goals, missing = [], np.zeros(len(moved))
        for hip, knee, ankle, toe in LEGS:
            high = smooth(_ramp(self.joints[:, toe, 1] - self.joints[:, toe, 1].min(), LOW, HIGH), 1.0)
            goals.append(self.joints[:, ankle] + high[:, None] * shift)
            bones = moved[:, [knee, ankle]] - moved[:, [hip, knee]]
            reach = STRETCHED * np.linalg.norm(bones, axis=-1).sum(axis=1)
            reach = np.maximum(reach, np.linalg.norm(self.joints[:, ankle] - self.joints[:, hip], axis=-1))
            missing = np.maximum(missing, np.linalg.norm(goals[-1] - moved[:, hip], axis=-1) - reach)
        moved -= smooth(highest(missing, 5), 1.0)[:, None, None] * UP
        for (hip, knee, ankle, toe), goal in zip(LEGS, goals, strict=True):
            foot = self.joints[:, toe] - self.joints[:, ankle]
            bent = solve_two_bones(moved[:, hip], moved[:, knee], moved[:, ankle], goal)
            moved[:, knee], moved[:, ankle] = bent
            moved[:, toe] = moved[:, ankle] + foot

    def _turn_head(self, moved: Array) -> None:
        """The face up or down in the world, half by the neck, half by the head on it."""
        aside, _ = self._waves()
        down = -(self.of["head"] + self.of["bend"]) * self.upright
        turns = np.radians(down)[:, None] * self.left
        turns = turns + np.radians(0.8 * self.of["sway"] * self.upright * aside)[:, None] * self.ahead
        half = turn_of(turns / 2)
        head = [joint for joint in (HEAD, FACE) if joint < moved.shape[1]]
        for pivot in (NECK, HEAD):
            carried = [joint for joint in head if joint > pivot]
            if carried:
                origin = moved[:, [pivot]]
                moved[:, carried] = origin + rotations.rotate(half[:, None], moved[:, carried] - origin)

    def _place_shoulder(self, moved: Array, collar: int, shoulder: int) -> None:
        """Up and forward about the collar bone; the arm goes along."""
        bone = moved[:, shoulder] - moved[:, collar]
        length = np.linalg.norm(bone, axis=-1, keepdims=True)
        pushed = bone + self.of["lift"][:, None] * UP + self.of["round"][:, None] * self.ahead
        step = rotations.normalize(pushed) * length - bone
        for joint in _arm_joints(moved.shape[1], shoulder):
            moved[:, joint] += step

    def _lead_hand(self, moved: Array, shoulder: int, elbow: int, wrist: int, side: float) -> None:
        """An idle hand to its place."""
        before = self.joints
        bones = [np.linalg.norm(before[:, b] - before[:, a], axis=-1) for a, b in ((shoulder, elbow), (elbow, wrist))]
        reach = (bones[0] + bones[1])[:, None]
        hangs = self._from_heading(HANGS * [side, 1.0, 1.0])
        off = np.linalg.norm((before[:, wrist] - before[:, shoulder]) / reach - hangs, axis=-1)
        idle = smooth(_ramp(off, BUSY, IDLE), SOFT) * self.upright
        asked = self.of["idle"]
        weight = (idle * asked)[:, None]
        if not weight.any():
            return
        share = np.maximum(asked, 1e-9)
        place = np.stack((side * self.of["out"] / share, self.of["up"] / share, self.of["ahead"] / share), axis=-1)
        axes = _chest_axes(moved)
        wanted = moved[:, shoulder] + reach * np.einsum("ti,tij->tj", place, axes)
        goal = moved[:, wrist] + weight * (wanted - moved[:, wrist])
        elbows = (self.of["elbows"] / share)[:, None]
        pole = elbows * side * axes[:, 0] - (1.0 - elbows) * axes[:, 2] - 0.2 * axes[:, 1]
        own = moved[:, elbow] - (moved[:, shoulder] + moved[:, wrist]) / 2
        pole = (1.0 - weight) * rotations.normalize(own) + weight * rotations.normalize(pole)
        middle, end = _bent(moved[:, shoulder], bones[0], bones[1], goal, pole)
        turn = rotations.between(
            rotations.normalize(moved[:, wrist] - moved[:, elbow]), rotations.normalize(end - middle)
        )
        for joint in _arm_joints(moved.shape[1], wrist):
            if joint != wrist:
                moved[:, joint] = end + rotations.rotate(turn, moved[:, joint] - moved[:, wrist])
        moved[:, elbow], moved[:, wrist] = middle, end

    def _from_heading(self, place: Array) -> Array:
        """(T, 3) what lies to the left, up and ahead, in the world."""
        return place[0] * self.left + place[1] * UP + place[2] * self.ahead


def _arm_joints(count: int, first: int) -> list[int]:
    """A joint of an arm and all that hang on it."""
    parents = skeleton_of(count).parents
    found = [first]
    for joint in range(first + 1, count):
        if parents[joint] in found:
            found.append(joint)
    return found


def _chest_axes(joints: Array) -> Array:
    """(T, 3, 3) rows left, up, ahead of the chest."""
    left = rotations.normalize(joints[:, 16] - joints[:, 17])
    spine = joints[:, NECK] - joints[:, TRUNK_START]
    up = rotations.normalize(spine - left * np.sum(spine * left, axis=-1, keepdims=True))
    return np.stack((left, up, np.cross(left, up)), axis=1)


def _bent(start: Array, upper: Array, lower: Array, wanted: Array, pole: Array) -> tuple[Array, Array]:
    """Middle and end (T, 3) of two bones of lengths (T,) that go to `wanted`, bent towards the pole (T, 3)."""
    upper, lower = upper[:, None], lower[:, None]
    reach = np.linalg.norm(wanted - start, axis=-1, keepdims=True)
    line = (wanted - start) / np.maximum(reach, 1e-9)
    length = np.clip(reach, np.abs(upper - lower) * 1.001 + 1e-6, (upper + lower) * 0.9999)
    outwards = rotations.normalize(pole - line * np.sum(pole * line, axis=-1, keepdims=True))
    along = (upper**2 - lower**2 + length**2) / (2 * length)
    height = np.sqrt(np.maximum(upper**2 - along**2, 0.0))
    return start + line * along + outwards * height, start + line * length


def _ramp(values: Array, zero: float, one: float) -> Array:
    """Values (T,) smoothly from 0 at `zero` to 1 at `one`."""
    share = np.clip((values - zero) / (one - zero), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))
