"""From weights of keyed postures to joints: pelvis and spine, then legs, shoulders, arms, head and hands.

All frames are solved at once. `solve` takes, for every group of parts, a matrix of how much each posture
counts in each frame; with the identity it poses every posture by itself, which is how postures are settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from engine.data.choreography import body
from engine.data.choreography.body import ARM, Base
from engine.data.choreography.posture import Foot, Hand, Posture
from engine.motion import rotations
from engine.motion.contacts import TOE_HEIGHT
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import LENGTHS, uniform_offsets

Array = NDArray[np.floating]

# How a bend of the trunk is spread over the three spine joints.
_SPREAD = np.asarray([0.35, 0.4, 0.25])
# A hand that nobody keyed hangs loosely: turned in and a little bent.
_LOOSE_ROLL, _LOOSE_FLEX = 25.0, 12.0
# Nothing of an arm goes lower than this, metres; a knee on the floor is this high.
_FLOOR, _KNEE_HEIGHT = 0.03, 0.05
# Joints that the pelvis carries.
_TRUNK = [j for j in range(HUMANML3D.num_joints) if j not in (*body.KNEES, *body.ANKLES, *body.TOES)]


@dataclass(frozen=True)
class Weights:
    """(T, K) matrices of how much each posture counts, for each group of parts by itself."""

    trunk: Array
    head: Array
    arms: tuple[Array, Array]
    hands: tuple[Array, Array]
    feet: tuple[Array, Array]

    @classmethod
    def single(cls, count: int) -> Weights:
        """Every posture in its own frame."""
        same = np.eye(count)
        return cls(same, same, (same, same), (same, same), (same, same))


@dataclass(frozen=True)
class Extras:
    """What comes on top of the keys: (T,) lift of both feet and pelvis in flights, (T, 2) lift of stepping
    feet, (T, 2, 3) wandering of the wrists in metres, (T, 3) of the trunk in degrees;
    `moving` tells frames that follow each other from postures by themselves.
    """

    flight: Array
    steps: Array
    wrists: Array
    trunk: Array
    moving: bool = True

    @classmethod
    def none(cls, frames: int) -> Extras:
        return cls(
            np.zeros(frames), np.zeros((frames, 2)), np.zeros((frames, 2, 3)), np.zeros((frames, 3)), moving=False
        )


def solve(base: Base, postures: Sequence[Posture], weights: Weights, extras: Extras) -> Array:
    """Joints (T, 27, 3) of `base` with the postures laid over it."""
    offsets = uniform_offsets()
    frames = len(base)
    joints = np.zeros((frames, HUMANML3D.num_joints, 3))
    sway = weights.trunk @ np.asarray([posture.sway for posture in postures])
    trunk = weights.trunk

    pelvis_turn = rotations.multiply(
        base.heading,
        rotations.multiply(
            body.turn(*(trunk @ np.asarray([posture.hips for posture in postures])).T),
            _damped(base.pelvis_turn, sway),
        ),
    )
    joints[:, 0] = _pelvis_places(base, postures, trunk, sway) + extras.flight[:, None] * body.UP
    chest = _spine(joints, base, postures, weights, extras, pelvis_turn, sway, offsets)
    _legs(joints, base, postures, weights, extras, pelvis_turn)
    head = _head(joints, base, postures, weights, chest, offsets)
    hands = _arms(joints, base, postures, weights, extras, chest, head, pelvis_turn, offsets)
    return body.head_and_hands(joints, head, hands)


def _damped(turns: Array, amount: Array) -> Array:
    """Rotations whose departure from their mean is scaled by `amount` (T,)."""
    mean = rotations.normalize(turns.mean(axis=0))
    return rotations.slerp(np.broadcast_to(mean, turns.shape), turns, np.clip(amount, 0.0, 1.0))


def _pelvis_places(base: Base, postures: Sequence[Posture], trunk: Array, sway: Array) -> Array:
    """(T, 3): the base's place shifted, or a place of the author's own with some of the base's sway."""
    shift = np.asarray([posture.shift for posture in postures])
    own = np.asarray([posture.place is not None for posture in postures], dtype=float)
    place = np.asarray([posture.place or (0.0, 0.0, 0.0) for posture in postures])
    mean = base.pelvis.mean(axis=0)
    swaying = base.pelvis + ((1.0 - np.clip(sway, 0.0, 1.0)) * (trunk @ (1.0 - own)))[:, None] * (mean - base.pelvis)
    moved = (trunk @ (1.0 - own))[:, None] * swaying
    moved = moved + (trunk @ own)[:, None] * 0.3 * np.clip(sway, 0, 1)[:, None] * (base.pelvis - mean)
    return moved + trunk @ (place * own[:, None]) + rotations.rotate(base.heading, trunk @ (shift * (1 - own)[:, None]))


