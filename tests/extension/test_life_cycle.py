"""The zip in a real Blender: install, enable, run the engine, disable, enable again, update, uninstall."""

from __future__ import annotations

import sys
import time
from types import ModuleType
from typing import Any

import bpy
import numpy as np
import pytest


def our_types() -> set[str]:
    """Names of the classes Blender knows of us."""
    return {name for name in dir(bpy.types) if name.startswith("MMM_")}


def our_operators() -> set[str]:
    return set(dir(bpy.ops.mmm))


def test_the_zip_holds_what_runs_and_nothing_else(extension: ModuleType) -> None:
    folder = extension.installed_folder()
    assert {path.name for path in folder.iterdir()} == {
        "blender_manifest.toml",
        "__init__.py",
        "README.md",
        "LICENSE",
        "mmm_blender",
        "engine",
        "weights",
    }
    assert (folder / "engine/worker/__main__.py").is_file()
    assert (folder / "weights/mmm-open/MODEL_CARD.md").is_file()
    assert not (folder / "engine/training").exists()
    assert extension.zip_path().stat().st_size < 150e6


def test_the_engine_stays_out_of_blender(extension: ModuleType) -> None:
    assert not {"torch", "transformers", "engine"} & set(sys.modules)
    extension.module("engine_install.installer")
    assert not {"torch", "transformers", "engine"} & set(sys.modules)


def test_disabling_leaves_nothing_behind(extension: ModuleType) -> None:
    there = our_types()
    assert "MMM_OT_install_engine" in there
    extension.disable()
    assert not our_types() and not hasattr(bpy.types.Scene, "mmm")
    assert not our_operators()
    extension.enable()
    assert our_types() == there


def test_a_module_that_fails_takes_the_others_back(extension: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    extension.disable()
    package = sys.modules[f"{extension.PACKAGE}.mmm_blender"]

    def fail() -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr(extension.module(package.MODULES[-1]), "register", fail)
        with pytest.raises(RuntimeError, match="no"):
            package.register()
    assert not our_types()
    extension.enable()
    assert our_types()


@pytest.mark.slow
def test_engine_generates_through_the_installed_client(extension: ModuleType) -> None:
    settings = extension.module("ui.preferences").read_settings(bpy.context)
    assert settings.problem == ""
    assert str(extension.installed_folder()) in settings.weights
    client = extension.module("client.engine_client").EngineClient(settings.command, settings.log)
    client.start()
    ends: dict[int, Any] = {}

    def tick() -> None:
        for event in client.poll():
            if type(event).__name__ != "Progress":
                ends[event.id] = event

    begin = time.perf_counter()
    first = client.request(
        "initialize",
        {"protocol": 1, "weights": settings.weights, "device": "cpu", "precision": "fp32"},
    )
    request = {
        "prompt": "a person walks forward",
        "seconds": 2.0,
        "seed": 5,
        "samples": 1,
        "steps": 4,
        "guidance": 3.0,
        "temperature": 1.0,
    }
    second = client.request("generate", request)
    extension.pump(tick, lambda: second in ends or None in ends)
    print(f"\nfirst motion from a cold engine: {time.perf_counter() - begin:.1f} s")
    assert ends[first].value["model"]["name"] == "mmm-open"
    joints = ends[second].value["motions"][0]["joints"]
    assert joints.shape in ((40, 22, 3), (40, 27, 3)) and joints.dtype == np.float32 and np.isfinite(joints).all()
    client.stop(wait=10.0)
    assert client.poll() == []


def test_installing_over_itself_keeps_the_settings(extension: ModuleType) -> None:
    extension.preferences().pip_arguments = "--proxy http://proxy.example"
    extension.install()
    assert extension.is_enabled()
    assert extension.preferences().pip_arguments == "--proxy http://proxy.example"
    extension.preferences().pip_arguments = ""


def test_uninstalling_removes_all_and_it_can_come_back(extension: ModuleType) -> None:
    extension.uninstall()
    assert not extension.is_enabled() and not extension.installed_folder().exists()
    assert not our_types()
    extension.install()
    assert extension.is_enabled() and our_types()
