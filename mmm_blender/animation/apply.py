"""From a motion to a character that plays it: retarget, key, set the scene's range; all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import bpy
import numpy as np

from .. import compat
from ..motion_file import Motion
from ..rig import basis
from ..rig.body.fitted import Body
from ..rig.foot_meshes import with_soles
from ..rig.mapping import RigMapping
from ..rig.pose import Feet, Fingers, Hands, RetargetOptions, Root, ScaleBy, Start
from ..rig.resampling import resample_joints
from ..rig.retarget import find_body
from ..rig.rotations import normalize
from ..rig.skeleton import RigRest, read_rest
from ..scene import pose_bones
from ..translation import rpt_
from . import actions, asset_preview, baking
from .crossfade import crossfade
from .directing.touching import hold_place
from .ik_controls import with_ik_controls
from .names import name_of
from .neighbours import go_on_from_keys, go_on_from_pose
from .played import root_moved
from .shown.comparison import IntArray, Wanted, find_miss
from .shown.holders import rest_channels
from .shown.kept_pose import keeping_pose
from .shown.obstacles import MissError, Obstacle, check_curves, check_shown, covering_action
from .shown.strays import find_strays
from .stretching import stretchable
from .thinning import thin
from .undo import count_applied

SLACK = 8.0  # how much more than one bone's share of left-out keys a chain of bones may be off
RATE_PROPERTY = "mmm_fps"  # on an action: frames a second that it was keyed for
Target = Literal["NEW_ACTION", "ACTIVE_ACTION", "NLA_STRIP", "LIBRARY"]
KeysOn = Literal["CONTROLS", "DEFORM"]


@dataclass(frozen=True)
class ApplyOptions:
    """How a motion lands on a rig.

    Attributes:
        start_frame: frame of the first key; None: the scene's start frame.
        target: a new action that the rig then plays; the action it plays (keys in the motion's span
            are replaced, others kept); a new action as an NLA strip on a track of its own; or a new action that
            nothing plays, as for a library, in which the pelvis begins over the rig's origin.
        in_place: no path over the floor.
        root: what carries the path: the pelvis, the mapped root bone, or the object itself.
        lock_feet: planted feet do not slide and do not sink into the floor.
        scale_by: root motion grows with the rig's legs, or with its height.
        place_at_current: begin where the rig now stands, heading where it now looks.
        key_every: key every n-th frame (and the last).
        tolerance: leave out keys that linear interpolation restores this well (radians, armature
            units as a share of leg length); 0 keeps all.
        fingers: relaxed, or left alone.
        hands: turned as in the motion, as the rest pose has them to the forearm, or relaxed.
        feet: turned as in the motion, or as the rest pose has them.
        move_collars: collar bones go with the arms, or stay with the chest.
        arm_spacing: degrees by which hanging arms are held further from the body.
        blend_in: frames over which the motion takes over from what the character did before, in an action that goes
            on or as a strip above others.
        blend_out: frames over which it gives back to what comes behind.
        interpolation: of the keys.
        set_frame_range: make the scene's frame range the motion's.
        mark_asset: mark the action as an asset, with a preview.
        keys_on: the mapped bones; or, where those are controls, the bones that deform the mesh.
    """

    start_frame: float | None = None
    target: Target = "NEW_ACTION"
    in_place: bool = False
    root: Root = "PELVIS"
    lock_feet: bool = True
    scale_by: ScaleBy = "LEGS"
    place_at_current: bool = False
    key_every: int = 1
    tolerance: float = 0.0
    fingers: Fingers = "RELAXED"
    hands: Hands = "MOTION"
    feet: Feet = "MOTION"
    move_collars: bool = True
    arm_spacing: float = 0.0
    blend_in: float = 0.0
    blend_out: float = 0.0
    interpolation: actions.Interpolation = "LINEAR"
    set_frame_range: bool = True
    mark_asset: bool = False
    keys_on: KeysOn = "CONTROLS"

    def __post_init__(self) -> None:
        if self.key_every < 1:
            raise ValueError(f"key_every must be at least 1, not {self.key_every}")
        if not 0 <= self.tolerance < 1:
            raise ValueError(f"tolerance must be between 0 and 1, not {self.tolerance:g}")


def apply_motion(
    armature: bpy.types.Object,
    mapping: RigMapping,
    motion: Motion,
    scene: bpy.types.Scene,
    options: ApplyOptions | None = None,
    tell: Callable[[Obstacle], None] | None = None,
) -> bpy.types.Action:
    """Key ``motion`` onto ``armature`` at the scene's frame rate; returns the action written.

    All or nothing: everything is computed before the first key is set, and if writing fails what
    was there before is put back. Raises ValueError, saying what to do, when mapping, rig and options
    do not fit together; and MissError when the rig, looked at with its keys, does not show the motion. With ``tell``
    the keys stay then, and it is told instead.
    """
    options = options or ApplyOptions()
    _check_editable(armature)
    if options.target != "LIBRARY":
        check_shown(armature, scene, options.target)
    rest = stretchable(armature, with_soles(armature, read_rest(armature, mapping), mapping), mapping)
    rest = with_ik_controls(armature, rest, mapping)
    body, stood = fit_motion(armature, rest, motion, scene, options), np.array(armature.matrix_world)
    pose = basis.find_pose(body)
    first = float(scene.frame_start if options.start_frame is None else options.start_frame)
    frames = first + np.arange(len(pose.rotations), dtype=np.float64)
    channels = actions.channels_of(armature, pose, mapping.switches, frames)
    baked = options.keys_on == "DEFORM" and mapping.controls
    released = baking.released_text(armature) if baked else None
    if baked:
        channels = baking.deform_channels(armature, scene, channels, mapping.switches, frames)
    else:
        channels += baking.holding_channels(armature, frames)
        goes_on = options.target == "ACTIVE_ACTION"
        keyed, still = {channel.path for channel in channels}, frames if goes_on else frames[[0, -1]]
        strays: list[str] = []
        if mapping.controls:
            own = {*mapping.bones.values(), *(name for limb in rest.limbs.values() for name in limb.names())}
            looked = sorted({int(frame) for frame in frames[[0, len(frames) // 2, -1]]}) if goes_on else ()
            strays = find_strays(armature, scene, mapping, rest, own, looked)
        channels += rest_channels(armature, mapping, rest, keyed, still, strays)
    if options.target == "ACTIVE_ACTION":
        channels = crossfade(armature, channels, options.blend_in, options.blend_out)
    channels = thin(channels, options.key_every, options.tolerance, rest.leg_length())
    name = name_of(motion.prompt, bpy.data.actions.keys())

    def write() -> bpy.types.Action:
        if options.target == "ACTIVE_ACTION":
            action = _active_action(armature)
            curves = compat.assigned_curves(armature)
            check_curves(_touched(curves, channels))
            actions.write_channels(curves, go_on_from_keys(armature, channels, curves), options.interpolation)
        else:
            action = bpy.data.actions.new(name)
            action.use_fake_user = True
            begun = channels if options.target == "LIBRARY" else go_on_from_pose(armature, channels)
            actions.write_channels(compat.new_curves(action, armature), begun, options.interpolation)
            if options.target == "NEW_ACTION":
                compat.assign_action(armature, action)
            elif options.target == "NLA_STRIP":
                _add_strip(armature, action, first, options.blend_in, options.blend_out)
        actions.store_request(action, motion.request())
        action[RATE_PROPERTY] = scene.render.fps / scene.render.fps_base
        rows = _seen_rows(armature, len(frames), options)
        if not baked and len(rows) and options.target != "LIBRARY":
            wanted = Wanted(
                mapping, rest, body, frames, pose.carried, stood, options.root == "PELVIS", SLACK * options.tolerance
            )
            if miss := find_miss(armature, scene, wanted, rows):
                if tell is None:
                    raise MissError(miss)
                tell(miss)
        if options.mark_asset:
            asset_preview.mark_asset(action, motion)
        return action

    with keeping_pose(armature):
        action = all_or_nothing(armature, options.target, write)
    if options.target != "LIBRARY":
        count_applied(armature)
    if released is not None:
        armature[baking.RELEASED_PROPERTY] = released
    if options.set_frame_range:
        scene.frame_start = min(scene.frame_start, int(np.floor(first)))
        scene.frame_end = int(np.ceil(frames[-1]))
    return action


def fit_motion(
    armature: bpy.types.Object, rest: RigRest, motion: Motion, scene: bpy.types.Scene, options: ApplyOptions
) -> Body:
    """``motion`` on a body of the rig's own proportions, at the scene's frame rate; writes nothing."""
    fps = scene.render.fps / scene.render.fps_base
    joints = resample_joints(motion.joints, motion.fps, fps)
    fitting = hold_place(retarget_options(armature, rest, options), motion, fps)
    body = find_body(joints, fps, rest, fitting)
    if options.target == "LIBRARY":
        body.begin_over_origin()
    return body


def _seen_rows(armature: bpy.types.Object, count: int, options: ApplyOptions) -> IntArray:
    """Those of ``count`` rows of a motion that have keys and are seen as they are: no fade, nothing above them."""
    fades = options.target != "NEW_ACTION"
    begin, end = (options.blend_in, options.blend_out) if fades else (0.0, 0.0)
    if options.target == "NLA_STRIP" and covering_action(armature):
        return np.arange(0)
    rows = np.arange(int(np.ceil(begin)), count - int(np.ceil(end)))
    return rows[rows % options.key_every == 0]


def retarget_options(armature: bpy.types.Object, rest: RigRest, options: ApplyOptions) -> RetargetOptions:
    """What of ``options`` concerns retargeting, and where the rig stands now; reads the pose, writes nothing."""
    return RetargetOptions(
        root=options.root,
        in_place=options.in_place,
        lock_feet=options.lock_feet,
        scale_by=options.scale_by,
        fingers=options.fingers,
        hands=options.hands,
        feet=options.feet,
        move_collars=options.move_collars,
        arm_spacing=float(np.radians(options.arm_spacing)),
        start=current_start(armature, rest, options) if options.place_at_current else None,
    )


def current_start(armature: bpy.types.Object, rest: RigRest, options: ApplyOptions) -> Start:
    """Where the rig's hips are now, and where they look, in the space the motion is keyed in."""
    bones = pose_bones(armature)
    bone_of = dict(zip(rest.joints, rest.bones, strict=True))
    matrices = {slot: np.array(bones[bone_of[slot]].matrix) for slot in ("pelvis", "left_hip", "right_hip")}
    hips = (matrices["left_hip"][:3, 3] + matrices["right_hip"][:3, 3]) / 2
    axes = matrices["pelvis"][:3, :3]
    turn = axes / np.linalg.norm(axes, axis=0) @ rest.rotations["pelvis"].T
    ahead = turn @ rest.facing()[:, 2]
    if options.root == "PELVIS" and (moved := root_moved(armature, rest)) is not None:
        # the root bone keeps the pose it has, and the motion comes on top of it
        back = np.linalg.inv(moved)
        hips, ahead = back[:3, :3] @ hips + back[:3, 3], normalize(back[:3, :3] @ ahead)
    return Start(hips, ahead)


