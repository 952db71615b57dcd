"""Which controls of a rig move it as its switches are set now: FK or IK limb by limb, and what the head follows.

A mapping names one set of controls with the switches that go with it. An artist's action may be keyed on
others; its limbs are then keyed on those, and no switch is touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import bpy
import numpy as np

from ..animation import actions
from ..animation.clock import clock_of
from ..animation.played import played_curves
from ..rig import skeleton, slots
from ..rig.finding import presets
from ..rig.mapping import RigMapping, Switch
from ..scene import pose_bones
from ..translation import rpt_
from .selection import Part, bones_of_part, in_part
from .swivels import find_swivel

SAME = 0.01  # of a switch's value, which goes from 0 to 1: nearer is the same
AT_JOINT = 0.01  # share of the leg's length; a switch as near as that to a joint is that limb's
FOLLOW = "_follow"  # ending of the property that lets neck or head turn with the body, 1, or stay with the pelvis, 0
POLE_SWITCHES = ("pole_vector", "pole_parent")


@dataclass(frozen=True)
class Controls:
    """How to key a rig as it is set.

    ``mapping``: with the IK controls of limbs that are in IK. ``kept``: bones that are not keyed, such as the
    poles of limbs that do not use them. ``follows``: slot -> how much it turns with the bone above, 0..1.
    ``swivels``: limb without a pole -> the control that turns its elbow or knee.
    """

    mapping: RigMapping
    kept: frozenset[str] = frozenset()
    follows: Mapping[str, float] = field(default_factory=dict)
    swivels: Mapping[str, str] = field(default_factory=dict)

    def bones_of(self, part: Part) -> frozenset[str]:
        """Bones that an edit of ``part`` keys."""
        turned = {bone for limb, bone in self.swivels.items() if in_part(limb, part)}
        return (bones_of_part(self.mapping, part) - self.kept) | turned


def read_controls(armature: bpy.types.Object, mapping: RigMapping, frames: Sequence[float]) -> Controls:
    """The controls that are in use from the first to the last of ``frames``.

    Raises ValueError, saying what to do, when the rig is set to something that cannot be keyed, or switched
    over in between.
    """
    off = [switch for switch in mapping.switches if _differs(armature, switch, frames)]
    if not off:
        return Controls(mapping)
    follows = {}
    for switch in list(off):
        slot = switch.property.removesuffix(FOLLOW)
        if switch.property.endswith(FOLLOW) and slot in mapping.bones:
            follows[slot] = _value(armature, switch, frames)
            off.remove(switch)
    other = _other_controls(armature, mapping) if off else None
    kept: set[str] = set()
    swivels: dict[str, str] = {}
    owners = {} if other is None else _owners(armature, mapping, other)
    for limb in sorted({owners[switch.bone] for switch in off if switch.bone in owners}):
        assert other is not None
        bone = next(name for name, owner in owners.items() if owner == limb)
        for switch in other.switches:
            if switch.bone == bone and _differs(armature, switch, frames):
                if switch.property not in POLE_SWITCHES:
                    raise ValueError(_set_first(switch))
                kept.add(other.limbs[limb].pole)
                if swivel := find_swivel(armature, skeleton.read_rest(armature, mapping), limb):
                    swivels[limb] = swivel
        side, kind = limb.split("_")
        ends = {slot: other.bones[slot] for slot in (f"{side}_foot",) if kind == "leg" and slot in other.bones}
        mapping = replace(mapping, bones={**mapping.bones, **ends}, limbs={**mapping.limbs, limb: other.limbs[limb]})
        off = [switch for switch in off if switch.bone != bone]
    if off:
        raise ValueError(_set_first(off[0]))
    return Controls(mapping, frozenset(kept), follows, swivels)


def _other_controls(armature: bpy.types.Object, mapping: RigMapping) -> RigMapping | None:
    """Another preset for the same rig that keys limbs by inverse kinematics."""
    rig = skeleton.read_skeleton(armature)
    ends = {f"{side}_{joint}" for side in slots.SIDES for joint in (*slots.LEG, *slots.ARM)}
    for name in presets.preset_names():
        other = presets.match_preset(rig, name)
        if other is None or not other.limbs or other.name == mapping.name:
            continue
        if all(other.bones.get(slot) == bone for slot, bone in mapping.bones.items() if slot not in ends):
            return other
    return None


def _owners(armature: bpy.types.Object, mapping: RigMapping, other: RigMapping) -> dict[str, str]:
    """Bone with switches -> the limb at whose first joint it sits."""
    rest = skeleton.read_rest(armature, mapping)
    rig = skeleton.read_skeleton(armature)
    near = AT_JOINT * rest.leg_length()
    found: dict[str, str] = {}
    for bone in {switch.bone for switch in (*mapping.switches, *other.switches)}:
        for limb in other.limbs:
            side, kind = limb.split("_")
            joint = rest.heads[f"{side}_{'hip' if kind == 'leg' else 'shoulder'}"]
            if bone in rig and np.linalg.norm(rig.heads[rig.index(bone)] - joint) < near:
                found[bone] = limb
    return found


def _differs(armature: bpy.types.Object, switch: Switch, frames: Sequence[float]) -> bool:
    """Whether a switch that the rig has is set otherwise."""
    bone = pose_bones(armature).get(switch.bone)
    if bone is None or switch.property not in bone:
        return False
    return abs(_value(armature, switch, frames) - switch.value) > SAME


def _value(armature: bpy.types.Object, switch: Switch, frames: Sequence[float]) -> float:
    """What a switch is set to through ``frames``. Raises ValueError when that changes."""
    path = f'{actions.bone_path(switch.bone)}["{bpy.utils.escape_identifier(switch.property)}"]'
    curve = next((curve for curve in played_curves(armature) if curve.data_path == path), None)
    if curve is None or not len(curve.keyframe_points) or (path, 0) in actions.driven_channels(armature):
        return float(pose_bones(armature)[switch.bone][switch.property])
    values = [curve.evaluate(frame) for frame in clock_of(armature).to_action(np.array(frames, np.float64))]
    if max(values) - min(values) > SAME:
        raise ValueError(
            rpt_(
                "'{bone}' is switched over in these frames ({property}): edit what lies before and after it apart"
            ).format(bone=switch.bone, property=switch.property)
        )
    return values[0]


def _set_first(switch: Switch) -> str:
    return rpt_("'{bone}' is set to other controls: set its {property} to {value} first").format(
        bone=switch.bone, property=switch.property, value=f"{switch.value:g}"
    )
