"""Which joint of a source skeleton plays which part of the body: known families of names, or what the finder says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from os.path import commonprefix

import numpy as np

from engine.data.skeletons.finder import find_joints
from engine.errors import InputError
from engine.motion.clip import SkeletonClip
from engine.motion.errors import MotionError


@dataclass(frozen=True)
class SkeletonFamily:
    """Joint names of one naming convention; sided entries are (left, right).

    Attributes:
        pelvis, spine, upper_spine, chest, neck: joints whose rotation carries that part. An empty
            `spine` or `upper_spine` is interpolated between pelvis and chest.
        collar: joint from which the shoulder hangs; the chest's if empty.
        turning_foot: joint whose rotation carries the foot, where that is not the ankle: a foot may hang on the root.
    """

    name: str
    pelvis: str
    spine: str
    upper_spine: str
    chest: str
    neck: str
    collar: tuple[str, str]
    shoulder: tuple[str, str]
    elbow: tuple[str, str]
    wrist: tuple[str, str]
    hip: tuple[str, str]
    knee: tuple[str, str]
    ankle: tuple[str, str]
    toe: tuple[str, str]
    turning_foot: tuple[str, str] = ("", "")

    @property
    def foot_joint(self) -> tuple[str, str]:
        """The joints whose rotations carry the feet."""
        return self.turning_foot if self.turning_foot[0] else self.ankle

    def required(self) -> set[str]:
        """Every joint name that has to be present."""
        pairs = (
            self.collar,
            self.shoulder,
            self.elbow,
            self.wrist,
            self.hip,
            self.knee,
            self.ankle,
            self.toe,
            self.turning_foot,
        )
        single = (self.pelvis, self.spine, self.upper_spine, self.chest, self.neck)
        return {name for name in (*single, *(n for pair in pairs for n in pair)) if name}

    def renamed(self, names: Mapping[str, str]) -> SkeletonFamily:
        """The same parts, whose joints have other names: `names` gives the new by the old one, "" stays "" ."""

        def rename(value: str | tuple[str, str]) -> str | tuple[str, ...]:
            return names.get(value, value) if isinstance(value, str) else tuple(names.get(each, each) for each in value)

        parts = [field.name for field in fields(self) if field.name != "name"]
        return replace(self, **{part: rename(getattr(self, part)) for part in parts})  # type: ignore[arg-type]


def _sided(pattern: str, left: str = "Left", right: str = "Right") -> tuple[str, str]:
    return pattern.replace("*", left), pattern.replace("*", right)


def _biovision(prefix: str, lower: str, upper: str, chest: str, neck: str) -> SkeletonFamily:
    """MotionBuilder-like names, as in CMU's BVH conversions by B. Hahne."""

    def both(name: str) -> tuple[str, str]:
        return _sided(f"{prefix}*{name}")

    return SkeletonFamily(
        f"motionbuilder_{chest.lower()}",
        f"{prefix}Hips",
        lower,
        upper,
        chest,
        neck,
        both("Shoulder"),
        both("Arm"),
        both("ForeArm"),
        both("Hand"),
        both("UpLeg"),
        both("Leg"),
        both("Foot"),
        both("ToeBase"),
    )


def _letters(name: str) -> tuple[str, str]:
    return _sided(f"*{name}", "l", "r")


def _capital(pattern: str) -> tuple[str, str]:
    return _sided(pattern, "L", "R")


def _dotted(name: str) -> tuple[str, str]:
    return _sided(f"{name}.*", "L", "R")


def _small(name: str) -> tuple[str, str]:
    return _sided(f"{name}.*", "l", "r")


