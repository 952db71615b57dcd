"""Two characters: selected, asked for with one button, keyed with another, and back with one undo."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import bpy
import numpy as np
import pytest
from studio import Studio


@pytest.fixture
def studio(extension: ModuleType) -> Studio:
    studio = Studio(extension)
    studio.add_character()
    first = bpy.context.object
    studio.add_character()
    second = bpy.context.object
    second.location, second.scale = (3.0, 1.0, 0.0), (0.9, 0.9, 0.9)
    first.select_set(True)
    second.select_set(True)
    bpy.context.view_layer.objects.active = first
    bpy.context.view_layer.update()
    return studio


def wrist(armature: bpy.types.Object) -> np.ndarray:
    return np.array(armature.matrix_world @ armature.pose.bones["hand.R"].head)


def test_two_shake_hands_and_undo_takes_both_back(studio: Studio) -> None:
    scene = bpy.context.scene
    studio.settings.variations, studio.settings.quality = 1, "DRAFT"
    scene.mmm_pair.interaction = "shake hands"
    first, second = bpy.context.object, next(it for it in bpy.context.selected_objects if it != bpy.context.object)
    assert bpy.ops.mmm.interact() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    pairs = import_module(f"{studio.session.__module__.rsplit('.', 1)[0]}.pairs")
    assert [pair.name for pair in pairs.made][:1] == ["shake hands"]
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.mmm.apply_pair() == {"FINISHED"}
    start = pairs.made[0].plan.start
    fps = scene.render.fps / scene.render.fps_base
    scene.frame_set(start + round(2.0 * fps))
    # The palms meet; the wrists are a hand's length apart at most.
    apart = float(np.linalg.norm(wrist(first) - wrist(second)))
    print(f"wrists {100 * apart:.1f} cm apart")
    assert apart < 0.22
    scene.frame_set(start)
    assert float(np.linalg.norm(wrist(first) - wrist(second))) > apart
    names = first.name, second.name
    bpy.ops.ed.undo_push(message="after")
    bpy.ops.ed.undo()
    for name in names:
        animation = bpy.data.objects[name].animation_data
        assert animation is None or animation.action is None


def test_what_is_missing_is_told(studio: Studio) -> None:
    bpy.context.scene.mmm_pair.interaction = "shake feet"
    with pytest.raises(RuntimeError, match="no interaction"):
        bpy.ops.mmm.interact()
    bpy.context.selected_objects[0].select_set(False)
    for each in list(bpy.context.selected_objects):
        each.select_set(False)
    with pytest.raises(RuntimeError, match="Select two characters"):
        bpy.ops.mmm.interact()
