"""Editing with the real engine: sample, ask, ghost, apply, undo."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import bpy
import numpy as np
import pytest
from studio import Studio, dump, keys_of

ATTRIBUTES = ("co", "handle_left", "handle_right", "handle_left_type", "handle_right_type", "interpolation", "easing",
              "type")  # fmt: skip


@pytest.fixture
def studio(extension: ModuleType) -> Studio:
    studio = Studio(extension)
    studio.session.discard_all()
    studio.add_character()
    return studio


def curves_of(character: bpy.types.Object) -> list[Any]:
    played: list[Any] = []
    action = character.animation_data.action
    if getattr(action, "layers", None):
        played = [c for layer in action.layers for s in layer.strips for bag in s.channelbags for c in bag.fcurves]
    return played or list(action.fcurves)


def keys_outside(character: bpy.types.Object, first: int, last: int) -> dict[tuple[str, int], list[Any]]:
    return {
        (curve.data_path, curve.array_index): [
            [value if isinstance(value := getattr(key, name), str) else tuple(value) for name in ATTRIBUTES]
            for key in curve.keyframe_points
            if not first <= key.co[0] <= last
        ]
        for curve in curves_of(character)
    }


def comparable(found: dict[str, Any]) -> dict[str, Any]:
    """A dump without the scenes' settings, of which it holds the address, and undo makes them anew."""
    return {**found, "scenes": {name: {**scene, "custom": None} for name, scene in found["scenes"].items()}}


def select(character: bpy.types.Object, first: int, last: int) -> None:
    for curve in curves_of(character):
        for key in curve.keyframe_points:
            key.select_control_point = first <= key.co[0] <= last


def test_the_middle_is_made_anew_and_undo_brings_all_back(studio: Studio) -> None:
    studio.generate("a person walks forward", seconds=4.0)
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    character, session = bpy.context.object, studio.session
    first, last = 31, 65
    select(character, first, last)
    bpy.context.scene.mmm.edit_prompt = "a person jumps"
    bpy.context.scene.frame_set(3)
    bpy.ops.ed.undo_push(message="before")
    before, outside = dump(), keys_outside(character, first, last)
    inside = keys_of(character.animation_data.action)

    assert bpy.ops.mmm.edit() == {"FINISHED"}
    studio.wait()
    assert not session.message, session.message
    studio.wait(lambda: studio.overlay.ghost is not None or studio.overlay.message, 20)
    assert not studio.overlay.message, studio.overlay.message
    variation = session.chosen
    assert (variation.edit.span.first, variation.edit.span.last) == (first, last)
    assert len(studio.overlay.ghost.points) == last - first + 1 and studio.overlay.start_frame == first
    assert dump() == before, "asking and showing must not touch the scene"
    ghost = studio.overlay.ghost

    assert bpy.ops.mmm.apply() == {"FINISHED"}
    bpy.ops.ed.undo_push(message="Apply Motion")
    assert keys_outside(character, first, last) == outside
    action = character.animation_data.action
    assert f"{action.name} (before edit)" in bpy.data.actions
    (told,) = json.loads(action["mmm_edits"])
    assert told["kind"] == "inpaint" and told["prompt"] == "a person jumps"
    now = keys_of(action)
    assert now.keys() == inside.keys()
    changed = [path for path in now if now[path] != inside[path]]
    assert len(changed) > 20
    for path in changed:
        assert [frame for frame, _ in now[path]] == [frame for frame, _ in inside[path]]
        ends = {frame: value for frame, value in inside[path] if frame in (first, last)}
        assert {frame: value for frame, value in now[path] if frame in ends} == ends
    # between the seams the keys put the body where the ghost was
    middle = (first + last) // 2
    bpy.context.scene.frame_set(middle)
    for bone in ("hand.L", "foot.R", "head"):
        head = np.array(character.pose.bones[bone].head)
        assert np.linalg.norm(ghost.points[middle - first] - head, axis=-1).min() < 2e-3
    bpy.ops.ed.undo()
    assert comparable(dump()) == comparable(before)
    assert session.results[0].used


def test_keys_of_the_arms_change_the_upper_body_only(studio: Studio) -> None:
    studio.generate("a person walks forward", seconds=3.0)
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    character = bpy.context.object
    select(character, 500, 500)
    for curve in curves_of(character):
        for key in curve.keyframe_points:
            key.select_control_point = "arm" in curve.data_path and key.co[0] in (20, 50)
    before = keys_of(character.animation_data.action)
    bpy.context.scene.mmm.edit_prompt = "a person waves with the right hand"
    assert bpy.ops.mmm.edit() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    assert studio.session.chosen.edit.span.part == "upper"
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    now = keys_of(character.animation_data.action)
    changed = {path.split('"')[1] for path, index in now if now[path, index] != before[path, index]}
    assert {"forearm.R", "upper_arm.L", "spine1"} <= changed
    assert not changed & {"pelvis", *(f"{bone}.{side}" for bone in ("thigh", "shin", "foot", "toe") for side in "LR")}


def test_refusals_say_what_to_do_and_change_nothing(studio: Studio) -> None:
    with pytest.raises(RuntimeError, match="no action with keys"):
        bpy.ops.mmm.edit()
    studio.generate("a person waves", seconds=2.0)
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    character = bpy.context.object
    select(character, 500, 500)
    before = dump()
    with pytest.raises(RuntimeError, match="Nothing is selected"):
        bpy.ops.mmm.edit()
    select(character, 20, 20)
    with pytest.raises(RuntimeError, match="Only frame 20"):
        bpy.ops.mmm.edit()
    assert dump() == before and not studio.session.busy
