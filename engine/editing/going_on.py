"""What comes behind a motion that goes on: one thing after the other, and how long each takes."""

from __future__ import annotations

from engine.errors import InputError
from engine.models.config import FRAMES_PER_TOKEN
from engine.pipeline import Pipeline
from engine.requests.generate import MAX_SECONDS, MIN_SECONDS, GenerateRequest


def find_parts(pipeline: Pipeline, after: int | None, prompt: str) -> list[tuple[str, int]]:
    """The prompts of `prompt`, taken apart at "then", with the frames of each, `after` in all; one part at least.

    `after` None: as long as the model thinks they take. Raises InputError where it cannot tell.
    """
    seconds = None if after is None else after / pipeline.model.config.fps
    if not prompt.strip():
        if after is None:
            raise InputError("nothing says how long to go on: give a prompt, or a length")
        return [(prompt, after)]
    if after is not None and seconds is not None and not MIN_SECONDS <= seconds <= MAX_SECONDS:
        return [(prompt, after)]
    plan = pipeline.plan_parts(GenerateRequest(prompt, seconds))
    frames = [part.tokens * FRAMES_PER_TOKEN for part in plan]
    if after is not None:
        frames[-1] -= sum(frames) - after
    return [(part.prompt, count) for part, count in zip(plan, frames, strict=True)]
