"""The installed extension as the tests handle it: install, enable, reach its modules, drive its timers."""

from __future__ import annotations

import importlib
import os
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import addon_utils
import bpy

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "bl_ext.user_default.mmm_blender"


def zip_path() -> Path:
    """The zip `make extension` built of this version."""
    version = tomllib.loads((ROOT / "blender_manifest.toml").read_text("utf-8"))["version"]
    path = ROOT / "dist" / f"mmm_blender-{version}.zip"
    assert path.is_file(), f"{path} is not there: run `make extension`"
    return path


def installed_folder() -> Path:
    """Where Blender unpacked the extension."""
    return Path(bpy.utils.user_resource("EXTENSIONS")) / "user_default" / "mmm_blender"


def user_folder() -> Path:
    """The extension's own user folder."""
    return Path(bpy.utils.extension_path_user(PACKAGE))


def is_enabled() -> bool:
    return PACKAGE in bpy.context.preferences.addons


def install(enable: bool = True) -> None:
    """Install the zip from disk and enable it, as dropping it into Blender does."""
    bpy.ops.extensions.package_install_files(
        repo="user_default", filepath=str(zip_path()), enable_on_install=enable, overwrite=True
    )


def enable() -> None:
    addon_utils.enable(PACKAGE, default_set=True)


def disable() -> None:
    addon_utils.disable(PACKAGE, default_set=True)


def uninstall() -> None:
    index = next(
        index for index, repo in enumerate(bpy.context.preferences.extensions.repos) if repo.module == "user_default"
    )
    bpy.ops.extensions.package_uninstall(repo_index=index, pkg_id="mmm_blender")


def module(name: str) -> Any:
    """A module of the installed extension, such as ``module("client.engine_client")``."""
    return importlib.import_module(f"{PACKAGE}.mmm_blender.{name}")


def preferences() -> Any:
    return bpy.context.preferences.addons[PACKAGE].preferences


def engine_python() -> Path:
    """A Python with PyTorch: the one of the checkout's environment."""
    return Path(os.environ["MMM_ENGINE_PYTHON"])


def use_existing_python(python: Path | None = None) -> None:
    """Set the preferences so that the engine runs with that Python."""
    preferences().source = "EXISTING"
    preferences().existing_python = str(python or engine_python())


def pump(tick: Callable[[], Any], done: Callable[[], bool], seconds: float = 300.0) -> None:
    """Call ``tick``, which a timer would (the module runs none), until ``done``."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"nothing after {seconds} s"
        tick()
        time.sleep(0.02)
