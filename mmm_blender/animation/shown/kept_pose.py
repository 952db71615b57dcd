"""The pose that an armature has now, to be brought back after something was tried or went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import bpy
import numpy as np

from ...scene import current_view_layer, pose_bones

TRANSFORMS = (
    ("location", 3, 0.0),
    ("rotation_euler", 3, 0.0),
    ("rotation_quaternion", 4, (1.0, 0.0, 0.0, 0.0)),
    ("rotation_axis_angle", 4, (0.0, 0.0, 1.0, 0.0)),
    ("scale", 3, 1.0),
)


@contextmanager
def keeping_pose(armature: bpy.types.Object) -> Iterator[None]:
    """When what is done inside raises, the armature is in the pose that it had, whatever was evaluated since."""
    restore = take_pose(armature)
    try:
        yield
    except BaseException:
        restore()
        current_view_layer().update()
        raise


def take_pose(armature: bpy.types.Object) -> Callable[[], None]:
    """What brings back the pose that an armature object has now, and its own transform and its bones' settings."""
    bones = pose_bones(armature)
    pose = {name: np.empty(len(bones) * size, np.float32) for name, size, _ in TRANSFORMS}
    for name, values in pose.items():
        bones.foreach_get(name, values)
    own = {name: tuple(getattr(armature, name)) for name, _, _ in TRANSFORMS}
    settings = [
        (bone.name, key, bone[key])
        for bone in bones
        for key in bone.keys()  # noqa: SIM118
        if isinstance(bone[key], (int, float))
    ]

    def restore() -> None:
        bones = pose_bones(armature)
        for name, values in pose.items():
            bones.foreach_set(name, values)
        for name, given in own.items():
            setattr(armature, name, given)
        for bone, key, value in settings:
            bones[bone][key] = value
        armature.update_tag(refresh={"OBJECT", "DATA"})

    return restore
