"""The finish: a motion that comes near its targets, brought exactly there.

Whatever is missing on the frames of the targets is spread over those around them with the least jerk: first the pelvis
and the bend of the trunk, then the feet, which stay planted, then arms, legs and gaze. Bones keep their lengths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.contacts import contact_weights
from engine.motion.feet import LEGS, solve_two_bones
from engine.motion.reaching.goals import GAZE, HEAD, SEAT, Goals
from engine.motion.reaching.posture import ARM_REACH, LEG, SWING, Limb, carry_body, solve_carriage, turn_of, vector_of
from engine.motion.reaching.seats import raise_heels, where_sunk, while_seated
from engine.motion.reaching.spread import MEET, follow_offsets, spread_offsets
from engine.motion.skeleton import skeleton_of

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]

ARMS = ((16, 18, 20), (17, 19, 21))
"""(shoulder, elbow, wrist) of each side."""
SIDES = ("left", "right")
CHEST = 9  # the uppermost joint of the spine: where it is kept, the trunk does not bend
# Frames (20 fps) from a target within which what it asks for dies away: of the whole body, of a limb and of the gaze.
BODY_REACH, LIMB_REACH, GAZE_REACH = 14.0, 8.0, 7.0
# Metres from which on a target counts as missed, and radians that a head turns on its trunk.
MISSED, NECK_TURN = 0.005, 1.4
# How strictly pelvis and trunk are where they would help arms and legs most: frame by frame that would jerk. And metres
# from which on a foot is lifted, not shifted.
HELP, LIFT = 0.02, 0.02
ROUNDS, SMOOTH_ROUNDS = 5, 3  # of trunk and limbs in turns
SINKINGS = 3  # how often it is looked whether a body sinks into its seat on the way


@dataclass(frozen=True)
class Reached:
    """joints (T, J, 3), and missed [G] metres that each goal is still away."""

    joints: Array
    missed: Array


def reach_goals(joints: Array, goals: Goals, kept: Flags | None = None) -> Reached:
    """Joints (T, J, 3) on the goals, or as near as a body gets.

    Joints `kept` (T, J) stay as they are; where the pelvis is not, what hangs on it goes along and keeps its pose.
    """
    held = np.zeros(joints.shape[:2], dtype=bool) if kept is None else kept
    sought = while_seated(joints, goals, held[:, 0])
    moved = _brought(joints, sought, held)
    for _ in range(SINKINGS):
        above = where_sunk(moved, sought, held[:, 0])
        if len(above) == len(sought):
            break
        sought, moved = above, _brought(joints, above, held)
    moved = raise_heels(moved, sought, held)
    if kept is not None:
        still = held & held[:, :1]
        moved[still] = joints[still]
    return Reached(moved, goals.errors(moved))


def _brought(joints: Array, goals: Goals, held: Flags) -> Array:
    """Joints (T, J, 3) on the goals as far as a body gets, in rounds."""
    moved = np.asarray(joints, dtype=np.float64)
    stands = np.stack([_standing(moved[:, leg[3]]) for leg in LEGS])
    for number in range(ROUNDS):
        if (goals.errors(moved) < 1e-4).all():
            break
        carried = _carry(moved, goals, held, stands, exactly=number >= SMOOTH_ROUNDS)
        placed = _place_feet(moved, carried, goals, held, stands)
        moved = _turn_gaze(_place_hands(placed, goals, held), goals, held)
    return moved


def _standing(toes: Array) -> Array:
    """(T - 1,) how surely a toe (T, 3) stands between two frames."""
    return contact_weights(toes) if len(toes) > 1 else np.zeros(0)


def _carry(joints: Array, goals: Goals, held: Flags, stands: Array, exactly: bool) -> Array:
    """Shift the pelvis and bend the trunk as far as targets need it; legs are left behind for `_place_feet`.

    Head and pelvis come to their places smoothly, or `exactly`.
    """
    frames = np.unique(goals.frames)
    poses = joints[frames]
    none = np.full((len(frames), 3), np.nan)
    asked = {part: none.copy() for part in set(goals.parts) | {"head", "pelvis"}}
    for part, frame, place in zip(goals.parts, goals.frames, goals.aims(joints), strict=True):
        asked["pelvis" if part == SEAT else part][np.searchsorted(frames, frame)] = place
    limbs = []
    for (hip, knee, ankle, toe), side, stand in zip(LEGS, SIDES, stands, strict=True):
        wanted = asked.get(f"{side}_foot", none) + poses[:, ankle] - poses[:, toe]
        has = np.isfinite(wanted[:, 0])
        planted = np.append(stand, stand[-1:] if len(stand) else 0.0)[frames]
        goal = np.where(has[:, None], wanted, poses[:, ankle])
        weight = np.where(has, LEG, SWING + (LEG - SWING) * planted)
        limbs.append(Limb(poses[:, hip], False, goal, _length(poses, hip, knee, ankle), weight))
    for (shoulder, elbow, wrist), side in zip(ARMS, SIDES, strict=True):
        wanted = asked.get(f"{side}_hand", none)
        has = np.isfinite(wanted[:, 0])
        if has.any():
            goal = np.where(has[:, None], wanted, poses[:, wrist])
            weight = np.where(has, ARM_REACH, 0.0)
            limbs.append(Limb(poses[:, shoulder], True, goal, _length(poses, shoulder, elbow, wrist), weight))
    free = stands.max(axis=0, initial=0.0)
    loose = np.append(free, free[-1:] if len(free) else 1.0)[frames] < 0.5
    locked = held[frames][:, [0, CHEST]]
    carriage = solve_carriage(poses, limbs, asked["head"], asked["pelvis"], loose, locked)
    exact = np.isfinite(asked["head"][:, 0]) | np.isfinite(asked["pelvis"][:, 0])
    courses = []
    for values, joint in ((carriage.shift, 0), (carriage.bend, CHEST)):
        known, values = _with_held(frames, values, held[:, joint])
        meet = np.full(len(known), MEET)
        meet[: len(frames)][~exact | (not exactly)] = HELP
        courses.append(spread_offsets(len(joints), known, values, BODY_REACH, meet=meet))
    shift, bend = courses
    trunk = [j for j in range(joints.shape[1]) if j not in {0, *[it for leg in LEGS for it in leg], 3}]
    return carry_body(joints, trunk, shift, bend)


def _place_feet(joints: Array, carried: Array, goals: Goals, held: Flags, stands: Array) -> Array:
    """Bring the legs after the pelvis: feet that stand stay, those in the air go along, and some have a target."""
    placed = carried.copy()
    shift = carried[:, 0] - joints[:, 0]
    shift = shift * [1.0, 0.0, 1.0]
    for (hip, knee, ankle, toe), side, stand in zip(LEGS, SIDES, stands, strict=True):
        course = np.zeros_like(shift)
        if np.abs(shift).max() > 1e-6:
            planted = np.concatenate((stand[:1], np.maximum(stand[1:], stand[:-1]), stand[-1:]))
            course = follow_offsets(shift, planted, stand, held[:, toe])
        own = goals.of_part(f"{side}_foot")
        if len(own):
            missing = own.places - (joints[own.frames, toe] + course[own.frames])
            known, values = _with_held(own.frames, missing, held[:, toe])
            lift = spread_offsets(len(joints), known, values[:, 1:2], LIMB_REACH)
            # What is lifted steps; what is not takes its whole stand along.
            down = 1.0 - np.clip((np.abs(lift[:, 0]) - LIFT) / LIFT, 0.0, 1.0)
            still = stand * np.minimum(down[1:], down[:-1])
            over = spread_offsets(len(joints), known, values[:, [0, 2]], LIMB_REACH, still)
            course = course + np.insert(over, [1], lift, axis=1)
        foot = joints[:, toe] - joints[:, ankle]
        placed[:, knee], placed[:, ankle] = solve_two_bones(
            carried[:, hip], carried[:, knee], carried[:, ankle], joints[:, ankle] + course
        )
        placed[:, toe] = placed[:, ankle] + foot
    return placed


def _place_hands(joints: Array, goals: Goals, held: Flags) -> Array:
    """Bend the arms to their targets; hands go along with the forearms."""
    placed = joints.copy()
    parents = skeleton_of(joints.shape[1]).parents
    for (shoulder, elbow, wrist), side in zip(ARMS, SIDES, strict=True):
        own = goals.of_part(f"{side}_hand")
        if not len(own):
            continue
        known, values = _with_held(own.frames, own.places - joints[own.frames, wrist], held[:, wrist])
        course = spread_offsets(len(joints), known, values, LIMB_REACH)
        middle, end = solve_two_bones(
            joints[:, shoulder], joints[:, elbow], joints[:, wrist], joints[:, wrist] + course
        )
        before = rotations.normalize(joints[:, wrist] - joints[:, elbow])
        turn = rotations.between(before, rotations.normalize(end - middle))
        for joint, parent in enumerate(parents):
            if parent == wrist:
                placed[:, joint] = end + rotations.rotate(turn, joints[:, joint] - joints[:, wrist])
        placed[:, elbow], placed[:, wrist] = middle, end
    return placed


def _turn_gaze(joints: Array, goals: Goals, held: Flags) -> Array:
    """Turn the head to what is looked at, as far as a neck goes."""
    own = goals.of_part(GAZE)
    if not len(own):
        return joints
    tip = int(own.joints[0])
    look = rotations.normalize(joints[:, tip] - joints[:, HEAD])
    wanted = rotations.normalize(own.places - joints[own.frames, HEAD])
    ahead = _chest_ahead(joints)[own.frames]
    from_chest = vector_of(rotations.between(ahead, wanted))
    angle = np.linalg.norm(from_chest, axis=-1, keepdims=True)
    from_chest = from_chest * np.minimum(1.0, NECK_TURN / np.maximum(angle, 1e-9))
    wanted = rotations.rotate(turn_of(from_chest), ahead)
    turns = vector_of(rotations.between(look[own.frames], wanted))
    known, values = _with_held(own.frames, turns, held[:, HEAD])
    course = spread_offsets(len(joints), known, values, GAZE_REACH)
    turned = joints.copy()
    length = np.linalg.norm(joints[:, tip] - joints[:, HEAD], axis=-1, keepdims=True)
    turned[:, tip] = joints[:, HEAD] + length * rotations.rotate(turn_of(course), look)
    return turned


def _chest_ahead(joints: Array) -> Array:
    """(T, 3) where the chest looks: square to shoulders and spine."""
    across = joints[:, ARMS[0][0]] - joints[:, ARMS[1][0]]
    return rotations.normalize(rotations.cross(across, joints[:, 12] - joints[:, 6]))


def _with_held(known: NDArray[np.int64], values: Array, held: Flags) -> tuple[NDArray[np.int64], Array]:
    """What is known, and nothing on the frames that are held."""
    still = np.flatnonzero(held)
    still = still[~np.isin(still, known)]
    return np.concatenate((known, still)), np.concatenate((values, np.zeros((len(still), values.shape[1]))))


def _length(poses: Array, first: int, middle: int, last: int) -> Array:
    """(K,) of two bones together."""
    bones = poses[:, [middle, last]] - poses[:, [first, middle]]
    return np.asarray(np.linalg.norm(bones, axis=-1).sum(axis=1))