FAMILIES = (
    _biovision("", "LowerBack", "Spine", "Spine1", "Neck"),
    _biovision("", "Spine", "Spine1", "Spine3", "Neck"),
    _biovision("", "ToSpine", "Spine", "Spine1", "Neck"),
    _biovision("", "Spine", "Spine1", "Spine2", "Neck"),
    _biovision("Neo_", "Neo_Spine", "Neo_Spine1", "Neo_Spine2", "Neo_Neck"),
    _biovision("", "Spine", "", "Spine1", "Neck1"),
    _biovision("", "Spine", "", "Spine1", "Neck"),
    SkeletonFamily(
        "soma",
        "Hips",
        "Spine1",
        "Spine2",
        "Chest",
        "Neck1",
        _sided("*Shoulder"),
        _sided("*Arm"),
        _sided("*ForeArm"),
        _sided("*Hand"),
        _sided("*Leg"),
        _sided("*Shin"),
        _sided("*Foot"),
        _sided("*ToeBase"),
    ),
    _biovision("mixamorig:", "mixamorig:Spine", "mixamorig:Spine1", "mixamorig:Spine2", "mixamorig:Neck"),
    SkeletonFamily(
        "mmm_character",
        "pelvis",
        "spine1",
        "spine2",
        "spine3",
        "neck",
        _dotted("clavicle"),
        _dotted("upper_arm"),
        _dotted("forearm"),
        _dotted("hand"),
        _dotted("thigh"),
        _dotted("shin"),
        _dotted("foot"),
        _dotted("toe"),
    ),
    SkeletonFamily(
        "smpl",
        "Pelvis",
        "Spine1",
        "Spine2",
        "Spine3",
        "Neck",
        _capital("*_Collar"),
        _capital("*_Shoulder"),
        _capital("*_Elbow"),
        _capital("*_Wrist"),
        _capital("*_Hip"),
        _capital("*_Knee"),
        _capital("*_Ankle"),
        _capital("*_Foot"),
    ),
    SkeletonFamily(
        "daz",
        "hip",
        "abdomen",
        "",
        "chest",
        "neck",
        _letters("Collar"),
        _letters("Shldr"),
        _letters("ForeArm"),
        _letters("Hand"),
        _letters("Thigh"),
        _letters("Shin"),
        _letters("Foot"),
        _letters("Foot_end"),
    ),
    SkeletonFamily(
        "acclaim",
        "root",
        "lowerback",
        "upperback",
        "thorax",
        "lowerneck",
        _letters("clavicle"),
        _letters("humerus"),
        _letters("radius"),
        _letters("wrist"),
        _letters("femur"),
        _letters("tibia"),
        _letters("foot"),
        _letters("toes"),
    ),
    SkeletonFamily(
        "acclaim_short",
        "pelvis",
        "",
        "",
        "thorax",
        "head",
        _letters("clavicle"),
        _letters("humerus"),
        _letters("radius"),
        _letters("hand"),
        _letters("femur"),
        _letters("tibia"),
        _letters("foot"),
        _letters("toes"),
    ),
    SkeletonFamily(
        "cgspeed",
        "Hips",
        "lowerback",
        "Chest",
        "Chest2",
        "lowerneck",
        _sided("*Collar"),
        _sided("*Shoulder"),
        _sided("*Elbow"),
        _sided("*Wrist"),
        _sided("*Hip"),
        _sided("*Knee"),
        _sided("*Ankle"),
        _sided("*Toe"),
    ),
    SkeletonFamily(
        "style100",
        "Hips",
        "Chest",
        "Chest3",
        "Chest4",
        "Neck",
        _sided("*Collar"),
        _sided("*Shoulder"),
        _sided("*Elbow"),
        _sided("*Wrist"),
        _sided("*Hip"),
        _sided("*Knee"),
        _sided("*Ankle"),
        _sided("*Toe"),
    ),
    SkeletonFamily(
        "rokoko",
        "Hips",
        "Spine2",
        "Spine3",
        "Spine4",
        "Neck",
        _sided("*Shoulder"),
        _sided("*Arm"),
        _sided("*ForeArm"),
        _sided("*Hand"),
        _sided("*Thigh"),
        _sided("*Shin"),
        _sided("*Foot"),
        _sided("*Toe"),
    ),
    SkeletonFamily(
        "reactidle",
        "pelvis",
        "spine",
        "",
        "spine.001",
        "neck",
        _dotted("shoulder"),
        _dotted("upper_arm"),
        _dotted("forearm"),
        _sided("forearm.*_end", "L", "R"),
        _dotted("thigh"),
        _dotted("shin"),
        _dotted("foot"),
        _sided("foot.*_end", "L", "R"),
    ),
    SkeletonFamily(
        "bandai_namco",
        "Hips",
        "Spine",
        "",
        "Chest",
        "Neck",
        _sided("Shoulder_*", "L", "R"),
        _sided("UpperArm_*", "L", "R"),
        _sided("LowerArm_*", "L", "R"),
        _sided("Hand_*", "L", "R"),
        _sided("UpperLeg_*", "L", "R"),
        _sided("LowerLeg_*", "L", "R"),
        _sided("Foot_*", "L", "R"),
        _sided("Toes_*", "L", "R"),
    ),
    SkeletonFamily(
        "unreal",
        "pelvis",
        "spine_01",
        "spine_02",
        "spine_03",
        "neck_01",
        _sided("clavicle_*", "l", "r"),
        _sided("upperarm_*", "l", "r"),
        _sided("lowerarm_*", "l", "r"),
        _sided("hand_*", "l", "r"),
        _sided("thigh_*", "l", "r"),
        _sided("calf_*", "l", "r"),
        _sided("foot_*", "l", "r"),
        _sided("ball_*", "l", "r"),
    ),
    SkeletonFamily(
        "rigify_deform",
        "DEF-hips",
        "DEF-spine.001",
        "DEF-spine.002",
        "DEF-spine.003",
        "DEF-neck",
        _dotted("DEF-shoulder"),
        _dotted("DEF-upper_arm"),
        _dotted("DEF-forearm"),
        _dotted("DEF-hand"),
        _dotted("DEF-thigh"),
        _dotted("DEF-shin"),
        _dotted("DEF-foot"),
        _dotted("DEF-toe"),
    ),
    SkeletonFamily(
        "kaykit",
        "hips",
        "spine",
        "",
        "chest",
        "head",
        ("chest", "chest"),
        _small("upperarm"),
        _small("lowerarm"),
        _small("wrist"),
        _small("upperleg"),
        _small("lowerleg"),
        _small("foot"),
        _small("toes"),
    ),
    # Quaternius' characters: feet are IK targets that hang on the root, so the end of the shin is the ankle.
    *(
        SkeletonFamily(
            f"quaternius_{wrist.lower()}",
            "Body",
            "Hips",
            "Abdomen",
            "Torso",
            "Neck",
            _dotted("Shoulder"),
            _dotted("UpperArm"),
            _dotted("LowerArm"),
            _dotted(wrist),
            _dotted("UpperLeg"),
            _dotted("LowerLeg"),
            ankle,
            _sided("Foot.*_end", "L", "R"),
            _dotted("Foot"),
        )
        for ankle in (_sided("LowerLeg.*_end", "L", "R"), _dotted("Foot"))
        for wrist in ("Fist", "Palm", "Palm1", "Index1")
    ),
)


