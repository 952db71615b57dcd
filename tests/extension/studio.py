"""An artist's hands for the tests: a scene with a character, running the engine, and a dump of all that is there."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy

MOTIONS = Path(__file__).resolve().parents[1] / "blender" / "motions"


class Studio:
    """The installed extension with a character in an empty scene."""

    def __init__(self, extension: ModuleType) -> None:
        self.extension = extension
        self.session = extension.module("client.session").session
        self.heartbeat = extension.module("ui.heartbeat")
        self.overlay = extension.module("ui.ghost_overlay")

    @property
    def settings(self) -> Any:
        return bpy.context.scene.mmm

    def add_character(self) -> bpy.types.Object:
        assert bpy.ops.mmm.add_character() == {"FINISHED"}
        return bpy.context.object

    def put_motion(self, name: str = "walk", frames: int | None = None) -> int:
        """Put a motion that came without the engine into the results, chosen; its number. ``frames``: its first."""
        motion = self.extension.module("motion_file").read_motion(MOTIONS / f"{name}.npz")
        motion = replace(motion, joints=motion.joints[:frames])
        variation = self.extension.module("client.session").Variation(self.session._next_id, motion)
        self.session._next_id += 1
        self.session.results.insert(0, variation)
        self.session.choose(variation.id)
        return int(variation.id)

    def build_rig(self, preset: str = "Mixamo", rest: str = "T") -> tuple[bpy.types.Object, dict[str, str]]:
        """The active object: a rig with the bone names of a preset; and its bones by slot."""
        # the installed extension comes without what builds rigs to measure: the checkout's own is used
        if str(MOTIONS.parents[2]) not in sys.path:
            sys.path.append(str(MOTIONS.parents[2]))
        from mmm_blender.headless.rigs.measured_rigs import build_named_rig

        rig, bones = build_named_rig(preset, rest)
        rig.select_set(True)
        return rig, bones

    def start(self, prompt: str = "a person walks forward", seconds: float = 2.0, variations: int = 1) -> None:
        """Set the panel and press Generate; returns at once."""
        self.settings.prompt, self.settings.variations = prompt, variations
        self.settings.duration, self.settings.seconds = "SECONDS", seconds
        self.settings.quality = "DRAFT"
        assert bpy.ops.mmm.generate() == {"FINISHED"}

    def wait(self, until: Any = None, seconds: float = 240.0) -> None:
        """Let the timer beat until the run is over, or ``until``."""
        self.extension.pump(self.heartbeat.beat, until or (lambda: not self.session.busy), seconds)

    def generate(self, prompt: str = "a person walks forward", seconds: float = 2.0, variations: int = 1) -> None:
        """Press Generate and wait for the motions."""
        self.start(prompt, seconds, variations)
        self.wait()
        assert not self.session.message, self.session.message
        self.wait(lambda: self.overlay.ghost is not None or self.overlay.message, 20)


def dump() -> dict[str, Any]:
    """Everything of the file that a failure must not change: names, poses, keyframes, custom properties."""
    return {
        kind: {owner.name_full: _describe(owner) for owner in getattr(bpy.data, kind)}
        for kind in ("scenes", "objects", "armatures", "meshes", "materials", "collections", "actions", "texts")
    }


def _describe(owner: Any) -> dict[str, Any]:
    custom = {key: str(owner[key]) for key in owner.keys()}  # noqa: SIM118
    found: dict[str, Any] = {"users": owner.users, "custom": custom}
    if isinstance(owner, bpy.types.Scene):
        # Up to Blender 4.5 the panels' settings show among these from the first time that anybody looks at them.
        found["custom"] = {key: text for key, text in custom.items() if key not in owner.bl_rna.properties}
        found |= {"range": (owner.frame_start, owner.frame_end, owner.frame_current), "fps": owner.render.fps}
    if isinstance(owner, bpy.types.Action):
        found["curves"] = keys_of(owner)
    if isinstance(owner, bpy.types.Object):
        found["matrix"] = [tuple(row) for row in owner.matrix_basis]
        animation = owner.animation_data
        found["action"] = animation.action.name if animation and animation.action else None
        if owner.pose:
            found["pose"] = {bone.name: [tuple(row) for row in bone.matrix_basis] for bone in owner.pose.bones}
    return found


def keys_of(action: bpy.types.Action) -> dict[tuple[str, int], list[tuple[float, float]]]:
    """Data path and index -> keys (frame, value), on every Blender."""
    curves = []
    if hasattr(action, "layers") and action.layers:
        for layer in action.layers:
            for strip in layer.strips:
                curves += [curve for bag in strip.channelbags for curve in bag.fcurves]
    elif hasattr(action, "fcurves"):
        curves = list(action.fcurves)
    return {(c.data_path, c.array_index): [tuple(point.co) for point in c.keyframe_points] for c in curves}
