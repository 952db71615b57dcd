"""A motion file, played by the MMM Character, as .blend, .glb, .mp4 or .png."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np

from .. import character, compat
from ..animation.apply import apply_motion
from ..coordinates import FloatArray
from ..files.whole import followed, reason_of, written_whole
from ..filming import pictures
from ..motion_file import Motion, read_motion
from ..rig.mapping import MMM_CHARACTER
from ..scene import current_scene, current_view_layer, pose_bones
from . import contact_sheet, stage

VIDEO_SIZE = (640, 360)  # pixels


def run(source: Path, outs: list[Path], fps: int) -> int:
    """Export ``source`` to every file of ``outs``. Raises ValueError on bad input, before any work."""
    check_outputs(outs)
    if not 1 <= fps <= 240:
        raise ValueError(f"--fps must be between 1 and 240, not {fps}")
    motion = read_motion(source)
    armature = build_scene(motion, fps)
    for out in outs:
        started = time.perf_counter()
        try:
            with written_whole(out) as unfinished:
                EXPORTERS[out.suffix](unfinished, armature, motion)
        except (OSError, RuntimeError) as error:
            raise ValueError(f"cannot write {out}: {reason_of(error)}") from error
        print(f"{out} ({time.perf_counter() - started:.1f} s)", flush=True)
    return 0


def check_outputs(outs: list[Path]) -> None:
    """Raise ValueError for a file that cannot be written, saying why."""
    for out in outs:
        if out.suffix not in EXPORTERS:
            raise ValueError(f"{out}: unknown kind of file; end it in {', '.join(EXPORTERS)}")
        check_place(out)


def check_place(out: Path) -> None:
    """Raise ValueError where no file ``out`` can be written, saying why."""
    try:
        folder = followed(out).parent
    except OSError as error:
        raise ValueError(f"cannot write {out}: {error.strerror}") from error
    if not folder.is_dir():
        raise ValueError(f"{out}: the folder {folder} does not exist")
    if out.is_dir():
        raise ValueError(f"{out}: is a folder")
    if not os.access(folder, os.W_OK):
        raise ValueError(f"{out}: no permission to write into {folder}")


def build_scene(motion: Motion, fps: int) -> bpy.types.Object:
    """Replace everything by a stage with the character playing ``motion``; returns the armature."""
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = current_scene()
    scene.render.fps, scene.render.fps_base = fps, 1.0
    scene.render.resolution_x, scene.render.resolution_y = VIDEO_SIZE
    scene.frame_start = 1
    armature = character.add_character(scene.collection)
    apply_motion(armature, MMM_CHARACTER, motion, scene)
    stage.set_stage(scene, sample_joints(scene, armature))
    pictures.set_look(scene)
    stage.set_viewports()
    scene.frame_set(scene.frame_start)
    return armature


def sample_joints(scene: bpy.types.Scene, armature: bpy.types.Object) -> FloatArray:
    """World positions (T, bones, 3) of all bone heads, pelvis first, for every frame of the scene."""
    bones = pose_bones(armature)
    heads = np.empty((scene.frame_end - scene.frame_start + 1, len(bones), 3), np.float32)
    row = np.empty(len(bones) * 3, np.float32)
    for index, frame in enumerate(range(scene.frame_start, scene.frame_end + 1)):
        scene.frame_set(frame)
        bones.foreach_get("head", row)
        heads[index] = row.reshape(-1, 3)
    matrix = np.array(armature.matrix_world)
    return heads @ matrix[:3, :3].T + matrix[:3, 3]


def export_blend(path: Path, armature: bpy.types.Object, motion: Motion) -> None:
    """The scene itself, compressed, armature selected."""
    current_view_layer().objects.active = armature
    armature.select_set(True)
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True, compress=True)


def export_glb(path: Path, armature: bpy.types.Object, motion: Motion) -> None:
    """Character and animation only, for game engines and other programs."""
    for item in current_view_layer().objects:
        item.select_set(item is armature or item.parent is armature)
    compat.export_gltf(
        str(path),
        export_format="GLB",
        use_selection=True,
        export_animations=True,
        export_yup=True,
        export_anim_slide_to_zero=True,  # or players hold the first pose for a frame, and a cycle stutters
    )


def export_video(path: Path, armature: bpy.types.Object, motion: Motion) -> None:
    """H.264 video of the whole frame range through the stage's camera."""
    scene = current_scene()
    compat.use_video_output(scene)
    pictures.set_look(scene, quick=True)
    pictures.set_stamp(scene, motion.prompt, 12)
    scene.render.filepath = str(path)
    try:
        bpy.ops.render.render(animation=True)
    finally:
        compat.use_image_output(scene)
        pictures.set_stamp(scene, "", 12)
        pictures.set_look(scene)


def export_sheet(path: Path, armature: bpy.types.Object, motion: Motion) -> None:
    """Contact sheet, see ``contact_sheet``."""
    scene = current_scene()
    compat.use_image_output(scene)
    contact_sheet.render_sheet(scene, armature, sample_joints(scene, armature), path, motion.prompt)


EXPORTERS: dict[str, Callable[[Path, bpy.types.Object, Motion], None]] = {
    ".blend": export_blend,
    ".glb": export_glb,
    ".mp4": export_video,
    ".png": export_sheet,
}
