"""The preferences in a real Blender: what stands in the way of the engine, and the jobs of the buttons."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import bpy
import pytest


def problem(extension: ModuleType) -> str:
    return extension.module("ui.preferences").read_settings(bpy.context).problem


def finish_job(extension: ModuleType) -> tuple[bool, str]:
    """Drive the job that was started to its end."""
    setup = extension.module("engine_install.installation")
    extension.pump(setup.tick, lambda: not setup.is_running())
    return setup.current_job().finished


def test_without_an_engine_the_preferences_say_so(extension: ModuleType) -> None:
    extension.preferences().source = "OWN"
    assert "press Install Engine" in problem(extension)
    extension.preferences().source = "EXISTING"
    extension.preferences().existing_python = ""
    assert "No Python is chosen" in problem(extension)
    extension.preferences().existing_python = "/nowhere/python"
    assert "not there" in problem(extension)


def test_a_half_installed_engine_asks_for_repair(extension: ModuleType) -> None:
    extension.preferences().source = "OWN"
    folder = extension.user_folder() / "engine"
    (folder / "bin").mkdir(parents=True)
    assert "Repair" in problem(extension)
    assert bpy.ops.mmm.remove_engine() == {"FINISHED"}
    assert finish_job(extension) == (True, "The engine was removed")
    assert not folder.exists()


def test_installing_needs_online_access(extension: ModuleType) -> None:
    assert not bpy.app.online_access
    assert not bpy.ops.mmm.install_engine.poll()
    with pytest.raises(RuntimeError, match="Allow Online Access"):
        bpy.ops.mmm.install_engine()


@pytest.fixture
def online(extension: ModuleType) -> Iterator[None]:
    """Blender may go online, and pip all the same finds nothing."""
    bpy.context.preferences.system.use_online_access = True
    extension.preferences().pip_arguments = "--no-index"
    yield
    bpy.context.preferences.system.use_online_access = False
    extension.preferences().pip_arguments = ""


def test_cancelling_an_installation(extension: ModuleType, online: None) -> None:
    stopped = []
    setup = extension.module("engine_install.installation")
    setup.before_change.append(lambda: stopped.append(True))
    assert bpy.ops.mmm.install_engine() == {"FINISHED"}
    assert stopped, "whatever runs the engine is told before its files change"
    setup.before_change.pop()
    assert not bpy.ops.mmm.install_engine.poll() and not bpy.ops.mmm.remove_engine.poll()
    assert bpy.ops.mmm.cancel_install() == {"FINISHED"}
    assert finish_job(extension) == (False, "Installing the engine: cancelled")
    assert not bpy.ops.mmm.cancel_install.poll()
    assert (
        extension.module("engine_install.environment")
        .EngineEnvironment(extension.user_folder() / "engine")
        .read_marker()
        is None
    )
    shutil.rmtree(extension.user_folder())


def test_no_permission_in_the_user_folder(extension: ModuleType, online: None) -> None:
    shutil.rmtree(extension.user_folder(), ignore_errors=True)
    extension.user_folder().parent.mkdir(parents=True, exist_ok=True)
    extension.user_folder().write_text("a file in the way, as good as no permission")
    bpy.ops.mmm.install_engine()
    ok, message = finish_job(extension)
    assert not ok and message.startswith("No permission to write in") and "\n" not in message
    extension.preferences().source = "OWN"
    assert "press Install Engine" in problem(extension)
    extension.user_folder().unlink()


def test_other_model_folders_are_checked(extension: ModuleType, tmp_path: Path) -> None:
    extension.preferences().weights_folder = str(tmp_path)
    assert "holds no model" in problem(extension)
    extension.preferences().weights_folder = ""
    assert problem(extension) == ""


@pytest.mark.slow
def test_checking_an_existing_python(extension: ModuleType) -> None:
    assert bpy.ops.mmm.check_python() == {"FINISHED"}
    assert not bpy.ops.mmm.check_python.poll()
    ok, message = finish_job(extension)
    assert ok and "PyTorch" in message and "cpu" in message


def test_checking_a_python_without_torch(extension: ModuleType) -> None:
    if Path(sys.prefix) == extension.engine_python().parents[1]:
        pytest.skip("this Blender shares its environment with the engine")
    extension.use_existing_python(Path(sys.executable))
    bpy.ops.mmm.check_python()
    ok, message = finish_job(extension)
    assert not ok and message.startswith("This Python lacks torch")


def test_the_engine_folder_deleted_is_one_plain_line(extension: ModuleType) -> None:
    worker = extension.installed_folder() / "engine" / "worker"
    kept = worker.with_name("worker_kept")
    shutil.move(worker, kept)
    try:
        assert problem(extension) == "The engine's files are gone: install the extension again"
    finally:
        shutil.move(kept, worker)


def test_the_report_has_versions_and_no_home(extension: ModuleType) -> None:
    lines = extension.module("ui.preferences").describe_system(bpy.context)
    text = "\n".join(lines)
    assert bpy.app.version_string in text and "mmm-open" in text
    assert str(extension.installed_folder()) not in text
    logs = extension.user_folder() / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    (logs / "engine.log").write_bytes(b"not UTF-8: \xff\n")
    assert bpy.ops.mmm.copy_report() == {"FINISHED"}
