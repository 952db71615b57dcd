"""What a rig's inverse kinematics does to the lengths of its limbs, tried out on the rig itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..rig import slots
from ..rig.elasticity import read_elasticity
from ..rig.mapping import RigMapping
from ..rig.rotations import normalize
from ..rig.skeleton import RigRest
from ..scene import current_view_layer, pose_bones

TRIED = np.radians([0, 10, 20, 30, 45, 60, 80, 105, 140])  # bends to whose distances the targets are put
BEYOND = 1.02, 1.01  # ... and shares of the whole length, for limbs held straight


def stretchable(armature: bpy.types.Object, rest: RigRest, mapping: RigMapping) -> RigRest:
    """``rest`` knowing how its limbs' solver changes their lengths, for a rig keyed by IK controls.

    Puts the targets at a few distances and looks; all is as before afterwards.
    """
    if not rest.limbs:
        return rest
    shown = mapping.for_sampling().bones
    chains = {limb: _chain(limb) for limb in rest.limbs if all(slot in shown for slot in _chain(limb))}
    lengths = {
        limb: np.linalg.norm(np.diff([rest.heads[slot] for slot in chain], axis=0), axis=-1)
        for limb, chain in chains.items()
    }
    bones = pose_bones(armature)
    seen: dict[str, list[FloatArray]] = {limb: [] for limb in chains}
    with _trying(armature, rest, mapping):
        for step in range(len(BEYOND) + len(TRIED)):
            for limb, chain in chains.items():
                start = np.array(bones[shown[chain[0]]].head)
                _put_target(armature, rest, limb, start, _distance(lengths[limb], step))
            armature.update_tag(refresh={"DATA"})
            current_view_layer().update()
            for limb, chain in chains.items():
                seen[limb].append(np.array([bones[shown[slot]].head for slot in chain]))
    found = {}
    for limb, rows in seen.items():
        starts, middles, ends = np.stack(rows, 1)
        found[limb] = read_elasticity(starts, middles, ends, lengths[limb])
    return replace(rest, elastic={limb: each for limb, each in found.items() if each is not None})


def _chain(limb: str) -> tuple[str, str, str]:
    side, kind = limb.split("_")
    start, middle, end = (f"{side}_{joint}" for joint in (slots.LEG[:3] if kind == "leg" else slots.ARM[1:]))
    return start, middle, end


def _distance(lengths: FloatArray, step: int) -> float:
    if step < len(BEYOND):
        return float(BEYOND[step] * lengths.sum())
    long, short = lengths
    return float(np.sqrt(long**2 + short**2 + 2 * long * short * np.cos(TRIED[step - len(BEYOND)])))


def _put_target(armature: bpy.types.Object, rest: RigRest, limb: str, start: FloatArray, distance: float) -> None:
    """Move a limb's target so that the limb, from ``start`` (3,), has ``distance`` to cover as it does at rest."""
    first, _, end = _chain(limb)
    name = rest.limbs[limb].target
    control = pose_bones(armature)[name]
    now = np.array(control.matrix)
    axes = now[:3, :3] / np.linalg.norm(now[:3, :3], axis=0)
    line = normalize(rest.heads[end] - rest.heads[first])
    offset = axes @ rest.control_axes[name].T @ (rest.control_heads[name] - rest.heads[end])
    # what is above the control moves it too; its own channel is in the axes that are left when its turn is taken out
    own = np.array(control.matrix_basis)[:3, :3]
    local = axes @ np.linalg.inv(own / np.linalg.norm(own, axis=0))
    if not control.bone.use_local_location:
        local = local @ rest.control_axes[name].T
    step = start + line * distance + offset - now[:3, 3]
    control.location = np.array(control.location) + np.linalg.inv(local) @ step


@contextmanager
def _trying(armature: bpy.types.Object, rest: RigRest, mapping: RigMapping) -> Iterator[None]:
    """Switched to the mapping's controls for a while; then switches and targets are as they were."""
    bones = pose_bones(armature)
    settings = [
        (bones[each.bone], each.property, bones[each.bone][each.property], each.value)
        for each in mapping.switches
        if each.bone in bones and each.property in bones[each.bone]
    ]
    places = [(bones[each.target], tuple(bones[each.target].location)) for each in rest.limbs.values()]
    try:
        for bone, key, value, wanted in settings:
            bone[key] = type(value)(wanted)
        armature.update_tag(refresh={"DATA"})
        current_view_layer().update()
        yield
    finally:
        for bone, key, value, _ in settings:
            bone[key] = value
        for bone, place in places:
            bone.location = place
        armature.update_tag(refresh={"DATA"})
        current_view_layer().update()
