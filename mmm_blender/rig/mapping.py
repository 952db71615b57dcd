"""Which bone of a rig plays which slot, and where that knowledge comes from."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from ..files.stored import list_in, mapping_in, number_in, parse_object, text_of, words_in
from ..translation import n_, rpt_
from . import slots
from .slots import REQUIRED, SIDES

MAPPING_PROPERTY = "mmm_rig_mapping"
SURE = 1.0  # confidence, 0 to 1, of what nobody doubts
LIMBS = tuple(f"{side}_{limb}" for side in SIDES for limb in ("arm", "leg"))
MOST_CONTROLS = 1000  # switches of a mapping
MAP_CONTROLS = n_("map its FK controls in Bone Mapping (tab MMM)")


@dataclass(frozen=True)
class Switch:
    """A custom property of a pose bone that is keyed with the motion: an IK/FK switch, say."""

    bone: str
    property: str
    value: float


@dataclass(frozen=True)
class LimbControls:
    """Inverse-kinematics controls of one limb: ``target`` takes the place of wrist or ankle,
    ``pole`` is what elbow or knee points at.
    """

    target: str
    pole: str

    def names(self) -> list[str]:
        """The controls as presets list them."""
        return [self.target, self.pole]


@dataclass(frozen=True)
class MappingDraft:
    """What is known of a mapping: slot -> name of the bone that plays it; its head sits at the joint.

    Required bones may still be missing, and bones may be named that a rig has not: see ``problem_on``. Raises
    ValueError on unknown slots, or one bone used twice.

    ``confidence``: slot -> 0..1, 1 where not named. ``by_hand``: slots the artist decided. ``controls``: the
    bones are controls whose parents are helpers, so that each follows the slot above it instead of its parent
    bone. ``limbs``: "left_arm", "right_leg", ... -> controls to key instead of the limb's own bones.
    ``sampled``: slot -> the bone that shows where the body is, where that is not the control itself.
    """

    name: str
    bones: Mapping[str, str] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    controls: bool = False
    switches: tuple[Switch, ...] = ()
    limbs: Mapping[str, LimbControls] = field(default_factory=dict)
    sampled: Mapping[str, str] = field(default_factory=dict)
    by_hand: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = sorted(set(self.bones) - set(slots.slot_parents()))
        if unknown:
            raise ValueError(f"mapping '{self.name}': unknown joints {', '.join(unknown)}")
        strange = sorted(set(self.limbs) - set(LIMBS))
        if strange:
            raise ValueError(f"mapping '{self.name}': unknown limbs {', '.join(strange)}")
        names = list(self.bones.values())
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"mapping '{self.name}': bones used twice: {', '.join(twice)}")

    def missing(self) -> list[str]:
        """Required slots without a bone."""
        return [slot for slot in REQUIRED if slot not in self.bones]

    def problem_on(self, names: Container[str]) -> str:
        """What is missing or wrong, in one line, on a rig with bones ``names``; "" when nothing is."""
        if missing := self.missing():
            message = rpt_("no bone is mapped to {bones}: choose one in Bone Mapping (tab MMM)")
            return message.format(bones=slots.labels(missing))
        gone = sorted(bone for bone in self._all_bones() if bone not in names)
        if gone:
            message = rpt_(
                "the mapped bones {bones} are gone: choose others in Bone Mapping (tab MMM), or press Map Again"
            )
            return message.format(bones=", ".join(gone))
        return ""

    def complete(self) -> RigMapping:
        """The mapping this draft is. Raises ValueError naming the required slots without a bone."""
        return RigMapping(**self._values())

    def draft(self) -> MappingDraft:
        """The same as a draft, which may lose required bones."""
        return MappingDraft(**self._values())

    def _values(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(MappingDraft)}

    def confidence_of(self, slot: str) -> float:
        """How sure the mapping is of ``slot``, 0..1; 0 for a slot without a bone."""
        return self.confidence.get(slot, SURE) if slot in self.bones else 0.0

    def with_bone(self, slot: str, bone: str | None) -> Self:
        """The same with ``slot`` decided by hand (None: no bone); any other slot that had ``bone`` loses it.
        Raises ValueError when a ``RigMapping`` would lose a required bone.
        """
        bones = {key: name for key, name in self.bones.items() if key != slot and name != bone}
        if bone is not None:
            bones[slot] = bone
        confidence = {key: value for key, value in self.confidence.items() if key in bones and key != slot}
        sampled = {key: name for key, name in self.sampled.items() if key in bones and key != slot}
        return replace(self, bones=bones, confidence=confidence, sampled=sampled, by_hand=self.by_hand | {slot})

    def _all_bones(self) -> set[str]:
        limbs = {bone for controls in self.limbs.values() for bone in (controls.target, controls.pole)}
        return {*self.bones.values(), *self.sampled.values(), *limbs}

    def to_json(self) -> str:
        """The mapping as JSON text, to keep on the armature."""
        return json.dumps(
            {
                "name": self.name,
                "bones": dict(self.bones),
                "confidence": {slot: round(value, 3) for slot, value in self.confidence.items()},
                "controls": self.controls,
                "switches": [[switch.bone, switch.property, switch.value] for switch in self.switches],
                "sampled": dict(self.sampled),
                "limbs": {limb: controls.names() for limb, controls in self.limbs.items()},
                "by_hand": sorted(self.by_hand),
            },
            ensure_ascii=False,
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote. Raises ValueError, saying what is wrong with it."""
        try:
            data = parse_object(text)
            names = _names_in(data.get("bones"))
            confidence = mapping_in(data.get("confidence", {}))
            switches = [list_in(each, 3) for each in list_in(data.get("switches", []), MOST_CONTROLS)]
            limbs = {limb: list_in(each, 4) for limb, each in mapping_in(data.get("limbs", {})).items()}
            return cls(
                words_in(data.get("name")),
                names,
                {slot: number_in(value, 0.0, 1.0) for slot, value in confidence.items()},
                bool(data.get("controls", False)),
                tuple(Switch(words_in(b), words_in(p), number_in(v, -1e9, 1e9)) for b, p, v in switches),
                {limb: LimbControls(words_in(target), words_in(pole)) for limb, (target, pole, *_) in limbs.items()},
                _names_in(data.get("sampled", {})),
                frozenset(words_in(slot) for slot in list_in(data.get("by_hand", []), MOST_CONTROLS)),
            )
        except ValueError as error:
            raise ValueError(f"this is not a rig mapping ({error})") from error


