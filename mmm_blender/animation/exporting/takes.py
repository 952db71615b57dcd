"""The actions of a character that are handed on, and playing them one after the other."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import bpy
import numpy as np

from ... import compat
from ...scene import pose_bones
from ...translation import rpt_
from ..actions import read_request
from ..played import bone_of_path
from ..shown.kept_pose import TRANSFORMS, take_pose
from ..shown.obstacles import ObstacleError, find_unused

Which = Literal["CURRENT", "STRIPS", "ALL"]


@dataclass(frozen=True)
class Take:
    """An action as a character plays it, and what happens in it."""

    action: bpy.types.Action
    slot: Any
    caption: str


def find_takes(armature: bpy.types.Object, which: Which) -> list[Take]:
    """The action that ``armature`` plays, those of its selected NLA strips, or all that key its bones.

    Raises ValueError, saying what to do, when there is none.
    """
    animation = armature.animation_data
    found: list[tuple[bpy.types.Action, Any]] = []
    if which == "CURRENT" and animation is not None and animation.action is not None:
        if obstacle := find_unused(armature):
            raise ObstacleError(obstacle)
        found.append((animation.action, compat.assigned_slot(armature)))
    elif which == "STRIPS" and animation is not None:
        strips = [strip for track in animation.nla_tracks for strip in track.strips if strip.select]
        found += [(strip.action, getattr(strip, "action_slot", None)) for strip in strips if strip.action is not None]
    elif which == "ALL":
        names = set(pose_bones(armature).keys())
        for action in bpy.data.actions:
            for slot in compat.slots_of(action):
                paths = {bone_of_path(curve.data_path) for curve in compat.curves_of(action, slot)}
                if paths & names:
                    found.append((action, slot))
    unique = list(dict.fromkeys(found))
    if not unique:
        reasons = {
            "CURRENT": rpt_("'{name}' plays no action: assign one, or export all actions"),
            "STRIPS": rpt_("No NLA strip of '{name}' is selected: select some in the NLA editor"),
            "ALL": rpt_("No action in this file moves the bones of '{name}'"),
        }
        raise ValueError(reasons[which].format(name=armature.name))
    return [Take(action, slot, describe_action(action)) for action, slot in unique]


def describe_action(action: bpy.types.Action) -> str:
    """The prompt that made it, else its name as words."""
    request = read_request(action)
    prompt = (request or {}).get("prompt", "")
    prompt = " ".join(prompt.split()) if isinstance(prompt, str) else ""
    return prompt or " ".join(re.sub(r"[^A-Za-z0-9']+", " ", action.name).split()).lower() or "a person moves"


@contextlib.contextmanager
def playing_takes(armature: bpy.types.Object, scene: bpy.types.Scene) -> Iterator[None]:
    """Afterwards the armature plays what it played, in the pose that it had, at the same frame."""
    had_animation = armature.animation_data is not None
    animation: Any = armature.animation_data_create()
    action, slot, use_nla = animation.action, compat.assigned_slot(armature), animation.use_nla
    frame = scene.frame_current, scene.frame_subframe
    restore = take_pose(armature)
    animation.use_nla = False
    try:
        yield
    finally:
        animation.use_nla = use_nla
        animation.action = None
        restore()
        compat.play_action(armature, action, slot)
        if action is None and not had_animation:
            armature.animation_data_clear()
        scene.frame_set(frame[0], subframe=frame[1])


def stand_at_rest(armature: bpy.types.Object) -> None:
    """Bones that an action does not key stand as in the rest pose, not as the action before left them."""
    bones = pose_bones(armature)
    for name, size, neutral in TRANSFORMS:
        row = np.broadcast_to(np.asarray(neutral, np.float32), (len(bones), size))
        bones.foreach_set(name, np.ascontiguousarray(row).ravel())
