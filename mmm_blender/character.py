"""The MMM Character: a mannequin made by code, so that a motion can be seen without any rig.

Its bones sit on the canonical T-pose; 1.75 m tall, Z up, facing -Y, standing on the floor. Its left
forearm and shin are teal and its right ones coral, so that left and right read at a glance; bare palms and a visor tell
how hands are held and where it looks.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import bpy
import numpy as np

from . import coordinates
from .body_mesh import BodyMesh, Part, build_body, read_body
from .coordinates import FloatArray
from .materials import simple_material
from .palette import CHARACTER
from .rig import canonical
from .rig.mapping import MMM_CHARACTER
from .scene import current_view_layer

NAME = "MMM Character"
BODY_FILE = Path(__file__).with_name("body.npz")
TOE_HEIGHT = 0.026  # toe joint above the sole, metres
HAND_LENGTH, TOE_LENGTH, HEAD_LENGTH = 0.17, 0.07, 0.17  # metres
VISOR, VISOR_CENTRE = (0.072, 0.039, 0.081), (0.0, 0.092, 0.0205)  # metres, half its size, and from the head joint
# fingers from the first to the last: metres to the thumb's side, along the hand to the knuckle, long; radians of spread
FINGERS = (
    (0.029, 0.092, 0.07, 0.1),
    (0.0095, 0.097, 0.079, 0.02),
    (-0.0105, 0.093, 0.072, -0.06),
    (-0.029, 0.084, 0.056, -0.16),
)
PALM = 0.35  # how much a quad of the hand looks down at rest, cosine, to be painted as palm


def add_character(collection: bpy.types.Collection, name: str = NAME) -> bpy.types.Object:
    """Add the armature with its skinned mesh to ``collection``; returns the armature object."""
    joints = standing_joints()
    armature = _add_armature(joints, collection, name)
    _add_skin(body_mesh(), joints, armature, collection)
    return armature


@cache
def body_mesh() -> BodyMesh:
    """The character's skin, motion space, from the file: building it takes seconds."""
    return read_body(BODY_FILE)


def build_body_mesh() -> BodyMesh:
    """The same, from scratch; ``python -m mmm_blender.headless build-body`` keeps it in the file."""
    joints = standing_joints()
    return build_body(body_parts(joints), [*face_parts(joints["head"]), *hand_parts(joints["left_wrist"])], floor=0.0)


def standing_joints() -> dict[str, FloatArray]:
    """Canonical joint -> (3,) in motion space, soles on y = 0."""
    joints = canonical.rest_joints()
    joints[:, 1] += TOE_HEIGHT - joints[canonical.INDEX["left_foot"], 1]
    return dict(zip(canonical.JOINTS, joints, strict=True))