def _check_editable(armature: bpy.types.Object) -> None:
    """Raise ValueError for an armature that cannot take keys."""
    if armature.library is not None and armature.override_library is None:
        raise ValueError(
            rpt_("'{name}' is linked: make a library override first (Object, Library Override)").format(
                name=armature.name
            )
        )


def _active_action(armature: bpy.types.Object) -> bpy.types.Action:
    animation = armature.animation_data
    if animation is None or animation.action is None:
        raise ValueError(
            rpt_("'{name}' has no active action to write into: choose a new one").format(name=armature.name)
        )
    if animation.action.library is not None:
        raise ValueError(rpt_("the action '{action}' is linked: choose a new one").format(action=animation.action.name))
    return animation.action


def _touched(curves: Any, channels: list[actions.Channel]) -> list[bpy.types.FCurve]:
    """Those of ``curves`` that ``channels`` are written into."""
    keyed = {(channel.path, channel.index) for channel in channels}
    return [curve for curve in curves if (curve.data_path, curve.array_index) in keyed]


def _add_strip(
    armature: bpy.types.Object, action: bpy.types.Action, first: float, blend_in: float, blend_out: float
) -> None:
    """Lay ``action`` on an NLA track of its own, above the others; it blends only with strips that play then."""
    animation = armature.animation_data or armature.animation_data_create()
    assert animation is not None  # create always gives one
    below = [s for track in animation.nla_tracks if not track.mute for s in track.strips if not s.mute]
    track = animation.nla_tracks.new()
    track.name = action.name
    strip = track.strips.new(action.name, int(round(first)), action)
    compat.assign_strip_slot(strip, action)
    strip.extrapolation = "HOLD_FORWARD" if len(animation.nla_tracks) > 1 else "HOLD"
    room = (strip.frame_end - strip.frame_start) / 2
    if any(other.frame_start < strip.frame_start for other in below):
        strip.blend_in = min(blend_in, room)
    if any(other.frame_end > strip.frame_end for other in below):
        strip.blend_out = min(blend_out, room)
        strip.extrapolation = "NOTHING"


