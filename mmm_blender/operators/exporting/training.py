"""Handing animation on as training data."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from ...animation.exporting.takes import find_takes
from ...animation.exporting.training import TABLE_NAME, export_takes
from ...client.session import find_character
from ...translation import rpt_
from ..asking import Status
from ..needs import NeedsCharacter


class MMM_OT_export_training_data(NeedsCharacter, bpy.types.Operator):
    """Save actions of this character as clips to train the engine on, with a table for their descriptions"""

    bl_idname = "mmm.export_training_data"
    bl_label = "Export Training Data"

    directory: StringProperty(  # type: ignore[valid-type]
        name="Folder", description="Where the clips and the table of their descriptions go", subtype="DIR_PATH"
    )
    filter_folder: BoolProperty(  # type: ignore[valid-type]
        name="Folders Only", description="Show folders in the file browser", default=True, options={"HIDDEN"}
    )
    which: EnumProperty(  # type: ignore[valid-type]
        name="Actions",
        description="Which of the character's actions to save",
        items=(
            ("CURRENT", "Current Action", "The action the character plays"),
            ("STRIPS", "Selected Strips", "The actions of the selected NLA strips"),
            ("ALL", "All Actions", "Every action in this file that moves the character's bones"),
        ),
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Status:
        assert context.window_manager is not None
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> Status:
        armature, scene = find_character(context.view_layer), context.scene
        assert armature is not None and scene is not None
        folder = Path(bpy.path.abspath(self.directory)) if self.directory else None
        if folder is None or not folder.is_dir():
            self.report({"ERROR"}, rpt_("Choose a folder that exists"))
            return {"CANCELLED"}
        # Looked up before anything is written: what fails afterwards would tell of a failure that was none.
        saved = rpt_("Saved {count} actions; say in {table} what happens in them")
        try:
            written = export_takes(armature, scene, find_takes(armature, self.which), folder)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        except OSError as error:
            self.report(
                {"ERROR"},
                rpt_("{folder} cannot be written to: {error}").format(folder=folder, error=error.strerror or error),
            )
            return {"CANCELLED"}
        self.report({"INFO"}, saved.format(count=len(written), table=folder / TABLE_NAME))
        return {"FINISHED"}


CLASSES = (MMM_OT_export_training_data,)
