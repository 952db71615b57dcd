"""Whether what Blender shows, what is read off the rig and what is written are the same thing.

All that reads or keys a motion asks here first: applying, editing, training export, the ghost, the panels. Where they
are not the same there is an ``Obstacle``: one line that says what to do and, where it can be done for the artist, the
name of a fix (``fixes.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import bpy
import numpy as np

from ... import compat
from ...coordinates import FloatArray
from ...scene import current_view_layer
from ...translation import iface_, rpt_
from ..clock import clock_of, tweaked_strip
from ..played import bone_of_path, is_transform, played_curves
from .settings import MODE, ON_ARMATURE, ON_OBJECT, changing_settings, modes_change, telling_frames

Use = Literal["NEW_ACTION", "ACTIVE_ACTION", "NLA_STRIP", "EDIT", "EXPORT"]
PLAYED: frozenset[Use] = frozenset({"ACTIVE_ACTION", "EDIT"})  # what goes on with the action that is played
KEEP_MODE = "KEEP_MODE"  # the fix of rotation modes that change
NAMED = 3  # bones that a message names
LOOKS = 5  # frames at which curves and rig are compared
SAME_VALUE = 1e-3  # radians, armature units and shares: nearer than that is the same


@dataclass(frozen=True)
class Obstacle:
    """``text``: one line, what is not as it seems and what to do; ``fix``: which fix does it, or ""; ``bones``: those
    that it is about.
    """

    text: str
    fix: str = ""
    bones: tuple[str, ...] = ()


class ObstacleError(ValueError):
    """What is wanted would not be what is seen: see ``obstacle``."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.text)
        self.obstacle = obstacle


class MissError(ObstacleError):
    """A motion was keyed, and the rig does not show it."""


def find_obstacle(
    armature: bpy.types.Object, scene: bpy.types.Scene, use: Use, span: tuple[float, float] | None = None
) -> Obstacle | None:
    """The first thing set in the scene because of which ``use`` would see or write something else than is shown.

    ``span``: the scene frames that are read and written, where not all of them are. Looks at settings alone, so that a
    panel may ask at every redraw.
    """
    found = next(filter(None, (rule(armature, scene, use) for rule in RULES)), None)
    if found is not None and found.fix == KEEP_MODE and span is not None and not modes_change(armature, *span):
        return None  # elsewhere
    return found


def check_shown(
    armature: bpy.types.Object, scene: bpy.types.Scene, use: Use, span: tuple[float, float] | None = None
) -> None:
    """Raise ObstacleError for what ``find_obstacle`` finds, and where Blender does not pose the rig at all."""
    if obstacle := find_obstacle(armature, scene, use, span) or _unposed(armature):
        raise ObstacleError(obstacle)


def check_played(armature: bpy.types.Object, scene: bpy.types.Scene, first: float, last: float) -> None:
    """Raise ObstacleError when the rig, from scene frame ``first`` to ``last``, is seen in other values than the action
    that it plays has, whatever the reason. The scene's current frame is put back.
    """
    curves = [curve for curve in played_curves(armature) if _moves_bone(curve)]
    frames = looked_at(armature, first, last, LOOKS)
    times = clock_of(armature).to_action(frames)
    now = scene.frame_current, scene.frame_subframe
    try:
        for frame, time in zip(frames, times, strict=True):
            scene.frame_set(int(frame))
            if other := {bone_of_path(curve.data_path) for curve in curves if _differs(armature, curve, float(time))}:
                raise ObstacleError(_explain(armature, sorted(other), int(frame)))
    finally:
        scene.frame_set(now[0], subframe=now[1])


def looked_at(armature: bpy.types.Object, first: float, last: float, looks: int) -> FloatArray:
    """Whole frames at which to compare: ``looks`` from ``first`` to ``last``, and where keyed settings are at their
    ends.
    """
    return np.unique([*np.round(np.linspace(first, last, looks)), *telling_frames(armature, first, last)])


def check_curves(curves: Iterable[bpy.types.FCurve]) -> None:
    """Raise ValueError naming the first curve that is locked, muted, or shows other than its keys."""
    for curve in curves:
        check_locks([curve])
        if bent := _bending(curve):
            message = rpt_("The channel {path} has a modifier of type {kind}: mute or bake it first")
            raise ValueError(message.format(path=curve.data_path, kind=bent))


def check_locks(curves: Iterable[bpy.types.FCurve]) -> None:
    """Raise ValueError naming the first curve that is locked or muted."""
    for curve in curves:
        group = curve.group
        locked, muted = curve.lock or (group and group.lock), curve.mute or (group and group.mute)
        state = rpt_("locked") if locked else rpt_("muted") if muted else ""
        if state:
            raise ValueError(
                rpt_("The channel {path} is {state}: change that in the Dope Sheet first").format(
                    path=curve.data_path, state=state
                )
            )


