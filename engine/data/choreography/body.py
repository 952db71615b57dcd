"""The body as an author moves it: a pose taken apart into parts that can be keyed, and put together again.

The skeleton is the uniform one; bones keep its lengths. Arrays of both sides are ordered left, right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from engine.motion import rotations
from engine.motion.skeleton import EXPRESSIVE
from engine.motion.uniform import LENGTHS, uniform_offsets

Array = NDArray[np.floating]

INDEX = {name: place for place, name in enumerate(EXPRESSIVE.joint_names)}
HIPS, KNEES, ANKLES, TOES = (1, 2), (4, 5), (7, 8), (10, 11)
COLLARS, SHOULDERS, ELBOWS, WRISTS = (13, 14), (16, 17), (18, 19), (20, 21)
SPINE = (3, 6, 9)
NECK, HEAD = 12, 15
NUM_JOINTS = EXPRESSIVE.num_joints
HEAD_FRONT, HANDS, THUMBS = 22, (23, 24), (25, 26)

ARM = LENGTHS["left_elbow"] + LENGTHS["left_wrist"]
THIGH, SHIN, FOOT = LENGTHS["left_knee"], LENGTHS["left_ankle"], LENGTHS["left_foot"]
HEAD_LENGTH, HAND_LENGTH, THUMB_LENGTH = LENGTHS["head_front"], LENGTHS["left_hand"], LENGTHS["left_thumb"]
# The bone of a flat foot's toe goes down from the ankle at this angle.
FLAT = float(np.arcsin(uniform_offsets()[10][1] / FOOT))
# +1 for the left side, whose outward direction is +X, -1 for the right.
OUTWARDS = np.asarray([1.0, -1.0])
UP = np.asarray([0.0, 1.0, 0.0])


def turn(bend: Array | float, lean: Array | float, yaw: Array | float) -> Array:
    """(..., 4) rotation by degrees forward, to the left, and turned left, applied in the reverse order."""
    bend, lean, yaw = (np.radians(np.asarray(angle, dtype=np.float64)) for angle in (bend, lean, yaw))
    return rotations.multiply(about(1, yaw), rotations.multiply(about(0, bend), about(2, -lean)))


def about(axis: int, angle: Array) -> Array:
    """(..., 4) rotations by (...) radians about a coordinate axis."""
    quaternion = np.zeros((*np.shape(angle), 4))
    quaternion[..., 0] = np.cos(angle / 2)
    quaternion[..., axis + 1] = np.sin(angle / 2)
    return quaternion


def about_axis(axis: Array, angle: Array) -> Array:
    """(..., 4) rotations by (...) radians about unit vectors (..., 3)."""
    return np.concatenate((np.cos(angle / 2)[..., None], axis * np.sin(angle / 2)[..., None]), axis=-1)


def sided(vectors: Array) -> Array:
    """(..., 2, 3) vectors (out, up, forward) of both sides as (x, y, z), or back."""
    return vectors * np.stack((OUTWARDS, np.ones(2), np.ones(2)), axis=-1)


def without(vectors: Array, axis: Array) -> Array:
    """The part of (..., 3) vectors that is perpendicular to unit `axis`, as a unit vector."""
    return rotations.normalize(vectors - axis * np.sum(vectors * axis, axis=-1, keepdims=True))


def frame_of(first: Array, second: Array) -> Array:
    """(..., 4) rotation whose x axis is `first` and whose y axis is `second` made perpendicular."""
    x = rotations.normalize(first)
    y = without(second, x)
    return rotations.from_matrix(np.stack((x, y, rotations.cross(x, y)), axis=-1))


def two_bones(start: Array, target: Array, pole: Array, upper: float, lower: float) -> tuple[Array, Array]:
    """Middle and end joint (..., 3) of a limb from `start` to `target` with its bend towards `pole`.

    Where the target is out of reach the limb points at it, almost straight; the last centimetre gives way
    softly, so that nothing snaps.
    """
    way = target - start
    length = np.linalg.norm(way, axis=-1, keepdims=True)
    axis = way / np.maximum(length, 1e-9)
    reach = 0.9985 * (upper + lower)
    soft = 0.006
    distance = reach - soft * np.logaddexp(0.0, (reach - length) / soft)
    distance = np.maximum(distance, 1.02 * abs(upper - lower) + 0.06)
    along = (upper**2 - lower**2 + distance**2) / (2.0 * distance)
    aside = np.sqrt(np.maximum(upper**2 - along**2, 0.0))
    middle = start + along * axis + aside * without(pole, axis)
    return middle, start + distance * axis


@dataclass(frozen=True)
class Base:
    """A captured motion taken apart; all (T, ...), sides left, right.

    Attributes:
        heading: (T, 4) smoothed facing on the ground.
        pelvis: (T, 3); pelvis_turn (T, 4) its rotation from the heading.
        spine: (T, 3, 4) local rotations of what spine1, spine2, spine3 carry.
        neck: (T, 4) local rotation of what the neck carries beyond half the head's; head: (T, 4) from the chest.
        collars: (T, 2, 4) from the chest.
        wrists: (T, 2, 3) from the shoulder on the chest's axes; elbows: (T, 2, 3) unit bend directions, likewise.
        toes: (T, 2, 3) places of the toe joints were the feet flat; foot_yaw, foot_pitch (T, 2) radians,
            yaw from +Z, pitch heel up.
        knees: (T, 2) radians by which a knee is turned about the line from ankle to hip, out of the plane that is
            square to the line across the hips.
        planted: (T, 2) whether the foot stands.
        name: of the trial it comes from.
    """

    heading: Array
    pelvis: Array
    pelvis_turn: Array
    spine: Array
    neck: Array
    head: Array
    collars: Array
    wrists: Array
    elbows: Array
    toes: Array
    foot_yaw: Array
    foot_pitch: Array
    knees: Array
    planted: NDArray[np.bool_]
    name: str = ""

    def __len__(self) -> int:
        return len(self.pelvis)


def knee_direction(leg: Array, across: Array) -> Array:
    """(..., 3) where a knee points by nature, of the unit ways hip to ankle and to the left across the hips."""
    return without(rotations.cross(leg, across), leg)


def place_feet(toes: Array, yaw: Array, pitch: Array) -> tuple[Array, Array]:
    """Ankles and toe joints (T, 2, 3) of feet whose flat toe would be at `toes`.

    A foot rolls about its toe joint when the heel rises, about its heel when the toes do.
    """

    def bone(elevation: Array) -> Array:
        level = np.cos(elevation)
        return FOOT * np.stack((np.sin(yaw) * level, np.sin(elevation), np.cos(yaw) * level), axis=-1)

    bent, flat = bone(FLAT - pitch), bone(np.full_like(yaw, FLAT))
    ankles = toes - np.where(pitch[..., None] > 0, bent, flat)
    return ankles, ankles + bent


def take_apart(joints: Array, heading: Array, planted: NDArray[np.bool_], name: str = "") -> Base:
    """A captured (T, 22 or 27, 3) motion as a Base; the head's own direction counts where there is one."""
    offsets = uniform_offsets()
    middle = 0.5 * (offsets[1] + offsets[2])
    back = rotations.invert

    def basis(across: Array, up: Array) -> Array:
        return frame_of(across, up)

    rest = basis(offsets[1] - offsets[2], offsets[3] - middle)
    now = basis(joints[:, 1] - joints[:, 2], joints[:, 3] - 0.5 * (joints[:, 1] + joints[:, 2]))
    pelvis = rotations.multiply(now, back(rest))
    rest = basis(offsets[13] - offsets[14], offsets[12])
    now = basis(joints[:, 13] - joints[:, 14], joints[:, 12] - joints[:, 9])
    chest = rotations.multiply(now, back(rest))

    def aim(carrier: Array, joint: int, parent: int) -> Array:
        bone = rotations.normalize(joints[:, joint] - joints[:, parent])
        carried = rotations.normalize(rotations.rotate(carrier, np.broadcast_to(offsets[joint], bone.shape)))
        return rotations.multiply(rotations.between(carried, bone), carrier)

    lower = aim(rotations.slerp(pelvis, chest, np.asarray(0.4)), 6, 3)
    upper = aim(rotations.slerp(lower, chest, np.asarray(0.6)), 9, 6)
    neck = aim(chest, 15, 12)
    head = neck
    if joints.shape[1] >= NUM_JOINTS and np.isfinite(joints[:, HEAD_FRONT]).all():
        ahead = rotations.normalize(joints[:, HEAD_FRONT] - joints[:, HEAD])
        head = rotations.multiply(rotations.between(rotations.rotate(neck, np.asarray([0.0, 0.0, 1.0])), ahead), neck)
    half = rotations.slerp(chest, head, np.asarray(0.5))
    collars = np.stack([aim(chest, SHOULDERS[side], COLLARS[side]) for side in (0, 1)], axis=1)
    reach = joints[:, WRISTS, :] - joints[:, SHOULDERS, :]
    elbow = joints[:, ELBOWS, :] - joints[:, SHOULDERS, :]
    elbow = without(elbow, rotations.normalize(reach))
    foot = rotations.normalize(joints[:, TOES, :] - joints[:, ANKLES, :])
    yaw = np.unwrap(np.arctan2(foot[..., 0], foot[..., 2]), axis=0)
    pitch = FLAT - np.arcsin(np.clip(foot[..., 1], -1, 1))
    flat = FOOT * np.stack(
        (np.sin(yaw) * np.cos(FLAT), np.full_like(yaw, np.sin(FLAT)), np.cos(yaw) * np.cos(FLAT)), -1
    )
    toes = np.where(pitch[..., None] > 0, joints[:, TOES, :], joints[:, ANKLES, :] + flat)
    leg = rotations.normalize(joints[:, ANKLES, :] - joints[:, HIPS, :])
    knee = joints[:, KNEES, :] - joints[:, HIPS, :]
    ahead = knee_direction(leg, rotations.rotate(pelvis, np.asarray([1.0, 0.0, 0.0]))[:, None])
    forward, aside = np.sum(knee * ahead, axis=-1), np.sum(knee * rotations.cross(-leg, ahead), axis=-1)
    # A straight leg does not tell where its knee points; then it goes with the toes.
    out = 0.6 * (yaw - 2.0 * np.arctan2(heading[:, 2], heading[:, 0])[:, None])
    out = np.arctan2(np.sin(out), np.cos(out))
    known = np.clip(np.hypot(forward, aside) / 0.06, 0.0, 1.0) * (forward > 0)
    knees = gaussian_filter1d(
        np.clip(known * np.arctan2(aside, forward) + (1.0 - known) * out, -0.6, 0.6), 1.5, axis=0, mode="nearest"
    )
    local = back(chest)
    return Base(
        heading=heading,
        pelvis=joints[:, 0],
        pelvis_turn=rotations.multiply(back(heading), pelvis),
        spine=np.stack(
            (
                rotations.multiply(back(pelvis), lower),
                rotations.multiply(back(lower), upper),
                rotations.multiply(back(upper), chest),
            ),
            axis=1,
        ),
        neck=rotations.multiply(back(half), neck),
        head=rotations.multiply(local, head),
        collars=rotations.multiply(local[:, None], collars),
        wrists=rotations.rotate(local[:, None], reach),
        elbows=rotations.rotate(local[:, None], elbow),
        toes=toes,
        foot_yaw=yaw,
        foot_pitch=pitch,
        knees=knees,
        planted=planted,
        name=name,
    )


