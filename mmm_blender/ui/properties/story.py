"""The list of prompts of the panel *Story*. Kept in the scene; where each lies in an action is kept on the action."""

from __future__ import annotations

import re
from typing import Any

import bpy
from bpy.props import CollectionProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from ...client.batch_lines import read_lines
from ...editing.story_strips import Strip
from ...translation import OWN_CONTEXT, rpt_
from .generate import MAX_PROMPT
from .moods import MoodProperties, read_mood, write_mood

UNNAMED = re.compile(r"F_\d+$|\s*$")  # what Blender calls a new marker
SHORTEST_PART, LONGEST_PART = 0.4, 60.0  # seconds
MAX_SECONDS = 600.0  # seconds of a whole story


class MMM_StoryPart(MoodProperties, bpy.types.PropertyGroup):
    """One prompt, how long it lasts, and in which mood."""

    prompt: StringProperty(  # type: ignore[valid-type]
        name="Prompt",
        translation_context=OWN_CONTEXT,
        description="What the character does in this part of the story",
        options={"TEXTEDIT_UPDATE"},
    )
    duration: EnumProperty(  # type: ignore[valid-type]
        name="Duration",
        description="How long this part lasts",
        items=(
            ("AUTO", "Auto", "As long as such a motion usually takes"),
            ("SECONDS", "Seconds", "Exactly as long as you say"),
        ),
    )
    seconds: FloatProperty(  # type: ignore[valid-type]
        name="Length",
        description="Length of this part of the story",
        subtype="TIME_ABSOLUTE",
        unit="TIME_ABSOLUTE",
        default=3.0,
        min=SHORTEST_PART,
        max=LONGEST_PART,
        soft_min=1.0,
        soft_max=10.0,
        step=50,
        precision=1,
    )
    stop: PointerProperty(  # type: ignore[valid-type]
        name="Stop At",
        description="The object where this part ends standing, for its last second, facing along the object's -Y axis",
        type=bpy.types.Object,
    )
    shot: EnumProperty(  # type: ignore[valid-type]
        name="Shot",
        description="How a camera shows this part",
        items=(
            ("AUTO", "Auto", "What suits what the body does"),
            ("WIDE", "Wide", "All of the body and its way"),
            ("MEDIUM", "Medium", "From the waist up"),
            ("CLOSE", "Close", "Head and shoulders"),
            ("FOLLOW", "Follow", "The camera goes along"),
            ("ORBIT", "Orbit", "The camera goes along and round the body"),
            ("LOW", "Low", "From the floor up"),
            ("HIGH", "High", "From above"),
            ("TWO", "Two-Shot", "Both characters from the side"),
            ("SHOULDER", "Over the Shoulder", "Past the head of the partner"),
        ),
    )


class MMM_Story(bpy.types.PropertyGroup):
    """The story of one scene."""

    parts: CollectionProperty(  # type: ignore[valid-type]
        name="Parts", description="The prompts in the order in which they are told", type=MMM_StoryPart
    )
    index: IntProperty(  # type: ignore[valid-type]
        name="Part", description="The part that is chosen in the list", min=0
    )
    partner: PointerProperty(  # type: ignore[valid-type]
        name="Partner",
        description="A second character, whom the cameras show as well",
        type=bpy.types.Object,
        poll=lambda _story, each: each.type == "ARMATURE",
    )


def story_of(scene: bpy.types.Scene) -> Any:
    """The story kept in ``scene``."""
    return scene.mmm_story  # type: ignore[attr-defined]


def read_parts(story: Any) -> list[dict[str, Any]]:
    """The parts as the protocol has them. Raises ValueError, saying what to do, for a story that cannot be told."""
    if not len(story.parts):
        raise ValueError(rpt_("The story is empty: add a prompt"))
    parts, total = [], 0.0
    for number, part in enumerate(story.parts, start=1):
        prompt = " ".join(part.prompt.split())
        if not prompt:
            raise ValueError(rpt_("Part {number} has no prompt: say what happens in it").format(number=number))
        if len(prompt) > MAX_PROMPT:
            message = rpt_("The prompt has {count} characters, the limit is {limit}: shorten it")
            raise ValueError(message.format(count=len(prompt), limit=MAX_PROMPT))
        seconds = round(part.seconds, 4) if part.duration == "SECONDS" else None
        total += seconds or 0.0
        mood, intensity = read_mood(part)
        in_mood = {} if mood is None else {"mood": mood, "intensity": intensity}
        parts.append({"prompt": prompt, "seconds": seconds, **in_mood})
    if total > MAX_SECONDS:
        message = rpt_("The story is {total:.0f} s long, the limit is {limit:.0f} s: tell it in several pieces")
        raise ValueError(message.format(total=total, limit=MAX_SECONDS))
    return parts


