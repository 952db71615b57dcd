"""A seat that is not just behind the character: what to do is told before a motion is made."""

from __future__ import annotations

import bpy
import pytest

from mmm_blender import character
from mmm_blender.animation.directing.targets import Pin, find_seat_doubt, plan_direction


@pytest.mark.parametrize(
    ("place", "part", "doubted"),
    [
        ((0.0, 0.5, 0.45), "seat", False),
        ((0.0, -1.5, 0.45), "seat", True),
        ((0.0, 2.0, 0.45), "seat", True),
        ((0.0, -1.5, 0.45), "right_hand", False),
    ],
)
def test_who_would_have_to_walk_to_a_seat_is_told_to_make_a_story(empty_scene, place, part, doubted):
    armature = character.add_character(empty_scene.collection)
    spot = bpy.data.objects.new("Bench", None)
    empty_scene.collection.objects.link(spot)
    spot.location = place
    bpy.context.view_layer.update()
    now = empty_scene.frame_current
    direction = plan_direction(armature, empty_scene, [Pin(spot, part, now + 60, now + 60)], False, None)
    assert ("Stop At" in find_seat_doubt(direction)) == doubted
    assert find_seat_doubt(None) == ""
