"""What every visit to a windowed Blender begins and ends with: install the zip, wait for things, report."""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import bpy
from hands import Hands, perform
from mathutils import Euler

SHARED = Path(os.environ["MMM_SHARED"])
MODULE = "bl_ext.user_default.mmm_blender"
report: list[str] = []


def visit(steps: Any) -> None:
    """Run the generator ``steps(hands)`` in this Blender; take a picture of what goes wrong, write a report, leave."""
    bpy.context.preferences.view.show_splash = False
    bpy.context.preferences.view.ui_scale = 1.0
    hands = Hands(SHARED)

    def guarded() -> Any:
        try:
            yield from steps(hands)
        except Exception:
            yield from hands.picture("failure", aside=False)
            raise

    perform(guarded(), finished)


def install(hands: Hands) -> Any:
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
