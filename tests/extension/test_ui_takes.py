"""Takes are compared: the playhead scrubs, the start stays, several are shown, and rows tell them apart."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from studio import Studio, dump


@pytest.fixture
def studio(studio: Studio) -> Studio:
    bpy.ops.ed.undo_push(message="start")
    return studio


def settle(studio: Studio) -> None:
    studio.wait(lambda: studio.overlay.ghost is not None and studio.overlay._touched is None, 20)


def test_the_playhead_scrubs_the_ghost_and_its_start_stays(studio: Studio) -> None:
    bpy.context.scene.frame_set(11)
    studio.put_motion("walk")
    studio.overlay.show()
    settle(studio)
    before, ghost = dump()["objects"], studio.overlay.ghost
    bpy.context.scene.frame_set(11 + 12)
    studio.wait(lambda: studio.overlay.frame == 12, 10)
    assert studio.overlay.start_frame == 11 and studio.overlay.ghost is ghost
    # a setting is changed while the playhead is elsewhere: the ghost still stands where it will be applied
    studio.settings.lock_feet = not studio.settings.lock_feet
    studio.wait(lambda: studio.overlay.ghost is not ghost and studio.overlay.ghost is not None, 20)
    assert np.abs(studio.overlay.ghost.points[0] - ghost.points[0]).max() < 0.1
    assert dump()["objects"] == before
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    action = bpy.context.object.animation_data.action
    assert action.frame_range[0] == 11


def test_the_start_moves_when_it_is_told_to(studio: Studio) -> None:
    bpy.context.scene.frame_set(1)
    studio.put_motion("walk")
    studio.overlay.show()
    settle(studio)
    bpy.context.scene.frame_set(40)
    assert bpy.ops.mmm.start_here() == {"FINISHED"}
    settle(studio)
    assert studio.overlay.start_frame == 40
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    assert bpy.context.object.animation_data.action.frame_range[0] == 40


def test_several_are_shown_beside_the_chosen_one(studio: Studio) -> None:
    first, second, third = (studio.put_motion(name) for name in ("walk", "wave", "kick"))
    assert bpy.ops.mmm.select_result(result=first) == {"FINISHED"}
    assert bpy.ops.mmm.select_result(result=second, extend=True) == {"FINISHED"}
    assert bpy.ops.mmm.select_result(result=third, extend=True) == {"FINISHED"}
    settle(studio)
    assert [each.id for each in studio.session.shown] == [first, second, third]
    assert len(studio.overlay.others) == 2
    assert bpy.ops.mmm.select_result(result=second, extend=True) == {"FINISHED"}
    assert [each.id for each in studio.session.shown] == [first, third]
    # what is shown stays shown when it is clicked, alone
    for _ in range(2):
        assert bpy.ops.mmm.select_result(result=third) == {"FINISHED"}
        assert [each.id for each in studio.session.shown] == [third]


def test_figures_are_tinted_and_outlined_apart(studio: Studio) -> None:
    studio.put_motion("walk")
    studio.overlay.show()
    settle(studio)
    drawing, ghost = studio.extension.module("ui.ghost_drawing"), studio.overlay.ghost
    one, other = (drawing.body_arrays(ghost, 3, bpy.context.object, 0.5, place)["color"] for place in (0, 1))
    assert np.abs(one - other).max() > 0.1
    body, hull = ghost.mesh(3)[0], ghost.hull(3)
    assert np.ptp(hull[:, 2]) > np.ptp(body[:, 2]) + 0.01


def test_names_and_stars_are_kept(studio: Studio) -> None:
    kept, lost = studio.put_motion("walk"), studio.put_motion("wave")
    takes = studio.extension.module("ui.takes")
    variation = studio.session.find(kept)
    assert "seed" in takes.title(variation) and " m, " in takes.describe(variation)
    assert bpy.ops.mmm.rename_result(result=kept, name="  Hero   walk ") == {"FINISHED"}
    assert bpy.ops.mmm.star(result=kept) == {"FINISHED"}
    assert takes.title(variation) == "Hero walk"
    assert bpy.ops.mmm.discard_all() == {"FINISHED"}
    assert [each.id for each in studio.session.results] == [kept] and studio.session.find(lost) is None
    assert bpy.ops.mmm.apply(result=kept, start_frame=1) == {"FINISHED"}
    assert bpy.context.object.animation_data.action.name == "Hero walk"


def test_a_faulty_take_says_so_in_its_row(studio: Studio) -> None:
    variation = studio.session.find(studio.put_motion("walk"))
    variation.faults = ("hovers", "slides")
    assert studio.extension.module("ui.takes").describe(variation).startswith("hovers, slides · ")


@pytest.mark.parametrize("method", ["story", "path", "stop"])
def test_variations_count_for_stories_and_paths(studio: Studio, method: str) -> None:
    studio.settings.variations, studio.settings.seed, studio.settings.quality = 2, 5, "DRAFT"
    if method == "story":
        for prompt in ("a person waves", "a person bows"):
            assert bpy.ops.mmm.story_add() == {"FINISHED"}
            parts = bpy.context.scene.mmm_story.parts
            part = parts[len(parts) - 1]
            part.prompt, part.duration, part.seconds = prompt, "SECONDS", 1.0
        assert bpy.ops.mmm.tell_story() == {"FINISHED"}
    else:
        data = bpy.data.curves.new("way", "CURVE")
        data.dimensions = "3D"
        spline = data.splines.new("POLY")
        spline.points.add(1)
        spline.points[1].co = (0.0, -2.0, 0.0, 1.0)
        curve = bpy.data.objects.new("way", data)
        bpy.context.scene.collection.objects.link(curve)
        edit = bpy.context.scene.mmm_edit
        edit.path, edit.path_prompt, edit.path_speed = curve, "a person walks", 1.0
        edit.path_stop = method == "stop"
        assert bpy.ops.mmm.follow_path() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    assert len(studio.session.results) == 2
    assert len({each.motion.seed for each in studio.session.results}) == 2
    if method != "story":
        for each in studio.session.results:
            ends = np.asarray(each.motion.joints)[-15:, 0]
            assert (np.linalg.norm(ends[-1] - ends[0]) < 0.05) == (method == "stop")
