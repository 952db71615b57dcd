"""What every visit to a windowed Blender begins and ends with: install the zip, wait for things, report.

Visits that are started together are made one after the other, each in a new file with the extension enabled anew.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from hands import Hands, perform
from mathutils import Euler

SHARED = Path(os.environ["MMM_SHARED"])
MODULE = "bl_ext.user_default.mmm_blender"
report: list[str] = []
_visits: list[Any] = []


def visit(steps: Any) -> None:
    """Run the generator ``steps(hands)`` in this Blender; take a picture of what goes wrong, write a report, leave.

    Called by each script that Blender is started with: the visits are made in that order.
    """
    _visits.append(steps)
    if len(_visits) > 1:
        return
    bpy.context.preferences.view.show_splash = False
    bpy.context.preferences.view.ui_scale = 1.0
    bpy.context.preferences.system.viewport_aa = "OFF"
    bpy.context.preferences.system.use_region_overlap = (
        False  # else the viewport is drawn with every move over a button
    )
    perform(_make_visits(Hands(SHARED)), finished)


def _make_visits(hands: Hands) -> Any:
    """One after the other; what fails does not keep the next from being made."""
    failures = []
    for number, steps in enumerate(_visits):
        start, name = time.perf_counter(), Path(steps.__code__.co_filename).stem
        hands.clicks = 0
        if number:
            bpy.ops.wm.read_homefile(use_factory_startup=True)
            yield 1.0
        try:
            yield from steps(hands)
        except Exception as error:
            failures.append(name)
            note("".join(traceback.format_exception(error)))
            yield from hands.picture(f"failure-{name}", aside=False)
        note(f"{name}: {time.perf_counter() - start:.0f} s, {hands.clicks} clicks\n")
    assert not failures, f"failed: {', '.join(failures)}"


def begin(hands: Hands) -> Any:
    """An empty scene with the extension, its engine and its tab in sight."""
    yield from install(hands)
    use_existing_python(bpy.context.preferences.addons[MODULE].preferences)
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    for name in ("Camera", "Light"):
        bpy.data.objects[name].hide_set(True)
    yield from show_tab(hands)


def show_tab(hands: Hands) -> Any:
    """Have the sidebar open on our tab."""
    hands.area.spaces.active.show_region_ui = True
    yield 0.5
    hands.region("UI").active_panel_category = "MMM"
    yield 0.5


def split_timeline(hands: Hands) -> Any:
    """A Dope Sheet with room below the 3D viewport, which keeps its sidebar."""
    with hands.context():
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=0.3)
    yield 0.5
    below = min((a for a in hands.window.screen.areas if a.type == "VIEW_3D"), key=lambda area: area.y)
    below.type = "DOPESHEET_EDITOR"
    below.spaces.active.mode = "ACTION"
    below.spaces.active.show_region_ui = False
    yield 0.5
    yield from show_tab(hands)


def install(hands: Hands) -> Any:
    if MODULE in bpy.context.preferences.addons:  # by the visit before
        show_all_panels()
        module("client.session").session.results.clear()
        module("client.session").session.discard_all()
        yield 0.5
        return
    zip_path = str(SHARED / "extension.zip")
    start = time.perf_counter()
    bpy.ops.extensions.package_install_files(repo="user_default", filepath=zip_path, enable_on_install=True)
    note(f"installed and enabled in {time.perf_counter() - start:.1f} s")
    assert MODULE in bpy.context.preferences.addons, "the extension is not enabled"
    yield 1.0


def use_existing_python(preferences: Any) -> None:
    """Choose the Python this test brought along, as *Use an existing Python* does."""
    python = os.environ["MMM_ENGINE_PYTHON"]
    preferences.source = "EXISTING"
    preferences.existing_python = python


def look_from_the_front(hands: Hands, centre: tuple[float, float, float], distance: float) -> None:
    """Turn the 3D viewport to where a character is seen well."""
    view = hands.area.spaces.active.region_3d
    view.view_perspective = "PERSP"
    view.view_rotation = Euler((1.25, 0.0, 0.75)).to_quaternion()
    view.view_location, view.view_distance = centre, distance


def open_panels(file: str, *names: str) -> None:
    """Have panels open that start closed; the headers have nothing by which a button could be found.

    Under another name: by the old one Blender remembers that they were drawn closed.
    """
    close_panels(file, *names)
    for name in names:
        panel = getattr(module(f"ui.panels.{file}"), name)
        panel.bl_idname, panel.bl_options = f"{name}_open", set()
        parent = getattr(panel, "bl_parent_id", "")
        if parent and not hasattr(bpy.types, parent):  # it was opened before
            panel.bl_parent_id = f"{parent}_open"
        bpy.utils.register_class(panel)


def close_panels(file: str, *names: str) -> None:
    """Take panels out of the sidebar, to make room."""
    for name in names:
        if getattr(module(f"ui.panels.{file}"), name).is_registered:
            bpy.utils.unregister_class(getattr(module(f"ui.panels.{file}"), name))


def show_all_panels() -> None:
    """Bring back what was taken out of the sidebar."""
    prefix = f"{MODULE}.mmm_blender.ui.panels."
    files = sorted(
        (name for name in sys.modules if name.startswith(prefix)), key=lambda name: not name.endswith("main")
    )
    for file in files:
        for panel in getattr(sys.modules[file], "CLASSES", ()):
            if not getattr(panel, "is_registered", True):
                parent = getattr(panel, "bl_parent_id", "")
                if parent and not hasattr(bpy.types, parent):
                    panel.bl_parent_id = f"{parent}_open"
                bpy.utils.register_class(panel)


def until(condition: Any, what: str, seconds: float) -> Any:
    """Wait until ``condition()``. Raises AssertionError after ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        yield 0.05


