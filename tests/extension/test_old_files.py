"""A file saved with version 0.2.0 in Blender 4.2: settings, mapping, story and request are understood.

``files/version-0.2.blend`` was made by that version itself: our character with thirty frames of a walk, and every
setting away from its default.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import bpy
import pytest
from studio import Studio

FILE = Path(__file__).with_name("files") / "version-0.2.blend"


@pytest.fixture
def studio(extension: ModuleType) -> Studio:
    return Studio(extension)


@pytest.fixture
def opened(studio: Studio) -> bpy.types.Object:
    bpy.ops.wm.open_mainfile(filepath=str(FILE))
    rig = bpy.data.objects["MMM Character"]
    bpy.context.view_layer.objects.active = rig
    return rig


def test_settings_are_those_that_were_saved(studio: Studio, opened: bpy.types.Object) -> None:
    scene = bpy.context.scene
    edit = {
        name: getattr(scene.mmm_edit, name)
        for name in (
            "kind",
            "part",
            "direction",
            "travel",
            "order",
            "keep_copy",
            "show_bands",
            "path_prompt",
        )
    }
    assert edit == {
        "kind": "LOOP",
        "part": "UPPER",
        "direction": "BEFORE",
        "travel": "TRAVEL",
        "order": "most",
        "keep_copy": False,
        "show_bands": False,
        "path_prompt": "a person runs",
    }
    numbers = [getattr(scene.mmm_edit, name) for name in ("seconds", "wrap", "middle", "strength", "path_speed")]
    assert numbers == pytest.approx([3.5, 0.8, 0.7, 0.45, 2.5])
    chosen = studio.extension.module("ui.properties.edit").chosen_kind(scene.mmm_edit)
    assert studio.extension.module("ui.properties.edit").read_wish(scene.mmm_edit, chosen)["travel"] == "TRAVEL"
    assert (scene.mmm.prompt, scene.mmm.edit_prompt) == ("a person dances", "a person jumps")
    assert (scene.mmm.duration, scene.mmm.seed, scene.mmm.variations, scene.mmm.quality) == ("SECONDS", 42, 5, "HIGH")
    told = [scene.mmm.seconds, scene.mmm.guidance, scene.mmm.temperature, scene.mmm.ghost_opacity]
    assert told == pytest.approx([7.5, 4.5, 0.7, 0.3])
    parts = [(part.prompt, part.duration) for part in scene.mmm_story.parts]
    assert parts == [("a person walks", "SECONDS"), ("a person waves", "AUTO")]
    assert [entry.prompt for entry in studio.session.history] == ["a person kicks"]


def test_what_lies_on_rig_and_action_is_understood(studio: Studio, opened: bpy.types.Object) -> None:
    module = studio.extension.module
    mapping = module("rig.finding.find_mapping").find_mapping(opened)
    assert "left_collar" not in mapping.bones and mapping.bones["right_collar"] == "clavicle.R"
    assert mapping.by_hand == {"left_collar"}
    entry = module("ui.properties.generate").entry_of_action(bpy.context)
    assert (entry.prompt, entry.seed, entry.steps) == ("a person walks in a circle", 11, 12)
    action = opened.animation_data.action
    strips = module("editing.story_strips").read_story(action)
    assert [(strip.prompt, strip.first, strip.last) for strip in strips] == [
        ("a person walks", 5, 20),
        ("a person waves", 20, 40),
    ]
    assert [told["kind"] for told in json.loads(action["mmm_edits"])] == ["inpaint"]
    assert len(module("animation.played").played_curves(opened)) > 60
    assert module("ui.bone_mapping").look_up(opened).problem == ""
