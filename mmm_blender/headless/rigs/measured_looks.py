"""What it costs to look, after an apply, whether the rig shows the motion."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence

import bpy
import numpy as np

from ... import character
from ...animation import apply
from ...animation.apply import apply_motion
from ...motion_file import Motion
from ...rig.finding.find_mapping import find_mapping
from ...rig.mapping import RigMapping
from ...scene import current_scene, current_view_layer
from . import measured_rigs


def measure_looking(motions: Sequence[Motion]) -> str:
    """What share of an apply goes into looking whether the rig shows the motion.

    Processor time of applying and of the view that follows, with the look and without: the median of all motions.
    """
    told = []
    for label, preset, build in (
        ("MMM Character", None, lambda: character.add_character(current_scene().collection)),
        ("Mixamo", None, lambda: measured_rigs.build_named_rig("Mixamo")[0]),
        ("Rigify basic", None, lambda: measured_rigs.build_rigify("basic", True)),
        ("Rigify human FK", None, lambda: measured_rigs.build_rigify("human", True)),
        ("Rigify human IK", "Rigify (IK controls)", lambda: measured_rigs.build_rigify("human", True)),
    ):
        bpy.ops.wm.read_homefile(use_empty=True)
        armature = build()
        mapping = measured_rigs.fit_preset(armature, preset) if preset else find_mapping(armature)
        _time_apply(armature, mapping, motions[0])  # what Blender makes once
        shares = []
        for motion in motions:
            seen = _time_apply(armature, mapping, motion)
            with _looking_away():
                unseen = _time_apply(armature, mapping, motion)
            shares.append(1.0 - unseen / seen)
        told.append(f"{label} {100 * float(np.median(shares)):.0f} %")
    return f"Of an apply, looking at the rig afterwards takes (median of {len(motions)} motions): {', '.join(told)}."


def _time_apply(armature: bpy.types.Object, mapping: RigMapping, motion: Motion) -> float:
    begun = time.process_time()
    apply_motion(armature, mapping, motion, current_scene())
    current_view_layer().update()
    return time.process_time() - begun


@contextlib.contextmanager
def _looking_away() -> Iterator[None]:
    """Inside, an apply does not look at the rig."""
    look = apply.find_miss
    apply.find_miss = lambda *_: None
    try:
        yield
    finally:
        apply.find_miss = look
