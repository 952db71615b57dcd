"""A rig's rest pose as plain arrays in armature space: all of it, and what retargeting needs of it.

Armature space is the object's own: its scale and rotation play no part, so a rig that was imported
Y-up in centimetres needs nothing special.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..coordinates import FloatArray
from ..translation import rpt_
from . import canonical, slots
from .elasticity import Elasticities
from .mapping import LimbControls, RigMapping
from .sole import Sole

SNAP = np.radians(10)  # a body this near to an axis of its armature was meant to stand along it
UNEVEN_SCALE = 0.01  # share by which an object's scales may differ from each other
UPRIGHT = 0.6  # cosine between spine and legs of a body that stands


@dataclass(frozen=True)
class RestSkeleton:
    """Rest pose of every bone of one armature, parents before children."""

    name: str
    names: tuple[str, ...]
    parents: NDArray[np.int32]  # (B,), -1 for none
    heads: FloatArray  # (B, 3)
    tails: FloatArray  # (B, 3)
    axes: FloatArray  # (B, 3, 3)
    inherits_rotation: NDArray[np.bool_]  # (B,)
    connected: NDArray[np.bool_]  # (B,): the head is tied to the parent's tail, it cannot move
    local_location: NDArray[np.bool_]  # (B,): its location is in its own rest axes
    _index: dict[str, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._index.update({name: index for index, name in enumerate(self.names)})

    def index(self, name: str) -> int:
        """Row of the bone ``name``."""
        return self._index[name]

    def __contains__(self, name: object) -> bool:
        return name in self._index

    def children(self) -> list[list[int]]:
        """Rows of the children of every bone."""
        found: list[list[int]] = [[] for _ in self.names]
        for row, parent in enumerate(self.parents):
            if parent >= 0:
                found[parent].append(row)
        return found

    def ancestors(self, row: int) -> list[int]:
        """Rows above a bone, nearest first."""
        found = []
        while self.parents[row] >= 0:
            row = int(self.parents[row])
            found.append(row)
        return found


@dataclass(frozen=True)
class PoleGoal:
    """Where a pole of inverse kinematics asks for nothing: ``across`` (3,) at rest, off the line from the chain's first
    joint to the slot ``end``, turned with the first bone, and ``share`` of the way along that line.
    """

    across: FloatArray
    end: str
    share: float


@dataclass(frozen=True)
class LooseBone:
    """A bone that does not hang on what its part of the body hangs on: a foot on the root, one of a hand's palms. It is
    keyed to be where the body brings it.

    Attributes:
        bone: its name.
        slot: the slot whose turn it takes.
        head: (3,) where it begins at rest.
        axes: (3, 3) its axes at rest.
        location_axes: (3, 3) axes in which its location is kept, or None for a bone that is tied to its parent's end.
        carrier: the slot that carries it instead, or None.
        pole: where it is to be, if it is a pole; else it keeps its place at the slot's bone.
    """

    bone: str
    slot: str
    head: FloatArray
    axes: FloatArray
    location_axes: FloatArray | None
    carrier: str | None
    pole: PoleGoal | None = None


@dataclass(frozen=True)
class RigRest:
    """Rest pose of the mapped bones of one armature."""

    joints: tuple[str, ...]  # mapped slots, parents first
    bones: tuple[str, ...]  # the bone playing each slot
    heads: dict[str, FloatArray]  # slot -> (3,) bone head
    tails: dict[str, FloatArray]  # slot -> (3,) bone tail
    rotations: dict[str, FloatArray]  # slot -> (3,3) bone axes
    parents: dict[str, str | None]  # slot -> the slot it follows
    inherits: dict[str, bool]  # slot -> whether it turns with what it follows
    carrier: str  # the bone that takes the root's location: the pelvis, or what it is tied to
    carrier_axes: FloatArray  # (3,3) axes that bone's location is in
    limbs: dict[str, LimbControls]  # "left_leg" -> the controls to pose instead of the limb's bones
    control_heads: dict[str, FloatArray]  # bone of ``limbs`` -> (3,)
    control_axes: dict[str, FloatArray]  # bone of ``limbs`` -> (3,3)
    control_location_axes: dict[str, FloatArray]  # bone of ``limbs`` -> (3,3) axes that its location is in
    loose: tuple[LooseBone, ...] = ()
    soles: dict[str, Sole] = field(default_factory=dict)  # side -> sole, where one is known
    elastic: Elasticities = field(default_factory=dict)  # of ``limbs`` that their solver stretches
    hinges: dict[str, FloatArray] = field(
        default_factory=dict
    )  # "left_leg" -> (3,) the one axis its solver bends it about

    def facing(self) -> FloatArray:
        """(3,3) rotation from motion space to armature space.

        Read off the rest pose: up runs from the hips to the neck, left across hips and shoulders;
        snapped to the armature's axes where it is near them. Raises ValueError when the hips lie on
        top of each other or along the spine.
        """
        middle = (self.heads["left_hip"] + self.heads["right_hip"]) / 2
        up = _snapped(self.heads["neck"] - middle)
        across = self.heads["left_hip"] - self.heads["right_hip"]
        size = float(np.linalg.norm(across))
        shoulders = self.heads["left_shoulder"] - self.heads["right_shoulder"]
        level = across - up * (across @ up)
        if np.linalg.norm(level) < 0.5 * size or size < 1e-6 * self.leg_length():
            raise ValueError(rpt_("the rest pose has no left and right hip: correct it in Bone Mapping (tab MMM)"))
        if shoulders @ level < 0:
            raise ValueError(
                rpt_("left and right are crossed between legs and arms: correct it in Bone Mapping (tab MMM)")
            )
        level = level + shoulders - up * (shoulders @ up)
        left = _snapped(level)
        left = left - up * (left @ up)
        left /= np.linalg.norm(left)
        return np.stack([left, up, np.cross(left, up)], -1)

    def leg_length(self) -> float:
        """Hip to knee to ankle, mean of both legs, in armature units."""
        return _leg_length(self.heads)

    def hip_centre(self) -> FloatArray:
        """Midpoint (3,) between the hips."""
        return (self.heads["left_hip"] + self.heads["right_hip"]) / 2

    def standing(self, facing: FloatArray) -> dict[str, FloatArray]:
        """The canonical T-pose turned the way this rig faces: joint -> (3,), all 27."""
        return canonical.by_name(canonical.rest_joints(canonical.ALL_JOINTS) @ facing.T)


def hangs_above(rig: RestSkeleton, hip: str | None, foot: str) -> bool:
    """Whether the bone ``foot`` hangs on what also carries the leg's first bone, or on nothing, as game rigs have it
    whose inverse kinematics was baked away.
    """
    if hip is None or hip not in rig:
        return False
    parent = int(rig.parents[rig.index(foot)])
    return parent < 0 or parent in rig.ancestors(rig.index(hip))


def leg_length(joints: FloatArray) -> float:
    """Median over frames of the leg length of joints (T, J, 3), mean of both legs."""
    return _leg_length(canonical.by_name(joints))


def read_skeleton(armature: Any) -> RestSkeleton:
    """Read the rest pose of an armature object (a ``bpy.types.Object``).

    Raises ValueError, saying what to do, for another object, without bones, in Edit Mode, or with
    a scale that no rotation can undo.
    """
    if armature is None or armature.type != "ARMATURE":
        if armature is None:
            raise ValueError(rpt_("no armature is selected: select one"))
        raise ValueError(rpt_("'{name}' is not an armature: select one").format(name=armature.name))
    if armature.mode == "EDIT":
        raise ValueError(rpt_("'{name}' is in Edit Mode: leave it first (Tab)").format(name=armature.name))
    bones = armature.data.bones
    if len(bones) == 0:
        raise ValueError(rpt_("'{name}' has no bones: select a rig with bones").format(name=armature.name))
    linear = np.array(armature.matrix_world.to_3x3())
    sizes = np.linalg.norm(linear, axis=0)
    if sizes.min() < 1e-9:
        raise ValueError(
            rpt_("'{name}' is scaled to zero: give it a scale (Alt+S clears it)").format(name=armature.name)
        )
    if np.linalg.det(linear) < 0:
        raise ValueError(
            rpt_("'{name}' has a negative scale: apply it first (Ctrl+A, Scale)").format(name=armature.name)
        )
    if np.ptp(sizes) > UNEVEN_SCALE * sizes.max():
        raise ValueError(
            rpt_("'{name}' is scaled unevenly: apply the scale first (Ctrl+A, Scale)").format(name=armature.name)
        )
    count = len(bones)
    names = tuple(bone.name for bone in bones)
    row_of = {name: row for row, name in enumerate(names)}
    heads, tails, matrices = (np.empty(count * size, np.float32) for size in (3, 3, 16))
    bones.foreach_get("head_local", heads)
    bones.foreach_get("tail_local", tails)
    bones.foreach_get("matrix_local", matrices)
    flags = {}
    for key in ("use_inherit_rotation", "use_connect", "use_local_location"):
        flags[key] = np.empty(count, bool)
        bones.foreach_get(key, flags[key])
    parents = np.array([row_of[bone.parent.name] if bone.parent else -1 for bone in bones], np.int32)
    return RestSkeleton(
        armature.name,
        names,
        parents,
        heads.reshape(-1, 3).astype(np.float64),
        tails.reshape(-1, 3).astype(np.float64),
        # foreach_get hands matrices out column by column
        matrices.reshape(-1, 4, 4).transpose(0, 2, 1)[:, :3, :3].astype(np.float64),
        flags["use_inherit_rotation"],
        flags["use_connect"] & (parents >= 0),
        flags["use_local_location"],
    )


def read_rest(armature: Any, mapping: RigMapping) -> RigRest:
    """``fit_mapping`` for an armature object. Raises ValueError like it and ``read_skeleton``."""
    return fit_mapping(read_skeleton(armature), mapping)


def fit_mapping(rig: RestSkeleton, mapping: RigMapping) -> RigRest:
    """What retargeting must know of a rig. Raises ValueError naming the bones of the mapping that
    the rig lacks, and limbs without length.
    """
    absent = [bone for bone in mapping.bones.values() if bone not in rig]
    if absent:
        raise ValueError(
            rpt_("'{name}' lacks the bones {absent}: press Map Again in Bone Mapping (tab MMM)").format(
                name=rig.name, absent=", ".join(absent)
            )
        )
    row_of = {slot: rig.index(bone) for slot, bone in mapping.bones.items()}
    parents = _followed_slots(mapping) if mapping.controls else _mapped_ancestors(rig, row_of)
    loose = [] if mapping.controls else _find_loose(rig, row_of, parents)
    # by anatomy, whatever the rig hangs them on
    parents |= {each.slot: _above(each.slot) for each in loose if mapping.bones[each.slot] == each.bone}
    order = _parents_first(parents, {slot: position for position, slot in enumerate(slots.slot_parents())})
    heads = {slot: rig.heads[row_of[slot]] for slot in order}
    carrier = row_of["pelvis"]
    while rig.connected[carrier]:
        carrier = int(rig.parents[carrier])
    controls = [bone for limb in mapping.limbs.values() for bone in limb.names()]
    absent = [bone for bone in controls if bone not in rig]
    if absent:
        raise ValueError(
            rpt_("'{name}' lacks the controls {absent}: press Map Again in Bone Mapping (tab MMM)").format(
                name=rig.name, absent=", ".join(absent)
            )
        )
    rest = RigRest(
        joints=order,
        bones=tuple(mapping.bones[slot] for slot in order),
        heads=heads,
        tails={slot: rig.tails[row_of[slot]] for slot in order},
        rotations={slot: rig.axes[row_of[slot]] for slot in order},
        parents=parents,
        inherits={slot: mapping.controls or bool(rig.inherits_rotation[row_of[slot]]) for slot in order},
        carrier=rig.names[carrier],
        carrier_axes=_location_axes(rig, carrier),
        limbs=dict(mapping.limbs),
        control_heads={bone: rig.heads[rig.index(bone)] for bone in controls},
        control_axes={bone: rig.axes[rig.index(bone)] for bone in controls},
        control_location_axes={bone: _location_axes(rig, rig.index(bone)) for bone in controls},
        loose=tuple(loose),
    )
    _check_limbs(rig, rest, mapping)
    return rest


def _location_axes(rig: RestSkeleton, row: int) -> FloatArray:
    """(3,3) axes in which a bone's location is kept."""
    return np.asarray(rig.axes[row] if rig.local_location[row] else np.eye(3))


