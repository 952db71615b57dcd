"""The extension's preferences: the engine's installation, and how it runs."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from ..client.engine_process import worker_command
from ..client.models import list_models
from ..client.settings import EngineSettings
from ..engine_install import installation
from ..engine_install.environment import EngineEnvironment, State
from ..engine_install.packages import read_packages
from ..extension_paths import BUNDLED_MODEL, PACKAGE, ROOT, engine_folder, engine_log
from ..registration import register_classes, unregister_classes
from ..translation import iface_, n_, rpt_

_SYSTEM = "Darwin" if sys.platform == "darwin" else "Windows" if sys.platform == "win32" else "Linux"


def _backend_items() -> list[tuple[str, str, str]]:
    items = [("auto", "Auto", "Look at this machine and choose")]
    for backend in read_packages().backends.values():
        if _SYSTEM in backend.systems:
            items.append((backend.name, backend.label, ""))
    return items


def _device_items() -> list[tuple[str, str, str]]:
    gpus = {"Darwin": [("mps", n_("Apple GPU"), "Metal")]}.get(
        _SYSTEM,
        [("cuda", n_("NVIDIA or AMD GPU"), n_("CUDA, or ROCm under the same name")), ("xpu", n_("Intel GPU"), "Arc")],
    )
    return [("auto", "Auto", "The GPU if the engine has one, else the CPU"), ("cpu", "CPU", "Always works"), *gpus]


_model_items: list[tuple[str, str, str, str, int]] = []


def _list_model_items(preferences: Any, context: bpy.types.Context | None) -> list[tuple[str, str, str, str, int]]:
    """Blender does not keep the texts of a list made in Python: they have to live here."""
    rows = [(model.folder, f"{model.name} ({model.licence})") for model in list_models()]
    chosen = _model_folder(preferences.weights_folder)
    if chosen not in [folder for folder, _ in rows]:
        rows.append((chosen, chosen.name))
    _model_items[:] = [(str(folder), label, str(folder), "NONE", i) for i, (folder, label) in enumerate(rows)]
    return _model_items


def _get_model(preferences: Any) -> int:
    chosen = str(_model_folder(preferences.weights_folder))
    items = _list_model_items(preferences, None)
    return next(number for folder, _, _, _, number in items if folder == chosen)


def _set_model(preferences: Any, number: int) -> None:
    folder = _list_model_items(preferences, None)[number][0]
    preferences.weights_folder = "" if Path(folder) == BUNDLED_MODEL else folder


def _model_folder(entered: str) -> Path:
    return Path(bpy.path.abspath(entered)) if entered else BUNDLED_MODEL


class MMM_Preferences(bpy.types.AddonPreferences):
    bl_idname = PACKAGE

    source: EnumProperty(  # type: ignore[valid-type]
        name="Python",
        description="Which Python runs the engine",
        items=[
            ("OWN", "Install", "The extension's own Python environment, made and removed with the buttons here"),
            ("EXISTING", "Use Existing", "A Python of yours that has PyTorch, for studios and offline machines"),
        ],
        default="OWN",
    )
    existing_python: StringProperty(  # type: ignore[valid-type]
        name="Python Program",
        description="Path of the Python program of an environment that has PyTorch and Transformers",
        subtype="FILE_PATH",
    )
    backend: EnumProperty(  # type: ignore[valid-type]
        name="PyTorch Build",
        description="Which hardware the engine is installed for",
        items=_backend_items(),
        default="auto",
    )
    pip_arguments: StringProperty(  # type: ignore[valid-type]
        name="Extra pip Arguments",
        description="For studios with a mirror or proxy, such as --index-url https://mirror.example/simple",
    )
    device: EnumProperty(  # type: ignore[valid-type]
        name="Device",
        description="What the engine computes on",
        items=_device_items(),
        default="auto",
    )
    precision: EnumProperty(  # type: ignore[valid-type]
        name="Precision",
        description="Number format of the model",
        items=[
            ("fp32", "Full (32-bit)", "Works everywhere"),
            ("bf16", "Half (bfloat16)", "Less memory on GPUs that have it; motions differ slightly"),
            ("fast", "Fast (8-bit)", "On the CPU: several times faster with large models; motions differ a little"),
        ],
        default="fp32",
    )
    # What is stored is the folder: numbers of a list that changes would point elsewhere one day.
    model: EnumProperty(  # type: ignore[valid-type]
        name="Model",
        description="The motion model: bundled or imported",
        items=_list_model_items,
        get=_get_model,
        set=_set_model,
    )
    weights_folder: StringProperty(  # type: ignore[valid-type]
        name="Model Folder",
        description="Folder of another motion model; leave empty for the one that came with the extension",
        subtype="DIR_PATH",
    )

    import_vq: StringProperty(  # type: ignore[valid-type]
        name="Tokenizer",
        description="The net_last.pth of the tokenizer (VQ-VAE) to import",
        subtype="FILE_PATH",
    )
    import_transformer: StringProperty(  # type: ignore[valid-type]
        name="Transformer",
        description="The net_last.pth of the transformer to import",
        subtype="FILE_PATH",
    )
    import_name: StringProperty(  # type: ignore[valid-type]
        name="Name",
        description="What the imported model is called in the list of models",
        default="mmm-paper",
    )

    show_training: BoolProperty(  # type: ignore[valid-type]
        name="Training Data",
        description="Show the panel that saves actions to teach the engine your own moves",
    )
    show_advanced: BoolProperty(  # type: ignore[valid-type]
        name="Advanced", description="Studio settings, own models and training data", options={"SKIP_SAVE"}
    )

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        _draw_status(layout, context)
        layout.row().prop(self, "source", expand=True)
        if self.source == "OWN":
            self._draw_own(layout, context)
        else:
            layout.prop(self, "existing_python")
            row = layout.row()
            row.enabled = not installation.is_running()
            row.operator("mmm.check_python", icon="CHECKMARK")
        layout.separator()
        layout.prop(self, "device")
        layout.prop(self, "precision")
        layout.prop(self, "model")
        self._draw_advanced(layout)
        layout.separator()
        row = layout.row(align=True)
        row.operator("mmm.copy_report", icon="COPYDOWN")
        row.operator("mmm.open_log", icon="TEXT")

    def _draw_advanced(self, layout: bpy.types.UILayout) -> None:
        """What most artists never need."""
        row = layout.row()
        row.use_property_split = False
        icon: Any = "TRIA_DOWN" if self.show_advanced else "TRIA_RIGHT"
        row.prop(self, "show_advanced", icon=icon, emboss=False)
        if not self.show_advanced:
            return
        if self.source == "OWN":
            layout.prop(self, "pip_arguments")
        layout.prop(self, "show_training")
        layout.prop(self, "weights_folder")
        layout.operator("mmm.remove_model", icon="TRASH")
        self._draw_import(layout)

    def _draw_import(self, layout: bpy.types.UILayout) -> None:
        """The files are chosen here: a file browser that is opened from a pop-up closes it."""
        box = layout.box()
        box.label(text="Published MMM checkpoint: CC BY-NC-ND 4.0, not for commercial use", icon="INFO")
        box.prop(self, "import_vq")
        box.prop(self, "import_transformer")
        box.prop(self, "import_name")
        button: Any = box.operator("mmm.import_checkpoint", icon="IMPORT")
        button.vq, button.transformer, button.name = self.import_vq, self.import_transformer, self.import_name

    def _draw_own(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        state = EngineEnvironment(engine_folder()).state()
        if not bpy.app.online_access and context.preferences is not None:
            box = layout.box()
            box.label(text="Installing downloads PyTorch. Let Blender go online for it:", icon="INTERNET")
            box.prop(context.preferences.system, "use_online_access")
        column = layout.column()
        column.enabled = not installation.is_running()
        column.prop(self, "backend")
        if self.backend != "auto":
            column.label(text=read_packages().backends[self.backend].size_text, icon="INFO", translate=False)
        row = column.row(align=True)
        label = iface_("Install Engine") if state is State.MISSING else iface_("Repair Engine")
        row.operator("mmm.install_engine", text=label, icon="IMPORT", translate=False)
        row.operator("mmm.remove_engine", text="Remove", icon="TRASH")


def _draw_status(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    box = layout.box()
    job = installation.current_job()
    if job is not None and job.finished is None:
        row = box.row(align=True)
        row.progress(factor=job.update.fraction, text=job.update.message)
        row.operator("mmm.cancel_install", text="Cancel", icon="CANCEL")
        return
    problem = read_settings(context).problem
    if problem:
        box.label(text=problem, icon="ERROR", translate=False)
    else:
        box.label(text=iface_("The engine can start"), icon="CHECKMARK", translate=False)
    if job is not None and job.finished is not None:
        box.label(text=job.finished.message, icon="INFO" if job.finished.ok else "ERROR", translate=False)


def read_preferences(context: bpy.types.Context) -> Any:
    """This extension's preferences; None where Blender has none for it."""
    addon = context.preferences.addons.get(PACKAGE) if context.preferences else None
    return addon.preferences if addon is not None else None


