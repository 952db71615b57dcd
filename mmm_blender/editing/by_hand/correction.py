"""A layer for corrections: an NLA strip on top of what a character does, added to it, ready to key."""

from __future__ import annotations

import bpy
import numpy as np

from ... import compat
from ...animation.played import NO_KEYS, keyed_range
from ...translation import n_, rpt_

CORRECTION = n_("{name} (correction)")


def add_correction_layer(armature: bpy.types.Object) -> bpy.types.NlaStrip:
    """Lay the played action on a track of its own, and above it an empty strip that is added to it, in tweak mode.

    A pose keyed there changes what is below by as much at every frame; without keys nothing changes. Raises ValueError,
    saying what to do.
    """
    animation = armature.animation_data
    if animation is not None and animation.use_tweak_mode:
        raise ValueError(rpt_("'{name}' is tweaking an NLA strip: leave tweak mode first").format(name=armature.name))
    if animation is None or (animation.action is None and not any(track.strips for track in animation.nla_tracks)):
        raise ValueError(rpt_(NO_KEYS).format(name=armature.name))
    name = armature.name
    if animation.action is not None:
        first, last = keyed_range(armature)
        action, slot = animation.action, compat.assigned_slot(armature)
        name = action.name
        base = _lay(animation, action, first, last)
        if compat.HAS_SLOTS:
            base.action_slot = slot  # type: ignore[attr-defined]
    else:
        strips = [strip for track in animation.nla_tracks for strip in track.strips]
        first, last = min(strip.frame_start for strip in strips), max(strip.frame_end for strip in strips)
    empty = bpy.data.actions.new(rpt_(CORRECTION).format(name=name))
    compat.new_curves(empty, armature)
    empty.use_frame_range, empty.frame_start, empty.frame_end = True, first, max(last, first + 1)
    animation.action = None
    strip = _lay(animation, empty, first, last)
    compat.assign_strip_slot(strip, empty)
    strip.blend_type = "COMBINE"
    for track in animation.nla_tracks:
        track.select = track == animation.nla_tracks[-1]
    animation.nla_tracks.active = animation.nla_tracks[-1]
    strip.select = True
    animation.use_tweak_mode = True
    return strip


def _lay(animation: bpy.types.AnimData, action: bpy.types.Action, first: float, last: float) -> bpy.types.NlaStrip:
    track = animation.nla_tracks.new()
    track.name = action.name
    strip = track.strips.new(action.name, int(np.floor(first)), action)
    strip.action_frame_start, strip.action_frame_end = first, max(last, first + 1)
    strip.extrapolation = "HOLD"
    return strip
