"""The mapping of an armature: the one remembered on it, else a preset, else found by shape and controls."""

from __future__ import annotations

from typing import Any

from ...translation import rpt_
from .. import skeleton
from ..mapping import MAP_CONTROLS, RigMapping, remembered_draft
from ..skeleton import RestSkeleton
from ..slots import REQUIRED
from . import automatic, control_rig, fuller, presets
from .control_rig import held_bones

CONTROL_RIG = 0.2  # share of bones held by constraints from which a rig is one of controls


def find_mapping(armature: Any, use_remembered: bool = True) -> RigMapping:
    """The mapping of an armature object: remembered on it, else a preset, else found automatically.

    Raises ValueError in one line: for what is not an armature in a fit state, for a remembered mapping that is
    incomplete or names bones that are gone, and, naming the missing parts, for a rig in which the required
    bones cannot be told with any certainty.
    """
    rig = skeleton.read_skeleton(armature)
    remembered = remembered_draft(armature) if use_remembered else None
    if remembered is not None:
        if problem := remembered.problem_on(rig.names):
            raise ValueError(f"'{rig.name}': {problem}")
        mapping = remembered.complete()
        skeleton.fit_mapping(rig, mapping)
        return mapping
    preset = presets.match_preset(rig)
    if preset is None:
        found = find_automatically(armature, rig)
    elif preset.controls or preset.name.casefold() not in presets.shipped_names():
        found = preset  # what the artist made is as he wants it
    else:
        found = fuller.fill_up(rig, preset)
    skeleton.fit_mapping(rig, found)
    return found


def find_automatically(armature: Any, rig: RestSkeleton) -> RigMapping:
    """The mapping of an armature by its shape and its controls, without presets. Raises ValueError naming what
    cannot be found.
    """
    if len(held_bones(armature, rig.names)) > CONTROL_RIG * len(rig.names):
        return control_rig.find_controls(armature, rig)
    found = automatic.find_bones(rig)
    held = held_bones(armature, tuple(found.bones[slot] for slot in REQUIRED))
    if len(held) > len(REQUIRED) // 2:
        raise ValueError(
            rpt_("'{name}': constraints hold '{held}' and other bones: {map_controls}").format(
                name=rig.name, held=held[0], map_controls=rpt_(MAP_CONTROLS)
            )
        )
    return found
