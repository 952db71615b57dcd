"""Which frames and which part of the body the artist means: selected keys, the preview range, or two markers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import bpy
import numpy as np

from ..animation.clock import clock_of
from ..animation.played import NO_KEYS, bone_of_path, key_frames, keyed_range, played_curves
from ..rig import slots
from ..rig.mapping import RigMapping
from ..scene import pose_bones
from ..target import why_not_keyable
from ..translation import n_, rpt_

Part = Literal["body", "upper", "arms", "left_arm", "right_arm", "lower"]  # as in the protocol

NOTHING = n_("Nothing is selected: select keyframes, set a preview range (P in the timeline), or select two markers")
ONE_FRAME = n_("Only frame {frame} is selected: select keyframes on at least two frames")
BEYOND = n_(
    "Frames {first} to {last} reach beyond the action, which has keys from {start} to {end}: choose a span in it"
)

NOTHING_BETWEEN = n_(
    "There are no two keys with frames between them here: select two, or move the playhead between them"
)
NOT_THERE = {
    "KEYS": n_("No keys are selected: select some in the Dope Sheet or Graph Editor, or choose other frames"),
    "PREVIEW": n_("There is no preview range: set one (P in the timeline), or choose other frames"),
    "MARKERS": n_("Two selected markers are needed: select them in the timeline, or choose other frames"),
}
SOURCES = {
    "KEYS": n_("Selected keys"),
    "PREVIEW": n_("Preview range"),
    "MARKERS": n_("Selected markers"),
    "PLAYHEAD": n_("Keys around the playhead"),
}
_ARMS: dict[str, tuple[str, ...]] = {"arms": slots.SIDES, "left_arm": ("left",), "right_arm": ("right",)}
_UPPER = ("arm", "collar", "shoulder", "elbow", "wrist", *slots.FINGERS)


@dataclass(frozen=True)
class Span:
    """Scene frames ``first`` to ``last``, both included, of one part of the body."""

    first: int
    last: int
    part: Part = "body"


class NothingSelected(ValueError):
    """Nothing says which frames are meant."""


def part_of_slot(slot: str) -> Part:
    """Whether a slot of the mapping is above the pelvis."""
    if slot.startswith(("spine", "neck", "head")):
        return "upper"
    return "upper" if slot.split("_", 1)[-1].startswith(_UPPER) else "lower"


def in_part(slot: str, part: Part) -> bool:
    """Whether a slot of the mapping, or a limb such as "left_arm", belongs to ``part``."""
    if part == "body":
        return True
    if part not in _ARMS:
        return part_of_slot(slot) == part
    side, _, joint = slot.partition("_")
    return side in _ARMS[part] and joint.startswith(_UPPER)


def bones_of_part(mapping: RigMapping, part: Part) -> frozenset[str]:
    """Bones of ``mapping`` that an edit of ``part`` writes, the controls of limbs among them."""
    bones = {bone for slot, bone in mapping.bones.items() if in_part(slot, part)}
    for limb, controls in mapping.limbs.items():
        if in_part(limb, part):
            bones |= set(controls.names())
    return frozenset(bones)


def part_of_bones(armature: bpy.types.Object, mapping: RigMapping, bones: Iterable[str]) -> Part:
    """The part that ``bones`` belong to; the whole body for both, or for none.

    Those that are not mapped, such as IK controls of limbs that are mapped in FK, poles and fingers, belong to where
    they begin at rest; what carries the pelvis moves all of the body.
    """
    chosen = set(bones)
    choices: tuple[Part, Part] = ("upper", "lower")
    parts: set[Part] = {part for part in choices if chosen & bones_of_part(mapping, part)}
    rest = {bone.name: bone.bone for bone in pose_bones(armature)}
    unmapped = [rest[name] for name in chosen - bones_of_part(mapping, "body") if name in rest]
    if unmapped:
        slots_there = [slot for slot, bone in mapping.bones.items() if bone in rest]
        heads = np.array([rest[mapping.bones[slot]].head_local for slot in slots_there])
        carriers = {bone.name for bone in rest[mapping.bones["pelvis"]].parent_recursive}
        for bone in unmapped:
            nearest = int(np.linalg.norm(heads - np.array(bone.head_local), axis=1).argmin())
            parts |= set(choices) if bone.name in carriers else {part_of_slot(slots_there[nearest])}
    return parts.pop() if len(parts) == 1 else "body"


def find_span(armature: bpy.types.Object, mapping: RigMapping, scene: bpy.types.Scene, source: str = "AUTO") -> Span:
    """The frames that ``source`` says, as ``FRAMES_FROM`` has them, of the part that selected keys belong to.

    Raises ValueError, saying what to do, when there is nothing of that kind, when it is one frame, or lies beyond the
    action; NothingSelected when it is open where to look and nothing is anywhere.
    """
    keyed_range(armature)
    found = find_source(armature, scene) if source == "AUTO" else source
    frames, bones = selected_keys(armature)
    part: Part = "body"
    markers = sorted(marker.frame for marker in scene.timeline_markers if marker.select)
    if found is None:
        raise NothingSelected(rpt_(NOTHING))
    if found == "KEYS" and frames:
        first, last, part = round(min(frames)), round(max(frames)), part_of_bones(armature, mapping, bones)
    elif found == "PREVIEW" and scene.use_preview_range:
        first, last = scene.frame_preview_start, scene.frame_preview_end
    elif found == "MARKERS" and len(markers) == 2:
        first, last = markers
    elif found == "PLAYHEAD":
        first, last = _around_playhead(armature, scene.frame_current)
    else:
        raise ValueError(rpt_(NOT_THERE[found]))
    return check_span(armature, Span(first, last, part))


def find_source(armature: bpy.types.Object, scene: bpy.types.Scene) -> str | None:
    """What counts where nobody chose: selected keys, else the preview range, else two selected markers."""
    frames, _ = selected_keys(armature)
    markers = sum(marker.select for marker in scene.timeline_markers)
    if len(frames) > 1 or (frames and not scene.use_preview_range and markers != 2):
        return "KEYS"
    if scene.use_preview_range:
        return "PREVIEW"
    return "MARKERS" if markers == 2 else None


def _around_playhead(armature: bpy.types.Object, now: int) -> tuple[int, int]:
    keys = sorted(key_frames(armature))
    before, after = [key for key in keys if key <= now], [key for key in keys if key > now]
    if not before or not after:
        raise ValueError(rpt_(NOTHING_BETWEEN))
    return round(before[-1]), round(after[0])


def check_span(armature: bpy.types.Object, span: Span) -> Span:
    """``span`` itself. Raises ValueError, saying what to do, when it is one frame or lies beyond the action."""
    first, last = span.first, span.last
    start, end = keyed_range(armature)
    if last <= first:
        raise ValueError(rpt_(ONE_FRAME).format(frame=first))
    if first < np.floor(start) or last > np.ceil(end):
        raise ValueError(rpt_(BEYOND).format(first=first, last=last, start=f"{start:g}", end=f"{end:g}"))
    return span


def selected_keys(armature: bpy.types.Object) -> tuple[set[float], set[str]]:
    """Scene frames of the selected keys of the played action, and the bones they are on.

    All keys of an action selected, as they are once they have been pasted or baked, is no selection.
    """
    frames: set[float] = set()
    bones: set[str] = set()
    every = True
    for curve in played_curves(armature):
        points: Any = curve.keyframe_points
        chosen = np.empty(len(points), bool)
        points.foreach_get("select_control_point", chosen)
        every = every and bool(chosen.all())
        if not chosen.any():
            continue
        at = np.empty(len(points) * 2, np.float32)
        points.foreach_get("co", at)
        frames.update(at[::2][chosen].tolist())
        bones.add(bone_of_path(curve.data_path))
    if every:
        return set(), set()
    return set(clock_of(armature).to_scene(np.array(sorted(frames))).tolist()), bones - {""}


def why_not_editable(armature: bpy.types.Object) -> str | None:
    """One line saying why the played action cannot be changed and what to do; None when it can."""
    if reason := why_not_keyable(armature):
        return reason
    animation = armature.animation_data
    if animation is None or animation.action is None:
        return rpt_(NO_KEYS).format(name=armature.name)
    if animation.action.library is not None:
        return rpt_("The action '{name}' is linked from another file: make it local first").format(
            name=animation.action.name
        )
    return None
