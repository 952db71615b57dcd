"""Mappings of well-known rigs, kept as data in ``presets/*.json``.

A preset names bones by slot. ``{side}`` stands for what its ``sides`` say, a slot of a pair
("hip") then means both; ``fingers`` is a pattern with ``{finger}`` and ``{number}`` (or ``{segment}``).
``prefix``: names may carry anything in front, the same for all. ``requires`` and ``excludes`` tell
look-alikes apart; ``controls``, ``switches``, ``limbs``, ``sampled``: see ``RigMapping``; ``automatic`` false: only
on the artist's choice. The format of ``RigMapping.to_json`` is another: a preset fits many rigs. The artist's own
lie in further ``folders`` and are called like their files.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ...files.stored import list_in, mapping_in, number_in, parse_object, told, words_in
from ...translation import rpt_
from .. import slots
from ..mapping import LIMBS, LimbControls, MappingDraft, RigMapping, Switch
from ..skeleton import RestSkeleton
from .doubts import misplaced_bones

FOLDER = Path(__file__).parents[2] / "presets"
MOST_BYTES = 1_000_000  # of a file; ours have 3,000
MOST_NAMES = 1000
PAIRED = {*slots.LEG, *slots.ARM}
# where presets of the artist lie; the extension adds its own folder here
folders: list[Path] = []

Preset = dict[str, Any]


def match_preset(rig: RestSkeleton, chosen: str | None = None) -> RigMapping | None:
    """The preset that fits ``rig`` best, or None when none fits.

    ``chosen``: name of the one preset to try. Raises ValueError when that one is unknown.
    """
    candidates = [preset for preset in load_presets() if preset.get("automatic", True)]
    if chosen is not None:
        candidates = [preset for preset in load_presets() if preset["name"] == chosen]
        if not candidates:
            raise ValueError(
                rpt_("no preset is called '{chosen}': choose one of {names}").format(
                    chosen=chosen, names=", ".join(preset_names())
                )
            )
    fits = [(preset, fit_preset(preset, rig)) for preset in candidates]
    # what the artist made comes first
    fitted = [
        (preset.get("own", False), "requires" in preset, len(mapping.bones), mapping)
        for preset, mapping in fits
        if mapping is not None
        # names alone prove nothing: a shin that does not hang on its thigh is none
        and (chosen is not None or not misplaced_bones(rig, mapping))
    ]
    return max(fitted, key=lambda fit: fit[:3])[3] if fitted else None


def preset_names() -> list[str]:
    """Names of all presets, in alphabetical order."""
    return sorted(preset["name"] for preset in load_presets())


def load_presets() -> tuple[Preset, ...]:
    """All presets: the artist's, then those that come with the extension. Files that hold none are passed over."""
    own = []
    for path in own_files():
        try:
            own.append(read_preset(path))
        except ValueError:
            continue  # the menu of presets shows it
    return (*own, *_shipped_presets())


def shipped_names() -> set[str]:
    """Names of the presets that come with the extension, in lower case: no other may be called so."""
    return {preset["name"].casefold() for preset in _shipped_presets()}


def own_files() -> list[Path]:
    """The artist's files, by name."""
    return sorted(path for folder in folders for path in folder.glob("*.json"))


