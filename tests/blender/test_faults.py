"""Faults in the middle of an artist's work: a short drill, and what the long one has found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import motions
import numpy as np
import pytest

import mmm_blender
from mmm_blender import character, compat, registration
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.exporting.games import export as games
from mmm_blender.animation.exporting.games.settings import PRESETS
from mmm_blender.animation.exporting.takes import find_takes
from mmm_blender.animation.exporting.training import export_takes
from mmm_blender.animation.shown.obstacles import MissError
from mmm_blender.files.whole import reason_of
from mmm_blender.motion_file import Motion
from mmm_blender.rig.mapping import MMM_CHARACTER
from tests.drill.fault_kinds import full_disk
from tests.drill.scene_state import describe, differences

ROOT = Path(__file__).resolve().parents[2]
WALK = Motion(motions.walking_joints(60).astype(np.float32), 20.0, "walk")


@pytest.fixture
def walker(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    """Our character walking, with curves that an artist has set something on."""
    armature = character.add_character(empty_scene.collection)
    action = apply_motion(armature, MMM_CHARACTER, WALK, empty_scene, ApplyOptions(start_frame=1))
    curve = next(iter(compat.curves_of(action)))
    curve.hide, curve.color_mode, curve.color, curve.extrapolation = True, "CUSTOM", (1.0, 0.0, 0.5), "LINEAR"
    curve.modifiers.new("NOISE").mute = True
    action["mine"] = "keep"
    return armature


def test_a_short_drill() -> None:
    """One fault of each task, of the command that docs/reliability.md tells of."""
    command = [sys.executable, "-m", "tests.drill.faults", "--count", "9", "--seed", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "| all | 9 |" in done.stdout


def test_the_drill_sees_what_changes(walker: bpy.types.Object) -> None:
    before = describe()
    assert not differences(before, describe())
    action = walker.animation_data.action
    curve = next(iter(compat.curves_of(action)))
    for change, named in (
        (lambda: setattr(curve.keyframe_points[3], "handle_left", (1.0, 2.0)), "handle_left"),
        (lambda: setattr(walker.pose.bones[2], "location", (0.0, 0.1, 0.0)), "location"),
        (lambda: action.__setitem__("note", 1), "note"),
        (lambda: walker.animation_data.nla_tracks.new(), "nla_tracks"),
        (lambda: bpy.data.texts.new("t"), "texts[t]"),
    ):
        change()
        after = describe()
        assert any(named in line for line in differences(before, after)), named
        before = after


@pytest.mark.parametrize("target", ["NEW_ACTION", "ACTIVE_ACTION", "NLA_STRIP"])
def test_a_refused_apply_leaves_settings_of_curves_and_action(walker: bpy.types.Object, target: Any) -> None:
    constraint = walker.pose.bones["forearm.L"].constraints.new("COPY_ROTATION")
    constraint.target = bpy.data.objects.new("Empty", None)
    bpy.context.scene.collection.objects.link(constraint.target)
    if target == "NLA_STRIP":
        walker.animation_data.action = None  # or it would lie over the strip
    bpy.context.view_layer.update()
    before = describe()
    kick = Motion(motions.walking_joints(40).astype(np.float32), 20.0, "another")
    options = ApplyOptions(start_frame=5, target=target, mark_asset=True, blend_in=4.0)
    with pytest.raises(MissError):
        apply_motion(walker, MMM_CHARACTER, kick, bpy.context.scene, options)
    assert not differences(before, describe())


@pytest.fixture
def failing() -> Iterator[list[Exception]]:
    """An operator ``mmm_test.fail`` that raises what is in the list."""
    errors: list[Exception] = []

    class MMM_OT_fail(bpy.types.Operator):
        bl_idname, bl_label, bl_options = "mmm_test.fail", "Fail", {"REGISTER", "UNDO"}

        def execute(self, _context: bpy.types.Context) -> set[str]:
            raise errors[0]

    registration.report_errors([MMM_OT_fail])
    registration.report_errors([MMM_OT_fail])  # as when an extension is enabled twice
    bpy.utils.register_class(MMM_OT_fail)
    yield errors
    bpy.utils.unregister_class(MMM_OT_fail)


@pytest.mark.parametrize(("error", "told"), [(MemoryError(), "not enough memory"), (KeyError("x"), "went wrong .*'x'")])
def test_an_error_nobody_foresaw_is_one_line_and_no_step_of_undo(
    empty_scene: bpy.types.Scene, failing: list[Exception], error: Exception, told: str
) -> None:
    failing.append(error)
    for number in (1, 2):
        empty_scene["number"] = number
        bpy.ops.ed.undo_push(message=str(number))
    with pytest.raises(RuntimeError, match=told) as raised:
        bpy.ops.mmm_test.fail("EXEC_DEFAULT", True)
    assert "Traceback" not in str(raised.value)
    bpy.ops.ed.undo()
    assert bpy.context.scene["number"] == 1


def test_all_operators_report_errors() -> None:
    mmm_blender.register()
    try:
        from mmm_blender.operators import CLASSES

        assert all(hasattr(each.execute, "reports_errors") for each in CLASSES if hasattr(each, "execute"))
    finally:
        mmm_blender.unregister()


@pytest.mark.parametrize("engine", ["UNREAL", "GODOT"])
def test_a_disk_that_fills_up_in_an_export_leaves_no_file(
    walker: bpy.types.Object, tmp_path: Path, engine: str
) -> None:
    first = walker.animation_data.action
    apply_motion(walker, MMM_CHARACTER, WALK, bpy.context.scene, ApplyOptions(start_frame=1))
    (tmp_path / "mine").write_text("keep")
    before, takes = describe(), find_takes(walker, "ALL")
    assert first in {take.action for take in takes}
    with full_disk(3000), pytest.raises((OSError, RuntimeError)) as raised:
        games.export_for_game(walker, bpy.context.scene, takes, PRESETS[engine], tmp_path)
    assert "\n" not in reason_of(raised.value) and "Traceback" not in reason_of(raised.value)
    with full_disk(3000), pytest.raises(OSError):
        export_takes(walker, bpy.context.scene, takes, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert not differences(before, describe())


def test_a_table_of_captions_that_is_none_is_refused_in_one_line(walker: bpy.types.Object, tmp_path: Path) -> None:
    takes, table = find_takes(walker, "CURRENT"), tmp_path / "captions.csv"
    for content in (b"\xff\xfe\x00", b'file,caption\n"' + b"x" * 200_000 + b'",a\n', b"a,b\n1,2\n"):
        table.write_bytes(content)
        with pytest.raises(ValueError, match=r"captions\.csv") as raised:
            export_takes(walker, bpy.context.scene, takes, tmp_path)
        assert "\n" not in str(raised.value) and len(str(raised.value)) < 600
        assert table.read_bytes() == content
