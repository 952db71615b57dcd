"""Whether the controls of a rig are where their own keys bring them, as motions keyed on them take for granted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import bpy
import numpy as np

from ...coordinates import FloatArray
from ...rig.basis import replaced_slots
from ...rig.mapping import RigMapping
from ...rig.rotations import slerp_matrices
from ...rig.skeleton import RigRest
from ...scene import pose_bones
from ..actions import bone_path


def strayed_controls(
    armature: bpy.types.Object, rest: RigRest, follows: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Control -> radians by which it is turned, and share of the leg's length by which it lies, otherwise now than its
    own channels say below the slot that it follows.

    ``follows``: slot -> how much it turns with that slot, and else with the pelvis.
    """
    found = {}
    for bone, parent, channels_turn, channels_place in _expected(armature, rest, follows):
        now = np.array(pose_bones(armature)[bone].matrix)
        turn = parent.T @ _axes(now)
        angle = float(np.arccos(np.clip((np.trace(turn @ channels_turn.T) - 1) / 2, -1.0, 1.0)))
        away = 0.0
        if channels_place is not None:
            away = float(np.linalg.norm(now[:3, 3] - channels_place) / rest.leg_length())
        found[bone] = angle, away
    return found


def _expected(
    armature: bpy.types.Object, rest: RigRest, follows: Mapping[str, float]
) -> Iterator[tuple[str, FloatArray, FloatArray, FloatArray | None]]:
    """Each control with the turn (3, 3) that it follows, its axes (3, 3) within that, and its place (3,) if known."""
    bones, idle = pose_bones(armature), replaced_slots(rest)
    poses = {slot: np.array(bones[bone].matrix) for slot, bone in zip(rest.joints, rest.bones, strict=True)}
    turns = {slot: _axes(pose) @ rest.rotations[slot].T for slot, pose in poses.items()}
    origin, standing, root = np.zeros(3), np.eye(3), np.zeros(3)
    if "root" in poses:
        origin, standing, root = rest.heads["root"], turns["root"], poses["root"][:3, 3]
    for slot, bone in zip(rest.joints, rest.bones, strict=True):
        if slot == "root" or slot in idle:
            continue
        above = rest.parents[slot]
        parent, head, at = standing, origin, root
        if above is not None and above != "root":
            parent, head, at = turns[above], rest.heads[above], poses[above][:3, 3]
        place = at + parent @ (rest.heads[slot] - head)
        if slot in follows and "pelvis" in turns:
            parent = slerp_matrices(turns["pelvis"][None], parent[None], follows[slot])[0]
        own = np.array(bones[bone].matrix_basis)
        if bone == rest.carrier:
            place = place + parent @ rest.carrier_axes @ own[:3, 3]
        moved = bone != rest.carrier and np.abs(own[:3, 3]).max() > 1e-6 * rest.leg_length()
        yield bone, parent, rest.rotations[slot] @ _axes(own), None if moved else place
    for limb in rest.limbs.values():
        for bone in limb.names():
            own = np.array(bones[bone].matrix_basis)
            moved = rest.control_heads[bone] + rest.control_location_axes[bone] @ own[:3, 3]
            yield bone, standing, rest.control_axes[bone] @ _axes(own), root + standing @ (moved - origin)


def driven_switches(armature: bpy.types.Object, mapping: RigMapping) -> list[str]:
    """The bones whose switches of ``mapping`` drivers decide on."""
    animation = armature.animation_data
    driven = {curve.data_path for curve in (animation.drivers if animation is not None else ()) if not curve.mute}
    return sorted(
        {
            switch.bone
            for switch in mapping.switches
            if f'{bone_path(switch.bone)}["{bpy.utils.escape_identifier(switch.property)}"]' in driven
        }
    )


def _axes(matrix: FloatArray) -> FloatArray:
    return np.asarray(matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0))
