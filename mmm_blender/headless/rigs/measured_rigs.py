"""Rigs to measure on: built from published bone names, made by Rigify, or read from files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import bpy
import numpy as np
from mathutils import Euler, Matrix

from ... import character, compat, coordinates
from ...coordinates import FloatArray
from ...rig import skeleton, slots
from ...rig.finding import presets
from ...rig.mapping import RigMapping
from ...scene import current_scene, current_view_layer, pose_bones

RestPose = Literal["T", "A"]
Placed = Literal["plain", "rotated", "scaled", "parented"]
A_POSE = np.radians(50)
HAND, KNUCKLES, PHALANX, TOE, HEAD = 0.16, 0.085, 0.026, 0.07, 0.18  # metres


@dataclass(frozen=True)
class Conditions:
    """What is done to a rig and its scene before a motion is applied to it."""

    rest: RestPose | None = None  # None: as the rig was modelled
    rolls: int | None = None  # seed of random bone rolls
    placed: Placed = "plain"
    mode: str = "QUATERNION"
    fps: int = 24

    def label(self) -> str:
        """All conditions in a few words."""
        rolls = "rolled" if self.rolls is not None else "own rolls"
        rest = f"{self.rest}-pose" if self.rest is not None else "own rest pose"
        return f"{rest}, {rolls}, {self.placed}, {self.mode}, {self.fps} fps"


def build_named_rig(preset_name: str, rest: RestPose = "T") -> tuple[bpy.types.Object, dict[str, str]]:
    """An armature with the bone names of a preset on the canonical body; and the bones, slot by slot."""
    preset = next(preset for preset in presets.load_presets() if preset["name"] == preset_name)
    bones = {slot: names[0] for slot, names in presets.slot_names(preset).items()}
    heads = joint_places(list(bones), rest)
    ends = bone_ends(heads)
    return build_armature(preset_name, {bones[slot]: ends[slot] for slot in bones}, parents_of(bones)), bones


def joint_places(wanted: list[str], rest: RestPose) -> dict[str, FloatArray]:
    """Slot -> (3,) head of its bone, motion space, metres, on a body like the canonical one."""
    joints = character.standing_joints()
    places = {slot: point for slot, point in joints.items() if slot in wanted}
    places["root"] = np.zeros(3)
    line = [joints[name] for name in ("spine1", "spine2", "spine3")]
    spine = slots.spine_of(wanted)
    for place, slot in enumerate(spine):
        places[slot] = _on_line(line, place / max(len(spine) - 1, 1)) if len(spine) > 1 else line[-1]
    neck = slots.neck_of(wanted)
    for place, slot in enumerate(neck):
        places[slot] = joints["neck"] + (joints["head"] - joints["neck"]) * place / len(neck)
    for side in slots.SIDES:
        sign = 1.0 if side == "left" else -1.0
        wrist, thumb_side = joints[f"{side}_wrist"], np.array([0.0, 0.0, 1.0])
        along = np.array([sign, 0.0, 0.0])
        for number, finger in enumerate(slots.FINGERS):
            start = wrist + along * KNUCKLES + thumb_side * (0.03 - 0.02 * (number - 1))
            step = along * PHALANX
            if finger == "thumb":
                start, step = wrist + along * 0.03 + thumb_side * 0.03, (along + thumb_side) / np.sqrt(2) * PHALANX
            for phalanx, slot in enumerate(slots.finger_slots(side, finger)):
                places[slot] = start + phalanx * step
        ends = {"shoulder": "elbow", "elbow": "wrist", "hip": "knee", "knee": "ankle"}
        for joint, end in ends.items():
            a, b = joints[f"{side}_{joint}"], joints[f"{side}_{end}"]
            for place, slot in enumerate(slots.twist_slots(f"{side}_{joint}"), 1):
                places[slot] = a + (b - a) * place / 3.5
        if rest == "A":
            _lower_arm(places, side, sign)
    return {slot: places[slot] for slot in wanted}


def bone_ends(heads: dict[str, FloatArray]) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Slot -> (head, tail): every bone ends where the next of its chain begins."""
    chains = [("pelvis", *slots.spine_of(heads), *slots.neck_of(heads), "head")]
    for side in slots.SIDES:
        chains += [tuple(f"{side}_{j}" for j in chain if f"{side}_{j}" in heads) for chain in (slots.LEG, slots.ARM)]
        chains += [slots.finger_slots(side, finger) for finger in slots.FINGERS]
    following = {a: b for chain in chains for a, b in zip(chain, chain[1:], strict=False)}
    ends = {}
    for slot, head in heads.items():
        after = following.get(slot)
        if after in heads:
            tail = heads[after]
        elif slot.endswith("foot"):
            tail = head + [0.0, 0.0, TOE]
        elif slot.endswith("wrist"):
            elbow = heads[slot.replace("wrist", "elbow")]
            tail = head + HAND * (head - elbow) / np.linalg.norm(head - elbow)
        elif slot[-1].isdigit() and f"{slot[:-1]}{int(slot[-1]) - 1}" in heads:
            before = heads[f"{slot[:-1]}{int(slot[-1]) - 1}"]
            tail = head + (head - before)
        else:
            tail = head + [0.0, HEAD if slot == "head" else 0.06, 0.0]
        ends[slot] = (head, np.asarray(tail))
    return ends


