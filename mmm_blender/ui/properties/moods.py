"""In which mood something is done, and how much of it: two properties of whatever has a prompt."""

from __future__ import annotations

from typing import Any

from bpy.props import EnumProperty, FloatProperty

from ...client.session import session
from ...protocol import MAX_INTENSITY

NONE = "NONE"


class MoodProperties:
    """Properties of a prompt's mood. Which moods a model has, the engine tells; panels offer those only."""

    mood: EnumProperty(  # type: ignore[valid-type]
        name="Mood",
        description="How the character does it: posture, pace and, in walks, the gait",
        items=(
            (NONE, "Neutral", "As the model moves by itself"),
            ("sad", "Sad", "Head and shoulders hang, everything is slow"),
            ("happy", "Happy", "Head up, a spring in the knees"),
            ("angry", "Angry", "Bent forward, shoulders up, quick"),
            ("tired", "Tired", "Bent, knees give, arms hang, slow"),
            ("proud", "Proud", "Chest out, head up"),
            ("timid", "Timid", "Shoulders up, hands before the body, eyes down"),
            ("old", "Old", "A bent back, bent knees, slow"),
            ("drunk", "Drunk", "Sways, arms away from the body"),
            ("sneaky", "Sneaky", "Crouching, hands before the chest, slow"),
        ),
    )
    intensity: FloatProperty(  # type: ignore[valid-type]
        name="Intensity",
        description="How much of the mood there is: 0 is none, 1 plain to see, more exaggerates",
        subtype="FACTOR",
        default=1.0,
        min=0.0,
        max=MAX_INTENSITY,
        precision=2,
    )


def read_mood(has_mood: Any) -> tuple[str | None, float]:
    """Mood and intensity as the protocol has them; without a mood the intensity is 1."""
    if has_mood.mood == NONE or not shows_mood(has_mood):
        return None, 1.0
    return has_mood.mood, round(has_mood.intensity, 4)


def write_mood(has_mood: Any, mood: str | None, intensity: float) -> None:
    """Set both so that ``read_mood`` gives them again; a mood that this version does not know is none."""
    known = {item.identifier for item in has_mood.bl_rna.properties["mood"].enum_items}
    has_mood.mood = mood if mood in known else NONE
    has_mood.intensity = intensity


def shows_mood(has_mood: Any) -> bool:
    """Whether there is anything to choose: the model has moods, or none is loaded yet and one was chosen before."""
    return bool(session.moods) or (not session.model and has_mood.mood != NONE)
