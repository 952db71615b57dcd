"""Several characters in a Blender with a window: two are selected and get a take each; two shake hands."""

from __future__ import annotations

import os
import sys
from typing import Any

import bpy
import numpy as np

sys.path.insert(0, os.environ["MMM_SHARED"])

from hands import Hands  # noqa: E402
from visit import (  # noqa: E402
    answer,
    begin,
    close_panels,
    look_from_the_front,
    module,
    note,
    open_panels,
    tracks,
    undo_once,
    until,
    visit,
)

APART = 1.5  # metres between the two
TOUCH = 0.2  # metres between the wrists of two hands that hold each other


def steps(hands: Hands) -> Any:
    yield from begin(hands)
    close_panels("main", "MMM_PT_history", "MMM_PT_advanced", "MMM_PT_apply_options", "MMM_PT_ghost")
    close_panels("apply", "MMM_PT_apply_body", "MMM_PT_apply_keys")
    yield from take_each(hands)
    yield from shake_hands(hands)


def take_each(hands: Hands) -> Any:
    """Both selected: a take each, from where each stands, in one step."""
    scene = bpy.context.scene
    yield from hands.push("mmm.add_character")
    yield from until(lambda: len(bpy.data.armatures) == 1, "a character", 60)
    scene.cursor.location = (APART, 0.0, 0.0)
    yield from hands.push("mmm.add_character", across=0.83)
    yield from until(lambda: len(bpy.data.armatures) == 2, "another one", 60)
    scene.cursor.location = (0.0, 0.0, 0.0)
    look_from_the_front(hands, (0.9, -0.8, 0.9), 7.5)
    yield 0.5
    region = hands.region("WINDOW")
    hands.move(region.x + region.width // 4, region.y + region.height // 2)
    yield 0.2
    hands.press("A")
    yield 0.5
    one, two = (each for each in bpy.context.scene.objects if each.type == "ARMATURE")
    active = bpy.context.view_layer.objects.active
    other = two if active == one else one
    assert one.select_get() and two.select_get()
    scene.mmm.prompt, scene.mmm.variations = "a person waves with the right hand", 1
    yield from hands.push_anywhere("mmm.generate")
    yield from answer()
    session = module("client.session").session
    assert len(session.results) == 2, f"{len(session.results)} takes for two characters"
    yield from until(lambda: module("ui.ghost_overlay").ghost is not None, "a ghost", 60)
    yield from hands.picture("several-characters")
    yield from hands.push_anywhere("mmm.apply_to_selected(takes='EACH'", across=0.75)
    yield from until(lambda: len(bpy.data.actions) == 2, "two actions", 60)
    yield 1.0
    assert all(take.used for take in session.results)
    places = {each.name: tracks(each, (1, 20), ("pelvis",))[0, 0] for each in (one, two)}
    for each in (one, two):
        off = float(np.linalg.norm((places[each.name] - np.array(each.matrix_world.translation))[:2]))
        assert off < 0.1, f"{each.name} begins {off:.2f} m from where it stands"
    poses = [tracks(each, (20, 40), ("hand.R",)) - np.array(each.matrix_world.translation) for each in (one, two)]
    apart = float(np.linalg.norm(poses[0] - poses[1], axis=-1).max())
    assert apart > 0.01, "both got the same take"
    note(f"two characters: a take each from where they stand; {active.name} is active, {other.name} goes along")
    yield from undo_once(hands)
    rigs = [each for each in bpy.context.scene.objects if each.type == "ARMATURE"]
    assert not [each for each in rigs if each.animation_data and each.animation_data.action], "one undo left an action"


def shake_hands(hands: Hands) -> Any:
    """An interaction for both, from the panel."""
    close_panels("main", "MMM_PT_generate", "MMM_PT_results")
    open_panels("pairs", "MMM_PT_pairs")
    module("client.session").session.discard_all()
    yield 0.5
    yield from hands.push_anywhere("mmm.interact")
    yield from answer()
    pairs = module("client.pairs")
    assert pairs.made, "no motions of two came"
    yield from hands.push_anywhere("mmm.apply_pair", across=0.8)
    yield from until(lambda: len([a for a in bpy.data.actions if a.users]) >= 2, "two actions", 60)
    yield 1.0
    rigs = [each for each in bpy.context.scene.objects if each.type == "ARMATURE"]
    assert all(each.animation_data and each.animation_data.action for each in rigs)
    last = round(min(each.animation_data.action.frame_range[1] for each in rigs))
    wrists = [tracks(each, range(1, last + 1), ("hand.R",))[:, 0] for each in rigs]
    apart = np.linalg.norm(wrists[0] - wrists[1], axis=-1)
    nearest = int(apart.argmin()) + 1
    note(f"shake hands: right wrists {100 * apart.min():.1f} cm apart at frame {nearest} of {last}; {hint()}")
    bpy.context.scene.frame_set(nearest)
    middle = (wrists[0][nearest - 1] + wrists[1][nearest - 1]) / 2
    look_from_the_front(hands, (middle[0] + 0.3, middle[1], 0.9), 4.5)
    yield 0.5
    yield from hands.picture("two-characters")
    assert apart.min() < TOUCH
    yield from undo_once(hands)
    rigs = [each for each in bpy.context.scene.objects if each.type == "ARMATURE"]
    assert not [each for each in rigs if each.animation_data and each.animation_data.action], "one undo left an action"


def hint() -> str:
    return module("client.session").session.hint or "nothing missed"


visit(steps)
