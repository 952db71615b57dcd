"""What users ask for beside one motion from a sentence: several at once, changes of a motion, a story."""

from __future__ import annotations

from engine.editing.editor import MotionEditor
from engine.editing.story import tell_story
from engine.pipeline import Pipeline
from engine.requests.story import Story, StoryPart, StoryRequest
from engine.speed.turns import Way

PROMPT = "a person walks forward and waves"
SECONDS = 6.0
VARIATIONS = 4
# Ten parts of 6 s.
TALE = (
    "a person walks forward",
    "a person turns around",
    "a person waves with the right hand",
    "a person sits down on a chair",
    "a person stands up",
    "a person jogs forward",
    "a person jumps",
    "a person kicks with the right leg",
    "a person dances",
    "a person bows",
)


def request_ways(pipeline: Pipeline) -> dict[str, Way]:
    """From the request to cleaned joints, by what is asked for; the first is a motion from a sentence."""
    (motion,) = pipeline.generate(PROMPT, seconds=SECONDS, seed=1)
    editor = MotionEditor(pipeline).set_motion(motion)
    frames = editor.frames
    story = StoryRequest(Story(tuple(StoryPart(prompt, SECONDS) for prompt in TALE), seed=1))
    return {
        f"{SECONDS:g} s from a sentence": lambda: pipeline.generate(PROMPT, seconds=SECONDS, seed=1),
        f"{VARIATIONS} variations of them": lambda: pipeline.generate([PROMPT] * VARIATIONS, SECONDS, seed=1),
        "1 s between kept frames made anew": lambda: editor.regenerate(frames // 2 - 10, frames // 2 + 10, seed=1),
        "the upper body made anew": lambda: editor.regenerate(0, frames, "a person claps", part="upper", seed=1),
        f"a story of {SECONDS * len(TALE):g} s, {len(TALE)} parts": lambda: tell_story(pipeline, story),
    }
