"""Which bone of a rig plays which joint of the canonical skeleton."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .canonical import JOINTS

REQUIRED: tuple[str, ...] = (
    "pelvis", "neck",
    *(f"{side}_{joint}" for side in ("left", "right")
      for joint in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")),
)  # fmt: skip


@dataclass(frozen=True)
class RigMapping:
    """Canonical joint -> name of the bone whose head sits at that joint.

    Joints a rig lacks (a second spine, collars, toes, ...) are simply left out, except the
    ``REQUIRED`` ones. Raises ValueError on unknown or missing joints, or one bone used twice.
    """

    name: str
    bones: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.bones) - set(JOINTS))
        if unknown:
            raise ValueError(f"mapping '{self.name}': unknown joints {', '.join(unknown)}")
        missing = [joint for joint in REQUIRED if joint not in self.bones]
        if missing:
            raise ValueError(f"mapping '{self.name}': map a bone to {', '.join(missing)}")
        names = list(self.bones.values())
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"mapping '{self.name}': bones used twice: {', '.join(twice)}")


def _both_sides(bones: dict[str, str]) -> dict[str, str]:
    """Expand ``hip: thigh`` into left_hip: thigh.L and right_hip: thigh.R."""
    return {
        f"{side}_{joint}": f"{bone}.{side[0].upper()}"
        for side in ("left", "right")
        for joint, bone in bones.items()
    }


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