def find_unused(armature: bpy.types.Object) -> Obstacle | None:
    """The obstacle that the action of ``armature`` has slots and none is used, so that it moves nothing."""
    animation = armature.animation_data
    if animation is None or animation.action is None or not compat.HAS_SLOTS:
        return None
    if compat.assigned_slot(armature) is not None or not compat.slots_of(animation.action):
        return None
    text = rpt_("The action '{action}' moves nothing, '{name}' uses no slot of it: choose one beside the action's name")
    return Obstacle(text.format(action=animation.action.name, name=armature.name), "ASSIGN_SLOT")


def sharers(armature: bpy.types.Object, action: bpy.types.Action) -> list[str]:
    """Names of other objects that play ``action`` the way ``armature`` does."""
    if action.users - action.use_fake_user < 2:
        return []
    slot = compat.assigned_slot(armature)
    found = []
    for other in bpy.data.objects:
        animation = other.animation_data
        if other == armature or animation is None:
            continue
        players: list[Any] = [animation, *(strip for track in animation.nla_tracks for strip in track.strips)]
        if any(each.action == action and getattr(each, "action_slot", None) == slot for each in players):
            found.append(other.name)
    return found


def covering_action(armature: bpy.types.Object) -> str:
    """The name of the played action that lies over the NLA strips of ``armature``, or ""."""
    animation = armature.animation_data
    if animation is None or animation.action is None or not any(map(_moves_bone, played_curves(armature))):
        return ""
    return animation.action.name


def name_bones(names: Iterable[str]) -> str:
    """Some of the names, and how many more there are."""
    every = list(names)
    more = rpt_(" and {count} more").format(count=len(every) - NAMED) if len(every) > NAMED else ""
    return ", ".join(f"'{name}'" for name in every[:NAMED]) + more


def _at_rest(armature: bpy.types.Object, _scene: bpy.types.Scene, _use: Use) -> Obstacle | None:
    data: Any = armature.data
    if data.pose_position != "REST":
        return None
    text = rpt_("'{name}' is shown in Rest Position, not as it moves: set it to Pose Position (its Data properties)")
    return Obstacle(text.format(name=armature.name), "POSE_POSITION")


def _stretched(_armature: bpy.types.Object, scene: bpy.types.Scene, _use: Use) -> Obstacle | None:
    render = scene.render
    if render.frame_map_old == render.frame_map_new:
        return None
    text = rpt_(
        "Time Stretching shows keys at other frames than they are on: set Old and New to 100 (Output properties)"
    )
    return Obstacle(text, "NO_STRETCHING")


def _tweaked(armature: bpy.types.Object, _scene: bpy.types.Scene, use: Use) -> Obstacle | None:
    animation = armature.animation_data
    if animation is None or not animation.use_tweak_mode or use == "EDIT":
        return None
    text = rpt_("'{name}' is tweaking an NLA strip: leave tweak mode first (Tab in the NLA)")
    return Obstacle(text.format(name=armature.name), "LEAVE_TWEAK_MODE")


def _without_slot(armature: bpy.types.Object, _scene: bpy.types.Scene, use: Use) -> Obstacle | None:
    return find_unused(armature) if use in PLAYED else None


def _shared(armature: bpy.types.Object, _scene: bpy.types.Scene, use: Use) -> Obstacle | None:
    animation = armature.animation_data
    if use not in PLAYED or animation is None or animation.action is None:
        return None
    others = sharers(armature, animation.action)
    if not others:
        return None
    text = rpt_("The action '{action}' also moves {others}, which would change too: make it a single user copy first")
    text = text.format(action=animation.action.name, others=name_bones(others))
    return Obstacle(text, "" if animation.use_tweak_mode else "SINGLE_USER")


def _soloed(armature: bpy.types.Object, _scene: bpy.types.Scene, use: Use) -> Obstacle | None:
    animation = armature.animation_data
    if use == "EXPORT" or animation is None or not animation.use_nla:
        return None
    strip = tweaked_strip(animation)
    for track in animation.nla_tracks:
        if track.is_solo and (strip is None or strip not in list(track.strips)):
            text = rpt_("Only the soloed NLA track '{track}' is seen of '{name}': take its star away (NLA editor)")
            return Obstacle(text.format(track=track.name, name=armature.name), "NO_SOLO")
    return None


def _silenced(armature: bpy.types.Object, _scene: bpy.types.Scene, use: Use) -> Obstacle | None:
    animation = armature.animation_data
    if animation is None or use not in ("EDIT", "NLA_STRIP"):
        return None
    strip = tweaked_strip(animation)
    if not animation.use_nla and (strip is not None or use == "NLA_STRIP"):
        text = rpt_("NLA strips of '{name}' are turned off, so nothing is seen of them: turn them on (NLA editor)")
        return Obstacle(text.format(name=armature.name), "UNMUTE")
    if strip is not None and (strip.mute or any(t.mute for t in animation.nla_tracks if strip in list(t.strips))):
        text = rpt_("The strip '{strip}' or its track is muted, so nothing is seen of it: unmute it (NLA editor)")
        return Obstacle(text.format(strip=strip.name), "UNMUTE")
    return None


