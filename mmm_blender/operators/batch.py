"""Many prompts to many actions of a library: where the lines come from, start and cancel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
from bpy.props import StringProperty

from ..animation.assets.library import write_catalogue
from ..client import batch
from ..client.batch_lines import read_file, read_lines
from ..client.session import find_character, session
from ..redraw import redraw_panels
from ..rig.finding.find_mapping import find_mapping
from ..target import Target, why_not_keyable
from ..translation import rpt_
from ..ui import heartbeat
from ..ui.preferences import read_settings
from ..ui.properties.batch import batch_of
from .asking import Status, can_ask, sampling_of

NAME = "MMM Batch"


class MMM_OT_batch_paste(bpy.types.Operator):
    """Take the lines from the clipboard: a prompt a line, or cells copied from a table"""

    bl_idname = "mmm.batch_paste"
    bl_label = "Paste Lines"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> Status:
        manager: Any = context.window_manager
        return _take_text(self, context, manager.clipboard)


class MMM_OT_batch_open(bpy.types.Operator):
    """Take the lines from a text file or a table (CSV)"""

    bl_idname = "mmm.batch_open"
    bl_label = "Open Lines"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(subtype="FILE_PATH")  # type: ignore[valid-type]
    filter_glob: StringProperty(default="*.csv;*.txt;*.tsv", options={"HIDDEN"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Status:
        manager: Any = context.window_manager
        manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> Status:
        try:
            text = read_file(Path(bpy.path.abspath(self.filepath)))
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return _take_text(self, context, text)


class MMM_OT_batch(bpy.types.Operator):
    """Make an action of each line, marked as an asset; the character keeps its pose and what it plays"""

    bl_idname = "mmm.batch"
    bl_label = "Make Batch"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not can_ask(cls, context):
            return False
        if context.scene is None or batch_of(context.scene).text is None:
            cls.poll_message_set(rpt_("Paste or open lines first"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        scene, armature = context.scene, find_character(context.view_layer)
        assert scene is not None and armature is not None  # poll has seen to that
        wanted = batch_of(scene)
        try:
            lines = read_lines(wanted.text.as_string())
            if reason := why_not_keyable(armature):
                raise ValueError(reason)
            find_mapping(armature)
            catalogue = wanted.catalogue.strip().strip("/")
            if catalogue and bpy.data.filepath:
                write_catalogue(Path(bpy.data.filepath).parent, catalogue)
            made = batch.Batch(
                lines,
                Target.of(armature),
                scene.name,
                read_settings(context),
                sampling_of(scene),
                catalogue if bpy.data.filepath else "",
            )
            batch.start(made)
        except (OSError, ValueError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        heartbeat.wake()
        redraw_panels()
        return {"FINISHED"}


class MMM_OT_batch_cancel(bpy.types.Operator):
    """Make no more of the batch; finished actions stay"""

    bl_idname = "mmm.batch_cancel"
    bl_label = "Cancel Batch"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if batch.batch is None or not batch.batch.running:
            cls.poll_message_set(rpt_("Nothing is being made"))
            return False
        return True

    def execute(self, _context: bpy.types.Context) -> Status:
        assert batch.batch is not None  # poll has seen to that
        batch.batch.stop(rpt_("Cancelled"))
        session.cancel()
        redraw_panels()
        return {"FINISHED"}


def _take_text(operator: bpy.types.Operator, context: bpy.types.Context, text: str) -> Status:
    """Put lines that can be read into a text block of the scene's batch."""
    assert context.scene is not None
    try:
        lines = read_lines(text)
    except ValueError as error:
        operator.report({"ERROR"}, str(error))
        return {"CANCELLED"}
    block = batch_of(context.scene).text or bpy.data.texts.new(NAME)
    block.from_string(text)
    batch_of(context.scene).text = block
    operator.report({"INFO"}, rpt_("{count} lines").format(count=len(lines)))
    return {"FINISHED"}


CLASSES = (MMM_OT_batch_paste, MMM_OT_batch_open, MMM_OT_batch, MMM_OT_batch_cancel)