def _spine(
    joints: Array,
    base: Base,
    postures: Sequence[Posture],
    weights: Weights,
    extras: Extras,
    pelvis_turn: Array,
    sway: Array,
    offsets: Array,
) -> Array:
    """Place hips, spine, neck and collars; the chest's rotation (T, 4) comes back."""
    for joint in (*body.HIPS, body.SPINE[0]):
        joints[:, joint] = joints[:, 0] + rotations.rotate(pelvis_turn, offsets[joint])
    angles = weights.trunk @ np.asarray([(p.bend, p.lean, p.twist) for p in postures]) + extras.trunk
    carrier = pelvis_turn
    for place, (joint, child) in enumerate(zip(body.SPINE, (*body.SPINE[1:], body.NECK), strict=True)):
        more = body.turn(*(angles * _SPREAD[place]).T)
        carrier = rotations.multiply(carrier, rotations.multiply(more, _damped(base.spine[:, place], sway)))
        joints[:, child] = joints[:, joint] + rotations.rotate(carrier, offsets[child])
    for joint in body.COLLARS:
        joints[:, joint] = joints[:, body.SPINE[2]] + rotations.rotate(carrier, offsets[joint])
    return carrier


def _foot_track(
    base: Base, side: int, feet: Sequence[Foot], weight: Array, hip: Array, pelvis_turn: Array
) -> tuple[Array, Array, Array]:
    """Flat toe place (T, 3), yaw and pitch (T,) radians of one side."""
    count = len(feet)
    own = np.asarray([foot.frame == "own" for foot in feet])
    outwards = body.OUTWARDS[side]
    at = np.asarray([foot.at for foot in feet]) * [outwards, 1.0, 1.0]
    turned = np.radians([foot.turn for foot in feet]) * outwards
    pitch = np.radians([foot.pitch for foot in feet])
    heading = 2.0 * np.arctan2(base.heading[:, 2], base.heading[:, 0])
    yaw = weight @ np.where(own, turned, 0.0) + (weight @ own.astype(float)) * base.foot_yaw[:, side]
    yaw = yaw + weight @ np.where(own, 0.0, turned) + (weight @ (~own).astype(float)) * heading
    pitched = weight @ pitch + (weight @ own.astype(float)) * base.foot_pitch[:, side]
    place = np.zeros((len(base), 3))
    for key in range(count):
        if not weight[:, key].any():
            continue
        if feet[key].frame == "own":
            where = base.toes[:, side] + rotations.rotate(base.heading, at[key])
        elif feet[key].frame == "floor":
            where = np.broadcast_to(at[key] + [0.0, TOE_HEIGHT, 0.0], place.shape)
        else:
            ankle = hip + rotations.rotate(pelvis_turn, at[key])
            flat, bent = (
                body.place_feet(np.zeros((len(base), 2, 3)), np.stack((yaw, yaw), -1), np.stack((p, p), -1))
                for p in (np.zeros(len(base)), np.broadcast_to(pitch[key], len(base)))
            )
            where = ankle - (bent if pitch[key] > 0 else flat)[0][:, 0]
        place += weight[:, key : key + 1] * where
    return place, yaw, pitched


