"""Moods in the panel: what the model has is offered, goes to the engine, and comes back with the prompt."""

from __future__ import annotations

import json
from typing import Any

import bpy
import numpy as np
import pytest
from studio import Studio


class Layout:
    """Takes down what a panel draws; every layout within it is itself."""

    def __init__(self) -> None:
        self.drawn: list[tuple[str, Any]] = []
        self.alignment = ""

    def split(self, **_: Any) -> Layout:
        return self

    def row(self, **_: Any) -> Layout:
        return self

    def label(self, text: str = "", **_: Any) -> None:
        self.drawn.append(("label", text))

    def menu(self, name: str, text: str = "", **_: Any) -> None:
        self.drawn.append((name, text))

    def prop(self, _owner: Any, name: str, **_: Any) -> None:
        self.drawn.append(("prop", name))

    def prop_enum(self, _owner: Any, _name: str, value: str) -> None:
        self.drawn.append(("choice", value))


def draw(studio: Studio, owner: Any, menu: str) -> list[tuple[str, Any]]:
    layout = Layout()
    studio.extension.module("ui.panels.moods").draw_mood(layout, owner, menu)
    return layout.drawn


def spine_lean(motion: Any) -> float:
    """Degrees that the neck is ahead of the pelvis, on the mean, of who faces +Z."""
    spine = motion.joints[:, 12] - motion.joints[:, 0]
    return float(np.degrees(np.arctan2(spine[:, 2], spine[:, 1])).mean())


def test_a_mood_is_asked_for_and_comes_back_with_the_prompt(studio: Studio) -> None:
    settings, session = studio.settings, studio.session
    studio.generate("a person stands still")
    straight = spine_lean(session.results[0].motion)
    assert {"sad", "old"} <= set(session.moods)
    assert draw(studio, settings, "MMM_MT_mood") == [("label", "Mood"), ("MMM_MT_mood", "Neutral")]
    settings.mood, settings.intensity = "old", 0.8
    shown = draw(studio, settings, "MMM_MT_mood")
    assert shown == [("label", "Mood"), ("MMM_MT_mood", "Old"), ("prop", "intensity")]
    studio.generate("a person stands still")
    bent = session.results[0].motion
    assert spine_lean(bent) > straight + 10.0
    assert (bent.asked["mood"], bent.asked["intensity"]) == ("old", 0.8)
    assert session.history[0].mood == "old"
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    assert json.loads(bpy.context.object.animation_data.action["mmm_request"])["mood"] == "old"
    settings.mood = "NONE"
    assert bpy.ops.mmm.reuse() == {"FINISHED"}
    assert settings.mood == "old" and settings.intensity == pytest.approx(0.8)
    # what goes on from here has it as well
    settings.go_on = True
    bpy.context.scene.frame_set(30)
    studio.generate("a person stands still")
    assert session.results[0].motion.asked["mood"] == "old" and session.results[0].edit is not None


def test_only_what_the_model_has_is_offered(studio: Studio) -> None:
    settings, session = studio.settings, studio.session
    model = session.model
    choose = studio.extension.module("ui.panels.moods")._draw_choices
    try:
        session.model = {"name": "another", "moods": ["sad", "merry"]}
        layout = Layout()
        choose(layout, settings)
        assert layout.drawn == [("choice", "NONE"), ("choice", "sad")]
        settings.mood, settings.prompt = "old", "a person waves"
        for told in ({"name": "another", "moods": []}, {"name": "another"}, {"name": "another", "moods": "sad"}):
            session.model = told
            assert draw(studio, settings, "MMM_MT_mood") == []
            assert studio.extension.module("ui.properties.generate").read_entry(settings).mood is None
        # Before the engine has told anything, what was chosen stays and is shown.
        session.model = {}
        assert draw(studio, settings, "MMM_MT_mood")[1] == ("MMM_MT_mood", "Old")
        assert studio.extension.module("ui.properties.generate").read_entry(settings).mood == "old"
    finally:
        session.model = model


def test_each_part_of_a_story_has_its_own(studio: Studio) -> None:
    studio.settings.quality = "DRAFT"
    story = bpy.context.scene.mmm_story
    add_lines = studio.extension.module("ui.properties.story").add_lines
    add_lines(story, "prompt,seconds,mood,intensity\na person stands still,2,proud,\na person waves,2,old,0.5\n")
    assert [(part.mood, part.intensity) for part in story.parts] == [("proud", 1.0), ("old", 0.5)]
    assert bpy.ops.mmm.story_duplicate() == {"FINISHED"} and story.parts[2].mood == "old"
    story.parts[2].mood = "NONE"
    assert bpy.ops.mmm.tell_story() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    parts = studio.session.results[0].motion.asked["parts"]
    assert [(part.get("mood"), part.get("intensity")) for part in parts] == [("proud", 1.0), ("old", 0.5), (None, None)]
    with pytest.raises(ValueError, match="Line 2: there is no mood 'merry': use sad, happy"):
        add_lines(story, "prompt,mood\na person waves,merry\n")
    with pytest.raises(ValueError, match="Line 2: intensity 9 is out of range: use 0 to 1.5"):
        add_lines(story, "prompt,mood,intensity\na person waves,sad,9\n")
    assert len(story.parts) == 3
