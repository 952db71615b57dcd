"""A preset's mapping filled up by shape: a rig may have bones that the preset does not know, or calls otherwise."""

from __future__ import annotations

from .. import slots
from ..mapping import RigMapping
from ..skeleton import RestSkeleton
from . import automatic


def fill_up(rig: RestSkeleton, mapping: RigMapping) -> RigMapping:
    """``mapping`` with the bones of each small part of the body (spine, toes, fingers, ...) for which the shape of
    ``rig`` shows more of them than ``mapping`` knows; itself where shape contradicts it, or finds nothing more.
    """
    try:
        found = automatic.find_bones(rig)
    except ValueError:
        return mapping
    if not _agree(rig, mapping, found):
        return mapping
    bones = dict(mapping.bones)
    for group in _groups():
        there = {slot: found.bones[slot] for slot in group if slot in found.bones}
        kept = {slot: bone for slot, bone in bones.items() if slot not in group}
        if len(there) > len(bones) - len(kept) and not set(there.values()) & set(kept.values()):
            bones = kept | there
    if len(bones) == len(mapping.bones):
        return mapping
    sure = {slot: found.confidence_of(slot) for slot, bone in bones.items() if mapping.bones.get(slot) != bone}
    return RigMapping(mapping.name, bones, {**mapping.confidence, **sure}, switches=mapping.switches)


def _agree(rig: RestSkeleton, mapping: RigMapping, found: RigMapping) -> bool:
    """Whether both have the same limbs; of several bones that carry the body either may be the pelvis."""
    limbs = [slot for slot in slots.REQUIRED if slot not in ("pelvis", "neck")]
    ours, theirs = (rig.index(each.bones["pelvis"]) for each in (mapping, found))
    return all(mapping.bones[slot] == found.bones[slot] for slot in limbs) and (
        ours == theirs or ours in rig.ancestors(theirs)
    )


def _groups() -> list[set[str]]:
    """Slots of which all or none are taken over."""
    groups = [{"root"}, set(slots.SPINE), {*slots.NECK, "head"}]
    for side in slots.SIDES:
        groups += [{f"{side}_foot"}, {f"{side}_collar"}]
        groups += [set(slots.finger_slots(side, finger)) for finger in slots.FINGERS]
        groups += [set(slots.twist_slots(f"{side}_{joint}")) for joint in slots.TWISTED]
    return groups
