"""A library in a Blender with a window: ten prompts become ten assets, and an action becomes a game's file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np

sys.path.insert(0, os.environ["MMM_SHARED"])

from hands import Hands  # noqa: E402
from visit import (  # noqa: E402
    SHARED,
    begin,
    close_panels,
    look_from_the_front,
    module,
    note,
    open_panels,
    tracks,
    until,
    visit,
)

LINES = (
    "a person walks forward",
    "a person runs forward",
    "a person waves with the right hand",
    "a person sits down",
    "a person bows",
    "a person claps",
    "a person jumps",
    "a person salutes",
    "a person turns around",
    "a person kicks with the right foot",
)
MOST_CLICKS = 6
NEAR = 0.01  # metres
SWAY = 0.15  # metres by which hips sway about the way of the root


def steps(hands: Hands) -> Any:
    yield from begin(hands)
    close_panels("main", "MMM_PT_history", "MMM_PT_generate", "MMM_PT_advanced")
    yield from make_library(hands)
    yield from browse(hands)
    yield from export_for_game(hands)


def make_library(hands: Hands) -> Any:
    """Ten prompts to ten assets: lines on the clipboard, a file that was saved."""
    bpy.ops.wm.save_as_mainfile(filepath=str(SHARED / "library.blend"))
    look_from_the_front(hands, (0.35, 0.0, 0.9), 5.0)
    hands.clicks = 0
    yield from hands.push("mmm.add_character")
    yield from until(lambda: bpy.data.armatures, "a character", 60)
    open_panels("batch", "MMM_PT_batch")
    hands.clicks += 1  # on the header of the panel
    yield 0.5
    bpy.context.window_manager.clipboard = "\n".join(LINES)
    x, y = yield from hands.find("mmm.batch_paste")
    bpy.context.window_manager.clipboard = "\n".join(LINES)  # looking for buttons takes the clipboard
    yield from hands.click(x, y)
    wanted = bpy.context.scene.mmm_batch
    yield from until(lambda: wanted.text is not None, "the lines", 20)
    yield from hands.push("mmm.batch(")
    batch = module("client.batch")
    yield from until(lambda: batch.batch is not None, "the batch", 20)
    assert hands.clicks <= MOST_CLICKS, f"{hands.clicks} clicks"
    yield from until(lambda: len(batch.batch.made) >= 3 or not batch.batch.running, "three actions", 600)
    yield from hands.picture("batch")
    yield from until(lambda: not batch.batch.running, "ten actions", 1200)
    assert len(batch.batch.made) == len(LINES) and not batch.batch.failures, batch.batch.outcome
    rig = bpy.context.object
    assert rig.animation_data is None or rig.animation_data.action is None, "the character plays something else now"
    for name in batch.batch.made:
        asset = bpy.data.actions[name].asset_data
        assert asset is not None and "MMM" in [tag.name for tag in asset.tags], f"{name} is no asset with a tag"
        assert bpy.data.actions[name].preview is not None, f"{name} has no picture"
        assert asset.catalog_id.strip("0-"), f"{name} is in no catalog"
    note(f"ten prompts to ten assets: {hands.clicks} clicks; {', '.join(batch.batch.made)}")


def browse(hands: Hands) -> Any:
    """They are in the Asset Browser."""
    with hands.context():
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=0.4)
    yield 0.5
    below = min((a for a in hands.window.screen.areas if a.type == "VIEW_3D"), key=lambda area: area.y)
    below.ui_type = "ASSETS"
    yield 1.0
    below.spaces.active.params.asset_library_reference = "LOCAL"
    yield 3.0
    yield from hands.picture("asset-browser")
    below.type = "DOPESHEET_EDITOR"
    yield 0.5


def export_for_game(hands: Hands) -> Any:
    """An action as a file for Unreal; it is read back here, apart from the extension's own check."""
    rig = bpy.context.object
    close_panels("batch", "MMM_PT_batch")
    open_panels("games", "MMM_PT_games")
    rig.animation_data_create()
    action = bpy.data.actions[module("client.batch").batch.made[0]]
    rig.animation_data.action = action
    if hasattr(rig.animation_data, "action_slot"):
        rig.animation_data.action_slot = action.slots[0]
    first, last = (round(frame) for frame in action.frame_range)
    frames = range(first, last + 1)
    feet = tracks(rig, frames, ("foot.L", "foot.R"))
    pelvis = tracks(rig, frames, ("pelvis",))[:, 0]
    folder = SHARED / "game"
    folder.mkdir()
    yield 0.5
    yield from hands.push_anywhere("mmm_games.folder", across=0.6)
    hands.press("A", ctrl=True)
    yield from hands.type(str(folder))
    hands.press("RET")
    yield 0.5
    before = {name: len(getattr(bpy.data, name)) for name in ("objects", "actions", "armatures", "meshes")}
    yield from hands.push_anywhere("mmm.export_for_game")
    yield from until(lambda: list(folder.glob("*.fbx")), "a file", 120)
    yield 1.0
    assert {name: len(getattr(bpy.data, name)) for name in before} == before, "the export left something behind"
    yield from hands.picture("for-games")
    (path,) = folder.glob("*.fbx")
    twin = read_file(path)
    own = [name for name in ("foot.L", "foot.R") if name in twin.pose.bones]
    assert len(own) == 2, f"bones of the file: {[bone.name for bone in twin.pose.bones]}"
    start = twin.animation_data.action.frame_range[0]
    times = [start + frame - first for frame in frames]
    root = next(bone.name for bone in twin.pose.bones if bone.parent is None)
    back = tracks(twin, times, ("foot.L", "foot.R"))
    root_path = tracks(twin, times, (root,))[:, 0]
    begins = float(np.linalg.norm(pelvis[0, :2]))
    assert begins < 1e-3, f"the library's action begins {1000 * begins:.1f} mm off the origin"
    # so does the file, whose frame is the rig's own: both can be laid over each other
    off_feet = float(np.linalg.norm(back - feet, axis=-1).max())
    aside = np.linalg.norm((root_path - pelvis)[:, :2], axis=-1)
    ends, sway, high = float(aside[[0, -1]].max()), float(aside.max()), float(np.abs(root_path[:, 2]).max())
    note(
        f"{path.name}: root '{root}' goes {root_path[-1, 1] - root_path[0, 1]:.2f} m along Y, the hips "
        f"{pelvis[-1, 1] - pelvis[0, 1]:.2f} m; at both ends {1000 * ends:.1f} mm from below them, in between up to "
        f"{100 * sway:.1f} cm; feet {1000 * off_feet:.1f} mm off"
    )
    assert off_feet < NEAR, f"feet are {100 * off_feet:.1f} cm off"
    assert ends < NEAR, f"the root is {100 * ends:.1f} cm off the hips' way"
    assert high < NEAR and sway < SWAY, (
        f"the root is {100 * high:.1f} cm off the floor, {100 * sway:.1f} cm off the way"
    )


def read_file(path: Path) -> Any:
    """The armature of an FBX file, in the scene."""
    known = set(bpy.data.objects)
    if hasattr(bpy.ops.wm, "fbx_import"):
        bpy.ops.wm.fbx_import(filepath=str(path))
    else:
        bpy.ops.import_scene.fbx(filepath=str(path))
    return next(each for each in bpy.data.objects if each not in known and each.type == "ARMATURE")


visit(steps)
