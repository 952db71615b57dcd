"""What of a body touches: points of contact on it, and the capsules that nobody else passes through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.features import facing
from engine.motion.skeleton import skeleton_of

Array = NDArray[np.floating]

# From wrist to the middle of the palm and to the fist's front, in lengths of a hand up to its knuckles; that length and
# that from the ball of the foot to the skin that kicks, metres on the model's body.
PALM, FIST, HAND, BALL = 0.79, 1.05, 0.095, 0.035
# Place -> joints whose middle it lies at, and metres from there to the body's left, upwards and ahead: on the skin.
PLACES: dict[str, tuple[tuple[str, ...], tuple[float, float, float]]] = {
    "head": (("head",), (0.0, 0.16, 0.0)),
    "face": (("head",), (0.0, 0.06, 0.10)),
    "mouth": (("head",), (0.0, 0.02, 0.10)),
    "left_ear": (("head",), (0.08, 0.06, 0.0)),
    "right_ear": (("head",), (-0.08, 0.06, 0.0)),
    "chest": (("spine3",), (0.0, 0.06, 0.13)),
    "stomach": (("spine1",), (0.0, 0.03, 0.13)),
    "back": (("spine3",), (0.0, 0.06, -0.13)),
    "left_shoulder": (("left_shoulder",), (0.0, 0.06, 0.02)),
    "right_shoulder": (("right_shoulder",), (0.0, 0.06, 0.02)),
    "left_upper_arm": (("left_shoulder", "left_elbow"), (0.05, 0.0, 0.0)),
    "right_upper_arm": (("right_shoulder", "right_elbow"), (-0.05, 0.0, 0.0)),
    "left_forearm": (("left_elbow", "left_wrist"), (0.0, 0.0, 0.04)),
    "right_forearm": (("right_elbow", "right_wrist"), (0.0, 0.0, 0.04)),
    "left_waist": (("spine1",), (0.14, 0.02, -0.03)),
    "right_waist": (("spine1",), (-0.14, 0.02, -0.03)),
    "left_knee": (("left_knee",), (0.0, 0.0, 0.06)),
    "right_knee": (("right_knee",), (0.0, 0.0, 0.06)),
}
# Name -> the joints at its ends and its radius in metres on the model's body.
CAPSULES: dict[str, tuple[str, str, float]] = {
    "trunk": ("pelvis", "spine3", 0.11),
    "shoulders": ("left_shoulder", "right_shoulder", 0.065),
    "head": ("neck", "head", 0.085),
    **{
        f"{side} {name}": (f"{side}_{first}", f"{side}_{last}", radius)
        for side in ("left", "right")
        for name, first, last, radius in (
            ("upper arm", "shoulder", "elbow", 0.045),
            ("forearm", "elbow", "wrist", 0.035),
            ("thigh", "hip", "knee", 0.07),
            ("shin", "knee", "ankle", 0.05),
            ("foot", "ankle", "foot", 0.04),
        )
    },
}
NAMES = tuple(CAPSULES)
# Where the arms are: what gives way, while all else is kept apart by where the two stand.
ARMS = tuple(name for name in NAMES if "arm" in name)


@dataclass(frozen=True)
class Crossing:
    """How far two bodies are inside each other: depth (T, C, C) in metres, of a's capsules and b's; negative apart.

    The normals (T, C, C, 3) point from b's capsule to a's; shares (T, C, C, 2) tell how far along a's and b's capsule,
    0..1, they are nearest.
    """

    depth: Array
    normals: Array
    shares: Array


def contact_point(joints: Array, name: str, size: float = 1.0) -> Array:
    """(T, 3) where the part or place of joints (T, J, 3), a body of that size, touches others."""
    names = skeleton_of(joints.shape[1]).joint_names
    side = name.partition("_")[0]
    if name not in PLACES:
        if name.endswith("foot"):
            ball = joints[:, names.index(f"{side}_foot")]
            return ball + size * BALL * rotations.normalize(ball - joints[:, names.index(f"{side}_ankle")])
        wrist, elbow = joints[:, names.index(f"{side}_wrist")], joints[:, names.index(f"{side}_elbow")]
        hand = f"{side}_hand"
        if hand in names:
            knuckles = joints[:, names.index(hand)] - wrist
        else:
            knuckles = size * HAND * rotations.normalize(wrist - elbow)
        return wrist + (FIST if name.endswith("fist") else PALM) * knuckles
    hung, (leftward, upward, forward) = PLACES[name]
    middle = np.mean([joints[:, names.index(joint)] for joint in hung], axis=0)
    axes = trunk_axes(joints)
    if hung == ("head",) and "head_front" in names:
        axes = _head_axes(joints, names)
    return middle + size * (leftward * axes[:, 0] + upward * axes[:, 1] + forward * axes[:, 2])


def trunk_axes(joints: Array) -> Array:
    """(T, 3, 3) unit vectors to the body's left, along its spine and ahead."""
    names = skeleton_of(joints.shape[1]).joint_names
    up = rotations.normalize(joints[:, names.index("neck")] - joints[:, names.index("spine1")])
    left = joints[:, names.index("left_shoulder")] - joints[:, names.index("right_shoulder")]
    ahead = rotations.normalize(rotations.cross(left, up))
    return np.stack((rotations.cross(up, ahead), up, ahead), axis=1)


