"""Handing animation on to game engines."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy.props import BoolProperty, StringProperty

from ...animation.exporting.games.export import export_for_game
from ...animation.exporting.takes import find_takes
from ...client.session import find_character
from ...files.whole import reason_of
from ...translation import rpt_
from ...ui.properties.games import games_of, settings_from
from ..asking import Status
from ..needs import NeedsCharacter


class MMM_OT_export_for_game(NeedsCharacter, bpy.types.Operator):
    """Write actions of this character as files for a game engine, and read them back to check them"""

    bl_idname = "mmm.export_for_game"
    bl_label = "Export for Game"

    directory: StringProperty(  # type: ignore[valid-type]
        name="Folder", description="Where the files go", subtype="DIR_PATH", options={"SKIP_SAVE"}
    )
    filter_folder: BoolProperty(  # type: ignore[valid-type]
        name="Folders Only", description="Show folders in the file browser", default=True, options={"HIDDEN"}
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Status:
        assert context.window_manager is not None and context.scene is not None
        if games_of(context.scene).folder:
            return self.execute(context)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> Status:
        armature, scene = find_character(context.view_layer), context.scene
        assert armature is not None and scene is not None
        wanted = games_of(scene)
        chosen = self.directory or wanted.folder
        folder = Path(bpy.path.abspath(chosen)) if chosen else None
        if folder is None or not folder.is_dir():
            self.report({"ERROR"}, rpt_("Choose a folder that exists"))
            return {"CANCELLED"}
        # Looked up before anything is written: what fails afterwards would tell of a failure that was none.
        wrote = rpt_("Wrote {count} files; read back, root and feet are within {off:.1f} mm")
        try:
            takes = find_takes(armature, wanted.actions)
            report = export_for_game(armature, scene, takes, settings_from(wanted, scene), folder)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        except (OSError, RuntimeError) as error:
            message = rpt_("{folder} cannot be written to: {error}")
            self.report({"ERROR"}, message.format(folder=folder, error=reason_of(error)))
            return {"CANCELLED"}
        wanted.folder = chosen
        off = 1000 * max(report.miss.root, report.miss.feet)
        self.report({"INFO"}, wrote.format(count=len(report.files), off=off))
        return {"FINISHED"}


CLASSES = (MMM_OT_export_for_game,)
