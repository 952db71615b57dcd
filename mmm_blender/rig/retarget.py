"""Joint positions -> bone rotations and locations, all frames at once, in plain numpy.

A decoded motion is joint positions without a rest pose, so bones are aimed, not copied. For every
slot we find its *turn*: the rotation, in armature space, that takes the bone from its rest pose
to where the motion wants it. Bone roll, T- or A-pose, units and object transform never enter:

    basis = rest⁻¹ · parent_turn⁻¹ · turn · rest        (what a pose bone stores)

Pelvis and chest turn with triangles of joints, the spine shares the bend between them, limbs are
aimed and take their twist from the plane of elbow and knee. Then the legs are bent once more, so
that feet which stand stay where they are, flat on the ground and none below it. The hands have no
further joint to aim at and follow the forearm.
"""

from __future__ import annotations

import numpy as np

from ..coordinates import FloatArray
from . import basis, canonical, skeleton, slots
from .body import feet, hands, hinges
from .body.torso import Points, Turns, bending_spine, chest_slot, turn_torso
from .pose import Pose, RetargetOptions, Start
from .rotations import about, dot, frame, normalize, rotate, slerp_matrices, smooth, swing
from .skeleton import RigRest

SIDES = slots.SIDES
ELBOW_TWIST, KNEE_TWIST = np.radians(150), np.radians(100)
FOOT_ROLL = 0.05  # seconds over which a foot turns from the shin's business to the ground's
STANDING = 0.06  # seconds over which a foot's height becomes the ground's business
STRETCHED = 0.9995  # share of its length that a standing leg may stretch to before the hips give way
STRAIGHT_LEG = 0.01  # slack, as a share of its length, of a leg as good as straight
KEEPING = 0.1  # seconds over which the hips adapt to feet that are held
STAY, STAY_LEVEL = 0.2, 3.0  # what legs of little weight have to move before the hips rise, and roll
MOST_ROLL = np.radians(6)
MATTERS = 0.1  # slack of a leg for which where its foot is held matters as it is
SUNK = 0.01  # metres below the floor from which a foot is as good as standing
STEADYING = 0.04  # seconds over which a standing foot's tremble is averaged
SETTLING = 0.3  # seconds over which the hips' height adapts to the feet


def retarget(
    joints: FloatArray,
    fps: float,
    rest: RigRest,
    options: RetargetOptions | None = None,
) -> Pose:
    """Pose ``rest``'s rig like ``joints`` (T, 22, 3), motion space, metres, at ``fps``.

    The armature's origin is the motion's origin, its floor is where the rest pose stands. Raises
    ValueError when the rig's rest pose cannot be made sense of, or lacks a root bone asked for.
    """
    return basis.find_pose(find_body(joints, fps, rest, options))


def find_body(
    joints: FloatArray,
    fps: float,
    rest: RigRest,
    options: RetargetOptions | None = None,
) -> Body:
    """``joints`` as a body of the rig's own proportions; arguments and errors as of ``retarget``."""
    options = options or RetargetOptions()
    joints = np.asarray(joints, np.float64)
    facing = rest.facing()
    scale = rest_scale(rest, facing, joints, options)
    if options.in_place:
        joints = joints - (joints[:, :1] - joints[:1, :1]) * [1.0, 0.0, 1.0]
    placed = _start_at(joints @ facing.T, facing, scale, options.start)
    points: Points = {name: placed[:, index] for name, index in canonical.INDEX.items()}
    heights = {name: joints[:, index, 1] for name, index in canonical.INDEX.items()}
    return Body(rest, facing, scale, points, heights, fps, options)


def rest_scale(rest: RigRest, facing: FloatArray, joints: FloatArray, options: RetargetOptions) -> float:
    """Armature units a metre of the motion becomes."""
    if options.scale_by == "LEGS":
        return rest.leg_length() / skeleton.leg_length(joints)
    still = dict(zip(canonical.JOINTS, canonical.rest_joints(), strict=True))
    ankles = sum(rest.heads[f"{side}_ankle"] for side in SIDES) / 2
    rise = float((rest.heads["neck"] - ankles) @ facing[:, 1])
    same = float(still["neck"][1] - (still["left_ankle"][1] + still["right_ankle"][1]) / 2)
    # the motion's own body may be larger or smaller than the canonical one
    own = skeleton.leg_length(joints) / skeleton.leg_length(canonical.rest_joints()[None])
    return rise / (same * own)