def read_stops(story: Any) -> list[bpy.types.Object | None]:
    """Of each part the object at which it ends standing, if any."""
    return [part.stop for part in story.parts]


def add_part(
    story: Any, prompt: str, seconds: float | None, at: int | None = None, mood: str | None = None, much: float = 1.0
) -> None:
    """Add a part behind the others, or at place ``at``, and choose it; in a mood, so ``much`` of it."""
    part = story.parts.add()
    part.prompt = prompt
    write_mood(part, mood, much)
    if seconds is not None:
        part.duration, part.seconds = "SECONDS", seconds
    last = len(story.parts) - 1
    story.index = last if at is None else min(at, last)
    if story.index != last:
        story.parts.move(last, story.index)


def add_lines(story: Any, text: str) -> int:
    """Add the lines of ``text`` (see ``batch_lines``) behind the chosen part; returns how many. Raises ValueError."""
    lines = read_lines(text)
    for line in lines:
        at = story.index + 1 if len(story.parts) else None
        add_part(story, line.prompt, line.seconds, at, line.mood, line.intensity)
    return len(lines)


def parts_from_markers(scene: bpy.types.Scene) -> None:
    """Make the story of the scene's markers: their names are the prompts, each lasts until the next one.

    The last lasts until a marker without a name of its own, or else as long as it takes. Raises ValueError when no
    marker has a name that can be a prompt; the story is then as it was.
    """
    markers = sorted((m for m in scene.timeline_markers if m.camera is None), key=lambda marker: marker.frame)
    if not any(not UNNAMED.match(marker.name) for marker in markers):
        raise ValueError(rpt_("No marker is named after what should happen: add one with M, rename it with F2"))
    fps = scene.render.fps / scene.render.fps_base
    story = story_of(scene)
    story.parts.clear()
    for row, marker in enumerate(markers):
        if UNNAMED.match(marker.name):
            continue
        following = markers[row + 1] if row + 1 < len(markers) else None
        seconds = None if following is None else (following.frame - marker.frame) / fps
        if seconds is not None:
            seconds = min(max(seconds, SHORTEST_PART), LONGEST_PART)
        add_part(story, marker.name, seconds)
    story.index = 0


def markers_from_parts(scene: bpy.types.Scene, strips: tuple[Strip, ...]) -> int:
    """Add a marker where each part begins, named after its prompt; returns how many.

    ``strips`` are those of the action that is played, if it has a story. Without them the parts need lengths: raises
    ValueError when one has none. Markers of the same names are moved, not added again.
    """
    fps = scene.render.fps / scene.render.fps_base
    places = [(strip.prompt, strip.first) for strip in strips]
    if not places:
        frame = float(scene.frame_current)
        for number, part in enumerate(read_parts(story_of(scene)), start=1):
            places.append((part["prompt"], round(frame)))
            if part["seconds"] is None and number < len(story_of(scene).parts):
                message = rpt_("Part {number} has no length yet: set its seconds, or apply the story first")
                raise ValueError(message.format(number=number))
            frame += (part["seconds"] or 0.0) * fps
    names = {name for name, _ in places}
    for marker in [marker for marker in scene.timeline_markers if marker.name in names]:
        scene.timeline_markers.remove(marker)
    for name, frame in places:
        scene.timeline_markers.new(name, frame=frame)
    return len(places)


def register() -> None:
    bpy.utils.register_class(MMM_StoryPart)
    bpy.utils.register_class(MMM_Story)
    bpy.types.Scene.mmm_story = PointerProperty(type=MMM_Story)  # type: ignore[attr-defined,func-returns-value]


def unregister() -> None:
    del bpy.types.Scene.mmm_story  # type: ignore[attr-defined]
    bpy.utils.unregister_class(MMM_Story)
    bpy.utils.unregister_class(MMM_StoryPart)
