"""Cameras for a story that a character plays, and a sheet of them."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy.props import StringProperty

from ...client.session import find_character
from ...editing.story_strips import Strip, read_story
from ...files.whole import reason_of
from ...filming.cameras import cameras_of, place_cameras
from ...filming.seen import Part, see_part
from ...filming.shots import PAIRED, Kind, choose_kinds, frame_shots
from ...filming.storyboard import aspect_of, render_storyboard
from ...rig.finding.find_mapping import find_mapping
from ...translation import rpt_
from ...ui.properties.story import story_of
from ..asking import Status
from ..needs import NeedsCharacter


class PlaysStory(NeedsCharacter):
    """What needs a character that plays an applied story."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not super().poll(context):
            return False
        armature = find_character(context.view_layer)
        if armature is None or not _strips(armature):
            cls.poll_message_set(rpt_("Generate and apply a story first"))
            return False
        return True


class MMM_OT_film_story(PlaysStory, bpy.types.Operator):
    """Put a camera for each part of the story the character plays, bound to markers; those put before are replaced"""

    bl_idname = "mmm.film_story"
    bl_label = "Add Cameras"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> Status:
        scene, armature = context.scene, find_character(context.view_layer)
        assert scene is not None and armature is not None  # poll has seen to that
        try:
            parts, partners = _see(armature, scene), _see_partner(armature, scene)
            kinds = _kinds(scene, parts, partners)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        shots = frame_shots(parts, kinds, aspect_of(scene), partners)
        cameras = place_cameras(scene, armature, parts, shots)
        self.report({"INFO"}, rpt_("{count} cameras, one for each part").format(count=len(cameras)))
        return {"FINISHED"}


class MMM_OT_storyboard(PlaysStory, bpy.types.Operator):
    """Render each part of the story through its camera into one picture with captions"""

    bl_idname = "mmm.storyboard"
    bl_label = "Storyboard"

    filepath: StringProperty(subtype="FILE_PATH")  # type: ignore[valid-type]
    filter_glob: StringProperty(default="*.png", options={"HIDDEN"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Status:
        assert context.window_manager is not None
        self.filepath = self.filepath or "storyboard.png"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> Status:
        scene, armature = context.scene, find_character(context.view_layer)
        assert scene is not None and armature is not None  # poll has seen to that
        out = Path(bpy.path.abspath(self.filepath or "storyboard.png")).with_suffix(".png")
        try:
            parts, cameras = _see(armature, scene), cameras_of(scene, armature)
            if len(cameras) != len(parts):
                raise ValueError(rpt_("The story has {count} parts: add its cameras first").format(count=len(parts)))
            render_storyboard(scene, parts, cameras, out)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        except (OSError, RuntimeError) as error:
            message = rpt_("{path} cannot be written: {error}")
            self.report({"ERROR"}, message.format(path=out, error=reason_of(error)))
            return {"CANCELLED"}
        self.report({"INFO"}, rpt_("Saved {path}").format(path=out))
        return {"FINISHED"}


def _strips(armature: bpy.types.Object) -> tuple[Strip, ...]:
    animation = armature.animation_data
    return read_story(animation.action if animation is not None else None)


def _see(armature: bpy.types.Object, scene: bpy.types.Scene) -> list[Part]:
    """The parts of the story as the rig shows them. Raises ValueError when the rig is not mapped."""
    mapping = find_mapping(armature)
    return [see_part(armature, mapping, scene, each.prompt, each.first, each.last) for each in _strips(armature)]


def _see_partner(armature: bpy.types.Object, scene: bpy.types.Scene) -> list[Part]:
    """What the partner, if one is chosen, does in those parts. Raises ValueError if it cannot be seen."""
    partner = story_of(scene).partner
    if partner is None:
        return []
    if partner == armature or partner.name not in scene.objects:
        message = rpt_("{partner} is not a second character of this scene: choose another partner, or none")
        raise ValueError(message.format(partner=partner.name))
    mapping = find_mapping(partner)
    return [see_part(partner, mapping, scene, each.prompt, each.first, each.last) for each in _strips(armature)]


def _kinds(scene: bpy.types.Scene, parts: list[Part], partners: list[Part]) -> list[Kind]:
    """What the list of the story asks for, where it is that story still, and what suits the rest.

    Raises ValueError where a shot of two is asked for without a partner.
    """
    kinds, asked = choose_kinds(parts, partners), story_of(scene).parts
    if len(asked) != len(parts):
        return kinds
    for number, each in enumerate(asked, start=1):
        if each.shot in PAIRED and not partners:
            raise ValueError(rpt_("Part {number} is to show two characters: choose a partner").format(number=number))
    return [kind if each.shot == "AUTO" else each.shot for kind, each in zip(kinds, asked, strict=True)]


CLASSES = (MMM_OT_film_story, MMM_OT_storyboard)