def bone_ends(joints: dict[str, FloatArray]) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Canonical joint -> (head, tail) of its bone, motion space."""
    next_joint = {"pelvis": "spine1", "spine1": "spine2", "spine2": "spine3", "spine3": "neck", "neck": "head"}
    for side in ("left", "right"):
        for chain in (("collar", "shoulder", "elbow", "wrist"), ("hip", "knee", "ankle", "foot")):
            for joint, following in zip(chain, chain[1:], strict=False):
                next_joint[f"{side}_{joint}"] = f"{side}_{following}"
    ends = {joint: (joints[joint], joints[after]) for joint, after in next_joint.items()}
    ends["head"] = (joints["head"], joints["head"] + [0.0, HEAD_LENGTH, 0.0])
    for side in ("left", "right"):
        wrist, foot = joints[f"{side}_wrist"], joints[f"{side}_foot"]
        sign = np.sign(wrist[0])
        ends[f"{side}_wrist"] = (wrist, wrist + [sign * HAND_LENGTH, 0.0, 0.0])
        heading = foot - joints[f"{side}_ankle"]
        heading = np.array([heading[0], 0.0, heading[2]]) / np.hypot(heading[0], heading[2])
        ends[f"{side}_foot"] = (foot, foot + TOE_LENGTH * heading)
    return ends


def body_parts(joints: dict[str, FloatArray]) -> list[Part]:
    """The shapes whose union is the skin, motion space."""
    j = joints

    def ball(bone: str, centre: FloatArray, radii: tuple[float, float, float]) -> Part:
        largest = max(radii)
        x, y, z = (radius / largest for radius in radii)
        return Part(bone, centre, centre, largest, largest, (x, y, z))

    parts = [
        ball("pelvis", j["pelvis"] + [0.0, -0.03, 0.002], (0.145, 0.12, 0.104)),
        Part("spine1", j["spine1"] + [0, -0.03, 0.018], j["spine2"] + [0, 0.0, 0.012], 0.112, 0.106, (1.12, 1, 0.86)),
        ball("spine2", j["spine2"] + [0.0, 0.05, 0.012], (0.13, 0.13, 0.1)),
        ball("spine3", j["spine3"] + [0.0, 0.07, -0.004], (0.158, 0.16, 0.108)),
        Part("spine3", j["left_collar"] + [0.02, 0.0, 0.0], j["right_collar"] - [0.02, 0.0, 0.0], 0.07, 0.07),
        ball("neck", j["neck"] + [0.0, -0.055, -0.004], (0.115, 0.05, 0.055)),
        Part("neck", j["neck"] + [0, -0.04, 0.004], j["head"] + [0, 0.01, -0.012], 0.056, 0.05),
        ball("head", j["head"] + [0.0, 0.075, 0.0], (0.078, 0.098, 0.096)),
        Part("head", j["head"] + [0, 0.012, 0.046], j["head"] + [0, 0.05, 0.04], 0.041, 0.05),
    ]
    for side in ("left", "right"):
        parts += _arm_parts(j, side) + _leg_parts(j, side)
    return parts


def face_parts(head: FloatArray) -> list[Part]:
    """Visor and nose, which show where the face looks."""
    width, height, depth = VISOR
    centre = head + VISOR_CENTRE
    return [
        Part("head", centre, centre, depth, depth, (width / depth, height / depth, 1.0)),
        Part("head", head + [0.0, 0.064, 0.082], head + [0.0, 0.047, 0.097], 0.009, 0.0135),
    ]


def hand_parts(wrist: FloatArray) -> list[Part]:
    """The left hand, flat and a little open, palm down: on whichever side one sees it, it tells palm from back."""
    bone = MMM_CHARACTER.bones["left_wrist"]

    def part(start: tuple[float, ...], end: tuple[float, ...], radii: tuple[float, float], flat: float = 1.0) -> Part:
        return Part(bone, wrist + start, wrist + end, *radii, (1.0, flat, 1.0))

    parts = [
        part((-0.03, 0.0, 0.0), (0.02, 0.0, 0.0), (0.024, 0.027), 0.8),
        part((0.02, 0.0, 0.0), (0.074, 0.001, -0.002), (0.03, 0.04), 0.38),
        part((0.018, -0.008, 0.018), (0.05, -0.014, 0.03), (0.017, 0.015), 0.8),  # ball of the thumb
        part((0.026, -0.008, 0.026), (0.066, -0.016, 0.056), (0.0135, 0.012)),
        part((0.066, -0.016, 0.056), (0.094, -0.021, 0.067), (0.012, 0.0095)),
    ]
    for across, reach, length, spread in FINGERS:
        knuckle = np.array([reach, 0.001, across])
        middle = knuckle + 0.5 * length * np.array([np.cos(spread) * 0.995, -0.1, np.sin(spread)])
        tip = middle + 0.5 * length * np.array([np.cos(spread) * 0.95, -0.3, np.sin(spread)])
        thick = 0.0098 if length > 0.06 else 0.0086
        parts += [
            part(tuple(knuckle), tuple(middle), (thick, 0.92 * thick)),
            part(tuple(middle), tuple(tip), (0.92 * thick, 0.8 * thick)),
        ]
    return parts


def _arm_parts(j: dict[str, FloatArray], side: str) -> list[Part]:
    bone = {joint: MMM_CHARACTER.bones[f"{side}_{joint}"] for joint in ("collar", "shoulder", "elbow")}
    collar, shoulder, elbow, wrist = (j[f"{side}_{joint}"] for joint in (*bone, "wrist"))
    along = np.array([np.sign(wrist[0]), 0.0, 0.0])
    forearm = wrist - elbow
    return [
        Part(bone["collar"], collar, shoulder - 0.02 * along, 0.066, 0.06),
        Part(bone["shoulder"], shoulder, shoulder + 0.07 * along, 0.061, 0.05),
        Part(bone["shoulder"], shoulder, elbow, 0.05, 0.038),
        Part(bone["elbow"], elbow, elbow + 0.35 * forearm, 0.038, 0.041),
        Part(bone["elbow"], elbow + 0.35 * forearm, wrist, 0.041, 0.027),
    ]


def _leg_parts(j: dict[str, FloatArray], side: str) -> list[Part]:
    bone = {joint: MMM_CHARACTER.bones[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle", "foot")}
    hip, knee, ankle, foot = (j[f"{side}_{joint}"] for joint in bone)
    thigh, shin = knee - hip, ankle - knee
    ahead = foot - ankle
    ahead = np.array([ahead[0], 0.0, ahead[2]]) / np.hypot(ahead[0], ahead[2])
    sole = np.array([1.0, 0.0, 1.0])
    return [
        Part("pelvis", hip + [-0.004 * np.sign(hip[0]), 0.01, -0.022], hip + [0.0, -0.025, -0.026], 0.078, 0.074),
        Part(bone["hip"], hip, hip + 0.45 * thigh, 0.084, 0.074),
        Part(bone["hip"], hip + 0.45 * thigh, knee, 0.074, 0.05),
        Part(bone["knee"], knee, knee + 0.3 * shin + [0, 0, -0.01], 0.048, 0.054),
        Part(bone["knee"], knee + 0.3 * shin + [0, 0, -0.01], ankle, 0.054, 0.033),
        Part(bone["ankle"], ankle, foot + [0, 0.008, 0], 0.038, 0.036),
        Part(bone["ankle"], ankle * sole + [0, 0.034, 0] - 0.045 * ahead, ankle * sole + [0, 0.03, 0], 0.036, 0.038),
        Part(bone["ankle"], ankle * sole + [0, 0.024, 0], foot * sole + [0, 0.024, 0], 0.036, 0.042),
        Part(bone["foot"], foot * sole + [0, 0.022, 0], foot * sole + [0, 0.018, 0] + 0.055 * ahead, 0.041, 0.032),
    ]


def _add_armature(joints: dict[str, FloatArray], collection: bpy.types.Collection, name: str) -> bpy.types.Object:
    data = bpy.data.armatures.new(name)
    data.display_type = "STICK"
    armature = bpy.data.objects.new(name, data)
    collection.objects.link(armature)
    view_layer = current_view_layer()
    view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for joint, (head, tail) in bone_ends(joints).items():
        bone = data.edit_bones.new(MMM_CHARACTER.bones[joint])
        bone.head, bone.tail = (coordinates.to_blender(point).tolist() for point in (head, tail))
        # one rule for every roll: the bone's Z axis points ahead, or up where the bone itself does
        lies_ahead = abs(bone.vector.normalized().y) > 0.8
        bone.align_roll((0.0, 0.0, 1.0) if lies_ahead else (0.0, -1.0, 0.0))
    for index, joint in enumerate(canonical.JOINTS):
        if canonical.PARENTS[index] >= 0:
            bone = data.edit_bones[MMM_CHARACTER.bones[joint]]
            bone.parent = data.edit_bones[MMM_CHARACTER.bones[canonical.JOINTS[canonical.PARENTS[index]]]]
            bone.use_connect = (bone.head - bone.parent.tail).length < 1e-5
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


def _add_skin(
    body: BodyMesh, joints: dict[str, FloatArray], armature: bpy.types.Object, collection: bpy.types.Collection
) -> bpy.types.Object:
    mesh = bpy.data.meshes.new(f"{armature.name} Body")
    mesh.from_pydata(coordinates.to_blender(body.vertices).tolist(), [], body.quads.tolist())
    mesh.shade_smooth()
    for label, color in CHARACTER.items():
        mesh.materials.append(simple_material(label, color, roughness=0.6))
    mesh.polygons.foreach_set("material_index", paint(body, joints))
    mesh.update()
    skin = bpy.data.objects.new(mesh.name, mesh)
    collection.objects.link(skin)
    skin.parent = armature
    modifier = skin.modifiers.new("Armature", "ARMATURE")
    modifier.object = armature  # type: ignore[attr-defined]
    for column, bone in enumerate(body.bones):
        group = skin.vertex_groups.new(name=bone)
        weights = body.weights[:, column]
        for vertex in np.flatnonzero(weights):
            group.add([int(vertex)], float(weights[vertex]), "REPLACE")
    return skin


def paint(body: BodyMesh, joints: dict[str, FloatArray]) -> np.ndarray:
    """Material index (F,) of every quad, into ``CHARACTER``: sleeves with bare palms, socks and a visor."""
    corners = body.vertices[body.quads]
    centres = corners.mean(1)
    normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
    elbow, knee, wrist = joints["left_elbow"], joints["left_knee"], joints["left_wrist"]
    colors = np.zeros(len(centres), np.int32)
    fine = np.arange(len(centres)) >= body.coarse
    palm = fine & (np.abs(centres[:, 0]) > wrist[0] + 0.02) & (normals[:, 1] < -PALM)
    sleeve = (np.abs(centres[:, 0]) > elbow[0] + 0.045) & ~palm | (centres[:, 1] < knee[1] - 0.06)
    colors[sleeve] = np.where(centres[sleeve, 0] > 0, 1, 2)
    inside = np.linalg.norm((centres - joints["head"] - VISOR_CENTRE) / VISOR, axis=-1)
    colors[fine & (inside < 1.05)] = 3
    return colors
