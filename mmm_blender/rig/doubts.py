"""What in a mapping contradicts the rig without making motions impossible: worth a second look by the artist."""

from __future__ import annotations

from . import slots
from .bone_names import side_of
from .mapping import MappingDraft
from .skeleton import RestSkeleton


def find_doubts(rig: RestSkeleton, mapping: MappingDraft) -> list[str]:
    """One line for every mapped bone whose name says the other side, or that does not hang on the bone before it."""
    doubts = []
    for slot, bone in mapping.bones.items():
        side = slots.side_of_slot(slot)
        said = side_of(bone)
        if side is not None and said is not None and said != side:
            doubts.append(f"'{bone}' is mapped to the {slots.label(slot)}: is that its side?")
    if mapping.controls:
        return doubts  # controls hang on helpers
    for side in slots.SIDES:
        for chain in (slots.LEG, slots.ARM[1:]):
            for upper, lower in zip(chain, chain[1:], strict=False):
                above, below = mapping.bones.get(f"{side}_{upper}"), mapping.bones.get(f"{side}_{lower}")
                if above not in rig or below not in rig or above is None or below is None:
                    continue
                if rig.index(above) not in rig.ancestors(rig.index(below)):
                    words = slots.label(f"{side}_{lower}"), slots.label(f"{side}_{upper}")
                    doubts.append(f"'{below}' ({words[0]}) does not hang on '{above}' ({words[1]})")
    return doubts