def _foot(posture: Posture, side: int) -> Foot:
    return posture.left_foot if side == 0 else posture.right_foot


def _legs(
    joints: Array, base: Base, postures: Sequence[Posture], weights: Weights, extras: Extras, pelvis_turn: Array
) -> None:
    """Put the feet where they belong, lower the body where they are out of reach, and bend the knees."""
    tracks = []
    for side in (0, 1):
        feet = [_foot(posture, side) for posture in postures]
        tracks.append(_foot_track(base, side, feet, weights.feet[side], joints[:, body.HIPS[side]], pelvis_turn))
    toes, yaw, pitch = (np.stack(part, axis=1) for part in zip(*tracks, strict=True))
    # A foot that goes with the hips has the flight from them.
    carried = np.stack(
        [
            weights.feet[side] @ np.asarray([float(_foot(posture, side).frame == "hips") for posture in postures])
            for side in (0, 1)
        ],
        axis=-1,
    )
    toes[..., 1] += extras.steps + extras.flight[:, None] * (1.0 - carried)
    ankles, toes = body.place_feet(toes, yaw, pitch)
    _come_down(joints, ankles)
    poles = []
    for side in (0, 1):
        feet = [_foot(posture, side) for posture in postures]
        swivel = np.radians(weights.feet[side] @ np.asarray([foot.knee for foot in feet])) * body.OUTWARDS[side]
        toe_out = 0.6 * (yaw[:, side] - base.foot_yaw[:, side]) + swivel
        # A knee bends in the plane that is square to the line across the hips, turned as captured and with the toes.
        leg = rotations.normalize(ankles[:, side] - joints[:, body.HIPS[side]])
        pole = body.knee_direction(leg, rotations.rotate(pelvis_turn, np.asarray([1.0, 0.0, 0.0])))
        poles.append(rotations.rotate(body.about_axis(-leg, base.knees[:, side] + toe_out), pole))
    for attempt in range(4):
        for side in (0, 1):
            joints[:, body.KNEES[side]], reached = body.two_bones(
                joints[:, body.HIPS[side]], ankles[:, side], poles[side], body.THIGH, body.SHIN
            )
            joints[:, body.ANKLES[side]] = reached
            joints[:, body.TOES[side]] = reached + toes[:, side] - ankles[:, side]
        # A knee that would go through the floor carries the body a little higher.
        sunk = np.maximum(_KNEE_HEIGHT - joints[:, body.KNEES, 1], 0.0).max(axis=1)
        if attempt == 3 or not sunk.any():
            break
        joints[:, _TRUNK, 1] += 1.05 * sunk[:, None]


def _come_down(joints: Array, ankles: Array) -> None:
    """Lower the trunk, softly, as far as standing legs need to reach their ankles."""
    reach = 0.995 * (body.THIGH + body.SHIN)
    soft = 0.012
    drop = np.zeros(len(joints))
    for side in (0, 1):
        hip = joints[:, body.HIPS[side]]
        across = np.linalg.norm((hip - ankles[:, side])[:, [0, 2]], axis=-1)
        # A leg that lies rather than stands asks nothing of the pelvis.
        standing = across < 0.8 * reach
        highest = ankles[:, side, 1] + np.sqrt(np.maximum(reach**2 - across**2, 1e-6))
        drop = np.maximum(drop, np.where(standing, soft * np.logaddexp(0.0, (hip[:, 1] - highest) / soft), 0.0))
    joints[:, _TRUNK, 1] -= drop[:, None]


