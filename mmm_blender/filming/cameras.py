"""Shots as cameras of the scene, bound to markers of the timeline."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np

from .. import compat
from ..animation.actions import Channel, write_channels
from ..rig import rotations
from ..translation import iface_, n_
from .seen import Part
from .shots import SENSOR, Shot

OWNER = "mmm_shot_of"  # on a camera: the character it films
COLLECTION = "MMM Shots"
LABELS = {
    "WIDE": n_("Wide"),
    "MEDIUM": n_("Medium"),
    "CLOSE": n_("Close"),
    "FOLLOW": n_("Follow"),
    "ORBIT": n_("Orbit"),
    "LOW": n_("Low"),
    "HIGH": n_("High"),
    "TWO": n_("Two-Shot"),
    "SHOULDER": n_("Over the Shoulder"),
}
MOST_NAME = 50  # characters of a marker


def place_cameras(
    scene: bpy.types.Scene, armature: bpy.types.Object, parts: Sequence[Part], shots: Sequence[Shot]
) -> list[bpy.types.Object]:
    """A camera for each part, on a marker where it begins; those made for ``armature`` before are taken away."""
    remove_cameras(scene, armature)
    collection = bpy.data.collections.get(COLLECTION)
    if collection is None or collection.library is not None:
        collection = bpy.data.collections.new(COLLECTION)
    if collection not in scene.collection.children_recursive:
        scene.collection.children.link(collection)
    cameras = []
    for number, (part, shot) in enumerate(zip(parts, shots, strict=True), start=1):
        name = f"{number} {iface_(LABELS[shot.kind])}"
        data = bpy.data.cameras.new(name)
        data.lens, data.sensor_width = shot.lens, SENSOR
        camera = bpy.data.objects.new(name, data)
        camera[OWNER] = armature
        collection.objects.link(camera)
        _set(camera, shot)
        marker = scene.timeline_markers.new(f"{name}: {part.prompt}"[:MOST_NAME], frame=part.first)
        marker.camera = camera
        cameras.append(camera)
    if scene.camera is None:
        scene.camera = cameras[0]
    return cameras


def remove_cameras(scene: bpy.types.Scene, armature: bpy.types.Object) -> None:
    """Take away the cameras that were made for ``armature`` in ``scene``, with their markers."""
    cameras = cameras_of(scene, armature)
    for marker in [marker for marker in scene.timeline_markers if marker.camera in cameras]:
        scene.timeline_markers.remove(marker)
    for camera in cameras:
        data, animation = camera.data, camera.animation_data
        action = animation.action if animation is not None else None
        bpy.data.objects.remove(camera)
        bpy.data.cameras.remove(data)  # type: ignore[arg-type]
        if action is not None and not action.users:
            bpy.data.actions.remove(action)


def cameras_of(scene: bpy.types.Scene, armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The cameras that were made for ``armature``, in the order of their markers."""
    found = {each for each in scene.objects if each.type == "CAMERA" and each.get(OWNER) == armature}
    markers = sorted(scene.timeline_markers, key=lambda marker: marker.frame)
    ordered = [marker.camera for marker in markers if marker.camera in found]
    return [*dict.fromkeys(ordered), *(each for each in found if each not in ordered)]  # type: ignore[list-item]


def _set(camera: bpy.types.Object, shot: Shot) -> None:
    """Put the camera where the shot has it, with keys where it moves."""
    camera.rotation_mode = "QUATERNION"
    turned = rotations.continuous(rotations.to_quaternions(shot.turns)[:, None])[:, 0]
    camera.location, camera.rotation_quaternion = shot.places[0].tolist(), turned[0].tolist()
    if len(shot.frames) < 2:
        return
    action = bpy.data.actions.new(camera.name)
    numbers = (("location", shot.places), ("rotation_quaternion", turned))
    frames = np.asarray(shot.frames, dtype=float)
    channels = [
        Channel(path, column, "Shot", frames, values[:, column])
        for path, values in numbers
        for column in range(values.shape[1])
    ]
    write_channels(compat.new_curves(action, camera), channels, "BEZIER")
    compat.assign_action(camera, action)