def named_families(joint_names: Iterable[str]) -> list[SkeletonFamily]:
    """The families whose every joint is among the names."""
    present = set(joint_names)
    return [family for family in FAMILIES if family.required() <= present]


_IN_FRONT = re.compile(r".*[^A-Za-z]", re.DOTALL)


def _bare_names(joint_names: Sequence[str]) -> dict[str, str]:
    """Joint names by what is left of them without namespaces ("rig:Hips") and a beginning that all share
    ("mixamorig1_Hips"); empty where two would be the same, as with two bodies in one file.
    """
    spaceless = [re.split(r"[:|]", name)[-1] for name in joint_names]
    shared = _IN_FRONT.match(commonprefix(spaceless))
    bare = {name[len(shared[0]) if shared else 0 :]: full for name, full in zip(spaceless, joint_names, strict=True)}
    return bare if len(bare) == len(joint_names) else {}


def find_family(clip: SkeletonClip) -> SkeletonFamily:
    """The family whose every joint is present and whose limbs have length; for other names what the finder says.

    Names may carry namespaces and a beginning of their own.

    Raises MotionError if there is neither.
    """
    named = named_families(clip.joint_names)
    if not named:
        bare = _bare_names(clip.joint_names)
        named = [family.renamed(bare) for family in named_families(bare)]
    for family in named:
        if _has_limbs(clip, family):
            return family
    if named:
        raise MotionError("the skeleton's arms or legs have no length")
    key = (clip.joint_names, clip.parents, clip.rest_positions.tobytes())
    if key not in _FOUND:
        try:
            _FOUND[key] = _make_family(clip, find_joints(clip))
        except InputError as error:
            shown = ", ".join(clip.joint_names[:6])
            _FOUND[key] = MotionError(
                f"nobody can tell which joint is what ({shown} ...): {error}; open the file in Blender, map the bones "
                "there and use Export Training Data"
            )
    found = _FOUND[key]
    if isinstance(found, MotionError):
        raise found
    return found


# What the finder said of skeletons of unknown names: a folder of clips mostly has one.
_FOUND: dict[tuple[object, ...], SkeletonFamily | MotionError] = {}


def _make_family(clip: SkeletonClip, joints: Mapping[str, str]) -> SkeletonFamily:
    """A family of one skeleton from the joints that were found."""
    trunk = [joints[slot] for slot in sorted(joints) if slot.startswith("spine")]
    chest = trunk[-1] if trunk else joints["pelvis"]

    def both(part: str, other: Callable[[str], str] | None = None) -> tuple[str, str]:
        left, right = (
            joints[f"{side}_{part}"] if other is None else joints.get(f"{side}_{part}", other(side))
            for side in ("left", "right")
        )
        return left, right

    def toe(side: str) -> str:
        ankle = clip.index(joints[f"{side}_ankle"])
        return next(
            (name for name, parent in zip(clip.joint_names, clip.parents, strict=True) if parent == ankle),
            joints[f"{side}_ankle"],
        )

    return SkeletonFamily(
        "found",
        joints["pelvis"],
        trunk[0] if len(trunk) > 1 else "",
        trunk[1] if len(trunk) > 2 else "",
        chest,
        joints["neck"],
        both("collar", lambda _: chest),
        both("shoulder"),
        both("elbow"),
        both("wrist"),
        both("hip"),
        both("knee"),
        both("ankle"),
        both("foot", toe),
    )


def _has_limbs(clip: SkeletonClip, family: SkeletonFamily) -> bool:
    """Whether thighs, shins, arms and forearms are all longer than a fiftieth of the body's leg and trunk."""
    places = clip.rest_positions
    limbs = (
        (family.hip, family.knee),
        (family.knee, family.ankle),
        (family.shoulder, family.elbow),
        (family.elbow, family.wrist),
    )
    lengths = [
        float(np.linalg.norm(places[clip.index(end[side])] - places[clip.index(start[side])]))
        for start, end in limbs
        for side in (0, 1)
    ]
    return min(lengths) > 0.02 * sum(lengths) / 2