def read_preset(path: Path) -> Preset:
    """A preset of the artist's, called like its file. Raises ValueError, naming the file, for anything else."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ValueError(rpt_("it is larger than {size:g} MB").format(size=MOST_BYTES / 1000000.0))
        preset = _parse_preset(content.decode("utf-8-sig"))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(
            rpt_("'{file}' is not a bone mapping preset ({error})").format(file=path.name, error=told(error))
        ) from error
    if path.stem.casefold() in shipped_names():
        raise ValueError(
            rpt_("'{file}': a preset of that name comes with the extension: rename the file").format(file=path.name)
        )
    return {**preset, "name": path.stem, "own": True}


@cache
def _parse_preset(text: str) -> Preset:
    """What a preset file says, tried out. Raises one of several errors for other text."""
    preset = {"prefix": False, "sides": {"left": "L", "right": "R"}, **parse_object(text)}
    if not isinstance(preset.get("bones"), dict):
        raise ValueError(rpt_("it has no list of bones"))
    if not isinstance(preset["bones"].get("pelvis"), str):
        raise ValueError(rpt_("it names no bone for the hips"))
    for side in slots.SIDES:
        words_in(mapping_in(preset["sides"]).get(side))
    for key in ("bones", "sampled"):
        names = slot_names(preset, key)
        for name in (name for choices in names.values() for name in choices):
            words_in(name)
        draft = MappingDraft("", {slot: choices[0] for slot, choices in names.items()})
        if key == "bones" and (missing := draft.missing()):
            raise ValueError(rpt_("it names no bone for {bones}").format(bones=slots.labels(missing)))
    for key in ("requires", "excludes"):
        for name in list_in(preset.get(key, []), MOST_NAMES):
            words_in(name)
    for switch in list_in(preset.get("switches", []), MOST_NAMES):
        bone, key, value = list_in(switch, 3)
        Switch(words_in(bone), words_in(key), number_in(value, -1e9, 1e9))
    for limb, names in mapping_in(preset.get("limbs", {})).items():
        if limb not in LIMBS and limb not in {name.partition("_")[2] for name in LIMBS}:
            raise ValueError(rpt_("it has controls of an unknown limb {limb!r}").format(limb=limb))
        LimbControls(*map(words_in, list_in(names, 2)))
    return preset


@cache
def _shipped_presets() -> tuple[Preset, ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json")))


def preset_text(mapping: RigMapping) -> str:
    """A preset file that gives ``mapping`` again, also on rigs whose names carry another prefix.

    Only what stands before a colon in every name is such a prefix ("mixamorig:").
    """
    begin, colon, _ = mapping.bones["pelvis"].rpartition(":")
    front = begin + colon
    if mapping.controls or not all(name.startswith(front) for name in mapping.bones.values()):
        front = ""

    def bare(name: str) -> str:
        return name.removeprefix(front)

    preset: Preset = {
        "prefix": bool(front),
        "bones": {slot: bare(mapping.bones[slot]) for slot in slots.slot_parents() if slot in mapping.bones},
    }
    if mapping.controls:
        preset["controls"] = True
    if mapping.switches:
        preset["switches"] = [[each.bone, each.property, each.value] for each in mapping.switches]
    if mapping.limbs:
        preset["limbs"] = {limb: controls.names() for limb, controls in mapping.limbs.items()}
    if mapping.sampled:
        preset["sampled"] = dict(mapping.sampled)
    return json.dumps(preset, ensure_ascii=False, indent=1) + "\n"


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
            wanted = [prefix + choice for choice in choices]
            found = (name if name in rig else lowered.get(name.casefold()) for name in wanted)
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


def lacking_bones(preset: Preset, rig: RestSkeleton) -> list[str]:
    """Names of required bones of ``preset`` that ``rig`` has not, whatever stands before them."""
    endings = tuple(name.casefold() for name in rig.names)
    wanted = {slot: choices for slot, choices in slot_names(preset).items() if slot in slots.REQUIRED}
    return [
        choices[0]
        for choices in wanted.values()
        if not any(
            end.endswith(choice.casefold()) if preset["prefix"] else end == choice.casefold()
            for choice in choices
            for end in endings
        )
    ]


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
    for slot, entry in mapping_in(preset.get(key, {})).items():
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
    for limb, names in preset.get("limbs", {}).items():
        sides = [side for side in slots.SIDES if limb.startswith(side)]
        for side in sides or slots.SIDES:
            controls = LimbControls(*(_sided(name, preset, side) for name in names))
            if controls.target in rig and controls.pole in rig:
                found[limb if sides else f"{side}_{limb}"] = controls
    return found


def _sided(pattern: str, preset: Preset, side: str) -> str:
    return str(pattern.replace("{side}", preset["sides"][side]))