# Shares of the body's mass (Winter, Biomechanics and Motor Control, table 4.1), between two joints each.
_MASSES = (
    (HEAD, HEAD, 0.081),
    (0, SPINE[1], 0.27),
    (SPINE[1], NECK, 0.227),
    *((SHOULDERS[s], ELBOWS[s], 0.028) for s in (0, 1)),
    *((ELBOWS[s], WRISTS[s], 0.022) for s in (0, 1)),
    *((HIPS[s], KNEES[s], 0.1) for s in (0, 1)),
    *((KNEES[s], ANKLES[s], 0.0465) for s in (0, 1)),
    *((ANKLES[s], TOES[s], 0.0145) for s in (0, 1)),
)


def centre_of_mass(joints: Array) -> Array:
    """(T, 3) of (T, 22 or more, 3) joints."""
    first, second, shares = (np.asarray(column) for column in zip(*_MASSES, strict=True))
    middles = 0.5 * (joints[:, first] + joints[:, second])
    centre: Array = np.einsum("tsc,s->tc", middles, shares / shares.sum())
    return centre


def head_and_hands(joints: Array, head: Array, hands: Array) -> Array:
    """Add the five points of head and hands: (T, 22, 3), (T, 4), (T, 2, 4) -> (T, 27, 3).

    A hand's rotation takes +X to its fingers and +Y to the thumb's side.
    """
    whole = np.zeros((len(joints), NUM_JOINTS, 3))
    whole[:, : joints.shape[1]] = joints
    whole[:, HEAD_FRONT] = joints[:, HEAD] + rotations.rotate(head, np.asarray([0.0, 0.0, HEAD_LENGTH]))
    wrists = joints[:, WRISTS, :]
    whole[:, HANDS, :] = wrists + rotations.rotate(hands, np.asarray([HAND_LENGTH, 0.0, 0.0]))
    whole[:, THUMBS, :] = wrists + rotations.rotate(hands, np.asarray([0.0, THUMB_LENGTH, 0.0]))
    return whole
