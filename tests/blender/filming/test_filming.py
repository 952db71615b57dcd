"""Cameras for a story, and its sheet."""

from __future__ import annotations

from pathlib import Path

import bpy
import motions
import numpy as np
import pytest

from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.filming.cameras import cameras_of, place_cameras
from mmm_blender.filming.seen import Part, see_part
from mmm_blender.filming.shots import KINDS, choose_kinds, choose_side, frame_shot, project
from mmm_blender.filming.storyboard import render_storyboard
from mmm_blender.motion_file import Motion
from mmm_blender.rig.mapping import MMM_CHARACTER

ASPECT = 16 / 9
SPANS = ((1, 40), (40, 80), (80, 120))


@pytest.fixture
def armature(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    made = character.add_character(empty_scene.collection)
    made.rotation_euler.z = 0.9
    joints = motions.walking_joints(120)
    joints[80:] = (
        joints[80] + 0.05 * np.sin(np.arange(len(joints) - 80))[:, None, None] * (np.arange(22) == 15)[:, None]
    )
    motion = Motion(joints, 20.0, "walk", 1, "formula")
    empty_scene.render.fps = 20
    apply_motion(made, MMM_CHARACTER, motion, empty_scene, ApplyOptions(start_frame=1))
    return made


@pytest.fixture
def parts(armature: bpy.types.Object, empty_scene: bpy.types.Scene) -> list[Part]:
    return [see_part(armature, MMM_CHARACTER, empty_scene, f"part {a}", a, b) for a, b in SPANS]


@pytest.mark.parametrize("kind", KINDS)
def test_the_body_fills_the_picture_and_stays_in_it(parts: list[Part], kind: str) -> None:
    side = choose_side(parts)
    for part in parts:
        shot = frame_shot(part, kind, side, ASPECT)  # type: ignore[arg-type]
        wanted = {"MEDIUM": ("spine3", "head", "left_wrist", "right_wrist"), "CLOSE": ("neck", "head")}.get(kind)
        points = part.points if wanted is None else part.rows(wanted)
        seen = project(shot, points, ASPECT)
        assert np.abs(seen).max() < 1.0
        widest = np.ptp(seen, axis=(0, 1)) if len(shot.places) == 1 else np.ptp(seen, axis=1).max(0)
        assert widest.max() > 0.7, "it is small in the picture"
        assert shot.places[:, 2].min() > part.floor + 0.1
        towards = part.pelvis[: len(shot.places), :2] - shot.places[:, :2]
        assert (towards @ side < 0).all(), "the camera crossed the line"


def test_kinds_follow_what_the_body_does(parts: list[Part]) -> None:
    kinds = choose_kinds(parts)
    assert kinds[0] == "WIDE" and kinds[1] == "FOLLOW" and kinds[2] == "CLOSE"


def test_cameras_take_the_place_of_those_before(
    armature: bpy.types.Object, empty_scene: bpy.types.Scene, parts: list[Part]
) -> None:
    own = empty_scene.timeline_markers.new("a note", frame=40)
    for kinds in (choose_kinds(parts), ["ORBIT"] * 3):
        shots = [frame_shot(p, k, choose_side(parts), ASPECT) for p, k in zip(parts, kinds, strict=True)]  # type: ignore[arg-type]
        made = place_cameras(empty_scene, armature, parts, shots)
        assert cameras_of(empty_scene, armature) == made and len(bpy.data.cameras) == 3
        bound = [(m.frame, m.camera) for m in empty_scene.timeline_markers if m.camera]
        assert bound == [(first, camera) for (first, _), camera in zip(SPANS, made, strict=True)]
    assert own.name == "a note" and len(empty_scene.timeline_markers) == 4
    empty_scene.frame_set(60)
    camera, shot = made[1], shots[1]
    row = int(np.argmin(np.abs(shot.frames - 60)))
    empty_scene.frame_set(int(shot.frames[row]))
    assert np.allclose(camera.matrix_world.translation, shot.places[row], atol=1e-4)
    assert np.allclose(np.array(camera.matrix_world)[:3, :3], shot.turns[row], atol=1e-4)


def test_the_sheet_shows_all_parts_and_leaves_the_scene(
    armature: bpy.types.Object, empty_scene: bpy.types.Scene, parts: list[Part], tmp_path: Path
) -> None:
    shots = [frame_shot(p, k, choose_side(parts), ASPECT) for p, k in zip(parts, choose_kinds(parts), strict=True)]
    cameras = place_cameras(empty_scene, armature, parts, shots)

    def settings() -> list[object]:
        render, shading = empty_scene.render, empty_scene.display.shading
        return [
            render.engine,
            render.resolution_x,
            render.filepath,
            render.use_stamp,
            shading.color_type,
            shading.light,
            empty_scene.camera.name,
            empty_scene.frame_current,
            len(bpy.data.images),
            empty_scene.display.render_aa,
        ]

    before = settings()
    render_storyboard(empty_scene, parts, cameras, tmp_path / "sheet.png")
    assert settings() == before
    image = bpy.data.images.load(str(tmp_path / "sheet.png"))
    assert image.size[0] == 3 * 480 + 8 and image.size[1] == 270
    tiles = np.array(image.pixels[:]).reshape(270, -1, 4)[:, :480, :3]
    assert tiles.std() > 0.02, "the picture is empty"
    with pytest.raises(OSError):
        render_storyboard(empty_scene, parts, cameras, tmp_path / "none" / "sheet.png")
    assert settings()[:-2] == before[:-2]