def _blended(armature: bpy.types.Object, _scene: bpy.types.Scene, use: Use) -> Obstacle | None:
    """What is seen is not what the played action says, because the NLA mixes it with others."""
    animation = armature.animation_data
    if animation is None or use in ("EXPORT", "NLA_STRIP"):
        return None
    strip = tweaked_strip(animation)
    if strip is not None:
        fades = strip.use_animated_influence or strip.blend_in > 0 or strip.blend_out > 0
        blended = strip.blend_type != "REPLACE" or fades
        if strip.use_reverse or strip.repeat != 1.0 or blended:
            text = rpt_(
                "The strip '{name}' is blended, repeated or reversed: set it to Replace, full influence, "
                "once, forwards, or edit its action outside the NLA"
            )
            return Obstacle(text.format(name=strip.name))
    elif animation.nla_tracks and (animation.action_blend_type != "REPLACE" or animation.action_influence < 1.0):
        text = rpt_("The action is mixed with NLA strips below it: set it to Replace with full influence first")
        return Obstacle(text, "REPLACE")
    return None


def _reinterpreted(armature: bpy.types.Object, _scene: bpy.types.Scene, use: Use) -> Obstacle | None:
    """Keys of a setting change what all other keys of a bone mean, so that one more key is right on some frames only.

    Blender converts rotations where their mode changes, so that not even it shows one pose at a frame: which one, the
    frame before decides.
    """
    data: Any = armature.data
    played = changing_settings(armature, ON_OBJECT) if use in PLAYED else []
    found = played or changing_settings(data, ON_ARMATURE if use != "EXPORT" else ON_ARMATURE[:1])
    if not found:
        return None
    first = found[0]
    names = dict.fromkeys(each.bone or armature.name for each in found if each.name == first.name)
    text = rpt_(
        "{setting} of {bones} changes by keys, and with it what other keys mean: delete its keys, or bake the action"
    )
    text = text.format(setting=iface_(first.label), bones=name_bones(names))
    return Obstacle(text, KEEP_MODE if first.name == MODE and all(each.bone for each in found) else "")


Rule = Callable[[bpy.types.Object, bpy.types.Scene, Use], Obstacle | None]
RULES: tuple[Rule, ...] = (  # the last one may concern some frames only
    _at_rest,
    _stretched,
    _tweaked,
    _without_slot,
    _shared,
    _soloed,
    _silenced,
    _blended,
    _reinterpreted,
)


def _unposed(armature: bpy.types.Object) -> Obstacle | None:
    """The rig is disabled, or in no collection that the view layer shows, and Blender does not compute its pose."""
    graph = current_view_layer().depsgraph
    if graph is None or armature.evaluated_get(graph).is_evaluated:
        return None
    text = rpt_("'{name}' is disabled in viewports or its collection is excluded, so it does not move: enable it")
    return Obstacle(text.format(name=armature.name))


def _explain(armature: bpy.types.Object, bones: list[str], frame: int) -> Obstacle:
    animation = armature.animation_data
    action = animation.action.name if animation is not None and animation.action is not None else ""
    text = rpt_("At frame {frame} {bones} are not seen as the action '{action}' has them: look for drivers and strips")
    return Obstacle(text.format(frame=frame, bones=name_bones(bones), action=action), bones=tuple(bones))


def _bending(curve: bpy.types.FCurve) -> str:
    """The type of the modifier that makes a curve show other than its keys, or ""."""
    # Cycles repeats the keys outside of them; every other modifier changes what they say
    kinds = (m.type for m in curve.modifiers if m.type != "CYCLES" and not m.mute and m.influence > 0)
    return next(kinds, "")


def _moves_bone(curve: bpy.types.FCurve) -> bool:
    """Whether a curve is on a bone's transform, and neither muted nor bent, so that it is expected to be seen."""
    silent = curve.mute or (curve.group and curve.group.mute) or not curve.is_valid or _bending(curve)
    path = curve.data_path
    return not silent and bool(bone_of_path(path)) and is_transform(path)


def _differs(armature: bpy.types.Object, curve: bpy.types.FCurve, time: float) -> bool:
    """Whether the property of a curve now has another value than the curve at the action's frame ``time``."""
    resolve: Any = armature.path_resolve
    try:
        seen = float(resolve(curve.data_path)[curve.array_index])
    except (ValueError, IndexError):  # a bone that is gone
        return False
    return abs(seen - curve.evaluate(time)) > SAME_VALUE * max(1.0, abs(seen))