def _head(
    joints: Array, base: Base, postures: Sequence[Posture], weights: Weights, chest: Array, offsets: Array
) -> Array:
    """Place the head; its rotation (T, 4) comes back."""
    with_chest = rotations.multiply(chest, base.head)
    free = weights.head @ np.asarray([float(posture.gaze is None) for posture in postures])
    mean = rotations.normalize(base.head.mean(axis=0))
    small = rotations.multiply(rotations.invert(np.broadcast_to(mean, base.head.shape)), base.head)
    small = rotations.slerp(np.broadcast_to([1.0, 0, 0, 0], small.shape), small, np.full(len(base), 0.6))
    angles = [(-p.gaze.up, p.gaze.tilt, p.gaze.left) if p.gaze else (0.0, 0.0, 0.0) for p in postures]
    kept = 1.0 - free
    # Angles rather than rotations are blended: a nod keeps its plane.
    share = np.where(np.abs(kept) > 1e-6, kept, 1.0)[:, None]
    keyed = rotations.multiply(base.heading, rotations.multiply(body.turn(*(weights.head @ angles / share).T), small))
    head = rotations.slerp(with_chest, keyed, np.clip(kept, 0.0, 1.0))
    half = rotations.slerp(chest, head, np.full(len(base), 0.5))
    neck = rotations.multiply(half, base.neck)
    joints[:, body.HEAD] = joints[:, body.NECK] + rotations.rotate(neck, offsets[body.HEAD])
    return head


def _arms(
    joints: Array,
    base: Base,
    postures: Sequence[Posture],
    weights: Weights,
    extras: Extras,
    chest: Array,
    head: Array,
    pelvis_turn: Array,
    offsets: Array,
) -> Array:
    """Place shoulders, elbows and wrists; the hands' rotations (T, 2, 4) come back."""
    hands = np.zeros((len(base), 2, 4))
    hands[..., 0] = 1.0
    axes = {"chest": chest, "level": base.heading, "head": head, "hips": pelvis_turn, "other": chest}
    # A hand that goes by the other one comes after it.
    order = (1, 0) if any(p.left and p.left.frame == "other" for p in postures) else (0, 1)
    for side in order:
        keyed = [posture.left if side == 0 else posture.right for posture in postures]
        weight = weights.arms[side]
        socket = joints[:, body.COLLARS[side]] + rotations.rotate(
            chest, rotations.rotate(base.collars[:, side], offsets[body.SHOULDERS[side]])
        )
        targets = np.zeros((len(base), 3))
        for key, hand in enumerate(keyed):
            column = weight[:, key : key + 1]
            if column.any():
                targets += column * _wrist_target(base, side, hand, socket, joints, axes)
        own = weight @ np.asarray([float(hand is not None) for hand in keyed])
        still = weight @ np.asarray([float(hand is None or hand.frame not in ("floor", "other")) for hand in keyed])
        targets += (own * still)[:, None] * extras.wrists[:, side]
        targets[:, 1] = np.where(own > 0.01, _above(targets[:, 1]), targets[:, 1])
        lift = weight @ np.asarray([hand.raise_shoulder if hand else 0.0 for hand in keyed])
        shoulder = _shoulder(joints, base, side, chest, socket, targets, own, lift, offsets)
        joints[:, body.SHOULDERS[side]] = shoulder
        swivel = np.radians(weight @ np.asarray([hand.swivel if hand else 0.0 for hand in keyed]))
        pole = _elbow_direction(base, side, chest, targets - shoulder, own, swivel)
        if extras.moving:
            # An elbow swings round; where its natural side changes in no time it is given some.
            pole = gaussian_filter1d(pole, 2.2, axis=0, mode="nearest")
        upper, lower = LENGTHS["left_elbow"], LENGTHS["left_wrist"]
        elbow, wrist = body.two_bones(shoulder, targets, pole, upper, lower)
        for _ in range(3):
            sunk = np.maximum(_FLOOR + 0.02 - elbow[:, 1], 0.0)
            if not sunk.any():
                break
            pole = rotations.normalize(pole) + (sunk * 12.0)[:, None] * body.UP
            elbow, wrist = body.two_bones(shoulder, targets, pole, upper, lower)
        joints[:, body.ELBOWS[side]], joints[:, body.WRISTS[side]] = elbow, wrist
        if extras.moving:
            hands[:, side] = _hand(side, keyed, weights.hands[side], axes, elbow, wrist, pole)
    return hands


