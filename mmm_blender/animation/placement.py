"""From a motion to a character that plays it: retarget, resample, key, set the scene's range."""

from __future__ import annotations

import bpy

from ..motion_file import Motion
from ..rig.mapping import RigMapping
from ..rig.retarget import retarget
from ..rig.skeleton import read_rest
from .actions import write_action

NAME_LENGTH = 60  # action names are cut by Blender at 63 bytes on the older versions


def apply_motion(
    armature: bpy.types.Object, mapping: RigMapping, motion: Motion, scene: bpy.types.Scene
) -> bpy.types.Action:
    """Key ``motion`` onto ``armature`` at the scene's frame rate, starting at the scene's start frame.

    The armature then plays the new action; the scene's frame range becomes the motion's. Raises
    ValueError when the mapping does not fit the armature.
    """
    fps = scene.render.fps / scene.render.fps_base
    pose = retarget(motion.joints, motion.fps, read_rest(armature, mapping)).resampled(fps)
    name = motion.prompt.strip()[:NAME_LENGTH] or "MMM Motion"
    first = scene.frame_start
    action = write_action(armature, pose, name, first, request=motion.request())
    scene.frame_end = first + len(pose.rotations) - 1
    return action
