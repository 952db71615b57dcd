"""Bone Mapping and the options of Apply in a Blender with a window: look, select, correct, undo.

``python tests/window/run.py --zip ... --visit mapper.py --images docs/images`` makes the guide's pictures anew.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import bpy

sys.path.insert(0, os.environ["MMM_SHARED"])

from hands import Hands  # noqa: E402
from visit import (  # noqa: E402
    MODULE,
    close_panels,
    install,
    look_from_the_front,
    module,
    open_panels,
    until,
    use_existing_python,
    visit,
)


def steps(hands: Hands) -> Any:
    yield from prepare(hands)
    yield from look(hands)
    yield from correct(hands)
    yield from miss(hands)
    yield from choose_options(hands)


def prepare(hands: Hands) -> Any:
    yield from install(hands)
    use_existing_python(bpy.context.preferences.addons[MODULE].preferences)
    for name in ("Cube", "Camera", "Light"):
        bpy.data.objects.remove(bpy.data.objects[name])
    close_panels("main", "MMM_PT_advanced", "MMM_PT_ghost", "MMM_PT_history", "MMM_PT_generate")
    open_panels("mapping", "MMM_PT_bone_mapping")
    hands.area.spaces.active.show_region_ui = True
    yield 0.5
    hands.region("UI").active_panel_category = "MMM"
    bpy.ops.mmm.add_character()
    bpy.context.object.show_in_front = True
    bpy.ops.ed.undo_push(message="Add MMM Character")
    look_from_the_front(hands, (0.35, 0.0, 0.8), 4.0)
    yield 1.0


def look(hands: Hands) -> Any:
    """What was found by shape alone: a confidence a bone; a row selects its bone."""
    with hands.context():
        bpy.ops.mmm.use_bone_preset("EXEC_DEFAULT", True, name="")
        bpy.ops.object.mode_set(mode="POSE")
    yield 0.8
    x, y = yield from hands.find("mmm.select_mapped_bone", across=0.2)
    yield from hands.click(x, y)
    yield 0.5
    assert bpy.context.active_pose_bone.name == "pelvis", f"the row selected {bpy.context.active_pose_bone}"
    yield from hands.picture("mapping")


def correct(hands: Hands) -> Any:
    """The selected bone is taken for a row with the pipette, and one undo takes it back."""
    bones = bpy.context.object.data.bones
    bones.active = bones["spine1"]
    _, y = yield from hands.find("mmm.select_mapped_bone", across=0.2)
    region = hands.region("UI")
    yield from hands.click(region.x + region.width - 40, y)
    fields = bpy.context.scene.mmm_bones
    yield from until(lambda: fields.pelvis == "spine1", "the bone to be taken", 5)
    yield 0.5
    yield from hands.picture("mapping-by-hand")
    view = hands.region("WINDOW")
    hands.move(view.x + view.width // 3, view.y + view.height // 2)
    yield 0.2
    hands.press("Z", ctrl=True)
    yield 1.0
    assert bpy.context.scene.mmm_bones.pelvis == "pelvis", "undo left the wrong bone"


def miss(hands: Hands) -> Any:
    """A required bone that is missing is said in the panel."""
    bpy.context.scene.mmm_bones.left_elbow = ""
    assert "left forearm" in module("ui.bone_mapping").look_up(bpy.context.object).problem
    module("redraw").redraw_panels()  # a script's changes are not drawn by themselves
    yield 0.5
    yield from hands.picture("mapping-missing")
    with hands.context():
        bpy.ops.object.mode_set(mode="OBJECT")
        bpy.ops.mmm.map_again()
    yield 0.5


def choose_options(hands: Hands) -> Any:
    close_panels("mapping", "MMM_PT_bone_mapping")
    for file, name in (
        ("main", "MMM_PT_apply_options"),
        ("apply", "MMM_PT_apply_body"),
        ("apply", "MMM_PT_apply_keys"),
    ):
        open_panels(file, name)
    scene = bpy.context.scene
    scene.mmm.prompt, scene.mmm.quality, scene.mmm.variations = "a person walks forward", "DRAFT", 1
    scene.mmm.target = "NLA_STRIP"
    bpy.ops.mmm.generate()
    session = module("client.session").session
    yield from until(lambda: session.run is None, "the motion", 240)
    assert not session.message, session.message
    overlay = module("ui.ghost_overlay")
    yield from until(lambda: overlay.ghost is not None or overlay.message, "a ghost", 20)
    yield 1.0
    yield from hands.picture("apply-options")


visit(steps)
