"""Motions where the character now stands: what the ghost shows and what *Apply* writes, from the same body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import degrees
from typing import Any, get_args

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..ghost import Ghost, build_ghost
from ..motion_file import Motion
from ..rig.finding.find_mapping import find_mapping
from ..rig.pose import Root, Start
from ..rig.resampling import resample_joints
from ..rig.retarget import find_body
from ..rig.skeleton import read_rest
from .apply import ApplyOptions, apply_motion, retarget_options
from .directing.targets import is_placed
from .directing.touching import hold_place
from .paths import is_on_path, put_on_path
from .played import root_moved
from .shown.obstacles import Obstacle, check_shown


def options_from(settings: Any, start_frame: int, placed: bool = False) -> ApplyOptions:
    """The options in ``ui.properties.apply.ApplyProperties``; a motion that is ``placed`` already stays there."""
    return ApplyOptions(
        start_frame=start_frame,
        target=settings.target,
        in_place=settings.in_place,
        root=settings.root,
        lock_feet=settings.lock_feet,
        feet=settings.feet,
        hands=settings.hands,
        fingers="RELAXED" if settings.relax_fingers else "REST",
        move_collars=settings.move_collars,
        arm_spacing=degrees(settings.arm_spacing),
        scale_by=settings.scale_by,
        place_at_current=settings.start_at == "CHARACTER" and not placed,
        key_every=settings.key_every,
        tolerance=settings.tolerance,
        blend_in=settings.blend_in,
        blend_out=settings.blend_out,
        mark_asset=settings.mark_asset,
        keys_on=settings.keys_on,
        set_frame_range=False,
    )


@dataclass(frozen=True)
class Footing:
    """Where a rig stands at the frame a motion would begin on: what of the pose the fit depends on.

    ``starts``: by what carries the path; ``moved``: what a posed bone above the body does to it.
    """

    starts: dict[Root, Start | None]
    moved: FloatArray | None


def read_footing(armature: bpy.types.Object) -> Footing:
    """The footing of ``armature`` in the pose it has now. Raises ValueError, saying what to do, without a mapping."""
    rest = read_rest(armature, find_mapping(armature))
    starts = {
        root: retarget_options(armature, rest, ApplyOptions(root=root, place_at_current=True)).start
        for root in get_args(Root)
    }
    return Footing(starts, root_moved(armature, rest))


def _is_placed(motion: Motion) -> bool:
    """Whether the motion lies in the character's own space already: on a curve, or towards targets."""
    return is_on_path(motion) or is_placed(motion)


def plan_ghost(
    armature: bpy.types.Object,
    motion: Motion,
    scene: bpy.types.Scene,
    settings: Any,
    footing: Footing | None = None,
) -> Callable[[], Ghost]:
    """How to compute the ghost of ``motion`` on ``armature``, from where ``footing`` says, or in the pose it has now.

    Everything is read from Blender here; what is returned is numpy alone and may run in a thread. Both raise
    ValueError as applying would.
    """
    check_shown(armature, scene, settings.target)
    footing = footing or read_footing(armature)
    rest = read_rest(armature, find_mapping(armature))
    options = options_from(settings, scene.frame_current, _is_placed(motion))
    motion = put_on_path(motion, rest) if _is_placed(motion) else motion
    fitting = retarget_options(armature, rest, replace(options, place_at_current=False))
    if options.place_at_current:
        fitting = replace(fitting, start=footing.starts[options.root])
    moved = footing.moved if options.root == "PELVIS" else None
    fps = scene.render.fps / scene.render.fps_base
    fitting = hold_place(fitting, motion, fps)
    return lambda: build_ghost(find_body(resample_joints(motion.joints, motion.fps, fps), fps, rest, fitting), moved)


def apply_here(
    armature: bpy.types.Object,
    motion: Motion,
    scene: bpy.types.Scene,
    settings: Any,
    tell: Callable[[Obstacle], None] | None = None,
) -> bpy.types.Action:
    """Key ``motion`` from ``settings.start_frame`` on; ``tell``: as ``apply_motion`` has it.

    The scene's range is made as long as the motion, or with ``settings.fit_range`` just as long. Raises
    ValueError, saying what to do; the scene is then as it was.
    """
    now = scene.frame_current
    options = options_from(settings, settings.start_frame, _is_placed(motion))
    mapping = find_mapping(armature)
    if _is_placed(motion):
        motion = put_on_path(motion, read_rest(armature, mapping))
    if settings.start_frame != now:
        scene.frame_set(settings.start_frame)
    try:
        action = apply_motion(armature, mapping, motion, scene, options, tell)
    finally:
        if settings.start_frame != now:
            scene.frame_set(now)
    last = last_frame(motion, scene, settings.start_frame)
    if settings.fit_range:
        scene.frame_start, scene.frame_end = settings.start_frame, last
    elif last > scene.frame_end:
        scene.frame_end = last
    return action


def last_frame(motion: Motion, scene: bpy.types.Scene, start_frame: int) -> int:
    """The last frame with keys of ``motion``: the last whole one within it."""
    frames = (scene.render.fps / scene.render.fps_base) * motion.seconds
    return start_frame + int(np.floor(frames + 1e-6))
