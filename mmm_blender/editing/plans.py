"""From what an artist wants changed to the engine's question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from .. import protocol
from ..animation.directing.edited import Changing, aim_targets
from ..animation.directing.targets import Pin
from ..animation.ik_controls import with_ik_controls
from ..animation.played import keyed_range
from ..animation.shown.comparison import check_free
from ..animation.shown.obstacles import check_played, check_shown
from ..animation.shown.settings import in_rotation_modes
from ..rig import canonical
from ..rig.finding.find_mapping import find_mapping
from ..rig.mapping import RigMapping
from ..rig.sampling import FPS, sample_frames
from ..rig.skeleton import read_rest
from ..target import Target
from ..translation import rpt_
from .aim import Aim, Played, Wish
from .controls import read_controls
from .edit import Edit
from .kinds import KINDS
from .kinds.extend import AS_LONG_AS_USUAL
from .question import Question
from .selection import why_not_editable
from .stands import sample_stands

FEWEST_ROWS = 3  # of the engine's, before the playhead: fewer tell no speed


@dataclass(frozen=True)
class EditOptions:
    """What is asked for beside the wish."""

    keep_copy: bool = True
    part_of_story: int = -1


def find_aim(armature: bpy.types.Object, mapping: RigMapping, scene: bpy.types.Scene, wish: Wish) -> Aim:
    """What an edit would change. Raises ValueError, saying what to do, when nothing fit is selected."""
    return KINDS[wish.kind].find_aim(Played(armature, mapping, scene), wish)


def plan_edit(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    aim: Aim,
    options: EditOptions | None = None,
    pins: Iterable[Pin] = (),
) -> tuple[Edit, dict[str, Any]]:
    """The edit of ``aim`` and what of the engine's params depends on it: ``motion``, ``kind`` and those of the kind.

    ``pins``: targets of the character, which kinds that know what they change mind on the frames they are about.

    Samples the rig; the scene is as before. Raises ValueError, saying what to do, when rig, action or span
    are not fit for it.
    """
    options = options or EditOptions()
    if reason := why_not_editable(armature):
        raise ValueError(reason)
    check_shown(armature, scene, "EDIT", (aim.first, aim.last))
    kind, held = KINDS[aim.wish.kind], _held(aim)
    played = Played(armature, find_mapping(armature), scene)
    question = kind.ask(aim, keyed_range(armature), played.fps)
    whole = question.retiming is not None or question.cuts  # all keys move, or those behind go
    seen = (min(aim.first, float(question.frames[0])), max(aim.last, float(question.frames[-1])))
    check_shown(armature, scene, "EDIT", None if whole else seen)
    with in_rotation_modes(armature, scene, aim.first):
        edit, motion = _sample(played, aim, question, options)
        directed = {"targets": _targets(played, aim, question, pins), "hold": held}
    return edit, {
        "motion": motion,
        "kind": kind.name,
        **question.params,
        **{name: value for name, value in directed.items() if value},
    }


def _held(aim: Aim) -> list[str]:
    """What the artist wants held, as the protocol has it. Raises ValueError for what the part does not move."""
    held = sorted(str(part).lower() for part in aim.wish.choices.get("hold", ()))
    if aim.part == "lower" and set(held) - {"seat"}:
        raise ValueError(
            rpt_("Hands cannot stay in place while hips and legs change below them: choose Whole under Body")
        )
    return held


def _targets(played: Played, aim: Aim, question: Question, pins: Iterable[Pin]) -> list[dict[str, Any]]:
    """The targets on what the question changes, seen from where the character is at its first row."""
    pins = list(pins)
    if not pins or not question.changing:
        return []
    spans, endless = tuple((span.first, span.last) for span in aim.spans), question.row_frames > 0
    step = played.fps / question.fps
    changing = Changing(spans, aim.free, endless, question.start, step, question.changing, aim.part)
    scene, reference = played.scene, float(question.frames[0])
    now = scene.frame_current, scene.frame_subframe
    try:
        scene.frame_set(int(np.floor(reference)), subframe=reference - float(np.floor(reference)))
        return aim_targets(pins, played.armature, read_rest(played.armature, played.mapping), scene, changing)
    finally:
        scene.frame_set(now[0], subframe=now[1])


def _sample(played: Played, aim: Aim, question: Question, options: EditOptions) -> tuple[Edit, dict[str, Any]]:
    """Sample the rig as planned: the edit, and the joints as the protocol has arrays."""
    armature, mapping, scene = played.armature, played.mapping, played.scene
    controls = read_controls(armature, mapping, range(aim.first, aim.last + 1))
    check_played(armature, scene, aim.first, aim.last)
    frames = np.arange(question.start, question.final + 1, dtype=np.float64)
    if question.retiming is not None:
        frames = question.retiming.to_old(frames)
    rest, reference = read_rest(armature, controls.mapping), float(question.frames[0])
    steered = with_ik_controls(armature, rest, controls.mapping)
    check_free(armature, scene, controls.mapping, steered, aim.first, aim.last, controls.follows)
    stands = sample_stands(armature, rest, scene, reference, frames.tolist())
    joints = canonical.all_known(sample_frames(armature, mapping, scene, question.frames))
    animation = armature.animation_data
    assert animation is not None and animation.action is not None  # why_not_editable has seen to that
    spans = aim.spans if question.retiming is None else tuple(map(question.retiming.span_of, aim.spans))
    edit = Edit(
        Target.of(armature),
        animation.action.name,
        aim.wish.kind,
        spans,
        question.start,
        question.fps,
        aim.free,
        options.keep_copy,
        options.part_of_story,
        stands.world,
        stands.moves,
        question.retiming,
        question.row_frames,
        question.cuts,
    )
    return edit, protocol.encode_array(joints)


def can_go_on(armature: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    """Whether the playhead stands inside or at the end of an action that a new motion can go on from."""
    if why_not_editable(armature):
        return False
    try:
        start, end = keyed_range(armature)
    except ValueError:
        return False
    lead = FEWEST_ROWS * scene.render.fps / scene.render.fps_base / FPS
    return start + lead <= scene.frame_current <= np.ceil(end)


def keys_behind(armature: bpy.types.Object, frame: int) -> bool:
    """Whether going on from ``frame`` replaces keys."""
    return keyed_range(armature)[1] > frame


def plan_going_on(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    seconds: float | None,
    options: EditOptions,
    pins: Iterable[Pin] = (),
) -> tuple[Edit, dict[str, Any]]:
    """The edit that makes ``seconds`` of motion from the current frame on, and its params, like ``plan_edit``.

    ``seconds`` None: as long as such a motion usually takes. Raises ValueError, saying what to do.
    """
    wish = KINDS["extend"].wish(direction="HERE", seconds=AS_LONG_AS_USUAL if seconds is None else seconds)
    return plan_edit(armature, scene, find_aim(armature, find_mapping(armature), scene, wish), options, pins)
