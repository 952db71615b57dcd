"""Actions of a character as files for a game engine, read back and compared before they count as written."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from ....files.whole import written_whole
from ....rig.finding.find_mapping import find_mapping
from ....scene import current_view_layer
from ....translation import rpt_
from ...shown.obstacles import check_shown
from ..takes import Take
from .clips import GameClip, sample_clips
from .files import Miss, leaving_nothing, play_clips, read_back, write_file
from .settings import GameSettings
from .skeleton import GameSkeleton, build_armature, find_skeleton

LENT = " (original)"  # behind the name of an object whose copy is being written
MOST = 0.01  # metres that root and feet of a file may be off


@dataclass(frozen=True)
class GameReport:
    """What was written, and the most that reading it back showed to be off."""

    files: tuple[Path, ...]
    miss: Miss


def export_for_game(
    armature: bpy.types.Object, scene: bpy.types.Scene, takes: list[Take], settings: GameSettings, folder: Path
) -> GameReport:
    """Write ``takes`` into ``folder``; armature, scene and all data of the file are as before.

    Raises ValueError when the rig is not mapped, an action is not what is seen, or a file, read back, is not what was
    meant; OSError when the folder cannot be written, RuntimeError from Blender's exporter. No file is kept then.
    """
    check_shown(armature, scene, "EXPORT")
    current_view_layer().update()
    skeleton = find_skeleton(armature, find_mapping(armature), settings.deform_only)
    clips = sample_clips(armature, scene, takes, skeleton, settings)
    groups = [[clip] for clip in clips] if settings.files == "EACH" else [clips]
    names = file_names(armature.name, groups, settings)
    files: list[Path] = []
    misses: list[Miss] = []
    with _at_rate(scene, settings.fps), contextlib.ExitStack() as all_or_none:
        for name, group in zip(names, groups, strict=True):
            unfinished = all_or_none.enter_context(written_whole(folder / name))
            with _lending_names([armature, *_meshes_of(armature, scene)], settings), leaving_nothing():
                _stage(armature, scene, skeleton, group, settings)
                write_file(unfinished, settings)
            miss = read_back(unfinished, skeleton, group, scene)
            if max(miss.root, miss.feet) > MOST:
                message = rpt_("{file}, read back, is {off:.1f} cm off: choose another format, and report it")
                raise ValueError(message.format(file=name, off=100 * max(miss.root, miss.feet)))
            files.append(folder / name)
            misses.append(miss)
    return GameReport(tuple(files), Miss(max(miss.root for miss in misses), max(miss.feet for miss in misses)))


def file_names(character: str, groups: Sequence[Sequence[GameClip]], settings: GameSettings) -> list[str]:
    """A file name for each group: the character's, with the action's where a file holds one."""
    ending = settings.format.lower()
    if settings.files == "ONE":
        return [f"{_plain(character)}.{ending}"]
    names: list[str] = []
    for group in groups:
        stem = f"{_plain(character)}_{_plain(group[0].name)}"
        name, number = stem, 2
        while f"{name}.{ending}".lower() in {each.lower() for each in names}:
            name, number = f"{stem}_{number}", number + 1
        names.append(f"{name}.{ending}")
    return names


def _plain(name: str) -> str:
    """A name that every file system and engine takes."""
    return re.sub(r"[^\w-]+", "_", name).strip("_") or "unnamed"


def _stage(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    skeleton: GameSkeleton,
    clips: Sequence[GameClip],
    settings: GameSettings,
) -> None:
    """Everything of one file, selected: the skeleton, playing, and its meshes."""
    for each in scene.collection.all_objects:
        each.select_set(False)
    twin = build_armature(skeleton, settings.armature_name or _lent(armature), scene.collection)
    chosen = [twin, *(_copy_meshes(armature, twin, skeleton, scene) if settings.with_mesh else [])]
    for each in chosen:
        each.select_set(True)
    play_clips(twin, skeleton, clips)


def _copy_meshes(
    armature: bpy.types.Object, twin: bpy.types.Object, skeleton: GameSkeleton, scene: bpy.types.Scene
) -> list[bpy.types.Object]:
    """Copies of the meshes that ``armature`` deforms, deformed by ``twin``."""
    to_file = Matrix(skeleton.scale.tolist()) @ armature.matrix_world.inverted()
    found = []
    for each in _meshes_of(armature, scene):
        copy = each.copy()
        copy.name = _lent(each)
        mesh: bpy.types.Mesh = each.data.copy()  # type: ignore[union-attr,assignment]
        mesh.transform(to_file @ each.matrix_world, shape_keys=True)
        copy.data = mesh
        copy.animation_data_clear()
        copy.constraints.clear()
        scene.collection.objects.link(copy)
        copy.parent, copy.parent_type = twin, "OBJECT"
        copy.matrix_parent_inverse = Matrix()
        copy.matrix_basis = Matrix()
        copy.hide_viewport = False
        copy.hide_set(False)
        for modifier in copy.modifiers:
            if _deforms(modifier, armature):
                modifier.object = twin  # type: ignore[attr-defined]
        found.append(copy)
    return found


def _deforms(modifier: bpy.types.Modifier, armature: bpy.types.Object) -> bool:
    return modifier.type == "ARMATURE" and modifier.object is armature  # type: ignore[attr-defined]


def _meshes_of(armature: bpy.types.Object, scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """The meshes that ``armature`` deforms."""
    return [
        each for each in scene.objects if each.type == "MESH" and any(_deforms(m, armature) for m in each.modifiers)
    ]


@contextlib.contextmanager
def _lending_names(owners: Sequence[bpy.types.Object], settings: GameSettings) -> Iterator[None]:
    """For a while the owners' names, and the one the settings ask for, are free, so that no copy is called ".001"."""
    other = bpy.data.objects.get(settings.armature_name)
    kept = [(each, each.name) for each in [*owners, *([other] if other is not None and other not in owners else [])]]
    for each, name in kept:
        each.name = name[: 63 - len(LENT)] + LENT
    try:
        yield
    finally:
        for each, name in kept:
            each.name = name


def _lent(owner: bpy.types.Object) -> str:
    return owner.name.removesuffix(LENT)


@contextlib.contextmanager
def _at_rate(scene: bpy.types.Scene, fps: float) -> Iterator[None]:
    """The scene runs at ``fps`` for a while; importers change more than that, and it comes back too."""
    kept = scene.render.fps, scene.render.fps_base, scene.frame_start, scene.frame_end
    frame = scene.frame_current, scene.frame_subframe
    whole = int(np.ceil(fps))
    scene.render.fps, scene.render.fps_base = whole, whole / fps
    try:
        yield
    finally:
        scene.render.fps, scene.render.fps_base, scene.frame_start, scene.frame_end = kept
        scene.frame_set(frame[0], subframe=frame[1])
