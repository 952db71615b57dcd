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
from mmm_blender.filming.shots import KINDS, PAIRED, choose_kinds, choose_side, frame_shot, frame_shots, project
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


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in PAIRED])
def test_the_body_fills_the_picture_and_stays_in_it(parts: list[Part], kind: str) -> None:
    side = choose_side(parts)
    for part in parts:
        shot = frame_shot(part, kind, None, side, ASPECT)  # type: ignore[arg-type]
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


@pytest.fixture
def pair(empty_scene: bpy.types.Scene) -> tuple[list[Part], list[Part]]:
    """Two who stand 1.4 m from each other, face to face, and wave."""
    seen = []
    for place, turn in ((0.0, 0.4), (1.4, 0.4 + np.pi)):
        made = character.add_character(empty_scene.collection)
        made.location = (place * np.sin(0.4), -place * np.cos(0.4), 0.0)
        made.rotation_euler.z = turn
        motion = Motion(motions.waving_joints(80), 20.0, "wave", 1, "formula")
        apply_motion(made, MMM_CHARACTER, motion, empty_scene, ApplyOptions(start_frame=1))
        seen.append([see_part(made, MMM_CHARACTER, empty_scene, f"part {a}", a, b) for a, b in ((1, 40), (40, 80))])
    return seen[0], seen[1]


def test_two_who_face_each_other_are_shown_from_one_side(pair: tuple[list[Part], list[Part]]) -> None:
    parts, partners = pair
    assert choose_kinds(parts, partners) == ["TWO", "SHOULDER"]
    between = partners[0].pelvis[0, :2] - parts[0].pelvis[0, :2]
    assert parts[0].facing @ between > 0.9 * np.linalg.norm(between), "they do not face each other"
    for who, other in ((parts, partners), (partners, parts)):
        side = choose_side(who, other)
        assert abs(side @ between) < 0.1 * np.linalg.norm(between)
        two, past = frame_shots(who, ["TWO", "SHOULDER"], ASPECT, other)
        both = np.concatenate((who[0].points, other[0].points), 1).reshape(1, -1, 3)
        assert 0.7 < np.abs(project(two, both, ASPECT)).max() < 1.0
        upper = project(past, who[1].rows(("spine3", "head", "left_wrist", "right_wrist")).reshape(1, -1, 3), ASPECT)
        assert np.abs(upper).max() < 1.0 and np.ptp(upper[..., 1]) > 0.5
        head = project(past, other[1].rows(("head",)).mean(1).reshape(1, -1, 3), ASPECT)
        assert (np.abs(head[..., 0]) > 0.5).all(), "the partner's head is before the character"
        assert (np.abs(head) < 1.0).all(), "the partner's head is not in the picture"
        for shot in (two, past):
            assert (shot.places[0, :2] - 0.5 * (who[0].pelvis + other[0].pelvis)[0, :2]) @ side > 0.1


def test_cameras_take_the_place_of_those_before(
    armature: bpy.types.Object, empty_scene: bpy.types.Scene, parts: list[Part]
) -> None:
    own = empty_scene.timeline_markers.new("a note", frame=40)
    for kinds in (choose_kinds(parts), ["ORBIT"] * 3):
        shots = frame_shots(parts, kinds, ASPECT)  # type: ignore[arg-type]
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
    shots = frame_shots(parts, choose_kinds(parts), ASPECT)
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