def _head_axes(joints: Array, names: tuple[str, ...]) -> Array:
    head = joints[:, names.index("head")]
    ahead = rotations.normalize(joints[:, names.index("head_front")] - head)
    left = rotations.normalize(rotations.cross(np.array([0.0, 1.0, 0.0]), ahead))
    return np.stack((left, rotations.cross(ahead, left), ahead), axis=1)


def heading(joints: Array) -> Array:
    """(T,) radians by which the body of joints (T, J, 3) faces left of +Z."""
    ahead = facing(joints)
    return np.unwrap(np.arctan2(ahead[:, 0], ahead[:, 2]))


def measure_crossing(a: Array, b: Array, sizes: tuple[float, float]) -> Crossing:
    """How the capsules of a and b (T, J, 3) cross, frame by frame."""
    first, last, radii = _segments(a, sizes[0])
    other_first, other_last, other_radii = _segments(b, sizes[1])
    apart, shares = _nearest(first[:, :, None], last[:, :, None], other_first[:, None], other_last[:, None])
    distance = np.linalg.norm(apart, axis=-1)
    depth = radii[:, None] + other_radii[None] - distance
    return Crossing(depth, apart / np.maximum(distance, 1e-9)[..., None], shares)


def _segments(joints: Array, size: float) -> tuple[Array, Array, Array]:
    names = skeleton_of(joints.shape[1]).joint_names
    first = joints[:, [names.index(ends[0]) for ends in CAPSULES.values()]]
    last = joints[:, [names.index(ends[1]) for ends in CAPSULES.values()]]
    return first, last, size * np.array([ends[2] for ends in CAPSULES.values()])


def _nearest(p: Array, q: Array, r: Array, s: Array) -> tuple[Array, Array]:
    """From the segments r-s to the segments p-q, all (..., 3), where they are nearest, and at which shares (..., 2).

    Ericson, Real-Time Collision Detection, 5.1.9.
    """
    along, other, between = q - p, s - r, p - r
    aa, bb = (along**2).sum(-1), (other**2).sum(-1)
    ab, ac, bc = (along * other).sum(-1), (along * between).sum(-1), (other * between).sum(-1)
    scale = np.maximum(aa * bb - ab * ab, 1e-12)
    share = np.clip((ab * bc - ac * bb) / scale, 0.0, 1.0)
    beyond = (ab * share + bc) / np.maximum(bb, 1e-12)
    other_share = np.clip(beyond, 0.0, 1.0)
    share = np.where(beyond == other_share, share, np.clip((ab * other_share - ac) / np.maximum(aa, 1e-12), 0.0, 1.0))
    apart = between + share[..., None] * along - other_share[..., None] * other
    return apart, np.stack((share, other_share), axis=-1)