def all_or_nothing(
    armature: bpy.types.Object, target: Target, write: Callable[[], bpy.types.Action]
) -> bpy.types.Action:
    """Run ``write``; when it raises, take back what it did and raise again."""
    animation = armature.animation_data
    had_data = animation is not None
    played = animation.action if animation is not None else None
    slot, last_slot = compat.assigned_slot(armature), compat.last_slot(armature)
    tracks = {track.name for track in animation.nla_tracks} if animation is not None else set()
    known = set(bpy.data.actions)
    backup = played.copy() if target == "ACTIVE_ACTION" and played is not None else None
    kept = (played.asset_data is not None, played.use_fake_user) if played is not None else (False, False)
    try:
        action = write()
    except BaseException:
        animation = armature.animation_data
        if animation is not None:
            for track in [track for track in animation.nla_tracks if track.name not in tracks]:
                animation.nla_tracks.remove(track)
            if backup is not None and played is not None:
                compat.restore_action(played, backup)
                if played.asset_data is not None and not kept[0]:
                    played.asset_clear()
                played.use_fake_user = kept[1]
            compat.play_action(armature, played, slot)
            compat.remember_slot(armature, last_slot)
            if not had_data:
                armature.animation_data_clear()
        for made in set(bpy.data.actions) - known:
            bpy.data.actions.remove(made)
        raise
    if backup is not None:
        bpy.data.actions.remove(backup)
    return action
