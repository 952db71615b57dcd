"""Bringing in a published MMM checkpoint, and taking an imported model away again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import bpy
from bpy.props import StringProperty

from ..client.models import find_model, models_folder
from ..engine_install import installation
from ..engine_install.import_model import check_name, import_job
from ..engine_install.job import Finished
from ..translation import rpt_
from ..ui.preferences import read_preferences, read_settings
from .asking import Status
from .needs import NeedsInstaller


class MMM_OT_import_checkpoint(NeedsInstaller, bpy.types.Operator):
    """Convert a published MMM checkpoint (tokenizer and transformer) for use here; its licence is non-commercial"""

    bl_idname = "mmm.import_checkpoint"
    bl_label = "Import MMM Checkpoint"
    bl_options = {"INTERNAL"}

    vq: StringProperty(  # type: ignore[valid-type]
        name="Tokenizer", description="The tokenizer's net_last.pth (VQ-VAE)", subtype="FILE_PATH"
    )
    transformer: StringProperty(  # type: ignore[valid-type]
        name="Transformer", description="The transformer's net_last.pth", subtype="FILE_PATH"
    )
    name: StringProperty(  # type: ignore[valid-type]
        name="Name", description="What the model is called in the list", default="mmm-paper"
    )

    def execute(self, context: bpy.types.Context) -> Status:
        settings = read_settings(context)
        vq, transformer = (Path(bpy.path.abspath(path)) if path else None for path in (self.vq, self.transformer))
        problem = settings.engine_problem or check_name(self.name)
        if not problem and (vq is None or transformer is None or not vq.is_file() or not transformer.is_file()):
            problem = rpt_("Choose two files: the tokenizer's and the transformer's net_last.pth")
        if problem:
            self.report({"ERROR"}, problem)
            return {"CANCELLED"}
        assert vq is not None and transformer is not None
        folder = models_folder() / self.name
        job = import_job(settings.command, settings.log, vq, transformer, folder)

        def choose(finished: Finished) -> None:
            preferences = read_preferences(bpy.context)
            if finished.ok and preferences is not None:
                preferences.weights_folder = str(folder)

        installation.start_job(job, changes_engine=False, then=choose)
        return {"FINISHED"}


class MMM_OT_remove_model(NeedsInstaller, bpy.types.Operator):
    """Delete the imported model in use from disk; the files it was made from stay"""

    bl_idname = "mmm.remove_model"
    bl_label = "Remove Model"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        model = find_model(Path(read_settings(context).weights))
        if model is None or not model.imported:
            cls.poll_message_set(rpt_("Only imported models can be removed"))
            return False
        return super().poll(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Status:
        manager: Any = context.window_manager
        return manager.invoke_confirm(self, event)

    def execute(self, context: bpy.types.Context) -> Status:
        folder = Path(read_settings(context).weights)
        preferences = read_preferences(context)
        for callback in installation.before_change:  # a loaded model's file is mapped, and cannot go on Windows
            callback()
        try:
            shutil.rmtree(folder)
        except OSError as error:
            self.report({"ERROR"}, rpt_("The model cannot be deleted: {error}").format(error=error.strerror or error))
            return {"CANCELLED"}
        if preferences is not None:
            preferences.weights_folder = ""
        return {"FINISHED"}


CLASSES = (MMM_OT_import_checkpoint, MMM_OT_remove_model)