def parents_of(bones: dict[str, str]) -> dict[str, str | None]:
    """Bone -> the bone above it, by anatomy."""
    tree = slots.slot_parents()
    found: dict[str, str | None] = {}
    for slot, bone in bones.items():
        above = tree[slot]
        while above is not None and above not in bones:
            above = tree[above]
        found[bone] = bones[above] if above is not None else None
    return found


def build_armature(
    name: str, ends: dict[str, tuple[FloatArray, FloatArray]], parents: dict[str, str | None]
) -> bpy.types.Object:
    """An armature object in the current scene; ``ends``: bone -> head and tail, motion space, metres."""
    data = bpy.data.armatures.new(name)
    armature = bpy.data.objects.new(name, data)
    current_scene().collection.objects.link(armature)
    current_view_layer().objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for bone_name, (head, tail) in ends.items():
        bone = data.edit_bones.new(bone_name)
        bone.head, bone.tail = (coordinates.to_blender(point).tolist() for point in (head, tail))
    for bone_name, above in parents.items():
        if above is not None:
            data.edit_bones[bone_name].parent = data.edit_bones[above]
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


def build_skeleton(path: Path) -> bpy.types.Object:
    """An armature of a JSON file of names, parents (-1: none), heads and tails of bones, Blender space; where the file
    has bones by their slots alone, on the canonical body.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    if "names" not in data:
        bones: dict[str, str] = data["bones"]
        ends = bone_ends(joint_places(list(bones), "T"))
        return build_armature(path.stem, {bones[slot]: ends[slot] for slot in bones}, parents_of(bones))
    places = (np.asarray(data[key], np.float64) for key in ("heads", "tails"))
    placed, parents = {}, {}
    for name, parent, head, tail in zip(data["names"], data["parents"], *places, strict=True):
        # Blender removes a bone without length.
        tail = tail + [0.0, 0.0, 1e-3 * np.array_equal(head, tail)]
        placed[name] = coordinates.to_motion(head), coordinates.to_motion(tail)
        parents[name] = data["names"][parent] if parent >= 0 else None
    return build_armature(path.stem, placed, parents)


def reshape(armature: bpy.types.Object, shape: tuple[float, float, float]) -> None:
    """Give a built rig other proportions: across, up and ahead."""
    current_view_layer().objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for bone in armature.data.edit_bones:  # type: ignore[union-attr]
        for end in ("head", "tail"):
            x, y, z = getattr(bone, end)
            setattr(bone, end, (x * shape[0], y * shape[2], z * shape[1]))
    bpy.ops.object.mode_set(mode="OBJECT")


def build_rigify(kind: Literal["basic", "human"], generate: bool) -> bpy.types.Object:
    """A Rigify metarig, or the rig that Rigify generates from it. Rigify must be enabled."""
    add: Any = getattr(bpy.ops.object, f"armature_{'basic_human' if kind == 'basic' else 'human'}_metarig_add")
    add()
    metarig = bpy.context.object
    if metarig is None:
        raise RuntimeError("Rigify made no metarig")
    return _generate(metarig) if generate else metarig


def build_fitted_rigify() -> bpy.types.Object:
    """The rig that Rigify generates from its basic metarig fitted to the canonical body, as an artist would fit it."""
    metarig = build_rigify("basic", generate=False)
    preset = next(preset for preset in presets.load_presets() if preset["name"] == "Rigify metarig")
    data: Any = metarig.data
    names = {slot: choices[0] for slot, choices in presets.slot_names(preset).items()}
    bones = {slot: name for slot, name in names.items() if name in data.bones}
    ends = bone_ends(joint_places(list(bones), "T"))
    moved = {}
    bpy.ops.object.mode_set(mode="EDIT")
    connected = [bone.name for bone in data.edit_bones if bone.use_connect]
    for bone in data.edit_bones:
        bone.use_connect = False
        moved[bone.name] = bone.head.copy()
    for slot, name in bones.items():
        bone = data.edit_bones[name]
        bone.head, bone.tail = (coordinates.to_blender(point).tolist() for point in ends[slot])
        moved[name] = bone.head - moved[name]
    for bone in data.edit_bones:
        if bone.name not in bones.values():  # heels, breasts, pelvis: as far as what they hang on
            shift = moved[bone.parent.name].copy()
            if bone.name.startswith("heel"):
                shift.z = 0.0
            bone.head, bone.tail = bone.head + shift, bone.tail + shift
    for name in connected:
        data.edit_bones[name].use_connect = True
    bpy.ops.object.mode_set(mode="OBJECT")
    return _generate(metarig)


def _generate(metarig: bpy.types.Object) -> bpy.types.Object:
    """The rig Rigify makes of ``metarig``, which is removed."""
    rigify: Any = bpy.ops.pose
    rigify.rigify_generate()
    rig = bpy.context.object
    if rig is None or rig == metarig:
        raise RuntimeError("Rigify made no rig")
    bpy.data.objects.remove(metarig)
    return rig


def hang_on_root(built: tuple[bpy.types.Object, dict[str, str]]) -> tuple[bpy.types.Object, dict[str, str]]:
    """A built rig whose feet hang on a root bone, beside a body bone, as where inverse kinematics was baked away."""
    armature, bones = built
    data: Any = armature.data
    bpy.ops.object.mode_set(mode="EDIT")
    root = data.edit_bones.new("Bone")
    root.head, root.tail = (0.0, 0.0, 0.0), (0.0, 0.3, 0.0)
    data.edit_bones[bones["pelvis"]].parent = root
    for side in slots.SIDES:
        data.edit_bones[bones[f"{side}_ankle"]].parent = root
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature, {**bones, "root": "Bone"}


def rename_half(built: tuple[bpy.types.Object, dict[str, str]]) -> tuple[bpy.types.Object, dict[str, str]]:
    """A built rig of which a preset, Mixamo's, knows the limbs and no toes, twist bones or upper spine."""
    armature, bones = built
    preset = next(each for each in presets.load_presets() if each["name"] == "Mixamo")
    names = {slot: choices[0] for slot, choices in presets.slot_names(preset).items() if not slot.endswith("foot")}
    data: Any = armature.data
    for slot, bone in bones.items():
        data.bones[bone].name = names.get(slot, f"other {bone}")
    return armature, {slot: names.get(slot, f"other {bone}") for slot, bone in bones.items()}


