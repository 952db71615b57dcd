"""The slots of a rig mapping: what a bone can be for us, in one flat list of names.

Slots are the 22 canonical joints and what rigs have more of: spines and necks of several bones, a
root bone, twist bones and fingers. A flat list is what a panel can show and JSON can hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from ..translation import n_, rpt_
from .canonical import JOINTS

SIDES: tuple[str, str] = ("left", "right")
SPINE: tuple[str, ...] = tuple(f"spine{number}" for number in range(1, 7))  # the highest one used is the chest
NECK: tuple[str, ...] = ("neck", "neck2", "neck3")
FINGERS: tuple[str, ...] = ("thumb", "index", "middle", "ring", "pinky")
PHALANGES = 3  # bones of a finger
TWISTS_PER_BONE = 3  # at most
TWISTED: tuple[str, ...] = ("shoulder", "elbow", "hip", "knee")  # joints whose bone may have twist bones

LEG: tuple[str, ...] = ("hip", "knee", "ankle", "foot")
ARM: tuple[str, ...] = ("collar", "shoulder", "elbow", "wrist")
REQUIRED: tuple[str, ...] = (
    "pelvis",
    "neck",
    *(f"{side}_{joint}" for side in SIDES for joint in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")),
)


# joint -> what artists call the bone that begins there
BONE_WORDS: dict[str, str] = {
    "hip": n_("thigh"),
    "knee": n_("shin"),
    "ankle": n_("foot"),
    "foot": n_("toes"),
    "collar": n_("collar bone"),
    "shoulder": n_("upper arm"),
    "elbow": n_("forearm"),
    "wrist": n_("hand"),
    "root": n_("root"),
    "pelvis": n_("hips"),
    "spine": n_("spine"),
    "neck": n_("neck"),
    "head": n_("head"),
    "thumb": n_("thumb"),
    "index": n_("index finger"),
    "middle": n_("middle finger"),
    "ring": n_("ring finger"),
    "pinky": n_("little finger"),
}


def label(slot: str) -> str:
    """The bone of a slot in words: "left_knee" is "left shin", "spine2" "spine 2", "left_hip_twist1" "left
    thigh twist 1".
    """
    bone, side = bone_word(slot), side_of_slot(slot)
    if side is None:
        return bone
    return (rpt_("left {bone}") if side == "left" else rpt_("right {bone}")).format(bone=bone)


def bone_word(slot: str) -> str:
    """The same without its side: "left_knee" is "shin"."""
    side = side_of_slot(slot)
    joint, _, twist = slot.removeprefix(f"{side}_").partition("_twist")
    joint_name = joint.rstrip("0123456789")
    word, number = rpt_(BONE_WORDS[joint_name]), joint[len(joint_name) :]
    if twist:
        return rpt_("{bone} twist {number}").format(bone=word, number=twist)
    return f"{word} {number}" if number else word


def labels(names: Iterable[str]) -> str:
    """Several slots in words, one after the other."""
    return ", ".join(label(slot) for slot in names)


def finger_slots(side: str, finger: str) -> tuple[str, ...]:
    """Slots of one finger from the palm to the tip."""
    return tuple(f"{side}_{finger}{number}" for number in range(1, PHALANGES + 1))


def all_fingers() -> tuple[str, ...]:
    """Slots of the fingers of both hands."""
    return tuple(slot for side in SIDES for finger in FINGERS for slot in finger_slots(side, finger))


def twist_slots(joint: str) -> tuple[str, ...]:
    """Slots of the twist bones along the bone of ``joint`` (with its side), from its head to its end."""
    return tuple(f"{joint}_twist{number}" for number in range(1, TWISTS_PER_BONE + 1))


@cache
def slot_parents() -> dict[str, str | None]:
    """Every slot, parents before children, and the slot it hangs on.

    A slot a rig lacks is passed over: the parent is the nearest one of this chain that is mapped.
    """
    parents: dict[str, str | None] = {"root": None, "pelvis": "root"}
    chain = ("pelvis", *SPINE, *NECK, "head")
    parents |= dict(zip(chain[1:], chain, strict=False))
    for side in SIDES:
        above: str = "pelvis"
        for joint in LEG:
            parents[f"{side}_{joint}"] = above
            above = f"{side}_{joint}"
        above = SPINE[-1]
        for joint in ARM:
            parents[f"{side}_{joint}"] = above
            above = f"{side}_{joint}"
        for finger in FINGERS:
            names = (above, *finger_slots(side, finger))
            parents |= dict(zip(names[1:], names, strict=False))
        for joint in TWISTED:
            parents |= dict.fromkeys(twist_slots(f"{side}_{joint}"), f"{side}_{joint}")
    return parents


def spine_of(bones: object) -> tuple[str, ...]:
    """The spine slots in use, from low to high; ``bones`` is any container of slots."""
    return tuple(slot for slot in SPINE if slot in bones)  # type: ignore[operator]


def neck_of(bones: object) -> tuple[str, ...]:
    """The neck slots in use, from low to high."""
    return tuple(slot for slot in NECK if slot in bones)  # type: ignore[operator]


def side_of_slot(slot: str) -> str | None:
    """The side, "left" or "right", or None for a slot of the middle."""
    return next((side for side in SIDES if slot.startswith(f"{side}_")), None)


def mirrored(slot: str) -> str:
    """The slot of the other side; a slot of the middle is its own."""
    if slot.startswith("left_"):
        return "right_" + slot.removeprefix("left_")
    if slot.startswith("right_"):
        return "left_" + slot.removeprefix("right_")
    return slot


assert set(JOINTS) <= set(slot_parents())
