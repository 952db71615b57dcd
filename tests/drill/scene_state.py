"""Everything of the open file that a fault must leave alone, as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import bpy
import numpy as np

State = dict[str, Any]

DEEP = ("scenes", "objects", "armatures", "actions", "collections", "cameras", "curves", "texts")
# Worked out from the rest, pointing elsewhere, or Blender's own.
SKIPPED = {
    *("rna_type", "original", "id_data", "bone", "child", "children", "parent_recursive", "children_recursive"),
    *("depsgraph", "edit_bones", "matrix", "matrix_world", "matrix_local", "matrix_channel", "bound_box", "dimensions"),
    *("motion_path", "override_library", "preview", "session_uid", "tag", "is_evaluated", "view_layers", "node_tree"),
    *("compositing_node_group", "tool_settings", "cycles", "eevee", "vertices", "edges", "polygons", "loops"),
    *("attributes", "all_objects", "channels", "sequence_editor", "display", "sampled_points"),
    *("sequencer_colorspace_settings", "colorspace_settings", "linear_colorspace_settings", "shading", "use_nodes"),
}
POINTS: Mapping[str, tuple[int, type]] = {
    "co": (2, np.float32),
    "handle_left": (2, np.float32),
    "handle_right": (2, np.float32),
    "handle_left_type": (1, np.int32),
    "handle_right_type": (1, np.int32),
    "interpolation": (1, np.int32),
    "easing": (1, np.int32),
    "type": (1, np.int32),
    "select_control_point": (1, np.bool_),
}
DEEPEST = 9


def describe() -> State:
    """Path -> value: data, properties, poses, keys with their handles, NLA, constraints, drivers, custom properties."""
    state: State = {}
    for kind in sorted(
        name for name in dir(bpy.data) if isinstance(getattr(bpy.data, name), bpy.types.bpy_prop_collection)
    ):
        for owner in getattr(bpy.data, kind):
            path = f"{kind}[{owner.name_full}]"
            state[path] = owner.users
            if kind in DEEP:
                _walk(owner, path, state, 0)
            elif kind == "meshes":
                places = np.empty(3 * len(owner.vertices), np.float32)
                owner.vertices.foreach_get("co", places)
                state[f"{path}.vertices"] = hashlib.sha1(places.tobytes()).hexdigest()
    layer = bpy.context.view_layer
    state["active"] = layer.objects.active.name_full if layer.objects.active else None
    state["selected"] = sorted(item.name_full for item in layer.objects if item.select_get())
    state["mode"] = bpy.context.mode
    return state


def differences(before: State, after: State) -> list[str]:
    """What is not as it was, a line each."""
    lines = []
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            lines.append(f"{path} is gone")
        elif path not in before:
            lines.append(f"{path} is new")
        elif before[path] != after[path]:
            lines.append(f"{path} was {str(before[path])[:80]}, is {str(after[path])[:80]}")
    return lines


def _walk(struct: Any, path: str, state: State, depth: int) -> None:
    if depth > DEEPEST:
        return
    for prop in struct.bl_rna.properties:
        name = prop.identifier
        if name in SKIPPED or (name == "parent" and not isinstance(struct, bpy.types.Object)):
            continue
        if prop.type == "COLLECTION":
            _walk_items(struct, name, path, state, depth)
        elif prop.type == "POINTER":
            value = getattr(struct, name)
            if value is None or isinstance(value, bpy.types.ID):
                state[f"{path}.{name}"] = value.name_full if value else None
            else:
                _walk(value, f"{path}.{name}", state, depth + 1)
        elif not prop.is_readonly:
            value = getattr(struct, name)
            state[f"{path}.{name}"] = tuple(map(_plain, value)) if getattr(prop, "is_array", False) else _plain(value)
    if isinstance(struct, (bpy.types.ID, bpy.types.PoseBone, bpy.types.Bone)):
        known = struct.bl_rna.properties
        for key in struct.keys():  # noqa: SIM118
            if key not in known:
                value = struct[key]
                state[f"{path}[{key!r}]"] = str(value.to_dict() if hasattr(value, "to_dict") else value)


def _walk_items(struct: Any, name: str, path: str, state: State, depth: int) -> None:
    items = getattr(struct, name)
    if name == "keyframe_points":
        for key, (width, kind) in POINTS.items():
            values = np.empty(len(items) * width, kind)
            items.foreach_get(key, values)
            state[f"{path}.{name}.{key}"] = hashlib.sha1(values.tobytes()).hexdigest()
        return
    state[f"{path}.{name}"] = len(items)
    for number, item in enumerate(items):
        if item is None or isinstance(item, bpy.types.ID):
            state[f"{path}.{name}[{number}]"] = item.name_full if item else None
        else:
            _walk(item, f"{path}.{name}[{number}]", state, depth + 1)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(np.float32(value))
    if isinstance(value, set):
        return tuple(sorted(value))
    return value if isinstance(value, (int, str, bool, bytes)) else tuple(np.ravel(value).tolist())