def rig_files(folder: Path) -> list[Path]:
    """The rigs in ``folder`` and in the folders below."""
    return sorted(path for kind in ("glb", "gltf", "fbx", "blend") for path in folder.rglob(f"*.{kind}"))


def read_right_bones(path: Path) -> dict[str, str]:
    """The right bone of each slot of a rig file, where a file NAME.truth.json beside it says so."""
    told = path.with_suffix(".truth.json")
    return dict(json.loads(told.read_text(encoding="utf-8"))) if told.exists() else {}


def load_rig(path: Path) -> bpy.types.Object | None:
    """The first armature of a GLB, glTF, FBX or .blend file, without its animation and pose; None when it has none."""
    if path.suffix == ".fbx":
        compat.import_fbx(str(path))
    elif path.suffix == ".blend":
        bpy.ops.wm.open_mainfile(filepath=str(path))
    else:
        compat.import_gltf(str(path))
    found = next((item for item in bpy.data.objects if item.type == "ARMATURE"), None)
    if found is not None and found.animation_data is not None:
        found.animation_data_clear()
    for bone in pose_bones(found) if found is not None else ():
        bone.matrix_basis.identity()
    return found


def set_conditions(armature: bpy.types.Object, conditions: Conditions) -> None:
    """Roll the bones, place the object, set rotation modes and frame rate as ``conditions`` say."""
    scene = current_scene()
    scene.render.fps, scene.render.fps_base = conditions.fps, 1.0
    if conditions.rolls is not None:
        random = np.random.default_rng(conditions.rolls)
        hinged = {bone.name for bone in pose_bones(armature) if bone.lock_ik_x or bone.lock_ik_y or bone.lock_ik_z}
        current_view_layer().objects.active = armature
        bpy.ops.object.mode_set(mode="EDIT")
        for bone in armature.data.edit_bones:  # type: ignore[union-attr]
            roll = float(random.uniform(-np.pi, np.pi))
            bone.roll += roll if bone.name not in hinged else 0.0  # its axes say which way a knee bends
        bpy.ops.object.mode_set(mode="OBJECT")
    for bone in pose_bones(armature):
        bone.rotation_mode = conditions.mode
    turn = Euler((0.4, -0.3, 1.9)).to_matrix().to_4x4()
    if conditions.placed == "rotated":
        armature.matrix_world = Matrix.Translation((1.0, 2.0, 0.3)) @ turn @ armature.matrix_world
    elif conditions.placed == "scaled":
        armature.matrix_world = armature.matrix_world @ Matrix.Scale(0.01, 4)
    elif conditions.placed == "parented":
        parent = bpy.data.objects.new("Parent", None)
        scene.collection.objects.link(parent)
        parent.matrix_world = Matrix.Translation((0.5, -1.0, 0.2)) @ turn
        armature.parent = parent
    current_view_layer().update()