def read_settings(context: bpy.types.Context) -> EngineSettings:
    """How the engine is to run, by the preferences or else by the defaults; cheap enough for drawing."""
    preferences = read_preferences(context)
    environment = EngineEnvironment(engine_folder())
    own = preferences is None or preferences.source == "OWN"
    weights = _model_folder("" if preferences is None else preferences.weights_folder)
    if own:
        python, problem = environment.python, _own_problem(environment)
    else:
        # As given, but absolute: a link to a Python must stay one, it tells its environment.
        python = Path(bpy.path.abspath(preferences.existing_python))
        problem = _existing_problem(preferences.existing_python, python)
    return EngineSettings(
        command=worker_command(python, ROOT),
        weights=str(weights),
        device="auto" if preferences is None else preferences.device,
        precision="fp32" if preferences is None else preferences.precision,
        log=engine_log(),
        problem=problem or _files_problem(weights),
        engine_problem=problem,
    )


def _own_problem(environment: EngineEnvironment) -> str:
    problems = {
        State.MISSING: rpt_("The engine is not installed: press Install Engine in the preferences"),
        State.INCOMPLETE: rpt_("The engine's installation is not complete: press Repair Engine in the preferences"),
        State.BROKEN: rpt_("The engine's Python is gone: press Repair Engine in the preferences"),
        State.OUTDATED: rpt_("The engine is of an older version: press Repair Engine in the preferences"),
    }
    return problems.get(environment.state(), "")


