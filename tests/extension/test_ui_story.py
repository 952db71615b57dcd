"""Stories and paths with the real engine: the list, generate, apply, one part anew, markers; a curve to follow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from studio import Studio, dump, keys_of


@pytest.fixture
def studio(studio: Studio) -> Studio:
    studio.settings.quality = "DRAFT"
    return studio


def prompts() -> list[str]:
    return [part.prompt for part in bpy.context.scene.mmm_story.parts]


def fill(*parts: tuple[str, float | None]) -> Any:
    story = bpy.context.scene.mmm_story
    for prompt, seconds in parts:
        assert bpy.ops.mmm.story_add() == {"FINISHED"}
        part = story.parts[story.index]
        part.prompt = prompt
        if seconds is not None:
            part.duration, part.seconds = "SECONDS", seconds
    return story


def test_the_list_is_edited_in_place(studio: Studio) -> None:
    story = fill(("walks", 2.0), ("waves", None), ("sits down", 3.0))
    assert prompts() == ["walks", "waves", "sits down"] and story.index == 2
    story.index = 0
    assert bpy.ops.mmm.story_add() == {"FINISHED"}
    assert prompts() == ["walks", "", "waves", "sits down"] and story.index == 1
    assert bpy.ops.mmm.story_remove() == {"FINISHED"}
    story.index = 0
    assert bpy.ops.mmm.story_duplicate() == {"FINISHED"}
    assert prompts() == ["walks", "walks", "waves", "sits down"]
    assert story.parts[1].duration == "SECONDS" and story.parts[1].seconds == 2.0
    assert bpy.ops.mmm.story_move(direction="DOWN") == {"FINISHED"}
    assert prompts() == ["walks", "waves", "walks", "sits down"] and story.index == 2
    story.index = 3
    assert bpy.ops.mmm.story_move(direction="DOWN") == {"CANCELLED"}
    for _ in range(4):
        assert bpy.ops.mmm.story_remove() == {"FINISHED"}
    assert prompts() == [] and not bpy.ops.mmm.story_remove.poll()
    with pytest.raises(RuntimeError, match="story is empty"):
        bpy.ops.mmm.tell_story()
    fill(("walks", 2.0), ("  ", None))
    with pytest.raises(RuntimeError, match="Part 2 has no prompt"):
        bpy.ops.mmm.tell_story()
    with pytest.raises(RuntimeError, match="Part 2 has no prompt"):
        bpy.ops.mmm.retell_part(index=0)
    assert not studio.session.busy


def test_markers_become_prompts_and_back(studio: Studio) -> None:
    scene = bpy.context.scene
    scene.render.fps = 25
    scene.timeline_markers.new("F_10", frame=10)
    with pytest.raises(RuntimeError, match="No marker is named"):
        bpy.ops.mmm.story_from_markers()
    scene.timeline_markers.new("a person sits down", frame=126)
    scene.timeline_markers.new("a person walks", frame=26)
    assert bpy.ops.mmm.story_from_markers() == {"FINISHED"}
    parts = scene.mmm_story.parts
    assert prompts() == ["a person walks", "a person sits down"]
    assert [part.duration for part in parts] == ["SECONDS", "AUTO"] and parts[0].seconds == 4.0
    parts[0].duration = "AUTO"
    with pytest.raises(RuntimeError, match="Part 1 has no length yet"):
        bpy.ops.mmm.story_to_markers()
    parts[0].duration = "SECONDS"
    scene.frame_set(51)
    assert bpy.ops.mmm.story_to_markers() == {"FINISHED"}
    assert {m.name: m.frame for m in scene.timeline_markers} == {
        "F_10": 10,
        "a person walks": 51,
        "a person sits down": 151,
    }


def test_a_story_is_told_applied_and_told_anew_in_part(studio: Studio, tmp_path: Path) -> None:
    scene, session = bpy.context.scene, studio.session
    scene.render.fps = 30
    story = fill(("a person walks forward", 2.0), ("a person waves with the right hand", 2.0), ("a person jumps", 2.0))
    with pytest.raises(RuntimeError, match="plays no story"):
        bpy.ops.mmm.retell_part(index=1)
    before = dump()
    assert bpy.ops.mmm.tell_story() == {"FINISHED"}
    studio.wait()
    assert not session.message, session.message
    studio.wait(lambda: studio.overlay.ghost is not None or studio.overlay.message, 20)
    assert not studio.overlay.message and {**dump(), "scenes": None} == {**before, "scenes": None}
    assert bpy.ops.mmm.apply(start_frame=11) == {"FINISHED"}
    action = bpy.context.object.animation_data.action
    strips = json.loads(action["mmm_story"])
    assert [strip["prompt"] for strip in strips] == prompts()
    assert [(strip["first"], strip["last"]) for strip in strips] == [(11, 71), (71, 131), (131, 191)]
    bands = studio.extension.module("ui.timeline").bands_now(bpy.context)
    assert [band.text for band in bands if band.kind == "strip"] == prompts()

    with pytest.raises(RuntimeError, match="add its cameras first"):
        bpy.ops.mmm.storyboard(filepath=str(tmp_path / "sheet.png"))
    story.parts[0].shot, story.parts[1].shot = "ORBIT", "TWO"
    wrong = ((None, "Part 2 is to show two characters"), (bpy.context.object, "not a second character"))
    for partner, message in wrong:
        story.partner = partner
        with pytest.raises(RuntimeError, match=message):
            bpy.ops.mmm.film_story()
        assert not [each for each in scene.objects if each.type == "CAMERA"]
    story.partner, story.parts[1].shot = None, "AUTO"
    assert bpy.ops.mmm.film_story() == {"FINISHED"}
    markers = {marker.frame: marker.camera.name for marker in scene.timeline_markers}
    assert list(markers) == [11, 71, 131] and markers[11] == "1 Orbit"
    assert bpy.ops.mmm.storyboard(filepath=str(tmp_path / "sheet.png")) == {"FINISHED"}
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.png"]
    with pytest.raises(RuntimeError, match="No marker is named"):
        bpy.ops.mmm.story_from_markers()  # a camera's marker is no prompt

    bpy.ops.ed.undo_push(message="before")
    keys = keys_of(action)
    story.parts[1].prompt = "a person sits down"
    assert bpy.ops.mmm.retell_part(index=1) == {"FINISHED"}
    studio.wait()
    assert not session.message, session.message
    span = session.chosen.edit.span
    assert (span.first, span.last) == (71 - 12, 131 + 12), "8 frames of 20 a second on either side"
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    action = bpy.context.object.animation_data.action
    assert [strip["prompt"] for strip in json.loads(action["mmm_story"])] == prompts()
    now = keys_of(action)
    assert now.keys() == keys.keys() and now != keys
    for path, points in keys.items():
        assert [p for p in now[path] if not 59 < p[0] < 143] == [p for p in points if not 59 < p[0] < 143]
    assert bpy.ops.mmm.story_to_markers() == {"FINISHED"}
    named = [marker.frame for marker in scene.timeline_markers if marker.camera is None]
    assert sorted(named) == [11, 71, 131]
    assert bpy.ops.mmm.story_add() == {"FINISHED"}
    story.parts[story.index].prompt = "a person turns"
    with pytest.raises(RuntimeError, match="has 4 parts, the motion 3"):
        bpy.ops.mmm.retell_part(index=1)


def test_a_curve_is_followed_wherever_rig_and_curve_stand(studio: Studio) -> None:
    scene, character = bpy.context.scene, bpy.context.object
    character.location, character.rotation_euler, character.scale = (1.0, 2.0, 0.0), (0.0, 0.0, 0.9), (1.3,) * 3
    data = bpy.data.curves.new("Way", "CURVE")
    data.dimensions = "3D"
    spline = data.splines.new("BEZIER")
    spline.bezier_points.add(2)
    for point, place in zip(spline.bezier_points, ((0, 0, 0), (2, 1, 0), (3, 4, 0)), strict=True):
        point.co, point.handle_left_type, point.handle_right_type = place, "AUTO", "AUTO"
    way = bpy.data.objects.new("Way", data)
    scene.collection.objects.link(way)
    way.location, way.rotation_euler = (-2.0, 1.0, 0.0), (0.0, 0.0, 0.5)
    bpy.context.view_layer.update()
    settings, session = scene.mmm_edit, studio.session
    with pytest.raises(RuntimeError, match="Choose a curve"):
        bpy.ops.mmm.follow_path()
    settings.path = way
    points = studio.extension.module("animation.paths").curve_points(way)
    assert bpy.ops.mmm.follow_path() == {"FINISHED"}
    studio.wait()
    assert not session.message, session.message
    studio.wait(lambda: studio.overlay.ghost is not None or studio.overlay.message, 20)
    assert not studio.overlay.message
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    gaps, first, last = [], *map(int, character.animation_data.action.frame_range)
    for frame in range(first, last, 4):
        scene.frame_set(frame)
        at = np.array(character.matrix_world @ character.pose.bones["pelvis"].head)[:2]
        gaps.append(np.linalg.norm(points[:, :2] - at, axis=-1).min())
        if frame == first:
            assert np.linalg.norm(points[0, :2] - at) < 0.35
    assert np.linalg.norm(points[-1, :2] - at) < 0.6
    assert np.mean(gaps) < 0.1

    way.scale = (0.0, 0.0, 1.0)
    bpy.context.view_layer.update()
    before = dump()
    with pytest.raises(RuntimeError, match="'Way' has no length on the floor"):
        bpy.ops.mmm.follow_path()
    settings.path_prompt = " "
    with pytest.raises(RuntimeError, match="Type how the character goes"):
        bpy.ops.mmm.follow_path()
    data.splines.clear()
    settings.path_prompt = "a person walks"
    with pytest.raises(RuntimeError, match="fewer than two points"):
        bpy.ops.mmm.follow_path()
    scene.collection.objects.unlink(way)
    with pytest.raises(RuntimeError, match="Choose a curve"):
        bpy.ops.mmm.follow_path()
    assert dump()["actions"] == before["actions"] and not session.busy
    assert "Way" in bpy.data.curves and len(bpy.data.curves) == 1


def test_a_line_that_the_model_does_not_know_is_named(studio: Studio) -> None:
    fill(("a person walks forward", 2.0), ("xqzt flurb", 2.0))
    assert bpy.ops.mmm.tell_story() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    assert "“xqzt flurb”" in studio.session.hint and "nearest" in studio.session.hint
