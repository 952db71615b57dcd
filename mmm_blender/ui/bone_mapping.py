"""The bone mapping of an armature as the artist sees and changes it.

Looking it up is for drawing: it is found again only when the rig changed. Changes are remembered on the armature.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..extension_paths import presets_folder
from ..files.whole import written_whole
from ..rig.finding import automatic, presets
from ..rig.finding.bone_names import mirrored_name
from ..rig.finding.doubts import find_doubts
from ..rig.finding.find_mapping import find_mapping
from ..rig.finding.symmetry import find_symmetry
from ..rig.mapping import MappingDraft, forget_mapping, remember_mapping, remembered_draft, remembered_text
from ..rig.skeleton import RestSkeleton, fit_mapping, read_skeleton
from ..rig.slots import mirrored
from ..target import why_not_keyable
from ..translation import n_, rpt_

BY_HAND = n_("By Hand")  # name of a mapping that the artist began
KEPT = 32  # rigs whose mapping is kept for drawing


@dataclass(frozen=True)
class FoundMapping:
    """What is known of a rig's bones.

    ``draft``: without bones when nothing could be found. ``problem``: why no motion fits, in one line, or "".
    ``doubts``: what looks wrong and does not stop anything. ``remembered``: it is kept on the armature.
    """

    draft: MappingDraft
    problem: str
    doubts: tuple[str, ...]
    remembered: bool


_found: dict[Any, FoundMapping] = {}
_last: tuple[Any, FoundMapping] | None = None  # the one looked up last, under what can be compared quickly


def look_up(armature: bpy.types.Object) -> FoundMapping:
    """The mapping of ``armature`` as it is now; found again when names, rest pose, scale or memory changed."""
    global _last
    key = _fingerprint(armature)
    if key not in _found:
        if len(_found) >= KEPT:
            _found.clear()
        _found[key] = _find(armature)
    _last = _quick_key(armature), _found[key]
    return _found[key]


def bone_of(armature: bpy.types.Object, slot: str) -> str:
    """The bone mapped to ``slot``, or ""; cheap enough for every field of a panel."""
    found = _last[1] if _last is not None and _last[0] == _quick_key(armature) else look_up(armature)
    return found.draft.bones.get(slot, "")


def forget_lookups() -> None:
    """Find everything anew."""
    global _last
    _found.clear()
    _last = None


def choose_bone(armature: bpy.types.Object, slot: str, bone: str | None) -> None:
    """Decide by hand which bone plays ``slot`` (None: none). Raises ValueError, saying what to do, when the armature
    cannot be changed or has no such bone.
    """
    rig = _open(armature)
    if bone is not None and bone not in rig:
        raise ValueError(rpt_("'{rig}' has no bone '{bone}'").format(rig=rig.name, bone=bone))
    draft = look_up(armature).draft.draft()
    if draft.bones.get(slot) != bone:
        remember_mapping(armature, draft.with_bone(slot, bone))


def map_again(armature: bpy.types.Object) -> MappingDraft:
    """Forget what was decided and find the bones anew. Raises ValueError when they cannot be found; what was
    remembered then stays.
    """
    _open(armature)
    forget_lookups()
    mapping = find_mapping(armature, use_remembered=False)
    forget_mapping(armature)
    return mapping


def map_by_shape(armature: bpy.types.Object) -> MappingDraft:
    """Find the bones by shape and names alone, without presets. Raises ValueError like ``map_again``."""
    rig = _open(armature)
    mapping = automatic.find_bones(rig)
    fit_mapping(rig, mapping)
    remember_mapping(armature, mapping)
    return mapping


def use_preset(armature: bpy.types.Object, name: str) -> MappingDraft:
    """Map the rig by the preset ``name``. Raises ValueError when there is none or it does not fit."""
    rig = _open(armature)
    mapping = presets.match_preset(rig, name)
    if mapping is None:
        raise ValueError(_misfit(rig, name))
    fit_mapping(rig, mapping)
    remember_mapping(armature, mapping)
    return mapping


def clear_mapping(armature: bpy.types.Object) -> None:
    """Start from an empty mapping. Raises ValueError when the armature cannot be changed."""
    _open(armature)
    remember_mapping(armature, MappingDraft(BY_HAND))


def mirror_mapping(armature: bpy.types.Object) -> int:
    """Map the other side of every bone that is mapped on one side only; how many were found.

    By name first, then by place. Raises ValueError when the armature cannot be changed or nothing is found.
    """
    rig = _open(armature)
    draft = look_up(armature).draft.draft()
    symmetry = find_symmetry(rig)
    count = 0
    for slot, bone in list(draft.bones.items()):
        other = mirrored(slot)
        if other == slot or other in draft.bones:
            continue
        twin = mirrored_name(bone)
        if (twin is None or twin not in rig) and symmetry is not None and rig.index(bone) in symmetry.pairs:
            twin = rig.names[symmetry.pairs[rig.index(bone)]]
        if twin is not None and twin in rig and twin not in draft.bones.values():
            draft, count = draft.with_bone(other, twin), count + 1
    if not count:
        raise ValueError(rpt_("There is nothing to mirror: map the bones of one side first"))
    remember_mapping(armature, draft)
    return count


def save_preset(armature: bpy.types.Object, path: Path) -> Path:
    """Write the mapping as a preset; returns the file. Raises ValueError, saying what to do."""
    _open(armature)
    found = look_up(armature)
    if found.problem:
        raise ValueError(found.problem)
    path = path if path.suffix.casefold() == ".json" else path.with_name(path.name + ".json")
    if path.stem.casefold() in presets.shipped_names():
        raise ValueError(
            rpt_("A preset called '{name}' comes with the extension: choose another name").format(name=path.stem)
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as unfinished:
            unfinished.write_text(presets.preset_text(found.draft.complete()), encoding="utf-8")
    except OSError as error:
        raise ValueError(rpt_("The preset cannot be written: {error}").format(error=error)) from error
    forget_lookups()
    return path


def load_preset(armature: bpy.types.Object, path: Path, keep: bool) -> MappingDraft:
    """Map the rig by a preset file; ``keep``: copy it to the presets that are offered. Raises ValueError, saying what
    to do; then nothing is changed.
    """
    rig = _open(armature)
    preset = presets.read_preset(path)
    mapping = presets.fit_preset(preset, rig)
    if mapping is None:
        raise ValueError(_misfit(rig, path.stem, preset))
    fit_mapping(rig, mapping)
    kept = presets_folder() / path.name
    if keep and kept != path:
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(kept) as unfinished:
                unfinished.write_bytes(path.read_bytes())
        except OSError as error:
            raise ValueError(rpt_("The preset cannot be kept: {error}").format(error=error)) from error
    remember_mapping(armature, mapping)
    return mapping


def _misfit(rig: RestSkeleton, name: str, preset: presets.Preset | None = None) -> str:
    """Why a preset does not fit, in one line."""
    chosen = preset or next(each for each in presets.load_presets() if each["name"] == name)
    lacking = presets.lacking_bones(chosen, rig)
    message = rpt_("The preset '{name}' does not fit '{rig}'").format(name=name, rig=rig.name)
    return message + (rpt_(": there is no {bones}").format(bones=", ".join(lacking[:4])) if lacking else "")


def _open(armature: bpy.types.Object) -> RestSkeleton:
    """The rig, ready to be mapped. Raises ValueError when it cannot be read or not be changed."""
    if reason := why_not_keyable(armature):
        raise ValueError(reason)
    return read_skeleton(armature)


def _find(armature: bpy.types.Object) -> FoundMapping:
    remembered = remembered_draft(armature)
    draft: MappingDraft = remembered or MappingDraft("")
    doubts: tuple[str, ...] = ()
    problem = ""
    try:
        rig = read_skeleton(armature)
        doubts = tuple(find_doubts(rig, draft))
        draft = mapping = find_mapping(armature)
        doubts = tuple(find_doubts(rig, mapping))
        fit_mapping(rig, mapping).facing()
    except ValueError as error:
        problem = str(error)
    return FoundMapping(draft, problem, doubts, remembered is not None)


def _quick_key(armature: bpy.types.Object) -> Any:
    return armature.session_uid, remembered_text(armature)  # type: ignore[attr-defined]


def _fingerprint(armature: bpy.types.Object) -> Any:
    """What the mapping depends on, but for constraints."""
    bones: Any = armature.data.bones  # type: ignore[union-attr]
    heads = np.empty(3 * len(bones), np.float32)
    bones.foreach_get("head_local", heads)
    names = tuple(bone.name for bone in bones)
    scale = tuple(np.round(np.array(armature.matrix_world.to_3x3()), 4).ravel().tolist())
    return (*_quick_key(armature), hash(names), heads.tobytes(), scale, armature.mode == "EDIT")