def _existing_problem(entered: str, python: Path) -> str:
    if not entered.strip():
        return rpt_("No Python is chosen: enter its path in the preferences")
    if not python.is_file():
        return rpt_("The chosen Python is not there: correct its path in the preferences")
    return ""


def _files_problem(weights: Path) -> str:
    if not (ROOT / "engine" / "worker" / "__main__.py").is_file():
        return rpt_("The engine's files are gone: install the extension again")
    if not (weights / "config.json").is_file():
        if weights == BUNDLED_MODEL:
            return rpt_("The model's files are gone: install the extension again")
        return rpt_("The model folder holds no model: correct it in the preferences")
    return ""


def describe_system(context: bpy.types.Context) -> list[str]:
    """Lines on versions, machine and engine, for a report; without paths of the user."""
    settings = read_settings(context)
    preferences = read_preferences(context)
    environment = EngineEnvironment(engine_folder())
    marker = environment.read_marker() or {}
    versions = ", ".join(f"{name} {version}" for name, version in marker.get("versions", {}).items())
    own = preferences is None or preferences.source == "OWN"
    return [
        f"Blender {bpy.app.version_string}, Python {platform.python_version()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        f"Engine: {'own, ' + environment.state().value if own else 'existing Python'}",
        f"Problem: {settings.problem or 'none known'}",
        f"Installed: {marker.get('backend', 'nothing')} ({versions})",
        f"Device {settings.device}, precision {settings.precision}, model {Path(settings.weights).name}",
    ]


CLASSES = (MMM_Preferences,)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
