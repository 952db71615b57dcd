"""What Blender shows is what is read and written, in every version: messages, the button beside them, the keys."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import pytest
from studio import Studio, dump, keys_of

SLOTS = bpy.app.version >= (4, 4, 0)


@pytest.fixture
def studio(empty_studio: Studio) -> Studio:
    return empty_studio


def at_rest(rig: bpy.types.Object) -> None:
    rig.data.pose_position = "REST"


def stretched(_rig: bpy.types.Object) -> None:
    bpy.context.scene.render.frame_map_new = 200


def soloed(rig: bpy.types.Object) -> None:
    track = rig.animation_data_create().nla_tracks.new()
    track.strips.new("Other", 1, bpy.data.actions.new("Other"))
    track.is_solo = True


@pytest.mark.parametrize(
    ("prepare", "words"), [(at_rest, "Rest Position"), (stretched, "Time Stretching"), (soloed, "soloed")]
)
def test_apply_and_edit_say_what_is_in_the_way(studio: Studio, prepare: Any, words: str) -> None:
    rig, _ = studio.build_rig("Mixamo")
    motion = studio.put_motion()
    assert bpy.ops.mmm.apply(result=motion) == {"FINISHED"}
    prepare(rig)
    bpy.context.scene.frame_set(1)
    before = dump()
    with pytest.raises(RuntimeError, match=words):
        bpy.ops.mmm.apply(result=motion)
    assert dump() == before
    scene = bpy.context.scene
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 10, 30
    look = studio.extension.module("ui.edit_view").look(bpy.context)
    assert look.aim is None and words in look.text and look.obstacle.fix
    assert bpy.ops.mmm.put_right(fix=look.obstacle.fix) == {"FINISHED"}
    assert studio.extension.module("ui.edit_view").look(bpy.context).aim is not None
    assert bpy.ops.mmm.apply(result=motion) == {"FINISHED"}


@pytest.mark.skipif(not SLOTS, reason="slots came with 4.4")
def test_an_action_without_its_slot(studio: Studio) -> None:
    rig, _ = studio.build_rig("Mixamo")
    motion = studio.put_motion()
    assert bpy.ops.mmm.apply(result=motion) == {"FINISHED"}
    slot, rig.animation_data.action_slot = rig.animation_data.action_slot, None
    with pytest.raises(RuntimeError, match="uses no slot"):
        bpy.ops.mmm.apply(result=motion, target="ACTIVE_ACTION")
    assert bpy.ops.mmm.put_right(fix="ASSIGN_SLOT") == {"FINISHED"}
    assert rig.animation_data.action_slot == slot
    assert bpy.ops.mmm.apply(result=motion, target="ACTIVE_ACTION") == {"FINISHED"}
    assert len(rig.animation_data.action.slots) == 1


def test_bones_that_constraints_hold(studio: Studio) -> None:
    source, _ = studio.build_rig("Mixamo")
    rig, bones = studio.build_rig("Mixamo")
    for bone in rig.pose.bones:
        constraint = bone.constraints.new("COPY_ROTATION")
        constraint.target, constraint.subtarget = source, bone.name
    motion, miss = studio.put_motion(), studio.extension.module("ui.last_miss")
    before = dump()
    with pytest.raises(RuntimeError, match="Copy Rotation"):
        bpy.ops.mmm.apply(result=motion)
    assert dump() == before and bones["pelvis"] in miss.obstacle.bones
    assert bpy.ops.mmm.apply(result=motion, despite=True) == {"FINISHED"}
    assert miss.obstacle is None and rig.animation_data.action is not None
    with pytest.raises(RuntimeError, match="Copy Rotation"):
        bpy.ops.mmm.apply(result=motion)
    assert bpy.ops.mmm.put_right(fix=miss.obstacle.fix, bones="\n".join(miss.obstacle.bones)) == {"FINISHED"}
    assert miss.obstacle is None
    assert bpy.ops.mmm.apply(result=motion) == {"FINISHED"}


def test_new_keys_go_on_from_those_beside_them(studio: Studio) -> None:
    rig, _ = studio.build_rig("Mixamo")
    motion = studio.put_motion("turn", 20)
    assert bpy.ops.mmm.apply(result=motion, start_frame=1) == {"FINISHED"}
    action = rig.animation_data.action
    curves = (
        [c for layer in action.layers for s in layer.strips for b in s.channelbags for c in b.fcurves]
        if SLOTS
        else action.fcurves
    )
    for curve in curves:
        if curve.data_path.endswith("quaternion"):
            for key in curve.keyframe_points:
                key.co[1] *= -1
    assert bpy.ops.mmm.apply(result=motion, start_frame=60, target="ACTIVE_ACTION") == {"FINISHED"}
    values: dict[str, dict[float, list[float]]] = {}
    for (path, _), keys in sorted(keys_of(action).items()):
        if path.endswith("quaternion"):
            for frame, value in keys:
                values.setdefault(path, {}).setdefault(frame, []).append(value)
    gaps = 0
    for path, rows in values.items():
        last = max(frame for frame in rows if frame < 60)
        if len(rows) > 2:
            assert np.dot(rows[last], rows[60.0]) > 0, path
            gaps += 1
    assert gaps > 15


def test_the_object_travels_from_where_its_deltas_put_it(studio: Studio) -> None:
    rig, _ = studio.build_rig("Mixamo")
    rig.location, rig.delta_location, rig.delta_rotation_euler = (3, 0, 0), (1, 2, 0), (0, 0, 1)
    bpy.context.view_layer.update()
    stood = np.array(rig.matrix_world)[:3, 3]
    assert bpy.ops.mmm.apply(result=studio.put_motion(), start_frame=1, root="OBJECT") == {"FINISHED"}
    bpy.context.scene.frame_set(1)
    assert np.linalg.norm(np.array(rig.matrix_world)[:3, 3] - stood) < 0.05
