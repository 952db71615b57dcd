"""Files of game engines: written from a skeleton that plays clips, and read back to see what is in them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .... import compat
from ....coordinates import FloatArray
from ....rig import rotations
from ....scene import current_view_layer
from ....translation import rpt_
from ...actions import Channel, bone_path, write_channels
from .clips import GameClip
from .settings import GameSettings
from .skeleton import GameSkeleton

LOOKS = 40  # frames of a clip that are compared, at most
STILL = 1e-6  # metres; a bone that moves less against its parent needs no location


@dataclass(frozen=True)
class Miss:
    """How far what was read back is off, metres: the root's path, and the feet."""

    root: float
    feet: float


def play_clips(armature: bpy.types.Object, skeleton: GameSkeleton, clips: Sequence[GameClip]) -> None:
    """Let ``armature`` (of the skeleton) play the clips, each on an NLA track of its own that begins at frame 0."""
    animation = armature.animation_data_create()
    for clip in clips:
        action = bpy.data.actions.new(clip.name)
        write_channels(compat.new_curves(action, armature), list(_channels(skeleton, clip)))
        track = animation.nla_tracks.new()
        track.name = clip.name
        strip = track.strips.new(clip.name, 0, action)
        compat.assign_strip_slot(strip, action)


def write_file(path: Path, settings: GameSettings) -> None:
    """Write the selected objects. Raises RuntimeError from Blender's exporter, ValueError where it is switched off."""
    exporter: Any = bpy.ops.export_scene
    if settings.format == "GLB":
        if "gltf" not in dir(exporter):
            raise ValueError(rpt_("Switch on the add-on “glTF 2.0 format” in the Preferences first"))
        compat.export_gltf(
            str(path),
            export_format="GLB",
            use_selection=True,
            export_yup=True,
            export_animations=True,
            export_animation_mode="NLA_TRACKS",
            export_frame_range=False,
            export_force_sampling=True,
        )
        return
    if "fbx" not in dir(exporter):
        raise ValueError(rpt_("Switch on the add-on “FBX format” in the Preferences first"))
    exporter.fbx(
        filepath=str(path),
        use_selection=True,
        object_types={"ARMATURE", "MESH"},
        axis_forward="-Z" if settings.axes == "Y_UP" else "-Y",
        axis_up="Y" if settings.axes == "Y_UP" else "Z",
        apply_scale_options=settings.scale,
        add_leaf_bones=False,
        use_armature_deform_only=False,
        bake_anim=True,
        bake_anim_use_all_bones=True,
        bake_anim_use_nla_strips=True,
        bake_anim_use_all_actions=False,
        bake_anim_simplify_factor=0.0,
        path_mode="COPY",
        embed_textures=True,
    )


def read_back(path: Path, skeleton: GameSkeleton, clips: Sequence[GameClip], scene: bpy.types.Scene) -> Miss:
    """Read a written file and compare it with the clips. What is read is gone afterwards.

    Raises ValueError for a file that lacks a clip or a bone.
    """
    with leaving_nothing():
        before = {*bpy.data.objects, *bpy.data.actions}
        if path.suffix.lower() == ".glb":
            compat.import_gltf(str(path))
        else:
            compat.import_fbx(str(path))
        found = [each for each in bpy.data.objects if each not in before and each.type == "ARMATURE"]
        if not found:
            raise ValueError(rpt_("{file} holds no armature").format(file=path.name))
        read = found[0]
        _disconnect(read)
        actions = {each.name: each for each in bpy.data.actions if each not in before}
        animation: Any = read.animation_data_create()
        for track in list(animation.nla_tracks):
            animation.nla_tracks.remove(track)
        misses = [_compare(read, _find(actions, clip.name, path), skeleton, clip, scene) for clip in clips]
    return Miss(max(miss.root for miss in misses), max(miss.feet for miss in misses))


def _disconnect(armature: bpy.types.Object) -> None:
    """Free bones of their parents' tails, to which Blender's importer ties them where both meet: a tied bone has no way
    of its own, and hips would be read without theirs. The file knows of no such ties, and no game engine makes them.
    """
    current_view_layer().objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    data: Any = armature.data
    for bone in data.edit_bones:
        bone.use_connect = False
    bpy.ops.object.mode_set(mode="OBJECT")


