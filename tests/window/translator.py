"""The panels in other languages in a Blender with a window: a picture of each language, and nothing left afterwards.

Other Blenders of the tests, which are Python modules, speak English only.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import bpy

sys.path.insert(0, os.environ["MMM_SHARED"])

from hands import Hands  # noqa: E402
from visit import (  # noqa: E402
    MODULE,
    close_panels,
    install,
    look_from_the_front,
    module,
    note,
    open_panels,
    use_existing_python,
    visit,
)

FIRST = {  # file of panels -> those of the first picture
    "main": ("MMM_PT_character", "MMM_PT_generate", "MMM_PT_advanced", "MMM_PT_ghost", "MMM_PT_apply_options"),
    "mapping": ("MMM_PT_bone_mapping",),
}
SECOND = {
    "edit": ("MMM_PT_edit",),
    "by_hand": ("MMM_PT_by_hand",),
    "story": ("MMM_PT_story", "MMM_PT_path"),
    "targets": ("MMM_PT_targets",),
    "batch": ("MMM_PT_batch",),
    "training": ("MMM_PT_training",),
}
SAMPLES = {"*": ("Bone Mapping", "Lock Feet", "{count} bones"), "Operator": ("Generate Motion", "Apply Anyway")}


def steps(hands: Hands) -> Any:
    yield from prepare(hands)
    languages = module("i18n").LOCALES
    assert set(languages) <= set(bpy.app.translations.locales), f"Blender has only {bpy.app.translations.locales}"
    view = bpy.context.preferences.view
    for language in languages:
        view.language = language
        view.use_translate_interface = view.use_translate_tooltips = view.use_translate_reports = True
        assert not untranslated(), f"{language}: {untranslated()} are English"
        yield 1.5
        yield from hands.picture(f"language-{language}-1")
        show(FIRST, SECOND)
        yield 1.5
        yield from hands.picture(f"language-{language}-2")
        show(SECOND, FIRST)
        yield 0.5
    view.language = "en_US"
    assert set(untranslated()) == {text for texts in SAMPLES.values() for text in texts}, "English is translated"
    note(f"spoke {', '.join(languages)}")


def prepare(hands: Hands) -> Any:
    yield from install(hands)
    use_existing_python(bpy.context.preferences.addons[MODULE].preferences)
    for name in ("Cube", "Camera", "Light"):
        bpy.data.objects.remove(bpy.data.objects[name])
    hands.area.spaces.active.show_region_ui = True
    yield 0.5
    hands.region("UI").active_panel_category = "MMM"
    bpy.ops.mmm.add_character()
    bpy.ops.mmm.add_target()
    bpy.ops.mmm.story_add()
    bone = bpy.context.object.pose.bones[0]
    for frame in (1, 20, 40):
        bone.keyframe_insert("location", frame=frame)
    look_from_the_front(hands, (0.35, 0.0, 0.8), 4.0)
    show(SECOND, FIRST)
    yield 1.0


def show(away: dict[str, tuple[str, ...]], there: dict[str, tuple[str, ...]]) -> None:
    """Close some panels and open others."""
    for file, names in away.items():
        close_panels(file, *names)
    for file, names in there.items():
        open_panels(file, *names)


def untranslated() -> list[str]:
    """Which samples are shown in English."""
    say = bpy.app.translations.pgettext
    return [text for context, texts in SAMPLES.items() for text in texts if say(text, context) == text]


visit(steps)
