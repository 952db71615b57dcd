"""Several prompts as one motion: ``python examples/story.py OUT``."""

import sys
from pathlib import Path

from engine import Pipeline, Story, StoryPart, StoryRequest, tell_story

parts = (StoryPart("a person walks forward", 3), StoryPart("a person sits down", 3), StoryPart("a person waves", 2))
motion = tell_story(Pipeline.from_pretrained("mmm-open"), StoryRequest(Story(parts, seed=2)))
for strip in motion.request["strips"]:
    print(f"{strip['start'] / motion.fps:4.1f} s  {strip['prompt']}")
motion.save(Path(sys.argv[1]) / "story.npz")