def _start_at(placed: FloatArray, facing: FloatArray, scale: float, start: Start | None) -> FloatArray:
    """Joints (T, 22, 3), armature axes, metres, moved and turned so that they begin at ``start``."""
    if start is None:
        return placed
    up = facing[:, 1]
    hips = (placed[:, canonical.INDEX["left_hip"]] + placed[:, canonical.INDEX["right_hip"]]) / 2
    across = placed[0, canonical.INDEX["left_hip"]] - placed[0, canonical.INDEX["right_hip"]]
    ahead = np.cross(across, up)
    wanted = start.ahead - up * (start.ahead @ up)
    turn = about(up, np.arctan2(np.cross(ahead, wanted) @ up, ahead @ wanted))
    moved = rotate(turn, placed)
    shift = start.hips / scale - rotate(turn, hips[0])
    return np.asarray(moved + (shift - up * (shift @ up)))


class Body:
    """One motion on one rig: turns by slot, found part by part.

    Attributes:
        turns: slot -> (T, 3, 3), see the module's text.
        hips: (T, 3) midpoint between the rig's hips, armature space.
        contacts: side -> (T-1,) how surely that foot stands.
    """

    def __init__(
        self,
        rest: RigRest,
        facing: FloatArray,
        scale: float,
        points: Points,
        heights: Points,
        fps: float,
        options: RetargetOptions,
    ) -> None:
        self.rest, self.facing, self.scale, self.fps = rest, facing, scale, fps
        self.points, self.heights, self.options = points, heights, options
        self.frames = len(points["pelvis"])
        self.up = facing[:, 1]
        self.still = rest.standing(facing)
        self.turns: Turns = turn_torso(points, self.still, rest, fps)
        middle = (points["left_hip"] + points["right_hip"]) / 2
        self.hips = middle * scale + self.up * feet.floor_offset(rest, facing, scale)
        self.contacts: dict[str, FloatArray] = {}
        for side in SIDES:
            self._turn_arm(side)
        self._turn_legs()

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

    def _stretch(self, found: Points, limb: str) -> None:
        """Bring middle and end joint of a limb (and its toe) to where bones of its solver's lengths bring them."""
        side, kind = limb.split("_")
        chain = slots.LEG if kind == "leg" else slots.ARM[1:]
        start, middle, end, *beyond = (f"{side}_{joint}" for joint in chain)
        upper, lower = found[middle] - found[start], found[end] - found[middle]
        shares = self._shares(limb, upper, lower)
        moved = found[start] + upper * shares[:, :1] + lower * shares[:, 1:]
        for slot in beyond:
            if slot in found:
                found[slot] = found[slot] + moved - found[end]
        found[middle], found[end] = found[start] + upper * shares[:, :1], moved

    def _turn_arm(self, side: str) -> None:
        points, rest, turns = self.points, self.rest, self.turns
        collar, shoulder, elbow, wrist = (f"{side}_{joint}" for joint in slots.ARM)
        chest = turns[chest_slot(rest)]
        rest_collar = self.still[shoulder] - self.still[collar]
        aimed = points[shoulder] - points[collar]
        turns[collar] = swing(rotate(chest, rest_collar), aimed) @ chest if self.options.move_collars else chest
        spread = self._spread_arm(side)
        away = [points[shoulder] + rotate(spread, points[joint] - points[shoulder]) for joint in (elbow, wrist)]
        limb = hinges.turn_limb(
            parent=turns[collar] if collar in rest.heads else chest,
            rest=(rest.heads[shoulder], rest.heads[elbow], rest.heads[wrist]),
            motion=(points[shoulder], away[0], away[1]),
            bends_towards=self.facing[:, 2],
            twist_limit=ELBOW_TWIST,
            fps=self.fps,
        )  # fmt: skip
        self._share_twist(shoulder, elbow, limb)
        turns[elbow] = turns[wrist] = limb.lower
        if self.options.hands == "RELAXED":
            turns[wrist] = limb.lower @ hands.relaxed_hand(rest, side)

    def _spread_arm(self, side: str) -> FloatArray:
        """Turn (T,3,3) that holds an arm further from the body, less so when it is raised."""
        if self.options.arm_spacing == 0.0:
            return np.eye(3)
        points, up = self.points, self.up
        ahead = rotate(self.turns["pelvis"], self.facing[:, 2])
        arm = normalize(points[f"{side}_elbow"] - points[f"{side}_shoulder"])
        hanging = np.clip(-dot(arm, np.broadcast_to(up, arm.shape)), 0.0, 1.0)
        sign = 1.0 if side == "left" else -1.0
        return about(normalize(ahead), sign * self.options.arm_spacing * hanging)

    def _share_twist(self, joint: str, following: str, limb: hinges.Limb) -> None:
        """Turns of a limb's upper bone and of the twist bones along it."""
        rest = self.rest
        twists = [slot for slot in slots.twist_slots(joint) if slot in rest.heads]
        if not twists:
            self.turns[joint] = limb.upper
            return
        along = rest.heads[following] - rest.heads[joint]
        chain, above = set(), rest.parents[following]
        while above is not None and above != joint:
            chain.add(above)
            above = rest.parents[above]
        in_line = [slot for slot in twists if slot in chain]
        # in line: the bone itself stays untwisted and hands the twist down; beside: each has its share
        self.turns[joint] = limb.twisted(0.0 if in_line else 1.0)
        for place, slot in enumerate(in_line, 1):
            self.turns[slot] = limb.twisted(place / len(in_line))
        beside = [slot for slot in twists if slot not in chain]
        for place, slot in enumerate(beside, 1):
            share = float((rest.heads[slot] - rest.heads[joint]) @ along / (along @ along))
            even = place / (len(beside) + 1)
            # bones that all sit at the joint say nothing about their place: spread them evenly
            self.turns[slot] = limb.twisted(share if 0.05 < share < 1.0 else even)

    def _turn_legs(self) -> None:
        for side in SIDES if self.options.lock_feet else ():
            toe = self.points[f"{side}_foot"] @ self.facing
            toe[:, 1] = self.heights[f"{side}_foot"]
            self.contacts[side] = feet.contact_weights(toe, self.fps)
            self._steady_foot(side)
        limbs = {side: self._aim_leg(side) for side in SIDES}
        for side in SIDES:
            self._turn_foot(side, limbs[side].lower)
        if self.options.lock_feet:
            limbs = self._stand(limbs)
        for side in SIDES:
            hip, knee = f"{side}_hip", f"{side}_knee"
            self._share_twist(hip, knee, limbs[side])
            self.turns[knee] = limbs[side].lower

    def _steady_foot(self, side: str) -> None:
        """Average how a standing foot lies: ankle and toe joint are near each other, and tremble."""
        ankle, foot = f"{side}_ankle", f"{side}_foot"
        aimed = self.points[foot] - self.points[ankle]
        calm = self._standing(side)[:, None] * (smooth(aimed, STEADYING * self.fps) - aimed)
        self.points[foot] = self.points[foot] + calm
        self.heights[foot] = self.heights[foot] + calm @ self.up

    def _aim_leg(self, side: str) -> hinges.Limb:
        points = self.points
        hip, knee, ankle = (f"{side}_{joint}" for joint in slots.LEG[:3])
        limb = hinges.turn_limb(
            parent=self.turns["pelvis"],
            rest=self._rest_leg(side),
            motion=(points[hip], points[knee], points[ankle]),
            bends_towards=-self.facing[:, 2],
            twist_limit=KNEE_TWIST,
            fps=self.fps,
        )
        self.turns[hip], self.turns[knee] = limb.upper, limb.lower
        return limb

    def _rest_leg(self, side: str) -> hinges.Joints:
        hip, knee, ankle = (self.rest.heads[f"{side}_{joint}"] for joint in slots.LEG[:3])
        return hip, knee, ankle

    def _turn_foot(self, side: str, shin: FloatArray) -> None:
        """On the ground the sole lies level across; in the air the foot rolls with the shin."""
        points, rest, up = self.points, self.rest, self.up
        ankle, foot = f"{side}_ankle", f"{side}_foot"
        aimed = points[foot] - points[ankle]
        # a foot that points down has no sole to lay flat, and its heading is noise
        ahead = aimed - up * (aimed @ up)[:, None]
        length = np.linalg.norm(ahead, axis=-1) / np.linalg.norm(aimed, axis=-1)
        pointing = np.clip((length - 0.35) / 0.35, 0.0, 1.0)
        on_ground = smooth(feet.grounded(self.heights[foot]) * pointing, FOOT_ROLL * self.fps)
        level = np.cross(up, normalize(aimed))
        across = rotate(shin, self.facing[:, 0])
        # a sole turned up (kneeling, upside down) is not laid flat
        weight = (on_ground * np.clip(2 * dot(level, across), 0.0, 1.0))[:, None]
        sideways = normalize(across * (1.02 - weight) + level * weight)
        flat = feet.flat_foot(rest, self.still, side, up)
        turn = frame(aimed, sideways) @ frame(flat, np.cross(up, flat)).T
        # heel up, toes still on the ground: the toes stay flat
        toes = frame(ahead, np.cross(up, ahead)) @ frame(feet.level(flat, up), np.cross(up, flat)).T
        if self.options.feet == "REST":
            self.turns[ankle] = self.turns[foot] = slerp_matrices(shin, toes, on_ground)
            return
        self.turns[ankle] = turn
        heel_up = np.clip((self.heights[ankle] - self.heights[foot] - 0.06) / 0.04, 0.0, 1.0)
        self.turns[foot] = slerp_matrices(turn, toes, on_ground * heel_up)

    def _stand(self, limbs: dict[str, hinges.Limb]) -> dict[str, hinges.Limb]:
        """Legs bent so that planted feet stay, feet are as high as they should be, none underground."""
        rest = self.rest
        self._make_up_for_stretch(limbs)
        self._settle(limbs)
        wanted = {side: self._ankle_target(side, limbs[side]) for side in SIDES}
        before = {side: self._hip(side) for side in SIDES}
        self._level_hips(limbs, {side: self._above_floor(side, wanted[side]) for side in SIDES})
        for side in SIDES:
            free = (1.0 - self._standing(side))[:, None]
            wanted[side] = self._above_floor(side, wanted[side] + free * (self._hip(side) - before[side]))
        self._give_way(wanted)
        return {
            side: hinges.reach(
                limbs[side], self._hip(side), self._rest_leg(side), wanted[side], rest.elastic.get(f"{side}_leg")
            )
            for side in SIDES
        }

    def _make_up_for_stretch(self, limbs: dict[str, hinges.Limb]) -> None:
        """Lower the hips by what legs that their solver shortens are short of, so that feet near the ground stay."""
        if not self.rest.elastic:
            return
        short, weight = [], []
        for side in SIDES:
            hip, knee, ankle = self._rest_leg(side)
            plain = self._hip(side) + rotate(limbs[side].upper, knee - hip) + rotate(limbs[side].lower, ankle - knee)
            short.append(dot(self._ankle(side, limbs[side]) - plain, self.up[None]))
            weight.append(feet.grounded(self.heights[f"{side}_foot"]))
        total = np.sum(weight, axis=0)
        needed = np.sum(np.multiply(weight, short), axis=0) / np.maximum(total, 1e-6) * np.minimum(total, 1.0)
        self.hips = self.hips - self.up * smooth(needed, KEEPING * self.fps)[:, None]

    def _settle(self, limbs: dict[str, hinges.Limb]) -> None:
        """Raise or lower the hips by what the feet on the ground need in common.

        Legs of other proportions, aimed alike, end at other heights; moving the hips bends no limb. Where no foot
        stands, as when a motion walks in place, feet that slide along the ground have the say.
        """
        free = 1.0 - np.minimum(np.sum([self._standing(side) for side in SIDES], axis=0), 1.0)
        sliding = {side: free * feet.grounded(self.heights[f"{side}_foot"]) for side in SIDES}
        standing = np.sum([np.maximum(self._standing(side), sliding[side]) for side in SIDES], axis=0)
        weight = np.stack([
            np.maximum(
                self._leg_weight(side, limbs[side]), sliding[side] / (STRAIGHT_LEG + self._slack(side, limbs[side]))
            )
            for side in SIDES
        ])  # fmt: skip
        # what the motion itself has below the floor is no matter of proportions
        sunk = {side: np.maximum(feet.TOE_ON_GROUND - self.heights[f"{side}_foot"], 0.0) * self.scale for side in SIDES}
        rises = np.stack([
            self._rise(side, self._ankle(side, limbs[side])) - sliding[side] * sunk[side] for side in SIDES
        ])  # fmt: skip
        needed = (weight * rises).sum(0) / np.maximum(weight.sum(0), 1e-6) * np.minimum(standing, 1.0)
        self.hips = self.hips + self.up * smooth(needed, SETTLING * self.fps)[:, None]

    def _level_hips(self, limbs: dict[str, hinges.Limb], wanted: dict[str, FloatArray]) -> None:
        """Raise and roll the hips so that the feet, where they are held, ask for legs as long as aimed.

        Of a straight leg a few millimetres make many degrees at the knee; a hip that gives way by them
        shows nothing. Weighted least squares over both legs, frame by frame, then averaged over time.
        """
        rises = []
        for side in SIDES:
            hip, ankle = self._hip(side), self._ankle(side, limbs[side])
            line = hip - wanted[side]
            steep = np.maximum(dot(normalize(line), self.up[None]), 0.5)
            rises.append((np.linalg.norm(hip - ankle, axis=-1) - np.linalg.norm(line, axis=-1)) / steep)
        left, right = (self._leg_weight(side, limbs[side]) for side in SIDES)
        both, difference = left + right + STAY, left - right
        apart = left + right + STAY_LEVEL
        lift, tip = left * rises[0] + right * rises[1], left * rises[0] - right * rises[1]
        determinant = both * apart - difference**2
        rise = smooth((lift * apart - tip * difference) / determinant, KEEPING * self.fps)
        roll = smooth((both * tip - difference * lift) / determinant, KEEPING * self.fps)
        self.hips = self.hips + self.up * rise[:, None]
        self._roll_pelvis(roll)

    def _roll_pelvis(self, rise: FloatArray) -> None:
        """Turn the pelvis so that the left hip rises by ``rise`` (T,) and the right one sinks by it; the
        spine above takes it up."""
        rest = self.rest
        out = rest.heads["left_hip"] - rest.hip_centre()
        level = feet.level(rotate(self.turns["pelvis"], out), self.up)
        reach = np.maximum(np.linalg.norm(level, axis=-1), 0.5 * float(np.linalg.norm(out)))
        angle = np.clip(rise / reach, -MOST_ROLL, MOST_ROLL)
        axis = normalize(np.cross(level, self.up))
        bending = bending_spine(rest)
        for slot in ("pelvis", *(slot for slot in slots.spine_of(rest.heads) if slot not in bending)):
            self.turns[slot] = about(axis, angle) @ self.turns[slot]
        for place, slot in enumerate(bending[:-1], 1):
            self.turns[slot] = about(axis, angle * (1 - place / len(bending))) @ self.turns[slot]

    def _leg_weight(self, side: str, limb: hinges.Limb) -> FloatArray:
        """How much (T,) a leg has to say about where the hips are: much when it stands, or would be
        below the floor, and most when it is straight."""
        sunk = np.clip(self._sunk(side, self._ankle(side, limb)) / (SUNK * self.scale), 0.0, 1.0)
        return np.maximum(self._standing(side), sunk) / (STRAIGHT_LEG + self._slack(side, limb))

    def _slack(self, side: str, limb: hinges.Limb) -> FloatArray:
        """How much (T,) shorter a leg is than straight, as a share of its length."""
        length = sum(self._longest_leg(side))
        return np.asarray(1.0 - np.linalg.norm(self._ankle(side, limb) - self._hip(side), axis=-1) / length)

    def _longest_leg(self, side: str) -> tuple[float, float]:
        """Lengths of thigh and shin of a straight leg, which its solver may stretch."""
        hip, knee, ankle = self._rest_leg(side)
        elastic = self.rest.elastic.get(f"{side}_leg")
        shares = np.ones(2) if elastic is None else elastic.shares[0]
        return float(shares[0] * np.linalg.norm(knee - hip)), float(shares[1] * np.linalg.norm(ankle - knee))

    def _standing(self, side: str) -> FloatArray:
        """How surely (T,) a foot stands, eased so that what depends on it sets in smoothly."""
        contact = self.contacts[side]
        planted = np.concatenate((contact[:1], np.maximum(contact[1:], contact[:-1]), contact[-1:]))
        return smooth(planted, STANDING * self.fps)

    def _hip(self, side: str) -> FloatArray:
        """Where a hip joint comes to lie (T, 3), through the rig's own hierarchy."""
        hip = f"{side}_hip"
        offset = self.rest.heads[hip] - self.rest.hip_centre()
        parent = self.rest.parents[hip]
        if parent in (None, "pelvis", "root") or parent not in self.turns:
            return self.hips + rotate(self.turns["pelvis"], offset)
        return self.positions()[hip]

    def _ankle_target(self, side: str, limb: hinges.Limb) -> FloatArray:
        """Where the ankle (T, 3) should be, given where aiming alone brings it."""
        up, rest, ankle = self.up, self.rest, f"{side}_ankle"
        ankle_now = self._ankle(side, limb)
        ball_rest = self._ball(side)
        ball = ankle_now + rotate(self.turns[ankle], ball_rest - rest.heads[ankle])
        rise = self._standing(side) * self._rise(side, ankle_now)
        axes = self.facing[:, [0, 2]]
        path = ball @ axes
        straight = MATTERS / (STRAIGHT_LEG + self._slack(side, limb))
        shift = (feet.hold(path, self.contacts[side], self.fps, straight) - path) @ axes.T
        return ankle_now + shift + up * rise[:, None]

    def _above_floor(self, side: str, place: FloatArray) -> FloatArray:
        """``place`` (T, 3) of an ankle, raised where ball or heel would be below the floor."""
        return place + self.up * np.maximum(self._sunk(side, place), 0.0)[:, None]

    def _sunk(self, side: str, place: FloatArray) -> FloatArray:
        """How far (T,) the lower one of ball and heel is below the floor with the ankle at ``place``."""
        up, rest, ankle = self.up, self.rest, f"{side}_ankle"
        ball = self._ball(side)
        heel = rest.heads[ankle] - up * ((rest.heads[ankle] - ball) @ up)
        points = (rotate(self.turns[ankle], point - rest.heads[ankle]) for point in (ball, heel))
        return float(ball @ up) - np.min([dot(place + point, up[None]) for point in points], axis=0)

    def _ankle(self, side: str, limb: hinges.Limb) -> FloatArray:
        """Where a leg brings its ankle (T, 3)."""
        hip, knee, ankle = self._rest_leg(side)
        upper, lower = rotate(limb.upper, knee - hip), rotate(limb.lower, ankle - knee)
        shares = self._shares(f"{side}_leg", upper, lower)
        return self._hip(side) + upper * shares[:, :1] + lower * shares[:, 1:]

    def _shares(self, limb: str, upper: FloatArray, lower: FloatArray) -> FloatArray:
        """How long (T, 2) a limb's bones ``upper`` and ``lower`` (T, 3) are, as shares of their lengths at rest."""
        elastic = self.rest.elastic.get(limb)
        if elastic is None:
            return np.ones((len(upper), 2))
        return elastic.at(np.arctan2(np.linalg.norm(np.cross(upper, lower), axis=-1), dot(upper, lower)))

    def _rise(self, side: str, ankle_now: FloatArray) -> FloatArray:
        """How far (T,) the toe joint is below the height that the motion gives it."""
        rest, up = self.rest, self.up
        ankle, foot = f"{side}_ankle", f"{side}_foot"
        ball_rest = self._ball(side)
        ball = ankle_now + rotate(self.turns[ankle], ball_rest - rest.heads[ankle])
        height = np.maximum(self.heights[foot] - feet.TOE_ON_GROUND, 0.0) * self.scale
        return np.asarray(float(ball_rest @ up) + height - dot(ball, up[None]))

    def _give_way(self, wanted: dict[str, FloatArray]) -> None:
        """Lower the hips where a foot on the ground is out of reach."""
        drop = np.zeros(self.frames)
        for side in SIDES:
            upper, lower = self._longest_leg(side)
            gap = self._hip(side) - wanted[side]
            vertical = dot(gap, self.up[None])
            level = np.linalg.norm(gap - self.up * vertical[:, None], axis=-1)
            tall = np.sqrt(np.maximum((STRETCHED * (upper + lower)) ** 2 - level**2, 0.0))
            over = np.clip(vertical - tall, 0.0, 0.1 * (upper + lower))
            drop = np.maximum(drop, over * feet.grounded(self.heights[f"{side}_foot"]))
        if drop.max() > 0:
            self.hips = self.hips - self.up * feet.ease(drop, self.fps)[:, None]

    def _ball(self, side: str) -> FloatArray:
        return feet.ball_of(self.rest, self.still, side, self.scale, self.up)
