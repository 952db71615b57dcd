"""A story on a rig: where its prompts lie once it is applied, and one of them told anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import bpy
import numpy as np

from ..animation.directing.targets import Pin
from ..animation.played import keyed_range
from ..motion_file import Motion
from ..rig.sampling import FPS
from ..translation import rpt_
from .aim import Aim
from .edit import Edit
from .kinds import KINDS
from .plans import EditOptions, plan_edit
from .retiming import Retiming
from .selection import Span
from .story_strips import read_story, retold, strips_of_request, write_story

TRANSITION_ROWS = 8  # frames of the engine on both sides of a part that change with it (docs/protocol.md)


def plan_retelling(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    index: int,
    count: int,
    options: EditOptions,
    pins: Iterable[Pin] = (),
) -> tuple[Edit, dict[str, Any]]:
    """Part ``index`` of the story in the action that is played, with its transitions; like ``plan_edit``.

    ``count``: parts of the list, which must be those of the action. Raises ValueError, saying what to do.
    """
    animation = armature.animation_data
    strips = read_story(animation.action if animation is not None else None)
    if not strips:
        raise ValueError(rpt_("'{name}' plays no story: generate one and apply it first").format(name=armature.name))
    if len(strips) != count:
        message = rpt_("The story has {now} parts, the motion {then}: parts were added or removed, generate it again")
        raise ValueError(message.format(now=count, then=len(strips)))
    start, end = keyed_range(armature)
    first, last = round(start), round(end)
    reach = round(TRANSITION_ROWS * scene.render.fps / scene.render.fps_base / FPS)
    span = Span(max(strips[index].first - reach, first), min(strips[index].last + reach, last))
    if span.last <= span.first:
        raise ValueError(rpt_("Part {number} lies outside of the keys of this action").format(number=index + 1))
    aim = Aim(KINDS["regenerate"].wish(), (span,), (span.first == first, span.last == last))
    return plan_edit(armature, scene, aim, replace(options, part_of_story=index), pins)


def note_story(action: bpy.types.Action, motion: Motion, scene: bpy.types.Scene, start_frame: int) -> None:
    """Keep on ``action`` where the prompts of ``motion`` lie in it, if it is a story."""
    if motion.asked.get("method") == "story" and "strips" in motion.asked:
        fps = scene.render.fps / scene.render.fps_base
        write_story(action, strips_of_request(motion.asked, start_frame, fps / motion.fps))


def move_story(action: bpy.types.Action, retiming: Retiming) -> None:
    """Keep on ``action`` that its frames moved."""
    if strips := read_story(action):
        moved = [retiming.to_new(np.array([strip.first, strip.last])).round() for strip in strips]
        write_story(
            action,
            [replace(strip, first=int(a), last=int(b)) for strip, (a, b) in zip(strips, moved, strict=True)],
        )


def cut_story(action: bpy.types.Action, frame: int) -> None:
    """Keep on ``action`` that its story ends at scene ``frame``."""
    if strips := read_story(action):
        write_story(action, [replace(s, last=min(s.last, frame)) for s in strips if s.first < frame])


def note_retelling(action: bpy.types.Action, motion: Motion, edit: Edit) -> None:
    """Keep on ``action`` that one of its prompts is another now."""
    strips = read_story(action)
    if 0 <= edit.part_of_story < len(strips):
        write_story(action, retold(strips, edit.part_of_story, motion.prompt))