def _above(heights: Array, floor: float = _FLOOR, soft: float = 0.01) -> Array:
    """Heights softly kept over the floor."""
    return floor + soft * np.logaddexp(0.0, (heights - floor) / soft)


def _wrist_target(
    base: Base, side: int, hand: Hand | None, socket: Array, joints: Array, axes: dict[str, Array]
) -> Array:
    if hand is None:
        return socket + rotations.rotate(axes["chest"], base.wrists[:, side])
    at = np.asarray(hand.at) * [body.OUTWARDS[side], 1.0, 1.0]
    if hand.frame == "floor":
        return np.broadcast_to(at, socket.shape)
    origin = {
        "chest": socket,
        "level": socket,
        "head": joints[:, body.HEAD],
        "hips": joints[:, 0],
        "other": joints[:, body.WRISTS[1 - side]],
    }[hand.frame]
    scale = ARM if hand.frame in ("chest", "level") else 1.0
    return origin + rotations.rotate(axes[hand.frame], scale * at)


def _shoulder(
    joints: Array,
    base: Base,
    side: int,
    chest: Array,
    socket: Array,
    targets: Array,
    own: Array,
    lift: Array,
    offsets: Array,
) -> Array:
    """The shoulder joint, raised and brought forward with the arm (the rhythm of the shoulder girdle)."""
    way = rotations.rotate(rotations.invert(chest), targets - socket)
    direction = rotations.normalize(way)
    far = np.clip(np.linalg.norm(way, axis=-1) / ARM, 0.0, 1.0)
    raised = np.degrees(np.arccos(np.clip(-direction[:, 1], -1.0, 1.0)))
    elevation = 0.24 * 12.0 * np.logaddexp(0.0, (raised - 60.0) / 12.0) * far
    forward = 9.0 * np.clip(direction[:, 2], -0.4, 1.0) * far**2
    length = LENGTHS["left_shoulder"]
    angle = np.clip(own, 0.0, 1.0) * np.radians(elevation) + lift / length
    outwards = body.OUTWARDS[side]
    turn = rotations.multiply(
        body.about(1, -outwards * np.clip(own, 0, 1) * np.radians(forward)), body.about(2, outwards * angle)
    )
    rest = rotations.rotate(base.collars[:, side], offsets[body.SHOULDERS[side]])
    return joints[:, body.COLLARS[side]] + rotations.rotate(chest, rotations.rotate(turn, rest))


def _elbow_direction(base: Base, side: int, chest: Array, reach: Array, own: Array, swivel: Array) -> Array:
    """Where the elbow points: down, out and back by nature, turned by the author's swivel."""
    outwards = body.OUTWARDS[side]
    axis = rotations.normalize(reach)
    local = rotations.rotate(rotations.invert(chest), axis)
    up, ahead = np.maximum(local[:, 1], 0.0), local[:, 2]
    natural = np.stack(
        (outwards * (0.4 + 0.5 * up), np.full_like(up, -1.0), -0.3 + 0.5 * up + 0.4 * np.minimum(ahead, 0.0)),
        axis=-1,
    )
    natural = body.without(rotations.rotate(chest, natural), axis)
    natural = rotations.rotate(body.about_axis(axis, outwards * swivel), natural)
    captured = body.without(rotations.rotate(chest, base.elbows[:, side]), axis)
    share = np.clip(own, 0.0, 1.0)[:, None]
    return share * natural + (1.0 - share) * captured