def answer() -> Any:
    """Wait for what the engine was asked for."""
    session = module("client.session").session
    yield from until(lambda: session.run is not None or session.message, "a question", 20)
    yield from until(lambda: session.run is None, "the answer", 600)
    assert not session.message, session.message
    yield 0.3


def select(first: int, last: int, *bones: str) -> None:
    """Select the keys of the frames, of bones with one of the words in their name, and no others."""
    for curve in module("animation.played").played_curves(bpy.context.object):
        meant = not bones or any(word in curve.data_path for word in bones)
        for key in curve.keyframe_points:
            inside = meant and first <= key.co[0] <= last
            key.select_control_point = key.select_left_handle = key.select_right_handle = inside


def keys_of(rig: Any) -> dict[tuple[str, int], list[tuple[float, float]]]:
    """Data path and index -> keys (frame, value) of the action that is played."""
    curves = module("animation.played").played_curves(rig)
    return {(curve.data_path, curve.array_index): [tuple(key.co) for key in curve.keyframe_points] for curve in curves}


def tracks(rig: Any, frames: Any, bones: Any) -> np.ndarray:
    """(T, bones, 3) world places of the heads of bones at scene frames; the playhead goes back to where it was."""
    scene, now, rows = bpy.context.scene, bpy.context.scene.frame_current, []
    for frame in frames:
        whole = int(np.floor(frame))
        scene.frame_set(whole, subframe=float(frame) - whole)
        rows.append([list(rig.matrix_world @ rig.pose.bones[name].head) for name in bones])
    scene.frame_set(now)
    return np.array(rows)


def undo_once(hands: Hands, again: bool = False) -> Any:
    """Ctrl-Z over the viewport; ``again``: Ctrl-Shift-Z."""
    region = hands.region("WINDOW")
    hands.move(region.x + region.width // 3, region.y + region.height // 2)
    yield 0.2
    hands.press("Z", ctrl=True, shift=again)
    yield 1.0


def module(name: str) -> Any:
    return sys.modules[f"{MODULE}.mmm_blender.{name}"]


def note(line: str) -> None:
    report.append(line)


def finished(error: Exception | None) -> None:
    """Write the report and leave; the exit code tells run.py."""
    if error is not None:
        report.append("".join(traceback.format_exception(error)))
    else:
        beats = sorted(module("ui.heartbeat").beat_times)
        if beats:  # a visit may ask for nothing
            slow = 1000 * beats[int(0.99 * len(beats))]
            report.append(f"main thread: 99th percentile of {len(beats)} beats {slow:.1f} ms")
    (SHARED / "report.txt").write_text("\n".join(report) + "\n")
    sys.stdout.flush()
    os._exit(1 if error is not None else 0)
