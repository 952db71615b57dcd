"""Tell a story: one motion through many prompts, each going on from what came before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.acting import act, bearing_of, paced, retime
from engine.direction import direct, goals_of, tell_missed
from engine.editing.arriving import STANDING
from engine.editing.editor import MotionEditor
from engine.editing.seams import TRANSITION_FRAMES, calm_transitions
from engine.editing.stopping import tell_stopping
from engine.errors import InputError
from engine.generation.clauses import Part
from engine.generation.faults import MOST_REDRAWS, find_faults
from engine.generation.heights import leaves_the_floor
from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.cleanup import clean_joints
from engine.motion.features import features_of_every_frame, features_to_joints
from engine.motion.motion import Motion
from engine.motion.reaching.clock import name_frames
from engine.motion.reaching.goals import Goals
from engine.motion.reaching.reach import reach_goals
from engine.pipeline import Pipeline
from engine.requests.edit import EditRequest
from engine.requests.generate import GenerateRequest
from engine.requests.kinds import Regenerate
from engine.requests.story import Story, StoryPart, StoryRequest
from engine.requests.targets import Target, check_targets
from engine.watch import UNWATCHED, Watch


@dataclass(frozen=True)
class Strip:
    """Where a part lies in the motion: frames start..stop-1."""

    prompt: str
    start: int
    stop: int


def plan_strips(pipeline: Pipeline, story: Story) -> list[Strip]:
    """The parts' places on the timeline, whole tokens long unless they stop."""
    strips: list[Strip] = []
    start, end = 0, 0.0
    fps = pipeline.model.config.fps
    for part in story.parts:
        seconds = part.length
        if seconds is None:
            asked = GenerateRequest(part.prompt, mood=part.mood, intensity=part.intensity)
            frames: float = pipeline.choose_frames([asked])[0]
        else:
            frames = seconds * fps
        # Rounded on the whole, so that the parts' fractions do not add up.
        end += frames
        stop = max(start + FRAMES_PER_TOKEN, round(end / FRAMES_PER_TOKEN) * FRAMES_PER_TOKEN)
        if part.stop is not None:
            # Who stops does so on the frame that is asked for, whatever went before.
            stop = start + round(part.stop.arrive * fps) + STANDING
            end = stop
        strips.append(Strip(part.prompt, start, stop))
        start = stop
    return strips


def place_targets(story: Story, strips: list[Strip]) -> tuple[Target, ...]:
    """All targets of the story on its own clock.

    Raises InputError for one behind the end of its part, and where a part and the story contradict each other.
    """
    found = list(story.targets)
    for number, (part, strip) in enumerate(zip(story.parts, strips, strict=True), start=1):
        last = strip.stop - strip.start - 1
        late = [(frame, target.clock) for target in part.targets for frame in target.times if frame > last]
        if late:
            frame, clock = min(late, key=lambda it: it[0])
            raise InputError(
                f"a target of part {number}, {strip.prompt!r}, lies at {name_frames([frame], clock)} of it, but the "
                f"part ends at {name_frames([last], clock)}: make the part longer"
            )
        found += [target.later(strip.start) for target in part.targets]
    check_targets(found)
    return tuple(found)


def tell_story(pipeline: Pipeline, request: StoryRequest, watch: Watch = UNWATCHED) -> Motion:
    """One continuous motion; its request holds the strips. Raises InputError, Cancelled."""
    strips = plan_strips(pipeline, request.story)
    config, frames = pipeline.model.config, strips[-1].stop
    targets = place_targets(request.story, strips)
    plan = []
    for part, strip in zip(request.story.parts, strips, strict=True):
        tone = pipeline.tone_of(part.mood, part.intensity, part.prompt)
        plan.append(paced(part.prompt, (strip.stop - strip.start) // FRAMES_PER_TOKEN, tone, bool(targets)))
    goals = goals_of(targets, config.tokenizer.joint_count, frames)
    record = request.record(config.name) | {"strips": _strips_to_json(strips)}
    if any(part.stop is not None for part in request.story.parts):
        told = tell_stopping(pipeline, request, [(strip.start, strip.stop) for strip in strips], targets, watch)
        tones = [bearing_of(part.mood, part.intensity, config.name) for part in request.story.parts]
        worn = [Part(it.prompt, 1, tone, it.stop - it.start) for it, tone in zip(strips, tones, strict=True)]
        joints = act(told, worn)
        return _finish(joints, goals, request, record, config.fps)
    sought = None if goals is None else goals.lowered()
    ids = pipeline.fill_parts([plan], [request.seed], request.sampling, watch, [sought], MOST_REDRAWS)[0]

    def clean(features: NDArray[np.floating]) -> NDArray[np.float32]:
        decoded = retime(features_to_joints(features), plan).astype(np.float64)
        calmed = calm_transitions(decoded, [strip.start for strip in strips])
        return act(clean_joints(calmed, grounded=not leaves_the_floor(request.prompt)), plan)

    if goals is None or sought is None:
        joints = clean(pipeline.decode(ids, FRAMES_PER_TOKEN * len(ids)))
    else:
        watch.check()
        joints = direct(pipeline.model.tokenizer, ids, sought, frames, clean).joints
    return _finish(joints, goals, request, record, config.fps)


def _finish(
    told: NDArray[np.floating], goals: Goals | None, request: StoryRequest, record: dict[str, Any], fps: float
) -> Motion:
    """The motion of joints (T, J, 3) that were brought to the goals as far as they go on the way."""
    joints, note = told.astype(np.float32), ""
    if goals is not None:
        joints = reach_goals(joints, goals).joints.astype(np.float32)
        note = tell_missed(goals, goals.errors(joints))
    faults = find_faults(joints, request.prompt)
    return Motion(joints, features_of_every_frame(joints), fps, record, faults, note)


def retell_part(
    editor: MotionEditor,
    strips: list[Strip],
    index: int,
    prompt: str,
    seed: int = 0,
    mood: str | None = None,
    intensity: float = 1.0,
) -> Motion:
    """Another prompt for one strip of the motion that the editor holds, perhaps in a mood.

    The strip and its transitions change, all else comes back bit-identical. Raises InputError for a
    strip that is not there.
    """
    if not 0 <= index < len(strips):
        raise InputError(f"the story has no part {index + 1}: it has {len(strips)}")
    part = StoryPart(prompt)
    start = max(0, strips[index].start - TRANSITION_FRAMES)
    stop = min(editor.frames, strips[index].stop + TRANSITION_FRAMES)
    change = Regenerate.of(start, stop)
    motion = editor.edit(EditRequest(change, part.prompt, seed, editor.config, mood=mood, intensity=intensity))
    told = [replace(strip, prompt=prompt) if i == index else strip for i, strip in enumerate(strips)]
    record = motion.request | {"method": StoryRequest.METHOD, "index": index, "strips": _strips_to_json(told)}
    return replace(motion, request=record)


def _strips_to_json(strips: list[Strip]) -> list[dict[str, Any]]:
    return [{"prompt": strip.prompt, "start": strip.start, "stop": strip.stop} for strip in strips]
