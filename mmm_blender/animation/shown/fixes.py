"""What the add-on puts right at the artist's word, by the names that ``shown.Obstacle`` has for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import bpy

from ... import compat
from ...scene import pose_bones
from ...translation import n_, rpt_
from ..clock import tweaked_strip
from ..played import bone_of_path
from .holders import release
from .settings import keep_rotation_modes


@dataclass(frozen=True)
class Fix:
    """``label`` and ``tip`` of its button; ``act``: does it, to the armature in the scene; ``on_bones``: to bones."""

    label: str
    tip: str
    act: Callable[[bpy.types.Object, bpy.types.Scene], None]
    on_bones: Callable[[bpy.types.Object, Iterable[str]], None] | None = None


def _pose(armature: bpy.types.Object, _scene: bpy.types.Scene) -> None:
    data: Any = armature.data
    data.pose_position = "POSE"


def _no_stretching(_armature: bpy.types.Object, scene: bpy.types.Scene) -> None:
    scene.render.frame_map_old = scene.render.frame_map_new = 100


def _leave_tweak_mode(armature: bpy.types.Object, _scene: bpy.types.Scene) -> None:
    _animation(armature).use_tweak_mode = False


def _assign_slot(armature: bpy.types.Object, _scene: bpy.types.Scene) -> None:
    """The slot that moves most of the armature's bones."""
    action = _animation(armature).action
    names = set(pose_bones(armature).keys())

    def moved(slot: Any) -> int:
        return len({bone_of_path(curve.data_path) for curve in compat.curves_of(action, slot)} & names)

    compat.assign_action(armature, action, max(compat.slots_of(action), key=moved))


def _single_user(armature: bpy.types.Object, _scene: bpy.types.Scene) -> None:
    action, slot = _animation(armature).action, compat.assigned_slot(armature)
    copy = action.copy()
    twin = copy.slots[list(action.slots).index(slot)] if slot is not None else None
    compat.play_action(armature, copy, twin)


def _no_solo(armature: bpy.types.Object, _scene: bpy.types.Scene) -> None:
    for track in _animation(armature).nla_tracks:
        if track.is_solo:
            track.is_solo = False


def _unmute(armature: bpy.types.Object, _scene: bpy.types.Scene) -> None:
    animation = _animation(armature)
    animation.use_nla = True
    strip = tweaked_strip(animation)
    if strip is not None:
        strip.mute = False
        for track in animation.nla_tracks:
            if strip in list(track.strips):
                track.mute = False


def _replace(armature: bpy.types.Object, _scene: bpy.types.Scene) -> None:
    animation = _animation(armature)
    animation.action_blend_type, animation.action_influence = "REPLACE", 1.0


def _nothing(_armature: bpy.types.Object, _scene: bpy.types.Scene) -> None:
    """For what is done to bones alone."""


def _animation(armature: bpy.types.Object) -> Any:
    return armature.animation_data


FIXES = {
    "POSE_POSITION": Fix(n_("Pose Position"), n_("Show the armature as it moves, not at rest"), _pose),
    "NO_STRETCHING": Fix(n_("Reset Time Stretching"), n_("Show keys at the frames that they are on"), _no_stretching),
    "LEAVE_TWEAK_MODE": Fix(n_("Leave Tweak Mode"), n_("Stop editing the NLA strip"), _leave_tweak_mode),
    "ASSIGN_SLOT": Fix(
        n_("Use Its Slot"), n_("Let the action move this armature, by the slot with its bones"), _assign_slot
    ),
    "SINGLE_USER": Fix(n_("Make Single User"), n_("Give this armature a copy of the action for itself"), _single_user),
    "NO_SOLO": Fix(n_("End Solo"), n_("Show all NLA tracks and the action again"), _no_solo),
    "UNMUTE": Fix(n_("Unmute"), n_("Show the NLA strip that is edited"), _unmute),
    "RELEASE": Fix(
        n_("Let Keys Move Them"),
        n_("Mute the constraints and drivers of these bones, and unlock them"),
        _nothing,
        release,
    ),
    "KEEP_MODE": Fix(
        n_("Keep One Rotation Mode"),
        n_("Let these bones keep the rotation mode that they have now, and key how they turn"),
        keep_rotation_modes,
    ),
    "REPLACE": Fix(n_("Replace Fully"), n_("Let the action replace what the strips below it do"), _replace),
}


def apply_fix(armature: bpy.types.Object, scene: bpy.types.Scene, name: str, bones: Iterable[str] = ()) -> None:
    """Do the fix ``name``, to ``bones`` where it is about bones. Raises KeyError when there is no such fix, ValueError
    when it does not fit any more.
    """
    fix = FIXES[name]
    try:
        fix.act(armature, scene)
        if fix.on_bones is not None:
            fix.on_bones(armature, bones)
    except (AttributeError, RuntimeError, TypeError, KeyError) as error:
        raise ValueError(rpt_("this cannot be put right from here: {error}").format(error=error)) from error
    armature.update_tag(refresh={"OBJECT", "DATA", "TIME"})