def loose_bone(rig: RestSkeleton, bone: str, slot: str, carrier: str | None) -> LooseBone:
    """The bone ``bone`` of a rig, to be keyed rigidly with ``slot`` though it hangs on ``carrier``."""
    row = rig.index(bone)
    axes = None if rig.connected[row] else _location_axes(rig, row)
    return LooseBone(bone, slot, rig.heads[row], rig.axes[row], axes, carrier)


def _find_loose(rig: RestSkeleton, row_of: dict[str, int], parents: dict[str, str | None]) -> list[LooseBone]:
    """The mapped bones that do not hang on the slot above, and palms and fingers that hang beside their hand."""
    found: list[LooseBone] = []

    def add(row: int, slot: str, carrier: str | None) -> None:
        found.append(loose_bone(rig, rig.names[row], slot, carrier))

    for side in slots.SIDES:
        for slot in (f"{side}_{joint}" for joint in ("hip", "knee", "ankle", "elbow", "wrist")):
            row, above = row_of[slot], row_of[_above(slot)]
            if not (rig.connected[row] or above in rig.ancestors(row) or row in rig.ancestors(above)):
                add(row, slot, parents[slot])
        wrist, children = row_of[f"{side}_wrist"], rig.children()
        fingers = {
            row_of[slot] for finger in slots.FINGERS for slot in slots.finger_slots(side, finger) if slot in row_of
        }
        carrying = {above for row in fingers for above in (row, *rig.ancestors(row))}
        for row in children[rig.parents[wrist]] if rig.parents[wrist] >= 0 else ():
            if row in carrying and row != wrist:
                add(row, f"{side}_wrist", _mapped_above(rig, row_of, row))
    return found


