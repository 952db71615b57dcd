"""Where the head looks and how the hands are held, as far as a source skeleton knows.

Our skeleton tells a head's direction by a joint ahead of it, a hand's by the knuckle of the middle finger and a joint
on the thumb's side. A source tells them by the rotations of its head and hand joints since its upright pose, in which
we take the head to look ahead and the hands to go straight on from the forearms, thumbs ahead (palms down in a T-pose,
towards the thighs where the arms hang); a thumb in the skeleton says where thumbs are. What a source does not know
stays NaN: nothing is invented.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.skeletons.families import SkeletonFamily
from engine.motion import rotations
from engine.motion.clip import SkeletonClip
from engine.motion.skeleton import EXPRESSIVE
from engine.motion.uniform import LENGTHS

Array = NDArray[np.floating]

FORWARD = np.asarray([0.0, 0.0, 1.0])
# Parts of a head or hand that turn by themselves.
_NOT_THE_HEAD = ("eye", "jaw", "top", "end", "nub", "hair", "ear")
_NOT_THE_HAND = ("finger", "thumb", "index", "middle", "ring", "pinky", "end", "nub", "prop", "slot", "weapon")


def add_extremities(joints: Array, clip: SkeletonClip, family: SkeletonFamily, turned: Array, upright: Array) -> Array:
    """(T, 22, 3) -> (T, 27, 3) joints in metres.

    `turned` (T, J, 4) are the source's rotations since its upright pose, whose joints `upright` (J, 3) are, both in
    our axes.
    """
    names = EXPRESSIVE.joint_names
    made = np.full((len(joints), EXPRESSIVE.num_joints, 3), np.nan)
    made[:, : joints.shape[1]] = joints
    head = _carrier(clip, clip.index(family.neck), "head", _NOT_THE_HEAD)
    if head is not None:
        ahead = rotations.rotate(turned[:, head], FORWARD * LENGTHS["head_front"])
        made[:, names.index("head_front")] = joints[:, names.index("head")] + ahead
    for side, prefix in enumerate(("left", "right")):
        wrist = clip.index(family.wrist[side])
        hand = _carrier(clip, wrist, "hand", _NOT_THE_HAND)
        if hand is None:
            continue
        along = rotations.normalize(upright[wrist] - upright[clip.index(family.elbow[side])])
        thumb = _thumb_direction(clip, wrist, upright, along)
        place = joints[:, names.index(f"{prefix}_wrist")]
        for joint, direction in ((f"{prefix}_hand", along), (f"{prefix}_thumb", thumb)):
            length = LENGTHS[joint.replace("right_", "left_")]
            made[:, names.index(joint)] = place + rotations.rotate(turned[:, hand], direction * length)
    return made


def _carrier(clip: SkeletonClip, start: int, word: str, other: tuple[str, ...]) -> int | None:
    """The joint whose rotation carries the head or hand that hangs on joint `start`, None if nothing turns there."""
    below = [joint for joint in _descendants(clip, start) if not any(part in _lower(clip, joint) for part in other)]
    named = [joint for joint in below if word in _lower(clip, joint)]
    if named:
        return named[0]
    return None if clip.joint_names[start].endswith("_end") else start


def _thumb_direction(clip: SkeletonClip, wrist: int, upright: Array, along: Array) -> Array:
    """Unit vector to the thumb's side in the upright pose, square to the hand."""
    thumbs = [joint for joint in _descendants(clip, wrist) if "thumb" in _lower(clip, joint)]
    for towards in (*(upright[joint] - upright[wrist] for joint in thumbs), FORWARD, np.asarray([0.0, 1.0, 0.0])):
        square = towards - along * (towards @ along)
        # A thumb that lies along the hand says nothing about its side.
        if np.linalg.norm(square) > 0.25 * np.linalg.norm(towards) > 0.0:
            return rotations.normalize(square)
    return rotations.normalize(np.cross(along, np.asarray([1.0, 0.0, 0.0])))


def _descendants(clip: SkeletonClip, start: int) -> list[int]:
    """`start` and every joint below it, parents first."""
    found = {start}
    for joint, parent in enumerate(clip.parents):
        if parent in found:
            found.add(joint)
    return sorted(found)


def _lower(clip: SkeletonClip, joint: int) -> str:
    return clip.joint_names[joint].lower()
