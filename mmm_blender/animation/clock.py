"""Two times: the scene's, and that of the action a rig plays, which differ while an NLA strip is tweaked."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..coordinates import FloatArray


@dataclass(frozen=True)
class Clock:
    """Scene frame = ``offset`` + ``scale`` * frame of the action."""

    scale: float = 1.0
    offset: float = 0.0

    def to_scene(self, frames: FloatArray) -> FloatArray:
        """Frames of the action (...) -> scene frames (...)."""
        return frames if self == Clock() else frames * self.scale + self.offset

    def to_action(self, frames: FloatArray) -> FloatArray:
        """Scene frames (...) -> frames of the action (...)."""
        return frames if self == Clock() else (frames - self.offset) / self.scale


def clock_of(armature: bpy.types.Object) -> Clock:
    """How the frames of the action that ``armature`` plays lie in the scene."""
    animation = armature.animation_data
    if animation is None or not animation.use_tweak_mode or animation.action is None:
        return Clock()
    first, last = float(animation.action.frame_range[0]), float(animation.action.frame_range[1])
    last = max(last, first + 1.0)
    start, end = (animation.nla_tweak_strip_time_to_scene(frame) for frame in (first, last))
    scale = (end - start) / (last - first)
    return Clock(scale, start - scale * first) if scale else Clock()


def tweaked_strip(animation: bpy.types.AnimData) -> bpy.types.NlaStrip | None:
    """The strip whose action is edited in tweak mode."""
    if not animation.use_tweak_mode:
        return None
    strips = [strip for track in animation.nla_tracks for strip in track.strips if strip.action == animation.action]
    return next((strip for strip in strips if strip.active), strips[0] if strips else None)
