"""The frame rate that an action was keyed for lives on the action, and keys follow when the scene's rate changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
import numpy as np

from ...animation.apply import RATE_PROPERTY
from ...animation.played import played_curves
from ...coordinates import FloatArray
from ...translation import n_, rpt_
from ..keys import ATTRIBUTES, LINEAR, Keys, read_keys, write_keys
from ..selection import why_not_editable
from ..story_strips import read_story, write_story

SAME_RATE = 1e-3  # frames a second
DENSE = 0.5  # keys a frame from which on a curve counts as keyed throughout
NO_RATE = n_("'{name}' does not know which frame rate it was keyed for: there is nothing to retime")


def other_rate(armature: bpy.types.Object, scene: bpy.types.Scene) -> float | None:
    """The frames a second that the played action was keyed for, where the scene has others; else None."""
    animation = armature.animation_data
    action = animation.action if animation is not None else None
    rate = action.get(RATE_PROPERTY) if action is not None else None
    fps = scene.render.fps / scene.render.fps_base
    if not isinstance(rate, float | int) or not 0.01 <= rate <= 10_000.0:  # as Blender's own rates
        return None
    return float(rate) if abs(rate - fps) > SAME_RATE else None


def retime_action(armature: bpy.types.Object, scene: bpy.types.Scene) -> bpy.types.Action:
    """Move the keys of the played action so that it takes as long at the scene's rate as at its own.

    The scene's first frame stays where it is. Curves with keys throughout get one on every frame again; where there
    are few they move to the nearest frame with their handles. All or nothing. Raises ValueError, saying what to do.
    """
    if reason := why_not_editable(armature):
        raise ValueError(reason)
    action = armature.animation_data.action  # type: ignore[union-attr]
    assert action is not None
    rate = other_rate(armature, scene)
    if rate is None:
        raise ValueError(rpt_(NO_RATE).format(name=action.name))
    fps = scene.render.fps / scene.render.fps_base
    curves = [curve for curve in played_curves(armature) if len(curve.keyframe_points)]
    old = [read_keys(curve) for curve in curves]
    first = min((keys.frames[0] for keys in old), default=0.0)
    ratio, begin = fps / rate, round(scene.frame_start + (float(first) - scene.frame_start) * fps / rate)

    def moved(frames: FloatArray) -> FloatArray:
        return np.asarray(begin + (frames - first) * ratio)

    fresh = [
        _dense(curve, keys, moved, first, begin, ratio) if _is_dense(keys) else _sparse(keys, moved)
        for curve, keys in zip(curves, old, strict=True)
    ]
    try:
        for curve, keys in zip(curves, fresh, strict=True):
            write_keys(curve, keys)
    except BaseException:
        for curve, keys in zip(curves, old, strict=True):
            write_keys(curve, keys)
        raise
    if strips := read_story(action):
        ends = [moved(np.array([strip.first, strip.last], np.float64)).round() for strip in strips]
        write_story(action, [replace(s, first=int(a), last=int(b)) for s, (a, b) in zip(strips, ends, strict=True)])
    action[RATE_PROPERTY] = fps
    last = max((float(keys.frames[-1]) for keys in fresh), default=0.0)
    scene.frame_end = max(scene.frame_end, int(np.ceil(last)))
    armature.update_tag(refresh={"TIME"})
    return action


def _is_dense(keys: Keys) -> bool:
    return len(keys) > 2 and len(keys) >= DENSE * (keys.frames[-1] - keys.frames[0])


def _dense(curve: bpy.types.FCurve, keys: Keys, moved: Any, first: float, begin: int, ratio: float) -> Keys:
    """A linear key on every whole frame that the curve reaches over."""
    start, end = moved(keys.frames[[0, -1]].astype(np.float64))
    frames = np.arange(np.ceil(start - 1e-4), np.ceil(end - 1e-4) + 1)
    at_last = float(keys.frames[-1])
    values = [curve.evaluate(min(first + (frame - begin) / ratio, at_last)) for frame in frames]
    rows: dict[str, Any] = {name: np.zeros((len(frames), size), kind) for name, (size, kind) in ATTRIBUTES.items()}
    at = np.stack((frames, values), -1)
    third = np.diff(at, axis=0) / 3
    rows["co"][:] = rows["handle_left"][:] = rows["handle_right"][:] = at
    rows["handle_right"][:-1] += third
    rows["handle_left"][1:] -= third
    for name in ("interpolation", "easing", "type", "back", "amplitude", "period", "handle_left_type"):
        rows[name][:] = keys.rows[name][0]
    rows["handle_right_type"][:] = keys.rows["handle_right_type"][0]
    if (keys.rows["interpolation"] == LINEAR).all():
        rows["interpolation"][:] = LINEAR
    return Keys(rows)


def _sparse(keys: Keys, moved: Any) -> Keys:
    """Each key on the nearest frame, its handles as long in time as before."""
    rows = {name: values.copy() for name, values in keys.rows.items()}
    at = moved(keys.rows["co"][:, 0].astype(np.float64))
    rows["co"][:, 0] = at.round()
    for name in ("handle_left", "handle_right"):
        rows[name][:, 0] = moved(keys.rows[name][:, 0].astype(np.float64)) + at.round() - at
    return Keys(rows)
