"""Going on by hand, and several characters: the buttons, what they say, and one undo step each."""

from __future__ import annotations

import bpy
import pytest
from studio import Studio, dump, keys_of


def comparable(found: dict[str, object]) -> dict[str, object]:
    """A dump without the scenes' settings, whose address changes with undo."""
    scenes: dict[str, dict[str, object]] = found["scenes"]  # type: ignore[assignment]
    return {**found, "scenes": {name: {**scene, "custom": None} for name, scene in scenes.items()}}


@pytest.mark.parametrize("button", ["thin_keys", "add_correction_layer", "retime_action", "continue_strip"])
def test_each_is_one_step_back(studio: Studio, button: str) -> None:
    studio.put_motion("kick")
    if button == "continue_strip":
        studio.put_motion("walk")
        assert not bpy.ops.mmm.continue_strip.poll()
        assert bpy.ops.mmm.apply(target="NLA_STRIP") == {"FINISHED"}
        bpy.context.object.animation_data.nla_tracks[0].strips[0].repeat = 2.0
        bpy.context.scene.frame_set(30)
    else:
        assert bpy.ops.mmm.apply() == {"FINISHED"}
    if button == "retime_action":
        assert not bpy.ops.mmm.retime_action.poll()
        bpy.context.scene.render.fps = 60
    bpy.ops.ed.undo_push(message="before")
    before = dump()
    assert getattr(bpy.ops.mmm, button)() == {"FINISHED"}
    bpy.ops.ed.undo_push(message=button)
    assert comparable(dump()) != comparable(before)
    bpy.ops.ed.undo()
    assert comparable(dump()) == comparable(before)


def test_several_characters_get_the_same_or_a_take_each(studio: Studio) -> None:
    first = bpy.context.object
    bpy.context.scene.cursor.location = (2.0, 0.0, 0.0)
    second = studio.add_character()
    assert not bpy.ops.mmm.apply_to_selected.poll()
    studio.put_motion("walk")
    assert not bpy.ops.mmm.apply_to_selected.poll(), "one character is selected"
    first.select_set(True)
    describe = studio.extension.module("ui.panels.main")._describe_target
    assert describe(bpy.context, second) == f"{second.name}, active; 1 more selected"
    assert bpy.ops.mmm.apply_to_selected(takes="SAME") == {"FINISHED"}
    a, b = (keys_of(each.animation_data.action) for each in (first, second))
    assert a == b and first.animation_data.action != second.animation_data.action
    studio.put_motion("walk")
    studio.put_motion("kick")
    studio.session.results[1].motion = studio.session.results[1].motion.__class__(
        studio.session.results[1].motion.joints, 20.0, studio.session.results[0].motion.prompt, 9
    )
    assert bpy.ops.mmm.apply_to_selected(takes="EACH") == {"FINISHED"}
    kick, walk = (each.animation_data.action for each in (second, first))
    assert kick.frame_range[1] != walk.frame_range[1], "the shown one for the active character, the next for the other"


def test_one_that_cannot_be_keyed_does_not_keep_the_others_from_theirs(studio: Studio) -> None:
    hero = bpy.context.object
    bpy.ops.object.armature_add()
    bpy.context.object.select_set(True)
    hero.select_set(True)
    bpy.context.view_layer.objects.active = hero
    studio.put_motion("walk")
    assert bpy.ops.mmm.apply_to_selected() == {"FINISHED"}
    assert hero.animation_data.action is not None


def test_with_several_selected_there_is_a_take_for_each(studio: Studio) -> None:
    first = bpy.context.object
    studio.add_character()
    first.select_set(True)
    studio.start("a person waves", seconds=1.0, variations=1)
    assert studio.session.run.entry.samples == 2
    assert bpy.ops.mmm.cancel() == {"FINISHED"}
