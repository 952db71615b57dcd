"""Mappings of well-known rigs, kept as data in ``presets/*.json``.

A preset names bones by slot. ``{side}`` stands for what its ``sides`` say, a slot of a pair
("hip") then means both; ``fingers`` is a pattern with ``{finger}`` and ``{number}`` (or ``{segment}``).
``prefix``: names may carry anything in front, the same for all. ``requires`` and ``excludes`` tell
look-alikes apart; ``controls``, ``switches``, ``limbs``, ``sampled``: see ``RigMapping``; ``automatic`` false: only
on the artist's choice. The format of ``RigMapping.to_json`` is another: a preset fits many rigs.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from . import slots
from .mapping import LimbControls, RigMapping, Switch
from .skeleton import RestSkeleton

FOLDER = Path(__file__).parents[1] / "presets"
PAIRED = {*slots.LEG, *slots.ARM}

Preset = dict[str, Any]


def match_preset(rig: RestSkeleton, chosen: str | None = None) -> RigMapping | None:
    """The preset that fits ``rig`` best, or None when none fits.

    ``chosen``: name of the one preset to try. Raises ValueError when that one is unknown.
    """
    candidates = [preset for preset in load_presets() if preset.get("automatic", True)]
    if chosen is not None:
        candidates = [preset for preset in load_presets() if preset["name"] == chosen]
        if not candidates:
            raise ValueError(f"no preset is called '{chosen}': choose one of {', '.join(preset_names())}")
    fits = [(preset, fit_preset(preset, rig)) for preset in candidates]
    fitted = [("requires" in preset, len(mapping.bones), mapping) for preset, mapping in fits if mapping is not None]
    return max(fitted, key=lambda fit: fit[:2])[2] if fitted else None


def preset_names() -> list[str]:
    """Names of all presets, in alphabetical order."""
    return sorted(preset["name"] for preset in load_presets())


@cache
def load_presets() -> tuple[Preset, ...]:
    """All presets, as their files have them."""
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json")))


def fit_preset(preset: Preset, rig: RestSkeleton) -> RigMapping | None:
    """``preset`` with the bones that ``rig`` has, or None when a required one is missing."""
    lowered = {name.casefold(): name for name in rig.names}
    if any(name.casefold() in lowered for name in preset.get("excludes", ())):
        return None
    for prefix in _prefixes(preset, rig):
        if not all((prefix + name).casefold() in lowered for name in preset.get("requires", ())):
            continue
        bones: dict[str, str] = {}
        for slot, choices in slot_names(preset).items():
            found = (lowered.get((prefix + choice).casefold()) for choice in choices)
            bone = next((name for name in found if name is not None and name not in bones.values()), None)
            if bone is not None:
                bones[slot] = bone
        if all(slot in bones for slot in slots.REQUIRED):
            sampled = {slot: names[0] for slot, names in slot_names(preset, "sampled").items() if names[0] in rig}
            return RigMapping(
                preset["name"],
                bones,
                controls=preset.get("controls", False),
                switches=_switches(preset, rig),
                limbs=_limbs(preset, rig),
                sampled={slot: name for slot, name in sampled.items() if slot in bones},
            )
    return None


def _prefixes(preset: Preset, rig: RestSkeleton) -> list[str]:
    """What the rig's bone names may carry in front of the preset's names."""
    if not preset["prefix"]:
        return [""]
    ending = preset["bones"]["pelvis"].casefold()
    found = {name[: -len(ending)] for name in rig.names if name.casefold().endswith(ending)}
    return sorted(found, key=len)


def slot_names(preset: Preset, key: str = "bones") -> dict[str, list[str]]:
    """Slot -> possible names of its bone, of the entry ``key``."""
    wanted: dict[str, list[str]] = {}
    for slot, entry in preset.get(key, {}).items():
        choices = entry if isinstance(entry, list) else [entry]
        if slot not in PAIRED:
            wanted[slot] = choices
            continue
        for side in slots.SIDES:
            wanted[f"{side}_{slot}"] = [_sided(choice, preset, side) for choice in choices]
    for side in slots.SIDES if key == "bones" else ():
        for joint, names in preset.get("twists", {}).items():
            twists = slots.twist_slots(f"{side}_{joint}")
            wanted |= {slot: [_sided(name, preset, side)] for slot, name in zip(twists, names, strict=False)}
        wanted |= _finger_names(preset, side)
    return wanted


def _finger_names(preset: Preset, side: str) -> dict[str, list[str]]:
    fingers = preset.get("fingers")
    if fingers is None:
        return {}
    wanted: dict[str, list[str]] = {}
    for finger, name in zip(slots.FINGERS, fingers["names"], strict=True):
        for place, slot in enumerate(slots.finger_slots(side, finger)):
            number = str(fingers["first"] + place)
            segment = fingers["segments"][place] if "segments" in fingers else number
            pattern = _sided(fingers["pattern"], preset, side).replace("{finger}", name)
            wanted[slot] = [pattern.replace("{number}", segment).replace("{segment}", segment)]
    return wanted


def _switches(preset: Preset, rig: RestSkeleton) -> tuple[Switch, ...]:
    found = []
    for bone, key, value in preset.get("switches", ()):
        names = {_sided(bone, preset, side): None for side in slots.SIDES}
        found += [Switch(name, key, float(value)) for name in names if name in rig]
    return tuple(found)


def _limbs(preset: Preset, rig: RestSkeleton) -> dict[str, LimbControls]:
    found = {}
    for limb, (target, pole) in preset.get("limbs", {}).items():
        for side in slots.SIDES:
            controls = LimbControls(_sided(target, preset, side), _sided(pole, preset, side))
            if controls.target in rig and controls.pole in rig:
                found[f"{side}_{limb}"] = controls
    return found


def _sided(pattern: str, preset: Preset, side: str) -> str:
    return str(pattern.replace("{side}", preset["sides"][side]))