@contextlib.contextmanager
def leaving_nothing() -> Iterator[None]:
    """Whatever data-blocks the block makes are removed at its end; selection, active object and mode come back."""
    layer = current_view_layer()
    active, selected = layer.objects.active, [each for each in layer.objects if each.select_get()]
    mode = active.mode if active is not None else "OBJECT"
    known = {each.as_pointer() for each in _blocks()}
    if mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    try:
        yield
    finally:
        _remove_new(known)
        layer.update()  # or it still lists what was removed
        for each in layer.objects:
            each.select_set(each in selected)
        layer.objects.active = active
        if mode != "OBJECT":
            bpy.ops.object.mode_set(mode=mode)


def _remove_new(known: set[int]) -> None:
    """Remove every data-block that is not ``known``, by address.

    One by one, objects first: `BlendData.batch_remove` leaves freed memory behind in Blender 4.2, which crashes
    then or later. What goes with its owner, as shape keys do, is not there any more when its turn comes.
    """
    for kind in sorted(_kinds(), key=lambda kind: kind != "objects"):
        blocks = getattr(bpy.data, kind)
        while new := next((each for each in blocks if each.as_pointer() not in known), None):
            blocks.remove(new)


def _blocks() -> list[bpy.types.ID]:
    """Every data-block of the file that can be removed, but what belongs to windows."""
    return [block for kind in _kinds() for block in getattr(bpy.data, kind)]


def _kinds() -> list[str]:
    kinds = [each.identifier for each in bpy.data.bl_rna.properties if each.type == "COLLECTION"]
    windows = ("window_managers", "workspaces", "screens", "libraries")
    return [kind for kind in kinds if kind not in windows and hasattr(getattr(bpy.data, kind), "remove")]


def _channels(skeleton: GameSkeleton, clip: GameClip) -> Iterator[Channel]:
    frames = np.arange(len(clip.poses), dtype=float)
    for index, (name, parent) in enumerate(zip(skeleton.names, skeleton.parents, strict=True)):
        rest, pose = skeleton.rest[index], clip.poses[:, index]
        if parent >= 0:
            rest = np.linalg.inv(skeleton.rest[parent]) @ rest
            pose = np.linalg.inv(clip.poses[:, parent]) @ pose
        basis = np.linalg.inv(rest) @ pose
        turned = rotations.continuous(rotations.to_quaternions(basis[:, :3, :3])[:, None])[:, 0]
        numbers = {"rotation_quaternion": turned}
        if np.abs(basis[:, :3, 3]).max() > STILL:
            numbers["location"] = basis[:, :3, 3]
        for key, values in numbers.items():
            for column in range(values.shape[1]):
                yield Channel(f"{bone_path(name)}.{key}", column, name, frames, values[:, column])


def _find(actions: dict[str, bpy.types.Action], name: str, path: Path) -> bpy.types.Action:
    """The action a clip was read back as: importers put the armature's name before, and a number behind it."""
    fits = [action for known, action in actions.items() if name in known.split("|") or known.split("|")[-1] == name]
    fits = fits or [action for known, action in actions.items() if name in known]
    if not fits:
        raise ValueError(rpt_("{file} lacks the action '{name}'").format(file=path.name, name=name))
    return min(fits, key=lambda action: len(action.name))


def _compare(
    armature: bpy.types.Object, action: bpy.types.Action, skeleton: GameSkeleton, clip: GameClip, scene: bpy.types.Scene
) -> Miss:
    """How far the armature, playing the action, is from the clip."""
    bones = armature.pose.bones  # type: ignore[union-attr]
    watched = [0, *skeleton.feet]
    if missing := [skeleton.names[index] for index in watched if skeleton.names[index] not in bones]:
        raise ValueError(rpt_("The file lacks the bone '{name}'").format(name=missing[0]))
    compat.assign_action(armature, action)
    begin = float(action.frame_range[0])
    away = np.zeros(len(watched))
    for row in np.unique(np.linspace(0, len(clip.poses) - 1, LOOKS).round().astype(int)):
        frame = begin + row
        scene.frame_set(int(np.floor(frame)), subframe=float(frame % 1.0))
        heads = np.array([armature.matrix_world @ bones[skeleton.names[index]].head for index in watched])
        away = np.maximum(away, np.linalg.norm(heads - _heads(clip, row, watched), axis=-1))
    return Miss(float(away[0]), float(away[1:].max(initial=0.0)))


def _heads(clip: GameClip, row: int, watched: list[int]) -> FloatArray:
    return clip.poses[row, watched, :3, 3]
