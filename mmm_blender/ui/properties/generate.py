"""What the artist sets: the request, where it goes, and how the ghost looks. Kept in the scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from ...animation.actions import read_request
from ...client.history import Entry
from ...client.session import find_character
from ...redraw import redraw_viewports
from ...translation import OWN_CONTEXT, rpt_
from .apply import ApplyProperties
from .moods import MoodProperties, read_mood, write_mood

MAX_PROMPT = 2000  # characters; the engine takes no more
MAX_VARIATIONS = 8
MAX_SEED = 2**31 - 1 - MAX_VARIATIONS  # variation n has seed + n

STEPS: dict[str, int] = {"DRAFT": 6, "STANDARD": 12, "HIGH": 20}

typing_listeners: list[Callable[[bpy.types.Context], None]] = []


def _note_typing(_settings: Any, context: bpy.types.Context) -> None:
    for listener in typing_listeners:
        listener(context)


class MMM_Settings(ApplyProperties, MoodProperties, bpy.types.PropertyGroup):
    """Settings of one scene."""

    prompt: StringProperty(  # type: ignore[valid-type]
        name="Prompt",
        translation_context=OWN_CONTEXT,
        description="What the character does, in plain English: “a person walks forward, then waves”",
        options={"TEXTEDIT_UPDATE"},
        update=_note_typing,
    )
    edit_prompt: StringProperty(  # type: ignore[valid-type]
        name="Edit Prompt",
        description="What should happen in the selected part; empty: whatever fits between what is kept",
        options={"TEXTEDIT_UPDATE"},
    )
    go_on: BoolProperty(  # type: ignore[valid-type]
        name="Go On from Here",
        description="Start from the pose and speed the character has now; the keys behind the playhead are replaced",
        default=True,
    )
    duration: EnumProperty(  # type: ignore[valid-type]
        name="Duration",
        description="How long the motion gets",
        items=(
            ("AUTO", "Auto", "As long as such a motion usually takes"),
            ("SECONDS", "Seconds", "Exactly as long as you say"),
        ),
    )
    seconds: FloatProperty(  # type: ignore[valid-type]
        name="Length",
        description="Length of the motion",
        subtype="TIME_ABSOLUTE",
        unit="TIME_ABSOLUTE",
        default=4.0,
        min=0.2,
        max=60.0,
        soft_min=1.0,
        soft_max=10.0,
        step=50,
        precision=1,
    )
    seed: IntProperty(  # type: ignore[valid-type]
        name="Seed",
        description="The same prompt with the same seed gives the same motion; another seed, another take on it",
        min=0,
        max=MAX_SEED,
    )
    variations: IntProperty(  # type: ignore[valid-type]
        name="Variations",
        description="How many takes to make at once, to choose the best from",
        default=3,
        min=1,
        max=MAX_VARIATIONS,
    )
    quality: EnumProperty(  # type: ignore[valid-type]
        name="Quality",
        description="How carefully the motion is worked out; more takes longer",
        default="STANDARD",
        items=(
            ("DRAFT", "Draft", "Half the steps: quick, for trying out prompts"),
            ("STANDARD", "Standard", "What the model was tuned with"),
            ("HIGH", "High", "More steps: slower, often a little smoother"),
        ),
    )
    guidance: FloatProperty(  # type: ignore[valid-type]
        name="Guidance",
        description="How strictly the motion follows the prompt; high values get stiff, low ones wander",
        default=3.0,
        min=0.0,
        max=15.0,
        soft_min=1.0,
        soft_max=7.0,
        step=50,
        precision=1,
    )
    temperature: FloatProperty(  # type: ignore[valid-type]
        name="Variety",
        description="How far the variations differ from each other; 0 always gives the likeliest motion",
        subtype="FACTOR",
        default=1.0,
        min=0.0,
        max=2.0,
        soft_max=1.5,
        precision=2,
    )
    show_ghost: BoolProperty(  # type: ignore[valid-type]
        name="Ghost",
        description="Show the chosen motion in the viewport, where it would be applied",
        default=True,
        update=redraw_viewports,
    )
    play_ghost: BoolProperty(  # type: ignore[valid-type]
        name="Play",
        description="Let the ghost move by itself until the playhead moves; otherwise it follows the playhead",
        default=True,
        update=redraw_viewports,
    )
    ghost_in_front: BoolProperty(  # type: ignore[valid-type]
        name="In Front",
        description="Draw the ghost over everything else",
        default=True,
        update=redraw_viewports,
    )
    ghosts_apart: BoolProperty(  # type: ignore[valid-type]
        name="Side by Side",
        description="Draw motions that are compared beside each other, not over each other",
        default=True,
        update=redraw_viewports,
    )
    ghost_paths: BoolProperty(  # type: ignore[valid-type]
        name="Foot Paths",
        description="Draw the lines that the feet follow",
        default=True,
        update=redraw_viewports,
    )
    ghost_opacity: FloatProperty(  # type: ignore[valid-type]
        name="Opacity",
        description="How solid the ghost looks",
        subtype="FACTOR",
        default=0.55,
        min=0.05,
        max=1.0,
        update=redraw_viewports,
    )
    applied: StringProperty(options={"HIDDEN"})  # type: ignore[valid-type] # numbers of results, see ui/applied.py
    history: StringProperty(options={"HIDDEN"})  # type: ignore[valid-type] # JSON; written when the file is saved


def settings_of(scene: bpy.types.Scene) -> Any:
    """The settings kept in ``scene``."""
    return scene.mmm  # type: ignore[attr-defined]


def read_entry(settings: Any) -> Entry:
    """The request the settings describe. Raises ValueError, saying what to do, when the prompt is unusable."""
    prompt = " ".join(settings.prompt.split())
    if not prompt:
        raise ValueError(rpt_("Type what the character should do"))
    if len(prompt) > MAX_PROMPT:
        raise ValueError(
            rpt_("The prompt has {count:,} characters, the limit is {limit:,}: shorten it").format(
                count=len(prompt), limit=MAX_PROMPT
            )
        )
    mood, intensity = read_mood(settings)
    return Entry(
        prompt=prompt,
        seed=settings.seed,
        seconds=round(settings.seconds, 4) if settings.duration == "SECONDS" else None,
        samples=settings.variations,
        steps=STEPS[settings.quality],
        guidance=round(settings.guidance, 4),
        temperature=round(settings.temperature, 4),
        mood=mood,
        intensity=intensity,
    )


def write_entry(settings: Any, entry: Entry) -> None:
    """Set the settings so that ``read_entry`` gives ``entry`` again (steps: the nearest quality)."""
    settings.prompt, settings.seed, settings.variations = entry.prompt, entry.seed, entry.samples
    settings.duration = "AUTO" if entry.seconds is None else "SECONDS"
    if entry.seconds is not None:
        settings.seconds = entry.seconds
    settings.quality = min(STEPS, key=lambda name: abs(STEPS[name] - entry.steps))
    settings.guidance, settings.temperature = entry.guidance, entry.temperature
    write_mood(settings, entry.mood, entry.intensity)


def register() -> None:
    bpy.utils.register_class(MMM_Settings)
    bpy.types.Scene.mmm = PointerProperty(type=MMM_Settings)  # type: ignore[attr-defined,func-returns-value]


def unregister() -> None:
    del bpy.types.Scene.mmm  # type: ignore[attr-defined]
    bpy.utils.unregister_class(MMM_Settings)


def entry_of_action(context: bpy.types.Context) -> Entry | None:
    """What the action that the character plays was generated from."""
    armature = find_character(context.view_layer)
    animation = armature.animation_data if armature else None
    if animation is None or animation.action is None:
        return None
    try:
        request = read_request(animation.action)
        # a story has a list of its own, a path needs its curve
        return Entry.from_request(request) if request and request.get("method", "generate") == "generate" else None
    except ValueError:
        return None
