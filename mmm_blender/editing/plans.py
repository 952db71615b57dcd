"""From what an artist wants changed to the engine's question, one function a kind of request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import bpy
import numpy as np

from .. import protocol
from ..animation.played import keyed_range
from ..rig.finding.find_mapping import find_mapping
from ..rig.mapping import RigMapping
from ..rig.sampling import FPS, sample_rig
from ..rig.skeleton import read_rest
from ..target import Target
from ..translation import rpt_
from .aim import Aim
from .controls import read_controls
from .edit import Edit
from .selection import why_not_editable
from .stands import sample_stands

CONTEXT = 4.0  # seconds before and after the span that the engine is shown
ALMOST = 1e-6
SHORTEST_LOOP = 12  # rows of a motion, a few of which stay

Order = Literal["least", "most"]
Travel = Literal["AUTO", "STAY", "TRAVEL"]


@dataclass(frozen=True)
class EditOptions:
    """What the artist set beside the frames; see docs/protocol.md for ``strength`` and ``order``."""

    strength: float = 0.5
    order: Order = "least"
    travel: Travel = "AUTO"
    keep_copy: bool = True
    part_of_story: int = -1


@dataclass(frozen=True)
class _Sample:
    """What to sample of the rig, and what to ask about it: ``count`` rows from scene frame ``first``, ``fps`` a second.

    The answer has ``added`` rows more, the first of them at scene frame ``start``.
    """

    first: float
    last: float
    fps: float
    start: int
    final: int  # last scene frame of the answer that may be keyed
    params: dict[str, Any]


def plan_edit(
    armature: bpy.types.Object, scene: bpy.types.Scene, aim: Aim, options: EditOptions | None = None
) -> tuple[Edit, dict[str, Any]]:
    """The edit of ``aim`` and what of the engine's params depends on it: ``motion``, ``kind`` and those of the kind.

    Samples the rig; the scene is as before. Raises ValueError, saying what to do, when rig, action or span
    are not fit for it.
    """
    options = options or EditOptions()
    if reason := why_not_editable(armature):
        raise ValueError(reason)
    mapping = find_mapping(armature)
    keys = keyed_range(armature)
    fps = scene.render.fps / scene.render.fps_base
    if aim.wish.kind == "EXTEND":
        sample = _extend_before(aim, keys, fps) if aim.wish.before else _extend_after(aim, keys, fps)
    elif aim.wish.kind == "LOOP":
        sample = _loop(aim, fps, options)
    elif aim.wish.kind == "VARY":
        sample = _vary(aim, fps, options)
    else:
        sample = _inpaint(aim, keys, fps)
    return _ask(armature, mapping, scene, aim, sample, options)


def _ask(
    armature: bpy.types.Object,
    mapping: RigMapping,
    scene: bpy.types.Scene,
    aim: Aim,
    sample: _Sample,
    options: EditOptions,
) -> tuple[Edit, dict[str, Any]]:
    """Sample the rig as planned."""
    controls = read_controls(armature, mapping, range(aim.first, aim.last + 1))
    frames = range(sample.start, sample.final + 1)
    stands = sample_stands(armature, read_rest(armature, controls.mapping), scene, sample.first, frames)
    joints = sample_rig(armature, mapping, scene, sample.first, sample.last, sample.fps)
    animation = armature.animation_data
    assert animation is not None and animation.action is not None  # why_not_editable has seen to that
    edit = Edit(
        Target.of(armature), animation.action.name, aim.wish.kind, aim.spans, sample.start, sample.fps, aim.free,
        options.keep_copy, options.part_of_story, stands.world, stands.moves,
    )  # fmt: skip
    return edit, {"motion": protocol.encode_array(joints), **sample.params}


def _inpaint(aim: Aim, keys: tuple[float, float], fps: float) -> _Sample:
    """Between what is kept before and after each span."""
    step, context = fps / FPS, CONTEXT * fps
    start = max(int(np.floor(min(keys[0], aim.first))), int(np.floor(aim.first - context)))
    last = max(min(keys[1], aim.last + context), aim.last + step)
    rows = _count(start, last, step)
    mask = []
    for number, span in enumerate(aim.spans):
        begin, stop = (span.first - start) / step, (span.last - start) / step
        # the poses at both ends of a span stay, unless there is nothing beyond; at a pinned pose between two spans
        # the rows on both sides of it, so that the engine sees it
        begin = np.floor(begin + ALMOST) + 1 if number == 0 else np.ceil(begin - ALMOST) + 1
        stop = np.ceil(stop - ALMOST) if number == len(aim.spans) - 1 else np.floor(stop + ALMOST)
        begin = 0 if aim.free[0] and number == 0 else int(begin)
        stop = rows if aim.free[1] and number == len(aim.spans) - 1 else int(stop)
        if begin < stop:
            mask.append({"part": span.part, "start": begin, "stop": stop})
    if not mask:
        raise _too_short(aim, int(np.ceil(2 * step)) + 1)
    return _Sample(start, last, FPS, start, aim.last, {"kind": "inpaint", "mask": mask})


def _extend_after(aim: Aim, keys: tuple[float, float], fps: float) -> _Sample:
    step = fps / FPS
    start = max(int(np.floor(keys[0])), int(np.floor(aim.first - CONTEXT * fps)))
    rows = _count(start, aim.first, step)
    if rows < 2:
        raise _too_short(aim, int(np.ceil(step)) + 1)
    known = start + (rows - 1) * step
    added = int(np.ceil((aim.last - known) / step - ALMOST))
    params = {"kind": "extend", "before": 0, "after": added}
    return _Sample(start, aim.first, FPS, start, aim.last, params)


def _extend_before(aim: Aim, keys: tuple[float, float], fps: float) -> _Sample:
    step = fps / FPS
    added = int(np.ceil((aim.last - aim.first) / step - ALMOST))
    first = aim.first + added * step  # less than a row behind the first key
    last = min(keys[1], first + CONTEXT * fps)
    if _count(first, last, step) < 2:
        raise _too_short(aim, int(np.ceil(2 * step)) + 1)
    return _Sample(first, last, FPS, aim.first, aim.last, {"kind": "extend", "before": added, "after": 0})


def _vary(aim: Aim, fps: float, options: EditOptions) -> _Sample:
    """The span alone: all that the engine is shown may change."""
    step = fps / FPS
    if aim.last - aim.first < 4 * step:
        raise _too_short(aim, int(np.ceil(4 * step)) + 1)
    params = {"kind": "vary", "strength": round(options.strength, 4), "order": options.order, "part": aim.part}
    return _Sample(aim.first, aim.last + step, FPS, aim.first, aim.last, params)


def _loop(aim: Aim, fps: float, options: EditOptions) -> _Sample:
    """One turn of the loop in whole rows: nearly 20 a second, so that the last frame is the first again."""
    length = aim.last - aim.first
    rows = round(length * FPS / fps)
    if rows < SHORTEST_LOOP:
        raise _too_short(aim, int(np.ceil(SHORTEST_LOOP * fps / FPS)))
    half = max(round((aim.spans[0].last - aim.first) * rows / length), 2)
    travel = {"AUTO": None, "STAY": False, "TRAVEL": True}[options.travel]
    params = {"kind": "loop", "span": min(2 * half, rows - 4), "travel": travel}
    step = length / rows
    return _Sample(aim.first, aim.last - step, fps / step, aim.first, aim.last, params)


def _count(first: float, last: float, step: float) -> int:
    """Rows that are sampled from ``first`` to ``last``."""
    return int(np.floor((last - first) / step + ALMOST)) + 1


def _too_short(aim: Aim, count: int) -> ValueError:
    message = rpt_("Frames {first} to {last} are too short to change: {count} frames or more are needed")
    if aim.wish.kind == "EXTEND":
        message = rpt_("The motion is too short to go on from: it needs {count} frames or more")
    return ValueError(message.format(first=aim.first, last=aim.last, count=count))
