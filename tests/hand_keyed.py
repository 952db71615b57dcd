"""A Rigify rig with four poses, keyed on its IK controls as an animator blocks a motion. Runs inside any Blender."""

from __future__ import annotations

from math import radians

import bpy
from mathutils import Quaternion, Vector

FRAMES = (1, 20, 40, 60)
# control -> for each frame its place, or how far it is from where it rests: metres, armature space
PLACES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "hand_ik.R": ((-0.30, 0.0, 0.95), (-0.36, -0.28, 1.25), (-0.38, -0.22, 1.70), (-0.33, -0.20, 0.98)),
    "hand_ik.L": ((0.30, 0.0, 0.95), (0.30, 0.04, 0.95), (0.30, 0.02, 0.94), (0.30, -0.06, 0.93)),
}
MOVES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "torso": ((0.0, 0.0, -0.02), (0.0, 0.0, -0.04), (0.0, -0.12, -0.06), (0.0, -0.14, -0.03)),
    "foot_ik.L": ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, -0.25, 0.0), (0.0, -0.25, 0.0)),
    "foot_ik.R": ((0.0, 0.0, 0.0),) * 4,
}
# degrees about the armature's Y axis: hands that hang point down
TURNS = {"hand_ik.R": (-40.0, -10.0, 60.0, -40.0), "hand_ik.L": (40.0, 40.0, 40.0, 40.0)}


def build_hand_keyed_rig(name: str = "Hand-keyed Rigify") -> bpy.types.Object:
    """The active object: the rig Rigify generates of its basic human, with the four poses at FRAMES."""
    bpy.ops.preferences.addon_enable(module="rigify")
    bpy.ops.object.armature_basic_human_metarig_add()
    plan = bpy.context.object.data
    bpy.ops.pose.rigify_generate()
    rig = bpy.context.object
    bpy.data.armatures.remove(plan)
    bpy.data.orphans_purge()  # what Rigify leaves behind
    rig.name = name
    for control in (*PLACES, *MOVES):
        bone = rig.pose.bones[control]
        bone.rotation_mode = "QUATERNION"
        into_bone = bone.bone.matrix_local.to_quaternion().inverted()
        for number, frame in enumerate(FRAMES):
            if control in PLACES:
                move = Vector(PLACES[control][number]) - bone.bone.head_local
            else:
                move = Vector(MOVES[control][number])
            turn = Quaternion((0.0, 1.0, 0.0), radians(TURNS.get(control, (0.0,) * 4)[number]))
            bone.location = into_bone @ move if bone.bone.use_local_location else move
            bone.rotation_quaternion = into_bone @ turn @ into_bone.inverted()
            bone.keyframe_insert("location", frame=frame)
            bone.keyframe_insert("rotation_quaternion", frame=frame)
    return rig