def fingerprint(armature: bpy.types.Object) -> tuple[object, ...]:
    """All of a rig that a motion must leave alone: rest pose, constraints, drivers, properties, locks.

    Influences that drivers set are not in it: they follow what is keyed.
    """
    bones = pose_bones(armature)
    animation = armature.animation_data
    driven = {curve.data_path for curve in animation.drivers} if animation is not None else set()
    return (
        tuple((bone.bone.name, tuple(bone.bone.matrix_local[0]), tuple(bone.bone.tail_local)) for bone in bones),
        tuple(
            (
                bone.name,
                constraint.type,
                None if constraint.path_from_id("influence") in driven else constraint.influence,
            )
            for bone in bones
            for constraint in bone.constraints
        ),
        len(animation.drivers) if animation is not None else 0,
        tuple((bone.name, tuple(sorted(bone.keys()))) for bone in bones),
        tuple((bone.name, tuple(bone.lock_location), tuple(bone.lock_rotation)) for bone in bones),
        tuple(np.array(armature.matrix_basis).ravel().tolist()),
    )


def _on_line(points: list[FloatArray], share: float) -> FloatArray:
    """Point (3,) at ``share`` of a line's length."""
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=-1)
    at = share * lengths.sum()
    for start, end, length in zip(points, points[1:], lengths, strict=False):
        if at <= length + 1e-9:
            return np.asarray(start + (end - start) * (at / length))
        at -= length
    return points[-1]


def _lower_arm(places: dict[str, FloatArray], side: str, sign: float) -> None:
    """Turn everything from the shoulder on downwards."""
    shoulder = places.get(f"{side}_shoulder")
    if shoulder is None:
        return
    c, s = np.cos(A_POSE), np.sin(A_POSE) * -sign
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    outer = [f"{side}_{joint}" for joint in ("elbow", "wrist")]
    outer += [slot for finger in slots.FINGERS for slot in slots.finger_slots(side, finger)]
    outer += [slot for joint in ("shoulder", "elbow") for slot in slots.twist_slots(f"{side}_{joint}")]
    for slot in outer:
        if slot in places:
            places[slot] = shoulder + turn @ (places[slot] - shoulder)


def fit_preset(armature: bpy.types.Object, name: str) -> RigMapping:
    """The mapping of a preset by its name. Raises ValueError where it does not fit."""
    mapping = presets.match_preset(skeleton.read_skeleton(armature), name)
    if mapping is None:
        raise ValueError(f"the preset '{name}' does not fit '{armature.name}'")
    return mapping
