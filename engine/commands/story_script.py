"""Story scripts: YAML or JSON with prompts one after the other, each with its time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.commands.targets import parse_stop, parse_target
from engine.errors import InputError
from engine.files.text import HOSTILE, read_yaml, shown, told
from engine.requests import Story, StoryPart

# Of a part.
ENTRIES = ("prompt", "seconds", "targets", "stop", "mood", "intensity")


def read_story(path: Path) -> Story:
    """Read a story script, YAML or JSON; raises InputError that names what is wrong.

    Example script:
        seed: 3
        story:
          - prompt: a person walks forward
            seconds: 5
          - prompt: a person sits down
            targets: [pelvis@1.5s-2s=0.2,0.5,1.4]  # seconds or frames of this part, metres of the story's world
          - prompt: a person walks forward
            mood: tired  # and intensity, 0 to 1.5; 1 if it is left out
            stop: 4.0s=1.0,3.0,90  # after 4 s of this part one stands at x, z and faces 90 degrees to the left of +Z
    """
    content = read_yaml(path)
    try:
        return parse_story(content)
    except (InputError, *HOSTILE) as error:
        raise InputError(f"{path}: {told(error)}") from error


def parse_story(content: Any) -> Story:
    """A story from plain data: {"seed", "story": [...]} or the list alone. Raises InputError."""
    if isinstance(content, list):
        content = {"story": content}
    if not isinstance(content, dict) or not isinstance(content.get("story"), list):
        raise InputError("a script holds a list 'story' of prompts")
    unknown = [key for key in content if key not in ("seed", "story")]
    if unknown:
        raise InputError(f"unknown entry {shown(unknown[0])}: a script holds 'seed' and 'story'")
    seed = content.get("seed", 0)
    if type(seed) is not int:
        raise InputError(f"seed {shown(seed)} is no whole number")
    return Story(tuple(_parse_part(number, part) for number, part in enumerate(content["story"], start=1)), seed)


def _parse_part(number: int, content: Any) -> StoryPart:
    if isinstance(content, str):
        return StoryPart(content)
    if not isinstance(content, dict) or not isinstance(content.get("prompt"), str):
        raise InputError(f"part {number} needs a 'prompt'")
    unknown = [key for key in content if key not in ENTRIES]
    if unknown:
        known = ", ".join(map(repr, ENTRIES[:-1]))
        raise InputError(f"part {number} has an unknown entry {shown(unknown[0])}: use {known} and {ENTRIES[-1]!r}")
    seconds = content.get("seconds")
    if seconds is not None and type(seconds) not in (int, float):
        raise InputError(f"part {number}: {shown(seconds)} is no number of seconds")
    targets = content.get("targets", [])
    if not isinstance(targets, list) or not all(isinstance(target, str) for target in targets):
        raise InputError(f"part {number}: targets {shown(targets)} is no list such as [right_hand@2.0s=0.3,1.1,0.4]")
    stop = content.get("stop")
    if stop is not None and not isinstance(stop, str):
        raise InputError(f"part {number}: stop {shown(stop)} is none: write it as 4.0s=1.0,3.0,90")
    length = None if seconds is None else float(seconds)
    where = None if stop is None else parse_stop(stop)
    mood, intensity = content.get("mood"), content.get("intensity", 1.0)
    if mood is not None and not isinstance(mood, str):
        raise InputError(f"part {number}: mood {shown(mood)} is none: write its name, such as sad")
    if type(intensity) not in (int, float):
        raise InputError(f"part {number}: {shown(intensity)} is no intensity: write a number from 0 to 1.5")
    places = tuple(map(parse_target, targets))
    return StoryPart(content["prompt"], length, places, where, mood, float(intensity))