def _above(slot: str) -> str:
    """The required slot above a limb's ``slot``."""
    side, _, joint = slot.partition("_")
    chain = {"hip": "pelvis", "knee": "hip", "ankle": "knee", "elbow": "shoulder", "wrist": "elbow"}
    return chain[joint] if joint == "hip" else f"{side}_{chain[joint]}"


def _check_limbs(rig: RestSkeleton, rest: RigRest, mapping: RigMapping) -> None:
    """Raise ValueError for limbs without length, and for bodies that do not stand as people do."""
    size = float(np.ptp(rig.heads, axis=0).max())
    for side in slots.SIDES:
        for chain in (("hip", "knee", "ankle"), ("shoulder", "elbow", "wrist")):
            for upper, lower in zip(chain, chain[1:], strict=False):
                a, b = f"{side}_{upper}", f"{side}_{lower}"
                if np.linalg.norm(rest.heads[a] - rest.heads[b]) < 1e-4 * size:
                    names = f"'{mapping.bones[a]}' and '{mapping.bones[b]}'"
                    raise ValueError(
                        rpt_("'{name}': {names} lie in the same point: choose others in Bone Mapping (tab MMM)").format(
                            name=rig.name, names=names
                        )
                    )
    spine = rest.heads["neck"] - rest.hip_centre()
    legs = rest.hip_centre() - (rest.heads["left_ankle"] + rest.heads["right_ankle"]) / 2
    if spine @ legs < UPRIGHT * np.linalg.norm(spine) * np.linalg.norm(legs):
        raise ValueError(
            rpt_(
                "'{name}' does not stand like a person in its rest pose, with the legs below the spine: "
                "choose a humanoid rig, or correct it in Bone Mapping (tab MMM)"
            ).format(name=rig.name)
        )


