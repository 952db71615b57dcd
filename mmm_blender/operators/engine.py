"""Operators of the preferences: install, repair, remove and check the engine, and report on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ..engine_install import installation
from ..engine_install.environment import EngineEnvironment, State
from ..engine_install.installer import Plan, install_job, remove_job
from ..engine_install.job import Job, JobError
from ..engine_install.pip_process import without_passwords
from ..engine_install.verification import check_engine, check_python
from ..extension_paths import BUNDLED_MODEL, ROOT, engine_folder, engine_log, install_log
from ..translation import rpt_
from ..ui.preferences import describe_system, read_preferences, read_settings
from .asking import Status
from .needs import NeedsInstaller

REPORT_LINES = 40  # of the log's end


class MMM_OT_install_engine(NeedsInstaller, bpy.types.Operator):
    """Download PyTorch and set up the engine in a folder of its own, or repair what is there"""

    bl_idname = "mmm.install_engine"
    bl_label = "Install Engine"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not bpy.app.online_access:
            cls.poll_message_set(rpt_("Blender may not go online: turn on Allow Online Access in Preferences > System"))
            return False
        return super().poll(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Status:
        try:
            backend = _plan(context).choose_backend()
        except JobError as error:
            return _refuse(self, str(error))
        message = rpt_("PyTorch for {label}: about {size}").format(label=backend.label, size=backend.size_text)
        return _manager(context).invoke_confirm(
            self, event, title="Install Engine", message=message, confirm_text="Install"
        )

    def execute(self, context: bpy.types.Context) -> Status:
        try:
            job = install_job(_plan(context))
        except JobError as error:
            return _refuse(self, str(error))
        installation.start_job(job, changes_engine=True)
        return {"FINISHED"}


class MMM_OT_remove_engine(NeedsInstaller, bpy.types.Operator):
    """Delete the engine's own Python environment; the extension and its models stay"""

    bl_idname = "mmm.remove_engine"
    bl_label = "Remove Engine"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if EngineEnvironment(engine_folder()).state() is State.MISSING:
            cls.poll_message_set(rpt_("The engine is not installed"))
            return False
        return super().poll(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Status:
        return _manager(context).invoke_confirm(self, event)

    def execute(self, context: bpy.types.Context) -> Status:
        installation.start_job(remove_job(EngineEnvironment(engine_folder())), changes_engine=True)
        return {"FINISHED"}


class MMM_OT_cancel_install(bpy.types.Operator):
    """Stop; what has been downloaded is kept for the next time"""

    bl_idname = "mmm.cancel_install"
    bl_label = "Cancel Installation"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not installation.is_running():
            cls.poll_message_set(rpt_("Nothing is being set up"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        installation.cancel_job()
        return {"FINISHED"}


class MMM_OT_check_python(NeedsInstaller, bpy.types.Operator):
    """Run the chosen Python and see whether the engine works with it"""

    bl_idname = "mmm.check_python"
    bl_label = "Check"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> Status:
        settings = read_settings(context)
        if settings.problem:
            return _refuse(self, settings.problem)
        initialize = {"weights": settings.weights, "device": settings.device, "precision": settings.precision}

        def work(job: Job) -> str:
            job.report(rpt_("Importing the packages"), 0.1)
            versions = check_python(Path(settings.command.argv[0]))
            job.report(rpt_("Starting the engine once"), 0.5)
            answer = check_engine(settings.command, settings.log, initialize, job.cancelled)
            message = rpt_("This Python works: Python {python}, PyTorch {torch} on {device}")
            return message.format(python=versions.python, torch=answer["torch"], device=answer["device"])

        installation.start_job(Job(rpt_("Checking the Python"), work), changes_engine=False)
        return {"FINISHED"}


class MMM_OT_copy_report(bpy.types.Operator):
    """Copy versions, device, the engine's state and its last words to the clipboard, for a bug report"""

    bl_idname = "mmm.copy_report"
    bl_label = "Copy Report"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> Status:
        logs = [line for path in (install_log(), engine_log()) for line in _last_lines(path)]
        text = "\n".join([*describe_system(context), "", *logs])
        _manager(context).clipboard = without_passwords(text.replace(str(Path.home()), "~"))
        self.report({"INFO"}, rpt_("The report is on the clipboard"))
        return {"FINISHED"}


class MMM_OT_open_log(bpy.types.Operator):
    """Open the newest log: of the engine, or of its installation"""

    bl_idname = "mmm.open_log"
    bl_label = "Open Log"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not _logs():
            cls.poll_message_set(rpt_("There is no log yet"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        newest = max(_logs(), key=lambda path: path.stat().st_mtime)
        bpy.ops.wm.path_open(filepath=str(newest))
        return {"FINISHED"}


def _plan(context: bpy.types.Context) -> Plan:
    preferences = read_preferences(context)
    return Plan(
        environment=EngineEnvironment(engine_folder()),
        root=ROOT,
        weights=BUNDLED_MODEL,
        log=install_log(),
        engine_log=engine_log(),
        backend="auto" if preferences is None else preferences.backend,
        pip_arguments="" if preferences is None else preferences.pip_arguments,
    )


def _manager(context: bpy.types.Context) -> Any:
    """The window manager; there always is one where operators run."""
    return context.window_manager


def _refuse(operator: bpy.types.Operator, message: str) -> Status:
    operator.report({"ERROR"}, message)
    return {"CANCELLED"}


def _logs() -> list[Path]:
    return [path for path in (install_log(), engine_log()) if path.is_file()]


def _last_lines(path: Path) -> list[str]:
    """A heading and the end of a log; nothing if there is none."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [f"--- {path.name}", *lines[-REPORT_LINES:]]


CLASSES = (
    MMM_OT_install_engine,
    MMM_OT_remove_engine,
    MMM_OT_cancel_install,
    MMM_OT_check_python,
    MMM_OT_copy_report,
    MMM_OT_open_log,
)
