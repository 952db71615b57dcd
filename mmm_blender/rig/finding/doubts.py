"""Doubts (warnings): what in a mapping contradicts the rig, makes no motion impossible and is worth a second look."""

from __future__ import annotations

from ...translation import rpt_
from .. import slots
from ..mapping import MappingDraft
from ..proportions import legs_astray
from ..skeleton import RestSkeleton, hangs_above
from .bone_names import side_of

MOST_ASTRAY = 5.0  # degrees that nobody sees


def find_doubts(rig: RestSkeleton, mapping: MappingDraft) -> list[str]:
    """One line for every mapped bone whose name says the other side, that does not hang on the bone before it, for
    legs that do not hang under the pelvis, and for hips so wide that legs cannot point as a motion has them.
    """
    doubts: list[str] = []
    for slot, bone in mapping.bones.items():
        side = slots.side_of_slot(slot)
        said = side_of(bone)
        if side is not None and said is not None and said != side:
            doubts.append(
                rpt_("'{bone}' is mapped to the {slot}: is that its side?").format(bone=bone, slot=slots.label(slot))
            )
    for below, above in (*misplaced_bones(rig, mapping), *_lost_legs(rig, mapping)):
        words = f"'{mapping.bones[below]}' ({slots.label(below)})", f"'{mapping.bones[above]}' ({slots.label(above)})"
        doubts.append(rpt_("{bone} does not hang on {above}").format(bone=words[0], above=words[1]))
    return doubts + _wide_hips(rig, mapping)


def _wide_hips(rig: RestSkeleton, mapping: MappingDraft) -> list[str]:
    """What wide hips cost, in at most one line."""
    legs = [f"{side}_{joint}" for side in slots.SIDES for joint in slots.LEG[:3]]
    heads = {slot: rig.heads[rig.index(mapping.bones[slot])] for slot in legs if mapping.bones.get(slot) in rig}
    if len(heads) < len(legs) or (angle := legs_astray(heads)) < MOST_ASTRAY:
        return []
    text = rpt_("Short legs, wide hips: where feet stand, legs may point {angle}° off the motion")
    return [text.format(angle=round(angle))]


def misplaced_bones(rig: RestSkeleton, mapping: MappingDraft) -> list[tuple[str, str]]:
    """Slots of limbs whose bone does not hang on that of the slot before, each with that slot.

    Empty for controls, which hang on helpers. Feet may hang on what carries the leg: see ``skeleton.hangs_above``.
    """
    found: list[tuple[str, str]] = []
    for side in slots.SIDES if not mapping.controls else ():
        for chain in (slots.LEG, slots.ARM[1:]):
            for upper, lower in zip(chain, chain[1:], strict=False):
                above, below = mapping.bones.get(f"{side}_{upper}"), mapping.bones.get(f"{side}_{lower}")
                if above is None or below is None or above not in rig or below not in rig:
                    continue
                if lower == "ankle" and hangs_above(rig, mapping.bones.get(f"{side}_hip"), below):
                    continue
                if rig.index(above) not in rig.ancestors(rig.index(below)):
                    found.append((f"{side}_{lower}", f"{side}_{upper}"))
    return found


def _lost_legs(rig: RestSkeleton, mapping: MappingDraft) -> list[tuple[str, str]]:
    """Hips whose bone the pelvis' bone does not carry, each with the pelvis."""
    pelvis = mapping.bones.get("pelvis")
    if mapping.controls or pelvis not in rig:
        return []
    hips = [f"{side}_hip" for side in slots.SIDES if mapping.bones.get(f"{side}_hip") in rig]
    carried = {hip: rig.ancestors(rig.index(mapping.bones[hip])) for hip in hips}
    return [(hip, "pelvis") for hip in hips if rig.index(str(pelvis)) not in carried[hip]]
