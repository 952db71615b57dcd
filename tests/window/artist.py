"""What an artist does on the first day, done inside a Blender with a window. Started by run.py.

Mouse and keyboard events go through Blender's own event handling; a screenshot is kept of every state.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import bpy

sys.path.insert(0, os.environ["MMM_SHARED"])

from hands import Hands  # noqa: E402
from visit import (  # noqa: E402
    MODULE,
    answer,
    close_panels,
    install,
    keys_of,
    look_from_the_front,
    module,
    note,
    open_panels,
    select,
    undo_once,
    until,
    visit,
)

PROMPT = "a person walks forward"
FIELD_BELOW = 30  # pixels from a row of the preferences to the next
MOST_CLICKS = 12  # from the zip to keys on a character, where an engine is there already


def steps(hands: Hands) -> Any:
    yield from install(hands)
    hands.clicks += 2  # the zip is dropped, and confirmed: no event of Blender's can stand for another program's file
    yield from meet_panel(hands)
    yield from add_character(hands)
    yield from generate(hands)
    yield from apply(hands)
    yield from play(hands)
    yield from undo(hands)
    yield from escape(hands)
    yield from edit(hands)


def meet_panel(hands: Hands) -> Any:
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    if not hands.area.spaces.active.show_region_ui:
        region = hands.region("WINDOW")
        hands.move(region.x + region.width // 3, region.y + region.height // 2)
        yield 0.2
        hands.press("N")
        yield 0.5
    yield from hands.open_tab("MMM")
    yield from hands.picture("install-engine")
    yield from hands.push("preferences.addon_show")
    yield 1.5
    yield from hands.picture("preferences", aside=False)
    yield from choose_python(hands)
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[-1]):
        bpy.ops.wm.window_close()
    hands.clicks += 1  # on the frame of the window, which is the system's and not Blender's
    yield 0.5
    yield from hands.picture("panel")


def choose_python(hands: Hands) -> Any:
    """Use an Existing Python, in the window of the preferences."""
    preferences = bpy.context.preferences.addons[MODULE].preferences
    python = os.environ["MMM_ENGINE_PYTHON"]
    there = Hands(hands.shared, window=-1)
    region = there.region("WINDOW", "PREFERENCES")
    # Blender tells no names of buttons of preferences: where the choice is, is looked for before, and counted once
    x = region.x + int(0.85 * region.width)
    for y in range(region.y + region.height - 60, region.y + 100, -12):
        yield from there.click(x, y)
        if preferences.source == "EXISTING":
            break
    else:
        raise AssertionError("no choice of a Python in sight")
    preferences.source, there.clicks = "OWN", 0
    yield 0.5
    yield from there.click(x, y)
    yield 0.5
    assert preferences.source == "EXISTING"
    yield from there.click(region.x + int(0.7 * region.width), y - FIELD_BELOW)
    there.press("A", ctrl=True)
    yield from there.type(python)
    there.press("RET")
    yield 0.5
    assert preferences.existing_python == python, f"the field reads {preferences.existing_python!r}"
    hands.clicks += there.clicks


def add_character(hands: Hands) -> Any:
    yield from hands.push("mmm.add_character")
    yield from until(lambda: bpy.data.armatures, "a character", 60)
    look_from_the_front(hands, (0.35, -1.2, 0.8), 6.5)
    yield 1.5
    yield from hands.picture("character")


def generate(hands: Hands) -> Any:
    yield from hands.push("mmm.prompt")
    yield from hands.type(PROMPT)
    hands.press("RET")
    yield 0.3
    assert bpy.context.scene.mmm.prompt == PROMPT, f"the prompt reads {bpy.context.scene.mmm.prompt!r}"
    session = module("client.session").session
    assert session.engine_alive and session.run is None, "the engine is not started while a prompt is typed"
    start = time.perf_counter()
    yield from hands.push("mmm.generate")
    yield from until(lambda: session.run is not None or session.message, "a run", 20)
    yield from hands.picture("loading")
    yield from until(lambda: session.run is None or session.run.stage == "decode", "decoding", 240)
    yield from hands.picture("progress")
    yield from until(lambda: session.run is None, "the motions", 240)
    assert not session.message, session.message
    assert len(session.results) == 3, f"{len(session.results)} results"
    note(f"motions {time.perf_counter() - start:.1f} s after the click, the engine started with the first letter")
    overlay = module("ui.ghost_overlay")
    yield from until(lambda: overlay.ghost is not None or overlay.message, "a ghost", 20)
    assert overlay.ghost is not None, overlay.message
    yield from until(lambda: overlay.frame >= 24, "the ghost to move", 20)
    yield from hands.picture("ghost")
    assert not bpy.data.actions, "a ghost must not touch the scene"
    assert not overlay.message, overlay.message


def apply(hands: Hands) -> Any:
    yield from hands.push("mmm.apply")
    yield from until(lambda: bpy.data.actions, "keyframes", 20)
    yield 1.0
    action = bpy.data.actions[0]
    assert bpy.context.object.animation_data.action == action
    note(f"applied: {action.name!r}, frames {tuple(action.frame_range)}; {hands.clicks} clicks from the zip")
    assert hands.clicks <= MOST_CLICKS, f"{hands.clicks} clicks from the zip to keys"
    yield from hands.picture("applied")


def play(hands: Hands) -> Any:
    yield from hands.push("animation_play()", "HEADER", "DOPESHEET_EDITOR")
    yield from until(lambda: 20 < bpy.context.scene.frame_current < 80, "the animation to play", 120)
    yield from hands.picture("playing")
    with hands.context():
        bpy.ops.screen.animation_cancel(restore_frame=True)
    yield 0.3


def undo(hands: Hands) -> Any:
    """Ctrl-Z takes the whole Apply back, Ctrl-Shift-Z brings it back."""
    yield from undo_once(hands)
    rig = bpy.data.objects["MMM Character"]
    assert rig.animation_data is None or rig.animation_data.action is None, "undo left the action assigned"
    yield from undo_once(hands, again=True)
    rig = bpy.data.objects["MMM Character"]
    assert rig.animation_data is not None and rig.animation_data.action is not None, "redo did not bring it back"
    note("undo and redo: one step each")


def escape(hands: Hands) -> Any:
    """Esc over the viewport stops a run, and nothing else; then a run with the engine warm."""
    session = module("client.session").session
    before, newest = len(session.results), session.results[0].id
    yield from hands.push("mmm.generate")
    yield from until(lambda: session.run is not None and session.run.stage == "decode", "decoding", 120)
    region = hands.region("WINDOW")
    hands.move(region.x + region.width // 3, region.y + region.height // 2)
    yield 0.1
    hands.press("ESC")
    yield 0.3
    assert session.run is None and session.outcome == "Cancelled", "Esc did not cancel"
    assert len(session.results) == before
    yield from hands.picture("cancelled")
    yield 1.0
    start = time.perf_counter()
    yield from hands.push("mmm.generate")
    # The same request gives the same motions, which keep their places in the list.
    yield from until(lambda: session.run is None and session.outcome != "Cancelled", "the motions", 120)
    assert not session.message and session.results[0].id == newest
    note(f"motions {time.perf_counter() - start:.1f} s after the search for the button, engine warm")
    overlay = module("ui.ghost_overlay")
    yield from until(lambda: overlay.ghost is not None and overlay.frame > 10, "the ghost", 30)
    yield from hands.picture("ghost-on-animation")


def edit(hands: Hands) -> Any:
    """Select keys, type, regenerate, apply; and one undo takes it back."""
    rig = bpy.data.objects["MMM Character"]
    module("client.session").session.discard_all()
    close_panels("main", "MMM_PT_advanced", "MMM_PT_generate", "MMM_PT_apply_options", "MMM_PT_ghost")
    close_panels("apply", "MMM_PT_apply_body", "MMM_PT_apply_keys")
    open_panels("edit", "MMM_PT_edit")
    select(30, 60)
    before = keys_of(rig)
    yield 0.5
    yield from hands.push_anywhere("mmm.edit_prompt")
    yield from hands.type("a person jumps")
    hands.press("RET")
    yield 0.3
    yield from hands.push_anywhere("mmm.edit(")
    yield from answer()
    overlay = module("ui.ghost_overlay")
    yield from until(lambda: overlay.ghost is not None or overlay.message, "a ghost", 30)
    assert not overlay.message, overlay.message
    assert keys_of(rig) == before, "a ghost must not touch the keys"
    yield from hands.picture("edit")
    yield from hands.push_anywhere("mmm.apply")
    yield from until(lambda: len(bpy.data.actions) == 2, "the edited keys", 20)
    edited = keys_of(bpy.data.objects["MMM Character"])
    assert edited.keys() == before.keys() and edited != before
    for path, keys in edited.items():
        for now, then in zip(keys, before[path], strict=True):
            assert 30 < now[0] < 60 or now == then, f"{path} changed at frame {now[0]:g}"
    told = json.loads(bpy.data.objects["MMM Character"].animation_data.action["mmm_edits"])
    assert told[-1]["prompt"] == "a person jumps"
    yield from undo_once(hands)
    assert keys_of(bpy.data.objects["MMM Character"]) == before, "one undo did not take the edit back"
    note("edit: frames 30 to 60 made anew and taken back by one undo")


visit(steps)
