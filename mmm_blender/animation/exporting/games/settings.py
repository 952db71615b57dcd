"""What a game engine wants of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Engine = Literal["UNREAL", "UNITY", "GODOT", "OTHER"]
Format = Literal["FBX", "GLB"]
Files = Literal["EACH", "ONE"]
Travel = Literal["ROOT", "IN_PLACE", "BODY"]
Axes = Literal["Y_UP", "Z_UP"]


@dataclass(frozen=True)
class GameSettings:
    """How actions are written.

    Attributes:
        format: binary FBX, or GLB.
        files: a file for each action, or one with all of them.
        travel: where the way over the floor goes: onto the root bone, away, or it stays on the body.
        turns: the root bone turns with the body too.
        deform_only: leave out bones that deform nothing.
        with_mesh: the character's meshes go along.
        fps: frames a second of the file.
        axes: of an FBX file; a GLB is always Y up.
        armature_name: of the object in the file, "" for the character's own. Unreal takes an armature of another name
            than "Armature" for one more bone above the root.
        scale: by which of its ways FBX tells metres.
    """

    format: Format = "FBX"
    files: Files = "EACH"
    travel: Travel = "ROOT"
    turns: bool = False
    deform_only: bool = True
    with_mesh: bool = True
    fps: float = 30.0
    axes: Axes = "Y_UP"
    armature_name: str = ""
    scale: Literal["FBX_SCALE_NONE", "FBX_SCALE_UNITS", "FBX_SCALE_ALL"] = "FBX_SCALE_NONE"


PRESETS: dict[Engine, GameSettings] = {
    "UNREAL": GameSettings(armature_name="Armature"),
    "UNITY": GameSettings(scale="FBX_SCALE_ALL"),
    "GODOT": GameSettings(format="GLB", files="ONE"),
    "OTHER": GameSettings(files="ONE"),
}
