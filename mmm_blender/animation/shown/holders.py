"""What moves a rig's bones beside their keys: constraints at any influence, inverse kinematics from further down the
chain, drivers, locks; and bones between the mapped ones that keep an old pose.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any

import bpy
import numpy as np

from ...coordinates import FloatArray
from ...rig.basis import replaced_slots
from ...rig.mapping import RigMapping
from ...rig.skeleton import RigRest
from ...scene import pose_bones
from ...translation import rpt_
from ..actions import Channel, bone_path, rotation_channel
from ..played import bone_of_path, is_transform, played_curves
from .settings import driven_by_keys, ever_differs

CHAINS = ("IK", "SPLINE_IK")  # constraints that move the bones above their own, too
NEUTRAL = 1e-5  # armature units, shares, numbers of a rotation: nearer to rest than that is at rest


def find_holders(
    armature: bpy.types.Object, bones: Iterable[str], above: bool = True, placed: Container[str] = ()
) -> dict[str, list[str]]:
    """What decides on ``bones`` and, with ``above``, on what they hang on: bone it is on -> kinds of it, in words.

    ``placed``: those that are to be keyed in place, too.
    """
    poses, reached = pose_bones(armature), set(bones)
    if above:
        reached |= {each.name for bone in bones for each in poses[bone].parent_recursive}
    found: dict[str, list[str]] = {}

    def note(bone: str, kind: str) -> None:
        if kind not in found.setdefault(bone, []):
            found[bone].append(kind)

    for bone, constraint in acting_constraints(armature):
        if reached & {each.name for each in moved_by(bone, constraint)}:
            note(bone.name, label_of(constraint))
    for curve in _drivers(armature, reached):
        note(bone_of_path(curve.data_path), rpt_("drivers"))
    for name in bones:
        bone = poses[name]
        turns = any(bone.lock_rotation) or (bone.lock_rotations_4d and bone.lock_rotation_w)
        if turns or (name in placed and any(bone.lock_location)):
            note(name, rpt_("locks"))
    return found


def release(armature: bpy.types.Object, bones: Iterable[str]) -> None:
    """Let keys alone move ``bones``: mute the constraints and drivers that are on them, and unlock them."""
    names = set(bones)
    for bone, constraint in list(acting_constraints(armature)):
        if bone.name in names:
            for curve in played_curves(armature):
                if curve.data_path == f"{_constraint_path(bone, constraint)}.mute":
                    curve.mute = True
            constraint.mute = True
    for curve in (*_drivers(armature, names), *_property_drivers(armature, names)):
        curve.mute = True
    for name in names:
        bone = pose_bones(armature)[name]
        bone.lock_rotation, bone.lock_rotation_w = (False, False, False), False
        bone.lock_location = (False, False, False)


def moved_by(bone: Any, constraint: Any) -> list[Any]:
    """The pose bones that a constraint on ``bone`` moves itself."""
    if constraint.type not in CHAINS:
        return [bone]
    chain = [bone, *bone.parent_recursive]
    if constraint.type == "IK" and not constraint.use_tail:
        chain = chain[1:]
    return chain[: constraint.chain_count or None]


def carrying_bones(armature: bpy.types.Object, mapping: RigMapping, rest: RigRest) -> list[str]:
    """Bones above the pelvis that are not to carry a pose into the motion: those below a mapped root bone, else all."""
    root = mapping.bones.get("root")
    root = None if root == rest.carrier else root  # the pelvis is tied to it: it takes the motion's keys
    above = [each.name for each in pose_bones(armature)[mapping.bones["pelvis"]].parent_recursive]
    return above[: above.index(root)] if root in above else above


def rest_channels(
    armature: bpy.types.Object,
    mapping: RigMapping,
    rest: RigRest,
    keyed: Iterable[str],
    frames: FloatArray,
    strays: Iterable[str] = (),
) -> list[Channel]:
    """Channels that bring to rest, through ``frames`` (T,), what would carry an old pose into the motion.

    Those are bones between the mapped ones, on rigs of controls ``strays`` instead, and locations and scales of mapped
    ones, which retargeting takes to be at rest; left alone are those above a mapped root bone, and what is in ``keyed``
    (data paths), held or locked.
    """
    bones, idle = pose_bones(armature), replaced_slots(rest)
    mapped = {bone for slot, bone in zip(rest.joints, rest.bones, strict=True) if slot not in idle}
    above = [each.name for each in bones[mapping.bones["pelvis"]].parent_recursive]
    carrying = carrying_bones(armature, mapping, rest)
    between = {each.name for bone in mapped for each in bones[bone].parent_recursive} - mapped
    between = {name for name in between if name not in above or name in carrying}
    if mapping.controls:  # what is between controls are helpers of the rig
        between, above = set(strays), []
    root = mapping.bones.get("root")
    root = None if root == rest.carrier else root
    held = {bone.name for bone, _ in acting_constraints(armature)}
    held |= {bone_of_path(curve.data_path) for curve in _drivers(armature, bones.keys())}
    animated = {curve.data_path for curve in played_curves(armature)}
    taken, ends = set(keyed), frames[[0, -1]] if len(frames) > 1 else frames[:1]
    found: list[Channel] = []
    for name in sorted((between | mapped) - held - {root}):
        bone = bones[name]
        quiet, _ = rotation_channel(bone.rotation_mode, np.array([[[1.0, 0.0, 0.0, 0.0]]]))
        wanted: dict[str, tuple[FloatArray, Any]] = {"location": (np.zeros(3), bone.lock_location)}
        if name not in above:  # a scale above the hips makes the whole character larger
            wanted["scale"] = np.ones(3), bone.lock_scale
        if name in between or name == rest.carrier:
            still = {"rotation_quaternion": [1.0, 0, 0, 0], "rotation_axis_angle": [0, 0, 1.0, 0]}.get(quiet, [0, 0, 0])
            wanted[quiet] = np.array(still, float), [False] * len(still)
        for key, (values, locks) in wanted.items():
            path = f"{bone_path(name)}.{key}"
            off = np.abs(np.array(getattr(bone, key)) - values).max() > NEUTRAL
            if path not in taken and (off or path in animated):
                found += [
                    Channel(path, index, name, ends, np.repeat(value, len(ends)))
                    for index, value in enumerate(values)
                    if not locks[index]
                ]
    return found


def acting_constraints(armature: bpy.types.Object) -> Iterator[tuple[Any, Any]]:
    """Pose bones with each constraint that is at work on them, however little, now or, by its keys, at another time."""
    keyed = {curve.data_path: curve for curve in played_curves(armature) if ".constraints[" in curve.data_path}
    driven = driven_by_keys(armature)

    def ever(path: str, now: float, off: float) -> bool:
        if path in driven:  # by what may change
            return True
        curve = keyed.get(path)
        return now != off if curve is None or curve.mute else ever_differs(curve, off)

    for bone in pose_bones(armature):
        for constraint in bone.constraints:
            path = _constraint_path(bone, constraint)
            heard = ever(f"{path}.mute", constraint.mute, 1.0)
            if heard and ever(f"{path}.influence", constraint.influence, 0.0) and constraint.is_valid:
                yield bone, constraint


def follows_others(armature: bpy.types.Object) -> bool:
    """Whether bones follow other objects by constraints that are at work."""
    for _, constraint in acting_constraints(armature):
        followed = [getattr(constraint, "target", None), *(each.target for each in getattr(constraint, "targets", ()))]
        if any(target not in (None, armature) for target in followed):
            return True
    return False


def _constraint_path(bone: Any, constraint: Any) -> str:
    """Data path of a constraint of a pose bone, from the armature object."""
    return f'{bone_path(bone.name)}.constraints["{bpy.utils.escape_identifier(constraint.name)}"]'


def _drivers(armature: bpy.types.Object, names: Iterable[str]) -> list[bpy.types.FCurve]:
    """Drivers at work on transforms of the bones ``names``."""
    animation, wanted = armature.animation_data, set(names)
    return [
        curve
        for curve in (animation.drivers if animation is not None else ())
        if not curve.mute and bone_of_path(curve.data_path) in wanted and is_transform(curve.data_path)
    ]


def _property_drivers(armature: bpy.types.Object, names: Iterable[str]) -> list[bpy.types.FCurve]:
    """Drivers of custom properties of the bones ``names``: of a rig's switches."""
    animation = armature.animation_data
    starts = tuple(f'{bone_path(name)}["' for name in names)
    return [
        curve for curve in (animation.drivers if animation is not None else ()) if curve.data_path.startswith(starts)
    ]


def label_of(constraint: Any) -> str:
    """The name that Blender has for a kind of constraint."""
    return str(constraint.bl_rna.properties["type"].enum_items[constraint.type].name)
