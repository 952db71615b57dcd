"""What the eye sees of a retargeted motion, in numbers; plain numpy.

All compare ``found``, where the rig's joints came to lie, with ``source``, the motion's joints at the
same frames. Both: slot or joint -> (T, 3), metres of the source (the rig's units divided by its
scale), Y up in motion axes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...coordinates import FloatArray
from ...rig import canonical
from ...rig.body import feet
from ...rig.body.torso import Points
from ...rig.rotations import dot, normalize

LIMBS = tuple(
    (f"{side}_{start}", f"{side}_{end}")
    for side in ("left", "right")
    for start, end in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))
)
STANDS = 0.9  # contact weight from which a foot has no business to move
JUMP, CALM = np.radians(60), np.radians(30)  # between two frames: of the rig at least, of the source at most


@dataclass(frozen=True)
class RigScores:
    """One motion on one rig; every field is better when smaller."""

    limb_mean: float  # degrees, limb direction against the source
    limb_p99: float  # degrees
    path_error: float  # share of the path's length
    skate: float  # millimetres a frame, mean over planted frames
    skate_p95: float  # millimetres a frame
    sunk: float  # millimetres, deepest ball of the foot, heel, or vertex of a foot's mesh (tip of the toes without one)
    backwards: float  # degrees, worst bend of knee or elbow the wrong way
    jumps: int  # neighbouring frames over 60 degrees apart that the source does not have
    jitter: float  # mean jerk over that of the source's limb directions on bones as long as the rig's

    def passes(self) -> bool:
        """Whether all limits of the project are met."""
        return not self.failures()

    def failures(self) -> list[str]:
        """Names of the measures that are over their limit."""
        return [name for name, limit in LIMITS.items() if getattr(self, name) > limit]


# in the units of ``RigScores``
LIMITS: dict[str, float] = {
    "limb_mean": 2.0,
    "limb_p99": 5.0,
    "path_error": 0.01,
    "skate": 2.0,
    "sunk": 5.0,
    "backwards": 2.0,
    "jumps": 0,
    "jitter": 1.1,
}


def score(found: Points, source: FloatArray, local: FloatArray, hinges: Points, soles: Points, fps: float) -> RigScores:
    """Measure one motion on one rig.

    ``source`` (T, J, 3). ``local`` (T, B, 4): pose-bone quaternions. ``hinges``: knee or elbow slot ->
    (T, 3) axis about which it bends forwards. ``soles``: name -> (T, 3) points of the soles, of which
    the rest pose has height zero.
    """
    joint = canonical.by_name(source)
    limbs = np.concatenate([_angles(found[b] - found[a], joint[b] - joint[a]) for a, b in LIMBS])
    skates = [_skate(soles[f"{side}_ball"], joint[f"{side}_foot"], fps) for side in ("left", "right")]
    skate = np.concatenate(skates)
    return RigScores(
        limb_mean=float(np.degrees(limbs.mean())),
        limb_p99=float(np.degrees(np.percentile(limbs, 99))),
        path_error=_path_error(found, joint),
        skate=float(1000 * skate.mean()) if len(skate) else 0.0,
        skate_p95=float(1000 * np.percentile(skate, 95)) if len(skate) else 0.0,
        sunk=max(float(-1000 * min(points[:, 1].min() for points in soles.values())), 0.0),
        backwards=_backwards(found, hinges),
        jumps=_jumps(local, joint),
        jitter=_jerk(found, fps) / max(_jerk(_on_bones_of(found, joint), fps), 1e-9),
    )


def _angles(a: FloatArray, b: FloatArray) -> FloatArray:
    a, b = normalize(a), normalize(b)
    return np.asarray(np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), dot(a, b)))


def _path_error(found: Points, joint: Points) -> float:
    """Mean distance of the hips' path over the floor from the source's, as a share of its length."""
    paths = []
    for points in (found, joint):
        middle = (points["left_hip"] + points["right_hip"]) / 2
        paths.append(middle[:, [0, 2]] - middle[0, [0, 2]])
    length = np.linalg.norm(np.diff(paths[1], axis=0), axis=-1).sum()
    return float(np.linalg.norm(paths[0] - paths[1], axis=-1).mean() / max(length, 0.1))


def _skate(ball: FloatArray, toe: FloatArray, fps: float) -> FloatArray:
    """Steps (N,) of a foot over the floor between frames in which the source's foot stands."""
    stands = feet.contact_weights(toe, fps) > STANDS
    return np.asarray(np.linalg.norm(np.diff(ball[:, [0, 2]], axis=0), axis=-1)[stands])


def _backwards(found: Points, hinges: Points) -> float:
    """Worst bend (degrees) against the hinge, of limbs bent enough to have a plane."""
    worst = 0.0
    for slot, axis in hinges.items():
        side, kind = slot.split("_")
        start, end = ("hip", "ankle") if kind == "knee" else ("shoulder", "wrist")
        upper = normalize(found[slot] - found[f"{side}_{start}"])
        lower = normalize(found[f"{side}_{end}"] - found[slot])
        signed = dot(np.cross(upper, lower), axis)
        worst = max(worst, float(np.degrees(-np.arcsin(np.clip(signed, -1, 1)).min())))
    return worst


def _jumps(local: FloatArray, joint: Points) -> int:
    """How many bones turn over 60 degrees in a frame in which no limb of the source turns over 30."""
    turn = 2 * np.arccos(np.clip(np.abs(np.sum(local[1:] * local[:-1], -1)), 0, 1))
    calm = np.ones(len(turn), bool)
    for start, end in LIMBS:
        direction = joint[end] - joint[start]
        calm &= _angles(direction[1:], direction[:-1]) < CALM
    return int((turn[calm] > JUMP).sum())


def _on_bones_of(found: Points, joint: Points) -> Points:
    """The source with bones as long as the rig's, each pointing exactly as its own.

    A longer thigh carries the knee further and faster without any trembling, and a longer trunk the head.
    """
    points: Points = {}
    for slot, parent in zip(canonical.JOINTS, canonical.PARENTS, strict=True):
        if slot not in found:
            continue
        while parent >= 0 and canonical.JOINTS[parent] not in points:
            parent = canonical.PARENTS[parent]
        if parent < 0:
            points[slot] = joint[slot]
            continue
        above = canonical.JOINTS[parent]
        length = float(np.median(np.linalg.norm(found[slot] - found[above], axis=-1)))
        points[slot] = points[above] + length * normalize(joint[slot] - joint[above])
    return points


def _jerk(points: Points, fps: float) -> float:
    stacked = np.stack([points[slot] for slot in sorted(points) if slot in canonical.INDEX], 1)
    if len(stacked) < 4:
        return 0.0
    return float(np.linalg.norm(np.diff(stacked, n=3, axis=0), axis=-1).mean() * fps**3)