def _followed_slots(mapping: RigMapping) -> dict[str, str | None]:
    """For a rig of controls: the nearest mapped slot above each, by anatomy."""
    tree = slots.slot_parents()
    found: dict[str, str | None] = {}
    for slot in mapping.bones:
        above = tree[slot]
        while above is not None and above not in mapping.bones:
            above = tree[above]
        found[slot] = above
    return found


def _mapped_ancestors(rig: RestSkeleton, row_of: dict[str, int]) -> dict[str, str | None]:
    """The nearest mapped bone above each, by the rig's own hierarchy."""
    return {slot: _mapped_above(rig, row_of, row) for slot, row in row_of.items()}


def _mapped_above(rig: RestSkeleton, row_of: dict[str, int], row: int) -> str | None:
    """The slot of the nearest mapped bone above the bone ``row``."""
    slot_of = {row: slot for slot, row in row_of.items()}
    return next((slot_of[above] for above in rig.ancestors(row) if above in slot_of), None)


def _parents_first(parents: dict[str, str | None], position: dict[str, int]) -> tuple[str, ...]:
    """Slots ordered by depth, then as ``position`` has them."""

    def depth(slot: str) -> int:
        above, steps = parents[slot], 0
        while above is not None:
            above, steps = parents[above], steps + 1
        return steps

    return tuple(sorted(parents, key=lambda slot: (depth(slot), position[slot])))


def _snapped(direction: FloatArray) -> FloatArray:
    """``direction`` (3,) as a unit vector, or the coordinate axis it is nearly along."""
    direction = direction / max(float(np.linalg.norm(direction)), 1e-12)
    largest = int(np.abs(direction).argmax())
    if abs(direction[largest]) < np.cos(SNAP):
        return direction
    axis = np.zeros(3)
    axis[largest] = np.sign(direction[largest])
    return axis


def _leg_length(joints: dict[str, FloatArray]) -> float:
    total = 0.0
    for side in slots.SIDES:
        hip, knee, ankle = (joints[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
        length = np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)
        total += float(np.median(length)) / 2
    return total
