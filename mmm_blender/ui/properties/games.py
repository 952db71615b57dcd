"""How actions go to a game engine. Kept in the scene."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, PointerProperty, StringProperty

from ...animation.exporting.games.settings import PRESETS, GameSettings

FOLLOWS = ("format", "files", "travel", "turns", "deform_only", "with_mesh", "axes")  # what a preset sets in the panel


def _take_preset(settings: Any, _context: bpy.types.Context) -> None:
    for name in FOLLOWS:
        settings[name] = _stored(settings, name, getattr(PRESETS[settings.engine], name))


def _stored(settings: Any, name: str, value: Any) -> Any:
    """A value as Blender keeps it: the number of an enumeration's item."""
    kind = settings.bl_rna.properties[name]
    return kind.enum_items[value].value if kind.type == "ENUM" else value


class MMM_Games(bpy.types.PropertyGroup):
    """The game export of one scene."""

    engine: EnumProperty(  # type: ignore[valid-type]
        name="Engine",
        description="Which game engine reads the files; choosing one sets what follows",
        items=(
            ("UNREAL", "Unreal", "FBX, a file an action"),
            ("UNITY", "Unity", "FBX, a file an action"),
            ("GODOT", "Godot", "GLB, one file with all actions"),
            ("OTHER", "Other", "FBX, one file with all actions"),
        ),
        update=_take_preset,
    )
    actions: EnumProperty(  # type: ignore[valid-type]
        name="Actions",
        description="Which of the character's actions are written",
        items=(
            ("CURRENT", "Current Action", "The action the character plays"),
            ("STRIPS", "Selected Strips", "The actions of the selected NLA strips"),
            ("ALL", "All Actions", "Every action in this file that moves the character's bones"),
        ),
    )
    format: EnumProperty(  # type: ignore[valid-type]
        name="Format",
        description="Kind of file",
        items=(("FBX", "FBX", "Binary FBX"), ("GLB", "GLB", "glTF in one file")),
    )
    files: EnumProperty(  # type: ignore[valid-type]
        name="Files",
        description="How many files are written",
        items=(
            ("EACH", "One an Action", "A file for each action, named after it"),
            ("ONE", "One for All", "One file that holds all actions"),
        ),
    )
    travel: EnumProperty(  # type: ignore[valid-type]
        name="Travel",
        description="Where the way over the floor goes",
        items=(
            ("ROOT", "Root Motion", "Onto a root bone on the floor"),
            ("IN_PLACE", "In Place", "Away: the character stays over the origin"),
            ("BODY", "On the Body", "It stays on the hips, the root bone stands still"),
        ),
    )
    turns: BoolProperty(  # type: ignore[valid-type]
        name="Root Turns", description="The root bone turns with the body", default=False
    )
    deform_only: BoolProperty(  # type: ignore[valid-type]
        name="Only Deforming Bones", description="Leave out controls and helpers", default=True
    )
    with_mesh: BoolProperty(  # type: ignore[valid-type]
        name="With Mesh", description="The character's meshes go along", default=True
    )
    own_rate: BoolProperty(  # type: ignore[valid-type]
        name="Own Frame Rate", description="Another frame rate than the scene's", default=False
    )
    fps: FloatProperty(  # type: ignore[valid-type]
        name="Frame Rate", description="Frames a second of the files", default=30.0, min=1.0, max=240.0
    )
    axes: EnumProperty(  # type: ignore[valid-type]
        name="Axes",
        description="How an FBX file lies; a GLB is always Y up",
        items=(("Y_UP", "Y Up", "Y up, -Z forward"), ("Z_UP", "Z Up", "Z up, -Y forward")),
    )
    folder: StringProperty(  # type: ignore[valid-type]
        name="Folder", description="Where the files go; empty: asks", subtype="DIR_PATH"
    )


def games_of(scene: bpy.types.Scene) -> Any:
    """The game export kept in ``scene``."""
    return scene.mmm_games  # type: ignore[attr-defined]


def settings_from(wanted: Any, scene: bpy.types.Scene) -> GameSettings:
    """What the panel is set to."""
    rate = wanted.fps if wanted.own_rate else scene.render.fps / scene.render.fps_base
    return replace(PRESETS[wanted.engine], fps=rate, **{name: getattr(wanted, name) for name in FOLLOWS})


def register() -> None:
    """Give scenes a game export."""
    bpy.utils.register_class(MMM_Games)
    bpy.types.Scene.mmm_games = PointerProperty(type=MMM_Games)  # type: ignore[attr-defined,func-returns-value]


def unregister() -> None:
    """Take it away."""
    del bpy.types.Scene.mmm_games  # type: ignore[attr-defined]
    bpy.utils.unregister_class(MMM_Games)
