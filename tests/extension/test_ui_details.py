"""Small things of the panels: reasons of greyed buttons, what undo takes back, what a new file forgets."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from studio import Studio


@pytest.fixture
def studio(studio: Studio) -> Studio:
    bpy.ops.ed.undo_push(message="start")
    return studio


@pytest.mark.parametrize(
    ("operator", "reason"),
    [
        ("tell_story", "The story is empty"),
        ("story_move", "The story is empty"),
        ("story_remove", "The story is empty"),
        ("story_duplicate", "The story is empty"),
        ("follow_path", "Choose a curve"),
        ("batch_cancel", "Nothing is being made"),
        ("cancel_install", "Nothing is being set up"),
        ("apply", "There is no motion yet"),
    ],
)
def test_greyed_buttons_say_why(studio: Studio, operator: str, reason: str) -> None:
    assert not getattr(bpy.ops.mmm, operator).poll()
    with pytest.raises(RuntimeError, match=reason):
        getattr(bpy.ops.mmm, operator)()


def test_buttons_are_free_once_the_reason_is_gone(studio: Studio) -> None:
    bpy.ops.mmm.story_add()
    bpy.context.scene.mmm_story.parts[0].prompt = "a person waves"
    assert bpy.ops.mmm.tell_story.poll() and bpy.ops.mmm.story_remove.poll()
    curve = bpy.data.objects.new("way", bpy.data.curves.new("way", "CURVE"))
    bpy.context.scene.mmm_edit.path = curve
    assert bpy.ops.mmm.follow_path.poll()


def test_the_tick_of_an_applied_motion_follows_undo(studio: Studio) -> None:
    studio.put_motion("wave")
    shown = studio.put_motion("walk")
    bpy.ops.mmm.apply()
    bpy.ops.ed.undo_push(message="Apply Motion")
    walk, wave = studio.session.results
    assert walk.id == shown and walk.used and not wave.used
    bpy.ops.ed.undo()
    assert not walk.used and not wave.used
    bpy.ops.ed.redo()
    assert walk.used and not wave.used


def test_ticks_of_another_session_mean_nothing(studio: Studio) -> None:
    studio.put_motion("walk")
    bpy.context.scene.mmm.applied = f"elsewhere:{studio.session.results[0].id}"
    studio.extension.module("ui.applied").read()
    assert not studio.session.results[0].used


def test_a_new_file_forgets_a_character_that_is_not_in_it(studio: Studio, tmp_path: Path) -> None:
    target = studio.extension.module("target").Target
    studio.session.target = target.of(bpy.context.object)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "hero.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "hero.blend"))
    assert studio.session.target is not None  # the same one, by its name
    bpy.ops.wm.read_homefile(use_empty=True)
    assert studio.session.target is None


def test_the_speed_of_a_path_is_automatic_or_set(studio: Studio) -> None:
    edit = bpy.context.scene.mmm_edit
    assert edit.path_pace == "AUTO" and edit.path_speed == 0.0
    edit.path_pace = "SPEED"
    assert edit.path_speed > 0.5
    edit.path_speed = 3.0
    edit.path_pace = "SPEED"
    assert edit.path_speed == 3.0
    edit.path_pace = "AUTO"
    assert edit.path_speed == 0.0


def test_the_story_takes_lines(studio: Studio) -> None:
    add_lines = studio.extension.module("ui.properties.story").add_lines
    story = bpy.context.scene.mmm_story
    add_lines(story, "a person walks\na person bows\n")
    story.index = 0
    add_lines(story, "prompt,seconds\na person waves,2.5\na person claps,\n")
    told = [(part.prompt, part.seconds if part.duration == "SECONDS" else None) for part in story.parts]
    assert told == [
        ("a person walks", None),
        ("a person waves", 2.5),
        ("a person claps", None),
        ("a person bows", None),
    ]
    assert story.index == 2
    with pytest.raises(ValueError, match="empty"):
        add_lines(story, "")
    assert len(story.parts) == 4


def test_training_data_is_for_those_who_asked_for_it(studio: Studio) -> None:
    panel = studio.extension.module("ui.panels.training").MMM_PT_training
    assert not panel.poll(bpy.context)
    studio.extension.preferences().show_training = True
    try:
        assert panel.poll(bpy.context)
    finally:
        studio.extension.preferences().show_training = False


def test_apply_options_are_hidden_where_they_mean_nothing(studio: Studio) -> None:
    panel = studio.extension.module("ui.panels.main").MMM_PT_apply_options
    studio.put_motion("walk")
    assert panel.poll(bpy.context)
    chosen = studio.session.chosen
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    _, aim = studio.extension.module("operators.edit").aim_of(bpy.context, "MIDDLE")
    plans = studio.extension.module("editing.plans")
    chosen.edit, _ = plans.plan_edit(bpy.context.object, bpy.context.scene, aim)  # its place and keys are given
    studio.session.choose(chosen.id)
    assert not panel.poll(bpy.context)