def _hand(
    side: int,
    keyed: Sequence[Hand | None],
    weight: Array,
    axes: dict[str, Array],
    elbow: Array,
    wrist: Array,
    pole: Array,
) -> Array:
    """The hand's rotation (T, 4): +X to the fingers, +Y to the thumb's side."""
    outwards = body.OUTWARDS[side]
    along = rotations.normalize(wrist - elbow)
    neutral = body.frame_of(along, -pole)
    blended = np.zeros((len(elbow), 4))
    for key, hand in enumerate(keyed):
        if not weight[:, key].any():
            continue
        if hand is not None and (hand.palm or hand.fingers):
            frame = axes["level" if hand.frame == "floor" else hand.frame]
            fingers = along
            if hand.fingers:
                fingers = rotations.rotate(frame, rotations.normalize(np.asarray(hand.fingers) * [outwards, 1.0, 1.0]))
            thumb = rotations.rotate(neutral, np.asarray([0.0, 1.0, 0.0]))
            if hand.palm:
                palm = rotations.rotate(frame, np.asarray(hand.palm) * [outwards, 1.0, 1.0])
                thumb = rotations.cross(palm, fingers) * outwards
            relative = rotations.multiply(rotations.invert(neutral), body.frame_of(fingers, thumb))
        else:
            roll, flex, tilt = (hand.roll, hand.flex, hand.tilt) if hand else (_LOOSE_ROLL, _LOOSE_FLEX, 0.0)
            relative = rotations.multiply(
                body.about(0, np.radians(roll * outwards)),
                rotations.multiply(body.about(1, np.radians(-flex * outwards)), body.about(2, np.radians(tilt))),
            )
            relative = np.broadcast_to(relative, blended.shape)
        relative = np.where(relative[:, :1] < 0, -relative, relative)
        blended += weight[:, key : key + 1] * relative
    hand_turn = rotations.multiply(neutral, _within_limits(rotations.normalize(blended)))
    return _off_the_floor(hand_turn, wrist)


def _within_limits(relative: Array, roll: float = 125.0, swing: float = 78.0) -> Array:
    """A wrist's rotation cut to what forearm and wrist can do: roll about the forearm, swing of the hand."""
    w, x = relative[:, 0], relative[:, 1]
    angle = 2.0 * np.arctan2(x, w)
    angle = np.where(angle > np.pi, angle - 2 * np.pi, np.where(angle < -np.pi, angle + 2 * np.pi, angle))
    twist = body.about(0, angle)
    rest = rotations.multiply(rotations.invert(twist), relative)
    rest = np.where(rest[:, :1] < 0, -rest, rest)
    tilt = 2.0 * np.arccos(np.clip(rest[:, 0], -1.0, 1.0))
    share = np.minimum(1.0, np.radians(swing) / np.maximum(tilt, 1e-6))
    rest = rotations.slerp(np.broadcast_to([1.0, 0.0, 0.0, 0.0], rest.shape), rest, share)
    return rotations.multiply(body.about(0, np.clip(angle, -np.radians(roll), np.radians(roll))), rest)


def _off_the_floor(turned: Array, wrist: Array, floor: float = 0.015) -> Array:
    """Raise fingers and thumb that would go through the floor."""
    fingers, thumb = np.asarray([body.HAND_LENGTH, 0.0, 0.0]), np.asarray([0.0, body.THUMB_LENGTH, 0.0])
    for reach in (fingers, thumb) * 6:
        tip = rotations.rotate(turned, reach)
        length = np.linalg.norm(reach)
        lowest = np.clip((floor - wrist[:, 1]) / length, -1.0, 0.95)
        low = tip[:, 1] / length < lowest
        if low.any():
            direction = rotations.normalize(tip)
            flat = rotations.normalize(direction * [1.0, 0.0, 1.0] + [0.0, 0.0, 1e-9])
            wanted = flat * np.sqrt(1.0 - lowest**2)[:, None] + lowest[:, None] * body.UP
            turned = np.where(low[:, None], rotations.multiply(rotations.between(direction, wanted), turned), turned)
    return turned
