"""Panels cannot be drawn without a window; what they ask of Blender's layout can be checked in every version."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import bpy
import pytest

DRAWN = ("ui/panels/*.py", "ui/preferences.py", "operators/*.py")
LAYOUTS = {
    "layout",
    "row",
    "column",
    "box",
    "prompt",
    "chosen",
    "header",
    "body",
    "more",
    "split",
    "name",
    "field",
    "times",
}
HANDLERS = ("load_post", "save_pre", "undo_post", "redo_post", "depsgraph_update_post")


def layout_calls(folder: Path) -> Iterator[tuple[str, str, ast.Call]]:
    """(where, method, call) of every call on a layout in the installed extension."""
    files = [path for pattern in DRAWN for path in sorted((folder / "mmm_blender").glob(pattern))]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                called = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                if called in LAYOUTS and node.func.attr in bpy.types.UILayout.bl_rna.functions:
                    yield f"{path.name}:{node.lineno}", node.func.attr, node


def test_layouts_use_what_this_blender_has(extension: ModuleType) -> None:
    functions = bpy.types.UILayout.bl_rna.functions
    seen = 0
    for where, method, call in layout_calls(extension.installed_folder()):
        parameters = functions[method].parameters
        unknown = {word.arg for word in call.keywords if word.arg} - set(parameters.keys())
        assert not unknown, f"{where}: {method}() takes no {unknown}"
        for word in call.keywords:
            if word.arg == "icon":
                icons = {text.value for text in ast.walk(word.value) if isinstance(text, ast.Constant)}
                icons = {icon for icon in icons if isinstance(icon, str)}
                assert icons <= set(parameters["icon"].enum_items.keys()), f"{where}: {icons}"
        seen += 1
    assert seen > 40


def test_text_is_broken_where_it_would_be_cut_off(extension: ModuleType) -> None:
    wrap = extension.module("ui.panels.shared").wrap
    text = "'MMM Character': no bone is mapped to left forearm"
    assert wrap(text, 20.0, len) == ["'MMM Character': no", "bone is mapped to", "left forearm"]
    assert wrap(text, 8.0, len)[:2] == ["'MMM", "Character':"], "a word is never broken"
    assert wrap(text, 99.0, len) == [text] and wrap("", 9.0, len) == []
    # no spaces there: lines break between characters, but a mark stays at its own
    assert wrap("「歩く」を変更しました。 Walk", 5.0, len) == ["「歩く」を", "変更しまし", "た。", "Walk"]


def test_operators_named_in_panels_exist(extension: ModuleType) -> None:
    for where, method, call in layout_calls(extension.installed_folder()):
        if method == "operator" and isinstance(call.args[0], ast.Constant):
            module, _, name = call.args[0].value.partition(".")
            assert name in dir(getattr(bpy.ops, module)), f"{where}: {call.args[0].value}"


def test_every_setting_explains_itself(extension: ModuleType) -> None:
    for group in ("mmm", "mmm_edit", "mmm_story"):
        properties = bpy.types.Scene.bl_rna.properties[group].fixed_type.properties
        for name, prop in properties.items():
            if name not in ("rna_type", "name", "history", "applied"):
                assert prop.name and len(prop.description) > 15, name
                assert not prop.description.endswith("."), name
    properties = bpy.types.Scene.bl_rna.properties["mmm"].fixed_type.properties
    assert properties["seconds"].unit == "TIME_ABSOLUTE"
    for name in dir(bpy.ops.mmm):
        operator = getattr(bpy.ops.mmm, name).get_rna_type()
        assert operator.name and len(operator.description) > 10, name


@pytest.mark.parametrize("time", range(3))
def test_disabling_leaves_no_handler_timer_or_menu_entry(extension: ModuleType, time: int) -> None:
    beat = extension.module("ui.heartbeat").beat
    extension.module("ui.heartbeat").wake()
    timeline = extension.module("ui.timeline")
    assert len(timeline._handles) == 2
    extension.disable()
    assert not bpy.app.timers.is_registered(beat)
    for name in HANDLERS:
        ours = [each for each in getattr(bpy.app.handlers, name) if "mmm_blender" in each.__module__]
        assert not ours, name
    for menu in (
        "VIEW3D_MT_armature_add",
        "VIEW3D_MT_object_animation",
        "DOPESHEET_MT_key",
        "GRAPH_MT_key",
        "DOPESHEET_MT_context_menu",
        "GRAPH_MT_context_menu",
        "DOPESHEET_MT_marker",
    ):
        drawn = getattr(getattr(bpy.types, menu).draw, "_draw_funcs", [])
        assert not [each for each in drawn if "mmm_blender" in each.__module__]
    assert not any(hasattr(bpy.types.Scene, name) for name in ("mmm", "mmm_edit", "mmm_story"))
    assert not timeline._handles, "the timeline's draw handlers are removed"
    extension.enable()
    assert len(extension.module("ui.timeline")._handles) == 2
    for name in HANDLERS:
        assert len([each for each in getattr(bpy.app.handlers, name) if "mmm_blender" in each.__module__]) == 1