@dataclass(frozen=True)
class RigMapping(MappingDraft):
    """A mapping with every bone that a motion needs: slots a rig lacks (collars, toes, fingers, ...) are simply
    left out, except the ``REQUIRED`` ones. Raises ValueError also when one of those is missing.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if missing := self.missing():
            raise ValueError(
                rpt_("mapping '{name}': map a bone to {missing}").format(name=self.name, missing=", ".join(missing))
            )

    def for_sampling(self) -> RigMapping:
        """The mapping of the bones that show the pose, whichever controls made it; fingers only show how hands rest."""
        if not self.sampled:
            return self
        kept = {*slots.REQUIRED, *slots.all_fingers()}
        bones = {**{slot: bone for slot, bone in self.bones.items() if slot in kept}, **self.sampled}
        return RigMapping(self.name, bones, controls=self.controls)


def remember_mapping(armature: Any, mapping: MappingDraft) -> None:
    """Store ``mapping`` on the armature object, where ``find_mapping`` looks first.

    The extension registers a property of that name, which library overrides keep; plain custom properties they
    forget when the file is loaded again.
    """
    if hasattr(armature, MAPPING_PROPERTY):
        setattr(armature, MAPPING_PROPERTY, mapping.to_json())
    else:
        armature[MAPPING_PROPERTY] = mapping.to_json()


def forget_mapping(armature: Any) -> None:
    """Take back ``remember_mapping``: the next ``find_mapping`` looks for itself."""
    if hasattr(armature, MAPPING_PROPERTY):
        armature.property_unset(MAPPING_PROPERTY)
    armature.pop(MAPPING_PROPERTY, None)


def remembered_text(armature: Any) -> str:
    """What ``remember_mapping`` stored, as it is, or ""."""
    text = getattr(armature, MAPPING_PROPERTY, "")
    return text if text and isinstance(text, str) else text_of(armature, MAPPING_PROPERTY)


def remembered_draft(armature: Any) -> MappingDraft | None:
    """What ``remember_mapping`` stored, or None when there is nothing that can be read."""
    try:
        return MappingDraft.from_json(remembered_text(armature))
    except ValueError:
        return None


def _names_in(value: Any) -> dict[str, str]:
    return {slot: words_in(bone) for slot, bone in mapping_in(value).items()}


def _both_sides(bones: dict[str, str]) -> dict[str, str]:
    """Expand ``hip: thigh`` into left_hip: thigh.L and right_hip: thigh.R."""
    return {f"{side}_{joint}": f"{bone}.{side[0].upper()}" for side in SIDES for joint, bone in bones.items()}


MMM_CHARACTER = RigMapping(
    "MMM Character",
    {
        **{joint: joint for joint in ("pelvis", "spine1", "spine2", "spine3", "neck", "head")},
        **_both_sides(
            {
                "hip": "thigh",
                "knee": "shin",
                "ankle": "foot",
                "foot": "toe",
                "collar": "clavicle",
                "shoulder": "upper_arm",
                "elbow": "forearm",
                "wrist": "hand",
            }
        ),
    },
)
